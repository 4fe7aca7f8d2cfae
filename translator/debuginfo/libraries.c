/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shared libraries of a program, as ld.so(8) looks for them.  The cache's
 * format is that of glibc 2.2 and later (sysdeps/generic/dl-cache.h there).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "programfile.h"

#define CACHE_PATH "/etc/ld.so.cache"
#define CACHE_MAGIC "glibc-ld.so.cache1.1"
/* Programs with more are not known; what refers to itself ends there. */
#define MAX_LIBRARIES 4096

struct cache_header {
	char magic[20];
	uint32_t count;
	uint32_t strings_size;
	uint32_t unused[5];
};

struct cache_entry {
	int32_t flags;
	uint32_t name, path; /* from the start of the header */
	uint32_t os_version;
	uint64_t hardware;
};

/* Of what ld.so looks for: its mark in the cache, and the default folders, with
 * Debian's. */
struct machine {
	const struct pt_arch *arch;
	int32_t flags;
	const char *folders[9];
};

struct search {
	struct pt_arena *arena;
	const char *cache; /* from its header on */
	size_t cache_size;
	const struct machine *machine;
	GHashTable *seen; /* real paths */
	GPtrArray *ret;	  /* struct pt_library * */
};

static const struct machine machines[] = {
	{
		.arch = &pt_arch_x86_64,
		.flags = 0x0303,
		.folders = {
			"/lib/x86_64-linux-gnu",
			"/usr/lib/x86_64-linux-gnu",
			"/lib64",
			"/usr/lib64",
			"/lib",
			"/usr/lib",
		},
	},
	{
		.arch = &pt_arch_i386,
		.flags = 0x0003,
		.folders = {
			"/lib/i386-linux-gnu",
			"/usr/lib/i386-linux-gnu",
			"/lib/i686-linux-gnu",
			"/usr/lib/i686-linux-gnu",
			"/lib32",
			"/usr/lib32",
			"/lib",
			"/usr/lib",
		},
	},
};

static const char *text_at(const char *start, size_t size, uint64_t offset)
{
	return offset < size && memchr(start + offset, '\0', size - offset)
		       ? start + offset
		       : NULL;
}

static void read_cache(struct search *s)
{
	struct cache_header header;
	size_t size;
	char *data;

	if (pt_file_read(s->arena, CACHE_PATH, &data, &size))
		return;
	/* The old format may stand before the new one. */
	s->cache = memmem(data, size, CACHE_MAGIC, strlen(CACHE_MAGIC));
	if (!s->cache)
		return;
	s->cache_size = size - (size_t)(s->cache - data);
	if (s->cache_size < sizeof(header)) {
		s->cache = NULL;
		return;
	}
	memcpy(&header, s->cache, sizeof(header));
	if (header.count >
	    (s->cache_size - sizeof(header)) / sizeof(struct cache_entry))
		s->cache = NULL;
}

static bool add(struct search *s, const char *name, const char *path)
{
	struct pt_library *library;
	char *whole = realpath(path, NULL);
	const char *own;
	struct stat st;

	if (!whole)
		return false;
	own = pt_arena_strdup(s->arena, whole);
	free(whole);
	if (stat(own, &st) || !S_ISREG(st.st_mode))
		return false;
	if (s->ret->len < MAX_LIBRARIES &&
	    g_hash_table_add(s->seen, (gpointer)own)) {
		library = pt_new(s->arena, struct pt_library);
		library->name = pt_arena_strdup(s->arena, name);
		library->path = own;
		g_ptr_array_add(s->ret, library);
	}
	return true;
}

/* All of the name: which of them the processor gets is the loader's choice. */
static bool add_cached(struct search *s, const char *name)
{
	struct cache_header header;
	bool found = false;

	if (!s->cache)
		return false;
	memcpy(&header, s->cache, sizeof(header));
	for (uint32_t i = 0; i < header.count; i++) {
		struct cache_entry entry;
		const char *own, *path;

		memcpy(&entry, s->cache + sizeof(header) + i * sizeof(entry),
		       sizeof(entry));
		own = text_at(s->cache, s->cache_size, entry.name);
		path = text_at(s->cache, s->cache_size, entry.path);
		if (entry.flags == s->machine->flags && own && path &&
		    !strcmp(own, name))
			found |= add(s, name, path);
	}
	return found;
}

