// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frames of each task, in a table of slots.
 */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>

#include "tasks.h"

#define MIN_BITS 8

/* Replaced by a larger one, and never taken back while hits can come. */
struct pte_task_table *pte_task_table;

static long task_frames; /* that room was asked for */

static size_t pte_task_slots(const struct pte_task_table *table)
{
	return (1UL << table->bits) + PTE_TASK_NEIGHBOURHOOD;
}

static int pte_tasks_grow(unsigned int bits)
{
	struct pte_task_table new = { .bits = bits,
				      .shift = BITS_PER_LONG - bits,
				      .older = pte_task_table };
	struct pte_task_table *table;

	new.memory =
		kvzalloc(SMP_CACHE_BYTES + sizeof(*table) +
				 pte_task_slots(&new) * sizeof(table->slots[0]),
			 GFP_KERNEL);
	if (!new.memory)
		return -ENOMEM;
	table = PTR_ALIGN(new.memory, SMP_CACHE_BYTES);
	*table = new;
	smp_store_release(&pte_task_table, table);
	return 0;
}

int pte_tasks_reserve(long n)
{
	unsigned int bits = MIN_BITS;
	int error = 0;

	if (n > 0) {
		bits = max_t(unsigned int, bits,
			     order_base_2(2 * (task_frames + n)));
		if (!pte_task_table || pte_task_table->bits < bits)
			error = pte_tasks_grow(bits);
	}
	if (!error)
		task_frames += n;
	return error;
}

void pte_tasks_deinit(void)
{
	struct pte_task_table *table = pte_task_table;

	pte_task_table = NULL;
	task_frames = 0;
	while (table) {
		struct pte_task_table *older = table->older;
		size_t i;

		for (i = 0; i < pte_task_slots(table); i++)
			if (table->slots[i].task)
				put_task_struct(table->slots[i].task);
		kvfree(table->memory);
		table = older;
	}
}

/* ---- all slots of a task, innermost frames first --------------------------------- */

struct pte_task_search {
	struct pte_task_table *table;
	unsigned int tries;
};

static struct pte_task_search pte_tasks_search(void)
{
	return (struct pte_task_search){ .table = READ_ONCE(pte_task_table) };
}
NOKPROBE_SYMBOL(pte_tasks_search);

static struct pte_task_slot *pte_tasks_next(struct task_struct *task,
					    struct pte_task_search *search)
{
	for (; search->table; search->table = search->table->older) {
		while (search->tries < PTE_TASK_NEIGHBOURHOOD) {
			struct pte_task_slot *slot =
				pte_task_hash(search->table, task) +
				search->tries++;

			if (READ_ONCE(slot->task) == task)
				return slot;
		}
		search->tries = 0;
	}
	return NULL;
}
NOKPROBE_SYMBOL(pte_tasks_next);

/* Moves the slot's frames up to and including LAST to *END, the end of a list;
 * returns the new end.  TASK, whose slot it is, is current. */
static struct pte_frame **pte_tasks_detach(struct pte_task_slot *slot,
					   struct pte_frame *last,
					   struct pte_frame **end)
{
	*end = slot->first;
	slot->first = last->next;
	last->next = NULL;
	return &last->next;
}
NOKPROBE_SYMBOL(pte_tasks_detach);

static struct pte_frame *pte_tasks_last(struct pte_frame *frame)
{
	while (frame->next)
		frame = frame->next;
	return frame;
}
NOKPROBE_SYMBOL(pte_tasks_last);

/* ---- push ---------------------------------------------------------------------------- */

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
	return at < new_at ||
	       (at == new_at && new->outermost && !new->over_others);
}
NOKPROBE_SYMBOL(pte_tasks_is_stale);

/* Detaches the stale ones among the slot's first frames. */
static struct pte_frame *pte_tasks_cut_stale(struct task_struct *task,
					     struct pte_task_slot *slot,
					     const struct pte_frame *new)
{
	struct pte_frame *stale = NULL, **end = &stale;

	while (slot->first && pte_tasks_is_stale(task, slot->first, new))
		end = pte_tasks_detach(slot, slot->first, end);
	return stale;
}
NOKPROBE_SYMBOL(pte_tasks_cut_stale);

bool pte_tasks_push(struct task_struct *task, struct pte_frame *frame,
		    struct pte_frame **ret)
{
	struct pte_task_slot *slot =
		pte_task_hash(READ_ONCE(pte_task_table), task);
	struct pte_task_slot *end = slot + PTE_TASK_NEIGHBOURHOOD;

