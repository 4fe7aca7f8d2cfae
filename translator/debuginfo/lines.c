/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source lines: which function holds one, where its code starts.
 */
#include <dwarf.h>
#include <string.h>

#include "dbg.h"

/* The code at PC belongs to DIE itself, not to a copy of another function that
 * was inlined into it. */
static bool lines_is_own(Dwarf_Die *die, uint64_t pc)
{
	Dwarf_Die here = *die, child;

	for (unsigned depth = 0; depth < PT_WALKDIE_DEPTH; depth++) {
		bool inner = false;
		int more;

		for (more = dwarf_child(&here, &child); more == 0;
		     more = dwarf_siblingof(&child, &child)) {
			int tag = dwarf_tag(&child);

			if ((tag != DW_TAG_lexical_block &&
			     tag != DW_TAG_inlined_subroutine) ||
			    dwarf_haspc(&child, pc) != 1)
				continue;
			if (tag == DW_TAG_inlined_subroutine)
				return false;
			here = child;
			inner = true;
			break;
		}
		if (!inner)
			return true;
	}
	return true;
}

static int line_address_compare(gconstpointer a, gconstpointer b)
{
	const struct pt_line_address *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->address < y->address ? -1 : x->address > y->address;
}

/* ---- where a function's source ends ----------------------------------- */

static gint unsigned_compare(gconstpointer a, gconstpointer b)
{
	const unsigned *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void release_lines(gpointer lines)
{
	g_array_unref(lines);
}

static void starts_make(struct pt_dbg *dbg)
{
	const struct pt_index *index = dbg->index;
	GHashTableIter iter;
	gpointer lines;

	dbg->starts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
					    release_lines);
	pt_arena_defer(dbg->arena, (void (*)(void *))g_hash_table_unref,
		       dbg->starts);
	for (uint32_t i = 0; i < index->n_functions; i++) {
		const struct pt_index_function *f = &index->functions[i];
		const char *file;

		if (f->file >= index->n_files)
			continue;
		file = pt_index_string(index, index->files[f->file]);
		lines = g_hash_table_lookup(dbg->starts, file);
		if (!lines) {
			lines = g_array_new(FALSE, FALSE, sizeof(unsigned));
			g_hash_table_insert(dbg->starts, (gpointer)file, lines);
		}
		g_array_append_val(lines, f->line);
	}
	g_hash_table_iter_init(&iter, dbg->starts);
	while (g_hash_table_iter_next(&iter, NULL, &lines))
		g_array_sort(lines, unsigned_compare);
}

static bool is_c(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11: return true;
	default: return false;
	}
}

/* The line where the next function of FUNCTION's file starts, which in C is behind
 * its own last one; UINT_MAX: nothing says where that is. */
static unsigned lines_limit(struct pt_dbg *dbg,
			    const struct pt_dbg_function *function,
			    Dwarf_Die *unit)
{
	const GArray *lines;
	guint low = 0, high;

	if (!is_c(unit))
		return UINT_MAX;
	if (!dbg->starts)
		starts_make(dbg);
	lines = g_hash_table_lookup(dbg->starts, function->file);
	high = lines ? lines->len : 0;
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(lines, unsigned, middle) > function->line)
			high = middle;
		else
			low = middle + 1;
	}
	return lines && low < lines->len ? g_array_index(lines, unsigned, low)
					 : UINT_MAX;
}

/* ---- the line table --------------------------------------------------- */

/* The first and last address of DIE's code, in however many pieces; false: it has
 * none. */
static bool lines_span(Dwarf_Die *die, Dwarf_Addr *ret_low,
		       Dwarf_Addr *ret_high)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;

	*ret_low = UINT64_MAX;
	*ret_high = 0;
	while ((at = dwarf_ranges(die, at, &base, &start, &end)) > 0)
		if (start < end) {
			*ret_low = MIN(*ret_low, start);
			*ret_high = MAX(*ret_high, end);
		}
	return *ret_low < *ret_high;
}

