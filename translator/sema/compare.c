/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are two trees the same program?
 */
#include "context.h"

#include <string.h>

#include "../lang/ccode.h"
#include "../lang/walk.h"

struct pair {
	struct pt_sema *sema;
	GHashTable *vars;      /* locals of a -> those of b */
	GHashTable *functions; /* copies of a that are being compared -> of b */
	bool code; /* types are known; places count where they are printed */
};

/* Is there something below that may fail? */
struct failure {
	GHashTable *known; /* struct pt_function * -> int: 1 yes, 0 no */
	bool found;
};

static bool same_expr(struct pair *pair, const struct pt_expr *a,
		      const struct pt_expr *b);
static bool same_stmt(struct pair *pair, const struct pt_stmt *a,
		      const struct pt_stmt *b);

static bool same_text(const char *a, const char *b)
{
	return g_strcmp0(a, b) == 0;
}

static bool same_exprs(struct pair *pair, const GPtrArray *a,
		       const GPtrArray *b)
{
	guint n = a ? a->len : 0;

	if (n != (b ? b->len : 0))
		return false;
	for (guint i = 0; i < n; i++)
		if (!same_expr(pair, a->pdata[i], b->pdata[i]))
			return false;
	return true;
}

static bool same_var(struct pair *pair, struct pt_var *a, struct pt_var *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind == PT_VAR_GLOBAL || b->kind == PT_VAR_GLOBAL)
		return false;
	return g_hash_table_lookup(pair->vars, a) == b;
}

static void pair_vars(struct pair *pair, const GPtrArray *a, const GPtrArray *b)
{
	for (guint i = 0; i < a->len && i < b->len; i++)
		g_hash_table_insert(pair->vars, a->pdata[i], b->pdata[i]);
}

/* ---- what prints its place if it fails -------------------------------- */

static bool same_place(struct pt_span a, struct pt_span b)
{
	return a.source == b.source && a.start == b.start && a.end == b.end;
}

static bool find_failure(struct pt_walk *walk, struct pt_expr **place);

static bool find_failing_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct failure *failure = walk->data;

	switch ((*place)->kind) {
	case PT_STMT_WHILE:
	case PT_STMT_FOR:
	case PT_STMT_FOREACH:
	case PT_STMT_NEXT: failure->found = true; break;
	default: break;
	}
	return true;
}

/* Calls in a circle may be too many: what is being looked at counts as failing. */
static bool function_may_fail(GHashTable *known, struct pt_function *function)
{
	struct failure failure = { .known = known };
	gpointer answer;
	struct pt_walk walk = {
		.pre_expr = find_failure,
		.pre_stmt = find_failing_stmt,
		.data = &failure,
	};

	if (!function || function->next_overload)
		return true;
	if (function->embedded)
		return pt_ccode_may_fail(function->body->code,
					 function->body->code_length);
	if (g_hash_table_lookup_extended(known, function, NULL, &answer))
		return GPOINTER_TO_INT(answer);
	g_hash_table_insert(known, function, GINT_TO_POINTER(1));
	pt_walk_stmt(&walk, &function->body);
	g_hash_table_insert(known, function, GINT_TO_POINTER(failure.found));
	return failure.found;
}

/* by something that may be 0 */
static bool divides(const struct pt_expr *expr)
{
	return (expr->op == PT_OP_DIV || expr->op == PT_OP_MOD) &&
	       (expr->right->kind != PT_EXPR_NUMBER || !expr->right->number);
}

static bool may_fail(GHashTable *known, const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_NUMBER:
	case PT_EXPR_STRING:
	case PT_EXPR_NAME:
	case PT_EXPR_UNARY:
	case PT_EXPR_TERNARY:
	case PT_EXPR_INDEX:
	case PT_EXPR_ENTRY:
	case PT_EXPR_IN: return false;
	case PT_EXPR_BINARY: return divides(expr);
	case PT_EXPR_ASSIGN:
	case PT_EXPR_CRUMENT:
		return divides(expr) || expr->left->kind != PT_EXPR_NAME;
	case PT_EXPR_CALL: return function_may_fail(known, expr->function);
	case PT_EXPR_PRINT:
		return expr->print->formatted &&
		       strpbrk(expr->print->format->text, "mM");
	default: return true;
	}
}

static bool find_failure(struct pt_walk *walk, struct pt_expr **place)
{
	struct failure *failure = walk->data;

	failure->found |= may_fail(failure->known, *place);
	return !failure->found;
}

