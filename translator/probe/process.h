/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process(...) and .library(...): which files a point is about, whose hits count, and
 * the tables that the runtime arms user probes by.  Shared by the families that begin
 * so.
 */
#ifndef PT_PROCESS_H
#define PT_PROCESS_H

#include "probe.h"

/* What the first components say. */
struct pt_process_point {
	const struct pt_point_component *where;	  /* process */
	const struct pt_point_component *library; /* NULL: there is none */
	unsigned next; /* number of the component behind them */
};

/* Whose hits count. */
struct pt_process {
	int64_t pid; /* of this process and its descendants; 0: of all */
	GPtrArray *programs; /* struct pt_object *: of processes that run one of
			      * these; empty: of all */
};

/* SHAPES of everything that process points begin with. */
#define PT_PROCESS_SHAPES(SHAPES)                                              \
	SHAPES("process"), SHAPES("process(s)"), SHAPES("process(n)"),         \
		SHAPES("process.library(s)"), SHAPES("process(s).library(s)"), \
		SHAPES("process(n).library(s)")

/* Does POINT begin with process and, behind an optional library, have the component
 * NAME? */
bool pt_process_is(const struct pt_point *point, const char *name);

struct pt_error *pt_process_read(struct pt_arena *arena,
				 const struct pt_point *point,
				 struct pt_process_point *ret);

/* The programs or libraries (struct pt_dbg *) that the point means, opened; of
 * several those that can be, with a warning of each that cannot.  Errors have their
 * places. */
struct pt_error *pt_process_images(struct pt_probe_env *env,
				   const struct pt_process_point *point,
				   GPtrArray *ret);

/* The program at PATH, opened at the first call for it. */
struct pt_error *pt_process_open(struct pt_probe_env *env, const char *path,
				 struct pt_dbg **ret);

/* The file of DBG, a program, among those of the script. */
const struct pt_object *pt_process_object(struct pt_probe_env *env,
					  struct pt_dbg *dbg);

/* Sets BOUND->process, and the sections of SITES (struct pt_dbg_function *) to the
 * numbers of their files among the script's. */
struct pt_error *pt_process_bind(struct pt_probe_env *env,
				 const struct pt_process_point *point,
				 const GPtrArray *sites,
				 const struct pt_process **ret);

/* How a point of DBG, a file that POINT means, begins: process("/bin/ls"). */
const char *pt_process_text(struct pt_arena *arena,
			    const struct pt_process_point *point,
			    const struct pt_dbg *dbg);

/* Adds what SITES (struct pt_dbg_function *) are as a point of FAMILY: as
 * pt_family.expand, TEXT giving the canonical text of one site. */
struct pt_process_sites {
	const struct pt_family *family;
	const struct pt_point *point;
	const struct pt_process_point *where;
	GPtrArray *sites;
	bool is_return;
	const char *(*text)(struct pt_arena *arena,
			    const struct pt_process_point *where,
			    const struct pt_dbg_function *site, bool is_return);
};
struct pt_error *pt_process_expand(struct pt_probe_env *env,
				   const struct pt_process_sites *found,
				   bool split, GPtrArray *ret);

/* Why F is not probed: it is not in its file.  NULL: it is. */
const char *pt_process_left_out(const struct pt_dbg_function *f);

/* See struct pt_family. */
void pt_process_emit_tables(struct pt_out *out, const struct pt_bound *bound);
void pt_process_emit_members(struct pt_out *out, const struct pt_bound *bound);

#endif
