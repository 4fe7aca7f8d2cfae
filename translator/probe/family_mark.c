/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process().mark("m") and process().provider("p").mark("m"): the markers of
 * <sys/sdt.h> that a program was built with.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "families.h"
#include "process.h"
#include "resolve_target.h"
#include "value.h"

static const char *const provider_words[] = { "mark", NULL };
static const char *const no_words[] = { NULL };

struct mark_point {
	struct pt_process_point where;
	const struct pt_point_component *provider,
		*mark; /* provider NULL: any */
};

static bool match(const struct pt_point *point)
{
	return pt_process_is(point, "mark") || pt_process_is(point, "provider");
}

static struct pt_error *read_point(struct pt_arena *arena,
				   const struct pt_point *point,
				   struct mark_point *ret)
{
	unsigned i;

	PT_TRY(pt_process_read(arena, point, &ret->where));
	i = ret->where.next;
	ret->provider = NULL;
	if (pt_families_is(point, i, "provider")) {
		PT_TRY(pt_families_need(arena, point, i, PT_ARG_STRING));
		ret->provider = pt_families_component(point, i++);
	}
	if (!pt_families_is(point, i, "mark"))
		return pt_families_unknown(arena, point, i, provider_words);
	PT_TRY(pt_families_need(arena, point, i, PT_ARG_STRING));
	ret->mark = pt_families_component(point, i);
	if (point->components->len > i + 1)
		return pt_families_unknown(arena, point, i + 1, no_words);
	return NULL;
}

/* ---- finding ---------------------------------------------------------- */

/* Scripts write '-' as the dtrace(1) headers have "__" in names. */
static bool name_matches(struct pt_arena *arena, const char *glob,
			 const char *name)
{
	char **parts;
	char *dashed;
	bool matches;

	if (!fnmatch(glob, name, 0))
		return true;
	if (!strchr(glob, '-'))
		return false;
	parts = g_strsplit(name, "__", -1);
	dashed = g_strjoinv("-", parts);
	matches = !fnmatch(glob, pt_arena_strdup(arena, dashed), 0);
	g_free(dashed);
	g_strfreev(parts);
	return matches;
}

/* ERROR with the nearest of NAMES, or, if none is near, what there is. */
static struct pt_error *suggest(struct pt_arena *arena, struct pt_error *error,
				const char *word, const GPtrArray *names)
{
	pt_error_suggest(error, word, names);
	return error->hint ? error
			   : pt_error_hint(error, "there is %s",
					   pt_families_list(arena, names));
}

static struct pt_error *no_match(struct pt_arena *arena,
				 const struct mark_point *wish,
				 const struct pt_dbg *first, GPtrArray *marks)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	GPtrArray *providers = pt_arena_ptr_array(arena);
	struct pt_error *error;

	for (unsigned i = 0; i < marks->len; i++) {
		const struct pt_dbg_mark *mark = marks->pdata[i];

		g_ptr_array_add(providers, (gpointer)mark->provider);
		if (!wish->provider ||
		    !fnmatch(wish->provider->text, mark->provider, 0))
			g_ptr_array_add(names, (gpointer)mark->name);
	}
	if (!marks->len) {
		error = pt_error_new(arena, PT_E_NO_MATCH,
				     "'%s' has no markers",
				     pt_dbg_program(first));
		pt_error_hint(error,
			      wish->where.library
				      ? "they come with <sys/sdt.h>"
				      : "they come with <sys/sdt.h>; some "
					"programs have them in their "
					"libraries: "
					".library(\"*\").mark(\"*\")");
		return pt_error_at(error, wish->mark->span);
	}
	if (!names->len) {
		error = pt_error_new(
			arena, PT_E_NO_MATCH, "'%s' has no markers of '%s'",
			pt_dbg_program(first), wish->provider->text);
		suggest(arena, error, wish->provider->text, providers);
		return pt_error_at(error, wish->provider->span);
	}
	error = pt_error_new(arena, PT_E_NO_MATCH, "'%s' has no marker '%s'",
			     pt_dbg_program(first), wish->mark->text);
	suggest(arena, error, wish->mark->text, names);
	return pt_error_at(error, wish->mark->span);
}

static struct pt_error *find_in(struct pt_arena *arena,
				const struct mark_point *wish,
				struct pt_dbg *dbg, GPtrArray *all,
				GPtrArray *ret)
{
	guint first = all->len;
	struct pt_error *error = pt_dbg_marks(dbg, all);

	if (error)
		return pt_error_at(error, wish->where.where->span);
	for (guint i = first; i < all->len; i++) {
		const struct pt_dbg_mark *mark = all->pdata[i];
		struct pt_dbg_function *site;

		if (!name_matches(arena, wish->mark->text, mark->name) ||
		    (wish->provider &&
		     fnmatch(wish->provider->text, mark->provider, 0)))
			continue;
		site = pt_dbg_place(dbg, mark->address, mark->name);
		site->mark = mark;
		g_ptr_array_add(ret, site);
	}
	return NULL;
}

