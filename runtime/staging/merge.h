/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a run in bulk mode, merged and printed.  Their bytes are not
 * trusted.
 */
#ifndef PR_MERGE_H
#define PR_MERGE_H

#include "report.h"

/* Prints the records of the N files PATHS, all of one run, on OUTPUT_FD, whose
 * name is OUTPUT.  Says what is missing or damaged. */
enum pr_exit pr_merge_run(char *const *paths, unsigned n, const char *output,
			  int output_fd);

#endif
