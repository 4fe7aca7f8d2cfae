/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* A line of the skips file: COUNT REASON LIMIT PROBE. */
static void report_skip(char *line)
{
	char *rest, *count = strtok_r(line, " ", &rest);
	char *reason = strtok_r(NULL, " ", &rest);
	char *limit = strtok_r(NULL, " ", &rest);
	char *probe = strtok_r(NULL, "\n", &rest);

	if (!probe)
		return;
	if (strcmp(limit, "-") == 0)
		pr_warning("skipped %s times (%s): %s", count, reason, probe);
	else
		pr_warning(
			"skipped %s times (%s, %s -D%s=...): %s", count, reason,
			strcmp(limit, "MINSTACKSPACE") == 0 ? "lower" : "raise",
			limit, probe);
}

static void report_skips(const char *directory)
{
	char path[PATH_MAX], *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/skips", directory);
	file = fopen(path, "re");
	if (!file) {
		pr_warning("which probes were skipped is not known: cannot "
			   "open %s",
			   path);
		return;
	}
	while (getline(&line, &size, file) > 0)
		report_skip(line);
	free(line);
	fclose(file);
}

enum pr_exit pr_report_worse(enum pr_exit a, enum pr_exit b)
{
	if (!a || !b)
		return a ? a : b;
	return a < b ? a : b;
}

enum pr_exit pr_report_lost(uint64_t lost)
{
	if (!lost)
		return PR_EXIT_FINE;
	pr_warning("%" PRIu64 " records lost: the output is not whole; larger "
		   "buffers (-s) or a faster reader help",
		   lost);
	return PR_EXIT_LOST;
}

/* A reader that has seen enough is no error; a full disk is. */
enum pr_exit pr_report_output(const char *name, int error)
{
	if (!error || error == EPIPE)
		return PR_EXIT_FINE;
	pr_error("cannot write %s: %s", name, strerror(error));
	return PR_EXIT_LOST;
}

enum pr_exit pr_report(const char *directory, const struct ptap_status *status,
		       uint64_t lost, uint64_t bad)
{
	enum pr_exit code = PR_EXIT_FINE;

	/* After the last record that a CPU wrote, only it knows of more. */
	if (status->lost > lost)
		lost = status->lost;
	if (status->errors || status->skipped)
		pr_warning("Number of errors: %" PRIu64
			   ", skipped probes: %" PRIu64,
			   status->errors, status->skipped);
	if (status->skipped)
		report_skips(directory);
	if (status->errors || status->aborted)
		code = PR_EXIT_SCRIPT;
	code = pr_report_worse(code, pr_report_lost(lost));
	if (bad)
		code = pr_report_worse(code, PR_EXIT_LOST);
	pr_verbose("%" PRIu64 " handlers run, %" PRIu64 " records written",
		   status->hits, status->written);
	return code;
}
