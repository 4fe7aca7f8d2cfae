/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type units, which others refer to by an eight-byte signature (DW_FORM_ref_sig8).
 * libdw looks these up among the units of version 5 in .debug_info; those of version 4
 * and of .dwo files become such.  The header of version 4 is a byte shorter: references
 * in the unit, which count from its start, grow by one.
 */
#include <dwarf.h>
#include <string.h>

#include "join.h"

/* Signature and the offset of the type, behind the rest of the header (DWARF 4, section
 * 7.5.1.2; DWARF 5, section 7.5.1.3). */
#define SIGNATURE_SIZE 8
#define TAIL_SIZE (SIGNATURE_SIZE + 4)
#define HEADER_SIZE (12 + TAIL_SIZE)

/* Entries of .debug_str_offsets.dwo start behind a header in version 5. */
#define STRINGS_HEADER 8

struct types {
	struct join *j;
	const struct join_file *file; /* NULL: the image itself */
	GHashTable *abbrevs; /* GBytes of struct common: where they were put */
	uint64_t made, abbrevs_made; /* bytes */
	unsigned distance;	     /* of references in the unit at hand */
};

/* Units that are alike in this have the same abbreviations. */
struct common {
	const uint8_t *from;
	uint64_t code, strings;
};

/* A package's units do not overlap, and a table of abbreviations is put once for each
 * of the few entries that are the first of type units.  What makes more is damaged. */
#define MOST_TABLES 16

static bool value_of_type(const struct pt_dwform_value *v, void *arg)
{
	struct types *types = arg;
	uint64_t number = v->number;

	switch (v->form) {
	case DW_FORM_ref_udata:
		/* the number may need a byte more */
		return !types->distance;
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8: number += types->distance; break;
	case DW_FORM_strp:
		number += types->file ? types->file->parts[JOIN_STR].base : 0;
		break;
	case DW_FORM_sec_offset:
		/* the lines of a .dwo file, which only name files, are not taken */
		if (v->name == DW_AT_stmt_list && types->file)
			number = UINT32_MAX;
		break;
	default: return true;
	}
	pt_dwform_put(v->at, v->size, number);
	return pt_dwform_get(v->at, v->size) == number;
}

/* Where UNIT's abbreviations are among the image's, with the place of its strings in
 * its own entry. */
static bool place_abbrevs(struct types *types,
			  const struct pt_dwform_unit *unit, uint64_t strings,
			  uint32_t *ret)
{
	struct common common = { .from = unit->abbrevs, .strings = strings };
	const uint8_t *own = unit->entries;
	gpointer place;
	GByteArray *more;
	GBytes *key;
	bool good;

	if (!types->file) {
		*ret = (uint32_t)pt_dwform_get(unit->abbrev_field, 4);
		return true;
	}
	if (!pt_dwform_uleb(&own, unit->end, &common.code))
		return false;
	key = g_bytes_new(&common, sizeof(common));
	if (g_hash_table_lookup_extended(types->abbrevs, key, NULL, &place)) {
		g_bytes_unref(key);
		*ret = GPOINTER_TO_UINT(place);
		return true;
	}
	*ret = types->j->out[JOIN_ABBREV]->len;
	g_hash_table_insert(types->abbrevs, key, GUINT_TO_POINTER(*ret));
	more = g_byte_array_new();
	pt_join_constant(more, DW_AT_str_offsets_base, strings);
	good = pt_join_abbrevs(types->j, unit, more);
	g_byte_array_unref(more);
	types->abbrevs_made += types->j->out[JOIN_ABBREV]->len - *ret;
	return good && types->abbrevs_made / MOST_TABLES <=
			       types->file->parts[JOIN_ABBREV].size;
}

/* UNIT's header as version 5 has it, TAIL being what is behind the rest. */
static void put_header(const struct types *types,
		       const struct pt_dwform_unit *unit, uint32_t abbrevs,
		       const uint8_t *tail)
{
	uint8_t header[HEADER_SIZE];

	pt_dwform_put(header, 4,
		      HEADER_SIZE - 4 + (uint64_t)(unit->end - unit->entries));
	pt_dwform_put(header + 4, 2, 5);
	header[6] = DW_UT_type;
	header[7] = (uint8_t)unit->address_size;
	pt_dwform_put(header + 8, 4, abbrevs);
	memcpy(header + 12, tail, TAIL_SIZE);
	pt_dwform_put(header + 12 + SIGNATURE_SIZE, 4,
		      pt_dwform_get(tail + SIGNATURE_SIZE, 4) +
			      types->distance);
	g_byte_array_append(types->j->out[JOIN_INFO], header, sizeof(header));
}

/* Adds UNIT, a copy that may be changed. */
static bool put_copy(struct types *types, const struct pt_dwform_unit *unit,
		     uint64_t strings)
{
	uint32_t abbrevs;

	if (!pt_dwform_walk(unit, false, value_of_type, types) ||
	    !place_abbrevs(types, unit, strings, &abbrevs))
		return false;
	put_header(types, unit, abbrevs, unit->entries - TAIL_SIZE);
	g_byte_array_append(types->j->out[JOIN_INFO], unit->entries,
			    (guint)(unit->end - unit->entries));
	return true;
}

