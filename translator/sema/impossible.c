/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparisons whose result the script could have known.
 *
 * Only what its author wrote there is judged: neither the library's text nor what
 * macros and script arguments put in.  A handler that stands for several places
 * may compare values of several types; it is warned of only what is so in all.
 */
#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "../base/limit.h"
#include "../debuginfo/fetch.h"
#include "../lang/walk.h"

/* Longest name of a task, which the kernel cuts. */
#define COMM_MAX 15

struct range {
	int64_t low, high;
};

static const struct range everything = { INT64_MIN, INT64_MAX };
static const struct range truth = { 0, 1 };

struct judgement {
	struct pt_span span;
	const char *message; /* NULL: depends */
	const char *hint;
};

struct judge {
	struct pt_sema *sema;
	GHashTable *known;   /* place -> struct judgement * */
	GPtrArray *in_order; /* the same */
	size_t string_max;   /* bytes that a string holds */
};

static struct range range_of(const struct pt_expr *expr);

/* ---- the values that an expression may have --------------------------- */

static bool not_negative(struct range range)
{
	return range.low >= 0;
}

/* The smallest 2^n - 1 that is not below NUMBER. */
static int64_t mask_above(int64_t number)
{
	uint64_t mask = (uint64_t)number;

	for (unsigned shift = 1; shift < 64; shift *= 2)
		mask |= mask >> shift;
	return (int64_t)mask;
}

static struct range bits_of(enum pt_op op, struct range a, struct range b)
{
	if (op != PT_OP_AND) {
		if (!not_negative(a) || !not_negative(b))
			return everything;
		return (struct range){ 0, mask_above(MAX(a.high, b.high)) };
	}
	if (not_negative(a) && not_negative(b))
		return (struct range){ 0, MIN(a.high, b.high) };
	if (not_negative(a))
		return (struct range){ 0, a.high };
	if (not_negative(b))
		return (struct range){ 0, b.high };
	return everything;
}

static struct range rest_of(struct range a, struct range b)
{
	int64_t most;

	if (b.low != b.high || b.low == 0 || b.low == INT64_MIN)
		return everything;
	most = llabs(b.low) - 1;
	return (struct range){
		not_negative(a) ? 0 : -most,
		not_negative(a) ? MIN(most, a.high) : most,
	};
}

static struct range shifted(enum pt_op op, struct range a, struct range b)
{
	unsigned n = (unsigned)b.low & 63;

	if (b.low != b.high)
		return everything;
	if (op == PT_OP_SHR)
		return (struct range){ a.low >> n, a.high >> n };
	if (op == PT_OP_USHR && n)
		return (struct range){ 0, (int64_t)(UINT64_MAX >> n) };
	return everything;
}

static struct range sum_of(enum pt_op op, struct range a, struct range b)
{
	struct range sum;
	bool wraps;

	if (op == PT_OP_ADD)
		wraps = __builtin_add_overflow(a.low, b.low, &sum.low) ||
			__builtin_add_overflow(a.high, b.high, &sum.high);
	else
		wraps = __builtin_sub_overflow(a.low, b.high, &sum.low) ||
			__builtin_sub_overflow(a.high, b.low, &sum.high);
	return wraps ? everything : sum;
}

static struct range binary_range(const struct pt_expr *expr)
{
	struct range a = range_of(expr->left);
	struct range b = range_of(expr->right);

	switch (expr->op) {
	case PT_OP_ADD:
	case PT_OP_SUB: return sum_of(expr->op, a, b);
	case PT_OP_MOD: return rest_of(a, b);
	case PT_OP_AND:
	case PT_OP_OR:
	case PT_OP_XOR: return bits_of(expr->op, a, b);
	case PT_OP_SHL:
	case PT_OP_SHR:
	case PT_OP_USHR: return shifted(expr->op, a, b);
	case PT_OP_MUL:
	case PT_OP_DIV: return everything;
	default: return truth; /* comparisons, && and || */
	}
}

static struct range unary_range(const struct pt_expr *expr)
{
	struct range a = range_of(expr->left);

	switch (expr->op) {
	case PT_OP_NOT: return truth;
	case PT_OP_PLUS: return a;
	case PT_OP_COMPL: return (struct range){ ~a.high, ~a.low };
	default:
		return a.low == INT64_MIN ? everything
					  : (struct range){ -a.high, -a.low };
	}
}

