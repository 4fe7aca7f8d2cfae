// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Function return, by the kernel's kretprobes: one a site.
 *
 * Values that the script wants from the function's entry are saved in the
 * instance, which belongs to this call.  If they could not be saved, the call
 * has no return kretprobe_hit either.
 */
#include <linux/cpumask.h>
#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "probe.h"
#include "../core/condition.h"
#include "../core/hit.h"
#include "../core/session.h"

struct ptrt_kretprobe {
	struct kretprobe rp;
	struct ptrt_target target;
	struct ptrt_target entry;
	const struct ptrt_site *site;
	struct list_head list;
};

static LIST_HEAD(kretprobe_armed);
static unsigned int n_kretprobes;

static struct ptrt_kretprobe *of_instance(struct kretprobe_instance *instance)
{
	return container_of(get_kretprobe(instance), struct ptrt_kretprobe, rp);
}

static int hit_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	return !ptrt_hit(&k->entry, k->entry.n_locks > 0, regs, k->site, 0,
			 instance->data);
}
NOKPROBE_SYMBOL(hit_entry);

static int kretprobe_hit_plain(struct kretprobe_instance *instance,
			       struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	ptrt_hit(&k->target, false, regs, k->site, 0, instance->data);
	return 0;
}
NOKPROBE_SYMBOL(kretprobe_hit_plain);

static int kretprobe_hit_locked(struct kretprobe_instance *instance,
				struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	ptrt_hit(&k->target, true, regs, k->site, 0, instance->data);
	return 0;
}
NOKPROBE_SYMBOL(kretprobe_hit_locked);

static int max_active(const struct ptrt_probe *probe)
{
	if (probe->maxactive)
		return probe->maxactive;
	if (ptrt_script.limits[PTAP_LIMIT_kretactive])
		return ptrt_script.limits[PTAP_LIMIT_kretactive];
	return max(15u, 6 * num_possible_cpus());
}

int ptrt_kretprobe_arm_site(const struct ptrt_probe *probe,
			    const struct ptrt_site *site)
{
	struct ptrt_kretprobe *k = kzalloc(sizeof(*k), GFP_KERNEL);
	int error;

	if (!k)
		return -ENOMEM;
	k->target = ptrt_target_body(probe);
	k->site = site;
	k->rp.kp.addr = (kprobe_opcode_t *)ptrt_site_address(site);
	k->rp.handler =
		probe->n_locks ? kretprobe_hit_locked : kretprobe_hit_plain;
	k->rp.maxactive = max_active(probe);
	k->rp.data_size = probe->entry_size;
	if (probe->entry) {
		k->entry = ptrt_target_entry(probe);
		k->rp.entry_handler = hit_entry;
	}
	if (!ptrt_condition_holds(probe))
		k->rp.kp.flags = KPROBE_FLAG_DISABLED;
	error = register_kretprobe(&k->rp);
	if (error) {
		kfree(k);
		if (error == -ENOMEM)
			return error;
		ptrt_site_failed(probe, site, error);
		return 0;
	}
	list_add_tail(&k->list, &kretprobe_armed);
	n_kretprobes++;
	return 0;
}

int ptrt_kretprobe_arm(const struct ptrt_probe *probe)
{
	return ptrt_sites_arm(probe, ptrt_kretprobe_arm_site);
}

void ptrt_kretprobe_switch(const struct ptrt_probe *probe, bool on)
{
	struct ptrt_kretprobe *k;

	list_for_each_entry(k, &kretprobe_armed, list) {
		if (k->target.probe != probe ||
		    kprobe_disabled(&k->rp.kp) != on)
			continue;
		if (!ptrt_session_rearming())
			return;
		if (on)
			ptrt_site_switched(probe, k->site,
					   enable_kretprobe(&k->rp));
		else
			ptrt_site_switched(probe, k->site,
					   disable_kretprobe(&k->rp));
		cond_resched();
	}
}

/* One grace period for all, if there is memory for the list of them.  Calls
 * that are still running return through the kernel's own trampoline and find
 * no handler. */
static void kretprobe_unregister_all(void)
{
	struct kretprobe **all =
		kvmalloc_array(n_kretprobes, sizeof(*all), GFP_KERNEL);
	struct ptrt_kretprobe *k;
	unsigned int n = 0;

	list_for_each_entry(k, &kretprobe_armed, list) {
		if (all)
			all[n++] = &k->rp;
		else
			unregister_kretprobe(&k->rp);
	}
	if (all)
		unregister_kretprobes(all, n);
	kvfree(all);
}

static void kretprobe_free(struct ptrt_kretprobe *k)
{
	ptrt_skip_add(k->target.probe, PTRT_SKIP_MAXACTIVE, k->rp.nmissed);
	ptrt_skip_add(k->target.probe, PTRT_SKIP_REENTRY, k->rp.kp.nmissed);
	list_del(&k->list);
	kfree(k);
	n_kretprobes--;
}

void ptrt_kretprobe_forget(const struct ptrt_section *section)
{
	struct ptrt_kretprobe *k, *next;

	list_for_each_entry_safe(k, next, &kretprobe_armed, list) {
		if (ptrt_site_section(k->site) != section)
			continue;
		unregister_kretprobe(&k->rp);
		kretprobe_free(k);
	}
}

void ptrt_kretprobe_disarm(void)
{
	struct ptrt_kretprobe *k, *next;

	if (!n_kretprobes)
		return;
	kretprobe_unregister_all();
	list_for_each_entry_safe(k, next, &kretprobe_armed, list)
		kretprobe_free(k);
}
