// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What handlers may do and what may happen to them: probes hit inside a handler, from an NMI as
 * well, faults, handlers on all CPUs at once.
 */
#include "suite.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/nmi.h>
#include <linux/preempt.h>

#include <asm/apic.h>
#include <asm/nmi.h>

/* How long a handler waits for another CPU or an NMI, less than what the kernel takes for a
 * lock-up. */
#define SPIN_NS (5ull * NSEC_PER_SEC)

static unsigned long outer_hits, inner_hits, return_hits;

static int inner_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	inner_hits++;
	return 0;
}

static int calling_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	outer_hits++;
	if (ptt_functions[1](5) != 6)
		suite_fail("a function called from a handler");
	return 0;
}

static void calling_post(struct ptap_kprobe *p, struct pt_regs *regs,
			 unsigned long flags)
{
	if (ptt_functions[1](6) != 7)
		suite_fail("a function called from a post-handler");
}

static int count_return(struct ptap_kretprobe_instance *ri,
			struct pt_regs *regs)
{
	return_hits++;
	return 0;
}

static void clear_hits(void)
{
	outer_hits = inner_hits = return_hits = 0;
}

static void test_atomic_pre_result(struct ptap_kprobe *outer,
				   struct ptap_kprobe *inner,
				   unsigned long missed)
{
	clear_hits();
	suite_equal(ptt_quiet(1, 2), 3);
	suite_settle();
	suite_equal(ptt_quiet(3, 4), 7);
	suite_equal(outer_hits, 2);
	suite_equal(inner_hits, 0);
	suite_equal(inner->nmissed, 2 * missed);
	suite_equal(outer->nmissed, 0);
	suite_equal(ptt_functions[1](1), 2); /* outside of a handler */
	suite_equal(inner_hits, 1);
}

static void test_reentry(void)
{
	struct ptap_kprobe outer = { .addr = (void *)ptt_quiet,
				     .pre_handler = calling_pre };
	struct ptap_kprobe inner = { .addr = (void *)ptt_functions[1],
				     .pre_handler = inner_pre };

	if (suite_register(&inner, 0) && suite_register(&outer, 0))
		test_atomic_pre_result(&outer, &inner, 1);
	ptap_unregister_kprobe(&outer);
	ptap_unregister_kprobe(&inner);
}

static void test_reentry_post(void)
{
	struct ptap_kprobe outer = { .addr = (void *)ptt_quiet,
				     .pre_handler = calling_pre,
				     .post_handler = calling_post };
	struct ptap_kprobe inner = { .addr = (void *)ptt_functions[1],
				     .pre_handler = inner_pre,
				     .post_handler = calling_post };

	if (suite_register(&inner, 0) && suite_register(&outer, 0)) {
		clear_hits();
		suite_equal(ptt_quiet(1, 2), 3);
		suite_equal(outer_hits, 1);
		suite_equal(inner_hits, 0);
		suite_equal(inner.nmissed, 2);
	}
	ptap_unregister_kprobe(&outer);
	ptap_unregister_kprobe(&inner);
}

static void test_reentry_return(void)
{
	struct ptap_kprobe outer = { .addr = (void *)ptt_quiet,
				     .pre_handler = calling_pre };
	struct ptap_kretprobe inner = { .kp.addr = (void *)ptt_functions[1],
					.handler = count_return };

	if (suite_register_return(&inner, 0) && suite_register(&outer, 0)) {
		clear_hits();
		suite_equal(ptt_quiet(1, 2), 3);
		suite_equal(outer_hits, 1);
		suite_equal(return_hits, 0);
		suite_equal(inner.kp.nmissed, 1);
		suite_equal(ptt_functions[1](1), 2);
		suite_equal(return_hits, 1);
	}
	ptap_unregister_kprobe(&outer);
	ptap_unregister_kretprobe(&inner);
}

static int return_calling(struct ptap_kretprobe_instance *ri,
			  struct pt_regs *regs)
{
	return_hits++;
	if (ptt_functions[1](5) != 6)
		suite_fail("a function called from a return handler");
	return 0;
}

static void test_reentry_in_return(void)
{
	struct ptap_kretprobe outer = { .kp.addr = (void *)ptt_quiet,
					.handler = return_calling };
	struct ptap_kprobe inner = { .addr = (void *)ptt_functions[1],
				     .pre_handler = inner_pre };

	if (suite_register(&inner, 0) && suite_register_return(&outer, 0)) {
		clear_hits();
		suite_equal(ptt_quiet(1, 2), 3);
		suite_equal(return_hits, 1);
		suite_equal(inner_hits, 0);
		suite_equal(inner.nmissed, 1);
	}
	ptap_unregister_kretprobe(&outer);
	ptap_unregister_kprobe(&inner);
}

