/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scan of the DWARF is libdw's, one window per unit on two threads: measured
 * on Debian's 6.1 (3.9 million top-level DIEs), walking them and reading what is
 * needed takes 0.2 s, so that a reader of our own would win little.  libdw is
 * not thread-safe within a handle; each window has its own, and is gone before
 * the next, which also bounds memory.
 */
#include "indexer.h"

#include <dwarf.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dwform.h"
#include "indexunit.h"

#define MAX_THREADS 4

struct raw_symbol {
	struct pt_index_symbol symbol;
	const char *name;
};

struct worker {
	struct pt_indexunit found;
	const GArray *units; /* struct raw_unit, shared */
	gint *next;	     /* shared: the next unit nobody has */
	unsigned slot;
	GThread *thread;
	uint64_t bad_unit; /* UINT64_MAX: all were good */
};

struct raw_unit {
	uint32_t offset;
	uint32_t length;
};

static gpointer worker_run(gpointer arg)
{
	struct worker *w = arg;
	struct pt_image_tour tour;
	guint number;

	pt_image_tour_start(&tour, w->found.image, w->slot);
	while ((number = (guint)g_atomic_int_add(w->next, 1)) < w->units->len) {
		const struct raw_unit *unit =
			&g_array_index(w->units, struct raw_unit, number);
		struct pt_window *window =
			pt_image_tour_next(&tour, unit->offset, unit->length);

		if (!window || !pt_indexunit_read(&w->found, window, number)) {
			w->bad_unit = unit->offset;
			break;
		}
	}
	pt_image_tour_end(&tour);
	return NULL;
}

static void worker_init(struct worker *w, const struct pt_image *image,
			const GArray *units, gint *next, unsigned slot)
{
	pt_indexunit_init(&w->found, image);
	w->units = units;
	w->next = next;
	w->slot = slot;
	w->bad_unit = UINT64_MAX;
}

/* ---- the merge -------------------------------------------------------- */

/* An array without elements may have no memory, which qsort() must be given. */
static void array_sort(GArray *array,
		       int (*compare)(const void *, const void *))
{
	if (array->len)
		qsort(array->data, array->len, g_array_get_element_size(array),
		      compare);
}

struct pooled {
	uint64_t key; /* the first eight characters, as a number that sorts */
	const char *text;
	uint32_t offset;
};

struct builder {
	struct pt_arena *arena;
	struct pt_image image; /* with `joined` set */
	GArray *units;	       /* struct raw_unit */
	struct worker workers[MAX_THREADS];
	unsigned n_workers;
	GArray *symbols; /* struct raw_symbol */
	GHashTable *ids; /* text to number in pool + 1 */
	GArray *pool;	 /* struct pooled */
	size_t pool_size;
	uint32_t *offsets; /* number in pool to offset */
	GArray *tables[PT_INDEX_TABLES];
};

static struct pt_error *builder_bad(struct builder *b, uint64_t offset)
{
	return pt_error_hint(
		pt_error_new(
			b->arena, PT_E_BAD_DEBUGINFO,
			"'%s' is damaged: the unit at 0x%" G_GINT64_MODIFIER
			"x of .debug_info",
			b->image.path, offset),
		b->image.program ? "install its debug symbols again"
				 : "install the kernel's debug package again");
}

static struct pt_error *builder_list_units(struct builder *b)
{
	const uint8_t *info = b->image.region + b->image.info.offset;
	uint64_t at = 0, size = b->image.info.size;

	while (at < size) {
		struct raw_unit unit = { .offset = (uint32_t)at };
		uint32_t length;

		if (size - at < 12)
			return builder_bad(b, at);
		memcpy(&length, info + at, sizeof(length));
		if (length >= 0xfffffff0 || length < 7 ||
		    length > size - at - 4)
			return builder_bad(b, at);
		unit.length = length + 4;
		g_array_append_val(b->units, unit);
		at += unit.length;
	}
	return NULL;
}

