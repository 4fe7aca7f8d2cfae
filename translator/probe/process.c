/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "process.h"

#include <fnmatch.h>
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "families.h"

/* ---- the words -------------------------------------------------------- */

bool pt_process_is(const struct pt_point *point, const char *name)
{
	unsigned i = pt_families_is(point, 1, "library") ? 2 : 1;

	return pt_families_is(point, 0, "process") &&
	       pt_families_is(point, i, name);
}

struct pt_error *pt_process_read(struct pt_arena *arena,
				 const struct pt_point *point,
				 struct pt_process_point *ret)
{
	const struct pt_point_component *c = pt_families_component(point, 0);

	ret->where = c;
	ret->library = NULL;
	ret->next = 1;
	if (c->arg == PT_ARG_NUMBER && (c->number < 1 || c->number > INT32_MAX))
		return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT,
						"no process can have the "
						"number %" G_GINT64_FORMAT,
						c->number),
				   c->span);
	if (!pt_families_is(point, 1, "library"))
		return NULL;
	PT_TRY(pt_families_need(arena, point, 1, PT_ARG_STRING));
	ret->library = pt_families_component(point, 1);
	ret->next = 2;
	return NULL;
}

/* ---- programs --------------------------------------------------------- */

/* Which program runs as -c or -x say differs from run to run. */
static struct pt_error *target_program(struct pt_session *session,
				       const char **ret)
{
	const struct pt_options *options = &session->options;

	session->build_key = NULL;
	if (options->target_pid)
		return pt_program_of_process(session->arena,
					     options->target_pid, ret);
	if (options->command)
		return pt_program_of_command(session->arena, options->command,
					     ret);
	return pt_error_hint(
		pt_error_new(session->arena, PT_E_PROBE_ARGUMENT,
			     "'process' alone is the program of -c or -x, and "
			     "none of them was given"),
		"name one: process(\"PATH\")");
}

/* The paths of the programs. */
static struct pt_error *find_programs(struct pt_session *session,
				      const struct pt_point_component *where,
				      GPtrArray *ret)
{
	struct pt_error *error;
	const char *path = NULL;

	if (where->arg == PT_ARG_STRING) {
		/* What a glob finds, and where $PATH leads, may change. */
		if (strpbrk(where->text, "*?[") || !strchr(where->text, '/'))
			session->build_key = NULL;
		error = pt_program_find(session->arena, where->text, ret);
	} else if (where->arg == PT_ARG_NUMBER) {
		session->build_key = NULL;
		error = pt_program_of_process(session->arena, where->number,
					      &path);
	} else {
		error = target_program(session, &path);
	}
	if (error)
		return pt_error_at(error, where->span);
	if (path)
		g_ptr_array_add(ret, (gpointer)path);
	return NULL;
}

struct pt_error *pt_process_open(struct pt_probe_env *env, const char *path,
				 struct pt_dbg **ret)
{
	struct pt_arena *arena = env->session->arena;

	if (!env->programs)
		env->programs = pt_arena_ptr_array(arena);
	for (unsigned i = 0; i < env->programs->len; i++) {
		*ret = g_ptr_array_index(env->programs, i);
		if (!strcmp(pt_dbg_program(*ret), path))
			return NULL;
	}
	PT_TRY(pt_dbg_open_program(env->session, path, ret));
	pt_session_input(env->session, path);
	/* Its debug symbols may be installed before the next run. */
	if (!pt_dbg_program_has_dwarf(*ret))
		env->session->build_key = NULL;
	g_ptr_array_add(env->programs, *ret);
	return NULL;
}

/* ---- libraries -------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool library_matches(struct pt_arena *arena, const char *glob,
			    const struct pt_library *library)
{
	GPtrArray *found = pt_arena_ptr_array(arena);

	if (!fnmatch(glob, library->path, 0) ||
	    !fnmatch(glob, base_name(library->path), 0) ||
	    !fnmatch(glob, library->name, 0))
		return true;
	/* A path through symbolic links. */
	return strchr(glob, '/') && !pt_program_find(arena, glob, found) &&
	       g_ptr_array_find_with_equal_func(found, library->path,
						g_str_equal, NULL);
}

