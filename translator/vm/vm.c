/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "vm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "vm_link.h"
#include "vm_qemu.h"

/* On a timeout: from SIGTERM to SIGKILL, and from that to the guess that the guest
 * is not able to obey. */
#define KILL_AFTER_MS 5000

extern char **environ;

struct pt_vm {
	struct pt_arena *arena;
	struct pt_vm_link *link;
	struct pt_vm_qemu *qemu; /* NULL: a shared guest */
	uint16_t channel;	 /* of the last command */
};

/* One command under way. */
struct run {
	struct pt_vm *vm;
	const struct pt_vm_command *command;
	const char *trouble; /* what the guest's kernel complained of */
	uint32_t window;     /* bytes of input that may still be sent */
	bool input_open;
	bool ended;
	uint32_t status;
	gint64 deadline; /* 0: none */
	/* What was sent because of the deadline; 0: nothing yet. */
	uint32_t last_signal;
};

struct pt_error *pt_vm_start(struct pt_arena *arena,
			     const struct pt_target *target,
			     const struct pt_vm_options *options,
			     struct pt_vm **ret)
{
	const char *path = g_getenv(PT_VM_SOCKET);
	struct pt_vm_qemu *qemu;
	struct pt_vm *vm;

	if (path && *path)
		return pt_vm_connect(arena, path, ret);
	PT_TRY(pt_vm_qemu_boot(arena, target, options, &qemu));
	vm = pt_new(arena, struct pt_vm);
	vm->arena = arena;
	vm->qemu = qemu;
	vm->link = qemu->link;
	*ret = vm;
	return NULL;
}

struct pt_error *pt_vm_connect(struct pt_arena *arena, const char *path,
			       struct pt_vm **ret)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct pt_vm *vm;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return pt_error_new(arena, PT_E_VM,
				    "the path of the socket is too long: '%s'",
				    path);
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pt_error_errno(arena, errno, "make a socket for", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		struct pt_error *error = pt_error_new(
			arena, PT_E_VM, "no guest answers at '%s': %s", path,
			strerror(errno));

		close(fd);
		return pt_error_hint(error,
				     "start one with ptap-vm start --socket "
				     "%s, or unset " PT_VM_SOCKET,
				     path);
	}
	vm = pt_new(arena, struct pt_vm);
	vm->arena = arena;
	vm->link = pt_vm_link_create(fd);
	*ret = vm;
	return NULL;
}

void pt_vm_stop(struct pt_vm *vm)
{
	if (vm->qemu)
		pt_vm_qemu_stop(vm->qemu);
	else
		pt_vm_link_destroy(vm->link);
}

static guint append_strings(GByteArray *payload, const char *const *strings)
{
	guint count = 0;

	for (; strings[count]; count++)
		g_byte_array_append(payload, (const guint8 *)strings[count],
				    (guint)strlen(strings[count]) + 1);
	return count;
}

static struct pt_error *send_command(struct pt_vm *vm,
				     const struct pt_vm_command *command)
{
	struct pt_vm_run_header header = { 0, 0 };
	GByteArray *payload = g_byte_array_new();
	char *here = g_get_current_dir();
	const char *cwd = command->cwd ? command->cwd : here;
	struct pt_error *error = NULL;

	g_byte_array_append(payload, (const guint8 *)&header, sizeof(header));
	g_byte_array_append(payload, (const guint8 *)cwd,
			    (guint)strlen(cwd) + 1);
	header.argc = append_strings(payload, command->argv);
	header.envc = append_strings(
		payload,
		command->env ? command->env : (const char *const *)environ);
	memcpy(payload->data, &header, sizeof(header));
	if (payload->len > PT_VM_WIRE_MAX)
		error = pt_error_new(vm->arena, PT_E_VM,
				     "the command's arguments and environment "
				     "are too long for a guest");
	else
		pt_vm_link_send(vm->link, ++vm->channel, PT_VM_RUN,
				payload->data, payload->len);
	g_byte_array_unref(payload);
	g_free(here);
	return error;
}

static struct pt_error *write_all(struct run *run, int fd, const guint8 *data,
				  size_t length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd wait = { .fd = fd, .events = POLLOUT };

			poll(&wait, 1, -1);
			continue;
		}
		if (n < 0)
			return pt_error_errno(run->vm->arena, errno, "write",
					      "the command's output");
		data += n;
		length -= (size_t)n;
	}
	return NULL;
}

static struct pt_error *not_run(struct run *run, int error)
{
	run->ended = true;
	run->status = error == ENOENT ? 127 : 126;
	return pt_error_new(run->vm->arena, PT_E_VM,
			    "cannot run '%s' in the guest: %s",
			    run->command->argv[0], strerror(error));
}

static struct pt_error *crashed(struct run *run, const char *text)
{
	run->ended = true;
	return pt_error_new(run->vm->arena, PT_E_VM_CRASHED,
			    "the guest's kernel reports trouble: %s", text);
}

