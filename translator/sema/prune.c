/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has no effect: values that nobody reads, functions that nobody calls.
 *
 * Runs twice.  Before target variables are resolved, only what mentions them, so
 * that a variable which is not there does no harm where nobody needs it, and no
 * type error elsewhere is lost.  At the end, everything; -u keeps it all.
 */
#include "context.h"

#include "../lang/walk.h"

struct prune {
	struct pt_sema *sema;
	GHashTable *read; /* variables whose value somebody reads */
	bool only_targets;
	bool changed;
};

/* ---- who is read? ----------------------------------------------------- */

static bool collect_expr(struct pt_walk *walk, struct pt_expr **place);
static bool collect_stmt(struct pt_walk *walk, struct pt_stmt **place);

static void collect(GHashTable *read, struct pt_expr *expr)
{
	struct pt_walk walk = {
		.pre_expr = collect_expr,
		.pre_stmt = collect_stmt,
		.data = read,
	};

	if (expr)
		pt_walk_expr(&walk, &expr);
}

static void collect_list(GHashTable *read, const GPtrArray *exprs)
{
	for (guint i = 0; exprs && i < exprs->len; i++)
		collect(read, exprs->pdata[i]);
}

/* The variable that a change of LEFT changes, or NULL. */
static struct pt_var *changed_var(const struct pt_expr *left)
{
	if (left->kind == PT_EXPR_INDEX)
		left = left->left;
	return left->kind == PT_EXPR_NAME ? left->var : NULL;
}

static bool may_vanish(const struct pt_expr *expr)
{
	return expr->value_unused && changed_var(expr->left);
}

/* x = e and x += e do not read x for anybody else. */
static bool collect_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct pt_expr *expr = *place;
	GHashTable *read = walk->data;

	if (expr->kind == PT_EXPR_NAME)
		g_hash_table_add(read, expr->var);
	if (expr->kind != PT_EXPR_ASSIGN && expr->kind != PT_EXPR_CRUMENT)
		return true;
	if (!changed_var(expr->left) ||
	    (!expr->value_unused && expr->op != PT_OP_NONE))
		return true;
	collect_list(read, expr->left->args);
	collect(read, expr->right);
	return false;
}

static bool collect_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	const struct pt_stmt *stmt = *place;

	if (stmt->kind != PT_STMT_DELETE || !changed_var(stmt->expr))
		return true;
	collect_list(walk->data, stmt->expr->args);
	return false;
}

/* ---- what goes -------------------------------------------------------- */

static bool find_target(struct pt_walk *walk, struct pt_expr **place)
{
	if ((*place)->kind == PT_EXPR_TARGET)
		*(bool *)walk->data = true;
	return true;
}

static bool in_scope(struct prune *prune, struct pt_expr *expr)
{
	bool found = false;
	struct pt_walk walk = { .pre_expr = find_target, .data = &found };

	if (!prune->only_targets)
		return true;
	pt_walk_expr(&walk, &expr);
	return found;
}

/* What is not known may be what has the effect. */
static void warn(struct prune *prune, const struct pt_expr *expr,
		 const char *what)
{
	if (!prune->sema->incomplete && pt_make_user_written(expr->span))
		pt_diag_warning(prune->sema->diag, expr->span, PT_E_UNUSED,
				"%s, and is left out", what);
}

static bool unread(struct prune *prune, const struct pt_var *var)
{
	if (g_hash_table_contains(prune->read, var))
		return false;
	/* those that are printed at the end have their reader by then */
	return var->kind != PT_VAR_GLOBAL || !prune->only_targets;
}

static bool pure_list(struct prune *prune, const GPtrArray *exprs)
{
	for (guint i = 0; exprs && i < exprs->len; i++)
		if (exprs->pdata[i] &&
		    !pt_effects_pure(prune->sema, exprs->pdata[i]))
			return false;
	return true;
}

/* EXPR changes a variable that nobody reads. */
static struct pt_expr *without_change(struct prune *prune, struct pt_expr *expr)
{
	struct pt_expr *right = expr->right;

