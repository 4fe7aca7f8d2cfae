/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Subprocesses and temporary folders, both gone when the run ends in whatever
 * way: normally, by an error, by Ctrl-C or SIGTERM.
 */
#ifndef PT_PROC_H
#define PT_PROC_H

#include <sys/types.h>

#include "error.h"

struct pt_proc_spec {
	const char *const *argv; /* NULL terminated; argv[0] searched in PATH */
	const char *cwd;	 /* NULL: here */
	const char *const *env;	 /* "NAME=VALUE" added to ours; NULL: none */
	unsigned cpu_seconds; /* SIGXCPU ends it after so much work; 0: never */
	bool pass_output; /* stdin, stdout and stderr are ours, not captured */
};

struct pt_proc_result {
	int status; /* exit status; 128 + signal if killed */
	const char *out;
	size_t out_length;
	const char *err;
	size_t err_length;
};

/* Once, at the start of main: SIGINT, SIGTERM and SIGHUP end children and
 * temporary folders, then this program. */
void pt_proc_init(void);

/*
 * Runs a program to its end.  An error only if it could not be run (message says
 * why; not found in PATH is PT_E_FILE) or we were interrupted
 * (PT_E_INTERRUPTED).
 *
 * A child whose output is captured has its own process group, all of which is
 * killed when we are interrupted.  One with pass_output stays in ours, so that
 * it may use the terminal; a signal is handed on to it, its end is awaited and
 * its status is the result, not an error: ending in order is its business.
 */
struct pt_error *pt_proc_run(struct pt_arena *arena,
			     const struct pt_proc_spec *spec,
			     struct pt_proc_result *ret);

/* A new folder under TMPDIR (/tmp), removed with all it holds in
 * pt_proc_cleanup() or when we are killed by a signal that can be caught,
 * unless pt_proc_keep() was called.  pt_proc_cleanup() also ends this program by
 * the signal that interrupted a captured child, so that our parent sees it; call
 * it after the diagnostics are printed. */
struct pt_error *pt_proc_tmpdir(struct pt_arena *arena, const char **ret);
void pt_proc_keep(bool keep);
/* The same in another folder than TMPDIR, and not kept.  pt_proc_temp_drop()
 * takes it out of our care, after a rename. */
struct pt_error *pt_proc_tmpdir_in(struct pt_arena *arena, const char *parent,
				   const char **ret);
void pt_proc_cleanup(void);

/* True after a signal that asks us to end came. */
bool pt_proc_interrupted(void);

/* A file that a signal must remove as it does temporary folders, until
 * pt_proc_temp_drop().  PATH is copied.  pt_proc_cleanup() removes what is left. */
void pt_proc_temp_add(const char *path);
void pt_proc_temp_drop(const char *path);

#endif
