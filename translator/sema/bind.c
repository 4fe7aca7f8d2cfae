/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a point of a family to bound probes, each with its own body.
 */
#include "context.h"

static bool wants_split(struct pt_sema *sema, const struct pt_derived *derived)
{
	if (sema->list)
		return true;
	return pt_effects_of(sema, derived->body, derived->condition)->targets;
}

static void fill(struct pt_sema *sema, struct pt_derived *derived,
		 struct pt_bound *bound, bool copy)
{
	bound->optional = derived->optional;
	bound->source = derived->probe;
	bound->chain = derived->chain;
	bound->body = derived->body;
	bound->condition = derived->condition;
	bound->locals = derived->locals;
	if (copy)
		pt_symbols_copy(sema, derived->locals, &bound->body,
				&bound->condition, &bound->locals);
	bound->entries = pt_arena_ptr_array(sema->arena);
	bound->uses = pt_arena_ptr_array(sema->arena);
	bound->entry_uses = pt_arena_ptr_array(sema->arena);
	bound->condition_uses = pt_arena_ptr_array(sema->arena);
	bound->rechecks = pt_arena_ptr_array(sema->arena);
	bound->entry_rechecks = pt_arena_ptr_array(sema->arena);
	g_hash_table_insert(sema->origin, bound, derived);
	g_ptr_array_add(sema->program->probes, bound);
}

struct pt_error *pt_bind_derived(struct pt_sema *sema,
				 struct pt_derived *derived)
{
	GPtrArray *bounds = pt_arena_ptr_array(sema->arena);

	PT_TRY(derived->family->expand(&sema->program->env, derived->point,
				       wants_split(sema, derived), bounds));
	if (!bounds->len)
		return pt_error_at(pt_error_new(sema->arena, PT_E_NO_MATCH,
						"%s matches nothing",
						pt_point_text(sema->arena,
							      derived->point)),
				   derived->point->span);
	for (guint i = 0; i < bounds->len; i++)
		fill(sema, derived, bounds->pdata[i], bounds->len > 1);
	derived->bounds = bounds;
	return NULL;
}
