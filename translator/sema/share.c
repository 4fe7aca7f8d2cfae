/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions and handlers with equal bodies share their code.  Where something can
 * fail, its place is part of the message, and bodies from different places are
 * not equal; copies of one function, and the handlers of one probe, are.
 */
#include "context.h"

#include "../lang/walk.h"

/* ---- functions -------------------------------------------------------- */

struct redirect {
	GHashTable *same; /* struct pt_function * -> the one that stays */
};

static struct pt_function *stays(const struct redirect *redirect,
				 struct pt_function *function)
{
	struct pt_function *other =
		g_hash_table_lookup(redirect->same, function);

	return other ? other : function;
}

static bool redirect_call(struct pt_walk *walk, struct pt_expr **place)
{
	struct pt_expr *expr = *place;

	if (expr->kind == PT_EXPR_CALL && expr->function)
		expr->function = stays(walk->data, expr->function);
	return true;
}

static void redirect_unit(struct pt_sema *sema, const struct pt_unit *unit,
			  void *data)
{
	struct pt_walk walk = { .pre_expr = redirect_call, .data = data };
	struct pt_bound *bound = unit->bound;
	struct pt_function *function = unit->function;

	(void)sema;
	if (function) {
		pt_walk_stmt(&walk, &function->body);
		if (function->next_overload)
			function->next_overload =
				stays(data, function->next_overload);
		return;
	}
	pt_walk_stmt(&walk, &bound->body);
	for (guint i = 0; i < bound->entries->len; i++)
		pt_walk_expr(&walk,
			     (struct pt_expr **)&bound->entries->pdata[i]);
}

static void report_function(struct pt_sema *sema,
			    const struct pt_function *gone,
			    const struct pt_function *kept)
{
	if (gone->bound)
		pt_report_merged(sema, gone->span,
				 "function '%s' has the same code in several "
				 "probes",
				 gone->name);
	else
		pt_report_merged(sema, gone->span,
				 "function '%s' is the same as '%s' at %s",
				 gone->name, kept->name,
				 pt_span_text(sema->arena, kept->span));
}

/* Those in BEFORE stay; FUNCTION joins them unless it is the same as one. */
static bool find_same(struct pt_sema *sema, struct redirect *redirect,
		      GPtrArray *before, struct pt_function *function)
{
	for (guint i = 0; i < before->len; i++) {
		struct pt_function *other = before->pdata[i];

		if (!pt_compare_function(sema, other, function))
			continue;
		g_hash_table_insert(redirect->same, function, other);
		report_function(sema, function, other);
		return true;
	}
	g_ptr_array_add(before, function);
	return false;
}

static void share_functions(struct pt_sema *sema)
{
	struct pt_program *program = sema->program;
	GPtrArray *kept = pt_arena_ptr_array(sema->arena);
	GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTable *hashes = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct redirect redirect = {
		.same = g_hash_table_new(g_direct_hash, g_direct_equal),
	};

	for (guint i = 0; i < program->functions->len; i++) {
		struct pt_function *function = program->functions->pdata[i];
		GPtrArray *before = pt_alike_list(
			sema, seen, pt_alike_function(hashes, function));

		if (!find_same(sema, &redirect, before, function))
			g_ptr_array_add(kept, function);
	}
	g_hash_table_destroy(hashes);
	program->functions = kept;
	pt_make_each_unit(sema, redirect_unit, &redirect);
	pt_effects_forget(sema);
	g_hash_table_destroy(redirect.same);
	g_hash_table_destroy(seen);
}

/* ---- handlers --------------------------------------------------------- */

static void share_handler(struct pt_sema *sema, GPtrArray *before,
			  struct pt_bound *bound)
{
	for (guint i = 0; i < before->len; i++) {
		struct pt_bound *other = before->pdata[i];

		if (!pt_compare_handler(sema, other, bound))
			continue;
		bound->handler_of = other;
		pt_report_merged(sema, bound->point->span,
				 "handler of %s is the same as that of %s at "
				 "%s",
				 bound->text, other->text,
				 pt_span_text(sema->arena, other->point->span));
		return;
	}
	g_ptr_array_add(before, bound);
}

static void share_handlers(struct pt_sema *sema)
{
	GPtrArray *probes = sema->program->probes;
	GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTable *hashes = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (guint i = 0; i < probes->len; i++) {
		struct pt_bound *bound = probes->pdata[i];
		guint hash = pt_alike_body(hashes, bound->body);

		share_handler(sema, pt_alike_list(sema, seen, hash), bound);
	}
	g_hash_table_destroy(hashes);
	g_hash_table_destroy(seen);
}

void pt_share_pass(struct pt_sema *sema)
{
	if (sema->session->options.unoptimized)
		return;
	share_functions(sema);
	share_handlers(sema);
}
