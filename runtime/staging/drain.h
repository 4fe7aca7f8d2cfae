/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The streams of all CPUs, merged in the order of time and printed.
 */
#ifndef PR_DRAIN_H
#define PR_DRAIN_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "output.h"
#include "stream.h"
#include "table.h"

struct pr_drain {
	const struct pr_table *table;
	struct pr_output *output;
	struct pr_stream *streams;
	unsigned n_streams;
	struct pr_stream *
		*heap; /* those with a record at hand, oldest on top */
	unsigned n_heap;
	uint64_t printed; /* records */
	uint64_t bad;	  /* records that fit no format, and broken streams */
};

/* A drain of no streams, with room for N.  False: said why. */
bool pr_drain_init(struct pr_drain *d, unsigned n, const struct pr_table *table,
		   struct pr_output *output);
void pr_drain_deinit(struct pr_drain *d);

/* A drain of the trace files in DIRECTORY, one a CPU.  False: said why. */
bool pr_drain_open(struct pr_drain *d, const char *directory,
		   const struct pr_table *table, struct pr_output *output);

/* One stream more, which the caller makes. */
struct pr_stream *pr_drain_add(struct pr_drain *d);

/* A mark that every record is before, whatever its time. */
#define PR_DRAIN_ALL UINT64_MAX

/* Prints, and flushes, all records with a time before MARK; every such record
 * is in the streams already. */
void pr_drain_until(struct pr_drain *d, uint64_t mark);

/* Instead of printing: calls TAKE with the bytes that the streams have, but not
 * forever.  True: there were some. */
bool pr_drain_bytes(struct pr_drain *d,
		    void (*take)(void *data, unsigned cpu, const char *bytes,
				 size_t n),
		    void *data);

/* Keeps what there is in memory, so that the module has room, and prints
 * nothing: for times when no mark can be had. */
void pr_drain_hold(struct pr_drain *d);

/* Waits until records are there or one of FDS is ready, at most TIMEOUT ms.  FDS
 * has N entries and room for one a CPU more.  True: there are records. */
bool pr_drain_wait(struct pr_drain *d, struct pollfd *fds, unsigned n,
		   int timeout);

/* Are there records in memory that no mark has reached yet? */
bool pr_drain_pending(const struct pr_drain *d);

/* Records that found no room, as far as the streams show. */
uint64_t pr_drain_lost(const struct pr_drain *d);

#endif
