/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "context.h"

#include <string.h>

struct pt_expr *pt_make_expr(struct pt_sema *sema, enum pt_expr_kind kind,
			     struct pt_span span)
{
	struct pt_expr *expr = pt_new(sema->arena, struct pt_expr);

	expr->kind = kind;
	expr->span = span;
	expr->op_span = span;
	return expr;
}

struct pt_expr *pt_make_number(struct pt_sema *sema, struct pt_span span,
			       int64_t number)
{
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_NUMBER, span);

	expr->type = PT_TYPE_LONG;
	expr->number = number;
	return expr;
}

struct pt_expr *pt_make_string(struct pt_sema *sema, struct pt_span span,
			       const char *text)
{
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_STRING, span);

	expr->type = PT_TYPE_STRING;
	expr->text = text;
	expr->length = strlen(text);
	return expr;
}

struct pt_expr *pt_make_name(struct pt_sema *sema, struct pt_var *var)
{
	struct pt_expr *expr = pt_make_expr(sema, PT_EXPR_NAME, var->span);

	expr->text = var->name;
	expr->var = var;
	return expr;
}

struct pt_stmt *pt_make_stmt(struct pt_sema *sema, enum pt_stmt_kind kind,
			     struct pt_span span)
{
	struct pt_stmt *stmt = pt_new(sema->arena, struct pt_stmt);

	stmt->kind = kind;
	stmt->span = span;
	if (kind == PT_STMT_BLOCK)
		stmt->body = pt_arena_ptr_array(sema->arena);
	return stmt;
}

struct pt_stmt *pt_make_expr_stmt(struct pt_sema *sema, struct pt_expr *expr)
{
	struct pt_stmt *stmt = pt_make_stmt(sema, PT_STMT_EXPR, expr->span);

	stmt->expr = expr;
	expr->value_unused = true;
	return stmt;
}

void pt_make_each_unit(struct pt_sema *sema,
		       void (*work)(struct pt_sema *sema,
				    const struct pt_unit *unit, void *data),
		       void *data)
{
	struct pt_program *program = sema->program;

	for (guint i = 0; i < program->probes->len; i++) {
		struct pt_bound *bound = program->probes->pdata[i];
		struct pt_unit unit = {
			.bound = bound,
			.file = bound->source->file,
		};

		work(sema, &unit, data);
	}
	for (guint i = 0; i < program->functions->len; i++) {
		struct pt_function *function = program->functions->pdata[i];
		struct pt_unit unit = {
			.bound = function->bound,
			.function = function,
			.file = function->file,
		};

		work(sema, &unit, data);
	}
}

bool pt_make_user_written(struct pt_span span)
{
	return span.source && !span.source->library;
}

void pt_make_without(struct pt_sema *sema, GHashTable *gone)
{
	struct pt_program *program = sema->program;
	GPtrArray *probes = pt_arena_ptr_array(sema->arena);
	GPtrArray *functions = pt_arena_ptr_array(sema->arena);

	for (guint i = 0; i < program->probes->len; i++)
		if (!g_hash_table_contains(gone, program->probes->pdata[i]))
			g_ptr_array_add(probes, program->probes->pdata[i]);
	for (guint i = 0; i < program->functions->len; i++) {
		struct pt_function *function = program->functions->pdata[i];

		if (!function->bound ||
		    !g_hash_table_contains(gone, function->bound))
			g_ptr_array_add(functions, function);
	}
	program->probes = probes;
	program->functions = functions;
}
