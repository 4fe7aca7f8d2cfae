/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics: what is kept is decided once for a variable, so all uses must ask
 * for the same kind of histogram and the same shift; and a histogram can only be
 * printed, or read bucket by bucket.
 */
#include "context.h"

#include "../lang/walk.h"

struct uses {
	struct pt_sema *sema;
	GHashTable *hists;  /* struct pt_var * -> struct pt_expr *, the first */
	GHashTable *shifts; /* the same for @variance */
	GHashTable *placed; /* HIST nodes that stand where they may */
};

static struct pt_var *subject(const struct pt_expr *expr)
{
	const struct pt_expr *left = expr->left;

	return left->kind == PT_EXPR_INDEX ? left->left->var : left->var;
}

static void conflict(struct uses *uses, const struct pt_expr *expr,
		     const struct pt_expr *first, const char *what)
{
	pt_error_note(pt_diag_error(uses->sema->diag, expr->span,
				    PT_E_STATISTICS, "'%s' already has %s",
				    subject(expr)->name, what),
		      first->span, "this one");
}

static void check_hist(struct uses *uses, struct pt_expr *expr)
{
	struct pt_var *var = subject(expr);
	const struct pt_expr *first;

	if (!var)
		return;
	if (!g_hash_table_contains(uses->placed, expr))
		pt_error_hint(pt_diag_error(uses->sema->diag, expr->span,
					    PT_E_STATISTICS,
					    "a histogram is not a value"),
			      "print it alone, with print(), println(), "
			      "sprint() or sprintln(), or read one bucket: "
			      "@hist_log(%s)[n]",
			      var->name);
	first = g_hash_table_lookup(uses->hists, var);
	if (first) {
		if (first->hist != expr->hist ||
		    first->hist_low != expr->hist_low ||
		    first->hist_high != expr->hist_high ||
		    first->hist_width != expr->hist_width)
			conflict(uses, expr, first, "another histogram");
		return;
	}
	g_hash_table_insert(uses->hists, var, expr);
	var->hist = expr->hist;
	var->hist_low = expr->hist_low;
	var->hist_high = expr->hist_high;
	var->hist_width = expr->hist_width;
}

static void check_variance(struct uses *uses, struct pt_expr *expr)
{
	struct pt_var *var = subject(expr);
	const struct pt_expr *first;

	if (!var)
		return;
	first = g_hash_table_lookup(uses->shifts, var);
	if (first && first->number != expr->number)
		conflict(uses, expr, first, "another shift of @variance");
	if (first)
		return;
	g_hash_table_insert(uses->shifts, var, expr);
	var->variance_shift = (unsigned)expr->number;
}

static void place_print(struct uses *uses, const struct pt_expr *expr)
{
	const struct pt_print *print = expr->print;

	if (!print->formatted && !print->delimited && !print->is_char &&
	    expr->args->len == 1)
		g_hash_table_add(uses->placed, expr->args->pdata[0]);
}

static bool visit(struct pt_walk *walk, struct pt_expr **place)
{
	struct uses *uses = walk->data;
	struct pt_expr *expr = *place;

	if (expr->kind == PT_EXPR_PRINT)
		place_print(uses, expr);
	else if (expr->kind == PT_EXPR_INDEX || expr->kind == PT_EXPR_IN)
		g_hash_table_add(uses->placed, expr->left);
	else if (expr->kind == PT_EXPR_HIST)
		check_hist(uses, expr);
	else if (expr->kind == PT_EXPR_STAT && expr->stat == PT_STAT_VARIANCE)
		check_variance(uses, expr);
	return true;
}

static bool visit_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct uses *uses = walk->data;

	if ((*place)->kind == PT_STMT_FOREACH)
		g_hash_table_add(uses->placed, (*place)->foreach->array);
	return true;
}

static void visit_unit(struct pt_sema *sema, const struct pt_unit *unit,
		       void *data)
{
	struct pt_walk walk = {
		.pre_expr = visit,
		.pre_stmt = visit_stmt,
		.data = data,
	};

	(void)sema;
	pt_walk_stmt(&walk, unit->function ? &unit->function->body
					   : &unit->bound->body);
}

void pt_statcheck_pass(struct pt_sema *sema)
{
	struct uses uses = {
		.sema = sema,
		.hists = g_hash_table_new(g_direct_hash, g_direct_equal),
		.shifts = g_hash_table_new(g_direct_hash, g_direct_equal),
		.placed = g_hash_table_new(g_direct_hash, g_direct_equal),
	};

	pt_make_each_unit(sema, visit_unit, &uses);
	g_hash_table_destroy(uses.hists);
	g_hash_table_destroy(uses.shifts);
	g_hash_table_destroy(uses.placed);
}
