/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ptap: options, then the five passes.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/proc.h"
#include "build/build.h"
#include "config.h"
#include "doctor.h"
#include "emit/emit.h"
#include "lang/parse.h"
#include "options.h"
#include "run.h"
#include "sema/program.h"

/* What the passes hand to each other. */
struct run {
	struct pt_session session;
	struct pt_library *library;
	struct pt_file *script;
	struct pt_program *program;
	const char *c_text;
	const char *module; /* path of the .ko */
	int status;
};

static struct pt_error *read_stdin(struct pt_arena *arena, char **ret,
				   size_t *ret_length)
{
	GString *text = pt_arena_string(arena);
	char buffer[4096];
	size_t n;

	while ((n = fread(buffer, 1, sizeof(buffer), stdin)) > 0)
		g_string_append_len(text, buffer, (gssize)n);
	if (ferror(stdin))
		return pt_error_new(arena, PT_E_IO,
				    "cannot read standard input");
	*ret = text->str;
	*ret_length = text->len;
	return NULL;
}

/* The script's text, wherever it is. */
static struct pt_error *read_script(struct pt_session *session,
				    struct pt_source **ret)
{
	const struct pt_options *o = &session->options;
	const char *name = o->script_file;
	char *text = (char *)o->script_text;
	size_t length = 0;

	if (text) {
		name = "<input>";
		length = strlen(text);
	} else if (strcmp(name, "-") == 0) {
		name = "<stdin>";
		PT_TRY(read_stdin(session->arena, &text, &length));
	} else {
		PT_TRY(pt_file_read(session->arena, name, &text, &length));
	}
	*ret = pt_source_create(session->arena, name, text, length);
	return NULL;
}

/* ---- the passes ------------------------------------------------------- */

static struct pt_error *pass_parse(struct run *run)
{
	struct pt_session *session = &run->session;
	struct pt_source *source;

	PT_TRY(read_script(session, &source));
	run->library = pt_library_open(session);
	run->script = pt_parse(session, run->library, source);
	return NULL;
}

static void dump_parse(struct run *run, GString *to)
{
	pt_print_file(to, run->script);
}

static struct pt_error *pass_elaborate(struct run *run)
{
	run->program = pt_sema(&run->session, run->library, run->script);
	return NULL;
}

static void dump_elaborate(struct run *run, GString *to)
{
	pt_program_print(to, run->program);
}

static struct pt_error *pass_translate(struct run *run)
{
	return pt_emit(run->program, &run->c_text);
}

static void dump_translate(struct run *run, GString *to)
{
	g_string_append(to, run->c_text);
}

static struct pt_error *pass_build(struct run *run)
{
	return pt_build_module(&run->session, run->c_text,
			       run->program->kernel_headers, &run->module);
}

static void dump_build(struct run *run, GString *to)
{
	g_string_append_printf(to, "%s\n", run->module);
}

static struct pt_error *pass_run(struct run *run)
{
	return pt_run_module(&run->session, run->module, &run->status);
}

static const struct pass {
	const char *name;
	struct pt_error *(*run)(struct run *run);
	void (*dump)(struct run *run, GString *to); /* what -p N prints */
} passes[] = {
	{ "parse", pass_parse, dump_parse },
	{ "elaborate", pass_elaborate, dump_elaborate },
	{ "translate", pass_translate, dump_translate },
	{ "build", pass_build, dump_build },
	{ "run", pass_run, NULL },
};

static void show_progress(const char *text)
{
	fprintf(stderr, "%s\n", text);
}

/* ---- the run ---------------------------------------------------------- */

static void print_diagnostics(struct run *run)
{
	pt_diag_print(run->session.diag, stderr, isatty(STDERR_FILENO));
}

/* Takes ERROR in; prints what there is; true if the run may go on. */
static bool settle(struct run *run, struct pt_error *error)
{
	pt_diag_add(run->session.diag, error);
	print_diagnostics(run);
	return run->session.diag->errors == 0;
}

static void print_dump(struct run *run, const struct pass *pass)
{
	GString *text = pt_arena_string(run->session.arena);

	pass->dump(run, text);
	fwrite(text->str, 1, text->len, stdout);
}

