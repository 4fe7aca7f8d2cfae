/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 2: the ordered list of semantic passes.
 */
#include "context.h"

static const struct {
	const char *name;
	pt_sema_pass *run;
	/* Some run in spite of errors, so that one run tells them all. */
	enum { IF_SOUND, ALWAYS } when;
} passes[] = {
	/* -G first: an initial value takes part in all that follows */
	{ "override", pt_override_pass, IF_SOUND },
	{ "alias", pt_alias_pass, ALWAYS },
	{ "clone", pt_clone_pass, ALWAYS },
	{ "fold", pt_fold_pass, ALWAYS },
	{ "dead targets", pt_dead_targets_pass, ALWAYS },
	{ "unused targets", pt_unused_targets_pass, ALWAYS },
	{ "resolve", pt_resolve_pass, ALWAYS },
	{ "merge", pt_merge_pass, IF_SOUND },
	{ "statcheck", pt_statcheck_pass, ALWAYS },
	{ "infer", pt_infer_pass, ALWAYS },
	{ "check", pt_check_pass, IF_SOUND },
	{ "embedded", pt_embedded_pass, IF_SOUND },
	{ "impossible", pt_impossible_pass, IF_SOUND },
	{ "display", pt_display_pass, IF_SOUND },
	/* again: what target variables stand for may be constant */
	{ "fold", pt_fold_pass, IF_SOUND },
	{ "dead", pt_dead_pass, IF_SOUND },
	{ "prune", pt_prune_pass, IF_SOUND },
	{ "stable", pt_stable_pass, IF_SOUND },
	{ "share", pt_share_pass, IF_SOUND },
	{ "uses", pt_uses_pass, IF_SOUND },
	{ "naming", pt_naming_pass, IF_SOUND },
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
		.failed = pointer_table(arena),
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
		sema.incomplete = session->diag->errors > 0;
		if (sema.incomplete && passes[i].when == IF_SOUND)
			continue;
		passes[i].run(&sema);
		pt_effects_forget(&sema);
	}
	return session->diag->errors ? NULL : sema.program;
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
