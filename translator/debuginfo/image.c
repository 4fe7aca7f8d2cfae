/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "flatten.h"
#include "join.h"
#include "minidebug.h"

/* What a window needs of the file.  .debug_info must be the first. */
static const char *const window_sections[] = {
	".debug_info",	   ".debug_abbrev",   ".debug_str",
	".debug_line",	   ".debug_line_str", ".debug_loclists",
	".debug_rnglists", ".debug_addr",     ".debug_str_offsets",
	".debug_loc",	   ".debug_ranges",   ".debug_frame",
	".debug_types",	   ".eh_frame",
};

#define N_WINDOW_SECTIONS G_N_ELEMENTS(window_sections)
#define SLOT_SIZE 2048

static struct pt_error *image_damaged(struct pt_image *image, const char *what)
{
	return pt_error_hint(
		pt_error_new(image->arena, PT_E_BAD_DEBUGINFO,
			     "'%s' is damaged: %s", image->path, what),
		image->program ? "install the package that it is from "
				 "again"
			       : "install the kernel's debug package "
				 "again");
}

/* Room for headers, the file, and as much again behind it: see window_fill(). */
static size_t image_reserved(const struct pt_image *image)
{
	return image->slots_size + 2 * image->region_size;
}

static void image_unmap(void *arg)
{
	struct pt_image *image = arg;

	if (image->slots)
		munmap(image->slots, image_reserved(image));
}

void pt_image_rest(struct pt_image *image)
{
	image_unmap(image);
	image->slots = NULL;
	image->region = NULL;
}

/* The file goes behind a reserved range, so that the header of a window can lie
 * at a lower address than what it points to, without a copy of anything. */
