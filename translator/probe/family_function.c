/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.function() and kernel.statement(), and the same of module() and process().
 */
#include <stdio.h>
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "families.h"
#include "functionpoint.h"
#include "value.h"

static bool match(const struct pt_point *point)
{
	return (pt_families_is(point, 0, "kernel") ||
		pt_families_is(point, 0, "module")) &&
	       (pt_families_is(point, 1, "function") ||
		pt_families_is(point, 1, "statement"));
}

static bool match_process(const struct pt_point *point)
{
	return pt_process_is(point, "function") ||
	       pt_process_is(point, "statement");
}

/* ---- choosing --------------------------------------------------------- */

static const char no_return[] = "an inlined copy has no return";

static const char *left_out_of_program(const struct pt_functionpoint *wish,
				       const struct pt_dbg_function *f)
{
	if (pt_callee_needs_walk(f))
		return "only the caller of a user function is known, not the "
		       "caller's callers";
	if (wish->returns && pt_dbg_stack_moves(f))
		return "Go moves the stack while it runs, and finds a foreign "
		       "return address there: the program would end";
	if (wish->exported && !pt_dbg_program_exports(f->dbg, f->address))
		return "it is not exported to other programs";
	return pt_process_left_out(f);
}

/* Why a function that was found is not probed; NULL: it is. */
static const char *left_out(struct pt_session *session,
			    const struct pt_functionpoint *wish,
			    const struct pt_dbg_function *f)
{
	uint64_t address;

	if (f->refused)
		return f->refused;
	if (wish->returns && f->where == PT_DBG_INLINED)
		return no_return;
	if (wish->in_process)
		return left_out_of_program(wish, f);
	if (pt_callee_is_lost(session, f))
		return "it is an inlined copy, and from the middle of a "
		       "function this kernel's frame pointers do not tell the "
		       "caller";
	if (wish->exported &&
	    !pt_dbg_symbol(
		    f->dbg,
		    pt_arena_printf(session->arena, "__ksymtab_%s", f->symbol),
		    &address))
		return "it is not exported to modules";
	return NULL;
}

static struct pt_error *all_left_out(struct pt_arena *arena,
				     const struct pt_functionpoint *wish,
				     unsigned n, const char *name,
				     const char *reason)
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
	if (reason == no_return)
		pt_error_hint(error, "without '.return' inlined copies can be "
				     "probed where they begin");
	return pt_error_at(error, wish->what->span);
}

/* Moves what is probed from FOUND to CHOSEN; -v names the rest. */
static struct pt_error *choose(struct pt_probe_env *env,
			       const struct pt_functionpoint *wish,
			       GPtrArray *found, GPtrArray *chosen)
{
	struct pt_session *session = env->session;
	const char *name = NULL, *first_reason = NULL;
	unsigned i;

	for (i = 0; i < found->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(found, i);
		const char *reason = left_out(session, wish, f);

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
				pt_functionpoint_text(session->arena, f),
				reason);
	}
	if (chosen->len == 0)
		return all_left_out(session->arena, wish, found->len, name,
				    first_reason);
	return NULL;
}

/* ---- binding ---------------------------------------------------------- */

/* Where the chain of calls begins. */
static const struct pt_dbg_function *outermost(const struct pt_dbg_function *f)
{
	const struct pt_dbg_caller *caller =
		f->callers->pdata[f->callers->len - 1];

	return caller->function;
}

static const char *resolved_text(struct pt_arena *arena,
				 const struct pt_functionpoint *wish,
				 const struct pt_dbg_function *f)
{
	const struct pt_dbg *dbg = f->callers ? outermost(f)->dbg : f->dbg;
	const char *module = dbg ? pt_dbg_module(dbg) : NULL;
	const char *where =
		wish->in_process ? pt_process_text(arena, &wish->process, dbg)
		: module ? pt_arena_printf(arena, "module(\"%s\")", module)
			 : "kernel";

	if (!f->dbg)
		return pt_arena_printf(arena, "kernel.statement(%s).absolute",
				       f->name);
	if (wish->absolute)
		return pt_arena_printf(arena,
				       "%s.statement(0x%" G_GINT64_MODIFIER
				       "x).absolute%s",
				       where, f->address, wish->suffix);
	if (f->callers)
		return pt_callee_text(arena, where, f, wish->suffix);
	if (f->label)
		return pt_arena_printf(
			arena, "%s.function(\"%s\").label(\"%s\")", where,
			pt_functionpoint_text(arena, f), f->label);
	if (wish->statement && wish->what->arg == PT_ARG_NUMBER)
		return pt_arena_printf(
			arena, "%s.statement(0x%" G_GINT64_MODIFIER "x)", where,
			f->address - pt_dbg_address_base(f->dbg));
	return pt_arena_printf(arena, "%s.%s(\"%s\")%s", where,
			       wish->what->name,
			       pt_functionpoint_text(arena, f), wish->suffix);
}

static struct pt_bound *bind(struct pt_arena *arena,
			     const struct pt_point *point,
			     const struct pt_functionpoint *wish,
			     struct pt_dbg_function *f)
{
	struct pt_bound *bound = pt_families_bound(
		arena,
		wish->in_process ? &pt_family_process : &pt_family_function,
		point);

