// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Function return, by a kretprobe of the kernel or of the bundled engine: one a
 * site.
 *
 * Values that the script wants from the function's entry are saved in the
 * instance, which belongs to this call.  If they could not be saved, the call
 * has no return hit either.
 */
#include <linux/cpumask.h>
#include <linux/kprobes.h> /* NOKPROBE_SYMBOL, of every kernel */
#include <linux/slab.h>

#include "armed.h"
#include "caller.h"
#include "probe.h"
#include "../core/condition.h"
#include "../engine/over_kernel.h"

struct ptrt_kretprobe {
	struct ptap_kretprobe rp;
	struct ptrt_armed armed;
	struct ptrt_target entry;
};

/* NULL: it was unregistered on another CPU since the mechanism looked. */
static struct ptrt_kretprobe *
of_instance(struct ptap_kretprobe_instance *instance)
{
	struct ptap_kretprobe *rp = ptap_get_kretprobe(instance);

	return likely(rp) ? container_of(rp, struct ptrt_kretprobe, rp) : NULL;
}

static int hit_entry(struct ptap_kretprobe_instance *instance,
		     struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	return !k || !ptrt_hit(&k->entry, k->entry.n_locks > 0, regs,
			       k->armed.site, 0, instance->data);
}
NOKPROBE_SYMBOL(hit_entry);

/* A call from elsewhere has no return either. */
static int hit_entry_called(struct ptap_kretprobe_instance *instance,
			    struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	if (!k || !ptrt_called(k->armed.target.probe, regs,
			       (unsigned long)k->rp.kp.addr))
		return 1;
	return k->entry.handler ? hit_entry(instance, regs) : 0;
}
NOKPROBE_SYMBOL(hit_entry_called);

static int kretprobe_hit_plain(struct ptap_kretprobe_instance *instance,
			       struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	if (k)
		ptrt_hit(&k->armed.target, false, regs, k->armed.site, 0,
			 instance->data);
	return 0;
}
NOKPROBE_SYMBOL(kretprobe_hit_plain);

static int kretprobe_hit_locked(struct ptap_kretprobe_instance *instance,
				struct pt_regs *regs)
{
	struct ptrt_kretprobe *k = of_instance(instance);

	if (k)
		ptrt_hit(&k->armed.target, true, regs, k->armed.site, 0,
			 instance->data);
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

static bool kretprobe_is_disabled(void *handle)
{
	struct ptap_kretprobe *rp = handle;

	return ptap_kprobe_disabled(&rp->kp);
}

static int kretprobe_enable(void *handle)
{
	return ptap_enable_kretprobe(handle);
}

static int kretprobe_disable(void *handle)
{
	return ptap_disable_kretprobe(handle);
}

/* Calls that are still running return through the trampoline and find no handler. */
static void kretprobe_unregister(void **handles, int n)
{
	ptap_unregister_kretprobes((struct ptap_kretprobe **)handles, n);
}

static void kretprobe_release(struct ptrt_armed *armed)
{
	struct ptrt_kretprobe *k =
		container_of(armed, struct ptrt_kretprobe, armed);

	ptrt_skip_add(armed->target.probe, PTRT_SKIP_MAXACTIVE, k->rp.nmissed);
	ptrt_skip_add(armed->target.probe, PTRT_SKIP_REENTRY, k->rp.kp.nmissed);
	kfree(k);
}

static struct ptrt_mechanism kretprobe_mechanism = {
	.armed = LIST_HEAD_INIT(kretprobe_mechanism.armed),
	.disabled = kretprobe_is_disabled,
	.enable = kretprobe_enable,
	.disable = kretprobe_disable,
	.unregister = kretprobe_unregister,
	.release = kretprobe_release,
};

int ptrt_kretprobe_arm_site(const struct ptrt_probe *probe,
			    const struct ptrt_site *site)
{
	struct ptrt_kretprobe *k = kzalloc(sizeof(*k), GFP_KERNEL);
	int error;

	if (!k)
		return -ENOMEM;
	k->armed.target = ptrt_target_body(probe);
	k->armed.site = site;
	k->armed.handle = &k->rp;
	k->rp.kp.addr = (ptap_kprobe_opcode_t *)ptrt_site_address(site);
	k->rp.handler =
		probe->n_locks ? kretprobe_hit_locked : kretprobe_hit_plain;
	k->rp.maxactive = max_active(probe);
	k->rp.data_size = probe->entry_size;
	if (probe->entry) {
		k->entry = ptrt_target_entry(probe);
		k->rp.entry_handler = hit_entry;
	}
	if (probe->n_callers)
		k->rp.entry_handler = hit_entry_called;
	if (!ptrt_condition_holds(probe))
		k->rp.kp.flags = PTAP_KPROBE_FLAG_DISABLED;
	error = ptap_register_kretprobe(&k->rp);
	if (error) {
		if (error != -ENOMEM)
			ptrt_site_failed(probe, site,
					 ptap_kprobe_refusal(&k->rp.kp), error);
		kfree(k);
		return error == -ENOMEM ? error : 0;
	}
	ptrt_armed_add(&kretprobe_mechanism, &k->armed);
	return 0;
}

int ptrt_kretprobe_arm(const struct ptrt_probe *probe)
{
	return ptrt_sites_arm(probe, ptrt_kretprobe_arm_site);
}

void ptrt_kretprobe_switch(const struct ptrt_probe *probe, bool on)
{
	ptrt_armed_switch(&kretprobe_mechanism, probe, on);
}

void ptrt_kretprobe_forget(const struct ptrt_section *section)
{
	ptrt_armed_forget(&kretprobe_mechanism, section);
}

void ptrt_kretprobe_disarm(void)
{
	ptrt_armed_disarm(&kretprobe_mechanism);
}
