/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What evaluating a tree changes.
 */
#include "../lang/walk.h"
#include "emit_state.h"

struct changes {
	struct pt_emit *e;
	unsigned bits;
};

static unsigned changes_of_target(const struct pt_expr *left)
{
	if (left->kind == PT_EXPR_TARGET)
		return PT_CHANGES_WORLD;
	if (left->kind == PT_EXPR_NAME && left->var &&
	    left->var->kind != PT_VAR_GLOBAL)
		return PT_CHANGES_LOCALS;
	return PT_CHANGES_GLOBALS;
}

static bool collect(struct pt_walk *walk, struct pt_expr **place)
{
	struct changes *changes = walk->data;
	const struct pt_expr *x = *place;

	switch (x->kind) {
	case PT_EXPR_ASSIGN:
	case PT_EXPR_CRUMENT:
		changes->bits |= changes_of_target(x->left);
		break;
	case PT_EXPR_CALL:
		changes->bits |=
			pt_emit_function_of(changes->e, x->function)->changes;
		break;
	case PT_EXPR_PRINT:
		if (!x->print->to_string)
			changes->bits |= PT_CHANGES_WORLD;
		break;
	case PT_EXPR_EMBEDDED:
		if (!(x->number & PT_PRAGMA_PURE))
			changes->bits |= PT_CHANGES_WORLD;
		break;
	default: break;
	}
	return true;
}

unsigned pt_emit_changes(struct pt_emit *e, const struct pt_expr *expr)
{
	struct changes changes = { .e = e };
	struct pt_walk walk = { .pre_expr = collect, .data = &changes };
	struct pt_expr *place = (struct pt_expr *)expr;

	if (expr)
		pt_walk_expr(&walk, &place);
	return changes.bits;
}

unsigned pt_emit_changes_list(struct pt_emit *e, const GPtrArray *list,
			      unsigned from)
{
	unsigned i, bits = 0;

	for (i = from; list && i < list->len; i++)
		bits |= pt_emit_changes(e, g_ptr_array_index(list, i));
	return bits;
}

/* ---- parameters ------------------------------------------------------- */

static void note(GHashTable *set, const struct pt_expr *name)
{
	if (name && name->kind == PT_EXPR_NAME && name->var)
		g_hash_table_add(set, name->var);
}

static bool assigned_expr(struct pt_walk *walk, struct pt_expr **place)
{
	const struct pt_expr *x = *place;

	if (x->kind == PT_EXPR_ASSIGN || x->kind == PT_EXPR_CRUMENT)
		note(walk->data, x->left);
	return true;
}

static bool assigned_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	const struct pt_stmt *s = *place;
	unsigned i;

	if (s->kind == PT_STMT_TRY || s->kind == PT_STMT_DELETE)
		note(walk->data, s->expr);
	if (s->kind == PT_STMT_FOREACH) {
		note(walk->data, s->foreach->value);
		for (i = 0; i < s->foreach->keys->len; i++)
			note(walk->data,
			     g_ptr_array_index(s->foreach->keys, i));
	}
	return true;
}

void pt_emit_find_assigned(struct pt_stmt *stmt, GHashTable *ret)
{
	struct pt_walk walk = {
		.pre_expr = assigned_expr,
		.pre_stmt = assigned_stmt,
		.data = ret,
	};

	pt_walk_stmt(&walk, &stmt);
}

/* ---- open foreach loops ----------------------------------------------- */

struct depth {
	GHashTable *open; /* struct pt_var * -> loops open now */
	GHashTable *most; /* struct pt_var * -> most of one body */
};

static unsigned get(GHashTable *table, const void *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
}

static void put(GHashTable *table, const void *key, unsigned n)
{
	g_hash_table_insert(table, (void *)key, GUINT_TO_POINTER(n));
}

static const struct pt_var *foreach_map(const struct pt_stmt *s)
{
	return s->kind == PT_STMT_FOREACH &&
			       s->foreach->array->kind == PT_EXPR_NAME
		       ? s->foreach->array->var
		       : NULL;
}

static bool open_loop(struct pt_walk *walk, struct pt_stmt **place)
{
	struct depth *depth = walk->data;
	const struct pt_var *map = foreach_map(*place);
	unsigned n;

	if (map) {
		n = get(depth->open, map) + 1;
		put(depth->open, map, n);
		put(depth->most, map, MAX(n, get(depth->most, map)));
	}
	return true;
}

static void close_loop(struct pt_walk *walk, struct pt_stmt **place)
{
	struct depth *depth = walk->data;
	const struct pt_var *map = foreach_map(*place);

	if (map)
		put(depth->open, map, get(depth->open, map) - 1);
}

static GHashTable *deepest(struct pt_stmt *body)
{
	struct depth depth = {
		.open = g_hash_table_new(NULL, NULL),
		.most = g_hash_table_new(NULL, NULL),
	};
	struct pt_walk walk = {
		.pre_stmt = open_loop,
		.post_stmt = close_loop,
		.data = &depth,
	};

	if (body)
		pt_walk_stmt(&walk, &body);
	g_hash_table_destroy(depth.open);
	return depth.most;
}

/* Handlers do not nest: the most of them counts; each function may be open in
 * addition, a recursive one as often as calls nest. */
void pt_emit_count_foreach(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	GHashTableIter it;
	gpointer key, value;
	unsigned i;

	for (i = 0; i < program->probes->len; i++) {
		struct pt_bound *b = g_ptr_array_index(program->probes, i);
		GHashTable *most = deepest(b->body);

		g_hash_table_iter_init(&it, most);
		while (g_hash_table_iter_next(&it, &key, &value))
			put(e->foreach, key,
			    MAX(get(e->foreach, key), GPOINTER_TO_UINT(value)));
		g_hash_table_destroy(most);
	}
	for (i = 0; i < program->functions->len; i++) {
		struct pt_function *f =
			g_ptr_array_index(program->functions, i);
		unsigned times =
			f->recursive ? (unsigned)program->max_nesting : 1;
		GHashTable *most = deepest(f->embedded ? NULL : f->body);

		g_hash_table_iter_init(&it, most);
		while (g_hash_table_iter_next(&it, &key, &value))
			put(e->foreach, key,
			    get(e->foreach, key) +
				    GPOINTER_TO_UINT(value) * times);
		g_hash_table_destroy(most);
	}
}
