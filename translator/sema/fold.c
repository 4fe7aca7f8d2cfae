/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * @defined, @probewrite and constants, and the branches that they leave dead.
 * Runs before target variables are resolved, so that a variable that is not there
 * is no error in a branch that asks for it with @defined; and once more after it.
 * With -u only that which @defined and @probewrite decide is folded.
 */
#include "context.h"

#include <string.h>

#include "../base/limit.h"
#include "../lang/walk.h"
#include "../probe/known.h"
#include "../probe/value.h"

struct fold {
	struct pt_sema *sema;
	const struct pt_unit *unit;
	GHashTable *decided; /* -u: numbers that came of those two; else NULL */
	size_t max_string;   /* the longest string; 0: not known */
};

static bool enter_expr(struct pt_walk *walk, struct pt_expr **place);
static void leave_expr(struct pt_walk *walk, struct pt_expr **place);
static bool enter_stmt(struct pt_walk *walk, struct pt_stmt **place);

static void fold_expr(struct fold *fold, struct pt_expr **place)
{
	struct pt_walk walk = {
		.pre_expr = enter_expr,
		.post_expr = leave_expr,
		.data = fold,
	};

	if (*place)
		pt_walk_expr(&walk, place);
}

static void fold_stmt(struct fold *fold, struct pt_stmt **place)
{
	struct pt_walk walk = {
		.pre_expr = enter_expr,
		.post_expr = leave_expr,
		.pre_stmt = enter_stmt,
		.data = fold,
	};

	if (*place)
		pt_walk_stmt(&walk, place);
}

static bool is_number(const struct fold *fold, const struct pt_expr *expr)
{
	return expr && expr->kind == PT_EXPR_NUMBER &&
	       (!fold->decided || g_hash_table_contains(fold->decided, expr));
}

static bool is_string(const struct fold *fold, const struct pt_expr *expr)
{
	return expr && expr->kind == PT_EXPR_STRING && !fold->decided;
}

static void put_number(struct fold *fold, struct pt_expr **place, int64_t value)
{
	*place = pt_make_number(fold->sema, (*place)->span, value);
	if (fold->decided)
		g_hash_table_add(fold->decided, *place);
}

/* ---- @defined and @probewrite ----------------------------------------- */

struct trial {
	struct fold *fold;
	bool failed, later;
};

static void try_target(struct pt_walk *walk, struct pt_expr **place)
{
	struct trial *trial = walk->data;
	struct pt_sema *sema = trial->fold->sema;
	const struct pt_expr *expr = *place;

	switch (expr->kind) {
	case PT_EXPR_DEREF:
		if (!expr->left->shape)
			trial->later = true;
		else if (pt_value_deref(&sema->program->env, place))
			trial->failed = true;
		break;
	case PT_EXPR_TARGET:
		if (!expr->fetch &&
		    pt_resolve_target(sema, trial->fold->unit, place))
			trial->failed = true;
		break;
	case PT_EXPR_ATOP:
		if (pt_atword_expand(sema, trial->fold->unit, place))
			trial->failed = true;
		break;
	case PT_EXPR_NAME:
		if (expr->var)
			(*place)->shape = expr->var->shape;
		break;
	case PT_EXPR_INDEX:
		if (expr->left->var)
			(*place)->shape = expr->left->var->shape;
		break;
	case PT_EXPR_CALL:
		if (expr->function)
			(*place)->shape = expr->function->shape;
		break;
	default: break;
	}
}

enum pt_fold_answer pt_fold_defined(struct pt_sema *sema,
				    const struct pt_unit *unit,
				    const struct pt_expr *expr,
				    struct pt_expr **ret_known)
{
	struct pt_expr *copy = pt_copy_expr(sema->arena, expr);
	struct fold fold = { .sema = sema, .unit = unit };
	struct trial trial = { .fold = &fold };
	struct pt_walk walk = { .post_expr = try_target, .data = &trial };

	fold_expr(&fold, &copy);
	pt_walk_expr(&walk, &copy);
	if (trial.failed || trial.later)
		return trial.failed ? PT_FOLD_NO : PT_FOLD_LATER;
	*ret_known =
		unit->bound ? pt_known(sema->arena, unit->bound, copy) : NULL;
	return *ret_known ? PT_FOLD_SOMETIMES : PT_FOLD_YES;
}