static bool places_differ(const struct pair *pair, const struct pt_expr *a,
			  const struct pt_expr *b)
{
	if (same_place(a->op_span, b->op_span) && same_place(a->span, b->span))
		return false;
	return may_fail(pair->sema->failing, a);
}

static bool stmt_places_differ(const struct pair *pair, const struct pt_stmt *a,
			       const struct pt_stmt *b)
{
	return pair->code &&
	       (a->kind == PT_STMT_WHILE || a->kind == PT_STMT_FOR ||
		a->kind == PT_STMT_FOREACH) &&
	       !same_place(a->span, b->span);
}

/* ---- functions -------------------------------------------------------- */

/* A and B, called alike, are one function for C; bodies apart. */
static bool same_outside(const struct pt_function *a,
			 const struct pt_function *b)
{
	if (a->params->len != b->params->len ||
	    a->locals->len != b->locals->len ||
	    a->return_type != b->return_type || a->embedded != b->embedded ||
	    a->pragmas != b->pragmas || (a->embedded && a->file != b->file))
		return false;
	for (guint i = 0; i < a->params->len; i++) {
		const struct pt_var *x = a->params->pdata[i];
		const struct pt_var *y = b->params->pdata[i];

		if (x->type != y->type ||
		    (a->embedded && strcmp(x->name, y->name)))
			return false;
	}
	return true;
}

static bool same_function(struct pair *pair, struct pt_function *a,
			  struct pt_function *b)
{
	gpointer origin;

	if (a == b)
		return true;
	if (!a || !b)
		return false;
	origin = g_hash_table_lookup(pair->sema->copies, a);
	if (!pair->code && !origin)
		return false;
	if (origin != g_hash_table_lookup(pair->sema->copies, b) ||
	    !same_outside(a, b))
		return false;
	if (g_hash_table_contains(pair->functions, a))
		return g_hash_table_lookup(pair->functions, a) == b;
	g_hash_table_insert(pair->functions, a, b);
	pair_vars(pair, a->params, b->params);
	pair_vars(pair, a->locals, b->locals);
	return same_stmt(pair, a->body, b->body) &&
	       same_function(pair, a->next_overload, b->next_overload);
}

static bool same_components(struct pair *pair, const GPtrArray *a,
			    const GPtrArray *b)
{
	guint n = a ? a->len : 0;

	if (n != (b ? b->len : 0))
		return false;
	for (guint i = 0; i < n; i++) {
		const struct pt_component *x = a->pdata[i];
		const struct pt_component *y = b->pdata[i];

		if (x->kind != y->kind || !same_text(x->name, y->name) ||
		    !same_expr(pair, x->index, y->index))
			return false;
	}
	return true;
}

static bool same_print(struct pair *pair, const struct pt_print *a,
		       const struct pt_print *b)
{
	if (!a || !b)
		return a == b;
	return same_text(a->name, b->name) &&
	       same_expr(pair, a->format, b->format);
}

/* What a TARGET loads; components and name do not matter once that is known. */
static bool same_target(struct pair *pair, const struct pt_expr *a,
			const struct pt_expr *b)
{
	if (a->fetch && b->fetch)
		return a->type == b->type && a->assigned == b->assigned &&
		       a->user_text == b->user_text &&
		       pt_fetch_equal(a->fetch, b->fetch);
	return !a->fetch && !b->fetch && same_text(a->text, b->text) &&
	       a->address_of == b->address_of && a->pretty == b->pretty &&
	       same_components(pair, a->components, b->components);
}

static bool same_expr(struct pair *pair, const struct pt_expr *a,
		      const struct pt_expr *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->op != b->op || a->prefix != b->prefix ||
	    a->number != b->number || a->length != b->length ||
	    a->stat != b->stat || a->hist != b->hist ||
	    a->hist_low != b->hist_low || a->hist_high != b->hist_high ||
	    a->hist_width != b->hist_width)
		return false;
	if (pair->code && (a->type != b->type || places_differ(pair, a, b)))
		return false;
	if (a->kind == PT_EXPR_TARGET || a->kind == PT_EXPR_DEREF) {
		if (!same_target(pair, a, b))
			return false;
	} else if (a->kind == PT_EXPR_STRING || a->kind == PT_EXPR_EMBEDDED) {
		if (memcmp(a->text, b->text, a->length))
			return false;
	} else if (a->kind != PT_EXPR_NAME && a->kind != PT_EXPR_CALL &&
		   !same_text(a->text, b->text)) {
		return false;
	}
	return same_var(pair, a->var, b->var) &&
	       same_function(pair, a->function, b->function) &&
	       same_print(pair, a->print, b->print) &&
	       same_expr(pair, a->left, b->left) &&
	       same_expr(pair, a->right, b->right) &&
	       same_expr(pair, a->third, b->third) &&
	       same_exprs(pair, a->args, b->args);
}