static struct pt_error *image_map(struct pt_image *image)
{
	struct stat st;
	uint8_t *base;
	int fd = open(image->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pt_error_errno(image->arena, errno, "open", image->path);
	if (fstat(fd, &st) < 0 || st.st_size < (off_t)sizeof(Elf32_Ehdr)) {
		close(fd);
		return image_damaged(image, "it is too short for an ELF file");
	}
	image->region_size = (size_t)st.st_size;
	image->slots_size = (size_t)PT_IMAGE_SLOTS * SLOT_SIZE;
	base = mmap(NULL, image_reserved(image), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base != MAP_FAILED &&
	    mmap(base + image->slots_size, image->region_size, PROT_READ,
		 MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED) {
		munmap(base, image_reserved(image));
		base = MAP_FAILED;
	}
	close(fd);
	if (base == MAP_FAILED)
		return pt_error_errno(image->arena, errno, "map", image->path);
	image->slots = base;
	image->region = base + image->slots_size;
	image->mapped = true;
	pt_arena_defer(image->arena, image_unmap, image);
	return NULL;
}

/* Writes all of the region to FD. */
static bool image_save(const struct pt_image *image, int fd)
{
	size_t at = 0;

	while (at < image->region_size) {
		ssize_t n =
			write(fd, image->region + at, image->region_size - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

void pt_image_put_out(struct pt_image *image)
{
	void *region = (void *)image->region;
	int fd;

	if (image->mapped) {
		(void)madvise(region, image->region_size, MADV_DONTNEED);
		return;
	}
	/* Without room for it there it stays where it is. */
	fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (image_save(image, fd))
		image->mapped =
			mmap(region, image->region_size, PROT_READ,
			     MAP_PRIVATE | MAP_FIXED, fd, 0) != MAP_FAILED;
	close(fd);
}

struct pt_error *pt_image_find_arch(struct pt_image *image,
				    const GElf_Ehdr *header, const char *path)
{
	image->arch = pt_arch_of(header->e_machine, header->e_ident[EI_CLASS]);
	if (image->arch && header->e_ident[EI_DATA] == ELFDATA2LSB)
		return NULL;
	return pt_error_new(image->arena, PT_E_UNSUPPORTED,
			    "'%s' is neither for x86_64 nor for i386", path);
}

static struct pt_error *image_check_header(struct pt_image *image, Elf *elf)
{
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return image_damaged(image, "it is not an ELF file");
	PT_TRY(pt_image_find_arch(image, &header, image->path));
	image->symbol_size = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	if (header.e_shoff > image->region_size ||
	    header.e_shnum * gelf_fsize(elf, ELF_T_SHDR, 1, EV_CURRENT) >
		    image->region_size - header.e_shoff)
		return image_damaged(image, "it ends before its section table");
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return pt_error_new(image->arena, PT_E_UNSUPPORTED,
				    image->program
					    ? "'%s' is not a linked program"
					    : "'%s' is not a linked kernel "
					      "image",
				    image->path);
	return NULL;
}

static struct pt_error *image_read_sections(struct pt_image *image, Elf *elf)
{
	size_t names;
	Elf_Scn *scn = NULL;

	if (elf_getshdrstrndx(elf, &names))
		return image_damaged(image, "it has no section names");
	while ((scn = elf_nextscn(elf, scn))) {
		struct pt_image_section s = { 0 };
		GElf_Shdr h;
		const char *name;

		if (!gelf_getshdr(scn, &h))
			return image_damaged(image, "a section header");
		name = elf_strptr(elf, names, h.sh_name);
		s.name = name ? name : "";
		s.address = h.sh_flags & SHF_ALLOC ? h.sh_addr : 0;
		s.offset = h.sh_offset;
		s.size = h.sh_type == SHT_NOBITS ? 0 : h.sh_size;
		s.memory_size = h.sh_size;
		s.type = h.sh_type;
		s.alloc = h.sh_flags & SHF_ALLOC;
		s.exec = h.sh_flags & SHF_EXECINSTR;
		if (s.size && (s.offset > image->region_size ||
			       s.size > image->region_size - s.offset))
			return image_damaged(image,
					     "a section ends behind the file");
		s.name = pt_arena_strdup(image->arena, s.name);
		g_array_append_val(image->sections, s);
	}
	return NULL;
}

static void image_find_build_id(struct pt_image *image,
				const struct pt_image_section *s)
{
	uint64_t at = s->offset;
	uint64_t end = s->offset + s->size;

	while (end - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		uint64_t name = at + sizeof(note);
		uint64_t data;

		memcpy(&note, image->region + at, sizeof(note));
		data = name + (((uint64_t)note.n_namesz + 3) & ~UINT64_C(3));
		if (data > end || note.n_descsz > end - data)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(image->region + name, "GNU", 4) && note.n_descsz &&
		    note.n_descsz <= PT_IMAGE_MAX_ID) {
			image->build_id = memcpy(
				pt_arena_alloc(image->arena, note.n_descsz),
				image->region + data, note.n_descsz);
			image->build_id_length = note.n_descsz;
			return;
		}
		at = data + (((uint64_t)note.n_descsz + 3) & ~UINT64_C(3));
		if (at > end)
			return;
	}
}

/* In place of a build id: what tells one file from another. */
static struct pt_error *image_hash(struct pt_image *image)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA1);
	size_t size, length = PT_IMAGE_HASH_SIZE;
	struct pt_error *error;
	unsigned char *id;
	char *text;

	error = pt_file_read(image->arena, image->path, &text, &size);
	if (!error) {
		id = pt_arena_alloc(image->arena, length);
		g_checksum_update(sum, (const guchar *)text, (gssize)size);
		g_checksum_get_digest(sum, id, &length);
		image->build_id = id;
		image->build_id_length = length;
		image->hashed = true;
	}
	g_checksum_free(sum);
	return error;
}

/* The symbol table TABLE with the texts in NAMES; false: one of them is not there. */
static bool image_find_symbols(struct pt_image *image, const char *table,
			       const char *names)
{
	const struct pt_image_section *t = pt_image_section_named(image, table);
	const struct pt_image_section *n = pt_image_section_named(image, names);

	if (t && n)
		image->symbols = (struct pt_image_symbols){
			.at = image->region + t->offset,
			.size = t->size,
			.names = (const char *)image->region + n->offset,
			.names_size = n->size,
		};
	return t && n;
}

/* A stripped program has the symbols that others link against, and some have more
 * of them packed. */
static struct pt_error *image_choose_symbols(struct pt_image *image)
{
	const struct pt_image_section *packed =
		pt_image_section_named(image, ".gnu_debugdata");

	if (!image_find_symbols(image, ".symtab", ".strtab") && image->program)
		image_find_symbols(image, ".dynsym", ".dynstr");
	return packed && image->program ? pt_minidebug_symbols(image, packed)
					: NULL;
}

static struct pt_error *image_choose_sections(struct pt_image *image)
{
	const struct {
		const char *name;
		struct pt_image_section *to;
	} named[] = {
		{ ".debug_info", &image->info },
		{ ".debug_abbrev", &image->abbrev },
		{ ".debug_str", &image->str },
		{ ".debug_line", &image->line },
		{ ".debug_line_str", &image->line_str },
	};

	for (guint i = 0; i < image->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			image->sections, struct pt_image_section, i);

		for (size_t k = 0; k < G_N_ELEMENTS(named); k++)
			if (!strcmp(s->name, named[k].name))
				*named[k].to = *s;
		if (s->type == SHT_NOTE && !image->build_id)
			image_find_build_id(image, s);
	}
	PT_TRY(image_choose_symbols(image));
	if ((!image->info.size || !image->abbrev.size) && !image->program)
		return pt_error_hint(
			pt_error_new(image->arena, PT_E_NO_DEBUGINFO,
				     "'%s' has no debuginfo", image->path),
			"install the kernel's debug package");
	if (!image->build_id && image->program)
		PT_TRY(image_hash(image));
	if (!image->build_id)
		return image_damaged(image, "it has no build id");
	if (image->info.size > UINT32_MAX)
		return pt_error_new(image->arena, PT_E_UNSUPPORTED,
				    "'%s' has more than 4 GB of debuginfo",
				    image->path);
	return NULL;
}

/* The file as it lies there. */
static struct pt_error *image_open_plain(struct pt_image *image)
{
	struct pt_error *error;
	Elf *elf;

