/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walkdie.h"

#include <dwarf.h>

bool pt_walkdie_entry(Dwarf_Die *die, Dwarf_Addr *ret_low, Dwarf_Addr *ret_high)
{
	Dwarf_Addr base, low, high, entry;
	ptrdiff_t offset = 0;

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
	/* The first range is the hot part; it holds the entry unless the DIE
	 * says otherwise. */
	if (dwarf_entrypc(die, &entry))
		entry = 0;
	while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
		if (low >= high)
			continue;
		if (!entry || (entry >= low && entry < high)) {
			*ret_low = entry ? entry : low;
			*ret_high = high;
			return true;
		}
	}
	return false;
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
