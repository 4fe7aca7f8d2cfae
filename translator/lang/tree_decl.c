/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builders of declarations, and what is checked when one is complete.
 */
#include <limits.h>
#include <string.h>

#include "grammar.h"
#include "tree.h"
#include "walk.h"

/* Braces in probe points multiply: the points, all their parts, all the nodes of
 * their conditions. */
#define MAX_POINTS 10000
#define MAX_PARTS 1000000
#define MAX_COMPONENT 4096

struct pt_span pt_tree_join(struct pt_span a, struct pt_span b)
{
	return a.via == b.via ? pt_span_join(a, b) : a;
}

GPtrArray *pt_tree_list(struct pt_parser *p)
{
	return pt_arena_ptr_array(p->arena);
}

GPtrArray *pt_tree_add(GPtrArray *list, void *item)
{
	g_ptr_array_add(list, item);
	return list;
}

bool pt_tree_has(const struct pt_parser *p, enum pt_gate gate)
{
	return p->file->library || pt_compat(p->session, gate);
}

void pt_tree_need_guru(struct pt_parser *p, pt_tok token)
{
	if (p->session->options.guru || token->span.source->library)
		return;
	pt_error_hint(pt_diag_error(p->session->diag, token->span,
				    PT_E_EMBEDDED_C,
				    token->kind == T_EMBEDDED
					    ? "embedded C code needs guru mode"
					    : "'%s' needs guru mode",
				    token->text),
		      "allow it with the option -g");
}

bool pt_tree_too_deep(struct pt_parser *p, struct pt_span span, unsigned depth)
{
	if (depth <= PT_MAX_DEPTH)
		return false;
	if (!p->too_deep)
		pt_diag_error(p->session->diag, span, PT_E_NESTING,
			      "this is nested more than %d levels deep",
			      PT_MAX_DEPTH);
	p->too_deep = true;
	return true;
}

/* ---- globals ----------------------------------------------------------- */

void pt_tree_late_wrap(struct pt_parser *p, pt_tok mark)
{
	pt_error_hint(pt_diag_error(p->session->diag, mark->span, PT_E_SYNTAX,
				    "'%%' must stand before the size"),
		      "write global name%%[size] instead");
}

static int64_t array_size(struct pt_parser *p, pt_tok token)
{
	int64_t size = 0;
	const char *wrong = pt_literal_number(token->text, &size);

	if (!wrong && size >= 1 && size <= INT_MAX)
		return size;
	pt_diag_error(p->session->diag, token->span, PT_E_LITERAL, "%s",
		      wrong ? wrong
			    : "the size of an array must be from 1 to "
			      "2147483647");
	return 1;
}

void pt_tree_global(struct pt_parser *p, const struct pt_global_spec *spec)
{
	struct pt_var *var = pt_new(p->arena, struct pt_var);
	const struct pt_var *other =
		g_hash_table_lookup(p->global_names, spec->name->text);

	var->kind = PT_VAR_GLOBAL;
	var->name = spec->name->text;
	var->span = spec->name->span;
	var->file = p->file;
	var->is_private = spec->is_private;
	var->wrap = spec->wrap;
	var->size = spec->size ? array_size(p, spec->size) : 0;
	var->init = spec->init;
	var->arity = -1;
	if (other) {
		pt_error_note(pt_diag_error(p->session->diag, var->span,
					    PT_E_DUPLICATE,
					    "global '%s' is declared twice",
					    var->name),
			      other->span, "first declared here");
		return;
	}
	if (var->init && (spec->size || spec->wrap))
		pt_diag_error(p->session->diag, var->init->span, PT_E_SYNTAX,
			      "an array cannot have an initial value");
	g_hash_table_insert(p->global_names, (gpointer)var->name, var);
	g_ptr_array_add(p->file->globals, var);
}

/* ---- functions --------------------------------------------------------- */

struct pt_function *pt_tree_function_head(struct pt_parser *p, pt_tok name,
					  bool is_private)
{
	struct pt_function *function = pt_new(p->arena, struct pt_function);

	function->name = name->text;
	function->span = name->span;
	function->file = p->file;
	function->is_private = is_private;
	function->params = pt_tree_list(p);
	function->locals = pt_tree_list(p);
	function->priority = p->file->library ? 1 : 0;
	return function;
}

static enum pt_type type_of(pt_tok word)
{
	return !word		      ? PT_TYPE_UNKNOWN
	       : word->kind == T_LONG ? PT_TYPE_LONG
				      : PT_TYPE_STRING;
}