/* What a target's type can hold. */
static struct range target_range(const struct pt_expr *expr)
{
	const struct pt_fetch *fetch = expr->fetch;
	unsigned bits;

	if (!fetch ||
	    (fetch->size != 1 && fetch->size != 2 && fetch->size != 4))
		return everything;
	bits = fetch->size * 8;
	if (!fetch->is_signed)
		return (struct range){ 0, (INT64_C(1) << bits) - 1 };
	return (struct range){ -(INT64_C(1) << (bits - 1)),
			       (INT64_C(1) << (bits - 1)) - 1 };
}

static struct range range_of(const struct pt_expr *expr)
{
	struct range a, b;

	switch (expr->kind) {
	case PT_EXPR_NUMBER:
		return (struct range){ expr->number, expr->number };
	case PT_EXPR_UNARY: return unary_range(expr);
	case PT_EXPR_BINARY: return binary_range(expr);
	case PT_EXPR_IN:
	case PT_EXPR_REGEX:
	case PT_EXPR_DEFINED: return truth;
	case PT_EXPR_TERNARY:
		a = range_of(expr->right);
		b = range_of(expr->third);
		return (struct range){ MIN(a.low, b.low), MAX(a.high, b.high) };
	case PT_EXPR_TARGET: return target_range(expr);
	case PT_EXPR_STAT:
		return expr->stat == PT_STAT_COUNT
			       ? (struct range){ 0, INT64_MAX }
			       : everything;
	default: return everything;
	}
}

/* ---- one comparison --------------------------------------------------- */

static const char *range_text(struct pt_sema *sema, struct range range)
{
	if (range.low == range.high)
		return pt_arena_printf(sema->arena, "%" G_GINT64_FORMAT,
				       range.low);
	if (range.high == INT64_MAX)
		return pt_arena_printf(
			sema->arena, "%" G_GINT64_FORMAT " or more", range.low);
	if (range.low == INT64_MIN)
		return pt_arena_printf(sema->arena,
				       "%" G_GINT64_FORMAT " or less",
				       range.high);
	return pt_arena_printf(sema->arena,
			       "%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
			       range.low, range.high);
}

static bool apart(enum pt_op op, struct range a, struct range b)
{
	switch (op) {
	case PT_OP_LT: return a.low >= b.high;
	case PT_OP_LE: return a.low > b.high;
	case PT_OP_GT: return a.high <= b.low;
	case PT_OP_GE: return a.high < b.low;
	default: return a.high < b.low || a.low > b.high; /* == and != */
	}
}

static const char *outcome(const struct pt_expr *expr)
{
	return expr->op == PT_OP_NE ? "this comparison is always true"
				    : "this comparison is never true";
}

static void judge_numbers(struct judge *judge, const struct pt_expr *expr,
			  struct judgement *ret)
{
	struct range a = range_of(expr->left);
	struct range b = range_of(expr->right);

	if (!apart(expr->op, a, b))
		return;
	ret->message = outcome(expr);
	ret->hint = pt_arena_printf(
		judge->sema->arena, "the left side is %s, the right side %s",
		range_text(judge->sema, a), range_text(judge->sema, b));
}

/* A library function that gives the name of a task. */
static bool is_task_name(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_CALL && expr->function &&
	       expr->function->file->library &&
	       (!strcmp(expr->text, "execname") ||
		!strcmp(expr->text, "pexecname"));
}

static void judge_strings(struct judge *judge, const struct pt_expr *expr,
			  struct judgement *ret)
{
	const struct pt_expr *literal = expr->right, *other = expr->left;

	if (expr->op != PT_OP_EQ && expr->op != PT_OP_NE)
		return;
	if (literal->kind != PT_EXPR_STRING) {
		literal = expr->left;
		other = expr->right;
	}
	if (literal->kind != PT_EXPR_STRING || other->kind == PT_EXPR_STRING)
		return;
	if (literal->length > judge->string_max) {
		ret->message = outcome(expr);
		ret->hint = pt_arena_printf(judge->sema->arena,
					    "strings have at most %zu bytes, "
					    "this one has %zu; -D MAXSTRINGLEN "
					    "makes them longer",
					    judge->string_max, literal->length);
	} else if (is_task_name(other) && literal->length > COMM_MAX) {
		ret->message = outcome(expr);
		ret->hint = pt_arena_printf(judge->sema->arena,
					    "the kernel keeps at most %d bytes "
					    "of a task's name",
					    COMM_MAX);
	}
}

