/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

#define EXIT_NOT_FOUND 127
#define SHELL_CHARACTERS "|&;<>()$`\\\"'*?[]#~!{}\n"

/* Words alone need no shell, and target() is then the program itself.  Returns
 * if there is no such program: the shell may know the word. */
static void run_words(const char *command)
{
	size_t most = strlen(command) / 2 + 2, n = 0;
	char *words = strdup(command), *rest, *word;
	char **argv = calloc(most, sizeof(*argv));

	if (!words || !argv)
		return;
	for (word = strtok_r(words, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest))
		argv[n++] = word;
	if (n)
		execvp(argv[0], argv);
	free(argv);
	free(words);
}

static void run_command(int held_fd, const char *command)
{
	char byte;

	/* End of file: ptaprun is gone or has given up. */
	if (read(held_fd, &byte, 1) != 1)
		_exit(0);
	if (!strpbrk(command, SHELL_CHARACTERS))
		run_words(command);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	pr_error("cannot run /bin/sh: %s", strerror(errno));
	_exit(EXIT_NOT_FOUND);
}

bool pr_child_init(struct pr_child *c, const char *command)
{
	int fds[2];

	*c = (struct pr_child){ .release_fd = -1 };
	if (pipe2(fds, O_CLOEXEC) < 0) {
		pr_error("cannot make a pipe: %s", strerror(errno));
		return false;
	}
	c->pid = fork();
	if (c->pid < 0) {
		pr_error("cannot start the command: %s", strerror(errno));
		close(fds[0]);
		close(fds[1]);
		c->pid = 0;
		return false;
	}
	if (!c->pid) {
		close(fds[1]);
		run_command(fds[0], command);
	}
	close(fds[0]);
	c->release_fd = fds[1];
	return true;
}

void pr_child_release(struct pr_child *c)
{
	ssize_t n;

	if (!c->pid || c->released)
		return;
	do
		n = write(c->release_fd, "", 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		pr_warning("the command could not be started: %s",
			   strerror(errno));
	c->released = true;
}

void pr_child_reap(struct pr_child *c, bool hang)
{
	pid_t pid;

	if (!c->pid || c->ended)
		return;
	do
		pid = waitpid(c->pid, &c->status, hang ? 0 : WNOHANG);
	while (pid < 0 && errno == EINTR);
	c->ended = pid != 0;
}

void pr_child_signal(struct pr_child *c, int signal)
{
	if (c->pid && c->released && !c->ended)
		kill(c->pid, signal);
}

void pr_child_deinit(struct pr_child *c)
{
	if (c->release_fd >= 0)
		close(c->release_fd);
	if (c->pid && !c->released)
		pr_child_reap(c, true);
}
