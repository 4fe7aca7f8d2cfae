// SPDX-License-Identifier: GPL-2.0-or-later
/* Return probes. */
#include "suite.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/string.h>

struct returned {
	struct ptap_kretprobe rp;
	atomic_t entries, hits;
	long last; /* value */
	unsigned long ret_addr;
	long order;   /* of the last hit among all */
	bool decline; /* the entry handler takes no call */
};

/* Per-instance data: the entry handler leaves the arguments for the other. */
struct kept {
	long first, second;
	struct task_struct *task;
};

static atomic_t order;

static void first_arguments(const struct pt_regs *regs, struct kept *kept)
{
#ifdef CONFIG_X86_64
	kept->first = regs->di;
	kept->second = regs->si;
#else
	kept->first = regs->ax;
	kept->second = regs->dx;
#endif
	kept->task = current;
}

static struct returned *returned_of(struct ptap_kretprobe_instance *ri)
{
	return container_of(ptap_get_kretprobe(ri), struct returned, rp);
}

static int keep_entry(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	struct returned *r = returned_of(ri);

	atomic_inc(&r->entries);
	if (r->decline)
		return 1;
	first_arguments(regs, (struct kept *)ri->data);
	return 0;
}

static int keep_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	struct returned *r = returned_of(ri);
	struct kept *kept = (struct kept *)ri->data;

	atomic_inc(&r->hits);
	r->last = regs_return_value(regs);
	r->ret_addr = ptap_get_kretprobe_retaddr(ri);
	r->order = atomic_inc_return(&order);
	if (kept->task != current)
		suite_fail("an instance of another task");
	return 0;
}

static void make_returned(struct returned *r, void *address, int maxactive)
{
	*r = (struct returned){
		.rp.kp.addr = address,
		.rp.handler = keep_return,
		.rp.entry_handler = keep_entry,
		.rp.maxactive = maxactive,
		.rp.data_size = sizeof(struct kept),
	};
}

static bool register_returned(struct returned *r, void *address, int maxactive)
{
	make_returned(r, address, maxactive);
	return suite_register_return(&r->rp, 0);
}

/* The caller's own address is known by asking where the call is. */
static noinline long call_add(long a, long b, unsigned long *start,
			      unsigned long *end)
{
	long value;

	*start = (unsigned long)call_add;
	OPTIMIZER_HIDE_VAR(*start); /* or the sum becomes a place in the text */
	*end = *start + 4096;
	value = ptt_add(a, b);
	barrier();
	return value;
}

static void test_value(void)
{
	struct returned r;
	unsigned long start, end;

	if (!register_returned(&r, ptt_add, 4))
		return;
	suite_equal(call_add(30, 12, &start, &end), 42);
	suite_equal(atomic_read(&r.entries), 1);
	suite_equal(atomic_read(&r.hits), 1);
	suite_equal(r.last, 42);
	suite_true(r.ret_addr > start && r.ret_addr < end);
	suite_equal(call_add(-50, 8, &start, &end), -42);
	suite_equal(r.last, -42);
	ptap_unregister_kretprobe(&r.rp);
	suite_equal(call_add(1, 1, &start, &end), 2);
	suite_equal(atomic_read(&r.hits), 2);
	suite_equal(r.rp.nmissed, 0);
}

static int check_data(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kept *kept = (struct kept *)ri->data;

	if (kept->first + kept->second != (long)regs_return_value(regs))
		suite_fail("data of an instance: %ld, %ld; value %ld",
			   kept->first, kept->second,
			   (long)regs_return_value(regs));
	atomic_inc(&returned_of(ri)->hits);
	return 0;
}

static void test_data(void)
{
	struct returned r;
	long i;

	make_returned(&r, ptt_add, 3);
	r.rp.handler = check_data;
	if (!suite_register_return(&r.rp, 0))
		return;
	for (i = 0; i < 20; i++)
		suite_equal(ptt_add(i, 100 * i), 101 * i);
	suite_equal(atomic_read(&r.hits), 20);
	ptap_unregister_kretprobe(&r.rp);
}

static int change_return(struct ptap_kretprobe_instance *ri,
			 struct pt_regs *regs)
{
	regs->ax = 77;
	return 1; /* ignored */
}

