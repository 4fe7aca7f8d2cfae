/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the functions that a point means, and what is near where there is none.
 */
#include <stdio.h>
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "families.h"
#include "functionpoint.h"
#include "images.h"

/* "kernel function", "function of '/bin/ls'", "function of module 'ext4'" */
static const char *kind_of(struct pt_arena *arena,
			   const struct pt_functionpoint *wish,
			   const struct pt_dbg *dbg, const char *what)
{
	if (wish->in_process)
		return pt_arena_printf(arena, "%s of '%s'", what,
				       pt_dbg_program(dbg));
	if (wish->module)
		return pt_arena_printf(arena, "%s of module '%s'", what,
				       wish->where->text);
	return pt_arena_printf(arena, "kernel %s", what);
}

/* F's like at ADDRESS, of which nothing else is known. */
static struct pt_dbg_function *
moved(struct pt_arena *arena, const struct pt_dbg_function *f, uint64_t address)
{
	struct pt_dbg_function *at = pt_new(arena, struct pt_dbg_function);

	*at = *f;
	at->address = address;
	at->is_entry = at->ftrace_entry = false;
	return at;
}

/* The inlined copies in HOLDER that begin at ADDRESS. */
static struct pt_error *find_copies(struct pt_arena *arena,
				    const struct pt_dbg_function *holder,
				    uint64_t address, GPtrArray *found)
{
	const struct pt_dbg_pattern any = { .function = "*" };
	GPtrArray *called = pt_arena_ptr_array(arena);
	const char *jump = NULL;

	PT_TRY(pt_dbg_find_callees(holder, &any, true, NULL, called, &jump));
	for (unsigned i = 0; i < called->len; i++) {
		struct pt_dbg_function *f = called->pdata[i];

		if (f->where != PT_DBG_INLINED || f->address != address)
			continue;
		f->callers = NULL;
		g_ptr_array_add(found, f);
	}
	return NULL;
}

/* What is at the address in DBG; nothing is no error. */
static struct pt_error *find_at(struct pt_dbg *dbg, struct pt_arena *arena,
				const struct pt_functionpoint *wish,
				GPtrArray *found)
{
	uint64_t address =
		(uint64_t)wish->what->number + pt_dbg_address_base(dbg);
	struct pt_dbg_function *holder = pt_dbg_function_at(dbg, address);

	if (!holder)
		return NULL;
	if (wish->label)
		return pt_dbg_labels_of(holder, wish->label, found);
	if (wish->inlined)
		return find_copies(arena, holder, address, found);
	g_ptr_array_add(found, wish->statement && holder->address != address
				       ? moved(arena, holder, address)
				       : holder);
	return NULL;
}

static struct pt_error *nothing_at(struct pt_dbg *dbg, struct pt_arena *arena,
				   const struct pt_functionpoint *wish)
{
	return pt_error_at(
		pt_error_hint(
			pt_error_new(arena, PT_E_NO_MATCH,
				     "no %s is at 0x%" G_GINT64_MODIFIER "x",
				     kind_of(arena, wish, dbg,
					     wish->label     ? "such label"
					     : wish->inlined ? "inlined "
							       "function"
							     : "function"),
				     (uint64_t)wish->what->number),
			"%s",
			wish->in_process ? "addresses are those of the file, "
					   "before it is loaded"
			: wish->module	 ? "addresses of a module count from "
					   "the start of its .text"
					 : "addresses are those of the "
					   "debuginfo, before the kernel is "
					   "moved at boot"),
		wish->what->span);
}

static struct pt_error *find_address(const GPtrArray *images,
				     struct pt_arena *arena,
				     const struct pt_functionpoint *wish,
				     GPtrArray *found)
{
	for (unsigned i = 0; i < images->len; i++) {
		struct pt_error *error =
			find_at(images->pdata[i], arena, wish, found);

		if (error)
			return pt_error_at(error, wish->what->span);
	}
	return found->len ? NULL : nothing_at(images->pdata[0], arena, wish);
}

const char *pt_functionpoint_text(struct pt_arena *arena,
				  const struct pt_dbg_function *f)
{
	return *f->file ? pt_arena_printf(arena, "%s@%s:%u", f->name, f->file,
					  f->line)
			: f->name;
}

static bool is_glob(const char *text)
{
	return strpbrk(text, "*?[");
}

