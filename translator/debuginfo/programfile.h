/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program's file behind userprogram.h: its segments, and sections by name.
 */
#ifndef PT_PROGRAMFILE_H
#define PT_PROGRAMFILE_H

#include <gelf.h>

#include "arch.h"
#include "dbg.h"
#include "userprogram.h"

struct pt_programfile {
	const char *path;
	Elf *elf; /* open as long as the arena lives */
	GElf_Ehdr header;
	const struct pt_arch *arch;
	GArray *segments;    /* GElf_Phdr */
	GHashTable *exports; /* addresses of functions that others can link
			      * against; NULL until asked for */
};

/* PT_E_FILE: PATH is no program, for the reason WHY. */
struct pt_error *pt_programfile_none(struct pt_arena *arena, const char *path,
				     const char *why);

/* Opens the ELF file at PATH.  PT_E_FILE for what is none, or cannot be run (an
 * object file); PT_E_UNSUPPORTED for another architecture. */
struct pt_error *pt_programfile_open(struct pt_arena *arena, const char *path,
				     struct pt_programfile **ret);

/* The section NAME with its content as it lies in the file; false: there is none, or
 * its content is not in the file. */
bool pt_programfile_section(const struct pt_programfile *file, const char *name,
			    GElf_Shdr *ret_header, Elf_Data **ret_data);

/* Entry I of a section's content; false: it has no more.  Relocations are of a section
 * with HEADER, with or without addends (0 then). */
bool pt_programfile_symbol(const struct pt_programfile *file,
			   const Elf_Data *data, size_t i, GElf_Sym *ret);
bool pt_programfile_entry(const struct pt_programfile *file,
			  const Elf_Data *data, size_t i, GElf_Dyn *ret);
bool pt_programfile_relocation(const struct pt_programfile *file,
			       const GElf_Shdr *header, const Elf_Data *data,
			       size_t i, GElf_Rela *ret);

/* The name that SYMBOL has in NAMES, the content of a string table; NULL: none. */
const char *pt_programfile_name(const Elf_Data *names, uint64_t offset);

/* The entry TAG of the dynamic section; false: it has none. */
bool pt_programfile_dynamic(const struct pt_programfile *file, int64_t tag,
			    uint64_t *ret);

/* Is it loaded beside a program, not run itself? */
bool pt_programfile_is_library(const struct pt_programfile *file);

/* The first segment of TYPE; NULL: none. */
const GElf_Phdr *pt_programfile_segment(const struct pt_programfile *file,
					uint32_t type);

/* SIZE bytes that are loaded at ADDRESS, or less to the end of the segment in the
 * file; NULL: none.  *ret_size is never 0. */
const uint8_t *pt_programfile_memory(const struct pt_programfile *file,
				     uint64_t address, size_t size,
				     size_t *ret_size);

#endif
