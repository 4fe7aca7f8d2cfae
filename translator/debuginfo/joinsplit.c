/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Units of -gsplit-dwarf.  The unit in the further file lacks what its skeleton in
 * the image knows: where addresses, strings and lists start, its lines, its lowest
 * address.  It becomes an ordinary unit with these as attributes of its own entry.
 * Those that are places in tables are constants of a new abbreviation, which take
 * no bytes; two take the eight bytes of the number that tied the two units
 * together.  So no entry of the unit moves, and references in it stay right.
 */
#include <dwarf.h>
#include <string.h>
#include <unistd.h>

#include "dwform.h"
#include "join.h"

/* Entries of .debug_loclists and its like start behind a header of this size, those
 * of .debug_str_offsets behind one of that (DWARF 5, section 7.29, 7.26). */
#define LISTS_HEADER 12
#define STRINGS_HEADER 8

struct skeleton {
	unsigned version, address_size;
	struct pt_dwform_value name_value, dir_value, low_value;
	const char *name, *dir; /* of the .dwo file; NULL: not said */
	uint64_t low_pc;
	uint64_t id, addr_base, strings_base, ranges_base, lines;
	bool has_id;
};

/* Of a package: where the parts of its units are. */
struct unit_index {
	bool is_5;
	uint64_t n_columns, n_units, n_slots;
	const uint8_t *slots;	/* numbers of units, then of their rows */
	const uint8_t *columns; /* their numbers, then a row for each unit */
};

struct split {
	struct join *j;
	GPtrArray *files;	   /* struct join_file *: .dwo, read so far */
	struct join_file *package; /* NULL: none */
	struct unit_index index;
	GHashTable *rows; /* number of a unit to that of its row */
	const struct skeleton *skeleton;
	struct join_file *file;	    /* of the unit at hand */
	uint64_t at[JOIN_SECTIONS]; /* where its parts were put */
	int64_t info_distance;
	uint8_t *id_at;	   /* version 4: eight bytes that are free */
	GHashTable *lists; /* of version 4: offsets to where they were put */
};

/* ---- skeletons -------------------------------------------------------- */

static bool skeleton_value(const struct pt_dwform_value *v, void *arg)
{
	struct skeleton *s = arg;

	switch (v->name) {
	case DW_AT_dwo_name:
	case DW_AT_GNU_dwo_name: s->name_value = *v; break;
	case DW_AT_comp_dir: s->dir_value = *v; break;
	case DW_AT_low_pc: s->low_value = *v; break;
	case DW_AT_stmt_list: s->lines = v->number; break;
	case DW_AT_addr_base:
	case DW_AT_GNU_addr_base: s->addr_base = v->number; break;
	case DW_AT_GNU_ranges_base: s->ranges_base = v->number; break;
	case DW_AT_str_offsets_base: s->strings_base = v->number; break;
	case DW_AT_GNU_dwo_id:
		s->id = v->number;
		s->has_id = true;
		break;
	default: break;
	}
	return true;
}

static const char *text_at(struct pt_arena *arena, const GByteArray *strings,
			   uint64_t offset)
{
	if (offset >= strings->len ||
	    !memchr(strings->data + offset, '\0', strings->len - offset))
		return NULL;
	return pt_arena_strdup(arena, (const char *)strings->data + offset);
}

/* The text of a value of the image; NULL: it has none. */
static const char *value_text(struct join *j, const struct skeleton *s,
			      const struct pt_dwform_value *v)
{
	const GByteArray *offsets = j->out[JOIN_STR_OFFSETS];
	uint64_t base = s->strings_base ? s->strings_base : STRINGS_HEADER;

	switch (v->form) {
	case DW_FORM_string:
		return v->at ? pt_arena_strdup(j->image->arena,
					       (const char *)v->at)
			     : NULL;
	case DW_FORM_strp:
		return text_at(j->image->arena, j->out[JOIN_STR], v->number);
	case DW_FORM_line_strp:
		return text_at(j->image->arena, j->out[JOIN_LINE_STR],
			       v->number);
	case DW_FORM_strx:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
		if (base > offsets->len ||
		    v->number >= (offsets->len - base) / 4)
			return NULL;
		return text_at(
			j->image->arena, j->out[JOIN_STR],
			pt_dwform_get(offsets->data + base + 4 * v->number, 4));
	default: return NULL;
	}
}

