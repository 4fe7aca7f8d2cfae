/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements.
 */
#include "emit_state.h"

void pt_emit_fresh(struct pt_emit *e)
{
	e->body->now = e->body->base;
}

void pt_emit_block(struct pt_emit *e, const struct pt_stmt *stmt)
{
	pt_emit_stmt(e, stmt, false);
}

/* ---- ways out --------------------------------------------------------- */

/* Ends the iterators that are open. */
static void close_loops(struct pt_emit *e)
{
	const GPtrArray *loops = e->body->loops;
	unsigned i;

	for (i = loops->len; i > 0; i--) {
		const struct pt_emit_loop *loop =
			g_ptr_array_index(loops, i - 1);

		if (loop->iterator)
			pt_emit_line(e, "ptrt_iter_end(&%s);", loop->iterator);
	}
}

static void go_out(struct pt_emit *e, bool tail)
{
	close_loops(e);
	if (tail)
		return;
	e->body->out_label.used = true;
	pt_emit_line(e, "goto out;");
}

static void return_stmt(struct pt_emit *e, const struct pt_stmt *stmt,
			bool tail)
{
	struct pt_emit_value value;

	if (stmt->expr && e->body->function) {
		value = pt_emit_expr(e, stmt->expr);
		if (stmt->expr->type == PT_TYPE_STRING)
			pt_emit_line(e, "result = ptrt_copy(c, ret, %s);",
				     value.text);
		else
			pt_emit_line(e, "result = %s;",
				     pt_emit_bare(e, value.text));
	}
	go_out(e, tail);
}

static void next_stmt(struct pt_emit *e, bool tail)
{
	if (!e->body->function) {
		go_out(e, tail);
		return;
	}
	close_loops(e);
	e->body->next_label.used = true;
	pt_emit_line(e, "goto next;");
}

static void continue_stmt(struct pt_emit *e)
{
	const GPtrArray *loops = e->body->loops;
	struct pt_emit_loop *loop;

	loop = g_ptr_array_index(loops, loops->len - 1);
	if (!loop->step) {
		pt_emit_line(e, "continue;");
		return;
	}
	loop->step->used = true;
	pt_emit_line(e, "goto %s;", loop->step->name);
}

/* ---- if --------------------------------------------------------------- */

/* BEFORE: actions that either arm starts with; returns those behind it. */
static unsigned arm(struct pt_emit *e, const struct pt_stmt *stmt,
		    const char *word, unsigned before)
{
	e->body->actions = before;
	pt_emit_segment_begin(e, stmt->span, word);
	pt_emit_block(e, stmt);
	return pt_emit_segment_end(e);
}

static void if_stmt(struct pt_emit *e, const struct pt_stmt *stmt)
{
	struct pt_emit_value cond = pt_emit_expr(e, stmt->expr);
	struct pt_out *out = e->body->out;
	unsigned before = pt_emit_segment_end(e), most, other;

	pt_out_open(out, "if (%s)", pt_emit_bare(e, cond.text));
	most = arm(e, stmt->then, "if", before);
	if (stmt->other && stmt->other->kind != PT_STMT_EMPTY) {
		out->indent--;
		pt_out_open(out, "} else");
		other = arm(e, stmt->other, "else", before);
		most = MAX(most, other);
	}
	pt_out_close(out, "");
	e->body->actions = most;
	pt_emit_segment_begin(e, stmt->span, "if");
}

/* ---- delete ----------------------------------------------------------- */

static void delete_scalar(struct pt_emit *e, const struct pt_var *var)
{
	const char *name = pt_emit_var(e, var);

	if (var->arity > 0)
		pt_emit_line(e, "ptrt_map_clear(c, %s);", name);
	else if (var->type == PT_TYPE_STATS)
		pt_emit_line(e, "ptrt_stat_reset(c, %s, &%s_desc);",
			     pt_emit_offset(e, var), name);
	else
		pt_emit_set(e, var,
			    var->type == PT_TYPE_STRING ? "PTRT_EMPTY" : "0");
}

