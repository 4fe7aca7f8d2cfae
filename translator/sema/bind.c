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

/* What the passes fill. */
static void add_arrays(struct pt_sema *sema, struct pt_bound *bound)
{
	bound->entries = pt_arena_ptr_array(sema->arena);
	bound->uses = pt_arena_ptr_array(sema->arena);
	bound->entry_uses = pt_arena_ptr_array(sema->arena);
	bound->condition_uses = pt_arena_ptr_array(sema->arena);
	bound->rechecks = pt_arena_ptr_array(sema->arena);
	bound->entry_rechecks = pt_arena_ptr_array(sema->arena);
}

static void share_arrays(struct pt_bound *bound, const struct pt_bound *other)
{
	bound->entries = other->entries;
	bound->uses = other->uses;
	bound->entry_uses = other->entry_uses;
	bound->condition_uses = other->condition_uses;
	bound->rechecks = other->rechecks;
	bound->entry_rechecks = other->entry_rechecks;
}

/* Bodies of points that are only listed, by the thousand, do not matter, but
 * for what aliases set there. */
static bool needs_body(const struct pt_sema *sema,
		       const struct pt_derived *derived)
{
	return !sema->list ||
	       (sema->list_variables && derived->locals->len > 0);
}

/* FIRST: the bound probe of the same point that is there already, or NULL. */
static void fill(struct pt_sema *sema, struct pt_derived *derived,
		 struct pt_bound *bound, const struct pt_bound *first)
{
	bool own = needs_body(sema, derived);

	bound->optional = derived->optional;
	bound->source = derived->probe;
	bound->chain = derived->chain;
	bound->body = derived->body;
	bound->condition = derived->condition;
	bound->locals = derived->locals;
	if (first && own)
		pt_symbols_copy(sema, derived->locals, &bound->body,
				&bound->condition, &bound->locals);
	if (first && !own)
		share_arrays(bound, first);
	else
		add_arrays(sema, bound);
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
		fill(sema, derived, bounds->pdata[i],
		     i ? bounds->pdata[0] : NULL);
	derived->bounds = bounds;
	return NULL;
}
