/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One target variable on its way from the script to fetch programs: shared by
 * value.c and pretty.c.
 */
#ifndef PT_RESOLVE_TARGET_H
#define PT_RESOLVE_TARGET_H

#include "probe.h"

struct pt_target_walk {
	struct pt_probe_env *env;
	struct pt_arena *arena;
	struct pt_dbg *dbg;			/* that the types are of */
	struct pt_bound *bound;			/* or NULL */
	const struct pt_expr *target;		/* as written */
	const struct pt_dbg_function *function; /* or NULL */
	bool snapshot; /* read at the function's entry, used at its return */
	GPtrArray *operands; /* struct pt_expr *: of the fetch program */
	GString *text;	     /* "$path->dentry": for messages */
};

/* The start of the way of TARGET in BOUND, which may be NULL. */
struct pt_target_walk pt_value_walk(struct pt_probe_env *env,
				    struct pt_bound *bound,
				    const struct pt_expr *target);

/* The target is a text such as $$vars.  PT_E_LVALUE if it is assigned to,
 * PT_E_TYPE_MISMATCH if its address or a part is wanted. */
struct pt_error *pt_value_check_text(const struct pt_target_walk *walk);

/* A long: the value that FETCH leaves.  Saved at the entry if WALK says so. */
struct pt_expr *pt_value_long(struct pt_target_walk *walk,
			      struct pt_fetch *fetch);

/* The text at the address that FETCH leaves, at most MOST bytes (0: any number). */
struct pt_expr *pt_value_text(struct pt_target_walk *walk,
			      struct pt_fetch *fetch, bool user, int64_t most);

/* VALUE as text, LEVELS structures deep: a sprintf, or a literal. */
struct pt_expr *pt_pretty_value(struct pt_target_walk *walk,
				const struct pt_dbg_value *value,
				unsigned levels);

/* TEXT as it is. */
struct pt_expr *pt_pretty_literal(struct pt_target_walk *walk,
				  const char *text);

/* "arg1=0x10 arg2=?": NAMES, and for each a fetch program, or NULL where there is
 * none. */
struct pt_expr *pt_pretty_longs(struct pt_target_walk *walk,
				const GPtrArray *names,
				const GPtrArray *fetches);

/* $$vars, $$parms, $$locals, $$return. */
struct pt_error *pt_pretty_group(struct pt_target_walk *walk,
				 struct pt_expr **ret);

#endif
