/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flatten.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* More than any kernel has; what claims more is damaged. */
#define MAX_SIZE (UINT64_C(8) << 30)

/* So much of a file is in memory while it is read. */
#define BYTES_AT_A_TIME (UINT64_C(8) << 20)
#define RELOCATIONS_AT_A_TIME 262144

/* One of the two files. */
struct source {
	Elf *elf;
	const char *path;
	bool relocatable;
	size_t n_sections;
	uint64_t *address; /* of each section, as it was laid out */
	Elf_Scn *symtab;
};

struct piece {
	struct pt_image_section section;
	struct source *source;
	Elf_Scn *scn;
	Elf_Data *data; /* NULL: nothing in the file */
	uint64_t align;
};

struct flatten {
	struct pt_image *image;
	struct source sources[2];
	unsigned n_sources;
	GArray *pieces; /* struct piece */
	uint8_t *region;
	size_t size;
	bool all_symbols; /* there are more than those for others to link against */
};

static struct pt_error *
flatten_damaged(struct flatten *f, const struct source *s, const char *what)
{
	int number = elf_errno();

	return pt_error_hint(pt_error_new(f->image->arena, PT_E_BAD_DEBUGINFO,
					  "'%s' is damaged: %s%s%s", s->path,
					  what, number ? ": " : "",
					  number ? elf_errmsg(number) : ""),
			     "install the package that it is from again");
}

/* A handle on the file at PATH, or NULL. */
static Elf *open_elf(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	/* The file is mapped, or read here; the handle needs it no more. */
	if (elf && elf_cntl(elf, ELF_C_FDREAD) < 0) {
		elf_end(elf);
		elf = NULL;
	}
	close(fd);
	return elf;
}

/* The name of SCN without the z of the old way to compress. */
static const char *section_name(Elf *elf, const GElf_Shdr *header)
{
	size_t names;
	const char *name;

	if (elf_getshdrstrndx(elf, &names))
		return "";
	name = elf_strptr(elf, names, header->sh_name);
	return name ? name : "";
}

static bool is_debug(const char *name)
{
	return g_str_has_prefix(name, ".debug_") ||
	       g_str_has_prefix(name, ".zdebug_");
}

static bool is_compressed(const char *name, const GElf_Shdr *header)
{
	return (header->sh_flags & SHF_COMPRESSED) ||
	       g_str_has_prefix(name, ".zdebug_");
}

bool pt_flatten_needed(const char *path)
{
	Elf *elf = open_elf(path);
	Elf_Scn *scn = NULL;
	GElf_Ehdr header;
	bool needed = false, dwarf = false;
	size_t sections = 0;

	if (!elf)
		return false;
	if (elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header)) {
		needed = header.e_type == ET_REL;
		while (!needed && (scn = elf_nextscn(elf, scn))) {
			GElf_Shdr h;
			const char *name;

			if (!gelf_getshdr(scn, &h))
				break;
			name = section_name(elf, &h);
			needed = is_debug(name) && is_compressed(name, &h);
			dwarf |= !strcmp(name, ".debug_info");
		}
		if (!elf_getshdrnum(elf, &sections) && sections)
			needed |= !dwarf;
	}
	elf_end(elf);
	return needed;
}

static struct pt_error *source_open(struct flatten *f, const char *path)
{
	struct source *s = &f->sources[f->n_sources];
	struct pt_arena *arena = f->image->arena;
	GElf_Ehdr header;
	Elf_Scn *scn = NULL;

