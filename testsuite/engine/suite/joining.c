// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes with a post handler that come to a site, or are switched on there, while a hit of it
 * is between another one's pre and post handler: they have no part in that hit.
 */
#include "suite.h"

#ifdef PTAP_ENGINE_BUNDLED

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#define SPIN_NS NSEC_PER_SEC

static struct ptap_kprobe first, second;
static unsigned long pre_hits, post_hits; /* of the second */
static bool (*second_came)(void);
static enum { CALL, WAITING, IN_TIME, LATE } first_state;

/* Waits for the second, if that is asked for. */
static int first_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	u64 end = ktime_get_mono_fast_ns() + SPIN_NS;

	if (first_state != CALL)
		return 0;
	WRITE_ONCE(first_state, WAITING);
	while (!second_came() && ktime_get_mono_fast_ns() < end)
		cpu_relax();
	WRITE_ONCE(first_state, second_came() ? IN_TIME : LATE);
	return 0;
}

static void first_post(struct ptap_kprobe *p, struct pt_regs *regs,
		       unsigned long flags)
{
}

static int second_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	pre_hits++;
	return 0;
}

static void second_post(struct ptap_kprobe *p, struct pt_regs *regs,
			unsigned long flags)
{
	post_hits++;
}

static bool is_listed(void)
{
	struct list_head *next = READ_ONCE(second.list.next);

	return next && next != &second.list;
}

static bool is_on(void)
{
	return !ptap_kprobe_disabled(&second);
}

static int call_quiet(void *unused)
{
	if (ptt_quiet(2, 3) != 5)
		suite_fail("a call while a probe comes");
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

/* Calls COME in the middle of a hit.  False: it came later, as something on its way waits
 * for all CPUs. */
static bool come_in_between(int (*come)(struct ptap_kprobe *p))
{
	struct task_struct *task;

	WRITE_ONCE(first_state, CALL);
	pre_hits = post_hits = 0;
	task = kthread_create(call_quiet, NULL, "suite-joining");
	if (IS_ERR(task)) {
		suite_fail("no thread");
		return true;
	}
	kthread_bind(task, 1);
	wake_up_process(task);
	suite_true(suite_within(READ_ONCE(first_state) != CALL));
	suite_equal(come(&second), 0);
	kthread_stop(task);
	suite_equal(pre_hits, 0);
	suite_equal(post_hits, 0);
	suite_equal(ptt_quiet(2, 3), 5);
	suite_equal(pre_hits, 1);
	suite_equal(post_hits, 1);
	return first_state == IN_TIME;
}

/* Twice, as there are two slots. */
static void come_twice(int (*come)(struct ptap_kprobe *p), bool (*came)(void),
		       void (*leave)(void))
{
	int in_time = 0, tries;

	second_came = came;
	for (tries = 0; in_time < 2 && tries < 10; tries++) {
		in_time += come_in_between(come);
		leave();
	}
	suite_equal(in_time, 2);
}

static void finish(void)
{
	ptap_unregister_kprobe(&first);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

/* On another CPU than the one where the handler spins. */
static bool prepare(void)
{
	if (!cpu_online(0) || !cpu_online(1) ||
	    set_cpus_allowed_ptr(current, cpumask_of(0))) {
		suite_skip("one CPU");
		return false;
	}
	first_state = LATE;
	first = (struct ptap_kprobe){ .addr = (void *)ptt_quiet,
				      .pre_handler = first_pre,
				      .post_handler = first_post };
	second = (struct ptap_kprobe){ .addr = (void *)ptt_quiet,
				       .pre_handler = second_pre,
				       .post_handler = second_post };
	return suite_register(&first, 0);
}

static void unregister_second(void)
{
	ptap_unregister_kprobe(&second);
}

static void disable_second(void)
{
	suite_equal(ptap_disable_kprobe(&second), 0);
}

static void test_registered(void)
{
	if (!prepare())
		return;
	come_twice(ptap_register_kprobe, is_listed, unregister_second);
	finish();
}

static void test_enabled(void)
{
	if (!prepare())
		return;
	second.flags = PTAP_KPROBE_FLAG_DISABLED;
	if (suite_register(&second, 0)) {
		come_twice(ptap_enable_kprobe, is_on, disable_second);
		ptap_unregister_kprobe(&second);
	}
	finish();
}

/* Both at once, where there was none. */
static void test_batch(void)
{
	struct ptap_kprobe *both[] = { &first, &second };

	if (!prepare())
		return;
	ptap_unregister_kprobe(&first);
	pre_hits = post_hits = 0;
	suite_equal(ptap_register_kprobes(both, 2), 0);
	suite_equal(ptt_quiet(2, 3), 5);
	suite_equal(pre_hits, 1);
	suite_equal(post_hits, 1);
	ptap_unregister_kprobe(&second);
	finish();
}

#endif

static const struct suite_test tests[] = {
#ifdef PTAP_ENGINE_BUNDLED
	{ "a second probe is registered", test_registered },
	{ "a second probe is switched on", test_enabled },
	{ "two probes in one batch", test_batch },
#endif
};

const struct suite_group suite_joining = { "joining", tests,
					   ARRAY_SIZE(tests) };
