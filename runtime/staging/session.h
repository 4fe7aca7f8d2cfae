/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of a script, from the loaded module to its last output.
 */
#ifndef PR_SESSION_H
#define PR_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include "child.h"
#include "report.h"

struct pr_options {
	const char *module;
	char *parameters;    /* for the module, "name=value" or "" */
	const char *command; /* -c, or NULL */
	const char *output;  /* -o, or NULL */
	bool bulk;	     /* -b */
	pid_t target;	     /* -x, or 0 */
	long timeout;	     /* -T, seconds, or 0 */
	bool unique;	     /* -R */
};

/* Loads, runs, reports and unloads.  Signals that end a run are blocked by the
 * caller. */
enum pr_exit pr_session_run(const struct pr_options *options,
			    struct pr_child *child, int signal_fd,
			    int output_fd);

#endif
