// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hit: from the breakpoint exception to the displaced instruction.
 *
 * The kernel hands every breakpoint that is not its own to the notifiers of DIE_INT3,
 * on this CPU, with interrupts off, as in an NMI.  There are three kinds of ours: a
 * probed address; a trap in a slot, behind a displaced instruction whose probe has
 * a post handler; the end of a jprobe's handler.
 */
#include <linux/kdebug.h>
#include <linux/notifier.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

#include "engine.h"

DEFINE_PER_CPU(struct pte_cpu, pte_cpu);

PTE_HIT void pte_site_missed(struct ptap_site *site)
{
	struct ptap_kprobe *p;

	list_for_each_entry_rcu(p, &site->probes, list)
	{
		if (!(READ_ONCE(p->flags) & PTE_OFF))
			atomic_long_inc((atomic_long_t *)&p->nmissed);
	}
}
PTE_HIT_END(pte_site_missed);

/* Has P, with a post handler, no part in a hit that began with SLOT as the site's post
 * slot? */
static __always_inline bool pte_is_left_out(const struct ptap_site *site,
					    const struct ptap_kprobe *p,
					    unsigned long slot)
{
	u32 flags = READ_ONCE(p->flags);

	return !slot || (flags & PTE_OFF) ||
	       ((flags & PTE_JOINING) && slot != READ_ONCE(site->joining_slot));
}

/* Calls the pre handlers, as pte_site_pre_all(); *POST becomes the slot to go by if post
 * handlers belong to this hit.  POST NULL: none can. */
static __always_inline bool
pte_call_pre(struct ptap_site *site, struct pt_regs *regs, unsigned long *post)
{
	/* Before the list: registry.c changes them in the other order. */
	unsigned long slot = READ_ONCE(site->post_slot);
	struct ptap_kprobe *p;

	list_for_each_entry_rcu(p, &site->probes, list)
	{
		if (unlikely(p->post_handler)) {
			if (!post || pte_is_left_out(site, p, slot))
				continue;
			*post = slot;
		} else if (READ_ONCE(p->flags) & PTE_OFF) {
			continue;
		}
		if (!p->pre_handler)
			continue;
		if ((p->fault_handler && !(p->flags & PTE_RETURN)
			     ? pte_guarded_pre(p, regs)
			     : p->pre_handler(p, regs)) &&
		    !(p->flags & PTE_MULTI))
			return true;
	}
	return false;
}

PTE_HIT bool pte_site_pre_all(struct ptap_site *site, struct pt_regs *regs)
{
	return pte_call_pre(site, regs, NULL);
}
PTE_HIT_END(pte_site_pre_all);

/* ---- between the pre and the post handlers ------------------------------- */

/* The displaced instruction comes next.  POST: as pte_call_pre() gave it. */
static __always_inline void pte_go_on(struct ptap_site *site,
				      struct pt_regs *regs, unsigned long post)
{
	if (likely(!post)) {
		regs->ip = site->slot;
		return;
	}
	pte_hold_cpu();
	regs->ip = post;
}

/* Where control goes from a trap: see displace.h. */
static PTE_HIT void pte_leave_slot(struct pt_regs *regs)
{
	const u8 *code = (const u8 *)regs->ip;
	unsigned long *stack;

	if (*code == 0xe9) {
		regs->ip += 5 + *(const s32 *)(code + 1);
		return;
	}
	stack = (unsigned long *)kernel_stack_pointer(regs);
	regs->ip = *stack;
	regs->sp = (unsigned long)(stack + 1);
	if (*code == 0xc2)
		regs->sp += *(const u16 *)(code + 1);
}
PTE_HIT_END(pte_leave_slot);

static PTE_HIT void pte_site_post(struct ptap_site *site, struct pt_regs *regs,
				  unsigned long slot)
{
	struct ptap_kprobe *p;

	list_for_each_entry_rcu(p, &site->probes, list)
	{
		if (!p->post_handler || pte_is_left_out(site, p, slot))
			continue;
		if (p->fault_handler)
			pte_guarded_post(p, regs);
		else
			p->post_handler(p, regs, 0);
	}
}
PTE_HIT_END(pte_site_post);

/* ---- the exception ------------------------------------------------------- */

