/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loops.  Each turn costs the statements that it runs, so that a loop without
 * an end meets MAXACTION.
 */
#include "emit_state.h"

/* The body of a loop: a segment that begins with the price of a turn, and is open
 * at the end.  STEP: where `continue` goes, or NULL. */
static void turn(struct pt_emit *e, const struct pt_stmt *stmt,
		 const char *word, const char *iterator,
		 struct pt_emit_label *step)
{
	struct pt_emit_body *body = e->body;
	struct pt_emit_loop loop = { .iterator = iterator, .step = step };

	g_ptr_array_add(body->loops, &loop);
	pt_emit_segment_begin(e, stmt->span, word);
	body->actions++;
	pt_emit_block(e, stmt->then);
	g_ptr_array_set_size(body->loops, (int)body->loops->len - 1);
}

static void end_turn(struct pt_emit *e, const struct pt_stmt *stmt,
		     const char *word)
{
	pt_emit_segment_end(e);
	pt_out_close(e->body->out, "");
	pt_emit_segment_begin(e, stmt->span, word);
}

/* Opens `while (COND) {`, with what the condition needs inside. */
static void open_while(struct pt_emit *e, const struct pt_expr *cond)
{
	struct pt_out *before;
	struct pt_emit_value value;
	const char *text;

	if (!cond) {
		pt_out_open(e->body->out, "for (;;)");
		return;
	}
	before = pt_emit_divert(e, 1);
	value = pt_emit_expr(e, cond);
	text = pt_emit_undivert(e, before);
	if (!*text) {
		pt_out_open(before, "while (%s)", pt_emit_bare(e, value.text));
		return;
	}
	pt_out_open(before, "for (;;)");
	g_string_append(before->text, text);
	pt_emit_line(e, "if (!%s)", value.text);
	pt_emit_line(e, "\tbreak;");
}

void pt_emit_while(struct pt_emit *e, const struct pt_stmt *stmt)
{
	pt_emit_segment_end(e);
	open_while(e, stmt->expr);
	turn(e, stmt, "while", NULL, NULL);
	end_turn(e, stmt, "while");
}

void pt_emit_for(struct pt_emit *e, const struct pt_stmt *stmt)
{
	struct pt_emit_label *step = NULL;

	if (stmt->init)
		pt_emit_discard(e, stmt->init);
	pt_emit_fresh(e);
	pt_emit_segment_end(e);
	open_while(e, stmt->expr);
	if (stmt->step)
		step = pt_emit_label(e, "step");
	turn(e, stmt, "for", NULL, step);
	if (step && step->used) {
		e->body->out->indent--;
		pt_emit_line(e, "%s:;", step->name);
		e->body->out->indent++;
	}
	pt_emit_fresh(e);
	if (stmt->step)
		pt_emit_discard(e, stmt->step);
	end_turn(e, stmt, "for");
}

/* ---- foreach ---------------------------------------------------------- */

/* -1: all; a limit below zero is no turn at all. */
static const char *limit_text(struct pt_emit *e, const struct pt_foreach *f)
{
	struct pt_emit_value limit;
	const char *temp;

	if (!f->limit)
		return "-1";
	if (f->limit->kind == PT_EXPR_NUMBER && f->limit->number < 0)
		return "0";
	limit = pt_emit_atom(e, pt_emit_expr(e, f->limit), PT_TYPE_LONG);
	if (f->limit->kind == PT_EXPR_NUMBER)
		return limit.text;
	temp = pt_emit_long_temp(e);
	pt_emit_line(e, "%s = %s < 0 ? 0 : %s;", temp, limit.text, limit.text);
	return temp;
}

static const char *sort_text(struct pt_emit *e, const struct pt_foreach *f,
			     const struct pt_var *map)
{
	const char *stat = "0";

	if (map->type == PT_TYPE_STATS && f->sort_column == 0)
		stat = pt_emit_stat_word(f->sort_stat_given ? f->sort_stat
							    : PT_STAT_COUNT);
	return pt_arena_printf(e->arena,
			       "&(const struct ptrt_sort){ %d, %d, %s }",
			       f->sort_direction, f->sort_column, stat);
}

static void load_keys(struct pt_emit *e, const struct pt_foreach *f,
		      const struct pt_var *map, const char *iterator)
{
	unsigned i;

	for (i = 0; i < f->keys->len; i++) {
		const struct pt_expr *key = g_ptr_array_index(f->keys, i);

		pt_emit_set(
			e, key->var,
			pt_arena_printf(e->arena, "ptrt_iter_key_%s(&%s, %u)",
					map->keys[i] == PT_TYPE_STRING ? "str"
								       : "long",
					iterator, i));
	}
	if (f->value)
		pt_emit_set(e, f->value->var,
			    pt_arena_printf(e->arena, "ptrt_iter_%s(&%s)",
					    map->type == PT_TYPE_STRING
						    ? "str"
						    : "long",
					    iterator));
}

