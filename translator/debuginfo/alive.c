/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a variable that was optimised out at one place can be had: at the
 * function's start, at the nearest of its lines, or where the caller calls.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "branches.h"
#include "userprogram.h"

/* Places tried for one answer. */
#define MOST_LINES 2000

struct alive {
	struct pt_dbg *dbg;
	const struct pt_dbg_function *function;
	const char *name;
	struct pt_dbg_code *code;
};

static const char *probe_root(const struct alive *a)
{
	if (a->dbg->program)
		return pt_arena_printf(a->dbg->arena, "process(\"%s\")",
				       pt_dbg_program(a->dbg));
	return a->dbg->module ? pt_arena_printf(a->dbg->arena, "module(\"%s\")",
						a->dbg->module)
			      : "kernel";
}

/* ---- in the function itself ------------------------------------------- */

static bool can_read(const struct alive *a, uint64_t address, bool is_entry)
{
	struct pt_dbg_function place = *a->function;
	struct pt_dbg_value value;

	place.address = address;
	place.is_entry = is_entry;
	return !pt_variable_in_scope(a->dbg, &place, a->name, &value) &&
	       !value.pointee;
}

static bool alive_at_entry(struct alive *a, struct pt_error *error)
{
	Dwarf_Addr low, high;

	if (a->function->where != PT_DBG_CALLED || a->function->is_entry ||
	    !pt_walkdie_entry(&a->code->die, &low, &high) ||
	    !can_read(a, low, true))
		return false;
	pt_error_hint(error,
		      "it has its value at the start of the function: "
		      "%s.function(\"%s\")",
		      probe_root(a), a->function->name);
	return true;
}

static unsigned distance(unsigned a, unsigned b)
{
	return a > b ? a - b : b - a;
}

static bool alive_on_line(struct alive *a, struct pt_error *error)
{
	const struct pt_dbg_function *f = a->function;
	GArray *lines =
		g_array_new(FALSE, FALSE, sizeof(struct pt_line_address));
	unsigned best = 0, previous = 0;

	if (pt_lines_of(a->dbg, f, lines))
		g_array_set_size(lines, 0);
	for (guint i = 0; i < lines->len && i < MOST_LINES; i++) {
		const struct pt_line_address *at =
			&g_array_index(lines, struct pt_line_address, i);

		/* A statement probe stands at the first code of a line. */
		if (at->line == previous)
			continue;
		previous = at->line;
		if ((!best ||
		     distance(at->line, f->line) < distance(best, f->line)) &&
		    can_read(a, at->address, false))
			best = at->line;
	}
	g_array_unref(lines);
	if (best)
		pt_error_hint(error,
			      "the nearest line where it has its value: "
			      "%s.statement(\"%s@%s:%u\")",
			      probe_root(a), f->name, f->file, best);
	return best;
}

/* ---- at the caller ---------------------------------------------------- */

struct site_search {
	struct alive *alive;
	Dwarf_Off callee, callee_origin; /* 0: none */
	Dwarf_Off parameter;		 /* as the origin declares it */
	Dwarf_Die around;
	const char *caller; /* NULL: not found */
	int line;
};

