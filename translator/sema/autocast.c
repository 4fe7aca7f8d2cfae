/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Script variables that hold pointers: what a value points to follows
 * assignments, calls, returns and loops, and gives `v->m` its meaning.  Beside
 * pass infer, for which all of them are long.
 */
#include "context.h"

#include "../lang/walk.h"
#include "../probe/value.h"

struct clash {
	const char *first, *second;
	struct pt_span where;
};

struct autocast {
	struct pt_sema *sema;
	const struct pt_unit *unit;
	pt_autocast_failed *failed;
	void *data;
	GHashTable *clashes; /* const struct pt_shape ** -> struct clash * */
	GHashTable *used;    /* const struct pt_shape ** -> struct pt_expr *:
			      * what was resolved by it */
	bool changed;
	bool settled; /* nothing more is learnt: values are resolved */
	bool last;    /* what is not known now never will be */
	bool refold;
};

/* ---- learning --------------------------------------------------------- */

static struct pt_error *clashing(struct autocast *a, const struct clash *clash,
				 const char *name)
{
	struct pt_error *error =
		pt_error_new(a->sema->arena, PT_E_UNKNOWN_TYPE,
			     "%s is a '%s' in one place and a '%s' in another",
			     name, clash->first, clash->second);

	return pt_error_note(error, clash->where, "'%s' here", clash->second);
}

/* What was resolved before the second type came to light was not right. */
static void too_late(struct autocast *a, const struct pt_shape **slot,
		     const struct clash *clash)
{
	const struct pt_expr *expr = g_hash_table_lookup(a->used, slot);

	if (expr)
		pt_diag_add(
			a->sema->diag,
			pt_error_at(clashing(a, clash, "this"), expr->span));
}

static void learn(struct autocast *a, const struct pt_shape **slot,
		  const struct pt_shape *shape, struct pt_span where)
{
	const char *first, *second;
	struct clash *clash;

	if (!shape || *slot == shape || g_hash_table_contains(a->clashes, slot))
		return;
	if (!*slot) {
		*slot = shape;
		a->changed = true;
		return;
	}
	first = pt_dbg_shape_text((*slot)->dbg, &(*slot)->value);
	second = pt_dbg_shape_text(shape->dbg, &shape->value);
	if (g_str_equal(first, second))
		return;
	clash = pt_new(a->sema->arena, struct clash);
	*clash = (struct clash){ first, second, where };
	g_hash_table_insert(a->clashes, slot, clash);
	too_late(a, slot, clash);
	*slot = NULL;
	a->changed = true;
}

/* Both arms of ?: count. */
static void learn_from(struct autocast *a, const struct pt_shape **slot,
		       const struct pt_expr *expr)
{
	if (expr->kind == PT_EXPR_TERNARY) {
		learn_from(a, slot, expr->right);
		learn_from(a, slot, expr->third);
	} else {
		learn(a, slot, expr->shape, expr->span);
	}
}

static void learn_keys(struct autocast *a, const struct pt_expr *index)
{
	struct pt_var *var = index->left->var;

	for (guint i = 0;
	     var && i < index->args->len && i < G_N_ELEMENTS(var->key_shapes);
	     i++) {
		const struct pt_expr *key = index->args->pdata[i];

		if (key)
			learn_from(a, &var->key_shapes[i], key);
	}
}

static void learn_assigned(struct autocast *a, const struct pt_expr *expr)
{
	const struct pt_expr *left = expr->left;
	struct pt_var *var = left->var;

	if (left->kind == PT_EXPR_INDEX) {
		learn_keys(a, left);
		var = left->left->var;
	}
	if (var && expr->kind == PT_EXPR_ASSIGN && expr->op == PT_OP_NONE)
		learn_from(a, &var->shape, expr->right);
}

static void learn_call(struct autocast *a, const struct pt_expr *call)
{
	struct pt_function *f;

	for (f = call->function; f; f = f->next_overload) {
		for (guint i = 0; i < f->params->len && i < call->args->len;
		     i++) {
			struct pt_var *param = f->params->pdata[i];
			const struct pt_expr *arg = call->args->pdata[i];

			learn_from(a, &param->shape, arg);
		}
		learn(a, &call->function->shape, f->shape, f->span);
	}
}

