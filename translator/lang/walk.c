/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "walk.h"

#include <string.h>

static void walk_list(struct pt_walk *walk, GPtrArray *list)
{
	unsigned i;

	for (i = 0; list && i < list->len; i++)
		if (g_ptr_array_index(list, i))
			pt_walk_expr(walk, (struct pt_expr **)&list->pdata[i]);
}

static void walk_optional(struct pt_walk *walk, struct pt_expr **expr)
{
	if (*expr)
		pt_walk_expr(walk, expr);
}

void pt_walk_expr(struct pt_walk *walk, struct pt_expr **expr)
{
	struct pt_expr *node;
	unsigned i;

	if (!walk->pre_expr || walk->pre_expr(walk, expr)) {
		node = *expr;
		walk_optional(walk, &node->left);
		walk_optional(walk, &node->right);
		walk_optional(walk, &node->third);
		walk_list(walk, node->args);
		for (i = 0; node->components && i < node->components->len;
		     i++) {
			struct pt_component *step =
				g_ptr_array_index(node->components, i);

			walk_optional(walk, &step->index);
		}
	}
	if (walk->post_expr)
		walk->post_expr(walk, expr);
}

static void walk_foreach(struct pt_walk *walk, struct pt_foreach *head)
{
	walk_list(walk, head->keys);
	walk_optional(walk, &head->value);
	walk_optional(walk, &head->array);
	walk_list(walk, head->slice);
	walk_optional(walk, &head->limit);
}

static void walk_children(struct pt_walk *walk, struct pt_stmt *stmt)
{
	unsigned i;

	walk_optional(walk, &stmt->init);
	if (stmt->foreach)
		walk_foreach(walk, stmt->foreach);
	walk_optional(walk, &stmt->expr);
	for (i = 0; stmt->body && i < stmt->body->len; i++)
		pt_walk_stmt(walk, (struct pt_stmt **)&stmt->body->pdata[i]);
	if (stmt->then)
		pt_walk_stmt(walk, &stmt->then);
	walk_optional(walk, &stmt->step);
	if (stmt->other)
		pt_walk_stmt(walk, &stmt->other);
}

void pt_walk_stmt(struct pt_walk *walk, struct pt_stmt **stmt)
{
	if (!walk->pre_stmt || walk->pre_stmt(walk, stmt))
		walk_children(walk, *stmt);
	if (walk->post_stmt)
		walk->post_stmt(walk, stmt);
}

/* ---- copies ------------------------------------------------------------ */

static GPtrArray *copy_list(struct pt_arena *arena, GPtrArray *list)
{
	GPtrArray *copy;
	unsigned i;

	if (!list)
		return NULL;
	copy = pt_arena_ptr_array(arena);
	for (i = 0; i < list->len; i++)
		g_ptr_array_add(
			copy, pt_copy_expr(arena, g_ptr_array_index(list, i)));
	return copy;
}

static GPtrArray *copy_components(struct pt_arena *arena, GPtrArray *list)
{
	GPtrArray *copy;
	unsigned i;

	if (!list)
		return NULL;
	copy = pt_arena_ptr_array(arena);
	for (i = 0; i < list->len; i++) {
		struct pt_component *step = pt_new(arena, struct pt_component);

		*step = *(struct pt_component *)g_ptr_array_index(list, i);
		step->index = pt_copy_expr(arena, step->index);
		g_ptr_array_add(copy, step);
	}
	return copy;
}

struct pt_expr *pt_copy_expr(struct pt_arena *arena, const struct pt_expr *expr)
{
	struct pt_expr *copy;

	if (!expr)
		return NULL;
	copy = pt_new(arena, struct pt_expr);
	*copy = *expr;
	copy->left = pt_copy_expr(arena, expr->left);
	copy->right = pt_copy_expr(arena, expr->right);
	copy->third = pt_copy_expr(arena, expr->third);
	copy->args = copy_list(arena, expr->args);
	copy->components = copy_components(arena, expr->components);
	if (expr->print) {
		copy->print = pt_new(arena, struct pt_print);
		*copy->print = *expr->print;
		copy->print->format = pt_copy_expr(arena, expr->print->format);
	}
	return copy;
}

static struct pt_foreach *copy_foreach(struct pt_arena *arena,
				       const struct pt_foreach *head)
{
	struct pt_foreach *copy;

	if (!head)
		return NULL;
	copy = pt_new(arena, struct pt_foreach);
	*copy = *head;
	copy->keys = copy_list(arena, head->keys);
	copy->value = pt_copy_expr(arena, head->value);
	copy->array = pt_copy_expr(arena, head->array);
	copy->slice = copy_list(arena, head->slice);
	copy->limit = pt_copy_expr(arena, head->limit);
	return copy;
}

struct pt_stmt *pt_copy_stmt(struct pt_arena *arena, const struct pt_stmt *stmt)
{
	struct pt_stmt *copy;
	unsigned i;

	if (!stmt)
		return NULL;
	copy = pt_new(arena, struct pt_stmt);
	*copy = *stmt;
	if (stmt->body) {
		copy->body = pt_arena_ptr_array(arena);
		for (i = 0; i < stmt->body->len; i++)
			g_ptr_array_add(
				copy->body,
				pt_copy_stmt(arena,
					     g_ptr_array_index(stmt->body, i)));
	}
	copy->init = pt_copy_expr(arena, stmt->init);
	copy->expr = pt_copy_expr(arena, stmt->expr);
	copy->step = pt_copy_expr(arena, stmt->step);
	copy->then = pt_copy_stmt(arena, stmt->then);
	copy->other = pt_copy_stmt(arena, stmt->other);
	copy->foreach = copy_foreach(arena, stmt->foreach);
	return copy;
}
