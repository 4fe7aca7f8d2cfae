/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)
#define WOKEN_EVERY 200 /* ms, while waiting */

/* Until FD takes PIPE_BUF bytes without blocking, or has an error. */
static void wait_for_room(struct pr_output *o)
{
	struct pollfd fds[2] = {
		{ .fd = o->fd, .events = POLLOUT },
		{ .fd = o->wake_fd, .events = POLLIN },
	};

	for (;;) {
		fds[0].revents = 0;
		if (poll(fds, 2, WOKEN_EVERY) > 0 && fds[0].revents)
			return;
		if (o->woken)
			o->woken(o->data);
	}
}

static void write_all(struct pr_output *o, const char *at, size_t n)
{
	while (n && !o->error) {
		size_t some = n;
		ssize_t done;

		if (o->waits) {
			wait_for_room(o);
			some = n < PIPE_BUF ? n : PIPE_BUF;
		}
		done = write(o->fd, at, some);
		if (done < 0) {
			if (errno != EINTR && errno != EAGAIN)
				o->error = errno;
			continue;
		}
		at += done;
		n -= (size_t)done;
	}
}

bool pr_output_flush(struct pr_output *o)
{
	write_all(o, o->buffer, (size_t)(o->text.at - o->buffer));
	o->text.at = o->buffer;
	return !o->error;
}

static bool make_room(struct ptfmt_out *text)
{
	pr_output_flush((struct pr_output *)text);
	return true;
}

bool pr_output_init(struct pr_output *o, int fd)
{
	struct stat st;

	*o = (struct pr_output){ .fd = fd, .wake_fd = -1 };
	o->buffer = malloc(BUFFER_SIZE);
	if (!o->buffer)
		return false;
	o->text.at = o->buffer;
	o->text.end = o->buffer + BUFFER_SIZE;
	o->text.flush = make_room;
	o->waits = fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
	return true;
}

void pr_output_deinit(struct pr_output *o)
{
	free(o->buffer);
}
