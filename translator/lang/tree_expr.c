/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builders of expressions.
 */
#include <string.h>

#include "tree.h"

#define MAX_PRINT_ARGS 32

static unsigned depth_of(const struct pt_expr *expr)
{
	return expr ? expr->depth : 0;
}

static unsigned depth_of_all(GPtrArray *list)
{
	unsigned depth = 0, i;

	for (i = 0; list && i < list->len; i++)
		depth = MAX(depth, depth_of(g_ptr_array_index(list, i)));
	return depth;
}

/* Notes how deep EXPR is, once its children are in their places. */
static struct pt_expr *finish(struct pt_parser *p, struct pt_expr *expr)
{
	unsigned depth = MAX(depth_of(expr->left), depth_of(expr->right)), i;

	depth = MAX(depth, depth_of(expr->third));
	depth = MAX(depth, depth_of_all(expr->args));
	for (i = 0; expr->components && i < expr->components->len; i++) {
		const struct pt_component *component =
			g_ptr_array_index(expr->components, i);

		depth = MAX(depth, depth_of(component->index));
	}
	expr->depth = depth + 1;
	pt_tree_too_deep(p, expr->span, expr->depth);
	return expr;
}

static struct pt_expr *make(struct pt_parser *p, enum pt_expr_kind kind,
			    struct pt_span span, struct pt_span op_span)
{
	struct pt_expr *expr = pt_new(p->arena, struct pt_expr);

	expr->kind = kind;
	expr->span = span;
	expr->op_span = op_span;
	expr->depth = 1;
	return expr;
}

static struct pt_expr *make_word(struct pt_parser *p, enum pt_expr_kind kind,
				 pt_tok word, pt_tok close)
{
	return make(p, kind, pt_tree_join(word->span, close->span), word->span);
}

struct pt_expr *pt_tree_number(struct pt_parser *p, pt_tok token, bool minus)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_NUMBER, token->span, token->span);
	const char *wrong = pt_literal_number(token->text, &expr->number);

	if (wrong)
		pt_diag_error(p->session->diag, token->span, PT_E_LITERAL, "%s",
			      wrong);
	if (minus)
		expr->number = (int64_t)(0 - (uint64_t)expr->number);
	return expr;
}

struct pt_expr *pt_tree_string(struct pt_parser *p, pt_tok token)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_STRING, token->span, token->span);

	expr->text = token->text;
	expr->length = token->length;
	return expr;
}

struct pt_expr *pt_tree_embedded(struct pt_parser *p, pt_tok token)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_EMBEDDED, token->span, token->span);

	pt_tree_need_guru(p, token);
	expr->text = token->text;
	expr->length = token->length;
	expr->number = pt_pragmas(token->text, token->length);
	return expr;
}

struct pt_expr *pt_tree_name(struct pt_parser *p, pt_tok name)
{
	struct pt_expr *expr = make(p, PT_EXPR_NAME, name->span, name->span);

	expr->text = name->text;
	return expr;
}

struct pt_expr *pt_tree_index(struct pt_parser *p, struct pt_expr *base,
			      GPtrArray *keys, pt_tok close)
{
	struct pt_expr *expr;

	expr = make(p, PT_EXPR_INDEX, pt_tree_join(base->span, close->span),
		    base->span);
	expr->left = base;
	expr->args = keys;
	if (g_ptr_array_find(keys, NULL, NULL))
		g_ptr_array_add(p->wildcards, expr);
	return finish(p, expr);
}

/* ---- calls and the print family ---------------------------------------- */

static bool print_form(const char *name, struct pt_print *ret)
{
	static const struct pt_print forms[] = {
		{ .name = "print" },
		{ .name = "println", .newline = true },
		{ .name = "printd", .delimited = true },
		{ .name = "printdln", .delimited = true, .newline = true },
		{ .name = "printf", .formatted = true },
		{ .name = "print_char", .is_char = true },
		{ .name = "sprint", .to_string = true },
		{ .name = "sprintln", .to_string = true, .newline = true },
		{ .name = "sprintd", .to_string = true, .delimited = true },
		{ .name = "sprintdln",
		  .to_string = true,
		  .delimited = true,
		  .newline = true },
		{ .name = "sprintf", .to_string = true, .formatted = true },
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (strcmp(forms[i].name, name))
			continue;
		*ret = forms[i];
		return true;
	}
	return false;
}

