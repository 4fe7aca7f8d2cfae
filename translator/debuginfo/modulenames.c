/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modulenames.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "../base/file.h"
#include "tracepoints.h"
#include "unpack.h"

/* Of the file in the cache folder: raised when what is written changes. */
#define FORMAT "1"

/* What that file begins with; then, a line each, "m" for the next module and its
 * names, each behind the letter of its kind, and LAST. */
#define FIRST "ptap names " FORMAT "\n"
#define LAST "."

#define SPEAK_EVERY G_USEC_PER_SEC

static const char letters[] = {
	[PT_MODULENAME_FUNCTION] = 'f',
	[PT_MODULENAME_TRACEPOINT] = 't',
};

struct pt_modulenames {
	GPtrArray *modules; /* GPtrArray * of const char *: lines */
};

/* ---- symbol tables ---------------------------------------------------- */

static void add_name(GString *to, enum pt_modulename kind, const char *name,
		     size_t length)
{
	if (!length || memchr(name, '\n', length))
		return;
	g_string_append_c(to, letters[kind]);
	g_string_append_len(to, name, (gssize)length);
	g_string_append_c(to, '\n');
}

static void add_symbol(GString *to, const GElf_Sym *sym, const char *name)
{
	static const char tracepoint[] = PT_TRACEPOINT_SYMBOL;
	size_t length = strlen(name), base = strcspn(name, ".");

	if (sym->st_shndx == SHN_UNDEF)
		return;
	if (GELF_ST_TYPE(sym->st_info) == STT_FUNC) {
		add_name(to, PT_MODULENAME_FUNCTION, name, length);
		if (base < length)
			add_name(to, PT_MODULENAME_FUNCTION, name, base);
	} else if (g_str_has_prefix(name, tracepoint)) {
		name += strlen(tracepoint);
		add_name(to, PT_MODULENAME_TRACEPOINT, name, strlen(name));
	}
}

static void add_table(Elf *elf, Elf_Scn *scn, const GElf_Shdr *header,
		      GString *to)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t count =
		header->sh_entsize ? header->sh_size / header->sh_entsize : 0;

	for (size_t i = 0; data && i < count && i < INT_MAX; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym))
			break;
		name = elf_strptr(elf, header->sh_link, sym.st_name);
		if (name)
			add_symbol(to, &sym, name);
	}
}

static void add_tables(Elf *elf, GString *to)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while (elf && (scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &header) && header.sh_type == SHT_SYMTAB)
			add_table(elf, scn, &header, to);
	elf_end(elf);
}

static void scan_packed(const struct pt_module_file *file, GString *to)
{
	struct pt_arena *arena = pt_arena_create();
	const char *text = NULL;
	struct pt_error *error;
	size_t size;
	char *data;

	error = pt_file_read(arena, file->path, &data, &size);
	if (!error)
		error = pt_unpack(arena, file->path, data, size, false, &text,
				  &size);
	if (!error && text)
		add_tables(elf_memory((char *)text, size), to);
	pt_arena_destroy(arena);
}

static void scan(const struct pt_module_file *file, GString *to)
{
	int fd;

	g_string_append(to, "m\n");
	if (!g_str_has_suffix(file->path, ".ko")) {
		scan_packed(file, to);
		return;
	}
	fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	add_tables(elf_begin(fd, ELF_C_READ_MMAP, NULL), to);
	close(fd);
}

static GString *scan_all(struct pt_session *session, const GPtrArray *files)
{
	gint64 next = g_get_monotonic_time() + SPEAK_EVERY;
	GString *text = pt_arena_string(session->arena);

	elf_version(EV_CURRENT);
	g_string_append(text, FIRST);
	for (guint i = 0; i < files->len; i++) {
		gint64 now = g_get_monotonic_time();

		scan(g_ptr_array_index(files, i), text);
		if (now < next || !session->progress)
			continue;
		next = now + SPEAK_EVERY;
		session->progress(pt_arena_printf(
			session->arena,
			"reading the names in modules: %u of %u", i,
			files->len));
	}
	g_string_append(text, LAST "\n");
	return text;
}

/* ---- the cache -------------------------------------------------------- */

static const char *first_line(const char *text)
{
	size_t length = strlen(FIRST);

	return strncmp(text, FIRST, length) ? NULL : text + length;
}

/* False: TEXT is not what scan_all() makes of N files. */
static bool take(struct pt_arena *arena, char *text, guint n,
		 struct pt_modulenames *ret)
{
	char *line = (char *)first_line(text), *next;
	GPtrArray *names = NULL;
	bool whole = false;

	ret->modules = pt_arena_ptr_array(arena);
	for (; line && *line && !whole; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		whole = !strcmp(line, LAST) && !*next;
		if (!strcmp(line, "m")) {
			names = pt_arena_ptr_array(arena);
			g_ptr_array_add(ret->modules, names);
		} else if (!whole) {
			if (!names)
				return false;
			g_ptr_array_add(names, line);
		}
	}
	return whole && ret->modules->len == n;
}

static struct pt_error *cache_path(struct pt_session *session,
				   const GPtrArray *files, const char **ret)
{
	struct pt_hash *hash = pt_hash_create(session->arena);
	const char *cache;

	PT_TRY(pt_file_cache_dir(session->arena, &cache));
	pt_hash_text(hash, FORMAT);
	for (guint i = 0; i < files->len; i++) {
		const struct pt_module_file *file = g_ptr_array_index(files, i);

		pt_hash_stamp(hash, file->path);
	}
	*ret = pt_arena_printf(session->arena, "%s/names-%s", cache,
			       pt_hash_hex(hash, session->arena));
	return NULL;
}

struct pt_error *pt_modulenames_open(struct pt_session *session,
				     const GPtrArray *files,
				     struct pt_modulenames **ret)
{
	struct pt_modulenames *names =
		pt_new(session->arena, struct pt_modulenames);
	const char *path = NULL;
	GString *made;
	size_t size;
	char *text;

	*ret = names;
	if (!session->options.no_cache)
		PT_TRY(cache_path(session, files, &path));
	if (path && !access(path, R_OK) &&
	    !pt_file_read(session->arena, path, &text, &size) &&
	    take(session->arena, text, files->len, names))
		return NULL;
	made = scan_all(session, files);
	if (path)
		PT_TRY(pt_file_write(session->arena, path, made->str,
				     made->len));
	take(session->arena, made->str, files->len, names);
	return NULL;
}

/* ---- questions -------------------------------------------------------- */

bool pt_modulenames_match(const struct pt_modulenames *names, unsigned i,
			  enum pt_modulename kind, const char *glob)
{
	const GPtrArray *lines = g_ptr_array_index(names->modules, i);

	for (guint k = 0; k < lines->len; k++) {
		const char *line = g_ptr_array_index(lines, k);

		if (*line == letters[kind] && !fnmatch(glob, line + 1, 0))
			return true;
	}
	return false;
}

void pt_modulenames_list(const struct pt_modulenames *names,
			 enum pt_modulename kind, GPtrArray *ret)
{
	for (guint i = 0; i < names->modules->len; i++) {
		const GPtrArray *lines = g_ptr_array_index(names->modules, i);

		for (guint k = 0; k < lines->len; k++) {
			char *line = g_ptr_array_index(lines, k);

			if (*line == letters[kind])
				g_ptr_array_add(ret, line + 1);
		}
	}
}
