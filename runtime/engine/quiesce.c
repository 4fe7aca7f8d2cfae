// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting until no task is in a slot, a stub, the trampoline, or in the middle of
 * what a jump is to replace.
 *
 * That is what synchronize_rcu_tasks() is for, and where nothing is preempted in the
 * kernel a grace period is enough.  A preemptible kernel without CONFIG_TASKS_RCU
 * has a function of that name that does not wait for preempted tasks: there the tasks
 * are looked at while all CPUs stand still.  None of that code sleeps, so a task that
 * gave up the CPU by itself is not in it; of one that was preempted the stack tells,
 * as its instruction pointer was saved there.
 *
 * (Who is not in the list of tasks any more, as it was reaped, but has not given up
 * its CPU for the last time is not looked at.  It is at the end of do_exit().)
 */
#include <linux/rcupdate.h>

#include "arch/x86/jump.h"
#include "engine.h"

#if !defined(CONFIG_PREEMPTION) || defined(CONFIG_TASKS_RCU)

void pte_quiesce(bool trampoline)
{
	synchronize_rcu_tasks();
}

#else

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>
#include <linux/uaccess.h>

/* The assembler of stub.S and trampoline.S, and what follows a call in it. */
extern const u8 pte_trampoline_end[], pte_stub_end[];
void pte_trampoline(void);
void pte_stub_entry_inside(void);

/* Tasks that were inside when they were looked at, with a reference on each. */
struct pte_suspects {
	bool trampoline;
	struct task_struct **tasks;
	size_t room;
	size_t n; /* of the first look: how many there are, also without room */
};

static bool pte_is_ours(unsigned long address, bool trampoline)
{
	return address - (unsigned long)pte_slot_pool <
		       PTE_SLOTS * PTE_SLOT_UNIT ||
	       (trampoline && address >= (unsigned long)pte_trampoline &&
		address < (unsigned long)pte_trampoline_end) ||
	       (address >= (unsigned long)pte_stub_entry_inside &&
		address < (unsigned long)pte_stub_end) ||
	       pte_jump_comes_over(address);
}

static bool pte_stack_has_ours(struct task_struct *task, bool trampoline)
{
	unsigned long stack = (unsigned long)task_stack_page(task);
	unsigned long at = task->thread.sp, word;

	if (!stack || at - stack >= THREAD_SIZE)
		return false;
	for (; at < stack + THREAD_SIZE; at += sizeof(word)) {
		if (!copy_from_kernel_nofault(&word, (void *)at,
					      sizeof(word)) &&
		    pte_is_ours(word, trampoline))
			return true;
	}
	return false;
}

/* All CPUs stand still: what runs is their threads for that. */
static bool pte_runs(const struct task_struct *task)
{
#ifdef CONFIG_SMP
	return task->on_cpu;
#else
	return task == current;
#endif
}

static bool pte_is_inside(struct task_struct *task, bool trampoline)
{
	return task->on_rq && !pte_runs(task) &&
	       pte_stack_has_ours(task, trampoline);
}

static int pte_look_at_all(void *data)
{
	struct pte_suspects *suspects = data;
	struct task_struct *process, *task;

	suspects->n = 0;
	rcu_read_lock();
	for_each_process_thread(process, task)
	{
		if (!pte_is_inside(task, suspects->trampoline))
			continue;
		if (suspects->n < suspects->room) {
			get_task_struct(task);
			suspects->tasks[suspects->n] = task;
		}
		suspects->n++;
	}
	rcu_read_unlock();
	return 0;
}

/* Those that are outside now are moved behind the others. */
static int pte_look_again(void *data)
{
	struct pte_suspects *suspects = data;
	size_t i = 0;

	while (i < suspects->n) {
		if (pte_is_inside(suspects->tasks[i], suspects->trampoline)) {
			i++;
		} else {
			suspects->n--;
			swap(suspects->tasks[i], suspects->tasks[suspects->n]);
		}
	}
	return 0;
}

static void pte_release(struct pte_suspects *suspects, size_t from, size_t to)
{
	for (; from < to; from++)
		put_task_struct(suspects->tasks[from]);
}

static void pte_make_room(struct pte_suspects *suspects)
{
	pte_release(suspects, 0, suspects->room);
	kvfree(suspects->tasks);
	suspects->room = 2 * suspects->n;
	while (!(suspects->tasks = kvmalloc_array(
			 suspects->room, sizeof(*suspects->tasks), GFP_KERNEL)))
		schedule_timeout_uninterruptible(1);
}

void pte_quiesce(bool trampoline)
{
	struct pte_suspects suspects = { .trampoline = trampoline };
	size_t n;

	/* Who is in a breakpoint's exception goes from there to a slot. */
	synchronize_rcu();
	while (stop_machine(pte_look_at_all, &suspects, NULL),
	       suspects.n > suspects.room)
		pte_make_room(&suspects);
	while ((n = suspects.n) > 0) {
		schedule_timeout_uninterruptible(HZ / 50 + 1);
		stop_machine(pte_look_again, &suspects, NULL);
		pte_release(&suspects, suspects.n, n);
	}
	kvfree(suspects.tasks);
}

#endif
