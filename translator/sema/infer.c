/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types.  Every variable, parameter, function and expression starts unknown; all
 * handlers and functions are gone through until nothing new is learnt.  What is
 * then still unknown, and used, is an error.
 */
#include "context.h"

#include <stdarg.h>
#include <string.h>

#include "../../include/ptap/limits.h"
#include "../lang/walk.h"

struct infer {
	struct pt_sema *sema;
	struct pt_function *function; /* whose body this is, or NULL */
	const GPtrArray *locals;      /* of this handler or function */
	bool last;		      /* report what is not known */
	bool uncalled;	      /* a function that is left out: only warn */
	GHashTable *reported; /* nodes and variables with an error */

	/* what is still to be looked at (again) */
	GArray *units;	   /* struct pt_unit */
	GHashTable *users; /* variable or function -> GArray of places there */
	bool *stale;	   /* for each unit */
	guint current;
};

static enum pt_type infer_expr(struct infer *in, struct pt_expr *expr,
			       enum pt_type want);
static void infer_stmt(struct infer *in, struct pt_stmt *stmt);

/* ---- errors ----------------------------------------------------------- */

static bool first_report(struct infer *in, const void *what)
{
	return g_hash_table_add(in->reported, (void *)what);
}

static void complain_of(struct infer *in, struct pt_error *error)
{
	if (in->uncalled) {
		if (!pt_make_user_written(error->span))
			return;
		error->severity = PT_SEVERITY_WARNING;
	}
	pt_diag_add(in->sema->diag, error);
}