	warn(prune, expr, "this value is never read");
	pt_report_removed(prune->sema, expr->span,
			  "a value of '%s' that is never read",
			  changed_var(expr->left)->name);
	prune->changed = true;
	if (!right || pt_effects_pure(prune->sema, right))
		return NULL;
	right->value_unused = true;
	return right;
}

/* The rest of EXPR, whose value nobody wants; NULL: nothing. */
static struct pt_expr *reduce(struct prune *prune, struct pt_expr *expr)
{
	bool assigns =
		expr->kind == PT_EXPR_ASSIGN || expr->kind == PT_EXPR_CRUMENT;

	if (!in_scope(prune, expr))
		return expr;
	if (assigns && may_vanish(expr) &&
	    unread(prune, changed_var(expr->left)) &&
	    pure_list(prune, expr->left->args))
		return without_change(prune, expr);
	if (assigns || !pt_effects_pure(prune->sema, expr))
		return expr;
	warn(prune, expr, "this has no effect");
	pt_report_removed(prune->sema, expr->span,
			  "an expression without effect");
	prune->changed = true;
	return NULL;
}

static void make_empty(struct prune *prune, struct pt_stmt **place)
{
	*place = pt_make_stmt(prune->sema, PT_STMT_EMPTY, (*place)->span);
	prune->changed = true;
}

static void prune_delete(struct prune *prune, struct pt_stmt **place)
{
	const struct pt_expr *what = (*place)->expr;
	const struct pt_var *var = changed_var(what);

	if (prune->only_targets || !var || !unread(prune, var) ||
	    !pure_list(prune, what->args))
		return;
	pt_report_removed(prune->sema, (*place)->span,
			  "delete of '%s', which is never read", var->name);
	make_empty(prune, place);
}

static bool prune_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct prune *prune = walk->data;
	struct pt_stmt *stmt = *place;
	struct pt_expr *rest;

	if (stmt->kind == PT_STMT_FOR) {
		if (stmt->init)
			stmt->init = reduce(prune, stmt->init);
		if (stmt->step)
			stmt->step = reduce(prune, stmt->step);
	}
	if (stmt->kind == PT_STMT_DELETE)
		prune_delete(prune, place);
	if (stmt->kind != PT_STMT_EXPR)
		return true;
	rest = reduce(prune, stmt->expr);
	if (rest)
		stmt->expr = rest;
	else
		*place = pt_make_stmt(prune->sema, PT_STMT_EMPTY, stmt->span);
	return false;
}

/* ---- what is left of statements that lost theirs ---------------------- */

static bool is_nothing(const struct pt_stmt *stmt)
{
	return !stmt || stmt->kind == PT_STMT_EMPTY ||
	       (stmt->kind == PT_STMT_BLOCK && !stmt->body->len);
}

static void close_up(GPtrArray *body)
{
	guint kept = 0;

	for (guint i = 0; i < body->len; i++)
		if (!is_nothing(body->pdata[i]))
			body->pdata[kept++] = body->pdata[i];
	g_ptr_array_set_size(body, (gint)kept);
}

static void tidy_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct prune *prune = walk->data;
	struct pt_stmt *stmt = *place;

	switch (stmt->kind) {
	case PT_STMT_BLOCK: close_up(stmt->body); break;
	case PT_STMT_IF:
		if (is_nothing(stmt->other))
			stmt->other = NULL;
		if (stmt->other || !is_nothing(stmt->then))
			break;
		pt_report_removed(prune->sema, stmt->span,
				  "an if that guards nothing");
		*place = pt_make_expr_stmt(prune->sema, stmt->expr);
		prune->changed = true;
		break;
	case PT_STMT_TRY:
		if (!is_nothing(stmt->then))
			break;
		pt_report_removed(prune->sema, stmt->span,
				  "a try around nothing");
		make_empty(prune, place);
		break;
	default: break;
	}
}

static struct pt_stmt **body_of(const struct pt_unit *unit)
{
	return unit->function ? &unit->function->body : &unit->bound->body;
}

