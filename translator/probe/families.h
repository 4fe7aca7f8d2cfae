/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this room share: the families themselves and small helpers
 * to read probe points.
 */
#ifndef PT_FAMILIES_H
#define PT_FAMILIES_H

#include "probe.h"

extern const struct pt_family pt_family_begin;
extern const struct pt_family pt_family_timer;
extern const struct pt_family pt_family_function;
extern const struct pt_family pt_family_process;
extern const struct pt_family pt_family_plt;
extern const struct pt_family pt_family_mark;
extern const struct pt_family pt_family_trace;

/* Component number I, or NULL behind the last. */
const struct pt_point_component *
pt_families_component(const struct pt_point *point, unsigned i);

/* Is component I there, and of this name? */
bool pt_families_is(const struct pt_point *point, unsigned i, const char *name);

/* PT_E_UNKNOWN_PROBE: component I cannot stand there; near ones of WORDS (ends
 * with NULL) are suggested. */
struct pt_error *pt_families_unknown(struct pt_arena *arena,
				     const struct pt_point *point, unsigned i,
				     const char *const *words);

/* "'a', 'b', 'c'" of NAMES, each once, the first few. */
const char *pt_families_list(struct pt_arena *arena, const GPtrArray *names);

/* PT_E_PROBE_ARGUMENT unless component I has an argument of kind ARG. */
struct pt_error *pt_families_need(struct pt_arena *arena,
				  const struct pt_point *point, unsigned i,
				  enum pt_point_arg arg);

/* A bound point with nothing in it but what every family sets. */
struct pt_bound *pt_families_bound(struct pt_arena *arena,
				   const struct pt_family *family,
				   const struct pt_point *point);

/* Writes the table of BOUND's sites, and the members of struct ptrt_probe for it. */
void pt_function_emit_sites(struct pt_out *out, const struct pt_bound *bound);
void pt_function_emit_site_members(struct pt_out *out,
				   const struct pt_bound *bound);

#endif
