/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions by pattern: code by the index alone; inlined copies by a walk of the
 * units that hold a matching abstract function; system calls by the symbols of
 * their wrappers; what nothing of this finds by the symbols that functions have.
 */
#include <dwarf.h>
#include <fnmatch.h>
#include <string.h>

#include "awake.h"
#include "scopes.h"

static const char *const refusals[PT_INDEX_REFUSALS] = {
	[PT_INDEX_NOINSTR] = "noinstr text",
	[PT_INDEX_ENTRY_TEXT] = "kernel entry code",
	[PT_INDEX_KPROBES_TEXT] = "the kernel's own probe code",
	[PT_INDEX_BLACKLISTED] = "on the kernel's probe blacklist",
	[PT_INDEX_INIT_TEXT] = "init text, gone after boot",
	[PT_INDEX_EXIT_TEXT] = "exit text, not kept in a built-in driver",
	[PT_INDEX_NOT_TEXT] = "outside the kernel's text",
};

/* Prefixes of a system call's wrapper.  "sys_open" is the first two's, a
 * "compat_sys_open" the last two's; the same in the kernels before wrappers. */
static const struct {
	const char *prefix;
	enum pt_dbg_abi abi;
} wrappers[] = {
	{ "__x64_", PT_ABI_X64 },
	{ "__ia32_", PT_ABI_IA32 },
};

/* A function of which there may be inlined copies. */
struct abstract {
	uint32_t die;
	const struct pt_index_function *record;
};

struct finder {
	struct pt_dbg *dbg;
	const struct pt_index *index;
	const struct pt_dbg_pattern *pattern;
	GPtrArray *ret;
	GHashTable *addresses; /* of functions found so far */
	GHashTable *abstracts; /* unit to GArray of struct abstract */
	GHashTable *placed;    /* struct pt_index_function *: declarations that
				* have a place; for distinct ones */
	uint8_t *files;	       /* per file: 0 unknown, 1 no, 2 yes */
	struct pt_image_tour tour;
};

/* No window that is kept has it: these count from 0. */
#define TOUR_SLOT (PT_IMAGE_SLOTS - 1)

static bool finder_file_matches(struct finder *f, uint32_t file)
{
	if (!f->pattern->file)
		return true;
	if (file >= f->index->n_files)
		return false;
	if (!f->files[file])
		f->files[file] =
			1 +
			pt_pattern_file(f->pattern->file,
					pt_index_string(f->index,
							f->index->files[file]));
	return f->files[file] == 2;
}

static const char *function_file(const struct pt_index *index, uint32_t file)
{
	return file < index->n_files
		       ? pt_index_string(index, index->files[file])
		       : "";
}

static const char *function_refusal(uint16_t refusal)
{
	return refusal < PT_INDEX_REFUSALS ? refusals[refusal] : NULL;
}

/* A clone's or a wrapper's cold half is not entered by a call. */
static bool symbol_is_cold(const char *symbol)
{
	return g_str_has_suffix(symbol, ".cold") || strstr(symbol, ".cold.");
}

struct pt_dbg_function *
pt_functions_make(struct pt_dbg *dbg, const struct pt_index_function *record,
		  const char *name)
{
	const struct pt_index *index = dbg->index;
	const char *own = pt_index_string(index, record->name);
	const struct pt_index_symbol *symbol =
		pt_index_symbol_at(index, record->address, own);
	struct pt_dbg_function *function;
	struct pt_dbg_code *code;

	/* A weak function that another one replaced is still in the image, with
	 * no name of its own and nobody to call it. */
	if (!symbol || symbol->address != record->address ||
	    symbol_is_cold(pt_index_string(index, symbol->name)))
		return NULL;
	function = pt_new(dbg->arena, struct pt_dbg_function);
	code = pt_new(dbg->arena, struct pt_dbg_code);
	function->dbg = dbg;
	function->name = name ? name : own;
	function->symbol = pt_index_string(index, symbol->name);
	function->file = function_file(index, record->file);
	function->line = record->line;
	function->where = PT_DBG_CALLED;
	function->is_entry = true;
	function->address = record->address;
	function->symbol_address = record->address;
	function->ftrace_entry = record->flags & PT_INDEX_FTRACE;
	function->refused = function_refusal(record->refusal);
	/* The window is opened when a value is asked for: most functions that
	 * a pattern finds are never looked into. */
	code->offset = record->die;
	function->die = code;
	return function;
}

