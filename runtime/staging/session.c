/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bulk.h"
#include "control.h"
#include "drain.h"
#include "load.h"
#include "message.h"
#include "output.h"
#include "table.h"

/* Output is late by at most both together, ms. */
#define IDLE_WAIT 50
#define ROUND_WAIT 15

enum phase {
	PHASE_STARTING, /* START is under way */
	PHASE_RUNNING,
	PHASE_STOPPING, /* STOP is under way */
	PHASE_STOPPED,
	PHASE_FAILED, /* the module does not answer as it should */
};

struct session {
	const struct pr_options *options;
	struct pr_child *child;
	int signal_fd;
	enum phase phase;
	bool end; /* the script is to be stopped */
	int start_error;
	int64_t deadline; /* ms, CLOCK_MONOTONIC; 0: none */
	struct pr_load load;
	struct pr_table table;
	struct pr_output output;
	struct pr_control control;
	struct pr_drain drain;
	struct pr_bulk bulk; /* with -b */
	struct pollfd *fds;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- signals ---------------------------------------------------------- */

static void take_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			pr_child_reap(s->child, false);
			if (s->child->ended)
				s->end = true;
			break;
		case SIGTERM:
		case SIGHUP:
			/* Ctrl-C goes to the command without our help. */
			pr_child_signal(s->child, (int)info.ssi_signo);
			s->end = true;
			break;
		default: s->end = true;
		}
	}
}

/* ---- the module's phases ---------------------------------------------- */

static void begin(struct session *s, enum ptap_command_kind kind, int64_t arg,
		  enum phase phase)
{
	s->phase =
		pr_control_begin(&s->control, kind, arg) ? phase : PHASE_FAILED;
}

static void started(struct session *s, int error)
{
	struct ptap_status status;

	s->phase = PHASE_RUNNING;
	if (error) {
		s->start_error = error;
		s->end = true;
		return;
	}
	if (s->options->timeout)
		s->deadline = now_ms() + s->options->timeout * 1000;
	/* A script that has ended in begin never sees the command. */
	if (pr_control_status(&s->control, &status) &&
	    status.state == PTAP_STATE_RUNNING && !s->end)
		pr_child_release(s->child);
}

static void command_done(struct session *s)
{
	int error = pr_control_finish(&s->control);

	if (s->phase == PHASE_STARTING) {
		started(s, error);
		return;
	}
	s->phase = PHASE_STOPPED;
	if (error) {
		pr_error("cannot stop the script: %s", strerror(error));
		s->phase = PHASE_FAILED;
	}
}

static void check_state(struct session *s)
{
	struct ptap_status status;

	if (s->deadline && now_ms() >= s->deadline)
		s->end = true;
	if (!pr_control_status(&s->control, &status))
		s->phase = PHASE_FAILED;
	else if (status.state >= PTAP_STATE_EXITING)
		s->end = true;
}

/* Takes notice of all that has happened; waits for nothing. */
static void look_around(struct session *s)
{
	struct pollfd done = { .fd = s->control.done_fd, .events = POLLIN };

	take_signals(s);
	if (s->control.busy && poll(&done, 1, 0) > 0)
		command_done(s);
	if (s->output.error || s->bulk.error)
		s->end = true;
	if (s->phase == PHASE_RUNNING)
		check_state(s);
	if (s->phase == PHASE_RUNNING && s->end)
		begin(s, PTAP_CMD_STOP, 0, PHASE_STOPPING);
}

/* Output has to wait for its reader: the rest goes on. */
static void look_around_meanwhile(void *data)
{
	look_around(data);
}

/* ---- the run ---------------------------------------------------------- */

static void drain_round(struct session *s)
{
	uint64_t mark;

	if (s->options->bulk) {
		pr_bulk_copy(&s->bulk, &s->drain);
		return;
	}
	if (s->control.busy) {
		pr_drain_hold(&s->drain);
		return;
	}
	if (!pr_control_mark(&s->control, &mark)) {
		s->phase = PHASE_FAILED;
		return;
	}
	pr_drain_until(&s->drain, mark);
}

static int wait_time(const struct session *s, int most)
{
	int64_t left;

	if (!s->deadline || s->phase != PHASE_RUNNING)
		return most;
	left = s->deadline - now_ms();
	return left < 0 ? 0 : left < most ? (int)left : most;
}

/* True: there may be records to take care of. */
static bool wait_for_events(struct session *s)
{
	s->fds[0] = (struct pollfd){ .fd = s->signal_fd, .events = POLLIN };
	s->fds[1] =
		(struct pollfd){ .fd = s->control.done_fd, .events = POLLIN };
	/* The state is looked at while running only. */
	s->fds[2] = (struct pollfd){
		.fd = s->phase == PHASE_RUNNING ? s->control.fd : -1,
		.events = POLLIN,
	};
	/* Bytes that are there keep the streams ready: after a round, let some
	 * more come together. */
	poll(s->fds, 3, wait_time(s, ROUND_WAIT));
	if (pr_drain_pending(&s->drain) || s->control.busy)
		return true;
	return pr_drain_wait(&s->drain, s->fds, 3, wait_time(s, IDLE_WAIT));
}

static void run(struct session *s)
{
	int64_t target = s->options->target;

	if (s->child->pid)
		target = s->child->pid;
	begin(s, PTAP_CMD_START, target, PHASE_STARTING);
	while (s->phase < PHASE_STOPPED) {
		bool records = wait_for_events(s);

		look_around(s);
		if (records && s->phase < PHASE_STOPPED)
			drain_round(s);
	}
	/* All that will ever be there is in the streams. */
	if (!s->options->bulk)
		pr_drain_until(&s->drain, PR_DRAIN_ALL);
	else
		while (pr_bulk_copy(&s->bulk, &s->drain))
			;
}

