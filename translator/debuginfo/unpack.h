/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed kernels and modules.
 */
#ifndef PT_UNPACK_H
#define PT_UNPACK_H

#include "../base/error.h"

/* Unpacks SIZE bytes at DATA, of the file at PATH, by the program for their kind
 * of compression.  TRAILER: four bytes behind them are the kernel build's own where
 * that kind has no room for the size.  *RET NULL: they are not compressed in a way
 * that is known.  PT_E_NO_DEBUGINFO where the program is not installed,
 * PT_E_BAD_DEBUGINFO where it fails. */
struct pt_error *pt_unpack(struct pt_arena *arena, const char *path,
			   const char *data, size_t size, bool trailer,
			   const char **ret, size_t *ret_size);

#endif
