/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Target variables, and values that are saved at a function's entry.
 *
 * Where a pattern with wildcards matched several functions, those that do not
 * have what the handler asks for are left out with a warning.
 */
#include "context.h"

#include <string.h>

#include "../lang/walk.h"
#include "../probe/value.h"

struct run {
	struct pt_sema *sema;
	const struct pt_unit *unit;
	GHashTable *errors; /* struct pt_bound * -> GPtrArray of pt_error * */
};

struct pt_error *pt_resolve_target(struct pt_sema *sema,
				   const struct pt_unit *unit,
				   struct pt_expr **target)
{
	struct pt_probe_env *env = &sema->program->env;
	struct pt_bound *bound = unit->bound;
	struct pt_span span = (*target)->span;
	struct pt_error *error;

	if (bound && bound->family->variable)
		error = bound->family->variable(env, bound, target);
	else
		error = pt_value_variable(env, NULL, target);
	if (error && bound && !bound->family->variable &&
	    pt_effects_needs_probe(*target))
		pt_error_hint(error, "probes of %s have no target variables",
			      bound->family->name);
	return error ? pt_error_at(error, span) : NULL;
}

#define PLACES_SHOWN 4

/* What LIST says already of another place gets a note there. */
static bool said_before(const GPtrArray *list, const struct pt_error *error)
{
	const struct pt_error *note;
	unsigned places = 1;

	for (guint i = 0; i < list->len; i++) {
		struct pt_error *first = list->pdata[i];

		if (first->code != error->code ||
		    strcmp(first->message, error->message))
			continue;
		for (note = first->next_note; note; note = note->next_note)
			places++;
		if (places < PLACES_SHOWN)
			pt_error_note(first, error->span, "and here");
		return true;
	}
	return false;
}

static void report(struct run *run, struct pt_error *error)
{
	struct pt_bound *bound = run->unit->bound;
	GPtrArray *list;

	if (!bound) {
		pt_diag_add(run->sema->diag, error);
		return;
	}
	list = g_hash_table_lookup(run->errors, bound);
	if (!list) {
		list = pt_arena_ptr_array(run->sema->arena);
		g_hash_table_insert(run->errors, bound, list);
	}
	if (!said_before(list, error))
		g_ptr_array_add(list, error);
}

/* Noted, and reported if the branch that it stands in is not folded away. */
static void note_failed(void *data, const struct pt_unit *unit,
			struct pt_expr **place, struct pt_error *error)
{
	struct run *run = data;
	struct pt_sema *sema = run->sema;
	struct pt_span span = (*place)->span;

	(void)unit;
	if (sema->session->options.skip_badvars &&
	    (*place)->kind == PT_EXPR_TARGET && !(*place)->assigned) {
		pt_diag_warning(sema->diag, span, error->code,
				"%s; it reads as 0", error->message);
		*place = pt_make_number(sema, span, 0);
		return;
	}
	g_hash_table_insert(sema->failed, *place, error);
}

static bool enter(struct pt_walk *walk, struct pt_expr **place)
{
	(void)walk;
	/* Waits for the types of script values. */
	return (*place)->kind != PT_EXPR_DEFINED;
}

struct search {
	struct pt_sema *sema;
	bool found;
};

static bool find_failed(struct pt_walk *walk, struct pt_expr **place)
{
	struct search *search = walk->data;

	search->found |= g_hash_table_contains(search->sema->failed, *place);
	return !search->found;
}

/* Is something in EXPR, which is computed first, not there? */
static bool holds_failed(struct pt_sema *sema, struct pt_expr *expr)
{
	struct search search = { .sema = sema };
	struct pt_walk walk = { .pre_expr = find_failed, .data = &search };

	pt_walk_expr(&walk, &expr);
	return search.found;
}

