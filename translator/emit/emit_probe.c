/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handlers: one C function a probe body, one more where values are saved at the
 * function's entry.
 */
#include "emit_state.h"

static unsigned n_entries(const struct pt_bound *bound)
{
	return bound->entries ? bound->entries->len : 0;
}

static void heading(struct pt_emit *e, const struct pt_bound *bound,
		    const char *what)
{
	pt_out_line(e->out, "/* %s%s %s */",
		    pt_span_text(e->arena, bound->point->span), what,
		    pt_out_comment(e->arena, bound->text));
}

static void entry_struct(struct pt_emit *e, const struct pt_bound *bound)
{
	unsigned i;

	pt_out_open(e->out, "struct %s_entry", bound->c_name);
	for (i = 0; i < bound->entries->len; i++) {
		const struct pt_expr *x = g_ptr_array_index(bound->entries, i);

		if (x->type != PT_TYPE_STRING) {
			pt_out_line(e->out, "int64_t v%u;", i);
			continue;
		}
		pt_out_open(e->out, "struct");
		pt_out_line(e->out, "uint32_t n;");
		pt_out_line(e->out, "char s[MAXSTRINGLEN];");
		pt_out_close(e->out, pt_arena_printf(e->arena, " v%u;", i));
	}
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}

void pt_emit_entries(struct pt_emit *e)
{
	const GPtrArray *probes = e->program->probes;
	unsigned i;

	for (i = 0; i < probes->len; i++) {
		const struct pt_bound *bound = g_ptr_array_index(probes, i);

		if (n_entries(bound))
			entry_struct(e, bound);
	}
}

static void save_entry(struct pt_emit *e, unsigned slot,
		       const struct pt_expr *x)
{
	struct pt_emit_value value;

	pt_emit_fresh(e);
	value = pt_emit_expr(e, x);
	if (x->type == PT_TYPE_STRING)
		pt_emit_line(e, "v->v%u.n = ptrt_copy(c, v->v%u.s, %s).n;",
			     slot, slot, value.text);
	else
		pt_emit_line(e, "v->v%u = %s;", slot,
			     pt_emit_bare(e, value.text));
}

static void entry_handler(struct pt_emit *e, const struct pt_bound *bound)
{
	struct pt_emit_body *body;
	unsigned i;

	body = pt_emit_body_new(
		e, pt_arena_printf(e->arena, "%s_at_entry", bound->c_name));
	body->bound = bound;
	body->entry = true;
	body->rechecks = bound->entry_rechecks;
	for (i = 0; i < bound->entries->len; i++)
		save_entry(e, i, g_ptr_array_index(bound->entries, i));
	heading(e, bound, ", at the entry of");
	pt_emit_body_finish(e,
			    pt_arena_printf(e->arena,
					    "static void %s(struct "
					    "ptrt_context *c)",
					    body->name),
			    NULL, NULL, NULL);
}

/* For the runtime, which disarms the probe while this is 0. */
static void condition_function(struct pt_emit *e, const struct pt_bound *bound)
{
	struct pt_emit_body *body = pt_emit_body_new(
		e, pt_arena_printf(e->arena, "%s_condition", bound->c_name));
	struct pt_emit_value value;

	body->bound = bound;
	value = pt_emit_expr(e, bound->condition);
	pt_emit_line(e, "result = %s;", pt_emit_bare(e, value.text));
	heading(e, bound, ", the condition of");
	pt_emit_body_finish(e,
			    pt_arena_printf(e->arena,
					    "static int64_t %s(struct "
					    "ptrt_context *c)",
					    body->name),
			    NULL, NULL, "result");
}

/* A hit that comes when it is false already, or of a probe that is not disarmed. */
static void condition(struct pt_emit *e, const struct pt_expr *expr)
{
	struct pt_emit_value value = pt_emit_expr(e, expr);

	pt_emit_line(e, "if (!%s)", value.text);
	pt_emit_line(e, "\tgoto out;");
	e->body->out_label.used = true;
}

static void handler(struct pt_emit *e, const struct pt_bound *bound)
{
	struct pt_emit_body *body;

	/* One that shares its handler may be of a family that does not disarm. */
	if (pt_emit_disarms(bound))
		condition_function(e, bound);
	if (bound->handler_of) {
		heading(e, bound,
			pt_arena_printf(e->arena,
					", %s:", bound->handler_of->c_name));
		pt_out_line(e->out, "%s", "");
		return;
	}
	if (n_entries(bound))
		entry_handler(e, bound);
	body = pt_emit_body_new(e, bound->c_name);
	body->bound = bound;
	body->rechecks = bound->rechecks;
	if (bound->condition)
		condition(e, bound->condition);
	pt_emit_counted(e, bound->body, bound->source->span, "probe");
	heading(e, bound, "");
	pt_emit_body_finish(e,
			    pt_arena_printf(e->arena,
					    "static void %s(struct "
					    "ptrt_context *c)",
					    bound->c_name),
			    bound->locals, NULL, NULL);
}

bool pt_emit_disarms(const struct pt_bound *bound)
{
	return bound->condition && bound->family->disarms;
}

void pt_emit_handlers(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	unsigned i;

	for (i = 0; i < program->probes->len; i++)
		handler(e, g_ptr_array_index(program->probes, i));
}
