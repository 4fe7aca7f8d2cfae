/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The procedure linkage table.  Linkers differ in which sections it has and in how
 * long its stubs are, but each stub jumps through one word of the global offset
 * table, and a relocation says whose address the loader puts there (x86-64 psABI,
 * section 5.2).
 */
#include <string.h>

#include "programfile.h"

/* jmp *disp32(%rip), also behind a bnd prefix. */
#define JUMP_SIZE 6

struct slots {
	const Elf_Data *symbols, *names;
	GHashTable *by_address; /* of the word to the name */
};

static const char *symbol_name(const struct slots *s, uint64_t number)
{
	const char *name;
	Elf64_Sym sym;

	if (number >= s->symbols->d_size / sizeof(sym))
		return NULL;
	memcpy(&sym, (const Elf64_Sym *)s->symbols->d_buf + number,
	       sizeof(sym));
	if (!sym.st_name || sym.st_name >= s->names->d_size)
		return NULL;
	name = (const char *)s->names->d_buf + sym.st_name;
	return memchr(name, '\0', s->names->d_size - sym.st_name) ? name : NULL;
}

static void read_relocations(const struct pt_dbg *dbg, const char *section,
			     const struct slots *s)
{
	GElf_Shdr header;
	Elf_Data *data;
	Elf64_Rela r;

	if (!pt_programfile_section(dbg->program, section, &header, &data))
		return;
	for (size_t i = 0; i < data->d_size / sizeof(r); i++) {
		const char *name;

		memcpy(&r, (const Elf64_Rela *)data->d_buf + i, sizeof(r));
		if (ELF64_R_TYPE(r.r_info) != R_X86_64_JUMP_SLOT &&
		    ELF64_R_TYPE(r.r_info) != R_X86_64_GLOB_DAT)
			continue;
		name = symbol_name(s, ELF64_R_SYM(r.r_info));
		if (name)
			g_hash_table_insert(s->by_address,
					    GSIZE_TO_POINTER(r.r_offset),
					    (gpointer)name);
	}
}

static void add_stub(struct pt_dbg *dbg, const char *name, uint64_t address,
		     GPtrArray *ret)
{
	struct pt_dbg_stub *stub = pt_new(dbg->arena, struct pt_dbg_stub);

	stub->name = pt_arena_strdup(dbg->arena, name);
	stub->address = address;
	g_ptr_array_add(ret, stub);
}

/* Each jump of a section: its stub begins where the one before it could end. */
static void read_stubs(struct pt_dbg *dbg, const char *section,
		       const struct slots *s, GPtrArray *ret)
{
	GElf_Shdr header;
	Elf_Data *data;
	const uint8_t *code;
	uint64_t size;

	if (!pt_programfile_section(dbg->program, section, &header, &data))
		return;
	code = data->d_buf;
	size = header.sh_entsize ? header.sh_entsize : 16;
	for (uint64_t at = 0; at + JUMP_SIZE <= data->d_size; at++) {
		const char *name;
		int32_t distance;

		if (code[at] != 0xff || code[at + 1] != 0x25)
			continue;
		memcpy(&distance, code + at + 2, sizeof(distance));
		name = g_hash_table_lookup(
			s->by_address,
			GSIZE_TO_POINTER(header.sh_addr + at + JUMP_SIZE +
					 (uint64_t)(int64_t)distance));
		if (name)
			add_stub(dbg, name, header.sh_addr + at / size * size,
				 ret);
	}
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct pt_dbg_stub *x = *(const void *const *)a;
	const struct pt_dbg_stub *y = *(const void *const *)b;
	int order = strcmp(x->name, y->name);

	return order			 ? order
	       : x->address < y->address ? -1
					 : x->address > y->address;
}

/* With -z ibtplt code calls .plt.sec, whose stubs jump to those of .plt while they
 * are not bound: the latter are not counted. */
struct pt_error *pt_dbg_stubs(struct pt_dbg *dbg, GPtrArray *ret)
{
	static const char *const sections[] = { ".plt", ".plt.sec",
						".plt.got" };
	GPtrArray *own = pt_arena_ptr_array(dbg->arena);
	Elf_Data *symbols, *names;
	struct slots s = { 0 };
	GElf_Shdr header;

	if (!pt_programfile_section(dbg->program, ".dynsym", &header,
				    &symbols) ||
	    !pt_programfile_section(dbg->program, ".dynstr", &header, &names))
		return NULL;
	s.symbols = symbols;
	s.names = names;
	s.by_address = g_hash_table_new(g_direct_hash, g_direct_equal);
	read_relocations(dbg, ".rela.plt", &s);
	read_relocations(dbg, ".rela.dyn", &s);
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		read_stubs(dbg, sections[i], &s, own);
	g_hash_table_unref(s.by_address);
	g_ptr_array_sort(own, by_name);
	g_ptr_array_extend(ret, own, NULL, NULL);
	return NULL;
}