static void resolve(struct pt_walk *walk, struct pt_expr **place)
{
	struct run *run = walk->data;
	struct pt_sema *sema = run->sema;
	struct pt_error *error;
	bool unused = (*place)->value_unused;

	if (g_hash_table_contains(sema->failed, *place))
		return;
	if (((*place)->kind == PT_EXPR_TARGET && !(*place)->fetch) ||
	    (*place)->kind == PT_EXPR_ATOP) {
		if (holds_failed(sema, *place)) {
			(*place)->kind = PT_EXPR_TARGET;
			g_hash_table_insert(sema->failed, *place, NULL);
			return;
		}
	}
	if ((*place)->kind == PT_EXPR_ATOP) {
		error = pt_atword_expand(sema, run->unit, place);
		if (!error && (*place)->kind != PT_EXPR_ATOP)
			pt_walk_expr(walk, place);
	} else if ((*place)->kind == PT_EXPR_TARGET && !(*place)->fetch) {
		error = pt_resolve_target(sema, run->unit, place);
	} else {
		return;
	}
	if (error) {
		if ((*place)->kind == PT_EXPR_ATOP)
			(*place)->kind = PT_EXPR_TARGET;
		note_failed(run, run->unit, place, error);
	} else {
		(*place)->value_unused = unused;
	}
}

static bool report_failed(struct pt_walk *walk, struct pt_expr **place)
{
	struct run *run = walk->data;
	struct pt_error *error = g_hash_table_lookup(run->sema->failed, *place);

	if (error)
		report(run, error);
	return !error;
}

/* ---- guru writes ------------------------------------------------------ */

static bool mark_write(struct pt_walk *walk, struct pt_expr **place)
{
	struct run *run = walk->data;
	struct pt_sema *sema = run->sema;
	const struct pt_expr *expr = *place;
	struct pt_expr *left = expr->left;

	if ((expr->kind != PT_EXPR_ASSIGN && expr->kind != PT_EXPR_CRUMENT) ||
	    (left->kind != PT_EXPR_TARGET && left->kind != PT_EXPR_DEREF))
		return true;
	left->assigned = true;
	if (!sema->session->options.guru && pt_make_user_written(expr->span))
		pt_error_hint(
			pt_diag_error(sema->diag, left->span, PT_E_GURU,
				      "assignment to %s%s",
				      left->kind == PT_EXPR_TARGET
					      ? "the target variable "
					      : "what a pointer leads to",
				      left->kind == PT_EXPR_TARGET ? left->text
								   : ""),
			"it changes the kernel's memory: allow it with -g");
	return true;
}

/* ---- what is saved at the entry --------------------------------------- */

static bool unwrap(struct pt_walk *walk, struct pt_expr **place)
{
	struct run *run = walk->data;
	const struct pt_expr *expr;

	while ((*place)->kind == PT_EXPR_ENTRY)
		*place = (*place)->left;
	expr = *place;
	if (expr->kind == PT_EXPR_NAME && expr->var &&
	    expr->var->kind != PT_VAR_GLOBAL)
		report(run,
		       pt_error_hint(
			       pt_error_at(pt_error_new(
						   run->sema->arena, PT_E_ENTRY,
						   "'%s' has no value at the "
						   "function's entry",
						   expr->text),
					   expr->span),
			       "what is saved at the entry is computed there, "
			       "before this handler: use globals, target "
			       "variables and literals"));
	if (expr->kind == PT_EXPR_TARGET &&
	    g_str_has_prefix(expr->text, "$return"))
		report(run,
		       pt_error_at(pt_error_new(run->sema->arena, PT_E_ENTRY,
						"$return is not known at "
						"the function's entry"),
				   expr->span));
	return true;
}

static bool save_entry(struct pt_walk *walk, struct pt_expr **place)
{
	struct run *run = walk->data;
	struct pt_bound *bound = run->unit->bound;
	struct pt_walk inner = { .pre_expr = unwrap, .data = run };
	struct pt_expr *expr = *place;

	if (expr->kind != PT_EXPR_ENTRY)
		return true;
	if (!bound || !bound->is_return) {
		report(run,
		       pt_error_hint(
			       pt_error_at(pt_error_new(run->sema->arena,
							PT_E_ENTRY,
							"@entry outside of a "
							"return probe"),
					   expr->span),
			       "only the handler of a .return point has an "
			       "entry to look back to"));
		return false;
	}
	pt_walk_expr(&inner, &expr->left);
	for (guint i = 0; i < bound->entries->len; i++) {
		if (pt_compare_expr(run->sema, bound->entries->pdata[i],
				    expr->left)) {
			expr->entry_slot = i;
			return false;
		}
	}
	expr->entry_slot = bound->entries->len;
	g_ptr_array_add(bound->entries, expr->left);
	return false;
}