void pt_tree_function_type(struct pt_function *function, pt_tok type)
{
	function->return_type = type_of(type);
	if (type)
		function->type_span = type->span;
}

void pt_tree_param(struct pt_parser *p, GPtrArray *params, pt_tok name,
		   pt_tok type)
{
	struct pt_var *var = pt_new(p->arena, struct pt_var);
	unsigned i;

	for (i = 0; i < params->len; i++) {
		const struct pt_var *other = g_ptr_array_index(params, i);

		if (strcmp(other->name, name->text))
			continue;
		pt_error_note(pt_diag_error(p->session->diag, name->span,
					    PT_E_DUPLICATE,
					    "parameter '%s' is declared twice",
					    name->text),
			      other->span, "first declared here");
		break;
	}
	var->kind = PT_VAR_PARAM;
	var->name = name->text;
	var->span = name->span;
	var->file = p->file;
	var->type = type_of(type);
	if (type)
		var->type_span = type->span;
	g_ptr_array_add(params, var);
}

void pt_tree_priority(struct pt_parser *p, struct pt_function *function,
		      pt_tok number)
{
	int64_t value = 0;
	const char *wrong = pt_literal_number(number->text, &value);

	if (!wrong && (value < 1 || value > INT_MAX))
		wrong = "a priority must be from 1 to 2147483647";
	if (wrong)
		pt_diag_error(p->session->diag, number->span, PT_E_LITERAL,
			      "%s", wrong);
	function->priority = (int)value;
	function->priority_given = true;
}

/* ---- where break, continue and return may stand -------------------------- */

struct flow {
	struct pt_parser *p;
	bool in_loop;
	bool in_function;
};

static void misplaced(struct pt_parser *p, struct pt_span span,
		      const char *message, const char *hint)
{
	struct pt_error *error = pt_diag_error(p->session->diag, span,
					       PT_E_MISPLACED, "%s", message);

	if (hint)
		pt_error_hint(error, "%s", hint);
}

static void check_flow(struct flow flow, const struct pt_stmt *stmt)
{
	unsigned i;

	if (!stmt)
		return;
	switch (stmt->kind) {
	case PT_STMT_BREAK:
		if (!flow.in_loop)
			misplaced(flow.p, stmt->span,
				  "'break' outside of a loop", NULL);
		break;
	case PT_STMT_CONTINUE:
		if (!flow.in_loop)
			misplaced(flow.p, stmt->span,
				  "'continue' outside of a loop", NULL);
		break;
	case PT_STMT_RETURN:
		if (!flow.in_function)
			misplaced(flow.p, stmt->span,
				  "'return' outside of a function",
				  "a probe's handler is left with 'next'");
		break;
	case PT_STMT_WHILE:
	case PT_STMT_FOR:
	case PT_STMT_FOREACH: flow.in_loop = true; break;
	default: break;
	}
	for (i = 0; stmt->body && i < stmt->body->len; i++)
		check_flow(flow, g_ptr_array_index(stmt->body, i));
	check_flow(flow, stmt->then);
	check_flow(flow, stmt->other);
}

void pt_tree_function(struct pt_parser *p, struct pt_function *function,
		      struct pt_stmt *body, pt_tok code)
{
	struct flow flow = { .p = p, .in_function = true };

	if (code) {
		pt_tree_need_guru(p, code);
		function->embedded = true;
		body = pt_tree_stmt(p, PT_STMT_EMBEDDED, code->span);
		body->code = code->text;
		body->code_length = code->length;
		function->pragmas = pt_pragmas(code->text, code->length);
	} else if (!p->too_deep) {
		check_flow(flow, body);
	}
	function->body = body;
	g_ptr_array_add(p->file->functions, function);
}

/* ---- probe points ------------------------------------------------------ */

struct pt_point_component *pt_tree_component(struct pt_parser *p, pt_tok word)
{
	struct pt_point_component *component =
		pt_new(p->arena, struct pt_point_component);

	component->name = word->text;
	component->span = word->span;
	return component;
}

