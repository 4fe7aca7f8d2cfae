/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that a function was entered with and no longer has, from its callers: where
 * they call it the compiler says what they hand over (DWARF 5, section 3.4), in terms of
 * what they still have when it runs.
 */
#ifndef PT_CALLERS_H
#define PT_CALLERS_H

#include "dbg.h"

/* What is asked for: what a register had, or a parameter that is not handed over at
 * all (gcc's IPA-SRA). */
struct pt_callers_wanted {
	bool is_parameter;
	unsigned reg;	    /* DWARF number */
	uint64_t parameter; /* its DIE's offset in .debug_info */
};

/*
 * What the callers of the function around CONTEXT's place hand over, all but the place
 * of the return address, in DBG's arena; NULL: none of them says.  A call counts whose
 * instruction leads straight to the function; one that comes by a pointer, from another
 * file, or in an unknown way is none.  NULL too, with *RET_WHY a reason, if the function
 * may have been entered anew since by a jump from its end (the return address tells
 * nothing of that), or if calls say it, but none in a way that can be read.
 */
struct pt_fetch_callers *
pt_callers_find(struct pt_dbg *dbg, const struct pt_location_context *context,
		const struct pt_callers_wanted *wanted, const char **ret_why);

#endif
