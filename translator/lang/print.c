/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees to text.  What comes out is parsed to the same tree again.
 */
#include "print.h"

#include <inttypes.h>
#include <string.h>

#include "parse.h"

/* ---- literals ---------------------------------------------------------- */

void pt_print_string(GString *to, const char *text, size_t length)
{
	static const char values[] = "\a\b\t\n\v\f\r\\\"",
			  letters[] = "abtnvfr\\\"";
	size_t i;

	g_string_append_c(to, '"');
	for (i = 0; i < length; i++) {
		char c = text[i];
		const char *value = c ? strchr(values, c) : NULL;

		if (value)
			g_string_append_printf(to, "\\%c",
					       letters[value - values]);
		else if ((unsigned char)c < ' ' || c == 0x7f)
			g_string_append_printf(to, "\\%03o", (unsigned char)c);
		else
			g_string_append_c(to, c);
	}
	g_string_append_c(to, '"');
}

/* Embedded C as it was written, with whatever bytes it has. */
static void print_code(GString *to, const char *code, size_t length)
{
	g_string_append(to, "%{");
	g_string_append_len(to, code, (gssize)length);
	g_string_append(to, "%}");
}

/* There is no negative literal: what wrapped when it was read is written as it
 * was. */
static void print_number(GString *to, int64_t number)
{
	if (number < 0)
		g_string_append_printf(to, "0x%" PRIx64, (uint64_t)number);
	else
		g_string_append_printf(to, "%" PRId64, number);
}

/* ---- expressions ------------------------------------------------------- */

/* Levels of section 5: the smaller, the tighter. */
enum level {
	PRIMARY = 1,
	CRUMENT,
	UNARY,
	MUL,
	ADD,
	CONCAT,
	SHIFT,
	COMPARE,
	IN,
	BIT_AND,
	BIT_XOR,
	BIT_OR,
	LOG_AND,
	LOG_OR,
	TERNARY,
	ASSIGN,
};

static enum level op_level(enum pt_op op)
{
	switch (op) {
	case PT_OP_MUL:
	case PT_OP_DIV:
	case PT_OP_MOD: return MUL;
	case PT_OP_ADD:
	case PT_OP_SUB: return ADD;
	case PT_OP_CONCAT: return CONCAT;
	case PT_OP_SHL:
	case PT_OP_SHR:
	case PT_OP_USHR: return SHIFT;
	case PT_OP_AND: return BIT_AND;
	case PT_OP_XOR: return BIT_XOR;
	case PT_OP_OR: return BIT_OR;
	case PT_OP_LOG_AND: return LOG_AND;
	case PT_OP_LOG_OR: return LOG_OR;
	default: return COMPARE;
	}
}

static enum level level_of(const struct pt_expr *expr)
{
	switch (expr->kind) {
	case PT_EXPR_UNARY: return UNARY;
	case PT_EXPR_CRUMENT: return CRUMENT;
	case PT_EXPR_BINARY: return op_level(expr->op);
	case PT_EXPR_REGEX: return COMPARE;
	case PT_EXPR_IN: return IN;
	case PT_EXPR_TERNARY: return TERNARY;
	case PT_EXPR_ASSIGN: return ASSIGN;
	case PT_EXPR_TARGET:
	case PT_EXPR_DEREF: return expr->address_of ? UNARY : PRIMARY;
	default: return PRIMARY;
	}
}

static void print_bare(GString *to, const struct pt_expr *expr);

/* EXPR where nothing looser than MOST may stand. */
static void print_at(GString *to, const struct pt_expr *expr, enum level most)
{
	bool parens = expr->parens || level_of(expr) > most;

	if (parens)
		g_string_append_c(to, '(');
	print_bare(to, expr);
	if (parens)
		g_string_append_c(to, ')');
}

static void print_list(GString *to, GPtrArray *list, bool follows)
{
	unsigned i;

	for (i = 0; list && i < list->len; i++) {
		const struct pt_expr *expr = g_ptr_array_index(list, i);

		if (i || follows)
			g_string_append(to, ", ");
		if (expr)
			print_at(to, expr, ASSIGN);
		else
			g_string_append_c(to, '*');
	}
}

