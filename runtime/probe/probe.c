// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All mechanisms, in the order in which they are armed.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "denied.h"
#include "probe.h"
#include "../core/condition.h"
#include "../core/session.h"

#define LOCK_WAIT_US 1000

/* Waits for the variables' locks, which handlers hold for a bounded time. */
static void evaluate(const struct ptrt_probe *probe)
{
	while (!ptrt_condition_evaluate(probe) && ptrt_session_rearming())
		usleep_range(LOCK_WAIT_US, 2 * LOCK_WAIT_US);
}

static int arm(const struct ptrt_probe *probe)
{
	if (probe->condition)
		evaluate(probe);
	switch (probe->kind) {
	case PTRT_KIND_ENTRY:
		return probe->flags & PTRT_NO_FTRACE ? ptrt_kprobe_arm(probe)
						     : ptrt_ftrace_arm(probe);
	case PTRT_KIND_RETURN: return ptrt_kretprobe_arm(probe);
	case PTRT_KIND_ADDRESS: return ptrt_kprobe_arm(probe);
	case PTRT_KIND_TIMER: return ptrt_timer_arm(probe);
	case PTRT_KIND_USER:
	case PTRT_KIND_USER_RETURN: return ptrt_uprobe_arm(probe);
	case PTRT_KIND_TRACEPOINT: return ptrt_tracepoint_arm(probe);
	case PTRT_KIND_BEGIN:
	case PTRT_KIND_END:
	case PTRT_KIND_ERROR:
	case PTRT_KIND_NEVER: break;
	}
	return 0;
}

int ptrt_probes_arm(void)
{
	unsigned int i;
	int error;

	ptrt_modules_find();
	error = ptrt_denied_renew();
	if (error)
		return error;
	for (i = 0; i < ptrt_script.n_probes; i++) {
		error = arm(&ptrt_script.probes[i]);
		if (error) {
			ptrt_probes_disarm();
			return error;
		}
		cond_resched();
	}
	return 0;
}

void ptrt_probes_rearm(void)
{
	unsigned int i;
	bool on;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		if (!probe->condition)
			continue;
		evaluate(probe);
		on = ptrt_condition_holds(probe);
		ptrt_timer_switch(probe, on);
		ptrt_tracepoint_switch(probe, on);
		ptrt_ftrace_switch(probe, on);
		ptrt_kretprobe_switch(probe, on);
		ptrt_kprobe_switch(probe, on);
		ptrt_uprobe_switch(probe, on);
		if (!ptrt_session_rearming())
			break;
		cond_resched();
	}
}

void ptrt_probes_disarm(void)
{
	ptrt_timer_disarm();
	ptrt_uprobe_disarm();
	ptrt_tracepoint_disarm();
	ptrt_ftrace_disarm();
	ptrt_kretprobe_disarm();
	ptrt_kprobe_disarm();
	ptrt_denied_destroy();
}
