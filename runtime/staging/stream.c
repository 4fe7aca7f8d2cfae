/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_SIZE ((size_t)256 * 1024)

void pr_stream_init(struct pr_stream *s, int fd, unsigned cpu)
{
	*s = (struct pr_stream){ .fd = fd, .cpu = cpu };
}

void pr_stream_deinit(struct pr_stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->buffer);
}

enum pr_stream_state pr_stream_peek(struct pr_stream *s,
				    const struct ptap_record **record)
{
	const struct ptap_record *r = (const void *)(s->buffer + s->start);
	size_t left = pr_stream_left(s), size;

	if (s->broken)
		return PR_STREAM_BROKEN;
	if (left < sizeof(*r))
		return PR_STREAM_MORE;
	size = (size_t)r->units * 8;
	if (size < sizeof(*r) || size > PTAP_RECORD_MAX) {
		s->broken = true;
		return PR_STREAM_BROKEN;
	}
	if (left < size)
		return PR_STREAM_MORE;
	if (r->time > s->time)
		s->time = r->time;
	*record = r;
	return PR_STREAM_RECORD;
}

void pr_stream_take(struct pr_stream *s)
{
	const struct ptap_record *r = (const void *)(s->buffer + s->start);
	uint32_t gap = r->seq - s->next_seq;

	/* The first record tells what was lost before it, too: seq is from 0. */
	s->lost += gap;
	s->next_seq = r->seq + 1;
	s->start += (size_t)r->units * 8;
}

/* Room for N more bytes at the end. */
static bool reserve(struct pr_stream *s, size_t n)
{
	size_t left = pr_stream_left(s), capacity = s->capacity;
	char *buffer;

	if (s->capacity - s->end >= n)
		return true;
	if (s->start) {
		memmove(s->buffer, s->buffer + s->start, left);
		s->start = 0;
		s->end = left;
	}
	if (s->capacity - s->end >= n)
		return true;
	while (capacity - left < n)
		capacity = capacity ? 2 * capacity : 2 * READ_SIZE;
	buffer = realloc(s->buffer, capacity);
	if (!buffer)
		return false;
	s->buffer = buffer;
	s->capacity = capacity;
	return true;
}

ssize_t pr_stream_fill(struct pr_stream *s, size_t limit)
{
	ssize_t n;

	if (s->broken || s->fd < 0 || pr_stream_left(s) >= limit)
		return 0;
	if (!reserve(s, READ_SIZE))
		return -ENOMEM;
	do
		n = read(s->fd, s->buffer + s->end, s->capacity - s->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	s->end += (size_t)n;
	s->total += (size_t)n;
	return n;
}

bool pr_stream_add(struct pr_stream *s, const void *bytes, size_t n)
{
	if (!reserve(s, n))
		return false;
	memcpy(s->buffer + s->end, bytes, n);
	s->end += n;
	s->total += n;
	return true;
}
