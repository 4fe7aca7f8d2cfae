/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unit of C is a list of functions, variables and types.  Those of C++ (and of Rust,
 * D...) stand in namespaces and classes, also such of functions; clang has a function's
 * code where it was declared, gcc mostly at the end of the unit, with a reference.
 */
#include "indexunit.h"

#include <dwarf.h>
#include <string.h>

#include "walkdie.h"

/* Files of a unit whose names are found once. */
#define MAX_FILES 1024

/* What is in a scope: the pointers say which. */
struct scope_key {
	const struct pt_raw_scope *scope;
	const char *name;
	uint32_t tag;
};

/* A function or a variable whose declaration in this unit, DIE, has its scope. */
struct waiting {
	bool is_function;
	guint number; /* of the function, or of the variable */
	uint32_t die;
};

/* Where the files of one unit went. */
struct unit_files {
	const struct pt_filetable *table;
	GString *path;
	uint32_t ids[MAX_FILES]; /* UINT32_MAX: not yet */
	const char *unit;	 /* its name */
	const char *directory;
};

static uint32_t add_file(struct pt_indexunit *u, const char *path)
{
	gpointer id;

	while (path[0] == '.' && path[1] == '/')
		path += 2;
	if (!g_hash_table_lookup_extended(u->file_ids, path, NULL, &id)) {
		char *own = g_string_chunk_insert(u->chunk, path);

		id = GUINT_TO_POINTER(u->files->len);
		g_ptr_array_add(u->files, own);
		g_hash_table_insert(u->file_ids, own, id);
	}
	return GPOINTER_TO_UINT(id);
}

static uint32_t unit_file(struct pt_indexunit *u, struct unit_files *f,
			  Dwarf_Word number)
{
	size_t length = f->directory ? strlen(f->directory) : 0;
	const char *path;
	uint32_t id;

	if (number < MAX_FILES && f->ids[number] != UINT32_MAX)
		return f->ids[number];
	pt_filetable_path(f->table, number, f->path);
	/* The assembler says nothing of files but the unit's name. */
	path = f->path->len || !f->unit ? f->path->str : f->unit;
	/* Programs are listed with the whole path, as libdw has it. */
	if (u->image->program && length && !strchr(path, '/')) {
		if (path != f->path->str)
			g_string_assign(f->path, path);
		g_string_prepend_c(f->path, '/');
		g_string_prepend(f->path, f->directory);
		path = f->path->str;
	}
	if (!u->image->program && length &&
	    !strncmp(path, f->directory, length) && path[length] == '/')
		path += length + 1;
	id = add_file(u, path);
	if (number < MAX_FILES)
		f->ids[number] = id;
	return id;
}

/* The number of a file in the table of a unit that this one refers to. */
static uint32_t other_file(struct pt_indexunit *u, Dwarf_CU *unit,
			   Dwarf_Word number)
{
	const char *directory = NULL, *path = NULL;
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	Dwarf_Die die;
	size_t count, length;

	if (!dwarf_cu_die(unit, &die, NULL, NULL, NULL, NULL, NULL, NULL) ||
	    dwarf_getsrcfiles(&die, &files, &count))
		return add_file(u, "");
	if (dwarf_attr(&die, DW_AT_comp_dir, &attr))
		directory = dwarf_formstring(&attr);
	if (number < count)
		path = dwarf_filesrc(files, number, NULL, NULL);
	if (!path)
		path = dwarf_diename(&die);
	length = directory && !u->image->program ? strlen(directory) : 0;
	if (path && length && !strncmp(path, directory, length) &&
	    path[length] == '/')
		path += length + 1;
	return add_file(u, path ? path : "");
}

/* Where the walk is. */
struct place {
	struct pt_window *window;
	struct unit_files *files;
	const struct pt_raw_scope *scope; /* NULL: the unit */
	bool in_function;
	unsigned depth;
};

/* ---- scopes ----------------------------------------------------------- */

static guint scope_hash(gconstpointer p)
{
	const struct scope_key *key = p;

	return g_direct_hash(key->scope) * 31 + g_direct_hash(key->name) +
	       key->tag;
}

