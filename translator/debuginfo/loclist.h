/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Location lists of DWARF 5 (section 7.7.3), looked at before libdw reads them: up to
 * 0.188 it takes an expression's length of 2^63 and more for a negative one, and goes
 * on before the list.
 */
#ifndef PT_LOCLIST_H
#define PT_LOCLIST_H

#include <elfutils/libdw.h>

#include "image.h"

/* May libdw read ATTR, a location of a unit of IMAGE?  True for all but a list of
 * DWARF 5 that is damaged. */
bool pt_loclist_is_sound(const struct pt_image *image, Dwarf_Attribute *attr);

/* Is there, in ATTR, a location that pt_loclist_is_sound() and that libdw (0.188) takes
 * for damaged, DW_OP_GNU_uninit: gcc's word for a variable that is not set on every way
 * there? */
bool pt_loclist_has_unset(const struct pt_image *image, Dwarf_Attribute *attr);

/*
 * The compiler's view of a variable may change between two instructions, as the
 * source's lines go on without code: entries of a list whose range is empty say
 * what held before (the "views" of DW_LLE_GNU_view_pair; gcc's manual,
 * -gvariable-location-views).  Where its function or the copy of it starts a
 * parameter is what was handed over, so the first of them at PC counts.  False: there
 * is none.
 */
bool pt_loclist_before(Dwarf_Attribute *attr, uint64_t pc, Dwarf_Op **ret_ops,
		       size_t *ret_count);

#endif
