/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "known.h"

#include "../lang/walk.h"
#include "value.h"

struct known {
	struct pt_arena *arena;
	struct pt_bound *bound;
	struct pt_expr *all; /* NULL: nothing so far */
};

static struct pt_expr *make(struct pt_arena *arena, enum pt_expr_kind kind,
			    const struct pt_expr *where)
{
	struct pt_expr *expr = pt_new(arena, struct pt_expr);

	expr->kind = kind;
	expr->type = PT_TYPE_LONG;
	expr->span = where->span;
	expr->op_span = where->op_span;
	return expr;
}

static void add(struct known *known, struct pt_expr *one)
{
	struct pt_expr *both;

	if (!known->all) {
		known->all = one;
		return;
	}
	both = make(known->arena, PT_EXPR_BINARY, one);
	both->op = PT_OP_AND;
	both->left = known->all;
	both->right = one;
	known->all = both;
}

static bool each(struct pt_walk *walk, struct pt_expr **place)
{
	struct known *known = walk->data;
	struct pt_expr *expr = *place, *one;

	if (expr->kind == PT_EXPR_ENTRY) {
		one = pt_known(known->arena, known->bound, expr->left);
		if (one)
			add(known,
			    pt_value_snapshot(known->arena, known->bound, one));
		return false;
	}
	if (expr->kind != PT_EXPR_TARGET || !expr->fetch ||
	    !expr->fetch->callers)
		return true;
	one = make(known->arena, PT_EXPR_TARGET, expr);
	one->text = expr->text;
	one->components = pt_arena_ptr_array(known->arena);
	one->args = pt_arena_ptr_array(known->arena);
	one->fetch = pt_fetch_known(known->arena, expr->fetch);
	add(known, one);
	return true;
}

struct pt_expr *pt_known(struct pt_arena *arena, struct pt_bound *bound,
			 const struct pt_expr *expr)
{
	struct known known = { .arena = arena, .bound = bound };
	struct pt_walk walk = { .pre_expr = each, .data = &known };
	struct pt_expr *copy = pt_copy_expr(arena, expr);

	pt_walk_expr(&walk, &copy);
	return known.all;
}
