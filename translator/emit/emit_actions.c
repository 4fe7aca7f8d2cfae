/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What statements cost, against MAXACTION.
 *
 * Where nothing loops, each statement runs at most once: the longest way through a
 * body is known here.  Nothing is counted at run time if that is less than the
 * limit; callers add it to theirs.  Any other body counts exactly: it is cut into
 * segments, statements that all run or all do not, and each segment pays for itself
 * where it begins.
 */
#include "../lang/walk.h"
#include "emit_state.h"

struct search {
	struct pt_emit *e;
	bool found;
};

static bool find_loop(struct pt_walk *walk, struct pt_stmt **place)
{
	struct search *search = walk->data;

	switch ((*place)->kind) {
	case PT_STMT_WHILE:
	case PT_STMT_FOR:
	case PT_STMT_FOREACH: search->found = true; break;
	default: break;
	}
	return !search->found;
}

static bool find_call(struct pt_walk *walk, struct pt_expr **place)
{
	struct search *search = walk->data;
	const struct pt_expr *expr = *place;

	if (expr->kind == PT_EXPR_CALL && expr->function &&
	    (expr->function->recursive ||
	     pt_emit_function_of(search->e, expr->function)->counts))
		search->found = true;
	return !search->found;
}

static bool must_count(struct pt_emit *e, const struct pt_stmt *stmt)
{
	struct search search = { .e = e };
	struct pt_walk walk = {
		.pre_expr = find_call,
		.pre_stmt = find_loop,
		.data = &search,
	};
	struct pt_stmt *root = (struct pt_stmt *)stmt;

	if (e->body->function && e->body->function->function->recursive)
		return true;
	pt_walk_stmt(&walk, &root);
	return search.found;
}

void pt_emit_segment_begin(struct pt_emit *e, struct pt_span span,
			   const char *word)
{
	struct pt_emit_segment *segment = &e->body->segment;

	segment->start = e->body->out->text->len;
	segment->place = pt_emit_stmt_place(e, span, word);
	segment->fail = e->body->fail;
}

unsigned pt_emit_segment_end(struct pt_emit *e)
{
	struct pt_emit_body *body = e->body;
	const struct pt_emit_segment *segment = &body->segment;
	struct pt_out *out;
	const char *line;

	if (!body->counts || !body->actions)
		return body->actions;
	out = pt_emit_divert(e, 0);
	pt_emit_line(e, "PTRT_ACTIONS(c, %u, %s, %s);", body->actions,
		     segment->place, segment->fail->name);
	line = pt_emit_undivert(e, out);
	g_string_insert(out->text, (gssize)segment->start, line);
	segment->fail->used = true;
	body->actions = 0;
	return 0;
}

void pt_emit_counted(struct pt_emit *e, const struct pt_stmt *stmt,
		     struct pt_span span, const char *word)
{
	e->body->counts = must_count(e, stmt);
	pt_emit_segment_begin(e, span, word);
	pt_emit_stmt(e, stmt, true);
	pt_emit_segment_end(e);
}
