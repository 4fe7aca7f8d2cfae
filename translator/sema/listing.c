/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pass 2 found, as text: -p2, -l and -L.
 */
#include "context.h"

#include <stdlib.h>
#include <string.h>

static void print_type(GString *to, const struct pt_var *var)
{
	g_string_append_printf(to, "%s:%s", var->name, pt_type_name(var->type));
	if (var->arity <= 0)
		return;
	g_string_append(to, " [");
	for (int i = 0; i < var->arity; i++)
		g_string_append_printf(to, "%s%s", i ? ", " : "",
				       pt_type_name(var->keys[i]));
	g_string_append(to, "]");
}

static void print_globals(GString *to, const struct pt_program *program)
{
	if (program->globals->len)
		g_string_append(to, "# globals\n");
	for (guint i = 0; i < program->globals->len; i++) {
		const struct pt_var *var = program->globals->pdata[i];

		print_type(to, var);
		if (var->add_only)
			g_string_append(to, " # per CPU");
		else if (g_ptr_array_find(program->guarded, var, NULL))
			g_string_append(to, " # locked");
		g_string_append_c(to, '\n');
	}
}

static void print_locals(GString *to, const GPtrArray *locals)
{
	if (locals->len)
		g_string_append(to, "  # locals\n");
	for (guint i = 0; i < locals->len; i++) {
		g_string_append(to, "  ");
		print_type(to, locals->pdata[i]);
		g_string_append_c(to, '\n');
	}
}

static void print_functions(GString *to, const struct pt_program *program)
{
	if (program->functions->len)
		g_string_append(to, "# functions\n");
	for (guint i = 0; i < program->functions->len; i++) {
		const struct pt_function *function =
			program->functions->pdata[i];

		g_string_append_printf(to, "%s:%s (", function->name,
				       pt_type_name(function->return_type));
		for (guint j = 0; j < function->params->len; j++) {
			g_string_append(to, j ? ", " : "");
			print_type(to, function->params->pdata[j]);
		}
		g_string_append(to, ")\n");
		print_locals(to, function->locals);
	}
}

static void print_sites(GString *to, const struct pt_bound *bound)
{
	for (guint i = 0; bound->sites && i < bound->sites->len; i++) {
		const struct pt_dbg_function *site = bound->sites->pdata[i];

		if (site->tracepoint) {
			g_string_append_printf(to, "  # at tracepoint %s\n",
					       site->tracepoint);
			continue;
		}
		g_string_append_printf(to, "  # at %s", site->symbol);
		if (site->address != site->symbol_address)
			g_string_append_printf(
				to, "+0x%llx",
				(unsigned long long)(site->address -
						     site->symbol_address));
		g_string_append_printf(to, " (%s", site->name);
		if (*site->file)
			g_string_append_printf(to, "@%s:%u", site->file,
					       site->line);
		g_string_append(to, ")\n");
	}
}

static void print_uses(GString *to, const struct pt_bound *bound)
{
	static const char *const modes[] = {
		[PT_USE_READ] = "read",
		[PT_USE_WRITE] = "write",
		[PT_USE_LOCAL] = "add",
	};

	if (bound->uses && bound->uses->len)
		g_string_append(to, "  # locks");
	for (guint i = 0; bound->uses && i < bound->uses->len; i++) {
		const struct pt_use *use = bound->uses->pdata[i];

		g_string_append_printf(to, "%s %s:%s", i ? "," : "",
				       use->var->name, modes[use->mode]);
	}
	if (bound->uses && bound->uses->len)
		g_string_append_c(to, '\n');
}

static void print_probes(GString *to, const struct pt_program *program)
{
	struct pt_arena *arena = program->session->arena;

	if (program->probes->len)
		g_string_append(to, "# probes\n");
	for (guint i = 0; i < program->probes->len; i++) {
		const struct pt_bound *bound = program->probes->pdata[i];

		g_string_append(to, bound->text);
		g_string_append(to, " /*");
		for (guint j = bound->chain->len; j-- > 0;)
			g_string_append_printf(
				to, "%s %s",
				j + 1 < bound->chain->len ? " <-" : "",
				pt_point_text(arena, bound->chain->pdata[j]));
		g_string_append(to, " */\n");
		print_locals(to, bound->locals);
		print_uses(to, bound);
		print_sites(to, bound);
	}
}

