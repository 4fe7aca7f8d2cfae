/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "images.h"

#include <string.h>

#include "../debuginfo/modules.h"

static struct pt_error *no_module(struct pt_probe_env *env,
				  const struct pt_point_component *where)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	GPtrArray *names = pt_arena_ptr_array(arena);
	struct pt_error *error;

	error = pt_error_new(arena, PT_E_NO_MATCH,
			     "kernel %s has no module '%s'",
			     env->session->target.release, where->text);
	PT_TRY(pt_modules_find(env->session, "*", files));
	for (unsigned i = 0; i < files->len; i++) {
		const struct pt_module_file *file = g_ptr_array_index(files, i);

		g_ptr_array_add(names, (void *)file->name);
	}
	pt_error_suggest(error, where->text, names);
	if (!error->hint)
		pt_error_hint(error, "a module that is not installed is named "
				     "by the path of its file");
	return error;
}

/* One module that was named must have debuginfo; of those that a glob finds, the
 * ones that have. */
static struct pt_error *find_modules(struct pt_probe_env *env,
				     const struct pt_point_component *where,
				     GPtrArray *ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	struct pt_error *first = NULL;
	unsigned missing = 0;

	PT_TRY(pt_modules_find(env->session, where->text, files));
	if (!files->len)
		return no_module(env, where);
	for (unsigned i = 0; i < files->len; i++) {
		struct pt_error *error;
		struct pt_dbg *dbg;

		error = pt_probe_module(env, g_ptr_array_index(files, i), &dbg);
		if (!error) {
			g_ptr_array_add(ret, dbg);
		} else if (error->code != PT_E_NO_DEBUGINFO) {
			return error;
		} else {
			missing++;
			first = first ? first : error;
		}
	}
	if (!ret->len)
		return first;
	if (missing)
		pt_diag_warning(env->session->diag, where->span,
				PT_E_NO_DEBUGINFO,
				"%u of the %u modules have no debuginfo: no "
				"probes in them",
				missing, files->len);
	return NULL;
}

struct pt_error *pt_images_find(struct pt_probe_env *env,
				const struct pt_point_component *where,
				GPtrArray *ret)
{
	struct pt_error *error;
	struct pt_dbg *dbg;

	if (!strcmp(where->name, "module")) {
		error = find_modules(env, where, ret);
		return error ? pt_error_at(error, where->span) : NULL;
	}
	PT_TRY(pt_probe_dbg(env, &dbg));
	g_ptr_array_add(ret, dbg);
	return NULL;
}