/* What the abbreviations of an image have. */
struct forms {
	bool joined;	  /* references between units */
	bool other_files; /* references to another file */
};

static bool note_form(const uint8_t *form_at, uint64_t name, uint64_t form,
		      void *arg)
{
	struct forms *forms = arg;

	(void)form_at;
	(void)name;
	switch (form) {
	case DW_FORM_ref_addr:
	case DW_FORM_ref_sig8: forms->joined = true; break;
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
	case DW_FORM_ref_sup4:
	case DW_FORM_strp_sup: forms->other_files = true; break;
	default: break;
	}
	return true;
}

/* Sets whether units refer to one another.  References to another file were made
 * such (join.h). */
static struct pt_error *builder_check_joined(struct builder *b)
{
	const uint8_t *at = b->image.region + b->image.abbrev.offset;
	const uint8_t *end = at + b->image.abbrev.size;
	struct forms forms = { 0 };
	uint64_t code;

	while (at < end && pt_dwform_abbrev(&at, end, &code, note_form, &forms))
		;
	b->image.joined = forms.joined;
	if (!forms.other_files)
		return NULL;
	return pt_error_hint(
		pt_error_new(b->arena, PT_E_BAD_DEBUGINFO,
			     "'%s' shares debuginfo with another file (dwz "
			     "-m), but does not name it",
			     b->image.path),
		"install its debug symbols again");
}

static uint32_t builder_intern(struct builder *b, const char *text)
{
	gpointer id = g_hash_table_lookup(b->ids, text);

	if (!id) {
		struct pooled entry = { .text = text };
		size_t i;

		for (i = 0; i < 8 && text[i]; i++)
			entry.key |= (uint64_t)(uint8_t)text[i] << (56 - 8 * i);
		b->pool_size += strlen(text) + 1;
		entry.offset = b->pool->len;
		g_array_append_val(b->pool, entry);
		id = GUINT_TO_POINTER(b->pool->len);
		g_hash_table_insert(b->ids, (gpointer)text, id);
	}
	return GPOINTER_TO_UINT(id) - 1;
}

static int pooled_compare(const void *x, const void *y)
{
	const struct pooled *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return strcmp(a->text, b->text);
}

/* Lays the strings out in order, so that an offset compares as its text. */
static void builder_layout_strings(struct builder *b)
{
	GArray *strings = b->tables[PT_INDEX_STRINGS];
	struct pooled *pool = (void *)b->pool->data;

	array_sort(b->pool, pooled_compare);
	b->offsets = g_new(uint32_t, b->pool->len);
	for (guint i = 0; i < b->pool->len; i++) {
		b->offsets[pool[i].offset] = strings->len;
		g_array_append_vals(strings, pool[i].text,
				    (guint)strlen(pool[i].text) + 1);
	}
}

static bool builder_symbol_wanted(const char *name)
{
	static const char *const noise[] = { "__kstrtab", "__crc_", ".L" };

	if (!name[0])
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(noise); i++)
		if (g_str_has_prefix(name, noise[i]))
			return false;
	return true;
}

/* Without the default version of a shared library's interface: "fopen@@GLIBC_2.2.5".
 * One that is not the default, which only programs of long ago call, keeps it. */
static const char *symbol_name(struct builder *b, const char *name)
{
	const char *version = strstr(name, "@@");

	return b->image.program && version
		       ? pt_arena_strndup(b->arena, name,
					  (size_t)(version - name))
		       : name;
}

