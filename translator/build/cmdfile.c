/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdfile.h"

#include <string.h>

#include "../base/file.h"

/* make's own quoting of a dollar and of a number sign. */
static void undo_make_quoting(GString *text)
{
	g_string_replace(text, "$(pound)", "#", 0);
	g_string_replace(text, "$$", "$", 0);
}

/* The length of the first command in TEXT: up to a ';' that is not quoted. */
static size_t command_length(const char *text)
{
	char quote = '\0';
	size_t i;

	for (i = 0; text[i]; i++) {
		if (quote == '\'' && text[i] != '\'')
			continue;
		if (text[i] == '\\' && text[i + 1])
			i++;
		else if (quote && text[i] == quote)
			quote = '\0';
		else if (!quote && (text[i] == '"' || text[i] == '\''))
			quote = text[i];
		else if (!quote && text[i] == ';')
			break;
	}
	return i;
}

static struct pt_error *split_words(struct pt_arena *arena, const char *text,
				    GPtrArray *commands)
{
	GPtrArray *argv = pt_arena_ptr_array(arena);
	GError *problem = NULL;
	struct pt_error *error;
	char **words;
	int n, i;

	if (text[strspn(text, " \t")] == '\0')
		return NULL;
	if (!g_shell_parse_argv(text, &n, &words, &problem)) {
		error = pt_error_new(arena, PT_E_BUILD,
				     "kbuild's command line cannot be read: "
				     "%s",
				     problem->message);
		g_error_free(problem);
		return error;
	}
	for (i = 0; i < n; i++)
		g_ptr_array_add(argv, pt_arena_strdup(arena, words[i]));
	g_strfreev(words);
	g_ptr_array_add(commands, argv);
	return NULL;
}

struct pt_error *pt_cmdfile_read(struct pt_arena *arena, const char *path,
				 GPtrArray **ret)
{
	char *dir = g_path_get_dirname(path), *base = g_path_get_basename(path);
	const char *file = pt_arena_printf(arena, "%s/.%s.cmd", dir, base);
	GPtrArray *commands = pt_arena_ptr_array(arena);
	GString *line = pt_arena_string(arena);
	char *text, *start;
	size_t length;

	g_free(dir);
	g_free(base);
	PT_TRY(pt_file_read(arena, file, &text, &length));
	start = strstr(text, ":=");
	if (!start)
		return pt_error_new(arena, PT_E_BUILD,
				    "kbuild left no command line in '%s'",
				    file);
	start += 2;
	g_string_append_len(line, start, (gssize)strcspn(start, "\n"));
	undo_make_quoting(line);
	for (start = line->str; *start;) {
		size_t n = command_length(start);

		PT_TRY(split_words(arena, pt_arena_strndup(arena, start, n),
				   commands));
		start += n + (start[n] == ';');
	}
	if (!commands->len)
		return pt_error_new(arena, PT_E_BUILD,
				    "kbuild left no command line in '%s'",
				    file);
	*ret = commands;
	return NULL;
}

void pt_cmdfile_save(GString *text, const char *name, const GPtrArray *argv)
{
	unsigned i;

	g_string_append_printf(text, "%s\n", name);
	for (i = 0; i < argv->len; i++)
		g_string_append_printf(
			text, "%s\n", (const char *)g_ptr_array_index(argv, i));
	g_string_append_c(text, '\n');
}

GPtrArray *pt_cmdfile_load(struct pt_arena *arena, const char *text,
			   const char *name)
{
	size_t name_length = strlen(name);
	bool at_name = true, inside = false;
	GPtrArray *argv = pt_arena_ptr_array(arena);

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (inside && length == 0)
			return argv;
		if (inside)
			g_ptr_array_add(argv,
					pt_arena_strndup(arena, text, length));
		else if (at_name && length == name_length &&
			 !memcmp(text, name, length))
			inside = true;
		at_name = length == 0;
		text += length + (text[length] == '\n');
	}
	return NULL;
}
