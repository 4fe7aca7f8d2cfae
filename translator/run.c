/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "config.h"
#include "vm/vm.h"

/* The staging tool: of the build tree ($PTAP_PTAPRUN, set by ./ptap) or the
 * installed one. */
static const char *staging_tool(void)
{
	const char *path = getenv("PTAP_PTAPRUN");

	return path ? path : BINDIR "/ptaprun";
}

static void add_option(GPtrArray *argv, const char *option, const char *value)
{
	if (!value)
		return;
	g_ptr_array_add(argv, (char *)option);
	g_ptr_array_add(argv, (char *)value);
}

static const char *number_text(struct pt_session *session, long number)
{
	return number ? pt_arena_printf(session->arena, "%ld", number) : NULL;
}

/* The tool's command line; OUTPUT says whether it opens -o itself. */
static const char *const *tool_argv(struct pt_session *session,
				    const char *module, bool output)
{
	const struct pt_options *o = &session->options;
	GPtrArray *argv = pt_arena_ptr_array(session->arena);

	g_ptr_array_add(argv, (char *)staging_tool());
	if (!o->module_name)
		g_ptr_array_add(argv, (char *)"-R");
	if (o->no_warnings)
		g_ptr_array_add(argv, (char *)"-w");
	for (unsigned i = 1; i < o->verbose; i++)
		g_ptr_array_add(argv, (char *)"-v");
	add_option(argv, "-c", o->command);
	add_option(argv, "-x", number_text(session, o->target_pid));
	add_option(argv, "-T", number_text(session, o->timeout));
	if (output)
		add_option(argv, "-o", o->output);
	g_ptr_array_add(argv, (char *)module);
	g_ptr_array_add(argv, NULL);
	return (const char *const *)argv->pdata;
}

/* A module in a temporary folder must survive the folder: the tool gets it as an
 * open file. */
static struct pt_error *detach_module(struct pt_session *session,
				      const char **module)
{
	int fd = open(*module, O_RDONLY);

	if (fd < 0)
		return pt_error_errno(session->arena, errno, "open", *module);
	*module = pt_arena_printf(session->arena, "/proc/self/fd/%d", fd);
	return NULL;
}

static struct pt_error *run_here(struct pt_session *session, const char *module)
{
	const char *const *argv;
	int errnum;

	PT_TRY(detach_module(session, &module));
	argv = tool_argv(session, module, true);
	pt_proc_cleanup();
	execv(argv[0], (char *const *)argv);
	errnum = errno;
	return pt_error_hint(pt_error_errno(session->arena, errnum,
					    "run the staging tool", argv[0]),
			     "is ptap installed whole? ptaprun belongs to it");
}

static struct pt_error *run_in_guest(struct pt_session *session,
				     const char *module, int *ret_status)
{
	struct pt_vm_options options = {
		.progress = session->progress,
	};
	struct pt_vm_command command = {
		.argv = tool_argv(session, module, false),
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.err = STDERR_FILENO,
	};
	struct pt_error *error;
	struct pt_vm *vm;

	/* the guest's files go with the guest: -o is ours to write */
	if (session->options.output) {
		command.out =
			open(session->options.output,
			     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (command.out < 0)
			return pt_error_errno(session->arena, errno, "write",
					      session->options.output);
	}
	error = pt_vm_start(session->arena, &session->target, &options, &vm);
	if (!error) {
		error = pt_vm_run(vm, &command, ret_status);
		pt_vm_stop(vm);
	}
	if (session->options.output && close(command.out) != 0 && !error)
		error = pt_error_errno(session->arena, errno, "write",
				       session->options.output);
	return error;
}

struct pt_error *pt_run_module(struct pt_session *session, const char *module,
			       int *ret_status)
{
	if (session->options.vm)
		return run_in_guest(session, module, ret_status);
	return run_here(session, module);
}
