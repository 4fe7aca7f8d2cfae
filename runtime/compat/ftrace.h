/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_COMPAT_FTRACE_H
#define PTRT_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/uaccess.h>

#ifdef CONFIG_FUNCTION_TRACER

/* The registers that every ftrace callback is given on x86, whole or not:
 * ftrace's own accessor gives NULL for those that are not.  6.13, and 6.12 as
 * distributions mend it, hid the structure behind arch_ftrace_regs(). */
static __always_inline const void *ptrt_ftrace_regs(struct ftrace_regs *fregs)
{
#ifdef arch_ftrace_regs
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

/*
 * Does ftrace know the call at the start of the function at ADDRESS?  One behind the
 * mark of a target of indirect branches (endbr64, endbr32) it takes for its own only
 * where kernels are built for these (FTRACE_MCOUNT_MAX_OFFSET of asm/ftrace.h), and
 * passes over in silence elsewhere.
 */
static inline bool ptrt_ftrace_reaches(unsigned long address)
{
#ifdef CONFIG_X86_KERNEL_IBT
	return true;
#else
	u32 first;

	return get_kernel_nofault(first, (u32 *)address) ||
	       (first != 0xfa1e0ff3 && first != 0xfb1e0ff3);
#endif
}

/* The flag that gives a callback the argument registers and the stack pointer.
 * i386 has no DYNAMIC_FTRACE_WITH_ARGS: it is all registers or none. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define PTRT_FTRACE_ARGUMENTS 0
#else
#define PTRT_FTRACE_ARGUMENTS FTRACE_OPS_FL_SAVE_REGS
#endif

#endif /* CONFIG_FUNCTION_TRACER */

#endif
