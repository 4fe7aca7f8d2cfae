// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine goes while probes are still registered, and comes again.  No other probe is
 * there in this group.
 */
#include "suite.h"

#ifdef PTAP_ENGINE_BUNDLED

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/string.h>

#define ROUNDS 3
/* What a probe's instances take, so that one round's would be missed. */
#define INSTANCES 1000
#define INSTANCE_BYTES (8 << 10)

static unsigned long hits, returns;

static int left_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	hits++;
	return 0;
}

static int left_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	returns++;
	return 0;
}

static void start_again(void)
{
	ptap_kprobes_exit();
	suite_equal(ptap_kprobes_init(), 0);
}

/*
 * KiB that vmalloc() has given away; 0 when that cannot be read.  A probe's instances are
 * such memory.  (How much of all memory is free says less: some MiB wait on the CPUs' own
 * lists, and other processes take and give, too.)
 */
static unsigned long vmalloc_kib(void)
{
	static const char name[] = "\nVmallocUsed:";
	static char text[4096];
	struct file *file = filp_open("/proc/meminfo", O_RDONLY, 0);
	unsigned long kib = 0;
	const char *at;
	ssize_t n;

	if (IS_ERR(file))
		return 0;
	n = kernel_read(file, text, sizeof(text) - 1, &file->f_pos);
	filp_close(file, NULL);
	text[max_t(ssize_t, n, 0)] = '\0';
	at = strstr(text, name);
	if (at)
		sscanf(at + strlen(name), "%lu", &kib);
	return kib;
}

/* The engine goes while both are registered. */
static void leave(struct ptap_kprobe *kp, struct ptap_kretprobe *rp)
{
	*kp = (struct ptap_kprobe){ .addr = (void *)ptt_quiet,
				    .pre_handler = left_pre };
	*rp = (struct ptap_kretprobe){ .kp.addr = (void *)ptt_quiet,
				       .handler = left_return,
				       .maxactive = INSTANCES,
				       .data_size = INSTANCE_BYTES };
	hits = returns = 0;
	suite_register(kp, 0);
	suite_register_return(rp, 0);
	suite_equal(ptt_quiet(1, 2), 3);
	start_again();
	suite_equal(suite_armed((unsigned long)ptt_quiet), 0);
	suite_equal(ptt_quiet(3, 4), 7);
	suite_equal(hits, 1);
	suite_equal(returns, 1);
}

/* They are not registered any more, and can be again. */
static void test_left(void)
{
	struct ptap_kretprobe rp;
	struct ptap_kprobe kp;

	leave(&kp, &rp);
	ptap_unregister_kprobe(&kp);
	ptap_unregister_kretprobe(&rp);
	if (!suite_register_return(&rp, 0))
		return;
	suite_equal(ptt_quiet(3, 4), 7);
	suite_equal(returns, 2);
	ptap_unregister_kretprobe(&rp);
}

/* Other processes' kernel stacks are such memory, too, but little. */
static void test_memory(void)
{
	const unsigned long some = INSTANCES * INSTANCE_BYTES >> 10;
	unsigned long before = vmalloc_kib(), after = 0;
	struct ptap_kretprobe rp;
	struct ptap_kprobe kp;
	int i;

	suite_true(before > 0);
	for (i = 0; i < ROUNDS; i++)
		leave(&kp, &rp);
	if (!suite_within((after = vmalloc_kib()) < before + some))
		suite_fail("%lu KiB are missing", after - before);
}

static bool slept;

static int sleep_once(void *unused)
{
	suite_equal(ptt_sleep(3000), 0);
	WRITE_ONCE(slept, true);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

/* Such a call has its return address back. */
static void test_left_in_call(void)
{
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_sleep,
				     .handler = left_return };
	struct task_struct *task;

	returns = 0;
	slept = false;
	if (!suite_register_return(&rp, 0))
		return;
	task = kthread_run(sleep_once, NULL, "suite-exits");
	if (IS_ERR(task))
		suite_fail("no thread");
	msleep(100);
	start_again();
	if (!IS_ERR(task)) {
		/* kthread_stop() would end the sleep */
		suite_true(suite_within(READ_ONCE(slept)));
		kthread_stop(task);
	}
	suite_equal(returns, 0);
}

#ifdef CONFIG_KPROBES

static int sleep_beneath(void *unused)
{
	if (ptt_tail_sleep(3000) != 0)
		suite_fail("a sleep when the engine goes");
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static int kernel_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	hits++;
	return 0;
}

/* The kernel keeps the trampoline's address as that where ptt_sleep() returns to. */
static void test_left_beneath(void)
{
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_tail_sleep,
				     .handler = left_return };
	struct kretprobe over = { .kp.addr = (void *)ptt_sleep,
				  .handler = kernel_return,
				  .maxactive = 2 };
	struct task_struct *task;

	hits = returns = 0;
	if (!suite_register_return(&rp, 0))
		return;
	if (register_kretprobe(&over)) {
		suite_fail("no return probe of the kernel");
		ptap_unregister_kretprobe(&rp);
		return;
	}
	task = kthread_run(sleep_beneath, NULL, "suite-exits");
	if (IS_ERR(task))
		suite_fail("no thread");
	msleep(200);
	suite_equal(hits, 0);
	start_again();
	suite_equal(hits, 1);
	suite_equal(returns, 0);
	if (!IS_ERR(task))
		kthread_stop(task);
	unregister_kretprobe(&over);
}

#endif
#endif

static const struct suite_test tests[] = {
#ifdef PTAP_ENGINE_BUNDLED
	{ "with probes that are still registered", test_left },
	{ "with such probes, whose memory comes back", test_memory },
	{ "with a return probe whose function runs", test_left_in_call },
#ifdef CONFIG_KPROBES
	{ "with one that the kernel returns to", test_left_beneath },
#endif
#endif
};

const struct suite_group suite_exits = { "exits", tests, ARRAY_SIZE(tests) };
