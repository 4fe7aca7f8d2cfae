// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kprobes at one address, at all addresses of a function, at many functions; handlers that
 * change what they see; arming on the fly.
 */
#include "suite.h"

#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>

/* A probe that notes the order in which handlers run. */
struct noted {
	struct ptap_kprobe kp;
	char letter;
	unsigned long hits;
};

static char notes[64];

static void note(char letter)
{
	size_t length = strlen(notes);

	if (length + 1 < sizeof(notes)) {
		notes[length] = letter;
		notes[length + 1] = '\0';
	}
}

static void start_notes(void)
{
	memset(notes, 0, sizeof(notes));
}

static int note_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	struct noted *n = container_of(p, struct noted, kp);

	n->hits++;
	note(n->letter);
	return 0;
}

static void note_post(struct ptap_kprobe *p, struct pt_regs *regs,
		      unsigned long flags)
{
	struct noted *n = container_of(p, struct noted, kp);

	note(n->letter - 'a' + 'A');
	if (flags)
		suite_fail("flags of a post-handler: %lx", flags);
}

static int note_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	note('r');
	return 0;
}

/* The engine's order is that of registration; the kernel puts the newest of several first
 * (add_new_kprobe()). */
static void expect_notes(const char *kernel, const char *engine)
{
	const char *want = suite_either(kernel, engine);

	if (strcmp(notes, want))
		suite_fail("handlers ran as \"%s\", not \"%s\"", notes, want);
}

static void make_noted(struct noted *n, void *address, char letter, bool post)
{
	*n = (struct noted){ .kp.addr = address,
			     .kp.pre_handler = note_pre,
			     .kp.post_handler = post ? note_post : NULL,
			     .letter = letter };
}

static void call_quiet(void)
{
	start_notes();
	suite_equal(ptt_quiet(20, 3), 23);
}

static void test_order(void)
{
	struct noted a, b, c;

	make_noted(&a, ptt_quiet, 'a', true);
	make_noted(&b, ptt_quiet, 'b', false);
	make_noted(&c, ptt_quiet, 'c', true);
	suite_register(&a.kp, 0);
	call_quiet();
	expect_notes("aA", "aA");
	suite_register(&b.kp, 0);
	suite_register(&c.kp, 0);
	call_quiet();
	expect_notes("cbaCA", "abcAC");
	ptap_unregister_kprobe(&b.kp);
	call_quiet();
	expect_notes("caCA", "acAC");
	ptap_unregister_kprobe(&a.kp);
	call_quiet();
	expect_notes("cC", "cC");
	a.kp.flags = 0; /* the kernel leaves it disabled */
	suite_register(&a.kp, 0);
	call_quiet();
	expect_notes("acAC", "caCA");
	ptap_unregister_kprobe(&c.kp);
	ptap_unregister_kprobe(&a.kp);
	call_quiet();
	expect_notes("", "");
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static void test_without_post(void)
{
	struct noted a, b;

	make_noted(&a, ptt_quiet, 'a', false);
	make_noted(&b, ptt_quiet, 'b', true);
	suite_register(&a.kp, 0);
	call_quiet();
	expect_notes("a", "a");
	suite_register(&b.kp, 0); /* now there is a second stop */
	call_quiet();
	expect_notes("baB", "abB");
	ptap_unregister_kprobe(&b.kp);
	call_quiet();
	expect_notes("a", "a");
	ptap_unregister_kprobe(&a.kp);
}

static void test_no_handlers(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet };

	if (!suite_register(&kp, 0))
		return;
	suite_equal(ptt_quiet(1, 2), 3);
	ptap_unregister_kprobe(&kp);
}

static void test_switch(void)
{
	struct noted a, b;

	make_noted(&a, ptt_quiet, 'a', false);
	make_noted(&b, ptt_quiet, 'b', false);
	a.kp.flags = PTAP_KPROBE_FLAG_DISABLED;
	if (!suite_register(&a.kp, 0))
		return;
	suite_true(ptap_kprobe_disabled(&a.kp));
	suite_equal(suite_armed((unsigned long)ptt_quiet), 0);
	call_quiet();
	expect_notes("", "");
	suite_equal(ptap_enable_kprobe(&a.kp), 0);
	suite_equal(ptap_enable_kprobe(&a.kp), 0);
	call_quiet();
	expect_notes("a", "a");
	suite_register(&b.kp, 0);
	suite_equal(ptap_disable_kprobe(&a.kp), 0);
	call_quiet();
	expect_notes("b", "b");
	suite_equal(ptap_disable_kprobe(&b.kp), 0);
	call_quiet();
	expect_notes("", "");
	suite_equal(ptap_enable_kprobe(&b.kp), 0);
	suite_equal(ptap_enable_kprobe(&a.kp), 0);
	call_quiet();
	expect_notes("ba", "ab");
	suite_equal(ptap_disable_kprobe(&b.kp), 0);
	ptap_unregister_kprobe(&a.kp);
	ptap_unregister_kprobe(&b.kp);
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static void test_symbol(void)
{
	struct noted a;
	unsigned int at;

	make_noted(&a, NULL, 'a', false);
	a.kp.symbol_name = "ptt_offsets";
	for (at = 1; !ptt_offsets_starts[at]; at++)
		;
	a.kp.offset = at;
	if (!suite_register(&a.kp, 0))
		return;
	suite_equal(a.kp.addr, (unsigned long)ptt_offsets + at);
	start_notes();
	ptt_offsets();
	expect_notes("a", "a");
	ptap_unregister_kprobe(&a.kp);
}

/* ---- handlers that change registers --------------------------------------- */

static long ptt_redirected(void)
{
	return 4711;
}

static int redirect_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	regs->ip = (unsigned long)ptt_redirected;
	return 1;
}

