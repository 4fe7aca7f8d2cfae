// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The three examples of "Kernel Probes (Kprobes)", sections 8 to 10, on today's fork.  Who
 * runs the suite keeps starting processes.
 */
#include "suite.h"

#include <linux/atomic.h>
#include <linux/sched/task.h>

static atomic_t hits, post_hits, good;

/* ---- a kprobe ------------------------------------------------------------ */

static int example_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	atomic_inc(&hits);
	pr_info("pre_handler: p->addr=0x%px, ip=%lx, flags=0x%lx\n", p->addr,
		regs->ip, regs->flags);
	if (regs->ip == (unsigned long)p->addr + 1)
		atomic_inc(&good);
	return 0;
}

static void example_post(struct ptap_kprobe *p, struct pt_regs *regs,
			 unsigned long flags)
{
	atomic_inc(&post_hits);
	pr_info("post_handler: p->addr=0x%px, flags=0x%lx\n", p->addr,
		regs->flags);
}

static void test_kprobe(void)
{
	struct ptap_kprobe kp = {
		.symbol_name = "kernel_clone",
		.offset = PTT_ENTRY_BYTES,
		.pre_handler = example_pre,
		.post_handler = example_post,
	};

	atomic_set(&hits, 0);
	atomic_set(&post_hits, 0);
	atomic_set(&good, 0);
	if (!suite_register(&kp, 0))
		return;
	suite_true(suite_within(atomic_read(&hits) >= 3));
	ptap_unregister_kprobe(&kp);
	suite_equal(atomic_read(&post_hits), atomic_read(&hits));
	suite_equal(atomic_read(&good), atomic_read(&hits));
}

/* ---- a jprobe ------------------------------------------------------------ */

#ifdef PTAP_ENGINE_BUNDLED

/* Has the probed function's prototype. */
static pid_t example_clone(struct kernel_clone_args *args)
{
	atomic_inc(&hits);
	pr_info("jprobe: clone_flags=0x%llx, stack_size=0x%lx\n", args->flags,
		args->stack_size);
	if (args->exit_signal <= 64 || args->io_thread)
		atomic_inc(&good);
	ptap_jprobe_return();
	return 0;
}

static void test_jprobe(void)
{
	struct ptap_jprobe jp = {
		.kp.symbol_name = "kernel_clone",
		.entry = example_clone,
	};

	atomic_set(&hits, 0);
	atomic_set(&good, 0);
	suite_equal(ptap_register_jprobe(&jp), 0);
	suite_true(suite_within(atomic_read(&hits) >= 3));
	ptap_unregister_jprobe(&jp);
	suite_equal(atomic_read(&good), atomic_read(&hits));
}

#else

static void test_jprobe(void)
{
	suite_skip("this kernel has no jprobes");
}

#endif

/* ---- a return probe ------------------------------------------------------ */

static int example_return(struct ptap_kretprobe_instance *ri,
			  struct pt_regs *regs)
{
	long pid = regs_return_value(regs);

	atomic_inc(&hits);
	if ((int)pid > 0)
		atomic_inc(&good);
	else
		pr_info("kernel_clone fails: %d\n", (int)pid);
	return 0;
}

static void test_kretprobe(void)
{
	struct ptap_kretprobe rp = {
		.kp.symbol_name = "kernel_clone",
		.handler = example_return,
		.maxactive = 20,
	};

	atomic_set(&hits, 0);
	atomic_set(&good, 0);
	if (!suite_register_return(&rp, 0))
		return;
	suite_true(suite_within(atomic_read(&hits) >= 3));
	ptap_unregister_kretprobe(&rp);
	suite_equal(rp.nmissed, 0);
	suite_equal(atomic_read(&good), atomic_read(&hits));
}

static const struct suite_test tests[] = {
	{ "a kprobe on kernel_clone", test_kprobe },
	{ "a jprobe on kernel_clone", test_jprobe },
	{ "a return probe on kernel_clone", test_kretprobe },
};

const struct suite_group suite_examples = { "examples", tests,
					    ARRAY_SIZE(tests) };
