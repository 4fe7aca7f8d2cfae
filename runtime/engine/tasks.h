/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which calls of which task have a return probe: a stack of frames for each task
 * that has any, innermost first.
 *
 * A hash table of slots, one a cache line.  A task claims a slot by compare and
 * exchange when it gets its first frame and gives it up with its last one; in
 * between only the task itself touches the slot, so nothing is shared between CPUs
 * but the table's lines as tasks come and go.
 *
 * A task looks for a slot from its hash on, over a limited neighbourhood, and takes
 * the first that is its own or free.  It may own several, when one nearer to its
 * hash came free meanwhile; the order of search is then the order of the stack,
 * innermost first.  The same holds between tables: a table that has become too
 * small is kept, and searched after the newer one, until everything is taken down.
 *
 * A slot holds a reference on its task, so that no new task can be taken for the dead
 * one that it is the slot of.
 *
 * On the hit path (push, take, flush) the caller keeps interrupts off and sees to
 * it that no other hit, by NMI, works on the same task meanwhile: the engine's flag
 * of this CPU does.  These never block.
 */
#ifndef PTE_TASKS_H
#define PTE_TASKS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/types.h>

struct pte_frame {
	struct pte_frame *next; /* the next outer one */
	unsigned long *slot;	/* where on the stack the return address was */
	/* The return address was the caller's, not the trampoline: of the probes
	 * of one call, this was entered first. */
	bool outermost;
	/* It was a trampoline of somebody else, who may have found ours there: a
	 * function that jumps to another at its end.  For pte_tasks_push(). */
	bool over_others;
};

struct pte_task_slot {
	struct task_struct *task; /* NULL: free.  A reference is held */
	/* The task's own.  NULL in a slot that is free, and so in one that was just
	 * claimed: an NMI may look then (pte_tasks_find()). */
	struct pte_frame *first;
} ____cacheline_aligned;

/* Slots that are tried for a task.  With half of a table in use, this many in a row
 * are never taken by chance. */
#define PTE_TASK_NEIGHBOURHOOD 64

struct pte_task_table {
	unsigned int shift; /* of a hash: its upper bits are the index */
	unsigned int bits;
	struct pte_task_table *older;
	void *memory;
	/* 1 << bits, and a neighbourhood for the last of them. */
	struct pte_task_slot slots[];
};

/* The newest. */
extern struct pte_task_table *pte_task_table;

/* Room for N more frames (N < 0: fewer), each of another task.  0 or -ENOMEM.
 * Process context, one at a time. */
int pte_tasks_reserve(long n);
/* Gives up everything, frames and references.  No hit can come any more. */
void pte_tasks_deinit(void);

/* The first of TASK's neighbourhood (golden ratio, as linux/hash.h). */
static __always_inline struct pte_task_slot *
pte_task_hash(struct pte_task_table *table, const struct task_struct *task)
{
#if BITS_PER_LONG == 64
	const unsigned long ratio = 0x61C8864680B583EBul;
#else
	const unsigned long ratio = 0x61C88647ul;
#endif
	return table->slots + (((unsigned long)task * ratio) >> table->shift);
}

/* TASK is current: that it lives keeps the count above 0, and far from where
 * get_task_struct() and put_task_struct() would have to look at it. */
static __always_inline void pte_task_hold(struct task_struct *task)
{
	atomic_inc(&task->usage.refs);
}

static __always_inline void pte_task_release(struct pte_task_slot *slot,
					     struct task_struct *task)
{
	smp_store_release(&slot->task, NULL);
	atomic_dec(&task->usage.refs);
}

/*
 * FRAME, filled in but for its link, is TASK's innermost; TASK is current.  False:
 * TASK's first slot is in use, by itself or by another.
 */
static __always_inline bool pte_tasks_push_first(struct task_struct *task,
						 struct pte_frame *frame)
{
	struct pte_task_slot *slot =
		pte_task_hash(READ_ONCE(pte_task_table), task);

	if (unlikely(READ_ONCE(slot->task) || cmpxchg(&slot->task, NULL, task)))
		return false;
	pte_task_hold(task);
	frame->next = NULL;
	smp_store_release(&slot->first, frame);
	return true;
}

/* After that.  False: the neighbourhood is full.  *RET: frames that FRAME shows to be
 * of calls that never returned, linked, the caller's now. */
bool pte_tasks_push(struct task_struct *task, struct pte_frame *frame,
		    struct pte_frame **ret);

/*
 * TASK, which is current, returns from a call whose return address was at AT.  Its
 * frame, the caller's now; NULL: it is not the one that is first looked at, or has
 * others within.
 */
static __always_inline struct pte_frame *
pte_tasks_take_first(struct task_struct *task, const unsigned long *at)
{
	struct pte_task_slot *slot =
		pte_task_hash(READ_ONCE(pte_task_table), task);
	struct pte_frame *frame;

	if (unlikely(READ_ONCE(slot->task) != task))
		return NULL;
	frame = slot->first;
	if (unlikely(frame->slot != at || !frame->outermost))
		return NULL;
	slot->first = frame->next;
	if (likely(!frame->next))
		pte_task_release(slot, task);
	else
		frame->next = NULL;
	return frame;
}

/*
 * After that: all its frames from the innermost to the outermost of that call, linked,
 * the caller's now.  Frames of another slot among them are of calls that never
 * returned.  NULL: there is no such call, and nothing was changed.
 */
struct pte_frame *pte_tasks_take(struct task_struct *task,
				 const unsigned long *at);

/* The outermost frame of the call of TASK, which is current, whose return address was
 * at SLOT; NULL: there is none.  Any context. */
struct pte_frame *pte_tasks_find(struct task_struct *task,
				 const unsigned long *slot);

/* All frames of TASK, which is current and will return from none of its calls;
 * linked, the caller's now. */
struct pte_frame *pte_tasks_flush(struct task_struct *task);

/* All frames of tasks that are gone for good, linked, the caller's now.  Process
 * context, one at a time, may sleep. */
struct pte_frame *pte_tasks_sweep(void);

/* Calls FN for each frame there is, each task's innermost first.  No task runs
 * meanwhile. */
void pte_tasks_each(void (*fn)(struct task_struct *task,
			       struct pte_frame *frame));

#endif
