/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elfsyms.h"

#include <elf.h>
#include <string.h>

struct object {
	const char *data;
	size_t length;
	bool is64;
};

struct section {
	uint32_t type, link;
	uint64_t offset, size;
};

static struct section section_at(const struct object *o, uint64_t table,
				 unsigned index)
{
	struct section section = { 0 };

	if (o->is64) {
		Elf64_Shdr header;
		uint64_t at = table + index * sizeof(header);

		if (at > o->length || sizeof(header) > o->length - at)
			return section;
		memcpy(&header, o->data + at, sizeof(header));
		section = (struct section){ header.sh_type, header.sh_link,
					    header.sh_offset, header.sh_size };
	} else {
		Elf32_Shdr header;
		uint64_t at = table + index * sizeof(header);

		if (at > o->length || sizeof(header) > o->length - at)
			return section;
		memcpy(&header, o->data + at, sizeof(header));
		section = (struct section){ header.sh_type, header.sh_link,
					    header.sh_offset, header.sh_size };
	}
	if (section.offset > o->length ||
	    section.size > o->length - section.offset)
		section.size = 0;
	return section;
}

static void each_symbol(const struct object *o, const struct section *symbols,
			const struct section *strings,
			void (*visit)(const char *, bool, void *), void *arg)
{
	size_t entry = o->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	const char *names = o->data + strings->offset;
	uint64_t at;

	if (!strings->size || names[strings->size - 1])
		return;
	for (at = 0; at + entry <= symbols->size; at += entry) {
		uint32_t name;
		unsigned char info;
		uint16_t index;

		if (o->is64) {
			Elf64_Sym s;

			memcpy(&s, o->data + symbols->offset + at, sizeof(s));
			name = s.st_name;
			info = s.st_info;
			index = s.st_shndx;
		} else {
			Elf32_Sym s;

			memcpy(&s, o->data + symbols->offset + at, sizeof(s));
			name = s.st_name;
			info = s.st_info;
			index = s.st_shndx;
		}
		if (ELF32_ST_BIND(info) == STB_LOCAL || !name ||
		    name >= strings->size)
			continue;
		visit(names + name, index != SHN_UNDEF, arg);
	}
}

struct pt_error *
pt_elfsyms_each(struct pt_arena *arena, const char *data, size_t length,
		void (*visit)(const char *name, bool defined, void *arg),
		void *arg)
{
	struct object o = { data, length, false };
	uint64_t table;
	unsigned count, i;

	if (length < sizeof(Elf64_Ehdr) || memcmp(data, ELFMAG, SELFMAG))
		return pt_error_new(arena, PT_E_INTERNAL,
				    "the compiler made no ELF object");
	o.is64 = data[EI_CLASS] == ELFCLASS64;
	if (o.is64) {
		Elf64_Ehdr header;

		memcpy(&header, data, sizeof(header));
		table = header.e_shoff;
		count = header.e_shnum;
	} else {
		Elf32_Ehdr header;

		memcpy(&header, data, sizeof(header));
		table = header.e_shoff;
		count = header.e_shnum;
	}
	for (i = 0; i < count; i++) {
		struct section symbols = section_at(&o, table, i);
		struct section strings;

		if (symbols.type != SHT_SYMTAB)
			continue;
		strings = section_at(&o, table, symbols.link);
		each_symbol(&o, &symbols, &strings, visit, arg);
	}
	return NULL;
}