/* The lowest address of the skeleton's unit. */
static uint64_t low_address(struct join *j, const struct skeleton *s)
{
	const GByteArray *addresses = j->out[JOIN_ADDR];
	const struct pt_dwform_value *v = &s->low_value;

	if (!v->at || v->form == DW_FORM_addr)
		return v->number;
	if (s->addr_base > addresses->len ||
	    v->number >= (addresses->len - s->addr_base) / s->address_size)
		return 0;
	return pt_dwform_get(addresses->data + s->addr_base +
				     s->address_size * v->number,
			     s->address_size);
}

/* The skeletons of the image, in the order of their units. */
static GArray *list_skeletons(struct join *j)
{
	GByteArray *info = j->out[JOIN_INFO], *abbrev = j->out[JOIN_ABBREV];
	GArray *ret = g_array_new(FALSE, FALSE, sizeof(struct skeleton));
	uint8_t *at = info->data, *end = at + info->len;
	struct pt_dwform_unit unit;

	for (; at < end &&
	       pt_dwform_open(at, end, abbrev->data, abbrev->len, &unit);
	     at = unit.end) {
		struct skeleton s = { .version = unit.version,
				      .address_size = unit.address_size,
				      .lines = UINT32_MAX,
				      .id = unit.id };

		if (unit.version == 5 && unit.type != DW_UT_skeleton)
			continue;
		s.has_id = unit.version == 5;
		if (!pt_dwform_walk(&unit, true, skeleton_value, &s) ||
		    !s.has_id || !s.name_value.at)
			continue;
		/* what follows moves the sections */
		s.name = value_text(j, &s, &s.name_value);
		s.dir = value_text(j, &s, &s.dir_value);
		s.low_pc = low_address(j, &s);
		g_array_append_val(ret, s);
	}
	return ret;
}

/* ---- files ------------------------------------------------------------ */

/* Makes the offsets of strings in FILE those that they have in the image. */
static bool move_strings(struct split *split, struct join_file *file,
			 bool has_headers)
{
	const struct join_part *part = &file->parts[JOIN_STR_OFFSETS];
	uint32_t distance = file->parts[JOIN_STR].base;
	uint8_t *at, *end;

	if (!part->size)
		return true;
	at = split->j->out[JOIN_STR_OFFSETS]->data + part->base;
	end = at + part->size;
	while (end - at >= 4) {
		uint8_t *stop = end;

		if (has_headers) {
			uint64_t length = pt_dwform_get(at, 4);

			if (length < 4 || length > (uint64_t)(end - at) - 4)
				return false;
			stop = at + 4 + length;
			at += STRINGS_HEADER;
		}
		for (; stop - at >= 4; at += 4)
			pt_dwform_put(at, 4, pt_dwform_get(at, 4) + distance);
		at = stop;
	}
	return true;
}

static struct pt_error *add_file(struct split *split, struct join_file *file)
{
	static const enum join_section taken[] = { JOIN_STR, JOIN_LOCLISTS,
						   JOIN_RNGLISTS,
						   JOIN_STR_OFFSETS };
	const struct join_part *info = &file->parts[JOIN_INFO];

	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		pt_join_append(split->j, file, taken[i]);
	if (info->size < 6 ||
	    !move_strings(split, file, pt_dwform_get(info->data + 4, 2) >= 5))
		return pt_join_damaged(split->j, file->path, "its strings");
	return pt_join_types(split->j, file);
}