static const char *point_text(struct pt_arena *arena,
			      const struct pt_process_point *where,
			      const struct pt_dbg_function *site,
			      bool is_return)
{
	(void)is_return;
	return pt_arena_printf(arena, "%s.provider(\"%s\").mark(\"%s\")",
			       pt_process_text(arena, where, site->dbg),
			       site->mark->provider, site->mark->name);
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *images = pt_arena_ptr_array(arena);
	GPtrArray *all = pt_arena_ptr_array(arena);
	struct pt_process_sites found = {
		.family = &pt_family_mark,
		.point = point,
		.sites = pt_arena_ptr_array(arena),
		.text = point_text,
	};
	struct mark_point wish;

	PT_TRY(read_point(arena, point, &wish));
	PT_TRY(pt_process_images(env, &wish.where, images));
	for (unsigned i = 0; i < images->len; i++)
		PT_TRY(find_in(arena, &wish, images->pdata[i], all,
			       found.sites));
	if (!found.sites->len)
		return no_match(arena, &wish, images->pdata[0], all);
	found.where = &wish.where;
	return pt_process_expand(env, &found, split, ret);
}

/* ---- variables -------------------------------------------------------- */

static const struct pt_dbg_function *site_of(const struct pt_bound *bound)
{
	return bound->sites->pdata[0];
}

/* The number of "$arg3"; 0: it is no such name. */
static unsigned argument_number(const char *text)
{
	char *end;
	unsigned long number;

	if (!g_str_has_prefix(text, "$arg") || !g_ascii_isdigit(text[4]))
		return 0;
	number = strtoul(text + 4, &end, 10);
	return *end || number > 99 ? 0 : (unsigned)number;
}

static struct pt_error *no_argument(const struct pt_target_walk *walk,
				    const struct pt_dbg_mark *mark)
{
	unsigned n = mark->arguments->len;
	struct pt_error *error = pt_error_new(
		walk->arena, PT_E_UNKNOWN_VARIABLE,
		"the marker '%s' has no '%s'", mark->name, walk->target->text);

	if (n)
		pt_error_hint(
			error,
			n == 1 ? "it has $arg1" : "it has $arg1 to $arg%u", n);
	else
		pt_error_hint(error, "it has no arguments");
	return pt_error_at(error, walk->target->span);
}

static struct pt_error *argument(struct pt_target_walk *walk, unsigned number,
				 struct pt_expr **ret)
{
	const struct pt_dbg_function *site = site_of(walk->bound);
	const struct pt_expr *target = walk->target;
	struct pt_error *error;
	struct pt_fetch *fetch;

	if (number > site->mark->arguments->len)
		return no_argument(walk, site->mark);
	if (target->assigned || target->address_of ||
	    (target->components && target->components->len))
		return pt_error_at(
			pt_error_hint(
				pt_error_new(walk->arena, PT_E_TYPE_MISMATCH,
					     "'%s' is a number: a marker does "
					     "not say the types of its "
					     "arguments",
					     target->text),
				"@cast(%s, \"TYPE\") gives it one",
				target->text),
			target->span);
	error = pt_dbg_operand(
		site->dbg, site->mark->arguments->pdata[number - 1], &fetch);
	if (error)
		return pt_error_at(error, target->span);
	*ret = pt_value_long(walk, fetch);
	return NULL;
}

static struct pt_expr *all_arguments(struct pt_target_walk *walk)
{
	const struct pt_dbg_function *site = site_of(walk->bound);
	GPtrArray *names = pt_arena_ptr_array(walk->arena);
	GPtrArray *fetches = pt_arena_ptr_array(walk->arena);

	for (unsigned i = 0; i < site->mark->arguments->len; i++) {
		struct pt_fetch *fetch = NULL;

		if (pt_dbg_operand(site->dbg, site->mark->arguments->pdata[i],
				   &fetch))
			fetch = NULL;
		g_ptr_array_add(names,
				pt_arena_printf(walk->arena, "arg%u", i + 1));
		g_ptr_array_add(fetches, fetch);
	}
	return pt_pretty_longs(walk, names, fetches);
}

static struct pt_error *variable(struct pt_probe_env *env,
				 struct pt_bound *bound,
				 struct pt_expr **target)
{
	struct pt_target_walk walk = pt_value_walk(env, bound, *target);
	const char *name = (*target)->text;
	unsigned number;

	if (!bound || name[0] != '$')
		return pt_value_variable(env, bound, target);
	g_string_assign(walk.text, name);
	number = argument_number(name);
	if (number)
		return argument(&walk, number, target);
	if (g_str_has_prefix(name, "$$"))
		PT_TRY(pt_value_check_text(&walk));
	if (!strcmp(name, "$$name"))
		*target = pt_pretty_literal(&walk, site_of(bound)->mark->name);
	else if (!strcmp(name, "$$provider"))
		*target = pt_pretty_literal(&walk,
					    site_of(bound)->mark->provider);
	else if (!strcmp(name, "$$vars") || !strcmp(name, "$$parms"))
		*target = all_arguments(&walk);
	else
		return no_argument(&walk, site_of(bound)->mark);
	return NULL;
}

static struct pt_error *list_variables(struct pt_probe_env *env,
				       const struct pt_bound *bound,
				       GPtrArray *ret)
{
	for (unsigned i = 0; i < site_of(bound)->mark->arguments->len; i++)
		g_ptr_array_add(ret, pt_arena_printf(env->session->arena,
						     "$arg%u:long", i + 1));
	return NULL;
}

#define SHAPES(where) where ".mark(s)", where ".provider(s).mark(s)"

static const char *const shapes[] = {
	PT_PROCESS_SHAPES(SHAPES),
	NULL,
};

const struct pt_family pt_family_mark = {
	.shapes = shapes,
	.name = "process.mark",
	.disarms = true,
	.match = match,
	.expand = expand,
	.variable = variable,
	.list_variables = list_variables,
	.emit_tables = pt_process_emit_tables,
	.emit_members = pt_process_emit_members,
};