static struct pt_error *no_library(struct pt_arena *arena,
				   const struct pt_process_point *point,
				   const char *program,
				   const GPtrArray *libraries)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	for (unsigned i = 0; i < libraries->len; i++) {
		const struct pt_library *library = libraries->pdata[i];

		g_ptr_array_add(names, (gpointer)library->name);
	}
	error = pt_error_new(arena, PT_E_NO_MATCH, "'%s' loads no library '%s'",
			     program, point->library->text);
	pt_error_suggest(error, point->library->text, names);
	if (!error->hint && names->len)
		pt_error_hint(error,
			      "it loads %s; what it loads while it runs is "
			      "named by its own path: "
			      "process(\"/path/lib.so\")",
			      pt_families_list(arena, names));
	else if (!error->hint)
		pt_error_hint(error, "it loads none when it starts; what it "
				     "loads while it runs is named by its own "
				     "path: process(\"/path/lib.so\")");
	return pt_error_at(error, point->library->span);
}

static struct pt_error *find_libraries(struct pt_probe_env *env,
				       const struct pt_process_point *point,
				       const GPtrArray *programs,
				       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *libraries = pt_arena_ptr_array(arena);

	for (unsigned i = 0; i < programs->len; i++)
		PT_TRY(pt_program_libraries(arena, programs->pdata[i],
					    libraries));
	for (unsigned i = 0; i < libraries->len; i++) {
		const struct pt_library *library = libraries->pdata[i];

		pt_session_input(env->session, library->path);
		if (library_matches(arena, point->library->text, library) &&
		    !g_ptr_array_find_with_equal_func(ret, library->path,
						      g_str_equal, NULL))
			g_ptr_array_add(ret, (gpointer)library->path);
	}
	for (unsigned i = 0; i < programs->len; i++)
		pt_session_input(env->session, programs->pdata[i]);
	return ret->len ? NULL
			: no_library(arena, point, programs->pdata[0],
				     libraries);
}

struct pt_error *pt_process_images(struct pt_probe_env *env,
				   const struct pt_process_point *point,
				   GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	const struct pt_point_component *named =
		point->library ? point->library : point->where;
	GPtrArray *programs = pt_arena_ptr_array(arena);
	GPtrArray *paths = pt_arena_ptr_array(arena);
	GPtrArray *failed = pt_arena_ptr_array(arena);

	PT_TRY(find_programs(env->session, point->where, programs));
	if (point->library)
		PT_TRY(find_libraries(env, point, programs, paths));
	else
		paths = programs;
	for (unsigned i = 0; i < paths->len; i++) {
		struct pt_error *error;
		struct pt_dbg *dbg;

		error = pt_process_open(env, paths->pdata[i], &dbg);
		if (!error) {
			g_ptr_array_add(ret, dbg);
			continue;
		}
		pt_error_at(error, named->span);
		if (paths->len == 1 || error->code == PT_E_INTERRUPTED)
			return error;
		g_ptr_array_add(failed, error);
	}
	if (!ret->len)
		return failed->len ? failed->pdata[0] : NULL;
	for (unsigned i = 0; i < failed->len; i++) {
		struct pt_error *warning = failed->pdata[i];

		warning->severity = PT_SEVERITY_WARNING;
		pt_diag_add(env->session->diag, warning);
	}
	return NULL;
}

/* ---- binding ---------------------------------------------------------- */

static struct pt_object *find_object(struct pt_probe_env *env, const char *path)
{
	struct pt_object *object;

	if (!env->objects)
		env->objects = pt_arena_ptr_array(env->session->arena);
	for (unsigned i = 0; i < env->objects->len; i++) {
		object = env->objects->pdata[i];
		if (!strcmp(object->path, path))
			return object;
	}
	object = pt_new(env->session->arena, struct pt_object);
	object->path = path;
	object->number = env->objects->len;
	g_ptr_array_add(env->objects, object);
	return object;
}

const struct pt_object *pt_process_object(struct pt_probe_env *env,
					  struct pt_dbg *dbg)
{
	struct pt_object *object = find_object(env, pt_dbg_program(dbg));

	object->dbg = dbg;
	return object;
}

struct pt_error *pt_process_bind(struct pt_probe_env *env,
				 const struct pt_process_point *point,
				 const GPtrArray *sites,
				 const struct pt_process **ret)
{
	struct pt_arena *arena = env->session->arena;
	struct pt_process *process = pt_new(arena, struct pt_process);
	GPtrArray *paths = pt_arena_ptr_array(arena);

	process->programs = pt_arena_ptr_array(arena);
	if (point->where->arg == PT_ARG_NUMBER)
		process->pid = point->where->number;
	if (point->library && point->where->arg == PT_ARG_STRING)
		PT_TRY(find_programs(env->session, point->where, paths));
	for (unsigned i = 0; i < paths->len; i++)
		g_ptr_array_add(process->programs,
				find_object(env, paths->pdata[i]));
	for (unsigned i = 0; i < sites->len; i++) {
		struct pt_dbg_function *f = sites->pdata[i];

		f->section = pt_process_object(env, f->dbg)->number;
	}
	*ret = process;
	return NULL;
}

