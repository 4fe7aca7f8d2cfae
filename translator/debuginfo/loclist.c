/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "loclist.h"

#include <dwarf.h>
#include <string.h>

#include "dwform.h"

/* The unit's numbers, and what is left of the section. */
struct list {
	const uint8_t *at, *end;
	uint8_t address_size;
	bool unset; /* an expression so far may have DW_OP_GNU_uninit */
};

static bool skip(struct list *list, uint64_t size)
{
	if ((uint64_t)(list->end - list->at) < size)
		return false;
	list->at += size;
	return true;
}

static bool skip_ulebs(struct list *list, unsigned count)
{
	uint64_t number;

	while (count--)
		if (!pt_dwform_uleb(&list->at, list->end, &number))
			return false;
	return true;
}

/* What stands before an entry's expression; *COUNTED: there is one. */
static bool skip_range(struct list *list, uint8_t kind, bool *counted)
{
	*counted = true;
	switch (kind) {
	case DW_LLE_base_addressx: *counted = false; return skip_ulebs(list, 1);
	case DW_LLE_base_address:
		*counted = false;
		return skip(list, list->address_size);
	case DW_LLE_startx_endx:
	case DW_LLE_startx_length:
	case DW_LLE_offset_pair: return skip_ulebs(list, 2);
	case DW_LLE_default_location: return true;
	case DW_LLE_start_end:
		return skip(list, 2 * (uint64_t)list->address_size);
	case DW_LLE_start_length:
		return skip(list, list->address_size) && skip_ulebs(list, 1);
	/* gcc's views, an extension: no range, no expression */
	case DW_LLE_GNU_view_pair: *counted = false; return skip_ulebs(list, 2);
	default: return false;
	}
}

/* It may be an operand as well: this tells only what is said of what libdw refused. */
static bool has_unset(const uint8_t *expression, uint64_t length)
{
	return length && memchr(expression, DW_OP_GNU_uninit, length);
}

static bool is_sound(struct list *list)
{
	while (list->at < list->end) {
		uint8_t kind = *list->at++;
		uint64_t length;
		bool counted;

		if (kind == DW_LLE_end_of_list)
			return true;
		if (!skip_range(list, kind, &counted))
			return false;
		if (!counted)
			continue;
		if (!pt_dwform_uleb(&list->at, list->end, &length) ||
		    !skip(list, length))
			return false;
		if (has_unset(list->at - length, length))
			list->unset = true;
	}
	return false;
}

/* From where the list that ATTR names starts in SECTION of SIZE bytes. */
static bool find(Dwarf_Attribute *attr, Dwarf_Die *cu, const uint8_t *section,
		 uint64_t size, uint8_t offset_size, uint64_t *ret)
{
	Dwarf_Attribute base_attr;
	Dwarf_Word number, base;

	if (dwarf_formudata(attr, &number))
		return false;
	if (dwarf_whatform(attr) == DW_FORM_loclistx) {
		if (!dwarf_attr(cu, DW_AT_loclists_base, &base_attr) ||
		    dwarf_formudata(&base_attr, &base) || base > size ||
		    number >= (size - base) / offset_size)
			return false;
		number = base +
			 pt_dwform_get(section + base + number * offset_size,
				       offset_size);
	}
	*ret = number;
	return number < size;
}

/* Of DWARF 5; what is no such list is sound. */
static bool look(const struct pt_image *image, Dwarf_Attribute *attr,
		 bool *ret_unset)
{
	const struct pt_image_section *section;
	const uint8_t *bytes;
	uint8_t address_size, offset_size;
	struct list list = { 0 };
	Dwarf_Half version;
	Dwarf_Die cu;
	uint64_t at;

	switch (dwarf_whatform(attr)) {
	case DW_FORM_sec_offset:
	case DW_FORM_loclistx: break;
	default: return true;
	}
	if (dwarf_cu_info(attr->cu, &version, NULL, &cu, NULL, NULL,
			  &address_size, &offset_size))
		return false;
	if (version < 5)
		return true;
	section = pt_image_section_named(image, ".debug_loclists");
	if (!section)
		return false;
	bytes = image->region + section->offset;
	if (!find(attr, &cu, bytes, section->size, offset_size, &at))
		return false;
	list.at = bytes + at;
	list.end = bytes + section->size;
	list.address_size = address_size;
	if (!is_sound(&list))
		return false;
	*ret_unset = list.unset;
	return true;
}

bool pt_loclist_is_sound(const struct pt_image *image, Dwarf_Attribute *attr)
{
	bool unset;

	return look(image, attr, &unset);
}

bool pt_loclist_has_unset(const struct pt_image *image, Dwarf_Attribute *attr)
{
	bool unset = false;
	Dwarf_Block block;

	if (!dwarf_formblock(attr, &block))
		return has_unset(block.data, block.length);
	return look(image, attr, &unset) && unset;
}

bool pt_loclist_before(Dwarf_Attribute *attr, uint64_t pc, Dwarf_Op **ret_ops,
		       size_t *ret_count)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_getlocations(attr, offset, &base, &start, &end,
					    ret_ops, ret_count)) > 0)
		if (start == end && start == pc)
			return true;
	return false;
}
