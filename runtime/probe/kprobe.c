// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any instruction, by a kprobe of the kernel or of the bundled engine: one a site.
 */
#include <linux/kprobes.h> /* NOKPROBE_SYMBOL, of every kernel */
#include <linux/slab.h>

#include "armed.h"
#include "caller.h"
#include "probe.h"
#include "../core/condition.h"
#include "../engine/over_kernel.h"

struct ptrt_kprobe {
	struct ptap_kprobe kp;
	struct ptrt_armed armed;
};

static int kprobe_hit(struct ptap_kprobe *kp, struct pt_regs *regs)
{
	struct ptrt_kprobe *k = container_of(kp, struct ptrt_kprobe, kp);

	ptrt_hit(&k->armed.target, k->armed.target.n_locks > 0, regs,
		 k->armed.site, 0, NULL);
	return 0;
}
NOKPROBE_SYMBOL(kprobe_hit);

static bool kprobe_is_disabled(void *handle)
{
	return ptap_kprobe_disabled(handle);
}

static int kprobe_enable(void *handle)
{
	return ptap_enable_kprobe(handle);
}

static int kprobe_disable(void *handle)
{
	return ptap_disable_kprobe(handle);
}

static void kprobe_unregister(void **handles, int n)
{
	ptap_unregister_kprobes((struct ptap_kprobe **)handles, n);
}

static void kprobe_release(struct ptrt_armed *armed)
{
	struct ptrt_kprobe *k = container_of(armed, struct ptrt_kprobe, armed);

	ptrt_skip_add(armed->target.probe, PTRT_SKIP_REENTRY, k->kp.nmissed);
	kfree(k);
}

static struct ptrt_mechanism kprobe_mechanism = {
	.armed = LIST_HEAD_INIT(kprobe_mechanism.armed),
	.disabled = kprobe_is_disabled,
	.enable = kprobe_enable,
	.disable = kprobe_disable,
	.unregister = kprobe_unregister,
	.release = kprobe_release,
};

static int kprobe_hit_called(struct ptap_kprobe *kp, struct pt_regs *regs)
{
	struct ptrt_kprobe *k = container_of(kp, struct ptrt_kprobe, kp);

	if (ptrt_called(k->armed.target.probe, regs, (unsigned long)kp->addr))
		kprobe_hit(kp, regs);
	return 0;
}
NOKPROBE_SYMBOL(kprobe_hit_called);

int ptrt_kprobe_arm_site(const struct ptrt_probe *probe,
			 const struct ptrt_site *site)
{
	struct ptrt_kprobe *k = kzalloc(sizeof(*k), GFP_KERNEL);
	int error;

	if (!k)
		return -ENOMEM;
	k->armed.target = ptrt_target_body(probe);
	k->armed.site = site;
	k->armed.handle = &k->kp;
	k->kp.addr = (ptap_kprobe_opcode_t *)ptrt_site_address(site);
	k->kp.pre_handler = probe->n_callers ? kprobe_hit_called : kprobe_hit;
	if (probe->kind == PTRT_KIND_ENTRY)
		k->kp.flags |= PTAP_KPROBE_FLAG_ENTRY;
	if (!ptrt_condition_holds(probe))
		k->kp.flags |= PTAP_KPROBE_FLAG_DISABLED;
	error = ptap_register_kprobe(&k->kp);
	if (error) {
		if (error != -ENOMEM)
			ptrt_site_failed(probe, site,
					 ptap_kprobe_refusal(&k->kp), error);
		kfree(k);
		return error == -ENOMEM ? error : 0;
	}
	ptrt_armed_add(&kprobe_mechanism, &k->armed);
	return 0;
}

int ptrt_kprobe_arm(const struct ptrt_probe *probe)
{
	return ptrt_sites_arm(probe, ptrt_kprobe_arm_site);
}

void ptrt_kprobe_switch(const struct ptrt_probe *probe, bool on)
{
	ptrt_armed_switch(&kprobe_mechanism, probe, on);
}

void ptrt_kprobe_forget(const struct ptrt_section *section)
{
	ptrt_armed_forget(&kprobe_mechanism, section);
}

void ptrt_kprobe_disarm(void)
{
	ptrt_armed_disarm(&kprobe_mechanism);
}
