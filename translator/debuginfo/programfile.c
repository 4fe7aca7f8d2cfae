/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "programfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void close_elf(void *arg)
{
	elf_end(arg);
}

struct pt_error *pt_programfile_none(struct pt_arena *arena, const char *path,
				     const char *why)
{
	return pt_error_new(arena, PT_E_FILE, "'%s' is not a program: %s", path,
			    why);
}

static struct pt_error *check_header(struct pt_arena *arena, const char *path,
				     struct pt_programfile *file)
{
	const GElf_Ehdr *header = &file->header;

	file->arch = pt_arch_of(header->e_machine, header->e_ident[EI_CLASS]);
	if (!file->arch || header->e_ident[EI_DATA] != ELFDATA2LSB)
		return pt_error_new(arena, PT_E_UNSUPPORTED,
				    "'%s' is neither for x86_64 nor for i386",
				    path);
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return pt_programfile_none(arena, path, "it is not linked");
	return NULL;
}

struct pt_error *pt_programfile_open(struct pt_arena *arena, const char *path,
				     struct pt_programfile **ret)
{
	struct pt_programfile *file = pt_new(arena, struct pt_programfile);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t count = 0;

	if (fd < 0)
		return pt_error_errno(arena, errno, "open", path);
	elf_version(EV_CURRENT);
	file->path = pt_arena_strdup(arena, path);
	file->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	/* The file is mapped, or read here; the handle needs it no more. */
	if (file->elf && elf_cntl(file->elf, ELF_C_FDREAD) < 0) {
		elf_end(file->elf);
		file->elf = NULL;
	}
	close(fd);
	if (!file->elf)
		return pt_programfile_none(arena, path, elf_errmsg(-1));
	pt_arena_defer(arena, close_elf, file->elf);
	if (elf_kind(file->elf) != ELF_K_ELF ||
	    !gelf_getehdr(file->elf, &file->header))
		return pt_programfile_none(arena, path,
					   "it is not an ELF file");
	PT_TRY(check_header(arena, path, file));
	file->segments = g_array_new(FALSE, FALSE, sizeof(GElf_Phdr));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, file->segments);
	if (elf_getphdrnum(file->elf, &count))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;

		if (gelf_getphdr(file->elf, (int)i, &segment))
			g_array_append_val(file->segments, segment);
	}
	*ret = file;
	return NULL;
}

bool pt_programfile_section(const struct pt_programfile *file, const char *name,
			    GElf_Shdr *ret_header, Elf_Data **ret_data)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(file->elf, &names))
		return false;
	while ((scn = elf_nextscn(file->elf, scn))) {
		const char *own;

		if (!gelf_getshdr(scn, ret_header))
			continue;
		own = elf_strptr(file->elf, names, ret_header->sh_name);
		if (!own || strcmp(own, name) != 0)
			continue;
		*ret_data = ret_header->sh_type == SHT_NOBITS
				    ? NULL
				    : elf_rawdata(scn, NULL);
		return *ret_data && (*ret_data)->d_buf;
	}
	return false;
}

/* Where entry I of DATA is, whose entries have SIZE bytes; NULL: it has no more. */
static const void *entry_at(const Elf_Data *data, size_t i, size_t size)
{
	return i < data->d_size / size ? (const char *)data->d_buf + i * size
				       : NULL;
}

static bool is_wide(const struct pt_programfile *file)
{
	return file->arch->elf_class == ELFCLASS64;
}

bool pt_programfile_symbol(const struct pt_programfile *file,
			   const Elf_Data *data, size_t i, GElf_Sym *ret)
{
	size_t size = is_wide(file) ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	const void *at = entry_at(data, i, size);

	if (at)
		pt_image_take_symbol(at, size, ret);
	return at;
}

bool pt_programfile_entry(const struct pt_programfile *file,
			  const Elf_Data *data, size_t i, GElf_Dyn *ret)
{
	size_t size = is_wide(file) ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	const void *at = entry_at(data, i, size);
	Elf32_Dyn narrow;

	if (!at)
		return false;
	if (is_wide(file)) {
		memcpy(ret, at, size);
		return true;
	}
	memcpy(&narrow, at, size);
	ret->d_tag = narrow.d_tag;
	ret->d_un.d_val = narrow.d_un.d_val;
	return true;
}

bool pt_programfile_relocation(const struct pt_programfile *file,
			       const GElf_Shdr *header, const Elf_Data *data,
			       size_t i, GElf_Rela *ret)
{
	bool addends = header->sh_type == SHT_RELA;
	size_t size = is_wide(file) ? sizeof(Elf64_Rel) : sizeof(Elf32_Rel);
	Elf32_Rela narrow = { 0 };
	const void *at;

	if (addends)
		size = is_wide(file) ? sizeof(Elf64_Rela) : sizeof(Elf32_Rela);
	at = entry_at(data, i, size);
	if (!at)
		return false;
	if (is_wide(file)) {
		ret->r_addend = 0;
		memcpy(ret, at, size);
		return true;
	}
	memcpy(&narrow, at, size);
	ret->r_offset = narrow.r_offset;
	ret->r_info = GELF_R_INFO((uint64_t)ELF32_R_SYM(narrow.r_info),
				  ELF32_R_TYPE(narrow.r_info));
	ret->r_addend = narrow.r_addend;
	return true;
}

const char *pt_programfile_name(const Elf_Data *names, uint64_t offset)
{
	const char *start = names->d_buf;

	return offset < names->d_size && memchr(start + offset, '\0',
						names->d_size - offset)
		       ? start + offset
		       : NULL;
}

