/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_ACCESS_REGISTERS_H
#define PTRT_ACCESS_REGISTERS_H

#include "../core/context.h"

/* Did the handler that C is of run because the current task was stopped in user code,
 * at a site of the script? */
static inline bool ptrt_hit_user_code(const struct ptrt_context *c)
{
	return c->probe && (c->probe->kind == PTRT_KIND_USER ||
			    c->probe->kind == PTRT_KIND_USER_RETURN);
}

#endif
