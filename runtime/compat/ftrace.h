/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_COMPAT_FTRACE_H
#define PTRT_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/version.h>

/* The registers that every ftrace callback is given on x86, whole or not:
 * ftrace's own accessor gives NULL for those that are not.  6.13 hid the
 * structure behind arch_ftrace_regs(). */
static __always_inline const void *ptrt_ftrace_regs(struct ftrace_regs *fregs)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

#endif