static int change_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	regs->di += 1000;
	regs->si = -1;
#else
	regs->ax += 1000;
	regs->dx = -1;
#endif
	return 0;
}

static void empty_post(struct ptap_kprobe *p, struct pt_regs *regs,
		       unsigned long flags)
{
}

static void test_redirect(void)
{
	/* the kernel only redirects where it puts no jump (kprobes.rst, "How Does Jump
	 * Optimization Work?"): a post-handler keeps it from that */
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = redirect_pre,
				  .post_handler =
					  suite_either(empty_post, NULL) };

	if (!suite_register(&kp, 0))
		return;
	suite_equal(ptt_quiet(1, 2), 4711);
	suite_settle();
	suite_equal(ptt_quiet(3, 4), 4711);
	ptap_unregister_kprobe(&kp);
	suite_equal(ptt_quiet(1, 2), 3);
}

static void test_change(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = change_pre };

	if (!suite_register(&kp, 0))
		return;
	suite_equal(ptt_quiet(5, 2), 1004);
	suite_settle();
	suite_equal(ptt_quiet(5, 2), 1004);
	ptap_unregister_kprobe(&kp);
}

#ifdef PTAP_ENGINE_BUNDLED

/* A function that gets a jump, on i386 as well: ptt_quiet is of 4 bytes there. */
#define JUMPED 200

static unsigned int lowered_words;
static unsigned long lowered_flags;

static int lower_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	regs->cx = lowered_words * sizeof(long);
	regs->sp -= regs->cx;
	regs->flags ^= X86_EFLAGS_CF | X86_EFLAGS_ZF;
	regs->ip = (unsigned long)ptt_lowered;
	lowered_flags = regs->flags;
	return 1;
}

/* As far as a jump's stub allows it. */
static void test_lowered(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_functions[JUMPED],
				  .pre_handler = lower_pre };

	if (!suite_register(&kp, 0))
		return;
	suite_settle();
	if (!ptap_kprobe_is_jump(&kp))
		suite_skip("this kernel gets no jumps");
	else
		for (lowered_words = 0; lowered_words <= 3; lowered_words++)
			suite_equal(ptt_functions[JUMPED](1), lowered_flags);
	ptap_unregister_kprobe(&kp);
}

#ifdef CONFIG_KPROBES

static unsigned long over_hits;
static bool over_gone;

static int over_pre(struct kprobe *p, struct pt_regs *regs)
{
	over_hits++;
	return 0;
}

static int take_back(void *kp)
{
	ptap_unregister_kprobe(kp);
	WRITE_ONCE(over_gone, true);
	while (!kthread_should_stop())
		msleep(5);
	return 0;
}

static void call_jumped(void)
{
	start_notes();
	suite_equal(ptt_functions[JUMPED](1), 1 + JUMPED);
}

static void take_back_beneath(struct ptap_kprobe *kp, struct kprobe *over)
{
	struct task_struct *task;

	call_jumped();
	expect_notes("a", "a");
	suite_equal(over_hits, 1);
	over_gone = false;
	task = kthread_run(take_back, kp, "suite-take-back");
	if (IS_ERR(task)) {
		suite_fail("no thread");
		unregister_kprobe(over);
		return;
	}
	msleep(500);
	suite_true(!READ_ONCE(over_gone));
	call_jumped();
	unregister_kprobe(over);
	suite_true(suite_within(READ_ONCE(over_gone)));
	kthread_stop(task);
	suite_true(suite_disarmed((unsigned long)ptt_functions[JUMPED]));
	call_jumped();
	expect_notes("", "");
}

/* The kernel puts back what it found, the jump's first byte. */
static void test_under_kernel(void)
{
	struct kprobe over = { .addr = (void *)ptt_functions[JUMPED],
			       .pre_handler = over_pre };
	struct noted a;

	make_noted(&a, ptt_functions[JUMPED], 'a', false);
	if (!suite_register(&a.kp, 0))
		return;
	suite_settle();
	over_hits = 0;
	if (!ptap_kprobe_is_jump(&a.kp))
		suite_skip("this kernel gets no jumps");
	else if (register_kprobe(&over))
		suite_fail("the kernel refuses a probe on a jump");
	else
		take_back_beneath(&a.kp, &over);
	ptap_unregister_kprobe(&a.kp);
}