bool pt_programfile_dynamic(const struct pt_programfile *file, int64_t tag,
			    uint64_t *ret)
{
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Dyn entry;

	if (!pt_programfile_section(file, ".dynamic", &header, &data))
		return false;
	for (size_t i = 0; pt_programfile_entry(file, data, i, &entry); i++) {
		if (entry.d_tag == tag) {
			*ret = entry.d_un.d_val;
			return true;
		}
		if (entry.d_tag == DT_NULL)
			break;
	}
	return false;
}

/* The C library and others can be run, to print their versions. */
bool pt_programfile_is_library(const struct pt_programfile *file)
{
	uint64_t value;

	if (file->header.e_type != ET_DYN)
		return false;
	if (pt_programfile_dynamic(file, DT_FLAGS_1, &value) &&
	    (value & DF_1_PIE))
		return false;
	return !pt_programfile_segment(file, PT_INTERP) ||
	       pt_programfile_dynamic(file, DT_SONAME, &value);
}

const GElf_Phdr *pt_programfile_segment(const struct pt_programfile *file,
					uint32_t type)
{
	for (guint i = 0; i < file->segments->len; i++) {
		const GElf_Phdr *s =
			&g_array_index(file->segments, GElf_Phdr, i);

		if (s->p_type == type)
			return s;
	}
	return NULL;
}

/* The loaded segment that has ADDRESS in the file; NULL: none. */
static const GElf_Phdr *loaded_at(const struct pt_programfile *file,
				  uint64_t address)
{
	for (guint i = 0; i < file->segments->len; i++) {
		const GElf_Phdr *s =
			&g_array_index(file->segments, GElf_Phdr, i);

		if (s->p_type == PT_LOAD && address >= s->p_vaddr &&
		    address - s->p_vaddr < s->p_filesz)
			return s;
	}
	return NULL;
}

const uint8_t *pt_programfile_memory(const struct pt_programfile *file,
				     uint64_t address, size_t size,
				     size_t *ret_size)
{
	const GElf_Phdr *s = loaded_at(file, address);
	size_t whole;
	const char *start = elf_rawfile(file->elf, &whole);
	uint64_t offset, left;

	if (!s || !start)
		return NULL;
	offset = s->p_offset + (address - s->p_vaddr);
	left = s->p_filesz - (address - s->p_vaddr);
	if (offset < s->p_offset || offset >= whole)
		return NULL;
	left = MIN(left, whole - offset);
	*ret_size = MIN(size, left);
	return (const uint8_t *)start + offset;
}

bool pt_dbg_program_offset(const struct pt_dbg *dbg, uint64_t address,
			   uint64_t *ret)
{
	const GElf_Phdr *s = loaded_at(dbg->program, address);

	if (!s)
		return false;
	*ret = address - s->p_vaddr + s->p_offset;
	return true;
}

bool pt_dbg_program_address(const struct pt_dbg *dbg, uint64_t offset,
			    uint64_t *ret)
{
	for (guint i = 0; i < dbg->program->segments->len; i++) {
		const GElf_Phdr *s =
			&g_array_index(dbg->program->segments, GElf_Phdr, i);

		if (s->p_type != PT_LOAD || !(s->p_flags & PF_X) ||
		    offset < s->p_offset || offset - s->p_offset >= s->p_filesz)
			continue;
		*ret = offset - s->p_offset + s->p_vaddr;
		return true;
	}
	return false;
}

void pt_dbg_program_anchor(const struct pt_dbg *dbg, uint64_t *ret_address,
			   uint64_t *ret_offset)
{
	*ret_address = *ret_offset = 0;
	for (guint i = 0; i < dbg->program->segments->len; i++) {
		const GElf_Phdr *s =
			&g_array_index(dbg->program->segments, GElf_Phdr, i);

		if (s->p_type == PT_LOAD && (s->p_flags & PF_X)) {
			*ret_address = s->p_vaddr;
			*ret_offset = s->p_offset;
			return;
		}
	}
}

const char *pt_dbg_program(const struct pt_dbg *dbg)
{
	return dbg->program ? dbg->program->path : NULL;
}

bool pt_dbg_program_moves(const struct pt_dbg *dbg)
{
	return dbg->program && dbg->program->header.e_type == ET_DYN;
}

unsigned pt_dbg_program_word(const struct pt_dbg *dbg)
{
	return dbg->program->arch->word;
}

static void list_exports(struct pt_programfile *file)
{
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Sym sym;

	if (!pt_programfile_section(file, ".dynsym", &header, &data))
		return;
	for (size_t i = 0; pt_programfile_symbol(file, data, i, &sym); i++)
		if (sym.st_shndx != SHN_UNDEF &&
		    GELF_ST_TYPE(sym.st_info) == STT_FUNC)
			g_hash_table_add(file->exports,
					 GSIZE_TO_POINTER(sym.st_value));
}

bool pt_dbg_program_exports(const struct pt_dbg *dbg, uint64_t address)
{
	struct pt_programfile *file = dbg->program;

	if (!file->exports) {
		file->exports = g_hash_table_new(g_direct_hash, g_direct_equal);
		pt_arena_defer(dbg->arena, (void (*)(void *))g_hash_table_unref,
			       file->exports);
		list_exports(file);
	}
	return g_hash_table_contains(file->exports, GSIZE_TO_POINTER(address));
}