static bool find_scoped(struct pt_walk *walk, struct pt_expr **place)
{
	if (pt_effects_needs_probe(*place))
		*(bool *)walk->data = true;
	return true;
}

/* Where no point of the handler has target variables, nobody meant to ask. */
static void warn_collapsed(struct fold *fold, struct pt_expr *expr)
{
	const struct pt_bound *bound = fold->unit->bound;
	bool scoped = false;
	struct pt_walk walk = { .pre_expr = find_scoped, .data = &scoped };

	if (!bound || fold->unit->function || bound->family->list_variables ||
	    bound->source->points->len > 1 || !pt_make_user_written(expr->span))
		return;
	pt_walk_expr(&walk, &expr->left);
	if (scoped)
		pt_error_hint(pt_diag_warning(fold->sema->diag, expr->span,
					      PT_E_DEFINED,
					      "this @defined is always 0"),
			      "probes of %s have no target variables",
			      bound->family->name);
}

static bool fold_defined(struct fold *fold, struct pt_expr **place)
{
	struct pt_expr *known;
	enum pt_fold_answer answer =
		pt_fold_defined(fold->sema, fold->unit, (*place)->left, &known);

	if (answer == PT_FOLD_NO)
		warn_collapsed(fold, *place);
	if (answer == PT_FOLD_SOMETIMES)
		*place = known;
	else if (answer != PT_FOLD_LATER)
		put_number(fold, place, answer == PT_FOLD_YES);
	return false;
}

struct write_search {
	const char *name;
	bool found;
};

static bool find_write(struct pt_walk *walk, struct pt_expr **place)
{
	struct write_search *search = walk->data;
	const struct pt_expr *expr = *place;

	if ((expr->kind == PT_EXPR_ASSIGN || expr->kind == PT_EXPR_CRUMENT) &&
	    expr->left->text && !strcmp(expr->left->text, search->name))
		search->found = true;
	return true;
}

/* What the script's author wrote in BOUND's body, without the parts that aliases
 * put around it. */
static struct pt_stmt **written_body(struct pt_sema *sema,
				     struct pt_bound *bound)
{
	const struct pt_derived *derived =
		g_hash_table_lookup(sema->origin, bound);

	for (guint i = 0; derived->pieces->len > 1 && i < derived->pieces->len;
	     i++) {
		const struct pt_piece *piece = derived->pieces->pdata[i];

		if (piece->stmt == derived->probe->body)
			return (struct pt_stmt **)&bound->body->body->pdata[i];
	}
	return &bound->body;
}

static int64_t probe_writes(struct fold *fold, const struct pt_expr *expr)
{
	const struct pt_expr *name =
		expr->args && expr->args->len ? expr->args->pdata[0] : NULL;
	struct write_search search = { .name = name ? name->text : NULL };
	struct pt_walk walk = { .pre_expr = find_write, .data = &search };

	if (search.name && fold->unit->bound)
		pt_walk_stmt(&walk,
			     written_body(fold->sema, fold->unit->bound));
	return search.found;
}

/* ---- constants -------------------------------------------------------- */

static size_t string_length(const struct fold *fold, const struct pt_expr *expr)
{
	size_t length = strnlen(expr->text, expr->length);

	return fold->max_string ? MIN(length, fold->max_string) : length;
}

static void concatenate(struct fold *fold, struct pt_expr **place)
{
	const struct pt_expr *left = (*place)->left, *right = (*place)->right;
	char *text;

	if (!fold->max_string)
		return;
	text = g_strdup_printf("%.*s%.*s", (int)string_length(fold, left),
			       left->text, (int)string_length(fold, right),
			       right->text);
	*place = pt_make_string(
		fold->sema, (*place)->span,
		pt_arena_strndup(fold->sema->arena, text,
				 strnlen(text, fold->max_string)));
	g_free(text);
}

static bool divide(enum pt_op op, int64_t a, int64_t b, int64_t *ret)
{
	if (b == 0)
		return false;
	if (b == -1)
		*ret = op == PT_OP_DIV ? (int64_t)(0 - (uint64_t)a) : 0;
	else
		*ret = op == PT_OP_DIV ? a / b : a % b;
	return true;
}

