/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/compat.h"
#include "config.h"

/* One row an option: what getopt needs and what --help prints, so that the two
 * cannot drift apart. */
struct option_row {
	int key;	   /* the letter, or a number above all letters */
	const char *name;  /* long name, or NULL */
	const char *value; /* what the value is called, or NULL: takes none */
	const char *help;
};

enum {
	KEY_VM = 1000,
	KEY_HELP,
	KEY_VERSION,
	KEY_WERROR,
	KEY_SKIP_BADVARS,
	KEY_KBUILD,
	KEY_NO_CACHE,
	KEY_NO_GLOBALS,
	KEY_MECHANISM,
	KEY_ENGINE,
	KEY_COMPATIBLE,
	KEY_DOCTOR,
	KEY_JSON,
};

static const struct option_row rows[] = {
	{ 'e', NULL, "SCRIPT", "run SCRIPT instead of a file" },
	{ 'p', NULL, "N",
	  "stop after pass N (1 parse, 2 elaborate, 3 translate, "
	  "4 build, 5 run) and print its result" },
	{ 'v', NULL, NULL,
	  "say what each pass does and how long it takes; more "
	  "often: say more" },
	{ 'k', NULL, NULL, "keep the temporary folder" },
	{ 'm', NULL, "NAME", "name the module NAME and keep it as ./NAME.ko" },
	{ 'o', NULL, "FILE", "write the script's output to FILE" },
	{ 'b', NULL, NULL,
	  "bulk mode: write each CPU's records to FILE_0, FILE_1, ... "
	  "(see ptaprun(1))" },
	{ 'c', NULL, "CMD",
	  "start the probes, run CMD, stop when it ends; "
	  "target() is its process" },
	{ 'x', NULL, "PID", "make target() PID" },
	{ 'D', NULL, "NAME=VALUE", "set a limit, such as MAXSTRINGLEN" },
	{ 'g', NULL, NULL, "guru: allow embedded C and writes to the kernel" },
	{ 'G', NULL, "NAME=VALUE", "start global NAME with VALUE" },
	{ 'I', NULL, "DIR", "look for tapsets in DIR, too" },
	{ 'r', NULL, "RELEASE",
	  "build for another installed kernel; RELEASE may "
	  "be its build folder" },
	{ 's', NULL, "MB", "size of the output buffer of each CPU" },
	{ 'T', NULL, "SECONDS", "stop after this time" },
	{ 'u', NULL, NULL, "keep what is unused" },
	{ 'w', NULL, NULL, "no warnings" },
	{ 'W', NULL, NULL, "warnings are errors" },
	{ 'l', NULL, "POINT", "list the probe points that match POINT" },
	{ 'L', NULL, "POINT", "the same, with their variables" },
	{ KEY_JSON, "json", NULL, "what -l or -L lists as a JSON document" },
	{ 'V', NULL, NULL, "print the version" },
	{ KEY_VM, "vm", NULL,
	  "run in a throw-away virtual machine that boots "
	  "the newest installed kernel" },
	{ KEY_WERROR, "Werror", NULL, "the same as -W" },
	{ KEY_SKIP_BADVARS, "skip-badvars", NULL,
	  "target variables that are not there are 0" },
	{ KEY_NO_GLOBALS, "no-global-var-display", NULL,
	  "do not print globals that are never read" },
	{ KEY_COMPATIBLE, "compatible", "VERSION",
	  "read the script as this version of SystemTap does" },
	{ KEY_MECHANISM, "mechanism", "ftrace|kprobe",
	  "how functions are probed (default: what costs least)" },
	{ KEY_ENGINE, "engine", "kernel|bundled",
	  "whose kprobes functions are probed with (default: the kernel's, "
	  "if it has them)" },
	{ KEY_KBUILD, "kbuild", "thin|full",
	  "how the module is built (default: thin)" },
	{ KEY_NO_CACHE, "disable-cache", NULL,
	  "build everything again and keep nothing" },
	{ KEY_DOCTOR, "doctor", NULL,
	  "say what this machine lacks to run scripts, and how to mend it" },
	{ KEY_HELP, "help", NULL, "print this" },
	{ KEY_VERSION, "version", NULL, "print the version" },
};