struct pt_dbg_function *
pt_functions_copy(struct pt_dbg *dbg, struct pt_window *window, Dwarf_Die *die,
		  Dwarf_Die *around, const struct pt_index_function *origin)
{
	const struct pt_index *index = dbg->index;
	const struct pt_index_function *record;
	const struct pt_index_symbol *symbol;
	struct pt_dbg_function *function;
	struct pt_dbg_code *code;
	Dwarf_Addr low, high;

	if (!pt_walkdie_entry(die, &low, &high) || !low)
		return NULL;
	function = pt_new(dbg->arena, struct pt_dbg_function);
	code = pt_new(dbg->arena, struct pt_dbg_code);
	code->offset = pt_image_die_offset(window, die);
	code->around_offset = pt_image_die_offset(window, around);
	function->dbg = dbg;
	function->name = pt_index_string(index, origin->name);
	function->file = function_file(index, origin->file);
	function->line = origin->line;
	function->where = PT_DBG_INLINED;
	function->address = low;
	function->die = code;
	record = pt_index_function_at(index, low, false);
	if (record)
		function->refused = function_refusal(record->refusal);
	symbol = pt_index_symbol_at(index, low, NULL);
	function->symbol =
		symbol ? pt_index_string(index, symbol->name)
		       : pt_arena_strdup(dbg->arena, dwarf_diename(around));
	function->symbol_address = symbol ? symbol->address : low;
	return function;
}

/* ---- one of each ------------------------------------------------------ */

static guint declaration_hash(gconstpointer key)
{
	const struct pt_index_function *record = key;

	return (record->name * 31 + record->file) * 31 + record->line;
}

static gboolean declaration_equal(gconstpointer a, gconstpointer b)
{
	const struct pt_index_function *x = a, *y = b;

	return x->name == y->name && x->file == y->file && x->line == y->line;
}

static bool finder_has(const struct finder *f,
		       const struct pt_index_function *record)
{
	return f->pattern->distinct && g_hash_table_contains(f->placed, record);
}

static void finder_add(struct finder *f, const struct pt_index_function *record,
		       struct pt_dbg_function *function)
{
	g_ptr_array_add(f->ret, function);
	if (f->pattern->distinct && !function->refused)
		g_hash_table_add(f->placed, (void *)record);
}

/* ---- functions with code ---------------------------------------------- */

static void finder_add_called(struct finder *f,
			      const struct pt_index_function *record)
{
	struct pt_dbg_function *function;

	if (g_hash_table_contains(f->addresses,
				  GSIZE_TO_POINTER(record->address)))
		return;
	function = pt_functions_make(f->dbg, record, NULL);
	if (!function)
		return;
	g_hash_table_add(f->addresses, GSIZE_TO_POINTER(record->address));
	finder_add(f, record, function);
}

static void finder_add_abstract(struct finder *f,
				const struct pt_index_function *record)
{
	gpointer unit =
		GUINT_TO_POINTER(pt_index_unit_of(f->index, record->die));
	GArray *list = g_hash_table_lookup(f->abstracts, unit);
	struct abstract abstract = { .die = record->die, .record = record };

	if (!list) {
		list = g_array_new(FALSE, FALSE, sizeof(struct abstract));
		g_hash_table_insert(f->abstracts, unit, list);
	}
	g_array_append_val(list, abstract);
}

/* Is it the room before a function, which has a symbol of its own but is no function?
 * (objtool --prefix makes __pfx_, clang's -fsanitize=kcfi makes __cfi_.)  A pattern
 * that begins so asks for it. */
static bool is_padding(const char *name)
{
	return g_str_has_prefix(name, "__pfx_") ||
	       g_str_has_prefix(name, "__cfi_");
}