static bool compare(enum pt_op op, int order, int64_t *ret)
{
	switch (op) {
	case PT_OP_LT: *ret = order < 0; return true;
	case PT_OP_GT: *ret = order > 0; return true;
	case PT_OP_LE: *ret = order <= 0; return true;
	case PT_OP_GE: *ret = order >= 0; return true;
	case PT_OP_EQ: *ret = order == 0; return true;
	case PT_OP_NE: *ret = order != 0; return true;
	default: return false;
	}
}

static bool calculate(enum pt_op op, int64_t x, int64_t y, int64_t *ret)
{
	uint64_t a = (uint64_t)x, b = (uint64_t)y;

	switch (op) {
	case PT_OP_ADD: *ret = (int64_t)(a + b); return true;
	case PT_OP_SUB: *ret = (int64_t)(a - b); return true;
	case PT_OP_MUL: *ret = (int64_t)(a * b); return true;
	case PT_OP_DIV:
	case PT_OP_MOD: return divide(op, x, y, ret);
	case PT_OP_SHL: *ret = (int64_t)(a << (b & 63)); return true;
	case PT_OP_SHR: *ret = x >> (b & 63); return true;
	case PT_OP_USHR: *ret = (int64_t)(a >> (b & 63)); return true;
	case PT_OP_AND: *ret = (int64_t)(a & b); return true;
	case PT_OP_OR: *ret = (int64_t)(a | b); return true;
	case PT_OP_XOR: *ret = (int64_t)(a ^ b); return true;
	default: return compare(op, x < y ? -1 : x > y, ret);
	}
}

static void fold_strings(struct fold *fold, struct pt_expr **place)
{
	const struct pt_expr *left = (*place)->left, *right = (*place)->right;
	int64_t value;

	if ((*place)->op == PT_OP_CONCAT)
		concatenate(fold, place);
	else if (fold->max_string &&
		 compare((*place)->op,
			 strncmp(left->text, right->text, fold->max_string),
			 &value))
		put_number(fold, place, value);
}

static void fold_binary(struct fold *fold, struct pt_expr **place)
{
	const struct pt_expr *expr = *place;
	int64_t value;

	if (is_number(fold, expr->left) && is_number(fold, expr->right) &&
	    calculate(expr->op, expr->left->number, expr->right->number,
		      &value))
		put_number(fold, place, value);
	else if (is_string(fold, expr->left) && is_string(fold, expr->right))
		fold_strings(fold, place);
}

static void fold_unary(struct fold *fold, struct pt_expr **place)
{
	struct pt_expr *expr = *place;
	int64_t value;

	if (!is_number(fold, expr->left))
		return;
	value = expr->left->number;
	switch (expr->op) {
	case PT_OP_NOT: value = !value; break;
	case PT_OP_COMPL: value = ~value; break;
	case PT_OP_NEG: value = (int64_t)(0 - (uint64_t)value); break;
	default: break;
	}
	put_number(fold, place, value);
}

/* && and ||, whose right side may be dead. */
static bool fold_logic(struct fold *fold, struct pt_expr **place)
{
	struct pt_expr *expr = *place;
	bool is_and = expr->op == PT_OP_LOG_AND;

	fold_expr(fold, &expr->left);
	if (is_number(fold, expr->left) &&
	    (expr->left->number != 0) != is_and) {
		put_number(fold, place, !is_and);
		return false;
	}
	fold_expr(fold, &expr->right);
	if (is_number(fold, expr->left) && is_number(fold, expr->right))
		put_number(fold, place, expr->right->number != 0);
	return false;
}

static bool fold_ternary(struct fold *fold, struct pt_expr **place)
{
	struct pt_expr *expr = *place;

	fold_expr(fold, &expr->left);
	if (!is_number(fold, expr->left))
		return true;
	*place = expr->left->number ? expr->right : expr->third;
	fold_expr(fold, place);
	return false;
}

static bool enter_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct fold *fold = walk->data;
	struct pt_expr *expr = *place;

	switch (expr->kind) {
	case PT_EXPR_DEFINED: return fold_defined(fold, place);
	case PT_EXPR_ATOP:
		if (strcmp(expr->text, "@probewrite"))
			return true;
		put_number(fold, place, probe_writes(fold, expr));
		return false;
	case PT_EXPR_TERNARY: return fold_ternary(fold, place);
	case PT_EXPR_BINARY:
		if (expr->op == PT_OP_LOG_AND || expr->op == PT_OP_LOG_OR)
			return fold_logic(fold, place);
		return true;
	default: return true;
	}
}