void pt_options_help(FILE *stream)
{
	fputs("Usage: ptap [OPTION...] SCRIPT-FILE [ARGUMENT...]\n"
	      "       ptap [OPTION...] -e SCRIPT [ARGUMENT...]\n"
	      "       ptap [OPTION...] -l POINT\n"
	      "       ptap [-r RELEASE] [--vm] --doctor\n"
	      "See inside a running Linux kernel with a small script.\n\n",
	      stream);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char left[48];
		const struct option_row *row = &rows[i];

		if (row->name)
			g_snprintf(left, sizeof(left), "--%s%s%s", row->name,
				   row->value ? "=" : "",
				   row->value ? row->value : "");
		else
			g_snprintf(left, sizeof(left), "-%c %s", row->key,
				   row->value ? row->value : "");
		fprintf(stream, "  %-26s %s\n", left, row->help);
	}
	fputs("\nA script file '-' is standard input.  Exit status: 0 fine, 1 "
	      "an "
	      "error in the\nscript or at run time, others: see ptaprun(1).\n",
	      stream);
}

void pt_options_version(FILE *stream)
{
	fprintf(stream,
		"ptap %s (speaks the SystemTap 5.6 script language)\n"
		"License GPL-2.0-or-later; there is no warranty.\n",
		PACKAGE_VERSION);
}

static void bad(struct pt_session *session, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

static void bad(struct pt_session *session, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	pt_error_hint(pt_diag_error(session->diag, (struct pt_span){ 0 },
				    PT_E_OPTION, "%s", text),
		      "'ptap --help' lists the options");
	g_free(text);
}

/* A decimal number from MIN to MAX, or a diagnostic that names the option. */
static long number(struct pt_session *session, const char *option,
		   const char *text, long min, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max) {
		bad(session, "%s takes a number from %ld to %ld, not '%s'",
		    option, min, max, text);
		return min;
	}
	return value;
}

static void add_define(struct pt_session *session, GPtrArray *list,
		       const char *option, const char *text)
{
	struct pt_define *define = pt_new(session->arena, struct pt_define);
	const char *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : strlen(text);

	define->name = pt_arena_strndup(session->arena, text, length);
	define->value =
		equals ? pt_arena_strdup(session->arena, equals + 1) : NULL;
	if (length == 0 || (!equals && strcmp(option, "-G") == 0))
		bad(session, "%s takes NAME=VALUE, not '%s'", option, text);
	g_ptr_array_add(list, define);
}

static const char *choice(struct pt_session *session, const char *option,
			  const char *text, const char *a, const char *b)
{
	if (strcmp(text, a) != 0 && strcmp(text, b) != 0)
		bad(session, "%s is '%s' or '%s', not '%s'", option, a, b,
		    text);
	return text;
}

static const char *version(struct pt_session *session, const char *text)
{
	const char *wrong = pt_compat_check(text);

	if (wrong)
		bad(session, "--compatible cannot be '%s': %s", text, wrong);
	return text;
}

static void apply_value(struct pt_session *session, int key, const char *value)
{
	struct pt_options *o = &session->options;

	switch (key) {
	case 'e': o->script_text = value; break;
	case 'p':
		o->last_pass = (unsigned)number(session, "-p", value, 1, 5);
		break;
	case 'm': o->module_name = value; break;
	case 'o': o->output = value; break;
	case 'c': o->command = value; break;
	case 'x':
		o->target_pid = number(session, "-x", value, 1, 1 << 22);
		break;
	case 'D': add_define(session, o->defines, "-D", value); break;
	case 'G': add_define(session, o->globals, "-G", value); break;
	case 'I': g_ptr_array_add(o->include_dirs, (char *)value); break;
	case 'r': o->release = value; break;
	case 's': o->buffer_mb = number(session, "-s", value, 1, 4095); break;
	case 'T': o->timeout = number(session, "-T", value, 1, 1L << 31); break;
	case 'l':
	case 'L':
		o->list = true;
		o->list_variables = key == 'L';
		o->script_text =
			pt_arena_printf(session->arena, "probe %s {}", value);
		break;
	case KEY_COMPATIBLE: o->compatible = version(session, value); break;
	case KEY_MECHANISM:
		o->mechanism = choice(session, "--mechanism", value, "ftrace",
				      "kprobe");
		break;
	case KEY_ENGINE:
		o->engine =
			choice(session, "--engine", value, "kernel", "bundled");
		break;
	case KEY_KBUILD:
		o->kbuild_full = strcmp(choice(session, "--kbuild", value,
					       "thin", "full"),
					"full") == 0;
		break;
	default: g_assert_not_reached();
	}
}

static enum pt_options_action apply_flag(struct pt_session *session, int key)
{
	struct pt_options *o = &session->options;

