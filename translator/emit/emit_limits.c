/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -D NAME=VALUE: limits, and macros for embedded C.
 */
#include <string.h>

#include "../base/limit.h"
#include "emit_state.h"

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
	const struct pt_limit *limit;
	GPtrArray *names = pt_arena_ptr_array(e->arena);

	for (limit = pt_limits; limit->name; limit++)
		g_ptr_array_add(names, (void *)limit->name);
	return pt_error_suggest(pt_error_new(e->arena, PT_E_OPTION,
					     "-D %s: no such limit", name),
				name, names);
}

/* -D goes before what the script or another option says. */
static int64_t value_of(struct pt_emit *e, const char *name)
{
	const struct pt_session *session = e->program->session;
	int64_t value;

	if (pt_limit_given(session, name, &value))
		return value;
	if (strcmp(name, "MAXNESTING") == 0)
		return e->program->max_nesting;
	if (strcmp(name, "MAXACTION_INTERRUPTIBLE") == 0)
		return MIN(10 * pt_limit_value(session, "MAXACTION"),
			   pt_limit_find(name)->most);
	if (strcmp(name, "STP_BUFFER_KB") == 0 && session->options.buffer_mb)
		return (int64_t)session->options.buffer_mb * 1024;
	return pt_limit_default(session, pt_limit_find(name));
}

static struct pt_error *check(struct pt_emit *e, const struct pt_define *d)
{
	const struct pt_limit *limit = pt_limit_find(d->name);
	const char *idle = pt_limit_idle(d->name);
	struct pt_span nowhere = { .source = NULL };
	int64_t value;

	if (limit)
		return pt_limit_parse(e->arena, limit, d, &value);
	if (idle)
		pt_diag_warning(e->program->session->diag, nowhere,
				PT_E_UNSUPPORTED,
				"-D %s has no effect: %s are not supported yet",
				d->name, idle);
	else if (!has_embedded_c(e->program))
		return unknown(e, d->name);
	return NULL;
}

struct pt_error *pt_emit_limits(struct pt_emit *e)
{
	const GPtrArray *defines = e->program->session->options.defines;
	unsigned i;

	for (i = 0; defines && i < defines->len; i++)
		PT_TRY(check(e, g_ptr_array_index(defines, i)));
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

	if (pt_limit_given(e->program->session, "MAXSTRINGLEN",
			   &e->maxstringlen))
		pt_out_line(e->out, "#define MAXSTRINGLEN %" G_GINT64_FORMAT,
			    e->maxstringlen);
	for (i = 0; defines && i < defines->len; i++) {
		const struct pt_define *d = g_ptr_array_index(defines, i);

		if (!pt_limit_find(d->name))
			pt_out_line(e->out, "#define %s %s", d->name,
				    d->value ? d->value : "1");
	}
}

void pt_emit_limits_table(struct pt_emit *e)
{
	const struct pt_limit *limit;

	pt_out_open(e->out, "static const int64_t pg_limits[] =");
	for (limit = pt_limits; limit->name; limit++)
		pt_out_line(e->out, "%" G_GINT64_FORMAT ", /* %s */",
			    value_of(e, limit->name), limit->name);
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}
