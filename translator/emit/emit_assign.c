/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assignments, ++ and --.
 */
#include "emit_state.h"

const char *pt_emit_offset(struct pt_emit *e, const struct pt_var *var)
{
	return pt_arena_printf(e->arena, "offsetof(struct pg_percpu, %s)",
			       pt_emit_var(e, var));
}

void pt_emit_set(struct pt_emit *e, const struct pt_var *var, const char *text)
{
	const char *name = pt_emit_var(e, var);

	if (var->type == PT_TYPE_STRING)
		pt_emit_line(e, "ptrt_strvar_set(c, &%s, %s);", name, text);
	else if (var->add_only)
		pt_emit_line(e, "ptrt_counter_set(c, %s, %s);",
			     pt_emit_offset(e, var), text);
	else
		pt_emit_line(e, "%s = %s;", name, pt_emit_bare(e, text));
}

static struct pt_emit_value nothing(struct pt_emit *e)
{
	return pt_emit_value(e, "0", 0, true);
}

static unsigned kind_of_change(const struct pt_var *var)
{
	return var->kind == PT_VAR_GLOBAL ? PT_CHANGES_GLOBALS
					  : PT_CHANGES_LOCALS;
}

/* The same value again, read back from a variable. */
static struct pt_emit_value read_back(struct pt_emit *e,
				      const struct pt_expr *left, bool unused)
{
	return unused ? nothing(e) : pt_emit_expr(e, left);
}

/* ---- statistics ------------------------------------------------------- */

static struct pt_emit_value stat_add(struct pt_emit *e,
				     const struct pt_expr *expr)
{
	const struct pt_expr *left = expr->left;
	const struct pt_var *var =
		left->kind == PT_EXPR_INDEX ? left->left->var : left->var;
	const char *name = pt_emit_var(e, var), *keys, *at;
	struct pt_emit_value value;

	if (left->kind == PT_EXPR_NAME) {
		e->body->uses_percpu = true;
		value = pt_emit_expr(e, expr->right);
		pt_emit_line(e, "ptrt_stat_add(&p->%s.stat, &%s_desc, %s);",
			     name, name, value.text);
		return nothing(e);
	}
	keys = pt_emit_keys(e, var, left->args, pt_emit_changes(e, expr->right),
			    NULL);
	/* Read before the element is made. */
	value = pt_emit_expr_before(e, expr->right, PT_CHANGES_GLOBALS);
	at = pt_emit_stat_temp(e);
	pt_emit_line(e, "%s = ptrt_map_stat(c, %s, %s);", at, name, keys);
	pt_emit_check(e, pt_emit_place(e, left));
	pt_emit_line(e, "ptrt_stat_add(%s, &%s_desc, %s);", at, name,
		     value.text);
	return nothing(e);
}

/* ---- variables -------------------------------------------------------- */

/* Adding and the like have their own operators in C. */
static const char *c_operator(enum pt_op op)
{
	switch (op) {
	case PT_OP_ADD: return "+=";
	case PT_OP_SUB: return "-=";
	case PT_OP_MUL: return "*=";
	case PT_OP_AND: return "&=";
	case PT_OP_OR: return "|=";
	case PT_OP_XOR: return "^=";
	default: return NULL;
	}
}

static struct pt_emit_value
assign_counter(struct pt_emit *e, const struct pt_expr *expr, bool unused)
{
	const struct pt_var *var = expr->left->var;
	struct pt_emit_value right = pt_emit_expr(e, expr->right);

	if (expr->op == PT_OP_ADD || expr->op == PT_OP_SUB) {
		e->body->uses_percpu = true;
		pt_emit_line(e, "p->%s %s %s;", pt_emit_var(e, var),
			     c_operator(expr->op), right.text);
	} else if (expr->op == PT_OP_NONE) {
		pt_emit_set(e, var, right.text);
	} else {
		pt_emit_set(e, var,
			    pt_emit_arith(e, expr, pt_emit_expr(e, expr->left),
					  right, expr->right)
				    .text);
	}
	return read_back(e, expr->left, unused);
}

static struct pt_emit_value assign_long(struct pt_emit *e,
					const struct pt_expr *expr, bool unused)
{
	const struct pt_var *var = expr->left->var;
	struct pt_emit_value right;

	if (var->add_only)
		return assign_counter(e, expr, unused);
	right = pt_emit_expr(e, expr->right);
	if (expr->op == PT_OP_NONE)
		pt_emit_set(e, var, right.text);
	else if (c_operator(expr->op))
		pt_emit_line(e, "%s %s %s;", pt_emit_var(e, var),
			     c_operator(expr->op), right.text);
	else
		pt_emit_set(e, var,
			    pt_emit_arith(e, expr, pt_emit_expr(e, expr->left),
					  right, expr->right)
				    .text);
	return read_back(e, expr->left, unused);
}

static struct pt_emit_value
assign_string(struct pt_emit *e, const struct pt_expr *expr, bool unused)
{
	const struct pt_var *var = expr->left->var;
	struct pt_emit_value right = pt_emit_expr(e, expr->right);

	if (expr->op == PT_OP_CONCAT)
		right.text = pt_arena_printf(
			e->arena, "ptrt_concat(c, %s, %s, %s)",
			pt_emit_buffer(e), pt_emit_expr(e, expr->left).text,
			right.text);
	pt_emit_set(e, var, right.text);
	return read_back(e, expr->left, unused);
}

/* ---- array elements --------------------------------------------------- */

/* Finds or makes the element: the text of the place. */
static const char *element(struct pt_emit *e, const struct pt_expr *left,
			   const char *keys)
{
	const char *at = pt_emit_element_temp(e);

	pt_emit_line(e, "%s = ptrt_map_long(c, %s, %s);", at,
		     pt_emit_var(e, left->left->var), keys);
	pt_emit_check(e, pt_emit_place(e, left));
	return pt_arena_printf(e->arena, "*%s", at);
}

