/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The procedure linkage table.  Linkers differ in which sections it has and in how
 * long its stubs are, but each stub jumps through one word of the global offset
 * table, and a relocation says whose address the loader puts there (x86-64 psABI,
 * section 5.2; the same of Intel386's supplement).
 */
#include <string.h>

#include "programfile.h"

/* "ff 25", jmp *, with four bytes that tell the word: its distance, also behind a bnd
 * prefix, or its address on i386.  There "ff a3" is jmp *distance(%ebx), which has the
 * address of the table. */
#define JUMP_SIZE 6

struct slots {
	const struct pt_programfile *file;
	uint64_t table;
	const Elf_Data *symbols, *names;
	GHashTable *by_address; /* of the word to the name */
};

static const char *symbol_name(const struct slots *s, uint64_t number)
{
	GElf_Sym sym;

	if (!pt_programfile_symbol(s->file, s->symbols, number, &sym) ||
	    !sym.st_name)
		return NULL;
	return pt_programfile_name(s->names, sym.st_name);
}

/* R_386_JMP_SLOT and R_386_GLOB_DAT have the same numbers. */
static void read_relocations(const char *section, const struct slots *s)
{
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Rela r;

	if (!pt_programfile_section(s->file, section, &header, &data))
		return;
	for (size_t i = 0;
	     pt_programfile_relocation(s->file, &header, data, i, &r); i++) {
		const char *name;

		if (GELF_R_TYPE(r.r_info) != R_X86_64_JUMP_SLOT &&
		    GELF_R_TYPE(r.r_info) != R_X86_64_GLOB_DAT)
			continue;
		name = symbol_name(s, GELF_R_SYM(r.r_info));
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

/* The word that a jump goes through, BYTES at ADDRESS; false: it is no jump. */
static bool read_jump(const struct slots *s, const uint8_t *bytes,
		      uint64_t address, uint64_t *ret)
{
	int32_t distance;

	memcpy(&distance, bytes + 2, sizeof(distance));
	*ret = (uint64_t)(int64_t)distance;
	if (bytes[0] != 0xff)
		return false;
	if (s->file->arch == &pt_arch_x86_64) {
		*ret += address + JUMP_SIZE;
		return bytes[1] == 0x25;
	}
	if (bytes[1] == 0xa3)
		*ret += s->table;
	*ret = (uint32_t)*ret;
	return bytes[1] == 0x25 || bytes[1] == 0xa3;
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
		uint64_t word;

		if (!read_jump(s, code + at, header.sh_addr + at, &word))
			continue;
		name = g_hash_table_lookup(s->by_address,
					   GSIZE_TO_POINTER(word));
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
	static const char *const tables[] = { ".rela.plt", ".rela.dyn",
					      ".rel.plt", ".rel.dyn" };
	GPtrArray *own = pt_arena_ptr_array(dbg->arena);
	Elf_Data *symbols, *names;
	struct slots s = { .file = dbg->program };
	GElf_Shdr header;

	if (!pt_programfile_section(dbg->program, ".dynsym", &header,
				    &symbols) ||
	    !pt_programfile_section(dbg->program, ".dynstr", &header, &names))
		return NULL;
	s.symbols = symbols;
	s.names = names;
	s.by_address = g_hash_table_new(g_direct_hash, g_direct_equal);
	pt_programfile_dynamic(s.file, DT_PLTGOT, &s.table);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		read_relocations(tables[i], &s);
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		read_stubs(dbg, sections[i], &s, own);
	g_hash_table_unref(s.by_address);
	g_ptr_array_sort(own, by_name);
	g_ptr_array_extend(ret, own, NULL, NULL);
	return NULL;
}
