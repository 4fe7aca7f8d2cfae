/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.trace("system:name"), whose parameters have the names of the prototype;
 * kernel.tracepoint("name") and module("m").tracepoint("name"), where they are
 * $arg1, $arg2...
 */
#include <fnmatch.h>
#include <string.h>

#include "../debuginfo/modules.h"
#include "families.h"
#include "images.h"
#include "resolve_target.h"
#include "value.h"

static const char *const no_words[] = { NULL };

static bool match(const struct pt_point *point)
{
	if (pt_families_is(point, 0, "kernel"))
		return pt_families_is(point, 1, "trace") ||
		       pt_families_is(point, 1, "tracepoint");
	return pt_families_is(point, 0, "module") &&
	       pt_families_is(point, 1, "tracepoint");
}

static bool is_trace(const struct pt_point *point)
{
	return pt_families_is(point, 1, "trace");
}

/* ---- finding ---------------------------------------------------------- */

static const char *full_name(struct pt_arena *arena,
			     const struct pt_dbg_function *f)
{
	return *f->system ? pt_arena_printf(arena, "%s:%s", f->system,
					    f->tracepoint)
			  : f->tracepoint;
}

/* All tracepoints of the kernel or module DBG, and of the modules that were looked
 * into. */
static struct pt_error *list_all(struct pt_probe_env *env, struct pt_dbg *dbg,
				 GPtrArray *ret)
{
	PT_TRY(pt_dbg_find_tracepoints(dbg, NULL, "*", ret));
	for (unsigned i = 0; env->modules && i < env->modules->len; i++)
		if (env->modules->pdata[i] != dbg)
			PT_TRY(pt_dbg_find_tracepoints(env->modules->pdata[i],
						       NULL, "*", ret));
	return NULL;
}

/* SYSTEM is a pattern that none of them has: the near systems. */
static bool suggest_systems(struct pt_error *error, const char *system,
			    const GPtrArray *all)
{
	GPtrArray *names = pt_arena_ptr_array(error->arena);

	for (unsigned i = 0; i < all->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(all, i);

		if (!fnmatch(system, f->system, 0))
			return false;
		g_ptr_array_add(names, (gpointer)f->system);
	}
	pt_error_suggest(error, system, names);
	return error->hint;
}

static struct pt_error *no_match(struct pt_probe_env *env, struct pt_dbg *dbg,
				 const struct pt_point *point,
				 const char *system)
{
	struct pt_arena *arena = env->session->arena;
	const struct pt_point_component *where, *what;
	GPtrArray *all = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	where = pt_families_component(point, 0);
	what = pt_families_component(point, 1);
	error = pt_error_new(arena, PT_E_NO_MATCH,
			     "no tracepoint of the %s matches '%s'",
			     where->name, what->text);
	PT_TRY(list_all(env, dbg, all));
	if (system && !pt_dbg_has_types(dbg))
		return pt_error_at(pt_error_hint(error,
						 "symbols alone do not tell of "
						 "which system a tracepoint "
						 "is: leave '%s:' away",
						 system),
				   what->span);
	if (system && suggest_systems(error, system, all))
		return pt_error_at(error, what->span);
	for (unsigned i = 0; i < all->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(all, i);

		g_ptr_array_add(names, (gpointer)(system ? full_name(arena, f)
							 : f->tracepoint));
	}
	pt_error_suggest(error, what->text, names);
	if (!error->hint && !all->len)
		pt_error_hint(error, "it has no tracepoints");
	else if (!error->hint && !pt_dbg_module(dbg))
		pt_error_hint(error, "those of a module are "
				     "module(\"NAME\").tracepoint(\"...\")");
	return pt_error_at(error, what->span);
}

static struct pt_error *find_in_files(struct pt_probe_env *env,
				      const GPtrArray *files,
				      const char *system, const char *name,
				      GPtrArray *ret)
{
	for (unsigned i = 0; i < files->len; i++) {
		unsigned known = ret->len;
		struct pt_error *error;
		struct pt_dbg *dbg;

		error = pt_probe_module(env, g_ptr_array_index(files, i), &dbg);
		if (error && error->code == PT_E_NO_DEBUGINFO)
			continue;
		if (!error)
			error = pt_dbg_find_tracepoints(dbg, system, name, ret);
		if (error)
			return error;
		if (ret->len > known)
			pt_dbg_module_note(dbg);
	}
	return NULL;
}

/* kernel.trace() means those of modules, too, if the kernel has none: first of one
 * that is called as the system, and whose other tracepoints may be near. */
static struct pt_error *find_in_modules(struct pt_probe_env *env,
					const char *system, const char *name,
					GPtrArray *ret)
{
	GPtrArray *files = pt_arena_ptr_array(env->session->arena);

	if (system && !strpbrk(system, "/*?[")) {
		PT_TRY(pt_modules_find(env->session, system, files));
		PT_TRY(find_in_files(env, files, system, name, ret));
	}
	if (ret->len)
		return NULL;
	g_ptr_array_set_size(files, 0);
	PT_TRY(pt_modules_find(env->session, "*", files));
	PT_TRY(pt_images_with_tracepoint(env, name, files));
	return find_in_files(env, files, system, name, ret);
}