	f->n_sources++;
	s->path = pt_arena_strdup(arena, path);
	if (access(path, R_OK))
		return pt_error_errno(arena, errno, "open", path);
	s->elf = open_elf(path);
	if (!s->elf)
		return flatten_damaged(f, s, "it is not an ELF file");
	if (elf_kind(s->elf) != ELF_K_ELF || !gelf_getehdr(s->elf, &header) ||
	    elf_getshdrnum(s->elf, &s->n_sections))
		return flatten_damaged(f, s, "it is not an ELF file");
	PT_TRY(pt_image_find_arch(f->image, &header, path));
	s->relocatable = header.e_type == ET_REL;
	s->address = pt_arena_alloc(arena,
				    (s->n_sections + 1) * sizeof(*s->address));
	memset(s->address, 0, (s->n_sections + 1) * sizeof(*s->address));
	while ((scn = elf_nextscn(s->elf, scn))) {
		GElf_Shdr h;

		if (!gelf_getshdr(scn, &h))
			continue;
		f->all_symbols |= h.sh_type == SHT_SYMTAB;
		if (h.sh_type == SHT_SYMTAB ||
		    (h.sh_type == SHT_DYNSYM && f->image->program &&
		     !s->symtab))
			s->symtab = scn;
	}
	return NULL;
}

static bool has_section(const struct flatten *f, const char *name)
{
	for (guint i = 0; i < f->pieces->len; i++)
		if (!strcmp(g_array_index(f->pieces, struct piece, i)
				    .section.name,
			    name))
			return true;
	return false;
}

/* What of the file is of use: code and data, DWARF, BTF, notes, packed symbols where
 * there are no others. */
static bool is_wanted(const struct flatten *f, const char *name,
		      const GElf_Shdr *header)
{
	return (header->sh_flags & SHF_ALLOC) || is_debug(name) ||
	       header->sh_type == SHT_NOTE || !strcmp(name, ".BTF") ||
	       !strcmp(name, ".gnu_debugaltlink") ||
	       (!strcmp(name, ".gnu_debugdata") && !f->all_symbols);
}

static struct pt_error *take_section(struct flatten *f, struct source *s,
				     Elf_Scn *scn, GElf_Shdr *h,
				     const char *name)
{
	struct piece piece = { .source = s, .scn = scn };
	int changed = 0;

	if (h->sh_flags & SHF_COMPRESSED)
		changed = elf_compress(scn, 0, 0);
	else if (is_compressed(name, h))
		changed = elf_compress_gnu(scn, 0, 0);
	if (changed < 0 || !gelf_getshdr(scn, h))
		return flatten_damaged(f, s, "a compressed section");
	if (h->sh_type != SHT_NOBITS && h->sh_size) {
		piece.data = elf_rawdata(scn, NULL);
		if (changed)
			piece.data = elf_getdata(scn, NULL);
		if (!piece.data || piece.data->d_size != h->sh_size)
			return flatten_damaged(
				f, s, "a section ends behind the file");
	}
	if (g_str_has_prefix(name, ".zdebug_"))
		name = pt_arena_printf(f->image->arena, ".%s", name + 2);
	piece.section = (struct pt_image_section){
		.name = pt_arena_strdup(f->image->arena, name),
		.address = h->sh_flags & SHF_ALLOC ? h->sh_addr : 0,
		.size = piece.data ? h->sh_size : 0,
		.memory_size = h->sh_size,
		.type = h->sh_type,
		.alloc = h->sh_flags & SHF_ALLOC,
		.exec = h->sh_flags & SHF_EXECINSTR,
	};
	piece.align = MAX(h->sh_addralign, 1);
	g_array_append_val(f->pieces, piece);
	return NULL;
}

/* The second file gives what the first has not: it holds the loaded sections as
 * headers without content. */
static struct pt_error *take_sections(struct flatten *f, struct source *s)
{
	guint before = f->pieces->len;
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(s->elf, scn))) {
		GElf_Shdr h;
		const char *name;

		if (!gelf_getshdr(scn, &h))
			return flatten_damaged(f, s, "a section header");
		name = section_name(s->elf, &h);
		if (!is_wanted(f, name, &h))
			continue;
		if (before && (!is_debug(name) || has_section(f, name)))
			continue;
		PT_TRY(take_section(f, s, scn, &h, name));
	}
	return NULL;
}

/* Gives loaded sections their addresses and all a place in the region. */
static struct pt_error *lay_out(struct flatten *f)
{
	uint64_t address = PT_FLATTEN_BASE, at = 0;