/* Behind the loop: errors inside of it come here, too. */
static void end_foreach(struct pt_emit *e, const char *iterator,
			const struct pt_emit_label *end,
			struct pt_emit_label *outer)
{
	struct pt_out *out = e->body->out;

	if (end->used) {
		out->indent--;
		pt_out_line(out, "%s:", end->name);
		out->indent++;
	}
	pt_out_line(out, "ptrt_iter_end(&%s);", iterator);
	if (end->used) {
		pt_out_line(out, "if (c->error)");
		pt_out_line(out, "\tgoto %s;", outer->name);
		outer->used = true;
	}
}

/* Keys may be globals. */
static void note_changes(struct pt_emit *e, const struct pt_foreach *f)
{
	unsigned i;

	for (i = 0; i < f->keys->len; i++) {
		const struct pt_expr *key = g_ptr_array_index(f->keys, i);

		if (key->var->kind == PT_VAR_GLOBAL)
			e->body->changes |= PT_CHANGES_GLOBALS;
	}
}

/* How many buckets are seen, N at most. */
static const char *hist_turns(struct pt_emit *e, const struct pt_foreach *f,
			      unsigned n)
{
	const char *temp;

	if (!f->limit)
		return pt_arena_printf(e->arena, "%u", n);
	temp = pt_emit_long_temp(e);
	pt_emit_line(e, "%s = %s;", temp, limit_text(e, f));
	pt_emit_line(e, "if (%s > %u)", temp, n);
	pt_emit_line(e, "\t%s = %u;", temp, n);
	return temp;
}

/* A foreach over the buckets: their numbers, of what is in the statistic when the
 * loop begins. */
static void hist_foreach(struct pt_emit *e, const struct pt_stmt *stmt)
{
	const struct pt_foreach *f = stmt->foreach;
	const struct pt_expr *hist = f->array, *key = f->keys->pdata[0];
	struct pt_emit_body *body = e->body;
	struct pt_emit_counts base = body->base;
	const struct pt_var *var = pt_emit_stat_var(hist->left);
	const char *turns = hist_turns(e, f, pt_emit_buckets(e, var));
	const char *bucket;

	pt_emit_line(e, "ptrt_hist_filled(c, %s);", pt_emit_sum(e, hist->left));
	pt_emit_check(e, pt_emit_place(e, hist));
	bucket = pt_emit_long_temp(e);
	/* These live as long as the loop. */
	body->base = body->now;
	pt_out_open(body->out, "for (%s = 0; %s < %s; %s++)", bucket, bucket,
		    turns, bucket);
	pt_emit_set(e, key->var, bucket);
	turn(e, stmt, "foreach", NULL, NULL);
	pt_out_close(body->out, "");
	body->base = base;
}

static void map_foreach(struct pt_emit *e, const struct pt_stmt *stmt)
{
	const struct pt_foreach *f = stmt->foreach;
	const struct pt_var *map = f->array->var;
	struct pt_emit_body *body = e->body;
	struct pt_emit_counts base = body->base;
	struct pt_emit_label *outer = body->fail;
	struct pt_emit_label *end = pt_emit_label(e, "end");
	const char *iterator = pt_emit_iterator(e);
	const char *limit, *slice = "NULL", *sort = "NULL";
	unsigned wild = 0;

	if (f->slice)
		slice = pt_emit_keys(e, map, f->slice,
				     pt_emit_changes(e, f->limit), &wild);
	limit = limit_text(e, f);
	if (f->sort_direction)
		sort = sort_text(e, f, map);
	pt_emit_line(e, "if (!ptrt_iter_begin(c, &%s, %s, %s,", iterator,
		     pt_emit_var(e, map), sort);
	pt_emit_line(e, "\t\t     %s, %s, %u))", limit, slice, wild);
	pt_emit_line(e, "\tgoto %s;", outer->name);
	outer->used = true;
	/* These live as long as the loop. */
	body->base = body->now;
	body->fail = end;
	pt_emit_segment_end(e);
	pt_out_open(body->out, "while (ptrt_iter_next(c, &%s))", iterator);
	load_keys(e, f, map, iterator);
	turn(e, stmt, "foreach", iterator, NULL);
	pt_emit_segment_end(e);
	pt_out_close(body->out, "");
	body->fail = outer;
	body->base = base;
	end_foreach(e, iterator, end, outer);
	pt_emit_segment_begin(e, stmt->span, "foreach");
}

void pt_emit_foreach(struct pt_emit *e, const struct pt_stmt *stmt)
{
	note_changes(e, stmt->foreach);
	if (stmt->foreach->array->kind == PT_EXPR_HIST)
		hist_foreach(e, stmt);
	else
		map_foreach(e, stmt);
}
