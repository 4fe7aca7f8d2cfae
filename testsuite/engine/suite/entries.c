// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that begin with no-operations: a jump to the engine's stub replaces them where
 * they are nobody's.  And who is in the middle of what a jump replaces.
 */
#include "suite.h"

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "forms.h"

typedef long (*two_argument_function_t)(long a, long b);

#define KEPT_BYTES 16

static unsigned long hits, inside_hits, returns, wrong;
static unsigned long hit_at; /* where the probe is */

static bool are_arguments(const struct pt_regs *regs, long a, long b)
{
#ifdef CONFIG_X86_64
	return regs->di == a && regs->si == b;
#else
	return regs->ax == a && regs->dx == b;
#endif
}

static int entry_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	hits++;
	wrong += !are_arguments(regs, 70, 3) || regs->ip != hit_at + 1;
	return 0;
}

static int inside_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	inside_hits++;
	return 0;
}

static int entry_return(struct ptap_kretprobe_instance *ri,
			struct pt_regs *regs)
{
	returns++;
	wrong += regs_return_value(regs) != 67;
	return 0;
}

/* Calls FUNCTION; each call is so many hits and returns. */
static void call_times(two_argument_function_t function, int n,
		       unsigned long hits_each, unsigned long returns_each)
{
	int i;

	hits = returns = wrong = 0;
	for (i = 0; i < n; i++)
		suite_equal(function(70, 3), 67);
	suite_equal(hits, n * hits_each);
	suite_equal(returns, n * returns_each);
	suite_equal(wrong, 0);
}

static void expect_jump(const struct ptap_kprobe *kp, bool jump)
{
#ifdef PTAP_ENGINE_BUNDLED
	suite_settle();
	suite_equal(ptap_kprobe_is_jump(kp), jump);
	suite_equal(suite_armed(hit_at), jump ? 0xe9 : 0xcc);
#endif
}

/* What all registers and flags are after FUNCTION; the stack pointer, from this frame. */
static noinline void run_registers(two_argument_function_t function,
				   struct ptt_form_state *ret)
{
	unsigned long flags;
	int i;

	for (i = 0; i < FORM_REGISTERS; i++)
		ptt_form_in.reg[i] = 0x1234567ul * (i + 1);
	ptt_form_in.flags = 0x8d7; /* all that instructions set, IF not */
	ptt_form_entry = (unsigned long)function;
	local_irq_save(flags);
	ptt_form_call();
	local_irq_restore(flags);
	*ret = ptt_form_out;
	ret->reg[FORM_SP] -= (unsigned long)__builtin_frame_address(0);
}

static void check_registers(two_argument_function_t function,
			    const struct ptt_form_state *want)
{
	struct ptt_form_state got;

	run_registers(function, &got);
	if (memcmp(&got, want, sizeof(got)))
		suite_fail("registers of %ps", function);
}

static void with_kprobe(two_argument_function_t function,
			const struct ptt_form_state *registers)
{
	struct ptap_kprobe kp = { .addr = (void *)hit_at,
				  .pre_handler = entry_pre };

	if (!suite_register(&kp, 0))
		return;
	call_times(function, 1, 1, 0);
	expect_jump(&kp, true);
	call_times(function, 100, 1, 0);
	check_registers(function, registers);
	ptap_unregister_kprobe(&kp);
	suite_equal(kp.nmissed, 0);
}

static void with_return(two_argument_function_t function,
			const struct ptt_form_state *registers)
{
	struct ptap_kretprobe rp = { .kp.addr = (void *)function,
				     .handler = entry_return,
				     .maxactive = 4 };
	struct ptap_kprobe kp = { .addr = (void *)hit_at,
				  .pre_handler = entry_pre };

	if (!suite_register_return(&rp, 0))
		return;
	call_times(function, 1, 0, 1);
	expect_jump(&rp.kp, true);
	call_times(function, 100, 0, 1);
	check_registers(function, registers);
	if (suite_register(&kp, 0)) {
		call_times(function, 1, 1, 1);
		expect_jump(&kp, true);
		call_times(function, 100, 1, 1);
		check_registers(function, registers);
		ptap_unregister_kprobe(&kp);
	}
	ptap_unregister_kretprobe(&rp);
	suite_equal(rp.nmissed, 0);
}

