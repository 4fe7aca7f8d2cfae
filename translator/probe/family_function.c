/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.function() and kernel.statement(), and the same of module().
 */
#include <stdio.h>
#include <string.h>

#include "../debuginfo/modules.h"
#include "callee.h"
#include "families.h"
#include "value.h"

/* What the components say. */
struct wish {
	const struct pt_point_component *where; /* kernel or module */
	const struct pt_point_component *what;	/* function or statement */
	bool module;
	bool statement;
	bool call, inlined, returns, exported, nearest, absolute;
	const char *label; /* glob */
	unsigned maxactive;
	struct pt_callees callees;
	const char *suffix; /* ".return.maxactive(20)" */
};

static const char *const function_words[] = {
	"call",	 "inline", "return",  "exported",
	"label", "callee", "callees", NULL,
};
static const char *const callee_words[] = { "callee", "call", "return", NULL };
static const char *const callees_words[] = { "call", "return", NULL };
static const char *const exported_words[] = { "return", NULL };
static const char *const return_words[] = { "maxactive", NULL };
static const char *const statement_words[] = { "nearest", "absolute", NULL };
static const char *const no_words[] = { NULL };

static bool match(const struct pt_point *point)
{
	return (pt_families_is(point, 0, "kernel") ||
		pt_families_is(point, 0, "module")) &&
	       (pt_families_is(point, 1, "function") ||
		pt_families_is(point, 1, "statement"));
}

/* "return" as component I, and what may follow it. */
static struct pt_error *read_return(struct pt_arena *arena,
				    const struct pt_point *point, unsigned i,
				    struct wish *wish)
{
	const struct pt_point_component *c =
		pt_families_component(point, i + 1);

	PT_TRY(pt_families_need(arena, point, i, PT_ARG_NONE));
	wish->returns = true;
	wish->suffix = pt_arena_printf(arena, "%s.return", wish->suffix);
	if (!c)
		return NULL;
	if (strcmp(c->name, "maxactive") != 0)
		return pt_families_unknown(arena, point, i + 1, return_words);
	PT_TRY(pt_families_need(arena, point, i + 1, PT_ARG_NUMBER));
	if (c->number < 1 || c->number > 65536)
		return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT,
						"maxactive is 1 to 65536"),
				   c->span);
	wish->maxactive = (unsigned)c->number;
	wish->suffix = pt_arena_printf(arena, "%s.maxactive(%u)", wish->suffix,
				       wish->maxactive);
	if (point->components->len > i + 2)
		return pt_families_unknown(arena, point, i + 2, no_words);
	return NULL;
}

static struct pt_error *read_label(struct pt_arena *arena,
				   const struct pt_point *point,
				   struct wish *wish)
{
	const struct pt_point_component *c = pt_families_component(point, 2);

	PT_TRY(pt_families_need(arena, point, 2, PT_ARG_STRING));
	if (point->components->len > 3)
		return pt_families_unknown(arena, point, 3, no_words);
	wish->label = c->text;
	return NULL;
}

static struct pt_error *read_callees(struct pt_arena *arena,
				     const struct pt_point *point,
				     struct wish *wish)
{
	unsigned next;

	PT_TRY(pt_callee_read(arena, point, 2, &wish->callees, &next));
	if (point->components->len == next)
		return NULL;
	if (pt_families_is(point, next, "return"))
		return read_return(arena, point, next, wish);
	wish->call = pt_families_is(point, next, "call");
	if (!wish->call)
		return pt_families_unknown(arena, point, next,
					   wish->callees.all ? callees_words
							     : callee_words);
	PT_TRY(pt_families_need(arena, point, next, PT_ARG_NONE));
	if (point->components->len > next + 1)
		return pt_families_unknown(arena, point, next + 1, no_words);
	wish->suffix = ".call";
	return NULL;
}

static struct pt_error *read_function_suffix(struct pt_arena *arena,
					     const struct pt_point *point,
					     struct wish *wish)
{
	const struct pt_point_component *c = pt_families_component(point, 2);

