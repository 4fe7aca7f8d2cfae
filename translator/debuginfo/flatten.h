/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes one flat image of ELF files that cannot be read where they lie: a module
 * (relocatable: every section at address 0, its DWARF full of relocations), a
 * file with compressed sections, a program whose DWARF is in a second file.
 */
#ifndef PT_FLATTEN_H
#define PT_FLATTEN_H

#include "image.h"

/* Is the file at PATH one that must be flattened before use? False also for
 * what is no ELF file at all: whoever opens it says so. */
bool pt_flatten_needed(const char *path);

/*
 * Fills IMAGE's sections from the file at its path and, if DEBUG_PATH is not
 * NULL, from there what that does not have.  Memory comes from *RET_REGION, to
 * which the sections' offsets refer: anonymous, RET_SIZE bytes behind
 * RESERVE_BEFORE bytes and before RET_SIZE more; the caller unmaps it.
 *
 * Sections that are loaded get addresses one behind the other from
 * PT_FLATTEN_BASE if the file is relocatable, and relocations are done to match;
 * what refers to symbols of other files is left as it is.  The symbol table is in
 * 64-bit layout with these addresses.
 */
#define PT_FLATTEN_BASE 0x10000
struct pt_error *pt_flatten(struct pt_image *image, const char *debug_path,
			    size_t reserve_before, uint8_t **ret_region,
			    size_t *ret_size);

#endif
