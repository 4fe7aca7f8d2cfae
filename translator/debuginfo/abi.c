/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the x86_64 ABI hands values over: each eight bytes of a value of up to
 * sixteen travel in an integer register, or in a floating point one if there is
 * nothing but floating point in them; larger ones in memory.
 */
#include <dwarf.h>

#include "dbg.h"

#define PART 8 /* bytes */

struct parts {
	bool integer[2], is_float[2];
};

static void look_at(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		    uint64_t offset, unsigned depth, struct parts *parts);

static void look_at_members(struct pt_dbg *dbg,
			    const struct pt_dbg_value *value, uint64_t offset,
			    unsigned depth, struct parts *parts)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	if (pt_type_peel(dbg, value->type, &peeled))
		return;
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_value member = { 0 };
		Dwarf_Word bytes = 0, bits;

		if (dwarf_tag(&die) != DW_TAG_member ||
		    pt_type_of(dbg, peeled->window, &die, &member.type))
			continue;
		if (pt_walkdie_number(&die, DW_AT_data_bit_offset, &bits))
			bytes = bits / 8;
		else
			pt_walkdie_number(&die, DW_AT_data_member_location,
					  &bytes);
		look_at(dbg, &member, offset + bytes, depth + 1, parts);
	}
}

static void look_at(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		    uint64_t offset, unsigned depth, struct parts *parts)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, value->type);
	uint64_t size = pt_dbg_type_size(dbg, value->type);
	struct pt_dbg_value element = { 0 };
	struct pt_dbg_type *peeled;
	int64_t count;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS)
		return;
	switch (class) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
		look_at_members(dbg, value, offset, depth, parts);
		return;
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
		count = pt_dbg_type_count(dbg, value->type);
		if (count <= 0 || count > 2 * PART ||
		    pt_type_peel(dbg, value->type, &peeled) ||
		    pt_type_element(dbg, peeled, &element.type))
			return;
		for (int64_t i = 0; i < count; i++)
			look_at(dbg, &element,
				offset +
					(uint64_t)(i * ((int64_t)size / count)),
				depth + 1, parts);
		return;
	default: break;
	}
	for (uint64_t at = offset / PART;
	     at < 2 && size && at <= (offset + size - 1) / PART; at++) {
		if (class == PT_DBG_FLOAT)
			parts->is_float[at] = true;
		else
			parts->integer[at] = true;
	}
}

struct pt_abi pt_abi_classify(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type)
{
	struct pt_dbg_value value = { .type = (struct pt_dbg_type *)type };
	uint64_t size = pt_dbg_type_size(dbg, type);
	struct parts parts = { 0 };
	struct pt_abi abi = { 0 };

	if (!size || size > 2 * PART)
		return abi;
	dbg->steps = 0;
	look_at(dbg, &value, 0, 0, &parts);
	abi.parts = (unsigned)((size + PART - 1) / PART);
	for (unsigned i = 0; i < abi.parts; i++)
		abi.is_float[i] = parts.is_float[i] && !parts.integer[i];
	return abi;
}