static gboolean scope_equal(gconstpointer p, gconstpointer q)
{
	const struct scope_key *a = p, *b = q;

	return a->scope == b->scope && a->name == b->name && a->tag == b->tag;
}

static const char *joined(struct pt_indexunit *u, const char *scope,
			  const char *name)
{
	g_string_printf(u->path, "%s%s%s", scope, *scope ? "::" : "", name);
	return g_string_chunk_insert(u->chunk, u->path->str);
}

/* What is inside of DIE, which stands in SCOPE. */
static const struct pt_raw_scope *scope_inside(struct pt_indexunit *u,
					       const struct pt_raw_scope *scope,
					       Dwarf_Die *die)
{
	static const struct pt_raw_scope none = { "", "" };
	struct scope_key key = { .scope = scope, .name = dwarf_diename(die) };
	const struct pt_raw_scope *outer = scope ? scope : &none;
	struct pt_raw_scope *inner;
	bool is_inline;

	if (!key.name)
		return scope;
	is_inline = dwarf_tag(die) == DW_TAG_namespace &&
		    dwarf_hasattr(die, DW_AT_export_symbols);
	key.tag = is_inline;
	inner = g_hash_table_lookup(u->scopes, &key);
	if (inner)
		return inner;
	inner = g_new(struct pt_raw_scope, 1);
	inner->full = joined(u, outer->full, key.name);
	inner->brief =
		is_inline ? outer->brief : joined(u, outer->brief, key.name);
	g_hash_table_insert(u->scopes, g_memdup2(&key, sizeof(key)), inner);
	return inner;
}

/* What a DIE completes that only has code, or a value: its declaration, or what in
 * another unit leads there. */
static bool declaration_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	static const unsigned attributes[] = { DW_AT_abstract_origin,
					       DW_AT_specification };
	bool any = false;

	*ret = *die;
	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (ret->cu == die->cu)
			any |= pt_walkdie_ref(ret, attributes[i], ret);
	return any;
}

/* The home of a DIE, which becomes the next in its table: that of what it completes,
 * or PLACE's. */
static struct pt_raw_home find_home(struct pt_indexunit *u,
				    const struct place *place, Dwarf_Die *die,
				    bool is_function)
{
	GArray *table = is_function ? u->functions : u->variables;
	struct pt_raw_home home = { .scope = place->scope };
	struct waiting waiting = { is_function, table->len, 0 };
	const struct pt_raw_scope *scope;
	Dwarf_Die declaration;

	if (!u->nests || !declaration_of(die, &declaration))
		return home;
	waiting.die =
		(uint32_t)pt_image_die_offset(place->window, &declaration);
	scope = g_hash_table_lookup(u->declared, GUINT_TO_POINTER(waiting.die));
	if (scope)
		home.scope = scope;
	else if (declaration.cu != die->cu)
		home.declared = waiting.die;
	else
		g_array_append_val(u->waiting, waiting);
	return home;
}

/* Whoever completes the declaration DIE is in its scope. */
static void note_declaration(struct pt_indexunit *u, const struct place *place,
			     Dwarf_Die *die)
{
	struct pt_raw_named shared = { .home = { .scope = place->scope } };

	if (!place->scope)
		return;
	shared.die = (uint32_t)pt_image_die_offset(place->window, die);
	g_hash_table_insert(u->declared, GUINT_TO_POINTER(shared.die),
			    (gpointer)place->scope);
	/* dwz puts what several units have in units of its own. */
	if (dwarf_tag(&place->window->cu) == DW_TAG_partial_unit)
		g_array_append_val(u->shared, shared);
}

/* Those whose declarations came after them. */
static void settle_waiting(struct pt_indexunit *u)
{
	for (guint i = 0; i < u->waiting->len; i++) {
		const struct waiting *w =
			&g_array_index(u->waiting, struct waiting, i);
		const struct pt_raw_scope *scope = g_hash_table_lookup(
			u->declared, GUINT_TO_POINTER(w->die));

		if (!scope)
			continue;
		if (w->is_function)
			g_array_index(u->functions, struct pt_raw_function,
				      w->number)
				.home.scope = scope;
		else
			g_array_index(u->variables, struct pt_raw_named,
				      w->number)
				.home.scope = scope;
	}
	g_array_set_size(u->waiting, 0);
	g_hash_table_remove_all(u->declared);
}

