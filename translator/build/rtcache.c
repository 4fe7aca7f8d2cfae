/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rtcache.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "build_cache.h"
#include "cmdfile.h"
#include "elfsyms.h"
#include "gcc_errors.h"
#include "kbuild.h"
#include "modname.h"

/* Raised when what a cache folder holds changes its meaning. */
#define FORMAT "ptap runtime cache 1"

/* ---- the key ---------------------------------------------------------- */

static void stamp_program(struct pt_hash *hash, const char *program)
{
	char *path = g_find_program_in_path(program);

	pt_hash_stamp(hash, path);
	g_free(path);
}

static struct pt_error *make_key(struct pt_session *session, const char **ret)
{
	static const char *const kernel_files[] = {
		"Makefile",
		".config",
		"Module.symvers",
		"include/generated/utsrelease.h",
		"include/generated/autoconf.h",
	};
	struct pt_arena *arena = session->arena;
	const struct pt_target *target = &session->target;
	struct pt_hash *hash = pt_hash_create(arena);
	unsigned i;

	pt_hash_text(hash, FORMAT);
	pt_hash_text(hash, target->build_dir);
	pt_hash_text(hash, target->arch);
	pt_hash_text(hash, pt_kbuild_engine(session));
	for (i = 0; i < G_N_ELEMENTS(kernel_files); i++)
		pt_hash_stamp(hash,
			      pt_arena_printf(arena, "%s/%s", target->build_dir,
					      kernel_files[i]));
	stamp_program(hash, pt_kbuild_compiler(session));
	stamp_program(hash, "as");
	stamp_program(hash, "ld");
	PT_TRY(pt_kbuild_hash_sources(session, hash));
	*ret = pt_arena_strndup(arena, pt_hash_hex(hash, arena), 32);
	return NULL;
}

/* ---- kbuild's command lines ------------------------------------------- */

struct commands {
	GPtrArray *compile, *objtool, *join, *join_objtool, *link;
	const char *reason; /* why the thin way is not sure; NULL: it is */
};

static const char *word(const GPtrArray *argv, unsigned i)
{
	return g_ptr_array_index(argv, i);
}

static bool is_objtool(const GPtrArray *argv)
{
	return g_str_has_suffix(word(argv, 0), "/objtool");
}

/* Shell words without an effect on the object. */
static bool is_idle(const GPtrArray *argv)
{
	const char *program = word(argv, 0);

	return !strcmp(program, "true") || !strcmp(program, ":");
}

/* ARGV without its last word, which must be PATH. */
static GPtrArray *without_object(struct pt_arena *arena, const GPtrArray *argv,
				 const char *path)
{
	GPtrArray *shorter = pt_arena_ptr_array(arena);
	unsigned i;

	if (strcmp(word(argv, argv->len - 1), path) != 0)
		return NULL;
	for (i = 0; i + 1 < argv->len; i++)
		g_ptr_array_add(shorter, (char *)word(argv, i));
	return shorter;
}

/* What follows the first command: objtool, or something that we do not know. */
static GPtrArray *find_objtool(struct pt_arena *arena, GPtrArray *commands,
			       const char *path, const char **reason)
{
	GPtrArray *found = NULL;
	unsigned i;

	for (i = 1; i < commands->len; i++) {
		GPtrArray *argv = g_ptr_array_index(commands, i);

		if (is_idle(argv))
			continue;
		if (is_objtool(argv) && !found)
			found = without_object(arena, argv, path);
		if (!is_objtool(argv) || !found)
			*reason = pt_arena_printf(arena,
						  "kbuild runs %s on objects",
						  word(argv, 0));
	}
	return found;
}

/*
 * The compiler's arguments for a file without kernel headers: no headers
 * included by force, no list of dependencies, no output and no input.
 */
static struct pt_error *read_compile(struct pt_arena *arena, const char *path,
				     struct commands *to)
{
	GPtrArray *commands, *argv;
	unsigned i;