	for (guint i = 0; i < f->pieces->len; i++) {
		struct piece *p = &g_array_index(f->pieces, struct piece, i);
		struct pt_image_section *s = &p->section;

		if (p->align > 1 << 21 || s->memory_size > MAX_SIZE)
			return flatten_damaged(f, p->source,
					       "the size of a section");
		if (s->alloc && p->source->relocatable) {
			address =
				(address + p->align - 1) / p->align * p->align;
			s->address = address;
			/* No two start at one address, not even empty ones. */
			address += MAX(s->memory_size, 1);
		}
		p->source->address[elf_ndxscn(p->scn)] = s->address;
		s->offset = at;
		at += (s->size + 15) & ~UINT64_C(15);
		if (at > MAX_SIZE || address > MAX_SIZE)
			return flatten_damaged(f, p->source,
					       "the size of a section");
	}
	f->size = at;
	return NULL;
}

/* The second file's sections stand where those of the first with their name do. */
static void share_addresses(struct flatten *f)
{
	struct source *s = &f->sources[1];
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(s->elf, scn))) {
		GElf_Shdr h;
		const char *name;

		if (!gelf_getshdr(scn, &h) || !(h.sh_flags & SHF_ALLOC))
			continue;
		name = section_name(s->elf, &h);
		for (guint i = 0; i < f->pieces->len; i++) {
			const struct piece *p =
				&g_array_index(f->pieces, struct piece, i);

			if (p->source != s && !strcmp(p->section.name, name))
				s->address[elf_ndxscn(scn)] =
					p->section.address;
		}
	}
}

/* SIZE bytes at DATA, of S, are not needed any more: if they are mapped from the file
 * they leave the memory, so that a large file is not in there twice. */
static void release(const struct source *s, const void *data, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = (uintptr_t)data, end = start + size, base;
	size_t whole;

	base = (uintptr_t)elf_rawfile(s->elf, &whole);
	if (!base || start < base || end > base + whole)
		return;
	start = (start + page - 1) & ~(page - 1);
	end &= ~(page - 1);
	/* Failing does no harm: the pages stay. */
	if (end > start)
		(void)madvise((void *)start, end - start, MADV_DONTNEED);
}

/* ---- symbols ---------------------------------------------------------- */

/* The symbol with the address that it has in the image; false: there is none. */
static bool read_symbol(const struct source *s, Elf_Data *data, int number,
			GElf_Sym *ret)
{
	if (!gelf_getsym(data, number, ret))
		return false;
	if (s->relocatable && ret->st_shndx != SHN_UNDEF &&
	    ret->st_shndx < SHN_LORESERVE && ret->st_shndx < s->n_sections)
		ret->st_value += s->address[ret->st_shndx];
	return true;
}

static uint64_t symbol_count(const struct source *s, Elf_Data **ret_data,
			     Elf_Data **ret_names)
{
	GElf_Shdr h;
	Elf_Scn *names;

	if (!s->symtab || !gelf_getshdr(s->symtab, &h))
		return 0;
	names = elf_getscn(s->elf, h.sh_link);
	*ret_data = elf_getdata(s->symtab, NULL);
	*ret_names = names ? elf_getdata(names, NULL) : NULL;
	if (!*ret_data || !*ret_names)
		return 0;
	return (*ret_data)->d_size /
	       gelf_fsize(s->elf, ELF_T_SYM, 1, EV_CURRENT);
}

static void add_table(struct flatten *f, const char *name, size_t *at,
		      size_t size)
{
	struct piece piece = {
		.section = { .name = name,
			     .offset = *at,
			     .size = size,
			     .memory_size = size,
			     .type = SHT_PROGBITS },
		.source = &f->sources[0],
	};

	g_array_append_val(f->pieces, piece);
	*at += (size + 15) & ~(size_t)15;
}

