/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "images.h"

#include <string.h>

#include "../debuginfo/modules.h"

static struct pt_error *no_module(struct pt_probe_env *env,
				  const struct pt_point_component *where)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	error = pt_error_new(arena, PT_E_NO_MATCH,
			     "kernel %s has no module '%s'",
			     env->session->target.release, where->text);
	PT_TRY(pt_modules_find(env->session, "*", files));
	for (unsigned i = 0; i < files->len; i++) {
		const struct pt_module_file *file = g_ptr_array_index(files, i);

		g_ptr_array_add(names, (void *)file->name);
	}
	pt_error_suggest(error, where->text, names);
	if (!error->hint)
		pt_error_hint(error, "a module that is not installed is named "
				     "by the path of its file");
	return error;
}

/* The modules of a glob, while they are opened. */
struct opening {
	struct pt_probe_env *env;
	const struct pt_point_component *where;
	const struct pt_images_wish *wish;
	GPtrArray *files;
	GPtrArray *images; /* struct pt_dbg *: opened */
	struct pt_error *first;
	unsigned missing; /* without debuginfo */
};

static void keep_named(const struct pt_modulenames *names, const char *glob,
		       GPtrArray *files)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < files->len; i++)
		if (pt_modulenames_match(names, i, PT_MODULENAME_TRACEPOINT,
					 glob))
			files->pdata[kept++] = files->pdata[i];
	g_ptr_array_set_size(files, (gint)kept);
}

struct pt_error *pt_images_with_tracepoint(struct pt_probe_env *env,
					   const char *glob, GPtrArray *files)
{
	struct pt_modulenames *names;

	PT_TRY(pt_modulenames_open(env->session, files, &names));
	keep_named(names, glob, files);
	return NULL;
}

/* A tracepoint is always among the symbols; an inlined function is not. */
static void leave_nameless(const struct opening *o,
			   const struct pt_modulenames *names)
{
	if (o->wish->kind == PT_MODULENAME_TRACEPOINT) {
		keep_named(names, o->wish->glob, o->files);
		return;
	}
	for (unsigned i = 0; i < o->files->len; i++) {
		struct pt_module_file *file = g_ptr_array_index(o->files, i);

		if (!pt_modulenames_match(names, i, o->wish->kind,
					  o->wish->glob))
			file->nameless = o->wish->glob;
	}
}

/* What cannot be read of one module does not stop the others. */
static struct pt_error *open_all(struct opening *o)
{
	for (unsigned i = 0; i < o->files->len; i++) {
		struct pt_error *error;
		struct pt_dbg *dbg = NULL;

		error = pt_probe_module(o->env, g_ptr_array_index(o->files, i),
					&dbg);
		if (dbg && !error)
			g_ptr_array_add(o->images, dbg);
		if (!error)
			continue;
		o->first = o->first ? o->first : error;
		if (error->code == PT_E_INTERRUPTED)
			return error;
		if (error->code == PT_E_NO_DEBUGINFO) {
			o->missing++;
		} else if (o->files->len > 1) {
			error->severity = PT_SEVERITY_WARNING;
			pt_diag_add(o->env->session->diag,
				    pt_error_at(error, o->where->span));
		}
	}
	return NULL;
}

static void note_missing(const struct opening *o)
{
	if (o->missing)
		pt_diag_warning(o->env->session->diag, o->where->span,
				PT_E_NO_DEBUGINFO,
				"%u of the %u modules have no debuginfo: no "
				"probes in them",
				o->missing, o->files->len);
}

/* One line for all of a layer, however many they are. */
static void note_layer(const struct opening *o, bool types)
{
	struct pt_session *session = o->env->session;
	struct pt_error *warning;
	struct pt_dbg *last = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < o->images->len; i++) {
		struct pt_dbg *dbg = o->images->pdata[i];

		if (!pt_dbg_is_btf(dbg) || pt_dbg_has_types(dbg) != types)
			continue;
		last = dbg;
		n++;
	}
	if (n == 1)
		pt_dbg_module_note(last);
	if (n < 2)
		return;
	warning = pt_diag_warning(
		session->diag, o->where->span, types ? PT_E_BTF : PT_E_SYMBOLS,
		"the debug symbols of %u modules are not installed%s", n,
		types ? ": their BTF gives functions, their parameters and "
			"results, and types, but no local variables, lines or "
			"inlined copies"
		      : ", and they have no BTF: their symbols give functions, "
			"but no parameters, results or variables");
	pt_error_hint(
		warning, "%s",
		pt_target_debuginfo_hint(session->arena, &session->target));
}

static struct pt_error *no_name(const struct opening *o,
				const struct pt_modulenames *names)
{
	struct pt_arena *arena = o->env->session->arena;
	bool tracepoint = o->wish->kind == PT_MODULENAME_TRACEPOINT;
	GPtrArray *all = pt_arena_ptr_array(arena);
	struct pt_error *error = pt_error_new(
		arena, PT_E_NO_MATCH, "no %s of the modules '%s' matches '%s'",
		tracepoint ? "tracepoint" : "function", o->where->text,
		o->wish->glob);

	pt_modulenames_list(names, o->wish->kind, all);
	pt_error_suggest(error, o->wish->glob, all);
	if (!error->hint && !all->len)
		pt_error_hint(error, "they have no %ss",
			      tracepoint ? "tracepoint" : "function");
	return pt_error_at(error, o->wish->span);
}

/* One module that was named must have debuginfo; of those that a glob finds, the
 * ones that have. */
static struct pt_error *find_modules(struct opening *o)
{
	struct pt_modulenames *names = NULL;

	PT_TRY(pt_modules_find(o->env->session, o->where->text, o->files));
	if (!o->files->len)
		return no_module(o->env, o->where);
	if (o->wish && o->files->len > 1) {
		PT_TRY(pt_modulenames_open(o->env->session, o->files, &names));
		leave_nameless(o, names);
	}
	PT_TRY(open_all(o));
	if (!o->images->len)
		return o->first ? o->first : no_name(o, names);
	note_missing(o);
	note_layer(o, true);
	note_layer(o, false);
	return NULL;
}

struct pt_error *pt_images_find(struct pt_probe_env *env,
				const struct pt_point_component *where,
				const struct pt_images_wish *wish,
				GPtrArray *ret)
{
	struct opening opening = {
		.env = env,
		.where = where,
		.wish = wish,
		.files = pt_arena_ptr_array(env->session->arena),
		.images = ret,
	};
	struct pt_error *error;
	struct pt_dbg *dbg;

	if (!strcmp(where->name, "module")) {
		error = find_modules(&opening);
		return error ? pt_error_at(error, where->span) : NULL;
	}
	PT_TRY(pt_probe_dbg(env, &dbg));
	g_ptr_array_add(ret, dbg);
	return NULL;
}

void pt_images_left_out(struct pt_probe_env *env,
			const struct pt_point_component *where, unsigned n,
			unsigned all, const struct pt_error *first)
{
	struct pt_error *warning;

	if (!n)
		return;
	warning = pt_diag_warning(env->session->diag, where->span, first->code,
				  "%u of the %u images that match are left "
				  "out: %s",
				  n, all, first->message);
	if (first->hint)
		pt_error_hint(warning, "%s", first->hint);
}