const char *pt_process_text(struct pt_arena *arena,
			    const struct pt_process_point *point,
			    const struct pt_dbg *dbg)
{
	const struct pt_point_component *c = point->where;

	if (!point->library)
		return pt_arena_printf(arena, "process(\"%s\")",
				       pt_dbg_program(dbg));
	if (c->arg == PT_ARG_STRING)
		return pt_arena_printf(arena, "process(\"%s\").library(\"%s\")",
				       c->text, pt_dbg_program(dbg));
	if (c->arg == PT_ARG_NUMBER)
		return pt_arena_printf(
			arena, "process(%" G_GINT64_FORMAT ").library(\"%s\")",
			c->number, pt_dbg_program(dbg));
	return pt_arena_printf(arena, "process.library(\"%s\")",
			       pt_dbg_program(dbg));
}

struct pt_error *pt_process_expand(struct pt_probe_env *env,
				   const struct pt_process_sites *found,
				   bool split, GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	const struct pt_process *process;
	struct pt_bound *bound = NULL;

	PT_TRY(pt_process_bind(env, found->where, found->sites, &process));
	for (unsigned i = 0; i < found->sites->len; i++) {
		struct pt_dbg_function *site = found->sites->pdata[i];

		site->point = found->text(arena, found->where, site,
					  found->is_return);
		if (bound && !split) {
			bound->text = pt_point_text(arena, found->point);
			g_ptr_array_add(bound->sites, site);
			continue;
		}
		bound = pt_families_bound(arena, found->family, found->point);
		bound->text = site->point;
		bound->is_return = found->is_return;
		bound->process = process;
		g_ptr_array_add(bound->sites, site);
		g_ptr_array_add(ret, bound);
	}
	return NULL;
}

const char *pt_process_left_out(const struct pt_dbg_function *f)
{
	uint64_t offset;

	return pt_dbg_program_offset(f->dbg, f->address, &offset)
		       ? NULL
		       : "its address is not in the file";
}

/* ---- tables ----------------------------------------------------------- */

static void emit_user_sites(struct pt_out *out, const struct pt_bound *bound)
{
	pt_out_open(out, "static const struct ptrt_user_site %s_places[] =",
		    bound->c_name);
	for (unsigned i = 0; i < bound->sites->len; i++) {
		const struct pt_dbg_function *f = bound->sites->pdata[i];
		uint64_t offset = 0, semaphore = 0;

		pt_dbg_program_offset(f->dbg, f->address, &offset);
		if (f->mark && f->mark->semaphore)
			pt_dbg_program_offset(f->dbg, f->mark->semaphore,
					      &semaphore);
		pt_out_line(out,
			    "{ 0x%" G_GINT64_MODIFIER
			    "xULL, 0x%" G_GINT64_MODIFIER
			    "xULL, %u }, /* %s */",
			    offset, semaphore, f->section,
			    pt_out_comment(out->arena, pt_dbg_program(f->dbg)));
	}
	pt_out_close(out, ";");
}

void pt_process_emit_tables(struct pt_out *out, const struct pt_bound *bound)
{
	const GPtrArray *programs = bound->process->programs;

	pt_function_emit_sites(out, bound);
	emit_user_sites(out, bound);
	if (!programs->len)
		return;
	pt_out_open(out,
		    "static const unsigned %s_programs[] =", bound->c_name);
	for (unsigned i = 0; i < programs->len; i++) {
		const struct pt_object *object = programs->pdata[i];

		pt_out_line(out, "%u, /* %s */", object->number,
			    pt_out_comment(out->arena, object->path));
	}
	pt_out_close(out, ";");
}

void pt_process_emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	const struct pt_process *process = bound->process;

	pt_out_line(out, ".kind = %s,",
		    bound->is_return ? "PTRT_KIND_USER_RETURN"
				     : "PTRT_KIND_USER");
	pt_function_emit_site_members(out, bound);
	pt_out_line(out, ".user_sites = %s_places,", bound->c_name);
	if (process->pid)
		pt_out_line(out, ".pid = %" G_GINT64_FORMAT ",", process->pid);
	if (process->programs->len) {
		pt_out_line(out, ".programs = %s_programs,", bound->c_name);
		pt_out_line(out, ".n_programs = %u,", process->programs->len);
	}
}