static PTE_HIT bool pte_post_trap(struct pt_regs *regs)
{
	unsigned long at = pte_trap_address(regs);
	struct ptap_site *site = pte_slot_owner(at);
	unsigned long slot;

	if (!site || at - site->post_slots >= 2 * PTE_SLOT_UNIT)
		return false;
	slot = at - (at - site->post_slots) % PTE_SLOT_UNIT;
	pte_leave_slot(regs);
	if (pte_enter()) {
		pte_site_post(site, regs, slot);
		pte_leave();
	} else {
		pte_site_missed(site);
	}
	pte_release_cpu();
	return true;
}
PTE_HIT_END(pte_post_trap);

/*
 * Not ours, or not any more: taken away between the exception and now.  The CPUs are
 * waited for before that is forgotten, so this is for breakpoints of others that
 * went, which the kernel's own handling looks for only where it has kprobes.
 */
static PTE_HIT bool pte_is_gone(struct pt_regs *regs)
{
	u8 live;

	if (copy_from_kernel_nofault(&live, (void *)(regs->ip - 1), 1) ||
	    live == PTE_INT3)
		return false;
	regs->ip--;
	return true;
}
PTE_HIT_END(pte_is_gone);

static PTE_HIT noinline bool pte_other_trap(struct pt_regs *regs)
{
	struct ptap_site *site;

	if (user_mode(regs))
		return false;
	if (pte_post_trap(regs))
		return true;
	if (pte_jprobe_return_trap(regs, &site)) {
		pte_go_on(site, regs, raw_cpu_read(pte_cpu.jprobe_post));
		pte_leave();
		return true;
	}
	return pte_is_gone(regs);
}
PTE_HIT_END(pte_other_trap);

/* Several probes, or one with more than a pre handler. */
static PTE_HIT noinline void pte_hit_several(struct ptap_site *site,
					     struct pt_regs *regs)
{
	unsigned long post = 0;

	if (!pte_call_pre(site, regs, &post)) {
		pte_go_on(site, regs, post);
		pte_leave();
	} else if (!raw_cpu_read(pte_cpu.jprobe_site)) {
		pte_leave();
	} else {
		raw_cpu_write(pte_cpu.jprobe_post, post);
	}
}
PTE_HIT_END(pte_hit_several);

/* Where breakpoints in user space may look like the kernel's: those of 32 bits count from
 * a segment's base. */
static __always_inline bool pte_is_foreign_int3(struct pt_regs *regs)
{
	return !PTE_WIDE && user_mode(regs);
}

static PTE_HIT int pte_on_exception(struct notifier_block *block,
				    unsigned long event, void *data)
{
	struct pt_regs *regs = ((struct die_args *)data)->regs;
	struct ptap_kprobe *only;
	struct ptap_site *site;

	if (event != DIE_INT3 || pte_is_foreign_int3(regs))
		return NOTIFY_DONE;
	site = pte_site_find(regs->ip - 1);
	if (unlikely(!site))
		return pte_other_trap(regs) ? NOTIFY_STOP : NOTIFY_DONE;
	if (unlikely(!pte_enter())) {
		pte_site_missed(site);
		regs->ip = site->slot;
		return NOTIFY_STOP;
	}
	only = READ_ONCE(site->only);
	if (unlikely(!only)) {
		pte_hit_several(site, regs);
	} else if (likely(!only->pre_handler(only, regs))) {
		regs->ip = site->slot;
		pte_leave();
	} else if (!raw_cpu_read(pte_cpu.jprobe_site)) {
		pte_leave();
	}
	return NOTIFY_STOP;
}
PTE_HIT_END(pte_on_exception);

static struct notifier_block pte_exceptions = {
	.notifier_call = pte_on_exception,
	.priority = INT_MAX,
};

/*
 * Breakpoint exceptions are seen by RCU; stubs and the trampoline may run where it
 * takes no notice of the CPU, but with interrupts off.
 */
void pte_hits_wait(void)
{
	pte_text_sync();
	synchronize_rcu();
}

int pte_hit_init(void)
{
	return register_die_notifier(&pte_exceptions);
}

void pte_hit_exit(void)
{
	unregister_die_notifier(&pte_exceptions);
}
