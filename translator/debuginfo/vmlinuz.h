/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ELF file inside a kernel as it is booted.
 */
#ifndef PT_VMLINUZ_H
#define PT_VMLINUZ_H

#include "../base/error.h"

/* An ELF file as it is; what another kernel at PATH holds compressed, unpacked by
 * the program for its kind of compression.  PT_E_BAD_DEBUGINFO for what is no
 * kernel, PT_E_NO_DEBUGINFO where that program is not installed. */
struct pt_error *pt_vmlinuz_unpack(struct pt_arena *arena, const char *path,
				   const uint8_t **ret, size_t *ret_size);

#endif