static void finder_match_records(struct finder *f, bool called, bool inlined)
{
	const struct pt_index *index = f->index;
	const char *glob = f->pattern->function, *scope = f->pattern->scope;
	const char *prefix = pt_pattern_prefix(f->dbg->arena, glob);
	bool padding = is_padding(glob);
	uint32_t end, i = pt_index_functions_from(index, prefix, &end);
	uint32_t last_name = UINT32_MAX;
	bool matches = false;

	for (; i < end; i++) {
		const struct pt_index_function *record = &index->functions[i];
		const char *name;

		if (!finder_file_matches(f, record->file))
			continue;
		if (record->name != last_name) {
			last_name = record->name;
			name = pt_index_string(index, last_name);
			matches = pt_scopes_named(f->dbg, glob, name) &&
				  (padding || !is_padding(name));
		}
		if (!matches ||
		    (scope && !pt_scopes_hold(f->dbg, scope, record->die)))
			continue;
		if (record->flags & PT_INDEX_ABSTRACT) {
			if (inlined)
				finder_add_abstract(f, record);
		} else if (called) {
			finder_add_called(f, record);
		}
	}
}

/* ---- inlined copies --------------------------------------------------- */

struct inline_walk {
	struct finder *f;
	struct pt_window *window;
	GArray *abstracts; /* sorted */
	guint placed;	   /* so many of the first have a place */
	Dwarf_Die around;
	bool nests; /* functions may be in classes, and these in functions */
	unsigned depth; /* of functions in functions */
	bool damaged;
};

static void walk_add_copy(struct inline_walk *walk, Dwarf_Die *die,
			  const struct pt_index_function *origin)
{
	struct pt_dbg_function *function = pt_functions_copy(
		walk->f->dbg, walk->window, die, &walk->around, origin);

	if (function)
		finder_add(walk->f, origin, function);
}

static int abstract_compare(const void *a, const void *b)
{
	const struct abstract *x = a;
	const struct abstract *y = b;

	return x->die < y->die ? -1 : x->die > y->die;
}

static bool walk_each(Dwarf_Die *die, void *arg);

/* A function and those inside of it, of its classes. */
static void walk_function(struct inline_walk *walk, Dwarf_Die *die)
{
	Dwarf_Die around = walk->around;

	if (walk->depth >= PT_WALKDIE_DEPTH)
		return;
	walk->around = *die;
	walk->depth++;
	walk->damaged |= !pt_walkdie_all(die, walk_each, walk);
	walk->depth--;
	walk->around = around;
}

static bool walk_each(Dwarf_Die *die, void *arg)
{
	struct inline_walk *walk = arg;
	int tag = dwarf_tag(die);
	struct abstract key;
	const struct abstract *abstract;
	Dwarf_Die origin;

	if (tag == DW_TAG_subprogram) {
		/* Copies in an abstract function are not code yet; a
		 * declaration may stand in the middle of a function. */
		if (!dwarf_hasattr(die, DW_AT_inline) &&
		    !dwarf_hasattr(die, DW_AT_declaration))
			walk_function(walk, die);
		return false;
	}
	if (tag == DW_TAG_lexical_block || tag == DW_TAG_namespace ||
	    tag == DW_TAG_module)
		return true;
	if (tag == DW_TAG_class_type || tag == DW_TAG_structure_type ||
	    tag == DW_TAG_union_type)
		return walk->nests;
	if (tag != DW_TAG_inlined_subroutine ||
	    !pt_walkdie_ref(die, DW_AT_abstract_origin, &origin))
		return false;
	key.die = (uint32_t)pt_image_die_offset(walk->window, &origin);
	abstract = bsearch(&key, walk->abstracts->data, walk->abstracts->len,
			   sizeof(key), abstract_compare);
	if (abstract && !finder_has(walk->f, abstract->record))
		walk_add_copy(walk, die, abstract->record);
	return true;
}

/* Has one of them no place yet? */
static bool has_more(struct inline_walk *walk)
{
	while (walk->placed < walk->abstracts->len &&
	       finder_has(walk->f, g_array_index(walk->abstracts,
						 struct abstract, walk->placed)
					   .record))
		walk->placed++;
	return walk->placed < walk->abstracts->len;
}

/* The window is not kept: thousands of them would fill the memory. */
static struct pt_error *walk_unit(struct inline_walk *walk, uint32_t number)
{
	struct pt_dbg *dbg = walk->f->dbg;
	const struct pt_index_unit *unit = &dbg->index->units[number];
	struct pt_error *error = NULL;

