/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Script functions and their calls.
 */
#include <string.h>

#include "../lang/walk.h"
#include "../lang/ccode.h"
#include "emit_state.h"

struct pt_emit_function *pt_emit_function_of(struct pt_emit *e,
					     struct pt_function *function)
{
	struct pt_emit_function *info =
		g_hash_table_lookup(e->functions, function);

	if (info)
		return info;
	info = pt_new(e->arena, struct pt_emit_function);
	info->function = function;
	info->name = pt_emit_unique(
		e, pt_arena_printf(e->arena, "pg_fn_%s", function->name));
	info->callees = pt_arena_ptr_array(e->arena);
	info->actions = function->embedded;
	if (function->embedded) {
		info->changes = function->pragmas & PT_PRAGMA_PURE
					? 0
					: PT_CHANGES_WORLD;
		if (pt_ccode_mentions(function->body->code,
				      function->body->code_length,
				      "STAP_NEXT") ||
		    strstr(function->body->code, "STAP_GLOBAL_SET_"))
			info->changes |= PT_CHANGES_GLOBALS;
		info->may_fail =
			pt_ccode_may_fail(function->body->code,
					  function->body->code_length) ||
			function->next_overload;
	} else {
		/* Until its body was seen. */
		info->changes = PT_CHANGES_GLOBALS | PT_CHANGES_WORLD;
		info->may_fail = true;
	}
	g_hash_table_insert(e->functions, function, info);
	return info;
}

/* ---- calls ------------------------------------------------------------ */

/* The arguments, each after ", "; *CHANGES gets what they depend on. */
static const char *arguments(struct pt_emit *e, const struct pt_expr *expr,
			     const struct pt_emit_function *info,
			     unsigned *changes)
{
	GString *text = pt_arena_string(e->arena);
	unsigned i;

	for (i = 0; expr->args && i < expr->args->len; i++) {
		const struct pt_expr *arg = g_ptr_array_index(expr->args, i);
		unsigned later = pt_emit_changes_list(e, expr->args, i + 1);
		struct pt_emit_value value;

		/* The callee must not see its argument change. */
		if (arg->type == PT_TYPE_STRING)
			later |= info->changes;
		value = pt_emit_expr_before(e, arg, later);
		*changes |= value.changes;
		g_string_append_printf(text, ", %s",
				       pt_emit_bare(e, value.text));
	}
	return text->str;
}

/* What would change the value of a call that changes nothing itself. */
static unsigned depends_on(const struct pt_emit_function *info)
{
	const struct pt_stmt *body = info->function->body;

	if (info->function->embedded && !strstr(body->code, "STAP_GLOBAL_GET_"))
		return 0;
	return PT_CHANGES_GLOBALS;
}

static void check_call(struct pt_emit *e, const struct pt_expr *call)
{
	pt_emit_line(e, "PTRT_CHECK_CALL(c, %s, %s);", pt_emit_place(e, call),
		     e->body->fail->name);
	e->body->fail->used = true;
}

struct pt_emit_value pt_emit_call(struct pt_emit *e, const struct pt_expr *expr,
				  bool unused)
{
	struct pt_emit_function *info = pt_emit_function_of(e, expr->function);
	enum pt_type type = info->function->return_type;
	unsigned changes = depends_on(info);
	const char *args = arguments(e, expr, info, &changes), *call, *temp;
	struct pt_emit_value value;

	g_ptr_array_add(e->body->callees, info);
	e->body->changes |= info->changes;
	e->body->actions += info->actions;
	if (type == PT_TYPE_STRING) {
		temp = pt_emit_string_temp(e);
		pt_emit_line(e, "%s = %s(c, %s%s);", temp, info->name,
			     pt_emit_buffer(e), args);
		if (info->may_fail)
			check_call(e, expr);
		return (struct pt_emit_value){
			.text = temp,
			.atom = true,
			.s = pt_arena_printf(e->arena, "%s.s", temp),
			.n = pt_arena_printf(e->arena, "%s.n", temp),
		};
	}
	call = pt_arena_printf(e->arena, "%s(c%s)", info->name, args);
	if (type == PT_TYPE_LONG && !info->changes && !info->may_fail)
		return pt_emit_value(e, call, changes, false);
	value = pt_emit_value(e, call, 0, false);
	if (unused || type != PT_TYPE_LONG)
		pt_emit_line(e, "%s;", call);
	else
		value = pt_emit_atom(e, value, PT_TYPE_LONG);
	if (info->may_fail)
		check_call(e, expr);
	return value;
}

/* ---- definitions ------------------------------------------------------ */

