/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globals: what is kept per CPU, scalars, arrays.
 */
#include <string.h>

#include "emit_state.h"

static const struct pt_var *global_at(struct pt_emit *e, unsigned i)
{
	return g_ptr_array_index(e->program->globals, i);
}

static bool is_stat_scalar(const struct pt_var *var)
{
	return var->arity <= 0 && var->type == PT_TYPE_STATS;
}

static bool is_counter(const struct pt_var *var)
{
	return var->arity <= 0 && var->type != PT_TYPE_STATS && var->add_only;
}

bool pt_emit_has_percpu(struct pt_emit *e)
{
	unsigned i;

	if (e->tagged)
		return true;
	for (i = 0; i < e->program->globals->len; i++)
		if (is_stat_scalar(global_at(e, i)) ||
		    is_counter(global_at(e, i)))
			return true;
	return false;
}

/* A literal that a global begins with; 0 or NULL without one. */
static int64_t initial_long(const struct pt_var *var)
{
	const struct pt_expr *init = var->init;

	if (!init)
		return 0;
	if (init->kind == PT_EXPR_UNARY && init->op == PT_OP_NEG)
		return (int64_t) - (uint64_t)init->left->number;
	return init->number;
}

static const char *long_text(struct pt_emit *e, int64_t n)
{
	if (n == INT64_MIN)
		return "-9223372036854775807LL - 1";
	return pt_arena_printf(e->arena, "%" G_GINT64_FORMAT "LL", n);
}

static void percpu(struct pt_emit *e)
{
	unsigned i;

	if (!pt_emit_has_percpu(e))
		return;
	pt_out_line(e->out, "/* one a CPU; a reader adds them up */");
	pt_out_open(e->out, "struct pg_percpu");
	if (e->tagged)
		pt_out_line(e->out, "struct ptrt_match match;");
	for (i = 0; i < e->program->globals->len; i++) {
		const struct pt_var *var = global_at(e, i);

		if (is_counter(var)) {
			pt_out_line(e->out, "int64_t %s;", pt_emit_var(e, var));
		} else if (is_stat_scalar(var)) {
			pt_out_open(e->out, "union");
			pt_out_line(e->out, "struct ptrt_stat stat;");
			pt_out_line(e->out, "char room[PTRT_STAT_SIZE(%u)];",
				    pt_emit_buckets(e, var));
			pt_out_close(e->out,
				     pt_arena_printf(e->arena, " %s;",
						     pt_emit_var(e, var)));
		}
	}
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}

/* The first CPU's part carries the initial values. */
static void percpu_init(struct pt_emit *e)
{
	struct pt_out *out = e->out;
	unsigned i, n = 0;

	for (i = 0; i < e->program->globals->len; i++) {
		const struct pt_var *var = global_at(e, i);

		if (!is_counter(var) || !initial_long(var))
			continue;
		if (n++ == 0) {
			pt_out_line(out, "static void pg_percpu_init(void "
					 "*percpu)");
			pt_out_line(out, "{");
			out->indent++;
			pt_out_line(out, "struct pg_percpu *p = percpu;");
			pt_out_line(out, "static bool done;");
			pt_out_line(out, "%s", "");
			pt_out_line(out, "if (done)");
			pt_out_line(out, "\treturn;");
			pt_out_line(out, "done = true;");
		}
		pt_out_line(out, "p->%s = %s;", pt_emit_var(e, var),
			    long_text(e, initial_long(var)));
	}
	if (n) {
		out->indent--;
		pt_out_line(out, "}");
	} else {
		pt_out_line(out, "#define pg_percpu_init NULL");
	}
	pt_out_line(out, "%s", "");
}

static void string_global(struct pt_emit *e, const struct pt_var *var)
{
	const char *name = pt_emit_var(e, var);
	const struct pt_expr *init = var->init;
	size_t length =
		init ? strnlen(init->text,
			       MIN(init->length, (size_t)e->maxstringlen - 1))
		     : 0;

	if (length)
		pt_out_line(e->out, "static char %s_text[MAXSTRINGLEN] = %s;",
			    name,
			    pt_out_c_string(e->arena, init->text, length));
	else
		pt_out_line(e->out, "static char %s_text[MAXSTRINGLEN];", name);
	pt_out_line(e->out, "static struct ptrt_strvar %s = { %s_text, %zu };",
		    name, name, length);
}

static void global(struct pt_emit *e, const struct pt_var *var)
{
	const char *name = pt_emit_var(e, var);

	if (var->type == PT_TYPE_STATS)
		pt_emit_stat_desc(e, var);
	if (var->arity > 0)
		pt_out_line(e->out, "static struct ptrt_map *%s;", name);
	else if (var->type == PT_TYPE_STRING)
		string_global(e, var);
	else if (!is_counter(var) && !is_stat_scalar(var))
		pt_out_line(e->out, "static int64_t %s%s%s;", name,
			    initial_long(var) ? " = " : "",
			    initial_long(var) ? long_text(e, initial_long(var))
					      : "");
}

void pt_emit_globals(struct pt_emit *e)
{
	gsize start;
	unsigned i;

	percpu(e);
	start = e->out->text->len;
	for (i = 0; i < e->program->globals->len; i++)
		global(e, global_at(e, i));
	if (e->out->text->len > start)
		pt_out_line(e->out, "%s", "");
	if (pt_emit_has_percpu(e))
		percpu_init(e);
}