	if (!has_more(walk))
		return NULL;
	walk->window =
		pt_image_tour_next(&walk->f->tour, unit->offset, unit->length);
	if (!walk->window)
		return pt_dbg_damaged(dbg, "the unit", NULL, NULL);
	walk->nests = pt_walkdie_language(&walk->window->cu) != PT_WALKDIE_C;
	if (!pt_walkdie_all(&walk->window->cu, walk_each, walk) ||
	    walk->damaged)
		error = pt_dbg_damaged(dbg, "a tree", walk->window,
				       &walk->window->cu);
	pt_image_release(dbg->image, unit->offset, unit->length);
	return error;
}

/* Copies of a function may be in any unit. */
static struct pt_error *finder_walk_joined(struct finder *f)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct abstract));
	struct inline_walk walk = { .f = f, .abstracts = all };
	struct pt_error *error = NULL;
	GHashTableIter iter;
	gpointer list;

	g_hash_table_iter_init(&iter, f->abstracts);
	while (g_hash_table_iter_next(&iter, NULL, &list))
		g_array_append_vals(all, ((GArray *)list)->data,
				    ((GArray *)list)->len);
	g_array_sort(all, abstract_compare);
	for (uint32_t unit = 0; !error && all->len && unit < f->index->n_units;
	     unit++)
		error = walk_unit(&walk, unit);
	g_array_unref(all);
	return error;
}

static struct pt_error *finder_walk_inlined(struct finder *f)
{
	GHashTableIter iter;
	gpointer key, value;

	if (f->dbg->image->joined)
		return finder_walk_joined(f);
	g_hash_table_iter_init(&iter, f->abstracts);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct inline_walk walk = { .f = f, .abstracts = value };
		uint32_t unit = GPOINTER_TO_UINT(key);

		g_array_sort(value, abstract_compare);
		if (unit < f->index->n_units)
			PT_TRY(walk_unit(&walk, unit));
	}
	return NULL;
}

/* ---- system calls ----------------------------------------------------- */

/* The function as it was written, of a wrapper SYMBOL ("__x64_sys_open"):
 * __do_sys_open in the same unit, or __se_sys_open. */
static const struct pt_index_function *
finder_syscall_source(struct finder *f, const char *stem, uint32_t unit)
{
	static const char *const kinds[] = { "__do_", "__se_" };

	for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
		const char *name =
			pt_arena_printf(f->dbg->arena, "%s%s", kinds[k], stem);
		uint32_t end;
		uint32_t i = pt_index_functions_from(f->index, name, &end);

		for (; i < end; i++) {
			const struct pt_index_function *r =
				&f->index->functions[i];

			if (!strcmp(pt_index_string(f->index, r->name), name) &&
			    pt_index_unit_of(f->index, r->die) == unit)
				return r;
		}
	}
	return NULL;
}

static void finder_add_wrapper(struct finder *f,
			       const struct pt_index_symbol *symbol,
			       const char *stem, enum pt_dbg_abi abi)
{
	const struct pt_index_function *record =
		pt_index_function_at(f->index, symbol->address, true);
	const struct pt_index_function *source;
	struct pt_dbg_function *function;
	struct pt_dbg_code *code;

	if (!record || g_hash_table_contains(f->addresses,
					     GSIZE_TO_POINTER(record->address)))
		return;
	source = finder_syscall_source(f, stem,
				       pt_index_unit_of(f->index, record->die));
	if (!finder_file_matches(f, source ? source->file : record->file))
		return;
	function = pt_functions_make(f->dbg, record, stem);
	if (!function)
		return;
	function->symbol = pt_index_string(f->index, symbol->name);
	function->is_syscall = true;
	if (source) {
		function->file = function_file(f->index, source->file);
		function->line = source->line;
	}
	code = function->die;
	code->abi = abi;
	code->source_offset = source ? source->die : record->die;
	g_hash_table_add(f->addresses, GSIZE_TO_POINTER(record->address));
	g_ptr_array_add(f->ret, function);
}

