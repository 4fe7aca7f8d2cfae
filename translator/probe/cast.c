/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The debuginfo that @cast and its like take their types from.
 */
#include <string.h>

#include "../base/compat.h"
#include "../debuginfo/modules.h"
#include "../debuginfo/userprogram.h"
#include "cast.h"
#include "process.h"
#include "value.h"

/* "/lib/modules/6.1.0/extra/x.ko", compressed or not. */
static bool is_module_file(const char *path)
{
	const char *dot = strstr(path, ".ko");

	return dot && (!dot[3] || dot[3] == '.');
}

static struct pt_error *open_program(struct pt_probe_env *env, const char *name,
				     struct pt_dbg **ret)
{
	GPtrArray *found = pt_arena_ptr_array(env->session->arena);

	PT_TRY(pt_program_find(env->session->arena, name, found));
	return pt_process_open(env, found->pdata[0], ret);
}

struct pt_error *pt_value_module(struct pt_probe_env *env,
				 const struct pt_expr *module, const char *name,
				 struct pt_dbg **ret)
{
	struct pt_arena *arena = env->session->arena;
	GPtrArray *files = pt_arena_ptr_array(arena);
	struct pt_error *error;

	if (!strcmp(name, "kernel") || !strcmp(name, "vmlinux"))
		return pt_probe_dbg(env, ret);
	if (strchr(name, '/') && !is_module_file(name)) {
		error = open_program(env, name, ret);
		return error ? pt_error_at(error, module->span) : NULL;
	}
	error = pt_modules_find(env->session, name, files);
	if (!error && files->len != 1)
		error = pt_error_hint(
			pt_error_new(arena, PT_E_NO_MATCH,
				     "kernel %s has no module '%s'",
				     env->session->target.release, name),
			"there is also \"kernel\", and for types headers: "
			"\"<header.h>\", \"kernel<linux/x.h>\"");
	if (!error)
		error = pt_probe_module(env, g_ptr_array_index(files, 0), ret);
	if (!error)
		pt_dbg_module_note(*ret);
	return error ? pt_error_at(error, module->span) : NULL;
}

/* Whose types the header of PART has: those of the probed program, or else of such as
 * the kernel was made for. */
static enum pt_dbg_user header_user(const struct pt_probe_env *env,
				    const struct pt_dbg *here, const char *part)
{
	if (*part != '<')
		return PT_DBG_KERNEL;
	if (here && pt_dbg_program(here))
		return pt_dbg_program_word(here) == 4 ? PT_DBG_PROGRAM_32
						      : PT_DBG_PROGRAM_64;
	return strcmp(env->session->target.arch, "i386") ? PT_DBG_PROGRAM_64
							 : PT_DBG_PROGRAM_32;
}

/* One part of a list of modules. */
static struct pt_error *part_dbg(struct pt_probe_env *env,
				 const struct pt_value_cast *cast,
				 const char *part, struct pt_dbg **ret)
{
	const char *header = strchr(part, '<'), *name;
	enum pt_dbg_user user;

	if (!*part)
		return pt_probe_dbg(env, ret);
	if (!header || part[strlen(part) - 1] != '>' ||
	    (header != part && !g_str_has_prefix(part, "kernel<")))
		return pt_value_module(env, cast->module, part, ret);
	if (!env->headers)
		env->headers = pt_arena_str_hash(env->session->arena);
	user = header_user(env, cast->here, part);
	name = pt_arena_printf(env->session->arena, "%d %s", user, part);
	*ret = g_hash_table_lookup(env->headers, name);
	if (*ret)
		return NULL;
	PT_TRY(pt_dbg_open_header(env->session, user,
				  pt_arena_strndup(env->session->arena,
						   header + 1,
						   strlen(header) - 2),
				  ret));
	g_hash_table_insert(env->headers, (gpointer)name, *ret);
	/* What it includes may change. */
	env->session->build_key = NULL;
	return NULL;
}

/* The first part that has the type counts; if none has, what the last says. */
struct pt_error *pt_value_cast(struct pt_probe_env *env,
			       const struct pt_value_cast *cast,
			       struct pt_dbg **ret_dbg,
			       struct pt_dbg_value *ret)
{
	const char *list = cast->module ? cast->module->text : "";
	struct pt_error *error;

	if (!cast->module && cast->here && pt_dbg_program(cast->here)) {
		*ret_dbg = cast->here;
		error = pt_dbg_cast(cast->here, cast->type->text, cast->array,
				    ret);
		return error ? pt_error_at(error, cast->type->span) : NULL;
	}
	if (!cast->module && cast->here && pt_dbg_module(cast->here) &&
	    pt_compat(env->session, PT_GATE_CAST_MODULE) &&
	    !pt_dbg_cast(cast->here, cast->type->text, cast->array, ret)) {
		*ret_dbg = cast->here;
		return NULL;
	}
	for (;;) {
		size_t n = strcspn(list, ":");
		struct pt_dbg *dbg = NULL;

		error = part_dbg(env, cast,
				 pt_arena_strndup(env->session->arena, list, n),
				 &dbg);
		if (error && cast->module)
			pt_error_at(error, cast->module->span);
		if (!error) {
			error = pt_dbg_cast(dbg, cast->type->text, cast->array,
					    ret);
			if (error)
				pt_error_at(error, cast->type->span);
		}
		if (!error)
			*ret_dbg = dbg;
		if (!error || !list[n])
			return error;
		list += n + 1;
	}
}