/* Has EXPR the same value when it is looked at again at once? */
static bool is_plain(const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_NAME:
	case PT_EXPR_NUMBER:
	case PT_EXPR_STRING: return true;
	case PT_EXPR_TARGET: return !expr->args || !expr->args->len;
	case PT_EXPR_INDEX:
		for (guint i = 0; i < expr->args->len; i++)
			if (!is_plain(expr->args->pdata[i]))
				return false;
		return expr->left->kind == PT_EXPR_NAME;
	default: return false;
	}
}

static void judge_same(struct judge *judge, const struct pt_expr *expr,
		       struct judgement *ret)
{
	if (!is_plain(expr->left) ||
	    !pt_compare_expr(judge->sema, expr->left, expr->right))
		return;
	ret->message = expr->op == PT_OP_LT || expr->op == PT_OP_GT ||
				       expr->op == PT_OP_NE
			       ? "this comparison is never true"
			       : "this comparison is always true";
	ret->hint = "both sides are the same";
}

static bool is_written_here(const struct pt_expr *expr)
{
	return pt_make_user_written(expr->span) && !expr->span.via;
}

static bool judge_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct judge *judge = walk->data;
	const struct pt_expr *expr = *place;
	struct judgement now = { .message = NULL }, *seen;
	const char *key;

	if (expr->kind != PT_EXPR_BINARY || expr->op < PT_OP_LT ||
	    expr->op > PT_OP_NE || !is_written_here(expr) ||
	    !is_written_here(expr->left) || !is_written_here(expr->right))
		return true;
	judge_same(judge, expr, &now);
	if (!now.message && expr->left->type == PT_TYPE_LONG)
		judge_numbers(judge, expr, &now);
	else if (!now.message)
		judge_strings(judge, expr, &now);
	key = pt_arena_printf(judge->sema->arena, "%p %u",
			      (const void *)expr->span.source,
			      (unsigned)expr->span.start);
	seen = g_hash_table_lookup(judge->known, key);
	if (seen) {
		if (g_strcmp0(seen->message, now.message))
			seen->message = NULL;
		return true;
	}
	seen = pt_new(judge->sema->arena, struct judgement);
	*seen = now;
	seen->span = expr->span;
	g_hash_table_insert(judge->known, (void *)key, seen);
	g_ptr_array_add(judge->in_order, seen);
	return true;
}

/* ---- all of them ------------------------------------------------------ */

static void judge_unit(struct pt_sema *sema, const struct pt_unit *unit,
		       void *data)
{
	struct pt_walk walk = { .pre_expr = judge_expr, .data = data };

	(void)sema;
	if (unit->function) {
		pt_walk_stmt(&walk, &unit->function->body);
		return;
	}
	pt_walk_stmt(&walk, &unit->bound->body);
	if (unit->bound->condition)
		pt_walk_expr(&walk, &unit->bound->condition);
}

static size_t string_max(const struct pt_sema *sema)
{
	const GPtrArray *defines = sema->session->options.defines;
	int64_t bytes =
		pt_limit_default(sema->session, pt_limit_find("MAXSTRINGLEN"));

	for (guint i = 0; defines && i < defines->len; i++) {
		const struct pt_define *define = defines->pdata[i];

		if (define->value && !strcmp(define->name, "MAXSTRINGLEN"))
			bytes = g_ascii_strtoll(define->value, NULL, 0);
	}
	return bytes > 0 ? (size_t)bytes - 1 : 0;
}

void pt_impossible_pass(struct pt_sema *sema)
{
	struct judge judge = {
		.sema = sema,
		.known = pt_arena_str_hash(sema->arena),
		.in_order = pt_arena_ptr_array(sema->arena),
		.string_max = string_max(sema),
	};

	pt_make_each_unit(sema, judge_unit, &judge);
	for (guint i = 0; i < judge.in_order->len; i++) {
		const struct judgement *found = judge.in_order->pdata[i];

		if (found->message)
			pt_error_hint(pt_diag_warning(sema->diag, found->span,
						      PT_E_COMPARISON, "%s",
						      found->message),
				      "%s", found->hint);
	}
}
