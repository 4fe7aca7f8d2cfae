/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diag.h"

#include <stdarg.h>
#include <string.h>

struct pt_diag *pt_diag_create(struct pt_arena *arena)
{
	struct pt_diag *diag = pt_new(arena, struct pt_diag);

	diag->arena = arena;
	diag->list = pt_arena_ptr_array(arena);
	diag->seen = pt_arena_str_hash(arena);
	return diag;
}

static bool is_repeat(struct pt_diag *diag, const struct pt_error *error)
{
	const char *key = pt_arena_printf(
		diag->arena, "%d %s %s", error->severity,
		pt_span_text(diag->arena, error->span), error->message);

	return !g_hash_table_add(diag->seen, (gpointer)key);
}

void pt_diag_add(struct pt_diag *diag, struct pt_error *error)
{
	if (!error)
		return;
	if (error->severity == PT_SEVERITY_WARNING) {
		if (diag->no_warnings)
			return;
		if (diag->werror)
			error->severity = PT_SEVERITY_ERROR;
	}
	if (is_repeat(diag, error) && !diag->keep_repeats)
		return;
	if (error->severity == PT_SEVERITY_ERROR)
		diag->errors++;
	else if (error->severity == PT_SEVERITY_WARNING)
		diag->warnings++;
	g_ptr_array_add(diag->list, error);
}

static struct pt_error *make(struct pt_diag *diag, struct pt_span span,
			     enum pt_severity severity, enum pt_code code,
			     const char *format, va_list args)
	G_GNUC_PRINTF(5, 0);

static struct pt_error *make(struct pt_diag *diag, struct pt_span span,
			     enum pt_severity severity, enum pt_code code,
			     const char *format, va_list args)
{
	char *text = g_strdup_vprintf(format, args);
	struct pt_error *error = pt_error_new(diag->arena, code, "%s", text);

	g_free(text);
	error->severity = severity;
	error->span = span;
	pt_diag_add(diag, error);
	return error;
}

struct pt_error *pt_diag_error(struct pt_diag *diag, struct pt_span span,
			       enum pt_code code, const char *format, ...)
{
	struct pt_error *error;
	va_list args;

	va_start(args, format);
	error = make(diag, span, PT_SEVERITY_ERROR, code, format, args);
	va_end(args);
	return error;
}

struct pt_error *pt_diag_warning(struct pt_diag *diag, struct pt_span span,
				 enum pt_code code, const char *format, ...)
{
	struct pt_error *error;
	va_list args;

	va_start(args, format);
	error = make(diag, span, PT_SEVERITY_WARNING, code, format, args);
	va_end(args);
	return error;
}

static const struct {
	const char *name;
	const char *colour;
} severities[] = {
	[PT_SEVERITY_ERROR] = { "error", "\033[1;31m" },
	[PT_SEVERITY_WARNING] = { "warning", "\033[1;35m" },
	[PT_SEVERITY_NOTE] = { "note", "\033[1;36m" },
};
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* Control characters of the script must not reach the terminal. */
static void print_source_text(FILE *stream, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		fputc((c < 0x20 && c != '\t') || c == 0x7f ? '?' : c, stream);
	}
}

static bool is_utf8_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Of a longer line only so much is shown, around the place: a script of -e is one line,
 * and what the terminal folds has no caret beneath it. */
#define SHOWN 100
#define SHOWN_BEFORE 40
#define CUT "... "

/* Bytes FROM to TO of TEXT, of which START is the place. */
static void choose_shown(const char *text, size_t length, size_t start,
			 size_t *from, size_t *to)
{
	*from = 0;
	*to = length;
	if (length <= SHOWN)
		return;
	if (start > SHOWN_BEFORE)
		*from = MIN(start - SHOWN_BEFORE, length - SHOWN);
	*to = *from + SHOWN;
	while (*from > 0 && is_utf8_tail(text[*from]))
		(*from)--;
	while (*to < length && is_utf8_tail(text[*to]))
		(*to)++;
}