	PT_TRY(image_map(image));
	elf = elf_memory((char *)image->region, image->region_size);
	if (!elf)
		return image_damaged(image, elf_errmsg(-1));
	error = image_check_header(image, elf);
	if (!error)
		error = image_read_sections(image, elf);
	elf_end(elf);
	return error;
}

static struct pt_error *image_open_flat(struct pt_image *image,
					const char *debug_path)
{
	uint8_t *region;

	image->slots_size = (size_t)PT_IMAGE_SLOTS * SLOT_SIZE;
	PT_TRY(pt_flatten(image, debug_path, image->slots_size, &region,
			  &image->region_size));
	image->symbol_size = sizeof(Elf64_Sym);
	image->region = region;
	image->slots = region - image->slots_size;
	pt_arena_defer(image->arena, image_unmap, image);
	return NULL;
}

struct pt_error *pt_image_open(struct pt_session *session, const char *path,
			       const char *debug_path, bool program,
			       struct pt_image **ret)
{
	struct pt_arena *arena = session->arena;
	struct pt_image *image = pt_new(arena, struct pt_image);

	elf_version(EV_CURRENT);
	image->arena = arena;
	image->program = program;
	image->path = pt_arena_strdup(arena, path);
	image->debug_path = pt_arena_strdup(arena, debug_path);
	image->sections =
		g_array_new(FALSE, FALSE, sizeof(struct pt_image_section));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, image->sections);
	if (debug_path || pt_flatten_needed(path))
		PT_TRY(image_open_flat(image, debug_path));
	else
		PT_TRY(image_open_plain(image));
	PT_TRY(pt_join(session, image, debug_path ? debug_path : path));
	PT_TRY(image_choose_sections(image));
	*ret = image;
	return NULL;
}

static bool image_same(const struct pt_image *a, const struct pt_image *b)
{
	return a->region_size == b->region_size &&
	       a->sections->len == b->sections->len &&
	       a->info.size == b->info.size &&
	       a->build_id_length == b->build_id_length &&
	       !memcmp(a->build_id, b->build_id, a->build_id_length);
}

struct pt_error *pt_image_wake(struct pt_session *session,
			       struct pt_image *image)
{
	struct pt_image *again;

	PT_TRY(pt_image_open(session, image->path, image->debug_path,
			     image->program, &again));
	if (!image_same(image, again))
		return image_damaged(image, "it changed while it was read");
	again->joined = image->joined;
	*image = *again;
	/* It is the other's now, which is unmapped at the end, too. */
	again->slots = NULL;
	return NULL;
}

const struct pt_image_section *
pt_image_section_named(const struct pt_image *image, const char *name)
{
	for (guint i = 0; i < image->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			image->sections, struct pt_image_section, i);

		if (s->size && !strcmp(s->name, name))
			return s;
	}
	return NULL;
}

const struct pt_image_section *pt_image_section_at(const struct pt_image *image,
						   uint64_t address)
{
	for (guint i = 0; i < image->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			image->sections, struct pt_image_section, i);

		if (s->alloc && address >= s->address &&
		    address - s->address < s->memory_size)
			return s;
	}
	return NULL;
}

uint64_t pt_image_symbols(const struct pt_image *image)
{
	return image->symbols.size / image->symbol_size;
}

void pt_image_take_symbol(const void *at, size_t size, GElf_Sym *ret)
{
	Elf32_Sym sym;

	if (size == sizeof(*ret)) {
		memcpy(ret, at, sizeof(*ret));
		return;
	}
	memcpy(&sym, at, sizeof(sym));
	*ret = (GElf_Sym){
		.st_name = sym.st_name,
		.st_info = sym.st_info,
		.st_other = sym.st_other,
		.st_shndx = sym.st_shndx,
		.st_value = sym.st_value,
		.st_size = sym.st_size,
	};
}

