/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse.h"

#include "grammar.h"
#include "tree.h"

static void release_array(void *array)
{
	g_array_unref(array);
}

static struct pt_file *new_file(struct pt_arena *arena,
				const struct pt_source *source)
{
	struct pt_file *file = pt_new(arena, struct pt_file);

	file->source = source;
	file->library = source->library;
	file->globals = pt_arena_ptr_array(arena);
	file->functions = pt_arena_ptr_array(arena);
	file->probes = pt_arena_ptr_array(arena);
	file->aliases = pt_arena_ptr_array(arena);
	file->embedded = pt_arena_ptr_array(arena);
	return file;
}

struct pt_file *pt_parse(struct pt_session *session, struct pt_library *library,
			 const struct pt_source *source)
{
	struct pt_arena *arena = session->arena;
	unsigned errors = session->diag->errors;
	struct pt_parser parser = {
		.session = session,
		.arena = arena,
		.file = new_file(arena, source),
		.open = g_array_new(FALSE, FALSE, sizeof(void *)),
		.wildcards = pt_arena_ptr_array(arena),
		.global_names = pt_arena_str_hash(arena),
	};

	pt_arena_defer(arena, release_array, parser.open);
	parser.preproc = pt_preproc_create(session, library, source,
					   pt_arena_str_hash(arena));
	/* Anything but 0 and 1 is a full stack, which was reported. */
	while (pt_yyparse(&parser) > 1) {
		pt_syntax_skip(&parser);
		pt_tree_declaration_done(&parser);
	}
	if (session->diag->errors == errors)
		pt_preproc_check_args(parser.preproc);
	return parser.file;
}
