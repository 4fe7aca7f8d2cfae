/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the index of a kernel image from its DWARF and its symbol table.
 */
#ifndef PT_INDEXER_H
#define PT_INDEXER_H

#include "index.h"

/* *RET: the whole index file as index.h has it, the caller's (g_free()).
 * PT_E_BAD_DEBUGINFO if the DWARF cannot be walked. */
struct pt_error *pt_indexer_build(struct pt_arena *arena,
				  const struct pt_image *image, uint8_t **ret,
				  size_t *ret_size);

#endif
