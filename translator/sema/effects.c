/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a tree does: which globals it touches and how, whether it prints, what it
 * calls.  Computed when asked, because the passes change the trees.
 */
#include "context.h"

#include <string.h>

#include "../lang/walk.h"

struct tour {
	struct pt_sema *sema;
	struct pt_effects *effects;
	GHashTable *functions; /* struct pt_function * -> effects; NULL: open */
	unsigned below;
	bool assigns; /* outside of functions called */
	bool inside;  /* in a function called */
};

static void touch(struct tour *tour, const struct pt_var *var, unsigned bits)
{
	gpointer old;

	if (!var || var->kind != PT_VAR_GLOBAL)
		return;
	old = g_hash_table_lookup(tour->effects->access, var);
	g_hash_table_insert(tour->effects->access, (void *)var,
			    GUINT_TO_POINTER(GPOINTER_TO_UINT(old) | bits));
}

bool pt_effects_needs_probe(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_TARGET && expr->text[0] == '$';
}

/* Embedded C names the globals that it uses: pragma:read:x, pragma:write:x. */
static void embedded_access(struct tour *tour, struct pt_file *file,
			    const char *code, const char *word, unsigned bits)
{
	for (const char *at = strstr(code, word); at; at = strstr(at, word)) {
		size_t n;
		char *name;

		at += strlen(word);
		n = strspn(at, "abcdefghijklmnopqrstuvwxyz_0123456789"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		name = g_strndup(at, n);
		if (file)
			touch(tour, pt_join_global(tour->sema, file, name),
			      bits);
		g_free(name);
	}
}

static void embedded(struct tour *tour, struct pt_file *file, const char *code,
		     bool pure)
{
	embedded_access(tour, file, code, "pragma:read:", PT_ACCESS_READ);
	embedded_access(tour, file, code, "pragma:write:", PT_ACCESS_WRITE);
	if (!pure)
		tour->effects->output = true;
}

static bool visit_expr(struct pt_walk *walk, struct pt_expr **place);
static bool visit_stmt(struct pt_walk *walk, struct pt_stmt **place);

static void walk_expr(struct tour *tour, struct pt_expr *expr)
{
	struct pt_walk walk = {
		.pre_expr = visit_expr,
		.pre_stmt = visit_stmt,
		.data = tour,
	};

	if (expr)
		pt_walk_expr(&walk, &expr);
}

static void call(struct tour *tour, struct pt_function *function);

static void walk_exprs(struct tour *tour, const GPtrArray *exprs)
{
	for (guint i = 0; exprs && i < exprs->len; i++)
		walk_expr(tour, exprs->pdata[i]);
}

static void walk_stmt(struct tour *tour, struct pt_stmt *stmt)
{
	struct pt_walk walk = {
		.pre_expr = visit_expr,
		.pre_stmt = visit_stmt,
		.data = tour,
	};

	if (stmt)
		pt_walk_stmt(&walk, &stmt);
}

static struct pt_effects *effects_create(struct pt_sema *sema)
{
	struct pt_effects *effects = pt_new(sema->arena, struct pt_effects);

	effects->access = g_hash_table_new(g_direct_hash, g_direct_equal);
	pt_arena_defer(sema->arena, (void (*)(void *))g_hash_table_destroy,
		       effects->access);
	return effects;
}

static void merge(struct tour *tour, const struct pt_effects *from)
{
	struct pt_effects *to = tour->effects;
	GHashTableIter iter;
	gpointer var, bits;

	g_hash_table_iter_init(&iter, from->access);
	while (g_hash_table_iter_next(&iter, &var, &bits))
		touch(tour, var, GPOINTER_TO_UINT(bits));
	to->output |= from->output;
	to->target_write |= from->target_write;
	to->targets |= from->targets;
	to->full_regs |= from->full_regs;
	to->kernel_headers |= from->kernel_headers;
	to->point |= from->point;
	to->registers |= from->registers;
	to->recursive |= from->recursive;
	tour->below = MAX(tour->below, from->depth);
}

static struct pt_effects *look_into(struct tour *outer,
				    struct pt_function *function)
{
	struct tour tour = {
		.sema = outer->sema,
		.effects = effects_create(outer->sema),
		.functions = outer->functions,
		.inside = true,
	};
	struct pt_effects *effects = tour.effects;

	effects->full_regs = function->pragmas & PT_PRAGMA_FULL_REGS;
	effects->point = function->pragmas & PT_PRAGMA_POINT;
	effects->kernel_headers =
		function->embedded &&
		(!function->file->library ||
		 (function->pragmas & PT_PRAGMA_KERNEL_HEADERS));
	if (function->embedded)
		embedded(&tour, function->file, function->body->code,
			 function->pragmas & PT_PRAGMA_PURE);
	else
		walk_stmt(&tour, function->body);
	if (function->next_overload)
		call(&tour, function->next_overload);
	effects->depth = tour.below + 1;
	return effects;
}

/* What is found in a loop of calls depends on where the loop was entered, and is
 * not kept for others. */
static void call(struct tour *tour, struct pt_function *function)
{
	GHashTable *summaries = tour->sema->summaries;
	struct pt_effects *effects;
	gpointer seen;

	effects = g_hash_table_lookup(summaries, function);
	if (!effects && g_hash_table_lookup_extended(tour->functions, function,
						     NULL, &seen)) {
		effects = seen;
		if (!effects) {
			tour->effects->recursive = true;
			return;
		}
	}
	if (!effects) {
		g_hash_table_insert(tour->functions, function, NULL);
		effects = look_into(tour, function);
		g_hash_table_insert(tour->functions, function, effects);
		if (!effects->recursive)
			g_hash_table_insert(summaries, function, effects);
	}
	merge(tour, effects);
}

/* LEFT is changed by OP; UNUSED: nobody reads the expression's value. */
static void change(struct tour *tour, struct pt_expr *left, enum pt_op op,
		   bool unused)
{
	bool add = op == PT_OP_ADD || op == PT_OP_SUB || op == PT_OP_INC ||
		   op == PT_OP_DEC;
	struct pt_var *var;

	if (!tour->inside)
		tour->assigns = true;
	if (left->kind == PT_EXPR_TARGET || left->kind == PT_EXPR_DEREF) {
		tour->effects->target_write = true;
		/* The partial registers of an entry are not written back. */
		if (left->store && !left->store->address)
			tour->effects->full_regs = true;
		walk_expr(tour, left);
		return;
	}
	if (left->kind == PT_EXPR_INDEX) {
		var = left->left->var;
		walk_exprs(tour, left->args);
		touch(tour, var,
		      op == PT_OP_STAT_ADD ? PT_ACCESS_STAT
		      : op == PT_OP_NONE || unused
			      ? PT_ACCESS_WRITE
			      : PT_ACCESS_WRITE | PT_ACCESS_READ);
		return;
	}
	var = left->var;
	if (op == PT_OP_STAT_ADD)
		touch(tour, var, PT_ACCESS_STAT);
	else if (op == PT_OP_NONE)
		touch(tour, var, unused ? PT_ACCESS_SET : PT_ACCESS_WRITE);
	else
		touch(tour, var,
		      unused && add ? PT_ACCESS_ADD
		      : unused	    ? PT_ACCESS_WRITE
				    : PT_ACCESS_WRITE | PT_ACCESS_READ);
}

static void visit_target(struct tour *tour, const struct pt_expr *expr)
{
	if (pt_effects_needs_probe(expr))
		tour->effects->targets = true;
	if (expr->fetch)
		tour->effects->registers |= expr->fetch->registers;
}

/* Does the program ask what =~ found? */
static bool asks_match(struct pt_sema *sema)
{
	GPtrArray *functions = sema->program->functions;

	for (guint i = 0; i < functions->len; i++) {
		const struct pt_function *function = functions->pdata[i];

		if (function->pragmas & PT_PRAGMA_TAGGED_DFA)
			return true;
	}
	return false;
}

static bool visit_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct tour *tour = walk->data;
	struct pt_expr *expr = *place;

	switch (expr->kind) {
	case PT_EXPR_NAME: touch(tour, expr->var, PT_ACCESS_READ); break;
	case PT_EXPR_ASSIGN:
		change(tour, expr->left, expr->op, expr->value_unused);
		walk_expr(tour, expr->right);
		return false;
	case PT_EXPR_CRUMENT:
		change(tour, expr->left, expr->op, expr->value_unused);
		return false;
	case PT_EXPR_CALL:
		if (expr->function)
			call(tour, expr->function);
		break;
	case PT_EXPR_TARGET:
	case PT_EXPR_DEREF: visit_target(tour, expr); break;
	case PT_EXPR_ENTRY: tour->effects->targets = true; break;
	case PT_EXPR_REGEX:
		if (asks_match(tour->sema))
			tour->effects->output = true;
		break;
	case PT_EXPR_PRINT:
		if (!expr->print->to_string)
			tour->effects->output = true;
		break;
	case PT_EXPR_EMBEDDED:
		if (pt_make_user_written(expr->span))
			tour->effects->kernel_headers = true;
		embedded(tour, NULL, expr->text,
			 strstr(expr->text, "/* pure */"));
		break;
	case PT_EXPR_ATOP:
		if (!strcmp(expr->text, "@probewrite") ||
		    !strcmp(expr->text, "@errno") ||
		    !strcmp(expr->text, "@kregister"))
			tour->effects->targets = true;
		break;
	default: break;
	}
	return true;
}

