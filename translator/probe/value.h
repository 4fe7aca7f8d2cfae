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

/* VALUE as it was at the entry, for a point of BOUND that is a return. */
struct pt_expr *pt_value_snapshot(struct pt_arena *arena,
				  struct pt_bound *bound,
				  struct pt_expr *value);

/* What a script value can be taken for, so that `->` may follow it. */
struct pt_shape {
	struct pt_dbg *dbg;	   /* that the type is of */
	struct pt_dbg_value value; /* starts from operand 0 */
};

/* Resolves TARGET, a DEREF whose left side has a shape. */
struct pt_error *pt_value_deref(struct pt_probe_env *env,
				struct pt_expr **target);

/* The type NAME in the debuginfo that MODULE names ("kernel", "<header.h>",
 * "kernel<linux/x.h>", a module, several with colons between them; NULL: HERE, then
 * the kernel), as pt_dbg_cast() gives it, and that debuginfo. */
struct pt_value_cast {
	const struct pt_expr *type, *module; /* literals; module may be NULL */
	struct pt_dbg *here; /* of the probed function; NULL: none */
	bool array;
};
struct pt_error *pt_value_cast(struct pt_probe_env *env,
			       const struct pt_value_cast *cast,
			       struct pt_dbg **ret_dbg,
			       struct pt_dbg_value *ret);

struct pt_error *pt_value_list(struct pt_probe_env *env,
			       const struct pt_bound *bound, GPtrArray *ret);

#endif
