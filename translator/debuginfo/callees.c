/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function's code calls, by the call sites that the compiler describes.
 */
#include <dwarf.h>
#include <string.h>

#include "branches.h"
#include "scopes.h"

struct callee_walk {
	struct pt_dbg *dbg;
	struct pt_dbg *kernel;
	struct pt_dbg_code *code;
	const struct pt_dbg_pattern *pattern;
	bool inlined;
	GPtrArray *callers;
	GHashTable *addresses; /* of functions found so far */
	GPtrArray *found;
	const char *jump;
};

/* ---- the caller ------------------------------------------------------- */

static struct pt_error *caller_ranges(struct pt_dbg *dbg,
				      struct pt_dbg_code *code, GArray *ret)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(&code->die, offset, &base, &low, &high)) >
	       0) {
		struct pt_dbg_range range = { .start = low, .end = high };

		if (low >= high)
			continue;
		PT_TRY(pt_dbg_section_number(dbg, low, &range.section));
		g_array_append_val(ret, range);
	}
	if (offset < 0 || !ret->len)
		return pt_dbg_damaged(dbg, "the ranges of a function",
				      code->window, &code->die);
	return NULL;
}

static struct pt_error *caller_chain(const struct pt_dbg_function *function,
				     struct pt_dbg_code *code, GPtrArray **ret)
{
	struct pt_dbg *dbg = function->dbg;
	struct pt_dbg_caller *caller = pt_new(dbg->arena, struct pt_dbg_caller);

	*ret = pt_arena_ptr_array(dbg->arena);
	caller->function = function;
	caller->ranges = g_array_new(FALSE, FALSE, sizeof(struct pt_dbg_range));
	pt_arena_defer(dbg->arena, (void (*)(void *))g_array_unref,
		       caller->ranges);
	g_ptr_array_add(*ret, caller);
	for (guint i = 0; function->callers && i < function->callers->len; i++)
		g_ptr_array_add(*ret, function->callers->pdata[i]);
	return caller_ranges(dbg, code, caller->ranges);
}

/* ---- what is called --------------------------------------------------- */

static bool callee_matches(const struct pt_dbg_pattern *pattern,
			   const struct pt_dbg_function *f)
{
	if (pattern->file && !pt_pattern_file(pattern->file, f->file))
		return false;
	if (pattern->line_kind == PT_LINE_NONE ||
	    pattern->line_kind == PT_LINE_ANY)
		return true;
	for (guint i = 0; i < pattern->lines->len; i++) {
		const struct pt_dbg_lines *lines =
			&g_array_index(pattern->lines, struct pt_dbg_lines, i);

		if (f->line >= lines->first && f->line <= lines->last)
			return true;
	}
	return false;
}

static void callee_add(struct callee_walk *walk, struct pt_dbg_function *f)
{
	if (!f || !callee_matches(walk->pattern, f) ||
	    !g_hash_table_add(walk->addresses, GSIZE_TO_POINTER(f->address)))
		return;
	f->callers = walk->callers;
	g_ptr_array_add(walk->found, f);
}

/* The functions with code that NAME means in DBG: those of UNIT, or, UNIT being
 * UINT32_MAX, those that all units see. */
static bool callee_add_named(struct callee_walk *walk, struct pt_dbg *dbg,
			     const char *name, uint32_t unit)
{
	const struct pt_index *index = dbg->index;
	uint32_t end, i = pt_index_functions_from(index, name, &end);
	bool any = false;

	for (; i < end; i++) {
		const struct pt_index_function *record = &index->functions[i];

		if (record->flags & PT_INDEX_ABSTRACT ||
		    strcmp(pt_index_string(index, record->name), name) != 0)
			continue;
		if (unit == UINT32_MAX
			    ? !(record->flags & PT_INDEX_EXTERNAL)
			    : pt_index_unit_of(index, record->die) != unit)
			continue;
		callee_add(walk, pt_functions_make(dbg, record, NULL));
		any = true;
	}
	return any;
}

