// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frames of each task, in a table of slots.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>

#include "tasks.h"

#define MIN_BITS 8
/* Slots that are tried for a task.  With half of a table in use, this many in a row
 * are never taken by chance. */
#define NEIGHBOURHOOD 64

struct task_slot {
	struct task_struct *task; /* NULL: free.  A reference is held */
	struct pte_frame *first;  /* the task's own */
} ____cacheline_aligned;

struct task_table {
	struct task_table *older;
	void *memory;
	unsigned int bits;
	struct task_slot slots[];
};

/* The newest.  It is replaced by a larger one and never taken back while hits can
 * come. */
static struct task_table *task_tables;
static long task_frames; /* that room was asked for */

int pte_tasks_reserve(int n)
{
	unsigned int bits = MIN_BITS;
	struct task_table *table;
	void *memory;

	if (n > 0)
		bits = max_t(unsigned int, bits,
			     order_base_2(2 * (task_frames + n)));
	if (n > 0 && (!task_tables || task_tables->bits < bits)) {
		memory = kvzalloc(SMP_CACHE_BYTES + sizeof(*table) +
					  (sizeof(table->slots[0]) << bits),
				  GFP_KERNEL);
		if (!memory)
			return -ENOMEM;
		table = PTR_ALIGN(memory, SMP_CACHE_BYTES);
		table->memory = memory;
		table->bits = bits;
		table->older = task_tables;
		smp_store_release(&task_tables, table);
	}
	task_frames += n;
	return 0;
}

void pte_tasks_deinit(void)
{
	struct task_table *table = task_tables;

	task_tables = NULL;
	task_frames = 0;
	while (table) {
		struct task_table *older = table->older;
		unsigned long i;

		for (i = 0; i < 1UL << table->bits; i++)
			if (table->slots[i].task)
				put_task_struct(table->slots[i].task);
		kvfree(table->memory);
		table = older;
	}
}

static __always_inline unsigned long slot_of(const struct task_table *table,
					     const struct task_struct *task,
					     unsigned int tries)
{
	return (hash_ptr(task, table->bits) + tries) &
	       ((1UL << table->bits) - 1);
}

/* Only TASK itself releases, or the sweep when TASK is no more: TASK's reference of
 * being alive, or the sweep's right to sleep, make the put safe. */
static __always_inline void release(struct task_slot *slot)
{
	struct task_struct *task = READ_ONCE(slot->task);

	smp_store_release(&slot->task, NULL);
	put_task_struct(task);
}

/* TASK's slot with its innermost frames; with CLAIM, in the newest table only, and a
 * free one if that comes first. */
static __always_inline struct task_slot *
find(struct task_table *table, struct task_struct *task, bool claim)
{
	unsigned int i;

	for (i = 0; i < NEIGHBOURHOOD; i++) {
		struct task_slot *slot = table->slots + slot_of(table, task, i);
		struct task_struct *owner = READ_ONCE(slot->task);

		if (owner == task)
			return slot;
		if (claim && !owner && !cmpxchg(&slot->task, NULL, task)) {
			get_task_struct(task);
			slot->first = NULL;
			return slot;
		}
	}
	return NULL;
}

/* All slots of TASK, innermost frames first. */
struct slot_search {
	struct task_table *table;
	unsigned int tries;
};

static struct task_slot *pte_tasks_next_slot(const struct task_struct *task,
					     struct slot_search *search)
{
	while (search->table) {
		while (search->tries < NEIGHBOURHOOD) {
			struct task_slot *slot =
				search->table->slots +
				slot_of(search->table, task, search->tries++);

			if (READ_ONCE(slot->task) == task)
				return slot;
		}
		search->table = search->table->older;
		search->tries = 0;
	}
	return NULL;
}
NOKPROBE_SYMBOL(pte_tasks_next_slot);

/* Both calls are on TASK's own stack (addresses on the stacks of interrupts say
 * nothing about order), and FRAME's slot is, or was, part of what the new call
 * built on. */
static bool pte_tasks_is_stale(const struct task_struct *task,
			       const struct pte_frame *frame,
			       const struct pte_frame *new)
{
	unsigned long stack = (unsigned long)task_stack_page(task);
	unsigned long at = (unsigned long)frame->slot - stack;
	unsigned long new_at = (unsigned long)new->slot - stack;

	if (at >= THREAD_SIZE || new_at >= THREAD_SIZE)
		return false;
	return at < new_at || (at == new_at && new->outermost);
}
NOKPROBE_SYMBOL(pte_tasks_is_stale);

/* Detaches the stale ones among the slot's first frames. */
static noinline struct pte_frame *
pte_tasks_cut_stale(struct task_struct *task, struct task_slot *slot,
		    const struct pte_frame *new)
{
	struct pte_frame *stale = NULL, **end = &stale;

	while (slot->first && pte_tasks_is_stale(task, slot->first, new)) {
		*end = slot->first;
		end = &slot->first->next;
		slot->first = slot->first->next;
	}
	*end = NULL;
	return stale;
}
NOKPROBE_SYMBOL(pte_tasks_cut_stale);

