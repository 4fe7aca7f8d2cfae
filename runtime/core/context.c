// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Contexts: their life, what is rare on the way into a handler, and overload.
 */
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/timex.h>

#include "context.h"
#include "session.h"
#include "skip.h"
#include "../data/alloc.h"
#include "../data/parts.h"
#include "../transport/record.h"

/* One hit in this many is measured, */
#define MEASURE_PERIOD 64
/* but each one after a handler that took longer than this (cycles): what is
 * long and rare must not be taken for 64 of its kind. */
#define LONG_HANDLER 20000

DEFINE_PER_CPU(struct ptrt_cpu *, ptrt_context);
unsigned long ptrt_gate = THREAD_SIZE;

struct ptrt_cpu *ptrt_cpu_of(unsigned int cpu)
{
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return NULL;
	return per_cpu(ptrt_context, cpu);
}

/* ---- life ------------------------------------------------------------- */

static size_t frame_size(void)
{
	/* A script without strings still wants valid pointers. */
	return max_t(size_t, ALIGN(ptrt_script.frame_size, 8), 64);
}

static size_t slots_size(void)
{
	return ALIGN(ptrt_script.n_locks * sizeof(int), L1_CACHE_BYTES);
}

static size_t context_size(void)
{
	return ALIGN(sizeof(struct ptrt_cpu), L1_CACHE_BYTES) + slots_size() +
	       frame_size();
}

static struct ptrt_cpu *context_create(unsigned int id)
{
	struct ptrt_cpu *cpu = ptrt_alloc(context_size(), id);
	char *rest;

	if (!cpu)
		return NULL;
	rest = (char *)cpu + ALIGN(sizeof(*cpu), L1_CACHE_BYTES);
	cpu->slots = (int *)rest;
	cpu->c.frame = rest + slots_size();
	cpu->c.frame_end = cpu->c.frame + frame_size();
	cpu->c.percpu = ptrt_parts_of(id);
	cpu->max_actions = ptrt_script.limits[PTAP_LIMIT_maxaction];
	cpu->period = 1;
	local_set(&cpu->countdown, 1);
	cpu->id = id;
	return cpu;
}

void *ptrt_scratch(struct ptrt_context *c)
{
	return container_of(c, struct ptrt_cpu, c)->scratch;
}

int ptrt_contexts_create(void)
{
	unsigned int id;

	for_each_possible_cpu(id) {
		struct ptrt_cpu *cpu = context_create(id);

		if (!cpu) {
			ptrt_contexts_destroy();
			return -ENOMEM;
		}
		per_cpu(ptrt_context, id) = cpu;
	}
	return 0;
}

void ptrt_contexts_destroy(void)
{
	unsigned int id;

	for_each_possible_cpu(id) {
		ptrt_free(per_cpu(ptrt_context, id), context_size());
		per_cpu(ptrt_context, id) = NULL;
	}
}

/* ---- the rare ways ---------------------------------------------------- */

void ptrt_refused(struct ptrt_cpu *cpu, const struct ptrt_probe *probe)
{
	if (READ_ONCE(ptrt_gate) == THREAD_SIZE)
		return; /* not skipped: the session is over or not begun */
	ptrt_skip(probe, cpu->busy ? PTRT_SKIP_REENTRY : PTRT_SKIP_STACK);
}

struct ptrt_cpu *ptrt_enter_process(const struct ptrt_probe *probe)
{
	struct ptrt_cpu *cpu;

	preempt_disable();
	cpu = raw_cpu_read(ptrt_context);
	cpu->interruptible = true;
	WRITE_ONCE(cpu->busy, 1);
	barrier();
	cpu->c.probe = probe;
	cpu->c.regs = NULL;
	cpu->c.site = NULL;
	cpu->c.actions = ptrt_script.limits[PTAP_LIMIT_maxaction_interruptible];
	cpu->ip = 0;
	return cpu;
}

void ptrt_leave_process(struct ptrt_cpu *cpu)
{
	ptrt_leave(cpu);
	cpu->interruptible = false;
	preempt_enable();
}

/* ---- overload --------------------------------------------------------- */

static bool interval_overloaded(u64 elapsed, u64 busy)
{
	u64 interval = ptrt_script.limits[PTAP_LIMIT_overload_interval];
	u64 threshold = ptrt_script.limits[PTAP_LIMIT_overload_threshold];

	busy = min(busy, elapsed);
	while (elapsed >> 32) {
		elapsed >>= 1;
		busy >>= 1;
	}
	return threshold && busy * interval > threshold * elapsed;
}

static void account(struct ptrt_cpu *cpu, u64 now, u64 cycles, u32 weight)
{
	u64 elapsed = now - cpu->interval_start;

	cpu->interval_cycles += cycles * weight;
	if (elapsed < (u64)ptrt_script.limits[PTAP_LIMIT_overload_interval])
		return;
	/* The first interval begins with the first hit. */
	if (cpu->interval_start &&
	    interval_overloaded(elapsed, cpu->interval_cycles))
		ptrt_session_fail(cpu,
				  "probe overhead exceeded threshold: "
				  "handlers take too much of a CPU's time, "
				  "see STP_OVERLOAD_THRESHOLD");
	cpu->interval_start = now;
	cpu->interval_cycles = 0;
}

void ptrt_run_measured(struct ptrt_cpu *cpu,
		       void (*handler)(struct ptrt_context *c))
{
	u32 weight = cpu->period;
	u64 start = get_cycles();
	u64 now;

	cpu->hits_before += weight;
	cpu->period = MEASURE_PERIOD;
	local_set(&cpu->countdown, MEASURE_PERIOD);
	handler(&cpu->c);
	now = get_cycles();
	if (now - start > LONG_HANDLER) {
		cpu->period = 1;
		local_set(&cpu->countdown, 1);
		weight = 1;
	}
	/* begin and the like may take their time. */
	if (!cpu->interruptible)
		account(cpu, now, now - start, weight);
}

/* "MESSAGE near TOKEN at PLACE (called from TOKEN at PLACE) in probe POINT" */
static int describe_error(struct ptrt_cpu *cpu)
{
	static const size_t near_length = sizeof("near ") - 1;
	const struct ptrt_context *c = &cpu->c;
	const size_t room = sizeof(cpu->scratch);
	int n = scnprintf(cpu->scratch, room, "%s%s%s", c->error,
			  c->where ? " " : "", c->where ? c->where : "");
	u32 i;

	for (i = 0; i < cpu->n_callers; i++)
		n += scnprintf(cpu->scratch + n, room - n, "%s%s",
			       i ? ", " : " (called from ",
			       cpu->callers[i] + near_length);
	n += scnprintf(cpu->scratch + n, room - n, "%s in probe %s",
		       cpu->n_callers ? ")" : "",
		       c->probe ? c->probe->point : "?");
	return n;
}

void ptrt_report(struct ptrt_cpu *cpu)
{
	struct ptrt_context *c = &cpu->c;

	if (c->error != ptrt_text_aborted) {
		ptrt_record_text(cpu, PTAP_FORMAT_ERROR, cpu->scratch,
				 describe_error(cpu));
		ptrt_session_error();
	}
	ptrt_error_clear(cpu);
	c->nesting = 0;
}