/* The .dwo file that a skeleton names: where it was made, or beside the image. */
static struct pt_error *find_dwo(struct split *split, const char *name,
				 const char *dir, struct join_file **ret)
{
	struct join *j = split->j;
	struct pt_arena *arena = j->image->arena;
	char *own = g_path_get_dirname(j->beside);
	const char *base = strrchr(name, '/');
	const char *candidates[] = {
		name[0] == '/' || !dir
			? name
			: pt_arena_printf(arena, "%s/%s", dir, name),
		pt_arena_printf(arena, "%s/%s", own, name),
		pt_arena_printf(arena, "%s/%s", own, base ? base + 1 : name),
	};

	g_free(own);
	for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
		for (guint k = 0; k < split->files->len; k++) {
			*ret = split->files->pdata[k];
			if (!strcmp((*ret)->path, candidates[i]))
				return NULL;
		}
		*ret = pt_join_read(j, candidates[i], ".dwo");
		if (!*ret || !(*ret)->parts[JOIN_INFO].size)
			continue;
		g_ptr_array_add(split->files, *ret);
		return add_file(split, *ret);
	}
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_DEBUGINFO,
			     "'%s' has debuginfo in '%s', which is not there",
			     j->beside, candidates[0]),
		"keep the .dwo files of its build, or make one file of them: "
		"dwp -e %s",
		j->beside);
}

/* ---- packages --------------------------------------------------------- */

/* Columns of an index by their numbers, of version 2 and of version 5 (DWARF 5,
 * section 7.3.5.3). */
static const uint8_t columns[2][9] = {
	{ JOIN_SECTIONS, JOIN_INFO, JOIN_TYPES, JOIN_ABBREV, JOIN_LINE,
	  JOIN_LOC, JOIN_STR_OFFSETS, JOIN_SECTIONS, JOIN_SECTIONS },
	{ JOIN_SECTIONS, JOIN_INFO, JOIN_SECTIONS, JOIN_ABBREV, JOIN_LINE,
	  JOIN_LOCLISTS, JOIN_STR_OFFSETS, JOIN_SECTIONS, JOIN_RNGLISTS },
};

static bool index_open(const struct join_index *index, struct unit_index *ret)
{
	const uint8_t *at = index->data;
	uint64_t size = index->size;

	if (size < 16)
		return false;
	ret->is_5 = pt_dwform_get(at, 2) == 5;
	ret->n_columns = pt_dwform_get(at + 4, 4);
	ret->n_units = pt_dwform_get(at + 8, 4);
	ret->n_slots = pt_dwform_get(at + 12, 4);
	if (ret->n_slots > size / 12 || ret->n_columns > 8 ||
	    ret->n_units > size / (4 * MAX(ret->n_columns, 1)) ||
	    16 + 12 * ret->n_slots + 4 * ret->n_columns * (1 + ret->n_units) >
		    size)
		return false;
	ret->slots = at + 16;
	ret->columns = ret->slots + 12 * ret->n_slots;
	return true;
}

static void index_read_row(const struct unit_index *index, uint64_t row,
			   uint64_t *ret)
{
	const uint8_t *at = index->columns;

	for (uint64_t i = 0; i < index->n_columns; i++) {
		uint64_t column = pt_dwform_get(at + 4 * i, 4);
		int section = column < 9 ? columns[index->is_5][column]
					 : JOIN_SECTIONS;

		if (section < JOIN_SECTIONS)
			ret[section] = pt_dwform_get(
				at + 4 * (index->n_columns * row + i), 4);
	}
}

bool pt_join_index_row(const struct join_index *index, uint64_t row,
		       uint64_t ret[JOIN_SECTIONS])
{
	struct unit_index open;

	if (!index_open(index, &open) || row > open.n_units)
		return false;
	index_read_row(&open, row, ret);
	return true;
}

/* Reads the package's index of units; one that is damaged has none. */
static void index_list(struct split *split)
{
	struct unit_index *index = &split->index;
	const uint8_t *rows;

	if (!index_open(&split->package->units, index))
		return;
	rows = index->slots + 8 * index->n_slots;
	for (uint64_t slot = 0; slot < index->n_slots; slot++) {
		uint64_t id = pt_dwform_get(index->slots + 8 * slot, 8);
		uint64_t row = pt_dwform_get(rows + 4 * slot, 4);

		if (row && row <= index->n_units)
			g_hash_table_insert(split->rows, GSIZE_TO_POINTER(id),
					    GSIZE_TO_POINTER(row));
	}
}

