/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that only the whole tree shows.
 */
#include "context.h"

#include "../lang/parse.h"
#include "../lang/walk.h"
#include "../regex/ere.h"

struct check {
	struct pt_sema *sema;
	GHashTable *assigned; /* struct pt_var *: locals */
	GPtrArray *read;      /* struct pt_expr *: NAMEs of locals */
};

/* ---- expressions ------------------------------------------------------ */

/* Is it a bucket's number? */
static void check_hist_in(struct check *check, const struct pt_expr *expr)
{
	if (expr->args->len != 1 || !expr->args->pdata[0])
		pt_diag_error(check->sema->diag, expr->span, PT_E_STATISTICS,
			      "the buckets of a histogram have one number");
}

static void check_call(struct check *check, const struct pt_expr *expr)
{
	struct pt_sema *sema = check->sema;

	if (!(expr->function->pragmas & PT_PRAGMA_GURU) ||
	    sema->session->options.guru || !pt_make_user_written(expr->span))
		return;
	pt_error_hint(pt_diag_error(sema->diag, expr->span, PT_E_GURU,
				    "'%s' may only be called by gurus",
				    expr->text),
		      "allow it with -g");
}

static void check_regex(struct check *check, const struct pt_expr *pattern)
{
	struct pt_ere_mistake mistake;
	struct pt_error *error;
	unsigned groups;

	if (pt_ere_parse(check->sema->arena, pattern->text, pattern->length,
			 &groups, &mistake))
		return;
	error = pt_diag_error(check->sema->diag,
			      pt_literal_part(pattern->span, mistake.start,
					      mistake.end - mistake.start),
			      PT_E_REGEX, "%s", mistake.message);
	if (mistake.hint)
		pt_error_hint(error, "%s", mistake.hint);
}

static bool check_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct check *check = walk->data;
	struct pt_expr *expr = *place;

	switch (expr->kind) {
	case PT_EXPR_NAME:
		if (expr->var->kind == PT_VAR_LOCAL)
			g_ptr_array_add(check->read, expr);
		break;
	case PT_EXPR_IN:
		if (expr->left->kind == PT_EXPR_HIST)
			check_hist_in(check, expr);
		break;
	case PT_EXPR_ASSIGN:
	case PT_EXPR_CRUMENT:
		if (expr->left->kind == PT_EXPR_NAME)
			g_hash_table_add(check->assigned, expr->left->var);
		break;
	case PT_EXPR_CALL: check_call(check, expr); break;
	case PT_EXPR_REGEX: check_regex(check, expr->right); break;
	default: break;
	}
	return true;
}

/* ---- foreach ---------------------------------------------------------- */

struct change_search {
	struct pt_sema *sema;
	const struct pt_var *array;
	struct pt_span where;
	bool found;
};

#define CHANGES \
	(PT_ACCESS_WRITE | PT_ACCESS_SET | PT_ACCESS_ADD | PT_ACCESS_STAT)

static void found(struct change_search *search, struct pt_span where)
{
	if (!search->found)
		search->where = where;
	search->found = true;
}

static bool find_change(struct pt_walk *walk, struct pt_expr **place)
{
	struct change_search *search = walk->data;
	const struct pt_expr *expr = *place;

	if ((expr->kind == PT_EXPR_ASSIGN || expr->kind == PT_EXPR_CRUMENT) &&
	    expr->left->kind == PT_EXPR_INDEX &&
	    expr->left->left->var == search->array)
		found(search, expr->left->span);
	if (expr->kind == PT_EXPR_CALL &&
	    (pt_effects_access(
		     pt_effects_of_function(search->sema, expr->function),
		     search->array) &
	     CHANGES))
		found(search, expr->span);
	return true;
}

static bool find_delete(struct pt_walk *walk, struct pt_stmt **place)
{
	struct change_search *search = walk->data;
	const struct pt_stmt *stmt = *place;
	const struct pt_expr *base;

	if (stmt->kind != PT_STMT_DELETE)
		return true;
	base = stmt->expr->kind == PT_EXPR_INDEX ? stmt->expr->left
						 : stmt->expr;
	if (base->var == search->array)
		found(search, stmt->span);
	return true;
}

/* Its turns are the numbers of all buckets, from 0 on. */
static void check_hist_loop(struct check *check, const struct pt_foreach *loop)
{
	static const char hint[] =
		"write foreach (b in @hist_log(s)), and read @hist_log(s)[b]";
	struct pt_diag *diag = check->sema->diag;

	if (loop->keys->len != 1)
		pt_error_hint(pt_diag_error(diag, loop->array->span,
					    PT_E_STATISTICS,
					    "a histogram's buckets have one "
					    "number, not %u keys",
					    loop->keys->len),
			      hint);
	if (loop->value)
		pt_error_hint(pt_diag_error(diag, loop->value->span,
					    PT_E_STATISTICS,
					    "a loop over a histogram gives the "
					    "number of each bucket only"),
			      hint);
	if (loop->sort_direction)
		pt_diag_error(diag, loop->sort_span, PT_E_STATISTICS,
			      "a loop over a histogram goes from the first "
			      "bucket to the last and cannot be sorted");
}

