/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What names mean.  A name that nobody declares is a local of its handler or
 * function; all parts that aliases put together share one set of locals, but each
 * part sees the globals of its own file.
 */
#include "context.h"

#include "../lang/walk.h"

struct scope {
	struct pt_sema *sema;
	struct pt_file *file;
	GHashTable *names; /* of locals and parameters */
	GPtrArray *locals;
	bool guard;	  /* in a probe point's condition */
	bool is_function; /* all of it stands in one file */
};

static void reach(struct pt_sema *sema, struct pt_function *function);

static void guard_error(struct scope *scope, struct pt_span span,
			const char *what)
{
	pt_error_hint(pt_diag_error(scope->sema->diag, span, PT_E_CONDITION,
				    "%s in the condition of a probe point",
				    what),
		      "a condition may only read globals; test the rest in the "
		      "handler");
}

static struct pt_var *local(struct scope *scope, const struct pt_expr *name)
{
	struct pt_var *var = pt_new(scope->sema->arena, struct pt_var);

	var->kind = PT_VAR_LOCAL;
	var->name = name->text;
	var->span = name->span;
	var->file = scope->file;
	if (scope->locals)
		g_ptr_array_add(scope->locals, var);
	g_hash_table_insert(scope->names, (void *)var->name, var);
	return var;
}

static void warn_cross_file(struct scope *scope, const struct pt_expr *name)
{
	const struct pt_var *var = name->var;

	if (!scope->file->library || var->file->library)
		return;
	pt_error_hint(pt_error_note(pt_diag_warning(scope->sema->diag,
						    var->span, PT_E_CROSS_FILE,
						    "library file %s uses the "
						    "script's global '%s'",
						    scope->file->source->name,
						    name->text),
				    name->span, "used here"),
		      "use another name, or declare it private");
}

static void resolve_name(struct scope *scope, struct pt_expr *name)
{
	struct pt_sema *sema = scope->sema;

	if (name->var)
		return;
	/* the parts of a handler share locals, but what is private to a file
	 * is none of the others' */
	if (!scope->is_function)
		name->var =
			pt_join_private_global(sema, scope->file, name->text);
	if (!name->var && !scope->guard)
		name->var = g_hash_table_lookup(scope->names, name->text);
	if (name->var)
		return;
	name->var = pt_join_global(sema, scope->file, name->text);
	if (name->var) {
		warn_cross_file(scope, name);
		return;
	}
	if (scope->guard)
		guard_error(scope, name->span, "a local variable");
	name->var = local(scope, name);
}

/* NAME stands where only a global can: as an array or as a statistic. */
static void resolve_global(struct scope *scope, struct pt_expr *name,
			   const char *what, const char *suffix)
{
	if (!name || name->kind != PT_EXPR_NAME || name->var)
		return;
	resolve_name(scope, name);
	if (name->var->kind == PT_VAR_GLOBAL)
		return;
	g_hash_table_insert(scope->sema->failed, name->var, NULL);
	if (name->var->kind == PT_VAR_PARAM)
		pt_diag_error(scope->sema->diag, name->span, PT_E_TYPE_MISMATCH,
			      "parameter '%s' cannot be %s", name->text, what);
	else
		pt_error_hint(pt_diag_error(scope->sema->diag, name->span,
					    PT_E_UNDECLARED_ARRAY,
					    "'%s' is used as %s but is not a "
					    "global",
					    name->text, what),
			      "declare it: global %s%s", name->text, suffix);
}

static void resolve_call(struct scope *scope, struct pt_expr *call)
{
	struct pt_sema *sema = scope->sema;
	struct pt_function *other = NULL;
	unsigned arity = call->args ? call->args->len : 0;

	if (call->function)
		return;
	call->function =
		pt_join_function(sema, scope->file, call->text, arity, &other);
	if (call->function) {
		for (struct pt_function *f = call->function; f;
		     f = f->next_overload)
			reach(sema, f);
		return;
	}
	if (other)
		pt_error_note(
			pt_diag_error(sema->diag, call->op_span, PT_E_ARITY,
				      "function '%s' takes %u argument%s, not "
				      "%u",
				      call->text, other->params->len,
				      other->params->len == 1 ? "" : "s",
				      arity),
			other->span, "defined here");
	else
		pt_error_suggest(pt_diag_error(sema->diag, call->op_span,
					       PT_E_UNKNOWN_FUNCTION,
					       "unknown function '%s'",
					       call->text),
				 call->text, pt_join_function_names(sema));
}

static const char *guard_offence(const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_CALL: return "a function call";
	case PT_EXPR_ASSIGN:
	case PT_EXPR_CRUMENT: return "an assignment";
	case PT_EXPR_TARGET: return "a target variable";
	case PT_EXPR_EMBEDDED:
		return strstr(expr->text, "/* pure */")
			       ? NULL
			       : "embedded C that is not pure";
	case PT_EXPR_PRINT: return expr->print->to_string ? NULL : "printing";
	default: return NULL;
	}
}