static void leave_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct fold *fold = walk->data;

	if ((*place)->kind == PT_EXPR_BINARY)
		fold_binary(fold, place);
	else if ((*place)->kind == PT_EXPR_UNARY)
		fold_unary(fold, place);
}

/* ---- statements ------------------------------------------------------- */

static bool is_nothing(const struct pt_stmt *stmt)
{
	return !stmt || stmt->kind == PT_STMT_EMPTY ||
	       (stmt->kind == PT_STMT_BLOCK && !stmt->body->len);
}

/* STMT, which is never reached, goes. */
static void drop(struct fold *fold, struct pt_stmt *stmt, const char *what)
{
	if (!is_nothing(stmt))
		pt_report_removed(fold->sema, stmt->span, "%s", what);
}

static bool fold_if(struct fold *fold, struct pt_stmt **place)
{
	struct pt_stmt *stmt = *place;
	struct pt_stmt *dead;

	fold_expr(fold, &stmt->expr);
	if (!is_number(fold, stmt->expr)) {
		fold_stmt(fold, &stmt->then);
		fold_stmt(fold, &stmt->other);
		return false;
	}
	dead = stmt->expr->number ? stmt->other : stmt->then;
	drop(fold, dead,
	     stmt->expr->number
		     ? "the else of a condition that is always true"
		     : "what a condition guards that is always false");
	*place = stmt->expr->number ? stmt->then : stmt->other;
	if (!*place)
		*place = pt_make_stmt(fold->sema, PT_STMT_EMPTY, stmt->span);
	fold_stmt(fold, place);
	return false;
}

/* A loop whose condition is false from the start. */
static bool fold_loop(struct fold *fold, struct pt_stmt **place)
{
	struct pt_stmt *stmt = *place;

	if (!stmt->expr)
		return true;
	fold_expr(fold, &stmt->expr);
	if (!is_number(fold, stmt->expr) || stmt->expr->number)
		return true;
	drop(fold, stmt, "a loop whose condition is always false");
	if (!stmt->init) {
		*place = pt_make_stmt(fold->sema, PT_STMT_EMPTY, stmt->span);
		return false;
	}
	*place = pt_make_expr_stmt(fold->sema, stmt->init);
	fold_expr(fold, &(*place)->expr);
	return false;
}

static bool enter_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct fold *fold = walk->data;

	switch ((*place)->kind) {
	case PT_STMT_IF: return fold_if(fold, place);
	case PT_STMT_WHILE:
	case PT_STMT_FOR: return fold_loop(fold, place);
	default: return true;
	}
}

/* ---- all of it -------------------------------------------------------- */

static void fold_unit(struct pt_sema *sema, const struct pt_unit *unit,
		      void *data)
{
	struct fold *fold = data;
	struct pt_bound *bound = unit->bound;

	(void)sema;
	fold->unit = unit;
	if (unit->function) {
		fold_stmt(fold, &unit->function->body);
		return;
	}
	fold_stmt(fold, &bound->body);
	for (guint i = 0; i < bound->entries->len; i++)
		fold_expr(fold, (struct pt_expr **)&bound->entries->pdata[i]);
	fold_expr(fold, &bound->condition);
	if (is_number(fold, bound->condition) && bound->condition->number)
		bound->condition = NULL;
}

/* MAXSTRINGLEN - 1; 0 if -D does not give it as a number. */
static size_t longest_string(const struct pt_session *session)
{
	const GPtrArray *defines = session->options.defines;
	guint64 size = (guint64)pt_limit_default(session,
						 pt_limit_find("MAXSTRINGLEN"));

	for (guint i = 0; defines && i < defines->len; i++) {
		const struct pt_define *define = defines->pdata[i];

		if (!strcmp(define->name, "MAXSTRINGLEN") &&
		    (!define->value ||
		     !g_ascii_string_to_unsigned(define->value, 10, 1, 1 << 20,
						 &size, NULL)))
			return 0;
	}
	return size - 1;
}

void pt_fold_pass(struct pt_sema *sema)
{
	struct fold fold = {
		.sema = sema,
		.max_string = longest_string(sema->session),
	};

	if (sema->session->options.unoptimized)
		fold.decided = g_hash_table_new(g_direct_hash, g_direct_equal);
	pt_make_each_unit(sema, fold_unit, &fold);
	if (fold.decided)
		g_hash_table_destroy(fold.decided);
}