static void suggest_files(struct pt_dbg *dbg, struct pt_arena *arena,
			  const char *file, struct pt_error *error)
{
	GPtrArray *names = pt_arena_ptr_array(arena);

	if (is_glob(file))
		return;
	pt_dbg_file_names(dbg, strchr(file, '/'), names);
	for (unsigned i = 0; i < names->len; i++)
		if (g_str_has_suffix(names->pdata[i], file))
			return;
	pt_error_suggest(error, file, names);
}

/* The pattern without its lines, or the name without its file, finds something: say
 * where. */
static void hint_other_place(struct pt_dbg *dbg, struct pt_arena *arena,
			     const struct pt_dbg_pattern *pattern,
			     struct pt_error *error)
{
	struct pt_dbg_pattern any = { .function = pattern->function,
				      .scope = pattern->scope };
	GPtrArray *found = pt_arena_ptr_array(arena);
	const struct pt_dbg_function *f;

	if (pattern->line_kind != PT_LINE_NONE) {
		any.file = pattern->file;
		if (pt_dbg_find_functions(dbg, &any, true, true, found))
			return;
	}
	any.file = NULL;
	if (!found->len && !is_glob(any.function) &&
	    pt_dbg_find_functions(dbg, &any, true, true, found))
		return;
	if (!found->len) {
		suggest_files(dbg, arena, pattern->file, error);
		return;
	}
	f = g_ptr_array_index(found, 0);
	pt_error_hint(error, "there is '%s'", pt_functionpoint_text(arena, f));
}

/* The lines have no code, nor have any behind them in that function: say which have. */
static void hint_lines(struct pt_dbg *dbg, struct pt_arena *arena,
		       const struct pt_dbg_pattern *pattern,
		       struct pt_error *error)
{
	struct pt_dbg_pattern any = *pattern;
	GPtrArray *found = pt_arena_ptr_array(arena);
	const struct pt_dbg_function *first, *f;
	unsigned low, high;

	any.line_kind = PT_LINE_ANY;
	if (pt_dbg_find_statements(dbg, &any, found) || !found->len)
		return;
	first = g_ptr_array_index(found, 0);
	low = high = first->line;
	for (unsigned i = 1; i < found->len; i++) {
		f = g_ptr_array_index(found, i);
		if (strcmp(f->file, first->file) != 0)
			return;
		low = MIN(low, f->line);
		high = MAX(high, f->line);
	}
	pt_error_hint(error, "the code of '%s' is in the lines %u to %u of %s",
		      pattern->function, low, high, first->file);
}

/* The functions are there, but not the label. */
static void hint_labels(struct pt_dbg *dbg, struct pt_arena *arena,
			const struct pt_functionpoint *wish,
			const struct pt_dbg_pattern *pattern,
			struct pt_error *error)
{
	GPtrArray *found = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	GString *list = pt_arena_string(arena);
	struct pt_error *failed;

	failed = pt_dbg_find_functions(dbg, pattern, true, true, found);
	if (failed || !found->len)
		return;
	g_ptr_array_set_size(found, 0);
	failed = pt_dbg_find_labels(dbg, pattern, "*", found);
	for (unsigned i = 0; !failed && i < found->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);

		g_ptr_array_add(names, (void *)f->label);
		if (i < 5)
			g_string_append_printf(list, "%s%s", i ? ", " : "",
					       f->label);
	}
	pt_error_suggest(error, wish->label, names);
	if (!error->hint)
		pt_error_hint(error,
			      names->len ? "the labels there are %s"
					 : "no code there has a label",
			      list->str);
}

/* The function is there, but nowhere inlined. */
static void hint_called(struct pt_dbg *dbg, struct pt_arena *arena,
			const struct pt_dbg_pattern *pattern,
			struct pt_error *error)
{
	GPtrArray *found = pt_arena_ptr_array(arena);

	if (!pt_dbg_find_functions(dbg, pattern, true, false, found) &&
	    found->len)
		pt_error_hint(error, "it is always called: leave '.inline' "
				     "away");
}

