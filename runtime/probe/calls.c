// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "calls.h"

#define CALL_BUCKETS_BITS 6
/* Calls looked at, when all are taken, for one whose task is dead. */
#define CALL_LOOKS 64

struct ptrt_calls {
	raw_spinlock_t lock;
	struct list_head free;
	struct list_head buckets[1 << CALL_BUCKETS_BITS];
	char *memory;
	size_t stride;
	unsigned int n, next_look;
	u64 missed;
};

static struct ptrt_call *call_number(struct ptrt_calls *calls, unsigned int i)
{
	return (struct ptrt_call *)(calls->memory + i * calls->stride);
}

struct ptrt_calls *ptrt_calls_create(unsigned int n, size_t size)
{
	struct ptrt_calls *calls = kzalloc(sizeof(*calls), GFP_KERNEL);
	unsigned int i;

	if (!calls)
		return NULL;
	calls->stride = sizeof(struct ptrt_call) + ALIGN(size, sizeof(u64));
	calls->n = n;
	calls->memory = kvcalloc(n, calls->stride, GFP_KERNEL);
	if (!calls->memory) {
		kfree(calls);
		return NULL;
	}
	raw_spin_lock_init(&calls->lock);
	INIT_LIST_HEAD(&calls->free);
	for (i = 0; i < ARRAY_SIZE(calls->buckets); i++)
		INIT_LIST_HEAD(&calls->buckets[i]);
	for (i = 0; i < n; i++)
		list_add_tail(&call_number(calls, i)->list, &calls->free);
	return calls;
}

void ptrt_calls_destroy(struct ptrt_calls *calls)
{
	kvfree(calls->memory);
	kfree(calls);
}

static struct list_head *call_bucket(struct ptrt_calls *calls)
{
	return &calls->buckets[hash_32(current->pid, CALL_BUCKETS_BITS)];
}

static bool call_is_of(const struct ptrt_call *call,
		       const struct task_struct *task)
{
	return call->pid == task->pid && call->start_time == task->start_time;
}

/* Under the lock. */
static void call_free(struct ptrt_calls *calls, struct ptrt_call *call)
{
	call->pid = 0;
	list_move(&call->list, &calls->free);
}

/*
 * Under the lock.  Calls of the current task whose frames are gone: left by longjmp()
 * or an exception, or those of the program before an exec.  The stack grows down; the
 * kernel forgets return probes by the same rule (arch_uretprobe_is_alive()), so none of
 * these would return to us.
 */
static void call_free_stale(struct ptrt_calls *calls, unsigned long sp)
{
	struct ptrt_call *call, *next;

	list_for_each_entry_safe(call, next, call_bucket(calls), list)
		if (call_is_of(call, current) &&
		    (call->mm != current->mm || call->sp < sp))
			call_free(calls, call);
}

/* Under the lock. */
static void call_free_dead(struct ptrt_calls *calls)
{
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < min(calls->n, CALL_LOOKS + 0u); i++) {
		struct ptrt_call *call = call_number(calls, calls->next_look);
		const struct task_struct *task;

		calls->next_look = (calls->next_look + 1) % calls->n;
		if (!call->pid)
			continue;
		task = pid_task(find_pid_ns(call->pid, &init_pid_ns),
				PIDTYPE_PID);
		if (!task || !call_is_of(call, task))
			call_free(calls, call);
	}
	rcu_read_unlock();
}

struct ptrt_call *ptrt_calls_begin(struct ptrt_calls *calls, const void *site,
				   unsigned long sp)
{
	struct ptrt_call *call;
	unsigned long flags;

	raw_spin_lock_irqsave(&calls->lock, flags);
	call_free_stale(calls, sp);
	if (list_empty(&calls->free))
		call_free_dead(calls);
	call = list_first_entry_or_null(&calls->free, struct ptrt_call, list);
	if (call) {
		list_del_init(&call->list);
		call->site = site;
		call->sp = sp;
		call->mm = current->mm;
	} else {
		calls->missed++;
	}
	raw_spin_unlock_irqrestore(&calls->lock, flags);
	return call;
}

void ptrt_calls_keep(struct ptrt_calls *calls, struct ptrt_call *call)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&calls->lock, flags);
	call->pid = current->pid;
	call->start_time = current->start_time;
	list_add(&call->list, call_bucket(calls));
	raw_spin_unlock_irqrestore(&calls->lock, flags);
}

void ptrt_calls_drop(struct ptrt_calls *calls, struct ptrt_call *call)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&calls->lock, flags);
	call_free(calls, call);
	raw_spin_unlock_irqrestore(&calls->lock, flags);
}

/*
 * Functions that jump to others at their ends share a return address: the latest
 * returns first.  Where a function takes its parameters from the stack ("ret $4"), the
 * highest call below is meant, as for the kernel (handle_trampoline()).
 */
struct ptrt_call *ptrt_calls_end(struct ptrt_calls *calls, const void *site,
				 unsigned long sp, bool pops)
{
	struct ptrt_call *call, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&calls->lock, flags);
	list_for_each_entry(call, call_bucket(calls), list)
		if (call_is_of(call, current) && call->site == site &&
		    call->mm == current->mm && call->sp <= sp &&
		    (pops || call->sp == sp) &&
		    (!found || call->sp > found->sp))
			found = call;
	if (found) {
		list_del_init(&found->list);
		found->pid = 0;
	}
	raw_spin_unlock_irqrestore(&calls->lock, flags);
	return found;
}

u64 ptrt_calls_missed(const struct ptrt_calls *calls)
{
	return calls->missed;
}
