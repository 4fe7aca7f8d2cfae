/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which trees are alike at first sight, so that only those are compared.
 */
#include "context.h"

#include "../lang/walk.h"

struct hash {
	guint value;
	GHashTable *functions; /* struct pt_function * -> its hash */
};

static void mix(struct hash *hash, guint64 value)
{
	hash->value = (hash->value ^ (guint)(value ^ value >> 32)) * 16777619u;
}

/* A function that calls itself is, there, like any other that does. */
guint pt_alike_function(GHashTable *functions, struct pt_function *function)
{
	gpointer known;
	guint value;

	if (g_hash_table_lookup_extended(functions, function, NULL, &known))
		return GPOINTER_TO_UINT(known);
	g_hash_table_insert(functions, function, NULL);
	value = pt_alike_body(functions, function->body);
	g_hash_table_insert(functions, function, GUINT_TO_POINTER(value));
	return value;
}

static void mix_fetch(struct hash *hash, const struct pt_fetch *fetch)
{
	for (guint i = 0; i < fetch->insns->len; i++) {
		const struct pt_fetch_insn *insn =
			&g_array_index(fetch->insns, struct pt_fetch_insn, i);

		mix(hash, (guint64)insn->op << 32 | insn->a);
		mix(hash, (guint64)insn->b);
	}
}

static bool mix_expr(struct pt_walk *walk, struct pt_expr **place)
{
	const struct pt_expr *expr = *place;
	struct hash *hash = walk->data;

	mix(hash, (guint)expr->kind * 64 + (guint)expr->op);
	mix(hash, (guint64)expr->number);
	if (expr->kind == PT_EXPR_STRING)
		mix(hash, g_str_hash(expr->text));
	if (expr->fetch)
		mix_fetch(hash, expr->fetch);
	if (expr->print && expr->print->format &&
	    expr->print->format->kind == PT_EXPR_STRING)
		mix(hash, g_str_hash(expr->print->format->text));
	if (expr->var && expr->var->kind == PT_VAR_GLOBAL)
		mix(hash, GPOINTER_TO_SIZE(expr->var));
	if (expr->kind == PT_EXPR_CALL)
		mix(hash, pt_alike_function(hash->functions, expr->function));
	return true;
}

static bool mix_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	mix(walk->data, (guint)(*place)->kind + 4096);
	mix(walk->data, (*place)->code_length);
	return true;
}

guint pt_alike_body(GHashTable *functions, struct pt_stmt *body)
{
	struct hash hash = { .value = 2166136261u, .functions = functions };
	struct pt_walk walk = {
		.pre_expr = mix_expr,
		.pre_stmt = mix_stmt,
		.data = &hash,
	};

	pt_walk_stmt(&walk, &body);
	return hash.value;
}

GPtrArray *pt_alike_list(struct pt_sema *sema, GHashTable *seen, guint hash)
{
	gpointer key = GUINT_TO_POINTER(hash);
	GPtrArray *list = g_hash_table_lookup(seen, key);

	if (!list) {
		list = pt_arena_ptr_array(sema->arena);
		g_hash_table_insert(seen, key, list);
	}
	return list;
}