static struct pt_error *no_match(struct pt_dbg *dbg, struct pt_arena *arena,
				 const struct pt_functionpoint *wish,
				 const struct pt_dbg_pattern *pattern)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	if (wish->label)
		error = pt_error_new(
			arena, PT_E_NO_MATCH, "no %s has a label '%s'",
			kind_of(arena, wish, dbg,
				pt_arena_printf(arena, "function '%s'",
						wish->what->text)),
			wish->label);
	else
		error = pt_error_new(arena, PT_E_NO_MATCH, "no %s matches '%s'",
				     kind_of(arena, wish, dbg,
					     wish->statement ? "code line"
					     : wish->inlined
						     ? "inlined function"
						     : "function"),
				     wish->what->text);
	if (wish->label)
		hint_labels(dbg, arena, wish, pattern, error);
	if (wish->inlined)
		hint_called(dbg, arena, pattern, error);
	if (wish->statement)
		hint_lines(dbg, arena, pattern, error);
	if (pattern->file && !error->hint)
		hint_other_place(dbg, arena, pattern, error);
	if (!error->hint && !is_glob(pattern->function)) {
		pt_dbg_function_names(dbg, pattern->function, names);
		pt_error_suggest(error, pattern->function, names);
	}
	return pt_error_at(error, wish->what->span);
}

/* FUNCTION: a glob of names; NULL: what is looked for is an address. */
static struct pt_error *find_images(struct pt_probe_env *env,
				    const struct pt_functionpoint *wish,
				    const char *function, GPtrArray *ret)
{
	const struct pt_images_wish names = { .kind = PT_MODULENAME_FUNCTION,
					      .glob = function,
					      .span = wish->what->span };

	if (!wish->in_process)
		return pt_images_find(env, wish->where,
				      function ? &names : NULL, ret);
	PT_TRY(pt_process_images(env, &wish->process, ret));
	pt_dbg_program_note(env->session, ret);
	return NULL;
}

static struct pt_error *find_in(struct pt_dbg *dbg,
				const struct pt_functionpoint *wish,
				const struct pt_dbg_pattern *pattern,
				GPtrArray *found)
{
	struct pt_error *error;

	if (wish->label)
		error = pt_dbg_find_labels(dbg, pattern, wish->label, found);
	else if (wish->statement)
		error = pt_dbg_find_statements(dbg, pattern, found);
	else
		error = pt_dbg_find_functions(
			dbg, pattern, !wish->inlined,
			(!wish->call && !wish->exported) || wish->callees.what,
			found);
	return error ? pt_error_at(error, wish->what->span) : NULL;
}

/* In a process that runs: where that address is there; *RET_OFFSET in the file. */
static struct pt_error *find_in_process(struct pt_probe_env *env,
					const struct pt_functionpoint *wish,
					int64_t pid, struct pt_dbg **ret,
					uint64_t *ret_offset)
{
	uint64_t address = (uint64_t)wish->what->number;
	struct pt_error *error;
	const char *path;

	env->session->build_key = NULL;
	error = pt_program_at(env->session->arena, pid, address, &path,
			      ret_offset);
	if (!error)
		error = pt_process_open(env, path, ret);
	return error ? pt_error_at(error, wish->what->span) : NULL;
}

/* The process whose own addresses are meant; 0: a file's. */
static int64_t absolute_pid(const struct pt_session *session,
			    const struct pt_functionpoint *wish)
{
	const struct pt_point_component *where = wish->where;

	if (wish->process.library || where->arg == PT_ARG_STRING)
		return 0;
	return where->arg == PT_ARG_NUMBER ? where->number
					   : session->options.target_pid;
}

/* An address of a process that runs, or, as it is linked, of a file: nothing is asked
 * of the file's functions. */