static void read_unit(struct pt_sema *sema, const struct pt_unit *unit,
		      void *data)
{
	struct prune *prune = data;
	struct pt_walk walk = {
		.pre_expr = collect_expr,
		.pre_stmt = collect_stmt,
		.data = prune->read,
	};

	(void)sema;
	pt_walk_stmt(&walk, body_of(unit));
	if (unit->function)
		return;
	collect(prune->read, unit->bound->condition);
	for (guint i = 0; i < unit->bound->entries->len; i++)
		collect(prune->read, unit->bound->entries->pdata[i]);
}

/* Embedded code may read globals by pragma. */
static void read_embedded(struct prune *prune)
{
	GPtrArray *functions = prune->sema->program->functions;

	for (guint i = 0; i < functions->len; i++) {
		struct pt_function *function = functions->pdata[i];
		struct pt_effects *effects;
		GHashTableIter iter;
		gpointer var, bits;

		if (!function->embedded)
			continue;
		effects = pt_effects_of_function(prune->sema, function);
		g_hash_table_iter_init(&iter, effects->access);
		while (g_hash_table_iter_next(&iter, &var, &bits))
			g_hash_table_add(prune->read, var);
	}
}

static void prune_unit(struct pt_sema *sema, const struct pt_unit *unit,
		       void *data)
{
	const struct prune *prune = data;
	struct pt_walk walk = {
		.pre_stmt = prune_stmt,
		.post_stmt = prune->only_targets ? NULL : tidy_stmt,
		.data = data,
	};

	(void)sema;
	pt_walk_stmt(&walk, body_of(unit));
}

static void prune_values(struct pt_sema *sema, bool only_targets)
{
	struct prune prune = { .sema = sema, .only_targets = only_targets };

	if (sema->session->options.unoptimized)
		return;
	do {
		prune.changed = false;
		prune.read = g_hash_table_new(g_direct_hash, g_direct_equal);
		pt_make_each_unit(sema, read_unit, &prune);
		read_embedded(&prune);
		pt_make_each_unit(sema, prune_unit, &prune);
		pt_effects_forget(sema);
		g_hash_table_destroy(prune.read);
	} while (prune.changed);
}

void pt_unused_targets_pass(struct pt_sema *sema)
{
	prune_values(sema, true);
}

/* ---- functions and globals -------------------------------------------- */

struct mark {
	GHashTable *functions;
	GHashTable *vars;
	struct pt_sema *sema;
};

static void mark_function(struct mark *mark, struct pt_function *function);

static bool mark_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct mark *mark = walk->data;
	struct pt_expr *expr = *place;

	if (expr->var)
		g_hash_table_add(mark->vars, expr->var);
	if (expr->kind == PT_EXPR_CALL)
		mark_function(mark, expr->function);
	return true;
}

static void mark_body(struct mark *mark, struct pt_stmt **body)
{
	struct pt_walk walk = { .pre_expr = mark_expr, .data = mark };

	pt_walk_stmt(&walk, body);
}

static void mark_function(struct mark *mark, struct pt_function *function)
{
	for (; function; function = function->next_overload) {
		if (!g_hash_table_add(mark->functions, function))
			continue;
		function->used = true;
		mark_body(mark, &function->body);
	}
}

static void mark_embedded(struct mark *mark)
{
	GHashTableIter iter;
	gpointer function, var;

	g_hash_table_iter_init(&iter, mark->functions);
	while (g_hash_table_iter_next(&iter, &function, NULL)) {
		struct pt_effects *effects;
		GHashTableIter inner;

		if (!((struct pt_function *)function)->embedded)
			continue;
		effects = pt_effects_of_function(mark->sema, function);
		g_hash_table_iter_init(&inner, effects->access);
		while (g_hash_table_iter_next(&inner, &var, NULL))
			g_hash_table_add(mark->vars, var);
	}
}

static void mark_bound(struct mark *mark, struct pt_bound *bound)
{
	struct pt_walk walk = { .pre_expr = mark_expr, .data = mark };

	mark_body(mark, &bound->body);
	if (bound->condition)
		pt_walk_expr(&walk, &bound->condition);
	for (guint i = 0; i < bound->entries->len; i++)
		pt_walk_expr(&walk,
			     (struct pt_expr **)&bound->entries->pdata[i]);
}

