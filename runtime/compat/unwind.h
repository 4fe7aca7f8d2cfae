/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The return addresses on the kernel stack, innermost first, those included that
 * return probes and the function graph tracer keep elsewhere.
 *
 * Exact with the ORC unwinder.  With frame pointers (i386) exact from a function's
 * entry on, where the top of the stack and its caller's frame are known; from the
 * middle of a function, which may not have its frame yet, nothing is told.
 */
#ifndef PTRT_COMPAT_UNWIND_H
#define PTRT_COMPAT_UNWIND_H

#include <asm/unwind.h>
#include <linux/llist.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#ifdef CONFIG_RETHOOK
#include <linux/rethook.h>
#endif

#include "../engine/over_kernel.h"

struct ptrt_unwind {
#ifdef CONFIG_UNWINDER_ORC
	struct unwind_state state;
	struct pt_regs regs;
#else
	unsigned long slot;  /* where the next return address stands; 0: none */
	unsigned long frame; /* of the function that it is in */
#endif
};

/* From a hit at IP with REGS, whose own address may be a breakpoint's end.  ENTRY:
 * it is the entry of a function. */
static inline void ptrt_unwind_start(struct ptrt_unwind *unwind,
				     const struct pt_regs *regs,
				     unsigned long ip, bool entry)
{
#ifdef CONFIG_UNWINDER_ORC
	unwind->regs = *regs;
	unwind->regs.ip = ip;
	unwind_start(&unwind->state, current, &unwind->regs, NULL);
#else
	unwind->slot = entry ? regs->sp : 0;
	unwind->frame = regs->bp;
#endif
}

/* What a return probe took from SLOT to put its own address there: the oldest of
 * those that the current task has for it, the last in the list. */
static inline unsigned long ptrt_unwind_hooked(unsigned long slot,
					       unsigned long address)
{
#ifdef CONFIG_RETHOOK
	struct llist_node *node = READ_ONCE(current->rethooks.first);

	for (; node; node = READ_ONCE(node->next)) {
		const struct rethook_node *hook =
			llist_entry(node, struct rethook_node, llist);

		if (hook->frame == slot)
			address = hook->ret_addr;
	}
#endif
	return address;
}

#ifndef CONFIG_UNWINDER_ORC
static inline bool ptrt_unwind_read(unsigned long at, unsigned long *ret)
{
	pagefault_disable();
	__get_kernel_nofault(ret, at, unsigned long, fault);
	pagefault_enable();
	return true;
fault:
	pagefault_enable();
	return false;
}

#endif

/* The next return address; 0: none is known. */
static inline unsigned long ptrt_unwind_next(struct ptrt_unwind *unwind)
{
#ifdef CONFIG_UNWINDER_ORC
	struct unwind_state *state = &unwind->state;
	unsigned long address = unwind_get_return_address(state);
	unsigned long real =
		ptap_return_address(address, (unsigned long *)state->sp - 1);

	if (real == address) {
		unwind_next_frame(state);
		return address;
	}
	/* The unwinder does not know the bundled engine's trampoline, and would
	 * end there: it starts anew where that returns to. */
	unwind->regs.ip = real;
	unwind->regs.sp = state->sp;
	unwind->regs.bp = state->bp;
	unwind_start(state, current, &unwind->regs, NULL);
	return real;
#else
	unsigned long slot = unwind->slot, address, next;

	if (!slot || !ptrt_unwind_read(slot, &address))
		return 0;
	/* Frames lie further and further up. */
	unwind->slot = 0;
	if (unwind->frame > slot && ptrt_unwind_read(unwind->frame, &next)) {
		unwind->slot = unwind->frame + sizeof(long);
		unwind->frame = next;
	}
	address = ptrt_unwind_hooked(slot, address);
	return ptap_return_address(address, (unsigned long *)slot);
#endif
}

#endif
