/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent: first process of the guest.  Loads the drivers from the initial
 * root, mounts the host's root under an overlay, then runs commands that come
 * over the virtio serial port.  Linked statically and with nothing but libc, as
 * it starts where no library is.
 *
 * Each command starts after unused directory entries and file contents were
 * dropped: the host may have made or changed files since the guest last looked.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm_wire.h"

#define MAX_COMMANDS 64
#define GRACE_SECONDS 5		 /* from SIGHUP to SIGKILL */
#define QUEUE_LIMIT (256u << 10) /* stop reading output beyond this */

struct buffer {
	char *data;
	size_t start, length, size;
};

struct command {
	bool used;
	uint16_t channel;
	pid_t pid;
	int in, out, err; /* our ends; -1: closed */
	struct buffer input;
	bool input_ended;
	bool exited;
	uint32_t status;
	time_t kill_at; /* its client is gone; 0: it is not */
};

static struct command commands[MAX_COMMANDS];
static struct buffer to_host;
static struct buffer from_host;
static int port = -1;

static void die(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* Ends the guest; the host prints the console's last lines. */
static void die(const char *format, ...)
{
	va_list args;
	int error = errno;

	va_start(args, format);
	fputs("ptap-vm: agent: ", stdout);
	vprintf(format, args);
	printf(": %s\n", strerror(error));
	fflush(stdout);
	va_end(args);
	sync();
	reboot(LINUX_REBOOT_CMD_RESTART);
	_exit(1);
}

/* --- bytes under way ---------------------------------------------------- */

static void buffer_reserve(struct buffer *buffer, size_t more)
{
	if (buffer->start &&
	    buffer->start + buffer->length + more > buffer->size) {
		memmove(buffer->data, buffer->data + buffer->start,
			buffer->length);
		buffer->start = 0;
	}
	if (buffer->start + buffer->length + more <= buffer->size)
		return;
	buffer->size = 2 * (buffer->length + more);
	buffer->data = realloc(buffer->data, buffer->size);
	if (!buffer->data)
		die("out of memory");
}

static void buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	if (!length)
		return;
	buffer_reserve(buffer, length);
	memcpy(buffer->data + buffer->start + buffer->length, data, length);
	buffer->length += length;
}

static void buffer_take(struct buffer *buffer, size_t length)
{
	buffer->start += length;
	buffer->length -= length;
	if (!buffer->length)
		buffer->start = 0;
}

static void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof(*buffer));
}

static void send_frame(uint16_t channel, uint16_t type, const void *data,
		       uint32_t length)
{
	struct pt_vm_frame frame = { .length = length,
				     .channel = channel,
				     .type = type };

	buffer_add(&to_host, &frame, sizeof(frame));
	buffer_add(&to_host, data, length);
}

static void send_number(uint16_t channel, uint16_t type, uint32_t number)
{
	send_frame(channel, type, &number, sizeof(number));
}

/* Seconds, steady. */
static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* --- commands ----------------------------------------------------------- */

static struct command *command_find(uint16_t channel)
{
	for (int i = 0; i < MAX_COMMANDS; i++)
		if (commands[i].used && commands[i].channel == channel)
			return &commands[i];
	return NULL;
}

static struct command *command_free(void)
{
	for (int i = 0; i < MAX_COMMANDS; i++)
		if (!commands[i].used)
			return &commands[i];
	return NULL;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Forgets what is cached of the host's files and not in use.  The first round
 * lets go of the overlay's entries, which hold those of the share. */
static void forget_host_files(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die("cannot open drop_caches");
	for (int round = 0; round < 2; round++)
		if (write(fd, "3", 1) != 1)
			die("cannot drop caches");
	close(fd);
}

/* Splits the payload of a RUN frame.  Returns the array of all strings (cwd,
 * arguments, NULL, environment, NULL), or NULL if the frame is bad. */
static char **run_strings(char *payload, size_t length,
			  struct pt_vm_run_header *header)
{
	char *p = payload + sizeof(*header), *end = payload + length;
	size_t count, n = 0;
	char **strings;

