/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CPU's record stream, read and taken apart.  The bytes may be torn
 * anywhere, and are not trusted.
 */
#ifndef PR_STREAM_H
#define PR_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ptap/limits.h>
#include <ptap/wire.h>

struct pr_stream {
	int fd;
	unsigned cpu;
	bool broken; /* no record boundary is known any more */
	uint32_t next_seq;
	uint64_t time; /* of the newest record taken or seen; never falls */
	uint64_t lost; /* records missing between those seen */
	char *buffer;
	size_t start, end, capacity; /* in buffer; 8-byte aligned start */
	uint64_t total;		     /* bytes read, ever */
};

enum pr_stream_state {
	PR_STREAM_RECORD, /* *record is whole */
	PR_STREAM_MORE,	  /* more bytes are needed to tell */
	PR_STREAM_BROKEN, /* what comes is no record; the stream is of no use */
};

/* Takes FD over (-1: bytes come by pr_stream_add alone). */
void pr_stream_init(struct pr_stream *s, int fd, unsigned cpu);
void pr_stream_deinit(struct pr_stream *s);

/* The next record, in the stream's buffer until it is taken; asks as often as
 * one likes. */
enum pr_stream_state pr_stream_peek(struct pr_stream *s,
				    const struct ptap_record **record);

/* Done with the record of the last pr_stream_peek. */
void pr_stream_take(struct pr_stream *s);

/* Reads once, as much as fits without moving LIMIT bytes of unread records or
 * more into memory.  Bytes read; 0: none there, the limit, or no file; -errno. */
ssize_t pr_stream_fill(struct pr_stream *s, size_t limit);

/* Adds N bytes as if read.  False: no memory. */
bool pr_stream_add(struct pr_stream *s, const void *bytes, size_t n);

/* Bytes read and not taken. */
static inline size_t pr_stream_left(const struct pr_stream *s)
{
	return s->end - s->start;
}

/* Takes N of them, a multiple of 8 unless it is all, without a look. */
static inline void pr_stream_skip(struct pr_stream *s, size_t n)
{
	s->start += n;
	if (s->start == s->end)
		s->start = s->end = 0;
}

#endif