static void learn_foreach(struct autocast *a, const struct pt_stmt *stmt)
{
	const struct pt_foreach *loop = stmt->foreach;
	struct pt_var *array = loop->array->var;

	if (!array)
		return;
	for (guint i = 0;
	     i < loop->keys->len && i < G_N_ELEMENTS(array->key_shapes); i++) {
		const struct pt_expr *key = loop->keys->pdata[i];

		learn(a, &key->var->shape, array->key_shapes[i], key->span);
	}
	if (loop->value)
		learn(a, &loop->value->var->shape, array->shape,
		      loop->value->span);
}

static const struct pt_shape *either(const struct pt_shape *x,
				     const struct pt_shape *y)
{
	if (!x || !y)
		return x ? x : y;
	return g_str_equal(pt_dbg_shape_text(x->dbg, &x->value),
			   pt_dbg_shape_text(y->dbg, &y->value))
		       ? x
		       : NULL;
}

static const struct pt_shape *shape_of(const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_NAME: return expr->var ? expr->var->shape : NULL;
	case PT_EXPR_INDEX:
		return expr->left->var ? expr->left->var->shape : NULL;
	case PT_EXPR_CALL: return expr->function ? expr->function->shape : NULL;
	case PT_EXPR_ASSIGN:
		return expr->op == PT_OP_NONE ? expr->right->shape : NULL;
	case PT_EXPR_TERNARY:
		return either(expr->right->shape, expr->third->shape);
	case PT_EXPR_ENTRY:
		/* The saved value may be shared with one that has none. */
		return expr->left->shape ? expr->left->shape : expr->shape;
	default: return expr->shape;
	}
}

/* ---- what waited for it ----------------------------------------------- */

static const struct pt_shape **slot_of(const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_NAME: return expr->var ? &expr->var->shape : NULL;
	case PT_EXPR_INDEX:
		return expr->left->var ? &expr->left->var->shape : NULL;
	case PT_EXPR_CALL:
		return expr->function ? &expr->function->shape : NULL;
	default: return NULL;
	}
}

/* NULL: what would have shown it may be among what was not found. */
static struct pt_error *unknown(struct autocast *a, const struct pt_expr *expr,
				const struct pt_expr *value)
{
	const struct pt_shape **slot = slot_of(value);
	const struct clash *clash =
		slot ? g_hash_table_lookup(a->clashes, slot) : NULL;
	bool named = value->kind == PT_EXPR_NAME || value->kind == PT_EXPR_CALL;
	bool is_enum = expr->kind == PT_EXPR_ATOP;
	const char *name =
		named ? pt_arena_printf(a->sema->arena, "'%s'", value->text)
		      : "this";
	struct pt_error *error;

	if (clash) {
		error = clashing(a, clash, name);
	} else if (a->sema->incomplete) {
		return NULL;
	} else {
		error = pt_error_new(a->sema->arena, PT_E_UNKNOWN_TYPE,
				     "nothing shows what %s %s", name,
				     is_enum ? "is a constant of"
					     : "points to");
	}
	pt_error_hint(error,
		      is_enum ? "name the type: @enumname(%s, \"type\")"
			      : "name the type: @cast(%s, \"struct "
				"type\")->member",
		      named ? value->text : "...");
	return pt_error_at(error, expr->span);
}

static void give(struct autocast *a, struct pt_expr **place,
		 struct pt_error *error)
{
	a->changed = true;
	if (error)
		a->failed(a->data, a->unit, place,
			  pt_error_at(error, (*place)->span));
}

/* Nothing shows the type of VALUE, which EXPR at PLACE needs. */
static void give_unknown(struct autocast *a, struct pt_expr **place,
			 const struct pt_expr *value)
{
	struct pt_expr *expr = *place;
	struct pt_error *error = unknown(a, expr, value);

	expr->kind = PT_EXPR_TARGET;
	if (!error)
		g_hash_table_insert(a->sema->failed, expr, NULL);
	give(a, place, error);
}

