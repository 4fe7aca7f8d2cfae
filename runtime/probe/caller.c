// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Was a function called from where the script says?
 *
 * At a function's entry the return address is on top of the stack, which answers
 * nearly always.  The stack is walked only for callers of callers, in the middle
 * of a function, and where a return probe or the function graph tracer has put
 * its own address there.
 */
#include <linux/kprobes.h>
#include <linux/uaccess.h>

#include "caller.h"
#include "../compat/unwind.h"
#include "../core/context.h"
#include "../engine/over_kernel.h"

static u64 slide_of(unsigned int section)
{
	return section ? READ_ONCE(ptrt_script.sections[section - 1].slide)
		       : ptrt_slide;
}

/* The call stands before the address that it returns to, which may be the first
 * behind the function. */
static bool is_in(const struct ptrt_caller *caller, unsigned long address)
{
	unsigned int i;

	for (i = 0; i < caller->n_ranges; i++) {
		const struct ptrt_range *range = &caller->ranges[i];
		u64 slide = slide_of(range->section);
		u64 linked = address - 1 - slide;

		if ((slide || !range->section) && linked >= range->start &&
		    linked < range->end)
			return true;
	}
	return false;
}

static bool is_trampoline(unsigned long address)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ptrt_script.trampolines); i++)
		if (ptrt_script.trampolines[i] &&
		    address == ptrt_script.trampolines[i] + ptrt_slide)
			return true;
	return false;
}

/* Inline: what is called here must not be probed. */
static bool top_of_stack(const struct pt_regs *regs, unsigned long *ret)
{
	pagefault_disable();
	__get_kernel_nofault(ret, regs->sp, unsigned long, fault);
	pagefault_enable();
	*ret = ptap_return_address(*ret, (unsigned long *)regs->sp);
	return true;
fault:
	pagefault_enable();
	return false;
}

static bool stack_matches(const struct ptrt_probe *probe,
			  const struct pt_regs *regs, unsigned long ip)
{
	struct ptrt_unwind unwind;
	unsigned int i;

	ptrt_unwind_start(&unwind, regs, ip, probe->kind != PTRT_KIND_ADDRESS);
	for (i = 0; i < probe->n_callers; i++)
		if (!is_in(&probe->callers[i], ptrt_unwind_next(&unwind)))
			return false;
	return true;
}

/* The unwinder may hit probes: they find the context taken.  Where it is taken
 * already, or the session is not on, ptrt_hit() will say so. */
static bool walk_matches(const struct ptrt_probe *probe,
			 const struct pt_regs *regs, unsigned long ip)
{
	struct ptrt_cpu *cpu;
	unsigned long flags;
	bool matches = true;

	raw_local_irq_save(flags);
	cpu = raw_cpu_read(ptrt_context);
	if (ptrt_may_enter(cpu)) {
		WRITE_ONCE(cpu->busy, 1);
		barrier();
		matches = stack_matches(probe, regs, ip);
		ptrt_leave(cpu);
	}
	raw_local_irq_restore(flags);
	return matches;
}

bool ptrt_called(const struct ptrt_probe *probe, const void *hit_regs,
		 unsigned long ip)
{
	const struct pt_regs *regs = hit_regs;
	unsigned long address;

	if (probe->kind == PTRT_KIND_ADDRESS)
		return walk_matches(probe, regs, ip);
	if (!top_of_stack(regs, &address))
		return false;
	if (is_in(&probe->callers[0], address))
		return probe->n_callers == 1 || walk_matches(probe, regs, ip);
	return is_trampoline(address) && walk_matches(probe, regs, ip);
}
NOKPROBE_SYMBOL(ptrt_called);