static void check_print(struct pt_parser *p, const struct pt_print *print,
			const struct pt_expr *expr)
{
	unsigned count = expr->args->len;
	struct pt_diag *diag = p->session->diag;

	if (print->is_char && count != 1)
		pt_diag_error(diag, expr->span, PT_E_SYNTAX,
			      "'print_char' takes one value");
	else if (print->delimited && count < 2)
		pt_diag_error(diag, expr->span, PT_E_SYNTAX,
			      "'%s' needs more than one value to put its "
			      "delimiter between",
			      print->name);
	else if (!print->formatted && !count)
		pt_diag_error(diag, expr->span, PT_E_SYNTAX,
			      "'%s' needs a value to print", print->name);
	else if (count > MAX_PRINT_ARGS)
		pt_diag_error(diag, expr->span, PT_E_SYNTAX,
			      "'%s' takes at most %d values", print->name,
			      MAX_PRINT_ARGS);
}

static struct pt_expr *make_print(struct pt_parser *p, struct pt_expr *expr,
				  struct pt_print *print, GPtrArray *args)
{
	expr->kind = PT_EXPR_PRINT;
	expr->print = print;
	expr->args = args;
	if (print->formatted || print->delimited) {
		const struct pt_expr *first =
			args->len ? g_ptr_array_index(args, 0) : NULL;

		if (!first || first->kind != PT_EXPR_STRING) {
			pt_error_hint(
				pt_diag_error(p->session->diag,
					      first ? first->span : expr->span,
					      PT_E_SYNTAX,
					      "the first argument of '%s' must "
					      "be a string literal: its %s",
					      print->name,
					      print->formatted ? "format"
							       : "delimiter"),
				"write for example: %s(%s, value)", print->name,
				print->formatted ? "\"%d\\n\"" : "\", \"");
			return finish(p, expr);
		}
		print->format = g_ptr_array_steal_index(args, 0);
	}
	check_print(p, print, expr);
	return finish(p, expr);
}

struct pt_expr *pt_tree_call(struct pt_parser *p, pt_tok name, GPtrArray *args,
			     pt_tok close)
{
	struct pt_expr *expr = make_word(p, PT_EXPR_CALL, name, close);
	struct pt_print form;

	expr->text = name->text;
	if (print_form(name->text, &form)) {
		struct pt_print *print = pt_new(p->arena, struct pt_print);

		*print = form;
		return make_print(p, expr, print, args);
	}
	expr->args = args;
	return finish(p, expr);
}

/* ---- operators --------------------------------------------------------- */

static bool is_compare(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_BINARY && !expr->parens &&
	       expr->op >= PT_OP_LT && expr->op <= PT_OP_NE;
}

static bool is_bare(const struct pt_expr *expr, enum pt_expr_kind kind)
{
	return expr->kind == kind && !expr->parens;
}

static void ambiguous(struct pt_parser *p, pt_tok op,
		      const struct pt_expr *left)
{
	pt_error_note(pt_diag_error(p->session->diag, op->span, PT_E_SYNTAX,
				    "'%s' cannot follow here: put parentheses "
				    "around the left side",
				    op->text),
		      left->span, "this is the left side");
}

static bool is_variable(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_NAME || expr->kind == PT_EXPR_INDEX;
}

static void need_lvalue(struct pt_parser *p, const struct pt_expr *expr,
			pt_tok op)
{
	if (is_variable(expr) && expr->kind == PT_EXPR_INDEX &&
	    expr->left->kind == PT_EXPR_HIST)
		;
	else if (is_variable(expr))
		return;
	else if (op->op != PT_OP_STAT_ADD && !expr->address_of &&
		 !expr->pretty &&
		 (expr->kind == PT_EXPR_TARGET || expr->kind == PT_EXPR_DEREF))
		return;
	pt_diag_error(p->session->diag, expr->span, PT_E_LVALUE,
		      "'%s' needs a variable or an array element", op->text);
}

