/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own unwind tables (its Documentation/x86/orc-unwinder.rst), for
 * images that have no others.
 */
#ifndef PT_ORC_H
#define PT_ORC_H

#include "image.h"

/* The canonical frame address: the value of a register and BEFORE, with INDIRECT
 * what stands in memory there and AFTER. */
struct pt_orc_cfa {
	unsigned reg; /* DWARF number */
	int32_t before, after;
	bool indirect;
};

/* False: the tables say nothing of the link-time address PC, or that it is not in an
 * ordinary function's frame. */
bool pt_orc_find(const struct pt_image *image, uint64_t pc,
		 struct pt_orc_cfa *ret);

#endif