bool pt_tree_component_more(struct pt_parser *p,
			    struct pt_point_component *component, pt_tok word)
{
	if (!word->glued) {
		pt_error_hint(pt_diag_error(p->session->diag, word->span,
					    PT_E_SYNTAX,
					    "expected '.', ',' or '{' before "
					    "'%s'",
					    word->text),
			      "the parts of a probe point are joined by '.', "
			      "probe points by ','");
		return false;
	}
	if (strlen(component->name) + word->length > MAX_COMPONENT) {
		pt_diag_error(p->session->diag, word->span, PT_E_NESTING,
			      "this part of a probe point is longer than %d "
			      "bytes",
			      MAX_COMPONENT);
		return false;
	}
	component->name =
		pt_arena_printf(p->arena, "%s%s", component->name, word->text);
	component->span = pt_tree_join(component->span, word->span);
	return true;
}

void pt_tree_component_arg(struct pt_parser *p,
			   struct pt_point_component *component,
			   struct pt_expr *literal, pt_tok close)
{
	component->span = pt_tree_join(component->span, close->span);
	if (literal->kind == PT_EXPR_NUMBER) {
		component->arg = PT_ARG_NUMBER;
		component->number = literal->number;
		return;
	}
	component->arg = PT_ARG_STRING;
	component->text = literal->text;
	if (strlen(literal->text) != literal->length)
		pt_diag_error(
			p->session->diag, literal->span, PT_E_LITERAL,
			"a probe point's argument cannot hold a NUL byte");
}

GPtrArray *pt_tree_alternative(struct pt_parser *p,
			       struct pt_point_component *component)
{
	GPtrArray *path = pt_tree_add(pt_tree_list(p), component);

	return pt_tree_add(pt_tree_list(p), path);
}

/* True, and reports it, if so many are too many. */
static bool too_many(struct pt_parser *p, struct pt_span place, uint64_t points,
		     uint64_t parts)
{
	if (points <= MAX_POINTS && parts <= MAX_PARTS)
		return false;
	if (!p->too_deep)
		pt_diag_error(p->session->diag, place, PT_E_NESTING,
			      points > MAX_POINTS
				      ? "the braces expand to more than %d "
					"probe points"
				      : "the braces expand to probe points "
					"with more than %d parts in all",
			      points > MAX_POINTS ? MAX_POINTS : MAX_PARTS);
	p->too_deep = true;
	return true;
}

static uint64_t count_parts(GPtrArray *alternatives)
{
	uint64_t count = 0;
	unsigned i;

	for (i = 0; i < alternatives->len; i++) {
		const GPtrArray *path = g_ptr_array_index(alternatives, i);

		count += path->len;
	}
	return count;
}

GPtrArray *pt_tree_product(struct pt_parser *p, GPtrArray *left,
			   GPtrArray *right, struct pt_span place)
{
	GPtrArray *product;
	unsigned i, j;

	if (too_many(p, place, (uint64_t)left->len * right->len,
		     left->len > 1 || right->len > 1
			     ? count_parts(left) * right->len +
				       count_parts(right) * left->len
			     : 0))
		return left;
	if (right->len == 1) {
		for (i = 0; i < left->len; i++)
			g_ptr_array_extend(g_ptr_array_index(left, i),
					   g_ptr_array_index(right, 0), NULL,
					   NULL);
		return left;
	}
	product = pt_tree_list(p);
	for (i = 0; i < left->len; i++) {
		for (j = 0; j < right->len; j++) {
			GPtrArray *path = pt_tree_list(p);

			g_ptr_array_extend(path, g_ptr_array_index(left, i),
					   NULL, NULL);
			g_ptr_array_extend(path, g_ptr_array_index(right, j),
					   NULL, NULL);
			g_ptr_array_add(product, path);
		}
	}
	return product;
}

static bool count_node(struct pt_walk *walk, struct pt_expr **expr)
{
	(void)expr;
	++*(uint64_t *)walk->data;
	return true;
}

static uint64_t count_nodes(struct pt_expr *expr)
{
	uint64_t count = 0;
	struct pt_walk walk = { .pre_expr = count_node, .data = &count };

	if (expr)
		pt_walk_expr(&walk, &expr);
	return count;
}

GPtrArray *pt_tree_points(struct pt_parser *p, GPtrArray *alternatives,
			  pt_tok mark, struct pt_expr *condition)
{
	GPtrArray *points = pt_tree_list(p);
	unsigned i;

	if (condition && !p->too_deep && alternatives->len > 1 &&
	    too_many(p, condition->span, 0,
		     count_nodes(condition) * alternatives->len))
		return points;
	for (i = 0; i < alternatives->len; i++) {
		struct pt_point *point = pt_new(p->arena, struct pt_point);
		const struct pt_point_component *first, *last;

		point->components = g_ptr_array_index(alternatives, i);
		first = g_ptr_array_index(point->components, 0);
		last = g_ptr_array_index(point->components,
					 point->components->len - 1);
		point->span = pt_tree_join(first->span, last->span);
		point->optional = mark && mark->kind == '?';
		point->sufficient = mark && mark->kind == '!';
		/* Passes write into trees, so each point has its own. */
		point->condition =
			i ? pt_copy_expr(p->arena, condition) : condition;
		g_ptr_array_add(points, point);
	}
	return points;
}

