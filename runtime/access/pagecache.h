/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_ACCESS_PAGECACHE_H
#define PTRT_ACCESS_PAGECACHE_H

#include <linux/mmap_lock.h>
#include <linux/types.h>

/* Interrupts are off.  With CONFIG_PREEMPT_RT never: giving the lock back may switch
 * them on (kernel/locking/rwbase_rt.c: __rwbase_read_unlock()). */
static inline bool ptrt_mmap_trylock(struct mm_struct *mm)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) && mmap_read_trylock(mm);
}

/*
 * N bytes at ADDRESS of the current task, from the page cache of the file that is
 * mapped there: constants of a program are often read for the first time by a probe,
 * when their page is in memory, but not in the task's page table.  False: it is not
 * there, or not sure to be what the task would see.
 *
 * Only where the task was stopped in user code: it holds no lock of the kernel then.
 */
bool ptrt_pagecache_read(void *to, u64 address, size_t n);

#endif