/* $ORIGIN is the folder of the file that names it. */
static const char *with_origin(struct pt_arena *arena, const char *path,
			       const char *file)
{
	char *folder = g_path_get_dirname(file);
	char **parts = g_strsplit(path, "${ORIGIN}", -1);
	char *text = g_strjoinv("$ORIGIN", parts);
	const char *ret;

	g_strfreev(parts);
	parts = g_strsplit(text, "$ORIGIN", -1);
	g_free(text);
	text = g_strjoinv(folder, parts);
	ret = pt_arena_strdup(arena, text);
	g_strfreev(parts);
	g_free(text);
	g_free(folder);
	return ret;
}

static bool add_in(struct search *s, const char *list, const char *file,
		   const char *name)
{
	char **paths = g_strsplit(list, ":", -1);
	bool found = false;

	for (char **at = paths; *at && !found; at++)
		found = **at &&
			add(s, name,
			    pt_arena_printf(s->arena, "%s/%s",
					    with_origin(s->arena, *at, file),
					    name));
	g_strfreev(paths);
	return found;
}

static void add_needed(struct search *s, const char *file, const char *run_path,
		       const char *name)
{
	if (strchr(name, '/')) {
		add(s, name, with_origin(s->arena, name, file));
		return;
	}
	if ((run_path && add_in(s, run_path, file, name)) ||
	    add_cached(s, name))
		return;
	for (const char *const *at = s->machine->folders; *at; at++)
		if (add(s, name, pt_arena_printf(s->arena, "%s/%s", *at, name)))
			return;
}

static void read_program(struct search *s, const struct pt_programfile *file)
{
	const GElf_Phdr *loader = pt_programfile_segment(file, PT_INTERP);
	const char *run_path = NULL, *text;
	uint64_t value;
	Elf_Data *data, *names;
	const uint8_t *name;
	GElf_Shdr header;
	GElf_Dyn entry;
	size_t size;

	if (loader) {
		name = pt_programfile_memory(file, loader->p_vaddr,
					     loader->p_filesz, &size);
		if (name && memchr(name, '\0', size))
			add(s, (const char *)name, (const char *)name);
	}
	if (!pt_programfile_section(file, ".dynamic", &header, &data) ||
	    !pt_programfile_section(file, ".dynstr", &header, &names))
		return;
	/* DT_RUNPATH counts alone where there are both. */
	if (pt_programfile_dynamic(file, DT_RUNPATH, &value) ||
	    pt_programfile_dynamic(file, DT_RPATH, &value))
		run_path = pt_programfile_name(names, value);
	for (size_t i = 0; pt_programfile_entry(file, data, i, &entry) &&
			   entry.d_tag != DT_NULL;
	     i++) {
		if (entry.d_tag != DT_NEEDED)
			continue;
		text = pt_programfile_name(names, entry.d_un.d_val);
		if (text)
			add_needed(s, file->path, run_path, text);
	}
}

static gint by_path(gconstpointer a, gconstpointer b)
{
	const struct pt_library *x = *(const void *const *)a;
	const struct pt_library *y = *(const void *const *)b;

	return strcmp(x->path, y->path);
}

static const struct machine *machine_of(const struct pt_programfile *file)
{
	const struct machine *machine = machines;

	while (machine->arch != file->arch)
		machine++;
	return machine;
}

struct pt_error *pt_program_libraries(struct pt_arena *arena, const char *path,
				      GPtrArray *ret)
{
	struct search s = {
		.arena = arena,
		.seen = pt_arena_str_hash(arena),
		.ret = pt_arena_ptr_array(arena),
	};
	struct pt_programfile *file;

	read_cache(&s);
	PT_TRY(pt_programfile_open(arena, path, &file));
	s.machine = machine_of(file);
	read_program(&s, file);
	for (guint i = 0; i < s.ret->len; i++) {
		const struct pt_library *library = s.ret->pdata[i];

		/* What is no library there, the loader does not take either. */
		if (!pt_programfile_open(arena, library->path, &file) &&
		    file->arch == s.machine->arch)
			read_program(&s, file);
	}
	g_ptr_array_sort(s.ret, by_path);
	g_ptr_array_extend(ret, s.ret, NULL, NULL);
	return NULL;
}