/* Where the parts of the unit with ID start in the package's sections; false: it
 * is not there. */
static bool index_find(const struct split *split, uint64_t id, uint64_t *ret)
{
	uint64_t row = GPOINTER_TO_SIZE(
		g_hash_table_lookup(split->rows, GSIZE_TO_POINTER(id)));

	if (!row)
		return false;
	index_read_row(&split->index, row, ret);
	return true;
}

/* ---- lists of version 4 ----------------------------------------------- */

/* GNU's entries of .debug_loc.dwo (binutils' and gcc's include/dwarf2.h). */
enum gnu_list {
	GNU_LIST_END,
	GNU_LIST_BASE,
	GNU_LIST_START_END,
	GNU_LIST_START_LENGTH,
};

static bool list_address(struct split *split, const uint8_t **at,
			 const uint8_t *end, uint64_t *ret)
{
	const GByteArray *addresses = split->j->out[JOIN_ADDR];
	uint64_t number, base = split->skeleton->addr_base;
	unsigned size = split->skeleton->address_size;

	if (!pt_dwform_uleb(at, end, &number) || base > addresses->len ||
	    number >= (addresses->len - base) / size)
		return false;
	*ret = pt_dwform_get(addresses->data + base + size * number, size);
	return true;
}

static bool list_range(struct split *split, unsigned kind, const uint8_t **at,
		       const uint8_t *end, uint64_t *ret)
{
	if (!list_address(split, at, end, &ret[0]))
		return false;
	if (kind == GNU_LIST_START_END)
		return list_address(split, at, end, &ret[1]);
	if (kind != GNU_LIST_START_LENGTH || end - *at < 4)
		return false;
	ret[1] = ret[0] + pt_dwform_get(*at, 4);
	*at += 4;
	return true;
}

static void put_range(struct split *split, uint64_t start, uint64_t end)
{
	GByteArray *out = split->j->out[JOIN_LOC];
	unsigned size = split->skeleton->address_size;

	g_byte_array_append(out, (const guint8 *)&start, size);
	g_byte_array_append(out, (const guint8 *)&end, size);
}

/* Writes the list at AT as .debug_loc has it (DWARF 4, section 2.6.2): with
 * addresses, not numbers of them. */
static bool put_list(struct split *split, const uint8_t *at, const uint8_t *end)
{
	GByteArray *out = split->j->out[JOIN_LOC];
	uint64_t range[2];

	/* addresses are whole ones */
	put_range(split, UINT64_MAX, 0);
	while (at < end) {
		unsigned kind = *at++;
		uint64_t length;

		if (kind == GNU_LIST_END) {
			put_range(split, 0, 0);
			return true;
		}
		if (!list_range(split, kind, &at, end, range) || end - at < 2)
			return false;
		length = 2 + pt_dwform_get(at, 2);
		if (length > (uint64_t)(end - at))
			return false;
		/* an empty range at 0 would be the end */
		if (range[0] || range[1]) {
			put_range(split, range[0], range[1]);
			g_byte_array_append(out, at, (guint)length);
		}
		at += length;
	}
	return false;
}

/* Attributes whose offsets are lists' (DWARF 4, section 7.5.4, loclistptr); others
 * are the lines' or macros', or of the views of gcc's lists. */
static bool may_be_list(unsigned name)
{
	switch (name) {
	case DW_AT_location:
	case DW_AT_string_length:
	case DW_AT_return_addr:
	case DW_AT_data_member_location:
	case DW_AT_frame_base:
	case DW_AT_segment:
	case DW_AT_static_link:
	case DW_AT_use_location:
	case DW_AT_vtable_elem_location: return true;
	default: return false;
	}
}

/* A list in .debug_loc is longer than its like by no more than this: an empty one has
 * 32 bytes instead of one.  Only lists in one another make more. */
#define LIST_GROWTH 32

/* A list's place in .debug_loc.dwo becomes that of its like in .debug_loc, which
 * several variables may share. */