static void test_change(void)
{
	struct returned r;

	make_returned(&r, ptt_add, 3);
	r.rp.handler = change_return;
	if (!suite_register_return(&r.rp, 0))
		return;
	suite_equal(ptt_add(1, 2), 77);
	ptap_unregister_kretprobe(&r.rp);
	suite_equal(ptt_add(1, 2), 3);
}

static void test_nested(void)
{
	struct returned outer = {}, middle = {}, inner = {};

	if (!register_returned(&outer, ptt_outer, 2) ||
	    !register_returned(&middle, ptt_middle, 2) ||
	    !register_returned(&inner, ptt_inner, 2))
		goto out;
	atomic_set(&order, 0);
	suite_equal(ptt_outer(5), 27);
	suite_equal(inner.last, 16);
	suite_equal(middle.last, 26);
	suite_equal(outer.last, 27);
	suite_equal(inner.order, 1);
	suite_equal(middle.order, 2);
	suite_equal(outer.order, 3);
out:
	ptap_unregister_kretprobe(&outer.rp);
	ptap_unregister_kretprobe(&middle.rp);
	ptap_unregister_kretprobe(&inner.rp);
}

static void test_recursion(void)
{
	struct returned r;

	if (!register_returned(&r, ptt_recurse, 32))
		return;
	suite_equal(ptt_recurse(20), 20);
	suite_equal(atomic_read(&r.hits), 21);
	suite_equal(r.last, 20);
	suite_equal(r.rp.nmissed, 0);
	ptap_unregister_kretprobe(&r.rp);
}

static void test_exhausted(void)
{
	struct returned r;
	int i;

	if (!register_returned(&r, ptt_recurse, 5))
		return;
	for (i = 1; i <= 3; i++) {
		suite_equal(ptt_recurse(20), 20);
		suite_equal(atomic_read(&r.hits), 5 * i);
		suite_equal(r.rp.nmissed, 16 * i);
	}
	ptap_unregister_kretprobe(&r.rp);
	suite_equal(ptt_recurse(20), 20);
}

static void test_several(void)
{
	struct returned a, b;

	register_returned(&a, ptt_add, 4);
	register_returned(&b, ptt_add, 4);
	suite_equal(ptt_add(4, 5), 9);
	suite_equal(a.last, 9);
	suite_equal(b.last, 9);
	/* of all but one of them the kernel names its trampoline */
	if (SUITE_ENGINE)
		suite_equal(a.ret_addr, b.ret_addr);
	ptap_unregister_kretprobe(&a.rp);
	suite_equal(ptt_add(6, 5), 11);
	suite_equal(b.last, 11);
	suite_equal(atomic_read(&a.hits), 1);
	ptap_unregister_kretprobe(&b.rp);
}

static void test_decline(void)
{
	struct returned r;

	if (!register_returned(&r, ptt_add, 1))
		return;
	r.decline = true;
	suite_equal(ptt_add(1, 2), 3);
	suite_equal(ptt_add(1, 3), 4);
	suite_equal(atomic_read(&r.entries), 2);
	suite_equal(atomic_read(&r.hits), 0);
	r.decline = false;
	suite_equal(ptt_add(2, 3), 5);
	suite_equal(atomic_read(&r.hits), 1);
	suite_equal(r.rp.nmissed, 0);
	ptap_unregister_kretprobe(&r.rp);
}

static void test_switch(void)
{
	struct returned r;

	if (!register_returned(&r, ptt_add, 2))
		return;
	suite_equal(ptap_disable_kretprobe(&r.rp), 0);
	suite_equal(ptt_add(1, 2), 3);
	suite_equal(atomic_read(&r.hits), 0);
	suite_equal(ptap_enable_kretprobe(&r.rp), 0);
	suite_equal(ptt_add(1, 2), 3);
	suite_equal(atomic_read(&r.hits), 1);
	ptap_unregister_kretprobe(&r.rp);
}

static void test_batch(void)
{
	struct returned r[3];
	struct ptap_kretprobe *list[3] = { &r[0].rp, &r[1].rp, &r[2].rp };

	make_returned(&r[0], ptt_inner, 2);
	make_returned(&r[1], ptt_middle, 2);
	make_returned(&r[2], ptt_outer, 2);
	suite_equal(ptap_register_kretprobes(list, 3), 0);
	suite_equal(ptt_outer(1), 23);
	suite_equal(r[0].last + r[1].last + r[2].last, 12 + 22 + 23);
	ptap_unregister_kretprobes(list, 3);
	suite_equal(ptt_outer(1), 23);
	suite_equal(atomic_read(&r[0].hits), 1);
}

