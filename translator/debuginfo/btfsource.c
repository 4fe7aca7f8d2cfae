/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where BTF and what goes with it is found: all in the installed image, which
 * the kernel was booted from or will be, or in a vmlinux without debug symbols;
 * else from the running kernel.  An image without BTF still has symbols.
 */
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "btf.h"
#include "dbg.h"
#include "locate.h"
#include "vmlinuz.h"

/* Of the files in the cache folder: raised when what is written changes. */
#define FORMAT "7"

struct job {
	struct pt_session *session;
	struct pt_arena *arena;
	struct pt_btf_source source;
};

static struct pt_error *no_btf(const struct job *job, const char *path,
			       const char *what)
{
	return pt_error_new(job->arena, PT_E_NO_DEBUGINFO,
			    "the debug symbols of kernel %s are not installed, "
			    "and '%s' %s",
			    job->session->target.release, path, what);
}

static struct pt_error *bad_btf(const struct job *job, const char *path)
{
	return pt_error_new(job->arena, PT_E_BAD_DEBUGINFO,
			    "the BTF of '%s' is damaged, or of a kind that is "
			    "not known",
			    path);
}

static const char *running_btf(struct pt_arena *arena)
{
	return pt_target_running(arena, "btf/vmlinux");
}

static const char *running_notes(struct pt_arena *arena)
{
	return pt_target_running(arena, "notes");
}

/* Is the target RUNNING here, and has it BTF? */
static bool runs_with_btf(struct pt_arena *arena, bool running)
{
	return running && !access(running_btf(arena), R_OK);
}

/* ---- the image -------------------------------------------------------- */

static const struct pt_image_section *section(const struct job *job,
					      const char *name)
{
	for (guint i = 0; i < job->source.sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			job->source.sections, struct pt_image_section, i);

		if (s->size && !strcmp(s->name, name))
			return s;
	}
	return NULL;
}

/* False: no ELF file, or not whole, or for a machine that is not known. */
static bool read_sections(struct job *job, const uint8_t *data, size_t size)
{
	Elf *elf = elf_memory((char *)data, size);
	Elf_Scn *scn = NULL;
	GElf_Ehdr header;
	bool good = elf && gelf_getehdr(elf, &header);
	size_t names;

	job->source.arch =
		good ? pt_arch_of(header.e_machine, header.e_ident[EI_CLASS])
		     : NULL;
	good = job->source.arch && !elf_getshdrstrndx(elf, &names);
	while (good && (scn = elf_nextscn(elf, scn))) {
		struct pt_image_section s = { 0 };
		const char *name;
		GElf_Shdr h;

		good = gelf_getshdr(scn, &h);
		if (!good)
			break;
		name = elf_strptr(elf, names, h.sh_name);
		s.name = pt_arena_strdup(job->arena, name ? name : "");
		s.alloc = h.sh_flags & SHF_ALLOC;
		s.exec = h.sh_flags & SHF_EXECINSTR;
		s.type = h.sh_type;
		s.address = s.alloc ? h.sh_addr : 0;
		s.offset = h.sh_offset;
		s.size = h.sh_type == SHT_NOBITS ? 0 : h.sh_size;
		s.memory_size = h.sh_size;
		good = !s.size ||
		       (s.offset <= size && s.size <= size - s.offset);
		if (good)
			g_array_append_val(job->source.sections, s);
	}
	elf_end(elf);
	return good;
}

