/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and what they declare.  The script is there from the start; a library
 * file joins as a whole when one of its names is needed.
 */
#include "context.h"

#include <string.h>

#include "../lang/walk.h"

void pt_join_file(struct pt_sema *sema, struct pt_file *file)
{
	struct pt_program *program = sema->program;

	if (file->joined)
		return;
	file->joined = true;
	g_ptr_array_add(program->files, file);
	for (guint i = 0; i < file->globals->len; i++) {
		struct pt_var *var = file->globals->pdata[i];

		var->file = file;
		g_ptr_array_add(program->globals, var);
	}
	for (guint i = 0; i < file->functions->len; i++) {
		struct pt_function *function = file->functions->pdata[i];

		function->file = file;
	}
	for (guint i = 0; i < file->probes->len; i++)
		((struct pt_probe *)file->probes->pdata[i])->file = file;
	for (guint i = 0; i < file->aliases->len; i++)
		((struct pt_alias *)file->aliases->pdata[i])->file = file;
	for (guint i = 0; i < file->embedded->len; i++)
		g_ptr_array_add(program->embedded, file->embedded->pdata[i]);
}

static GHashTable *globals_of(struct pt_sema *sema, struct pt_file *file)
{
	GHashTable *names = g_hash_table_lookup(sema->global_names, file);

	if (names)
		return names;
	names = pt_arena_str_hash(sema->arena);
	g_hash_table_insert(sema->global_names, file, names);
	for (guint i = 0; i < file->globals->len; i++) {
		struct pt_var *var = file->globals->pdata[i];

		g_hash_table_insert(names, (void *)var->name, var);
	}
	return names;
}

static struct pt_var *global_of(struct pt_sema *sema, struct pt_file *file,
				const char *name)
{
	return g_hash_table_lookup(globals_of(sema, file), name);
}

static struct pt_var *global_elsewhere(struct pt_sema *sema,
				       const struct pt_file *file,
				       const char *name)
{
	GPtrArray *files = sema->program->files;

	for (guint i = 0; i < files->len; i++) {
		struct pt_file *other = files->pdata[i];
		struct pt_var *var;

		if (other == file)
			continue;
		var = global_of(sema, other, name);
		if (var && !var->is_private)
			return var;
	}
	return NULL;
}

struct pt_var *pt_join_private_global(struct pt_sema *sema,
				      struct pt_file *file, const char *name)
{
	struct pt_var *var = global_of(sema, file, name);

	return var && var->is_private ? var : NULL;
}

struct pt_var *pt_join_global(struct pt_sema *sema, struct pt_file *file,
			      const char *name)
{
	struct pt_var *var = global_of(sema, file, name);
	GPtrArray *found;

	if (!var)
		var = global_elsewhere(sema, file, name);
	if (var || !sema->library)
		return var;
	found = pt_arena_ptr_array(sema->arena);
	pt_library_find_global(sema->library, name, found);
	for (guint i = 0; i < found->len; i++) {
		var = global_of(sema, found->pdata[i], name);
		if (var && !var->is_private) {
			pt_join_file(sema, found->pdata[i]);
			return var;
		}
	}
	return NULL;
}

static bool find_next(struct pt_walk *walk, struct pt_stmt **stmt)
{
	if ((*stmt)->kind == PT_STMT_NEXT ||
	    ((*stmt)->kind == PT_STMT_EMBEDDED &&
	     strstr((*stmt)->code, "STAP_NEXT")))
		*(bool *)walk->data = true;
	return true;
}

static bool hands_on(struct pt_function *function)
{
	bool found = false;
	struct pt_walk walk = { .pre_stmt = find_next, .data = &found };

	pt_walk_stmt(&walk, &function->body);
	return found;
}

struct search {
	struct pt_sema *sema;
	const char *name;
	unsigned arity;
	bool is_private; /* those of one file, which hide all others there */
	GPtrArray *found;
	struct pt_function *other;
};

/* Functions of FILE by name: GPtrArray of struct pt_function *. */
static GHashTable *functions_of(struct pt_sema *sema, struct pt_file *file)
{
	GHashTable *names = g_hash_table_lookup(sema->function_names, file);
	GPtrArray *list;

	if (names)
		return names;
	names = pt_arena_str_hash(sema->arena);
	g_hash_table_insert(sema->function_names, file, names);
	for (guint i = 0; i < file->functions->len; i++) {
		struct pt_function *function = file->functions->pdata[i];

		list = g_hash_table_lookup(names, function->name);
		if (!list) {
			list = pt_arena_ptr_array(sema->arena);
			g_hash_table_insert(names, (void *)function->name,
					    list);
		}
		g_ptr_array_add(list, function);
	}
	return names;
}