static void delete_stmt(struct pt_emit *e, const struct pt_expr *what)
{
	const char *keys;
	unsigned wild;

	if (what->kind == PT_EXPR_NAME) {
		if (what->var->kind == PT_VAR_GLOBAL)
			e->body->changes |= PT_CHANGES_GLOBALS;
		delete_scalar(e, what->var);
		return;
	}
	if (what->kind != PT_EXPR_INDEX || what->left->kind != PT_EXPR_NAME) {
		pt_emit_refuse(e, what->span, "this cannot be deleted");
		return;
	}
	e->body->changes |= PT_CHANGES_GLOBALS;
	keys = pt_emit_keys(e, what->left->var, what->args, 0, &wild);
	pt_emit_line(e, "ptrt_map_delete(c, %s, %s, %u);",
		     pt_emit_var(e, what->left->var), keys, wild);
}

/* ---- try -------------------------------------------------------------- */

static void catch_part(struct pt_emit *e, const struct pt_stmt *stmt,
		       const struct pt_emit_label *catch)
{
	struct pt_emit_label *done = pt_emit_label(e, "done");
	struct pt_out *out = e->body->out;
	const char *message, *buffer;

	pt_emit_fresh(e);
	message = pt_emit_string_temp(e);
	buffer = pt_emit_buffer(e);
	pt_out_line(out, "goto %s;", done->name);
	out->indent--;
	pt_out_line(out, "%s:", catch->name);
	out->indent++;
	pt_out_line(out, "if (!ptrt_catch(c, %s, &%s))", buffer, message);
	pt_out_line(out, "\tgoto %s;", e->body->fail->name);
	e->body->fail->used = true;
	if (stmt->expr && stmt->expr->kind == PT_EXPR_NAME)
		pt_emit_set(e, stmt->expr->var, message);
	pt_emit_segment_begin(e, stmt->span, "catch");
	if (stmt->other)
		pt_emit_block(e, stmt->other);
	pt_emit_segment_end(e);
	out->indent--;
	pt_out_line(out, "%s:;", done->name);
	out->indent++;
}

static void try_stmt(struct pt_emit *e, const struct pt_stmt *stmt)
{
	struct pt_emit_label *catch = pt_emit_label(e, "catch");
	struct pt_emit_label *outer = e->body->fail;

	e->body->fail = catch;
	pt_emit_line(e, "/* try */");
	pt_emit_block(e, stmt->then);
	pt_emit_segment_end(e);
	e->body->fail = outer;
	/* What cannot fail needs no catch. */
	if (catch->used)
		catch_part(e, stmt, catch);
	pt_emit_segment_begin(e, stmt->span, "try");
}

/* ---- one statement ---------------------------------------------------- */

static void block(struct pt_emit *e, const struct pt_stmt *stmt, bool tail)
{
	unsigned i;

	for (i = 0; i < stmt->body->len; i++)
		pt_emit_stmt(e, g_ptr_array_index(stmt->body, i),
			     tail && i + 1 == stmt->body->len);
}

static void simple_stmt(struct pt_emit *e, const struct pt_stmt *stmt,
			bool tail)
{
	switch (stmt->kind) {
	case PT_STMT_EXPR: pt_emit_discard(e, stmt->expr); break;
	case PT_STMT_IF: if_stmt(e, stmt); break;
	case PT_STMT_WHILE: pt_emit_while(e, stmt); break;
	case PT_STMT_FOR: pt_emit_for(e, stmt); break;
	case PT_STMT_FOREACH: pt_emit_foreach(e, stmt); break;
	case PT_STMT_BREAK: pt_emit_line(e, "break;"); break;
	case PT_STMT_CONTINUE: continue_stmt(e); break;
	case PT_STMT_RETURN: return_stmt(e, stmt, tail); break;
	case PT_STMT_NEXT: next_stmt(e, tail); break;
	case PT_STMT_DELETE: delete_stmt(e, stmt->expr); break;
	case PT_STMT_TRY: try_stmt(e, stmt); break;
	default:
		pt_emit_refuse(e, stmt->span,
			       "this statement is not supported yet");
	}
}

void pt_emit_stmt(struct pt_emit *e, const struct pt_stmt *stmt, bool tail)
{
	if (!stmt || stmt->kind == PT_STMT_EMPTY)
		return;
	if (stmt->kind == PT_STMT_BLOCK) {
		block(e, stmt, tail);
		return;
	}
	e->body->actions++;
	pt_emit_fresh(e);
	simple_stmt(e, stmt, tail);
}
