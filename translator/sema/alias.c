/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe points, through aliases, to points of probe families.
 *
 * An alias puts its prologue before, and its epilogue behind, what is there
 * already; its own points may be aliases again.  What follows an alias's name in
 * a point goes to the end of each point that the alias stands for.
 */
#include "../base/compat.h"
#include "context.h"

#include <string.h>

/* The way from a probe declaration down to a point. */
struct path {
	const struct path *up;
	const struct pt_alias *alias; /* that led here; NULL at the top */
	const struct pt_probe *probe;
	GPtrArray *chain;
	GPtrArray *pieces;
	GPtrArray *guards;
	bool optional;
};

static int expand_list(struct pt_sema *sema, const struct path *path,
		       const GPtrArray *points);

static GPtrArray *copy_array(struct pt_sema *sema, const GPtrArray *from)
{
	GPtrArray *copy = pt_arena_ptr_array(sema->arena);

	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(copy, from->pdata[i]);
	return copy;
}

static struct pt_piece *piece(struct pt_sema *sema, struct pt_stmt *stmt,
			      struct pt_file *file)
{
	struct pt_piece *made = pt_new(sema->arena, struct pt_piece);

	made->stmt = stmt;
	made->file = file;
	return made;
}

/* ---- does a name match? ----------------------------------------------- */

static struct pt_point_component *component(const struct pt_point *point,
					    guint i)
{
	return point->components->pdata[i];
}

static bool has_wildcard(const struct pt_point *point)
{
	for (guint i = 0; i < point->components->len; i++)
		if (strchr(component(point, i)->name, '*'))
			return true;
	return false;
}

/* ---- down one level --------------------------------------------------- */

static const struct pt_point *with_suffix(struct pt_sema *sema,
					  const struct pt_point *point,
					  const struct pt_point *written,
					  guint rest)
{
	struct pt_point *longer;

	if (rest == written->components->len)
		return point;
	longer = pt_new(sema->arena, struct pt_point);
	*longer = *point;
	longer->components = copy_array(sema, point->components);
	for (guint i = rest; i < written->components->len; i++)
		g_ptr_array_add(longer->components,
				written->components->pdata[i]);
	return longer;
}

static bool visiting(const struct path *path, const struct pt_alias *alias)
{
	for (; path; path = path->up)
		if (path->alias == alias)
			return true;
	return false;
}

/* NAME with what follows it in WRITTEN joins the way if a wildcard hid it. */
static GPtrArray *chain_below(struct pt_sema *sema, const struct path *path,
			      const struct pt_point *name,
			      const struct pt_point *written, guint rest)
{
	GPtrArray *chain;

	if (!has_wildcard(written))
		return path->chain;
	chain = copy_array(sema, path->chain);
	g_ptr_array_add(chain, (void *)with_suffix(sema, name, written, rest));
	return chain;
}

static int expand_alias(struct pt_sema *sema, const struct path *path,
			const struct pt_alias *alias,
			const struct pt_point *name,
			const struct pt_point *written, guint rest)
{
	struct path below = *path;
	GPtrArray *points;

	if (visiting(path, alias)) {
		pt_error_hint(
			pt_error_note(
				pt_diag_error(
					sema->diag, written->span,
					PT_E_ALIAS_LOOP,
					"alias %s stands for itself",
					pt_point_text(sema->arena, written)),
				alias->span, "defined here"),
			"one of its points must be something else");
		return -1;
	}
	below.up = path;
	below.alias = alias;
	below.chain = chain_below(sema, path, name, written, rest);
	below.pieces = pt_arena_ptr_array(sema->arena);
	if (alias->prologue)
		g_ptr_array_add(below.pieces,
				piece(sema, alias->prologue, alias->file));
	for (guint i = 0; i < path->pieces->len; i++)
		g_ptr_array_add(below.pieces, path->pieces->pdata[i]);
	if (alias->epilogue)
		g_ptr_array_add(below.pieces,
				piece(sema, alias->epilogue, alias->file));
	points = pt_arena_ptr_array(sema->arena);
	for (guint i = 0; i < alias->points->len; i++)
		g_ptr_array_add(points, (void *)with_suffix(
						sema, alias->points->pdata[i],
						written, rest));
	return expand_list(sema, &below, points);
}

