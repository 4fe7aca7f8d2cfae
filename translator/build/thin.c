/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "thin.h"

#include <stdio.h>
#include <string.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "elfsyms.h"
#include "gcc_errors.h"
#include "kbuild.h"

struct job {
	struct pt_session *session;
	const struct pt_rtcache *runtime;
	const char *dir;
};

static void add(GPtrArray *argv, const char *word)
{
	g_ptr_array_add(argv, (gpointer)word);
}

static void add_all(GPtrArray *argv, const GPtrArray *words)
{
	unsigned i;

	for (i = 0; i < words->len; i++)
		add(argv, g_ptr_array_index(words, i));
}

/* Runs a tool; WHAT it is for is told if it fails. */
static struct pt_error *run(const struct job *job, GPtrArray *argv,
			    const char *what)
{
	struct pt_session *session = job->session;
	/* As kbuild's own: Debian's objtool is one for several architectures. */
	static const char *const env[] = { "SRCARCH=x86", NULL };
	struct pt_proc_spec spec = { .cwd = job->runtime->cwd, .env = env };
	struct pt_proc_result result;
	struct pt_error *error;
	char *line;

	add(argv, NULL);
	spec.argv = (const char *const *)argv->pdata;
	if (session->options.verbose > 2) {
		line = g_strjoinv(" ", (char **)argv->pdata);
		fprintf(stderr, "%s\n", line);
		g_free(line);
	}
	error = pt_proc_run(session->arena, &spec, &result);
	if (error && error->code == PT_E_FILE)
		return pt_kbuild_no_compiler(session, spec.argv[0]);
	if (error || !result.status)
		return error;
	error = pt_kbuild_outside_reason(session, job->dir, result.err);
	if (error)
		return error;
	return pt_gcc_errors_internal(session, what, job->dir, result.err);
}

static struct pt_error *compile(const struct job *job, const char *text,
				const char *object)
{
	struct pt_arena *arena = job->session->arena;
	const char *source = pt_arena_printf(arena, "%s/generated.c", job->dir);
	GPtrArray *argv = pt_arena_ptr_array(arena);

	PT_TRY(pt_file_write(arena, source, text, strlen(text)));
	add_all(argv, job->runtime->compile);
	add(argv, pt_arena_printf(arena, "-I%s/runtime", job->runtime->dir));
	add(argv, pt_arena_printf(arena, "-I%s/include", job->runtime->dir));
	add(argv, "-w");
	add(argv, "-pipe");
	add(argv, "-c");
	add(argv, "-o");
	add(argv, object);
	add(argv, source);
	return run(job, argv, "the generated C does not compile");
}

struct check {
	GHashTable *allowed;
	const char *stranger;
};

static void check_symbol(const char *name, bool defined, void *arg)
{
	struct check *check = arg;

	if (!defined && !check->stranger &&
	    !g_hash_table_contains(check->allowed, name))
		check->stranger = name;
}

/* A symbol that neither the runtime has nor the module's symbol versions cover
 * needs modpost. */
static struct pt_error *check_symbols(const struct job *job, const char *object,
				      const char **ret_reason)
{
	struct pt_arena *arena = job->session->arena;
	struct check check = { job->runtime->symbols, NULL };
	size_t length;
	char *data;

	PT_TRY(pt_file_read(arena, object, &data, &length));
	PT_TRY(pt_elfsyms_each(arena, data, length, check_symbol, &check));
	if (check.stranger)
		*ret_reason = pt_arena_printf(
			arena, "the script uses the kernel's symbol %s",
			check.stranger);
	return NULL;
}

static struct pt_error *
run_objtool(const struct job *job, const GPtrArray *objtool, const char *object)
{
	GPtrArray *argv = pt_arena_ptr_array(job->session->arena);

	if (!objtool)
		return NULL;
	add_all(argv, objtool);
	add(argv, object);
	return run(job, argv, "objtool refuses the generated code");
}

/* LINE with its marks replaced; SECOND may be NULL. */
static struct pt_error *run_link(const struct job *job, const GPtrArray *line,
				 const char *output, const char *first,
				 const char *second)
{
	GPtrArray *argv = pt_arena_ptr_array(job->session->arena);
	unsigned i;

	for (i = 0; i < line->len; i++) {
		const char *word = g_ptr_array_index(line, i);

		if (!strcmp(word, PT_RTCACHE_OUTPUT)) {
			add(argv, output);
		} else if (!strcmp(word, PT_RTCACHE_OBJECTS)) {
			add(argv, first);
			if (second)
				add(argv, second);
		} else {
			add(argv, word);
		}
	}
	return run(job, argv, "the module cannot be linked");
}

struct pt_error *pt_thin_build(struct pt_session *session,
			       const struct pt_rtcache *runtime,
			       const char *dir, const char *text,
			       char **ret_data, size_t *ret_length,
			       const char **ret_reason)
{
	struct pt_arena *arena = session->arena;
	const struct job job = { session, runtime, dir };
	const char *object = pt_arena_printf(arena, "%s/generated.o", dir);
	const char *whole = pt_arena_printf(arena, "%s/whole.o", dir);
	const char *module = pt_arena_printf(arena, "%s/module.ko", dir);
	const char *reason = NULL;

	PT_TRY(compile(&job, text, object));
	PT_TRY(check_symbols(&job, object, &reason));
	if (reason) {
		*ret_data = NULL;
		*ret_reason = reason;
		return NULL;
	}
	PT_TRY(run_objtool(&job, runtime->objtool, object));
	if (runtime->join) {
		PT_TRY(run_link(&job, runtime->join, whole, runtime->object,
				object));
		PT_TRY(run_objtool(&job, runtime->join_objtool, whole));
		PT_TRY(run_link(&job, runtime->link, module, whole, NULL));
	} else {
		PT_TRY(run_link(&job, runtime->link, module, runtime->object,
				object));
	}
	return pt_file_read(arena, module, ret_data, ret_length);
}
