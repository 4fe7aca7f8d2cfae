/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walkdie.h"

#include <dwarf.h>

/* Codes of DWARF 6 that compilers write already (dwarfstd.org, "DWARF Language
 * Names"). */
#define LANG_C_PLUS_PLUS_17 0x2a
#define LANG_C_PLUS_PLUS_20 0x2b
#define LANG_C17 0x2c
#define LANG_ASSEMBLY 0x31
#define LANG_C_PLUS_PLUS_23 0x3a
#define LANG_C23 0x3e

enum pt_walkdie_language pt_walkdie_language(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case -1:
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case LANG_C17:
	case LANG_C23:
	case LANG_ASSEMBLY:
	case DW_LANG_Mips_Assembler: return PT_WALKDIE_C;
	case DW_LANG_C_plus_plus:
	case DW_LANG_C_plus_plus_03:
	case DW_LANG_C_plus_plus_11:
	case DW_LANG_C_plus_plus_14:
	case LANG_C_PLUS_PLUS_17:
	case LANG_C_PLUS_PLUS_20:
	case LANG_C_PLUS_PLUS_23:
	case DW_LANG_ObjC:
	case DW_LANG_ObjC_plus_plus: return PT_WALKDIE_CLASSES;
	default: return PT_WALKDIE_FOREIGN;
	}
}

/* Among the ranges of DIE, ENTRY being 0 if the DIE names none. */
static bool entry_in_ranges(Dwarf_Die *die, Dwarf_Addr entry,
			    Dwarf_Addr *ret_low, Dwarf_Addr *ret_high)
{
	Dwarf_Addr base, low, high;
	bool any = false, at_empty = false;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
		if (low > high)
			continue;
		if (low == high) {
			at_empty |= entry && entry == low;
			continue;
		}
		/* The first range is the hot part; it holds the entry unless
		 * the DIE says otherwise. */
		if (entry >= low && entry < high) {
			*ret_low = entry;
			*ret_high = high;
			return true;
		}
		if (any)
			continue;
		any = true;
		*ret_low = low;
		*ret_high = high;
	}
	/* Where the compiler moved all code of a copy away from its start, an
	 * empty range is left there. */
	if (any && at_empty)
		*ret_low = *ret_high = entry;
	return any;
}

bool pt_walkdie_entry(Dwarf_Die *die, Dwarf_Addr *ret_low, Dwarf_Addr *ret_high)
{
	Dwarf_Addr low, high, entry;

	if (!dwarf_lowpc(die, &low) && !dwarf_highpc(die, &high)) {
		if (low >= high)
			return false;
		*ret_low = low;
		*ret_high = high;
		/* A copy may be entered behind its lowest address. */
		if (!dwarf_entrypc(die, &entry) && entry > low && entry < high)
			*ret_low = entry;
		return true;
	}
	if (!dwarf_hasattr(die, DW_AT_ranges))
		return false;
	if (dwarf_entrypc(die, &entry))
		entry = 0;
	return entry_in_ranges(die, entry, ret_low, ret_high);
}

bool pt_walkdie_ref(Dwarf_Die *die, unsigned attribute, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, attribute, &attr) &&
	       dwarf_formref_die(&attr, ret);
}

bool pt_walkdie_number(Dwarf_Die *die, unsigned attribute, Dwarf_Word *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, attribute, &attr) &&
	       !dwarf_formudata(&attr, ret);
}

static bool walk_below(Dwarf_Die *parent, bool (*each)(Dwarf_Die *, void *),
		       void *arg, unsigned depth)
{
	Dwarf_Die die;
	int more;

	if (depth > 4 * PT_WALKDIE_DEPTH)
		return false;
	for (more = dwarf_child(parent, &die); more == 0;
	     more = dwarf_siblingof(&die, &die))
		if (each(&die, arg) && dwarf_haschildren(&die) &&
		    !walk_below(&die, each, arg, depth + 1))
			return false;
	return more > 0;
}

bool pt_walkdie_all(Dwarf_Die *parent, bool (*each)(Dwarf_Die *, void *),
		    void *arg)
{
	return walk_below(parent, each, arg, 0);
}

bool pt_walkdie_location(Dwarf_Die *die, unsigned code, Dwarf_Attribute *ret)
{
	Dwarf_Block block;

	if (!dwarf_attr_integrate(die, code, ret))
		return false;
	/* The length takes one byte either way. */
	if (ret->form == DW_FORM_block1 && !dwarf_formblock(ret, &block) &&
	    block.length < 0x80)
		ret->form = DW_FORM_exprloc;
	return true;
}
