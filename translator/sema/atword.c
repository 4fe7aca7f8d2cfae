/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The @words that stand for memory, registers and C constants.
 */
#include "context.h"

#include <string.h>

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

static struct pt_error *kernel_register(struct pt_sema *sema,
					const struct pt_unit *unit,
					struct pt_expr **place)
{
	const struct pt_expr *expr = *place, *number;
	struct pt_expr *target;

	number = expr->args && expr->args->len == 1 ? expr->args->pdata[0]
						    : NULL;
	if (!number || number->kind != PT_EXPR_NUMBER || number->number < 0 ||
	    number->number > 16)
		return wrong(sema, expr, PT_E_ARITY,
			     "takes a DWARF register number, 0 to 16",
			     "for example @kregister(0)");
	if (!unit->bound || !unit->bound->sites || !unit->bound->sites->len)
		return wrong(sema, expr, PT_E_UNSUPPORTED,
			     "there are no registers here",
			     "use it in the handler of a kernel.function() "
			     "probe");
	target = fetch_of(sema, expr);
	target->fetch->size = 8;
	target->fetch->registers = 1ULL << number->number;
	pt_fetch_add(target->fetch, PT_FETCH_REG, (uint32_t)number->number, 0);
	*place = target;
	return NULL;
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
		return kernel_register(sema, unit, place);
	return wrong(sema, expr, PT_E_UNSUPPORTED, "is not supported yet",
		     "compute the value in another way");
}