static int atomic_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	outer_hits += in_atomic();
	return 0;
}

static int atomic_return(struct ptap_kretprobe_instance *ri,
			 struct pt_regs *regs)
{
	return_hits += in_atomic();
	return 0;
}

static void test_preemption(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = atomic_pre };
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_quiet,
				     .handler = atomic_return };

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT)) {
		suite_skip("this kernel does not count");
		return;
	}
	clear_hits();
	if (!suite_register(&kp, 0))
		return;
	suite_equal(ptt_quiet(1, 2), 3);
	suite_equal(outer_hits, 1);
	ptap_unregister_kprobe(&kp);
	suite_true(!in_atomic());
	if (!suite_register_return(&rp, 0))
		return;
	suite_equal(ptt_quiet(1, 2), 3);
	suite_equal(return_hits, 1);
	ptap_unregister_kretprobe(&rp);
	suite_true(!in_atomic());
}

/* ---- NMI --------------------------------------------------------------------- */

static atomic_t nmi_wanted, nmi_calls;

static int call_in_nmi(unsigned int type, struct pt_regs *regs)
{
	if (!atomic_xchg(&nmi_wanted, 0))
		return NMI_DONE;
	if (ptt_functions[1](10) == 11 && ptt_functions[2](10) == 12)
		atomic_inc(&nmi_calls);
	return NMI_HANDLED;
}

static void send_nmi(void)
{
	u64 end = ktime_get_mono_fast_ns() + SPIN_NS;

	atomic_set(&nmi_wanted, 1);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	while (atomic_read(&nmi_wanted) && ktime_get_mono_fast_ns() < end)
		cpu_relax();
}

static int nmi_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	outer_hits++;
	send_nmi();
	return 0;
}

static void test_nmi(void)
{
	struct ptap_kprobe outer = { .addr = (void *)ptt_quiet,
				     .pre_handler = nmi_pre };
	struct ptap_kprobe inner = { .addr = (void *)ptt_functions[1],
				     .pre_handler = inner_pre };
	struct ptap_kretprobe ret = { .kp.addr = (void *)ptt_functions[2],
				      .handler = count_return };

	if (!apic || !apic->send_IPI) {
		suite_skip("no local APIC");
		return;
	}
	if (register_nmi_handler(NMI_LOCAL, call_in_nmi, 0, "ptap_suite")) {
		suite_fail("no NMI handler");
		return;
	}
	atomic_set(&nmi_calls, 0);
	clear_hits();
	if (suite_register(&inner, 0) && suite_register_return(&ret, 0) &&
	    suite_register(&outer, 0)) {
		suite_settle();
		preempt_disable();
		send_nmi(); /* outside of a handler: as anywhere */
		preempt_enable();
		suite_equal(atomic_read(&nmi_calls), 1);
		suite_equal(inner_hits, 1);
		suite_equal(ptt_quiet(1, 2), 3); /* inside of one */
		suite_equal(outer_hits, 1);
		suite_equal(atomic_read(&nmi_calls), 2);
		suite_equal(inner_hits, 1);
		suite_equal(inner.nmissed, 1);
		suite_equal(ret.kp.nmissed, 1);
	}
	ptap_unregister_kprobe(&outer);
	ptap_unregister_kprobe(&inner);
	ptap_unregister_kretprobe(&ret);
	unregister_nmi_handler(NMI_LOCAL, "ptap_suite");
}

/* ---- all CPUs at once ---------------------------------------------------------- */

static atomic_t inside, met;

/* Waits in the handler for the other CPU's: only if they run at once is it there. */
static int meeting_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	u64 end = ktime_get_mono_fast_ns() + SPIN_NS;

	atomic_inc(&inside);
	while (atomic_read(&inside) < 2 && ktime_get_mono_fast_ns() < end)
		cpu_relax();
	if (atomic_read(&inside) >= 2)
		atomic_inc(&met);
	return 0;
}

static int meet(void *unused)
{
	if (ptt_quiet(2, 3) != 5)
		suite_fail("a call while handlers meet");
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static void test_at_once(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = meeting_pre };
	struct task_struct *tasks[2];
	int cpu;

	if (num_online_cpus() < 2) {
		suite_skip("one CPU");
		return;
	}
	atomic_set(&inside, 0);
	atomic_set(&met, 0);
	if (!suite_register(&kp, 0))
		return;
	for (cpu = 0; cpu < 2; cpu++) {
		tasks[cpu] = kthread_create(meet, NULL, "suite-meet");
		if (IS_ERR(tasks[cpu]))
			suite_fail("no thread");
		else
			kthread_bind(tasks[cpu], cpu);
	}
	for (cpu = 0; cpu < 2; cpu++)
		if (!IS_ERR(tasks[cpu]))
			wake_up_process(tasks[cpu]);
	suite_true(suite_within(atomic_read(&inside) == 2));
	suite_true(suite_within(atomic_read(&met) == 2));
	for (cpu = 0; cpu < 2; cpu++)
		if (!IS_ERR(tasks[cpu]))
			kthread_stop(tasks[cpu]);
	ptap_unregister_kprobe(&kp);
	suite_equal(kp.nmissed, 0);
}

