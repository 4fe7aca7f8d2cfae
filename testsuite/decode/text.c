/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "debuginfo/vmlinuz.h"

static void read_section(Elf *elf, Elf_Scn *section, struct text *text,
			 size_t names,
			 void (*visit)(void *, const struct text *),
			 void *context)
{
	GElf_Shdr shdr;
	Elf_Data *data;

	if (!gelf_getshdr(section, &shdr) || !(shdr.sh_flags & SHF_EXECINSTR) ||
	    shdr.sh_type != SHT_PROGBITS)
		return;
	data = elf_rawdata(section, NULL);
	if (!data || !data->d_buf)
		return;
	text->section = elf_strptr(elf, names, shdr.sh_name);
	text->address = shdr.sh_addr;
	text->code = data->d_buf;
	text->n = data->d_size;
	visit(context, text);
}

void text_read(const char *path, void (*visit)(void *, const struct text *),
	       void *context)
{
	struct pt_arena *arena = pt_arena_create();
	struct text text = { .path = path };
	Elf_Scn *section = NULL;
	const uint8_t *bytes;
	size_t names, size;
	GElf_Ehdr ehdr;
	Elf *elf;

	elf_version(EV_CURRENT);
	if (pt_vmlinuz_unpack(arena, path, &bytes, &size)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(2);
	}
	elf = elf_memory((char *)bytes, size);
	if (!elf || !gelf_getehdr(elf, &ehdr) ||
	    elf_getshdrstrndx(elf, &names)) {
		fprintf(stderr, "%s: %s\n", path, elf_errmsg(-1));
		exit(2);
	}
	text.wide = ehdr.e_machine == EM_X86_64;
	while ((section = elf_nextscn(elf, section)))
		read_section(elf, section, &text, names, visit, context);
	elf_end(elf);
	pt_arena_destroy(arena);
}