/* The symbols of an image that was not stripped; false: it was. */
static bool read_symbols(struct job *job)
{
	const struct pt_btf_source *source = &job->source;
	const struct pt_image_section *table = section(job, ".symtab");
	const struct pt_image_section *names = section(job, ".strtab");
	struct pt_image image = { 0 };

	if (!table || !names || source->region[names->offset + names->size - 1])
		return false;
	image.symbols.at = source->region + table->offset;
	image.symbols.size = table->size;
	image.symbol_size = source->arch->elf_class == ELFCLASS64
				    ? sizeof(Elf64_Sym)
				    : sizeof(Elf32_Sym);
	for (uint64_t i = 0; i < pt_image_symbols(&image); i++) {
		struct pt_kallsym symbol = { 0 };
		GElf_Sym sym;

		pt_image_symbol(&image, i, &sym);
		if (sym.st_shndx == SHN_UNDEF ||
		    ELF64_ST_TYPE(sym.st_info) > STT_FUNC ||
		    sym.st_name >= names->size)
			continue;
		symbol.address = sym.st_value;
		symbol.name = (const char *)source->region + names->offset +
			      sym.st_name;
		symbol.type =
			ELF64_ST_TYPE(sym.st_info) == STT_FUNC ? 't' : 'd';
		if (ELF64_ST_BIND(sym.st_info) != STB_LOCAL)
			symbol.type = g_ascii_toupper(symbol.type);
		g_array_append_val(source->symbols, symbol);
	}
	return true;
}

/* The image's sections, and where among them its BTF is.  *RET is NULL if it has
 * none, or is i386's: nothing places its parameters. */
static struct pt_error *find_btf(struct job *job, const char *path,
				 const void **ret, size_t *ret_size)
{
	struct pt_btf_source *source = &job->source;
	const struct pt_image_section *s;
	size_t size;

	PT_TRY(pt_vmlinuz_unpack(job->arena, path, &source->region, &size));
	if (!read_sections(job, source->region, size))
		return no_btf(job, path, "holds no ELF file that is whole");
	*ret = NULL;
	s = section(job, ".BTF");
	if (s && source->arch == &pt_arch_x86_64) {
		*ret = source->region + s->offset;
		*ret_size = s->size;
	}
	return NULL;
}

static struct pt_error *from_image(struct job *job, const char *path)
{
	struct pt_btf_source *source = &job->source;
	const struct pt_image_section *s;
	const void *data;
	size_t size;

	PT_TRY(find_btf(job, path, &data, &size));
	source->has_types = data != NULL;
	if (!data)
		pt_btf_empty(job->arena, &source->btf);
	else if (!pt_btf_attach(job->arena, data, size, &source->btf))
		return bad_btf(job, path);
	s = section(job, ".notes");
	if (!s || !pt_locate_note(source->region + s->offset, s->size,
				  &source->build_id, &source->build_id_length))
		return no_btf(job, path, "has no build id");
	if (read_symbols(job))
		return NULL;
	s = section(job, ".rodata");
	if (!s ||
	    !pt_kallsyms_find(job->arena, source->region + s->offset, s->size,
			      source->arch->word, source->symbols))
		return no_btf(job, path, "has no symbols that can be read");
	return NULL;
}

/* ---- the running kernel ----------------------------------------------- */

static struct pt_error *from_running(struct job *job)
{
	struct pt_btf_source *source = &job->source;
	char *btf, *notes;
	size_t size;

	source->arch = &pt_arch_x86_64;
	source->has_types = true;
	PT_TRY(pt_file_read(job->arena, running_btf(job->arena), &btf, &size));
	if (!pt_btf_attach(job->arena, btf, size, &source->btf))
		return bad_btf(job, running_btf(job->arena));
	PT_TRY(pt_file_read(job->arena, running_notes(job->arena), &notes,
			    &size));
	if (!pt_locate_note(notes, size, &source->build_id,
			    &source->build_id_length))
		return no_btf(job, running_notes(job->arena),
			      "has no build id");
	return pt_kallsyms_read(job->arena, source->symbols);
}

/* ---- the whole -------------------------------------------------------- */

static struct pt_error *collect(struct job *job, const char *image,
				bool running)
{
	struct pt_error *error;

	if (!image)
		return from_running(job);
	error = from_image(job, image);
	if ((!error && job->source.has_types) ||
	    !runs_with_btf(job->arena, running))
		return error;
	g_array_set_size(job->source.sections, 0);
	g_array_set_size(job->source.symbols, 0);
	job->source.region = NULL;
	return from_running(job);
}