	PT_TRY(pt_cmdfile_read(arena, path, &commands));
	argv = g_ptr_array_index(commands, 0);
	to->compile = pt_arena_ptr_array(arena);
	for (i = 0; i < argv->len; i++) {
		const char *w = word(argv, i);

		if (!strcmp(w, "-include") || !strcmp(w, "-o")) {
			i++;
			continue;
		}
		if (g_str_has_prefix(w, "-Wp,-M") || !strcmp(w, "-c") ||
		    g_str_has_suffix(w, "/generated.c"))
			continue;
		g_ptr_array_add(to->compile, (char *)w);
	}
	to->objtool = find_objtool(arena, commands, path, &to->reason);
	return NULL;
}

/* A link command line with OUTPUT and OBJECT replaced by the marks. */
static GPtrArray *mark(struct pt_arena *arena, const GPtrArray *argv,
		       const char *output, const char *object,
		       const char **reason)
{
	GPtrArray *marked = pt_arena_ptr_array(arena);
	unsigned i, outputs = 0, objects = 0;

	for (i = 0; i < argv->len; i++) {
		const char *w = word(argv, i);

		if (!strcmp(w, output)) {
			w = PT_RTCACHE_OUTPUT;
			outputs++;
		} else if (!strcmp(w, object)) {
			w = PT_RTCACHE_OBJECTS;
			objects++;
		}
		g_ptr_array_add(marked, (char *)w);
	}
	if (outputs != 1 || objects != 1)
		*reason = "kbuild links modules in an unknown way";
	return marked;
}

static struct pt_error *read_links(struct pt_arena *arena, const char *work,
				   struct commands *to)
{
	const char *module =
		pt_arena_printf(arena, "%s/" PT_MODNAME_PLACEHOLDER, work);
	const char *object = pt_arena_printf(arena, "%s.o", module);
	const char *list = pt_arena_printf(arena, "@%s.mod", module);
	GPtrArray *commands;

	PT_TRY(pt_cmdfile_read(arena, object, &commands));
	to->join = mark(arena, g_ptr_array_index(commands, 0), object, list,
			&to->reason);
	to->join_objtool = find_objtool(arena, commands, object, &to->reason);

	PT_TRY(pt_cmdfile_read(arena, pt_arena_printf(arena, "%s.ko", module),
			       &commands));
	to->link = mark(arena, g_ptr_array_index(commands, 0),
			pt_arena_printf(arena, "%s.ko", module), object,
			&to->reason);
	return NULL;
}

/* ---- building --------------------------------------------------------- */

static void add_symbol(const char *name, bool defined, void *set)
{
	(void)defined;
	g_hash_table_add(set, (gpointer)name);
}

/* Everything global that the empty script's module has or imports may be used by
 * a script: it is there, or in the module's symbol versions. */
static struct pt_error *save_symbols(struct pt_arena *arena, const char *work,
				     const char *to)
{
	GHashTable *set = pt_arena_str_hash(arena);
	GString *text = pt_arena_string(arena);
	GHashTableIter iter;
	gpointer name;
	size_t length;
	char *data;

	PT_TRY(pt_file_read(
		arena,
		pt_arena_printf(arena, "%s/" PT_MODNAME_PLACEHOLDER ".o", work),
		&data, &length));
	PT_TRY(pt_elfsyms_each(arena, data, length, add_symbol, set));
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_string_append_printf(text, "%s\n", (const char *)name);
	return pt_file_write(arena, to, text->str, text->len);
}