static void print_steps(GString *to, const struct pt_expr *expr)
{
	unsigned i;

	for (i = 0; expr->components && i < expr->components->len; i++) {
		const struct pt_component *step =
			g_ptr_array_index(expr->components, i);

		if (step->kind == PT_COMPONENT_MEMBER) {
			g_string_append_printf(to, "->%s", step->name);
			continue;
		}
		g_string_append_c(to, '[');
		print_at(to, step->index, ASSIGN);
		g_string_append_c(to, ']');
	}
	g_string_append_len(to, "$$", (gssize)MIN(expr->pretty, 2u));
}

static void print_call(GString *to, const char *name,
		       const struct pt_expr *first, GPtrArray *args)
{
	g_string_append_printf(to, "%s(", name);
	if (first)
		print_at(to, first, ASSIGN);
	print_list(to, args, first != NULL);
	g_string_append_c(to, ')');
}

static void print_target(GString *to, const struct pt_expr *expr)
{
	if (expr->address_of)
		g_string_append_c(to, '&');
	if (expr->kind == PT_EXPR_DEREF)
		print_at(to, expr->left, PRIMARY);
	else if (expr->text[0] == '@')
		print_call(to, expr->text, NULL, expr->args);
	else
		g_string_append(to, expr->text);
	print_steps(to, expr);
}

static void print_hist(GString *to, const struct pt_expr *expr)
{
	if (expr->hist == PT_HIST_LOG) {
		print_call(to, "@hist_log", expr->left, NULL);
		return;
	}
	g_string_append(to, "@hist_linear(");
	print_at(to, expr->left, ASSIGN);
	g_string_append_printf(to, ", %" PRId64 ", %" PRId64 ", %" PRId64 ")",
			       expr->hist_low, expr->hist_high,
			       expr->hist_width);
}

static const char *const stat_names[] = {
	[PT_STAT_COUNT] = "@count", [PT_STAT_SUM] = "@sum",
	[PT_STAT_MIN] = "@min",	    [PT_STAT_MAX] = "@max",
	[PT_STAT_AVG] = "@avg",	    [PT_STAT_VARIANCE] = "@variance",
};

static void print_stat(GString *to, const struct pt_expr *expr)
{
	g_string_append_printf(to, "%s(", stat_names[expr->stat]);
	print_at(to, expr->left, ASSIGN);
	if (expr->number)
		g_string_append_printf(to, ", %" PRId64, expr->number);
	g_string_append_c(to, ')');
}

static void print_in(GString *to, const struct pt_expr *expr)
{
	const struct pt_expr *first = g_ptr_array_index(expr->args, 0);

	if (expr->args->len == 1 && first) {
		print_at(to, first, COMPARE);
	} else {
		g_string_append_c(to, '[');
		print_list(to, expr->args, false);
		g_string_append_c(to, ']');
	}
	g_string_append(to, " in ");
	print_at(to, expr->left, PRIMARY);
}

/* "- -x" and "+ ++x" need the space. */
static void print_unary(GString *to, const struct pt_expr *expr)
{
	const char *text = pt_op_text(expr->op);
	size_t place;

	g_string_append(to, text);
	place = to->len;
	print_at(to, expr->left, UNARY);
	/* "--" and "!~" are operators of their own. */
	if (to->str[place] == text[0] ||
	    (text[0] == '!' && to->str[place] == '~'))
		g_string_insert_c(to, (gssize)place, ' ');
}

static void print_crument(GString *to, const struct pt_expr *expr)
{
	if (expr->prefix)
		g_string_append(to, pt_op_text(expr->op));
	print_at(to, expr->left, PRIMARY);
	if (!expr->prefix)
		g_string_append(to, pt_op_text(expr->op));
}

static void print_pair(GString *to, const struct pt_expr *expr,
		       const char *suffix, enum level left, enum level right)
{
	print_at(to, expr->left, left);
	g_string_append_printf(to, " %s%s ", pt_op_text(expr->op), suffix);
	print_at(to, expr->right, right);
}

static void print_ternary(GString *to, const struct pt_expr *expr)
{
	print_at(to, expr->left, LOG_OR);
	g_string_append(to, " ? ");
	print_at(to, expr->right, ASSIGN);
	g_string_append(to, " : ");
	print_at(to, expr->third, TERNARY);
}