static GPtrArray *kept(struct pt_sema *sema, const GPtrArray *from,
		       GHashTable *marked)
{
	GPtrArray *list = pt_arena_ptr_array(sema->arena);

	for (guint i = 0; i < from->len; i++)
		if (g_hash_table_contains(marked, from->pdata[i]))
			g_ptr_array_add(list, from->pdata[i]);
	return list;
}

/* Locals that are not left are not declared. */
static void sweep_locals(struct mark *mark)
{
	struct pt_program *program = mark->sema->program;

	for (guint i = 0; i < program->probes->len; i++) {
		struct pt_bound *bound = program->probes->pdata[i];

		bound->locals = kept(mark->sema, bound->locals, mark->vars);
	}
	for (guint i = 0; i < program->functions->len; i++) {
		struct pt_function *function = program->functions->pdata[i];

		function->locals =
			kept(mark->sema, function->locals, mark->vars);
	}
}

static void warn_unused(struct pt_sema *sema, struct pt_span span,
			const char *what, const char *name)
{
	if (pt_make_user_written(span))
		pt_diag_warning(sema->diag, span, PT_E_UNUSED,
				"%s '%s' is not used", what, name);
}

static void mark_all(struct mark *mark, struct pt_sema *sema)
{
	GPtrArray *probes = sema->program->probes;

	mark->sema = sema;
	mark->functions = g_hash_table_new(g_direct_hash, g_direct_equal);
	mark->vars = g_hash_table_new(g_direct_hash, g_direct_equal);
	for (guint i = 0; i < probes->len; i++)
		mark_bound(mark, probes->pdata[i]);
	mark_embedded(mark);
}

static void mark_end(struct mark *mark)
{
	g_hash_table_destroy(mark->functions);
	g_hash_table_destroy(mark->vars);
}

/* -u: what nobody uses has no type. */
static void keep_all(struct pt_sema *sema)
{
	GPtrArray *globals = sema->program->globals;

	for (guint i = 0; i < globals->len; i++) {
		struct pt_var *var = globals->pdata[i];

		var->arity = MAX(var->arity, 0);
		if (var->type == PT_TYPE_UNKNOWN)
			var->type = PT_TYPE_LONG;
	}
}

void pt_prune_uncalled(struct pt_sema *sema, const struct pt_function *function)
{
	/* of a copy for one probe, others may be called */
	if (!function->bound)
		warn_unused(sema, function->span, "function", function->name);
	pt_report_removed(sema, function->span,
			  "function '%s', which is never called",
			  function->name);
}

void pt_prune_functions(struct pt_sema *sema)
{
	struct pt_program *program = sema->program;
	struct mark mark;

	/* What is called by a probe that could not be bound is used. */
	if (sema->session->options.unoptimized || sema->incomplete)
		return;
	mark_all(&mark, sema);
	for (guint i = 0; i < program->functions->len; i++) {
		const struct pt_function *function =
			program->functions->pdata[i];

		if (!g_hash_table_contains(mark.functions, function))
			pt_prune_uncalled(sema, function);
	}
	program->functions = kept(sema, program->functions, mark.functions);
	mark_end(&mark);
}

static void drop_globals(struct mark *mark)
{
	struct pt_sema *sema = mark->sema;
	struct pt_program *program = sema->program;

	for (guint i = 0; i < program->globals->len; i++) {
		const struct pt_var *var = program->globals->pdata[i];

		if (g_hash_table_contains(mark->vars, var))
			continue;
		warn_unused(sema, var->span, "global", var->name);
		if (pt_make_user_written(var->span))
			pt_report_removed(sema, var->span,
					  "global '%s', which is not used",
					  var->name);
	}
	program->globals = kept(sema, program->globals, mark->vars);
}

void pt_prune_pass(struct pt_sema *sema)
{
	struct mark mark;

	if (sema->session->options.unoptimized) {
		keep_all(sema);
		return;
	}
	prune_values(sema, false);
	pt_prune_functions(sema);
	mark_all(&mark, sema);
	drop_globals(&mark);
	sweep_locals(&mark);
	mark_end(&mark);
}
