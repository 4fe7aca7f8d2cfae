/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The @words that stand for memory, registers and C constants.
 */
#include "context.h"

#include <string.h>

#include "../debuginfo/userprogram.h"
#include "../probe/value.h"

static struct pt_error *wrong(struct pt_sema *sema, const struct pt_expr *expr,
			      enum pt_code code, const char *message,
			      const char *hint)
{
	struct pt_error *error =
		pt_error_new(sema->arena, code, "%s: %s", expr->text, message);

	return pt_error_at(pt_error_hint(error, "%s", hint), expr->span);
}

static struct pt_expr *fetch_of(struct pt_sema *sema,
				const struct pt_expr *expr)
{
	struct pt_expr *target = pt_make_expr(sema, PT_EXPR_TARGET, expr->span);

	target->text = expr->text;
	target->type = PT_TYPE_LONG;
	target->fetch = pt_fetch_create(sema->arena);
	target->args = pt_arena_ptr_array(sema->arena);
	target->components = pt_arena_ptr_array(sema->arena);
	target->value_unused = expr->value_unused;
	return target;
}

static struct pt_error *memory(struct pt_sema *sema, struct pt_expr **place,
			       bool user)
{
	const struct pt_expr *expr = *place, *size;
	struct pt_expr *target;

	size = expr->args && expr->args->len == 2 ? expr->args->pdata[0] : NULL;
	if (!size || size->kind != PT_EXPR_NUMBER ||
	    (size->number != 1 && size->number != 2 && size->number != 4 &&
	     size->number != 8))
		return wrong(sema, expr, PT_E_ARITY,
			     "takes a size of 1, 2, 4 or 8 and an address",
			     user ? "for example @uderef(4, address)"
				  : "for example @kderef(4, address)");
	target = fetch_of(sema, expr);
	target->fetch->n_operands = 1;
	target->fetch->size = (unsigned)size->number;
	pt_fetch_add(target->fetch, PT_FETCH_OPERAND, 0, 0);
	pt_fetch_add(target->fetch, PT_FETCH_LOAD, (uint32_t)size->number,
		     user);
	g_ptr_array_add(target->args, expr->args->pdata[1]);
	*place = target;
	return NULL;
}

/* A tracepoint has those of its arguments alone. */
static bool has_registers(const struct pt_bound *bound)
{
	const struct pt_dbg_function *site;

	if (!bound || !bound->sites || !bound->sites->len)
		return false;
	site = bound->sites->pdata[0];
	return !site->tracepoint;
}

/* @kregister(n), and @uregister(n) with USER. */
static struct pt_error *machine_register(struct pt_sema *sema,
					 const struct pt_unit *unit,
					 struct pt_expr **place, bool user)
{
	const struct pt_expr *expr = *place, *number;
	struct pt_expr *target;

	number = expr->args && expr->args->len == 1 ? expr->args->pdata[0]
						    : NULL;
	if (!number || number->kind != PT_EXPR_NUMBER || number->number < 0 ||
	    number->number > 16)
		return wrong(sema, expr, PT_E_ARITY,
			     "takes a DWARF register number, 0 to 16",
			     user ? "for example @uregister(0)"
				  : "for example @kregister(0)");
	if (user)
		;
	else if (!has_registers(unit->bound))
		return wrong(sema, expr, PT_E_UNSUPPORTED,
			     "there are no registers here",
			     "use it in the handler of a kernel.function() "
			     "probe");
	target = fetch_of(sema, expr);
	target->fetch->size = 8;
	pt_fetch_add(target->fetch, user ? PT_FETCH_USER_REG : PT_FETCH_REG,
		     (uint32_t)number->number, 0);
	*place = target;
	return NULL;
}

/* ---- constants of enumerations ----------------------------------------- */

/* The program or module that UNIT's probe is in; NULL: the kernel, or none. */
static struct pt_dbg *probed_file(const struct pt_unit *unit)
{
	const struct pt_bound *bound = unit->bound;
	const struct pt_dbg_function *site;

	if (!bound || !bound->sites || !bound->sites->len)
		return NULL;
	site = bound->sites->pdata[0];
	return site->dbg && (pt_dbg_program(site->dbg) ||
			     pt_dbg_module(site->dbg))
		       ? site->dbg
		       : NULL;
}

/* The constant of the code that is probed; what that does not have is the kernel's. */
static struct pt_error *enum_value(struct pt_sema *sema,
				   const struct pt_unit *unit,
				   struct pt_expr **place)
{
	const struct pt_expr *expr = *place;
	const struct pt_expr *name = expr->args->pdata[0];
	struct pt_dbg *dbg = probed_file(unit);
	struct pt_error *error = NULL, *own = NULL;
	int64_t value;

	if (dbg)
		own = pt_dbg_enumerator(dbg, name->text, &value);
	if (!dbg || own) {
		error = pt_probe_dbg(&sema->program->env, &dbg);
		if (!error)
			error = pt_dbg_enumerator(dbg, name->text, &value);
	}
	if (error)
		return pt_error_at(own ? own : error, name->span);
	*place = pt_make_number(sema, expr->span, value);
	return NULL;
}

