/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One walker for all passes, and copies of trees.
 */
#ifndef PT_WALK_H
#define PT_WALK_H

#include "ast.h"

/* Called before (PRE) and after (POST) the children; either may be NULL.  A PRE
 * that returns false leaves the children out.  EXPR is the place that holds the
 * node, so that a pass may put another one there. */
struct pt_walk {
	bool (*pre_expr)(struct pt_walk *walk, struct pt_expr **expr);
	void (*post_expr)(struct pt_walk *walk, struct pt_expr **expr);
	bool (*pre_stmt)(struct pt_walk *walk, struct pt_stmt **stmt);
	void (*post_stmt)(struct pt_walk *walk, struct pt_stmt **stmt);
	void *data;
};

void pt_walk_expr(struct pt_walk *walk, struct pt_expr **expr);
void pt_walk_stmt(struct pt_walk *walk, struct pt_stmt **stmt);

/* Deep copies; sema's fields are copied as they are. */
struct pt_expr *pt_copy_expr(struct pt_arena *arena,
			     const struct pt_expr *expr);
struct pt_stmt *pt_copy_stmt(struct pt_arena *arena,
			     const struct pt_stmt *stmt);

#endif
