/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out.h"

#include <stdarg.h>

struct pt_out *pt_out_create(struct pt_arena *arena)
{
	struct pt_out *out = pt_new(arena, struct pt_out);

	out->text = pt_arena_string(arena);
	out->arena = arena;
	return out;
}

static void append(struct pt_out *out, const char *format, va_list args,
		   const char *after) G_GNUC_PRINTF(2, 0);

static void append(struct pt_out *out, const char *format, va_list args,
		   const char *after)
{
	gsize start = out->text->len, body;
	unsigned i;

	for (i = 0; i < out->indent; i++)
		g_string_append_c(out->text, '\t');
	body = out->text->len;
	g_string_append_vprintf(out->text, format, args);
	if (out->text->len == body && !*after)
		g_string_truncate(out->text, start);
	g_string_append(out->text, after);
	g_string_append_c(out->text, '\n');
}

void pt_out_line(struct pt_out *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(out, format, args, "");
	va_end(args);
}

void pt_out_open(struct pt_out *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(out, format, args, " {");
	va_end(args);
	out->indent++;
}

void pt_out_close(struct pt_out *out, const char *after)
{
	if (out->indent)
		out->indent--;
	pt_out_line(out, "}%s", after);
}

const char *pt_out_c_string(struct pt_arena *arena, const char *text,
			    size_t length)
{
	GString *c = pt_arena_string(arena);
	size_t i;

	g_string_append_c(c, '"');
	for (i = 0; i < length; i++) {
		unsigned char ch = (unsigned char)text[i];

		if (ch == '"' || ch == '\\' || ch == '?')
			g_string_append_printf(c, "\\%c", ch);
		else if (ch == '\n')
			g_string_append(c, "\\n");
		else if (ch == '\t')
			g_string_append(c, "\\t");
		else if (ch < 0x20 || ch >= 0x7f)
			g_string_append_printf(c, "\\%03o", ch);
		else
			g_string_append_c(c, (char)ch);
	}
	g_string_append_c(c, '"');
	return c->str;
}

const char *pt_out_c_text(struct pt_arena *arena, const char *text)
{
	return pt_out_c_string(arena, text, strlen(text));
}

const char *pt_out_comment(struct pt_arena *arena, const char *text)
{
	char **parts = g_strsplit(text, "*/", -1);
	char *joined = g_strjoinv("* /", parts);
	const char *ret = pt_arena_strdup(arena, joined);

	g_free(joined);
	g_strfreev(parts);
	return ret;
}