static void callee_add_called(struct callee_walk *walk, Dwarf_Die *origin)
{
	struct pt_dbg *dbg = walk->dbg;
	const char *name = dwarf_diename(origin);
	uint32_t unit = pt_index_unit_of(
		dbg->index, pt_image_die_offset(walk->code->window, origin));

	if (callee_add_named(walk, dbg, name, unit) ||
	    callee_add_named(walk, dbg, name, UINT32_MAX) || !walk->kernel)
		return;
	callee_add_named(walk, walk->kernel, name, UINT32_MAX);
}

static void callee_add_copy(struct callee_walk *walk, Dwarf_Die *die,
			    Dwarf_Die *origin)
{
	const struct pt_index *index = walk->dbg->index;
	struct pt_window *window = walk->code->window;
	uint64_t offset = pt_image_die_offset(window, origin);
	uint32_t end;
	uint32_t i =
		pt_index_functions_from(index, dwarf_diename(origin), &end);

	for (; i < end; i++)
		if (index->functions[i].die == offset)
			callee_add(walk,
				   pt_functions_copy(walk->dbg, window, die,
						     &walk->code->around,
						     &index->functions[i]));
}

/* ORIGIN, a function called NAME, may be declared here, and defined elsewhere. */
static bool is_wanted(const struct callee_walk *walk, const char *name,
		      Dwarf_Die *origin)
{
	const struct pt_dbg_pattern *pattern = walk->pattern;

	return pt_scopes_named(walk->dbg, pattern->function, name) &&
	       (!pattern->scope ||
		pt_scopes_hold(walk->dbg, pattern->scope,
			       (uint32_t)pt_image_die_offset(walk->code->window,
							     origin)));
}

static bool callee_each(Dwarf_Die *die, void *arg)
{
	struct callee_walk *walk = arg;
	int tag = dwarf_tag(die);
	bool copy = tag == DW_TAG_inlined_subroutine;
	const char *name;
	Dwarf_Die origin;

	if (tag == DW_TAG_lexical_block)
		return true;
	if (!copy && !pt_branches_is_site(die))
		return false;
	if (!pt_walkdie_ref(die, DW_AT_call_origin, &origin) &&
	    !pt_walkdie_ref(die, DW_AT_abstract_origin, &origin))
		return copy;
	name = dwarf_diename(&origin);
	if (!name || !is_wanted(walk, name, &origin))
		return copy;
	if (copy && walk->inlined)
		callee_add_copy(walk, die, &origin);
	else if (!copy && pt_branches_is_jump(die))
		walk->jump = name;
	else if (!copy)
		callee_add_called(walk, &origin);
	return copy;
}

struct pt_error *pt_dbg_find_callees(const struct pt_dbg_function *caller,
				     const struct pt_dbg_pattern *pattern,
				     bool inlined, struct pt_dbg *kernel,
				     GPtrArray *ret, const char **ret_jump)
{
	struct callee_walk walk = {
		.dbg = caller->dbg,
		.kernel = kernel,
		.pattern = pattern,
		.inlined = inlined,
		.found = pt_arena_ptr_array(caller->dbg->arena),
	};
	bool good;

	PT_TRY(pt_dbg_code_open(walk.dbg, caller, &walk.code));
	PT_TRY(caller_chain(caller, walk.code, &walk.callers));
	walk.addresses = g_hash_table_new(g_direct_hash, g_direct_equal);
	good = pt_walkdie_all(&walk.code->die, callee_each, &walk);
	g_hash_table_destroy(walk.addresses);
	if (!good)
		return pt_dbg_damaged(walk.dbg, "the calls of a function",
				      walk.code->window, &walk.code->die);
	g_ptr_array_sort(walk.found, pt_functions_compare);
	g_ptr_array_extend(ret, walk.found, NULL, NULL);
	if (walk.jump)
		*ret_jump = walk.jump;
	return NULL;
}
