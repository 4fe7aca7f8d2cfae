/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A jump in place of the breakpoint: jump.c, and what stub.S calls.
 *
 * Probes are registered as breakpoints.  A little later a worker looks at all of them,
 * and where a jump of 5 bytes may stand, it does: no exception is taken any more.
 * Before anything is changed at such a place (a probe is added or taken away, in it or
 * within its bytes), it becomes a breakpoint again.
 */
#ifndef PTE_JUMP_H
#define PTE_JUMP_H

#include <linux/list.h>
#include <linux/ptrace.h>

struct ptap_kprobe;
struct ptap_site;

/* Control, under pte_lock: have the worker look, soon. */
void pte_jumps_soon(void);
/* Breakpoints again at the sites of PS that have jumps, and at those whose jump covers
 * one of them; so may whatever is there change. */
void pte_jumps_yield(struct ptap_kprobe **ps, int n);
/* The same for a list of sites, by .work. */
void pte_jumps_take(struct list_head *work);
/* A jump is about to be written over ADDRESS and bytes before it: nobody must come back
 * there. */
bool pte_jump_comes_over(unsigned long address);
/* SITE is out of the table and will be freed after a grace period. */
void pte_jump_disown(struct ptap_site *site);
/* After that. */
void pte_jump_free(struct ptap_site *site);

/* Control, not under pte_lock: no worker runs any more. */
void pte_jumps_exit(void);

/* REGS, of an exception, as SAVED, which may be a stub's.  What the 32-bit entry code
 * keeps of its own in the upper half of cs stays. */
static inline void pte_regs_restore(struct pt_regs *regs,
				    const struct pt_regs *saved)
{
#ifdef CONFIG_X86_32
	unsigned short own = regs->__csh;

	*regs = *saved;
	regs->__csh = own;
#else
	*regs = *saved;
#endif
}

/*
 * Hit, interrupts off.  0: go on in the stub.  Else regs->orig_ax is a stack pointer:
 * the flags and an address are there.
 */
__visible unsigned long pte_stub_hit(struct pt_regs *regs);

/* kretprobe.c.  Hit, interrupts off: a function begins, of which a return probe is
 * the only probe.  SLOT: where its return address is; FROM: in the stub. */
__visible void pte_stub_return_hit(unsigned long *slot, unsigned long from);

#endif
