/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "build_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "build.h"
#include "kbuild.h"
#include "rtcache.h"

/* Raised when what an entry holds changes its meaning. */
#define FORMAT "ptap module 2"

/* ---- the folder ------------------------------------------------------- */

static struct pt_error *make_writable(struct pt_arena *arena, const char *path)
{
	PT_TRY(pt_file_mkdirs(arena, path));
	if (access(path, R_OK | W_OK | X_OK) < 0)
		return pt_error_errno(arena, errno, "use the cache folder",
				      path);
	return NULL;
}

static struct pt_error *find_cache_dir(struct pt_session *session)
{
	struct pt_arena *arena = session->arena;
	struct pt_error *error, *warning;
	const char *dir;

	error = pt_file_cache_dir(arena, &dir);
	if (!error)
		error = make_writable(arena, dir);
	if (error) {
		warning = pt_diag_warning(session->diag, (struct pt_span){ 0 },
					  PT_E_IO, "%s", error->message);
		pt_error_hint(warning, "nothing is kept for the next run; "
				       "PTAP_CACHE may name another folder");
		session->cache_is_temporary = true;
		PT_TRY(pt_proc_tmpdir(arena, &dir));
	}
	session->cache_dir = dir;
	return NULL;
}

struct pt_error *pt_build_cache_folder(struct pt_session *session,
				       const char *name, const char **ret)
{
	const char *path;

	if (!session->cache_dir)
		PT_TRY(find_cache_dir(session));
	path = pt_arena_printf(session->arena, "%s/%s", session->cache_dir,
			       name);
	PT_TRY(make_writable(session->arena, path));
	*ret = path;
	return NULL;
}

void pt_build_cache_touch(const char *path)
{
	/* An entry that cannot be touched is merely removed sooner. */
	if (utimensat(AT_FDCWD, path, NULL, 0) < 0)
		return;
}

struct entry {
	const char *stem;
	struct timespec used;
	int64_t size; /* of descriptions */
};

static gint older_first(gconstpointer a, gconstpointer b)
{
	const struct entry *x = *(const struct entry *const *)a;
	const struct entry *y = *(const struct entry *const *)b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
	return x->used.tv_nsec < y->used.tv_nsec
		       ? -1
		       : x->used.tv_nsec > y->used.tv_nsec;
}

static size_t stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? (size_t)(dot - name) : strlen(name);
}

/* A run that was killed while it wrote leaves its half here; one that goes on is
 * younger. */
static bool is_abandoned(const char *name, const struct stat *st)
{
	return (strchr(name, '-') || g_str_has_suffix(name, ".tmp")) &&
	       time(NULL) - st->st_mtim.tv_sec >
		       G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND;
}

/* Entries by their stems, each with its latest use.  A build that is going on
 * has a name with '-'. */
static GPtrArray *list_entries(struct pt_arena *arena, const char *folder)
{
	GHashTable *by_stem = pt_arena_str_hash(arena);
	GPtrArray *entries = pt_arena_ptr_array(arena);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	struct stat st;

	if (!dir)
		return entries;
	while ((name = g_dir_read_name(dir))) {
		const char *path =
			pt_arena_printf(arena, "%s/%s", folder, name);
		const char *stem;
		struct entry *entry;

		if (stat(path, &st) < 0)
			continue;
		if (is_abandoned(name, &st))
			pt_file_remove(path);
		if (strchr(name, '-') || g_str_has_suffix(name, ".tmp"))
			continue;
		stem = pt_arena_strndup(arena, name, stem_length(name));
		entry = g_hash_table_lookup(by_stem, stem);
		if (!entry) {
			entry = pt_new(arena, struct entry);
			entry->stem = stem;
			entry->used = st.st_mtim;
			g_hash_table_insert(by_stem, (gpointer)stem, entry);
			g_ptr_array_add(entries, entry);
		} else if (st.st_mtim.tv_sec > entry->used.tv_sec) {
			entry->used = st.st_mtim;
		}
	}
	g_dir_close(dir);
	return entries;
}