static void print_bare(GString *to, const struct pt_expr *expr)
{
	enum level level = level_of(expr);

	switch (expr->kind) {
	case PT_EXPR_NUMBER: print_number(to, expr->number); break;
	case PT_EXPR_STRING:
		pt_print_string(to, expr->text, expr->length);
		break;
	case PT_EXPR_NAME: g_string_append(to, expr->text); break;
	case PT_EXPR_INDEX:
		print_at(to, expr->left, PRIMARY);
		g_string_append_c(to, '[');
		print_list(to, expr->args, false);
		g_string_append_c(to, ']');
		break;
	case PT_EXPR_CALL: print_call(to, expr->text, NULL, expr->args); break;
	case PT_EXPR_UNARY: print_unary(to, expr); break;
	case PT_EXPR_CRUMENT: print_crument(to, expr); break;
	case PT_EXPR_BINARY: print_pair(to, expr, "", level, level - 1); break;
	case PT_EXPR_REGEX: print_pair(to, expr, "", SHIFT, PRIMARY); break;
	case PT_EXPR_IN: print_in(to, expr); break;
	case PT_EXPR_TERNARY: print_ternary(to, expr); break;
	case PT_EXPR_ASSIGN:
		print_pair(to, expr, expr->op == PT_OP_STAT_ADD ? "" : "=",
			   TERNARY, ASSIGN);
		break;
	case PT_EXPR_TARGET:
	case PT_EXPR_DEREF: print_target(to, expr); break;
	case PT_EXPR_STAT: print_stat(to, expr); break;
	case PT_EXPR_HIST: print_hist(to, expr); break;
	case PT_EXPR_PRINT:
		print_call(to, expr->print->name, expr->print->format,
			   expr->args);
		break;
	case PT_EXPR_DEFINED:
		print_call(to, "@defined", expr->left, NULL);
		break;
	case PT_EXPR_ENTRY: print_call(to, "@entry", expr->left, NULL); break;
	case PT_EXPR_ATOP: print_call(to, expr->text, NULL, expr->args); break;
	case PT_EXPR_EMBEDDED: print_code(to, expr->text, expr->length); break;
	}
}

void pt_print_expr(GString *to, const struct pt_expr *expr)
{
	print_at(to, expr, ASSIGN);
}

/* ---- statements -------------------------------------------------------- */

static void tabs(GString *to, unsigned indent)
{
	while (indent--)
		g_string_append_c(to, '\t');
}

static void print_mark(GString *to, const struct pt_foreach *head, int column)
{
	if (head->sort_direction && head->sort_column == column)
		g_string_append_c(to, head->sort_direction > 0 ? '+' : '-');
}

static void print_keys(GString *to, const struct pt_foreach *head)
{
	unsigned i;

	if (head->keys->len > 1)
		g_string_append_c(to, '[');
	for (i = 0; i < head->keys->len; i++) {
		const struct pt_expr *key = g_ptr_array_index(head->keys, i);

		g_string_append_printf(to, "%s%s", i ? ", " : "", key->text);
		print_mark(to, head, (int)i + 1);
	}
	if (head->keys->len > 1)
		g_string_append_c(to, ']');
}

static void print_foreach_head(GString *to, const struct pt_foreach *head)
{
	if (head->value)
		g_string_append_printf(to, "%s = ", head->value->text);
	print_keys(to, head);
	g_string_append(to, " in ");
	print_at(to, head->array, PRIMARY);
	if (head->slice) {
		g_string_append_c(to, '[');
		print_list(to, head->slice, false);
		g_string_append_c(to, ']');
	}
	if (head->sort_stat_given)
		g_string_append_printf(to, " %s", stat_names[head->sort_stat]);
	/* By value: the mark may stand behind the array in all cases. */
	if (head->sort_stat_given && head->sort_column)
		g_string_append_c(to, head->sort_direction > 0 ? '+' : '-');
	else
		print_mark(to, head, 0);
	if (head->limit) {
		g_string_append(to, " limit ");
		print_at(to, head->limit, ASSIGN);
	}
}

/* A statement that belongs to another: a block goes on its line. */
static void print_body(GString *to, const struct pt_stmt *stmt, unsigned indent)
{
	if (stmt->kind == PT_STMT_BLOCK) {
		g_string_append_c(to, ' ');
		pt_print_stmt(to, stmt, indent);
	} else {
		g_string_append_c(to, '\n');
		tabs(to, indent + 1);
		pt_print_stmt(to, stmt, indent + 1);
	}
}

/* True if an else behind STMT would be taken for its own. */
static bool takes_else(const struct pt_stmt *stmt)
{
	for (;;) {
		switch (stmt->kind) {
		case PT_STMT_IF:
			if (!stmt->other)
				return true;
			stmt = stmt->other;
			break;
		case PT_STMT_WHILE:
		case PT_STMT_FOR:
		case PT_STMT_FOREACH: stmt = stmt->then; break;
		default: return false;
		}
	}
}

