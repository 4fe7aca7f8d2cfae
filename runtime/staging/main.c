/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ptaprun: runs a script that ptap has compiled, or merges what one left behind.
 *
 * Exit codes: 0 the script ran and its output is whole (also after Ctrl-C, -T,
 * or when the reader of standard output went away); 1 the script had an error
 * that it did not catch, could not start, or skipped too much; 2 wrong options;
 * 3 the module could not be loaded, talked to or unloaded; 4 output was lost or
 * could not be written.  How a command of -c ended is a warning, no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "config.h"
#include "merge.h"
#include "message.h"
#include "session.h"

static const char help[] =
	"Usage: ptaprun [OPTION]... MODULE.ko [NAME=VALUE]...\n"
	"       ptaprun --merge [-o FILE] [-vw] BULK-FILE...\n"
	"Runs a script that ptap has compiled: loads it, prints its output, "
	"unloads it.\n"
	"\n"
	"  -c CMD      run the shell command CMD, end when it ends; target() "
	"is its pid\n"
	"  -x PID      target() is PID\n"
	"  -o FILE     write the script's output to FILE\n"
	"  -b          bulk mode: records as they are into FILE_0, FILE_1, "
	"..., one a CPU\n"
	"              (without -o: stpd_cpu0, ...)\n"
	"  --merge     print what is in the files of a run with -b, in the "
	"order of time\n"
	"  -T SECONDS  end after SECONDS\n"
	"  -R          load the module under a name of its own\n"
	"  -w          no warnings\n"
	"  -v          say what is done; more often: more\n"
	"  -V          print the version\n"
	"  --help      print this text\n"
	"\n"
	"NAME=VALUE sets a global variable of the script.\n"
	"Exit codes: 0 fine, 1 error in the script, 2 usage, 3 not loaded, 4 "
	"output lost.\n";

/* A positive number, or 0 with a message. */
static long take_number(const char *text, const char *what)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (!errno && *text && !*end && n > 0 && n <= 0x7fffffff)
		return n;
	pr_error("%s must be a positive number, not '%s'", what, text);
	return 0;
}

/* Appends ARGUMENT to the module parameter at TO; returns its new end. */
static char *put_global(char *to, const char *argument)
{
	static const char digit[] = "0123456789abcdef";
	const char *value = strchr(argument, '=') + 1, *s;

	memcpy(to, argument, (size_t)(value - argument));
	to += value - argument;
	for (s = value; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c > ' ' && c < 0x7f && !strchr("\"'%", c)) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '%';
		*to++ = digit[c >> 4];
		*to++ = digit[c & 15];
	}
	return to;
}

/* NAME=VALUE arguments as one module parameter (wire.h); NULL: said why. */
static char *make_parameters(int n, char **arguments)
{
	static const char name[] = "globals=";
	size_t size = sizeof(name);
	char *parameters, *at;
	int i;

	for (i = 0; i < n; i++) {
		const char *value = strchr(arguments[i], '=');

		if (!value || value == arguments[i]) {
			pr_error("'%s' is not NAME=VALUE", arguments[i]);
			return NULL;
		}
		size += 3 * strlen(arguments[i]) + 1;
	}
	parameters = calloc(1, size);
	if (!parameters) {
		pr_error("no memory");
		return NULL;
	}
	if (!n)
		return parameters;
	at = stpcpy(parameters, name);
	for (i = 0; i < n; i++) {
		if (i)
			*at++ = PTAP_GLOBALS_SEPARATOR;
		at = put_global(at, arguments[i]);
	}
	return parameters;
}

/* What stands on the command line after the options. */
static bool take_arguments(int argc, char **argv, struct pr_options *o)
{
	if (optind >= argc) {
		pr_error("which module? see ptaprun --help");
		return false;
	}
	o->module = argv[optind++];
	o->parameters = make_parameters(argc - optind, argv + optind);
	return o->parameters != NULL;
}