/* Does the call site say what it hands over for the parameter? */
static bool site_has_value(const struct site_search *search, Dwarf_Die *site)
{
	Dwarf_Die die, parameter;
	int more;

	for (more = dwarf_child(site, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		if (!pt_walkdie_ref(&die, DW_AT_call_parameter, &parameter) &&
		    !pt_walkdie_ref(&die, DW_AT_abstract_origin, &parameter))
			continue;
		if (dwarf_dieoffset(&parameter) == search->parameter &&
		    (dwarf_hasattr(&die, DW_AT_call_value) ||
		     dwarf_hasattr(&die, DW_AT_GNU_call_site_value)))
			return true;
	}
	return false;
}

static bool site_each(Dwarf_Die *die, void *arg)
{
	struct site_search *search = arg;
	int tag = dwarf_tag(die);
	Dwarf_Line *line;
	Dwarf_Die origin;
	Dwarf_Off offset;
	uint64_t at;
	bool before;

	if (tag == DW_TAG_subprogram)
		search->around = *die;
	if (search->caller || tag == DW_TAG_subprogram ||
	    tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
		return !search->caller;
	if (!pt_branches_is_site(die) ||
	    (!pt_walkdie_ref(die, DW_AT_call_origin, &origin) &&
	     !pt_walkdie_ref(die, DW_AT_abstract_origin, &origin)))
		return false;
	offset = dwarf_dieoffset(&origin);
	if ((offset != search->callee && offset != search->callee_origin) ||
	    !site_has_value(search, die))
		return false;
	if (!pt_branches_address(die, &before, &at))
		return false;
	line = dwarf_getsrc_die(&search->alive->code->window->cu,
				before ? at : at - 1);
	if (line && !dwarf_lineno(line, &search->line))
		search->caller = dwarf_diename(&search->around);
	return false;
}

/* The parameter as it is declared: what call sites refer to. */
static bool find_parameter(struct alive *a, Dwarf_Die *function, Dwarf_Off *ret)
{
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(function, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		const char *name = dwarf_diename(&die);

		if (dwarf_tag(&die) != DW_TAG_formal_parameter || !name ||
		    strcmp(name, a->name) != 0)
			continue;
		*ret = dwarf_dieoffset(&die);
		return true;
	}
	return false;
}

/* Only functions that no other unit calls lose parameters: their callers are in
 * this one. */
static bool alive_at_caller(struct alive *a, struct pt_error *error)
{
	struct site_search search = { .alive = a };
	Dwarf_Die origin = a->code->die;

	if (a->function->where != PT_DBG_CALLED)
		return false;
	search.callee = dwarf_dieoffset(&a->code->die);
	if (pt_walkdie_ref(&a->code->die, DW_AT_abstract_origin, &origin))
		search.callee_origin = dwarf_dieoffset(&origin);
	if (!find_parameter(a, &origin, &search.parameter))
		return false;
	pt_walkdie_all(&a->code->window->cu, site_each, &search);
	if (!search.caller)
		return false;
	pt_error_hint(error,
		      "its caller has the value where it calls '%s': "
		      "%s.statement(\"%s:%d\")",
		      a->function->name, probe_root(a),
		      pt_arena_printf(a->dbg->arena, "%s@%s", search.caller,
				      a->function->file),
		      search.line);
	return true;
}

/* The name, without its folders, of a file that DIE's unit numbers; NULL: it does
 * not say. */
static const char *file_name(struct alive *a, Dwarf_Die *die)
{
	const char *path = NULL, *slash;
	Dwarf_Files *files;
	Dwarf_Word number;
	size_t count;

	if (pt_walkdie_number(die, DW_AT_call_file, &number) &&
	    !dwarf_getsrcfiles(&a->code->window->cu, &files, &count) &&
	    number < count)
		path = dwarf_filesrc(files, number, NULL, NULL);
	slash = path ? strrchr(path, '/') : NULL;
	return slash ? slash + 1 : path;
}

/* An inlined copy has it from the function around it. */
static bool alive_around_copy(struct alive *a, struct pt_error *error)
{
	const char *around = dwarf_diename(&a->code->around);
	const char *file = file_name(a, &a->code->die);
	Dwarf_Word line;

	if (a->function->where != PT_DBG_INLINED || !around || !file ||
	    !pt_walkdie_number(&a->code->die, DW_AT_call_line, &line))
		return false;
	pt_error_hint(error,
		      "it comes from line %u of '%s', where '%s' was inlined "
		      "into '%s'",
		      (unsigned)line, file, a->function->name, around);
	return true;
}

/* ---- the whole -------------------------------------------------------- */

static void look(struct pt_error *error, void *arg)
{
	struct alive *a = arg;

	if (pt_dbg_code_open(a->dbg, a->function, &a->code))
		return;
	if (!alive_at_entry(a, error) && !alive_on_line(a, error) &&
	    !alive_at_caller(a, error))
		alive_around_copy(a, error);
}

struct pt_error *pt_alive_hint(struct pt_dbg *dbg,
			       const struct pt_dbg_function *function,
			       const char *name, struct pt_error *error)
{
	struct alive *a = pt_new(dbg->arena, struct alive);

	a->dbg = dbg;
	a->function = function;
	a->name = pt_arena_strdup(dbg->arena, name);
	return pt_error_hint_late(error, look, a);
}