/* Links all objects but the empty script's into rt.o, as kbuild joins them. */
static struct pt_error *join_runtime(struct pt_session *session,
				     const char *work, const char *object,
				     const GPtrArray *join)
{
	struct pt_arena *arena = session->arena;
	GPtrArray *argv = pt_arena_ptr_array(arena);
	struct pt_proc_spec spec = { .cwd = session->target.build_dir };
	struct pt_proc_result result;
	char *text, *line, *next;
	size_t length;
	unsigned i;

	PT_TRY(pt_file_read(arena,
			    pt_arena_printf(arena,
					    "%s/" PT_MODNAME_PLACEHOLDER ".mod",
					    work),
			    &text, &length));
	for (i = 0; i < join->len; i++) {
		const char *w = word(join, i);

		if (!strcmp(w, PT_RTCACHE_OUTPUT)) {
			g_ptr_array_add(argv, (char *)object);
			continue;
		}
		if (strcmp(w, PT_RTCACHE_OBJECTS) != 0) {
			g_ptr_array_add(argv, (char *)w);
			continue;
		}
		for (line = text; line && *line; line = next) {
			next = strchr(line, '\n');
			if (next)
				*next++ = '\0';
			if (*line && !g_str_has_suffix(line, "/generated.o"))
				g_ptr_array_add(argv, line);
		}
	}
	g_ptr_array_add(argv, NULL);
	spec.argv = (const char *const *)argv->pdata;
	PT_TRY(pt_proc_run(arena, &spec, &result));
	if (result.status)
		return pt_error_new(arena, PT_E_BUILD,
				    "the runtime cannot be linked: %s",
				    result.err);
	return NULL;
}

/* The folder moves to its final name FINAL after the build in DIR. */
static void relocate(struct pt_arena *arena, GPtrArray *argv, const char *dir,
		     const char *final)
{
	unsigned i;

	for (i = 0; argv && i < argv->len; i++) {
		GString *text = pt_arena_string(arena);

		g_string_assign(text, word(argv, i));
		if (g_string_replace(text, dir, final, 0))
			argv->pdata[i] = text->str;
	}
}

/* Size of rt.o, by which a damaged folder is told; -1: not there. */
static long long object_size(struct pt_arena *arena, const char *dir)
{
	struct stat st;

	if (stat(pt_arena_printf(arena, "%s/rt.o", dir), &st) < 0)
		return -1;
	return st.st_size;
}

static struct pt_error *save_commands(struct pt_arena *arena,
				      struct commands *commands,
				      const char *dir, const char *final)
{
	const struct {
		const char *name;
		GPtrArray *argv;
	} all[] = {
		{ "compile", commands->compile },
		{ "objtool", commands->objtool },
		/* Joining first is for the sake of objtool alone. */
		{ "join", commands->join_objtool ? commands->join : NULL },
		{ "join-objtool", commands->join_objtool },
		{ "link", commands->link },
	};
	GString *text = pt_arena_string(arena);
	unsigned i;

	g_string_append(text, FORMAT "\n\n");
	g_string_append_printf(text, "size\n%lld\n\n", object_size(arena, dir));
	if (commands->reason)
		g_string_append_printf(text, "reason\n%s\n\n",
				       commands->reason);
	for (i = 0; i < G_N_ELEMENTS(all); i++) {
		relocate(arena, all[i].argv, dir, final);
		if (all[i].argv)
			pt_cmdfile_save(text, all[i].name, all[i].argv);
	}
	return pt_file_write(arena, pt_arena_printf(arena, "%s/commands", dir),
			     text->str, text->len);
}

/* Removes what kbuild left and no command line names: most of the folder. */
static void remove_leftovers(struct pt_arena *arena, const char *path,
			     const GPtrArray *named)
{
	static const char *const endings[] = { ".o", ".ko", ".cmd", ".mod.c" };
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	unsigned i;

	if (!dir)
		return;
	while ((name = g_dir_read_name(dir))) {
		const char *full = pt_arena_printf(arena, "%s/%s", path, name);

		if (g_file_test(full, G_FILE_TEST_IS_DIR))
			remove_leftovers(arena, full, named);
		for (i = 0; i < named->len; i++)
			if (!strcmp(word(named, i), full))
				break;
		if (i < named->len)
			continue;
		for (i = 0; i < G_N_ELEMENTS(endings); i++)
			if (g_str_has_suffix(name, endings[i]))
				unlink(full);
	}
	g_dir_close(dir);
}

