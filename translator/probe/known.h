/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that are there at some hits only: those that a function's callers have, if it
 * is one of these that called.
 */
#ifndef PT_KNOWN_H
#define PT_KNOWN_H

#include "probe.h"

/* What is not 0 when EXPR, whose target variables are resolved for a point of BOUND, has
 * a value; NULL: it always has one. */
struct pt_expr *pt_known(struct pt_arena *arena, struct pt_bound *bound,
			 const struct pt_expr *expr);

#endif
