/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The preemption count of x86, a variable of each CPU: where instructions find it,
 * before the base of the segment is added.  (asm/preempt.h; within pcpu_hot from 6.2 to
 * 6.14.)
 */
#ifndef PTRT_COMPAT_PREEMPT_H
#define PTRT_COMPAT_PREEMPT_H

#include <linux/preempt.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#include <asm/current.h>
#define PTRT_PREEMPT_COUNT ((unsigned long)&pcpu_hot.preempt_count)
#else
#define PTRT_PREEMPT_COUNT ((unsigned long)&__preempt_count)
#endif

#endif