static gint by_value(gconstpointer a, gconstpointer b)
{
	const struct pt_dbg_constant *x = *(const void *const *)a;
	const struct pt_dbg_constant *y = *(const void *const *)b;

	return x->value < y->value ? -1 : x->value > y->value;
}

static struct pt_expr *compared(struct pt_sema *sema, struct pt_var *var,
				enum pt_op op, int64_t value)
{
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_BINARY, var->span);

	expr->op = op;
	expr->left = pt_make_name(sema, var);
	expr->right = pt_make_number(sema, var->span, value);
	return expr;
}

static struct pt_stmt *returned(struct pt_sema *sema, struct pt_expr *expr)
{
	struct pt_stmt *stmt = pt_make_stmt(sema, PT_STMT_RETURN, expr->span);

	stmt->expr = expr;
	return stmt;
}

/* A number without a name is shown as a number. */
static struct pt_stmt *return_number(struct pt_sema *sema, struct pt_var *var)
{
	struct pt_expr *print = pt_make_expr(sema, PT_EXPR_PRINT, var->span);

	print->type = PT_TYPE_STRING;
	print->args = pt_arena_ptr_array(sema->arena);
	g_ptr_array_add(print->args, pt_make_name(sema, var));
	print->print = pt_new(sema->arena, struct pt_print);
	print->print->name = "sprint";
	print->print->to_string = true;
	return returned(sema, print);
}

/* A binary search among CONSTANTS from FIRST to before END. */
static struct pt_stmt *search(struct pt_sema *sema, struct pt_var *var,
			      const GPtrArray *constants, guint first,
			      guint end)
{
	struct pt_stmt *stmt = pt_make_stmt(sema, PT_STMT_IF, var->span);
	guint middle = first + (end - first) / 2;
	const struct pt_dbg_constant *constant = constants->pdata[middle];

	if (end - first == 1) {
		stmt->expr = compared(sema, var, PT_OP_EQ, constant->value);
		stmt->then = returned(
			sema, pt_make_string(sema, var->span, constant->name));
		stmt->other = return_number(sema, var);
	} else {
		stmt->expr = compared(sema, var, PT_OP_LT, constant->value);
		stmt->then = search(sema, var, constants, first, middle);
		stmt->other = search(sema, var, constants, middle, end);
	}
	return stmt;
}

/* Of constants that are equal the first declared has the name. */
static void make_unique(GPtrArray *constants)
{
	guint n = 0;

	g_ptr_array_sort(constants, by_value);
	for (guint i = 0; i < constants->len; i++)
		if (!n ||
		    by_value(&constants->pdata[n - 1], &constants->pdata[i]))
			constants->pdata[n++] = constants->pdata[i];
	g_ptr_array_set_size(constants, (gint)n);
}

/* The function that names the constants of an enumeration, made once.  Of its
 * first constant there is no other in C. */
static struct pt_function *namer(struct pt_sema *sema, struct pt_span span,
				 GPtrArray *constants)
{
	GPtrArray *functions = sema->program->functions;
	const struct pt_dbg_constant *first =
		constants->len ? constants->pdata[0] : NULL;
	const char *name = pt_arena_printf(sema->arena, "__enum_of_%s",
					   first ? first->name : "nothing");
	struct pt_function *function;
	struct pt_var *var;

	for (guint i = 0; i < functions->len; i++) {
		function = functions->pdata[i];
		if (!strcmp(function->name, name))
			return function;
	}
	function = pt_new(sema->arena, struct pt_function);
	var = pt_new(sema->arena, struct pt_var);
	*var = (struct pt_var){ .kind = PT_VAR_PARAM,
				.name = "value",
				.span = span,
				.file = sema->script,
				.type = PT_TYPE_LONG };
	*function = (struct pt_function){ .name = name,
					  .span = span,
					  .file = sema->script,
					  .return_type = PT_TYPE_STRING,
					  .used = true };
	function->params = pt_arena_ptr_array(sema->arena);
	function->locals = pt_arena_ptr_array(sema->arena);
	g_ptr_array_add(function->params, var);
	make_unique(constants);
	function->body = pt_make_stmt(sema, PT_STMT_BLOCK, span);
	g_ptr_array_add(
		function->body->body,
		constants->len ? search(sema, var, constants, 0, constants->len)
			       : return_number(sema, var));
	g_ptr_array_add(functions, function);
	return function;
}

static struct pt_error *enum_name(struct pt_sema *sema, struct pt_expr **place,
				  struct pt_dbg *dbg,
				  const struct pt_dbg_type *type)
{
	GPtrArray *constants = pt_arena_ptr_array(sema->arena);
	const struct pt_expr *expr = *place;
	struct pt_error *error = pt_dbg_constants(dbg, type, constants);
	struct pt_expr *call;

	if (error)
		return pt_error_at(error, expr->span);
	call = pt_make_expr(sema, PT_EXPR_CALL, expr->span);
	call->function = namer(sema, expr->span, constants);
	call->text = call->function->name;
	call->args = pt_arena_ptr_array(sema->arena);
	g_ptr_array_add(call->args, expr->args->pdata[0]);
	call->value_unused = expr->value_unused;
	*place = call;
	return NULL;
}

