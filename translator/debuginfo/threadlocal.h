/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PT_THREADLOCAL_H
#define PT_THREADLOCAL_H

#include "dbg.h"

/* How a library's block of thread-local variables is found. */
struct pt_threadlocal {
	uint64_t word; /* link-time address of what the dynamic linker filled */
	bool by_distance; /* it has the distance from the thread pointer of what
			   * is at OFFSET of the block; else the library's
			   * number */
	uint64_t offset;
};

/* The same for DBG, a library.  PT_E_UNSUPPORTED that says why not, with NAME, the
 * variable that is asked for. */
struct pt_error *pt_threadlocal_find(struct pt_dbg *dbg, const char *name,
				     struct pt_threadlocal *ret);

#endif
