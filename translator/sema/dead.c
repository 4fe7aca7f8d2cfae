/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements that are never reached: behind return, next, break and continue, and
 * behind loops that do not end.  Runs twice, as prune.c does: before target
 * variables are resolved only for those with such, at the end for all.
 */
#include "context.h"

struct dead {
	struct pt_sema *sema;
	bool only_targets;
	bool breaks; /* the innermost loop is left by a break */
};

static bool reaches_end(struct dead *dead, struct pt_stmt *stmt);

static bool is_empty(const struct pt_stmt *stmt)
{
	return stmt->kind == PT_STMT_EMPTY;
}

static void drop_from(struct dead *dead, GPtrArray *body, guint first)
{
	const struct pt_stmt *stmt;
	guint i = first;

	while (i < body->len && is_empty(body->pdata[i]))
		i++;
	if (i < body->len) {
		stmt = body->pdata[i];
		if (pt_make_user_written(stmt->span))
			pt_diag_warning(dead->sema->diag, stmt->span,
					PT_E_UNUSED,
					"this is never reached, and is left "
					"out");
		pt_report_removed(dead->sema, stmt->span,
				  "code that is never reached");
	}
	g_ptr_array_set_size(body, (gint)first);
}

static bool has_targets(struct dead *dead, const GPtrArray *body, guint first)
{
	for (guint i = first; i < body->len; i++)
		if (pt_effects_of(dead->sema, body->pdata[i], NULL)->targets)
			return true;
	return false;
}

static bool block(struct dead *dead, GPtrArray *body)
{
	for (guint i = 0; i < body->len; i++) {
		if (reaches_end(dead, body->pdata[i]))
			continue;
		if (i + 1 < body->len &&
		    (!dead->only_targets || has_targets(dead, body, i + 1)))
			drop_from(dead, body, i + 1);
		return false;
	}
	return true;
}

static bool is_endless(const struct pt_stmt *loop)
{
	const struct pt_expr *condition = loop->expr;

	if (!condition)
		return loop->kind == PT_STMT_FOR;
	return condition->kind == PT_EXPR_NUMBER && condition->number;
}

static bool loop(struct dead *dead, struct pt_stmt *stmt)
{
	bool outer = dead->breaks;
	bool breaks;

	dead->breaks = false;
	reaches_end(dead, stmt->then);
	breaks = dead->breaks;
	dead->breaks = outer;
	return breaks || stmt->kind == PT_STMT_FOREACH || !is_endless(stmt);
}

static bool both(struct dead *dead, struct pt_stmt *then, struct pt_stmt *other)
{
	bool reached = reaches_end(dead, then);

	return !other || reaches_end(dead, other) || reached;
}

/* Does the way go on behind STMT? */
static bool reaches_end(struct dead *dead, struct pt_stmt *stmt)
{
	switch (stmt->kind) {
	case PT_STMT_BLOCK: return block(dead, stmt->body);
	case PT_STMT_IF:
	case PT_STMT_TRY: return both(dead, stmt->then, stmt->other);
	case PT_STMT_WHILE:
	case PT_STMT_FOR:
	case PT_STMT_FOREACH: return loop(dead, stmt);
	case PT_STMT_BREAK: dead->breaks = true; return false;
	case PT_STMT_CONTINUE:
	case PT_STMT_RETURN:
	case PT_STMT_NEXT: return false;
	default: return true;
	}
}

static void dead_unit(struct pt_sema *sema, const struct pt_unit *unit,
		      void *data)
{
	(void)sema;
	reaches_end(data,
		    unit->function ? unit->function->body : unit->bound->body);
}

static void run(struct pt_sema *sema, bool only_targets)
{
	struct dead dead = { .sema = sema, .only_targets = only_targets };

	if (!sema->session->options.unoptimized)
		pt_make_each_unit(sema, dead_unit, &dead);
	/* what was called there only */
	pt_prune_functions(sema);
}

void pt_dead_targets_pass(struct pt_sema *sema)
{
	run(sema, true);
}

void pt_dead_pass(struct pt_sema *sema)
{
	run(sema, false);
}