static void print_if(GString *to, const struct pt_stmt *stmt, unsigned indent)
{
	g_string_append(to, "if (");
	print_at(to, stmt->expr, ASSIGN);
	g_string_append_c(to, ')');
	if (stmt->other && takes_else(stmt->then)) {
		g_string_append(to, " { ");
		pt_print_stmt(to, stmt->then, indent);
		g_string_append(to, " }");
	} else {
		print_body(to, stmt->then, indent);
	}
	if (!stmt->other)
		return;
	g_string_append_c(to, '\n');
	tabs(to, indent);
	g_string_append(to, "else");
	if (stmt->other->kind == PT_STMT_IF) {
		g_string_append_c(to, ' ');
		pt_print_stmt(to, stmt->other, indent);
	} else {
		print_body(to, stmt->other, indent);
	}
}

static void print_for(GString *to, const struct pt_stmt *stmt, unsigned indent)
{
	const struct pt_expr *const parts[] = { stmt->init, stmt->expr,
						stmt->step };
	int i;

	g_string_append(to, "for (");
	for (i = 0; i < 3; i++) {
		if (i)
			g_string_append(to, "; ");
		if (parts[i])
			print_at(to, parts[i], ASSIGN);
	}
	g_string_append_c(to, ')');
	print_body(to, stmt->then, indent);
}

static void print_block(GString *to, const struct pt_stmt *stmt,
			unsigned indent)
{
	unsigned i;

	g_string_append(to, "{\n");
	for (i = 0; i < stmt->body->len; i++) {
		tabs(to, indent + 1);
		pt_print_stmt(to, g_ptr_array_index(stmt->body, i), indent + 1);
		g_string_append_c(to, '\n');
	}
	tabs(to, indent);
	g_string_append_c(to, '}');
}

static void print_try(GString *to, const struct pt_stmt *stmt, unsigned indent)
{
	g_string_append(to, "try ");
	pt_print_stmt(to, stmt->then, indent);
	g_string_append_c(to, '\n');
	tabs(to, indent);
	g_string_append(to, "catch ");
	if (stmt->expr)
		g_string_append_printf(to, "(%s) ", stmt->expr->text);
	pt_print_stmt(to, stmt->other, indent);
}

static void print_word(GString *to, const char *word,
		       const struct pt_expr *expr)
{
	g_string_append(to, word);
	if (expr) {
		g_string_append_c(to, ' ');
		print_at(to, expr, ASSIGN);
	}
	g_string_append_c(to, ';');
}

void pt_print_stmt(GString *to, const struct pt_stmt *stmt, unsigned indent)
{
	switch (stmt->kind) {
	case PT_STMT_BLOCK: print_block(to, stmt, indent); break;
	case PT_STMT_EMPTY: g_string_append_c(to, ';'); break;
	case PT_STMT_EXPR:
		print_at(to, stmt->expr, ASSIGN);
		g_string_append_c(to, ';');
		break;
	case PT_STMT_IF: print_if(to, stmt, indent); break;
	case PT_STMT_WHILE:
		g_string_append(to, "while (");
		print_at(to, stmt->expr, ASSIGN);
		g_string_append_c(to, ')');
		print_body(to, stmt->then, indent);
		break;
	case PT_STMT_FOR: print_for(to, stmt, indent); break;
	case PT_STMT_FOREACH:
		g_string_append(to, "foreach (");
		print_foreach_head(to, stmt->foreach);
		g_string_append_c(to, ')');
		print_body(to, stmt->then, indent);
		break;
	case PT_STMT_BREAK: g_string_append(to, "break;"); break;
	case PT_STMT_CONTINUE: g_string_append(to, "continue;"); break;
	case PT_STMT_RETURN: print_word(to, "return", stmt->expr); break;
	case PT_STMT_NEXT: g_string_append(to, "next;"); break;
	case PT_STMT_DELETE: print_word(to, "delete", stmt->expr); break;
	case PT_STMT_TRY: print_try(to, stmt, indent); break;
	case PT_STMT_EMBEDDED:
		print_code(to, stmt->code, stmt->code_length);
		break;
	}
}

/* ---- declarations ------------------------------------------------------ */

