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

#include <linux/types.h>

struct task_struct;

struct pte_frame {
	struct pte_frame *next; /* the next outer one */
	unsigned long *slot;	/* where on the stack the return address was */
	/* The return address was the caller's, not the trampoline: of the probes
	 * of one call, this was entered first. */
	bool outermost;
};

/* Room for N more frames (N < 0: fewer), each of another task.  0 or -ENOMEM.
 * Process context, one at a time. */
int pte_tasks_reserve(int n);
/* Gives up everything, frames and references.  No hit can come any more. */
void pte_tasks_deinit(void);

/*
 * FRAME, filled in but for its link, is TASK's innermost; TASK is current.  False:
 * its neighbourhood is full.  *RET: frames that FRAME shows to be of calls that never
 * returned, linked, the caller's now.
 */
bool pte_tasks_push(struct task_struct *task, struct pte_frame *frame,
		    struct pte_frame **ret);

/*
 * TASK, which is current, returns from a call whose return address was at SLOT: all
 * its frames from the innermost to the outermost of that call, linked, the caller's
 * now.  Frames of another slot among them are of calls that never returned.  NULL:
 * there is no such call, and nothing was changed.
 */
struct pte_frame *pte_tasks_take(struct task_struct *task, unsigned long *slot);

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
