// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All mechanisms, in the order in which they are armed.
 */
#include <linux/kernel.h>
#include <linux/sched.h>

#include "probe.h"

static int arm(const struct ptrt_probe *probe)
{
	switch (probe->kind) {
	case PTRT_KIND_ENTRY:
		return probe->flags & PTRT_NO_FTRACE ? ptrt_kprobe_arm(probe)
						     : ptrt_ftrace_arm(probe);
	case PTRT_KIND_RETURN: return ptrt_kretprobe_arm(probe);
	case PTRT_KIND_ADDRESS: return ptrt_kprobe_arm(probe);
	case PTRT_KIND_TIMER: return ptrt_timer_arm(probe);
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

void ptrt_probes_disarm(void)
{
	ptrt_timer_disarm();
	ptrt_ftrace_disarm();
	ptrt_kretprobe_disarm();
	ptrt_kprobe_disarm();
}
