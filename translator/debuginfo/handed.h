/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a function reads of what is handed over to it.
 */
#ifndef PT_HANDED_H
#define PT_HANDED_H

#include "dbg.h"

/*
 * Callers that clang compiled need not set what the function never reads (LLVM's
 * dead argument elimination, which also takes such a parameter out of the
 * debuginfo).  CONVENTION is where a parameter of CODE, whose first instruction is at
 * ENTRY, is handed over; LOCATION says where the compiler has it further on.  What
 * that says to be, in any part of the function, where it was handed over is read
 * there, and so was set.  False: nothing of it; else it is *RET, in parts if that
 * is not all of it.
 */
bool pt_handed_read(struct pt_dbg *dbg, struct pt_dbg_code *code,
		    uint64_t entry, Dwarf_Attribute *location,
		    const struct pt_dbg_value *convention,
		    struct pt_dbg_value *ret);

#endif
