// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is refused, with which errno, and that nothing is written then.  The kernel has
 * -EINVAL for most; the engine an errno for each reason (PTAP_REFUSALS).
 */
#include "suite.h"

#include <linux/cpumask.h>
#include <linux/minmax.h>

static unsigned long hits;

static int count_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	hits++;
	return 0;
}

static int ignore_return(struct ptap_kretprobe_instance *ri,
			 struct pt_regs *regs)
{
	return 0;
}

/* A probe at ADDRESS gets ERROR and leaves the byte there alone. */
static void refused_at(const char *what, unsigned long address, int error)
{
	struct ptap_kprobe kp = { .addr = (void *)address,
				  .pre_handler = count_pre };
	u8 before = *(volatile u8 *)address;
	int got = ptap_register_kprobe(&kp);

	if (got != error)
		suite_fail("%s: %d (%s), not %d", what, got,
			   ptap_kprobe_refusal(&kp) ?: "no reason", error);
	ptap_unregister_kprobe(&kp);
	if (*(volatile u8 *)address != before)
		suite_fail("%s: the byte was %x and is %x", what, before,
			   *(volatile u8 *)address);
}

/* The kernel of 6.1 follows a null pointer (rethook_free()) where a return probe that is not
 * registered is unregistered. */
static void unregister_refused(struct ptap_kretprobe *rp)
{
	if (SUITE_ENGINE)
		ptap_unregister_kretprobe(rp);
}

static void test_arguments(void)
{
	struct ptap_kprobe neither = { .pre_handler = count_pre };
	struct ptap_kprobe both = { .addr = (void *)ptt_quiet,
				    .symbol_name = "ptt_quiet" };
	struct ptap_kprobe *none[1] = { &neither };

	suite_register(&neither, -EINVAL);
	suite_register(&both, -EINVAL);
	suite_equal(ptap_register_kprobes(none, 0), -EINVAL);
	suite_equal(ptap_register_kprobes(none, -1), -EINVAL);
}

static void test_symbol(void)
{
	struct ptap_kprobe kp = { .symbol_name = "ptt_there_is_none" };
	struct ptap_kretprobe rp = { .kp.symbol_name = "ptt_there_is_none",
				     .handler = ignore_return };

	suite_register(&kp, -ENOENT);
	suite_register_return(&rp, -ENOENT);
}