static bool move_list(struct split *split, const struct pt_dwform_value *v)
{
	const struct join_part *part = &split->file->parts[JOIN_LOC];
	GByteArray *out = split->j->out[JOIN_LOC];
	uint64_t offset = v->number + split->at[JOIN_LOC];
	guint before = out->len;
	gpointer place;

	if (g_hash_table_lookup_extended(split->lists, GSIZE_TO_POINTER(offset),
					 NULL, &place)) {
		pt_dwform_put(v->at, v->size, GPOINTER_TO_UINT(place));
		return true;
	}
	if (offset >= part->size ||
	    !put_list(split, part->data + offset, part->data + part->size))
		return false;
	pt_dwform_put(v->at, v->size, before);
	g_hash_table_insert(split->lists, GSIZE_TO_POINTER(offset),
			    GUINT_TO_POINTER(before));
	split->file->lists_made += out->len - before;
	return split->file->lists_made / LIST_GROWTH <= part->size;
}

/* ---- one unit --------------------------------------------------------- */

static void put_uleb(GByteArray *to, uint64_t number)
{
	do {
		uint8_t byte = number & 0x7f;

		number >>= 7;
		byte |= number ? 0x80 : 0;
		g_byte_array_append(to, &byte, 1);
	} while (number);
}

/* Signed: what may look negative gets one byte more. */
void pt_join_constant(GByteArray *to, unsigned name, uint64_t number)
{
	uint8_t byte;

	put_uleb(to, name);
	put_uleb(to, DW_FORM_implicit_const);
	for (; number > 0x3f; number >>= 7) {
		byte = (uint8_t)(number | 0x80);
		g_byte_array_append(to, &byte, 1);
	}
	byte = (uint8_t)number;
	g_byte_array_append(to, &byte, 1);
}

/* The two attributes that take the eight bytes. */
void pt_join_pair(GByteArray *to)
{
	put_uleb(to, DW_AT_stmt_list);
	put_uleb(to, DW_FORM_sec_offset);
	put_uleb(to, DW_AT_low_pc);
	put_uleb(to, DW_FORM_addrx4);
}

/* What the unit gets of its skeleton; the caller frees it. */
static GByteArray *make_bases(struct split *split, bool is_5)
{
	const struct skeleton *s = split->skeleton;
	GByteArray *to = g_byte_array_new();

	if (is_5) {
		pt_join_pair(to);
		pt_join_constant(to, DW_AT_addr_base, s->addr_base);
		pt_join_constant(to, DW_AT_loclists_base,
				 split->at[JOIN_LOCLISTS] + LISTS_HEADER);
		pt_join_constant(to, DW_AT_rnglists_base,
				 split->at[JOIN_RNGLISTS] + LISTS_HEADER);
	} else {
		pt_join_constant(to, DW_AT_GNU_addr_base, s->addr_base);
	}
	/* Expressions are left as they are. */
	pt_join_constant(to, PT_DWFORM_AT_MOVED,
			 (uint64_t)split->info_distance);
	pt_join_constant(to, DW_AT_str_offsets_base,
			 split->at[JOIN_STR_OFFSETS] +
				 (is_5 ? STRINGS_HEADER : 0));
	return to;
}

bool pt_join_abbrevs(struct join *j, const struct pt_dwform_unit *unit,
		     const GByteArray *more)
{
	GByteArray *out = j->out[JOIN_ABBREV];
	const uint8_t *at = unit->abbrevs, *own = unit->entries;
	uint64_t first, code;

	if (!pt_dwform_uleb(&own, unit->end, &first))
		return false;
	for (;;) {
		const uint8_t *start = at, *pair;
		uint64_t name, form, value;

		if (!pt_dwform_abbrev(&at, unit->abbrevs_end, &code, NULL,
				      NULL))
			return false;
		if (code != first || !code) {
			g_byte_array_append(out, start, (guint)(at - start));
			if (!code)
				return true;
			continue;
		}
		pair = start;
		pt_dwform_uleb(&pair, at, &value);
		pt_dwform_uleb(&pair, at, &value);
		pair++;
		g_byte_array_append(out, start, (guint)(pair - start));
		while (at - pair > 2) {
			const uint8_t *from = pair;

			pt_dwform_uleb(&pair, at, &name);
			pt_dwform_uleb(&pair, at, &form);
			if (form == DW_FORM_implicit_const)
				pt_dwform_uleb(&pair, at, &value);
			if (name == DW_AT_GNU_dwo_id && form == DW_FORM_data8) {
				pt_join_pair(out);
				continue;
			}
			g_byte_array_append(out, from, (guint)(pair - from));
		}
		g_byte_array_append(out, more->data, more->len);
		g_byte_array_append(out, (const guint8 *)"\0", 2);
	}
}

