/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helpers on libdw's DIEs.
 */
#ifndef PT_WALKDIE_H
#define PT_WALKDIE_H

#include <elfutils/libdw.h>
#include <stdbool.h>

/* Nesting of DIEs and of chains of types beyond this is taken for damage. */
#define PT_WALKDIE_DEPTH 64

/* Where the code of a function or an inlined copy starts, and where the part
 * that holds the start ends.  False: no code.  The start of a copy may be in none of
 * its code (then both are the same): there the compiler says that it is entered
 * (DWARF 5, section 2.18). */
bool pt_walkdie_entry(Dwarf_Die *die, Dwarf_Addr *ret_low,
		      Dwarf_Addr *ret_high);

/* The language of UNIT: C (or assembler, or it is not said), one that hands values
 * over as C does but has classes, or another. */
enum pt_walkdie_language {
	PT_WALKDIE_C,
	PT_WALKDIE_CLASSES,
	PT_WALKDIE_FOREIGN,
};
enum pt_walkdie_language pt_walkdie_language(Dwarf_Die *unit);

/* The DIE that a reference attribute (looked for here only) leads to. */
bool pt_walkdie_ref(Dwarf_Die *die, unsigned attribute, Dwarf_Die *ret);

/* An unsigned number, also through abstract origins; false: none. */
bool pt_walkdie_number(Dwarf_Die *die, unsigned attribute, Dwarf_Word *ret);

/* Calls EACH for all DIEs under PARENT, children of a DIE only if EACH returned
 * true for it.  False: damaged. */
bool pt_walkdie_all(Dwarf_Die *parent, bool (*each)(Dwarf_Die *, void *),
		    void *arg);

/* The attribute CODE of DIE, or of what it completes, an expression or a list of them.
 * Go's compiler writes blocks, as DWARF 3 had them, in units of DWARF 4, where libdw
 * refuses them; those of less than 128 bytes are read as what they should be. */
bool pt_walkdie_location(Dwarf_Die *die, unsigned code, Dwarf_Attribute *ret);

#endif