static struct pt_error *find_absolute_user(struct pt_probe_env *env,
					   const struct pt_functionpoint *wish,
					   GPtrArray *found)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *images = pt_arena_ptr_array(arena);
	int64_t pid = absolute_pid(env->session, wish);
	uint64_t offset, address = (uint64_t)wish->what->number;
	struct pt_dbg *dbg;

	PT_TRY(pt_process_images(env, &wish->process, images));
	if (pid) {
		PT_TRY(find_in_process(env, wish, pid, &dbg, &offset));
		if (pt_dbg_program_address(dbg, offset, &address))
			g_ptr_array_add(found,
					pt_dbg_place(dbg, address,
						     pt_dbg_program(dbg)));
	}
	for (unsigned i = 0; !pid && i < images->len; i++) {
		uint64_t same;

		dbg = images->pdata[i];
		if (pt_dbg_program_offset(dbg, address, &offset) &&
		    pt_dbg_program_address(dbg, offset, &same) &&
		    same == address)
			g_ptr_array_add(found,
					pt_dbg_place(dbg, address,
						     pt_dbg_program(dbg)));
	}
	if (found->len)
		return NULL;
	return pt_error_at(
		pt_error_hint(
			pt_error_new(arena, PT_E_NO_MATCH,
				     "'%s' has no code at 0x%" G_GINT64_MODIFIER
				     "x",
				     pt_dbg_program(images->pdata[0]), address),
			"the address is that of the file, before it is "
			"loaded; process(PID).statement(N).absolute takes "
			"those of a process"),
		wish->what->span);
}

/* The script knows what is there, and vouches for it. */
static struct pt_error *find_absolute(struct pt_probe_env *env,
				      const struct pt_functionpoint *wish,
				      GPtrArray *found)
{
	struct pt_arena *arena = env->session->arena;
	struct pt_dbg_function *f;

	if (!env->session->options.guru)
		return pt_error_at(
			pt_error_hint(
				pt_error_new(arena, PT_E_GURU,
					     "a probe at an absolute address "
					     "can crash the %s if no "
					     "instruction begins there",
					     wish->in_process ? "program"
							      : "kernel"),
				"-g permits it"),
			wish->what->span);
	if (wish->in_process)
		return find_absolute_user(env, wish, found);
	f = pt_new(arena, struct pt_dbg_function);
	f->address = f->symbol_address = (uint64_t)wish->what->number;
	f->name = f->symbol =
		pt_arena_printf(arena, "0x%" G_GINT64_MODIFIER "x", f->address);
	f->file = "";
	f->section = PT_DBG_ABSOLUTE;
	g_ptr_array_add(found, f);
	return NULL;
}

/* Of many images those are left out whose debuginfo does not describe what is asked
 * for, unless that is all of them. */
static struct pt_error *find_in_all(struct pt_probe_env *env,
				    const GPtrArray *images,
				    const struct pt_functionpoint *wish,
				    const struct pt_dbg_pattern *pattern,
				    GPtrArray *found)
{
	struct pt_error *first = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < images->len; i++) {
		struct pt_error *error =
			find_in(images->pdata[i], wish, pattern, found);

		if (error && error->code != PT_E_NO_DEBUGINFO)
			return error;
		n += error != NULL;
		first = first ? first : error;
	}
	if (first && n == images->len)
		return first;
	pt_images_left_out(env, wish->where, n, images->len, first);
	return NULL;
}

static struct pt_error *find_functions(struct pt_probe_env *env,
				       const struct pt_functionpoint *wish,
				       GPtrArray *found)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *images = pt_arena_ptr_array(arena);
	const struct pt_options *options = &env->session->options;
	struct pt_dbg_pattern pattern = { 0 };
	struct pt_error *error;

	if (wish->absolute)
		return find_absolute(env, wish, found);
	if (wish->what->arg == PT_ARG_NUMBER) {
		PT_TRY(find_images(env, wish, NULL, images));
		return find_address(images, arena, wish, found);
	}
	error = pt_dbg_parse_pattern(arena, wish->what->text, &pattern);
	if (error)
		return pt_error_at(error, wish->what->span);
	PT_TRY(find_images(env, wish, pattern.function, images));
	pattern.nearest = wish->nearest;
	pattern.distinct = options->list && !options->list_variables &&
			   !options->json && !wish->callees.what &&
			   pattern.line_kind == PT_LINE_NONE;
	PT_TRY(find_in_all(env, images, wish, &pattern, found));
	if (found->len == 0)
		return no_match(g_ptr_array_index(images, 0), arena, wish,
				&pattern);
	return NULL;
}

struct pt_error *pt_functionpoint_find(struct pt_probe_env *env,
				       const struct pt_functionpoint *wish,
				       GPtrArray *found)
{
	GPtrArray *callers = pt_arena_ptr_array(env->session->arena);

	if (!wish->callees.what)
		return find_functions(env, wish, found);
	PT_TRY(find_functions(env, wish, callers));
	return pt_callee_find(env, &wish->callees, callers,
			      !wish->call && !wish->returns, found);
}