static void finder_match_wrappers(struct finder *f)
{
	const char *glob = f->pattern->function;

	if (!g_str_has_prefix(glob, "sys_") &&
	    !g_str_has_prefix(glob, "compat_sys_"))
		return;
	for (size_t w = 0; w < G_N_ELEMENTS(wrappers); w++) {
		const char *prefix = pt_pattern_prefix(
			f->dbg->arena,
			pt_arena_printf(f->dbg->arena, "%s%s",
					wrappers[w].prefix, glob));
		uint32_t end;
		uint32_t i = pt_index_symbols_from(f->index, prefix, &end);

		for (; i < end; i++) {
			uint32_t number = f->index->symbol_names[i];
			const struct pt_index_symbol *symbol;
			const char *stem;

			if (number >= f->index->n_symbols)
				continue;
			symbol = &f->index->symbols[number];
			stem = pt_index_string(f->index, symbol->name) +
			       strlen(wrappers[w].prefix);
			if (symbol->kind == PT_INDEX_SYMBOL_FUNCTION &&
			    !fnmatch(glob, stem, 0))
				finder_add_wrapper(f, symbol, stem,
						   wrappers[w].abi);
		}
	}
}

/* ---- other names ------------------------------------------------------ */

/* A function of a program, or padding, that no DWARF describes. */
static struct pt_dbg_function *symbol_function(struct pt_dbg *dbg,
					       const struct pt_index_symbol *s)
{
	struct pt_dbg_function *function =
		pt_new(dbg->arena, struct pt_dbg_function);
	struct pt_dbg_code *code = pt_new(dbg->arena, struct pt_dbg_code);

	code->offset = PT_DBG_NO_DIE;
	function->dbg = dbg;
	function->name = function->symbol =
		pt_index_string(dbg->index, s->name);
	function->file = "";
	function->where = PT_DBG_CALLED;
	function->is_entry = true;
	function->address = function->symbol_address = s->address;
	function->die = code;
	return function;
}

static void finder_add_symbol(struct finder *f,
			      const struct pt_index_symbol *symbol)
{
	if (f->pattern->file ||
	    symbol_is_cold(pt_index_string(f->index, symbol->name)) ||
	    !g_hash_table_add(f->addresses, GSIZE_TO_POINTER(symbol->address)))
		return;
	g_ptr_array_add(f->ret, symbol_function(f->dbg, symbol));
}

static void finder_add_alias(struct finder *f,
			     const struct pt_index_symbol *symbol)
{
	const char *name = pt_index_string(f->index, symbol->name);
	const struct pt_index_function *record =
		pt_index_function_at(f->index, symbol->address, true);
	struct pt_dbg_function *function;

	if (is_padding(name) && !is_padding(f->pattern->function))
		return;
	if (!record && (f->dbg->program || is_padding(name))) {
		finder_add_symbol(f, symbol);
		return;
	}
	if (!record || !finder_file_matches(f, record->file) ||
	    !g_hash_table_add(f->addresses, GSIZE_TO_POINTER(record->address)))
		return;
	function = pt_functions_make(f->dbg, record, name);
	if (function)
		finder_add(f, record, function);
}

/* Names that only the symbol table knows: of a weak function's default, of equal
 * functions that the compiler made one. */
static void finder_match_aliases(struct finder *f)
{
	const char *glob = f->pattern->function;
	uint32_t end;
	uint32_t i = pt_index_symbols_from(
		f->index, pt_pattern_prefix(f->dbg->arena, glob), &end);

	for (; i < end; i++) {
		uint32_t number = f->index->symbol_names[i];
		const struct pt_index_symbol *symbol;

		if (number >= f->index->n_symbols)
			continue;
		symbol = &f->index->symbols[number];
		if (symbol->kind == PT_INDEX_SYMBOL_FUNCTION &&
		    !fnmatch(glob, pt_index_string(f->index, symbol->name), 0))
			finder_add_alias(f, symbol);
	}
}

/* ---- names alone ------------------------------------------------------ */

static bool symbol_named(struct pt_arena *arena, const struct pt_index *index,
			 const char *glob)
{
	uint32_t end, i = pt_index_symbols_from(
			      index, pt_pattern_prefix(arena, glob), &end);

	for (; i < end; i++) {
		uint32_t number = index->symbol_names[i];
		const struct pt_index_symbol *symbol;

		if (number >= index->n_symbols)
			continue;
		symbol = &index->symbols[number];
		if (symbol->kind == PT_INDEX_SYMBOL_FUNCTION &&
		    !fnmatch(glob, pt_index_string(index, symbol->name), 0))
			return true;
	}
	return false;
}