struct pt_expr *pt_tree_unary(struct pt_parser *p, pt_tok op,
			      struct pt_expr *operand)
{
	struct pt_expr *expr;

	expr = make(p, PT_EXPR_UNARY, pt_tree_join(op->span, operand->span),
		    op->span);
	expr->op = op->kind == '-'   ? PT_OP_NEG
		   : op->kind == '+' ? PT_OP_PLUS
				     : op->op;
	expr->left = operand;
	return finish(p, expr);
}

struct pt_expr *pt_tree_crement(struct pt_parser *p, pt_tok op,
				struct pt_expr *operand, bool prefix)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_CRUMENT,
		     prefix ? pt_tree_join(op->span, operand->span)
			    : pt_tree_join(operand->span, op->span),
		     op->span);

	need_lvalue(p, operand, op);
	expr->op = op->op;
	expr->prefix = prefix;
	expr->left = operand;
	return finish(p, expr);
}

static struct pt_expr *make_pair(struct pt_parser *p, enum pt_expr_kind kind,
				 struct pt_expr *left, pt_tok op,
				 struct pt_expr *right)
{
	struct pt_expr *expr =
		make(p, kind, pt_tree_join(left->span, right->span), op->span);

	expr->op = op->op;
	expr->left = left;
	expr->right = right;
	return finish(p, expr);
}

struct pt_expr *pt_tree_binary(struct pt_parser *p, struct pt_expr *left,
			       pt_tok op, struct pt_expr *right)
{
	if (op->op >= PT_OP_LT && op->op <= PT_OP_NE &&
	    (is_bare(left, PT_EXPR_REGEX) || is_bare(left, PT_EXPR_IN)))
		ambiguous(p, op, left);
	return make_pair(p, PT_EXPR_BINARY, left, op, right);
}

struct pt_expr *pt_tree_regex(struct pt_parser *p, struct pt_expr *left,
			      pt_tok op, pt_tok pattern)
{
	if (is_compare(left) || is_bare(left, PT_EXPR_REGEX))
		ambiguous(p, op, left);
	return make_pair(p, PT_EXPR_REGEX, left, op,
			 pt_tree_string(p, pattern));
}

struct pt_expr *pt_tree_in(struct pt_parser *p, GPtrArray *keys,
			   struct pt_span start, pt_tok op,
			   struct pt_expr *array)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_IN, pt_tree_join(start, array->span), op->span);
	const struct pt_expr *first = g_ptr_array_index(keys, 0);

	if (keys->len == 1 && first && is_bare(first, PT_EXPR_IN))
		ambiguous(p, op, first);
	expr->args = keys;
	expr->left = array;
	return finish(p, expr);
}

struct pt_expr *pt_tree_ternary(struct pt_parser *p, struct pt_expr *condition,
				pt_tok op, struct pt_expr *yes,
				struct pt_expr *no)
{
	struct pt_expr *expr =
		make(p, PT_EXPR_TERNARY,
		     pt_tree_join(condition->span, no->span), op->span);

	expr->left = condition;
	expr->right = yes;
	expr->third = no;
	return finish(p, expr);
}

struct pt_expr *pt_tree_assign(struct pt_parser *p, struct pt_expr *left,
			       pt_tok op, struct pt_expr *right)
{
	/* a ? b : c = d was a ? b : (c = d) */
	if (is_bare(left, PT_EXPR_TERNARY) &&
	    !pt_tree_has(p, PT_GATE_TERNARY)) {
		left->third = pt_tree_assign(p, left->third, op, right);
		left->span = pt_tree_join(left->span, right->span);
		return finish(p, left);
	}
	need_lvalue(p, left, op);
	return make_pair(p, PT_EXPR_ASSIGN, left, op, right);
}