static struct pt_error *find(struct pt_probe_env *env,
			     const struct pt_point *point, GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	const struct pt_point_component *what = pt_families_component(point, 1);
	const char *name = strchr(what->text, ':'), *system = NULL;
	struct pt_images_wish wish = { .kind = PT_MODULENAME_TRACEPOINT,
				       .span = what->span };
	GPtrArray *images = pt_arena_ptr_array(arena);
	struct pt_error *error = NULL;

	if (name)
		system = pt_arena_strndup(arena, what->text,
					  (size_t)(name++ - what->text));
	else
		name = what->text;
	wish.glob = name;
	PT_TRY(pt_images_find(env, pt_families_component(point, 0), &wish,
			      images));
	for (unsigned i = 0; i < images->len && !error; i++)
		error = pt_dbg_find_tracepoints(g_ptr_array_index(images, i),
						system, name, ret);
	if (!error && !ret->len && is_trace(point))
		error = find_in_modules(env, system, name, ret);
	if (error)
		return pt_error_at(error, what->span);
	if (!ret->len)
		return no_match(env, g_ptr_array_index(images, 0), point,
				system);
	for (unsigned i = 0; i < ret->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(ret, i);

		f->numbered = !is_trace(point);
	}
	return NULL;
}

/* ---- binding ---------------------------------------------------------- */

static const char *resolved_text(struct pt_arena *arena,
				 const struct pt_point_component *what,
				 const struct pt_dbg_function *f)
{
	const char *module = pt_dbg_module(f->dbg);
	const char *name = full_name(arena, f);

	if (module && strcmp(what->name, "trace") != 0)
		return pt_arena_printf(arena, "module(\"%s\").%s(\"%s\")",
				       module, what->name, name);
	return pt_arena_printf(arena, "kernel.%s(\"%s\")", what->name, name);
}

static struct pt_error *check(struct pt_arena *arena,
			      const struct pt_point *point)
{
	bool module = pt_families_is(point, 0, "module");

	PT_TRY(pt_families_need(arena, point, 0,
				module ? PT_ARG_STRING : PT_ARG_NONE));
	PT_TRY(pt_families_need(arena, point, 1, PT_ARG_STRING));
	if (point->components->len > 2)
		return pt_families_unknown(arena, point, 2, no_words);
	return NULL;
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *found = pt_arena_ptr_array(arena);
	struct pt_bound *bound = NULL;

	PT_TRY(check(arena, point));
	PT_TRY(find(env, point, found));
	for (unsigned i = 0; i < found->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(found, i);

		f->point = resolved_text(arena, pt_families_component(point, 1),
					 f);
		if (!bound || split) {
			bound = pt_families_bound(arena, &pt_family_trace,
						  point);
			if (split || found->len == 1)
				bound->text = f->point;
			g_ptr_array_add(ret, bound);
		}
		g_ptr_array_add(bound->sites, f);
	}
	return NULL;
}

/* ---- variables -------------------------------------------------------- */

static struct pt_error *variable(struct pt_probe_env *env,
				 struct pt_bound *bound,
				 struct pt_expr **target)
{
	struct pt_target_walk walk = pt_value_walk(env, bound, *target);
	struct pt_arena *arena = env->session->arena;
	const struct pt_expr *t = *target;
	const struct pt_dbg_function *f;
	const char *text = NULL;

	if (!bound || t->text[0] != '$')
		return pt_value_variable(env, bound, target);
	f = g_ptr_array_index(bound->sites, 0);
	if (!strcmp(t->text, "$$name"))
		text = f->tracepoint;
	else if (!strcmp(t->text, "$$system"))
		text = f->system;
	if (t->assigned && (text || !t->components || !t->components->len)) {
		struct pt_error *error = pt_error_new(
			arena, PT_E_LVALUE,
			"'%s' cannot be assigned to: a tracepoint hands over "
			"copies",
			t->text);

		if (!text)
			pt_error_hint(error,
				      "what a pointer leads to can be written, "
				      "as in %s->member = 1",
				      t->text);
		return pt_error_at(error, t->span);
	}
	if (!text)
		return pt_value_variable(env, bound, target);
	PT_TRY(pt_value_check_text(&walk));
	*target = pt_pretty_literal(&walk, text);
	return NULL;
}

/* ---- tables ----------------------------------------------------------- */

static void emit_tables(struct pt_out *out, const struct pt_bound *bound)
{
	pt_out_open(out, "static const struct ptrt_tracepoint %s_points[] =",
		    bound->c_name);
	for (unsigned i = 0; i < bound->sites->len; i++) {
		const struct pt_dbg_function *f =
			g_ptr_array_index(bound->sites, i);
		const char *module = pt_dbg_module(f->dbg);

		pt_out_line(out, "{ %s, %s },",
			    pt_out_c_text(out->arena, f->tracepoint),
			    module ? pt_out_c_text(out->arena, module)
				   : "NULL");
	}
	pt_out_close(out, ";");
}

static void emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	pt_out_line(out, ".kind = PTRT_KIND_TRACEPOINT,");
	pt_out_line(out, ".tracepoints = %s_points,", bound->c_name);
	pt_out_line(out, ".n_tracepoints = %u,", bound->sites->len);
}

static const char *const shapes[] = {
	"kernel.trace(s)",
	"kernel.tracepoint(s)",
	"module(s).tracepoint(s)",
	NULL,
};

const struct pt_family pt_family_trace = {
	.shapes = shapes,
	.name = "kernel.trace",
	.disarms = true,
	.match = match,
	.expand = expand,
	.variable = variable,
	.list_variables = pt_value_list,
	.emit_tables = emit_tables,
	.emit_members = emit_members,
};
