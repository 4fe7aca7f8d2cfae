/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target command: forked early, so that the script can be told its process
 * id, and held until the script watches.
 */
#ifndef PR_CHILD_H
#define PR_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct pr_child {
	pid_t pid;	/* 0: none */
	int release_fd; /* closed: the child gives up; a byte: it goes on */
	bool released;
	bool ended;
	int status; /* as of waitpid */
};

/* Forks a process that will run COMMAND, a line for the shell.  To be called
 * before anything is opened that the command must not keep, and before signals
 * are blocked.  False: said why. */
bool pr_child_init(struct pr_child *c, const char *command);

void pr_child_release(struct pr_child *c);

/* Notes if the child has ended; HANG waits for that. */
void pr_child_reap(struct pr_child *c, bool hang);

/* Sends SIGNAL, if there is still someone to get it. */
void pr_child_signal(struct pr_child *c, int signal);

/* A child that was never released ends without a trace. */
void pr_child_deinit(struct pr_child *c);

#endif
