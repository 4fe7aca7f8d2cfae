/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gcc_errors.h"

#include <stdlib.h>
#include <string.h>

#include "../base/file.h"

#define NOTES_MAX 5

void pt_gcc_errors_note(struct pt_error *error, const char *messages)
{
	const char *line = messages;
	unsigned shown = 0;

	while (*line && shown < NOTES_MAX) {
		size_t length = strcspn(line, "\n");

		if (g_strstr_len(line, (gssize)length, "rror") ||
		    g_strstr_len(line, (gssize)length, "ndefined")) {
			pt_error_note(error, (struct pt_span){ 0 }, "%.*s",
				      (int)length, line);
			shown++;
		}
		line += length + (line[length] == '\n');
	}
}

struct pt_error *pt_gcc_errors_internal(struct pt_session *session,
					const char *what, const char *dir,
					const char *messages)
{
	struct pt_error *error =
		pt_error_new(session->arena, PT_E_BUILD, "%s", what);

	pt_gcc_errors_note(error, messages);
	if (session->options.keep)
		return pt_error_hint(error,
				     "this is a fault of ptap's; the files are "
				     "in '%s'",
				     dir);
	return pt_error_hint(error, "this is a fault of ptap's; with -k the "
				    "files are kept for a report");
}

/* A message "FILE:LINE:COLUMN: error: TEXT". */
struct message {
	const char *file;
	unsigned line;
	const char *text;
};

static bool parse_message(struct pt_arena *arena, const char *line,
			  size_t length, struct message *ret)
{
	static const char *const marks[] = { ": error: ", ": fatal error: " };
	const char *whole = pt_arena_strndup(arena, line, length);
	char **parts;
	unsigned i, n;
	char *mark = NULL;

	for (i = 0; !mark && i < G_N_ELEMENTS(marks); i++) {
		mark = strstr(whole, marks[i]);
		if (mark) {
			*mark = '\0';
			ret->text = mark + strlen(marks[i]);
		}
	}
	if (!mark)
		return false;
	parts = g_strsplit(whole, ":", -1);
	n = g_strv_length(parts);
	if (n < 3) {
		g_strfreev(parts);
		return false;
	}
	ret->line = (unsigned)strtoul(parts[n - 2], NULL, 10);
	g_strfreev(parts);
	/* The file's name may have colons of its own. */
	mark = strrchr(whole, ':');
	*mark = '\0';
	mark = strrchr(whole, ':');
	*mark = '\0';
	ret->file = whole;
	return ret->line > 0;
}

static struct pt_source *open_source(struct pt_session *session,
				     GHashTable *sources, const char *file)
{
	struct pt_source *source = g_hash_table_lookup(sources, file);
	const struct pt_options *o = &session->options;
	size_t length;
	char *text;

	if (source)
		return source;
	if (o->script_text && !strcmp(file, "<input>")) {
		text = (char *)o->script_text;
		length = strlen(text);
	} else if (pt_file_read(session->arena, file, &text, &length)) {
		return NULL;
	}
	source = pt_source_create(session->arena, file, text, length);
	g_hash_table_insert(sources, (gpointer)file, source);
	return source;
}

static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

/* Where the word that the message quotes stands in LINE; false: nowhere. */
static bool find_quoted(const char *text, const char *line, size_t length,
			size_t *ret_start, size_t *ret_end)
{
	static const char *const quotes[] = { "\342\200\230", "'" };
	const char *word = NULL;
	size_t n, i;

	for (i = 0; !word && i < G_N_ELEMENTS(quotes); i++) {
		word = strstr(text, quotes[i]);
		if (word)
			word += strlen(quotes[i]);
	}
	for (n = 0; word && is_word_char(word[n]); n++)
		;
	for (i = 0; n && i + n <= length; i++) {
		if (memcmp(line + i, word, n) ||
		    (i && is_word_char(line[i - 1])) ||
		    (i + n < length && is_word_char(line[i + n])))
			continue;
		*ret_start = i;
		*ret_end = i + n;
		return true;
	}
	return false;
}

/* gcc's columns are those of the generated file, where the line may have been
 * indented: the quoted word tells more, and else the whole line is meant. */
static struct pt_span place(const struct pt_source *source,
			    const struct message *message)
{
	struct pt_span span = { .source = source };
	size_t length, start, end;
	const char *line;
	uint32_t base;

	if (!source)
		return span;
	line = pt_source_line(source, message->line, &length);
	base = (uint32_t)(line - source->text);
	if (!find_quoted(message->text, line, length, &start, &end)) {
		for (start = 0; start < length && g_ascii_isspace(line[start]);)
			start++;
		end = length;
	}
	span.start = base + (uint32_t)start;
	span.end = base + (uint32_t)end;
	return span;
}

struct pt_error *pt_gcc_errors_embedded(struct pt_session *session,
					const char *messages)
{
	GHashTable *sources = pt_arena_str_hash(session->arena);
	struct pt_error *last = NULL;
	const char *line;
	size_t length;

	for (line = messages; *line; line += length + (line[length] == '\n')) {
		struct message message;
		struct pt_source *source;
		struct pt_error *error;

		length = strcspn(line, "\n");
		if (!parse_message(session->arena, line, length, &message) ||
		    g_str_has_suffix(message.file, ".c") ||
		    g_str_has_suffix(message.file, ".h"))
			continue;
		source = open_source(session, sources, message.file);
		error = pt_error_at(pt_error_new(session->arena, PT_E_BUILD,
						 "in embedded C: %s",
						 message.text),
				    place(source, &message));
		pt_diag_add(session->diag, last);
		last = error;
	}
	return last;
}