static void try_deref(struct autocast *a, struct pt_expr **place)
{
	struct pt_expr *expr = *place;
	bool unused = expr->value_unused;
	struct pt_error *error;

	if (expr->left->shape) {
		if (slot_of(expr->left))
			g_hash_table_insert(a->used, slot_of(expr->left),
					    expr->left);
		error = pt_value_deref(&a->sema->program->env, place);
		if (!error)
			(*place)->value_unused = unused;
		else
			expr->kind = PT_EXPR_TARGET;
		give(a, place, error);
	} else if (a->last) {
		give_unknown(a, place, expr->left);
	}
}

static void try_word(struct autocast *a, struct pt_expr **place)
{
	struct pt_expr *expr = *place;
	const struct pt_expr *value;
	struct pt_error *error;

	if (!g_str_equal(expr->text, "@enumname"))
		return;
	value = expr->args->pdata[0];
	if (!value->shape) {
		if (a->last)
			give_unknown(a, place, value);
		return;
	}
	error = pt_atword_enumname(a->sema, place);
	if (error)
		expr->kind = PT_EXPR_TARGET;
	give(a, place, error);
}

static void try_defined(struct autocast *a, struct pt_expr **place)
{
	struct pt_expr *known;
	enum pt_fold_answer answer =
		pt_fold_defined(a->sema, a->unit, (*place)->left, &known);

	if (answer == PT_FOLD_LATER && !a->last)
		return;
	*place = answer == PT_FOLD_SOMETIMES
			 ? known
			 : pt_make_number(a->sema, (*place)->span,
					  answer == PT_FOLD_YES);
	a->refold = true;
	a->changed = true;
}

/* ---- the walk --------------------------------------------------------- */

static bool enter(struct pt_walk *walk, struct pt_expr **place)
{
	(void)walk;
	return (*place)->kind != PT_EXPR_DEFINED;
}

static void leave(struct pt_walk *walk, struct pt_expr **place)
{
	struct autocast *a = walk->data;
	struct pt_expr *expr = *place;

	switch (expr->kind) {
	case PT_EXPR_DEREF:
		if (a->settled)
			try_deref(a, place);
		break;
	case PT_EXPR_DEFINED:
		if (a->settled)
			try_defined(a, place);
		break;
	case PT_EXPR_ATOP:
		if (a->settled)
			try_word(a, place);
		break;
	case PT_EXPR_ASSIGN:
	case PT_EXPR_CRUMENT: learn_assigned(a, expr); break;
	case PT_EXPR_CALL: learn_call(a, expr); break;
	default: break;
	}
	(*place)->shape = shape_of(*place);
}

static void leave_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct autocast *a = walk->data;
	const struct pt_stmt *stmt = *place;

	if (stmt->kind == PT_STMT_FOREACH)
		learn_foreach(a, stmt);
	if (stmt->kind == PT_STMT_RETURN && stmt->expr && a->unit->function)
		learn_from(a, &a->unit->function->shape, stmt->expr);
}

static void walk_unit(struct pt_sema *sema, const struct pt_unit *unit,
		      void *data)
{
	struct autocast *a = data;
	struct pt_walk walk = { .pre_expr = enter,
				.post_expr = leave,
				.post_stmt = leave_stmt,
				.data = a };

	(void)sema;
	a->unit = unit;
	pt_walk_stmt(&walk, unit->function ? &unit->function->body
					   : &unit->bound->body);
}

bool pt_autocast(struct pt_sema *sema, pt_autocast_failed *failed, void *data)
{
	struct autocast a = {
		.sema = sema,
		.failed = failed,
		.data = data,
		.clashes = g_hash_table_new(g_direct_hash, g_direct_equal),
		.used = g_hash_table_new(g_direct_hash, g_direct_equal),
	};

	for (;;) {
		a.changed = false;
		pt_make_each_unit(sema, walk_unit, &a);
		if (a.changed)
			a.settled = false;
		else if (!a.settled)
			a.settled = true;
		else if (!a.last)
			a.last = true;
		else
			break;
	}
	g_hash_table_destroy(a.used);
	g_hash_table_destroy(a.clashes);
	return a.refold;
}
