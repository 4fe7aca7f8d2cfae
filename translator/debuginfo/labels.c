/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C labels inside functions.
 */
#include <dwarf.h>
#include <fnmatch.h>

#include "dbg.h"

struct label_walk {
	struct pt_dbg *dbg;
	const struct pt_dbg_function *function;
	const char *glob;
	GPtrArray *ret;
};

static bool label_each(Dwarf_Die *die, void *arg)
{
	struct label_walk *walk = arg;
	struct pt_dbg_function *label;
	const char *name;
	Dwarf_Addr low;
	Dwarf_Word line;

	/* Those of an inlined function are found by its own name. */
	if (dwarf_tag(die) == DW_TAG_inlined_subroutine)
		return false;
	if (dwarf_tag(die) != DW_TAG_label)
		return true;
	name = dwarf_diename(die);
	/* One without an address was optimised away. */
	if (!name || fnmatch(walk->glob, name, 0) || dwarf_lowpc(die, &low))
		return false;
	label = pt_new(walk->dbg->arena, struct pt_dbg_function);
	*label = *walk->function;
	label->label = name;
	label->address = low;
	label->is_entry = label->ftrace_entry = false;
	if (pt_walkdie_number(die, DW_AT_decl_line, &line))
		label->line = (unsigned)line;
	g_ptr_array_add(walk->ret, label);
	return false;
}

struct pt_error *pt_dbg_labels_of(const struct pt_dbg_function *function,
				  const char *label, GPtrArray *ret)
{
	struct label_walk walk = {
		.dbg = function->dbg,
		.function = function,
		.glob = label,
		.ret = ret,
	};
	struct pt_dbg_code *code;

	PT_TRY(pt_dbg_need_dwarf(walk.dbg, "labels"));
	PT_TRY(pt_dbg_code_open(walk.dbg, function, &code));
	if (!pt_walkdie_all(&code->die, label_each, &walk))
		return pt_dbg_damaged(walk.dbg, "the labels", code->window,
				      &code->die);
	return NULL;
}

struct pt_error *pt_dbg_find_labels(struct pt_dbg *dbg,
				    const struct pt_dbg_pattern *pattern,
				    const char *label, GPtrArray *ret)
{
	GPtrArray *functions = pt_arena_ptr_array(dbg->arena);

	PT_TRY(pt_dbg_need_dwarf(dbg, "labels"));
	PT_TRY(pt_dbg_find_functions(dbg, pattern, true, true, functions));
	for (guint i = 0; i < functions->len; i++)
		PT_TRY(pt_dbg_labels_of(functions->pdata[i], label, ret));
	return NULL;
}