static struct pt_error *make(struct job *job, const char *image, bool running,
			     const char *const paths[2], const char **ret)
{
	struct pt_error *error;
	GByteArray *file;

	if (job->session->progress)
		job->session->progress(
			pt_arena_printf(job->arena, "reading the BTF of %s",
					job->session->target.release));
	elf_version(EV_CURRENT);
	job->source.symbols =
		g_array_new(FALSE, FALSE, sizeof(struct pt_kallsym));
	job->source.sections =
		g_array_new(FALSE, FALSE, sizeof(struct pt_image_section));
	error = collect(job, image, running);
	if (!error) {
		file = pt_btf_write_elf(job->arena, &job->source);
		*ret = paths[job->source.has_types];
		error = pt_file_write(job->arena, *ret, file->data, file->len);
	}
	g_array_unref(job->source.symbols);
	g_array_unref(job->source.sections);
	return error;
}

static struct pt_error *read_raw(struct pt_session *session, const char *image,
				 bool running, const void **ret,
				 size_t *ret_size)
{
	struct job job = { .session = session, .arena = session->arena };
	struct pt_error *error = NULL;
	char *data;

	elf_version(EV_CURRENT);
	job.source.sections =
		g_array_new(FALSE, FALSE, sizeof(struct pt_image_section));
	if (image)
		error = find_btf(&job, image, ret, ret_size);
	if (image && !error && !*ret)
		error = no_btf(&job, image, "has no BTF");
	g_array_unref(job.source.sections);
	if (image && (!error || !runs_with_btf(job.arena, running)))
		return error;
	if (!runs_with_btf(job.arena, running))
		return pt_target_need_debuginfo(job.arena, &session->target);
	PT_TRY(pt_file_read(job.arena, running_btf(job.arena), &data,
			    ret_size));
	*ret = data;
	return NULL;
}

struct pt_error *pt_btf_raw(struct pt_session *session, const char *image,
			    bool running, const void **ret, size_t *ret_size)
{
	if (!session->kernel_btf)
		PT_TRY(read_raw(session, image, running, &session->kernel_btf,
				&session->kernel_btf_size));
	*ret = session->kernel_btf;
	*ret_size = session->kernel_btf_size;
	return NULL;
}

struct pt_error *pt_btf_open(struct pt_session *session, const char *image,
			     bool running, const char **ret, bool *ret_types)
{
	struct job job = { .session = session, .arena = session->arena };
	struct pt_hash *hash = pt_hash_create(job.arena);
	const char *cache, *key, *path,
		*paths[2]; /* without types, with them */
	char *notes;
	size_t size;

	if (!image && !runs_with_btf(job.arena, running))
		return pt_target_need_debuginfo(job.arena, &session->target);
	pt_hash_text(hash, FORMAT);
	if (image) {
		pt_hash_stamp(hash, image);
	} else {
		/* A boot moves all addresses by the same distance, which is
		 * found out when a script is loaded. */
		PT_TRY(pt_file_read(job.arena, running_notes(job.arena), &notes,
				    &size));
		pt_hash_bytes(hash, notes, size);
	}
	if (session->options.no_cache)
		PT_TRY(pt_session_tmpdir(session, &cache));
	else
		PT_TRY(pt_file_cache_dir(job.arena, &cache));
	key = pt_hash_hex(hash, job.arena);
	paths[0] = pt_arena_printf(job.arena, "%s/symbols-%s", cache, key);
	paths[1] = pt_arena_printf(job.arena, "%s/btf-%s", cache, key);
	path = !access(paths[1], R_OK)	 ? paths[1]
	       : !access(paths[0], R_OK) ? paths[0]
					 : NULL;
	if (!path)
		PT_TRY(make(&job, image, running, paths, &path));
	*ret = path;
	*ret_types = path == paths[1];
	return NULL;
}