static void print_excerpt(FILE *stream, struct pt_span span, const char *colour,
			  const char *plain)
{
	unsigned line, column;
	size_t length, start, end, from, to, i;
	const char *text;

	pt_source_locate(span.source, span.start, &line, &column);
	text = pt_source_line(span.source, line, &length);
	start = MIN(column - 1, length);
	end = span.end > span.start ? start + (span.end - span.start) : start;
	choose_shown(text, length, start, &from, &to);
	end = MIN(end, to);

	fprintf(stream, "%4u | %s", line, from > 0 ? CUT : "");
	print_source_text(stream, text + from, to - from);
	fprintf(stream, "%s\n     | ", to < length ? " ..." : "");
	fprintf(stream, "%*s", from > 0 ? (int)strlen(CUT) : 0, "");
	for (i = from; i < start; i++)
		if (!is_utf8_tail(text[i]))
			fputc(text[i] == '\t' ? '\t' : ' ', stream);
	fprintf(stream, "%s^", colour);
	for (i = start + 1; i < end; i++)
		if (!is_utf8_tail(text[i]))
			fputc('~', stream);
	fprintf(stream, "%s\n", plain);
}

static void print_place(FILE *stream, struct pt_span span, const char *bold,
			const char *plain)
{
	unsigned line, column;

	if (!span.source)
		return;
	pt_source_locate(span.source, span.start, &line, &column);
	fprintf(stream, "%s%s:%u:%u:%s ", bold, span.source->name, line, column,
		plain);
}

/* Of a long way from the text to its use, the steps at both ends. */
#define FIRST_STEPS 3
#define LAST_STEPS 2

static void print_way(FILE *stream, struct pt_span span, const char *bold,
		      const char *tint, const char *plain)
{
	const struct pt_expansion *via;
	unsigned count = 0, i = 0;

	for (via = span.via; via; via = via->use.via)
		count++;
	for (via = span.via; via; via = via->use.via, i++) {
		if (i >= FIRST_STEPS && i + LAST_STEPS < count) {
			if (i == FIRST_STEPS)
				fprintf(stream, "%snote:%s through %u more\n",
					tint, plain,
					count - FIRST_STEPS - LAST_STEPS);
			continue;
		}
		print_place(stream, via->use, bold, plain);
		fprintf(stream, "%snote:%s in expansion of %s\n", tint, plain,
			via->what);
		if (via->use.source)
			print_excerpt(stream, via->use, tint, plain);
	}
}

static void print_one(FILE *stream, const struct pt_error *error, bool colour)
{
	const char *tint = colour ? severities[error->severity].colour : "";
	const char *note_tint =
		colour ? severities[PT_SEVERITY_NOTE].colour : "";
	const char *bold = colour ? BOLD : "";
	const char *plain = colour ? PLAIN : "";

	print_place(stream, error->span, bold, plain);
	fprintf(stream, "%s%s:%s %s", tint, severities[error->severity].name,
		plain, error->message);
	if (error->severity != PT_SEVERITY_NOTE)
		fprintf(stream, " [%s]", pt_code_slug(error->code));
	fputc('\n', stream);
	if (error->span.source)
		print_excerpt(stream, error->span, tint, plain);
	print_way(stream, error->span, bold, note_tint, plain);
}

void pt_diag_print(struct pt_diag *diag, FILE *stream, bool colour)
{
	for (; diag->printed < diag->list->len; diag->printed++) {
		struct pt_error *error =
			g_ptr_array_index(diag->list, diag->printed);
		const char *hint = pt_error_hint_text(error);
		const struct pt_error *part;

		for (part = error; part; part = part->next_note)
			print_one(stream, part, colour);
		if (hint)
			fprintf(stream, "%shint:%s %s\n", colour ? BOLD : "",
				colour ? PLAIN : "", hint);
	}
}
