/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script's standard output: one large buffer.  A reader that is slow is
 * waited for, but never so that a signal goes unnoticed.
 */
#ifndef PR_OUTPUT_H
#define PR_OUTPUT_H

#include <stdbool.h>

#include "../format/format.h"

struct pr_output {
	struct ptfmt_out text; /* first: ptfmt's functions print here */
	int fd;
	bool waits; /* a pipe or terminal: may have no room for long */
	int error;  /* errno of the first write that failed; text after it
			   * is dropped */
	/* Called while waiting for the reader, when WAKE_FD is readable and every
	 * now and then; NULL: nothing to call */
	void (*woken)(void *data);
	int wake_fd; /* -1: none */
	void *data;
	char *buffer;
};

/* FD stays the caller's.  False: no memory. */
bool pr_output_init(struct pr_output *o, int fd);
void pr_output_deinit(struct pr_output *o);

/* Writes what is buffered.  False: writing failed, now or before. */
bool pr_output_flush(struct pr_output *o);

#endif