static struct pt_emit_value element_value(struct pt_emit *e, const char *at,
					  bool unused)
{
	struct pt_emit_value value;

	if (unused)
		return nothing(e);
	value = pt_emit_value(e, at, PT_CHANGES_GLOBALS, false);
	return pt_emit_atom(e, value, PT_TYPE_LONG);
}

static struct pt_emit_value
assign_element(struct pt_emit *e, const struct pt_expr *expr, bool unused)
{
	const char *keys =
		pt_emit_keys(e, expr->left->left->var, expr->left->args,
			     pt_emit_changes(e, expr->right), NULL);
	struct pt_emit_value right =
		pt_emit_expr_before(e, expr->right, PT_CHANGES_GLOBALS);
	struct pt_emit_value result;
	const char *at = element(e, expr->left, keys);

	if (expr->op == PT_OP_NONE) {
		pt_emit_line(e, "%s = %s;", at, right.text);
	} else if (c_operator(expr->op)) {
		pt_emit_line(e, "%s %s %s;", at, c_operator(expr->op),
			     right.text);
	} else {
		result = pt_emit_arith(
			e, expr, pt_emit_value(e, at, PT_CHANGES_GLOBALS, true),
			right, expr->right);
		pt_emit_line(e, "%s = %s;", at, result.text);
	}
	return element_value(e, at, unused);
}

static struct pt_emit_value assign_string_element(struct pt_emit *e,
						  const struct pt_expr *expr,
						  bool unused)
{
	const struct pt_var *map = expr->left->left->var;
	const char *name = pt_emit_var(e, map), *old;
	const char *keys = pt_emit_keys(e, map, expr->left->args,
					pt_emit_changes(e, expr->right), NULL);
	/* A wrapping array may drop the element that the value stands in. */
	struct pt_emit_value right = pt_emit_expr_before(
		e, expr->right, map->wrap ? PT_CHANGES_GLOBALS : 0);

	if (expr->op == PT_OP_CONCAT) {
		old = pt_emit_string_temp(e);
		pt_emit_line(e, "%s = ptrt_map_get_str(c, %s, %s);", old, name,
			     keys);
		right.text =
			pt_arena_printf(e->arena, "ptrt_concat(c, %s, %s, %s)",
					pt_emit_buffer(e), old, right.text);
		right.atom = false;
	}
	right = pt_emit_atom(e, right, PT_TYPE_STRING);
	pt_emit_line(e, "ptrt_map_set_str(c, %s, %s, %s);", name, keys,
		     right.text);
	pt_emit_check(e, pt_emit_place(e, expr->left));
	if (unused)
		return nothing(e);
	right.changes |= PT_CHANGES_GLOBALS;
	return right;
}

/* ---- entries ---------------------------------------------------------- */

static void note_change(struct pt_emit *e, const struct pt_expr *left)
{
	const struct pt_expr *name =
		left->kind == PT_EXPR_INDEX ? left->left : left;

	e->body->changes |= kind_of_change(name->var);
}

struct pt_emit_value pt_emit_assign(struct pt_emit *e,
				    const struct pt_expr *expr, bool unused)
{
	const struct pt_expr *left = expr->left;

	if (left->kind == PT_EXPR_TARGET)
		return pt_emit_store(e, expr, unused);
	note_change(e, left);
	if (expr->op == PT_OP_STAT_ADD)
		return stat_add(e, expr);
	if (left->kind == PT_EXPR_INDEX)
		return left->type == PT_TYPE_STRING
			       ? assign_string_element(e, expr, unused)
			       : assign_element(e, expr, unused);
	return left->var->type == PT_TYPE_STRING
		       ? assign_string(e, expr, unused)
		       : assign_long(e, expr, unused);
}

/* PLACE++ and the like, where PLACE can be assigned to in C. */
static struct pt_emit_value crement(struct pt_emit *e,
				    const struct pt_expr *expr,
				    const char *place, unsigned changes,
				    bool unused)
{
	const char *op = expr->op == PT_OP_INC ? "+= 1" : "-= 1";
	struct pt_emit_value value = pt_emit_value(e, place, changes, false);

	if (!unused && !expr->prefix)
		value = pt_emit_atom(e, value, PT_TYPE_LONG);
	pt_emit_line(e, "%s %s;", place, op);
	if (!unused && expr->prefix)
		value = pt_emit_atom(e, value, PT_TYPE_LONG);
	return unused ? nothing(e) : value;
}

struct pt_emit_value pt_emit_crement(struct pt_emit *e,
				     const struct pt_expr *expr, bool unused)
{
	const struct pt_expr *left = expr->left;
	const struct pt_var *var = left->var;
	struct pt_emit_value value;
	const char *place;

	if (left->kind == PT_EXPR_TARGET)
		return pt_emit_store(e, expr, unused);
	note_change(e, left);
	if (left->kind == PT_EXPR_INDEX) {
		place = element(
			e, left,
			pt_emit_keys(e, left->left->var, left->args, 0, NULL));
		return crement(e, expr, place, PT_CHANGES_GLOBALS, unused);
	}
	place = pt_emit_var(e, var);
	if (!var->add_only)
		return crement(e, expr, place, kind_of_change(var), unused);
	e->body->uses_percpu = true;
	if (!unused && !expr->prefix)
		value = pt_emit_save(e, pt_emit_expr(e, left), PT_TYPE_LONG);
	pt_emit_line(e, "p->%s %s;", place,
		     expr->op == PT_OP_INC ? "+= 1" : "-= 1");
	if (unused)
		return nothing(e);
	return expr->prefix ? pt_emit_expr(e, left) : value;
}
