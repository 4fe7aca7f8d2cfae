/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the optimiser did, for -p2 -v.
 */
#include "context.h"

#include <stdarg.h>

static void add(struct pt_sema *sema, GPtrArray *list, struct pt_span span,
		const char *format, va_list args) G_GNUC_PRINTF(4, 0);

static void add(struct pt_sema *sema, GPtrArray *list, struct pt_span span,
		const char *format, va_list args)
{
	char *text = g_strdup_vprintf(format, args);
	const char *line = pt_arena_printf(
		sema->arena, "%s: %s", pt_span_text(sema->arena, span), text);

	g_free(text);
	/* a handler may have a copy for each of many places */
	if (g_hash_table_add(sema->reported, (gpointer)line))
		g_ptr_array_add(list, (gpointer)line);
}

void pt_report_removed(struct pt_sema *sema, struct pt_span span,
		       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(sema, sema->program->removed, span, format, args);
	va_end(args);
}

void pt_report_merged(struct pt_sema *sema, struct pt_span span,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(sema, sema->program->merged, span, format, args);
	va_end(args);
}

static void print(GString *to, const char *title, const GPtrArray *lines)
{
	if (lines->len)
		g_string_append_printf(to, "# %s\n", title);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(to, "%s\n",
				       (const char *)lines->pdata[i]);
}

void pt_report_print(GString *to, const struct pt_program *program)
{
	if (!program->session->options.verbose)
		return;
	print(to, "left out", program->removed);
	print(to, "merged", program->merged);
}
