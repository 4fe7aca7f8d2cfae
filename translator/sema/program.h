/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 2: from trees to a program in which everything is bound and typed.
 */
#ifndef PT_PROGRAM_H
#define PT_PROGRAM_H

#include "../lang/library.h"
#include "../lang/parse.h"
#include "../probe/probe.h"

struct pt_program {
	struct pt_session *session;
	struct pt_library *library;
	struct pt_probe_env env;
	GPtrArray *files; /* struct pt_file *: the script, then joined library
			       * files */
	GPtrArray *
		globals; /* struct pt_var *, used ones; index is the place here */
	GPtrArray *functions; /* struct pt_function *, used ones */
	GPtrArray *probes;    /* struct pt_bound * */
	GPtrArray *embedded;  /* struct pt_embedded *: of joined files */
	GPtrArray *
		guarded; /* struct pt_var *: those with a lock, in lock order */
	GPtrArray *removed; /* const char *: what was left out, for -p2 -v */
	GPtrArray *merged;  /* const char *: what shares code, the same */
	bool kernel_headers; /* embedded C that includes linux/ headers: full kbuild */
	int max_nesting; /* call depth + 1, + 10 if recursive */
};

/* Runs the list of semantic passes over SCRIPT; NULL if the session's collector
 * has errors. */
struct pt_program *pt_sema(struct pt_session *session,
			   struct pt_library *library, struct pt_file *script);

/* -p2: globals, functions, probes with their derivation and locals. */
void pt_program_print(GString *to, const struct pt_program *program);

/* -l and -L: the points that SCRIPT's probes expand to, sorted, one a line. */
bool pt_sema_list(struct pt_session *session, struct pt_library *library,
		  struct pt_file *script, bool variables, GString *to);

#endif