	if (strcmp(c->name, "label") == 0)
		return read_label(arena, point, wish);
	if (strcmp(c->name, "callee") == 0 || strcmp(c->name, "callees") == 0)
		return read_callees(arena, point, wish);
	if (strcmp(c->name, "return") == 0)
		return read_return(arena, point, 2, wish);
	wish->call = strcmp(c->name, "call") == 0;
	wish->inlined = strcmp(c->name, "inline") == 0;
	wish->exported = strcmp(c->name, "exported") == 0;
	if (!wish->call && !wish->inlined && !wish->exported)
		return pt_families_unknown(arena, point, 2, function_words);
	PT_TRY(pt_families_need(arena, point, 2, PT_ARG_NONE));
	wish->suffix = pt_arena_printf(arena, ".%s", c->name);
	if (wish->exported && pt_families_is(point, 3, "return"))
		return read_return(arena, point, 3, wish);
	if (point->components->len > 3)
		return pt_families_unknown(arena, point, 3,
					   wish->exported ? exported_words
							  : no_words);
	return NULL;
}

static struct pt_error *read_wish(struct pt_arena *arena,
				  const struct pt_point *point,
				  struct wish *wish)
{
	memset(wish, 0, sizeof(*wish));
	wish->where = pt_families_component(point, 0);
	wish->what = pt_families_component(point, 1);
	wish->module = pt_families_is(point, 0, "module");
	wish->statement = pt_families_is(point, 1, "statement");
	wish->suffix = "";
	PT_TRY(pt_families_need(arena, point, 0,
				wish->module ? PT_ARG_STRING : PT_ARG_NONE));
	if (wish->what->arg == PT_ARG_NONE)
		return pt_error_at(
			pt_error_new(
				arena, PT_E_PROBE_ARGUMENT,
				"'%s' takes a name in quotes or an address",
				wish->what->name),
			wish->what->span);
	if (point->components->len == 2)
		return NULL;
	if (!wish->statement)
		return read_function_suffix(arena, point, wish);
	wish->nearest = pt_families_is(point, 2, "nearest");
	wish->absolute = pt_families_is(point, 2, "absolute");
	if (!wish->nearest && !wish->absolute)
		return pt_families_unknown(arena, point, 2, statement_words);
	PT_TRY(pt_families_need(arena, point, 2, PT_ARG_NONE));
	if (point->components->len > 3)
		return pt_families_unknown(arena, point, 3, no_words);
	if (wish->absolute &&
	    (wish->module || wish->what->arg != PT_ARG_NUMBER))
		return pt_error_at(
			pt_error_new(arena, PT_E_PROBE_ARGUMENT,
				     "'.absolute' goes with an address: "
				     "kernel.statement(0xADDRESS).absolute"),
			pt_families_component(point, 2)->span);
	return NULL;
}

/* ---- finding ---------------------------------------------------------- */

static struct pt_error *find_address(struct pt_dbg *dbg, struct pt_arena *arena,
				     const struct wish *wish, GPtrArray *found)
{
	uint64_t address =
		(uint64_t)wish->what->number + pt_dbg_address_base(dbg);
	struct pt_dbg_function *holder, *at;

	holder = pt_dbg_function_at(dbg, address);
	if (!holder)
		return pt_error_at(
			pt_error_hint(
				pt_error_new(arena, PT_E_NO_MATCH,
					     "no %s function is at "
					     "0x%" G_GINT64_MODIFIER "x",
					     wish->where->name,
					     (uint64_t)wish->what->number),
				"%s",
				wish->module
					? "addresses of a module count from "
					  "the start of its .text"
					: "addresses are those of the "
					  "debuginfo, before the kernel is "
					  "moved at boot"),
			wish->what->span);
	if (wish->statement && holder->address != address) {
		at = pt_new(arena, struct pt_dbg_function);
		*at = *holder;
		at->address = address;
		at->is_entry = at->ftrace_entry = false;
		holder = at;
	}
	g_ptr_array_add(found, holder);
	return NULL;
}

/* As a pattern that finds it: "vfs_read@fs/read_write.c:450"; its name alone where
 * there is no debuginfo that says more. */
