/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values.
 */
#include "emit_state.h"

#include <stdarg.h>
#include <string.h>

void pt_emit_refuse(struct pt_emit *e, struct pt_span span, const char *format,
		    ...)
{
	va_list args;
	char *text;

	if (e->error)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	e->error = pt_error_at(
		pt_error_new(e->arena, PT_E_UNSUPPORTED, "%s", text), span);
	g_free(text);
}

const char *pt_emit_bare(struct pt_emit *e, const char *text)
{
	size_t i, n = strlen(text);
	int depth = 0;

	if (text[0] != '(' || text[n - 1] != ')' || strchr(text, '"'))
		return text;
	for (i = 0; i + 1 < n; i++) {
		depth += (text[i] == '(') - (text[i] == ')');
		if (depth == 0)
			return text;
	}
	return pt_arena_strndup(e->arena, text + 1, n - 2);
}

struct pt_out *pt_emit_divert(struct pt_emit *e, unsigned indent)
{
	struct pt_out *before = e->body->out;

	e->body->out = pt_out_create(e->arena);
	e->body->out->indent = before->indent + indent;
	return before;
}

const char *pt_emit_undivert(struct pt_emit *e, struct pt_out *before)
{
	const char *text = e->body->out->text->str;

	e->body->out = before;
	return text;
}

void pt_emit_check(struct pt_emit *e, const char *place)
{
	pt_emit_line(e, "PTRT_CHECK(c, %s, %s);", place, e->body->fail->name);
	e->body->fail->used = true;
}

/* ---- kinds of values -------------------------------------------------- */

struct pt_emit_value pt_emit_value(struct pt_emit *e, const char *text,
				   unsigned changes, bool atom)
{
	(void)e;
	return (struct pt_emit_value){ .text = text,
				       .changes = changes,
				       .atom = atom };
}

struct pt_emit_value pt_emit_literal(struct pt_emit *e, const char *text,
				     size_t length)
{
	const char *c;

	/* A NUL ends a text, and so does its length. */
	length = strnlen(text, MIN(length, (size_t)e->maxstringlen - 1));
	c = pt_out_c_string(e->arena, text, length);
	return (struct pt_emit_value){
		.text = length ? pt_arena_printf(e->arena, "PTRT_LIT(%s)", c)
			       : "PTRT_EMPTY",
		.atom = true,
		.s = c,
		.n = pt_arena_printf(e->arena, "%zu", length),
	};
}

static struct pt_emit_value string_in(struct pt_emit *e, const char *name,
				      unsigned changes)
{
	return (struct pt_emit_value){
		.text = name,
		.changes = changes,
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", name),
		.n = pt_arena_printf(e->arena, "%s.n", name),
	};
}

struct pt_emit_value pt_emit_atom(struct pt_emit *e, struct pt_emit_value value,
				  enum pt_type type)
{
	const char *temp;

	if (value.atom)
		return value;
	if (type == PT_TYPE_STRING) {
		temp = pt_emit_string_temp(e);
		pt_emit_line(e, "%s = %s;", temp, value.text);
		return string_in(e, temp, value.changes);
	}
	temp = pt_emit_long_temp(e);
	pt_emit_line(e, "%s = %s;", temp, pt_emit_bare(e, value.text));
	return pt_emit_value(e, temp, 0, true);
}

struct pt_emit_value pt_emit_save(struct pt_emit *e, struct pt_emit_value value,
				  enum pt_type type)
{
	const char *temp;

	if (!value.changes)
		return value;
	if (type != PT_TYPE_STRING) {
		value.atom = false;
		return pt_emit_atom(e, value, type);
	}
	temp = pt_emit_string_temp(e);
	pt_emit_line(e, "%s = ptrt_copy(c, %s, %s);", temp, pt_emit_buffer(e),
		     value.text);
	return string_in(e, temp, 0);
}

struct pt_emit_value pt_emit_expr_before(struct pt_emit *e,
					 const struct pt_expr *expr,
					 unsigned later)
{
	struct pt_emit_value value = pt_emit_expr(e, expr);

	return value.changes & later ? pt_emit_save(e, value, expr->type)
				     : value;
}

/* ---- names and numbers ------------------------------------------------ */

static struct pt_emit_value number(struct pt_emit *e, int64_t n)
{
	const char *text;

	if (n == INT64_MIN)
		text = "(-9223372036854775807LL - 1)";
	else if (n < 0)
		text = pt_arena_printf(e->arena, "(%" G_GINT64_FORMAT "%s)", n,
				       n < -G_MAXINT32 ? "LL" : "");
	else
		text = pt_arena_printf(e->arena, "%" G_GINT64_FORMAT "%s", n,
				       n > G_MAXINT32 ? "LL" : "");
	return pt_emit_value(e, text, 0, true);
}