static bool value_of_split(const struct pt_dwform_value *v, void *arg)
{
	struct split *split = arg;
	bool is_5 = split->skeleton->version == 5;
	uint64_t distance = 0;

	switch (v->form) {
	case DW_FORM_ref_addr: distance = (uint64_t)split->info_distance; break;
	case DW_FORM_strp: distance = split->file->parts[JOIN_STR].base; break;
	case DW_FORM_data8:
		if (v->is_first && v->name == DW_AT_GNU_dwo_id)
			split->id_at = v->at;
		break;
	case DW_FORM_sec_offset:
		if (v->name == DW_AT_stmt_list)
			distance = split->skeleton->lines - v->number;
		else if (v->name == DW_AT_ranges ||
			 v->name == DW_AT_start_scope)
			distance = is_5 ? split->at[JOIN_RNGLISTS]
					: split->skeleton->ranges_base;
		else if (is_5)
			distance = split->at[JOIN_LOCLISTS];
		else if (may_be_list(v->name))
			return move_list(split, v);
		break;
	default: break;
	}
	if (distance)
		pt_dwform_put(v->at, v->size,
			      pt_dwform_get(v->at, v->size) + distance);
	return true;
}

/* A place for the unit's lowest address among the addresses; its number there. */
static uint64_t put_low_address(struct split *split)
{
	GByteArray *out = split->j->out[JOIN_ADDR];
	uint64_t base = split->skeleton->addr_base;
	uint64_t low = split->skeleton->low_pc;
	unsigned size = split->skeleton->address_size;

	while ((out->len - base) % size)
		g_byte_array_append(out, (const guint8 *)"", 1);
	g_byte_array_append(out, (const guint8 *)&low, size);
	return (out->len - size - base) / size;
}

/* Puts the unit, a copy that may be changed, behind the others. */
static bool put_unit(struct split *split, const struct pt_dwform_unit *unit)
{
	GByteArray *info = split->j->out[JOIN_INFO];
	uint32_t abbrevs = split->j->out[JOIN_ABBREV]->len;
	GByteArray *bases;
	uint8_t pair[8], *rest;
	bool good;

	if (split->skeleton->addr_base > split->j->out[JOIN_ADDR]->len ||
	    !pt_dwform_walk(unit, false, value_of_split, split))
		return false;
	bases = make_bases(split, unit->version == 5);
	good = pt_join_abbrevs(split->j, unit, bases);
	g_byte_array_unref(bases);
	if (!good)
		return false;
	rest = pt_dwform_walk(unit, true, NULL, NULL);
	pt_dwform_put(pair, 4, split->skeleton->lines);
	pt_dwform_put(pair + 4, 4, put_low_address(split));
	pt_dwform_put(unit->abbrev_field, 4, abbrevs);
	if (unit->version != 5) {
		if (!split->id_at)
			return false;
		memcpy(split->id_at, pair, sizeof(pair));
		g_byte_array_append(info, unit->start,
				    (guint)(unit->end - unit->start));
		return true;
	}
	unit->start[6] = DW_UT_compile;
	g_byte_array_append(info, unit->start,
			    (guint)(unit->entries - unit->start) - 8);
	g_byte_array_append(info, unit->entries, (guint)(rest - unit->entries));
	g_byte_array_append(info, pair, sizeof(pair));
	g_byte_array_append(info, rest, (guint)(unit->end - rest));
	return true;
}