static const char *function_text(struct pt_arena *arena,
				 const struct pt_dbg_function *f)
{
	return *f->file ? pt_arena_printf(arena, "%s@%s:%u", f->name, f->file,
					  f->line)
			: f->name;
}

/* The pattern without its file finds something: say where. */
static void hint_other_file(struct pt_dbg *dbg, struct pt_arena *arena,
			    const struct pt_dbg_pattern *pattern,
			    struct pt_error *error)
{
	struct pt_dbg_pattern any = { .function = pattern->function };
	GPtrArray *found = pt_arena_ptr_array(arena);
	const struct pt_dbg_function *f;
	struct pt_error *failed;

	failed = pt_dbg_find_functions(dbg, &any, true, true, found);
	if (failed || found->len == 0)
		return;
	f = g_ptr_array_index(found, 0);
	pt_error_hint(error, "there is '%s'", function_text(arena, f));
}

/* The functions are there, but not the label. */
static void hint_labels(struct pt_dbg *dbg, struct pt_arena *arena,
			const struct wish *wish,
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
				 const struct wish *wish,
				 const struct pt_dbg_pattern *pattern)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	error = pt_error_new(
		arena, PT_E_NO_MATCH, "no %s %s matches '%s'",
		wish->where->name,
		wish->label	  ? "label"
		: wish->statement ? "code line"
		: wish->inlined	  ? "inlined function"
				  : "function",
		wish->label ? pt_arena_printf(arena, "%s\").label(\"%s",
					      wish->what->text, wish->label)
			    : wish->what->text);
	if (wish->label)
		hint_labels(dbg, arena, wish, pattern, error);
	if (wish->inlined)
		hint_called(dbg, arena, pattern, error);
	if (pattern->file && !error->hint)
		hint_other_file(dbg, arena, pattern, error);
	if (!error->hint && !strpbrk(pattern->function, "*?[")) {
		pt_dbg_function_names(dbg, pattern->function, names);
		pt_error_suggest(error, pattern->function, names);
	}
	return pt_error_at(error, wish->what->span);
}

static struct pt_error *no_module(struct pt_probe_env *env,
				  const struct wish *wish)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	error = pt_error_new(arena, PT_E_NO_MATCH,
			     "kernel %s has no module '%s'",
			     env->session->target.release, wish->where->text);
	PT_TRY(pt_modules_find(env->session, "*", files));
	for (unsigned i = 0; i < files->len; i++) {
		const struct pt_module_file *file = g_ptr_array_index(files, i);

		g_ptr_array_add(names, (void *)file->name);
	}
	pt_error_suggest(error, wish->where->text, names);
	if (!error->hint)
		pt_error_hint(error, "a module that is not installed is named "
				     "by the path of its file");
	return error;
}

/* One module that was named must have debuginfo; of those that a glob finds, the
 * ones that have. */
static struct pt_error *find_modules(struct pt_probe_env *env,
				     const struct wish *wish, GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	struct pt_error *first = NULL;
	unsigned missing = 0;

	PT_TRY(pt_modules_find(env->session, wish->where->text, files));
	if (!files->len)
		return no_module(env, wish);
	for (unsigned i = 0; i < files->len; i++) {
		struct pt_error *error;
		struct pt_dbg *dbg;

		error = pt_probe_module(env, g_ptr_array_index(files, i), &dbg);
		if (!error) {
			g_ptr_array_add(ret, dbg);
		} else if (error->code != PT_E_NO_DEBUGINFO) {
			return error;
		} else {
			missing++;
			first = first ? first : error;
		}
	}
	if (!ret->len)
		return first;
	if (missing)
		pt_diag_warning(env->session->diag, wish->where->span,
				PT_E_NO_DEBUGINFO,
				"%u of the %u modules have no debuginfo: no "
				"probes in them",
				missing, files->len);
	return NULL;
}

static struct pt_error *find_images(struct pt_probe_env *env,
				    const struct wish *wish, GPtrArray *ret)
{
	struct pt_error *error;
	struct pt_dbg *dbg;

	if (wish->module) {
		error = find_modules(env, wish, ret);
		return error ? pt_error_at(error, wish->where->span) : NULL;
	}
	PT_TRY(pt_probe_dbg(env, &dbg));
	g_ptr_array_add(ret, dbg);
	return NULL;
}