static bool same_foreach(struct pair *pair, const struct pt_foreach *a,
			 const struct pt_foreach *b)
{
	if (!a || !b)
		return a == b;
	return a->sort_direction == b->sort_direction &&
	       a->sort_column == b->sort_column &&
	       a->sort_stat == b->sort_stat &&
	       same_exprs(pair, a->keys, b->keys) &&
	       same_expr(pair, a->value, b->value) &&
	       same_expr(pair, a->array, b->array) &&
	       same_exprs(pair, a->slice, b->slice) &&
	       same_expr(pair, a->limit, b->limit);
}

static bool same_stmt(struct pair *pair, const struct pt_stmt *a,
		      const struct pt_stmt *b)
{
	guint n;

	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->code_length != b->code_length ||
	    (a->code && memcmp(a->code, b->code, a->code_length)) ||
	    stmt_places_differ(pair, a, b))
		return false;
	n = a->body ? a->body->len : 0;
	if (n != (b->body ? b->body->len : 0))
		return false;
	for (guint i = 0; i < n; i++)
		if (!same_stmt(pair, a->body->pdata[i], b->body->pdata[i]))
			return false;
	return same_expr(pair, a->init, b->init) &&
	       same_expr(pair, a->expr, b->expr) &&
	       same_expr(pair, a->step, b->step) &&
	       same_stmt(pair, a->then, b->then) &&
	       same_stmt(pair, a->other, b->other) &&
	       same_foreach(pair, a->foreach, b->foreach);
}

static void pair_begin(struct pt_sema *sema, struct pair *pair)
{
	*pair = (struct pair){ .sema = sema };
	pair->vars = g_hash_table_new(g_direct_hash, g_direct_equal);
	pair->functions = g_hash_table_new(g_direct_hash, g_direct_equal);
}

static void pair_end(struct pair *pair)
{
	g_hash_table_destroy(pair->vars);
	g_hash_table_destroy(pair->functions);
}

bool pt_compare_bound(struct pt_sema *sema, const struct pt_bound *a,
		      const struct pt_bound *b)
{
	struct pair pair;
	bool same;

	if (a->family != b->family || a->optional != b->optional ||
	    a->is_return != b->is_return || a->at_entry != b->at_entry ||
	    a->maxactive != b->maxactive || a->callers != b->callers ||
	    a->locals->len != b->locals->len ||
	    a->entries->len != b->entries->len)
		return false;
	pair_begin(sema, &pair);
	pair_vars(&pair, a->locals, b->locals);
	same = same_stmt(&pair, a->body, b->body) &&
	       same_expr(&pair, a->condition, b->condition) &&
	       same_exprs(&pair, a->entries, b->entries);
	pair_end(&pair);
	return same;
}

bool pt_compare_handler(struct pt_sema *sema, const struct pt_bound *a,
			const struct pt_bound *b)
{
	struct pair pair;
	bool same;

	if (a->is_return != b->is_return || a->locals->len != b->locals->len ||
	    a->entries->len != b->entries->len)
		return false;
	pair_begin(sema, &pair);
	pair.code = true;
	pair_vars(&pair, a->locals, b->locals);
	same = same_stmt(&pair, a->body, b->body) &&
	       same_expr(&pair, a->condition, b->condition) &&
	       same_exprs(&pair, a->entries, b->entries);
	pair_end(&pair);
	return same;
}

bool pt_compare_function(struct pt_sema *sema, struct pt_function *a,
			 struct pt_function *b)
{
	struct pair pair;
	bool same;

	pair_begin(sema, &pair);
	pair.code = true;
	same = same_function(&pair, a, b);
	pair_end(&pair);
	return same;
}

bool pt_compare_expr(struct pt_sema *sema, const struct pt_expr *a,
		     const struct pt_expr *b)
{
	struct pair pair;
	bool same;

	pair_begin(sema, &pair);
	same = same_expr(&pair, a, b);
	pair_end(&pair);
	return same;
}