	if (length < sizeof(*header) + 1 || end[-1])
		return NULL;
	memcpy(header, payload, sizeof(*header));
	if (!header->argc || header->argc > length || header->envc > length)
		return NULL;
	count = (size_t)1 + header->argc + header->envc;
	strings = calloc(count + 2, sizeof(*strings));
	if (!strings)
		die("out of memory");
	for (size_t i = 0; i < count; i++) {
		if (p >= end) {
			free(strings);
			return NULL;
		}
		if (n == (size_t)header->argc + 1)
			n++; /* the NULL after the arguments */
		strings[n++] = p;
		p += strlen(p) + 1;
	}
	return strings;
}

static void child(char **strings, uint32_t argc, int in, int out, int err,
		  int report)
{
	char **argv = strings + 1, **env = strings + argc + 2;
	sigset_t none;
	int error;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		goto fail;
	if (chdir(strings[0]) && chdir("/"))
		goto fail;
	clearenv();
	for (char **p = env; *p; p++)
		if (strchr(*p, '='))
			putenv(*p);
	if (!getenv("PATH"))
		putenv("PATH=/usr/local/sbin:/usr/local/bin:"
		       "/usr/sbin:/usr/bin:/sbin:/bin");
	execvp(argv[0], argv);
fail:
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/* Starts the program of COMMAND.  Returns 0 or an errno value. */
static int command_spawn(struct command *command, char **strings, uint32_t argc)
{
	int in[2], out[2], err[2], report[2], error = 0;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err, O_CLOEXEC) || pipe2(report, O_CLOEXEC))
		die("cannot make a pipe");
	command->pid = fork();
	if (command->pid < 0)
		die("cannot fork");
	if (!command->pid)
		child(strings, argc, in[0], out[1], err[1], report[1]);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	close(report[1]);
	if (read(report[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(report[0]);
	command->in = in[1];
	command->out = out[0];
	command->err = err[0];
	fcntl(command->in, F_SETFL, O_NONBLOCK);
	fcntl(command->out, F_SETFL, O_NONBLOCK);
	fcntl(command->err, F_SETFL, O_NONBLOCK);
	return error;
}

static void command_end(struct command *command)
{
	close_end(&command->in);
	close_end(&command->out);
	close_end(&command->err);
	buffer_free(&command->input);
	command->used = false;
}

static void command_start(uint16_t channel, char *payload, size_t length)
{
	struct pt_vm_run_header header;
	struct command *command = command_free();
	char **strings = run_strings(payload, length, &header);
	int error;

	if (!strings || !command || command_find(channel)) {
		send_number(channel, PT_VM_FAILED, strings ? EBUSY : EINVAL);
		free(strings);
		return;
	}
	forget_host_files();
	memset(command, 0, sizeof(*command));
	command->used = true;
	command->channel = channel;
	error = command_spawn(command, strings, header.argc);
	free(strings);
	if (error) {
		send_number(channel, PT_VM_FAILED, (uint32_t)error);
		command_end(command);
	}
}

static void command_signal(struct command *command, int signal)
{
	bool group = signal == SIGINT || signal == SIGQUIT ||
		     signal == SIGHUP || signal == SIGKILL;

	if (!command->exited)
		kill(group ? -command->pid : command->pid, signal);
}

/* Nobody waits for COMMAND any more: it may end in its own way, but must. */
static void command_hang_up(struct command *command)
{
	close_end(&command->in);
	close_end(&command->out);
	close_end(&command->err);
	command_signal(command, SIGHUP);
	command->kill_at = now() + GRACE_SECONDS;
}

/* Passes on what *FD has to read now.  Returns false if that was nothing. */
static bool command_output(struct command *command, int *fd, uint16_t type)
{
	static char chunk[PT_VM_WIRE_CHUNK];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, chunk, sizeof(chunk));
	if (n > 0) {
		send_frame(command->channel, type, chunk, (uint32_t)n);
		return true;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_end(fd);
	return false;
}

static void command_input(struct command *command)
{
	struct buffer *input = &command->input;

	while (command->in >= 0 && input->length) {
		ssize_t n = write(command->in, input->data + input->start,
				  input->length);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) { /* nobody reads it: swallow the rest */
			n = (ssize_t)input->length;
			close_end(&command->in);
		}
		buffer_take(input, (size_t)n);
		send_number(command->channel, PT_VM_CONSUMED, (uint32_t)n);
	}
	if (command->input_ended && !input->length)
		close_end(&command->in);
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < MAX_COMMANDS; i++) {
			struct command *command = &commands[i];

			if (!command->used || command->pid != pid)
				continue;
			command->exited = true;
			command->status =
				WIFEXITED(status)
					? (uint32_t)WEXITSTATUS(status)
					: 128u + (uint32_t)WTERMSIG(status);
		}
	}
}

