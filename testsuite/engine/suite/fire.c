// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that come and go while all CPUs run what they are on; CPUs that go and come; modules
 * that go: the one that is probed, and the one that probes.
 */
#include "suite.h"

#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#define THREADS 4
#define BATCH 64

struct firing {
	struct task_struct *task;
	unsigned long calls, wrong;
};

static struct firing firing[THREADS];
static atomic_t fire_hits, fire_returns;
static atomic_t fire_before, fire_after; /* of probes with both handlers */

static int fire(void *value)
{
	struct firing *f = value;
	long i = 0;

	while (!kthread_should_stop()) {
		f->wrong += ptt_quiet(i, 5) != i + 5;
		f->wrong += ptt_add(i, -5) != i - 5;
		f->wrong += ptt_outer(i) != i + 22;
		f->wrong += ptt_recurse(4) != 4;
		f->wrong += ptt_functions[i % PTT_FUNCTIONS](1) !=
			    1 + i % PTT_FUNCTIONS;
		f->calls++;
		if (!(++i & 63))
			cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static void start_fire(void)
{
	int i;

	for (i = 0; i < THREADS; i++) {
		firing[i] = (struct firing){};
		firing[i].task = kthread_run(fire, &firing[i], "suite-fire");
		if (IS_ERR(firing[i].task))
			suite_fail("no thread");
	}
}

static void stop_fire(void)
{
	unsigned long calls = 0;
	int i;

	for (i = 0; i < THREADS; i++) {
		if (IS_ERR(firing[i].task))
			continue;
		kthread_stop(firing[i].task);
		calls += firing[i].calls;
		suite_equal(firing[i].wrong, 0);
	}
	suite_true(calls > 0);
}

static int fire_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	atomic_inc(&fire_hits);
	if (p->post_handler)
		atomic_inc(&fire_before);
	return 0;
}

static void fire_post(struct ptap_kprobe *p, struct pt_regs *regs,
		      unsigned long flags)
{
	atomic_inc(&fire_after);
}

static int fire_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	atomic_inc(&fire_returns);
	return 0;
}

struct fire_set {
	struct ptap_kprobe quiet, add;
	struct ptap_kretprobe outer, inner, recurse;
	struct ptap_kprobe functions[BATCH];
	struct ptap_kprobe *kprobes[BATCH + 2];
	struct ptap_kretprobe *kretprobes[3];
};

static void make_set(struct fire_set *s, int round)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->quiet.addr = (void *)ptt_quiet;
	s->add.addr = (void *)((unsigned long)ptt_add + PTT_ENTRY_BYTES);
	s->outer.kp.addr = (void *)ptt_outer;
	s->inner.kp.addr = (void *)ptt_inner;
	s->recurse.kp.addr = (void *)ptt_recurse;
	s->kprobes[0] = &s->quiet;
	s->kprobes[1] = &s->add;
	s->kretprobes[0] = &s->outer;
	s->kretprobes[1] = &s->inner;
	s->kretprobes[2] = &s->recurse;
	for (i = 0; i < 3; i++) {
		s->kretprobes[i]->handler = fire_return;
		s->kretprobes[i]->maxactive = 64;
	}
	for (i = 0; i < BATCH; i++) {
		s->functions[i].addr =
			(void *)ptt_functions[(i * 4 + round) % PTT_FUNCTIONS];
		s->kprobes[i + 2] = &s->functions[i];
	}
	for (i = 0; i < BATCH + 2; i++) {
		s->kprobes[i]->pre_handler = fire_pre;
		if ((i + round) & 1)
			s->kprobes[i]->post_handler = fire_post;
	}
}

