/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "callee.h"

#include <string.h>

#include "families.h"

#define DEPTH_MAX 10
#define PLACES_MAX 10000

/* ---- the words -------------------------------------------------------- */

static struct pt_error *bad_argument(struct pt_arena *arena,
				     const struct pt_point_component *c,
				     const char *text)
{
	return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT, "%s", text),
			   c->span);
}

static struct pt_error *read_level(struct pt_arena *arena,
				   const struct pt_point *point, unsigned i,
				   struct pt_callees *ret)
{
	const struct pt_point_component *c = pt_families_component(point, i);
	struct pt_dbg_pattern *pattern = pt_new(arena, struct pt_dbg_pattern);
	struct pt_error *error;

	PT_TRY(pt_families_need(arena, point, i, PT_ARG_STRING));
	error = pt_dbg_parse_pattern(arena, c->text, pattern);
	if (error)
		return pt_error_at(error, c->span);
	if (pattern->line_kind == PT_LINE_RELATIVE)
		return bad_argument(arena, c,
				    "a callee is a whole function: its line is "
				    "that of the declaration");
	g_ptr_array_add(ret->levels, pattern);
	g_ptr_array_add(ret->words, (void *)c);
	return NULL;
}

static struct pt_error *read_depth(struct pt_arena *arena,
				   const struct pt_point_component *c,
				   GPtrArray *levels)
{
	int64_t depth = c->arg == PT_ARG_NONE ? 1 : c->number;

	if (c->arg == PT_ARG_STRING)
		return bad_argument(arena, c,
				    "'callees' takes a number, 'callee' a "
				    "name");
	if (depth < 1 || depth > DEPTH_MAX)
		return bad_argument(arena, c,
				    pt_arena_printf(arena,
						    "the depth of 'callees' is "
						    "1 to %d",
						    DEPTH_MAX));
	for (int64_t i = 0; i < depth; i++) {
		struct pt_dbg_pattern *any =
			pt_new(arena, struct pt_dbg_pattern);

		any->function = "*";
		g_ptr_array_add(levels, any);
	}
	return NULL;
}

struct pt_error *pt_callee_read(struct pt_arena *arena,
				const struct pt_point *point, unsigned i,
				struct pt_callees *ret, unsigned *ret_next)
{
	ret->what = pt_families_component(point, i);
	ret->levels = pt_arena_ptr_array(arena);
	ret->words = pt_arena_ptr_array(arena);
	ret->all = strcmp(ret->what->name, "callees") == 0;
	if (ret->all) {
		PT_TRY(read_depth(arena, ret->what, ret->levels));
		g_ptr_array_add(ret->words, (void *)ret->what);
		i++;
	}
	for (; !ret->all && pt_families_is(point, i, "callee"); i++)
		PT_TRY(read_level(arena, point, i, ret));
	*ret_next = i;
	return NULL;
}

/* ---- finding ---------------------------------------------------------- */

struct search {
	struct pt_probe_env *env;
	const struct pt_callees *callees;
	bool inlined;
	const char *jump; /* what is only jumped to */
	/* who calls nothing of what is asked for, at what level */
	const struct pt_dbg_function *idle;
	unsigned idle_level;
	GPtrArray *ret;
};

static struct pt_error *find_calls(struct search *search,
				   const struct pt_dbg_function *caller,
				   const struct pt_dbg_pattern *pattern,
				   bool inlined, GPtrArray *ret)
{
	struct pt_dbg *kernel = NULL;

	if (pt_dbg_module(caller->dbg))
		PT_TRY(pt_probe_dbg(search->env, &kernel));
	return pt_dbg_find_callees(caller, pattern, inlined, kernel, ret,
				   &search->jump);
}

