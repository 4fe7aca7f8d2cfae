/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's BTF, which is split (the kernel's Documentation/bpf/btf.rst and
 * libbpf's btf__new_split()): its types and texts are numbered on from those of the
 * kernel's.  Put behind these it is whole BTF, and what is made of the kernel's is
 * made of it, with the sections and symbols of the module's file.
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
#define FORMAT "1"

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

/* The module's own BTF: in its file, or, if it is loaded in the kernel that is
 * RUNNING here, from there. */
static struct pt_error *own_btf(struct pt_session *session,
				const struct pt_image *image, const char *name,
				bool running, const void **ret,
				size_t *ret_size)
{
	struct pt_arena *arena = session->arena;
	const char *path = pt_target_running(
		arena, pt_arena_printf(arena, "btf/%s", name));
	char *data;

	for (guint i = 0; i < image->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			image->sections, struct pt_image_section, i);

		if (strcmp(s->name, ".BTF") != 0 || !s->size)
			continue;
		*ret = image->region + s->offset;
		*ret_size = s->size;
		return NULL;
	}
	if (!running || access(path, R_OK))
		return pt_error_new(arena, PT_E_NO_DEBUGINFO,
				    "module '%s' has neither debug symbols nor "
				    "BTF%s%s%s",
				    name, running ? ", and there is no '" : "",
				    running ? path : "", running ? "'" : "");
	PT_TRY(pt_file_read(arena, path, &data, ret_size));
	*ret = data;
	return NULL;
}

/* SCRATCH: for what is of no use when the file at PATH is written. */
static struct pt_error *make(struct pt_session *session,
			     struct pt_arena *scratch, const char *file,
			     const char *name, const char *kernel_image,
			     bool running, const char *path)
{
	struct pt_arena *arena = session->arena;
	struct pt_btf_source source = { .arch = &pt_arch_x86_64,
					.has_types = true };
	struct pt_image *image;
	const void *base = NULL, *own = NULL;
	size_t base_size = 0, own_size = 0;
	GByteArray *made;

	PT_TRY(pt_image_open(session, file, NULL, true, &image));
	PT_TRY(own_btf(session, image, name, running, &own, &own_size));
	PT_TRY(pt_btf_raw(session, kernel_image, running, &base, &base_size));
	if (!join(scratch, base, base_size, own, own_size, &source.btf))
		return pt_error_hint(
			pt_error_new(arena, PT_E_BAD_DEBUGINFO,
				     "the BTF of module '%s' is damaged, or of "
				     "a module of another kernel than %s",
				     name, session->target.release),
			"%s",
			pt_target_debuginfo_hint(arena, &session->target));
	source.symbols = g_array_new(FALSE, FALSE, sizeof(struct pt_kallsym));
	pt_arena_defer(scratch, (void (*)(void *))g_array_unref,
		       source.symbols);
	list_symbols(image, source.symbols);
	source.sections = image->sections;
	source.region = image->region;
	source.build_id = image->build_id;
	source.build_id_length = image->build_id_length;
	made = pt_btf_write_elf(scratch, &source);
	return pt_file_write(arena, path, made->data, made->len);
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

struct pt_error *pt_btf_open_module(struct pt_session *session,
				    const char *file, const char *name,
				    const char *kernel_image, bool running,
				    const char **ret)
{
	struct pt_hash *hash = pt_hash_create(session->arena);
	struct pt_arena *scratch;
	struct pt_error *error;
	const char *cache, *path;

	pt_hash_text(hash, "module" FORMAT);
	PT_TRY(hash_file(session, file, hash));
	pt_hash_stamp(hash, kernel_image);
	if (session->options.no_cache)
		PT_TRY(pt_session_tmpdir(session, &cache));
	else
		PT_TRY(pt_file_cache_dir(session->arena, &cache));
	path = pt_arena_printf(session->arena, "%s/btf-%s", cache,
			       pt_hash_hex(hash, session->arena));
	*ret = path;
	if (!access(path, R_OK))
		return NULL;
	scratch = pt_arena_create();
	error = make(session, scratch, file, name, kernel_image, running, path);
	pt_arena_destroy(scratch);
	return error;
}
