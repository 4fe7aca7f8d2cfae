/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tapset library.  The index, one text file for each set of folders in the
 * cache, says which file defines what, so that a start reads only the files that
 * a script asks for:
 *
 *     KEY				hash of everything that the index depends on
 *     >PATH				a script file, then what it defines:
 *     fNAME gNAME aNAME		function, global, first part of an alias
 */
#include "library.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "macro.h"
#include "parse.h"

#define INDEX_VERSION "ptap tapset index 1"

struct script {
	const char *path;
	const char *relative; /* to its tapset folder: what hides another */
	const char
		*under; /* folder below PATH/, "/usr/bin/"; NULL: not there */
	struct pt_file *file; /* parsed */
	bool tried;
	unsigned asked; /* number of the last query that gave it */
};

struct pt_library {
	struct pt_session *session;
	GPtrArray *scripts;	/* struct script * */
	GPtrArray *macro_files; /* the same */
	GHashTable *macros;
	GHashTable *functions; /* name -> GPtrArray of struct script * */
	GHashTable *globals;
	GHashTable *aliases;
	GPtrArray *function_names;
	GPtrArray *alias_names;
	unsigned queries;
};

GHashTable *pt_library_macros(struct pt_library *library)
{
	return library->macros;
}

/* ---- finding files ----------------------------------------------------- */

struct scan {
	struct pt_session *session;
	struct pt_hash *hash; /* of all that was seen */
	GPtrArray *scripts;
	GPtrArray *macro_files;
	GHashTable *relatives; /* those that were found already */
	GHashTable *inodes;
};

