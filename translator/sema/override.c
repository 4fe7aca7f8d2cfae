/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -G NAME=VALUE: another initial value for a scalar global.
 */
#include "context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct pt_expr *literal(struct pt_sema *sema, const struct pt_var *var,
			       const char *value)
{
	size_t n = strlen(value);
	struct pt_expr *expr;
	long long number;
	char *end;

	errno = 0;
	number = strtoll(value, &end, 0);
	if (errno == ERANGE) {
		errno = 0;
		number = (long long)strtoull(value, &end, 0);
	}
	if (*value && !*end && !errno &&
	    !(var->init && var->init->kind == PT_EXPR_STRING)) {
		expr = pt_make_number(sema, var->span, number);
	} else {
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
			value = pt_arena_strndup(sema->arena, value + 1, n - 2);
		expr = pt_make_string(sema, var->span, value);
	}
	expr->type = PT_TYPE_UNKNOWN;
	return expr;
}

static void override(struct pt_sema *sema, const struct pt_define *define)
{
	struct pt_span nowhere = { .source = NULL };
	struct pt_var *var = pt_join_global(sema, sema->script, define->name);
	GPtrArray *names, *globals = sema->script->globals;

	if (!define->value) {
		pt_error_hint(pt_diag_error(sema->diag, nowhere, PT_E_OPTION,
					    "-G %s has no value", define->name),
			      "write -G %s=VALUE", define->name);
	} else if (!var) {
		names = pt_arena_ptr_array(sema->arena);
		for (guint i = 0; i < globals->len; i++)
			g_ptr_array_add(
				names,
				(void *)((struct pt_var *)globals->pdata[i])
					->name);
		pt_error_suggest(pt_diag_error(sema->diag, nowhere,
					       PT_E_UNKNOWN_VARIABLE,
					       "-G %s=%s: the script has no "
					       "global '%s'",
					       define->name, define->value,
					       define->name),
				 define->name, names);
	} else {
		var->init = literal(sema, var, define->value);
	}
}

void pt_override_pass(struct pt_sema *sema)
{
	GPtrArray *given = sema->session->options.globals;

	for (guint i = 0; given && i < given->len; i++)
		override(sema, given->pdata[i]);
}