static void test_registered(void)
{
	struct ptap_kprobe kp = { .symbol_name = "ptt_quiet" };

	if (!SUITE_ENGINE) {
		suite_skip("the kernel warns in its log");
		return;
	}
	if (!suite_register(&kp, 0))
		return;
	suite_register(&kp, -EEXIST);
	ptap_unregister_kprobe(&kp);
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static void test_unregistered(void)
{
	struct ptap_kprobe never = { .symbol_name = "ptt_quiet" };
	struct ptap_kprobe refused = { .symbol_name = "ptt_there_is_none" };
	struct ptap_kprobe twice = { .symbol_name = "ptt_quiet" };
	struct ptap_kretprobe rp = { .kp.symbol_name = "ptt_quiet",
				     .handler = ignore_return };

	/* kernel/kprobes.c of 6.1 needs an address to see that it has no probe */
	never.addr = (void *)ptt_quiet;
	ptap_unregister_kprobe(&never);
	suite_register(&refused, -ENOENT);
	ptap_unregister_kprobe(&refused);
	if (suite_register(&twice, 0)) {
		ptap_unregister_kprobe(&twice);
		ptap_unregister_kprobe(&twice);
	}
	if (suite_register_return(&rp, 0)) {
		ptap_unregister_kretprobe(&rp);
		unregister_refused(&rp);
	}
	suite_equal(ptt_quiet(1, 2), 3);
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static void test_again(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_quiet,
				  .pre_handler = count_pre };
	int i;

	hits = 0;
	for (i = 1; i <= 3; i++) {
		kp.flags = 0; /* the kernel leaves it disabled */
		if (!suite_register(&kp, 0))
			return;
		suite_equal(ptt_quiet(i, 2), i + 2);
		suite_equal(hits, i);
		ptap_unregister_kprobe(&kp);
		suite_equal(ptt_quiet(i, 3), i + 3);
		suite_equal(hits, i);
	}
}

static void test_boundary(void)
{
	refused_at("a middle", (unsigned long)ptt_offsets + 4, -EILSEQ);
}

static void test_not_text(void)
{
	static int data = 5;

	refused_at("data", (unsigned long)&data,
		   suite_either(-EINVAL, -EFAULT));
	refused_at("constants", (unsigned long)ptt_offsets_starts,
		   suite_either(-EINVAL, -EFAULT));
}

static void test_init_text(void)
{
	struct ptap_kprobe kp = { .symbol_name = "start_kernel" };

	suite_register(&kp, suite_either(-EINVAL, -ENXIO));
}

/* Its errno depends on where it notices. */
static void refused_by_kernel(const struct ptt_refused *r)
{
	struct ptap_kprobe kp = { .addr = (void *)r->address };

	if (!ptap_register_kprobe(&kp)) {
		suite_fail("%s is not refused", r->text);
		ptap_unregister_kprobe(&kp);
	}
}

static void test_instructions(void)
{
	static const int engine[] = {
		[REFUSED_INSTRUCTION] = -EOPNOTSUPP,
		[REFUSED_FOREIGN] = -EBUSY,
		[REFUSED_ENDBR] = -EADDRNOTAVAIL,
	};
	const struct ptt_refused *r;
	unsigned long count = 0;

	for (r = ptt_refused; r < ptt_refused_end; r++) {
		if (SUITE_ENGINE)
			refused_at(r->text, r->address, engine[r->refusal]);
		else if (r->kernel)
			refused_by_kernel(r);
		else
			continue;
		count++;
	}
	suite_figure("refused-instructions", count);
}

static void test_owned(void)
{
	refused_at("an exception-table entry", ptt_fetch_site(),
		   suite_either(0, -ENOTSUPP));
	if (ptt_jump_label_site())
		refused_at("a jump label", ptt_jump_label_site(),
			   suite_either(-EINVAL, -ETXTBSY));
	if (ptt_static_call_site())
		refused_at("a static call", ptt_static_call_site(),
			   suite_either(-EINVAL, -EALREADY));
	if (ptt_blacklisted_site())
		refused_at("NOKPROBE_SYMBOL", ptt_blacklisted_site(),
			   suite_either(-EINVAL, -EPERM));
	refused_at("noinstr", ptt_noinstr_site(),
		   suite_either(-EINVAL, -EPERM));
}

static void test_blacklist(void)
{
	static const char *const names[] = { "do_int3", "exc_int3",
					     "asm_exc_int3", "asm_exc_nmi" };
	size_t i, found = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct ptap_kprobe kp = { .symbol_name = names[i] };
		int error;

#ifdef PTAP_ENGINE_BUNDLED
		kp.flags = PTAP_KPROBE_FLAG_ENTRY; /* behind ftrace's bytes */
#endif
		error = ptap_register_kprobe(&kp);
		ptap_unregister_kprobe(&kp);
		if (error == -ENOENT)
			continue;
		found++;
		if (error != suite_either(-EINVAL, -EPERM))
			suite_fail("%s: %d (%s)", names[i], error,
				   ptap_kprobe_refusal(&kp) ?: "no reason");
	}
	suite_true(found >= 3);
}

static void test_ftrace(void)
{
	if (!IS_ENABLED(CONFIG_FUNCTION_TRACER)) {
		suite_skip("this kernel has no function tracer");
		return;
	}
	/* the kernel's kprobes go through ftrace there */
	refused_at("ftrace's bytes",
		   (unsigned long)ptt_add + PTT_ENTRY_BYTES - PTT_FTRACE_BYTES,
		   suite_either(0, -EUSERS));
}

static void test_whole_batch(void)
{
	struct ptap_kprobe first = { .addr = (void *)ptt_quiet,
				     .pre_handler = count_pre };
	struct ptap_kprobe second = { .symbol_name = "ptt_there_is_none" };
	struct ptap_kprobe *list[] = { &first, &second };

	suite_equal(ptap_register_kprobes(list, 2), -ENOENT);
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
	ptap_unregister_kprobes(list, 2);
}

static void test_switches(void)
{
	struct ptap_kprobe never = { .addr = (void *)ptt_quiet };
	struct ptap_kretprobe never_return = { .kp.addr = (void *)ptt_quiet };

	suite_equal(ptap_enable_kprobe(&never), -EINVAL);
	suite_equal(ptap_disable_kprobe(&never), -EINVAL);
	suite_equal(ptap_enable_kretprobe(&never_return), -EINVAL);
	suite_equal(ptap_disable_kretprobe(&never_return), -EINVAL);
}