static struct pt_emit_value global_value(struct pt_emit *e,
					 const struct pt_var *var)
{
	const char *name = pt_emit_var(e, var);
	struct pt_emit_value value;

	if (var->type == PT_TYPE_STRING) {
		value = string_in(e, name, PT_CHANGES_GLOBALS);
		value.text =
			pt_arena_printf(e->arena, "ptrt_strvar_get(&%s)", name);
		return value;
	}
	if (var->add_only)
		return pt_emit_value(e,
				     pt_arena_printf(e->arena,
						     "ptrt_counter_get(c, %s)",
						     pt_emit_offset(e, var)),
				     PT_CHANGES_GLOBALS, false);
	return pt_emit_value(e, name, PT_CHANGES_GLOBALS, true);
}

static struct pt_emit_value name_value(struct pt_emit *e,
				       const struct pt_expr *expr)
{
	const struct pt_var *var = expr->var;
	struct pt_emit_value value;
	const char *name;

	if (var->kind == PT_VAR_GLOBAL)
		return global_value(e, var);
	if (e->body->entry)
		pt_emit_refuse(e, expr->span,
			       "'%s' has no value at the function's entry yet",
			       var->name);
	name = pt_emit_var(e, var);
	if (var->type != PT_TYPE_STRING)
		return pt_emit_value(e, name, PT_CHANGES_LOCALS, true);
	if (var->kind == PT_VAR_PARAM &&
	    !g_hash_table_contains(e->body->assigned, var))
		return string_in(e, name, 0);
	value = string_in(e, name, PT_CHANGES_LOCALS);
	value.text = pt_arena_printf(e->arena, "ptrt_strvar_get(&%s)", name);
	return value;
}

/* ---- arrays ----------------------------------------------------------- */

static void fill_key(struct pt_emit *e, const char *keys, unsigned i,
		     enum pt_type type, struct pt_emit_value value)
{
	if (type != PT_TYPE_STRING) {
		pt_emit_line(e, "%s[%u].v = %s;", keys, i,
			     pt_emit_bare(e, value.text));
		return;
	}
	value = pt_emit_atom(e, value, type);
	pt_emit_line(e, "%s[%u].s = %s;", keys, i, value.s);
	pt_emit_line(e, "%s[%u].n = %s;", keys, i, value.n);
}

const char *pt_emit_keys(struct pt_emit *e, const struct pt_var *map,
			 const GPtrArray *args, unsigned later, unsigned *wild)
{
	const char *keys = pt_emit_key_temp(e, args->len);
	unsigned i, bits = 0;

	for (i = 0; i < args->len; i++) {
		const struct pt_expr *arg = g_ptr_array_index(args, i);

		if (!arg) {
			bits |= 1u << i;
			continue;
		}
		fill_key(e, keys, i, map->keys[i],
			 pt_emit_expr_before(
				 e, arg,
				 later | pt_emit_changes_list(e, args, i + 1)));
	}
	if (wild)
		*wild = bits;
	return keys;
}

static struct pt_emit_value index_value(struct pt_emit *e,
					const struct pt_expr *expr)
{
	const struct pt_var *map;
	const char *keys, *temp;

	if (expr->left->kind == PT_EXPR_HIST)
		return pt_emit_bucket(e, expr);
	map = expr->left->var;
	keys = pt_emit_keys(e, map, expr->args, 0, NULL);
	if (expr->type != PT_TYPE_STRING)
		return pt_emit_value(
			e,
			pt_arena_printf(e->arena,
					"ptrt_map_get_long(c, %s, %s)",
					pt_emit_var(e, map), keys),
			PT_CHANGES_GLOBALS, false);
	temp = pt_emit_string_temp(e);
	pt_emit_line(e, "%s = ptrt_map_get_str(c, %s, %s);", temp,
		     pt_emit_var(e, map), keys);
	return string_in(e, temp, PT_CHANGES_GLOBALS);
}

static struct pt_emit_value in_value(struct pt_emit *e,
				     const struct pt_expr *expr)
{
	const struct pt_var *map = expr->left->var;
	const char *keys;
	unsigned wild;

	if (expr->left->kind == PT_EXPR_HIST)
		return pt_emit_hist_in(e, expr);
	keys = pt_emit_keys(e, map, expr->args, 0, &wild);
	return pt_emit_value(e,
			     pt_arena_printf(e->arena,
					     "ptrt_map_in(c, %s, %s, %u)",
					     pt_emit_var(e, map), keys, wild),
			     PT_CHANGES_GLOBALS, false);
}