static struct pt_stmt **body_of(const struct pt_unit *unit)
{
	return unit->function ? &unit->function->body : &unit->bound->body;
}

static void resolve_unit(struct pt_sema *sema, const struct pt_unit *unit,
			 void *data)
{
	struct run *run = data;
	struct pt_walk writes = { .pre_expr = mark_write, .data = run };
	struct pt_walk reads = { .pre_expr = enter,
				 .post_expr = resolve,
				 .data = run };

	(void)sema;
	run->unit = unit;
	pt_walk_stmt(&writes, body_of(unit));
	pt_walk_stmt(&reads, body_of(unit));
}

/* When all is resolved, so that only what is left of the body counts. */
static void save_unit(struct pt_sema *sema, const struct pt_unit *unit,
		      void *data)
{
	struct run *run = data;
	struct pt_walk failed = { .pre_expr = report_failed, .data = run };
	struct pt_walk walk = { .pre_expr = save_entry, .data = run };

	(void)sema;
	run->unit = unit;
	pt_walk_stmt(&failed, body_of(unit));
	pt_walk_stmt(&walk, body_of(unit));
}

static void save_function(struct pt_sema *sema, const struct pt_unit *unit,
			  void *data)
{
	if (unit->function)
		save_unit(sema, unit, data);
}

static void save_handler(struct pt_sema *sema, const struct pt_unit *unit,
			 void *data)
{
	if (!unit->function)
		save_unit(sema, unit, data);
}

/* ---- who is left out -------------------------------------------------- */

static const char *place_name(const struct pt_bound *bound)
{
	const struct pt_dbg_function *site;

	if (!bound->sites || !bound->sites->len)
		return bound->text;
	site = bound->sites->pdata[0];
	return site->tracepoint ? site->tracepoint : site->name;
}

static bool has_pattern(const struct pt_point *point)
{
	for (guint i = 0; i < point->components->len; i++) {
		const struct pt_point_component *component =
			point->components->pdata[i];

		if (component->arg == PT_ARG_STRING &&
		    strpbrk(component->text, "*?["))
			return true;
	}
	return false;
}

static bool may_drop(const GPtrArray *errors)
{
	for (guint i = 0; i < errors->len; i++) {
		const struct pt_error *error = errors->pdata[i];

		switch (error->code) {
		case PT_E_UNKNOWN_VARIABLE:
		case PT_E_UNKNOWN_MEMBER:
		case PT_E_OPTIMISED_OUT:
		case PT_E_BAD_DEBUGINFO:
		case PT_E_NO_DEBUGINFO:
		case PT_E_UNSUPPORTED: break;
		default: return false;
		}
	}
	return true;
}

#define NAMES_SHOWN 8

static void warn_dropped(struct pt_sema *sema, const struct pt_derived *derived,
			 const GPtrArray *failed, GHashTable *errors)
{
	GPtrArray *first = g_hash_table_lookup(errors, failed->pdata[0]);
	const struct pt_error *cause = first->pdata[0];
	GString *names = pt_arena_string(sema->arena);
	GHashTable *seen = pt_arena_str_hash(sema->arena);
	struct pt_error *warning;
	bool verbose = sema->session->options.verbose > 0;

	for (guint i = 0; i < failed->len; i++) {
		const char *name = place_name(failed->pdata[i]);

		if (!g_hash_table_add(seen, (void *)name))
			continue;
		if (g_hash_table_size(seen) > NAMES_SHOWN && !verbose)
			continue;
		g_string_append_printf(names, "%s%s", names->len ? ", " : "",
				       name);
	}
	if (g_hash_table_size(seen) > NAMES_SHOWN && !verbose)
		g_string_append_printf(names, " and %u more",
				       g_hash_table_size(seen) - NAMES_SHOWN);
	warning = pt_diag_warning(sema->diag, cause->span, PT_E_SITES_DROPPED,
				  "left out %u of the %u places of %s, "
				  "which do not have this: %s",
				  failed->len, derived->bounds->len,
				  pt_point_text(sema->arena, derived->point),
				  names->str);
	if (!verbose) {
		pt_error_hint(warning, "-v says why for each");
		return;
	}
	for (guint i = 0; i < failed->len; i++) {
		GPtrArray *list = g_hash_table_lookup(errors, failed->pdata[i]);
		const struct pt_error *why = list->pdata[0];

		pt_error_note(warning, why->span, "%s: %s",
			      place_name(failed->pdata[i]), why->message);
	}
}

