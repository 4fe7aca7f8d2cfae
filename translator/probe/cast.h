/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where casts take their types from: shared by the files of this room.
 */
#ifndef PT_CAST_H
#define PT_CAST_H

#include "probe.h"

/* The debuginfo of what NAME, from the literal MODULE, calls: "kernel", or a
 * module. */
struct pt_error *pt_value_module(struct pt_probe_env *env,
				 const struct pt_expr *module, const char *name,
				 struct pt_dbg **ret);

#endif