void pt_build_cache_prune(struct pt_session *session, const char *folder,
			  unsigned limit)
{
	static const char *const endings[] = { ".info", ".ko", "" };
	GPtrArray *entries = list_entries(session->arena, folder);
	unsigned i, j;

	if (entries->len <= limit)
		return;
	g_ptr_array_sort(entries, older_first);
	for (i = 0; i < entries->len - limit; i++) {
		const struct entry *entry = g_ptr_array_index(entries, i);

		for (j = 0; j < G_N_ELEMENTS(endings); j++)
			pt_file_remove(pt_arena_printf(
				session->arena, "%s/%s%s", folder, entry->stem,
				endings[j]));
	}
}

/* What the debuginfo room keeps in the cache folder itself, by the beginnings of the
 * names.  They are read, not written, when they are used. */
static GPtrArray *list_descriptions(struct pt_arena *arena, const char *folder)
{
	static const char *const kinds[] = { "index-", "btf-", "symbols-",
					     "types-", "names-" };
	GPtrArray *entries = pt_arena_ptr_array(arena);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	struct stat st;

	while (dir && (name = g_dir_read_name(dir))) {
		struct entry *entry;
		size_t i = 0;

		while (i < G_N_ELEMENTS(kinds) &&
		       !g_str_has_prefix(name, kinds[i]))
			i++;
		if (i == G_N_ELEMENTS(kinds) ||
		    stat(pt_arena_printf(arena, "%s/%s", folder, name), &st) <
			    0)
			continue;
		entry = pt_new(arena, struct entry);
		entry->stem = pt_arena_strdup(arena, name);
		entry->size = st.st_size;
		entry->used = st.st_atim.tv_sec > st.st_mtim.tv_sec
				      ? st.st_atim
				      : st.st_mtim;
		g_ptr_array_add(entries, entry);
	}
	if (dir)
		g_dir_close(dir);
	return entries;
}

static void prune_descriptions(struct pt_session *session)
{
	GPtrArray *entries =
		list_descriptions(session->arena, session->cache_dir);
	int64_t size = 0;

	g_ptr_array_sort(entries, older_first);
	/* from the newest on */
	for (unsigned i = entries->len; i-- > 0;) {
		const struct entry *entry = g_ptr_array_index(entries, i);

		size += entry->size;
		if (size > PT_BUILD_CACHE_DESCRIPTIONS)
			pt_file_remove(pt_arena_printf(session->arena, "%s/%s",
						       session->cache_dir,
						       entry->stem));
	}
}

/* ---- the key ---------------------------------------------------------- */

static void hash_texts(struct pt_hash *hash, const GPtrArray *texts)
{
	unsigned i;

	for (i = 0; texts && i < texts->len; i++)
		pt_hash_text(hash, g_ptr_array_index(texts, i));
	pt_hash_text(hash, NULL);
}

static void hash_defines(struct pt_hash *hash, const GPtrArray *defines)
{
	unsigned i;

	for (i = 0; defines && i < defines->len; i++) {
		const struct pt_define *define = g_ptr_array_index(defines, i);

		pt_hash_text(hash, define->name);
		pt_hash_text(hash, define->value);
	}
	pt_hash_text(hash, NULL);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All files and folders below, whatever their names: the library's rules for
 * what it reads are its own. */
static void stamp_tree(struct pt_arena *arena, struct pt_hash *hash,
		       const char *path)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	unsigned i;

	pt_hash_stamp(hash, path);
	if (!dir)
		return;
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(names,
				pt_arena_printf(arena, "%s/%s", path, name));
	g_dir_close(dir);
	g_ptr_array_sort(names, by_text);
	for (i = 0; i < names->len; i++)
		stamp_tree(arena, hash, g_ptr_array_index(names, i));
}

