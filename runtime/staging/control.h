/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control file of a loaded module.  Commands that run probes take as long as
 * those: they are sent by a thread, one at a time.
 */
#ifndef PR_CONTROL_H
#define PR_CONTROL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <ptap/limits.h>
#include <ptap/wire.h>

struct pr_control {
	int fd;
	int done_fd; /* readable: the command sent last is done */
	bool busy;
	pthread_t thread;
	struct ptap_command command;
	int error; /* errno of the command that is done, or 0 */
};

/* Opens DIRECTORY/control; waits a little for one that is just being given up.
 * False: said why. */
bool pr_control_init(struct pr_control *c, const char *directory);

/* Waits for the command under way. */
void pr_control_deinit(struct pr_control *c);

/* Sends KIND; not while one is under way.  False: said why. */
bool pr_control_begin(struct pr_control *c, enum ptap_command_kind kind,
		      int64_t arg);

/* The command that made done_fd readable is done: its errno, or 0. */
int pr_control_finish(struct pr_control *c);

/* A status, sane.  False: said why. */
bool pr_control_status(struct pr_control *c, struct ptap_status *status);

/* PTAP_CMD_MARK: all records with a time before *MARK are in the streams.  Not
 * while a command is under way.  False: said why. */
bool pr_control_mark(struct pr_control *c, uint64_t *mark);

#endif
