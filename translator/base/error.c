/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SUGGESTIONS_MAX 5
#define WORD_MAX 128

static const char *const slugs[] = {
#define X(code, slug) [PT_E_##code] = slug,
	PT_CODES(X)
#undef X
};

const char *pt_code_slug(enum pt_code code)
{
	return slugs[code];
}

static const char *vformat(struct pt_arena *arena, const char *format,
			   va_list args) G_GNUC_PRINTF(2, 0);

static const char *vformat(struct pt_arena *arena, const char *format,
			   va_list args)
{
	char *text = g_strdup_vprintf(format, args);
	const char *copy = pt_arena_strdup(arena, text);

	g_free(text);
	return copy;
}

struct pt_error *pt_error_new(struct pt_arena *arena, enum pt_code code,
			      const char *format, ...)
{
	struct pt_error *error = pt_new(arena, struct pt_error);
	va_list args;

	error->arena = arena;
	error->code = code;
	error->severity = PT_SEVERITY_ERROR;
	va_start(args, format);
	error->message = vformat(arena, format, args);
	va_end(args);
	return error;
}

struct pt_error *pt_error_at(struct pt_error *error, struct pt_span span)
{
	if (!error->span.source)
		error->span = span;
	return error;
}

struct pt_error *pt_error_hint(struct pt_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	error->hint = vformat(error->arena, format, args);
	va_end(args);
	return error;
}

struct pt_error *
pt_error_hint_late(struct pt_error *error,
		   void (*look)(struct pt_error *error, void *arg), void *arg)
{
	error->late_hint = look;
	error->late_arg = arg;
	return error;
}

const char *pt_error_hint_text(struct pt_error *error)
{
	void (*look)(struct pt_error *, void *) = error->late_hint;

	error->late_hint = NULL;
	if (look)
		look(error, error->late_arg);
	return error->hint;
}

struct pt_error *pt_error_note(struct pt_error *error, struct pt_span span,
			       const char *format, ...)
{
	struct pt_error *note = pt_new(error->arena, struct pt_error);
	struct pt_error **end = &error->next_note;
	va_list args;

	note->arena = error->arena;
	note->code = error->code;
	note->severity = PT_SEVERITY_NOTE;
	note->span = span;
	va_start(args, format);
	note->message = vformat(error->arena, format, args);
	va_end(args);
	while (*end)
		end = &(*end)->next_note;
	*end = note;
	return error;
}

/*
 * How many insertions, deletions, replacements and swaps of neighbours make B
 * of A (the restricted Damerau-Levenshtein distance), letters compared without
 * case; anything above LIMIT is given as LIMIT + 1.
 */
static unsigned distance(const char *a, size_t a_length, const char *b,
			 size_t b_length, unsigned limit)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2], *spare;
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		last[j] = (unsigned)j;
	for (i = 1; i <= a_length; i++) {
		unsigned best = now[0] = (unsigned)i;
		char x = g_ascii_tolower(a[i - 1]);

		for (j = 1; j <= b_length; j++) {
			char y = g_ascii_tolower(b[j - 1]);
			unsigned d = last[j - 1] + (x != y);

			d = MIN(d, last[j] + 1);
			d = MIN(d, now[j - 1] + 1);
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
			    y == g_ascii_tolower(a[i - 2]))
				d = MIN(d, before[j - 2] + 1);
			now[j] = d;
			best = MIN(best, d);
		}
		if (best > limit)
			return limit + 1;
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_length];
}

struct near {
	const char *word;
	unsigned score;
};

/* Lower is nearer; UINT_MAX is not near at all.  A word that only goes on where
 * the given one stops ranks behind those with a slip of the finger. */
static unsigned nearness(const char *word, size_t length, const char *other)
{
	size_t other_length = strlen(other);
	unsigned limit = MAX(1, (unsigned)length / 3), d;

	if (other_length == 0 || other_length > WORD_MAX)
		return UINT_MAX;
	if (other_length <= length + limit && length <= other_length + limit) {
		d = distance(word, length, other, other_length, limit);
		if (d <= limit && d < length)
			return d * 2;
	}
	if (length >= 2 && other_length > length &&
	    g_ascii_strncasecmp(word, other, length) == 0)
		return limit * 2 + (unsigned)(other_length - length);
	return UINT_MAX;
}

struct pt_error *pt_error_suggest(struct pt_error *error, const char *word,
				  const GPtrArray *candidates)
{
	struct near best[SUGGESTIONS_MAX];
	unsigned n = 0, i, j;
	size_t length = strlen(word);
	GString *text;

	if (!candidates || length == 0 || length > WORD_MAX)
		return error;
	for (i = 0; i < candidates->len; i++) {
		const char *other = g_ptr_array_index(candidates, i);
		unsigned score = nearness(word, length, other);

		if (score == UINT_MAX)
			continue;
		for (j = 0; j < n && strcmp(best[j].word, other); j++)
			;
		if (j < n)
			continue;
		for (j = n; j > 0 && best[j - 1].score > score; j--)
			if (j < SUGGESTIONS_MAX)
				best[j] = best[j - 1];
		if (j < SUGGESTIONS_MAX) {
			best[j] = (struct near){ other, score };
			n = MIN(n + 1, SUGGESTIONS_MAX);
		}
	}
	if (!n)
		return error;
	text = pt_arena_string(error->arena);
	for (i = 0; i < n; i++)
		g_string_append_printf(text, "%s'%s'",
				       i == 0	    ? "did you mean "
				       : i == n - 1 ? " or "
						    : ", ",
				       best[i].word);
	return pt_error_hint(error, "%s?", text->str);
}

struct pt_error *pt_error_errno(struct pt_arena *arena, int errnum,
				const char *what, const char *path)
{
	struct pt_error *error =
		pt_error_new(arena, PT_E_IO, "cannot %s '%s': %s", what, path,
			     g_strerror(errnum));

	if (errnum == ENOSPC || errnum == EDQUOT) {
		char *folder = g_path_get_dirname(path);

		pt_error_hint(error,
			      "the disk that holds '%s' is full: make room "
			      "there, or set TMPDIR or PTAP_CACHE to a folder "
			      "on another disk",
			      folder);
		g_free(folder);
	}
	return error;
}
