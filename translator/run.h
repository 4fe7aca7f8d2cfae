/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 5: hands a built module to the staging tool, here or in a guest.
 */
#ifndef PT_RUN_H
#define PT_RUN_H

#include "base/session.h"

/*
 * Runs the staging tool on MODULE.  Here it takes our place (exec), so that
 * nothing of the translator stays in memory while a script runs: then this
 * returns only on failure.  With --vm it returns the tool's exit status in
 * *ret_status.
 */
struct pt_error *pt_run_module(struct pt_session *session, const char *module,
			       int *ret_status);

/* The path of the staging tool: of the build tree ($PTAP_PTAPRUN, set by ./ptap) or
 * the installed one.  Only guests run that of another word size. */
const char *pt_run_tool(struct pt_session *session);

#endif
