/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The debuginfo that @cast and its like take their types from.
 */
#include <string.h>

#include "cast.h"
#include "value.h"

struct pt_error *pt_value_no_module(struct pt_arena *arena,
				    const struct pt_expr *module)
{
	return pt_error_at(
		pt_error_hint(pt_error_new(arena, PT_E_UNSUPPORTED,
					   "types and variables of '%s' are "
					   "not supported yet",
					   module->text),
			      "there are those of \"kernel\", and types of "
			      "headers: \"<header.h>\", \"kernel<linux/x.h>\""),
		module->span);
}

/* One part of a list of modules. */
static struct pt_error *part_dbg(struct pt_probe_env *env,
				 const struct pt_expr *module, const char *part,
				 struct pt_dbg **ret)
{
	const char *header = strchr(part, '<');

	if (!*part || !strcmp(part, "kernel") || !strcmp(part, "vmlinux"))
		return pt_probe_dbg(env, ret);
	if (!header || part[strlen(part) - 1] != '>' ||
	    (header != part && !g_str_has_prefix(part, "kernel<")))
		return pt_value_no_module(env->session->arena, module);
	if (!env->headers)
		env->headers = pt_arena_str_hash(env->session->arena);
	*ret = g_hash_table_lookup(env->headers, part);
	if (*ret)
		return NULL;
	PT_TRY(pt_dbg_open_header(env->session, header != part,
				  pt_arena_strndup(env->session->arena,
						   header + 1,
						   strlen(header) - 2),
				  ret));
	g_hash_table_insert(env->headers, (gpointer)part, *ret);
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

	for (;;) {
		size_t n = strcspn(list, ":");
		struct pt_dbg *dbg = NULL;

		error = part_dbg(env, cast->module,
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
