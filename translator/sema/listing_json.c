/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -l and -L with --json: one document, a line for each point.
 */
#include "../debuginfo/userprogram.h"
#include "context.h"

#include <json-c/json.h>
#include <string.h>

static void add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text));
}

static void add_site(struct pt_sema *sema, struct json_object *to,
		     const struct pt_dbg_function *site)
{
	const char *module = site->dbg ? pt_dbg_module(site->dbg) : NULL;
	uint64_t base = site->dbg ? pt_dbg_address_base(site->dbg) : 0;

	if (site->tracepoint) {
		add_text(to, "tracepoint", site->tracepoint);
		add_text(to, "system", site->system);
		add_text(to, "module", module ? module : "kernel");
		return;
	}
	if (site->dbg) {
		add_text(to, "function", site->name);
		add_text(to, "file", site->file);
		json_object_object_add(to, "line",
				       json_object_new_int64(site->line));
		if (site->label)
			add_text(to, "label", site->label);
		add_text(to, "symbol", site->symbol);
		json_object_object_add(
			to, "inlined",
			json_object_new_boolean(site->where == PT_DBG_INLINED));
	}
	/* As text: not every reader has integers of 64 bits. */
	add_text(to, "address",
		 pt_arena_printf(sema->arena, "0x%" G_GINT64_MODIFIER "x",
				 site->address - base));
	if (site->dbg && pt_dbg_program(site->dbg))
		add_text(to, "program", pt_dbg_program(site->dbg));
	else
		add_text(to, "module", module ? module : "kernel");
}

/* "$name:type" */
static struct json_object *variable_object(struct pt_sema *sema,
					   const char *text)
{
	const char *colon = strchr(text, ':');
	struct json_object *object = json_object_new_object();

	add_text(object, "name",
		 pt_arena_strndup(sema->arena, text, (size_t)(colon - text)));
	add_text(object, "type", colon + 1);
	return object;
}

static void write_point(struct pt_sema *sema, const struct pt_listed *point,
			const struct pt_dbg_function *site, GString *to)
{
	struct json_object *object = json_object_new_object();
	struct json_object *variables;

	add_text(object, "point", point->name);
	if (strcmp(point->name, point->bound->text) != 0)
		add_text(object, "stands_for", point->bound->text);
	add_text(object, "family", point->bound->family->name);
	if (site)
		add_site(sema, object, site);
	if (point->variables) {
		variables = json_object_new_array();
		for (guint i = 0; i < point->variables->len; i++)
			json_object_array_add(
				variables,
				variable_object(sema,
						point->variables->pdata[i]));
		json_object_object_add(object, "variables", variables);
	}
	g_string_append(to, to->str[to->len - 1] == '[' ? "\n  " : ",\n  ");
	g_string_append(
		to, json_object_to_json_string_ext(
			    object, JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

void pt_listing_json(struct pt_sema *sema, const struct pt_listed *points,
		     guint n, GString *to)
{
	g_string_append(to, "{ \"points\": [");
	for (guint i = 0; i < n; i++) {
		const GPtrArray *sites = points[i].bound->sites;

		if (!sites || !sites->len)
			write_point(sema, &points[i], NULL, to);
		for (guint j = 0; sites && j < sites->len; j++)
			write_point(sema, &points[i], sites->pdata[j], to);
	}
	g_string_append(to, "\n] }\n");
}