static struct pt_error *find_in(struct pt_dbg *dbg, const struct wish *wish,
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

/* The script knows what is there, and vouches for it. */
static struct pt_error *find_absolute(struct pt_probe_env *env,
				      const struct wish *wish, GPtrArray *found)
{
	struct pt_arena *arena = env->session->arena;
	struct pt_dbg_function *f = pt_new(arena, struct pt_dbg_function);

	if (!env->session->options.guru)
		return pt_error_at(
			pt_error_hint(pt_error_new(arena, PT_E_GURU,
						   "a probe at an absolute "
						   "address can crash the "
						   "kernel if no instruction "
						   "begins there"),
				      "-g permits it"),
			wish->what->span);
	f->address = f->symbol_address = (uint64_t)wish->what->number;
	f->name = f->symbol =
		pt_arena_printf(arena, "0x%" G_GINT64_MODIFIER "x", f->address);
	f->file = "";
	f->section = PT_DBG_ABSOLUTE;
	g_ptr_array_add(found, f);
	return NULL;
}

static struct pt_error *find_functions(struct pt_probe_env *env,
				       const struct wish *wish,
				       GPtrArray *found)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *images = pt_arena_ptr_array(arena);
	const struct pt_options *options = &env->session->options;
	struct pt_dbg_pattern pattern = { 0 };
	struct pt_error *error;

	if (wish->absolute)
		return find_absolute(env, wish, found);
	PT_TRY(find_images(env, wish, images));
	if (wish->what->arg == PT_ARG_NUMBER)
		return find_address(g_ptr_array_index(images, 0), arena, wish,
				    found);
	error = pt_dbg_parse_pattern(arena, wish->what->text, &pattern);
	if (error)
		return pt_error_at(error, wish->what->span);
	pattern.nearest = wish->nearest;
	pattern.distinct = options->list && !options->list_variables &&
			   !options->json && !wish->callees.what &&
			   pattern.line_kind == PT_LINE_NONE;
	for (unsigned i = 0; i < images->len; i++)
		PT_TRY(find_in(g_ptr_array_index(images, i), wish, &pattern,
			       found));
	if (found->len == 0)
		return no_match(g_ptr_array_index(images, 0), arena, wish,
				&pattern);
	return NULL;
}

static struct pt_error *find(struct pt_probe_env *env, const struct wish *wish,
			     GPtrArray *found)
{
	GPtrArray *callers = pt_arena_ptr_array(env->session->arena);

	if (!wish->callees.what)
		return find_functions(env, wish, found);
	PT_TRY(find_functions(env, wish, callers));
	return pt_callee_find(env, &wish->callees, callers,
			      !wish->call && !wish->returns, found);
}

/* ---- choosing --------------------------------------------------------- */

/* Why a function that was found is not probed; NULL: it is. */
static const char *left_out(struct pt_arena *arena, const struct wish *wish,
			    const struct pt_dbg_function *f)
{
	uint64_t address;

	if (f->refused)
		return f->refused;
	if (wish->returns && f->where == PT_DBG_INLINED)
		return "an inlined copy has no return";
	if (wish->exported &&
	    !pt_dbg_symbol(f->dbg,
			   pt_arena_printf(arena, "__ksymtab_%s", f->symbol),
			   &address))
		return "it is not exported to modules";
	return NULL;
}

static struct pt_error *all_left_out(struct pt_arena *arena,
				     const struct wish *wish, unsigned n,
				     const char *name, const char *reason)
{
	struct pt_error *error;

	if (n == 1)
		error = pt_error_new(arena, PT_E_NOT_PROBED,
				     "'%s' cannot be probed: %s", name, reason);
	else
		error = pt_error_new(arena, PT_E_NOT_PROBED,
				     "none of the %u places of '%s' can be "
				     "probed; the first ('%s'): %s",
				     n, wish->what->text, name, reason);
	if (wish->returns && !wish->exported)
		pt_error_hint(error, "without '.return' inlined copies can be "
				     "probed where they begin");
	return pt_error_at(error, wish->what->span);
}

