/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "message.h"

#define OPEN_TRIES 20
#define OPEN_DELAY 50000 /* us */

bool pr_control_init(struct pr_control *c, const char *directory)
{
	char path[PATH_MAX];
	int i;

	*c = (struct pr_control){ .fd = -1, .done_fd = -1 };
	snprintf(path, sizeof(path), "%s/control", directory);
	for (i = 0;; i++) {
		c->fd = open(path, O_RDWR | O_CLOEXEC);
		if (c->fd >= 0)
			break;
		if (errno != EBUSY || i == OPEN_TRIES) {
			pr_error("cannot open %s: %s", path, strerror(errno));
			return false;
		}
		usleep(OPEN_DELAY);
	}
	c->done_fd = eventfd(0, EFD_CLOEXEC);
	if (c->done_fd < 0) {
		pr_error("cannot make an event: %s", strerror(errno));
		close(c->fd);
		return false;
	}
	return true;
}

void pr_control_deinit(struct pr_control *c)
{
	if (c->busy)
		pthread_join(c->thread, NULL);
	if (c->fd >= 0)
		close(c->fd);
	if (c->done_fd >= 0)
		close(c->done_fd);
}

static int send_command(int fd, const struct ptap_command *command)
{
	ssize_t n;

	do
		n = write(fd, command, sizeof(*command));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno;
	return n == sizeof(*command) ? 0 : EIO;
}

static void *send_in_thread(void *data)
{
	struct pr_control *c = data;
	const uint64_t one = 1;

	c->error = send_command(c->fd, &c->command);
	/* An eventfd takes this always. */
	if (write(c->done_fd, &one, sizeof(one)) < 0)
		c->error = errno;
	return NULL;
}

bool pr_control_begin(struct pr_control *c, enum ptap_command_kind kind,
		      int64_t arg)
{
	int error;

	c->command = (struct ptap_command){
		.magic = PTAP_WIRE_MAGIC,
		.kind = kind,
		.arg = arg,
	};
	error = pthread_create(&c->thread, NULL, send_in_thread, c);
	if (error) {
		pr_error("cannot start a thread: %s", strerror(error));
		return false;
	}
	c->busy = true;
	return true;
}

int pr_control_finish(struct pr_control *c)
{
	uint64_t count;

	pthread_join(c->thread, NULL);
	c->busy = false;
	if (read(c->done_fd, &count, sizeof(count)) < 0)
		return errno;
	return c->error;
}

bool pr_control_status(struct pr_control *c, struct ptap_status *status)
{
	ssize_t n = read(c->fd, status, sizeof(*status));

	if (n < 0) {
		pr_error("cannot read the module's status: %s",
			 strerror(errno));
		return false;
	}
	if (n != sizeof(*status) || status->magic != PTAP_WIRE_MAGIC) {
		pr_error("the module's status is not one");
		return false;
	}
	return true;
}

bool pr_control_mark(struct pr_control *c, uint64_t *mark)
{
	const struct ptap_command command = {
		.magic = PTAP_WIRE_MAGIC,
		.kind = PTAP_CMD_MARK,
	};
	struct ptap_status status;
	int error = send_command(c->fd, &command);

	if (error) {
		pr_error("cannot set a mark: %s", strerror(error));
		return false;
	}
	if (!pr_control_status(c, &status))
		return false;
	*mark = status.mark;
	return true;
}
