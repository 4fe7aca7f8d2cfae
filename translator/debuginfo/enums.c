/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The constants of enumerations.
 */
#include <dwarf.h>
#include <string.h>

#include "dbg.h"

bool pt_dbg_constant(Dwarf_Attribute *attr, int64_t *ret)
{
	Dwarf_Sword number;
	Dwarf_Word word;

	switch (dwarf_whatform(attr)) {
	case DW_FORM_data1:
	case DW_FORM_data2:
	case DW_FORM_data4:
	case DW_FORM_data8:
	case DW_FORM_udata:
		if (dwarf_formudata(attr, &word))
			return false;
		*ret = (int64_t)word;
		return true;
	default:
		if (dwarf_formsdata(attr, &number))
			return false;
		*ret = number;
		return true;
	}
}

static bool constant_value(Dwarf_Die *die, int64_t *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, DW_AT_const_value, &attr) &&
	       pt_dbg_constant(&attr, ret);
}

static void constant_names(struct pt_dbg *dbg, const char *like, GPtrArray *ret)
{
	const struct pt_index *index = dbg->index;
	char first[2] = { like[0], '\0' };
	uint32_t end, i = pt_index_types_from(index, first, &end);

	for (; i < end; i++)
		if (index->types[i].tag == DW_TAG_enumerator)
			g_ptr_array_add(ret,
					(gpointer)pt_index_string(
						index, index->types[i].name));
}

struct pt_error *pt_dbg_enumerator(struct pt_dbg *dbg, const char *name,
				   int64_t *ret)
{
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	struct pt_window *window;
	uint32_t offset;
	Dwarf_Die die;

	if (!pt_type_find(dbg, name, DW_TAG_enumerator, &offset) &&
	    !pt_type_find_inside(dbg, name, DW_TAG_enumerator, &offset)) {
		constant_names(dbg, name, names);
		return pt_error_suggest(
			pt_error_new(dbg->arena, PT_E_UNKNOWN_VARIABLE,
				     "no enumeration of the kernel has a "
				     "constant '%s'",
				     name),
			name, names);
	}
	PT_TRY(pt_dbg_die(dbg, offset, &window, &die));
	if (!constant_value(&die, ret))
		return pt_dbg_damaged(dbg, "the value of a constant", window,
				      &die);
	return NULL;
}

struct pt_error *pt_dbg_constants(struct pt_dbg *dbg,
				  const struct pt_dbg_type *type,
				  GPtrArray *ret)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	PT_TRY(pt_type_peel(dbg, type, &peeled));
	if (pt_dbg_type_class(dbg, peeled) != PT_DBG_ENUM)
		return pt_error_new(dbg->arena, PT_E_TYPE_MISMATCH,
				    "'%s' is not an enumeration",
				    pt_dbg_type_text(dbg, type));
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_constant constant = { .name = dwarf_diename(
							    &die) };
		struct pt_dbg_constant *copy;

		if (dwarf_tag(&die) != DW_TAG_enumerator || !constant.name ||
		    !constant_value(&die, &constant.value))
			continue;
		copy = pt_new(dbg->arena, struct pt_dbg_constant);
		*copy = constant;
		g_ptr_array_add(ret, copy);
	}
	return NULL;
}