static void add_file(struct scan *scan, const char *path, const char *relative,
		     const char *under)
{
	struct pt_arena *arena = scan->session->arena;
	struct script *script;
	const char *inode;
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (!g_hash_table_add(scan->relatives, (gpointer)relative))
		return;
	inode = pt_arena_printf(arena, "%lx:%lx", (unsigned long)st.st_dev,
				(unsigned long)st.st_ino);
	if (!g_hash_table_add(scan->inodes, (gpointer)inode))
		return;
	pt_hash_text(scan->hash, path);
	pt_hash_bytes(scan->hash, &st.st_size, sizeof(st.st_size));
	pt_hash_bytes(scan->hash, &st.st_mtim, sizeof(st.st_mtim));
	pt_hash_text(scan->hash, inode);
	script = pt_new(arena, struct script);
	script->path = path;
	script->relative = relative;
	script->under = under;
	g_ptr_array_add(g_str_has_suffix(path, ".stpm") ? scan->macro_files
							: scan->scripts,
			script);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The entries of a folder in a fixed order; NULL: there is none. */
static GPtrArray *read_folder(struct scan *scan, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	GPtrArray *names;

	if (!dir) {
		if (errno != ENOENT && errno != ENOTDIR)
			pt_diag_warning(
				scan->session->diag, (struct pt_span){ 0 },
				PT_E_LIBRARY,
				"the tapset folder '%s' is left out: %s",
				folder, g_strerror(errno));
		return NULL;
	}
	names = pt_arena_ptr_array(scan->session->arena);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			g_ptr_array_add(names,
					pt_arena_strdup(scan->session->arena,
							entry->d_name));
	closedir(dir);
	g_ptr_array_sort(names, by_name);
	return names;
}

/* The files of FOLDER; PREFIX is what their relative names start with.  Below
 * PATH/ (UNDER is not NULL) subfolders belong to it. */
static void scan_folder(struct scan *scan, const char *folder,
			const char *prefix, const char *under, unsigned depth)
{
	struct pt_arena *arena = scan->session->arena;
	GPtrArray *names = read_folder(scan, folder);
	unsigned i;

	for (i = 0; names && i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const char *path =
			pt_arena_printf(arena, "%s/%s", folder, name);
		const char *relative =
			pt_arena_printf(arena, "%s%s", prefix, name);

		if (g_str_has_suffix(name, ".stp") ||
		    g_str_has_suffix(name, ".stpm"))
			add_file(scan, path, relative, under);
		else if (depth < 32 && (under || !strcmp(name, "PATH")))
			scan_folder(scan, path,
				    pt_arena_printf(arena, "%s/", relative),
				    under ? pt_arena_printf(arena, "%s%s/",
							    under, name)
					  : "/",
				    depth + 1);
	}
}

/* Version levels of RELEASE, the closest first: "6.1.0-9-amd64", "6.1.0",
 * "6.1". */
static unsigned version_levels(struct pt_arena *arena, const char *release,
			       const char **ret)
{
	size_t digits = strspn(release, "0123456789.");
	const char *dot = strchr(release, '.');
	unsigned count = 0;

	ret[count++] = release;
	if (release[digits])
		ret[count++] = pt_arena_strndup(arena, release, digits);
	dot = dot ? strchr(dot + 1, '.') : NULL;
	if (dot && dot < release + digits)
		ret[count++] = pt_arena_strndup(arena, release,
						(size_t)(dot - release));
	return count;
}

static void scan_tapset(struct scan *scan, const char *folder)
{
	static const char *const sets[] = { "/linux", "" };
	struct pt_arena *arena = scan->session->arena;
	const struct pt_target *target = &scan->session->target;
	const char *levels[3];
	unsigned count = 0, set, i;

	if (target->release)
		count = version_levels(arena, target->release, levels);
	for (set = 0; set < 2; set++) {
		const char *base =
			pt_arena_printf(arena, "%s%s", folder, sets[set]);

		if (set == 0 && !g_file_test(base, G_FILE_TEST_IS_DIR))
			continue;
		for (i = 0; i <= count; i++) {
			const char *level =
				i < count ? pt_arena_printf(arena, "%s/%s",
							    base, levels[i])
					  : base;

			if (target->arch)
				scan_folder(scan,
					    pt_arena_printf(arena, "%s/%s",
							    level,
							    target->arch),
					    "", NULL, 0);
			scan_folder(scan, level, "", NULL, 0);
		}
	}
}

/* What the conditionals of library files can ask for. */
static void hash_facts(const struct pt_session *session, struct pt_hash *hash)
{
	pt_hash_text(hash, INDEX_VERSION);
	pt_hash_text(hash, session->target.release);
	pt_hash_text(hash, session->target.arch);
	pt_hash_text(hash, session->options.guru ? "guru" : "");
	if (session->target.config_path)
		pt_hash_stamp(hash, session->target.config_path);
}

static void scan_all(struct pt_session *session, struct scan *scan,
		     struct pt_hash *hash)
{
	GPtrArray *dirs = session->options.include_dirs;
	unsigned i;

	scan->session = session;
	scan->hash = hash;
	scan->scripts = pt_arena_ptr_array(session->arena);
	scan->macro_files = pt_arena_ptr_array(session->arena);
	scan->relatives = pt_arena_str_hash(session->arena);
	scan->inodes = pt_arena_str_hash(session->arena);
	hash_facts(session, hash);
	for (i = 0; dirs && i < dirs->len; i++)
		scan_tapset(scan, g_ptr_array_index(dirs, i));
	if (session->tapset_dir)
		scan_tapset(scan, session->tapset_dir);
}

void pt_library_hash(struct pt_session *session, struct pt_hash *hash)
{
	struct scan scan;

	scan_all(session, &scan, hash);
}

/* ---- parsing files ----------------------------------------------------- */

static struct pt_source *open_source(struct pt_session *session,
				     const char *path)
{
	struct pt_source *source;
	struct pt_error *error;
	size_t length;
	char *text;

	error = pt_file_read(session->arena, path, &text, &length);
	if (error) {
		error->severity = PT_SEVERITY_WARNING;
		pt_diag_add(session->diag, error);
		return NULL;
	}
	source = pt_source_create(session->arena, path, text, length);
	source->library = true;
	return source;
}

/* Ends what begin_quiet() began: with errors, one warning tells of the first. */
static bool end_quiet(struct pt_session *session, struct pt_diag *outer,
		      const char *path)
{
	struct pt_diag *inner = session->diag;
	const struct pt_error *first = NULL;
	struct pt_error *warning;
	unsigned i;

	session->diag = outer;
	for (i = 0; i < inner->list->len && !first; i++) {
		first = g_ptr_array_index(inner->list, i);
		if (first->severity != PT_SEVERITY_ERROR)
			first = NULL;
	}
	if (!first)
		return true;
	warning = pt_diag_warning(outer, (struct pt_span){ 0 }, PT_E_LIBRARY,
				  "the tapset file '%s' is left out", path);
	pt_error_note(warning, first->span, "%s", first->message);
	return false;
}

static struct pt_diag *begin_quiet(struct pt_session *session)
{
	struct pt_diag *outer = session->diag;

	session->diag = pt_diag_create(session->arena);
	session->diag->no_warnings = true;
	return outer;
}

static void read_macros(struct pt_library *library)
{
	struct pt_session *session = library->session;
	unsigned i;

	for (i = 0; i < library->macro_files->len; i++) {
		const struct script *file =
			g_ptr_array_index(library->macro_files, i);
		struct pt_source *source = open_source(session, file->path);
		struct pt_diag *outer;

		if (!source)
			continue;
		outer = begin_quiet(session);
		pt_macro_read_file(session, source, library->macros);
		end_quiet(session, outer, file->path);
	}
}

/* process("bin/x") in a file below PATH/usr/ means /usr/bin/x. */
static void set_paths(struct pt_library *library, GPtrArray *points,
		      const char *under)
{
	unsigned i, j;

	for (i = 0; i < points->len; i++) {
		const struct pt_point *point = g_ptr_array_index(points, i);

		for (j = 0; j < point->components->len; j++) {
			struct pt_point_component *component =
				g_ptr_array_index(point->components, j);

			if (component->arg == PT_ARG_STRING &&
			    !strcmp(component->name, "process") &&
			    component->text[0] != '/')
				component->text = pt_arena_printf(
					library->session->arena, "%s%s", under,
					component->text);
		}
	}
}

static struct pt_file *parse_script(struct pt_library *library,
				    struct script *script)
{
	struct pt_session *session = library->session;
	struct pt_source *source;
	struct pt_diag *outer;
	struct pt_file *file;
	unsigned i;

	if (script->tried)
		return script->file;
	script->tried = true;
	source = open_source(session, script->path);
	if (!source)
		return NULL;
	outer = begin_quiet(session);
	file = pt_parse(session, library, source);
	if (!end_quiet(session, outer, script->path))
		return NULL;
	script->file = file;
	for (i = 0; script->under && i < file->aliases->len; i++) {
		const struct pt_alias *alias =
			g_ptr_array_index(file->aliases, i);

		set_paths(library, alias->points, script->under);
	}
	for (i = 0; script->under && i < file->probes->len; i++) {
		const struct pt_probe *probe =
			g_ptr_array_index(file->probes, i);

		set_paths(library, probe->points, script->under);
	}
	return file;
}

/* ---- the index --------------------------------------------------------- */

static void add_name(struct pt_library *library, GHashTable *table,
		     GPtrArray *names, const char *name, struct script *script)
{
	GPtrArray *scripts = g_hash_table_lookup(table, name);

	if (!scripts) {
		scripts = pt_arena_ptr_array(library->session->arena);
		g_hash_table_insert(table, (gpointer)name, scripts);
		if (names)
			g_ptr_array_add(names, (gpointer)name);
	}
	if (!g_ptr_array_find(scripts, script, NULL))
		g_ptr_array_add(scripts, script);
}

static void add_entry(struct pt_library *library, char kind, const char *name,
		      struct script *script)
{
	if (kind == 'f')
		add_name(library, library->functions, library->function_names,
			 name, script);
	else if (kind == 'g')
		add_name(library, library->globals, NULL, name, script);
	else
		add_name(library, library->aliases, library->alias_names, name,
			 script);
}

static void index_entry(struct pt_library *library, GString *text, char kind,
			const char *name, struct script *script)
{
	g_string_append_printf(text, "%c%s\n", kind, name);
	add_entry(library, kind, name, script);
}

static void index_script(struct pt_library *library, struct script *script,
			 GString *text)
{
	const struct pt_file *file = parse_script(library, script);
	unsigned i, j;

	g_string_append_printf(text, ">%s\n", script->path);
	if (!file)
		return;
	for (i = 0; i < file->functions->len; i++) {
		const struct pt_function *function =
			g_ptr_array_index(file->functions, i);

		if (!function->is_private)
			index_entry(library, text, 'f', function->name, script);
	}
	for (i = 0; i < file->globals->len; i++) {
		const struct pt_var *var = g_ptr_array_index(file->globals, i);

		if (!var->is_private)
			index_entry(library, text, 'g', var->name, script);
	}
	for (i = 0; i < file->aliases->len; i++) {
		const struct pt_alias *alias =
			g_ptr_array_index(file->aliases, i);

		for (j = 0; j < alias->names->len; j++) {
			const struct pt_point *name =
				g_ptr_array_index(alias->names, j);
			const struct pt_point_component *first =
				g_ptr_array_index(name->components, 0);

			index_entry(library, text, 'a', first->name, script);
		}
	}
}

/* False if TEXT is not the index of these files. */
static bool read_index(struct pt_library *library, char *text, const char *key)
{
	struct script *script = NULL;
	unsigned next = 0;
	char *line, *rest = text;

	line = strsep(&rest, "\n");
	if (strcmp(line, key))
		return false;
	while ((line = strsep(&rest, "\n")) && line[0]) {
		if (line[0] != '>' && script) {
			add_entry(library, line[0], line + 1, script);
			continue;
		}
		if (next == library->scripts->len)
			return false;
		script = g_ptr_array_index(library->scripts, next++);
		if (strcmp(script->path, line + 1))
			return false;
	}
	return line && next == library->scripts->len;
}

static void clear_index(struct pt_library *library)
{
	struct pt_arena *arena = library->session->arena;

	library->functions = pt_arena_str_hash(arena);
	library->globals = pt_arena_str_hash(arena);
	library->aliases = pt_arena_str_hash(arena);
	library->function_names = pt_arena_ptr_array(arena);
	library->alias_names = pt_arena_ptr_array(arena);
}

/* One index for each list of folders. */
static struct pt_error *index_path(struct pt_session *session, const char **ret)
{
	struct pt_hash *hash = pt_hash_create(session->arena);
	GPtrArray *dirs = session->options.include_dirs;
	const char *cache;
	unsigned i;

	PT_TRY(pt_file_cache_dir(session->arena, &cache));
	for (i = 0; dirs && i < dirs->len; i++)
		pt_hash_text(hash, g_ptr_array_index(dirs, i));
	pt_hash_text(hash, session->tapset_dir);
	*ret = pt_arena_printf(session->arena, "%s/tapset-%.16s.index", cache,
			       pt_hash_hex(hash, session->arena));
	return NULL;
}

static void build_index(struct pt_library *library, GString *text,
			const char *key)
{
	unsigned i;

	g_string_append_printf(text, "%s\n", key);
	for (i = 0; i < library->scripts->len; i++)
		index_script(library, g_ptr_array_index(library->scripts, i),
			     text);
}

static void load_index(struct pt_library *library, const char *key)
{
	struct pt_session *session = library->session;
	unsigned warnings = session->diag->warnings;
	struct pt_error *error;
	const char *path = NULL;
	size_t length;
	GString *text;
	char *old;

	error = index_path(session, &path);
	if (!error && !session->options.no_cache &&
	    g_file_test(path, G_FILE_TEST_EXISTS) &&
	    !pt_file_read(session->arena, path, &old, &length) &&
	    read_index(library, old, key))
		return;
	clear_index(library);
	text = pt_arena_string(session->arena);
	build_index(library, text, key);
	/* A file that was left out is to be named at the next start too. */
	if (session->options.no_cache || session->diag->warnings != warnings)
		return;
	if (!error)
		error = pt_file_write(session->arena, path, text->str,
				      text->len);
	if (error) {
		error->severity = PT_SEVERITY_WARNING;
		pt_diag_add(session->diag, error);
	}
}

struct pt_library *pt_library_open(struct pt_session *session)
{
	struct pt_library *library = pt_new(session->arena, struct pt_library);
	struct pt_hash *hash = pt_hash_create(session->arena);
	struct scan scan;

	scan_all(session, &scan, hash);
	/* Conditionals of library files may ask for it. */
	pt_hash_text(hash, session->options.compatible);
	library->session = session;
	library->scripts = scan.scripts;
	library->macro_files = scan.macro_files;
	library->macros = pt_arena_str_hash(session->arena);
	clear_index(library);
	read_macros(library);
	load_index(library, pt_hash_hex(hash, session->arena));
	return library;
}

/* ---- questions --------------------------------------------------------- */

static void give(struct pt_library *library, GPtrArray *scripts, GPtrArray *ret)
{
	unsigned i;

	for (i = 0; scripts && i < scripts->len; i++) {
		struct script *script = g_ptr_array_index(scripts, i);
		struct pt_file *file;

		if (script->asked == library->queries)
			continue;
		script->asked = library->queries;
		file = parse_script(library, script);
		if (file)
			g_ptr_array_add(ret, file);
	}
}

void pt_library_find_function(struct pt_library *library, const char *name,
			      GPtrArray *ret)
{
	library->queries++;
	give(library, g_hash_table_lookup(library->functions, name), ret);
}

void pt_library_find_global(struct pt_library *library, const char *name,
			    GPtrArray *ret)
{
	library->queries++;
	give(library, g_hash_table_lookup(library->globals, name), ret);
}

void pt_library_find_alias(struct pt_library *library, const char *first,
			   GPtrArray *ret)
{
	unsigned i;

	library->queries++;
	if (!strpbrk(first, "*?[")) {
		give(library, g_hash_table_lookup(library->aliases, first),
		     ret);
		return;
	}
	for (i = 0; i < library->alias_names->len; i++) {
		const char *name = g_ptr_array_index(library->alias_names, i);

		if (!fnmatch(first, name, 0))
			give(library,
			     g_hash_table_lookup(library->aliases, name), ret);
	}
}

const GPtrArray *pt_library_function_names(struct pt_library *library)
{
	return library->function_names;
}

const GPtrArray *pt_library_alias_names(struct pt_library *library)
{
	return library->alias_names;
}
