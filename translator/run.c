/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/proc.h"
#include "config.h"
#include "vm/vm.h"

const char *pt_run_tool(struct pt_session *session)
{
	const char *path = getenv("PTAP_PTAPRUN");

	if (!path)
		path = pt_target_is_foreign(&session->target)
			       ? PKGLIBEXECDIR "/ptaprun"
			       : BINDIR "/ptaprun";
	return pt_target_program(session->arena, &session->target, path);
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

/* The tool's command line, with OUTPUT (NULL: none) for -o. */
static const char *const *tool_argv(struct pt_session *session,
				    const char *module, const char *output)
{
	const struct pt_options *o = &session->options;
	GPtrArray *argv = pt_arena_ptr_array(session->arena);

	g_ptr_array_add(argv, (char *)pt_run_tool(session));
	if (!o->module_name)
		g_ptr_array_add(argv, (char *)"-R");
	if (o->no_warnings)
		g_ptr_array_add(argv, (char *)"-w");
	for (unsigned i = 1; i < o->verbose; i++)
		g_ptr_array_add(argv, (char *)"-v");
	add_option(argv, "-c", o->command);
	add_option(argv, "-x", number_text(session, o->target_pid));
	add_option(argv, "-T", number_text(session, o->timeout));
	if (o->bulk)
		g_ptr_array_add(argv, (char *)"-b");
	add_option(argv, "-o", output);
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
	argv = tool_argv(session, module, session->options.output);
	pt_proc_cleanup();
	execv(argv[0], (char *const *)argv);
	errnum = errno;
	return pt_error_hint(pt_error_errno(session->arena, errnum,
					    "run the staging tool", argv[0]),
			     "is ptap installed whole? ptaprun belongs to it");
}

/* ---- in a guest: its files go with it --------------------------------------- */

/* Runs the staging tool there; what it prints on standard output goes to -o. */
static struct pt_error *print_from_guest(struct pt_session *session,
					 struct pt_vm *vm, const char *module,
					 int *ret_status)
{
	const char *output = session->options.output;
	struct pt_vm_command command = {
		.argv = tool_argv(session, module, NULL),
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.err = STDERR_FILENO,
	};
	struct pt_error *error;

	if (!output)
		return pt_vm_run(vm, &command, ret_status);
	command.out =
		open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (command.out < 0)
		return pt_error_errno(session->arena, errno, "write", output);
	error = pt_vm_run(vm, &command, ret_status);
	if (close(command.out) != 0 && !error)
		error = pt_error_errno(session->arena, errno, "write", output);
	return error;
}

/* Runs a program of the guest that must not fail, its output into OUT. */
static struct pt_error *guest_command(struct pt_session *session,
				      struct pt_vm *vm, const char *name,
				      const char *argument, int out)
{
	const char *argv[] = { name, argument, NULL };
	struct pt_vm_command command = {
		.argv = argv,
		.in = -1,
		.out = out,
		.err = STDERR_FILENO,
	};
	int status;

	PT_TRY(pt_vm_run(vm, &command, &status));
	if (status)
		return pt_error_new(session->arena, PT_E_VM,
				    "'%s %s' failed in the guest", name,
				    argument);
	return NULL;
}

/* The file of CPU that the staging tool would make here.  An empty one. */
static struct pt_error *open_bulk_file(struct pt_session *session,
				       const char *cpu, int *ret_fd,
				       const char **ret_path)
{
	const char *output = session->options.output;

	*ret_path = pt_arena_printf(session->arena, "%s%s%s",
				    output ? output : "stpd_cpu",
				    output ? "_" : "", cpu);
	*ret_fd =
		open(*ret_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return *ret_fd < 0 ? pt_error_errno(session->arena, errno, "write",
					    *ret_path)
			   : NULL;
}

/* The guest's FOLDER has files bulk_0, bulk_1, ...: copies one. */
static struct pt_error *fetch_file(struct pt_session *session, struct pt_vm *vm,
				   const char *folder, const char *name)
{
	struct pt_error *error;
	const char *path;
	int fd;

	PT_TRY(open_bulk_file(session, strrchr(name, '_') + 1, &fd, &path));
	error = guest_command(
		session, vm, "cat",
		pt_arena_printf(session->arena, "%s/%s", folder, name), fd);
	if (close(fd) != 0 && !error)
		error = pt_error_errno(session->arena, errno, "write", path);
	return error;
}

static struct pt_error *fetch_files(struct pt_session *session,
				    struct pt_vm *vm, const char *folder)
{
	int fd = memfd_create("names", MFD_CLOEXEC);
	struct pt_error *error = NULL;
	char name[64];
	FILE *names;

	if (fd < 0)
		return pt_error_errno(session->arena, errno, "make",
				      "a file in memory");
	names = fdopen(fd, "r");
	error = guest_command(session, vm, "ls", folder, fd);
	rewind(names);
	while (!error && fscanf(names, "%63s", name) == 1)
		if (g_str_has_prefix(name, "bulk_"))
			error = fetch_file(session, vm, folder, name);
	fclose(names);
	return error;
}

/* -b: the files arrive here when the script has ended. */
static struct pt_error *bulk_from_guest(struct pt_session *session,
					struct pt_vm *vm, const char *module,
					int *ret_status)
{
	const char *folder = pt_arena_printf(
		session->arena, "/tmp/ptap-bulk-%d-%" G_GINT64_FORMAT,
		(int)getpid(), g_get_real_time());
	const char *output = pt_arena_printf(session->arena, "%s/bulk", folder);
	const char *const remove[] = { "rm", "-r", folder, NULL };
	struct pt_vm_command command = {
		.argv = tool_argv(session, module, output),
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.err = STDERR_FILENO,
	};
	struct pt_error *error;
	const char *path;
	int status, fd;

	/* not after the run: what it recorded would be gone */
	PT_TRY(open_bulk_file(session, "0", &fd, &path));
	close(fd);
	PT_TRY(guest_command(session, vm, "mkdir", folder, STDERR_FILENO));
	PT_TRY(pt_vm_run(vm, &command, ret_status));
	error = fetch_files(session, vm, folder);
	command = (struct pt_vm_command){
		.argv = remove,
		.in = -1,
		.out = STDERR_FILENO,
		.err = STDERR_FILENO,
	};
	if (!error)
		error = pt_vm_run(vm, &command, &status);
	return error;
}

static struct pt_error *run_in_guest(struct pt_session *session,
				     const char *module, int *ret_status)
{
	struct pt_vm_options options = {
		.progress = session->progress,
	};
	struct pt_error *error;
	struct pt_vm *vm;

	PT_TRY(pt_vm_start(session->arena, &session->target, &options, &vm));
	if (session->options.bulk)
		error = bulk_from_guest(session, vm, module, ret_status);
	else
		error = print_from_guest(session, vm, module, ret_status);
	pt_vm_stop(vm);
	return error;
}

struct pt_error *pt_run_module(struct pt_session *session, const char *module,
			       int *ret_status)
{
	if (session->options.vm)
		return run_in_guest(session, module, ret_status);
	return run_here(session, module);
}