/* Units with their abbreviations. */
struct piece {
	const uint8_t *data, *abbrev;
	size_t size, abbrev_size;
	size_t whole;	  /* of the section that they are in */
	uint64_t strings; /* where those of a .dwo file start */
	bool apart;	  /* .debug_types: all are type units, of version 4 */
};

/* Adds the type unit UNIT of PIECE, unless one of its signature is there. */
static bool put_type(struct types *types, const struct pt_dwform_unit *unit,
		     const struct piece *piece)
{
	size_t size = (size_t)(unit->end - unit->start);
	struct pt_dwform_unit copy;
	uint64_t signature;
	bool good;
	uint8_t *bytes;

	/* .debug_types has what is behind the header of an ordinary unit */
	if (piece->apart && unit->end - unit->entries < TAIL_SIZE)
		return false;
	types->distance = piece->apart;
	signature = pt_dwform_get(
		unit->entries - (piece->apart ? 0 : TAIL_SIZE), SIGNATURE_SIZE);
	if (!g_hash_table_add(types->j->signatures,
			      g_memdup2(&signature, sizeof(signature))))
		return true;
	types->made += size;
	if (types->made > piece->whole)
		return false;
	bytes = g_memdup2(unit->start, size);
	good = pt_dwform_open(bytes, bytes + size, piece->abbrev,
			      piece->abbrev_size, &copy);
	copy.entries += good && piece->apart ? TAIL_SIZE : 0;
	good = good &&
	       put_copy(types, &copy,
			piece->strings + (piece->apart ? 0 : STRINGS_HEADER));
	g_free(bytes);
	return good;
}

static bool put_types(struct types *types, const struct piece *piece)
{
	const uint8_t *end;
	struct pt_dwform_unit unit;
	bool good = true;

	if (!piece->size)
		return true;
	end = piece->data + piece->size;
	/* nothing is changed but copies */
	for (uint8_t *at = (uint8_t *)piece->data; good && at < end;
	     at = unit.end) {
		good = pt_dwform_open(at, end, piece->abbrev,
				      piece->abbrev_size, &unit);
		if (good && (piece->apart ? unit.version < 5
					  : unit.type == DW_UT_split_type))
			good = put_type(types, &unit, piece);
		if (!good)
			break;
	}
	return good;
}

/* Each type unit has a row in the package's index. */
static bool put_package(struct types *types, const struct join_file *file)
{
	bool apart = file->parts[JOIN_TYPES].size;
	const struct join_part *info =
		&file->parts[apart ? JOIN_TYPES : JOIN_INFO];
	const struct join_part *abbrev = &file->parts[JOIN_ABBREV];
	uint64_t at[JOIN_SECTIONS] = { 0 };

	for (uint64_t row = 1; pt_join_index_row(&file->types, row, at);
	     row++) {
		uint64_t start = at[apart ? JOIN_TYPES : JOIN_INFO];
		struct piece piece = { .apart = apart, .whole = info->size };

		if (start + 4 > info->size || at[JOIN_ABBREV] >= abbrev->size)
			return false;
		piece.data = info->data + start;
		piece.size = MIN(info->size - start,
				 4 + pt_dwform_get(piece.data, 4));
		piece.abbrev = abbrev->data + at[JOIN_ABBREV];
		piece.abbrev_size = abbrev->size - at[JOIN_ABBREV];
		piece.strings = file->parts[JOIN_STR_OFFSETS].base +
				at[JOIN_STR_OFFSETS];
		if (!put_types(types, &piece))
			return false;
	}
	return true;
}

static bool put_file(struct types *types, const struct join_file *file)
{
	static const enum join_section sections[] = { JOIN_INFO, JOIN_TYPES };
	bool good = true;

	for (size_t i = 0; good && i < G_N_ELEMENTS(sections); i++) {
		const struct join_part *info = &file->parts[sections[i]];
		struct piece piece = {
			.data = info->data,
			.size = info->size,
			.whole = info->size,
			.abbrev = file->parts[JOIN_ABBREV].data,
			.abbrev_size = file->parts[JOIN_ABBREV].size,
			.strings = file->parts[JOIN_STR_OFFSETS].base,
			.apart = sections[i] == JOIN_TYPES,
		};

		types->made = 0;
		good = put_types(types, &piece);
	}
	return good;
}

struct pt_error *pt_join_types(struct join *j, struct join_file *file)
{
	struct types types = { .j = j, .file = file };
	/* a package's units have their abbreviations where its indexes say */
	bool good;

	types.abbrevs =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	good = file->units.size ? put_package(&types, file)
				: put_file(&types, file);
	g_hash_table_unref(types.abbrevs);
	return good ? NULL : pt_join_damaged(j, file->path, "its type units");
}

struct pt_error *pt_join_own_types(struct join *j)
{
	struct types types = { .j = j };
	GByteArray *own = j->out[JOIN_TYPES];
	struct piece piece = {
		.data = own->data,
		.size = own->len,
		.whole = own->len,
		.abbrev = j->out[JOIN_ABBREV]->data,
		.abbrev_size = j->out[JOIN_ABBREV]->len,
		.apart = true,
	};

	if (!put_types(&types, &piece))
		return pt_join_damaged(j, j->image->path, "its type units");
	g_byte_array_set_size(own, 0);
	return NULL;
}
