/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said at the end of a run that was not perfect.
 */
#ifndef PR_REPORT_H
#define PR_REPORT_H

#include <stdint.h>

#include <ptap/limits.h>
#include <ptap/wire.h>

/* ptaprun's exit codes; more than one applies: the lowest of those not 0. */
enum pr_exit {
	PR_EXIT_FINE = 0,
	PR_EXIT_SCRIPT = 1, /* a run-time error, or too many skips */
	PR_EXIT_USAGE = 2,
	PR_EXIT_LOAD =
		3, /* not permitted, not loaded, not unloaded, no control */
	PR_EXIT_LOST = 4, /* the output is not whole */
};

/* Says what STATUS of the stopped script in DIRECTORY asks for; LOST: records
 * that never arrived, BAD: those that could not be read. */
enum pr_exit pr_report(const char *directory, const struct ptap_status *status,
		       uint64_t lost, uint64_t bad);

/* Says that LOST records, if any, never arrived. */
enum pr_exit pr_report_lost(uint64_t lost);

/* Says that the output NAME could not be written, if ERROR is an errno. */
enum pr_exit pr_report_output(const char *name, int error);

/* Exit code of a run for which both A and B apply. */
enum pr_exit pr_report_worse(enum pr_exit a, enum pr_exit b);

#endif