static int expand_aliases_of(struct pt_sema *sema, const struct path *path,
			     struct pt_file *file, const struct pt_point *point,
			     bool suffix, bool *found)
{
	int total = 0;

	for (guint i = 0; i < file->aliases->len; i++) {
		struct pt_alias *alias = file->aliases->pdata[i];

		for (guint j = 0; j < alias->names->len; j++) {
			guint rest;
			int n;

			if (!pt_shapes_prefix(alias->names->pdata[j], point,
					      true, &rest) ||
			    (rest < point->components->len) != suffix)
				continue;
			/* t* in the alias tick does not mean tick */
			if (has_wildcard(point) && visiting(path, alias))
				continue;
			pt_join_file(sema, file);
			*found = true;
			n = expand_alias(sema, path, alias,
					 alias->names->pdata[j], point, rest);
			if (n < 0)
				return n;
			total += n;
			break;
		}
	}
	return total;
}

/* All files in which an alias for POINT may stand. */
static GPtrArray *alias_files(struct pt_sema *sema,
			      const struct pt_point *point)
{
	GPtrArray *files = copy_array(sema, sema->program->files);
	GPtrArray *more = pt_arena_ptr_array(sema->arena);

	if (!sema->library)
		return files;
	pt_library_find_alias(sema->library, component(point, 0)->name, more);
	for (guint i = 0; i < more->len; i++)
		if (!g_ptr_array_find(files, more->pdata[i], NULL))
			g_ptr_array_add(files, more->pdata[i]);
	return files;
}

static GPtrArray *alias_names(struct pt_sema *sema,
			      const struct pt_point *point)
{
	GPtrArray *names = pt_arena_ptr_array(sema->arena);
	GPtrArray *files = alias_files(sema, point);
	const GPtrArray *library;

	for (guint i = 0; i < files->len; i++) {
		struct pt_file *file = files->pdata[i];

		for (guint j = 0; j < file->aliases->len; j++) {
			struct pt_alias *alias = file->aliases->pdata[j];

			for (guint k = 0; k < alias->names->len; k++)
				g_ptr_array_add(
					names, (void *)pt_point_text(
						       sema->arena,
						       alias->names->pdata[k]));
		}
	}
	if (!sema->library)
		return names;
	library = pt_library_alias_names(sema->library);
	for (guint i = 0; i < library->len; i++)
		g_ptr_array_add(names, library->pdata[i]);
	return names;
}

/* Leaves the aliases: POINT must be of a family. */
static struct pt_error *expand_family(struct pt_sema *sema,
				      const struct path *path,
				      const struct pt_point *point, int *ret)
{
	struct pt_derived *derived = pt_new(sema->arena, struct pt_derived);
	struct pt_error *error = NULL;

	derived->family = pt_family_find(sema->arena, point, NULL, &error);
	if (!derived->family) {
		/* again, with suggestions */
		pt_family_find(sema->arena, point, alias_names(sema, point),
			       &error);
		return pt_error_at(error, point->span);
	}
	derived->probe = path->probe;
	derived->point = point;
	derived->optional = path->optional;
	derived->chain = path->chain;
	derived->pieces = path->pieces;
	derived->guards = path->guards;
	pt_symbols_derived(sema, derived);
	PT_TRY(pt_bind_derived(sema, derived));
	g_ptr_array_add(sema->derived, derived);
	*ret = derived->bounds->len;
	return NULL;
}

/* ---- one point -------------------------------------------------------- */

static int fail(struct pt_sema *sema, const struct path *path,
		struct pt_error *error)
{
	const struct pt_point *written = path->chain->pdata[0];

	if (path->optional) {
		g_ptr_array_add(sema->forgiven, error);
		return 0;
	}
	if (path->chain->len > 1)
		pt_error_note(error, written->span, "%s leads there",
			      pt_point_text(sema->arena, written));
	pt_diag_add(sema->diag, error);
	return -1;
}

/* What the wildcards of POINT mean beside aliases; as an alias does, it forgives
 * where there is something else. */
static int expand_shapes(struct pt_sema *sema, const struct path *path,
			 const struct pt_point *point, bool *found)
{
	GPtrArray *shapes = pt_arena_ptr_array(sema->arena);
	int total = 0;

	if (!has_wildcard(point))
		return 0;
	pt_shapes_match(sema->arena, point, shapes);
	for (guint i = 0; i < shapes->len; i++) {
		struct pt_error *error;
		int n = 0;

		*found = true;
		error = expand_family(sema, path, shapes->pdata[i], &n);
		if (error)
			g_ptr_array_add(sema->forgiven, error);
		total += n;
	}
	return total;
}