static const char *signature(struct pt_emit *e,
			     const struct pt_emit_function *info,
			     const GHashTable *assigned)
{
	const struct pt_function *f = info->function;
	GString *text = pt_arena_string(e->arena);
	unsigned i;

	g_string_append_printf(text, "static %s %s(struct ptrt_context *c",
			       f->return_type == PT_TYPE_LONG ? "int64_t"
			       : f->return_type == PT_TYPE_STRING
				       ? "struct ptrt_str"
				       : "void",
			       info->name);
	if (f->return_type == PT_TYPE_STRING)
		g_string_append(text, ", char *ret");
	for (i = 0; i < f->params->len; i++) {
		struct pt_var *var = g_ptr_array_index(f->params, i);
		bool copied =
			g_hash_table_contains((GHashTable *)assigned, var);

		g_string_append_printf(text, ", %s%c_%s",
				       var->type == PT_TYPE_STRING
					       ? "struct ptrt_str "
					       : "int64_t ",
				       copied ? 'a' : 'l', var->name);
	}
	g_string_append_c(text, ')');
	return text->str;
}

/* Where `next` goes: the next function of the name, with the same arguments. */
static void write_next(struct pt_emit *e, struct pt_emit_function *info)
{
	struct pt_function *f = info->function;
	struct pt_emit_body *body = e->body;
	struct pt_emit_function *to;
	GString *call;
	unsigned i;

	if (!body->next_label.used)
		return;
	body->out_label.used = true;
	pt_emit_line(e, "goto out;");
	body->out->indent--;
	pt_emit_line(e, "next:");
	body->out->indent++;
	if (!f->next_overload) {
		pt_emit_line(e, "ptrt_error(c, \"all functions exhausted\");");
		info->may_fail = true;
		return;
	}
	to = pt_emit_function_of(e, f->next_overload);
	g_ptr_array_add(body->callees, to);
	body->changes |= to->changes;
	info->may_fail |= to->may_fail;
	body->actions += to->actions;
	call = pt_arena_string(e->arena);
	g_string_append_printf(call, "%s(c%s", to->name,
			       f->return_type == PT_TYPE_STRING ? ", ret" : "");
	for (i = 0; i < f->params->len; i++) {
		struct pt_var *var = g_ptr_array_index(f->params, i);
		bool copied = g_hash_table_contains(body->assigned, var);

		g_string_append_printf(call, ", %c_%s", copied ? 'a' : 'l',
				       var->name);
		if (!copied)
			pt_emit_var(e, var);
	}
	pt_emit_line(e, "%s%s);",
		     f->return_type == PT_TYPE_LONG ||
				     f->return_type == PT_TYPE_STRING
			     ? "result = "
			     : "",
		     call->str);
}

static const char *result_text(const struct pt_function *f)
{
	return f->return_type == PT_TYPE_LONG ||
			       f->return_type == PT_TYPE_STRING
		       ? "result"
		       : NULL;
}

static void script_function(struct pt_emit *e, struct pt_emit_function *info)
{
	struct pt_function *f = info->function;
	struct pt_emit_body *body = pt_emit_body_new(e, info->name);

	body->function = info;
	pt_emit_find_assigned(f->body, body->assigned);
	pt_emit_counted(e, f->body, f->span, "function");
	/* Failures inside end at out, so the caller must look. */
	info->may_fail =
		f->recursive || e->check_nesting || body->out_label.used;
	write_next(e, info);
	info->changes = f->recursive ? PT_CHANGES_GLOBALS | PT_CHANGES_WORLD
				     : body->changes & ~PT_CHANGES_LOCALS;
	info->actions = body->actions;
	info->counts = body->counts;
	g_ptr_array_extend(info->callees, body->callees, NULL, NULL);
	pt_out_line(e->out, "/* %s %s() */", pt_span_text(e->arena, f->span),
		    f->name);
	pt_emit_body_finish(e, signature(e, info, body->assigned), f->locals,
			    f->params, result_text(f));
}

/* ---- order ------------------------------------------------------------ */

static void define(struct pt_emit *e, struct pt_function *f);

static bool define_callee(struct pt_walk *walk, struct pt_expr **place)
{
	if ((*place)->kind == PT_EXPR_CALL && (*place)->function)
		define(walk->data, (*place)->function);
	return true;
}

static void define(struct pt_emit *e, struct pt_function *f)
{
	struct pt_emit_function *info = pt_emit_function_of(e, f);
	struct pt_walk walk = { .pre_expr = define_callee, .data = e };

	if (info->done)
		return;
	info->done = true;
	if (f->next_overload)
		define(e, f->next_overload);
	if (f->embedded) {
		pt_emit_embedded_function(e, info);
		return;
	}
	pt_walk_stmt(&walk, &f->body);
	script_function(e, info);
}

/* Calls in circles need to be announced. */
static void prototypes(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	unsigned i, n = 0;

	for (i = 0; i < program->functions->len; i++) {
		struct pt_function *f =
			g_ptr_array_index(program->functions, i);
		GHashTable *assigned;

		if (!f->recursive || f->embedded)
			continue;
		assigned = g_hash_table_new(NULL, NULL);
		pt_emit_find_assigned(f->body, assigned);
		pt_out_line(e->out, "%s;",
			    signature(e, pt_emit_function_of(e, f), assigned));
		g_hash_table_destroy(assigned);
		n++;
	}
	if (n)
		pt_out_line(e->out, "%s", "");
}

void pt_emit_functions(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	unsigned i;

	prototypes(e);
	for (i = 0; i < program->functions->len; i++)
		define(e, g_ptr_array_index(program->functions, i));
}