struct pt_expr *pt_tree_parens(pt_tok open, struct pt_expr *inner, pt_tok close)
{
	inner->parens = true;
	inner->span = pt_tree_join(pt_tree_join(open->span, inner->span),
				   close->span);
	return inner;
}

/* ---- target variables -------------------------------------------------- */

/* NAME without the $ and $$ behind it, which say how to print. */
static const char *cut_marks(struct pt_parser *p, pt_tok name, unsigned *pretty)
{
	size_t length = name->length;

	*pretty = 0;
	while (length > 1 && name->text[length - 1] == '$') {
		length--;
		++*pretty;
	}
	if (*pretty > 2)
		pt_diag_error(p->session->diag, name->span, PT_E_SYNTAX,
			      "more than two '$' behind '%.*s'", (int)length,
			      name->text);
	return *pretty ? pt_arena_strndup(p->arena, name->text, length)
		       : name->text;
}

struct pt_expr *pt_tree_target(struct pt_parser *p, pt_tok name)
{
	struct pt_expr *expr = make(p, PT_EXPR_TARGET, name->span, name->span);

	expr->text = cut_marks(p, name, &expr->pretty);
	expr->components = pt_tree_list(p);
	return expr;
}

struct pt_expr *pt_tree_at_target(struct pt_parser *p, pt_tok word,
				  GPtrArray *args, pt_tok close)
{
	struct pt_expr *expr = make_word(p, PT_EXPR_TARGET, word, close);
	unsigned first = word->text[1] == 'c' ? 1 : 0, i;

	expr->text = word->text;
	expr->args = args;
	expr->components = pt_tree_list(p);
	if (args->len < first + 1 || args->len > first + 2)
		pt_error_hint(
			pt_diag_error(p->session->diag, expr->span, PT_E_SYNTAX,
				      "'%s' takes %s arguments", word->text,
				      first ? "2 or 3" : "1 or 2"),
			first ? "write @cast(pointer, \"type\", "
				"\"module\")"
			      : "write @var(\"name@file.c\", "
				"\"module\")");
	for (i = first; i < args->len; i++) {
		const struct pt_expr *arg = g_ptr_array_index(args, i);

		if (arg->kind != PT_EXPR_STRING)
			pt_diag_error(p->session->diag, arg->span, PT_E_SYNTAX,
				      "expected a string literal here in '%s'",
				      word->text);
	}
	return finish(p, expr);
}

/* The expression that takes one more step behind BASE: itself or a new one
 * around a script value. */
static struct pt_expr *stepping(struct pt_parser *p, struct pt_expr *base)
{
	struct pt_expr *expr;

	if (base->pretty)
		pt_diag_error(p->session->diag, base->span, PT_E_SYNTAX,
			      "'$' must stand at the end of a target variable");
	if (is_bare(base, PT_EXPR_TARGET) || is_bare(base, PT_EXPR_DEREF))
		return base;
	if (!pt_tree_has(p, PT_GATE_AUTOCAST))
		pt_error_hint(pt_diag_error(p->session->diag, base->span,
					    PT_E_SYNTAX,
					    "members of script values are not "
					    "known to version %s",
					    pt_compat_version(p->session)),
			      "use @cast(value, \"type\")->member");
	expr = make(p, PT_EXPR_DEREF, base->span, base->span);
	expr->left = base;
	expr->components = pt_tree_list(p);
	return expr;
}

static struct pt_expr *add_step(struct pt_parser *p, struct pt_expr *expr,
				struct pt_component step)
{
	struct pt_component *component = pt_new(p->arena, struct pt_component);

	*component = step;
	g_ptr_array_add(expr->components, component);
	expr->span = pt_tree_join(expr->span, step.span);
	return expr;
}

