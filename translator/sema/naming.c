/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and names that pass 3 and the probe families share.
 */
#include "context.h"

void pt_naming_pass(struct pt_sema *sema)
{
	struct pt_program *program = sema->program;

	for (guint i = 0; i < program->globals->len; i++)
		((struct pt_var *)program->globals->pdata[i])->index = i;
	for (guint i = 0; i < program->functions->len; i++)
		((struct pt_function *)program->functions->pdata[i])->index = i;
	for (guint i = 0; i < program->probes->len; i++) {
		struct pt_bound *bound = program->probes->pdata[i];

		bound->index = i;
		bound->c_name = pt_arena_printf(sema->arena, "pg_probe_%u", i);
	}
}
