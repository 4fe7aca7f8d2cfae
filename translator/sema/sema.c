/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 2: the ordered list of semantic passes.
 */
#include "context.h"

static const struct {
	const char *name;
	pt_sema_pass *run;
} passes[] = {
	/* -G first: an initial value takes part in all that follows */
	{ "override", pt_override_pass },
	{ "alias", pt_alias_pass },
	{ "clone", pt_clone_pass },
	{ "fold", pt_fold_pass },
	{ "dead targets", pt_dead_targets_pass },
	{ "unused targets", pt_unused_targets_pass },
	{ "resolve", pt_resolve_pass },
	{ "merge", pt_merge_pass },
	{ "statcheck", pt_statcheck_pass },
	{ "infer", pt_infer_pass },
	{ "check", pt_check_pass },
	{ "embedded", pt_embedded_pass },
	{ "impossible", pt_impossible_pass },
	{ "display", pt_display_pass },
	/* again: what target variables stand for may be constant */
	{ "fold", pt_fold_pass },
	{ "dead", pt_dead_pass },
	{ "prune", pt_prune_pass },
	{ "stable", pt_stable_pass },
	{ "share", pt_share_pass },
	{ "uses", pt_uses_pass },
	{ "naming", pt_naming_pass },
};

/* -L: the points, and what aliases make of their variables; -l: the first. */
static const struct {
	const char *name;
	pt_sema_pass *run;
} list_passes[] = {
	{ "alias", pt_alias_pass },
	{ "clone", pt_clone_pass },
	{ "fold", pt_fold_pass },
};

static struct pt_program *program_create(struct pt_session *session,
					 struct pt_library *library)
{
	struct pt_arena *arena = session->arena;
	struct pt_program *program = pt_new(arena, struct pt_program);

	program->session = session;
	program->library = library;
	program->env.session = session;
	program->files = pt_arena_ptr_array(arena);
	program->globals = pt_arena_ptr_array(arena);
	program->functions = pt_arena_ptr_array(arena);
	program->probes = pt_arena_ptr_array(arena);
	program->embedded = pt_arena_ptr_array(arena);
	program->guarded = pt_arena_ptr_array(arena);
	program->removed = pt_arena_ptr_array(arena);
	program->merged = pt_arena_ptr_array(arena);
	return program;
}

static void release(void *table)
{
	g_hash_table_destroy(table);
}

static GHashTable *pointer_table(struct pt_arena *arena)
{
	GHashTable *table = g_hash_table_new(g_direct_hash, g_direct_equal);

	pt_arena_defer(arena, release, table);
	return table;
}

static void sema_init(struct pt_sema *sema, struct pt_session *session,
		      struct pt_library *library, struct pt_file *script)
{
	struct pt_arena *arena = session->arena;

	*sema = (struct pt_sema){
		.session = session,
		.arena = arena,
		.diag = session->diag,
		.library = library,
		.script = script,
		.program = program_create(session, library),
		.functions = pt_arena_ptr_array(arena),
		.derived = pt_arena_ptr_array(arena),
		.forgiven = pt_arena_ptr_array(arena),
		.reached = pointer_table(arena),
		.origin = pointer_table(arena),
		.copies = pointer_table(arena),
		.global_names = pointer_table(arena),
		.function_names = pointer_table(arena),
		.chains = pt_arena_str_hash(arena),
		.summaries = pointer_table(arena),
		.failing = pointer_table(arena),
		.reported = pt_arena_str_hash(arena),
	};
	pt_join_file(sema, script);
}

struct pt_program *pt_sema(struct pt_session *session,
			   struct pt_library *library, struct pt_file *script)
{
	struct pt_sema sema;

	sema_init(&sema, session, library, script);
	for (unsigned i = 0; i < G_N_ELEMENTS(passes); i++) {
		passes[i].run(&sema);
		pt_effects_forget(&sema);
		if (session->diag->errors)
			return NULL;
	}
	return sema.program;
}

bool pt_sema_list(struct pt_session *session, struct pt_library *library,
		  struct pt_file *script, bool variables, GString *to)
{
	struct pt_sema sema;

	sema_init(&sema, session, library, script);
	sema.list = true;
	sema.list_variables = variables;
	for (unsigned i = 0; i < (variables ? G_N_ELEMENTS(list_passes) : 1);
	     i++) {
		list_passes[i].run(&sema);
		pt_effects_forget(&sema);
		if (session->diag->errors)
			return false;
	}
	if (variables)
		pt_infer_pass(&sema);
	return !session->diag->errors && pt_listing_write(&sema, to);
}
