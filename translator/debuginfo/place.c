/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locations of one place for the whole function, which a parameter may not be in yet
 * where that starts.
 */
#include <dwarf.h>

#include "dbg.h"

static bool is_base(const struct pt_arch *arch, uint8_t atom)
{
	return atom == DW_OP_breg0 + arch->frame_pointer ||
	       atom == DW_OP_breg0 + arch->stack_pointer;
}

enum pt_place pt_place_of(const struct pt_dbg *dbg, Dwarf_Attribute *attr)
{
	const struct pt_arch *arch = dbg->image->arch;
	Dwarf_Op *ops;
	size_t count;
	unsigned reg;

	switch (dwarf_whatform(attr)) {
	case DW_FORM_exprloc:
	case DW_FORM_block:
	case DW_FORM_block1:
	case DW_FORM_block2:
	case DW_FORM_block4: break;
	default: return PT_PLACE_OTHER;
	}
	if (dwarf_getlocation(attr, &ops, &count) || !count)
		return PT_PLACE_OTHER;
	if (ops[0].atom == DW_OP_fbreg ? (int64_t)ops[0].number < 0
				       : is_base(arch, ops[0].atom))
		return PT_PLACE_FRAME;
	reg = ops[0].atom - DW_OP_reg0;
	if (count == 1 && reg < arch->registers && (1u << reg & arch->kept))
		return PT_PLACE_KEPT_REGISTER;
	return PT_PLACE_OTHER;
}