/* ---- the rest --------------------------------------------------------- */

static struct pt_emit_value unary(struct pt_emit *e, const struct pt_expr *expr)
{
	struct pt_emit_value value = pt_emit_expr(e, expr->left);
	const char *op;

	switch (expr->op) {
	case PT_OP_NOT: op = "!"; break;
	case PT_OP_COMPL: op = "~"; break;
	case PT_OP_NEG: op = "-"; break;
	default: return value;
	}
	value.text = pt_arena_printf(e->arena, "(%s%s%s)", op,
				     expr->op == PT_OP_NOT ? "" : "(int64_t)",
				     value.text);
	value.atom = false;
	return value;
}

static struct pt_emit_value entry_value(struct pt_emit *e,
					const struct pt_expr *expr)
{
	const char *slot;

	/* Inside of what is saved at the entry, this is the entry. */
	if (e->body->entry)
		return pt_emit_expr(e, expr->left);
	e->body->uses_entry = true;
	slot = pt_arena_printf(e->arena, "v->v%d", expr->entry_slot);
	if (expr->type != PT_TYPE_STRING)
		return pt_emit_value(e, slot, 0, true);
	return (struct pt_emit_value){
		.text = pt_arena_printf(e->arena,
					"((struct ptrt_str){ %s.s, %s.n })",
					slot, slot),
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", slot),
		.n = pt_arena_printf(e->arena, "%s.n", slot),
	};
}

static struct pt_emit_value at_word(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	const struct pt_expr *code;

	if (strcmp(expr->text, "@const") == 0 && expr->args->len == 1) {
		code = g_ptr_array_index(expr->args, 0);
		return pt_emit_value(e,
				     pt_arena_printf(e->arena,
						     "((int64_t)(%s))",
						     code->text),
				     0, false);
	}
	pt_emit_refuse(e, expr->span, "'%s' is not supported yet", expr->text);
	return number(e, 0);
}

static struct pt_emit_value refused(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	pt_emit_refuse(e, expr->span, "%s",
		       expr->kind == PT_EXPR_HIST
			       ? "a histogram can only be printed or indexed"
			       : "this expression is not supported yet");
	return number(e, 0);
}

struct pt_emit_value pt_emit_expr(struct pt_emit *e, const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_NUMBER: return number(e, expr->number);
	case PT_EXPR_STRING:
		return pt_emit_literal(e, expr->text, expr->length);
	case PT_EXPR_NAME: return name_value(e, expr);
	case PT_EXPR_INDEX: return index_value(e, expr);
	case PT_EXPR_IN: return in_value(e, expr);
	case PT_EXPR_REGEX: return pt_emit_regex(e, expr);
	case PT_EXPR_UNARY: return unary(e, expr);
	case PT_EXPR_BINARY: return pt_emit_binary(e, expr);
	case PT_EXPR_TERNARY: return pt_emit_ternary(e, expr);
	case PT_EXPR_ASSIGN: return pt_emit_assign(e, expr, false);
	case PT_EXPR_CRUMENT: return pt_emit_crement(e, expr, false);
	case PT_EXPR_CALL: return pt_emit_call(e, expr, false);
	case PT_EXPR_EMBEDDED: return pt_emit_embedded(e, expr);
	case PT_EXPR_TARGET: return pt_emit_target(e, expr);
	case PT_EXPR_STAT: return pt_emit_stat(e, expr);
	case PT_EXPR_PRINT: return pt_emit_print(e, expr);
	case PT_EXPR_ENTRY: return entry_value(e, expr);
	case PT_EXPR_ATOP: return at_word(e, expr);
	default: return refused(e, expr);
	}
}

static void discard_ternary(struct pt_emit *e, const struct pt_expr *expr)
{
	struct pt_emit_value cond = pt_emit_expr(e, expr->left);
	struct pt_out *out = e->body->out;

	pt_out_open(out, "if (%s)", pt_emit_bare(e, cond.text));
	pt_emit_discard(e, expr->right);
	out->indent--;
	pt_out_open(out, "} else");
	pt_emit_discard(e, expr->third);
	pt_out_close(out, "");
}

void pt_emit_discard(struct pt_emit *e, const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_ASSIGN: pt_emit_assign(e, expr, true); break;
	case PT_EXPR_CRUMENT: pt_emit_crement(e, expr, true); break;
	case PT_EXPR_CALL: pt_emit_call(e, expr, true); break;
	case PT_EXPR_TERNARY: discard_ternary(e, expr); break;
	default:
		/* What it does is written; its value is not looked at. */
		pt_emit_expr(e, expr);
	}
}
