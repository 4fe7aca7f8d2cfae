/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ptap --doctor: what this machine has and lacks for each pass, and how to mend
 * it.
 */
#ifndef PT_DOCTOR_H
#define PT_DOCTOR_H

#include <stdio.h>

#include "base/session.h"

/* Looks at everything and writes a line for each to STREAM, with a line of what
 * to do below it where something is missing.  True: scripts can be built for the
 * target, and run here or (--vm) in a guest. */
bool pt_doctor(struct pt_session *session, FILE *stream);

#endif