#ifdef CONFIG_KPROBES

static atomic_t between;

static int count_between(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	atomic_inc(&between);
	return 0;
}

/* Three functions return at one place, the second through the kernel's trampoline. */
static void test_tail(void)
{
	struct kretprobe second = { .kp.addr = (void *)ptt_tail_second,
				    .handler = count_between,
				    .maxactive = 4 };
	struct returned first = {}, third = {};
	int i;

	if (!register_returned(&first, ptt_tail_first, 4) ||
	    !register_returned(&third, ptt_tail_third, 4))
		goto out;
	if (register_kretprobe(&second)) {
		suite_fail("no return probe of the kernel");
		goto out;
	}
	atomic_set(&between, 0);
	for (i = 1; i <= 3; i++) {
		suite_equal(ptt_tail_first(i), i + 111);
		suite_equal(atomic_read(&first.hits), i);
		suite_equal(atomic_read(&between), i);
		suite_equal(atomic_read(&third.hits), i);
		suite_settle();
	}
	unregister_kretprobe(&second);
	suite_equal(ptt_tail_first(5), 116);
	suite_equal(atomic_read(&first.hits), 4);
	suite_equal(atomic_read(&third.hits), 4);
out:
	ptap_unregister_kretprobe(&first.rp);
	ptap_unregister_kretprobe(&third.rp);
}

#endif

/* ---- other tasks ------------------------------------------------------------ */