bool pt_functions_named(struct pt_arena *arena, const struct pt_index *index,
			const char *glob)
{
	uint32_t end, i = pt_index_functions_from(
			      index, pt_pattern_prefix(arena, glob), &end);

	for (; i < end; i++)
		if (!fnmatch(glob,
			     pt_index_string(index, index->functions[i].name),
			     0))
			return true;
	if (symbol_named(arena, index, glob))
		return true;
	for (size_t w = 0; w < G_N_ELEMENTS(wrappers); w++)
		if (symbol_named(arena, index,
				 pt_arena_printf(arena, "%s%s",
						 wrappers[w].prefix, glob)))
			return true;
	return false;
}

/* ---- the whole -------------------------------------------------------- */

int pt_functions_compare(gconstpointer a, gconstpointer b)
{
	const struct pt_dbg_function *x = *(struct pt_dbg_function *const *)a;
	const struct pt_dbg_function *y = *(struct pt_dbg_function *const *)b;
	int order = strcmp(x->file, y->file);

	if (!order)
		order = x->line < y->line ? -1 : x->line > y->line;
	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = x->address < y->address ? -1 : x->address > y->address;
	return order;
}

/* What a program calls by a name that the dynamic linker gives to one of several
 * functions is none that may have it beside. */
static struct pt_error *check_chosen(struct pt_dbg *dbg,
				     const struct pt_dbg_pattern *pattern)
{
	const struct pt_index *index = dbg->index;
	const char *name = pattern->function;
	uint32_t end, i = pt_index_symbols_from(index, name, &end);

	for (; dbg->program && !pattern->file && !pattern->scope && i < end;
	     i++) {
		uint32_t number = index->symbol_names[i];

		if (number >= index->n_symbols ||
		    strcmp(pt_index_string(index, index->symbols[number].name),
			   name) != 0)
			break;
		if (index->symbols[number].kind != PT_INDEX_SYMBOL_CHOSEN)
			continue;
		return pt_error_hint(
			pt_error_new(dbg->arena, PT_E_NOT_PROBED,
				     "'%s' of %s is one of several "
				     "functions, chosen when a program starts "
				     "(IFUNC)",
				     name, pt_dbg_subject(dbg)),
			"probe where programs call it: .plt(\"%s\"), or its "
			"variants: .function(\"__%s_*\")",
			name, name);
	}
	return NULL;
}

struct pt_error *pt_dbg_find_functions(struct pt_dbg *dbg,
				       const struct pt_dbg_pattern *pattern,
				       bool called, bool inlined,
				       GPtrArray *ret)
{
	struct finder f = { .dbg = dbg,
			    .index = dbg->index,
			    .pattern = pattern };
	struct pt_error *error = NULL;

	if (pattern->file)
		PT_TRY(pt_dbg_need_dwarf(dbg, "source files"));
	if (!called)
		PT_TRY(pt_dbg_need_dwarf(dbg, "inlined copies"));
	PT_TRY(check_chosen(dbg, pattern));
	f.ret = pt_arena_ptr_array(dbg->arena);
	f.addresses = g_hash_table_new(g_direct_hash, g_direct_equal);
	f.abstracts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL,
					    (GDestroyNotify)g_array_unref);
	f.placed = g_hash_table_new(declaration_hash, declaration_equal);
	f.files = g_malloc0(dbg->index->n_files + 1);
	/* Wrappers first: a function that is both a wrapper and something else
	 * by an alias has the name that was asked for. */
	if (called && !pattern->scope)
		finder_match_wrappers(&f);
	finder_match_records(&f, called, inlined);
	if (called && !pattern->scope &&
	    (is_padding(pattern->function) ||
	     (!f.ret->len && !g_hash_table_size(f.abstracts))))
		finder_match_aliases(&f);
	pt_image_tour_start(&f.tour, dbg->image, TOUR_SLOT);
	if (inlined && g_hash_table_size(f.abstracts))
		error = pt_awake(dbg);
	if (inlined && !error)
		error = finder_walk_inlined(&f);
	pt_image_tour_end(&f.tour);
	g_free(f.files);
	g_hash_table_unref(f.addresses);
	g_hash_table_unref(f.placed);
	g_hash_table_unref(f.abstracts);
	if (error)
		return error;
	if (pattern->line_kind != PT_LINE_NONE &&
	    pattern->line_kind != PT_LINE_ANY)
		PT_TRY(pt_lines_filter(dbg, pattern, f.ret));
	g_ptr_array_sort(f.ret, pt_functions_compare);
	for (guint i = 0; i < f.ret->len; i++)
		g_ptr_array_add(ret, g_ptr_array_index(f.ret, i));
	return NULL;
}