	switch (key) {
	case 'v': o->verbose++; break;
	case 'k': o->keep = true; break;
	case 'b': o->bulk = true; break;
	case 'g': o->guru = true; break;
	case 'u': o->unoptimized = true; break;
	case 'w': o->no_warnings = true; break;
	case 'W':
	case KEY_WERROR: o->werror = true; break;
	case KEY_VM: o->vm = true; break;
	case KEY_DOCTOR: o->doctor = true; break;
	case KEY_JSON: o->json = true; break;
	case KEY_SKIP_BADVARS: o->skip_badvars = true; break;
	case KEY_NO_CACHE: o->no_cache = true; break;
	case KEY_NO_GLOBALS: o->no_global_display = true; break;
	case KEY_HELP: return PT_OPTIONS_HELP;
	case 'V':
	case KEY_VERSION: return PT_OPTIONS_VERSION;
	default: g_assert_not_reached();
	}
	return PT_OPTIONS_RUN;
}

/* Builds getopt's two tables from ours. */
static void getopt_tables(struct pt_arena *arena, const char **ret_letters,
			  struct option **ret_long)
{
	GString *letters = pt_arena_string(arena);
	struct option *names =
		pt_new_array(arena, struct option, G_N_ELEMENTS(rows) + 1);
	unsigned n = 0;

	g_string_append(letters, ":"); /* we print */
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].name) {
			names[n].name = rows[i].name;
			names[n].has_arg =
				rows[i].value ? required_argument : no_argument;
			names[n++].val = rows[i].key;
		} else {
			g_string_append_printf(letters, "%c%s", rows[i].key,
					       rows[i].value ? ":" : "");
		}
	}
	*ret_letters = letters->str;
	*ret_long = names;
}

static const struct option_row *row_of(int key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].key == key)
			return &rows[i];
	return NULL;
}

static void unknown_option(struct pt_session *session, const char *word)
{
	GPtrArray *names = pt_arena_ptr_array(session->arena);
	struct pt_error *error =
		pt_diag_error(session->diag, (struct pt_span){ 0 }, PT_E_OPTION,
			      "unknown option '%s'", word);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].name)
			g_ptr_array_add(names,
					pt_arena_printf(session->arena, "--%s",
							rows[i].name));
	pt_error_hint(error, "'ptap --help' lists the options; what is meant "
			     "for the script comes behind '--'");
	pt_error_suggest(error, word, names);
}

/* What is left: the script file, then its arguments. */
static void take_operands(struct pt_session *session, int argc, char **argv)
{
	struct pt_options *o = &session->options;

	if (!o->script_text && !o->doctor) {
		if (optind >= argc) {
			pt_error_hint(
				pt_diag_error(session->diag,
					      (struct pt_span){ 0 },
					      PT_E_OPTION,
					      "no script: name a file, or give "
					      "its text with -e"),
				"try: ptap -e 'probe begin { "
				"println(\"hello\") "
				"exit() }'");
			return;
		}
		o->script_file = argv[optind++];
	}
	while (optind < argc)
		g_ptr_array_add(o->args, argv[optind++]);
}

enum pt_options_action pt_options_parse(struct pt_session *session, int argc,
					char **argv)
{
	struct pt_options *o = &session->options;
	const char *letters;
	struct option *names;
	int key;

	o->last_pass = 5;
	o->args = pt_arena_ptr_array(session->arena);
	o->defines = pt_arena_ptr_array(session->arena);
	o->globals = pt_arena_ptr_array(session->arena);
	o->include_dirs = pt_arena_ptr_array(session->arena);
	getopt_tables(session->arena, &letters, &names);
	while ((key = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		const struct option_row *row = row_of(key);

		if (key == ':') {
			bad(session, "option '%s' needs a value",
			    argv[optind - 1]);
		} else if (!row) {
			char word[3] = { '-', (char)optopt, '\0' };

			unknown_option(session,
				       optopt ? word : argv[optind - 1]);
		} else if (row->value) {
			apply_value(session, key, optarg);
		} else {
			enum pt_options_action action =
				apply_flag(session, key);

			if (action != PT_OPTIONS_RUN)
				return action;
		}
	}
	take_operands(session, argc, argv);
	if (o->command && o->target_pid)
		bad(session, "-c and -x both name a target: give one of them");
	if (o->json && !o->list)
		bad(session, "--json goes with -l or -L");
	return session->diag->errors ? PT_OPTIONS_BAD : PT_OPTIONS_RUN;
}