static struct pt_error *runtime_failure(struct pt_session *session,
					const struct pt_proc_result *result)
{
	struct pt_error *error =
		pt_error_new(session->arena, PT_E_BUILD,
			     "the runtime does not compile for kernel %s",
			     session->target.release);

	pt_gcc_errors_note(error, result->err);
	return pt_error_hint(error,
			     "this is not the script's fault; the kernel was "
			     "built with %s",
			     pt_target_config(session->arena, &session->target,
					      "CONFIG_CC_VERSION_TEXT"));
}

static struct pt_error *build_in(struct pt_session *session, const char *dir,
				 const char *final)
{
	struct pt_arena *arena = session->arena;
	const char *work = pt_arena_printf(arena, "%s/runtime", dir);
	struct commands commands = { 0 };
	struct pt_proc_result result;

	PT_TRY(pt_kbuild_prepare(session, dir, NULL, PT_KBUILD_HEAPS, NULL));
	PT_TRY(pt_kbuild_run(session, dir, &result));
	if (result.status) {
		if (session->options.verbose > 1)
			fprintf(stderr, "%sCompiling file by file.\n",
				result.err);
		PT_TRY(pt_kbuild_prepare(session, dir, NULL, PT_KBUILD_FILES,
					 NULL));
		PT_TRY(pt_kbuild_run(session, dir, &result));
	}
	if (result.status)
		return runtime_failure(session, &result);
	PT_TRY(read_compile(arena,
			    pt_arena_printf(arena, "%s/generated.o", work),
			    &commands));
	PT_TRY(read_links(arena, work, &commands));
	if (!commands.reason) {
		PT_TRY(join_runtime(session, work,
				    pt_arena_printf(arena, "%s/rt.o", dir),
				    commands.join));
		PT_TRY(save_symbols(arena, work,
				    pt_arena_printf(arena, "%s/symbols", dir)));
		remove_leftovers(arena, work, commands.link);
	}
	return save_commands(arena, &commands, dir, final);
}

static struct pt_error *build(struct pt_session *session, const char *parent,
			      const char *final)
{
	struct pt_arena *arena = session->arena;
	const char *dir;

	if (session->progress)
		session->progress(pt_arena_printf(
			arena, "Building the runtime for kernel %s (once).",
			session->target.release));
	PT_TRY(pt_proc_tmpdir_in(arena, parent, &dir));
	PT_TRY(build_in(session, dir, final));
	if (rename(dir, final) == 0) {
		pt_proc_temp_drop(dir);
		return NULL;
	}
	/* Another run was faster: its result is as good. */
	if (errno == ENOTEMPTY || errno == EEXIST)
		return NULL;
	return pt_error_errno(arena, errno, "make the folder", final);
}

/* ---- what is there ---------------------------------------------------- */

static struct pt_error *load_symbols(struct pt_arena *arena, const char *path,
				     GHashTable **ret)
{
	GHashTable *set = pt_arena_str_hash(arena);
	char *text, *line, *next;
	size_t length;

	PT_TRY(pt_file_read(arena, path, &text, &length));
	for (line = text; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		g_hash_table_add(set, line);
	}
	*ret = set;
	return NULL;
}

/* The error tells only that the folder is not, or not wholly, there. */
static struct pt_error *load(struct pt_session *session, const char *dir,
			     struct pt_rtcache **ret, const char **ret_reason)
{
	struct pt_arena *arena = session->arena;
	struct pt_rtcache *cache = pt_new(arena, struct pt_rtcache);
	GPtrArray *reason, *size;
	size_t length;
	char *text;