bool pte_tasks_push(struct task_struct *task, struct pte_frame *frame,
		    struct pte_frame **ret)
{
	struct task_slot *slot =
		find(smp_load_acquire(&task_tables), task, true);

	if (unlikely(!slot))
		return false;
	*ret = slot->first ? pte_tasks_cut_stale(task, slot, frame) : NULL;
	frame->next = slot->first;
	slot->first = frame;
	return true;
}
NOKPROBE_SYMBOL(pte_tasks_push);

/* Moves the slot's frames up to and including LAST to *END, the end of a list;
 * returns the new end. */
static __always_inline struct pte_frame **
detach(struct task_slot *slot, struct pte_frame *last, struct pte_frame **end)
{
	*end = slot->first;
	slot->first = last->next;
	last->next = NULL;
	if (!slot->first)
		release(slot);
	return &last->next;
}

static struct pte_frame **pte_tasks_detach_all(struct task_slot *slot,
					       struct pte_frame **end)
{
	struct pte_frame *last = slot->first;

	while (last->next)
		last = last->next;
	return detach(slot, last, end);
}
NOKPROBE_SYMBOL(pte_tasks_detach_all);

static __always_inline struct pte_frame *outermost_of(struct pte_frame *frame,
						      const unsigned long *at)
{
	while (frame && !(frame->slot == at && frame->outermost))
		frame = frame->next;
	return frame;
}

/* The call is not in TASK's first slot. */
static noinline struct pte_frame *
pte_tasks_take_across(struct task_struct *task, const unsigned long *at)
{
	struct slot_search search = { .table = smp_load_acquire(&task_tables) };
	struct pte_frame *all = NULL, **end = &all, *last = NULL;
	struct task_slot *slot, *inner;

	while ((slot = pte_tasks_next_slot(task, &search))) {
		last = outermost_of(slot->first, at);
		if (last)
			break;
	}
	if (!last)
		return NULL;
	search =
		(struct slot_search){ .table = smp_load_acquire(&task_tables) };
	while ((inner = pte_tasks_next_slot(task, &search)) != slot)
		end = pte_tasks_detach_all(inner, end);
	detach(slot, last, end);
	return all;
}
NOKPROBE_SYMBOL(pte_tasks_take_across);

struct pte_frame *pte_tasks_take(struct task_struct *task, unsigned long *at)
{
	struct task_slot *slot =
		find(smp_load_acquire(&task_tables), task, false);
	struct pte_frame *all;

	if (likely(slot)) {
		struct pte_frame *last = outermost_of(slot->first, at);

		if (likely(last)) {
			detach(slot, last, &all);
			return all;
		}
	}
	return pte_tasks_take_across(task, at);
}
NOKPROBE_SYMBOL(pte_tasks_take);

struct pte_frame *pte_tasks_flush(struct task_struct *task)
{
	struct slot_search search = { .table = smp_load_acquire(&task_tables) };
	struct pte_frame *all = NULL, **end = &all;
	struct task_slot *slot;

	while ((slot = pte_tasks_next_slot(task, &search)))
		end = pte_tasks_detach_all(slot, end);
	return all;
}
NOKPROBE_SYMBOL(pte_tasks_flush);

/* Its stack is given back when it was switched away from for the last time. */
static bool is_gone(const struct task_struct *task)
{
	return !refcount_read(&task->stack_refcount);
}

struct pte_frame *pte_tasks_sweep(void)
{
	struct task_table *table = smp_load_acquire(&task_tables);
	struct pte_frame *all = NULL, **end = &all;
	unsigned long i;

	for (; table; table = table->older)
		for (i = 0; i < 1UL << table->bits; i++) {
			struct task_slot *slot = table->slots + i;
			struct task_struct *task;
			bool gone;

			/* While it lives, it may give up the slot and its
			 * reference at any time: RCU keeps it readable. */
			rcu_read_lock();
			task = READ_ONCE(slot->task);
			gone = task && is_gone(task);
			rcu_read_unlock();
			if (gone)
				end = pte_tasks_detach_all(slot, end);
			cond_resched();
		}
	return all;
}

static void each_frame(const struct task_slot *slot,
		       void (*fn)(struct task_struct *task,
				  struct pte_frame *frame))
{
	struct pte_frame *frame;

	for (frame = slot->first; frame; frame = frame->next)
		fn(slot->task, frame);
}

void pte_tasks_each(void (*fn)(struct task_struct *task,
			       struct pte_frame *frame))
{
	struct task_table *table = task_tables;
	unsigned long i;

	for (; table; table = table->older)
		for (i = 0; i < 1UL << table->bits; i++) {
			struct task_slot *slot = table->slots + i;
			struct task_struct *task = slot->task;
			struct slot_search search = { .table = task_tables };

			/* All of a task's at its first slot. */
			if (!task || pte_tasks_next_slot(task, &search) != slot)
				continue;
			each_frame(slot, fn);
			while ((slot = pte_tasks_next_slot(task, &search)))
				each_frame(slot, fn);
		}
}
