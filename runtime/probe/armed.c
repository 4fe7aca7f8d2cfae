// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "armed.h"
#include "probe.h"
#include "../core/session.h"

void ptrt_armed_add(struct ptrt_mechanism *mechanism, struct ptrt_armed *armed)
{
	list_add_tail(&armed->list, &mechanism->armed);
	mechanism->n++;
}

void ptrt_armed_switch(struct ptrt_mechanism *mechanism,
		       const struct ptrt_probe *probe, bool on)
{
	struct ptrt_armed *armed;

	list_for_each_entry(armed, &mechanism->armed, list) {
		if (armed->target.probe != probe ||
		    mechanism->disabled(armed->handle) != on)
			continue;
		if (!ptrt_session_rearming())
			return;
		ptrt_site_switched(probe, armed->site,
				   on ? mechanism->enable(armed->handle)
				      : mechanism->disable(armed->handle));
		cond_resched();
	}
}

static void armed_release(struct ptrt_mechanism *mechanism,
			  struct ptrt_armed *armed)
{
	list_del(&armed->list);
	mechanism->n--;
	mechanism->release(armed);
}

void ptrt_armed_forget(struct ptrt_mechanism *mechanism,
		       const struct ptrt_section *section)
{
	struct ptrt_armed *armed, *next;

	list_for_each_entry_safe(armed, next, &mechanism->armed, list) {
		if (ptrt_site_section(armed->site) != section)
			continue;
		mechanism->unregister(&armed->handle, 1);
		armed_release(mechanism, armed);
	}
}

/* One by one, if there is no memory for the list of them. */
static void armed_unregister_all(struct ptrt_mechanism *mechanism)
{
	void **all = kvmalloc_array(mechanism->n, sizeof(*all), GFP_KERNEL);
	struct ptrt_armed *armed;
	unsigned int n = 0;

	list_for_each_entry(armed, &mechanism->armed, list) {
		if (all)
			all[n++] = armed->handle;
		else
			mechanism->unregister(&armed->handle, 1);
	}
	if (all)
		mechanism->unregister(all, n);
	kvfree(all);
}

void ptrt_armed_disarm(struct ptrt_mechanism *mechanism)
{
	struct ptrt_armed *armed, *next;

	if (!mechanism->n)
		return;
	armed_unregister_all(mechanism);
	list_for_each_entry_safe(armed, next, &mechanism->armed, list)
		armed_release(mechanism, armed);
}