static void hash_options(struct pt_session *session, struct pt_hash *hash)
{
	const struct pt_options *o = &session->options;
	const unsigned numbers[] = {
		o->guru,	o->no_warnings,	      o->werror,
		o->unoptimized, o->skip_badvars,      o->kbuild_full,
		o->verbose,	o->no_global_display, o->last_pass < 5,
	};
	unsigned i;

	pt_hash_bytes(hash, numbers, sizeof(numbers));
	pt_hash_bytes(hash, &o->buffer_mb, sizeof(o->buffer_mb));
	pt_hash_text(hash, o->mechanism);
	pt_hash_text(hash, o->engine);
	pt_hash_text(hash, o->compatible);
	pt_hash_text(hash, o->module_name);
	hash_texts(hash, o->args);
	hash_defines(hash, o->defines);
	hash_defines(hash, o->globals);
	for (i = 0; o->include_dirs && i < o->include_dirs->len; i++)
		stamp_tree(session->arena, hash,
			   g_ptr_array_index(o->include_dirs, i));
	stamp_tree(session->arena, hash, session->tapset_dir);
}

static void hash_target(struct pt_session *session, struct pt_hash *hash)
{
	static const char *const build_files[] = {
		".config",
		"Module.symvers",
		"Makefile",
		"include/generated/utsrelease.h",
	};
	const struct pt_target *target = &session->target;
	unsigned i;

	pt_hash_text(hash, target->release);
	pt_hash_text(hash, target->arch);
	pt_hash_stamp(hash, target->debug_vmlinux);
	pt_hash_text(hash, pt_target_debug_dir());
	pt_hash_stamp(hash, target->image);
	pt_hash_stamp(hash, target->config_path);
	pt_hash_text(hash, target->build_dir);
	for (i = 0; target->build_dir && i < G_N_ELEMENTS(build_files); i++)
		pt_hash_stamp(hash, pt_arena_printf(session->arena, "%s/%s",
						    target->build_dir,
						    build_files[i]));
}

/* NULL: this script is not kept. */
static const char *make_key(struct pt_session *session)
{
	const struct pt_options *o = &session->options;
	struct pt_hash *hash;
	size_t length;
	char *text;

	if (o->script_text) {
		text = (char *)o->script_text;
	} else {
		if (!o->script_file || !strcmp(o->script_file, "-") ||
		    pt_file_read(session->arena, o->script_file, &text,
				 &length))
			return NULL;
	}
	hash = pt_hash_create(session->arena);
	pt_hash_text(hash, FORMAT);
	pt_hash_stamp(hash, "/proc/self/exe");
	pt_hash_text(hash, text);
	pt_hash_text(hash, o->script_text ? NULL : o->script_file);
	hash_options(session, hash);
	hash_target(session, hash);
	pt_kbuild_stamp_sources(session, hash);
	return pt_hash_hex(hash, session->arena);
}

/* ---- entries ---------------------------------------------------------- */

static const char *digest(struct pt_arena *arena, const char *data,
			  size_t length)
{
	struct pt_hash *hash = pt_hash_create(arena);

	pt_hash_bytes(hash, data, length);
	return pt_hash_hex(hash, arena);
}

static const char *entry_path(struct pt_session *session, const char *folder,
			      const char *ending)
{
	return pt_arena_printf(session->arena, "%s/%s%s", folder,
			       session->build_key, ending);
}

