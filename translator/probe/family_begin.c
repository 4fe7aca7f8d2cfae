/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * begin, end, error, never: probes of the session itself.
 */
#include <string.h>

#include "families.h"
#include "value.h"

static const struct {
	const char *word, *kind;
} words[] = {
	{ "begin", "PTRT_KIND_BEGIN" },
	{ "end", "PTRT_KIND_END" },
	{ "error", "PTRT_KIND_ERROR" },
	{ "never", "PTRT_KIND_NEVER" },
};

static const char *kind_of(const struct pt_point *point)
{
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(words); i++)
		if (pt_families_is(point, 0, words[i].word))
			return words[i].kind;
	return NULL;
}

static bool match(const struct pt_point *point)
{
	return kind_of(point) != NULL;
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	static const char *const none[] = { NULL };
	struct pt_arena *arena = env->session->arena;
	const struct pt_point_component *c = pt_families_component(point, 0);
	struct pt_bound *bound;

	(void)split;
	if (point->components->len > 1)
		return pt_families_unknown(arena, point, 1, none);
	if (pt_families_is(point, 0, "never"))
		PT_TRY(pt_families_need(arena, point, 0, PT_ARG_NONE));
	else if (c->arg != PT_ARG_NONE)
		PT_TRY(pt_families_need(arena, point, 0, PT_ARG_NUMBER));
	bound = pt_families_bound(arena, &pt_family_begin, point);
	bound->priority = c->arg == PT_ARG_NUMBER ? c->number : 0;
	g_ptr_array_add(ret, bound);
	return NULL;
}

static void emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	pt_out_line(out, ".kind = %s,", kind_of(bound->point));
	if (bound->priority == INT64_MIN)
		pt_out_line(out, ".priority = -9223372036854775807LL - 1,");
	else if (bound->priority)
		pt_out_line(out, ".priority = %" G_GINT64_FORMAT "LL,",
			    bound->priority);
}

static const char *const shapes[] = {
	"begin", "begin(n)", "end",   "end(n)",
	"error", "error(n)", "never", NULL,
};

const struct pt_family pt_family_begin = {
	.name = "begin",
	.shapes = shapes,
	.match = match,
	.expand = expand,
	.variable = pt_value_variable,
	.emit_members = emit_members,
};