/* The table of the file that has the longer one: stripping took from the other. */
static const struct source *best_symbols(const struct flatten *f)
{
	const struct source *best = NULL;
	uint64_t most = 0;

	for (unsigned i = 0; i < f->n_sources; i++) {
		Elf_Data *data, *names;
		uint64_t count = symbol_count(&f->sources[i], &data, &names);

		if (count > most) {
			most = count;
			best = &f->sources[i];
		}
	}
	return best;
}

static void reserve_symbols(struct flatten *f, const struct source *s)
{
	Elf_Data *data, *names;
	uint64_t count = symbol_count(s, &data, &names);

	add_table(f, ".symtab", &f->size, count * sizeof(Elf64_Sym));
	add_table(f, ".strtab", &f->size, names->d_size);
}

static void copy_symbols(struct flatten *f, const struct source *s)
{
	const struct piece *strings =
		&g_array_index(f->pieces, struct piece, f->pieces->len - 1);
	Elf_Data *data, *names;
	uint64_t count = symbol_count(s, &data, &names);
	uint8_t *to = f->region + strings[-1].section.offset;

	for (uint64_t i = 0; i < count; i++) {
		GElf_Sym sym;

		if (read_symbol(s, data, (int)i, &sym))
			memcpy(to + i * sizeof(Elf64_Sym), &sym, sizeof(sym));
	}
	memcpy(f->region + strings->section.offset, names->d_buf,
	       names->d_size);
}

/* ---- relocations ------------------------------------------------------ */

/* How many bytes a relocation writes, and whether the place is subtracted; 0 for
 * those that DWARF, tables of addresses and calls do not have (other instructions keep
 * what the compiler left). */
static size_t relocation_size(const struct pt_arch *arch, uint32_t type,
			      bool *ret_relative)
{
	for (size_t i = 0; i < G_N_ELEMENTS(arch->relocations); i++) {
		if (!arch->relocations[i].size ||
		    arch->relocations[i].type != type)
			continue;
		*ret_relative = arch->relocations[i].kind == PT_ARCH_RELATIVE;
		return arch->relocations[i].size;
	}
	return 0;
}

/* IMPLICIT: what is added stands at the place. */
static void relocate_one(struct flatten *f, const struct piece *p,
			 Elf_Data *symbols, const GElf_Rela *r, bool implicit)
{
	bool relative = false;
	size_t size = relocation_size(
		f->image->arch, (uint32_t)GELF_R_TYPE(r->r_info), &relative);
	uint64_t value, addend = 0;
	uint8_t *place;
	GElf_Sym sym;

	if (!size || r->r_offset > p->section.size ||
	    size > p->section.size - r->r_offset ||
	    !read_symbol(p->source, symbols, (int)GELF_R_SYM(r->r_info), &sym))
		return;
	if (sym.st_shndx == SHN_UNDEF)
		return;
	place = f->region + p->section.offset + r->r_offset;
	if (implicit)
		memcpy(&addend, place, size);
	else
		addend = (uint64_t)r->r_addend;
	value = sym.st_value + addend;
	if (relative)
		value -= p->section.address + r->r_offset;
	memcpy(place, &value, size);
}

/* The relocation NUMBER of either kind; false: there is none. */
static bool read_relocation(Elf_Data *data, size_t number, bool implicit,
			    GElf_Rela *ret)
{
	GElf_Rel rel;

	if (!implicit)
		return gelf_getrela(data, (int)number, ret);
	if (!gelf_getrel(data, (int)number, &rel))
		return false;
	*ret = (GElf_Rela){ .r_offset = rel.r_offset, .r_info = rel.r_info };
	return true;
}

static const struct piece *piece_of(const struct flatten *f,
				    const struct source *s, size_t number)
{
	for (guint i = 0; i < f->pieces->len; i++) {
		const struct piece *p =
			&g_array_index(f->pieces, struct piece, i);

		if (p->source == s && p->scn && p->data &&
		    elf_ndxscn(p->scn) == number)
			return p;
	}
	return NULL;
}

static struct pt_error *relocate(struct flatten *f, const struct source *s)
{
	Elf_Scn *scn = NULL;
	Elf_Data *symbols = s->symtab ? elf_getdata(s->symtab, NULL) : NULL;