/* ---- functions, variables and types ----------------------------------- */

/* Returns the scope that the function is in. */
static const struct pt_raw_scope *
add_function(struct pt_indexunit *u, const struct place *place, Dwarf_Die *die)
{
	struct pt_raw_function f = { 0 };
	Dwarf_Addr low = 0, high = 0;
	Dwarf_Attribute attr;
	Dwarf_Word word;

	if (dwarf_hasattr(die, DW_AT_declaration)) {
		note_declaration(u, place, die);
		return place->scope;
	}
	f.name = dwarf_diename(die);
	if (!f.name)
		return place->scope;
	if (dwarf_hasattr(die, DW_AT_inline)) {
		f.flags |= PT_INDEX_ABSTRACT;
	} else if (!pt_walkdie_entry(die, &low, &high) || !low) {
		/* Link-time optimisation leaves the function as it was written
		 * here, and its code and copies elsewhere. */
		if (!u->image->joined)
			return place->scope;
		f.flags |= PT_INDEX_ABSTRACT;
		low = high = 0;
	}
	f.address = low;
	f.size = high - low > UINT32_MAX ? 0 : (uint32_t)(high - low);
	f.die = (uint32_t)pt_image_die_offset(place->window, die);
	if (dwarf_attr_integrate(die, DW_AT_external, &attr))
		f.flags |= PT_INDEX_EXTERNAL;
	if (dwarf_attr_integrate(die, DW_AT_decl_line, &attr) &&
	    !dwarf_formudata(&attr, &word))
		f.line = (uint32_t)word;
	word = UINT32_MAX;
	attr.cu = die->cu;
	if (dwarf_attr_integrate(die, DW_AT_decl_file, &attr))
		dwarf_formudata(&attr, &word);
	f.file = attr.cu == die->cu ? unit_file(u, place->files, word)
				    : other_file(u, attr.cu, word);
	f.home = find_home(u, place, die, true);
	if (f.flags & PT_INDEX_ABSTRACT)
		note_declaration(u, place, die);
	g_array_append_val(u->functions, f);
	return f.home.scope;
}

/* Is NAME new in SCOPE? */
static bool is_new_inside(struct pt_indexunit *u,
			  const struct pt_raw_scope *scope, const char *name,
			  uint32_t tag)
{
	struct scope_key key = { scope, name, tag };

	return !g_hash_table_contains(u->known, &key) &&
	       g_hash_table_add(u->known, g_memdup2(&key, sizeof(key)));
}

static void add_named(struct pt_indexunit *u, const struct place *place,
		      const char *name, Dwarf_Die *die, int tag)
{
	struct pt_raw_named t = { .name = name, .tag = (uint32_t)tag };

	t.die = (uint32_t)pt_image_die_offset(place->window, die);
	g_array_append_val(u->types, t);
}

/* A header's declarations come with each unit that includes it: the first of a
 * name and tag is kept; false: this is not the first.  The linker merges
 * .debug_str, so nearly always one pointer is one name; names that the merge
 * of all units finds twice do no harm. */
static bool add_once(struct pt_indexunit *u, const struct place *place,
		     const struct pt_raw_scope *scope, Dwarf_Die *die, int tag)
{
	const char *name = dwarf_diename(die);
	uintptr_t key;

	if (!name)
		return true;
	key = (uintptr_t)name * 64 + (uintptr_t)(tag & 63);
	if (scope ? !is_new_inside(u, scope, name, (uint32_t)tag)
		  : !g_hash_table_add(u->seen, (gpointer)key))
		return false;
	add_named(u, place, scope ? joined(u, scope->full, name) : name, die,
		  tag);
	return true;
}