/* ---- faults ------------------------------------------------------------------- */

#ifdef PTAP_ENGINE_BUNDLED

static int fault_trap, faults, fault_handled;
static unsigned long fault_post;

static int page_fault_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	outer_hits++;
	return *(volatile int *)0x10; /* nothing is there */
}

static int protection_fault_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	outer_hits++;
#ifdef CONFIG_X86_64
	return *(volatile int *)0x8000123412341234UL; /* not canonical */
#else
	static u8 memory[32] __aligned(16);

	/* not aligned: it faults before it loads */
	asm volatile("movaps 1(%0), %%xmm0" : : "r"(memory));
	return 0;
#endif
}

static int divide_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	int zero = 0, result = 1;

	outer_hits++;
	asm volatile("cltd ; idivl %1" : "+a"(result) : "r"(zero) : "edx");
	return result;
}

static void fault_in_post(struct ptap_kprobe *p, struct pt_regs *regs,
			  unsigned long flags)
{
	fault_post++;
	*(volatile int *)0x20 = 1;
	fault_post += 100;
}

static int on_fault(struct ptap_kprobe *p, struct pt_regs *regs, int trapnr)
{
	faults++;
	fault_trap = trapnr;
	return fault_handled;
}

static void expect_fault(struct ptap_kprobe *kp, int trap)
{
	int i;

	kp->addr = (void *)ptt_quiet;
	kp->fault_handler = on_fault;
	fault_handled = 1;
	faults = 0;
	fault_post = 0;
	clear_hits();
	if (!suite_register(kp, 0))
		return;
	for (i = 1; i <= 3; i++) {
		suite_equal(ptt_quiet(i, 2), i + 2);
		suite_equal(faults, i);
		suite_equal(fault_trap, trap);
	}
	ptap_unregister_kprobe(kp);
	suite_true(IS_ENABLED(CONFIG_PREEMPT_COUNT) ? !in_atomic() : true);
}

static void test_page_fault(void)
{
	struct ptap_kprobe kp = { .pre_handler = page_fault_pre };

	expect_fault(&kp, 14);
	suite_equal(outer_hits, 3);
}

static void test_protection_fault(void)
{
	struct ptap_kprobe kp = { .pre_handler = protection_fault_pre };

	expect_fault(&kp, 13);
	suite_equal(outer_hits, 3);
}

static void test_divide(void)
{
	struct ptap_kprobe kp = { .pre_handler = divide_pre };

	expect_fault(&kp, 0);
	suite_equal(outer_hits, 3);
}

static void test_fault_in_post(void)
{
	struct ptap_kprobe kp = { .post_handler = fault_in_post };

	expect_fault(&kp, 14);
	suite_equal(fault_post, 3);
}

static void test_fault_beside(void)
{
	struct ptap_kprobe other = { .addr = (void *)ptt_quiet,
				     .pre_handler = inner_pre };
	struct ptap_kprobe kp = { .pre_handler = page_fault_pre };

	if (!suite_register(&other, 0))
		return;
	expect_fault(&kp, 14);
	suite_equal(inner_hits, 3);
	ptap_unregister_kprobe(&other);
}

#endif

static const struct suite_test tests[] = {
	{ "a probe hit in a handler", test_reentry },
	{ "a probe hit in a post-handler", test_reentry_post },
	{ "a return probe's function called in a handler",
	  test_reentry_return },
	{ "a probe hit in a return handler", test_reentry_in_return },
	{ "preemption is off", test_preemption },
	{ "NMI, also inside a handler", test_nmi },
	{ "handlers on two CPUs at once", test_at_once },
#ifdef PTAP_ENGINE_BUNDLED
	{ "a page fault in a handler", test_page_fault },
	{ "a general protection fault in a handler", test_protection_fault },
	{ "a division by zero in a handler", test_divide },
	{ "a page fault in a post-handler", test_fault_in_post },
	{ "a fault beside another probe", test_fault_beside },
#endif
};

const struct suite_group suite_handlers = { "handlers", tests,
					    ARRAY_SIZE(tests) };
