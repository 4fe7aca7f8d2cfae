/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The return addresses on the kernel stack, innermost first, those included that
 * return probes and the function graph tracer keep elsewhere.
 *
 * Exact with the ORC unwinder.  With frame pointers the caller of a function that
 * has not set its own up yet is not seen: there nothing is told of the stack.
 */
#ifndef PTRT_COMPAT_UNWIND_H
#define PTRT_COMPAT_UNWIND_H

#include <asm/unwind.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "../engine/over_kernel.h"

struct ptrt_unwind {
#ifdef CONFIG_UNWINDER_ORC
	struct unwind_state state;
	struct pt_regs regs;
#endif
};

/* From a hit at IP with REGS, whose own address may be a breakpoint's end. */
static inline void ptrt_unwind_start(struct ptrt_unwind *unwind,
				     const struct pt_regs *regs,
				     unsigned long ip)
{
#ifdef CONFIG_UNWINDER_ORC
	unwind->regs = *regs;
	unwind->regs.ip = ip;
	unwind_start(&unwind->state, current, &unwind->regs, NULL);
#endif
}

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
	return 0;
#endif
}

#endif