	while (symbols && (scn = elf_nextscn(s->elf, scn))) {
		const struct piece *p;
		Elf_Data *data;
		GElf_Rela r;
		GElf_Shdr h;
		bool implicit;

		if (!gelf_getshdr(scn, &h) ||
		    (h.sh_type != SHT_RELA && h.sh_type != SHT_REL))
			continue;
		implicit = h.sh_type == SHT_REL;
		p = piece_of(f, s, h.sh_info);
		if (!p)
			continue;
		/* Relocations of a compressed section may be compressed too. */
		if ((h.sh_flags & SHF_COMPRESSED) &&
		    elf_compress(scn, 0, 0) < 0)
			return flatten_damaged(f, s, "a compressed section");
		data = elf_getdata(scn, NULL);
		if (!data)
			return flatten_damaged(f, s, "its relocations");
		for (size_t i = 0; read_relocation(data, i, implicit, &r);
		     i++) {
			relocate_one(f, p, symbols, &r, implicit);
			if (i % RELOCATIONS_AT_A_TIME == 0)
				release(s, data->d_buf,
					MIN(i * h.sh_entsize, data->d_size));
		}
		release(s, data->d_buf, data->d_size);
	}
	return NULL;
}

/* ---- the whole -------------------------------------------------------- */

static struct pt_error *fill_region(struct flatten *f, size_t before,
				    const struct source *symbols)
{
	size_t all = before + 2 * f->size;
	uint8_t *base =
		mmap(NULL, all, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return pt_error_errno(f->image->arena, errno, "map",
				      f->image->path);
	f->region = base + before;
	for (guint i = 0; i < f->pieces->len; i++) {
		const struct piece *p =
			&g_array_index(f->pieces, struct piece, i);

		if (!p->data)
			continue;
		for (uint64_t at = 0, n; at < p->section.size; at += n) {
			const uint8_t *from = p->data->d_buf;

			n = MIN(p->section.size - at, BYTES_AT_A_TIME);
			memcpy(f->region + p->section.offset + at, from + at,
			       n);
			release(p->source, from + at, n);
		}
	}
	if (symbols)
		copy_symbols(f, symbols);
	for (unsigned i = 0; i < f->n_sources; i++)
		if (f->sources[i].relocatable) {
			struct pt_error *error = relocate(f, &f->sources[i]);

			if (error) {
				munmap(base, all);
				return error;
			}
		}
	return NULL;
}

static struct pt_error *flatten(struct flatten *f, const char *debug_path,
				size_t before)
{
	const struct source *symbols;

	PT_TRY(source_open(f, f->image->path));
	if (debug_path)
		PT_TRY(source_open(f, debug_path));
	for (unsigned i = 0; i < f->n_sources; i++)
		PT_TRY(take_sections(f, &f->sources[i]));
	PT_TRY(lay_out(f));
	if (f->n_sources > 1)
		share_addresses(f);
	symbols = best_symbols(f);
	if (symbols)
		reserve_symbols(f, symbols);
	PT_TRY(fill_region(f, before, symbols));
	for (guint i = 0; i < f->pieces->len; i++)
		g_array_append_val(
			f->image->sections,
			g_array_index(f->pieces, struct piece, i).section);
	return NULL;
}

struct pt_error *pt_flatten(struct pt_image *image, const char *debug_path,
			    size_t reserve_before, uint8_t **ret_region,
			    size_t *ret_size)
{
	struct flatten f = { .image = image };
	struct pt_error *error;

	f.pieces = g_array_new(FALSE, TRUE, sizeof(struct piece));
	error = flatten(&f, debug_path, reserve_before);
	g_array_unref(f.pieces);
	/* What they mapped and unpacked would stay as long as they do. */
	for (unsigned i = 0; i < f.n_sources; i++)
		elf_end(f.sources[i].elf);
	if (error)
		return error;
	*ret_region = f.region;
	*ret_size = f.size;
	return NULL;
}