	PT_TRY(pt_file_read(arena, pt_arena_printf(arena, "%s/commands", dir),
			    &text, &length));
	if (!g_str_has_prefix(text, FORMAT "\n"))
		return pt_error_new(arena, PT_E_BUILD, "another format");
	reason = pt_cmdfile_load(arena, text, "reason");
	if (reason && reason->len) {
		*ret = NULL;
		*ret_reason = word(reason, 0);
		return NULL;
	}
	cache->dir = dir;
	cache->cwd = session->target.build_dir;
	cache->object = pt_arena_printf(arena, "%s/rt.o", dir);
	cache->compile = pt_cmdfile_load(arena, text, "compile");
	cache->objtool = pt_cmdfile_load(arena, text, "objtool");
	cache->join = pt_cmdfile_load(arena, text, "join");
	cache->join_objtool = pt_cmdfile_load(arena, text, "join-objtool");
	cache->link = pt_cmdfile_load(arena, text, "link");
	size = pt_cmdfile_load(arena, text, "size");
	if (!cache->compile || !cache->link || !size || !size->len ||
	    g_ascii_strtoll(word(size, 0), NULL, 10) != object_size(arena, dir))
		return pt_error_new(arena, PT_E_BUILD, "incomplete");
	PT_TRY(load_symbols(arena, pt_arena_printf(arena, "%s/symbols", dir),
			    &cache->symbols));
	*ret = cache;
	return NULL;
}

static struct pt_error *get(struct pt_session *session, struct pt_rtcache **ret,
			    const char **ret_reason)
{
	struct pt_arena *arena = session->arena;
	const char *parent, *key, *dir;
	bool was_there;

	PT_TRY(pt_target_need_headers(arena, &session->target));
	PT_TRY(pt_build_cache_folder(session, "runtime", &parent));
	PT_TRY(make_key(session, &key));
	dir = pt_arena_printf(arena, "%s/%s", parent, key);
	was_there = access(dir, F_OK) == 0;
	if (was_there && !load(session, dir, ret, ret_reason)) {
		pt_build_cache_touch(dir);
		return NULL;
	}
	/* It is damaged, and in the way. */
	if (was_there)
		pt_file_remove(dir);
	PT_TRY(build(session, parent, dir));
	pt_build_cache_prune(session, parent, PT_BUILD_CACHE_RUNTIMES);
	return load(session, dir, ret, ret_reason);
}

/* ---- ahead of time ---------------------------------------------------- */

struct pt_rtcache_job {
	GThread *thread;	   /* NULL: joined */
	struct pt_session session; /* with memory of the thread's own */
	struct pt_rtcache *runtime;
	const char *reason;
	struct pt_error *error;
};

static gpointer run_job(gpointer data)
{
	struct pt_rtcache_job *job = data;

	job->error = get(&job->session, &job->runtime, &job->reason);
	return NULL;
}

static void join_job(struct pt_rtcache_job *job)
{
	if (job->thread)
		g_thread_join(job->thread);
	job->thread = NULL;
}

static void release_job(void *data)
{
	struct pt_rtcache_job *job = data;

	join_job(job);
	pt_arena_destroy(job->session.arena);
}

void pt_rtcache_start(struct pt_session *session)
{
	struct pt_rtcache_job *job =
		pt_new(session->arena, struct pt_rtcache_job);

	job->session = *session;
	job->session.arena = pt_arena_create();
	job->session.diag = pt_diag_create(job->session.arena);
	job->session.target.config = NULL;
	job->thread = g_thread_new("runtime", run_job, job);
	pt_arena_defer(session->arena, release_job, job);
	session->rtcache_job = job;
}

struct pt_error *pt_rtcache_get(struct pt_session *session,
				struct pt_rtcache **ret,
				const char **ret_reason)
{
	struct pt_rtcache_job *job = session->rtcache_job;
	unsigned i;

	if (!job)
		return get(session, ret, ret_reason);
	join_job(job);
	session->rtcache_job = NULL;
	for (i = 0; i < job->session.diag->list->len; i++)
		pt_diag_add(session->diag,
			    g_ptr_array_index(job->session.diag->list, i));
	if (job->error)
		return job->error;
	*ret = job->runtime;
	*ret_reason = job->reason;
	return NULL;
}
