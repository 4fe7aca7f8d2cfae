/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a task's floating point state lies.  6.16 (e3bfa3859936, cb7ca40a3882) moved it
 * out of struct thread_struct.
 */
#ifndef PTRT_COMPAT_FPU_H
#define PTRT_COMPAT_FPU_H

#include <linux/sched.h>
#include <linux/version.h>
#include <asm/fpu/types.h>
#include <asm/processor.h>

static inline const union fpregs_state *ptrt_current_fpregs(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	return &x86_task_fpu(current)->fpstate->regs;
#else
	return &current->thread.fpu.fpstate->regs;
#endif
}

#endif
