/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where casts take their types from: shared by the files of this room.
 */
#ifndef PT_CAST_H
#define PT_CAST_H

#include "probe.h"

/* "types of 'ext4' are not supported yet", at MODULE, a literal. */
struct pt_error *pt_value_no_module(struct pt_arena *arena,
				    const struct pt_expr *module);

#endif
