// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any instruction, by the kernel's kprobes: one a site.
 */
#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "probe.h"
#include "../core/condition.h"
#include "../core/hit.h"
#include "../core/session.h"

struct ptrt_kprobe {
	struct kprobe kp;
	struct ptrt_target target;
	const struct ptrt_site *site;
	struct list_head list;
};

static LIST_HEAD(kprobe_armed);
static unsigned int n_kprobes;

static int kprobe_hit(struct kprobe *kp, struct pt_regs *regs)
{
	struct ptrt_kprobe *k = container_of(kp, struct ptrt_kprobe, kp);

	ptrt_hit(&k->target, k->target.n_locks > 0, regs, k->site, 0, NULL);
	return 0;
}
NOKPROBE_SYMBOL(kprobe_hit);

int ptrt_kprobe_arm_site(const struct ptrt_probe *probe,
			 const struct ptrt_site *site)
{
	struct ptrt_kprobe *k = kzalloc(sizeof(*k), GFP_KERNEL);
	int error;

	if (!k)
		return -ENOMEM;
	k->target = ptrt_target_body(probe);
	k->site = site;
	k->kp.addr = (kprobe_opcode_t *)ptrt_site_address(site);
	k->kp.pre_handler = kprobe_hit;
	if (!ptrt_condition_holds(probe))
		k->kp.flags = KPROBE_FLAG_DISABLED;
	error = register_kprobe(&k->kp);
	if (error) {
		kfree(k);
		if (error == -ENOMEM)
			return error;
		ptrt_site_failed(probe, site, error);
		return 0;
	}
	list_add_tail(&k->list, &kprobe_armed);
	n_kprobes++;
	return 0;
}

int ptrt_kprobe_arm(const struct ptrt_probe *probe)
{
	return ptrt_sites_arm(probe, ptrt_kprobe_arm_site);
}

void ptrt_kprobe_switch(const struct ptrt_probe *probe, bool on)
{
	struct ptrt_kprobe *k;

	list_for_each_entry(k, &kprobe_armed, list) {
		if (k->target.probe != probe || kprobe_disabled(&k->kp) != on)
			continue;
		if (!ptrt_session_rearming())
			return;
		if (on)
			ptrt_site_switched(probe, k->site,
					   enable_kprobe(&k->kp));
		else
			ptrt_site_switched(probe, k->site,
					   disable_kprobe(&k->kp));
		cond_resched();
	}
}

/* One grace period for all, if there is memory for the list of them. */
static void kprobe_unregister_all(void)
{
	struct kprobe **all =
		kvmalloc_array(n_kprobes, sizeof(*all), GFP_KERNEL);
	struct ptrt_kprobe *k;
	unsigned int n = 0;

	list_for_each_entry(k, &kprobe_armed, list) {
		if (all)
			all[n++] = &k->kp;
		else
			unregister_kprobe(&k->kp);
	}
	if (all)
		unregister_kprobes(all, n);
	kvfree(all);
}

static void kprobe_free(struct ptrt_kprobe *k)
{
	ptrt_skip_add(k->target.probe, PTRT_SKIP_REENTRY, k->kp.nmissed);
	list_del(&k->list);
	kfree(k);
	n_kprobes--;
}

void ptrt_kprobe_forget(const struct ptrt_section *section)
{
	struct ptrt_kprobe *k, *next;

	list_for_each_entry_safe(k, next, &kprobe_armed, list) {
		if (ptrt_site_section(k->site) != section)
			continue;
		unregister_kprobe(&k->kp);
		kprobe_free(k);
	}
}

void ptrt_kprobe_disarm(void)
{
	struct ptrt_kprobe *k, *next;

	if (!n_kprobes)
		return;
	kprobe_unregister_all();
	list_for_each_entry_safe(k, next, &kprobe_armed, list)
		kprobe_free(k);
}
