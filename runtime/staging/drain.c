/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/* Unprinted bytes of one CPU in memory: while printing, and while no mark can be
 * had. */
#define WINDOW_SIZE ((size_t)1024 * 1024)
#define HOLD_SIZE ((size_t)64 * 1024 * 1024)

/* Bytes of one CPU to hand on before the next has its turn. */
#define TURN_SIZE ((size_t)16 * 1024 * 1024)

bool pr_drain_init(struct pr_drain *d, unsigned n, const struct pr_table *table,
		   struct pr_output *output)
{
	*d = (struct pr_drain){ .table = table, .output = output };
	d->streams = calloc(n, sizeof(*d->streams));
	d->heap = calloc(n, sizeof(*d->heap));
	if (d->streams && d->heap)
		return true;
	pr_error("no memory for %u CPUs", n);
	pr_drain_deinit(d);
	return false;
}

struct pr_stream *pr_drain_add(struct pr_drain *d)
{
	return &d->streams[d->n_streams++];
}

bool pr_drain_open(struct pr_drain *d, const char *directory,
		   const struct pr_table *table, struct pr_output *output)
{
	unsigned n = table->header.n_cpus, cpu;
	char path[PATH_MAX];

	if (!pr_drain_init(d, n, table, output))
		return false;
	for (cpu = 0; cpu < n; cpu++) {
		int fd;

		snprintf(path, sizeof(path), "%s/trace%u", directory, cpu);
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		/* A CPU that is possible, but not there, may have no file. */
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0) {
			pr_error("cannot open %s: %s", path, strerror(errno));
			pr_drain_deinit(d);
			return false;
		}
		pr_stream_init(pr_drain_add(d), fd, cpu);
	}
	return true;
}

void pr_drain_deinit(struct pr_drain *d)
{
	unsigned i;

	for (i = 0; i < d->n_streams; i++)
		pr_stream_deinit(&d->streams[i]);
	free(d->streams);
	free(d->heap);
	*d = (struct pr_drain){ 0 };
}

static void mark_broken(struct pr_drain *d, struct pr_stream *s,
			const char *why)
{
	s->broken = true;
	d->bad++;
	pr_error("the records of CPU %u cannot be read any more: %s", s->cpu,
		 why);
}

/* The oldest record of S that is not printed, read if need be; NULL: none. */
static const struct ptap_record *head(struct pr_drain *d, struct pr_stream *s)
{
	const struct ptap_record *r;
	bool was_broken = s->broken;
	ssize_t n;

	for (;;) {
		switch (pr_stream_peek(s, &r)) {
		case PR_STREAM_RECORD: return r;
		case PR_STREAM_BROKEN:
			if (!was_broken)
				mark_broken(d, s, "the stream is corrupt");
			return NULL;
		default:
			n = pr_stream_fill(s, WINDOW_SIZE);
			if (n < 0)
				mark_broken(d, s, strerror((int)-n));
			if (n <= 0)
				return NULL;
		}
	}
}

static bool before(const struct pr_stream *a, const struct pr_stream *b)
{
	return a->time != b->time ? a->time < b->time : a->cpu < b->cpu;
}

/* Puts S where it belongs below the heap's place AT. */
static void sink(struct pr_drain *d, struct pr_stream *s, unsigned at)
{
	for (;;) {
		unsigned child = 2 * at + 1;

		if (child >= d->n_heap)
			break;
		if (child + 1 < d->n_heap &&
		    before(d->heap[child + 1], d->heap[child]))
			child++;
		if (!before(d->heap[child], s))
			break;
		d->heap[at] = d->heap[child];
		at = child;
	}
	d->heap[at] = s;
}

static void fill_heap(struct pr_drain *d)
{
	unsigned i;

	d->n_heap = 0;
	for (i = 0; i < d->n_streams; i++)
		if (head(d, &d->streams[i]))
			d->heap[d->n_heap++] = &d->streams[i];
	for (i = d->n_heap / 2; i-- > 0;)
		sink(d, d->heap[i], i);
}

static void print(struct pr_drain *d, const struct ptap_record *r, unsigned cpu)
{
	struct pr_line line;

	d->printed++;
	switch (pr_table_print(d->table, r, &d->output->text, &line)) {
	case PR_TABLE_PRINTED: break;
	case PR_TABLE_STDERR:
		if (line.warning && pr_message_quiet)
			break;
		/* Both may be one terminal: keep the order. */
		pr_output_flush(d->output);
		pr_message_script(line.prefix, line.text, line.length);
		break;
	default:
		if (!d->bad++)
			pr_error(
				"a record of CPU %u does not fit its format %u",
				cpu, r->format);
	}
}

void pr_drain_until(struct pr_drain *d, uint64_t mark)
{
	fill_heap(d);
	while (d->n_heap && (d->heap[0]->time < mark || mark == PR_DRAIN_ALL)) {
		struct pr_stream *s = d->heap[0];

		print(d, head(d, s), s->cpu);
		pr_stream_take(s);
		if (head(d, s))
			sink(d, s, 0);
		else if (--d->n_heap)
			sink(d, d->heap[d->n_heap], 0);
	}
	pr_output_flush(d->output);
}

void pr_drain_hold(struct pr_drain *d)
{
	unsigned i;

	for (i = 0; i < d->n_streams; i++) {
		struct pr_stream *s = &d->streams[i];
		ssize_t n;

		do
			n = pr_stream_fill(s, HOLD_SIZE);
		while (n > 0);
		if (n < 0)
			mark_broken(d, s, strerror((int)-n));
	}
}

bool pr_drain_bytes(struct pr_drain *d,
		    void (*take)(void *data, unsigned cpu, const char *bytes,
				 size_t n),
		    void *data)
{
	bool some = false;
	unsigned i;

	for (i = 0; i < d->n_streams; i++) {
		struct pr_stream *s = &d->streams[i];
		size_t total = 0;
		ssize_t n;

		while ((n = pr_stream_fill(s, TURN_SIZE)) > 0) {
			take(data, s->cpu, s->buffer + s->start,
			     pr_stream_left(s));
			pr_stream_skip(s, pr_stream_left(s));
			some = true;
			total += (size_t)n;
			if (total >= TURN_SIZE)
				break;
		}
		if (n < 0)
			mark_broken(d, s, strerror((int)-n));
	}
	return some;
}

bool pr_drain_wait(struct pr_drain *d, struct pollfd *fds, unsigned n,
		   int timeout)
{
	unsigned i, total = n;
	bool ready = false;

	for (i = 0; i < d->n_streams; i++)
		if (!d->streams[i].broken)
			fds[total++] = (struct pollfd){
				.fd = d->streams[i].fd,
				.events = POLLIN,
			};
	if (poll(fds, total, timeout) <= 0)
		return false;
	for (i = n; i < total; i++)
		ready |= fds[i].revents != 0;
	return ready;
}

bool pr_drain_pending(const struct pr_drain *d)
{
	unsigned i;

	for (i = 0; i < d->n_streams; i++)
		if (pr_stream_left(&d->streams[i]) && !d->streams[i].broken)
			return true;
	return false;
}

uint64_t pr_drain_lost(const struct pr_drain *d)
{
	uint64_t lost = 0;
	unsigned i;

	for (i = 0; i < d->n_streams; i++)
		lost += d->streams[i].lost;
	return lost;
}
