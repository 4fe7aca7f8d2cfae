/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's BTF, which is split (the kernel's Documentation/bpf/btf.rst and
 * libbpf's btf__new_split()): its types and texts are numbered on from those of the
 * kernel's.  Put behind these it is whole BTF, and what is made of the kernel's is
 * made of it, with the sections and symbols of the module's file, and of the kernel's
 * types those that it needs: the rest would be 4 MB of each.
 */
#include <errno.h>
#include <linux/btf.h>
#include <string.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "btf.h"
#include "dbg.h"

/* Of the files in the cache folder: raised when what is written changes. */
#define FORMAT "3"

struct part {
	const uint8_t *types, *strings;
	uint32_t types_size, strings_size;
};

static bool take_apart(const void *data, size_t size, struct part *ret)
{
	struct btf_header header;
	uint64_t types, strings;

	if (size < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	types = (uint64_t)header.hdr_len + header.type_off;
	strings = (uint64_t)header.hdr_len + header.str_off;
	if (header.magic != BTF_MAGIC || header.version != BTF_VERSION ||
	    types > size || header.type_len > size - types || strings > size ||
	    header.str_len > size - strings)
		return false;
	ret->types = (const uint8_t *)data + types;
	ret->types_size = header.type_len;
	ret->strings = (const uint8_t *)data + strings;
	ret->strings_size = header.str_len;
	return true;
}

/* BASE with OWN behind it; false: damaged. */
static bool join(struct pt_arena *arena, const void *base, size_t base_size,
		 const void *own, size_t own_size, struct pt_btf *ret)
{
	struct btf_header header = { .magic = BTF_MAGIC,
				     .version = BTF_VERSION,
				     .hdr_len = sizeof(header) };
	struct part parts[2];
	struct pt_btf kernel;
	GByteArray *whole;
	bool good;

	if (!pt_btf_attach(arena, base, base_size, &kernel) ||
	    !take_apart(base, base_size, &parts[0]) ||
	    !take_apart(own, own_size, &parts[1]) ||
	    (uint64_t)parts[0].types_size + parts[1].types_size > INT32_MAX ||
	    (uint64_t)parts[0].strings_size + parts[1].strings_size > INT32_MAX)
		return false;
	header.type_len = parts[0].types_size + parts[1].types_size;
	header.str_off = header.type_len;
	header.str_len = parts[0].strings_size + parts[1].strings_size;
	whole = g_byte_array_new();
	g_byte_array_append(whole, (const guint8 *)&header, sizeof(header));
	for (int i = 0; i < 2; i++)
		g_byte_array_append(whole, parts[i].types, parts[i].types_size);
	for (int i = 0; i < 2; i++)
		g_byte_array_append(whole, parts[i].strings,
				    parts[i].strings_size);
	good = pt_btf_attach(arena, whole->data, whole->len, ret);
	g_byte_array_unref(whole);
	ret->own = kernel.types->len;
	if (good)
		pt_btf_find_reach(arena, ret);
	return good;
}

/* ---- the module's file ------------------------------------------------ */

static void list_symbols(const struct pt_image *image, GArray *ret)
{
	const char *names = image->symbols.names;
	uint64_t names_size = image->symbols.names_size;
	GElf_Sym sym;

	for (uint64_t i = 0; i < pt_image_symbols(image); i++) {
		struct pt_kallsym symbol = { 0 };

		pt_image_symbol(image, i, &sym);
		if (sym.st_shndx == SHN_UNDEF ||
		    GELF_ST_TYPE(sym.st_info) > STT_FUNC ||
		    sym.st_name >= names_size ||
		    !memchr(names + sym.st_name, '\0',
			    names_size - sym.st_name))
			continue;
		symbol.address = sym.st_value;
		symbol.name = names + sym.st_name;
		symbol.type = GELF_ST_TYPE(sym.st_info) == STT_FUNC ? 't' : 'd';
		if (GELF_ST_BIND(sym.st_info) != STB_LOCAL)
			symbol.type = g_ascii_toupper(symbol.type);
		g_array_append_val(ret, symbol);
	}
}

/* One module, whose file is being described. */
struct job {
	struct pt_session *session;
	struct pt_arena *scratch; /* for what is of no use afterwards */
	const char *file, *name, *kernel_image;
	bool running;
	struct pt_image *image;
	struct pt_btf_source source;
};

/* Where the kernel that runs here has the BTF of the module, if that is loaded. */
static const char *loaded_btf(struct pt_arena *arena, const char *name)
{
	return pt_target_running(arena, pt_arena_printf(arena, "btf/%s", name));
}

/* The module's own BTF: in its file, or from where it is loaded.  *RET NULL: it has
 * none, or is i386's: nothing places its parameters. */
static struct pt_error *own_btf(const struct job *job, const void **ret,
				size_t *ret_size)
{
	const char *path = loaded_btf(job->scratch, job->name);
	const GArray *sections = job->image->sections;
	char *data;

	*ret = NULL;
	if (job->image->arch != &pt_arch_x86_64)
		return NULL;
	for (guint i = 0; i < sections->len; i++) {
		const struct pt_image_section *s =
			&g_array_index(sections, struct pt_image_section, i);

		if (strcmp(s->name, ".BTF") != 0 || !s->size)
			continue;
		*ret = job->image->region + s->offset;
		*ret_size = s->size;
		return NULL;
	}
	if (!job->running || access(path, R_OK))
		return NULL;
	PT_TRY(pt_file_read(job->scratch, path, &data, ret_size));
	*ret = data;
	return NULL;
}

/* Without BTF of both the module and the kernel there are no types. */
static struct pt_error *find_types(struct job *job)
{
	struct pt_session *session = job->session;
	const void *base = NULL, *own = NULL;
	size_t base_size = 0, own_size = 0;
	struct pt_error *error = own_btf(job, &own, &own_size);

	if (!error && own)
		error = pt_btf_raw(session, job->kernel_image, job->running,
				   &base, &base_size);
	if (error && error->code != PT_E_NO_DEBUGINFO)
		return error;
	job->source.has_types = base != NULL;
	if (!base)
		pt_btf_empty(job->scratch, &job->source.btf);
	else if (!join(job->scratch, base, base_size, own, own_size,
		       &job->source.btf))
		return pt_error_hint(
			pt_error_new(session->arena, PT_E_BAD_DEBUGINFO,
				     "the BTF of module '%s' is damaged, or of "
				     "a module of another kernel than %s",
				     job->name, session->target.release),
			"%s",
			pt_target_debuginfo_hint(session->arena,
						 &session->target));
	return NULL;
}

static struct pt_error *make(struct job *job, const char *const paths[2],
			     const char **ret)
{
	struct pt_btf_source *source = &job->source;
	GByteArray *made;

	PT_TRY(pt_image_open(job->session, job->file, NULL, true, &job->image));
	PT_TRY(find_types(job));
	source->symbols = g_array_new(FALSE, FALSE, sizeof(struct pt_kallsym));
	pt_arena_defer(job->scratch, (void (*)(void *))g_array_unref,
		       source->symbols);
	list_symbols(job->image, source->symbols);
	source->arch = job->image->arch;
	source->sections = job->image->sections;
	source->region = job->image->region;
	source->build_id = job->image->build_id;
	source->build_id_length = job->image->build_id_length;
	made = pt_btf_write_elf(job->scratch, source);
	*ret = paths[source->has_types];
	pt_image_rest(job->image);
	return pt_file_write(job->session->arena, *ret, made->data, made->len);
}

/* Its bytes: it may be a copy that was unpacked for this run. */
static struct pt_error *hash_file(struct pt_session *session, const char *file,
				  struct pt_hash *hash)
{
	GMappedFile *map = g_mapped_file_new(file, FALSE, NULL);

	if (!map)
		return pt_error_errno(session->arena, errno, "read", file);
	pt_hash_bytes(hash, g_mapped_file_get_contents(map),
		      g_mapped_file_get_length(map));
	g_mapped_file_unref(map);
	return NULL;
}

/* The files in the cache folder, without types and with them. */
static struct pt_error *find_paths(const struct job *job, const char *paths[2])
{
	struct pt_arena *arena = job->session->arena;
	struct pt_hash *hash = pt_hash_create(arena);
	const char *cache, *key;

	pt_hash_text(hash, "module" FORMAT);
	PT_TRY(hash_file(job->session, job->file, hash));
	pt_hash_stamp(hash, job->kernel_image);
	/* It may be loaded later. */
	pt_hash_stamp(hash, job->running ? loaded_btf(arena, job->name) : NULL);
	if (job->session->options.no_cache)
		PT_TRY(pt_session_tmpdir(job->session, &cache));
	else
		PT_TRY(pt_file_cache_dir(arena, &cache));
	key = pt_hash_hex(hash, arena);
	paths[0] = pt_arena_printf(arena, "%s/symbols-%s", cache, key);
	paths[1] = pt_arena_printf(arena, "%s/btf-%s", cache, key);
	return NULL;
}

struct pt_error *pt_btf_open_module(struct pt_session *session,
				    const char *file, const char *name,
				    const char *kernel_image, bool running,
				    const char **ret, bool *ret_types)
{
	struct job job = { .session = session,
			   .file = file,
			   .name = name,
			   .kernel_image = kernel_image,
			   .running = running,
			   .source = { .told = true } };
	const char *paths[2], *path = NULL;
	struct pt_error *error = NULL;

	PT_TRY(find_paths(&job, paths));
	for (int i = 1; i >= 0 && !path; i--)
		if (!access(paths[i], R_OK))
			path = paths[i];
	if (!path) {
		job.scratch = pt_arena_create();
		error = make(&job, paths, &path);
		pt_arena_destroy(job.scratch);
	}
	*ret = path;
	*ret_types = path == paths[1];
	return error;
}