	bound->text = f->point;
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
			  const struct pt_functionpoint *wish,
			  GPtrArray *chosen, GPtrArray *ret)
{
	unsigned first = ret->len;

	for (unsigned i = 0; i < chosen->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(chosen, i);
		struct pt_bound *bound = bound_for(ret, first, f);

		f->point = resolved_text(arena, wish, f);
		if (bound) {
			g_ptr_array_add(bound->sites, f);
			bound->text = pt_point_text(arena, point);
		} else {
			g_ptr_array_add(ret, bind(arena, point, wish, f));
		}
	}
}

/* Where each lies in its module. */
static struct pt_error *place(const struct pt_functionpoint *wish,
			      GPtrArray *chosen)
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
	const struct pt_process *process = NULL;
	struct pt_functionpoint wish;
	unsigned i, first;

	PT_TRY(pt_functionpoint_read(arena, point, &wish));
	PT_TRY(pt_functionpoint_find(env, &wish, found));
	PT_TRY(choose(env, &wish, found, chosen));
	if (wish.in_process)
		PT_TRY(pt_process_bind(env, &wish.process, chosen, &process));
	else
		PT_TRY(place(&wish, chosen));
	first = ret->len;
	if (!split)
		bind_together(arena, point, &wish, chosen, ret);
	for (i = 0; split && i < chosen->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(chosen, i);

		f->point = resolved_text(arena, &wish, f);
		g_ptr_array_add(ret, bind(arena, point, &wish, f));
	}
	for (i = first; i < ret->len; i++)
		((struct pt_bound *)ret->pdata[i])->process = process;
	return NULL;
}

/* ---- tables ----------------------------------------------------------- */

void pt_function_emit_sites(struct pt_out *out, const struct pt_bound *bound)
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
			    "xULL, %s, %" G_GINT64_FORMAT
			    ", %s, %s }, /* %s:%u */",
			    f->address, pt_out_c_text(out->arena, f->symbol),
			    (int64_t)(f->address - f->symbol_address),
			    pt_out_c_text(out->arena, f->name),
			    bound->process		    ? "PTRT_USER"
			    : f->section == PT_DBG_ABSOLUTE ? "PTRT_ABSOLUTE"
							    : section,
			    pt_out_comment(out->arena, f->file), f->line);
	}
	pt_out_close(out, ";");
}

void pt_function_emit_site_members(struct pt_out *out,
				   const struct pt_bound *bound)
{
	pt_out_line(out, ".sites = %s_sites,", bound->c_name);
	pt_out_line(out, ".n_sites = %u,", bound->sites->len);
	if (bound->maxactive)
		pt_out_line(out, ".maxactive = %u,", bound->maxactive);
}

static void emit_tables(struct pt_out *out, const struct pt_bound *bound)
{
	pt_function_emit_sites(out, bound);
	pt_callee_emit_tables(out, bound);
}

static void emit_process_tables(struct pt_out *out,
				const struct pt_bound *bound)
{
	pt_process_emit_tables(out, bound);
	pt_callee_emit_tables(out, bound);
}

static void emit_members(struct pt_out *out, const struct pt_bound *bound)
{
	pt_callee_emit_members(out, bound);
	pt_out_line(out, ".kind = %s,",
		    bound->is_return  ? "PTRT_KIND_RETURN"
		    : bound->at_entry ? "PTRT_KIND_ENTRY"
				      : "PTRT_KIND_ADDRESS");
	pt_function_emit_site_members(out, bound);
}

static void emit_process_members(struct pt_out *out,
				 const struct pt_bound *bound)
{
	pt_callee_emit_members(out, bound);
	pt_process_emit_members(out, bound);
}

#define SHAPES(where)                                                          \
	where ".function(s)", where ".function(s).call",                       \
		where ".function(s).inline", where ".function(s).exported",    \
		where ".function(s).exported.return",                          \
		where ".function(s).return",                                   \
		where ".function(s).return.maxactive(n)",                      \
		where ".function(s).callee(s)",                                \
		where ".function(s).callee(s).call",                           \
		where ".function(s).callee(s).return",                         \
		where ".function(s).callees", where ".function(s).callees(n)", \
		where ".function(s).label(s)", where ".function(n)",           \
		where ".function(n).call", where ".function(n).inline",        \
		where ".function(n).return",                                   \
		where ".function(n).return.maxactive(n)",                      \
		where ".function(n).label(s)", where ".statement(s)",          \
		where ".statement(s).nearest", where ".statement(n)"

static const char *const shapes[] = { SHAPES("kernel"), SHAPES("module(s)"),
				      NULL };
static const char *const process_shapes[] = {
	PT_PROCESS_SHAPES(SHAPES),
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

const struct pt_family pt_family_process = {
	.shapes = process_shapes,
	.name = "process.function",
	.disarms = true,
	.match = match_process,
	.expand = expand,
	.variable = pt_value_variable,
	.list_variables = pt_value_list,
	.emit_tables = emit_process_tables,
	.emit_members = emit_process_members,
};