static void one_round(struct fire_set *s, int round)
{
	make_set(s, round);
	suite_equal(ptap_register_kprobes(s->kprobes, BATCH + 2), 0);
	suite_equal(ptap_register_kretprobes(s->kretprobes, 3), 0);
	if (round & 2)
		suite_settle();
	msleep(round % 3 ? 2 : 20);
	suite_equal(ptap_disable_kprobe(&s->quiet), 0);
	suite_equal(ptap_disable_kretprobe(&s->outer), 0);
	suite_equal(ptap_enable_kprobe(&s->quiet), 0);
	suite_equal(ptap_enable_kretprobe(&s->outer), 0);
	if (round & 1) {
		ptap_unregister_kretprobes(s->kretprobes, 3);
		ptap_unregister_kprobes(s->kprobes, BATCH + 2);
	} else {
		ptap_unregister_kprobes(s->kprobes, BATCH + 2);
		ptap_unregister_kretprobes(s->kretprobes, 3);
	}
}

static void expect_restored(void)
{
	int i;

	for (i = 0; i < PTT_FUNCTIONS; i++)
		suite_true(suite_disarmed((unsigned long)ptt_functions[i]));
	suite_true(suite_disarmed((unsigned long)ptt_quiet));
}

static void test_come_and_go(void)
{
	struct fire_set *s = kmalloc(sizeof(*s), GFP_KERNEL);
	int round;

	if (!s) {
		suite_fail("no memory");
		return;
	}
	atomic_set(&fire_hits, 0);
	atomic_set(&fire_returns, 0);
	atomic_set(&fire_before, 0);
	atomic_set(&fire_after, 0);
	start_fire();
	for (round = 0; round < 12; round++)
		one_round(s, round);
	stop_fire();
	suite_true(atomic_read(&fire_hits) > 0);
	suite_true(atomic_read(&fire_returns) > 0);
	/* No post handler without its pre handler, whenever a probe comes. */
	suite_true(atomic_read(&fire_after) > 0);
	suite_true(atomic_read(&fire_after) <= atomic_read(&fire_before));
	expect_restored();
	kfree(s);
}

static void test_hotplug(void)
{
	struct fire_set *s = kmalloc(sizeof(*s), GFP_KERNEL);
	int round, hits;

	if (!s || !IS_ENABLED(CONFIG_HOTPLUG_CPU) || num_online_cpus() < 2) {
		suite_skip("no CPU that can go");
		kfree(s);
		return;
	}
	start_fire();
	make_set(s, 0);
	suite_equal(ptap_register_kprobes(s->kprobes, BATCH + 2), 0);
	suite_equal(remove_cpu(1), 0); /* armed before, taken back while away */
	suite_equal(ptap_register_kretprobes(s->kretprobes, 3), 0);
	ptap_unregister_kprobes(s->kprobes, BATCH + 2);
	suite_equal(add_cpu(1), 0);
	hits = atomic_read(&fire_returns);
	suite_true(suite_within(atomic_read(&fire_returns) > hits + 10));
	ptap_unregister_kretprobes(s->kretprobes, 3);
	for (round = 0; round < 2; round++) {
		suite_equal(remove_cpu(1), 0);
		one_round(s, round);
		suite_equal(add_cpu(1), 0);
		one_round(s, round);
	}
	stop_fire();
	expect_restored();
	kfree(s);
}

static const struct suite_test fire_tests[] = {
	{ "probes come and go under fire", test_come_and_go },
	{ "a CPU goes and comes", test_hotplug },
};

const struct suite_group suite_fire = { "fire", fire_tests,
					ARRAY_SIZE(fire_tests) };

/* ---- what stays armed while modules go ------------------------------------------ */

static struct fire_set *standing;
static struct ptap_kprobe leaver_kprobe;
static struct ptap_kretprobe leaver_kretprobe;
static bool leaver_armed;

/* On functions of ptap_suite_leaver, whose threads run them, and of the target. */
static void test_arm(void)
{
	int hits;

	suite_disarm();
	standing = kmalloc(sizeof(*standing), GFP_KERNEL);
	if (!standing) {
		suite_fail("no memory");
		return;
	}
	make_set(standing, 1);
	suite_equal(ptap_register_kprobes(standing->kprobes, BATCH + 2), 0);
	suite_equal(ptap_register_kretprobes(standing->kretprobes, 3), 0);
	hits = atomic_read(&fire_hits);
	suite_true(suite_within(atomic_read(&fire_hits) > hits + 10));
}

