/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source.h"

#include <string.h>

static void release_lines(void *lines)
{
	g_array_unref(lines);
}

struct pt_source *pt_source_create(struct pt_arena *arena, const char *name,
				   const char *text, size_t length)
{
	struct pt_source *source = pt_new(arena, struct pt_source);
	const char *at = text;
	uint32_t start = 0;

	source->name = pt_arena_strdup(arena, name);
	source->text = text;
	source->length = length;
	source->lines = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	pt_arena_defer(arena, release_lines, source->lines);
	g_array_append_val(source->lines, start);
	while ((at = memchr(at, '\n', length - (size_t)(at - text)))) {
		at++;
		start = (uint32_t)(at - text);
		g_array_append_val(source->lines, start);
	}
	return source;
}

void pt_source_locate(const struct pt_source *source, uint32_t offset,
		      unsigned *line, unsigned *column)
{
	unsigned low = 0, high = source->lines->len;

	if (offset > source->length)
		offset = (uint32_t)source->length;
	while (high - low > 1) {
		unsigned middle = low + (high - low) / 2;

		if (g_array_index(source->lines, uint32_t, middle) <= offset)
			low = middle;
		else
			high = middle;
	}
	*line = low + 1;
	*column = offset - g_array_index(source->lines, uint32_t, low) + 1;
}

const char *pt_source_line(const struct pt_source *source, unsigned line,
			   size_t *length)
{
	size_t start, end = source->length;

	if (line < 1 || line > source->lines->len) {
		*length = 0;
		return "";
	}
	start = g_array_index(source->lines, uint32_t, line - 1);
	if (line < source->lines->len)
		end = g_array_index(source->lines, uint32_t, line) - 1;
	if (end > start && source->text[end - 1] == '\r')
		end--;
	*length = end - start;
	return source->text + start;
}

struct pt_span pt_span_join(struct pt_span a, struct pt_span b)
{
	if (!a.source || a.source != b.source)
		return a;
	if (b.end > a.end)
		a.end = b.end;
	return a;
}

const char *pt_span_text(struct pt_arena *arena, struct pt_span span)
{
	unsigned line, column;

	if (!span.source)
		return "<no place>";
	pt_source_locate(span.source, span.start, &line, &column);
	return pt_arena_printf(arena, "%s:%u:%u", span.source->name, line,
			       column);
}
