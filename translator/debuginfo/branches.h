/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls and jumps from one function to another: their instructions, and what the
 * compiler says of them (call sites: DWARF 5, section 3.4).
 */
#ifndef PT_BRANCHES_H
#define PT_BRANCHES_H

#include "dbg.h"

/* One instruction, from its start to behind it. */
struct pt_branch {
	uint64_t start, end;
	bool is_jump;
};

/* All calls, or jumps, of IMAGE that lead straight to ENTRY (struct pt_branch, added to
 * RET), among them what only looks like one. */
void pt_branches_to(const struct pt_image *image, uint64_t entry, bool jumps,
		    GArray *ret);

/* Is DIE a call site, and is that one of a jump from the end of the function? */
bool pt_branches_is_site(Dwarf_Die *die);
bool pt_branches_is_jump(Dwarf_Die *site);

/* Where the instruction of a call site is: what is behind it, or, as clang has it of
 * jumps, *RET_BEFORE, its start.  False: it does not say. */
bool pt_branches_address(Dwarf_Die *site, bool *ret_before, uint64_t *ret);

/* The call site of BRANCH in the code of FUNCTION; false: there is none. */
bool pt_branches_site(Dwarf_Die *function, const struct pt_branch *branch,
		      Dwarf_Die *ret);

/* Where jumps at the end of a function, and at the end of those that these lead to, may
 * lead. */
struct pt_branches_ends {
	unsigned to_target;
	bool to_start; /* of the function itself */
	bool unknown;  /* or nobody knows where */
};

/* Of the function AROUND, which starts at ENTRY; those from TARGET on are not looked
 * at. */
struct pt_branches_ends pt_branches_follow(struct pt_dbg *dbg,
					   Dwarf_Die *around, uint64_t entry,
					   uint64_t target);

#endif