/* A kprobe of the kernel over a jump of the engine. */
#if defined(PTAP_ENGINE_BUNDLED) && defined(CONFIG_KPROBES)

static struct ptap_kprobe spare_kprobe;
static struct kprobe spare_over;
static bool over_armed;

static int over_pre(struct kprobe *p, struct pt_regs *regs)
{
	return 0;
}

static void arm_spare(void)
{
	spare_kprobe = (struct ptap_kprobe){
		.symbol_name = "ptl_spare",
		.pre_handler = fire_pre,
		.flags = PTAP_KPROBE_FLAG_ENTRY,
	};
	spare_over = (struct kprobe){ .pre_handler = over_pre };
	if (!suite_register(&spare_kprobe, 0))
		return;
	suite_settle();
	if (!ptap_kprobe_is_jump(&spare_kprobe))
		return;
	spare_over.addr = spare_kprobe.addr + PTT_ENTRY_BYTES;
	over_armed = !register_kprobe(&spare_over);
	suite_true(over_armed);
}

static void disarm_spare(void)
{
	if (over_armed)
		unregister_kprobe(&spare_over);
	over_armed = false;
	ptap_unregister_kprobe(&spare_kprobe);
}

#else

static void arm_spare(void)
{
}

static void disarm_spare(void)
{
}

#endif

static void test_arm_leaver(void)
{
	int hits = atomic_read(&fire_hits),
	    returns = atomic_read(&fire_returns);

	leaver_kprobe = (struct ptap_kprobe){
		.symbol_name = "ptl_work",
		.offset = PTT_ENTRY_BYTES,
		.pre_handler = fire_pre,
		.post_handler = fire_post,
	};
	leaver_kretprobe = (struct ptap_kretprobe){
		.kp.symbol_name = "ptl_work",
		.handler = fire_return,
		.maxactive = 64,
	};
	if (!suite_register(&leaver_kprobe, 0))
		return;
	if (!suite_register_return(&leaver_kretprobe, 0)) {
		ptap_unregister_kprobe(&leaver_kprobe);
		return;
	}
	arm_spare();
	leaver_armed = true;
	suite_true(suite_within(atomic_read(&fire_hits) > hits + 10));
	suite_true(suite_within(atomic_read(&fire_returns) > returns + 10));
}

/* After the leaver was removed. */
static void test_leaver_gone(void)
{
	struct ptap_kprobe again = { .symbol_name = "ptl_work",
				     .offset = PTT_ENTRY_BYTES };

	suite_register(&again, -ENOENT);
	suite_equal(ptap_enable_kprobe(&leaver_kprobe),
		    suite_either(-EINVAL, -ENODEV));
	ptap_unregister_kprobe(&leaver_kprobe);
	ptap_unregister_kretprobe(&leaver_kretprobe);
	disarm_spare();
	leaver_armed = false;
}

void suite_disarm(void)
{
	if (leaver_armed) {
		ptap_unregister_kprobe(&leaver_kprobe);
		ptap_unregister_kretprobe(&leaver_kretprobe);
		disarm_spare();
		leaver_armed = false;
	}
	if (!standing)
		return;
	ptap_unregister_kprobes(standing->kprobes, BATCH + 2);
	ptap_unregister_kretprobes(standing->kretprobes, 3);
	kfree(standing);
	standing = NULL;
}

static const struct suite_test armed_tests[] = {
	{ "probes of a module that stays", test_arm },
	{ "probes of a module that will go", test_arm_leaver },
};

const struct suite_group suite_armed_group = { "armed", armed_tests,
					       ARRAY_SIZE(armed_tests) };

static const struct suite_test gone_tests[] = {
	{ "probes of a module that is gone", test_leaver_gone },
};

const struct suite_group suite_gone_group = { "gone", gone_tests,
					      ARRAY_SIZE(gone_tests) };