static void check_foreach(struct check *check, struct pt_stmt *stmt)
{
	struct pt_foreach *loop = stmt->foreach;
	struct change_search search = {
		.sema = check->sema,
		.array = loop->array->var,
	};
	struct pt_walk walk = {
		.pre_expr = find_change,
		.pre_stmt = find_delete,
		.data = &search,
	};

	for (guint i = 0; i < loop->keys->len; i++) {
		struct pt_expr *key = loop->keys->pdata[i];

		g_hash_table_add(check->assigned, key->var);
	}
	if (loop->value)
		g_hash_table_add(check->assigned, loop->value->var);
	if (loop->array->kind == PT_EXPR_HIST) {
		check_hist_loop(check, loop);
		return;
	}
	if (loop->sort_stat_given && loop->array->var->type != PT_TYPE_STATS)
		pt_diag_error(check->sema->diag, loop->sort_span,
			      PT_E_STATISTICS,
			      "'%s' does not hold statistics to sort by",
			      loop->array->text);
	pt_walk_stmt(&walk, &stmt->then);
	if (search.found)
		pt_error_hint(
			pt_error_note(pt_diag_error(check->sema->diag,
						    search.where,
						    PT_E_FOREACH_CHANGES,
						    "'%s' is changed while a "
						    "foreach goes through it",
						    loop->array->text),
				      loop->array->span, "this foreach"),
			"remember in another array what to change, and do it "
			"behind the loop");
}

/* ---- statements ------------------------------------------------------- */

static bool check_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct check *check = walk->data;
	struct pt_stmt *stmt = *place;

	if (stmt->kind == PT_STMT_FOREACH)
		check_foreach(check, stmt);
	else if (stmt->kind == PT_STMT_TRY && stmt->expr)
		g_hash_table_add(check->assigned, stmt->expr->var);
	return true;
}

/* ---- units ------------------------------------------------------------ */

static bool is_function(struct pt_sema *sema, const struct pt_expr *name)
{
	GPtrArray *names = pt_join_function_names(sema);

	return g_ptr_array_find_with_equal_func(names, name->text, g_str_equal,
						NULL);
}

static void warn_never_assigned(struct check *check)
{
	GPtrArray *names = pt_arena_ptr_array(check->sema->arena);
	GPtrArray *globals = check->sema->program->globals;
	GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct pt_error *warning;
	GHashTableIter iter;
	gpointer var;

	g_hash_table_iter_init(&iter, check->assigned);
	while (g_hash_table_iter_next(&iter, &var, NULL))
		g_ptr_array_add(names, (void *)((struct pt_var *)var)->name);
	for (guint i = 0; i < globals->len; i++)
		g_ptr_array_add(
			names,
			(void *)((struct pt_var *)globals->pdata[i])->name);
	for (guint i = 0; i < check->read->len; i++) {
		const struct pt_expr *name = check->read->pdata[i];

		if (g_hash_table_contains(check->assigned, name->var) ||
		    !g_hash_table_add(seen, name->var) ||
		    !pt_make_user_written(name->span))
			continue;
		warning = pt_diag_warning(
			check->sema->diag, name->span, PT_E_NEVER_ASSIGNED,
			"'%s' is read but never assigned", name->text);
		if (is_function(check->sema, name))
			pt_error_hint(warning,
				      "to call the function, write "
				      "%s()",
				      name->text);
		else
			pt_error_suggest(warning, name->text, names);
	}
	g_hash_table_destroy(seen);
}

static void check_unit(struct pt_sema *sema, const struct pt_unit *unit,
		       void *data)
{
	struct check check = {
		.sema = sema,
		.assigned = g_hash_table_new(g_direct_hash, g_direct_equal),
		.read = pt_arena_ptr_array(sema->arena),
	};
	struct pt_walk walk = {
		.pre_expr = check_expr,
		.pre_stmt = check_stmt,
		.data = &check,
	};

	(void)data;
	pt_walk_stmt(&walk, unit->function ? &unit->function->body
					   : &unit->bound->body);
	warn_never_assigned(&check);
	g_hash_table_destroy(check.assigned);
}

void pt_check_pass(struct pt_sema *sema)
{
	pt_make_each_unit(sema, check_unit, NULL);
}
