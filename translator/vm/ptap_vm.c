/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ptap-vm: boots a guest that many commands can share, runs commands in it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/diag.h"
#include "../base/proc.h"
#include "../base/target.h"
#include "vm.h"
#include "vm_server.h"

struct arguments {
	const char *socket;
	const char *release;
	const char *agent;
	bool icount;
	bool parallel;
	bool no_input;
	bool foreground;
	unsigned cpus, memory_mb, timeout, idle;
	char **rest; /* NULL terminated */
};

static const char usage_text[] =
	"usage: ptap-vm start --socket S [-r RELEASE] [--icount] [--parallel]\n"
	"               [--cpus N] [--memory MB] [--idle SECONDS]\n"
	"               [--agent FILE] [--foreground]\n"
	"       ptap-vm run [--socket S] [--timeout SECONDS] [-n] -- "
	"COMMAND...\n"
	"       ptap-vm stop --socket S\n"
	"The socket is also taken from $" PT_VM_SOCKET ".\n";

static int fail(struct pt_arena *arena, struct pt_error *error)
{
	struct pt_diag *diag = pt_diag_create(arena);

	pt_diag_add(diag, error);
	pt_diag_print(diag, stderr, isatty(2));
	return 125;
}

static void progress(const char *text)
{
	fprintf(stderr, "ptap-vm: %s\n", text);
}

/* Tells the process that started us that the guest is there. */
static void ready(void *arg)
{
	int *pipe = arg;
	int null;

	if (*pipe < 0)
		return;
	if (write(*pipe, "r", 1) != 1)
		progress("the starting process is gone");
	close(*pipe);
	null = open("/dev/null", O_RDWR);
	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
	}
}

/* The agent beside this program, in the build tree or installed. */
static const char *own_agent(struct pt_arena *arena)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	return slash ? pt_arena_printf(arena, "%.*s/ptap-vm-agent",
				       (int)(slash - path), path)
		     : NULL;
}

static int serve(struct pt_arena *arena, const struct arguments *args, int pipe)
{
	struct pt_vm_options options = {
		.icount = args->icount,
		.parallel = args->parallel,
		.cpus = args->cpus,
		.memory_mb = args->memory_mb,
		.agent = args->agent ? args->agent : own_agent(arena),
		.progress = progress,
	};
	struct pt_target target;
	struct pt_error *error;

	error = pt_target_find(arena, args->release, !args->release, &target);
	if (!error)
		error = pt_vm_server_run(arena, &target, &options, args->socket,
					 args->idle, ready, &pipe);
	return error ? fail(arena, error) : 0;
}

static int start(struct pt_arena *arena, const struct arguments *args)
{
	int pipes[2];
	char byte;
	pid_t pid;

	if (args->foreground)
		return serve(arena, args, -1);
	if (pipe2(pipes, O_CLOEXEC))
		return fail(arena,
			    pt_error_errno(arena, errno, "make", "a pipe"));
	pid = fork();
	if (pid < 0)
		return fail(arena, pt_error_errno(arena, errno, "start",
						  "the server"));
	if (!pid) {
		close(pipes[0]);
		setsid();
		return serve(arena, args, pipes[1]);
	}
	close(pipes[1]);
	/* an error was printed by the server */
	return read(pipes[0], &byte, 1) == 1 ? 0 : 125;
}

static int run(struct pt_arena *arena, const struct arguments *args)
{
	struct pt_vm_command command = {
		.argv = (const char *const *)args->rest,
		.in = args->no_input ? -1 : 0,
		.out = 1,
		.err = 2,
		.timeout = args->timeout,
	};
	struct pt_error *error;
	struct pt_vm *vm;
	int status = 125;

	error = pt_vm_connect(arena, args->socket, &vm);
	if (error)
		return fail(arena, error);
	error = pt_vm_run(vm, &command, &status);
	pt_vm_stop(vm);
	if (error)
		fail(arena, error);
	if (error && error->code == PT_E_VM_CRASHED)
		status = 125;
	return status;
}

static int stop(struct pt_arena *arena, const struct arguments *args)
{
	struct pt_error *error = pt_vm_server_stop(arena, args->socket);

	return error ? fail(arena, error) : 0;
}

static unsigned number(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || value > 1000000) {
		fprintf(stderr, "ptap-vm: not a number: '%s'\n", text);
		exit(2);
	}
	return (unsigned)value;
}

static void parse(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "release", required_argument, NULL, 'r' },
		{ "icount", no_argument, NULL, 'i' },
		{ "parallel", no_argument, NULL, 'P' },
		{ "cpus", required_argument, NULL, 'c' },
		{ "memory", required_argument, NULL, 'm' },
		{ "timeout", required_argument, NULL, 't' },
		{ "idle", required_argument, NULL, 'I' },
		{ "agent", required_argument, NULL, 'a' },
		{ "foreground", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "+r:n", options, NULL)) >= 0) {
		switch (c) {
		case 's': args->socket = optarg; break;
		case 'r': args->release = optarg; break;
		case 'i': args->icount = true; break;
		case 'P': args->parallel = true; break;
		case 'c': args->cpus = number(optarg); break;
		case 'm': args->memory_mb = number(optarg); break;
		case 't': args->timeout = number(optarg); break;
		case 'I': args->idle = number(optarg); break;
		case 'a': args->agent = optarg; break;
		case 'f': args->foreground = true; break;
		case 'n': args->no_input = true; break;
		default: fputs(usage_text, stderr); exit(2);
		}
	}
	args->rest = argv + optind;
}

int main(int argc, char **argv)
{
	struct arguments args = { .idle = 3600 };
	struct pt_arena *arena = pt_arena_create();
	const char *verb = argc > 1 ? argv[1] : "";
	int status = 2;

	args.socket = getenv(PT_VM_SOCKET);
	if (argc > 1)
		parse(argc - 1, argv + 1, &args);
	if (!strcmp(verb, "--help")) {
		fputs(usage_text, stdout);
		status = 0;
	} else if (!args.socket) {
		fputs(usage_text, stderr);
	} else if (!strcmp(verb, "start") && !*args.rest) {
		pt_proc_init();
		status = start(arena, &args);
	} else if (!strcmp(verb, "run") && *args.rest) {
		status = run(arena, &args);
	} else if (!strcmp(verb, "stop") && !*args.rest) {
		status = stop(arena, &args);
	} else {
		fputs(usage_text, stderr);
	}
	pt_arena_destroy(arena);
	return status;
}
