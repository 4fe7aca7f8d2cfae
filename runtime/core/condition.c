// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/errno.h>

#include "condition.h"
#include "context.h"
#include "lock.h"
#include "session.h"
#include "../data/alloc.h"

/* One a probe: what its condition was.  Written under the condition's locks. */
static bool *held;

static size_t held_size(void)
{
	return max(ptrt_script.n_probes, 1u) * sizeof(*held);
}

int ptrt_conditions_create(void)
{
	held = ptrt_alloc(held_size(), -1);
	return held ? 0 : -ENOMEM;
}

void ptrt_conditions_destroy(void)
{
	ptrt_free(held, held_size());
	held = NULL;
}

/* A condition that fails is taken for true: the next hit tells the error. */
static bool holds(struct ptrt_context *c, const struct ptrt_probe *probe)
{
	bool value = probe->condition(c) || c->error;

	ptrt_error_clear(container_of(c, struct ptrt_cpu, c));
	return value;
}

bool ptrt_condition_holds(const struct ptrt_probe *probe)
{
	return !probe->condition || READ_ONCE(held[probe - ptrt_script.probes]);
}

/* A handler that failed keeps its error: the worker has a look then. */
void ptrt_condition_check(struct ptrt_context *c, unsigned int number)
{
	if (c->error ||
	    holds(c, &ptrt_script.probes[number]) != READ_ONCE(held[number]))
		ptrt_session_rearm();
}

bool ptrt_condition_evaluate(const struct ptrt_probe *probe)
{
	struct ptrt_cpu *cpu;
	unsigned long flags;
	bool locked;

	raw_local_irq_save(flags);
	cpu = raw_cpu_read(ptrt_context);
	ptrt_enter(cpu, probe, NULL, NULL);
	locked = ptrt_lock_all_slow(cpu, probe->condition_locks,
				    probe->n_condition_locks);
	if (locked) {
		WRITE_ONCE(held[probe - ptrt_script.probes],
			   holds(&cpu->c, probe));
		ptrt_unlock_all_slow(cpu, probe->condition_locks,
				     probe->n_condition_locks);
	}
	ptrt_leave(cpu);
	raw_local_irq_restore(flags);
	return locked;
}
