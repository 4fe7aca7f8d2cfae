/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel was asked to watch, one entry a site: shared by the mechanisms
 * that register each of their sites.  All in process context under the session's
 * mutex.
 */
#ifndef PTRT_PROBE_ARMED_H
#define PTRT_PROBE_ARMED_H

#include <linux/list.h>

#include "../core/hit.h"

/* A member of the mechanism's own structure. */
struct ptrt_armed {
	struct ptrt_target target;
	const struct ptrt_site *site;
	void *handle; /* struct kprobe, struct kretprobe */
	struct list_head list;
};

struct ptrt_mechanism {
	struct list_head armed;
	unsigned int n;
	bool (*disabled)(void *handle);
	int (*enable)(void *handle); /* 0 or an errno, as the next */
	int (*disable)(void *handle);
	/* One grace period for all; when it returns no handler of them runs. */
	void (*unregister)(void **handles, int n);
	/* Counts what ARMED missed, and frees it. */
	void (*release)(struct ptrt_armed *armed);
};

void ptrt_armed_add(struct ptrt_mechanism *mechanism, struct ptrt_armed *armed);

/* Switches those of PROBE that are not ON or off already. */
void ptrt_armed_switch(struct ptrt_mechanism *mechanism,
		       const struct ptrt_probe *probe, bool on);

/* Takes back those in SECTION, whose module goes. */
void ptrt_armed_forget(struct ptrt_mechanism *mechanism,
		       const struct ptrt_section *section);

/* Takes all back. */
void ptrt_armed_disarm(struct ptrt_mechanism *mechanism);

#endif