/* Those whose program has ended: the rest of the output, then the status.  A
 * process they left in the background may keep the pipes; its later output is
 * nobody's. */
static void finish_exited(void)
{
	for (int i = 0; i < MAX_COMMANDS; i++) {
		struct command *command = &commands[i];

		if (!command->used || !command->exited)
			continue;
		while (to_host.length < QUEUE_LIMIT &&
		       (command_output(command, &command->out, PT_VM_OUTPUT) ||
			command_output(command, &command->err, PT_VM_ERROR)))
			;
		if (to_host.length >= QUEUE_LIMIT)
			continue;
		send_number(command->channel, PT_VM_EXIT, command->status);
		command_end(command);
	}
}

/* --- the host ----------------------------------------------------------- */

static void handle_frame(const struct pt_vm_frame *frame, char *payload)
{
	struct command *command = command_find(frame->channel);
	uint32_t number = 0;

	if (frame->length == sizeof(number))
		memcpy(&number, payload, sizeof(number));
	if (frame->type == PT_VM_RUN) {
		command_start(frame->channel, payload, frame->length);
		return;
	}
	if (!command)
		return; /* it ended while the frame was under way */
	switch (frame->type) {
	case PT_VM_INPUT:
		if (!frame->length)
			command->input_ended = true;
		else if (command->in >= 0)
			buffer_add(&command->input, payload, frame->length);
		command_input(command);
		break;
	case PT_VM_SIGNAL: command_signal(command, (int)number); break;
	case PT_VM_HANGUP: command_hang_up(command); break;
	default: printf("ptap-vm: agent: unknown frame %u\n", frame->type);
	}
}

static void read_host(void)
{
	ssize_t n;

	buffer_reserve(&from_host, PT_VM_WIRE_CHUNK);
	n = read(port, from_host.data + from_host.start + from_host.length,
		 PT_VM_WIRE_CHUNK);
	if (n <= 0)
		return; /* nobody is at the other end yet, or not any more */
	from_host.length += (size_t)n;
	while (from_host.length >= sizeof(struct pt_vm_frame)) {
		struct pt_vm_frame frame;

		memcpy(&frame, from_host.data + from_host.start, sizeof(frame));
		if (frame.length > PT_VM_WIRE_MAX)
			die("frame of %u bytes", frame.length);
		if (from_host.length < sizeof(frame) + frame.length)
			break;
		handle_frame(&frame,
			     from_host.data + from_host.start + sizeof(frame));
		buffer_take(&from_host, sizeof(frame) + frame.length);
	}
}