void pt_program_print(GString *to, const struct pt_program *program)
{
	print_globals(to, program);
	print_functions(to, program);
	print_probes(to, program);
	pt_report_print(to, program);
}

/* ---- -l and -L -------------------------------------------------------- */

/* Orders what begins with a pointer to a text by it. */
static gint by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the aliases on the way give the handler, then the target variables, each
 * "name:type". */
static struct pt_error *find_variables(struct pt_sema *sema,
				       const struct pt_bound *bound,
				       GPtrArray *ret)
{
	GPtrArray *names = pt_arena_ptr_array(sema->arena);

	for (guint i = 0; i < bound->locals->len; i++) {
		const struct pt_var *var = bound->locals->pdata[i];

		if (var->file->library || bound->chain->len > 1)
			g_ptr_array_add(
				ret,
				pt_arena_printf(sema->arena, "%s:%s", var->name,
						pt_type_name(var->type)));
	}
	if (!bound->family->list_variables)
		return NULL;
	PT_TRY(bound->family->list_variables(&sema->program->env, bound,
					     names));
	g_ptr_array_extend(ret, names, NULL, NULL);
	return NULL;
}

/* A point behind an alias is listed under the alias's name. */
static const char *listed_name(struct pt_sema *sema,
			       const struct pt_bound *bound)
{
	for (guint i = 0; i + 1 < bound->chain->len; i++) {
		const char *name =
			pt_point_text(sema->arena, bound->chain->pdata[i]);

		/* what a wildcard stands for comes behind it */
		if (!strchr(name, '*'))
			return name;
	}
	return bound->text;
}

static struct pt_error *listed(struct pt_sema *sema,
			       const struct pt_bound *bound,
			       struct pt_listed *ret)
{
	ret->bound = bound;
	ret->name = listed_name(sema, bound);
	if (!sema->list_variables)
		return NULL;
	ret->variables = pt_arena_ptr_array(sema->arena);
	return find_variables(sema, bound, ret->variables);
}

static uint64_t point_address(const struct pt_listed *point)
{
	const GPtrArray *sites = point->bound->sites;
	const struct pt_dbg_function *site;

	if (!sites || !sites->len)
		return 0;
	site = sites->pdata[0];
	return site->address;
}

static int point_compare(const void *a, const void *b)
{
	uint64_t x = point_address(a), y = point_address(b);
	int order = by_text(a, b);

	return order ? order : x < y ? -1 : x > y;
}

/* Do all N points have the variable? */
static bool all_have(const struct pt_listed *points, guint n,
		     const char *variable)
{
	for (guint i = 0; i < n; i++)
		if (!g_ptr_array_find_with_equal_func(
			    points[i].variables, variable, g_str_equal, NULL))
			return false;
	return true;
}

/* A line for each name: what has it several times has the variables that all of
 * them have, which are those that a handler may use. */
static void write_lines(const struct pt_listed *points, guint n, GString *to)
{
	guint next;

	for (guint i = 0; i < n; i = next) {
		const GPtrArray *variables = points[i].variables;

		for (next = i + 1;
		     next < n && !strcmp(points[i].name, points[next].name);
		     next++)
			;
		g_string_append(to, points[i].name);
		for (guint j = 0; variables && j < variables->len; j++) {
			const char *variable = variables->pdata[j];

			if (all_have(points + i, next - i, variable))
				g_string_append_printf(to, " %s", variable);
		}
		g_string_append_c(to, '\n');
	}
}

bool pt_listing_write(struct pt_sema *sema, GString *to)
{
	const GPtrArray *probes = sema->program->probes;
	struct pt_listed *points =
		pt_arena_alloc(sema->arena, probes->len * sizeof(*points));

	for (guint i = 0; i < probes->len; i++) {
		struct pt_error *error =
			listed(sema, probes->pdata[i], &points[i]);

		if (error) {
			pt_diag_add(sema->diag, error);
			return false;
		}
	}
	qsort(points, probes->len, sizeof(*points), point_compare);
	if (sema->session->options.json)
		pt_listing_json(sema, points, probes->len, to);
	else
		write_lines(points, probes->len, to);
	return true;
}
