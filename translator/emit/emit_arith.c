/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operators with two or three operands.
 */
#include "emit_state.h"

static struct pt_emit_value combine(struct pt_emit *e, const char *format,
				    struct pt_emit_value a,
				    struct pt_emit_value b)
{
	GString *text = pt_arena_string(e->arena);

	/* In FORMAT %a and %b stand for the two. */
	for (; *format; format++) {
		if (format[0] != '%') {
			g_string_append_c(text, *format);
			continue;
		}
		g_string_append(text, format[1] == 'a' ? a.text : b.text);
		format++;
	}
	return pt_emit_value(e, text->str, a.changes | b.changes, false);
}

static const char *arith_format(enum pt_op op)
{
	switch (op) {
	case PT_OP_ADD: return "(%a + %b)";
	case PT_OP_SUB: return "(%a - %b)";
	case PT_OP_MUL: return "(%a * %b)";
	case PT_OP_AND: return "(%a & %b)";
	case PT_OP_OR: return "(%a | %b)";
	case PT_OP_XOR: return "(%a ^ %b)";
	case PT_OP_SHL: return "PTRT_SHL(%a, %b)";
	case PT_OP_SHR: return "PTRT_SHR(%a, %b)";
	case PT_OP_USHR: return "PTRT_USHR(%a, %b)";
	case PT_OP_LT: return "(%a < %b)";
	case PT_OP_GT: return "(%a > %b)";
	case PT_OP_LE: return "(%a <= %b)";
	case PT_OP_GE: return "(%a >= %b)";
	case PT_OP_EQ: return "(%a == %b)";
	case PT_OP_NE: return "(%a != %b)";
	default: return "0";
	}
}

static struct pt_emit_value divide(struct pt_emit *e,
				   const struct pt_expr *expr, bool rest,
				   struct pt_emit_value a,
				   struct pt_emit_value b,
				   const struct pt_expr *b_expr)
{
	struct pt_emit_value result;

	/* By a constant other than 0 and -1 nothing can go wrong. */
	if (b_expr->kind == PT_EXPR_NUMBER && b_expr->number > 0) {
		if (!rest)
			return combine(e, "ptrt_quotient(%a, %b)", a, b);
		a = pt_emit_atom(e, a, PT_TYPE_LONG);
		return combine(e, "(%a - ptrt_quotient(%a, %b) * %b)", a, b);
	}
	result = combine(
		e, rest ? "ptrt_mod(c, %a, %b)" : "ptrt_div(c, %a, %b)", a, b);
	result = pt_emit_atom(e, result, PT_TYPE_LONG);
	pt_emit_check(e, pt_emit_place(e, expr));
	return result;
}

struct pt_emit_value pt_emit_arith(struct pt_emit *e,
				   const struct pt_expr *expr,
				   struct pt_emit_value a,
				   struct pt_emit_value b,
				   const struct pt_expr *b_expr)
{
	if (expr->op == PT_OP_DIV || expr->op == PT_OP_MOD)
		return divide(e, expr, expr->op == PT_OP_MOD, a, b, b_expr);
	return combine(e, arith_format(expr->op), a, b);
}

static struct pt_emit_value compare_strings(struct pt_emit *e, enum pt_op op,
					    struct pt_emit_value a,
					    struct pt_emit_value b)
{
	struct pt_emit_value order = combine(e, "ptrt_compare(%a, %b)", a, b);

	return combine(e, arith_format(op), order,
		       pt_emit_value(e, "0", 0, true));
}

static struct pt_emit_value concat(struct pt_emit *e, struct pt_emit_value a,
				   struct pt_emit_value b)
{
	const char *temp = pt_emit_string_temp(e);

	pt_emit_line(e, "%s = ptrt_concat(c, %s, %s, %s);", temp,
		     pt_emit_buffer(e), a.text, b.text);
	return (struct pt_emit_value){
		.text = temp,
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", temp),
		.n = pt_arena_printf(e->arena, "%s.n", temp),
	};
}

/* The right side runs only if the left one does not decide. */
static struct pt_emit_value logical(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	bool is_and = expr->op == PT_OP_LOG_AND;
	unsigned later = pt_emit_changes(e, expr->right);
	struct pt_emit_value a = pt_emit_expr_before(e, expr->left, later);
	struct pt_out *before = pt_emit_divert(e, 1);
	struct pt_emit_value b = pt_emit_expr(e, expr->right);
	const char *text = pt_emit_undivert(e, before), *temp;

	if (!*text)
		return combine(e, is_and ? "(%a && %b)" : "(%a || %b)", a, b);
	temp = pt_emit_long_temp(e);
	pt_emit_line(e, "%s = !!%s;", temp, a.text);
	pt_out_open(before, is_and ? "if (%s)" : "if (!%s)", temp);
	g_string_append(before->text, text);
	pt_emit_line(e, "%s = !!%s;", temp, b.text);
	pt_out_close(before, "");
	return pt_emit_value(e, temp, 0, true);
}

struct pt_emit_value pt_emit_binary(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	struct pt_emit_value a, b;

	if (expr->op == PT_OP_LOG_AND || expr->op == PT_OP_LOG_OR)
		return logical(e, expr);
	a = pt_emit_expr_before(e, expr->left, pt_emit_changes(e, expr->right));
	b = pt_emit_expr(e, expr->right);
	if (expr->op == PT_OP_CONCAT)
		return concat(e, a, b);
	if (expr->left->type == PT_TYPE_STRING)
		return compare_strings(e, expr->op, a, b);
	return pt_emit_arith(e, expr, a, b, expr->right);
}

struct pt_emit_value pt_emit_ternary(struct pt_emit *e,
				     const struct pt_expr *expr)
{
	bool string = expr->type == PT_TYPE_STRING;
	unsigned later = pt_emit_changes(e, expr->right) |
			 pt_emit_changes(e, expr->third);
	struct pt_emit_value cond = pt_emit_expr_before(e, expr->left, later);
	struct pt_out *before = pt_emit_divert(e, 1);
	struct pt_emit_value a = pt_emit_expr(e, expr->right), b;
	const char *a_text = pt_emit_undivert(e, before), *b_text, *temp;
	unsigned changes;

	pt_emit_divert(e, 1);
	b = pt_emit_expr(e, expr->third);
	b_text = pt_emit_undivert(e, before);
	changes = a.changes | b.changes;
	if (!*a_text && !*b_text && !string)
		return pt_emit_value(e,
				     pt_arena_printf(e->arena, "(%s ? %s : %s)",
						     cond.text, a.text, b.text),
				     cond.changes | changes, false);
	temp = string ? pt_emit_string_temp(e) : pt_emit_long_temp(e);
	pt_out_open(before, "if (%s)", pt_emit_bare(e, cond.text));
	g_string_append(before->text, a_text);
	pt_emit_line(e, "%s = %s;", temp, a.text);
	before->indent--;
	pt_out_open(before, "} else");
	g_string_append(before->text, b_text);
	pt_emit_line(e, "%s = %s;", temp, b.text);
	pt_out_close(before, "");
	if (!string)
		return pt_emit_value(e, temp, 0, true);
	return (struct pt_emit_value){
		.text = temp,
		.changes = changes,
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", temp),
		.n = pt_arena_printf(e->arena, "%s.n", temp),
	};
}