/* How many bound probes POINT gave; -1: an error was reported. */
static int expand_point(struct pt_sema *sema, const struct path *up,
			const struct pt_point *point)
{
	struct path path = *up;
	struct pt_error *error;
	bool found = false;
	GPtrArray *files;
	unsigned errors = sema->diag->errors;
	int total = 0, suffixes = 1;

	path.optional |= point->optional || point->sufficient;
	path.chain = copy_array(sema, up->chain);
	g_ptr_array_add(path.chain, (void *)point);
	if (point->condition) {
		path.guards = copy_array(sema, up->guards);
		g_ptr_array_add(
			path.guards,
			piece(sema, pt_make_expr_stmt(sema, point->condition),
			      up->alias ? up->alias->file : up->probe->file));
	}
	files = alias_files(sema, point);
	if (point->span.source->library ||
	    pt_compat(sema->session, PT_GATE_ALIAS_SUFFIX))
		suffixes = 2;
	for (int suffix = 0; suffix < suffixes && !found; suffix++) {
		/* Not every alias that a wildcard finds takes the suffix. */
		path.optional |= suffix && has_wildcard(point);
		for (guint i = 0; i < files->len; i++) {
			int n = expand_aliases_of(sema, &path, files->pdata[i],
						  point, suffix, &found);

			if (n < 0)
				return n;
			total += n;
		}
		if (!suffix)
			total += expand_shapes(sema, &path, point, &found);
	}
	path.optional = up->optional || point->optional || point->sufficient;
	if (!found) {
		error = expand_family(sema, &path, point, &total);
		return error ? fail(sema, &path, error) : total;
	}
	if (total || sema->diag->errors > errors)
		return total;
	error = pt_error_new(sema->arena, PT_E_NO_MATCH,
			     "%s stands for nothing that is there",
			     pt_point_text(sema->arena, point));
	if (sema->forgiven->len) {
		const struct pt_error *why =
			sema->forgiven->pdata[sema->forgiven->len - 1];

		pt_error_hint(error, "the last that was tried: %s",
			      why->message);
	}
	return fail(sema, &path, pt_error_at(error, point->span));
}

static int expand_list(struct pt_sema *sema, const struct path *path,
		       const GPtrArray *points)
{
	bool failed = false;
	int total = 0;

	for (guint i = 0; i < points->len; i++) {
		const struct pt_point *point = points->pdata[i];
		int n = expand_point(sema, path, point);

		if (n < 0)
			failed = true;
		else
			total += n;
		if (n > 0 && point->sufficient)
			break;
	}
	return failed ? -1 : total;
}

void pt_alias_no_probes(struct pt_sema *sema)
{
	struct pt_span nowhere = { .source = NULL };
	struct pt_error *error =
		pt_diag_error(sema->diag, nowhere, PT_E_NO_PROBES,
			      "%s has no probes", sema->script->source->name);

	if (!sema->script->probes->len)
		pt_error_hint(error, "a script does something only in a probe: "
				     "probe begin { ... }");
	else
		pt_error_hint(error,
			      "all of its probe points are optional, and "
			      "none is there");
	for (guint i = 0; i < sema->forgiven->len && i < 5; i++) {
		const struct pt_error *why = sema->forgiven->pdata[i];

		pt_error_note(error, why->span, "%s", why->message);
	}
}

void pt_alias_pass(struct pt_sema *sema)
{
	GPtrArray *files = sema->program->files;

	for (guint i = 0; i < files->len; i++) {
		struct pt_file *file = files->pdata[i];

		for (guint j = 0; j < file->probes->len; j++) {
			struct pt_probe *probe = file->probes->pdata[j];
			struct path path = {
				.probe = probe,
				.chain = pt_arena_ptr_array(sema->arena),
				.pieces = pt_arena_ptr_array(sema->arena),
				.guards = pt_arena_ptr_array(sema->arena),
			};

			g_ptr_array_add(path.pieces,
					piece(sema, probe->body, file));
			expand_list(sema, &path, probe->points);
		}
	}
	for (guint i = 0; i < sema->script->functions->len; i++)
		pt_symbols_function(sema, sema->script->functions->pdata[i]);
	if (!sema->program->probes->len && !sema->diag->errors)
		pt_alias_no_probes(sema);
}