/* ---- probes and aliases ------------------------------------------------ */

void pt_tree_probe(struct pt_parser *p, pt_tok word, GPtrArray *points,
		   struct pt_stmt *body)
{
	struct pt_probe *probe = pt_new(p->arena, struct pt_probe);
	struct flow flow = { .p = p };

	probe->points = points;
	probe->body = body;
	probe->span = pt_tree_join(word->span, body->span);
	probe->file = p->file;
	if (!p->too_deep)
		check_flow(flow, body);
	g_ptr_array_add(p->file->probes, probe);
}

static void check_alias_name(struct pt_parser *p, const struct pt_point *name)
{
	unsigned i;

	for (i = 0; i < name->components->len; i++) {
		const struct pt_point_component *component =
			g_ptr_array_index(name->components, i);

		if (strchr(component->name, '*'))
			pt_diag_error(p->session->diag, component->span,
				      PT_E_SYNTAX,
				      "the name of an alias cannot have '*'");
	}
	if (name->optional || name->sufficient || name->condition)
		pt_diag_error(p->session->diag, name->span, PT_E_SYNTAX,
			      "the name of an alias cannot have '?', '!' or a "
			      "condition");
}

struct pt_alias_names *pt_tree_alias_name(struct pt_parser *p,
					  struct pt_alias_names *names,
					  GPtrArray *points, pt_tok op)
{
	bool epilogue = op->kind == T_ADD_ASSIGN;
	unsigned i;

	for (i = 0; i < points->len; i++)
		check_alias_name(p, g_ptr_array_index(points, i));
	if (!names) {
		names = pt_new(p->arena, struct pt_alias_names);
		names->points = pt_tree_list(p);
		names->epilogue = epilogue;
		names->op = op;
	} else if (names->epilogue != epilogue) {
		pt_error_note(
			pt_diag_error(p->session->diag, op->span, PT_E_SYNTAX,
				      "'=' and '+=' cannot be mixed in one "
				      "alias"),
			names->op->span, "the other one is here");
	}
	g_ptr_array_extend(names->points, points, NULL, NULL);
	return names;
}

void pt_tree_alias(struct pt_parser *p, pt_tok word,
		   struct pt_alias_names *names, GPtrArray *points,
		   struct pt_stmt *first, struct pt_stmt *second)
{
	struct pt_alias *alias = pt_new(p->arena, struct pt_alias);
	struct flow flow = { .p = p };

	alias->names = names->points;
	alias->points = points;
	alias->span = pt_tree_join(word->span, first->span);
	alias->file = p->file;
	if (names->epilogue)
		alias->epilogue = first;
	else
		alias->prologue = first;
	if (second && names->epilogue)
		pt_diag_error(p->session->diag, second->span, PT_E_SYNTAX,
			      "an alias made by '+=' has one body only");
	else if (second)
		alias->epilogue = second;
	if (!p->too_deep) {
		check_flow(flow, first);
		check_flow(flow, second);
	}
	g_ptr_array_add(p->file->aliases, alias);
}

void pt_tree_top_embedded(struct pt_parser *p, pt_tok token)
{
	struct pt_embedded *embedded = pt_new(p->arena, struct pt_embedded);

	pt_tree_need_guru(p, token);
	embedded->code = token->text;
	embedded->length = token->length;
	embedded->span = token->span;
	embedded->file = p->file;
	g_ptr_array_add(p->file->embedded, embedded);
}

void pt_tree_declaration_done(struct pt_parser *p)
{
	unsigned i;

	for (i = 0; i < p->wildcards->len; i++) {
		const struct pt_expr *expr = g_ptr_array_index(p->wildcards, i);

		misplaced(
			p, expr->span,
			"'*' as a key stands for many elements: it can be used "
			"with 'in', 'delete' and 'foreach' only",
			NULL);
	}
	g_ptr_array_set_size(p->wildcards, 0);
	g_array_set_size(p->open, 0);
	p->too_deep = false;
}
