/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the thread-local variables of a library are.  Its own code asks words that the
 * dynamic linker fills, and relocations say which ("ELF Handling For Thread-Local
 * Storage", sections 4.1 and 4.4): the number of the library among those of the process
 * that have such variables, or the distance of one of them from the thread pointer.
 * That one holds in all threads; the number leads to a block that a thread may not have
 * yet, by a table whose layout is the C library's.
 */
#include "threadlocal.h"

#include <string.h>

#include "programfile.h"

/* From the least to the best: a symbol with a name may be that of another library that
 * defines it, too; a distance is there in each thread. */
enum rank { NONE, NAMED_MODULE, NAMED_DISTANCE, MODULE, DISTANCE };

struct search {
	const struct pt_programfile *file;
	const Elf_Data *symbols; /* NULL: there are none */
	enum rank rank;
	bool descriptors;
	struct pt_threadlocal *ret;
};

/* What the assembler left in the word, where relocations have no addend of their
 * own. */
static uint64_t addend(const struct search *s, const GElf_Shdr *header,
		       const GElf_Rela *r)
{
	const uint8_t *at;
	uint32_t value = 0;
	size_t size;

	if (header->sh_type == SHT_RELA)
		return (uint64_t)r->r_addend;
	at = pt_programfile_memory(s->file, r->r_offset, sizeof(value), &size);
	if (at && size == sizeof(value))
		memcpy(&value, at, sizeof(value));
	return value;
}

static void look_at(struct search *s, const GElf_Shdr *header,
		    const GElf_Rela *r)
{
	uint32_t type = GELF_R_TYPE(r->r_info);
	bool distance = type == s->file->arch->tls_distance;
	enum rank rank = distance ? DISTANCE : MODULE;
	GElf_Sym symbol = { 0 };

	if (type == s->file->arch->tls_descriptor)
		s->descriptors = true;
	if (!distance && type != s->file->arch->tls_module)
		return;
	if (GELF_R_SYM(r->r_info)) {
		if (!s->symbols ||
		    !pt_programfile_symbol(s->file, s->symbols,
					   GELF_R_SYM(r->r_info), &symbol) ||
		    symbol.st_shndx == SHN_UNDEF)
			return;
		rank = distance ? NAMED_DISTANCE : NAMED_MODULE;
	}
	if (rank <= s->rank)
		return;
	s->rank = rank;
	s->ret->by_distance = distance;
	s->ret->word = r->r_offset;
	s->ret->offset = distance ? symbol.st_value + addend(s, header, r) : 0;
}

/* Is NAME a part of glibc? */
static bool is_glibc(const char *name)
{
	return !strcmp(name, "libc.so.6") || g_str_has_prefix(name, "ld-linux");
}

/* What calls glibc's __tls_get_addr() needs the library that has it. */
static bool knows_layout(const struct pt_programfile *file)
{
	Elf_Data *data, *names;
	GElf_Shdr header;
	GElf_Dyn entry;

	if (!pt_programfile_section(file, ".dynamic", &header, &data) ||
	    !pt_programfile_section(file, ".dynstr", &header, &names))
		return false;
	for (size_t i = 0; pt_programfile_entry(file, data, i, &entry) &&
			   entry.d_tag != DT_NULL;
	     i++) {
		const char *name;

		if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_SONAME)
			continue;
		name = pt_programfile_name(names, entry.d_un.d_val);
		if (name && is_glibc(name))
			return true;
	}
	return false;
}

static struct pt_error *not_found(struct pt_dbg *dbg, const char *name,
				  const char *why)
{
	return pt_error_hint(
		pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
			     "'%s' is thread-local in a shared library, %s",
			     name, why),
		"read it where the code has it in a local variable");
}

struct pt_error *pt_threadlocal_find(struct pt_dbg *dbg, const char *name,
				     struct pt_threadlocal *ret)
{
	static const char *const sections[] = { ".rela.dyn", ".rela.plt",
						".rel.dyn", ".rel.plt" };
	struct search s = { .file = dbg->program, .ret = ret };
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Rela r;

	if (pt_programfile_section(s.file, ".dynsym", &header, &data))
		s.symbols = data;
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
		if (!pt_programfile_section(s.file, sections[i], &header,
					    &data))
			continue;
		for (size_t k = 0;
		     pt_programfile_relocation(s.file, &header, data, k, &r);
		     k++)
			look_at(&s, &header, &r);
	}
	if (s.rank == NONE)
		return not_found(dbg, name,
				 s.descriptors
					 ? "which finds it by TLS descriptors: "
					   "only the dynamic linker knows where"
					 : "whose code does not ask for it");
	if (!ret->by_distance && !knows_layout(s.file))
		return not_found(dbg, name,
				 "which was not made for glibc: how its C "
				 "library finds it is not known");
	return NULL;
}