static struct pt_error *complain(struct infer *in, struct pt_span span,
				 enum pt_code code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static struct pt_error *complain(struct infer *in, struct pt_span span,
				 enum pt_code code, const char *format, ...)
{
	struct pt_error *error;
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	error = pt_error_at(pt_error_new(in->sema->arena, code, "%s", text),
			    span);
	g_free(text);
	complain_of(in, error);
	return error;
}

static const struct pt_var *var_of(const struct pt_expr *expr)
{
	if (expr->kind == PT_EXPR_INDEX && expr->left->kind == PT_EXPR_NAME)
		return expr->left->var;
	return expr->kind == PT_EXPR_NAME ? expr->var : NULL;
}

/* What decided the type of EXPR, as a note. */
static void explain(struct pt_error *error, const struct pt_expr *expr)
{
	const struct pt_var *var = var_of(expr);

	if (var && var->type_span.source)
		pt_error_note(error, var->type_span,
			      "'%s' is %s because of this", var->name,
			      pt_type_name(var->type));
	else if (expr->kind == PT_EXPR_CALL && expr->function->type_span.source)
		pt_error_note(error, expr->function->type_span,
			      "'%s' returns %s because of this", expr->text,
			      pt_type_name(expr->function->return_type));
}

static struct pt_error *mismatch(struct infer *in, const struct pt_expr *expr,
				 enum pt_type want, enum pt_type have)
{
	struct pt_error *error;

	if (!first_report(in, expr))
		return NULL;
	error = complain(in, expr->span, PT_E_TYPE_MISMATCH,
			 "type mismatch: expected %s but found %s",
			 pt_type_name(want), pt_type_name(have));
	if (have == PT_TYPE_STATS)
		pt_error_hint(error, "a statistic is read with @count, @sum, "
				     "@min, @max, @avg or @variance");
	explain(error, expr);
	return error;
}

static void suggest(struct infer *in, struct pt_error *error,
		    const struct pt_var *var)
{
	GPtrArray *names = pt_arena_ptr_array(in->sema->arena);
	const GPtrArray *from[] = {
		in->locals,
		in->sema->program->globals,
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(from); i++)
		for (guint j = 0; from[i] && j < from[i]->len; j++) {
			const struct pt_var *other = from[i]->pdata[j];

			if (strcmp(other->name, var->name))
				g_ptr_array_add(names, (void *)other->name);
		}
	pt_error_suggest(error, var->name, names);
}

static void unresolved(struct infer *in, const struct pt_expr *expr)
{
	const struct pt_var *var = var_of(expr);
	struct pt_error *error;

	if (!in->last || in->sema->incomplete ||
	    !first_report(in, var ? (void *)var : (void *)expr))
		return;
	if (expr->kind == PT_EXPR_CALL) {
		error = complain(in, expr->span, PT_E_UNRESOLVED_TYPE,
				 "unresolved type: nothing shows what function "
				 "'%s' returns",
				 expr->text);
		pt_error_note(error, expr->function->span, "defined here");
		return;
	}
	error = complain(in, expr->span, PT_E_UNRESOLVED_TYPE,
			 "unresolved type%s%s%s", var ? " of '" : "",
			 var ? var->name : "", var ? "'" : "");
	if (!var)
		return;
	pt_error_hint(error,
		      "nothing in the script assigns to '%s' or shows whether "
		      "it is a number or a string",
		      var->name);
	if (var->kind == PT_VAR_LOCAL)
		suggest(in, error, var);
}

/* What PLACE would hold was reported; that its type is unknown follows. */
static void follows(struct infer *in, const struct pt_expr *place)
{
	const struct pt_var *var = var_of(place);

	if (in->last && var && var->type == PT_TYPE_UNKNOWN)
		g_hash_table_add(in->reported, (void *)var);
}

/* ---- learning --------------------------------------------------------- */

/* More is known about OWNER, a variable or a function. */
static void changed(struct infer *in, const void *owner)
{
	const GArray *users = g_hash_table_lookup(in->users, owner);

	for (guint i = 0; users && i < users->len; i++)
		in->stale[g_array_index(users, guint, i)] = true;
}

static void learn(struct infer *in, const void *owner, enum pt_type *slot,
		  struct pt_span *slot_span, enum pt_type type,
		  struct pt_span span)
{
	if (*slot != PT_TYPE_UNKNOWN || type == PT_TYPE_UNKNOWN)
		return;
	*slot = type;
	*slot_span = span;
	changed(in, owner);
}

/* EXPR must be of TYPE. */
static void need(struct infer *in, struct pt_expr *expr, enum pt_type type)
{
	enum pt_type have;

	if (!expr)
		return;
	have = infer_expr(in, expr, type);
	if (have != PT_TYPE_UNKNOWN && have != type)
		mismatch(in, expr, type, have);
	else if (have == PT_TYPE_UNKNOWN)
		unresolved(in, expr);
}

/* EXPR has the type of *SLOT of OWNER; who knows more tells the other. */
static void unify(struct infer *in, const void *owner, enum pt_type *slot,
		  struct pt_span *slot_span, struct pt_expr *expr,
		  const char *what)
{
	enum pt_type have = infer_expr(in, expr, *slot);
	struct pt_error *error;

	if (have == PT_TYPE_STATS) {
		mismatch(in, expr, *slot ? *slot : PT_TYPE_LONG, have);
		return;
	}
	learn(in, owner, slot, slot_span, have, expr->span);
	if (have == PT_TYPE_UNKNOWN) {
		unresolved(in, expr);
	} else if (have != *slot) {
		error = mismatch(in, expr, *slot, have);
		if (error && slot_span->source)
			pt_error_note(error, *slot_span,
				      "%s is %s because of "
				      "this",
				      what, pt_type_name(*slot));
	}
}

/* ---- variables -------------------------------------------------------- */

static bool set_arity(struct infer *in, struct pt_var *var, unsigned arity,
		      const struct pt_expr *use)
{
	struct pt_error *error;

	if (g_hash_table_contains(in->sema->failed, var))
		return false;
	if (arity > PTAP_KEYS_MAX) {
		if (first_report(in, use))
			complain(in, use->span, PT_E_ARITY,
				 "an array has at most %d keys, not %u",
				 PTAP_KEYS_MAX, arity);
		g_hash_table_add(in->reported, var);
		return false;
	}
	if (var->arity < 0 && (arity || !var->size)) {
		var->arity = arity;
		var->arity_span = use->span;
		changed(in, var);
		return true;
	}
	if (var->arity == (int)arity)
		return true;
	if (!first_report(in, use))
		return false;
	if (!arity)
		error = complain(in, use->span, PT_E_ARITY,
				 "array '%s' is used without an index",
				 var->name);
	else if (!var->arity)
		error = complain(in, use->span, PT_E_ARITY,
				 "'%s' is used with an index but is not "
				 "an array",
				 var->name);
	else
		error = complain(in, use->span, PT_E_ARITY,
				 "array '%s' is used with %u index%s here "
				 "and %d elsewhere",
				 var->name, arity, arity == 1 ? "" : "es",
				 var->arity);
	pt_error_note(error,
		      var->arity_span.source ? var->arity_span : var->span,
		      var->arity > 0	? "'%s' is an array because of this"
		      : var->arity == 0 ? "'%s' is not an array because of this"
					: "'%s' is declared here",
		      var->name);
	g_hash_table_add(in->reported, var);
	return false;
}

static enum pt_type var_type(struct infer *in, struct pt_var *var,
			     struct pt_expr *expr, enum pt_type want)
{
	if (want == PT_TYPE_STATS && var->kind != PT_VAR_GLOBAL)
		return var->type;
	learn(in, var, &var->type, &var->type_span, want, expr->span);
	return var->type;
}

static void infer_keys(struct infer *in, struct pt_var *var, GPtrArray *keys)
{
	const char *what =
		pt_arena_printf(in->sema->arena, "this key of '%s'", var->name);

	for (guint i = 0; i < keys->len && i < PTAP_KEYS_MAX; i++)
		if (keys->pdata[i])
			unify(in, var, &var->keys[i], &var->key_spans[i],
			      keys->pdata[i], what);
}

static enum pt_type infer_index(struct infer *in, struct pt_expr *expr,
				enum pt_type want)
{
	struct pt_var *var = expr->left->var;

	if (expr->left->kind == PT_EXPR_HIST) {
		infer_expr(in, expr->left, PT_TYPE_UNKNOWN);
		for (guint i = 0; i < expr->args->len; i++)
			need(in, expr->args->pdata[i], PT_TYPE_LONG);
		return PT_TYPE_LONG;
	}
	if (set_arity(in, var, expr->args->len, expr))
		infer_keys(in, var, expr->args);
	return var_type(in, var, expr, want);
}

static enum pt_type infer_name(struct infer *in, struct pt_expr *expr,
			       enum pt_type want)
{
	if (!set_arity(in, expr->var, 0, expr))
		return want;
	return var_type(in, expr->var, expr, want);
}

/* ---- expressions ------------------------------------------------------ */

static void infer_pair(struct infer *in, struct pt_expr *left,
		       struct pt_expr *right, enum pt_type want)
{
	enum pt_type a = infer_expr(in, left, want);
	enum pt_type b = infer_expr(in, right, a ? a : want);
	struct pt_error *error;

	if (!a && b)
		a = infer_expr(in, left, b);
	if (!a)
		unresolved(in, left);
	if (!b)
		unresolved(in, right);
	if (!a || !b || a == b)
		return;
	error = mismatch(in, right, a, b);
	if (error)
		pt_error_note(error, left->span, "this is %s", pt_type_name(a));
}

static bool is_comparison(enum pt_op op)
{
	return op >= PT_OP_LT && op <= PT_OP_NE;
}

static enum pt_type infer_binary(struct infer *in, struct pt_expr *expr)
{
	enum pt_type type;

	if (is_comparison(expr->op)) {
		infer_pair(in, expr->left, expr->right, PT_TYPE_UNKNOWN);
		if (expr->left->type == PT_TYPE_STATS)
			mismatch(in, expr->left, PT_TYPE_LONG, PT_TYPE_STATS);
		return PT_TYPE_LONG;
	}
	type = expr->op == PT_OP_CONCAT ? PT_TYPE_STRING : PT_TYPE_LONG;
	need(in, expr->left, type);
	need(in, expr->right, type);
	return type;
}

static enum pt_type infer_assign(struct infer *in, struct pt_expr *expr,
				 enum pt_type want)
{
	struct pt_error *error;
	enum pt_type left, right;

	switch (expr->op) {
	case PT_OP_STAT_ADD:
		need(in, expr->left, PT_TYPE_STATS);
		need(in, expr->right, PT_TYPE_LONG);
		return PT_TYPE_LONG;
	case PT_OP_NONE: break;
	case PT_OP_CONCAT:
		need(in, expr->left, PT_TYPE_STRING);
		need(in, expr->right, PT_TYPE_STRING);
		return PT_TYPE_STRING;
	default:
		need(in, expr->left, PT_TYPE_LONG);
		need(in, expr->right, PT_TYPE_LONG);
		return PT_TYPE_LONG;
	}
	left = infer_expr(in, expr->left, want);
	right = infer_expr(in, expr->right, left ? left : want);
	if (!left && right != PT_TYPE_STATS)
		left = infer_expr(in, expr->left, right);
	if (!right)
		unresolved(in, expr->right);
	if (!right || right == PT_TYPE_STATS)
		follows(in, expr->left);
	if (right == PT_TYPE_STATS)
		mismatch(in, expr->right,
			 left == PT_TYPE_STRING ? left : PT_TYPE_LONG, right);
	else if (left == PT_TYPE_STATS)
		mismatch(in, expr->left, right ? right : PT_TYPE_LONG, left);
	else if (left && right && left != right) {
		error = mismatch(in, expr->right, left, right);
		if (error)
			explain(error, expr->left);
	}
	return left;
}

static enum pt_type infer_call(struct infer *in, struct pt_expr *expr,
			       enum pt_type want)
{
	struct pt_function *first = expr->function;

	if (!first) {
		for (guint i = 0; expr->args && i < expr->args->len; i++)
			infer_expr(in, expr->args->pdata[i], PT_TYPE_UNKNOWN);
		return PT_TYPE_UNKNOWN;
	}
	for (struct pt_function *f = first; f; f = f->next_overload) {
		for (guint i = 0; i < f->params->len; i++) {
			struct pt_var *param = f->params->pdata[i];
			const char *what = pt_arena_printf(
				in->sema->arena, "parameter '%s' of '%s'",
				param->name, f->name);

			unify(in, param, &param->type, &param->type_span,
			      expr->args->pdata[i], what);
		}
		learn(in, f, &f->return_type, &f->type_span, first->return_type,
		      first->type_span);
		learn(in, first, &first->return_type, &first->type_span,
		      f->return_type, f->type_span);
	}
	(void)want;
	return first->return_type;
}

static enum pt_type infer_print(struct infer *in, struct pt_expr *expr)
{
	enum pt_type wanted[PTAP_PRINT_ARGS_MAX + 1];
	struct pt_error *error;

	error = pt_printcheck_types(in->sema, expr, wanted);
	if (error) {
		if (first_report(in, expr))
			complain_of(in, error);
		return PT_TYPE_STRING;
	}
	for (guint i = 0; i < expr->args->len; i++) {
		struct pt_expr *arg = expr->args->pdata[i];
		enum pt_type have;

		if (wanted[i] != PT_TYPE_UNKNOWN) {
			need(in, arg, wanted[i]);
			continue;
		}
		have = infer_expr(in, arg, PT_TYPE_UNKNOWN);
		if (have == PT_TYPE_STATS)
			mismatch(in, arg, PT_TYPE_LONG, have);
		else if (!have && arg->kind != PT_EXPR_HIST)
			unresolved(in, arg);
	}
	return expr->print->to_string ? PT_TYPE_STRING : PT_TYPE_LONG;
}

static enum pt_type infer_ternary(struct infer *in, struct pt_expr *expr,
				  enum pt_type want)
{
	need(in, expr->left, PT_TYPE_LONG);
	infer_pair(in, expr->right, expr->third, want);
	return expr->right->type ? expr->right->type : expr->third->type;
}

static enum pt_type infer_in(struct infer *in, struct pt_expr *expr)
{
	struct pt_var *var = expr->left->var;

	if (expr->left->kind == PT_EXPR_HIST) {
		infer_expr(in, expr->left, PT_TYPE_UNKNOWN);
		for (guint i = 0; i < expr->args->len; i++)
			need(in, expr->args->pdata[i], PT_TYPE_LONG);
		return PT_TYPE_LONG;
	}
	if (set_arity(in, var, expr->args->len, expr))
		infer_keys(in, var, expr->args);
	if (var->type == PT_TYPE_UNKNOWN)
		unresolved(in, expr->left);
	return PT_TYPE_LONG;
}

static enum pt_type infer_target(struct infer *in, struct pt_expr *expr)
{
	if (g_hash_table_contains(in->sema->failed, expr))
		return PT_TYPE_UNKNOWN;
	for (guint i = 0; expr->args && i < expr->args->len; i++)
		need(in, expr->args->pdata[i], PT_TYPE_LONG);
	return expr->type == PT_TYPE_STRING ? PT_TYPE_STRING : PT_TYPE_LONG;
}

static enum pt_type type_of(struct infer *in, struct pt_expr *expr,
			    enum pt_type want)
{
	switch (expr->kind) {
	case PT_EXPR_NUMBER: return PT_TYPE_LONG;
	case PT_EXPR_STRING: return PT_TYPE_STRING;
	case PT_EXPR_NAME: return infer_name(in, expr, want);
	case PT_EXPR_INDEX: return infer_index(in, expr, want);
	case PT_EXPR_CALL: return infer_call(in, expr, want);
	case PT_EXPR_UNARY:
	case PT_EXPR_CRUMENT:
		need(in, expr->left, PT_TYPE_LONG);
		return PT_TYPE_LONG;
	case PT_EXPR_BINARY: return infer_binary(in, expr);
	case PT_EXPR_REGEX:
		need(in, expr->left, PT_TYPE_STRING);
		need(in, expr->right, PT_TYPE_STRING);
		return PT_TYPE_LONG;
	case PT_EXPR_IN: return infer_in(in, expr);
	case PT_EXPR_TERNARY: return infer_ternary(in, expr, want);
	case PT_EXPR_ASSIGN: return infer_assign(in, expr, want);
	case PT_EXPR_TARGET:
	case PT_EXPR_DEREF: return infer_target(in, expr);
	case PT_EXPR_STAT:
		need(in, expr->left, PT_TYPE_STATS);
		return PT_TYPE_LONG;
	case PT_EXPR_HIST:
		need(in, expr->left, PT_TYPE_STATS);
		return PT_TYPE_UNKNOWN;
	case PT_EXPR_PRINT: return infer_print(in, expr);
	case PT_EXPR_ENTRY: return infer_expr(in, expr->left, want);
	case PT_EXPR_EMBEDDED:
		return strstr(expr->text, "/* string */") ? PT_TYPE_STRING
							  : PT_TYPE_LONG;
	case PT_EXPR_DEFINED:
	case PT_EXPR_ATOP: break;
	}
	return PT_TYPE_LONG;
}

static enum pt_type infer_expr(struct infer *in, struct pt_expr *expr,
			       enum pt_type want)
{
	enum pt_type type = type_of(in, expr, want);

	if (expr->type != type && type != PT_TYPE_UNKNOWN) {
		expr->type = type;
		in->stale[in->current] = true;
	}
	return type;
}

/* ---- statements ------------------------------------------------------- */

static void infer_foreach(struct infer *in, struct pt_stmt *stmt)
{
	struct pt_foreach *loop = stmt->foreach;
	struct pt_var *var = loop->array->var;

	need(in, loop->limit, PT_TYPE_LONG);
	if (loop->array->kind == PT_EXPR_HIST) {
		infer_expr(in, loop->array, PT_TYPE_UNKNOWN);
		for (guint i = 0; i < loop->keys->len; i++)
			need(in, loop->keys->pdata[i], PT_TYPE_LONG);
		need(in, loop->value, PT_TYPE_LONG);
	} else if (set_arity(in, var, loop->keys->len, loop->array)) {
		infer_keys(in, var, loop->keys);
		if (loop->slice)
			infer_keys(in, var, loop->slice);
		if (loop->value && var->type == PT_TYPE_STATS) {
			if (first_report(in, loop->value))
				pt_error_hint(complain(in, loop->value->span,
						       PT_E_STATISTICS,
						       "the elements of '%s' "
						       "are statistics, which "
						       "'%s' cannot hold",
						       var->name,
						       loop->value->text),
					      "leave '%s =' out, and use "
					      "@count(%s[...]) and the like",
					      loop->value->text, var->name);
		} else if (loop->value) {
			unify(in, var, &var->type, &var->type_span, loop->value,
			      "the array's value");
		} else if (var->type == PT_TYPE_UNKNOWN) {
			unresolved(in, loop->array);
		}
	}
	infer_stmt(in, stmt->then);
}

static void infer_return(struct infer *in, struct pt_stmt *stmt)
{
	if (!stmt->expr || !in->function)
		return;
	unify(in, in->function, &in->function->return_type,
	      &in->function->type_span, stmt->expr, "the function's value");
}

static void infer_delete(struct infer *in, struct pt_stmt *stmt)
{
	const struct pt_var *var = var_of(stmt->expr);

	if (stmt->expr->kind == PT_EXPR_INDEX)
		infer_index(in, stmt->expr, PT_TYPE_UNKNOWN);
	if (var && var->type == PT_TYPE_UNKNOWN)
		unresolved(in, stmt->expr);
}

static void infer_stmt(struct infer *in, struct pt_stmt *stmt)
{
	if (!stmt)
		return;
	switch (stmt->kind) {
	case PT_STMT_BLOCK:
		for (guint i = 0; i < stmt->body->len; i++)
			infer_stmt(in, stmt->body->pdata[i]);
		break;
	case PT_STMT_EXPR: infer_expr(in, stmt->expr, PT_TYPE_UNKNOWN); break;
	case PT_STMT_FOR:
		if (stmt->init)
			infer_expr(in, stmt->init, PT_TYPE_UNKNOWN);
		if (stmt->step)
			infer_expr(in, stmt->step, PT_TYPE_UNKNOWN);
		/* fall through */
	case PT_STMT_IF:
	case PT_STMT_WHILE:
		need(in, stmt->expr, PT_TYPE_LONG);
		infer_stmt(in, stmt->then);
		infer_stmt(in, stmt->other);
		break;
	case PT_STMT_FOREACH: infer_foreach(in, stmt); break;
	case PT_STMT_RETURN: infer_return(in, stmt); break;
	case PT_STMT_DELETE: infer_delete(in, stmt); break;
	case PT_STMT_TRY:
		need(in, stmt->expr, PT_TYPE_STRING);
		infer_stmt(in, stmt->then);
		infer_stmt(in, stmt->other);
		break;
	default: break;
	}
}

/* ---- the fixpoint ----------------------------------------------------- */

static void infer_unit(struct infer *in, guint place)
{
	const struct pt_unit *unit =
		&g_array_index(in->units, struct pt_unit, place);

	in->current = place;
	in->stale[place] = false;
	in->function = unit->function;
	if (unit->function) {
		in->locals = unit->function->locals;
		infer_stmt(in, unit->function->body);
		return;
	}
	in->locals = unit->bound->locals;
	infer_stmt(in, unit->bound->body);
	need(in, unit->bound->condition, PT_TYPE_LONG);
	for (guint i = 0; i < unit->bound->entries->len; i++)
		infer_expr(in, unit->bound->entries->pdata[i], PT_TYPE_UNKNOWN);
}

static void add_user(struct infer *in, const void *owner)
{
	GArray *users = g_hash_table_lookup(in->users, owner);

	if (!users) {
		users = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(in->users, (void *)owner, users);
	}
	if (!users->len ||
	    g_array_index(users, guint, users->len - 1) != in->current)
		g_array_append_val(users, in->current);
}

static bool find_user(struct pt_walk *walk, struct pt_expr **place)
{
	struct infer *in = walk->data;
	const struct pt_expr *expr = *place;

	if (expr->var)
		add_user(in, expr->var);
	if (expr->kind != PT_EXPR_CALL)
		return true;
	for (const struct pt_function *f = expr->function; f;
	     f = f->next_overload) {
		add_user(in, f);
		for (guint i = 0; i < f->params->len; i++)
			add_user(in, f->params->pdata[i]);
	}
	return true;
}

static void find_users(struct infer *in)
{
	struct pt_walk walk = { .pre_expr = find_user, .data = in };

	for (in->current = 0; in->current < in->units->len; in->current++) {
		struct pt_unit *unit =
			&g_array_index(in->units, struct pt_unit, in->current);

		if (unit->function) {
			add_user(in, unit->function);
			pt_walk_stmt(&walk, &unit->function->body);
			continue;
		}
		pt_walk_stmt(&walk, &unit->bound->body);
		if (unit->bound->condition)
			pt_walk_expr(&walk, &unit->bound->condition);
		for (guint i = 0; i < unit->bound->entries->len; i++)
			pt_walk_expr(&walk, (struct pt_expr **)&unit->bound
						    ->entries->pdata[i]);
	}
}

static void free_users(void *users)
{
	g_array_free(users, TRUE);
}

static void begin(struct infer *in, struct pt_sema *sema)
{
	*in = (struct infer){
		.sema = sema,
		.reported = g_hash_table_new(g_direct_hash, g_direct_equal),
		.units = g_array_new(FALSE, FALSE, sizeof(struct pt_unit)),
		.users = g_hash_table_new_full(g_direct_hash, g_direct_equal,
					       NULL, free_users),
	};
}

static void add_unit(struct pt_sema *sema, const struct pt_unit *unit,
		     void *data)
{
	(void)sema;
	g_array_append_vals(((struct infer *)data)->units, unit, 1);
}

static void run(struct infer *in)
{
	bool again = true;

	while (again) {
		again = false;
		for (guint i = 0; i < in->units->len; i++) {
			again |= in->stale[i];
			if (in->stale[i])
				infer_unit(in, i);
		}
	}
}

/* All units are in. */
static void prepare(struct infer *in)
{
	/* initial values are looked at before the first unit, as part of it */
	in->stale = g_new(bool, in->units->len + 1);
	for (guint i = 0; i < in->units->len; i++)
		in->stale[i] = true;
	find_users(in);
	in->current = 0;
}

static void report_unknown(struct infer *in)
{
	in->last = true;
	for (guint i = 0; i < in->units->len; i++)
		infer_unit(in, i);
}

static void end(struct infer *in)
{
	g_hash_table_destroy(in->reported);
	g_hash_table_destroy(in->users);
	g_array_free(in->units, TRUE);
	g_free(in->stale);
}

static void infer_initials(struct infer *in)
{
	GPtrArray *globals = in->sema->program->globals;

	for (guint i = 0; i < globals->len; i++) {
		struct pt_var *var = globals->pdata[i];

		if (!var->init)
			continue;
		set_arity(in, var, 0, var->init);
		unify(in, var, &var->type, &var->type_span, var->init,
		      "the variable");
	}
}

/* A parameter that nobody looks at. */
static void settle_params(struct infer *in)
{
	GPtrArray *functions = in->sema->program->functions;

	for (guint i = 0; i < functions->len; i++) {
		struct pt_function *function = functions->pdata[i];

		for (guint j = 0; j < function->params->len; j++) {
			struct pt_var *param = function->params->pdata[j];

			if (param->type == PT_TYPE_UNKNOWN)
				param->type = PT_TYPE_LONG;
		}
	}
}

/* A function that nothing calls takes no part, and may lack what a call would
 * tell; but where it contradicts itself or the rest, its author wants to know. */
static void check_uncalled(struct pt_sema *sema)
{
	GHashTable *seen = g_hash_table_new(g_direct_hash, g_direct_equal);
	GPtrArray *functions = sema->program->functions;
	struct infer in;

	begin(&in, sema);
	in.uncalled = true;
	for (guint i = 0; i < functions->len; i++) {
		void *copied =
			g_hash_table_lookup(sema->copies, functions->pdata[i]);

		g_hash_table_add(seen, functions->pdata[i]);
		g_hash_table_add(seen, copied);
	}
	for (guint i = 0; i < sema->functions->len; i++) {
		struct pt_function *function = sema->functions->pdata[i];
		struct pt_unit unit = {
			.function = function,
			.file = function->file,
		};

		if (!g_hash_table_contains(seen, function) &&
		    !pt_effects_of_function(sema, function)->targets)
			add_unit(sema, &unit, &in);
	}
	prepare(&in);
	run(&in);
	end(&in);
	g_hash_table_destroy(seen);
}

void pt_infer_pass(struct pt_sema *sema)
{
	struct infer in;

	begin(&in, sema);
	pt_make_each_unit(sema, add_unit, &in);
	prepare(&in);
	infer_initials(&in);
	run(&in);
	/* what -L lists may stay unknown */
	if (!sema->list)
		report_unknown(&in);
	settle_params(&in);
	end(&in);
	if (!sema->diag->errors && !sema->list)
		check_uncalled(sema);
}

void pt_infer_bound(struct pt_sema *sema, struct pt_bound *bound)
{
	struct pt_unit unit = { .bound = bound };
	struct infer in;

	begin(&in, sema);
	add_unit(sema, &unit, &in);
	prepare(&in);
	run(&in);
	end(&in);
}