struct pt_expr *pt_tree_member(struct pt_parser *p, struct pt_expr *base,
			       pt_tok arrow, pt_tok name)
{
	struct pt_expr *expr = stepping(p, base);
	struct pt_component step = { .kind = PT_COMPONENT_MEMBER,
				     .span = name->span };

	if (expr != base)
		expr->op_span = arrow->span;
	step.name = cut_marks(p, name, &expr->pretty);
	add_step(p, expr, step);
	expr->depth = MAX(expr->depth, depth_of(expr->left) + 1);
	pt_tree_too_deep(p, expr->span, expr->depth);
	return expr;
}

struct pt_expr *pt_tree_subscript(struct pt_parser *p, struct pt_expr *base,
				  struct pt_expr *index, pt_tok close)
{
	struct pt_expr *expr = stepping(p, base);
	struct pt_component step = { .kind = PT_COMPONENT_INDEX,
				     .index = index,
				     .span = pt_tree_join(index->span,
							  close->span) };

	add_step(p, expr, step);
	expr->depth = MAX(expr->depth,
			  MAX(depth_of(expr->left), depth_of(index)) + 1);
	pt_tree_too_deep(p, expr->span, expr->depth);
	return expr;
}

struct pt_expr *pt_tree_pretty(struct pt_parser *p, struct pt_expr *base,
			       pt_tok marks)
{
	struct pt_expr *expr = stepping(p, base);

	if (expr != base)
		pt_diag_error(p->session->diag, marks->span, PT_E_SYNTAX,
			      "'%s' must stand behind a target variable or a "
			      "member",
			      marks->text);
	expr->pretty = (unsigned)marks->length;
	expr->span = pt_tree_join(expr->span, marks->span);
	return finish(p, expr);
}

struct pt_expr *pt_tree_address(struct pt_parser *p, pt_tok op,
				struct pt_expr *operand)
{
	struct pt_expr *expr = operand;

	if (!is_bare(operand, PT_EXPR_TARGET) &&
	    !is_bare(operand, PT_EXPR_DEREF)) {
		if (!pt_tree_has(p, PT_GATE_ADDRESS))
			pt_diag_error(p->session->diag, op->span, PT_E_LVALUE,
				      "'&' needs a target variable or a "
				      "member in version %s",
				      pt_compat_version(p->session));
		expr = make(p, PT_EXPR_DEREF, operand->span, op->span);
		expr->left = operand;
		expr->components = pt_tree_list(p);
	}
	if (expr->address_of || expr->pretty)
		pt_diag_error(p->session->diag, op->span, PT_E_LVALUE,
			      "'&' needs a target variable or a member");
	expr->address_of = true;
	expr->span = pt_tree_join(op->span, expr->span);
	return finish(p, expr);
}

/* ---- @words ------------------------------------------------------------ */

enum pt_stat_op pt_tree_stat_op(pt_tok word)
{
	static const char *const names[] = {
		[PT_STAT_COUNT] = "@count", [PT_STAT_SUM] = "@sum",
		[PT_STAT_MIN] = "@min",	    [PT_STAT_MAX] = "@max",
		[PT_STAT_AVG] = "@avg",	    [PT_STAT_VARIANCE] = "@variance",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++)
		if (!strcmp(names[i], word->text))
			break;
	return (enum pt_stat_op)i;
}

struct pt_expr *pt_tree_stat(struct pt_parser *p, pt_tok word,
			     struct pt_expr *subject, struct pt_expr *shift,
			     pt_tok close)
{
	struct pt_expr *expr = make_word(p, PT_EXPR_STAT, word, close);

	expr->text = word->text;
	expr->stat = pt_tree_stat_op(word);
	expr->left = subject;
	if (shift && expr->stat != PT_STAT_VARIANCE)
		pt_diag_error(p->session->diag, shift->span, PT_E_SYNTAX,
			      "'%s' takes one argument", word->text);
	else if (shift && (shift->number < 0 || shift->number > 62))
		pt_diag_error(p->session->diag, shift->span, PT_E_LITERAL,
			      "the shift of '@variance' must be from 0 to 62");
	else if (shift)
		expr->number = shift->number;
	return finish(p, expr);
}

