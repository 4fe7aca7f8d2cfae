/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions of probes that are disarmed while they are false.
 *
 * A handler that changes what a condition reads evaluates it, under the locks that
 * it holds anyway, and compares it with what was last acted on.  Only a worker acts:
 * it evaluates all conditions under their locks, and arms and disarms.  A hit that
 * comes in between finds the condition tested once more in the handler.
 */
#ifndef PTRT_CORE_CONDITION_H
#define PTRT_CORE_CONDITION_H

#include <linux/types.h>

struct ptrt_probe;

/* What PROBE's condition was when it was last evaluated; true if it has none.  Any
 * context. */
bool ptrt_condition_holds(const struct ptrt_probe *probe);

/* Evaluates PROBE's condition.  False: its variables' locks were not had in time.
 * Process context. */
bool ptrt_condition_evaluate(const struct ptrt_probe *probe);

/* 0 or -ENOMEM with nothing left behind. */
int ptrt_conditions_create(void);
void ptrt_conditions_destroy(void);

#endif
