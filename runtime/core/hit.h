/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One hit of a probe, from the mechanism's callback to the script's handler and
 * back.
 */
#ifndef PTRT_CORE_HIT_H
#define PTRT_CORE_HIT_H

#include "context.h"
#include "lock.h"
#include "skip.h"

/* What a mechanism keeps of a probe next to its own data, so that a hit finds
 * it in one cache line. */
struct ptrt_target {
	void (*handler)(struct ptrt_context *c);
	const struct ptrt_probe *probe;
	const struct ptrt_lock_use *locks;
	unsigned int n_locks;
};

static inline struct ptrt_target
ptrt_target_body(const struct ptrt_probe *probe)
{
	return (struct ptrt_target){ probe->handler, probe, probe->locks,
				     probe->n_locks };
}

static inline struct ptrt_target
ptrt_target_entry(const struct ptrt_probe *probe)
{
	return (struct ptrt_target){ probe->entry, probe, probe->entry_locks,
				     probe->n_entry_locks };
}

/*
 * Any context.  LOCKS: whether the target has any; a constant where a mechanism
 * has a callback of its own for those without.  SITE, or IP where the mechanism
 * knows only that (then SITE is NULL).  ENTRY: memory of values saved at entry,
 * or NULL.  True: the handler ran to its end without an error.
 */
static __always_inline bool ptrt_hit(const struct ptrt_target *target,
				     bool locks, const void *regs,
				     const struct ptrt_site *site,
				     unsigned long ip, void *entry)
{
	struct ptrt_cpu *cpu;
	unsigned long flags;
	bool done = false;

	raw_local_irq_save(flags);
	cpu = raw_cpu_read(ptrt_context);
	if (unlikely(!ptrt_may_enter(cpu))) {
		ptrt_refused(cpu, target->probe);
		goto out;
	}
	ptrt_enter(cpu, target->probe, regs, site);
	/* Constants of the caller: no test is left of these. */
	if (!__builtin_constant_p(ip))
		cpu->ip = ip;
	if (!__builtin_constant_p(entry))
		cpu->c.entry = entry;
	if (locks &&
	    unlikely(!ptrt_lock_all(cpu, target->locks, target->n_locks))) {
		ptrt_skip(target->probe, PTRT_SKIP_LOCK);
		goto leave;
	}
	ptrt_run(cpu, target->handler);
	if (locks)
		ptrt_unlock_all(cpu, target->locks, target->n_locks);
	if (unlikely(cpu->c.error))
		ptrt_report(cpu);
	else
		done = true;
leave:
	ptrt_leave(cpu);
out:
	raw_local_irq_restore(flags);
	return done;
}

#endif
