/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * function() and statement() points, of the kernel, of modules and of processes:
 * what their components say, and what there is of that.
 */
#ifndef PT_FUNCTIONPOINT_H
#define PT_FUNCTIONPOINT_H

#include "callee.h"
#include "process.h"

struct pt_functionpoint {
	const struct pt_point_component *where; /* kernel, module, process */
	const struct pt_point_component *what;	/* function or statement */
	unsigned next; /* number of the component behind WHAT */
	bool module;
	bool in_process;
	struct pt_process_point process;
	bool statement;
	bool call, inlined, returns, exported, nearest, absolute;
	const char *label; /* glob */
	unsigned maxactive;
	struct pt_callees callees;
	const char *suffix; /* ".return.maxactive(20)" */
};

/* Reads POINT.  Errors have the place of the component that is wrong. */
struct pt_error *pt_functionpoint_read(struct pt_arena *arena,
				       const struct pt_point *point,
				       struct pt_functionpoint *ret);

/* The functions (struct pt_dbg_function *) that it means.  PT_E_NO_MATCH with what
 * there is instead. */
struct pt_error *pt_functionpoint_find(struct pt_probe_env *env,
				       const struct pt_functionpoint *wish,
				       GPtrArray *ret);

/* As a pattern that finds it: "vfs_read@fs/read_write.c:450"; its name alone where
 * there is no debuginfo that says more. */
const char *pt_functionpoint_text(struct pt_arena *arena,
				  const struct pt_dbg_function *f);

#endif