/* The number of the first of COUNT rows, which libdw has in order of address, that
 * is not below ADDRESS. */
static size_t lines_from(Dwarf_Lines *lines, size_t count, Dwarf_Addr address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		Dwarf_Line *line = dwarf_onesrcline(lines, middle);
		Dwarf_Addr here;

		if (line && !dwarf_lineaddr(line, &here) && here < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct pt_error *pt_lines_of(struct pt_dbg *dbg,
			     const struct pt_dbg_function *function,
			     GArray *ret)
{
	struct pt_dbg_code *code;
	Dwarf_Addr low, high;
	Dwarf_Lines *lines;
	unsigned limit;
	size_t count;

	PT_TRY(pt_dbg_code_open(dbg, function, &code));
	limit = lines_limit(dbg, function, &code->window->cu);
	/* A unit without a line table has no lines: nothing is found. */
	if (dwarf_getsrclines(&code->window->cu, &lines, &count) ||
	    !lines_span(&code->die, &low, &high))
		return NULL;
	for (size_t i = lines_from(lines, count, low); i < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		struct pt_line_address entry;
		Dwarf_Addr address;
		bool statement, end;
		const char *file;
		int number;

		if (!line || dwarf_lineaddr(line, &address))
			continue;
		if (address >= high)
			break;
		if (dwarf_linebeginstatement(line, &statement) || !statement ||
		    dwarf_lineendsequence(line, &end) || end ||
		    dwarf_lineno(line, &number) || number <= 0 ||
		    (unsigned)number < function->line ||
		    (unsigned)number >= limit ||
		    dwarf_haspc(&code->die, address) != 1)
			continue;
		file = dwarf_linesrc(line, NULL, NULL);
		if (!file || !g_str_has_suffix(file, function->file) ||
		    !lines_is_own(&code->die, address))
			continue;
		entry.line = (unsigned)number;
		entry.address = address;
		g_array_append_val(ret, entry);
	}
	g_array_sort(ret, line_address_compare);
	return NULL;
}

/* The lines that part I of PATTERN means in FUNCTION; false: it has no part I. */
static bool lines_wanted(const struct pt_dbg_pattern *pattern,
			 const struct pt_dbg_function *function, guint i,
			 struct pt_dbg_lines *ret)
{
	if (pattern->line_kind == PT_LINE_ANY) {
		*ret = (struct pt_dbg_lines){ 0, INT64_MAX };
		return i == 0;
	}
	if (i >= pattern->lines->len)
		return false;
	*ret = g_array_index(pattern->lines, struct pt_dbg_lines, i);
	if (pattern->line_kind == PT_LINE_RELATIVE) {
		ret->first += function->line;
		ret->last += function->line;
	}
	return true;
}

/* Does FUNCTION, whose last line is END, hold a line that PATTERN means? */
static bool lines_meet(const struct pt_dbg_pattern *pattern,
		       const struct pt_dbg_function *function, unsigned end)
{
	struct pt_dbg_lines wanted;

	for (guint i = 0; lines_wanted(pattern, function, i, &wanted); i++)
		if (wanted.last >= function->line && wanted.first <= end)
			return true;
	return false;
}

struct pt_error *pt_lines_filter(struct pt_dbg *dbg,
				 const struct pt_dbg_pattern *pattern,
				 GPtrArray *functions)
{
	GArray *lines =
		g_array_new(FALSE, FALSE, sizeof(struct pt_line_address));
	struct pt_error *error = NULL;

	for (guint i = functions->len; i-- > 0 && !error;) {
		struct pt_dbg_function *function =
			g_ptr_array_index(functions, i);
		unsigned end = function->line;

		g_array_set_size(lines, 0);
		/* Its table of lines is read only if it does not begin too
		 * late. */
		if (lines_meet(pattern, function, UINT32_MAX))
			error = pt_lines_of(dbg, function, lines);
		for (guint k = 0; k < lines->len; k++)
			end = MAX(end, g_array_index(lines,
						     struct pt_line_address, k)
					       .line);
		if (!lines_meet(pattern, function, end))
			g_ptr_array_remove_index(functions, i);
	}
	g_array_unref(lines);
	return error;
}

static void statement_add(struct pt_dbg *dbg,
			  const struct pt_dbg_function *function,
			  const struct pt_line_address *entry, GPtrArray *ret)
{
	struct pt_dbg_function *statement =
		pt_new(dbg->arena, struct pt_dbg_function);
	const struct pt_index_symbol *symbol;

	*statement = *function;
	statement->line = entry->line;
	statement->address = entry->address;
	statement->is_entry =
		function->is_entry && entry->address == function->address;
	statement->ftrace_entry = function->ftrace_entry && statement->is_entry;
	/* Cold code has a symbol of its own. */
	symbol = pt_index_symbol_at(dbg->index, entry->address, NULL);
	if (symbol && !statement->is_entry) {
		statement->symbol = pt_index_string(dbg->index, symbol->name);
		statement->symbol_address = symbol->address;
	}
	g_ptr_array_add(ret, statement);
}

/* The line with code that stands for LINE, which has none: the next one, or the
 * one before if that is nearer and NEAREST; 0: there is none. */
static unsigned line_instead(const GArray *lines, int64_t line, bool nearest)
{
	unsigned before = 0;

	for (guint i = 0; i < lines->len; i++) {
		unsigned at =
			g_array_index(lines, struct pt_line_address, i).line;

		if (at < line)
			before = at;
		else if (nearest && before && line - before < at - line)
			return before;
		else
			return at;
	}
	return nearest ? before : 0;
}

/* LINES are in order. */
static void statements_choose(struct pt_dbg *dbg,
			      const struct pt_dbg_function *function,
			      const GArray *lines, struct pt_dbg_lines wanted,
			      bool nearest, GPtrArray *ret)
{
	unsigned previous = 0;

	if (wanted.first == wanted.last)
		wanted.first = wanted.last =
			line_instead(lines, wanted.first, nearest);
	for (guint i = 0; i < lines->len; i++) {
		const struct pt_line_address *entry =
			&g_array_index(lines, struct pt_line_address, i);

		if (entry->line < wanted.first || entry->line > wanted.last ||
		    entry->line == previous)
			continue;
		statement_add(dbg, function, entry, ret);
		previous = entry->line;
	}
}

struct pt_error *pt_dbg_find_statements(struct pt_dbg *dbg,
					const struct pt_dbg_pattern *pattern,
					GPtrArray *ret)
{
	GPtrArray *functions = pt_arena_ptr_array(dbg->arena);
	GPtrArray *found = pt_arena_ptr_array(dbg->arena);
	GArray *lines;
	struct pt_error *error = NULL;

	PT_TRY(pt_dbg_find_functions(dbg, pattern, true, true, functions));
	if (pattern->line_kind == PT_LINE_NONE) {
		for (guint i = 0; i < functions->len; i++)
			g_ptr_array_add(ret, g_ptr_array_index(functions, i));
		return NULL;
	}
	lines = g_array_new(FALSE, FALSE, sizeof(struct pt_line_address));
	for (guint i = 0; i < functions->len && !error; i++) {
		const struct pt_dbg_function *function =
			g_ptr_array_index(functions, i);
		struct pt_dbg_lines wanted;

		g_array_set_size(lines, 0);
		error = pt_lines_of(dbg, function, lines);
		for (guint k = 0;
		     !error && lines_wanted(pattern, function, k, &wanted); k++)
			statements_choose(dbg, function, lines, wanted,
					  pattern->nearest, found);
	}
	g_array_unref(lines);
	if (error)
		return error;
	g_ptr_array_sort(found, pt_functions_compare);
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(ret, g_ptr_array_index(found, i));
	return NULL;
}
