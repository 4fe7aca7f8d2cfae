/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dwform.h"

#include <dwarf.h>
#include <string.h>

/* Abbreviations that a unit may have, and entries. */
#define MOST_ABBREVS 100000

uint64_t pt_dwform_get(const uint8_t *at, size_t size)
{
	uint64_t number = 0;

	memcpy(&number, at, MIN(size, sizeof(number)));
	return number;
}

void pt_dwform_put(uint8_t *at, size_t size, uint64_t number)
{
	memcpy(at, &number, MIN(size, sizeof(number)));
}

bool pt_dwform_uleb(const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	unsigned shift = 0;

	*ret = 0;
	while (*at < end) {
		uint8_t byte = *(*at)++;

		if (shift < 64)
			*ret |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* Most are one byte. */
static inline bool uleb(const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	if (*at == end || **at & 0x80)
		return pt_dwform_uleb(at, end, ret);
	*ret = *(*at)++;
	return true;
}

/* ---- headers ---------------------------------------------------------- */

static bool read_header(struct pt_dwform_unit *u)
{
	const uint8_t *at = u->start + 4;
	size_t left = (size_t)(u->end - at);

	if (left < 8)
		return false;
	u->version = (unsigned)pt_dwform_get(at, 2);
	if (u->version >= 2 && u->version <= 4) {
		u->type = DW_UT_compile;
		u->abbrev_field = u->start + 6;
		u->address_size = u->start[10];
		u->entries = u->start + 11;
		return left >= 7;
	}
	if (u->version != 5)
		return false;
	u->type = u->start[6];
	u->address_size = u->start[7];
	u->abbrev_field = u->start + 8;
	u->entries = u->start + 12;
	switch (u->type) {
	case DW_UT_compile:
	case DW_UT_partial: return true;
	case DW_UT_skeleton:
	case DW_UT_split_compile:
		if (left < 16)
			return false;
		u->id = pt_dwform_get(u->entries, 8);
		u->entries += 8;
		return true;
	case DW_UT_type:
	case DW_UT_split_type: u->entries += 12; return left >= 20;
	default: return false;
	}
}

bool pt_dwform_open(uint8_t *at, const uint8_t *end, const uint8_t *abbrevs,
		    size_t abbrevs_size, struct pt_dwform_unit *ret)
{
	struct pt_dwform_unit unit = { .start = at };
	uint64_t length, offset;

	if (end - at < 12)
		return false;
	length = pt_dwform_get(at, 4);
	if (length >= 0xfffffff0 || length > (uint64_t)(end - at) - 4)
		return false;
	unit.end = at + 4 + length;
	if (!read_header(&unit) ||
	    (unit.address_size != 4 && unit.address_size != 8))
		return false;
	offset = pt_dwform_get(unit.abbrev_field, 4);
	if (offset >= abbrevs_size)
		return false;
	unit.abbrevs = abbrevs + offset;
	unit.abbrevs_end = abbrevs + abbrevs_size;
	*ret = unit;
	return true;
}

/* ---- abbreviations ---------------------------------------------------- */

bool pt_dwform_abbrev(const uint8_t **at, const uint8_t *end,
		      uint64_t *ret_code,
		      bool (*each)(const uint8_t *form_at, uint64_t name,
				   uint64_t form, void *arg),
		      void *arg)
{
	uint64_t tag, name, form, value;

	if (!uleb(at, end, ret_code))
		return false;
	if (!*ret_code)
		return true;
	if (!uleb(at, end, &tag) || *at >= end)
		return false;
	++*at;
	for (;;) {
		const uint8_t *form_at;

		if (!uleb(at, end, &name))
			return false;
		form_at = *at;
		if (!uleb(at, end, &form) ||
		    (form == DW_FORM_implicit_const && !uleb(at, end, &value)))
			return false;
		if (!name && !form)
			return true;
		if (each && !each(form_at, name, form, arg))
			return false;
	}
}

/* Code to where its declaration's pairs start. */
static GHashTable *list_abbrevs(const struct pt_dwform_unit *unit)
{
	GHashTable *ret = g_hash_table_new(g_direct_hash, g_direct_equal);
	const uint8_t *at = unit->abbrevs;
	uint64_t code, number;

	for (unsigned n = 0; n < MOST_ABBREVS; n++) {
		const uint8_t *pairs = at;

		if (!pt_dwform_abbrev(&at, unit->abbrevs_end, &code, NULL,
				      NULL))
			break;
		if (!code)
			return ret;
		pt_dwform_uleb(&pairs, at, &number);
		pt_dwform_uleb(&pairs, at, &number);
		g_hash_table_insert(ret, GSIZE_TO_POINTER(code),
				    (gpointer)(pairs + 1));
	}
	g_hash_table_unref(ret);
	return NULL;
}

/* ---- values ----------------------------------------------------------- */

static const uint8_t fixed_sizes[] = {
	[DW_FORM_data1] = 1,	[DW_FORM_data2] = 2,
	[DW_FORM_data4] = 4,	[DW_FORM_data8] = 8,
	[DW_FORM_data16] = 16,	[DW_FORM_flag] = 1,
	[DW_FORM_ref1] = 1,	[DW_FORM_ref2] = 2,
	[DW_FORM_ref4] = 4,	[DW_FORM_ref8] = 8,
	[DW_FORM_strp] = 4,	[DW_FORM_sec_offset] = 4,
	[DW_FORM_ref_sup4] = 4, [DW_FORM_ref_sup8] = 8,
	[DW_FORM_strp_sup] = 4, [DW_FORM_line_strp] = 4,
	[DW_FORM_ref_sig8] = 8, [DW_FORM_strx1] = 1,
	[DW_FORM_strx2] = 2,	[DW_FORM_strx3] = 3,
	[DW_FORM_strx4] = 4,	[DW_FORM_addrx1] = 1,
	[DW_FORM_addrx2] = 2,	[DW_FORM_addrx3] = 3,
	[DW_FORM_addrx4] = 4,
};

/* The value's size; SIZE_MAX: damaged, or not known. */
static size_t block_size(struct pt_dwform_value *v, const uint8_t *end,
			 size_t width)
{
	const uint8_t *at = v->at;
	uint64_t length;

	if (!width) {
		if (!pt_dwform_uleb(&at, end, &length))
			return SIZE_MAX;
	} else {
		if ((size_t)(end - at) < width)
			return SIZE_MAX;
		length = pt_dwform_get(at, width);
		at += width;
	}
	return length > (uint64_t)(end - at)
		       ? SIZE_MAX
		       : (size_t)(at - v->at) + (size_t)length;
}

static size_t value_size(const struct pt_dwform_unit *unit,
			 struct pt_dwform_value *v)
{
	const uint8_t *at = v->at, *nul;

	switch (v->form) {
	case DW_FORM_addr: return unit->address_size;
	case DW_FORM_ref_addr:
		return unit->version == 2 ? unit->address_size : 4;
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt: return 4;
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const: return 0;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		if (!pt_dwform_uleb(&at, unit->end, &v->number))
			return SIZE_MAX;
		return (size_t)(at - v->at);
	case DW_FORM_string:
		nul = memchr(at, '\0', (size_t)(unit->end - at));
		return nul ? (size_t)(nul + 1 - at) : SIZE_MAX;
	case DW_FORM_block1: return block_size(v, unit->end, 1);
	case DW_FORM_block2: return block_size(v, unit->end, 2);
	case DW_FORM_block4: return block_size(v, unit->end, 4);
	case DW_FORM_block:
	case DW_FORM_exprloc: return block_size(v, unit->end, 0);
	default:
		return v->form < G_N_ELEMENTS(fixed_sizes) &&
				       fixed_sizes[v->form]
			       ? fixed_sizes[v->form]
			       : SIZE_MAX;
	}
}

/* The values of one entry, whose pairs are at PAIRS; NULL: damaged. */
static uint8_t *walk_entry(const struct pt_dwform_unit *unit, uint8_t *at,
			   const uint8_t *pairs, bool is_first,
			   bool (*each)(const struct pt_dwform_value *value,
					void *arg),
			   void *arg)
{
	uint64_t name, form, constant;

	while (pt_dwform_uleb(&pairs, unit->abbrevs_end, &name) &&
	       pt_dwform_uleb(&pairs, unit->abbrevs_end, &form)) {
		struct pt_dwform_value v = { .at = at,
					     .name = (unsigned)name,
					     .form = (unsigned)form,
					     .is_first = is_first };

		if (!name && !form)
			return at;
		if (form == DW_FORM_implicit_const) {
			pt_dwform_uleb(&pairs, unit->abbrevs_end, &constant);
			v.number = constant;
		}
		v.size = value_size(unit, &v);
		if (v.size > (size_t)(unit->end - at))
			return NULL;
		if (!v.number && v.size <= 8)
			v.number = pt_dwform_get(at, v.size);
		if (each && !each(&v, arg))
			return NULL;
		at += v.size;
	}
	return NULL;
}

uint8_t *pt_dwform_walk(const struct pt_dwform_unit *unit, bool only_first,
			bool (*each)(const struct pt_dwform_value *value,
				     void *arg),
			void *arg)
{
	GHashTable *abbrevs = list_abbrevs(unit);
	uint8_t *at = unit->entries;
	bool is_first = true;

	while (abbrevs && at && at < unit->end) {
		const uint8_t *after = at;
		const uint8_t *pairs;
		uint64_t code;

		if (!pt_dwform_uleb(&after, unit->end, &code)) {
			at = NULL;
			break;
		}
		at += after - at;
		if (!code)
			continue;
		pairs = g_hash_table_lookup(abbrevs, GSIZE_TO_POINTER(code));
		at = pairs ? walk_entry(unit, at, pairs, is_first, each, arg)
			   : NULL;
		if (only_first)
			break;
		is_first = false;
	}
	if (abbrevs)
		g_hash_table_unref(abbrevs);
	return abbrevs ? at : NULL;
}
