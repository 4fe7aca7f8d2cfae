/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of stable functions: where there may be more than one in a handler or a
 * function, the first value is kept for the others.
 */
#include "context.h"

#include "../lang/walk.h"

struct stable {
	struct pt_sema *sema;
	struct pt_file *file;
	GPtrArray *locals;
	GHashTable *calls; /* struct pt_function * -> number of calls seen */
	GHashTable *kept;  /* struct pt_function * -> struct kept * */
	unsigned loops;	   /* open */
};

struct kept {
	struct pt_var *value, *known;
};

static bool is_stable_call(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_CALL && expr->function->embedded &&
	       expr->function->pragmas & PT_PRAGMA_STABLE &&
	       expr->function->return_type != PT_TYPE_UNKNOWN &&
	       !expr->value_unused;
}

/* A call in a loop counts as two. */
static bool count_call(struct pt_walk *walk, struct pt_expr **place)
{
	struct stable *stable = walk->data;
	struct pt_expr *expr = *place;
	unsigned n;

	if (!is_stable_call(expr))
		return true;
	n = GPOINTER_TO_UINT(
		g_hash_table_lookup(stable->calls, expr->function));
	g_hash_table_insert(stable->calls, expr->function,
			    GUINT_TO_POINTER(n + (stable->loops ? 2 : 1)));
	return true;
}

static bool is_loop(const struct pt_stmt *stmt)
{
	return stmt->kind == PT_STMT_WHILE || stmt->kind == PT_STMT_FOR ||
	       stmt->kind == PT_STMT_FOREACH;
}

static bool enter(struct pt_walk *walk, struct pt_stmt **place)
{
	struct stable *stable = walk->data;

	stable->loops += is_loop(*place);
	return true;
}

static void leave(struct pt_walk *walk, struct pt_stmt **place)
{
	struct stable *stable = walk->data;

	stable->loops -= is_loop(*place);
}

static struct pt_var *new_local(struct stable *stable, const char *format,
				const struct pt_expr *call, enum pt_type type)
{
	struct pt_var *var = pt_new(stable->sema->arena, struct pt_var);

	var->kind = PT_VAR_LOCAL;
	var->name = pt_arena_printf(stable->sema->arena, format,
				    call->function->name);
	var->span = call->span;
	var->file = stable->file;
	var->type = type;
	var->read = true;
	var->written = true;
	g_ptr_array_add(stable->locals, var);
	return var;
}

static struct pt_expr *name_of(struct stable *stable, struct pt_var *var,
			       const struct pt_expr *call)
{
	struct pt_expr *name = pt_make_name(stable->sema, var);

	name->type = var->type;
	name->span = call->span;
	name->op_span = call->op_span;
	return name;
}

/* known++ ? value : (value = f()) */
static void keep(struct pt_walk *walk, struct pt_expr **place)
{
	struct stable *stable = walk->data;
	struct pt_expr *call = *place, *choice, *known, *set;
	enum pt_type type;
	struct kept *kept;

	if (!is_stable_call(call) ||
	    GPOINTER_TO_UINT(
		    g_hash_table_lookup(stable->calls, call->function)) < 2)
		return;
	type = call->function->return_type;
	kept = g_hash_table_lookup(stable->kept, call->function);
	if (!kept) {
		kept = pt_new(stable->sema->arena, struct kept);
		kept->value = new_local(stable, "stable_%s", call, type);
		kept->known = new_local(stable, "known_%s", call, PT_TYPE_LONG);
		g_hash_table_insert(stable->kept, call->function, kept);
	}
	known = pt_make_expr(stable->sema, PT_EXPR_CRUMENT, call->span);
	known->op = PT_OP_INC;
	known->type = PT_TYPE_LONG;
	known->left = name_of(stable, kept->known, call);
	set = pt_make_expr(stable->sema, PT_EXPR_ASSIGN, call->span);
	set->op = PT_OP_NONE;
	set->type = type;
	set->left = name_of(stable, kept->value, call);
	set->right = call;
	choice = pt_make_expr(stable->sema, PT_EXPR_TERNARY, call->span);
	choice->type = type;
	choice->left = known;
	choice->right = name_of(stable, kept->value, call);
	choice->third = set;
	*place = choice;
}

static void keep_in_unit(struct pt_sema *sema, const struct pt_unit *unit,
			 void *data)
{
	struct pt_stmt **body =
		unit->function ? &unit->function->body : &unit->bound->body;
	struct stable stable = {
		.sema = sema,
		.file = unit->file,
		.locals = unit->function ? unit->function->locals
					 : unit->bound->locals,
		.calls = g_hash_table_new(g_direct_hash, g_direct_equal),
		.kept = g_hash_table_new(g_direct_hash, g_direct_equal),
	};
	struct pt_walk count = {
		.pre_expr = count_call,
		.pre_stmt = enter,
		.post_stmt = leave,
		.data = &stable,
	};
	struct pt_walk change = { .post_expr = keep, .data = &stable };

	(void)data;
	pt_walk_stmt(&count, body);
	if (g_hash_table_size(stable.calls))
		pt_walk_stmt(&change, body);
	g_hash_table_destroy(stable.calls);
	g_hash_table_destroy(stable.kept);
}

void pt_stable_pass(struct pt_sema *sema)
{
	pt_make_each_unit(sema, keep_in_unit, NULL);
}