static bool id_value(const struct pt_dwform_value *v, void *arg)
{
	if (v->name == DW_AT_GNU_dwo_id)
		*(uint64_t *)arg = v->number;
	return true;
}

/* The unit with the skeleton's number in the file at hand, from OFFSET on; a copy
 * that the caller frees.  NULL: it is not there. */
static uint8_t *copy_unit(struct split *split, uint64_t offset,
			  uint64_t abbrev_offset, struct pt_dwform_unit *ret)
{
	const struct join_part *info = &split->file->parts[JOIN_INFO];
	const struct join_part *abbrev = &split->file->parts[JOIN_ABBREV];
	const uint8_t *end;
	uint8_t *at, *copy;

	if (offset >= info->size || abbrev_offset >= abbrev->size)
		return NULL;
	end = info->data + info->size;
	/* nothing is changed but the copy */
	for (at = (uint8_t *)info->data + offset;
	     pt_dwform_open(at, end, abbrev->data + abbrev_offset,
			    abbrev->size - abbrev_offset, ret);
	     at = ret->end) {
		size_t size = (size_t)(ret->end - at);
		uint64_t id = ret->id;

		if (ret->version != split->skeleton->version ||
		    (ret->version == 5 && ret->type != DW_UT_split_compile) ||
		    !pt_dwform_walk(ret, true, id_value, &id) ||
		    id != split->skeleton->id)
			continue;
		split->info_distance = (int64_t)split->j->out[JOIN_INFO]->len -
				       (int64_t)(at - info->data);
		copy = g_memdup2(at, size);
		pt_dwform_open(copy, copy + size, abbrev->data + abbrev_offset,
			       abbrev->size - abbrev_offset, ret);
		return copy;
	}
	return NULL;
}

/* What the skeleton stands for, from the package or a file of its own. */
static struct pt_error *join_one(struct split *split, const struct skeleton *s)
{
	uint64_t parts[JOIN_SECTIONS] = { 0 };
	struct join *j = split->j;
	struct pt_dwform_unit unit;
	struct pt_error *error = NULL;
	uint8_t *copy;

	if (!s->name)
		return pt_join_damaged(j, j->beside, "the name of a .dwo file");
	split->skeleton = s;
	split->id_at = NULL;
	g_hash_table_remove_all(split->lists);
	split->file = split->package;
	if (!split->package || !index_find(split, s->id, parts))
		PT_TRY(find_dwo(split, s->name, s->dir, &split->file));
	for (int i = 0; i < JOIN_SECTIONS; i++)
		split->at[i] = split->file->parts[i].base + parts[i];
	copy = copy_unit(split, parts[JOIN_INFO], parts[JOIN_ABBREV], &unit);
	if (!copy)
		return pt_error_new(
			j->image->arena, PT_E_BUILD_ID,
			"'%s' is of another build than '%s': it has "
			"no unit with the number %016" G_GINT64_MODIFIER "x",
			split->file->path, j->beside, s->id);
	if (!put_unit(split, &unit))
		error = pt_join_damaged(j, split->file->path, "a unit");
	g_free(copy);
	return error;
}

struct pt_error *pt_join_split(struct join *j)
{
	struct split split = { .j = j };
	GArray *skeletons = list_skeletons(j);
	struct pt_error *error = NULL;

	split.files = g_ptr_array_new();
	split.rows = g_hash_table_new(g_direct_hash, g_direct_equal);
	split.lists = g_hash_table_new(g_direct_hash, g_direct_equal);
	if (skeletons->len)
		split.package = pt_join_read(
			j,
			pt_arena_printf(j->image->arena, "%s.dwp", j->beside),
			".dwo");
	if (split.package) {
		index_list(&split);
		error = add_file(&split, split.package);
	}
	for (guint i = 0; i < skeletons->len && !error; i++)
		error = join_one(&split,
				 &g_array_index(skeletons, struct skeleton, i));
	g_hash_table_unref(split.rows);
	g_hash_table_unref(split.lists);
	g_ptr_array_unref(split.files);
	g_array_unref(skeletons);
	return error;
}