static int sleeper(void *value)
{
	long *ret = value;

	*ret = ptt_sleep(1500);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static void test_unregister_running(void)
{
	struct returned r;
	long left = -1;
	struct task_struct *task;

	if (!register_returned(&r, ptt_sleep, 4))
		return;
	task = kthread_run(sleeper, &left, "suite-sleeper");
	if (IS_ERR(task)) {
		suite_fail("no thread");
		ptap_unregister_kretprobe(&r.rp);
		return;
	}
	suite_true(suite_within(atomic_read(&r.entries) == 1));
	suite_equal(left, -1); /* it is still inside */
	ptap_unregister_kretprobe(&r.rp);
	suite_true(suite_within(left != -1));
	suite_equal(left, 0);
	suite_equal(atomic_read(&r.hits), 0);
	kthread_stop(task);
}

static int dier(void *unused)
{
	ptt_die();
	return 0;
}

static void test_dying(void)
{
	struct returned r;
	struct task_struct *task;
	int i;

	if (!register_returned(&r, ptt_die, 2))
		return;
	for (i = 1; i <= 10; i++) {
		task = kthread_run(dier, NULL, "suite-dier");
		if (IS_ERR(task))
			break;
		suite_true(suite_within(atomic_read(&r.entries) +
						READ_ONCE(r.rp.nmissed) ==
					i));
		msleep(300); /* for the last of it to go */
	}
	suite_equal(i, 11);
	suite_equal(atomic_read(&r.hits), 0);
	/* without the tracepoint sched_process_exit the engine looks for dead tasks when
	 * it misses a call */
	if (IS_ENABLED(CONFIG_TRACEPOINTS))
		suite_equal(r.rp.nmissed, 0);
	else
		suite_true(r.rp.nmissed <= 3);
	ptap_unregister_kretprobe(&r.rp);
}

/* Who runs the suite keeps starting processes and killing some in their sleep. */
static void watch_function(const char *const *names, size_t n)
{
	struct returned r;
	size_t i;
	int error = -ENOENT;

	for (i = 0; i < n && error; i++) {
		make_returned(&r, NULL, 64);
		r.rp.kp.symbol_name = names[i];
		error = ptap_register_kretprobe(&r.rp);
	}
	if (error) {
		suite_fail("%s: %d (%s)", names[n - 1], error,
			   ptap_kprobe_refusal(&r.rp.kp) ?: "no reason");
		return;
	}
	suite_true(suite_within(atomic_read(&r.hits) >= 3));
	msleep(500);
	suite_equal(r.rp.nmissed, 0);
	suite_true(atomic_read(&r.entries) - atomic_read(&r.hits) <= 8);
	ptap_unregister_kretprobe(&r.rp);
}

static void test_killed(void)
{
	static const char *const names[] = { "do_nanosleep",
					     "hrtimer_nanosleep" };

	watch_function(names, ARRAY_SIZE(names));
}

static void test_exec(void)
{
	static const char *const names[] = { "bprm_execve",
					     "security_bprm_check",
					     "setup_arg_pages" };

	watch_function(names, ARRAY_SIZE(names));
}

struct caller {
	struct task_struct *task;
	long calls, wrong;
	bool done;
};

static int call_often(void *value)
{
	struct caller *c = value;
	long i;

	for (i = 0; i < c->calls; i++) {
		if (ptt_outer(i) != i + 22)
			c->wrong++;
		if (ptt_recurse(3) != 3)
			c->wrong++;
	}
	WRITE_ONCE(c->done, true);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static void test_parallel(void)
{
	struct caller callers[4] = {};
	struct returned outer = {}, inner = {}, recurse = {};
	size_t i;

	if (!register_returned(&outer, ptt_outer, 16) ||
	    !register_returned(&inner, ptt_inner, 16) ||
	    !register_returned(&recurse, ptt_recurse, 32))
		goto out;
	for (i = 0; i < ARRAY_SIZE(callers); i++) {
		callers[i].calls = 2000;
		callers[i].task =
			kthread_run(call_often, &callers[i], "suite-caller");
	}
	for (i = 0; i < ARRAY_SIZE(callers); i++) {
		if (IS_ERR(callers[i].task)) {
			suite_fail("no thread");
			continue;
		}
		suite_true(suite_within(READ_ONCE(callers[i].done)));
		kthread_stop(callers[i].task);
		suite_equal(callers[i].wrong, 0);
	}
	suite_equal(atomic_read(&outer.hits), 8000);
	suite_equal(atomic_read(&inner.hits), 8000);
	suite_equal(atomic_read(&recurse.hits), 32000);
	suite_equal(outer.rp.nmissed + inner.rp.nmissed + recurse.rp.nmissed,
		    0);
out:
	ptap_unregister_kretprobe(&outer.rp);
	ptap_unregister_kretprobe(&inner.rp);
	ptap_unregister_kretprobe(&recurse.rp);
}

/* Of these the papers name flush_old_exec (begin_new_exec now), flush_thread, do_exit; in
 * the last the engine forgets what never returns.  The kernel only knows the first here. */
static void test_refused(void)
{
	static const char *const names[] = { "__switch_to", "flush_thread",
					     "begin_new_exec", "do_exit",
#ifdef CONFIG_TRACEPOINTS
					     "__traceiter_sched_process_exit"
#endif
	};
	size_t i;

	for (i = 0; i < suite_either(1, ARRAY_SIZE(names)); i++) {
		struct ptap_kretprobe rp = { .kp.symbol_name = names[i],
					     .handler = keep_return };
		int error = ptap_register_kretprobe(&rp);

		if (error != suite_either(-EINVAL, -EDOM))
			suite_fail("%s: %d (%s)", names[i], error,
				   ptap_kprobe_refusal(&rp.kp) ?: "no reason");
		if (SUITE_ENGINE)
			ptap_unregister_kretprobe(&rp);
	}
}

static const struct suite_test tests[] = {
	{ "the value and the caller", test_value },
	{ "data of an instance", test_data },
	{ "a handler that changes the value", test_change },
	{ "nested functions", test_nested },
	{ "recursion", test_recursion },
	{ "maxactive is exhausted, and nmissed exact", test_exhausted },
	{ "several on one function", test_several },
	{ "an entry handler that declines", test_decline },
	{ "arming on the fly", test_switch },
	{ "a batch", test_batch },
#ifdef CONFIG_KPROBES
	{ "functions that jump to others, one of them the kernel's",
	  test_tail },
#endif
	{ "unregistered while the function runs", test_unregister_running },
	{ "tasks that die inside", test_dying },
	{ "processes killed inside", test_killed },
	{ "exec inside", test_exec },
	{ "threads at once", test_parallel },
	{ "functions whose calls and returns do not match", test_refused },
};

const struct suite_group suite_returns = { "returns", tests,
					   ARRAY_SIZE(tests) };