/* The names of constants, of each enumeration once. */
static void add_enumerators(struct pt_indexunit *u, const struct place *place,
			    Dwarf_Die *die)
{
	const struct pt_raw_scope *scope = place->scope;
	Dwarf_Die child;
	int more;

	if (u->nests && dwarf_hasattr(die, DW_AT_enum_class))
		scope = scope_inside(u, scope, die);
	for (more = dwarf_child(die, &child); more == 0;
	     more = dwarf_siblingof(&child, &child))
		if (dwarf_tag(&child) == DW_TAG_enumerator)
			add_once(u, place, scope, &child, DW_TAG_enumerator);
}

static void add_type(struct pt_indexunit *u, const struct place *place,
		     Dwarf_Die *die, int tag)
{
	/* C++ may declare a class as a structure, and the other way round. */
	if (tag == DW_TAG_class_type)
		tag = DW_TAG_structure_type;
	if (!dwarf_hasattr(die, DW_AT_declaration) &&
	    add_once(u, place, place->scope, die, tag) &&
	    tag == DW_TAG_enumeration_type)
		add_enumerators(u, place, die);
}

static void add_variable(struct pt_indexunit *u, const struct place *place,
			 Dwarf_Die *die)
{
	struct pt_raw_named v = { .tag = DW_TAG_variable };

	/* One that is only declared may be a symbol of the linker script, like
	 * jiffies: its declaration has the type. */
	if (dwarf_hasattr(die, DW_AT_declaration)) {
		note_declaration(u, place, die);
		if (!place->scope)
			add_once(u, place, NULL, die, DW_TAG_variable);
		return;
	}
	v.name = dwarf_diename(die);
	if (!v.name)
		return;
	v.die = (uint32_t)pt_image_die_offset(place->window, die);
	v.home = find_home(u, place, die, false);
	g_array_append_val(u->variables, v);
}

/* ---- the walk --------------------------------------------------------- */

static bool walk(struct pt_indexunit *u, Dwarf_Die *parent,
		 const struct place *place);

/* What stands inside of DIE. */
static bool walk_inside(struct pt_indexunit *u, Dwarf_Die *die,
			const struct place *place, bool in_function)
{
	struct place inner = *place;

	if (!dwarf_haschildren(die) || place->depth >= PT_WALKDIE_DEPTH)
		return true;
	if (dwarf_tag(die) != DW_TAG_lexical_block)
		inner.scope = scope_inside(u, place->scope, die);
	inner.in_function = in_function;
	inner.depth++;
	return walk(u, die, &inner);
}

/* Functions may have classes inside of them, and these again functions. */
static bool walk_function(struct pt_indexunit *u, Dwarf_Die *die,
			  const struct place *place)
{
	struct place home = *place;

	home.scope = add_function(u, place, die);
	return walk_inside(u, die, &home, true);
}

/* False: what is in it is damaged. */
static bool walk_die(struct pt_indexunit *u, Dwarf_Die *die, int tag,
		     const struct place *place)
{
	switch (tag) {
	case DW_TAG_subprogram:
		if (u->nests)
			return walk_function(u, die, place);
		add_function(u, place, die);
		return true;
	case DW_TAG_variable:
		if (!place->in_function)
			add_variable(u, place, die);
		return true;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		add_type(u, place, die, tag);
		return !u->nests || walk_inside(u, die, place, false);
	case DW_TAG_class_type:
		u->nests = true;
		add_type(u, place, die, tag);
		return walk_inside(u, die, place, false);
	case DW_TAG_namespace:
	case DW_TAG_module: /* of Fortran, D, Swift */
		u->nests = true;
		return walk_inside(u, die, place, false);
	case DW_TAG_lexical_block:
		return !place->in_function || walk_inside(u, die, place, true);
	/* A static one, as DWARF 4 has it. */
	case DW_TAG_member:
		if (dwarf_hasattr(die, DW_AT_declaration))
			note_declaration(u, place, die);
		return true;
	default: add_type(u, place, die, tag); return true;
	}
}

#define TAG(tag) (UINT64_C(1) << (tag))