struct pt_error *pt_atword_enumname(struct pt_sema *sema,
				    struct pt_expr **place)
{
	const struct pt_expr *value = (*place)->args->pdata[0];

	return enum_name(sema, place, value->shape->dbg,
			 value->shape->value.type);
}

/* With a type; without one the value's is waited for. */
static struct pt_error *enum_name_of_type(struct pt_sema *sema,
					  struct pt_expr **place)
{
	const GPtrArray *args = (*place)->args;
	struct pt_value_cast cast = {
		.type = args->len > 1 ? args->pdata[1] : NULL,
		.module = args->len > 2 ? args->pdata[2] : NULL,
	};
	struct pt_dbg_value value;
	struct pt_dbg *dbg;

	if (!cast.type)
		return NULL;
	PT_TRY(pt_value_cast(&sema->program->env, &cast, &dbg, &value));
	return enum_name(sema, place, dbg, value.type);
}

/* ---- the rest ----------------------------------------------------------- */

static struct pt_expr *return_value(struct pt_sema *sema, struct pt_span span)
{
	struct pt_expr *value = pt_make_expr(sema, PT_EXPR_TARGET, span);

	value->text = "$return";
	value->components = pt_arena_ptr_array(sema->arena);
	return value;
}

static struct pt_expr *joined(struct pt_sema *sema, struct pt_span span,
			      enum pt_op op, struct pt_expr *left,
			      struct pt_expr *right)
{
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_BINARY, span);

	expr->op = op;
	expr->left = left;
	expr->right = right;
	return expr;
}

/* The number of the error that the function returned, 0 if it did not:
 * $return >= -4095 && $return < 0 ? 0 - $return : 0 */
static struct pt_error *error_number(struct pt_sema *sema,
				     struct pt_expr **place)
{
	struct pt_span span = (*place)->span;
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_TERNARY, span);

	expr->left =
		joined(sema, span, PT_OP_LOG_AND,
		       joined(sema, span, PT_OP_GE, return_value(sema, span),
			      pt_make_number(sema, span, -4095)),
		       joined(sema, span, PT_OP_LT, return_value(sema, span),
			      pt_make_number(sema, span, 0)));
	expr->right =
		joined(sema, span, PT_OP_SUB, pt_make_number(sema, span, 0),
		       return_value(sema, span));
	expr->third = pt_make_number(sema, span, 0);
	expr->value_unused = (*place)->value_unused;
	*place = expr;
	return NULL;
}

static struct pt_error *counter(struct pt_sema *sema,
				const struct pt_expr *expr)
{
	const struct pt_expr *name = expr->args->pdata[0];

	return wrong(sema, expr, PT_E_UNSUPPORTED,
		     pt_arena_printf(sema->arena,
				     "no probe of this script counts '%s'",
				     name->text),
		     "a counter is named by probe perf....counter(\"name\"), "
		     "which is not supported yet");
}

static struct pt_error *c_constant(struct pt_sema *sema, struct pt_expr **place)
{
	const struct pt_expr *expr = *place, *text;
	struct pt_expr *embedded;

	text = expr->args && expr->args->len == 1 ? expr->args->pdata[0] : NULL;
	if (!text || text->kind != PT_EXPR_STRING)
		return wrong(sema, expr, PT_E_ARITY,
			     "takes a C expression in quotes",
			     "for example @const(\"PAGE_SIZE\")");
	embedded = pt_make_expr(sema, PT_EXPR_EMBEDDED, expr->span);
	embedded->type = PT_TYPE_LONG;
	embedded->text = pt_arena_printf(
		sema->arena, "/* pure */ (int64_t)(%s)", text->text);
	embedded->number =
		PT_PRAGMA_PURE | PT_PRAGMA_STABLE | PT_PRAGMA_UNPRIVILEGED;
	embedded->length = strlen(embedded->text);
	embedded->value_unused = expr->value_unused;
	*place = embedded;
	return NULL;
}

struct pt_error *pt_atword_expand(struct pt_sema *sema,
				  const struct pt_unit *unit,
				  struct pt_expr **place)
{
	const struct pt_expr *expr = *place;

	if (!strcmp(expr->text, "@const"))
		return c_constant(sema, place);
	if (!strcmp(expr->text, "@kderef"))
		return memory(sema, place, false);
	if (!strcmp(expr->text, "@uderef"))
		return memory(sema, place, true);
	if (!strcmp(expr->text, "@kregister"))
		return machine_register(sema, unit, place, false);
	if (!strcmp(expr->text, "@uregister"))
		return machine_register(sema, unit, place, true);
	if (!strcmp(expr->text, "@enum"))
		return enum_value(sema, unit, place);
	if (!strcmp(expr->text, "@enumname"))
		return enum_name_of_type(sema, place);
	if (!strcmp(expr->text, "@errno"))
		return error_number(sema, place);
	return counter(sema, expr);
}
