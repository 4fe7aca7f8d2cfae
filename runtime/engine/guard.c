// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls of handlers whose probe has a fault handler. */
#include "engine.h"

int pte_guard_init(void)
{
	return 0;
}

int pte_guard_add(const struct ptap_kprobe *p)
{
	return 0;
}

PTE_HIT int pte_guarded_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	return p->pre_handler(p, regs);
}
PTE_HIT_END(pte_guarded_pre);

PTE_HIT void pte_guarded_post(struct ptap_kprobe *p, struct pt_regs *regs)
{
	p->post_handler(p, regs, 0);
}
PTE_HIT_END(pte_guarded_post);