static void assigned_name(struct tour *tour, const struct pt_expr *name)
{
	if (!name)
		return;
	if (!tour->inside)
		tour->assigns = true;
	touch(tour, name->var, PT_ACCESS_WRITE);
}

static bool visit_foreach(struct tour *tour, struct pt_stmt *stmt)
{
	struct pt_foreach *loop = stmt->foreach;

	for (guint i = 0; i < loop->keys->len; i++)
		assigned_name(tour, loop->keys->pdata[i]);
	assigned_name(tour, loop->value);
	if (loop->array->kind == PT_EXPR_NAME)
		touch(tour, loop->array->var,
		      PT_ACCESS_FOREACH | PT_ACCESS_READ);
	else
		walk_expr(tour, loop->array);
	walk_exprs(tour, loop->slice);
	walk_expr(tour, loop->limit);
	walk_stmt(tour, stmt->then);
	return false;
}

static bool visit_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct tour *tour = walk->data;
	struct pt_stmt *stmt = *place;

	switch (stmt->kind) {
	case PT_STMT_FOREACH: return visit_foreach(tour, stmt);
	case PT_STMT_DELETE:
		if (!tour->inside)
			tour->assigns = true;
		if (stmt->expr->kind == PT_EXPR_INDEX) {
			walk_exprs(tour, stmt->expr->args);
			touch(tour, stmt->expr->left->var, PT_ACCESS_WRITE);
		} else {
			touch(tour, stmt->expr->var, PT_ACCESS_WRITE);
		}
		return false;
	case PT_STMT_TRY:
		assigned_name(tour, stmt->expr);
		walk_stmt(tour, stmt->then);
		walk_stmt(tour, stmt->other);
		return false;
	default: return true;
	}
}

