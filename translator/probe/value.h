/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Target variables: what $x, $return, $$vars, @var and @cast are made of.  The
 * families' `variable` and `list_variables` functions.
 */
#ifndef PT_VALUE_H
#define PT_VALUE_H

#include "probe.h"

/* See struct pt_family.  BOUND NULL or without sites: @cast and @var work, the
 * others are PT_E_UNKNOWN_VARIABLE. */
struct pt_error *pt_value_variable(struct pt_probe_env *env,
				   struct pt_bound *bound,
				   struct pt_expr **target);

struct pt_error *pt_value_list(struct pt_probe_env *env,
			       const struct pt_bound *bound, GPtrArray *ret);

#endif