static void builder_read_symbols(struct builder *b)
{
	const struct pt_image *image = &b->image;
	const char *names = image->symbols.names;
	uint64_t names_size = image->symbols.names_size;
	uint64_t count = pt_image_symbols(image);

	if (!names_size || names[names_size - 1])
		return;
	for (uint64_t i = 0; i < count; i++) {
		struct raw_symbol raw = { 0 };
		unsigned type;
		GElf_Sym sym;

		pt_image_symbol(image, i, &sym);
		type = ELF64_ST_TYPE(sym.st_info);
		if (sym.st_shndx == SHN_UNDEF ||
		    (type > STT_FUNC && type != STT_GNU_IFUNC) ||
		    sym.st_name >= names_size ||
		    !builder_symbol_wanted(names + sym.st_name))
			continue;
		raw.name = symbol_name(b, names + sym.st_name);
		raw.symbol.address = sym.st_value;
		raw.symbol.size =
			sym.st_size > UINT32_MAX ? 0 : (uint32_t)sym.st_size;
		raw.symbol.global = ELF64_ST_BIND(sym.st_info) != STB_LOCAL;
		if (type == STT_FUNC)
			raw.symbol.kind = PT_INDEX_SYMBOL_FUNCTION;
		else if (type == STT_OBJECT)
			raw.symbol.kind = PT_INDEX_SYMBOL_OBJECT;
		else if (type == STT_GNU_IFUNC)
			raw.symbol.kind = PT_INDEX_SYMBOL_CHOSEN;
		g_array_append_val(b->symbols, raw);
	}
}