void pt_print_point(GString *to, const struct pt_point *point)
{
	unsigned i;

	for (i = 0; i < point->components->len; i++) {
		const struct pt_point_component *component =
			g_ptr_array_index(point->components, i);

		g_string_append_printf(to, "%s%s", i ? "." : "",
				       component->name);
		if (component->arg == PT_ARG_NUMBER) {
			g_string_append_printf(to, "(%" PRId64 ")",
					       component->number);
		} else if (component->arg == PT_ARG_STRING) {
			g_string_append_c(to, '(');
			pt_print_string(to, component->text,
					strlen(component->text));
			g_string_append_c(to, ')');
		}
	}
}

static void print_points(GString *to, GPtrArray *points, const char *between)
{
	unsigned i;

	for (i = 0; i < points->len; i++) {
		const struct pt_point *point = g_ptr_array_index(points, i);

		if (i)
			g_string_append(to, between);
		pt_print_point(to, point);
		if (point->optional || point->sufficient)
			g_string_append_c(to, point->optional ? '?' : '!');
		if (point->condition) {
			g_string_append(to, " if (");
			print_at(to, point->condition, ASSIGN);
			g_string_append_c(to, ')');
		}
	}
}

static void print_global(GString *to, const struct pt_var *var)
{
	g_string_append_printf(to, "%s %s%s",
			       var->is_private ? "private global" : "global",
			       var->name, var->wrap ? "%" : "");
	if (var->size)
		g_string_append_printf(to, "[%" PRId64 "]", var->size);
	if (var->init && var->init->kind == PT_EXPR_NUMBER)
		g_string_append_printf(to, " = %" PRId64, var->init->number);
	else if (var->init) {
		g_string_append(to, " = ");
		print_at(to, var->init, PRIMARY);
	}
	g_string_append_c(to, '\n');
}

static void print_type(GString *to, enum pt_type type)
{
	if (type != PT_TYPE_UNKNOWN)
		g_string_append_printf(to, ":%s", pt_type_name(type));
}

static void print_function(GString *to, const struct pt_function *function)
{
	unsigned i;

	g_string_append_printf(to, "%sfunction %s",
			       function->is_private ? "private " : "",
			       function->name);
	print_type(to, function->return_type);
	g_string_append(to, " (");
	for (i = 0; i < function->params->len; i++) {
		const struct pt_var *param =
			g_ptr_array_index(function->params, i);

		g_string_append_printf(to, "%s%s", i ? ", " : "", param->name);
		print_type(to, param->type);
	}
	g_string_append_c(to, ')');
	if (function->priority_given)
		g_string_append_printf(to, " : %d", function->priority);
	g_string_append_c(to, '\n');
	pt_print_stmt(to, function->body, 0);
	g_string_append_c(to, '\n');
}

static void print_alias(GString *to, const struct pt_alias *alias)
{
	const char *op = alias->prologue ? " = " : " += ";

	g_string_append(to, "probe ");
	print_points(to, alias->names, op);
	g_string_append(to, op);
	print_points(to, alias->points, ", ");
	g_string_append_c(to, '\n');
	pt_print_stmt(to, alias->prologue ? alias->prologue : alias->epilogue,
		      0);
	if (alias->prologue && alias->epilogue) {
		g_string_append(to, ",\n");
		pt_print_stmt(to, alias->epilogue, 0);
	}
	g_string_append_c(to, '\n');
}

static void print_probe(GString *to, const struct pt_probe *probe)
{
	g_string_append(to, "probe ");
	print_points(to, probe->points, ", ");
	g_string_append_c(to, '\n');
	pt_print_stmt(to, probe->body, 0);
	g_string_append_c(to, '\n');
}

void pt_print_file(GString *to, const struct pt_file *file)
{
	unsigned i;

	for (i = 0; i < file->embedded->len; i++) {
		const struct pt_embedded *embedded =
			g_ptr_array_index(file->embedded, i);

		print_code(to, embedded->code, embedded->length);
		g_string_append_c(to, '\n');
	}
	for (i = 0; i < file->globals->len; i++)
		print_global(to, g_ptr_array_index(file->globals, i));
	for (i = 0; i < file->functions->len; i++)
		print_function(to, g_ptr_array_index(file->functions, i));
	for (i = 0; i < file->aliases->len; i++)
		print_alias(to, g_ptr_array_index(file->aliases, i));
	for (i = 0; i < file->probes->len; i++)
		print_probe(to, g_ptr_array_index(file->probes, i));
}
