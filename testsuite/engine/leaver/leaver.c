// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that is removed while its functions are probed and run: its threads call
 * ptl_work() and functions of ptap_suite_target for as long as it is loaded.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "target.h"

#define THREADS 3

static struct task_struct *threads[THREADS];

noinline __noclone long ptl_work(long a);
noinline __noclone long ptl_spare(long a);

noinline __noclone long ptl_work(long a)
{
	barrier();
	return a + 9;
}

/* Nobody calls it.  Its first instruction has room for a jump. */
noinline __noclone __used long ptl_spare(long a)
{
	return a * 1000003 + 9;
}

static int work(void *unused)
{
	unsigned long wrong = 0;
	long i = 0;

	while (!kthread_should_stop()) {
		wrong += ptl_work(i) != i + 9;
		wrong += ptt_quiet(i, 1) != i + 1;
		wrong += ptt_add(i, 2) != i + 2;
		wrong += ptt_outer(i) != i + 22;
		wrong += ptt_recurse(3) != 3;
		wrong += ptt_functions[i % PTT_FUNCTIONS](2) !=
			 2 + i % PTT_FUNCTIONS;
		if (!(++i & 63))
			cond_resched_tasks_rcu_qs();
	}
	if (wrong)
		WARN(1, "ptap_suite_leaver: %lu wrong results\n", wrong);
	return 0;
}

static void stop(void)
{
	int i;

	for (i = 0; i < THREADS; i++)
		if (threads[i])
			kthread_stop(threads[i]);
}

static int __init leaver_init(void)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		struct task_struct *task =
			kthread_run(work, NULL, "suite-leaver");

		if (IS_ERR(task)) {
			stop();
			return PTR_ERR(task);
		}
		threads[i] = task;
	}
	return 0;
}

static void __exit leaver_exit(void)
{
	stop();
}

module_init(leaver_init);
module_exit(leaver_exit);
MODULE_DESCRIPTION("a module that leaves while it is probed");
MODULE_LICENSE("GPL");