void pt_image_symbol(const struct pt_image *image, uint64_t number,
		     GElf_Sym *ret)
{
	pt_image_take_symbol(image->symbols.at + number * image->symbol_size,
			     image->symbol_size, ret);
}

uint64_t pt_image_word(const struct pt_image *image, const void *at)
{
	uint64_t word = 0;

	/* little endian, both */
	memcpy(&word, at, image->arch->word);
	return word;
}

const void *pt_image_memory(const struct pt_image *image, uint64_t address,
			    size_t size)
{
	const struct pt_image_section *s = pt_image_section_at(image, address);
	uint64_t at;

	if (!s)
		return NULL;
	at = address - s->address;
	if (at > s->size || size > s->size - at)
		return NULL;
	return image->region + s->offset + at;
}

/* An ELF header, section headers and section names, as an ELF file has them. */
struct window_header {
	union {
		struct {
			Elf64_Ehdr ehdr;
			Elf64_Shdr shdr[N_WINDOW_SECTIONS + 2];
		} wide;
		struct {
			Elf32_Ehdr ehdr;
			Elf32_Shdr shdr[N_WINDOW_SECTIONS + 2];
		} narrow;
	};
	char names[512];
};
_Static_assert(sizeof(struct window_header) <= SLOT_SIZE, "slot size");

/* What one of a window's section headers says. */
struct window_section {
	uint32_t name, type;
	uint64_t address, offset, size;
};

static void window_put_section(const struct pt_image *image,
			       struct window_header *header, unsigned number,
			       const struct window_section *s)
{
	if (image->arch->elf_class == ELFCLASS64)
		header->wide.shdr[number] = (Elf64_Shdr){
			.sh_name = s->name,
			.sh_type = s->type,
			.sh_addr = s->address,
			.sh_offset = s->offset,
			.sh_size = s->size,
			.sh_addralign = 1,
		};
	else
		header->narrow.shdr[number] = (Elf32_Shdr){
			.sh_name = s->name,
			.sh_type = s->type,
			.sh_addr = (Elf32_Addr)s->address,
			.sh_offset = (Elf32_Off)s->offset,
			.sh_size = (Elf32_Word)s->size,
			.sh_addralign = 1,
		};
}

/* NAMES: the number of the section with the names, the last. */
static void window_put_header(const struct pt_image *image,
			      struct window_header *header, unsigned names)
{
	const struct pt_arch *arch = image->arch;
	uint8_t *ident = header->wide.ehdr.e_ident; /* the same in both */

	if (arch->elf_class == ELFCLASS64)
		header->wide.ehdr = (Elf64_Ehdr){
			.e_type = ET_EXEC,
			.e_machine = arch->machine,
			.e_version = EV_CURRENT,
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_shentsize = sizeof(Elf64_Shdr),
			.e_shoff = offsetof(struct window_header, wide.shdr),
			.e_shstrndx = (Elf64_Half)names,
			.e_shnum = (Elf64_Half)(names + 1),
		};
	else
		header->narrow.ehdr = (Elf32_Ehdr){
			.e_type = ET_EXEC,
			.e_machine = arch->machine,
			.e_version = EV_CURRENT,
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_shentsize = sizeof(Elf32_Shdr),
			.e_shoff = offsetof(struct window_header, narrow.shdr),
			.e_shstrndx = (Elf32_Half)names,
			.e_shnum = (Elf32_Half)(names + 1),
		};
	memcpy(ident, ELFMAG, SELFMAG);
	ident[EI_CLASS] = arch->elf_class;
	ident[EI_DATA] = ELFDATA2LSB;
	ident[EI_VERSION] = EV_CURRENT;
}

/*
 * .debug_info starts at the unit and is said to be as long as it is from its
 * true start: libdw checks offsets that some expressions hold against its size.
 * What it so gets to see behind the unit is the units that follow and then zeros,
 * and it reads none of them as long as units do not refer to one another.
 */
static void window_fill(const struct pt_image *image,
			struct window_header *header, uint64_t start)
{
	uint64_t distance = (uint64_t)(image->region - (uint8_t *)header);
	struct window_section names = {
		.type = SHT_STRTAB,
		.offset = offsetof(struct window_header, names),
		.size = sizeof(header->names),
	};
	size_t used = 1;
	unsigned n = 1;