static void test_return_entry(void)
{
	struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_functions[3] + 3,
				     .handler = ignore_return };

	suite_register_return(&rp, -EINVAL);
	unregister_refused(&rp);
}

static void test_maxactive(void)
{
	int want = IS_ENABLED(CONFIG_PREEMPTION)
			   ? max(10, 2 * (int)num_possible_cpus())
			   : (int)num_possible_cpus();
	static const int given[] = { 0, -1, 7 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(given); i++) {
		struct ptap_kretprobe rp = { .kp.addr = (void *)ptt_quiet,
					     .handler = ignore_return,
					     .maxactive = given[i],
					     .nmissed = 5 };

		if (!suite_register_return(&rp, 0))
			continue;
		suite_equal(rp.maxactive, given[i] > 0 ? given[i] : want);
		suite_equal(rp.nmissed, 0);
		ptap_unregister_kretprobe(&rp);
	}
}

#ifdef PTAP_ENGINE_BUNDLED

static void test_engine_itself(void)
{
	static const char *const names[] = { "ptap_register_kprobe",
					     "ptap_unregister_kprobe" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct ptap_kprobe kp = { .symbol_name = names[i] };

		suite_register(&kp, -EDEADLK);
		suite_equal(kp.refusal, PTAP_REFUSED_ENGINE);
	}
	refused_at("a module without an engine", (unsigned long)pte_add, 0);
}

static void test_denied(void)
{
	unsigned long at = (unsigned long)ptt_functions[5];
	const struct ptap_denied list[] = {
		{ at, at + 3, PTAP_REFUSED_ALTERNATIVE },
		{ at + 64, at + 65, PTAP_REFUSED_STATIC_CALL },
	};
	const struct ptap_denied unsorted[] = { list[1], list[0] };

	suite_equal(ptap_kprobes_deny(unsorted, 2), -EINVAL);
	suite_equal(ptap_kprobes_deny(list, 2), 0);
	refused_at("alternatives", at, -EADDRINUSE);
	suite_equal(ptap_kprobes_deny(NULL, 0), 0);
	refused_at("no list", at, 0);
}

static void ignore_post(struct ptap_kprobe *p, struct pt_regs *regs,
			unsigned long flags)
{
}

/* Between the handlers it is not what it was. */
static void test_preempt_count(void)
{
	struct ptap_kprobe kp = { .addr = (void *)ptt_preempt_count,
				  .pre_handler = count_pre,
				  .post_handler = ignore_post,
				  .flags = PTAP_KPROBE_FLAG_ENTRY };
	long count = ptt_preempt_count();

	suite_equal(ptap_register_kprobe(&kp),
		    IS_ENABLED(CONFIG_PREEMPT_COUNT) ? -ELOOP : 0);
	ptap_unregister_kprobe(&kp);
	kp.post_handler = NULL;
	suite_equal(ptap_register_kprobe(&kp), 0);
	suite_equal(ptt_preempt_count(), count);
	ptap_unregister_kprobe(&kp);
}

static void test_texts(void)
{
#define X(name, error, text)                                 \
	suite_true(ptap_refusal_text(PTAP_REFUSED_##name) && \
		   !strcmp(ptap_refusal_text(PTAP_REFUSED_##name), text));
	PTAP_REFUSALS(X)
#undef X
}

#endif

static const struct suite_test tests[] = {
	{ "neither an address nor a symbol, or both", test_arguments },
	{ "no such symbol", test_symbol },
	{ "registered twice", test_registered },
	{ "unregistered without being registered, and twice",
	  test_unregistered },
	{ "registered again", test_again },
	{ "the middle of an instruction", test_boundary },
	{ "not text", test_not_text },
	{ "init text", test_init_text },
	{ "instructions that cannot be displaced", test_instructions },
	{ "bytes of other owners", test_owned },
	{ "the kernel's blacklist", test_blacklist },
	{ "ftrace's bytes", test_ftrace },
	{ "a batch is whole or not at all", test_whole_batch },
	{ "switching what is not registered", test_switches },
	{ "a return probe that is not at an entry", test_return_entry },
	{ "maxactive's default", test_maxactive },
#ifdef PTAP_ENGINE_BUNDLED
	{ "the engine itself", test_engine_itself },
	{ "the caller's list of denied addresses", test_denied },
	{ "a post handler where the preemption count is read",
	  test_preempt_count },
	{ "the texts of refusals", test_texts },
#endif
};

const struct suite_group suite_errors = { "errors", tests, ARRAY_SIZE(tests) };
