/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table: as it is linked into an image whose .symtab was
 * stripped, or as the running kernel tells it.
 */
#ifndef PT_KALLSYMS_H
#define PT_KALLSYMS_H

#include "../base/error.h"

struct pt_kallsym {
	uint64_t address;
	const char *name;
	char type; /* as nm has it: 't', 'D', ... */
};

/*
 * Appends the symbols (struct pt_kallsym) that CONFIG_KALLSYMS linked into the
 * SIZE bytes at DATA, read-only data that starts on a multiple of 8, of a kernel
 * with addresses of WORD bytes.  Nothing names the tables: they are known by how
 * they refer to one another.  False: they are not there, or laid out in a way
 * that is not known.
 */
bool pt_kallsyms_find(struct pt_arena *arena, const uint8_t *data, size_t size,
		      unsigned word, GArray *ret);

/* Appends those of the running kernel, without those of modules.
 * PT_E_NO_DEBUGINFO if it hides its addresses. */
struct pt_error *pt_kallsyms_read(struct pt_arena *arena, GArray *ret);

#endif
