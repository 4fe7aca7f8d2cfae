// SPDX-License-Identifier: GPL-2.0-or-later
/* Jprobes and multiprobes, which the kernel's kprobes do not have (any more). */
#include "suite.h"

#include <linux/preempt.h>
#include <linux/string.h>

#ifdef PTAP_ENGINE_BUNDLED

static char notes[64];
static long seen[8];
static unsigned long jprobe_hits;

static void note(const char *text)
{
	strlcat(notes, text, sizeof(notes));
}

static void expect_notes(const char *want)
{
	if (strcmp(notes, want))
		suite_fail("handlers ran as \"%s\", not \"%s\"", notes, want);
	memset(notes, 0, sizeof(notes));
}

static long jprobe_add(long a, long b)
{
	seen[0] = a;
	seen[1] = b;
	jprobe_hits++;
	note("j");
	ptap_jprobe_return();
	return 0;
}

/* The compiler owns its arguments' places and may write there: so does this. */
static long jprobe_eight(int a, long b, int c, long d, int e, long f, int g,
			 long h)
{
	volatile int *last_int = &g;
	volatile long *last = &h;

	seen[0] = a;
	seen[1] = b;
	seen[2] = c;
	seen[3] = d;
	seen[4] = e;
	seen[5] = f;
	seen[6] = *last_int;
	seen[7] = *last;
	*last_int = 1234;
	*last = -1234;
	jprobe_hits++;
	ptap_jprobe_return();
	return 0;
}

static long jprobe_calling(long a, long b)
{
	note("j");
	if (ptt_functions[1](1) != 2)
		suite_fail("a call in a jprobe's handler");
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) && !in_atomic())
		suite_fail("preemption in a jprobe's handler");
	ptap_jprobe_return();
	return 0;
}

static int note_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	note("k");
	return 0;
}

static void note_post(struct ptap_kprobe *p, struct pt_regs *regs,
		      unsigned long flags)
{
	note("p");
}

static int note_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	note("r");
	seen[2] = regs_return_value(regs);
	return 0;
}

static void register_jprobe_of(struct ptap_jprobe *jp, int error)
{
	int got = ptap_register_jprobe(jp);

	if (got != error)
		suite_fail("registering a jprobe: %d (%s), not %d", got,
			   ptap_refusal_text(jp->kp.refusal), error);
}

static void test_arguments(void)
{
	struct ptap_jprobe jp = { .kp.addr = (void *)ptt_add,
				  .entry = jprobe_add };

	jprobe_hits = 0;
	register_jprobe_of(&jp, 0);
	suite_equal(ptt_add(-4, 44), 40);
	suite_equal(seen[0], -4);
	suite_equal(seen[1], 44);
	suite_equal(jprobe_hits, 1);
	ptap_unregister_jprobe(&jp);
	suite_equal(ptt_add(1, 2), 3);
	suite_equal(jprobe_hits, 1);
	memset(notes, 0, sizeof(notes));
}

static void test_stack(void)
{
	struct ptap_jprobe jp = { .kp.symbol_name = "ptt_eight",
				  .entry = jprobe_eight };
	long want = ptt_eight(1, 2, 3, 4, 5, 6, 7, 8);
	int i, n;

	jprobe_hits = 0;
	register_jprobe_of(&jp, 0);
	for (n = 1; n <= 3; n++) {
		suite_equal(ptt_eight(1, 2, 3, 4, 5, 6, 7, 8), want);
		for (i = 0; i < 8; i++)
			suite_equal(seen[i], i + 1);
		suite_equal(jprobe_hits, n);
	}
	ptap_unregister_jprobe(&jp);
	suite_equal(ptt_eight(1, 2, 3, 4, 5, 6, 7, 8), want);
}

static void test_refused(void)
{
	struct ptap_jprobe none = { .kp.addr = (void *)ptt_add };
	struct ptap_jprobe middle = { .kp.addr = (void *)ptt_functions[3] + 3,
				      .entry = jprobe_add };
	struct ptap_jprobe first = { .kp.addr = (void *)ptt_add,
				     .entry = jprobe_add };
	struct ptap_jprobe second = { .kp.symbol_name = "ptt_add",
				      .entry = jprobe_add };

	register_jprobe_of(&none, -EINVAL);
	register_jprobe_of(&middle, -EINVAL);
	register_jprobe_of(&first, 0);
	register_jprobe_of(&second, -EEXIST);
	ptap_unregister_jprobe(&second);
	suite_equal(ptt_add(1, 2), 3);
	ptap_unregister_jprobe(&first);
	ptap_unregister_jprobe(&first);
	memset(notes, 0, sizeof(notes));
}