static struct pt_error *find_level(struct search *search, unsigned level,
				   const GPtrArray *callers)
{
	const struct pt_callees *callees = search->callees;
	bool last = level + 1 == callees->levels->len;
	GPtrArray *here = pt_arena_ptr_array(search->env->session->arena);

	for (unsigned i = 0; i < callers->len; i++) {
		const struct pt_dbg_function *caller = callers->pdata[i];

		/* What a copy calls, the code around it calls: it is there. */
		if (callees->all && level && caller->where == PT_DBG_INLINED)
			continue;
		PT_TRY(find_calls(search, caller, callees->levels->pdata[level],
				  search->inlined || !(last || callees->all),
				  here));
	}
	if (!here->len && callers->len) {
		search->idle = callers->pdata[0];
		search->idle_level = level;
	}
	if (last || callees->all)
		g_ptr_array_extend(search->ret, here, NULL, NULL);
	if (search->ret->len > PLACES_MAX)
		return bad_argument(
			search->env->session->arena, callees->what,
			pt_arena_printf(search->env->session->arena,
					"these are more than %d calls",
					PLACES_MAX));
	return last ? NULL : find_level(search, level + 1, here);
}

/* What is called there, if what was asked for is not. */
static struct pt_error *no_callee(struct search *search)
{
	struct pt_arena *arena = search->env->session->arena;
	const struct pt_callees *callees = search->callees;
	const struct pt_point_component *c =
		callees->words->pdata[callees->all ? 0 : search->idle_level];
	const char *jump = search->jump;
	struct pt_dbg_pattern any = { .function = "*" };
	GPtrArray *all = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	error = pt_error_new(arena, PT_E_NO_MATCH,
			     callees->all ? "'%s' calls no function"
					  : "'%s' does not call '%s'",
			     search->idle->name, c->text);
	if (jump)
		return pt_error_hint(pt_error_at(error, c->span),
				     "it jumps to '%s' at its end: then it is "
				     "no caller any more, and nothing tells "
				     "where the call came from",
				     jump);
	PT_TRY(find_calls(search, search->idle, &any, true, all));
	for (unsigned i = 0; i < all->len; i++) {
		const struct pt_dbg_function *f = all->pdata[i];

		g_ptr_array_add(names, (void *)f->name);
		if (!strcmp(f->name, c->text))
			pt_error_hint(error,
				      "'%s' is inlined there: without "
				      "'.call' or '.return' its copies "
				      "can be probed",
				      f->name);
	}
	if (!callees->all && !error->hint)
		pt_error_suggest(error, c->text, names);
	if (!error->hint)
		pt_error_hint(error, "it calls %s",
			      names->len ? pt_families_list(arena, names)
					 : "nothing by a name");
	return pt_error_at(error, c->span);
}

/* Those of CALLERS whose calls are described. */
static struct pt_error *find_able(struct search *search,
				  const GPtrArray *callers, GPtrArray *ret)
{
	struct pt_error *first = NULL;

	for (unsigned i = 0; i < callers->len; i++) {
		const struct pt_dbg_function *f = callers->pdata[i];
		struct pt_error *error = pt_dbg_need_dwarf(f->dbg, "calls");

		if (!error)
			g_ptr_array_add(ret, (gpointer)f);
		first = first ? first : error;
	}
	if (!ret->len)
		return first;
	if (first)
		pt_error_hint(pt_diag_warning(search->env->session->diag,
					      search->callees->what->span,
					      first->code,
					      "%u of the %u callers are left "
					      "out: %s",
					      callers->len - ret->len,
					      callers->len, first->message),
			      "%s", first->hint);
	return NULL;
}

struct pt_error *pt_callee_find(struct pt_probe_env *env,
				const struct pt_callees *callees,
				const GPtrArray *callers, bool inlined,
				GPtrArray *ret)
{
	struct search search = {
		.env = env, .callees = callees, .inlined = inlined, .ret = ret
	};
	GPtrArray *able = pt_arena_ptr_array(env->session->arena);
	struct pt_error *error = find_able(&search, callers, able);

	if (!error)
		error = find_level(&search, 0, able);
	if (!error && !ret->len)
		error = no_callee(&search);
	return error ? pt_error_at(error, callees->what->span) : NULL;
}

