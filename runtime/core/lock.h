/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of script variables.
 *
 * A lock is a word: 0 free, -1 held alone, n > 0 held by n readers.  A variable
 * that any handler uses in LOCAL mode has such a word on every CPU: LOCAL takes
 * this CPU's, READ and WRITE take them all.  Any other variable has one.
 *
 * Every handler takes its locks in ascending order of the variables (and of the
 * CPUs within one) before its body, waits for at most MAXTRYLOCK times
 * TRYLOCKDELAY microseconds in all, and gives all back after it.
 */
#ifndef PTRT_CORE_LOCK_H
#define PTRT_CORE_LOCK_H

#include <linux/atomic.h>

#include "context.h"

/* False: not had in time; nothing is held then. */
bool ptrt_lock_all_slow(struct ptrt_cpu *cpu, const struct ptrt_lock_use *uses,
			unsigned int n);
void ptrt_unlock_all_slow(struct ptrt_cpu *cpu,
			  const struct ptrt_lock_use *uses, unsigned int n);

int ptrt_locks_create(void);
void ptrt_locks_destroy(void);

static __always_inline bool ptrt_lock_all(struct ptrt_cpu *cpu,
					  const struct ptrt_lock_use *uses,
					  unsigned int n)
{
	if (n == 1 && uses->mode == PTRT_LOCK_LOCAL &&
	    likely(cmpxchg(&cpu->slots[uses->variable], 0, -1) == 0))
		return true;
	return ptrt_lock_all_slow(cpu, uses, n);
}

static __always_inline void ptrt_unlock_all(struct ptrt_cpu *cpu,
					    const struct ptrt_lock_use *uses,
					    unsigned int n)
{
	if (n == 1 && uses->mode == PTRT_LOCK_LOCAL)
		smp_store_release(&cpu->slots[uses->variable], 0);
	else
		ptrt_unlock_all_slow(cpu, uses, n);
}

#endif