static bool name_expr(struct pt_walk *walk, struct pt_expr **place)
{
	struct scope *scope = walk->data;
	struct pt_expr *expr = *place;

	if (scope->guard && guard_offence(expr)) {
		guard_error(scope, expr->span, guard_offence(expr));
		return false;
	}
	switch (expr->kind) {
	case PT_EXPR_NAME: resolve_name(scope, expr); break;
	case PT_EXPR_INDEX:
	case PT_EXPR_IN:
		resolve_global(scope, expr->left, "an array", "");
		break;
	case PT_EXPR_STAT:
	case PT_EXPR_HIST:
		resolve_global(scope, expr->left, "a statistic", "");
		break;
	case PT_EXPR_ASSIGN:
		if (expr->op == PT_OP_STAT_ADD)
			resolve_global(scope, expr->left, "a statistic", "");
		break;
	case PT_EXPR_CALL: resolve_call(scope, expr); break;
	default: break;
	}
	return true;
}

static bool name_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	struct scope *scope = walk->data;
	struct pt_stmt *stmt = *place;

	if (stmt->kind == PT_STMT_FOREACH)
		resolve_global(scope, stmt->foreach->array, "an array", "");
	if (stmt->kind == PT_STMT_EXPR)
		stmt->expr->value_unused = true;
	if (stmt->kind == PT_STMT_FOR) {
		if (stmt->init)
			stmt->init->value_unused = true;
		if (stmt->step)
			stmt->step->value_unused = true;
	}
	return true;
}

static void reach(struct pt_sema *sema, struct pt_function *function)
{
	struct scope scope = {
		.sema = sema,
		.file = function->file,
		.is_function = true,
	};
	struct pt_walk walk = {
		.pre_expr = name_expr,
		.pre_stmt = name_stmt,
		.data = &scope,
	};

	if (!g_hash_table_add(sema->reached, function))
		return;
	g_ptr_array_add(sema->functions, function);
	function->locals = pt_arena_ptr_array(sema->arena);
	scope.locals = function->locals;
	scope.names = pt_arena_str_hash(sema->arena);
	for (guint i = 0; i < function->params->len; i++) {
		struct pt_var *param = function->params->pdata[i];

		param->kind = PT_VAR_PARAM;
		param->arity = 0;
		param->file = function->file;
		g_hash_table_insert(scope.names, (void *)param->name, param);
	}
	pt_walk_stmt(&walk, &function->body);
}

void pt_symbols_function(struct pt_sema *sema, struct pt_function *function)
{
	reach(sema, function);
}

static struct pt_expr *and_of(struct pt_sema *sema, struct pt_expr *a,
			      struct pt_expr *b)
{
	struct pt_expr *both;

	if (!a)
		return b;
	both = pt_make_expr(sema, PT_EXPR_BINARY, a->span);
	both->op = PT_OP_LOG_AND;
	both->left = a;
	both->right = b;
	return both;
}

void pt_symbols_derived(struct pt_sema *sema, struct pt_derived *derived)
{
	struct scope scope = {
		.sema = sema,
		.locals = pt_arena_ptr_array(sema->arena),
		.names = pt_arena_str_hash(sema->arena),
	};
	struct pt_walk walk = {
		.pre_expr = name_expr,
		.pre_stmt = name_stmt,
		.data = &scope,
	};

	unsigned errors;

	derived->locals = scope.locals;
	derived->body =
		pt_make_stmt(sema, PT_STMT_BLOCK, derived->probe->body->span);
	for (guint i = 0; i < derived->pieces->len; i++) {
		struct pt_piece *piece = derived->pieces->pdata[i];
		struct pt_stmt *copy = pt_copy_stmt(sema->arena, piece->stmt);

		scope.file = piece->file;
		pt_walk_stmt(&walk, &copy);
		g_ptr_array_add(derived->body->body, copy);
	}
	if (derived->body->body->len == 1)
		derived->body = derived->body->body->pdata[0];
	scope.guard = true;
	errors = sema->diag->errors;
	for (guint i = 0; i < derived->guards->len; i++) {
		struct pt_piece *piece = derived->guards->pdata[i];
		struct pt_expr *copy =
			pt_copy_expr(sema->arena, piece->stmt->expr);

		scope.file = piece->file;
		pt_walk_expr(&walk, &copy);
		derived->condition = and_of(sema, derived->condition, copy);
	}
	if (sema->diag->errors > errors)
		derived->condition = NULL;
}

static bool remap(struct pt_walk *walk, struct pt_expr **expr)
{
	struct pt_var *other;

	if ((*expr)->kind != PT_EXPR_NAME)
		return true;
	other = g_hash_table_lookup(walk->data, (*expr)->var);
	if (other)
		(*expr)->var = other;
	return true;
}

void pt_symbols_copy(struct pt_sema *sema, const GPtrArray *locals,
		     struct pt_stmt **body, struct pt_expr **condition,
		     GPtrArray **ret_locals)
{
	GHashTable *map = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct pt_walk walk = { .pre_expr = remap, .data = map };

	*ret_locals = pt_arena_ptr_array(sema->arena);
	for (guint i = 0; i < locals->len; i++) {
		struct pt_var *copy = pt_new(sema->arena, struct pt_var);

		*copy = *(struct pt_var *)locals->pdata[i];
		g_ptr_array_add(*ret_locals, copy);
		g_hash_table_insert(map, locals->pdata[i], copy);
	}
	*body = pt_copy_stmt(sema->arena, *body);
	pt_walk_stmt(&walk, body);
	if (*condition)
		*condition = pt_copy_expr(sema->arena, *condition);
	g_hash_table_destroy(map);
}