/* One pass, with its time under -v.  False: it failed. */
static bool do_pass(struct run *run, unsigned number)
{
	const struct pass *pass = &passes[number - 1];
	gint64 start = g_get_monotonic_time();

	if (number == 5 && run->session.options.verbose)
		fprintf(stderr, "Pass 5: starting run.\n");
	if (!settle(run, pass->run(run)))
		return false;
	if (number < 5 && run->session.options.verbose)
		fprintf(stderr, "Pass %u: %s: %.1f ms\n", number, pass->name,
			(double)(g_get_monotonic_time() - start) / 1000.0);
	if (number == run->session.options.last_pass && pass->dump)
		print_dump(run, pass);
	return true;
}

/* A module that was built before from the same everything replaces passes 1 to
 * 4. */
static bool find_cached(struct run *run)
{
	struct pt_session *session = &run->session;
	gint64 start = g_get_monotonic_time();

	if (session->options.last_pass < 4)
		return false;
	run->module = pt_build_cache_lookup(session);
	if (run->module && session->options.verbose)
		fprintf(stderr, "Passes 1-4: cached: %.1f ms\n",
			(double)(g_get_monotonic_time() - start) / 1000.0);
	if (run->module && session->options.last_pass == 4)
		print_dump(run, &passes[3]);
	return run->module != NULL;
}

static bool run_passes(struct run *run)
{
	unsigned number = find_cached(run) ? 5 : 1;

	for (; number <= run->session.options.last_pass; number++)
		if (!do_pass(run, number))
			return false;
	return true;
}

static bool run_list(struct run *run)
{
	GString *text = pt_arena_string(run->session.arena);

	if (!settle(run, pass_parse(run)))
		return false;
	if (!pt_sema_list(&run->session, run->library, run->script,
			  run->session.options.list_variables, text))
		return settle(run, NULL);
	print_diagnostics(run);
	fwrite(text->str, 1, text->len, stdout);
	return true;
}

static int finish(struct run *run, int status)
{
	if (fflush(stdout) != 0) {
		fprintf(stderr, "ptap: cannot write standard output\n");
		status = 1;
	}
	pt_proc_cleanup();
	pt_arena_destroy(run->session.arena);
	return status;
}

static const char *data_dir(const char *variable, const char *installed)
{
	const char *value = getenv(variable);

	return value ? value : installed;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	struct pt_session *session = &run.session;
	struct pt_error *error;
	bool good;

	pt_proc_init();
	session->arena = pt_arena_create();
	session->diag = pt_diag_create(session->arena);
	session->tapset_dir = data_dir("PTAP_TAPSETS", PKGDATADIR "/tapsets");
	session->runtime_dir = data_dir("PTAP_RUNTIME", PKGDATADIR "/runtime");
	switch (pt_options_parse(session, argc, argv)) {
	case PT_OPTIONS_HELP: pt_options_help(stdout); return finish(&run, 0);
	case PT_OPTIONS_VERSION:
		pt_options_version(stdout);
		return finish(&run, 0);
	case PT_OPTIONS_BAD: print_diagnostics(&run); return finish(&run, 2);
	case PT_OPTIONS_RUN: break;
	}
	session->diag->no_warnings = session->options.no_warnings;
	session->diag->werror = session->options.werror;
	session->diag->keep_repeats = session->options.verbose > 0;
	pt_proc_keep(session->options.keep);
	if (session->options.verbose || isatty(STDERR_FILENO))
		session->progress = show_progress;
	error = pt_target_find(session->arena, session->options.release,
			       session->options.vm, &session->target);
	if (!settle(&run, error))
		return finish(&run, 1);
	if (session->options.doctor) {
		good = pt_doctor(session, stdout);
		print_diagnostics(&run);
		return finish(&run, good ? 0 : 1);
	}
	if (!settle(&run, pt_session_check_engine(session)))
		return finish(&run, 1);
	good = session->options.list ? run_list(&run) : run_passes(&run);
	return finish(&run, good ? run.status : 1);
}