static void write_host(void)
{
	while (to_host.length) {
		ssize_t n = write(port, to_host.data + to_host.start,
				  to_host.length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("cannot write to the host");
		buffer_take(&to_host, (size_t)n);
	}
}

static void watch(struct pollfd *polls, struct command **owners, int *count,
		  struct command *command, int fd, short events)
{
	if (fd < 0)
		return;
	polls[*count] = (struct pollfd){ .fd = fd, .events = events };
	owners[(*count)++] = command;
}

static void serve_ready(struct pollfd *poll, struct command *command)
{
	if (!command->used || !poll->revents)
		return;
	if (poll->fd == command->out)
		command_output(command, &command->out, PT_VM_OUTPUT);
	else if (poll->fd == command->err)
		command_output(command, &command->err, PT_VM_ERROR);
	else if (poll->fd == command->in)
		command_input(command);
}

/* Kills commands whose time to end by themselves is over.  Returns how many
 * milliseconds to wait until this must be called again, -1: not at all. */
static int kill_orphans(void)
{
	int wait = -1;

	for (int i = 0; i < MAX_COMMANDS; i++) {
		struct command *command = &commands[i];

		if (!command->used || !command->kill_at)
			continue;
		if (now() >= command->kill_at)
			command_signal(command, SIGKILL);
		wait = 1000;
	}
	return wait;
}

static void serve(int signals)
{
	struct pollfd polls[2 + 3 * MAX_COMMANDS];
	struct command *owners[2 + 3 * MAX_COMMANDS];
	struct signalfd_siginfo info;

	for (;;) {
		int count = 2;

		polls[0] = (struct pollfd){ port, POLLIN, 0 };
		if (to_host.length)
			polls[0].events |= POLLOUT;
		polls[1] = (struct pollfd){ signals, POLLIN, 0 };
		for (int i = 0; i < MAX_COMMANDS; i++) {
			struct command *command = &commands[i];

			if (!command->used)
				continue;
			if (to_host.length < QUEUE_LIMIT) {
				watch(polls, owners, &count, command,
				      command->out, POLLIN);
				watch(polls, owners, &count, command,
				      command->err, POLLIN);
			}
			if (command->input.length)
				watch(polls, owners, &count, command,
				      command->in, POLLOUT);
		}
		if (poll(polls, (nfds_t)count, kill_orphans()) < 0 &&
		    errno != EINTR)
			die("cannot poll");
		if (polls[1].revents &&
		    read(signals, &info, sizeof(info)) < 0 && errno != EAGAIN)
			die("cannot read signals");
		for (int i = 2; i < count; i++)
			serve_ready(&polls[i], owners[i]);
		reap();
		finish_exited();
		if (polls[0].revents & POLLIN)
			read_host();
		write_host();
	}
}

/* --- the way up --------------------------------------------------------- */

static void mount_or_die(const char *source, const char *target,
			 const char *type, unsigned long flags,
			 const char *data)
{
	if (mount(source, target, type, flags, data))
		die("cannot mount %s on %s", type ? type : source, target);
}

/* Those that a guest can do without if its kernel does not have them. */
static void mount_if_known(const char *target, const char *type,
			   const char *data)
{
	if (mount(type, target, type, 0, data) && errno != ENODEV &&
	    errno != ENOENT && errno != EBUSY)
		die("cannot mount %s on %s", type, target);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* /modules has them named so that the order of names is the order to load. */
static void load_modules(void)
{
	struct dirent **entries;
	int count = scandir("/modules", &entries, NULL, by_name);
	char path[300];

	if (count < 0)
		die("cannot read /modules");
	for (int i = 0; i < count; i++) {
		int fd;

		if (entries[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			die("cannot open %s", path);
		if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
			die("cannot load %s", path);
		close(fd);
	}
}

static void mount_share(const char *tag, const char *target)
{
	mkdir(target, 0755);
	mount_or_die(tag, target, "9p", MS_RDONLY,
		     "trans=virtio,version=9p2000.L,msize=512000,cache=loose");
}

static void mount_root(void)
{
	const char *overlay = "lowerdir=/host,"
			      "upperdir=/rw/upper,workdir=/rw/work";

	mkdir("/rw", 0755);
	mkdir("/new", 0755);
	mount_share(PT_VM_WIRE_ROOT_TAG, "/host");
	if (getenv(PT_VM_WIRE_PROGRAMS)) {
		mount_share(PT_VM_WIRE_PROGRAMS_TAG, "/programs");
		overlay = "lowerdir=/programs:/host,"
			  "upperdir=/rw/upper,workdir=/rw/work";
	}
	mount_or_die("tmpfs", "/rw", "tmpfs", 0, "size=75%,mode=0755");
	mkdir("/rw/upper", 0755);
	mkdir("/rw/work", 0755);
	mount_or_die("overlay", "/new", "overlay", 0, overlay);
	mount_or_die("/dev", "/new/dev", NULL, MS_MOVE, NULL);
	mount_or_die("proc", "/new/proc", "proc", 0, NULL);
	mount_or_die("sysfs", "/new/sys", "sysfs", 0, NULL);
	if (chdir("/new"))
		die("cannot enter the new root");
	mount_or_die("/new", "/", NULL, MS_MOVE, NULL);
	if (chroot(".") || chdir("/"))
		die("cannot change root");
	mount_if_known("/sys/kernel/debug", "debugfs", NULL);
	mount_if_known("/sys/kernel/tracing", "tracefs", NULL);
	mount_if_known("/sys/fs/cgroup", "cgroup2", NULL);
	mount_if_known("/sys/fs/bpf", "bpf", NULL);
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 01777);
	mount_if_known("/dev/pts", "devpts", "ptmxmode=0666,mode=0620,gid=5");
	mount_if_known("/dev/shm", "tmpfs", "mode=1777");
	mount_if_known("/run", "tmpfs", "mode=0755");
}

static void write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* not in this kernel */
	if (write(fd, value, strlen(value)) < 0)
		printf("ptap-vm: agent: cannot write %s: %s\n", path,
		       strerror(errno));
	close(fd);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("cannot make a socket");
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		die("cannot bring lo up");
	close(fd);
}

/* Opens the port called PT_VM_WIRE_PORT.  Its name comes with a message from
 * QEMU after the driver has started, so it may take a moment. */
static int open_port(void)
{
	static const char base[] = "/sys/class/virtio-ports";

	for (int i = 0; i < 500; i++) {
		DIR *dir = opendir(base);
		struct dirent *entry;
		char path[300], name[64];

		while (dir && (entry = readdir(dir))) {
			FILE *file;

			snprintf(path, sizeof(path), "%s/%s/name", base,
				 entry->d_name);
			file = fopen(path, "re");
			if (!file)
				continue;
			if (!fgets(name, sizeof(name), file))
				name[0] = '\0';
			fclose(file);
			if (strncmp(name, PT_VM_WIRE_PORT,
				    strlen(PT_VM_WIRE_PORT)))
				continue;
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			closedir(dir);
			return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		}
		if (dir)
			closedir(dir);
		usleep(10000);
	}
	errno = ENXIO;
	return -1;
}

int main(void)
{
	sigset_t set;
	int signals, fd;

	if (getpid() != 1) {
		fputs("ptap-vm-agent: this is the first process of a guest\n",
		      stderr);
		return 2;
	}
	mkdir("/dev", 0755);
	if (mount("dev", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		die("cannot mount /dev");
	fd = open("/dev/console", O_RDWR);
	if (fd >= 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts(PT_VM_WIRE_ALIVE);
	load_modules();
	mount_root();
	if (sethostname("ptap-vm", 7))
		die("cannot set the host name");
	loopback_up();
	write_setting("/proc/sys/kernel/printk", "5 4 1 7");
	write_setting("/proc/sys/kernel/core_pattern", "/dev/null");
	write_setting("/proc/sys/vm/drop_caches", "4"); /* without a message */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		die("cannot make a signalfd");
	port = open_port();
	if (port < 0)
		die("no serial port to the host");
	send_number(0, PT_VM_HELLO, PT_VM_WIRE_VERSION);
	serve(signals);
}