static int symbol_compare(const void *x, const void *y)
{
	const struct pt_index_symbol *a = x, *b = y;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static int function_compare(const void *x, const void *y)
{
	const struct pt_index_function *a = x, *b = y;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

static int variable_compare(const void *x, const void *y)
{
	const struct pt_index_variable *a = x, *b = y;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

static int type_compare(const void *x, const void *y)
{
	const struct pt_index_type *a = x, *b = y;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

/* Numbers of elements, by a key of theirs. */
struct ordered {
	uint64_t key;
	uint32_t number;
};

static int ordered_compare(const void *x, const void *y)
{
	const struct ordered *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static void builder_order(GArray *ordered, GArray *numbers)
{
	array_sort(ordered, ordered_compare);
	for (guint i = 0; i < ordered->len; i++)
		g_array_append_val(
			numbers,
			g_array_index(ordered, struct ordered, i).number);
	g_array_unref(ordered);
}

static void builder_fill_symbols(struct builder *b)
{
	GArray *symbols = b->tables[PT_INDEX_SYMBOLS];
	GArray *ordered = g_array_new(FALSE, FALSE, sizeof(struct ordered));

	for (guint i = 0; i < b->symbols->len; i++) {
		struct raw_symbol *raw =
			&g_array_index(b->symbols, struct raw_symbol, i);

		raw->symbol.name = b->offsets[builder_intern(b, raw->name)];
		g_array_append_val(symbols, raw->symbol);
	}
	array_sort(symbols, symbol_compare);
	for (guint i = 0; i < symbols->len; i++) {
		struct ordered o = {
			g_array_index(symbols, struct pt_index_symbol, i).name,
			i
		};

		g_array_append_val(ordered, o);
	}
	builder_order(ordered, b->tables[PT_INDEX_SYMBOL_NAMES]);
}

/* The address of the kernel's symbol NAME; false: none. */
static bool builder_symbol(struct builder *b, const char *name, uint64_t *ret)
{
	for (guint i = 0; i < b->symbols->len; i++) {
		const struct raw_symbol *raw =
			&g_array_index(b->symbols, struct raw_symbol, i);

		if (!strcmp(raw->name, name)) {
			*ret = raw->symbol.address;
			return true;
		}
	}
	return false;
}

static void builder_fill_functions(struct builder *b, struct worker *w,
				   const uint32_t *file_ids)
{
	for (guint i = 0; i < w->found.functions->len; i++) {
		const struct pt_raw_function *raw = &g_array_index(
			w->found.functions, struct pt_raw_function, i);
		struct pt_index_function f = {
			.address = raw->address,
			.size = raw->size,
			.name = b->offsets[builder_intern(b, raw->name)],
			.die = raw->die,
			.file = file_ids[raw->file],
			.line = raw->line,
			.flags = raw->flags,
		};

		g_array_append_val(b->tables[PT_INDEX_FUNCTIONS], f);
	}
}

static void builder_fill_named(struct builder *b, struct worker *w)
{
	for (guint i = 0; i < w->found.variables->len; i++) {
		const struct pt_raw_named *raw = &g_array_index(
			w->found.variables, struct pt_raw_named, i);
		struct pt_index_variable v = {
			b->offsets[builder_intern(b, raw->name)], raw->die
		};

		g_array_append_val(b->tables[PT_INDEX_VARIABLES], v);
	}
	for (guint i = 0; i < w->found.types->len; i++) {
		const struct pt_raw_named *raw =
			&g_array_index(w->found.types, struct pt_raw_named, i);
		struct pt_index_type t = {
			b->offsets[builder_intern(b, raw->name)], raw->tag,
			raw->die
		};

		g_array_append_val(b->tables[PT_INDEX_TYPES], t);
	}
	for (guint i = 0; i < w->found.units->len; i++) {
		const struct pt_raw_named *raw =
			&g_array_index(w->found.units, struct pt_raw_named, i);

		g_array_index(b->tables[PT_INDEX_UNITS], struct pt_index_unit,
			      raw->die)
			.name = b->offsets[builder_intern(b, raw->name)];
	}
}

/* ---- scopes ----------------------------------------------------------- */

static int scope_compare(const void *x, const void *y)
{
	const struct pt_index_scope *a = x, *b = y;

	return a->die < b->die ? -1 : a->die > b->die;
}

static void builder_add_scope(struct builder *b, GArray *to, uint32_t die,
			      const struct pt_raw_scope *raw)
{
	struct pt_index_scope scope = { .die = die };

	scope.full = b->offsets[builder_intern(b, raw->full)];
	scope.brief = b->offsets[builder_intern(b, raw->brief)];
	g_array_append_val(to, scope);
}

/* The scope of what is at DIE: that of its declaration in another unit, among
 * DECLARED, or where it stands. */
static void builder_scope_of(struct builder *b, const GArray *declared,
			     uint32_t die, const struct pt_raw_home *home)
{
	struct pt_index_scope scope = { .die = home->declared };
	const struct pt_index_scope *found = NULL;

	if (home->declared && declared->len)
		found = bsearch(&scope, declared->data, declared->len,
				sizeof(scope), scope_compare);
	if (found) {
		scope = *found;
		scope.die = die;
		g_array_append_val(b->tables[PT_INDEX_SCOPES], scope);
	} else if (home->scope) {
		builder_add_scope(b, b->tables[PT_INDEX_SCOPES], die,
				  home->scope);
	}
}

/* All that units may refer to: functions as they were written, and declarations. */
static void builder_list_declared(struct builder *b, GArray *declared)
{
	for (unsigned n = 0; n < b->n_workers; n++) {
		const struct pt_indexunit *u = &b->workers[n].found;

		for (guint i = 0; i < u->shared->len; i++) {
			const struct pt_raw_named *raw = &g_array_index(
				u->shared, struct pt_raw_named, i);

			builder_add_scope(b, declared, raw->die,
					  raw->home.scope);
		}
		for (guint i = 0; i < u->functions->len; i++) {
			const struct pt_raw_function *raw = &g_array_index(
				u->functions, struct pt_raw_function, i);

			if (raw->home.scope && raw->flags & PT_INDEX_ABSTRACT)
				builder_add_scope(b, declared, raw->die,
						  raw->home.scope);
		}
	}
	array_sort(declared, scope_compare);
}

static void builder_fill_scopes(struct builder *b)
{
	GArray *declared =
		g_array_new(FALSE, FALSE, sizeof(struct pt_index_scope));

	if (b->image.joined)
		builder_list_declared(b, declared);
	for (unsigned n = 0; n < b->n_workers; n++) {
		const struct pt_indexunit *u = &b->workers[n].found;

		for (guint i = 0; i < u->functions->len; i++) {
			const struct pt_raw_function *raw = &g_array_index(
				u->functions, struct pt_raw_function, i);

			builder_scope_of(b, declared, raw->die, &raw->home);
		}
		for (guint i = 0; i < u->variables->len; i++) {
			const struct pt_raw_named *raw = &g_array_index(
				u->variables, struct pt_raw_named, i);

			builder_scope_of(b, declared, raw->die, &raw->home);
		}
	}
	g_array_unref(declared);
	array_sort(b->tables[PT_INDEX_SCOPES], scope_compare);
}

/* One of each name and tag: the one in the first unit. */
static void builder_unique_types(GArray *types)
{
	guint kept = 0;

	for (guint i = 0; i < types->len; i++) {
		const struct pt_index_type *t =
			&g_array_index(types, struct pt_index_type, i);
		const struct pt_index_type *last =
			kept ? &g_array_index(types, struct pt_index_type,
					      kept - 1)
			     : NULL;

		if (last && last->name == t->name && last->tag == t->tag)
			continue;
		g_array_index(types, struct pt_index_type, kept++) = *t;
	}
	g_array_set_size(types, kept);
}

static void builder_intern_scopes(struct builder *b, struct pt_indexunit *u)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, u->scopes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct pt_raw_scope *scope = value;

		builder_intern(b, scope->full);
		builder_intern(b, scope->brief);
	}
}

static void builder_intern_all(struct builder *b)
{
	builder_intern(b, "");
	for (unsigned n = 0; n < b->n_workers; n++) {
		struct worker *w = &b->workers[n];

		builder_intern_scopes(b, &w->found);
		for (guint i = 0; i < w->found.functions->len; i++)
			builder_intern(b,
				       g_array_index(w->found.functions,
						     struct pt_raw_function, i)
					       .name);
		for (guint i = 0; i < w->found.variables->len; i++)
			builder_intern(b, g_array_index(w->found.variables,
							struct pt_raw_named, i)
						  .name);
		for (guint i = 0; i < w->found.types->len; i++)
			builder_intern(b, g_array_index(w->found.types,
							struct pt_raw_named, i)
						  .name);
		for (guint i = 0; i < w->found.units->len; i++)
			builder_intern(b, g_array_index(w->found.units,
							struct pt_raw_named, i)
						  .name);
		for (guint i = 0; i < w->found.files->len; i++)
			builder_intern(b, g_ptr_array_index(w->found.files, i));
	}
	for (guint i = 0; i < b->symbols->len; i++)
		builder_intern(
			b,
			g_array_index(b->symbols, struct raw_symbol, i).name);
}

/* The files of a worker, joined to those of the workers before it. */
static uint32_t *builder_fill_files(struct builder *b, struct worker *w,
				    GHashTable *known)
{
	GArray *files = b->tables[PT_INDEX_FILES];
	uint32_t *ids = g_new(uint32_t, w->found.files->len + 1);

	for (guint i = 0; i < w->found.files->len; i++) {
		uint32_t name = b->offsets[builder_intern(
			b, g_ptr_array_index(w->found.files, i))];
		gpointer id;

		if (!g_hash_table_lookup_extended(known, GUINT_TO_POINTER(name),
						  NULL, &id)) {
			id = GUINT_TO_POINTER(files->len);
			g_array_append_val(files, name);
			g_hash_table_insert(known, GUINT_TO_POINTER(name), id);
		}
		ids[i] = GPOINTER_TO_UINT(id);
	}
	return ids;
}

static void builder_fill(struct builder *b)
{
	GHashTable *known = g_hash_table_new(g_direct_hash, g_direct_equal);
	GArray *functions = b->tables[PT_INDEX_FUNCTIONS];
	GArray *ordered = g_array_new(FALSE, FALSE, sizeof(struct ordered));

	for (guint i = 0; i < b->units->len; i++) {
		const struct raw_unit *raw =
			&g_array_index(b->units, struct raw_unit, i);
		struct pt_index_unit unit = { raw->offset, raw->length, 0 };

		g_array_append_val(b->tables[PT_INDEX_UNITS], unit);
	}
	for (unsigned n = 0; n < b->n_workers; n++) {
		uint32_t *ids = builder_fill_files(b, &b->workers[n], known);

		builder_fill_functions(b, &b->workers[n], ids);
		builder_fill_named(b, &b->workers[n]);
		g_free(ids);
	}
	g_hash_table_unref(known);
	builder_fill_scopes(b);
	builder_fill_symbols(b);
	array_sort(functions, function_compare);
	array_sort(b->tables[PT_INDEX_VARIABLES], variable_compare);
	array_sort(b->tables[PT_INDEX_TYPES], type_compare);
	builder_unique_types(b->tables[PT_INDEX_TYPES]);
	for (guint i = 0; i < functions->len; i++) {
		struct ordered o = { g_array_index(functions,
						   struct pt_index_function, i)
					     .address,
				     i };

		if (o.key)
			g_array_append_val(ordered, o);
	}
	builder_order(ordered, b->tables[PT_INDEX_BY_ADDRESS]);
}

/* ---- where probes may stand ------------------------------------------- */

static struct pt_index_function *builder_function_at(struct builder *b,
						     uint64_t address)
{
	struct pt_index index = {
		.functions = (void *)b->tables[PT_INDEX_FUNCTIONS]->data,
		.n_functions = b->tables[PT_INDEX_FUNCTIONS]->len,
		.by_address = (void *)b->tables[PT_INDEX_BY_ADDRESS]->data,
		.n_by_address = b->tables[PT_INDEX_BY_ADDRESS]->len,
	};

	return (struct pt_index_function *)pt_index_function_at(&index, address,
								false);
}

/* Of the image's memory, even if the file has nothing of it. */
static const struct pt_image_section *builder_section(struct builder *b,
						      const char *name)
{
	for (guint i = 0; i < b->image.sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			b->image.sections, struct pt_image_section, i);

		if (s->alloc && !strcmp(s->name, name))
			return s;
	}
	return NULL;
}

/* A table of addresses: the linker script sets symbols around it in the kernel,
 * in a module it is a section. */
struct words {
	const char *start, *end, *section;
};

static const uint8_t *
builder_words(struct builder *b, const struct words *words, uint64_t *ret_count)
{
	const struct pt_image_section *section;
	uint64_t start, end;

	if (!builder_symbol(b, words->start, &start) ||
	    !builder_symbol(b, words->end, &end)) {
		section = builder_section(b, words->section);
		if (!section)
			return NULL;
		start = section->address;
		end = start + section->size;
	}
	if (end <= start)
		return NULL;
	*ret_count = (end - start) / b->image.arch->word;
	return pt_image_memory(&b->image, start, end - start);
}

static uint64_t builder_word(struct builder *b, const uint8_t *words,
			     uint64_t number)
{
	return pt_image_word(&b->image, words + number * b->image.arch->word);
}

/* The compiler's call of __fentry__ may stand behind an endbr64. */
#define ENDBR_SIZE 4

static void builder_mark_ftrace(struct builder *b)
{
	static const struct words table = { "__start_mcount_loc",
					    "__stop_mcount_loc",
					    "__mcount_loc" };
	uint64_t count;
	const uint8_t *calls = builder_words(b, &table, &count);

	for (uint64_t i = 0; calls && i < count; i++) {
		uint64_t call = builder_word(b, calls, i);
		struct pt_index_function *f = builder_function_at(b, call);

		if (f && call - f->address <= ENDBR_SIZE)
			f->flags |= PT_INDEX_FTRACE;
	}
}

static void builder_mark_blacklist(struct builder *b)
{
	static const struct words table = { "__start_kprobe_blacklist",
					    "__stop_kprobe_blacklist",
					    "_kprobe_blacklist" };
	uint64_t count;
	const uint8_t *entries = builder_words(b, &table, &count);

	for (uint64_t i = 0; entries && i < count; i++) {
		struct pt_index_function *f =
			builder_function_at(b, builder_word(b, entries, i));

		if (f && !f->refusal)
			f->refusal = PT_INDEX_BLACKLISTED;
	}
}

/* A table of addresses marks one of the functions that start there. */
static void builder_mark_aliases(struct builder *b)
{
	const GArray *order = b->tables[PT_INDEX_BY_ADDRESS];
	struct pt_index_function *functions =
		(void *)b->tables[PT_INDEX_FUNCTIONS]->data;

	for (guint i = 0, end; i < order->len; i = end) {
		struct pt_index_function *first =
			&functions[g_array_index(order, uint32_t, i)];
		uint16_t flags = 0, refusal = 0;

		for (end = i; end < order->len; end++) {
			struct pt_index_function *f =
				&functions[g_array_index(order, uint32_t, end)];

			if (f->address != first->address)
				break;
			flags |= f->flags & PT_INDEX_FTRACE;
			refusal = refusal ? refusal : f->refusal;
		}
		for (; i < end; i++) {
			struct pt_index_function *f =
				&functions[g_array_index(order, uint32_t, i)];

			f->flags |= flags;
			f->refusal = refusal;
		}
	}
}

/* As the linker script names them in the kernel, and sections of modules. */
static const struct {
	const char *start, *end, *section;
	enum pt_index_refusal refusal;
} refused_ranges[] = {
	{ "__noinstr_text_start", "__noinstr_text_end", ".noinstr.text",
	  PT_INDEX_NOINSTR },
	{ "__entry_text_start", "__entry_text_end", ".entry.text",
	  PT_INDEX_ENTRY_TEXT },
	{ "__kprobes_text_start", "__kprobes_text_end", ".kprobes.text",
	  PT_INDEX_KPROBES_TEXT },
	{ "_sinittext", "_einittext", ".init.text", PT_INDEX_INIT_TEXT },
	{ "", "", ".exit.text", PT_INDEX_EXIT_TEXT },
};

static void builder_mark_range(struct builder *b, uint64_t start, uint64_t end,
			       enum pt_index_refusal refusal, bool inside)
{
	GArray *functions = b->tables[PT_INDEX_FUNCTIONS];

	for (guint i = 0; i < functions->len; i++) {
		struct pt_index_function *f =
			&g_array_index(functions, struct pt_index_function, i);

		if (f->address && !f->refusal &&
		    (f->address >= start && f->address < end) == inside)
			f->refusal = (uint16_t)refusal;
	}
}

static void builder_mark_refused(struct builder *b)
{
	uint64_t start, end;

	if (b->image.program)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(refused_ranges); i++) {
		const struct pt_image_section *section =
			builder_section(b, refused_ranges[i].section);

		if (!builder_symbol(b, refused_ranges[i].start, &start) ||
		    !builder_symbol(b, refused_ranges[i].end, &end)) {
			if (!section)
				continue;
			start = section->address;
			end = start + section->memory_size;
		}
		builder_mark_range(b, start, end, refused_ranges[i].refusal,
				   true);
	}
	if (builder_symbol(b, "_stext", &start) &&
	    builder_symbol(b, "_etext", &end))
		builder_mark_range(b, start, end, PT_INDEX_NOT_TEXT, false);
	builder_mark_blacklist(b);
}

/* ---- the whole -------------------------------------------------------- */

static void builder_run_workers(struct builder *b)
{
	gint next = 0;

	b->n_workers = CLAMP(g_get_num_processors(), 1, MAX_THREADS);
	for (unsigned i = 0; i < b->n_workers; i++)
		worker_init(&b->workers[i], &b->image, b->units, &next, i);
	for (unsigned i = 1; i < b->n_workers; i++)
		b->workers[i].thread = g_thread_try_new("index", worker_run,
							&b->workers[i], NULL);
	worker_run(&b->workers[0]);
	for (unsigned i = 1; i < b->n_workers; i++)
		if (b->workers[i].thread)
			g_thread_join(b->workers[i].thread);
}

static void builder_write(struct builder *b, uint8_t **ret, size_t *ret_size)
{
	struct pt_index_header header = {
		.magic = PT_INDEX_MAGIC,
		.version = PT_INDEX_VERSION,
		.header_size = sizeof(header),
		.info_size = b->image.info.size,
		.joined = b->image.joined,
		.build_id_length = (uint32_t)b->image.build_id_length,
	};
	uint64_t at = sizeof(header);
	uint8_t *data;

	memcpy(header.build_id, b->image.build_id,
	       MIN(b->image.build_id_length, sizeof(header.build_id)));
	for (int i = 0; i < PT_INDEX_TABLES; i++) {
		GArray *table = b->tables[i];

		at = (at + 7) & ~UINT64_C(7);
		header.tables[i].offset = at;
		header.tables[i].count = table->len;
		at += (uint64_t)table->len * g_array_get_element_size(table);
	}
	header.size = at;
	data = g_malloc0(at);
	memcpy(data, &header, sizeof(header));
	for (int i = 0; i < PT_INDEX_TABLES; i++)
		if (b->tables[i]->len)
			memcpy(data + header.tables[i].offset,
			       b->tables[i]->data,
			       (size_t)b->tables[i]->len *
				       g_array_get_element_size(b->tables[i]));
	*ret = data;
	*ret_size = at;
}

static void builder_init(struct builder *b, struct pt_arena *arena,
			 const struct pt_image *image)
{
	b->arena = arena;
	b->image = *image;
	b->units = g_array_new(FALSE, FALSE, sizeof(struct raw_unit));
	b->symbols = g_array_new(FALSE, FALSE, sizeof(struct raw_symbol));
	b->ids = g_hash_table_new(g_str_hash, g_str_equal);
	b->pool = g_array_new(FALSE, FALSE, sizeof(struct pooled));
	for (int i = 0; i < PT_INDEX_TABLES; i++)
		b->tables[i] =
			g_array_new(FALSE, FALSE, pt_index_element_size[i]);
}

static void builder_deinit(struct builder *b)
{
	for (unsigned i = 0; i < b->n_workers; i++)
		pt_indexunit_deinit(&b->workers[i].found);
	for (int i = 0; i < PT_INDEX_TABLES; i++)
		g_array_unref(b->tables[i]);
	g_array_unref(b->units);
	g_array_unref(b->symbols);
	g_hash_table_unref(b->ids);
	g_array_unref(b->pool);
	g_free(b->offsets);
}

static struct pt_error *builder_build(struct builder *b, uint8_t **ret,
				      size_t *ret_size)
{
	PT_TRY(builder_check_joined(b));
	PT_TRY(builder_list_units(b));
	builder_run_workers(b);
	for (unsigned i = 0; i < b->n_workers; i++)
		if (b->workers[i].bad_unit != UINT64_MAX)
			return builder_bad(b, b->workers[i].bad_unit);
	builder_read_symbols(b);
	builder_intern_all(b);
	builder_layout_strings(b);
	builder_fill(b);
	builder_mark_ftrace(b);
	builder_mark_refused(b);
	builder_mark_aliases(b);
	builder_write(b, ret, ret_size);
	return NULL;
}

struct pt_error *pt_indexer_build(struct pt_arena *arena,
				  const struct pt_image *image, uint8_t **ret,
				  size_t *ret_size)
{
	struct builder b = { 0 };
	struct pt_error *error;

	builder_init(&b, arena, image);
	error = builder_build(&b, ret, ret_size);
	builder_deinit(&b);
	return error;
}