static bool search_file(struct search *search, struct pt_file *in)
{
	const GPtrArray *list = g_hash_table_lookup(
		functions_of(search->sema, in), search->name);
	bool any = false;

	for (guint i = 0; list && i < list->len; i++) {
		struct pt_function *function = list->pdata[i];

		if (function->is_private != search->is_private)
			continue;
		if (function->params->len != search->arity) {
			search->other = function;
			continue;
		}
		if (!g_ptr_array_find(search->found, function, NULL))
			g_ptr_array_add(search->found, function);
		any = true;
	}
	return any;
}

static bool has_private(struct pt_sema *sema, struct pt_file *file,
			const char *name)
{
	const GPtrArray *list =
		g_hash_table_lookup(functions_of(sema, file), name);

	for (guint i = 0; list && i < list->len; i++)
		if (((struct pt_function *)list->pdata[i])->is_private)
			return true;
	return false;
}

/* A script's function of the default priority that never hands on hides the
 * library's. */
static bool final(const GPtrArray *found)
{
	for (guint i = 0; i < found->len; i++) {
		struct pt_function *function = found->pdata[i];

		if (function->priority == 0 && !hands_on(function))
			return true;
	}
	return false;
}

static gint by_priority(gconstpointer a, gconstpointer b)
{
	const struct pt_function *x = *(struct pt_function *const *)a;
	const struct pt_function *y = *(struct pt_function *const *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->file != y->file)
		return 0;
	return x->span.start < y->span.start ? -1
					     : x->span.start > y->span.start;
}

static void search_everywhere(struct search *search)
{
	struct pt_sema *sema = search->sema;
	GPtrArray *files = sema->program->files;
	GPtrArray *more;

	for (guint i = 0; i < files->len; i++)
		search_file(search, files->pdata[i]);
	if (!sema->library || final(search->found))
		return;
	more = pt_arena_ptr_array(sema->arena);
	pt_library_find_function(sema->library, search->name, more);
	for (guint i = 0; i < more->len; i++)
		if (search_file(search, more->pdata[i]))
			pt_join_file(sema, more->pdata[i]);
}

/* Chains what was FOUND in the order in which it is tried. */
static struct pt_function *chain(GPtrArray *found)
{
	g_ptr_array_sort(found, by_priority);
	for (guint i = 0; i + 1 < found->len; i++) {
		struct pt_function *function = found->pdata[i];

		function->next_overload = found->pdata[i + 1];
	}
	return found->pdata[0];
}

struct pt_function *pt_join_function(struct pt_sema *sema, struct pt_file *file,
				     const char *name, unsigned arity,
				     struct pt_function **other)
{
	struct search search = {
		.sema = sema,
		.name = name,
		.arity = arity,
		.is_private = has_private(sema, file, name),
		.found = pt_arena_ptr_array(sema->arena),
	};
	const char *key =
		pt_arena_printf(sema->arena, "%p %u %s",
				search.is_private ? file : NULL, arity, name);
	struct pt_function *first = g_hash_table_lookup(sema->chains, key);

	if (first)
		return first;
	if (search.is_private)
		search_file(&search, file);
	else
		search_everywhere(&search);
	*other = search.other;
	if (!search.found->len)
		return NULL;
	first = chain(search.found);
	g_hash_table_insert(sema->chains, (void *)key, first);
	return first;
}

GPtrArray *pt_join_function_names(struct pt_sema *sema)
{
	GPtrArray *names = pt_arena_ptr_array(sema->arena);
	GPtrArray *files = sema->program->files;
	const GPtrArray *library;

	for (guint i = 0; i < files->len; i++) {
		struct pt_file *file = files->pdata[i];

		for (guint j = 0; j < file->functions->len; j++) {
			struct pt_function *function =
				file->functions->pdata[j];

			g_ptr_array_add(names, (void *)function->name);
		}
	}
	if (!sema->library)
		return names;
	library = pt_library_function_names(sema->library);
	for (guint i = 0; i < library->len; i++)
		g_ptr_array_add(names, library->pdata[i]);
	return names;
}
