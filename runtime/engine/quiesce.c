// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting until no task is in a slot, a stub, the trampoline, or in the middle of
 * what a jump is to replace.
 *
 * That is what synchronize_rcu_tasks() is for, and where nothing is preempted in the
 * kernel a grace period is enough.  A preemptible kernel without CONFIG_TASKS_RCU
 * has a function of that name that does not wait for preempted tasks: there the tasks
 * are looked at.  None of that code sleeps, so a task that gave up the CPU by itself
 * is not in it; of one that was preempted the stack tells.  (Jumps are not made
 * there, as their bytes are too many to look for.)
 */
#include <linux/rcupdate.h>

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
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <asm/irq_regs.h>

/* The assembler of stub.S and trampoline.S, and what follows a call in it. */
extern const u8 pte_trampoline_end[], pte_stub_end[];
void pte_trampoline(void);
void pte_stub_entry_inside(void);

static DEFINE_PER_CPU(struct task_struct *, pte_in_user_space);

static bool pte_is_ours(unsigned long address, bool trampoline)
{
	return address - (unsigned long)pte_slot_pool <
		       PTE_SLOTS * PTE_SLOT_UNIT ||
	       (trampoline && address >= (unsigned long)pte_trampoline &&
		address < (unsigned long)pte_trampoline_end) ||
	       (address >= (unsigned long)pte_stub_entry_inside &&
		address < (unsigned long)pte_stub_end);
}

/* An address of ours is on TASK's stack, which may come to life or vanish meanwhile;
 * then it is looked at again, or it does not matter. */
static bool pte_stack_has_ours(struct task_struct *task, bool trampoline)
{
	unsigned long stack = (unsigned long)task_stack_page(task);
	unsigned long at = READ_ONCE(task->thread.sp), word;

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

static void pte_note_user_space(void *unused)
{
	struct pt_regs *regs = get_irq_regs();
	struct task_struct *task = regs && user_mode(regs) ? current : NULL;

	*this_cpu_ptr(&pte_in_user_space) = task;
}

static bool pte_runs(const struct task_struct *task)
{
#ifdef CONFIG_SMP
	return READ_ONCE(task->on_cpu);
#else
	return false; /* but current */
#endif
}

/* One that runs now is asked by interrupt, and may be in the kernel just then. */
static bool pte_may_be_inside(struct task_struct *task, bool trampoline)
{
	if (task == current || !READ_ONCE(task->on_rq))
		return false;
	if (pte_runs(task))
		return per_cpu(pte_in_user_space, task_cpu(task)) != task;
	return pte_stack_has_ours(task, trampoline);
}

/* Takes a reference on each task that may be inside; how many there are, if that is
 * more than the N that TASKS has room for. */
static size_t pte_collect(struct task_struct **tasks, size_t n, bool trampoline)
{
	struct task_struct *process, *task;
	size_t found = 0;

	rcu_read_lock();
	for_each_process_thread(process, task)
	{
		if (!pte_may_be_inside(task, trampoline))
			continue;
		if (found < n) {
			get_task_struct(task);
			tasks[found] = task;
		}
		found++;
	}
	rcu_read_unlock();
	return found;
}

static void pte_put_all(struct task_struct **tasks, size_t n)
{
	while (n-- > 0)
		put_task_struct(tasks[n]);
}

void pte_quiesce(bool trampoline)
{
	struct task_struct **tasks = NULL;
	size_t room = 0, n, i;

	synchronize_rcu();
	on_each_cpu(pte_note_user_space, NULL, 1);
	while ((n = pte_collect(tasks, room, trampoline)) > room) {
		pte_put_all(tasks, room);
		kvfree(tasks);
		room = 2 * n;
		while (!(tasks = kvmalloc_array(room, sizeof(*tasks),
						GFP_KERNEL)))
			schedule_timeout_uninterruptible(1);
	}
	while (n > 0) {
		schedule_timeout_uninterruptible(HZ / 50 + 1);
		on_each_cpu(pte_note_user_space, NULL, 1);
		for (i = 0; i < n;) {
			if (pte_may_be_inside(tasks[i], trampoline)) {
				i++;
				continue;
			}
			put_task_struct(tasks[i]);
			tasks[i] = tasks[--n];
		}
	}
	kvfree(tasks);
}

#endif
