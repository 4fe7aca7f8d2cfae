/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function with target variables means something else in each probe that calls
 * it: each gets its own copy.
 */
#include "context.h"

#include "../lang/walk.h"

struct job {
	struct pt_sema *sema;
	struct pt_bound *bound;
	GHashTable *made; /* original -> copy for BOUND */
};

static void redirect(struct job *job, struct pt_stmt **body);

static GPtrArray *slice_of(struct pt_sema *sema, const GPtrArray *from,
			   guint start, guint end)
{
	GPtrArray *part = pt_arena_ptr_array(sema->arena);

	for (guint i = start; i < end; i++)
		g_ptr_array_add(part, from->pdata[i]);
	return part;
}

static bool needs_probe(struct job *job, struct pt_function *function)
{
	return pt_effects_of_function(job->sema, function)->targets;
}

static struct pt_function *copy_of(struct job *job,
				   struct pt_function *function)
{
	struct pt_sema *sema = job->sema;
	struct pt_function *copy;
	struct pt_expr *condition = NULL;
	GPtrArray *vars, *copied;
	guint n = function->params->len;

	copy = g_hash_table_lookup(job->made, function);
	if (copy)
		return copy;
	copy = pt_new(sema->arena, struct pt_function);
	*copy = *function;
	copy->bound = job->bound;
	g_hash_table_insert(job->made, function, copy);
	g_hash_table_insert(sema->copies, copy, function);
	vars = slice_of(sema, function->params, 0, n);
	for (guint i = 0; i < function->locals->len; i++)
		g_ptr_array_add(vars, function->locals->pdata[i]);
	pt_symbols_copy(sema, vars, &copy->body, &condition, &copied);
	copy->params = slice_of(sema, copied, 0, n);
	copy->locals = slice_of(sema, copied, n, copied->len);
	if (function->next_overload &&
	    needs_probe(job, function->next_overload))
		copy->next_overload = copy_of(job, function->next_overload);
	redirect(job, &copy->body);
	g_ptr_array_add(sema->program->functions, copy);
	return copy;
}

static bool redirect_call(struct pt_walk *walk, struct pt_expr **place)
{
	struct job *job = walk->data;
	struct pt_expr *expr = *place;

	if (expr->kind == PT_EXPR_CALL && expr->function &&
	    !expr->function->bound && needs_probe(job, expr->function))
		expr->function = copy_of(job, expr->function);
	return true;
}

static void redirect(struct job *job, struct pt_stmt **body)
{
	struct pt_walk walk = { .pre_expr = redirect_call, .data = job };

	pt_walk_stmt(&walk, body);
}

/* Those with target variables that no probe calls have no copy. */
static void warn_uncalled(struct job *job)
{
	struct pt_sema *sema = job->sema;
	GHashTable *called = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTableIter iter;
	gpointer original;

	g_hash_table_iter_init(&iter, sema->copies);
	while (g_hash_table_iter_next(&iter, NULL, &original))
		g_hash_table_add(called, original);
	for (guint i = 0; i < sema->functions->len; i++) {
		struct pt_function *function = sema->functions->pdata[i];

		if (needs_probe(job, function) &&
		    !g_hash_table_contains(called, function))
			pt_prune_uncalled(sema, function);
	}
	g_hash_table_destroy(called);
}

void pt_clone_pass(struct pt_sema *sema)
{
	struct pt_program *program = sema->program;
	struct job job = { .sema = sema };

	for (guint i = 0; i < sema->functions->len; i++) {
		struct pt_function *function = sema->functions->pdata[i];

		if (!needs_probe(&job, function))
			g_ptr_array_add(program->functions, function);
	}
	for (guint i = 0; i < program->probes->len; i++) {
		job.bound = program->probes->pdata[i];
		job.made = g_hash_table_new(g_direct_hash, g_direct_equal);
		redirect(&job, &job.bound->body);
		g_hash_table_destroy(job.made);
	}
	if (!sema->incomplete)
		warn_uncalled(&job);
	pt_prune_functions(sema);
}