/* Probes of FUNCTION, which has ENDBR bytes before its no-operations. */
static void probe_entry(two_argument_function_t function, unsigned int endbr)
{
	struct ptt_form_state registers;
	u8 before[KEPT_BYTES];

	hit_at = (unsigned long)function + endbr;
	memcpy(before, function, sizeof(before));
	call_times(function, 1, 0, 0);
	run_registers(function, &registers);
	with_kprobe(function, &registers);
	with_return(function, &registers);
	/* the kernel takes its jumps away later */
	if (!suite_within(!memcmp(before, function, sizeof(before))))
		suite_fail("the text of %ps is not what it was", function);
	call_times(function, 1, 0, 0);
}

static void test_patchable(void)
{
	probe_entry(ptt_patchable, 0);
}

static void test_prefixed(void)
{
	probe_entry(ptt_prefixed, 0);
}

static void test_landing(void)
{
	probe_entry(ptt_landing, PTT_ENDBR_BYTES);
}

static void test_prefixed_landing(void)
{
	probe_entry(ptt_prefixed_landing, PTT_ENDBR_BYTES);
}

static void test_long_nop(void)
{
	probe_entry(ptt_long_nop, 0);
}

/* A jump would be entered in its middle. */
static void test_entered(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_entered,
				  .pre_handler = entry_pre };

	hit_at = (unsigned long)ptt_entered;
	if (!suite_register(&kp, 0))
		return;
	expect_jump(&kp, false);
	call_times(ptt_entered, 10, 1, 0);
	ptap_unregister_kprobe(&kp);
}

/* A second probe on one of the bytes that the jump of the first replaces. */
static void test_inside(void)
{
	struct ptap_kprobe first = { .addr = (void *)ptt_patchable,
				     .pre_handler = entry_pre };
	struct ptap_kprobe inside = { .addr = (void *)ptt_patchable + 3,
				      .pre_handler = inside_pre };

	hit_at = (unsigned long)ptt_patchable;
	if (!suite_register(&first, 0))
		return;
	expect_jump(&first, true);
	if (suite_register(&inside, 0)) {
		expect_jump(&first, false);
		inside_hits = 0;
		call_times(ptt_patchable, 10, 1, 0);
		suite_equal(inside_hits, 10);
		ptap_unregister_kprobe(&inside);
	}
	expect_jump(&first, true);
	call_times(ptt_patchable, 10, 1, 0);
	ptap_unregister_kprobe(&first);
}

/* ---- who is where a jump is to be written ---------------------------------- */

#define LONG_BYTES (32ul << 20)

static enum { LONG_STARTS, LONG_RUNS, LONG_ENDED } long_state;

static int run_long(void *memory)
{
	WRITE_ONCE(long_state, LONG_RUNS);
	ptt_long(memory, LONG_BYTES);
	WRITE_ONCE(long_state, LONG_ENDED);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

/* The jump waits for the one that is in the middle of what it replaces. */
static void test_middle(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_long_site,
				  .pre_handler = inside_pre };
	void *memory = vzalloc(LONG_BYTES);
	struct task_struct *task;

	if (!memory) {
		suite_fail("no memory");
		return;
	}
	hit_at = ptt_long_site;
	long_state = LONG_STARTS;
	inside_hits = 0;
	task = kthread_run(run_long, memory, "suite-long");
	if (IS_ERR(task)) {
		suite_fail("no thread");
		goto free;
	}
	suite_true(suite_within(READ_ONCE(long_state) != LONG_STARTS));
	if (suite_register(&kp, 0)) {
		expect_jump(&kp, true);
		if (SUITE_ENGINE)
			suite_equal(READ_ONCE(long_state), LONG_ENDED);
		ptt_long(memory, 1);
		suite_equal(inside_hits, 1);
		ptap_unregister_kprobe(&kp);
	}
	kthread_stop(task);
	suite_equal(long_state, LONG_ENDED);
free:
	vfree(memory);
}

static const struct suite_test tests[] = {
	{ "five no-operations", test_patchable },
	{ "five no-operations, and more before the function", test_prefixed },
	{ "no-operations behind endbr", test_landing },
	{ "no-operations behind endbr, and more before the function",
	  test_prefixed_landing },
	{ "one no-operation of five bytes", test_long_nop },
	{ "no-operations that are jumped to", test_entered },
	{ "a probe of one of five no-operations", test_inside },
	{ "a task in the middle of what a jump replaces", test_middle },
};

const struct suite_group suite_entries = { "entries", tests,
					   ARRAY_SIZE(tests) };