/* Moves what is probed from FOUND to CHOSEN; -v names the rest. */
static struct pt_error *choose(struct pt_probe_env *env,
			       const struct wish *wish, GPtrArray *found,
			       GPtrArray *chosen)
{
	struct pt_session *session = env->session;
	const char *name = NULL, *first_reason = NULL;
	unsigned i;

	for (i = 0; i < found->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(found, i);
		const char *reason = left_out(session->arena, wish, f);

		if (!reason) {
			g_ptr_array_add(chosen, f);
			continue;
		}
		if (!name) {
			name = f->name;
			first_reason = reason;
		}
		if (session->options.verbose)
			pt_diag_warning(
				session->diag, wish->what->span,
				PT_E_NOT_PROBED, "'%s' is not probed: %s",
				function_text(session->arena, f), reason);
	}
	if (chosen->len == 0)
		return all_left_out(session->arena, wish, found->len, name,
				    first_reason);
	return NULL;
}

/* ---- binding ---------------------------------------------------------- */

static const char *resolved_text(struct pt_arena *arena,
				 const struct wish *wish,
				 const struct pt_dbg_function *f)
{
	const char *module = f->dbg ? pt_dbg_module(f->dbg) : NULL;
	const char *where =
		module ? pt_arena_printf(arena, "module(\"%s\")", module)
		       : "kernel";

	if (!f->dbg)
		return pt_arena_printf(arena, "kernel.statement(%s).absolute",
				       f->name);
	if (f->callers)
		return pt_callee_text(arena, f, wish->suffix);
	if (f->label)
		return pt_arena_printf(
			arena, "%s.function(\"%s\").label(\"%s\")", where,
			function_text(arena, f), f->label);
	if (wish->statement && wish->what->arg == PT_ARG_NUMBER)
		return pt_arena_printf(
			arena, "%s.statement(0x%" G_GINT64_MODIFIER "x)", where,
			f->address - pt_dbg_address_base(f->dbg));
	return pt_arena_printf(arena, "%s.%s(\"%s\")%s", where,
			       wish->what->name, function_text(arena, f),
			       wish->suffix);
}

static struct pt_bound *bind(struct pt_arena *arena,
			     const struct pt_point *point,
			     const struct wish *wish, struct pt_dbg_function *f)
{
	struct pt_bound *bound =
		pt_families_bound(arena, &pt_family_function, point);

	bound->text = resolved_text(arena, wish, f);
	bound->is_return = wish->returns;
	bound->at_entry = f->is_entry;
	bound->callers = f->callers;
	bound->maxactive = wish->maxactive;
	g_ptr_array_add(bound->sites, f);
	return bound;
}

/* The one of BOUNDS, from FIRST on, that F can share: armed in the same way, and
 * called from the same code. */
static struct pt_bound *bound_for(const GPtrArray *bounds, unsigned first,
				  const struct pt_dbg_function *f)
{
	for (unsigned i = bounds->len; i-- > first;) {
		struct pt_bound *bound = g_ptr_array_index(bounds, i);

		if (bound->callers != f->callers)
			break;
		if (bound->at_entry == f->is_entry)
			return bound;
	}
	return NULL;
}

static void bind_together(struct pt_arena *arena, const struct pt_point *point,
			  const struct wish *wish, GPtrArray *chosen,
			  GPtrArray *ret)
{
	unsigned first = ret->len;

	for (unsigned i = 0; i < chosen->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(chosen, i);
		struct pt_bound *bound = bound_for(ret, first, f);

		if (bound) {
			g_ptr_array_add(bound->sites, f);
			bound->text = pt_point_text(arena, point);
		} else {
			g_ptr_array_add(ret, bind(arena, point, wish, f));
		}
	}
}

/* Where each lies in its module. */
static struct pt_error *place(const struct wish *wish, GPtrArray *chosen)
{
	for (unsigned i = 0; i < chosen->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(chosen, i);
		struct pt_error *error =
			f->dbg ? pt_dbg_section_number(f->dbg, f->address,
						       &f->section)
			       : NULL;

		if (error)
			return pt_error_at(error, wish->where->span);
	}
	return NULL;
}

