/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builders of statements.
 */
#include "tree.h"

static unsigned depth_of(const struct pt_stmt *stmt)
{
	return stmt ? stmt->depth : 0;
}

static unsigned expr_depth(const struct pt_expr *expr)
{
	return expr ? expr->depth : 0;
}

static struct pt_stmt *finish(struct pt_parser *p, struct pt_stmt *stmt)
{
	unsigned depth = MAX(depth_of(stmt->then), depth_of(stmt->other)), i;

	depth = MAX(depth, expr_depth(stmt->expr));
	depth = MAX(depth, expr_depth(stmt->init));
	depth = MAX(depth, expr_depth(stmt->step));
	for (i = 0; stmt->body && i < stmt->body->len; i++)
		depth = MAX(depth, depth_of(g_ptr_array_index(stmt->body, i)));
	stmt->depth = depth + 1;
	pt_tree_too_deep(p, stmt->span, stmt->depth);
	return stmt;
}

struct pt_stmt *pt_tree_stmt(struct pt_parser *p, enum pt_stmt_kind kind,
			     struct pt_span span)
{
	struct pt_stmt *stmt = pt_new(p->arena, struct pt_stmt);

	stmt->kind = kind;
	stmt->span = span;
	stmt->depth = 1;
	return stmt;
}

struct pt_stmt *pt_tree_block(struct pt_parser *p, pt_tok open, GPtrArray *body,
			      pt_tok close)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, PT_STMT_BLOCK, pt_tree_join(open->span, close->span));

	stmt->body = body;
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_expr_stmt(struct pt_parser *p, struct pt_expr *expr)
{
	struct pt_stmt *stmt = pt_tree_stmt(p, PT_STMT_EXPR, expr->span);

	stmt->expr = expr;
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_word_stmt(struct pt_parser *p, enum pt_stmt_kind kind,
				  pt_tok word, struct pt_expr *expr)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, kind,
		expr ? pt_tree_join(word->span, expr->span) : word->span);

	stmt->expr = expr;
	if (kind == PT_STMT_DELETE) {
		if (expr->kind != PT_EXPR_NAME &&
		    (expr->kind != PT_EXPR_INDEX ||
		     expr->left->kind != PT_EXPR_NAME))
			pt_diag_error(p->session->diag, expr->span, PT_E_LVALUE,
				      "'delete' needs a variable, an array or "
				      "an array element");
		g_ptr_array_remove(p->wildcards, expr);
	}
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_branch(struct pt_parser *p, enum pt_stmt_kind kind,
			       pt_tok word, struct pt_expr *condition,
			       struct pt_stmt *then, struct pt_stmt *other)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, kind,
		pt_tree_join(word->span, other ? other->span : then->span));

	stmt->expr = condition;
	stmt->then = then;
	stmt->other = other;
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_for(struct pt_parser *p, pt_tok word,
			    struct pt_expr *init, struct pt_expr *condition,
			    struct pt_expr *step, struct pt_stmt *body)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, PT_STMT_FOR, pt_tree_join(word->span, body->span));

	stmt->init = init;
	stmt->expr = condition;
	stmt->step = step;
	stmt->then = body;
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_foreach(struct pt_parser *p, pt_tok word,
				struct pt_foreach *head, struct pt_stmt *body)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, PT_STMT_FOREACH, pt_tree_join(word->span, body->span));

	stmt->foreach = head;
	stmt->then = body;
	return finish(p, stmt);
}

struct pt_stmt *pt_tree_try(struct pt_parser *p, pt_tok word,
			    struct pt_stmt *body, pt_tok variable,
			    struct pt_stmt *handler)
{
	struct pt_stmt *stmt = pt_tree_stmt(
		p, PT_STMT_TRY, pt_tree_join(word->span, handler->span));

	stmt->then = body;
	stmt->other = handler;
	if (variable)
		stmt->expr = pt_tree_name(p, variable);
	return finish(p, stmt);
}

/* ---- foreach ----------------------------------------------------------- */

struct pt_sorted_name *pt_tree_sorted_name(struct pt_parser *p, pt_tok name,
					   pt_tok sort)
{
	struct pt_sorted_name *sorted = pt_new(p->arena, struct pt_sorted_name);

	sorted->name = pt_tree_name(p, name);
	sorted->sort = sort;
	return sorted;
}

static void sort_by(struct pt_parser *p, struct pt_foreach *head, pt_tok mark,
		    unsigned column)
{
	if (!mark)
		return;
	if (head->sort_direction) {
		pt_error_note(pt_diag_error(p->session->diag, mark->span,
					    PT_E_SYNTAX,
					    "a loop is sorted by one thing "
					    "only"),
			      head->sort_span, "it is sorted by this already");
		return;
	}
	head->sort_direction = mark->kind == '+' ? 1 : -1;
	head->sort_column = (int)column;
	head->sort_span = mark->span;
}

struct pt_foreach *pt_tree_foreach_head(struct pt_parser *p,
					struct pt_sorted_name *value,
					GPtrArray *keys)
{
	struct pt_foreach *head = pt_new(p->arena, struct pt_foreach);
	unsigned i;

	head->keys = pt_tree_list(p);
	if (value) {
		head->value = value->name;
		sort_by(p, head, value->sort, 0);
	}
	for (i = 0; i < keys->len; i++) {
		struct pt_sorted_name *key = g_ptr_array_index(keys, i);

		g_ptr_array_add(head->keys, key->name);
		sort_by(p, head, key->sort, i + 1);
	}
	return head;
}

void pt_tree_foreach_array(struct pt_parser *p, struct pt_foreach *head,
			   struct pt_expr *array, GPtrArray *slice)
{
	head->array = array;
	head->slice = slice;
	if (slice && slice->len != head->keys->len)
		pt_diag_error(p->session->diag, array->span, PT_E_SYNTAX,
			      "the loop names %u key%s, but the slice has %u",
			      head->keys->len, head->keys->len == 1 ? "" : "s",
			      slice->len);
}

void pt_tree_foreach_sort(struct pt_parser *p, struct pt_foreach *head,
			  pt_tok stat, pt_tok sort)
{
	sort_by(p, head, sort, 0);
	if (stat) {
		head->sort_stat = pt_tree_stat_op(stat);
		head->sort_stat_given = true;
	}
}