static bool walk(struct pt_indexunit *u, Dwarf_Die *parent,
		 const struct place *place)
{
	static const uint64_t walked =
		TAG(DW_TAG_subprogram) | TAG(DW_TAG_variable) |
		TAG(DW_TAG_structure_type) | TAG(DW_TAG_union_type) |
		TAG(DW_TAG_class_type) | TAG(DW_TAG_namespace) |
		TAG(DW_TAG_module) | TAG(DW_TAG_lexical_block) |
		TAG(DW_TAG_member) | TAG(DW_TAG_enumeration_type) |
		TAG(DW_TAG_typedef) | TAG(DW_TAG_base_type);
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(parent, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_invalid)
			return false;
		if (tag > 0 && tag < 64 && walked & TAG(tag) &&
		    !walk_die(u, &die, tag, place))
			return false;
	}
	return more > 0;
}

bool pt_indexunit_read(struct pt_indexunit *u, struct pt_window *window,
		       uint32_t number)
{
	struct unit_files files = { .table = u->table, .path = u->path };
	struct place place = { .window = window, .files = &files };
	struct pt_raw_named name = { .die = number };
	Dwarf_Attribute attr;
	Dwarf_Word lines;
	bool good;

	name.name = dwarf_diename(&window->cu);
	if (!name.name)
		name.name = "";
	files.unit = name.name;
	g_array_append_val(u->units, name);
	memset(files.ids, 0xff, sizeof(files.ids));
	/* A unit without a line table has no files; that is no damage. */
	if (!dwarf_attr(&window->cu, DW_AT_stmt_list, &attr) ||
	    dwarf_formudata(&attr, &lines))
		lines = UINT64_MAX;
	pt_filetable_read(u->table, lines);
	if (dwarf_attr(&window->cu, DW_AT_comp_dir, &attr))
		files.directory = dwarf_formstring(&attr);
	/* In C only programs have functions in functions, as an extension of gcc. */
	u->nests = u->image->program ||
		   pt_walkdie_language(&window->cu) != PT_WALKDIE_C;
	good = walk(u, &window->cu, &place);
	settle_waiting(u);
	return good;
}

void pt_indexunit_init(struct pt_indexunit *u, const struct pt_image *image)
{
	u->image = image;
	u->functions =
		g_array_new(FALSE, FALSE, sizeof(struct pt_raw_function));
	u->variables = g_array_new(FALSE, FALSE, sizeof(struct pt_raw_named));
	u->types = g_array_new(FALSE, FALSE, sizeof(struct pt_raw_named));
	u->shared = g_array_new(FALSE, FALSE, sizeof(struct pt_raw_named));
	u->units = g_array_new(FALSE, FALSE, sizeof(struct pt_raw_named));
	u->files = g_ptr_array_new();
	u->chunk = g_string_chunk_new(65536);
	u->seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	u->scopes =
		g_hash_table_new_full(scope_hash, scope_equal, g_free, g_free);
	u->known = g_hash_table_new_full(scope_hash, scope_equal, g_free, NULL);
	u->declared = g_hash_table_new(g_direct_hash, g_direct_equal);
	u->waiting = g_array_new(FALSE, FALSE, sizeof(struct waiting));
	u->file_ids = g_hash_table_new(g_str_hash, g_str_equal);
	u->table = pt_filetable_create(image);
	u->path = g_string_new("");
}

void pt_indexunit_deinit(struct pt_indexunit *u)
{
	g_array_unref(u->functions);
	g_array_unref(u->variables);
	g_array_unref(u->types);
	g_array_unref(u->shared);
	g_array_unref(u->units);
	g_ptr_array_unref(u->files);
	g_string_chunk_free(u->chunk);
	g_hash_table_unref(u->seen);
	g_hash_table_unref(u->scopes);
	g_hash_table_unref(u->known);
	g_hash_table_unref(u->declared);
	g_array_unref(u->waiting);
	g_hash_table_unref(u->file_ids);
	pt_filetable_destroy(u->table);
	g_string_free(u->path, TRUE);
}
