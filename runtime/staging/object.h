/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs and libraries that the script has probes in.
 */
#ifndef PR_OBJECT_H
#define PR_OBJECT_H

#include <stdbool.h>

/* Is the file of VALUE, "build-id:DIGITS:PATH" or, for one that has none,
 * "sha1:DIGITS:PATH", the one that the script was made for?  False: said why. */
bool pr_object_check(const char *value);

#endif