static void tour_begin(struct pt_sema *sema, struct tour *tour)
{
	*tour = (struct tour){
		.sema = sema,
		.effects = effects_create(sema),
		.functions = g_hash_table_new(g_direct_hash, g_direct_equal),
	};
}

void pt_effects_forget(struct pt_sema *sema)
{
	g_hash_table_remove_all(sema->summaries);
	g_hash_table_remove_all(sema->failing);
}

static struct pt_effects *tour_end(struct tour *tour)
{
	g_hash_table_destroy(tour->functions);
	tour->effects->depth = tour->below;
	return tour->effects;
}

struct pt_effects *pt_effects_of(struct pt_sema *sema, struct pt_stmt *body,
				 struct pt_expr *condition)
{
	struct tour tour;

	tour_begin(sema, &tour);
	walk_stmt(&tour, body);
	walk_expr(&tour, condition);
	return tour_end(&tour);
}

struct pt_effects *pt_effects_of_function(struct pt_sema *sema,
					  struct pt_function *function)
{
	struct pt_effects *known =
		g_hash_table_lookup(sema->summaries, function);
	struct tour tour;

	if (known)
		return known;
	tour_begin(sema, &tour);
	call(&tour, function);
	return tour_end(&tour);
}

unsigned pt_effects_access(const struct pt_effects *effects,
			   const struct pt_var *var)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(effects->access, var));
}

static bool only_reads(const struct pt_effects *effects)
{
	GHashTableIter iter;
	gpointer bits;

	g_hash_table_iter_init(&iter, effects->access);
	while (g_hash_table_iter_next(&iter, NULL, &bits))
		if (GPOINTER_TO_UINT(bits) &
		    ~(PT_ACCESS_READ | PT_ACCESS_FOREACH))
			return false;
	return true;
}

bool pt_effects_pure(struct pt_sema *sema, struct pt_expr *expr)
{
	struct pt_effects *effects;
	struct tour tour;

	tour_begin(sema, &tour);
	walk_expr(&tour, expr);
	effects = tour_end(&tour);
	return !tour.assigns && !effects->output && !effects->target_write &&
	       only_reads(effects);
}
