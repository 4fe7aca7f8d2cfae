/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals end a program, so each case runs in a child of the test.
 */
#include "base_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/proc.h"

static void test_run(struct pt_arena *arena)
{
	static const char *const script[] = {
		"sh", "-c", "pwd; echo \"$WORD\"; echo oops >&2; exit 3", NULL
	};
	static const char *const env[] = { "WORD=hello", NULL };
	static const char *const nothing[] = { "no-such-program-here", NULL };
	static const char *const endless[] = { "sh", "-c",
					       "while :; do :; done", NULL };
	struct pt_proc_spec spec = { .argv = script,
				     .cwd = "/usr",
				     .env = env };
	struct pt_proc_result result;
	struct pt_error *error;

	error = pt_proc_run(arena, &spec, &result);
	base_check(!error && result.status == 3 &&
			   !strcmp(result.out, "/usr\nhello\n") &&
			   !strcmp(result.err, "oops\n"),
		   "a program's status, output, folder and environment");
	spec.argv = nothing;
	error = pt_proc_run(arena, &spec, &result);
	base_check(error && error->code == PT_E_FILE,
		   "[file]: a program that is not there");
	spec.argv = script;
	spec.cwd = "/no/such/folder";
	error = pt_proc_run(arena, &spec, &result);
	base_check(error && error->code == PT_E_IO,
		   "a folder that is not there");
	spec = (struct pt_proc_spec){ .argv = endless, .cpu_seconds = 1 };
	error = pt_proc_run(arena, &spec, &result);
	base_check(!error && result.status == 128 + SIGXCPU,
		   "a program that works for longer than it may");
}

enum situation { BUSY, CAPTURING, SHARING };

/* The life of a program that is interrupted; writes its folder's name and, when
 * it is ready for the signal, a newline to OUT. */
static void live(enum situation situation, int out)
{
	static const char *const sleeper[] = { "sleep", "30", NULL };
	static const char *const polite[] = {
		"sh", "-c", "trap 'exit 7' TERM; sleep 30 & wait", NULL
	};
	struct pt_arena *arena = pt_arena_create();
	struct pt_proc_spec spec = { .argv = sleeper };
	struct pt_proc_result result = { 0 };
	struct pt_error *error;
	const char *dir;

	pt_proc_init();
	if (pt_proc_tmpdir(arena, &dir) ||
	    pt_file_write(arena, pt_arena_printf(arena, "%s/a", dir), "x", 1))
		_exit(99);
	dprintf(out, "%s\n", dir);
	if (situation == BUSY)
		sleep(30);
	if (situation == SHARING) {
		spec.argv = polite;
		spec.pass_output = true;
	}
	error = pt_proc_run(arena, &spec, &result);
	if (situation == CAPTURING &&
	    (!error || error->code != PT_E_INTERRUPTED))
		_exit(98);
	if (situation == SHARING &&
	    (error || result.status != 7 || !pt_proc_interrupted()))
		_exit(97);
	pt_proc_cleanup();
	_exit(11);
}

/* Interrupts such a life; gives its wait status, and whether its folder went. */
static int interrupt(enum situation situation, bool *clean)
{
	char dir[256] = "";
	int fds[2], status;
	ssize_t length;
	pid_t pid;

	if (pipe(fds) < 0)
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		/* Its word about the interruption is not this test's. */
		if (!freopen("/dev/null", "w", stderr))
			_exit(96);
		live(situation, fds[1]);
	}
	close(fds[1]);
	length = read(fds[0], dir, sizeof(dir) - 1);
	if (length > 0)
		dir[strcspn(dir, "\n")] = '\0';
	usleep(300 * 1000);
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	close(fds[0]);
	*clean = length > 0 && access(dir, F_OK) < 0;
	return status;
}

void base_test_proc(void)
{
	struct pt_arena *arena = pt_arena_create();
	bool clean;
	int status;

	test_run(arena);
	status = interrupt(BUSY, &clean);
	base_check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM && clean,
		   "SIGTERM at work: ends by it, leaves nothing");
	status = interrupt(CAPTURING, &clean);
	base_check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM && clean,
		   "SIGTERM while a tool runs: ends by it, leaves nothing");
	status = interrupt(SHARING, &clean);
	base_check(WIFEXITED(status) && WEXITSTATUS(status) == 11 && clean,
		   "SIGTERM is handed on to a program with our output");
	pt_arena_destroy(arena);
}