static void test_together(void)
{
	struct ptap_jprobe jp = { .kp.addr = (void *)ptt_quiet,
				  .entry = jprobe_add };
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = note_pre,
				  .post_handler = note_post };
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_quiet,
				     .handler = note_return };

	memset(notes, 0, sizeof(notes));
	suite_register(&kp, 0);
	register_jprobe_of(&jp, 0);
	suite_register_return(&rp, 0);
	suite_equal(ptt_quiet(5, 6), 11);
	suite_equal(seen[0], 5);
	suite_equal(seen[1], 6);
	suite_equal(seen[2], 11);
	expect_notes("kjpr");
	ptap_unregister_kprobe(&kp);
	suite_equal(ptt_quiet(5, 7), 12);
	expect_notes("jr");
	ptap_unregister_jprobe(&jp);
	suite_equal(ptt_quiet(5, 8), 13);
	expect_notes("r");
	register_jprobe_of(&jp, 0);
	ptap_unregister_kretprobe(&rp);
	suite_equal(ptt_quiet(5, 9), 14);
	expect_notes("j");
	ptap_unregister_jprobe(&jp);
}

static void test_reentry(void)
{
	struct ptap_jprobe jp = { .kp.addr = (void *)ptt_quiet,
				  .entry = jprobe_calling };
	/* not on the stack, of which the part with arguments is put back */
	static struct ptap_kprobe inner;

	inner = (struct ptap_kprobe){ .addr = (void *)ptt_functions[1],
				      .pre_handler = note_pre };
	memset(notes, 0, sizeof(notes));
	suite_register(&inner, 0);
	register_jprobe_of(&jp, 0);
	suite_equal(ptt_quiet(1, 1), 2);
	expect_notes("j");
	suite_equal(inner.nmissed, 1);
	suite_equal(ptt_functions[1](2), 3);
	expect_notes("k");
	ptap_unregister_jprobe(&jp);
	ptap_unregister_kprobe(&inner);
}

static void test_batch(void)
{
	struct ptap_jprobe a = { .kp.addr = (void *)ptt_add,
				 .entry = jprobe_add };
	struct ptap_jprobe b = { .kp.addr = (void *)ptt_quiet,
				 .entry = jprobe_add };
	struct ptap_jprobe *list[] = { &a, &b };

	memset(notes, 0, sizeof(notes));
	suite_equal(ptap_register_jprobes(list, 2), 0);
	suite_equal(ptt_add(1, 2) + ptt_quiet(3, 4), 10);
	expect_notes("jj");
	ptap_unregister_jprobes(list, 2);
	suite_equal(ptt_add(1, 2) + ptt_quiet(3, 4), 10);
	expect_notes("");
}

/* Paper 004: multiprobes among themselves, and not beside a plain kprobe. */
static void test_multiprobes(void)
{
	struct ptap_multiprobe a = { .kp.addr = (void *)ptt_quiet,
				     .kp.pre_handler = note_pre };
	struct ptap_multiprobe b = { .kp.addr = (void *)ptt_quiet,
				     .kp.pre_handler = note_pre,
				     .kp.post_handler = note_post };
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = note_pre };

	memset(notes, 0, sizeof(notes));
	suite_equal(ptap_unregister_multiprobe(&a), -EEXIST);
	suite_equal(ptap_register_multiprobe(&a), 0);
	suite_equal(ptap_register_multiprobe(&b), 0);
	suite_equal(ptt_quiet(1, 2), 3);
	expect_notes("kkp");
	suite_equal(ptap_unregister_multiprobe(&b), 0);
	suite_equal(ptt_quiet(1, 2), 3);
	expect_notes("k");
	suite_equal(ptap_unregister_multiprobe(&a), 0);
	suite_equal(ptap_unregister_multiprobe(&a), -EEXIST);
	suite_register(&kp, 0);
	suite_equal(ptap_register_multiprobe(&a), -EEXIST);
	ptap_unregister_kprobe(&kp);
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static const struct suite_test tests[] = {
	{ "arguments in registers", test_arguments },
	{ "arguments on the stack", test_stack },
	{ "what is refused", test_refused },
	{ "with a kprobe and a return probe", test_together },
	{ "a probe hit in a jprobe's handler", test_reentry },
	{ "a batch", test_batch },
	{ "multiprobes", test_multiprobes },
};

const struct suite_group suite_jprobes = { "jprobes", tests,
					   ARRAY_SIZE(tests) };

#else

const struct suite_group suite_jprobes = { "jprobes", NULL, 0 };

#endif