	*ret = NULL;
	for (; slot != end; slot++) {
		struct task_struct *owner = READ_ONCE(slot->task);

		if (owner == task) {
			*ret = pte_tasks_cut_stale(task, slot, frame);
			break;
		}
		if (!owner && !cmpxchg(&slot->task, NULL, task)) {
			pte_task_hold(task);
			break;
		}
	}
	if (slot == end)
		return false;
	frame->next = slot->first;
	smp_store_release(&slot->first, frame);
	return true;
}
NOKPROBE_SYMBOL(pte_tasks_push);

/* ---- take ------------------------------------------------------------------------------ */

static struct pte_frame *pte_tasks_outermost(struct pte_frame *frame,
					     const unsigned long *at)
{
	while (frame && !(frame->slot == at && frame->outermost))
		frame = frame->next;
	return frame;
}
NOKPROBE_SYMBOL(pte_tasks_outermost);

struct pte_frame *pte_tasks_take(struct task_struct *task,
				 const unsigned long *at)
{
	struct pte_task_search search = pte_tasks_search();
	struct pte_frame *all = NULL, **end = &all, *last = NULL;
	struct pte_task_slot *slot, *inner;

	while ((slot = pte_tasks_next(task, &search))) {
		last = pte_tasks_outermost(slot->first, at);
		if (last)
			break;
	}
	if (!last)
		return NULL;
	search = pte_tasks_search();
	while ((inner = pte_tasks_next(task, &search)) != slot) {
		end = pte_tasks_detach(inner, pte_tasks_last(inner->first),
				       end);
		pte_task_release(inner, task);
	}
	pte_tasks_detach(slot, last, end);
	if (!slot->first)
		pte_task_release(slot, task);
	return all;
}
NOKPROBE_SYMBOL(pte_tasks_take);

struct pte_frame *pte_tasks_find(struct task_struct *task,
				 const unsigned long *at)
{
	struct pte_task_search search = pte_tasks_search();
	struct pte_task_slot *slot;

	while ((slot = pte_tasks_next(task, &search))) {
		struct pte_frame *frame = pte_tasks_outermost(slot->first, at);

		if (frame)
			return frame;
	}
	return NULL;
}
NOKPROBE_SYMBOL(pte_tasks_find);

struct pte_frame *pte_tasks_flush(struct task_struct *task)
{
	struct pte_task_search search = pte_tasks_search();
	struct pte_frame *all = NULL, **end = &all;
	struct pte_task_slot *slot;

	while ((slot = pte_tasks_next(task, &search))) {
		end = pte_tasks_detach(slot, pte_tasks_last(slot->first), end);
		pte_task_release(slot, task);
	}
	return all;
}
NOKPROBE_SYMBOL(pte_tasks_flush);

/* ---- all tasks ---------------------------------------------------------------------------- */

/* Its stack is given back when it was switched away from for the last time. */
static bool pte_task_is_gone(const struct task_struct *task)
{
	return !refcount_read(&task->stack_refcount);
}

/* The task of SLOT, if it is gone for good: it has left the slot and its reference to
 * whoever comes.  While it lives, it may give up both at any time: RCU keeps it
 * readable. */
static struct task_struct *pte_task_left(const struct pte_task_slot *slot)
{
	struct task_struct *task;

	rcu_read_lock();
	task = READ_ONCE(slot->task);
	if (task && !pte_task_is_gone(task))
		task = NULL;
	rcu_read_unlock();
	return task;
}

struct pte_frame *pte_tasks_sweep(void)
{
	struct pte_task_table *table = pte_task_table;
	struct pte_frame *all = NULL, **end = &all;
	size_t i;

	for (; table; table = table->older)
		for (i = 0; i < pte_task_slots(table); i++) {
			struct pte_task_slot *slot = table->slots + i;
			struct task_struct *task = pte_task_left(slot);

			cond_resched();
			if (!task)
				continue;
			end = pte_tasks_detach(
				slot, pte_tasks_last(slot->first), end);
			smp_store_release(&slot->task, NULL);
			put_task_struct(task);
		}
	return all;
}

static void pte_tasks_each_of(const struct pte_task_slot *slot,
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
	struct pte_task_table *table = pte_task_table;
	size_t i;

	for (; table; table = table->older)
		for (i = 0; i < pte_task_slots(table); i++) {
			struct pte_task_slot *slot = table->slots + i;
			struct pte_task_search search = pte_tasks_search();
			struct task_struct *task = slot->task;

			/* All of a task's at its first slot. */
			if (!task || pte_tasks_next(task, &search) != slot)
				continue;
			pte_tasks_each_of(slot, fn);
			while ((slot = pte_tasks_next(task, &search)))
				pte_tasks_each_of(slot, fn);
		}
}
