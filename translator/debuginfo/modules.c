/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modules.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "../base/file.h"
#include "awake.h"
#include "locate.h"
#include "unpack.h"

/* "snd-hda-intel.ko.xz" is loaded as snd_hda_intel. */
static const char *module_name(struct pt_arena *arena, const char *path)
{
	const char *base = strrchr(path, '/');
	char *name = pt_arena_strdup(arena, base ? base + 1 : path);

	name[strcspn(name, ".")] = '\0';
	g_strdelimit(name, "-", '_');
	return name;
}

static void add(struct pt_arena *arena, const char *path, GPtrArray *ret)
{
	struct pt_module_file *file = pt_new(arena, struct pt_module_file);

	file->name = module_name(arena, path);
	file->path = path;
	g_ptr_array_add(ret, file);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	const struct pt_module_file *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* A dash stands for itself inside brackets. */
static const char *underscored(struct pt_arena *arena, const char *pattern)
{
	char *text = pt_arena_strdup(arena, pattern);
	bool inside = false;

	for (char *at = text; *at; at++) {
		if (*at == '[')
			inside = true;
		else if (*at == ']')
			inside = false;
		else if (*at == '-' && !inside)
			*at = '_';
	}
	return text;
}

struct pt_error *pt_modules_find(struct pt_session *session,
				 const char *pattern, GPtrArray *ret)
{
	struct pt_arena *arena = session->arena;
	const char *dir = pt_arena_printf(arena, "/lib/modules/%s",
					  session->target.release);
	const char *list = pt_arena_printf(arena, "%s/modules.dep", dir);
	char *text, *line, *next;
	size_t length;

	if (strchr(pattern, '/')) {
		if (access(pattern, R_OK))
			return pt_error_errno(arena, errno, "open", pattern);
		add(arena, pattern, ret);
		return NULL;
	}
	pattern = underscored(arena, pattern);
	pt_session_input(session, list);
	PT_TRY(pt_file_read(arena, list, &text, &length));
	for (line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		line[strcspn(line, ":")] = '\0';
		if (!*line ||
		    fnmatch(pattern, module_name(arena, line), 0) != 0)
			continue;
		add(arena,
		    *line == '/' ? line
				 : pt_arena_printf(arena, "%s/%s", dir, line),
		    ret);
	}
	g_ptr_array_sort(ret, by_name);
	return NULL;
}

unsigned pt_modules_described(struct pt_session *session, unsigned *ret_all)
{
	struct pt_arena *arena = session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	unsigned n = 0;

	*ret_all = 0;
	if (pt_modules_find(session, "*", files))
		return 0;
	for (unsigned i = 0; i < files->len; i++) {
		const struct pt_module_file *file = g_ptr_array_index(files, i);
		const char *end = strstr(file->path, ".ko");
		const char *debug = pt_arena_printf(
			arena, "%s%.*s.ko", pt_target_debug_dir(),
			(int)(end ? end - file->path : 0), file->path);

		n += !access(debug, R_OK) ||
		     !access(pt_arena_printf(arena, "%s.debug", debug), R_OK);
	}
	*ret_all = files->len;
	return n;
}

/* Writes what is packed in FILE to *RET; NULL: it is not packed.  SCRATCH is for what
 * both hold. */
static struct pt_error *unpack_file(struct pt_session *session,
				    struct pt_arena *scratch,
				    const struct pt_module_file *file,
				    const char **ret)
{
	const char *text, *dir;
	size_t size;
	char *data;

	*ret = NULL;
	PT_TRY(pt_file_read(scratch, file->path, &data, &size));
	PT_TRY(pt_unpack(scratch, file->path, data, size, false, &text, &size));
	if (!text)
		return NULL;
	PT_TRY(pt_session_tmpdir(session, &dir));
	*ret = pt_arena_printf(session->arena, "%s/%s.ko", dir, file->name);
	return pt_file_write(session->arena, *ret, text, size);
}

static void destroy_arena(void *arg)
{
	pt_arena_destroy(arg);
}

/* The module's file as the kernel loads it: that itself, or an unpacked copy that
 * goes with the run. */
static struct pt_error *plain_file(struct pt_session *session,
				   const struct pt_module_file *file,
				   const char **ret)
{
	const char *suffix = strrchr(file->path, '.');
	struct pt_arena *scratch;
	const char *unpacked;
	struct pt_error *error;

	*ret = file->path;
	if (!suffix || !strcmp(suffix, ".ko"))
		return NULL;
	scratch = pt_arena_create();
	error = unpack_file(session, scratch, file, &unpacked);
	if (error) {
		/* It is in there. */
		pt_arena_defer(session->arena, destroy_arena, scratch);
		return error;
	}
	pt_arena_destroy(scratch);
	if (unpacked)
		*ret = unpacked;
	return NULL;
}

/* Its debug symbols, or else what its BTF says. */
static struct pt_error *open_layer(struct pt_session *session, const char *path,
				   const char *name, const char *hint,
				   struct pt_dbg **ret)
{
	struct pt_error *error, *other;

	if (session->target.btf_only)
		return pt_dbg_open_btf_module(session, path, name, hint, ret);
	error = pt_dbg_open_file(session, path, hint, ret);
	if (!error || error->code != PT_E_NO_DEBUGINFO)
		return error;
	other = pt_dbg_open_btf_module(session, path, name, hint, ret);
	return other && other->code == PT_E_NO_DEBUGINFO ? error : other;
}

/* Is there nothing for a module whose symbols have not the names that are asked for?
 * Inlined functions are in its debug symbols alone, and in their index, if that was
 * made already. */
static bool is_of_no_use(struct pt_session *session,
			 const struct pt_module_file *file, const char *path)
{
	const unsigned char *id = NULL;
	size_t length = 0;
	const char *cache;
	struct pt_index index = { 0 };
	bool named;

	if (session->target.btf_only ||
	    !pt_locate_installed(session, path, &id, &length))
		return true;
	if (session->options.no_cache || !length ||
	    pt_dbg_index_path(session->arena, id, length, &cache) ||
	    !pt_index_peek(cache, id, length, &index))
		return false;
	named = pt_functions_named(session->arena, &index, file->nameless);
	pt_index_close(&index);
	return !named;
}

struct pt_error *pt_dbg_open_module(struct pt_session *session,
				    const struct pt_module_file *file,
				    struct pt_dbg **kernel, GPtrArray *sections,
				    struct pt_dbg **ret)
{
	struct pt_arena *arena = session->arena;
	const char *path;
	const char *hint =
		strchr(file->path, '/') && g_str_has_prefix(file->path, "/lib")
			? pt_target_debuginfo_hint(arena, &session->target)
			: "build the module with CONFIG_DEBUG_INFO, or with "
			  "-g among its flags";

	*ret = NULL;
	PT_TRY(plain_file(session, file, &path));
	if (file->nameless && is_of_no_use(session, file, path))
		return NULL;
	PT_TRY(open_layer(session, path, file->name, hint, ret));
	pt_awake_add(*ret);
	if (file->nameless && !pt_functions_named(session->arena, (*ret)->index,
						  file->nameless)) {
		pt_awake_drop(*ret);
		pt_index_close((*ret)->index);
		*ret = NULL;
		return NULL;
	}
	PT_TRY(pt_dbg_need_target(*ret));
	(*ret)->is_kernel = true;
	(*ret)->module = file->name;
	(*ret)->package_hint = hint;
	(*ret)->sections = sections;
	(*ret)->kernel = kernel;
	return NULL;
}

const char *pt_dbg_module(const struct pt_dbg *dbg)
{
	return dbg->module;
}

uint64_t pt_dbg_address_base(const struct pt_dbg *dbg)
{
	const GArray *sections = dbg->image->sections;

	for (guint i = 0; dbg->module && i < sections->len; i++) {
		const struct pt_image_section *s =
			&g_array_index(sections, struct pt_image_section, i);

		if (s->alloc && !strcmp(s->name, ".text"))
			return s->address;
	}
	return 0;
}

/* Does no other symbol of the image have the name of number I by name? */
static bool is_unique(const struct pt_index *index, uint32_t i)
{
	uint32_t name = index->symbols[index->symbol_names[i]].name;

	return (!i ||
		index->symbols[index->symbol_names[i - 1]].name != name) &&
	       (i + 1 == index->n_symbols ||
		index->symbols[index->symbol_names[i + 1]].name != name);
}

static bool find_anchor(struct pt_dbg *dbg, struct pt_dbg_section *section)
{
	const struct pt_index *index = dbg->index;

	for (uint32_t i = 0; i < index->n_symbols; i++) {
		const struct pt_index_symbol *s =
			&index->symbols[index->symbol_names[i]];

		if (s->kind == PT_INDEX_SYMBOL_OTHER ||
		    s->address < section->start ||
		    s->address >= section->start + section->size ||
		    !is_unique(index, i))
			continue;
		section->anchor = pt_index_string(index, s->name);
		section->anchor_address = s->address;
		return true;
	}
	return false;
}

/* One that the script has already; 0: none. */
static unsigned known_section(const struct pt_dbg *dbg, uint64_t address)
{
	/* Of thousands of modules the last are asked for most. */
	for (guint i = dbg->sections->len; i > 0; i--) {
		const struct pt_dbg_section *s =
			g_ptr_array_index(dbg->sections, i - 1);

		if (s->dbg == dbg && address >= s->start &&
		    address - s->start < s->size)
			return i;
	}
	return 0;
}

struct pt_error *pt_dbg_section_number(struct pt_dbg *dbg, uint64_t address,
				       unsigned *ret)
{
	const struct pt_image_section *s;
	struct pt_dbg_section *section;

	*ret = dbg->program  ? PT_DBG_HERE
	       : dbg->module ? known_section(dbg, address)
			     : 0;
	if (!dbg->module || *ret)
		return NULL;
	s = pt_image_section_at(dbg->image, address);
	if (!s)
		return pt_error_new(
			dbg->arena, PT_E_BAD_DEBUGINFO,
			"module '%s' has nothing at 0x%" G_GINT64_MODIFIER "x",
			dbg->module, address);
	section = pt_new(dbg->arena, struct pt_dbg_section);
	section->dbg = dbg;
	section->name = s->name;
	section->start = s->address;
	section->size = s->memory_size;
	/* String constants, say, have none; what is in code must be known before
	 * the module runs. */
	if (!find_anchor(dbg, section) && s->exec)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "section '%s' of module '%s' has no symbol "
				    "of a name of its own to find it by",
				    s->name, dbg->module);
	g_ptr_array_add(dbg->sections, section);
	*ret = dbg->sections->len;
	return NULL;
}

bool pt_dbg_section_is_percpu(const struct pt_dbg *dbg, unsigned number)
{
	const struct pt_dbg_section *section;

	if (!dbg->module || !number || number > dbg->sections->len)
		return false;
	section = g_ptr_array_index(dbg->sections, number - 1);
	return !strcmp(section->name, ".data..percpu");
}