static bool take_option(int option, struct pr_options *o, bool *merge)
{
	switch (option) {
	case 'c': o->command = optarg; return true;
	case 'x':
		o->target = (pid_t)take_number(optarg, "the process id of -x");
		return o->target != 0;
	case 'o': o->output = optarg; return true;
	case 'T':
		o->timeout = take_number(optarg, "the number of seconds of -T");
		return o->timeout != 0;
	case 'b': o->bulk = true; return true;
	case 'm': *merge = true; return true;
	case 'R': o->unique = true; return true;
	case 'v': pr_message_verbose++; return true;
	case 'w': pr_message_quiet = true; return true;
	default: fputs("Try 'ptaprun --help'.\n", stderr); return false;
	}
}

enum options_result { OPTIONS_RUN, OPTIONS_MERGE, OPTIONS_DONE, OPTIONS_BAD };

/* The files of --merge are what is left of the command line. */
static enum options_result check_merge(int argc, const struct pr_options *o)
{
	if (o->command || o->target || o->timeout || o->unique || o->bulk) {
		pr_error("--merge takes no options but -o, -v and -w");
		return OPTIONS_BAD;
	}
	if (optind < argc)
		return OPTIONS_MERGE;
	pr_error("which files? see ptaprun --help");
	return OPTIONS_BAD;
}

static enum options_result take_options(int argc, char **argv,
					struct pr_options *o)
{
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "merge", no_argument, NULL, 'm' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	bool merge = false;
	int option;

	while ((option = getopt_long(argc, argv, "+c:x:o:T:bRvwVh", names,
				     NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return OPTIONS_DONE;
		}
		if (option == 'V') {
			puts("ptaprun (ptap) " PACKAGE_VERSION);
			return OPTIONS_DONE;
		}
		if (!take_option(option, o, &merge))
			return OPTIONS_BAD;
	}
	if (merge)
		return check_merge(argc, o);
	if (o->command && o->target) {
		pr_error("-c and -x both set target(): take one");
		return OPTIONS_BAD;
	}
	return take_arguments(argc, argv, o) ? OPTIONS_RUN : OPTIONS_BAD;
}

/* From here on signals are read, not delivered. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Where the output goes, unless it goes to the files of -b; -1: said why. */
static int open_output(const struct pr_options *o)
{
	int fd;

	if (!o->output || o->bulk)
		return STDOUT_FILENO;
	fd = open(o->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		pr_error("cannot write %s: %s", o->output, strerror(errno));
	return fd;
}

/* A file or two for each CPU may be more than programs usually have open. */
static void allow_open_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static enum pr_exit merge(char *const *paths, int n, const struct pr_options *o)
{
	int fd = open_output(o);

	if (fd < 0)
		return PR_EXIT_USAGE;
	allow_open_files();
	return pr_merge_run(paths, (unsigned)n,
			    o->output ? o->output : "standard output", fd);
}

static enum pr_exit run(const struct pr_options *o)
{
	struct pr_child child = { .release_fd = -1 };
	int output_fd, signal_fd;
	enum pr_exit code;

	if (o->command && !pr_child_init(&child, o->command))
		return PR_EXIT_LOAD;
	/* The command has its own limit. */
	allow_open_files();
	output_fd = open_output(o);
	if (output_fd < 0) {
		pr_child_deinit(&child);
		return PR_EXIT_USAGE;
	}
	signal_fd = open_signals();
	if (signal_fd < 0) {
		pr_error("cannot read signals: %s", strerror(errno));
		code = PR_EXIT_LOAD;
	} else {
		code = pr_session_run(o, &child, signal_fd, output_fd);
	}
	pr_child_deinit(&child);
	return code;
}

int main(int argc, char **argv)
{
	struct pr_options options = { 0 };
	enum pr_exit code = PR_EXIT_USAGE;

	/* a message is one write: the command's and the script's output go to
	 * the same terminal */
	setvbuf(stderr, NULL, _IOLBF, 0);
	switch (take_options(argc, argv, &options)) {
	case OPTIONS_RUN: code = run(&options); break;
	case OPTIONS_MERGE:
		code = merge(argv + optind, argc - optind, &options);
		break;
	case OPTIONS_DONE: code = PR_EXIT_FINE; break;
	default: break;
	}
	free(options.parameters);
	return code;
}
