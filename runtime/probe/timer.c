// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intervals, by high-resolution timers in hard interrupt context.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <asm/irq_regs.h>

#include "probe.h"
#include "../core/condition.h"
#include "../core/hit.h"

/* Shorter ones would leave the CPU no time for anything else. */
#define INTERVAL_MIN_NS (100 * NSEC_PER_USEC)

struct ptrt_timer {
	struct hrtimer timer;
	struct ptrt_target target;
	u64 interval, randomize; /* ns */
	bool running;
	struct list_head list;
};

static LIST_HEAD(timer_armed);

static ktime_t next_interval(const struct ptrt_timer *t)
{
	u64 interval = t->interval;

	if (t->randomize) {
		u64 random = (u64)get_random_u32() << 32 | get_random_u32();
		u64 part;

		/* interval - randomize to interval + randomize */
		div64_u64_rem(random, 2 * t->randomize + 1, &part);
		interval = interval - t->randomize + part;
	}
	return ns_to_ktime(max_t(u64, interval, INTERVAL_MIN_NS));
}

static enum hrtimer_restart timer_hit(struct hrtimer *timer)
{
	struct ptrt_timer *t = container_of(timer, struct ptrt_timer, timer);

	ptrt_hit(&t->target, t->target.n_locks > 0, get_irq_regs(), NULL, 0,
		 NULL);
	hrtimer_forward_now(timer, next_interval(t));
	return HRTIMER_RESTART;
}

int ptrt_timer_arm(const struct ptrt_probe *probe)
{
	struct ptrt_timer *t = kzalloc(sizeof(*t), GFP_KERNEL);
	u64 unit = probe->flags & PTRT_JIFFIES ? TICK_NSEC : 1;

	if (!t)
		return -ENOMEM;
	t->target = ptrt_target_body(probe);
	t->interval = probe->interval * unit;
	t->randomize = min(probe->randomize * unit, t->interval);
	hrtimer_init(&t->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	t->timer.function = timer_hit;
	list_add_tail(&t->list, &timer_armed);
	return 0;
}

static void timer_start(struct ptrt_timer *t)
{
	t->running = true;
	hrtimer_start(&t->timer, next_interval(t), HRTIMER_MODE_REL_HARD);
}

void ptrt_timers_start(void)
{
	struct ptrt_timer *t;

	list_for_each_entry(t, &timer_armed, list)
		if (ptrt_condition_holds(t->target.probe))
			timer_start(t);
}

void ptrt_timer_switch(const struct ptrt_probe *probe, bool on)
{
	struct ptrt_timer *t;

	list_for_each_entry(t, &timer_armed, list) {
		if (t->target.probe != probe || t->running == on)
			continue;
		if (on) {
			timer_start(t);
		} else {
			hrtimer_cancel(&t->timer);
			t->running = false;
		}
	}
}

void ptrt_timer_disarm(void)
{
	struct ptrt_timer *t, *next;

	list_for_each_entry_safe(t, next, &timer_armed, list) {
		hrtimer_cancel(&t->timer);
		list_del(&t->list);
		kfree(t);
	}
}