static struct pt_error *expand(struct pt_probe_env *env,
			       const struct pt_point *point, bool split,
			       GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *found = pt_arena_ptr_array(arena);
	GPtrArray *chosen = pt_arena_ptr_array(arena);
	struct wish wish;
	unsigned i;

	PT_TRY(read_wish(arena, point, &wish));
	PT_TRY(find(env, &wish, found));
	PT_TRY(choose(env, &wish, found, chosen));
	PT_TRY(place(&wish, chosen));
	if (!split) {
		bind_together(arena, point, &wish, chosen, ret);
		return NULL;
	}
	for (i = 0; i < chosen->len; i++)
		g_ptr_array_add(ret, bind(arena, point, &wish,
					  g_ptr_array_index(chosen, i)));
	return NULL;
}

/* ---- tables ----------------------------------------------------------- */

static void emit_tables(struct pt_out *out, const struct pt_bound *bound)
{
	char section[16];
	unsigned i;

	pt_out_open(out, "static const struct ptrt_site %s_sites[] =",
		    bound->c_name);
	for (i = 0; i < bound->sites->len; i++) {
		const struct pt_dbg_function *f =
			g_ptr_array_index(bound->sites, i);

		snprintf(section, sizeof(section), "%u", f->section);
		pt_out_line(out,
			    "{ 0x%" G_GINT64_MODIFIER
			    "xULL, \"%s\", %" G_GINT64_FORMAT
			    ", \"%s\", %s }, /* %s:%u */",
			    f->address, f->symbol,
			    (int64_t)(f->address - f->symbol_address), f->name,
			    f->section == PT_DBG_ABSOLUTE ? "PTRT_ABSOLUTE"
							  : section,
			    f->file, f->line);
	}
	pt_out_close(out, ";");
	pt_callee_emit_tables(out, bound);
}

static void emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	pt_callee_emit_members(out, bound);
	pt_out_line(out, ".kind = %s,",
		    bound->is_return  ? "PTRT_KIND_RETURN"
		    : bound->at_entry ? "PTRT_KIND_ENTRY"
				      : "PTRT_KIND_ADDRESS");
	pt_out_line(out, ".sites = %s_sites,", bound->c_name);
	pt_out_line(out, ".n_sites = %u,", bound->sites->len);
	if (bound->maxactive)
		pt_out_line(out, ".maxactive = %u,", bound->maxactive);
}

static const char *const shapes[] = {
	"kernel.function(s)",
	"kernel.function(s).call",
	"kernel.function(s).inline",
	"kernel.function(s).exported",
	"kernel.function(s).exported.return",
	"kernel.function(s).return",
	"kernel.function(s).return.maxactive(n)",
	"kernel.function(s).callee(s)",
	"kernel.function(s).callee(s).call",
	"kernel.function(s).callee(s).return",
	"kernel.function(s).callees",
	"kernel.function(s).callees(n)",
	"kernel.function(n)",
	"kernel.function(n).call",
	"kernel.function(n).return",
	"kernel.statement(s)",
	"kernel.statement(s).nearest",
	"kernel.statement(n)",
	"module(s).function(s)",
	"module(s).function(s).call",
	"module(s).function(s).inline",
	"module(s).function(s).exported",
	"module(s).function(s).exported.return",
	"module(s).function(s).return",
	"module(s).function(s).return.maxactive(n)",
	"module(s).function(s).callee(s)",
	"module(s).function(s).callee(s).call",
	"module(s).function(s).callee(s).return",
	"module(s).function(s).callees",
	"module(s).function(s).callees(n)",
	"module(s).function(n)",
	"module(s).function(n).call",
	"module(s).function(n).return",
	"module(s).statement(s)",
	"module(s).statement(s).nearest",
	"module(s).statement(n)",
	NULL,
};

const struct pt_family pt_family_function = {
	.shapes = shapes,
	.name = "kernel.function",
	.disarms = true,
	.match = match,
	.expand = expand,
	.variable = pt_value_variable,
	.list_variables = pt_value_list,
	.emit_tables = emit_tables,
	.emit_members = emit_members,
};
