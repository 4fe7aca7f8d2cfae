/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * .callee("g") and .callees(N) behind function(): what a function's code calls,
 * when it is called from there.
 */
#ifndef PT_CALLEE_H
#define PT_CALLEE_H

#include "probe.h"

struct pt_callees {
	const struct pt_point_component *what; /* the first of the words; NULL:
						* the point has none */
	GPtrArray *levels; /* struct pt_dbg_pattern *: one a call */
	GPtrArray *words;  /* struct pt_point_component *: what says so */
	bool all;	   /* .callees(N): what stands at each level */
};

/* Reads the words of POINT from component I on; *ret_next is the first behind
 * them. */
struct pt_error *pt_callee_read(struct pt_arena *arena,
				const struct pt_point *point, unsigned i,
				struct pt_callees *ret, unsigned *ret_next);

/* What CALLERS (struct pt_dbg_function *) call; INLINED: copies of it in their
 * code, too.  PT_E_NO_MATCH if that is nothing. */
struct pt_error *pt_callee_find(struct pt_probe_env *env,
				const struct pt_callees *callees,
				const GPtrArray *callers, bool inlined,
				GPtrArray *ret);

/* WHERE ("kernel") .function("f@file:1").callee("g@file:2") and SUFFIX. */
const char *pt_callee_text(struct pt_arena *arena, const char *where,
			   const struct pt_dbg_function *f, const char *suffix);

/* Does it take the return addresses of several frames, or those above the middle of a
 * function, to tell where F is called from? */
bool pt_callee_needs_walk(const struct pt_dbg_function *f);

/* Is F in the middle of a function, in a kernel whose stack cannot be walked from
 * there (runtime/compat/unwind.h)? */
bool pt_callee_is_lost(struct pt_session *session,
		       const struct pt_dbg_function *f);

/* The tables, and the members of struct ptrt_probe, that say from where BOUND's
 * sites must be called. */
void pt_callee_emit_tables(struct pt_out *out, const struct pt_bound *bound);
void pt_callee_emit_members(struct pt_out *out, const struct pt_bound *bound);

#endif
