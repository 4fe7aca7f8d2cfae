/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process().plt("f") and .return: calls of functions in other files, at the stubs
 * that they go through.
 */
#include <fnmatch.h>
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "families.h"
#include "process.h"
#include "resolve_target.h"
#include "value.h"

static const char *const plt_words[] = { "return", NULL };
static const char *const no_words[] = { NULL };

struct plt_point {
	struct pt_process_point where;
	const struct pt_point_component *what;
	const char *pattern;
	bool is_return;
};

static bool match(const struct pt_point *point)
{
	return pt_process_is(point, "plt");
}

static struct pt_error *read_point(struct pt_arena *arena,
				   const struct pt_point *point,
				   struct plt_point *ret)
{
	unsigned i;

	PT_TRY(pt_process_read(arena, point, &ret->where));
	i = ret->where.next;
	ret->what = pt_families_component(point, i);
	ret->pattern = "*";
	if (ret->what->arg != PT_ARG_NONE) {
		PT_TRY(pt_families_need(arena, point, i, PT_ARG_STRING));
		ret->pattern = ret->what->text;
	}
	ret->is_return = pt_families_is(point, i + 1, "return");
	if (ret->is_return)
		PT_TRY(pt_families_need(arena, point, i + 1, PT_ARG_NONE));
	if (point->components->len > i + 1 + ret->is_return)
		return pt_families_unknown(arena, point, i + 1 + ret->is_return,
					   ret->is_return ? no_words
							  : plt_words);
	return NULL;
}

static struct pt_error *no_match(struct pt_arena *arena,
				 const struct plt_point *plt,
				 const struct pt_dbg *first, GPtrArray *names)
{
	struct pt_error *error =
		pt_error_new(arena, PT_E_NO_MATCH,
			     "'%s' calls nothing that matches '%s' "
			     "through its linkage table",
			     pt_dbg_program(first), plt->pattern);

	pt_error_suggest(error, plt->pattern, names);
	if (!error->hint && !names->len)
		pt_error_hint(error, "it was linked statically, or built with "
				     "-fno-plt: probe the function itself");
	return pt_error_at(error, plt->what->span);
}

static const char *point_text(struct pt_arena *arena,
			      const struct pt_process_point *where,
			      const struct pt_dbg_function *site,
			      bool is_return)
{
	return pt_arena_printf(arena, "%s.plt(\"%s\")%s",
			       pt_process_text(arena, where, site->dbg),
			       site->name, is_return ? ".return" : "");
}

static struct pt_dbg_function *stub_site(struct pt_arena *arena,
					 struct pt_dbg *dbg,
					 const struct pt_dbg_stub *stub)
{
	struct pt_dbg_function *site =
		pt_dbg_place(dbg, stub->address, stub->name);

	/* Symbol tables have no name for it; readers know this one. */
	site->symbol = pt_arena_printf(arena, "%s@plt", stub->name);
	site->symbol_address = stub->address;
	return site;
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *images = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_process_sites found = {
		.family = &pt_family_plt,
		.point = point,
		.sites = pt_arena_ptr_array(arena),
		.text = point_text,
	};
	struct plt_point plt;

	PT_TRY(read_point(arena, point, &plt));
	PT_TRY(pt_process_images(env, &plt.where, images));
	for (unsigned i = 0; i < images->len; i++) {
		GPtrArray *stubs = pt_arena_ptr_array(arena);

		PT_TRY(pt_dbg_stubs(images->pdata[i], stubs));
		for (unsigned k = 0; k < stubs->len; k++) {
			const struct pt_dbg_stub *stub = stubs->pdata[k];

			g_ptr_array_add(names, (gpointer)stub->name);
			if (!fnmatch(plt.pattern, stub->name, 0))
				g_ptr_array_add(found.sites,
						stub_site(arena,
							  images->pdata[i],
							  stub));
		}
	}
	if (!found.sites->len)
		return no_match(arena, &plt, images->pdata[0], names);
	found.where = &plt.where;
	found.is_return = plt.is_return;
	return pt_process_expand(env, &found, split, ret);
}

/* Nothing in a file describes what functions of other files take. */
static struct pt_error *no_variable(struct pt_arena *arena,
				    const struct pt_expr *target,
				    const char *callee)
{
	return pt_error_at(
		pt_error_hint(
			pt_error_new(arena, PT_E_UNKNOWN_VARIABLE,
				     "a call through the linkage table has "
				     "$$name, but no '%s'",
				     target->text),
			"probe the function itself: "
			".library(\"*\").function(\"%s\")",
			callee),
		target->span);
}

static struct pt_error *variable(struct pt_probe_env *env,
				 struct pt_bound *bound,
				 struct pt_expr **target)
{
	struct pt_target_walk walk = pt_value_walk(env, bound, *target);
	const struct pt_dbg_function *site;

	if (!bound || (*target)->text[0] != '$')
		return pt_value_variable(env, bound, target);
	site = bound->sites->pdata[0];
	if (strcmp((*target)->text, "$$name") != 0)
		return no_variable(walk.arena, *target, site->name);
	PT_TRY(pt_value_check_text(&walk));
	*target = pt_pretty_literal(&walk, site->name);
	return NULL;
}

#define SHAPES(where)                                       \
	where ".plt", where ".plt(s)", where ".plt.return", \
		where ".plt(s).return"

static const char *const shapes[] = {
	PT_PROCESS_SHAPES(SHAPES),
	NULL,
};

const struct pt_family pt_family_plt = {
	.shapes = shapes,
	.name = "process.plt",
	.disarms = true,
	.match = match,
	.expand = expand,
	.variable = variable,
	.emit_tables = pt_process_emit_tables,
	.emit_members = pt_process_emit_members,
};