struct pt_expr *pt_tree_hist(struct pt_parser *p, pt_tok word,
			     struct pt_expr *subject, struct pt_expr **params,
			     pt_tok close)
{
	struct pt_expr *expr = make_word(p, PT_EXPR_HIST, word, close);

	expr->text = word->text;
	expr->left = subject;
	expr->hist = params ? PT_HIST_LINEAR : PT_HIST_LOG;
	if (params) {
		expr->hist_low = params[0]->number;
		expr->hist_high = params[1]->number;
		expr->hist_width = params[2]->number;
		if (expr->hist_width <= 0)
			pt_diag_error(p->session->diag, params[2]->span,
				      PT_E_LITERAL,
				      "the bucket width must be positive");
	}
	return finish(p, expr);
}

struct pt_expr *pt_tree_wrap(struct pt_parser *p, pt_tok word,
			     struct pt_expr *inner, pt_tok close)
{
	struct pt_expr *expr = make_word(
		p,
		!strcmp(word->text, "@entry") ? PT_EXPR_ENTRY : PT_EXPR_DEFINED,
		word, close);

	expr->text = word->text;
	expr->left = inner;
	return finish(p, expr);
}

struct at_spec {
	const char *name;
	unsigned least, most;
	unsigned strings; /* bit mask: literals must be at these places */
	bool guru;
};

static const struct at_spec at_specs[] = {
	{ "@const", 1, 1, 1, true },	 { "@enum", 1, 1, 1, false },
	{ "@enumname", 1, 3, 6, false }, { "@errno", 0, 0, 0, false },
	{ "@kderef", 2, 2, 0, true },	 { "@kregister", 1, 1, 0, true },
	{ "@perf", 1, 1, 1, false },	 { "@probewrite", 1, 1, 0, false },
	{ "@uderef", 2, 2, 0, false },	 { "@uregister", 1, 1, 0, false },
};

static void check_at_args(struct pt_parser *p, const struct at_spec *spec,
			  const struct pt_expr *expr)
{
	unsigned count = expr->args->len, i;

	if (count < spec->least || count > spec->most)
		pt_diag_error(
			p->session->diag, expr->span, PT_E_SYNTAX,
			"'%s' takes %s arguments, not %u", spec->name,
			spec->least == spec->most
				? pt_arena_printf(p->arena, "%u", spec->least)
				: pt_arena_printf(p->arena, "%u to %u",
						  spec->least, spec->most),
			count);
	for (i = 0; i < count; i++) {
		const struct pt_expr *arg = g_ptr_array_index(expr->args, i);

		if (spec->strings & 1u << MIN(i, 31u) &&
		    arg->kind != PT_EXPR_STRING)
			pt_diag_error(p->session->diag, arg->span, PT_E_SYNTAX,
				      "expected a string literal here in '%s'",
				      spec->name);
	}
}

struct pt_expr *pt_tree_at_word(struct pt_parser *p, pt_tok word,
				GPtrArray *args, pt_tok close)
{
	struct pt_expr *expr = make_word(p, PT_EXPR_ATOP, word, close);
	size_t i;

	expr->text = word->text;
	expr->args = args ? args : pt_tree_list(p);
	for (i = 0; i < G_N_ELEMENTS(at_specs); i++) {
		if (strcmp(at_specs[i].name, word->text))
			continue;
		check_at_args(p, &at_specs[i], expr);
		if (at_specs[i].guru)
			pt_tree_need_guru(p, word);
	}
	return finish(p, expr);
}

void pt_tree_unknown_word(struct pt_parser *p, pt_tok word)
{
	GPtrArray *candidates = pt_at_words(p->arena);
	struct pt_error *error;

	if (pt_at_word(word->text)) {
		pt_diag_error(p->session->diag, word->span, PT_E_MACRO,
			      "there is no '%s' in version %s", word->text,
			      pt_compat_version(p->session));
		return;
	}
	error = pt_diag_error(p->session->diag, word->span, PT_E_MACRO,
			      "there is no macro or operator '%s'", word->text);

	pt_preproc_macro_names(p->preproc, candidates);
	pt_error_suggest(error, word->text, candidates);
}
