/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hits whose handler did not run: counted for each probe and reason.
 */
#ifndef PTRT_CORE_SKIP_H
#define PTRT_CORE_SKIP_H

#include <linux/types.h>

struct ptrt_probe;
struct seq_file;

enum ptrt_skip_reason {
	PTRT_SKIP_REENTRY,   /* a handler was running on this CPU */
	PTRT_SKIP_LOCK,	     /* a variable's lock was not had in time */
	PTRT_SKIP_STACK,     /* less free stack than MINSTACKSPACE */
	PTRT_SKIP_MAXACTIVE, /* no room to note one more call */
	PTRT_N_SKIPS
};

/* Any context.  Beyond MAXSKIPPED the session ends. */
void ptrt_skip(const struct ptrt_probe *probe, enum ptrt_skip_reason reason);

/* COUNT skips that the kernel counted, told when the probe is disarmed: no
 * reason to end a session that is ending. */
void ptrt_skip_add(const struct ptrt_probe *probe, enum ptrt_skip_reason reason,
		   unsigned long count);

u64 ptrt_skips_total(void);

/* The lines of the skips file (wire.h). */
void ptrt_skips_show(struct seq_file *file);

int ptrt_skips_create(void);
void ptrt_skips_destroy(void);

#endif
