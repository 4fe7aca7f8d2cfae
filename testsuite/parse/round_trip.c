/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What -p1 prints of a script is parsed to the same tree, and printed in the same
 * way again.  Arguments: the library, the kernel's version, then scripts, which
 * are parsed with the options and arguments of their directives.  Only a script
 * of a folder err/ may be refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "same_tree.h"
#include "translator/base/file.h"
#include "translator/lang/library.h"
#include "translator/lang/parse.h"

struct counts {
	unsigned same, different, refused;
};

/* A session as `ptap -w` has it. */
static void set_up(struct pt_session *session, char **argv)
{
	memset(session, 0, sizeof(*session));
	session->arena = pt_arena_create();
	session->diag = pt_diag_create(session->arena);
	session->diag->no_warnings = true;
	session->options.args = pt_arena_ptr_array(session->arena);
	session->options.include_dirs = pt_arena_ptr_array(session->arena);
	session->tapset_dir = argv[1];
	session->target.release = argv[2];
	session->target.version = argv[2];
	session->target.arch = "x86_64";
	session->target.config = pt_arena_str_hash(session->arena);
}

/* Takes the value of `# NAME: value` in TEXT, or NULL. */
static char *directive(const char *text, const char *name)
{
	char *pattern = g_strdup_printf("^(?:#|//)\\s*%s:\\s*(.*?)\\s*$", name);
	GRegex *regex =
		g_regex_new(pattern, G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
	GMatchInfo *match = NULL;
	char *value = NULL;

	if (g_regex_match(regex, text, 0, &match))
		value = g_match_info_fetch(match, 1);
	g_match_info_free(match);
	g_regex_unref(regex);
	g_free(pattern);
	return value;
}

/* The words of a directive into RET; DEFAULTS if there is none. */
static void read_words(struct pt_session *session, const char *text,
		       const char *name, const char *defaults, GPtrArray *ret)
{
	char *value = directive(text, name);
	char **words = NULL;
	int i;

	if (g_shell_parse_argv(value ? value : defaults, NULL, &words, NULL))
		for (i = 0; words[i]; i++)
			g_ptr_array_add(
				ret, pt_arena_strdup(session->arena, words[i]));
	g_strfreev(words);
	g_free(value);
}

/* What the directives say as far as pass 1 looks at it.  An example's arguments
 * are in another file: any will do. */
static void read_directives(struct pt_session *session, const char *text)
{
	GPtrArray *words = pt_arena_ptr_array(session->arena);
	guint i;

	read_words(session, text, "script-args", "1 2 3",
		   session->options.args);
	read_words(session, text, "args", "", words);
	for (i = 0; i < words->len; i++) {
		const char *word = g_ptr_array_index(words, i);

		if (!strcmp(word, "-g"))
			session->options.guru = true;
		else if (g_str_has_prefix(word, "--compatible="))
			session->options.compatible = strchr(word, '=') + 1;
	}
}

static const char *compare(struct pt_session *session,
			   struct pt_library *library, struct pt_file *file)
{
	GString *first = pt_arena_string(session->arena);
	GString *second = pt_arena_string(session->arena);
	struct pt_source *source;
	struct pt_file *again;
	const char *difference;

	pt_print_file(first, file);
	source = pt_source_create(session->arena, "printed", first->str,
				  first->len);
	source->library = file->library;
	again = pt_parse(session, library, source);
	if (session->diag->errors) {
		pt_diag_print(session->diag, stderr, false);
		return "what is printed cannot be parsed";
	}
	difference = pt_same_tree(session->arena, file, again);
	pt_print_file(second, again);
	if (!difference && !g_string_equal(first, second))
		difference = "it is printed in another way";
	return difference;
}

static void check_script(char **argv, const char *path, struct counts *counts)
{
	struct pt_session session;
	struct pt_library *library;
	struct pt_source *source;
	struct pt_file *file;
	const char *difference;
	size_t length;
	char *text;

	set_up(&session, argv);
	if (pt_file_read(session.arena, path, &text, &length)) {
		printf("FAIL: %s: cannot be read\n", path);
		exit(1);
	}
	read_directives(&session, text);
	library = pt_library_open(&session);
	source = pt_source_create(session.arena, path, text, length);
	source->library = strstr(path, "/tapsets/") != NULL;
	file = pt_parse(&session, library, source);
	if (session.diag->errors) {
		counts->refused++;
		if (!strstr(path, "/err/"))
			printf("FAIL: %s: it is refused\n", path);
	} else {
		difference = compare(&session, library, file);
		if (difference) {
			counts->different++;
			printf("FAIL: %s: %s\n", path, difference);
		} else {
			counts->same++;
		}
	}
	pt_arena_destroy(session.arena);
}

int main(int argc, char **argv)
{
	struct counts counts = { 0 };
	int i;

	for (i = 3; i < argc; i++)
		check_script(argv, argv[i], &counts);
	fprintf(stderr, "%u scripts, %u refused\n", counts.same,
		counts.refused);
	if (counts.same > 100 && !counts.different)
		printf("PASS: scripts that are printed are the same\n");
	else
		printf("FAIL: %u scripts are the same, %u are not\n",
		       counts.same, counts.different);
	return 0;
}