/* The diagnostics so far, coloured, in memory of malloc(). */
static char *diagnostics_text(struct pt_diag *diag)
{
	struct pt_diag copy = *diag;
	size_t length;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &length);

	if (!stream)
		return NULL;
	copy.printed = 0;
	pt_diag_print(&copy, stream, true);
	if (fclose(stream) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static const char *stamp(struct pt_arena *arena, const char *path)
{
	struct pt_hash *hash = pt_hash_create(arena);

	pt_hash_stamp(hash, path);
	return pt_hash_hex(hash, arena);
}

/* Their number, and each with its stamp: "64 digits PATH". */
static const char *inputs_text(struct pt_session *session)
{
	const GPtrArray *inputs = session->inputs;
	GString *text = pt_arena_string(session->arena);

	g_string_append_printf(text, "%u\n", inputs ? inputs->len : 0);
	for (unsigned i = 0; inputs && i < inputs->len; i++) {
		const char *path = g_ptr_array_index(inputs, i);

		g_string_append_printf(text, "%s %s\n",
				       stamp(session->arena, path), path);
	}
	return text->str;
}

/* Moves *TEXT behind them; false: one of them has changed. */
static bool check_inputs(struct pt_arena *arena, const char **text)
{
	char *at;
	unsigned long n = strtoul(*text, &at, 10);

	for (; *at == '\n' && n > 0; n--) {
		const char *line = at + 1;
		size_t length = strcspn(line, "\n");
		const char *space = memchr(line, ' ', length);
		const char *path;

		if (!space)
			return false;
		path = pt_arena_strndup(arena, space + 1,
					length - (size_t)(space + 1 - line));
		if (strncmp(stamp(arena, path), line, (size_t)(space - line)) !=
		    0)
			return false;
		at += length + 1;
	}
	*text = at + 1;
	return *at == '\n';
}

struct pt_error *pt_build_cache_store(struct pt_session *session,
				      const char *data, size_t length,
				      const char **ret)
{
	struct pt_arena *arena = session->arena;
	const char *folder, *path, *info;
	char *diagnostics;

	PT_TRY(pt_build_cache_folder(session, "modules", &folder));
	path = entry_path(session, folder, ".ko");
	PT_TRY(pt_file_write(arena, path, data, length));
	diagnostics = diagnostics_text(session->diag);
	info = pt_arena_printf(arena, FORMAT "\n%zu %s\n%s%s", length,
			       digest(arena, data, length),
			       inputs_text(session),
			       diagnostics ? diagnostics : "");
	free(diagnostics);
	PT_TRY(pt_file_write(arena, entry_path(session, folder, ".info"), info,
			     strlen(info)));
	pt_build_cache_prune(session, folder, PT_BUILD_CACHE_MODULES);
	prune_descriptions(session);
	*ret = path;
	return NULL;
}

/* Text with "ESC [ ... m" left out unless the reader is a terminal. */
static void replay(const char *text)
{
	bool colour = isatty(STDERR_FILENO);

	while (*text) {
		if (!colour && *text == '\033') {
			text += strcspn(text, "m");
			text += *text == 'm';
			continue;
		}
		fputc(*text++, stderr);
	}
}

/* Checks the entry of INFO; gives what follows its head, or NULL. */
static const char *check_entry(struct pt_arena *arena, const char *path,
			       char *info)
{
	size_t length, said;
	char hash[65];
	const char *rest;
	int head = 0;
	char *data;

	if (sscanf(info, FORMAT "\n%zu %64s%n", &said, hash, &head) != 2 ||
	    !head || info[head] != '\n')
		return NULL;
	if (pt_file_read(arena, path, &data, &length) || length != said ||
	    strcmp(hash, digest(arena, data, length)) != 0)
		return NULL;
	rest = info + head + 1;
	return check_inputs(arena, &rest) ? rest : NULL;
}

static const char *lookup(struct pt_session *session)
{
	const struct pt_options *o = &session->options;
	const char *folder, *path, *info_path, *diagnostics;
	size_t length;
	char *info;

	if (o->no_cache || pt_build_cache_folder(session, "modules", &folder) ||
	    session->cache_is_temporary)
		return NULL;
	session->build_key = make_key(session);
	if (!session->build_key || o->keep)
		return NULL;
	path = entry_path(session, folder, ".ko");
	info_path = entry_path(session, folder, ".info");
	if (pt_file_read(session->arena, info_path, &info, &length))
		return NULL;
	diagnostics = check_entry(session->arena, path, info);
	if (!diagnostics)
		return NULL;
	if (o->last_pass == 4 && o->module_name &&
	    pt_build_leave_here(session, path, &path))
		return NULL;
	replay(diagnostics);
	pt_build_cache_touch(info_path);
	return path;
}

const char *pt_build_cache_lookup(struct pt_session *session)
{
	const char *path = lookup(session);

	if (!path && session->cache_dir && !session->options.kbuild_full)
		pt_rtcache_start(session);
	return path;
}
