/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -D NAME=VALUE: limits, and macros for embedded C.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/ptap/limits.h"
#include "emit_state.h"

static const struct limit {
	const char *name;
	int64_t value, least, most;
} limits[] = {
#define X(name, field, value, least, most) { #name, value, least, most },
	PTAP_LIMITS(X)
#undef X
};

static const struct limit *find_limit(const char *name)
{
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(limits); i++)
		if (strcmp(limits[i].name, name) == 0)
			return &limits[i];
	return NULL;
}

static bool has_embedded_c(const struct pt_program *program)
{
	unsigned i;

	if (program->embedded && program->embedded->len)
		return true;
	for (i = 0; i < program->functions->len; i++) {
		const struct pt_function *f =
			g_ptr_array_index(program->functions, i);

		if (f->embedded && !f->file->library)
			return true;
	}
	return false;
}

static struct pt_error *unknown(struct pt_emit *e, const char *name)
{
	GPtrArray *names = pt_arena_ptr_array(e->arena);
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(limits); i++)
		g_ptr_array_add(names, (void *)limits[i].name);
	return pt_error_suggest(pt_error_new(e->arena, PT_E_OPTION,
					     "-D %s: no such limit", name),
				name, names);
}

static struct pt_error *parse(struct pt_emit *e, const struct limit *limit,
			      const char *text, int64_t *ret)
{
	char *end;
	int64_t value;

	errno = 0;
	value = g_ascii_strtoll(text ? text : "", &end, 0);
	if (!text || end == text || *end || errno)
		return pt_error_new(e->arena, PT_E_OPTION,
				    "-D %s=%s: not a number", limit->name,
				    text ? text : "");
	if (value < limit->least || value > limit->most)
		return pt_error_new(
			e->arena, PT_E_OPTION,
			"-D %s=%s: the value must be %" G_GINT64_FORMAT
			" to %" G_GINT64_FORMAT,
			limit->name, text, limit->least, limit->most);
	*ret = value;
	return NULL;
}

/* What -D says of LIMIT, last one first; false: nothing. */
static bool given(struct pt_emit *e, const struct limit *limit, int64_t *ret)
{
	const GPtrArray *defines = e->program->session->options.defines;
	unsigned i;

	for (i = defines ? defines->len : 0; i > 0; i--) {
		const struct pt_define *d = g_ptr_array_index(defines, i - 1);

		/* pt_emit_limits() has refused what does not parse. */
		if (strcmp(d->name, limit->name) == 0)
			return !parse(e, limit, d->value, ret);
	}
	return false;
}

/* -D goes before what the script or another option says. */
static int64_t value_of(struct pt_emit *e, const char *name)
{
	const struct limit *limit = find_limit(name);
	long buffer_mb = e->program->session->options.buffer_mb;
	int64_t value = limit->value;

	if (given(e, limit, &value))
		return value;
	if (strcmp(name, "MAXNESTING") == 0)
		return e->program->max_nesting;
	if (strcmp(name, "STP_BUFFER_KB") == 0 && buffer_mb)
		return (int64_t)buffer_mb * 1024;
	return value;
}

struct pt_error *pt_emit_limits(struct pt_emit *e)
{
	const GPtrArray *defines = e->program->session->options.defines;
	int64_t value;
	unsigned i;

	for (i = 0; defines && i < defines->len; i++) {
		const struct pt_define *d = g_ptr_array_index(defines, i);
		const struct limit *limit = find_limit(d->name);

		if (limit)
			PT_TRY(parse(e, limit, d->value, &value));
		else if (!has_embedded_c(e->program))
			return unknown(e, d->name);
	}
	e->maxstringlen = value_of(e, "MAXSTRINGLEN");
	e->maxaction = value_of(e, "MAXACTION");
	e->max_buckets = value_of(e, "STP_MAX_BUCKETS");
	e->check_nesting = value_of(e, "MAXNESTING") < e->program->max_nesting;
	return NULL;
}

void pt_emit_defines(struct pt_emit *e)
{
	const GPtrArray *defines = e->program->session->options.defines;
	unsigned i;

	if (given(e, find_limit("MAXSTRINGLEN"), &e->maxstringlen))
		pt_out_line(e->out, "#define MAXSTRINGLEN %" G_GINT64_FORMAT,
			    e->maxstringlen);
	for (i = 0; defines && i < defines->len; i++) {
		const struct pt_define *d = g_ptr_array_index(defines, i);

		if (!find_limit(d->name))
			pt_out_line(e->out, "#define %s %s", d->name,
				    d->value ? d->value : "1");
	}
}

void pt_emit_limits_table(struct pt_emit *e)
{
	unsigned i;

	pt_out_open(e->out, "static const int64_t pg_limits[] =");
	for (i = 0; i < G_N_ELEMENTS(limits); i++)
		pt_out_line(e->out, "%" G_GINT64_FORMAT ", /* %s */",
			    value_of(e, limits[i].name), limits[i].name);
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}