#endif
#endif

/* ---- at every byte, at many functions --------------------------------------- */

static void test_offsets(void)
{
	long want = ptt_offsets();
	struct noted *all = kcalloc(256, sizeof(*all), GFP_KERNEL);
	unsigned long accepted = 0, starts = 0;
	int i, error;

	if (!all) {
		suite_fail("no memory");
		return;
	}
	for (i = 0; i < 256; i++) {
		make_noted(&all[i], (void *)ptt_offsets + i, 'a', i % 3 == 0);
		error = ptap_register_kprobe(&all[i].kp);
		if (error != (ptt_offsets_starts[i] ? 0 : -EILSEQ))
			suite_fail("offset %d: %d", i, error);
		if (SUITE_ENGINE && error && error != -EILSEQ)
			suite_fail("offset %d: %d", i, error);
		accepted += !error;
		starts += ptt_offsets_starts[i];
	}
	for (i = 0; i < 3; i++) {
		suite_equal(ptt_offsets(), want);
		suite_settle();
	}
	for (i = 0; i < 256; i++) {
		if (all[i].hits != (ptt_offsets_starts[i] ? 3 : 0))
			suite_fail("offset %d: %lu hits", i, all[i].hits);
		if (ptt_offsets_starts[i])
			ptap_unregister_kprobe(&all[i].kp);
	}
	suite_equal(ptt_offsets(), want);
	suite_figure("offsets-accepted", accepted);
	suite_figure("offsets-boundary", 256 - accepted);
	suite_equal(accepted, starts);
	kfree(all);
}

static void call_functions(void)
{
	long i;

	for (i = 0; i < PTT_FUNCTIONS; i++)
		suite_equal(ptt_functions[i](7), 7 + i);
}

static void test_functions(void)
{
	struct noted *all = kcalloc(PTT_FUNCTIONS, sizeof(*all), GFP_KERNEL);
	struct ptap_kprobe **list =
		kcalloc(PTT_FUNCTIONS, sizeof(*list), GFP_KERNEL);
	unsigned long armed = 0;
	int i;

	if (!all || !list) {
		suite_fail("no memory");
		goto out;
	}
	for (i = 0; i < PTT_FUNCTIONS; i++) {
		make_noted(&all[i], (void *)ptt_functions[i], 'a', i % 2);
		list[i] = &all[i].kp;
	}
	suite_equal(ptap_register_kprobes(list, PTT_FUNCTIONS), 0);
	for (i = 0; i < PTT_FUNCTIONS; i++)
		armed += !!suite_armed((unsigned long)ptt_functions[i]);
	call_functions();
	suite_settle();
	call_functions();
	ptap_unregister_kprobes(list, PTT_FUNCTIONS);
	for (i = 0; i < PTT_FUNCTIONS; i++) {
		if (all[i].hits != 2 || all[i].kp.nmissed)
			suite_fail("function %d: %lu hits, %lu missed", i,
				   all[i].hits, all[i].kp.nmissed);
		suite_true(suite_disarmed((unsigned long)ptt_functions[i]));
	}
	call_functions();
	suite_equal(all[0].hits, 2);
	suite_equal(armed, PTT_FUNCTIONS);
out:
	kfree(list);
	kfree(all);
}

static void test_with_return(void)
{
	struct noted a, b;
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_quiet,
				     .handler = note_return,
				     .maxactive = 4 };

	make_noted(&a, ptt_quiet, 'a', true);
	make_noted(&b, ptt_quiet, 'b', false);
	suite_register(&a.kp, 0);
	suite_register_return(&rp, 0);
	suite_register(&b.kp, 0);
	call_quiet();
	expect_notes("baAr", "abAr");
	ptap_unregister_kretprobe(&rp);
	call_quiet();
	expect_notes("baA", "abA");
	ptap_unregister_kprobe(&a.kp);
	ptap_unregister_kprobe(&b.kp);
}

static const struct suite_test tests[] = {
	{ "several probes at an address run in order", test_order },
	{ "a post-handler joins and leaves", test_without_post },
	{ "a probe without handlers", test_no_handlers },
	{ "arming on the fly", test_switch },
	{ "a symbol and an offset", test_symbol },
	{ "a handler that goes elsewhere", test_redirect },
	{ "a handler that changes registers", test_change },
#ifdef PTAP_ENGINE_BUNDLED
	{ "a handler that moves the stack pointer down", test_lowered },
#ifdef CONFIG_KPROBES
	{ "a jump beneath a kprobe of the kernel", test_under_kernel },
#endif
#endif
	{ "256 successive byte offsets", test_offsets },
	{ "256 functions at once", test_functions },
	{ "kprobes and a return probe", test_with_return },
};

const struct suite_group suite_sites = { "sites", tests, ARRAY_SIZE(tests) };
