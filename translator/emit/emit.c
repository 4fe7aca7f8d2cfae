/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit.h"

#include <string.h>

#include "emit_state.h"

static bool is_include(const char *line, size_t length)
{
	while (length && (*line == ' ' || *line == '\t')) {
		line++;
		length--;
	}
	return length > 8 && strncmp(line, "#include", 8) == 0;
}

/* Of a piece of embedded C the lines that are, or are not, #include. */
static void write_lines(struct pt_emit *e, const struct pt_embedded *code,
			bool includes)
{
	const char *at = code->code, *end = at + code->length;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);

		if (is_include(at, length) == includes) {
			if (includes)
				pt_emit_source_line(
					e, code->span,
					2 + (size_t)(at - code->code));
			g_string_append_len(e->out->text, at, (gssize)length);
		}
		/* Lines left out keep their number. */
		if (is_include(at, length) || !includes)
			g_string_append_c(e->out->text, '\n');
		at += length + 1;
	}
	pt_emit_source_end(e, code->span);
}

static void embedded(struct pt_emit *e, bool includes)
{
	const GPtrArray *list = e->program->embedded;
	unsigned i;

	for (i = 0; list && i < list->len; i++) {
		const struct pt_embedded *code = g_ptr_array_index(list, i);

		if (!includes)
			pt_out_line(e->out, "/* %s */",
				    pt_span_text(e->arena, code->span));
		if (!includes)
			pt_emit_source_line(e, code->span, 2);
		write_lines(e, code, includes);
	}
}

/* Kernel headers go first: script.h then leaves their types alone. */
static void preamble(struct pt_emit *e)
{
	/* What embedded C may count on without naming it. */
	static const char *const headers[] = {
		"types",  "kernel", "ctype", "fs",     "mm",
		"module", "sched",  "slab",  "string", "uaccess",
	};
	const struct pt_program *program = e->program;
	const struct pt_file *script = g_ptr_array_index(program->files, 0);
	unsigned i;

	pt_out_line(e->out, "/* Made by ptap from %s. */",
		    script->source->name);
	pt_emit_defines(e);
	if (program->kernel_headers) {
		for (i = 0; i < G_N_ELEMENTS(headers); i++)
			pt_out_line(e->out, "#include <linux/%s.h>",
				    headers[i]);
		embedded(e, true);
	}
	pt_emit_regex_defines(e);
	if (pt_emit_uses_deref(e))
		pt_out_line(e->out, "#define PTRT_WITH_DEREF");
	pt_out_line(e->out, "#include \"script.h\"");
	pt_out_line(e->out, "%s", "");
	pt_emit_sections(e);
	/* Names first: a function and a global may be called the same. */
	for (i = 0; i < program->globals->len; i++)
		pt_emit_var(e, g_ptr_array_index(program->globals, i));
}

static void state_free(struct pt_emit *e)
{
	g_hash_table_destroy(e->names);
	g_hash_table_destroy(e->taken);
	g_hash_table_destroy(e->functions);
	g_hash_table_destroy(e->foreach);
}

struct pt_error *pt_emit(const struct pt_program *program, const char **ret)
{
	struct pt_arena *arena = program->session->arena;
	struct pt_emit e = {
		.arena = arena,
		.program = program,
		.out = pt_out_create(arena),
		.names = g_hash_table_new(NULL, NULL),
		.taken = g_hash_table_new(g_str_hash, g_str_equal),
		.functions = g_hash_table_new(NULL, NULL),
		.foreach = g_hash_table_new(NULL, NULL),
		.formats = pt_arena_ptr_array(arena),
		.regexes = pt_arena_ptr_array(arena),
	};

	e.error = pt_emit_limits(&e);
	if (!e.error)
		pt_emit_find_regexes(&e);
	if (!e.error) {
		preamble(&e);
		pt_emit_count_foreach(&e);
		pt_emit_globals(&e);
		pt_emit_regexes(&e);
		embedded(&e, false);
		pt_emit_embedded_macros(&e);
		pt_emit_entries(&e);
		pt_emit_functions(&e);
		pt_emit_handlers(&e);
		pt_emit_tables(&e);
	}
	state_free(&e);
	if (e.error)
		return e.error;
	*ret = e.out->text->str;
	return NULL;
}