static struct pt_error *handle(struct run *run, const struct pt_vm_frame *frame,
			       const guint8 *payload)
{
	struct pt_arena *arena = run->vm->arena;
	uint32_t number = 0;

	if (frame->type != PT_VM_DOWN && frame->channel != run->vm->channel)
		return NULL; /* the tail of an earlier command */
	if (frame->length == sizeof(number))
		memcpy(&number, payload, sizeof(number));
	switch (frame->type) {
	case PT_VM_OUTPUT:
		return write_all(run, run->command->out, payload,
				 frame->length);
	case PT_VM_ERROR:
		return write_all(run, run->command->err, payload,
				 frame->length);
	case PT_VM_CONSUMED: run->window += number; return NULL;
	case PT_VM_EXIT:
		run->ended = true;
		run->status = number;
		return NULL;
	case PT_VM_FAILED: return not_run(run, (int)number);
	case PT_VM_TROUBLE:
		run->trouble = pt_arena_strndup(arena, (const char *)payload,
						frame->length);
		return NULL;
	case PT_VM_DOWN:
		return crashed(run,
			       pt_arena_strndup(arena, (const char *)payload,
						frame->length));
	}
	return pt_error_new(arena, PT_E_VM, "the guest sent an unknown frame");
}

/* The guest does not answer any more: what its console says. */
static struct pt_error *gone(struct run *run)
{
	struct pt_vm *vm = run->vm;
	const char *text = NULL;

	if (vm->qemu) {
		text = pt_vm_qemu_trouble(vm->qemu, vm->arena);
		if (!text)
			text = pt_arena_printf(
				vm->arena, "it went away%s",
				pt_vm_qemu_tail(vm->qemu, vm->arena));
	}
	return crashed(run, text ? text : "its server went away");
}

static void send_input(struct run *run)
{
	static char chunk[PT_VM_WIRE_CHUNK];
	ssize_t n =
		read(run->command->in, chunk, MIN(sizeof(chunk), run->window));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		n = 0;
		run->input_open = false;
	}
	run->window -= (uint32_t)n;
	pt_vm_link_send(run->vm->link, run->vm->channel, PT_VM_INPUT, chunk,
			(size_t)n);
}

static void forward_signal(struct run *run, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		pt_vm_link_send_number(run->vm->link, run->vm->channel,
				       PT_VM_SIGNAL, info.ssi_signo);
}

/* A guest that does not even report the end of a killed command hangs, and would
 * keep us waiting for ever. */
static struct pt_error *check_deadline(struct run *run)
{
	struct pt_vm *vm = run->vm;

	if (!run->deadline || g_get_monotonic_time() < run->deadline)
		return NULL;
	if (run->last_signal == SIGKILL)
		return crashed(
			run,
			pt_arena_printf(
				vm->arena,
				"the command did not end %d "
				"seconds after it was killed%s",
				KILL_AFTER_MS / 1000,
				vm->qemu ? pt_vm_qemu_tail(vm->qemu, vm->arena)
					 : ""));
	run->last_signal = run->last_signal ? SIGKILL : SIGTERM;
	pt_vm_link_send_number(vm->link, vm->channel, PT_VM_SIGNAL,
			       run->last_signal);
	run->deadline = g_get_monotonic_time() + KILL_AFTER_MS * 1000;
	return NULL;
}

static int milliseconds_left(const struct run *run)
{
	gint64 left;

	if (!run->deadline)
		return -1;
	left = (run->deadline - g_get_monotonic_time()) / 1000 + 1;
	return left < 0 ? 0 : (int)left;
}

static struct pt_error *run_loop(struct run *run, int signals)
{
	struct pt_vm *vm = run->vm;
	struct pt_vm_frame frame;
	const guint8 *payload;

	while (!run->ended) {
		struct pollfd polls[4] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = vm->link->fd,
			  .events = pt_vm_link_events(vm->link) },
			{ .fd = vm->qemu ? vm->qemu->console : -1,
			  .events = POLLIN },
			{ .fd = run->input_open && run->window
					? run->command->in
					: -1,
			  .events = POLLIN },
		};

		if (poll(polls, 4, milliseconds_left(run)) < 0 &&
		    errno != EINTR)
			return pt_error_errno(vm->arena, errno, "wait for",
					      "the guest");
		if (polls[0].revents)
			forward_signal(run, signals);
		if (polls[2].revents)
			pt_vm_qemu_read_console(vm->qemu);
		if (polls[1].revents & POLLOUT)
			pt_vm_link_flush(vm->link);
		if (polls[1].revents & ~POLLOUT)
			pt_vm_link_fill(vm->link);
		if (polls[3].revents)
			send_input(run);
		while (!run->ended &&
		       pt_vm_link_next(vm->link, &frame, &payload))
			PT_TRY(handle(run, &frame, payload));
		if (!run->ended && vm->link->fd < 0)
			return gone(run);
		if (!run->ended)
			PT_TRY(check_deadline(run));
	}
	if (vm->qemu)
		run->trouble = pt_vm_qemu_trouble(vm->qemu, vm->arena);
	return run->trouble ? crashed(run, run->trouble) : NULL;
}

struct pt_error *pt_vm_run(struct pt_vm *vm,
			   const struct pt_vm_command *command, int *ret_status)
{
	struct run run = { .vm = vm,
			   .command = command,
			   .window = PT_VM_WIRE_WINDOW,
			   .input_open = command->in >= 0 };
	struct pt_error *error;
	sigset_t set, old;
	int signals;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return pt_error_errno(vm->arena, errno, "watch", "signals");
	sigprocmask(SIG_BLOCK, &set, &old);
	if (command->timeout)
		run.deadline = g_get_monotonic_time() +
			       (gint64)command->timeout * G_USEC_PER_SEC;
	error = send_command(vm, command);
	if (!error && command->in < 0)
		pt_vm_link_send(vm->link, vm->channel, PT_VM_INPUT, NULL, 0);
	if (!error)
		error = run_loop(&run, signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(signals);
	if (run.ended)
		*ret_status = run.last_signal ? 124 : (int)run.status;
	return error;
}
