/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * =~ and !~: one matcher for each pattern.
 */
#include <string.h>

#include "../lang/walk.h"
#include "emit_state.h"

static struct pt_emit_regex *find(const struct pt_emit *e,
				  const struct pt_expr *pattern)
{
	unsigned i;

	for (i = 0; i < e->regexes->len; i++) {
		struct pt_emit_regex *regex = g_ptr_array_index(e->regexes, i);

		if (regex->pattern->length == pattern->length &&
		    !memcmp(regex->pattern->text, pattern->text,
			    pattern->length))
			return regex;
	}
	return NULL;
}

/* ---- all of a program ------------------------------------------------- */

static struct pt_error *compile(struct pt_emit *e, struct pt_emit_regex *regex)
{
	const struct pt_expr *pattern = regex->pattern;
	struct pt_ere_mistake mistake;
	const struct pt_ere *ere;
	unsigned groups;

	ere = pt_ere_parse(e->arena, pattern->text, pattern->length, &groups,
			   &mistake);
	if (!ere)
		return pt_error_new(e->arena, PT_E_INTERNAL,
				    "a regular expression was not checked: %s",
				    mistake.message);
	return pt_regex_compile(e->arena, ere, groups, regex->name, e->tagged,
				e->program->session->options.no_cache,
				&regex->code);
}

static bool note(struct pt_walk *walk, struct pt_expr **place)
{
	struct pt_emit *e = walk->data;
	struct pt_emit_regex *regex;
	struct pt_error *error;

	if ((*place)->kind != PT_EXPR_REGEX || e->error ||
	    find(e, (*place)->right))
		return true;
	regex = pt_new(e->arena, struct pt_emit_regex);
	regex->pattern = (*place)->right;
	regex->name =
		pt_arena_printf(e->arena, "pg_regex_%u", e->regexes->len + 1);
	g_ptr_array_add(e->regexes, regex);
	error = compile(e, regex);
	if (error)
		e->error = pt_error_at(error, regex->pattern->span);
	return true;
}

static void note_bound(struct pt_walk *walk, struct pt_bound *bound)
{
	unsigned i;

	pt_walk_stmt(walk, &bound->body);
	if (bound->condition)
		pt_walk_expr(walk, &bound->condition);
	for (i = 0; bound->entries && i < bound->entries->len; i++) {
		struct pt_expr *x = g_ptr_array_index(bound->entries, i);

		pt_walk_expr(walk, &x);
	}
}

void pt_emit_find_regexes(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	struct pt_walk walk = { .pre_expr = note, .data = e };
	unsigned i;

	for (i = 0; i < program->functions->len; i++) {
		const struct pt_function *f =
			g_ptr_array_index(program->functions, i);

		if (f->pragmas & PT_PRAGMA_TAGGED_DFA)
			e->tagged = true;
	}
	for (i = 0; i < program->functions->len; i++) {
		struct pt_function *f =
			g_ptr_array_index(program->functions, i);

		if (!f->embedded)
			pt_walk_stmt(&walk, &f->body);
	}
	for (i = 0; i < program->probes->len; i++)
		note_bound(&walk, g_ptr_array_index(program->probes, i));
}

/* ---- what is written once --------------------------------------------- */

void pt_emit_regex_defines(struct pt_emit *e)
{
	unsigned i, groups = 0, tags = 1, captures = 1;

	if (!e->tagged)
		return;
	for (i = 0; i < e->regexes->len; i++) {
		const struct pt_emit_regex *regex =
			g_ptr_array_index(e->regexes, i);

		groups = MAX(groups, regex->code.groups);
		tags = MAX(tags, regex->code.tags);
		captures = MAX(captures, regex->code.captures);
	}
	pt_out_line(e->out, "#define PTRT_MATCH_GROUPS %u", groups);
	pt_out_line(e->out, "#define PTRT_MATCH_TAGS %u", tags);
	pt_out_line(e->out, "#define PTRT_MATCH_CAPTURES %u", captures);
}

void pt_emit_regexes(struct pt_emit *e)
{
	unsigned i;

	if (e->tagged)
		pt_out_line(e->out,
			    "#define PTRT_MATCH(c) (&((struct pg_percpu *)"
			    "(c)->percpu)->match)\n");
	for (i = 0; i < e->regexes->len; i++) {
		const struct pt_emit_regex *regex =
			g_ptr_array_index(e->regexes, i);
		const struct pt_expr *pattern = regex->pattern;
		const char *text = pt_out_c_string(e->arena, pattern->text,
						   pattern->length);

		pt_out_line(e->out, "/* %s =~ %s */",
			    pt_span_text(e->arena, pattern->span),
			    pt_out_comment(e->arena, text));
		pt_out_line(e->out, "%s", regex->code.text);
	}
}

/* ---- values ----------------------------------------------------------- */

struct pt_emit_value pt_emit_regex(struct pt_emit *e,
				   const struct pt_expr *expr)
{
	struct pt_emit_value text = pt_emit_expr(e, expr->left), value;
	const struct pt_emit_regex *regex = find(e, expr->right);

	value = pt_emit_value(
		e,
		pt_arena_printf(e->arena, "%s%s(%s%s)",
				expr->op == PT_OP_NOMATCH ? "!" : "",
				regex->name, e->tagged ? "&p->match, " : "",
				pt_emit_bare(e, text.text)),
		text.changes, false);
	if (!e->tagged)
		return value;
	e->body->uses_percpu = true;
	return pt_emit_atom(e, value, PT_TYPE_LONG);
}

static bool asks(const GPtrArray *callees, GHashTable *seen)
{
	unsigned i;

	for (i = 0; i < callees->len; i++) {
		struct pt_emit_function *info = g_ptr_array_index(callees, i);

		if (!g_hash_table_add(seen, info))
			continue;
		if (info->function->pragmas & PT_PRAGMA_TAGGED_DFA ||
		    asks(info->callees, seen))
			return true;
	}
	return false;
}

bool pt_emit_asks_match(const struct pt_emit_body *body)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	bool found = asks(body->callees, seen);

	g_hash_table_destroy(seen);
	return found;
}