static void report_all(struct pt_sema *sema, const struct pt_derived *derived,
		       const GPtrArray *failed, GHashTable *errors)
{
	GPtrArray *first = g_hash_table_lookup(errors, failed->pdata[0]);

	for (guint i = 0; i < first->len; i++) {
		struct pt_error *error = first->pdata[i];
		struct pt_bound *bound = failed->pdata[0];

		if (derived->bounds->len > 1)
			pt_error_note(
				error, derived->point->span,
				"in %s, one of %u of the %u places of %s",
				bound->text, failed->len, derived->bounds->len,
				pt_point_text(sema->arena, derived->point));
		pt_diag_add(sema->diag, error);
	}
}

/* Why nothing is left of an optional point, for the error if no probe is. */
static void forgive(struct pt_sema *sema, const struct pt_derived *derived,
		    const GPtrArray *failed, GHashTable *errors)
{
	const GPtrArray *first = g_hash_table_lookup(errors, failed->pdata[0]);

	if (failed->len < derived->bounds->len)
		warn_dropped(sema, derived, failed, errors);
	else
		g_ptr_array_add(sema->forgiven, first->pdata[0]);
}

static void settle(struct pt_sema *sema, struct pt_derived *derived,
		   GHashTable *errors, GHashTable *gone)
{
	GPtrArray *failed = pt_arena_ptr_array(sema->arena);
	bool droppable = derived->optional || has_pattern(derived->point);

	for (guint i = 0; i < derived->bounds->len; i++) {
		struct pt_bound *bound = derived->bounds->pdata[i];
		GPtrArray *list = g_hash_table_lookup(errors, bound);

		if (!list)
			continue;
		g_ptr_array_add(failed, bound);
		droppable &= may_drop(list);
	}
	if (!failed->len)
		return;
	if (derived->optional && droppable) {
		forgive(sema, derived, failed, errors);
	} else if (!droppable || failed->len == derived->bounds->len) {
		report_all(sema, derived, failed, errors);
		return;
	} else {
		warn_dropped(sema, derived, failed, errors);
	}
	for (guint i = 0; i < failed->len; i++)
		g_hash_table_add(gone, failed->pdata[i]);
}

void pt_resolve_pass(struct pt_sema *sema)
{
	GHashTable *errors = g_hash_table_new(g_direct_hash, g_direct_equal);
	GHashTable *gone = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct run run = {
		.sema = sema,
		.errors = errors,
	};

	pt_make_each_unit(sema, resolve_unit, &run);
	if (pt_autocast(sema, note_failed, &run))
		pt_fold_pass(sema);
	for (guint i = 0; i < sema->program->probes->len; i++) {
		struct pt_bound *bound = sema->program->probes->pdata[i];

		g_ptr_array_set_size(bound->entries, 0);
	}
	/* what a handler saves may be computed by functions of what they save */
	pt_make_each_unit(sema, save_function, &run);
	pt_make_each_unit(sema, save_handler, &run);
	for (guint i = 0; i < sema->derived->len; i++)
		settle(sema, sema->derived->pdata[i], errors, gone);
	pt_make_without(sema, gone);
	if (!sema->program->probes->len && !sema->diag->errors)
		pt_alias_no_probes(sema);
	g_hash_table_destroy(gone);
	g_hash_table_destroy(errors);
}