struct pt_dbg_function *pt_dbg_function_at(struct pt_dbg *dbg, uint64_t address)
{
	const struct pt_index_function *record =
		pt_index_function_at(dbg->index, address, false);
	const struct pt_index_symbol *symbol;

	if (record || !dbg->program)
		return record ? pt_functions_make(dbg, record, NULL) : NULL;
	symbol = pt_index_symbol_at(dbg->index, address, NULL);
	return symbol && address - symbol->address <
				       MAX((uint64_t)symbol->size, 1)
		       ? symbol_function(dbg, symbol)
		       : NULL;
}

struct pt_dbg_function *pt_dbg_place(struct pt_dbg *dbg, uint64_t address,
				     const char *name)
{
	struct pt_dbg_function *function =
		pt_new(dbg->arena, struct pt_dbg_function);
	struct pt_dbg_code *code = pt_new(dbg->arena, struct pt_dbg_code);
	const struct pt_index_symbol *symbol =
		pt_index_symbol_at(dbg->index, address, NULL);

	code->offset = PT_DBG_NO_DIE;
	function->dbg = dbg;
	function->name = name;
	function->symbol =
		symbol ? pt_index_string(dbg->index, symbol->name) : name;
	function->file = "";
	function->where = PT_DBG_CALLED;
	function->address = address;
	function->symbol_address = symbol ? symbol->address : address;
	function->die = code;
	return function;
}

/* ---- near names ------------------------------------------------------- */

#define NEAR_LENGTH 64

/* Edit distance of A and B if it is at most LIMIT, else more than LIMIT. */
static unsigned near_distance(const char *a, const char *b, unsigned limit)
{
	unsigned row[NEAR_LENGTH + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > NEAR_LENGTH || nb > NEAR_LENGTH ||
	    (na > nb ? na - nb : nb - na) > limit)
		return limit + 1;
	for (unsigned j = 0; j <= nb; j++)
		row[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned diagonal = row[0], least = i;

		row[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = MIN(MIN(row[j], row[j - 1]) + 1, change);
			least = MIN(least, row[j]);
		}
		if (least > limit)
			return limit + 1;
	}
	return row[nb];
}

void pt_dbg_function_names(struct pt_dbg *dbg, const char *like, GPtrArray *ret)
{
	const struct pt_index *index = dbg->index;
	unsigned limit = strlen(like) < 4 ? 1 : strlen(like) < 8 ? 2 : 3;
	uint32_t last_name = UINT32_MAX;
	bool syscall = g_str_has_prefix(like, "sys_");

	for (uint32_t i = 0; i < index->n_functions; i++) {
		const char *name;

		if (index->functions[i].name == last_name)
			continue;
		last_name = index->functions[i].name;
		name = pt_index_string(index, last_name);
		if (syscall && g_str_has_prefix(name, "__x64_sys_"))
			name += strlen("__x64_");
		if (near_distance(like, name, limit) <= limit)
			g_ptr_array_add(ret, (gpointer)name);
	}
	/* Programs know functions by several names. */
	for (uint32_t i = 0; dbg->program && i < index->n_symbols; i++) {
		const char *name =
			pt_index_string(index, index->symbols[i].name);

		if (index->symbols[i].kind == PT_INDEX_SYMBOL_FUNCTION &&
		    !is_padding(name) &&
		    near_distance(like, name, limit) <= limit)
			g_ptr_array_add(ret, (gpointer)name);
	}
}

void pt_dbg_file_names(struct pt_dbg *dbg, bool whole, GPtrArray *ret)
{
	const struct pt_index *index = dbg->index;

	for (uint32_t i = 0; i < index->n_files; i++) {
		const char *file = pt_index_string(index, index->files[i]);
		const char *base = strrchr(file, '/');

		g_ptr_array_add(ret,
				(gpointer)(base && !whole ? base + 1 : file));
	}
}