/* ---- what is listed --------------------------------------------------- */

const char *pt_callee_text(struct pt_arena *arena, const char *where,
			   const struct pt_dbg_function *f, const char *suffix)
{
	GString *text = pt_arena_string(arena);

	for (unsigned i = f->callers->len; i-- > 0;) {
		const struct pt_dbg_caller *caller = f->callers->pdata[i];
		const struct pt_dbg_function *from = caller->function;

		if (text->len)
			g_string_append(text, ".callee");
		else
			g_string_append_printf(text, "%s.function", where);
		g_string_append_printf(text, "(\"%s@%s:%u\")", from->name,
				       from->file, from->line);
	}
	g_string_append_printf(text, ".callee(\"%s@%s:%u\")%s", f->name,
			       f->file, f->line, suffix);
	return text->str;
}

/* ---- tables ----------------------------------------------------------- */

/* Is caller number I of SITE's a frame of its own?  The caller of an inlined copy
 * is the code around it. */
static bool has_frame(const struct pt_dbg_function *site, unsigned i)
{
	const struct pt_dbg_caller *inner =
		i ? site->callers->pdata[i - 1] : NULL;
	const struct pt_dbg_function *called = i ? inner->function : site;

	return called->where != PT_DBG_INLINED;
}

static unsigned count_frames(const struct pt_dbg_function *site)
{
	unsigned n = 0;

	for (unsigned i = 0; site->callers && i < site->callers->len; i++)
		n += has_frame(site, i);
	return n;
}

bool pt_callee_needs_walk(const struct pt_dbg_function *f)
{
	unsigned n = count_frames(f);

	return n > 1 || (n && f->where == PT_DBG_INLINED);
}

bool pt_callee_is_lost(struct pt_session *session,
		       const struct pt_dbg_function *f)
{
	return f->where == PT_DBG_INLINED && count_frames(f) &&
	       pt_target_has_config(&session->target) &&
	       strcmp(pt_target_config(session->arena, &session->target,
				       "CONFIG_UNWINDER_ORC"),
		      "y") != 0;
}

void pt_callee_emit_tables(struct pt_out *out, const struct pt_bound *bound)
{
	const struct pt_dbg_function *site = bound->sites->pdata[0];

	if (!count_frames(site))
		return;
	for (unsigned i = 0; i < site->callers->len; i++) {
		const struct pt_dbg_caller *caller = site->callers->pdata[i];

		if (!has_frame(site, i))
			continue;
		pt_out_open(out,
			    "static const struct ptrt_range %s_from_%u[] =",
			    bound->c_name, i);
		for (unsigned j = 0; j < caller->ranges->len; j++) {
			const struct pt_dbg_range *range = &g_array_index(
				caller->ranges, struct pt_dbg_range, j);

			pt_out_line(out,
				    "{ 0x%" G_GINT64_MODIFIER
				    "xULL, 0x%" G_GINT64_MODIFIER
				    "xULL, %u }, /* %s */",
				    range->start, range->end, range->section,
				    pt_out_comment(out->arena,
						   caller->function->name));
		}
		pt_out_close(out, ";");
	}
	pt_out_open(out, "static const struct ptrt_caller %s_callers[] =",
		    bound->c_name);
	for (unsigned i = 0; i < site->callers->len; i++) {
		const struct pt_dbg_caller *caller = site->callers->pdata[i];

		if (has_frame(site, i))
			pt_out_line(out, "{ %s_from_%u, %u },", bound->c_name,
				    i, caller->ranges->len);
	}
	pt_out_close(out, ";");
}

void pt_callee_emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	unsigned n = count_frames(bound->sites->pdata[0]);

	if (!n)
		return;
	pt_out_line(out, ".callers = %s_callers,", bound->c_name);
	pt_out_line(out, ".n_callers = %u,", n);
}