/* What the files of -b are still to be told, and what the user is. */
static enum pr_exit finish_bulk(struct session *s,
				const struct ptap_status *status)
{
	char path[PR_BULK_PATH_MAX];

	if (!s->drain.bad)
		pr_bulk_finish(&s->bulk, status->lost);
	if (status->errors)
		pr_warning("what the errors were is in the files: ptaprun "
			   "--merge prints it");
	pr_bulk_path(path, s->options->output, s->bulk.failed_cpu);
	pr_verbose("%u files: %s ...", s->bulk.n, path);
	return pr_report_output(path, s->bulk.error);
}

static enum pr_exit report(struct session *s)
{
	enum pr_exit code = PR_EXIT_FINE;
	struct ptap_status status;

	if (s->start_error) {
		pr_error("the script could not be started: %s",
			 strerror(s->start_error));
		code = PR_EXIT_SCRIPT;
	}
	if (s->phase == PHASE_FAILED)
		return pr_report_worse(code, PR_EXIT_LOAD);
	if (!pr_control_status(&s->control, &status))
		return pr_report_worse(code, PR_EXIT_LOAD);
	code = pr_report_worse(code, pr_report(s->load.directory, &status,
					       pr_drain_lost(&s->drain),
					       s->drain.bad));
	if (s->options->bulk)
		code = pr_report_worse(code, finish_bulk(s, &status));
	return code;
}

/* ---- around the run --------------------------------------------------- */

static char *read_file(const char *path, size_t *ret_size)
{
	size_t size = 0, capacity = 65536;
	char *bytes = malloc(capacity);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	while (fd >= 0 && bytes) {
		n = read(fd, bytes + size, capacity - size);
		if (n <= 0)
			break;
		size += (size_t)n;
		if (size == capacity) {
			char *larger = realloc(bytes, capacity *= 2);

			if (!larger)
				free(bytes);
			bytes = larger;
			n = -1;
		}
	}
	if (!bytes || n < 0) {
		pr_error("cannot read %s: %s", path, strerror(errno));
		free(bytes);
		bytes = NULL;
	}
	if (fd >= 0)
		close(fd);
	*ret_size = size;
	return bytes;
}

static bool read_table(struct session *s)
{
	char path[PATH_MAX], *bytes;
	const char *error;
	size_t size;

	snprintf(path, sizeof(path), "%s/script", s->load.directory);
	bytes = read_file(path, &size);
	if (!bytes)
		return false;
	error = pr_table_init(&s->table, bytes, size);
	free(bytes);
	if (error)
		pr_error("cannot run the script of %s: %s", path, error);
	return !error;
}

/* With the module loaded.  Gives back all but the module. */
static enum pr_exit run_loaded(struct session *s)
{
	enum pr_exit code = PR_EXIT_LOAD;

	if (!read_table(s))
		return PR_EXIT_LOAD;
	if (!pr_load_check_kernel(&s->table.header))
		goto out_table;
	s->fds = calloc(s->table.header.n_cpus + 3, sizeof(*s->fds));
	if (!s->fds || !pr_control_init(&s->control, s->load.directory))
		goto out_fds;
	if (!pr_drain_open(&s->drain, s->load.directory, &s->table, &s->output))
		goto out_control;
	if (s->options->bulk &&
	    !pr_bulk_init(&s->bulk, s->options->output, &s->table)) {
		code = PR_EXIT_USAGE;
		goto out_drain;
	}
	s->output.wake_fd = s->signal_fd;
	s->output.woken = look_around_meanwhile;
	s->output.data = s;
	run(s);
	code = report(s);
	pr_bulk_deinit(&s->bulk);
out_drain:
	pr_drain_deinit(&s->drain);
out_control:
	pr_control_deinit(&s->control);
out_fds:
	free(s->fds);
out_table:
	pr_table_deinit(&s->table);
	return code;
}

static void wait_for_command(struct session *s)
{
	struct pollfd fd = { .fd = s->signal_fd, .events = POLLIN };
	struct pr_child *c = s->child;

	if (!c->pid || !c->released)
		return;
	pr_child_reap(c, false);
	if (!c->ended)
		fprintf(stderr, "waiting for the command (process %d) to end\n",
			(int)c->pid);
	while (!c->ended) {
		poll(&fd, 1, -1);
		take_signals(s);
		pr_child_reap(c, false);
	}
	if (WIFEXITED(c->status) && WEXITSTATUS(c->status))
		pr_warning("the command exited with status %d",
			   WEXITSTATUS(c->status));
	else if (WIFSIGNALED(c->status))
		pr_warning("the command was ended by signal %d (%s)",
			   WTERMSIG(c->status), strsignal(WTERMSIG(c->status)));
}

enum pr_exit pr_session_run(const struct pr_options *options,
			    struct pr_child *child, int signal_fd,
			    int output_fd)
{
	struct session s = {
		.options = options,
		.child = child,
		.signal_fd = signal_fd,
	};
	enum pr_exit code;

	if (!pr_load_init(&s.load, options->module, options->parameters,
			  options->unique))
		return PR_EXIT_LOAD;
	if (pr_output_init(&s.output, output_fd)) {
		code = run_loaded(&s);
		code = pr_report_worse(
			code,
			pr_report_output(options->output ? options->output
							 : "standard output",
					 s.output.error));
		pr_output_deinit(&s.output);
	} else {
		pr_error("no memory");
		code = PR_EXIT_LOAD;
	}
	if (!pr_load_deinit(&s.load))
		code = pr_report_worse(code, PR_EXIT_LOAD);
	wait_for_command(&s);
	return code;
}