	memset(header, 0, sizeof(*header));
	for (unsigned i = 0; i < N_WINDOW_SECTIONS; i++) {
		const char *name = window_sections[i];
		const struct pt_image_section *s =
			pt_image_section_named(image, name);
		struct window_section section = { .name = (uint32_t)used,
						  .type = SHT_PROGBITS };

		if (!s)
			continue;
		section.offset = distance + s->offset + (i == 0 ? start : 0);
		section.size = s->size;
		section.address = s->address;
		window_put_section(image, header, n++, &section);
		memcpy(header->names + used, name, strlen(name) + 1);
		used += strlen(name) + 1;
	}
	window_put_section(image, header, n, &names);
	window_put_header(image, header, n);
}

static bool window_find_unit(struct pt_window *window, Dwarf_Off offset)
{
	Dwarf_Off next;
	size_t header;

	return !dwarf_next_unit(window->dwarf, offset, &next, &header, NULL,
				NULL, NULL, NULL, NULL, NULL) &&
	       dwarf_offdie(window->dwarf, offset + header, &window->cu);
}

bool pt_image_window_open(const struct pt_image *image, unsigned slot,
			  uint64_t offset, uint64_t length,
			  struct pt_window *ret)
{
	struct pt_window window = { .start = image->joined ? 0 : offset };
	struct window_header *header;
	size_t size;

	if (slot >= PT_IMAGE_SLOTS || offset >= image->info.size ||
	    length > image->info.size - offset)
		return false;
	header = (void *)(image->region - (size_t)(slot + 1) * SLOT_SIZE);
	window_fill(image, header, window.start);
	size = (size_t)(image->region - (uint8_t *)header) +
	       2 * image->region_size;
	window.elf = elf_memory((char *)header, size);
	if (!window.elf)
		return false;
	window.dwarf = dwarf_begin_elf(window.elf, DWARF_C_READ, NULL);
	if (!window.dwarf) {
		elf_end(window.elf);
		return false;
	}
	if (!window_find_unit(&window, offset - window.start)) {
		pt_image_window_close(&window);
		return false;
	}
	*ret = window;
	return true;
}

void pt_image_window_close(struct pt_window *window)
{
	if (window->eh_cfi)
		dwarf_cfi_end(window->eh_cfi);
	if (window->shared)
		return;
	dwarf_end(window->dwarf);
	elf_end(window->elf);
}

bool pt_image_window_share(const struct pt_image *image,
			   const struct pt_window *other, uint64_t offset,
			   struct pt_window *ret)
{
	struct pt_window window = { .dwarf = other->dwarf,
				    .elf = other->elf,
				    .start = other->start,
				    .shared = true };

	if (offset >= image->info.size || !window_find_unit(&window, offset))
		return false;
	*ret = window;
	return true;
}

/* A handle keeps what it read of each unit. */
#define MOST_OF_A_HANDLE 256

void pt_image_tour_start(struct pt_image_tour *tour,
			 const struct pt_image *image, unsigned slot)
{
	*tour = (struct pt_image_tour){ .image = image, .slot = slot };
}

void pt_image_tour_end(struct pt_image_tour *tour)
{
	if (tour->window.dwarf)
		pt_image_window_close(&tour->window);
	tour->window.dwarf = NULL;
	tour->seen = 0;
}

struct pt_window *pt_image_tour_next(struct pt_image_tour *tour,
				     uint64_t offset, uint64_t length)
{
	const struct pt_image *image = tour->image;

	if (!image->joined || tour->seen == MOST_OF_A_HANDLE)
		pt_image_tour_end(tour);
	tour->seen++;
	if (tour->window.dwarf)
		return offset < image->info.size &&
				       window_find_unit(&tour->window, offset)
			       ? &tour->window
			       : NULL;
	return pt_image_window_open(image, tour->slot, offset, length,
				    &tour->window)
		       ? &tour->window
		       : NULL;
}

void pt_image_release(const struct pt_image *image, uint64_t offset,
		      uint64_t length)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start =
		(uintptr_t)(image->region + image->info.offset) + offset;
	uintptr_t end = (start + length) & ~(page - 1);

	start &= ~(page - 1);
	/* Failing does no harm: the pages stay. */
	if (image->mapped && end > start)
		(void)madvise((void *)start, end - start, MADV_DONTNEED);
}

bool pt_image_die(const struct pt_window *window, uint64_t offset,
		  Dwarf_Die *ret)
{
	return offset >= window->start &&
	       dwarf_offdie(window->dwarf, offset - window->start, ret);
}

uint64_t pt_image_die_offset(const struct pt_window *window, Dwarf_Die *die)
{
	return window->start + dwarf_dieoffset(die);
}
