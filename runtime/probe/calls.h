/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of user functions that have not returned: what was saved at the entry, until
 * the return.  A call belongs to a task, its memory, and the place of its return
 * address on the stack.
 *
 * Any context but NMI.
 */
#ifndef PTRT_PROBE_CALLS_H
#define PTRT_PROBE_CALLS_H

#include <linux/list.h>
#include <linux/types.h>

struct mm_struct;

struct ptrt_call {
	struct list_head list; /* of the free ones, or of a bucket */
	pid_t pid;	       /* of the task; 0: it is free, or being made */
	u64 start_time;	       /* numbers are used again */
	const struct mm_struct *mm; /* only compared */
	const void *site;
	unsigned long sp;
	u64 data[]; /* of the size that was asked for */
};

struct ptrt_calls;

/* Room for N calls with SIZE bytes each; NULL: no memory.  Process context. */
struct ptrt_calls *ptrt_calls_create(unsigned int n, size_t size);
void ptrt_calls_destroy(struct ptrt_calls *calls);

/* A call that the current task begins at SITE, with its return address at SP; NULL,
 * and counted: there is no room.  It is then either kept or dropped. */
struct ptrt_call *ptrt_calls_begin(struct ptrt_calls *calls, const void *site,
				   unsigned long sp);
void ptrt_calls_keep(struct ptrt_calls *calls, struct ptrt_call *call);
void ptrt_calls_drop(struct ptrt_calls *calls, struct ptrt_call *call);

/* The latest such call, which the current task returns from: to be dropped.  NULL:
 * none was kept.  POPS: the return may have taken more from the stack than its address,
 * so that the latter stood at or below SP. */
struct ptrt_call *ptrt_calls_end(struct ptrt_calls *calls, const void *site,
				 unsigned long sp, bool pops);

/* Calls there was no room for. */
u64 ptrt_calls_missed(const struct ptrt_calls *calls);

#endif
