/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timer.s(N), .ms, .us, .ns (with randomize(M)), timer.jiffies(N), timer.hz(N).
 */
#include <string.h>

#include "families.h"
#include "value.h"

#define NSEC_PER_SEC 1000000000LL
#define MIN_NS 100000LL		      /* 100 us */
#define MAX_NS (86400 * NSEC_PER_SEC) /* a day */
#define MAX_JIFFIES 1000000LL

static const struct {
	const char *word;
	int64_t unit; /* ns */
} units[] = {
	{ "s", NSEC_PER_SEC }, { "sec", NSEC_PER_SEC }, { "ms", 1000000 },
	{ "msec", 1000000 },   { "us", 1000 },		{ "usec", 1000 },
	{ "ns", 1 },	       { "nsec", 1 },
};

static const char *const words[] = {
	"s",   "ms",   "us",   "ns",   "hz", "jiffies",
	"sec", "msec", "usec", "nsec", NULL,
};

static bool match(const struct pt_point *point)
{
	return pt_families_is(point, 0, "timer");
}

static int64_t unit_of(const char *word)
{
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(units[i].word, word) == 0)
			return units[i].unit;
	return 0;
}

static struct pt_error *out_of_range(struct pt_arena *arena,
				     const struct pt_point_component *c,
				     const char *range)
{
	return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT,
					"%s(%" G_GINT64_FORMAT
					") is out of range: %s",
					c->name, c->number, range),
			   c->span);
}

static struct pt_error *set_interval(struct pt_arena *arena,
				     const struct pt_point_component *c,
				     struct pt_bound *bound)
{
	int64_t unit = unit_of(c->name);

	if (strcmp(c->name, "jiffies") == 0) {
		if (c->number < 1 || c->number > MAX_JIFFIES)
			return out_of_range(arena, c, "1 to 1000000 jiffies");
		bound->interval = c->number;
		bound->jiffies = true;
	} else if (strcmp(c->name, "hz") == 0) {
		if (c->number < 1 || c->number > NSEC_PER_SEC / MIN_NS)
			return out_of_range(arena, c, "1 to 10000 Hz");
		bound->interval = NSEC_PER_SEC / c->number;
	} else {
		if (c->number < 1 || c->number > MAX_NS / unit ||
		    c->number * unit < MIN_NS)
			return out_of_range(arena, c,
					    "100 microseconds to one day");
		bound->interval = c->number * unit;
	}
	return NULL;
}

static struct pt_error *set_randomize(struct pt_arena *arena,
				      const struct pt_point *point,
				      struct pt_bound *bound)
{
	static const char *const none[] = { NULL };
	static const char *const randomize[] = { "randomize", NULL };
	const struct pt_point_component *unit, *c;

	unit = pt_families_component(point, 1);
	c = pt_families_component(point, 2);
	if (!c)
		return NULL;
	if (strcmp(unit->name, "hz") == 0)
		return pt_families_unknown(arena, point, 2, none);
	if (strcmp(c->name, "randomize") != 0)
		return pt_families_unknown(arena, point, 2, randomize);
	PT_TRY(pt_families_need(arena, point, 2, PT_ARG_NUMBER));
	if (c->number < 0 || c->number > unit->number)
		return out_of_range(arena, c, "0 to the interval itself");
	bound->randomize =
		bound->jiffies ? c->number : c->number * unit_of(unit->name);
	if (point->components->len > 3)
		return pt_families_unknown(arena, point, 3, none);
	return NULL;
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	const struct pt_point_component *c = pt_families_component(point, 1);
	struct pt_bound *bound;

	(void)split;
	PT_TRY(pt_families_need(arena, point, 0, PT_ARG_NONE));
	if (!c || (!unit_of(c->name) && strcmp(c->name, "jiffies") != 0 &&
		   strcmp(c->name, "hz") != 0))
		return pt_families_unknown(arena, point, 1, words);
	PT_TRY(pt_families_need(arena, point, 1, PT_ARG_NUMBER));
	bound = pt_families_bound(arena, &pt_family_timer, point);
	PT_TRY(set_interval(arena, c, bound));
	PT_TRY(set_randomize(arena, point, bound));
	g_ptr_array_add(ret, bound);
	return NULL;
}

static void emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	pt_out_line(out, ".kind = PTRT_KIND_TIMER,");
	pt_out_line(out, ".interval = %" G_GINT64_FORMAT "ULL,",
		    bound->interval);
	if (bound->randomize)
		pt_out_line(out, ".randomize = %" G_GINT64_FORMAT "ULL,",
			    bound->randomize);
}

static const char *const shapes[] = {
	"timer.s(n)",
	"timer.sec(n)",
	"timer.ms(n)",
	"timer.msec(n)",
	"timer.us(n)",
	"timer.usec(n)",
	"timer.ns(n)",
	"timer.nsec(n)",
	"timer.jiffies(n)",
	"timer.hz(n)",
	"timer.s(n).randomize(n)",
	"timer.sec(n).randomize(n)",
	"timer.ms(n).randomize(n)",
	"timer.msec(n).randomize(n)",
	"timer.us(n).randomize(n)",
	"timer.usec(n).randomize(n)",
	"timer.ns(n).randomize(n)",
	"timer.nsec(n).randomize(n)",
	"timer.jiffies(n).randomize(n)",
	NULL,
};

const struct pt_family pt_family_timer = {
	.shapes = shapes,
	.name = "timer",
	.disarms = true,
	.match = match,
	.expand = expand,
	.variable = pt_value_variable,
	.emit_members = emit_members,
};
