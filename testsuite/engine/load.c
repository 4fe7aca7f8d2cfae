// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load SECONDS: keeps a guest's kernel busy with files, processes, pipes, sockets, signals,
 * memory and time, so that many of its functions run.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/ptap-load.XXXXXX";

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void check(long result, const char *what)
{
	if (result < 0)
		die(what);
}

static void use_files(void)
{
	char text[8192], path[64], other[64];
	struct stat info;
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(path, sizeof(path), "%s/file", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	memset(text, 'x', sizeof(text));
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	check(fd, "open");
	check(write(fd, text, sizeof(text)), "write");
	check(pwrite(fd, text, 100, 5000), "pwrite");
	check(lseek(fd, 0, SEEK_SET), "lseek");
	check(read(fd, text, sizeof(text)), "read");
	check(fsync(fd), "fsync");
	check(ftruncate(fd, 100), "ftruncate");
	check(flock(fd, LOCK_EX), "flock");
	check(fcntl(fd, F_GETFL), "fcntl");
	check(fstat(fd, &info), "fstat");
	close(fd);
	check(rename(path, other), "rename");
	check(link(other, path), "link");
	check(unlink(other), "unlink");
	check(symlink(path, other), "symlink");
	check(readlink(other, text, sizeof(text)), "readlink");
	check(chmod(path, 0640), "chmod");
	check(access(other, R_OK), "access");
	dir = opendir(folder);
	while (dir && (entry = readdir(dir)))
		check(fstatat(dirfd(dir), entry->d_name, &info, 0), "fstatat");
	closedir(dir);
	check(unlink(other), "unlink");
	check(unlink(path), "unlink");
}

static void use_proc(void)
{
	static const char *const names[] = { "/proc/self/maps",
					     "/proc/self/status", "/proc/stat",
					     "/proc/meminfo", "/proc/mounts" };
	char text[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int fd = open(names[i], O_RDONLY);

		while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
			;
		if (fd >= 0)
			close(fd);
	}
}

static void use_processes(void)
{
	int pipes[2], status;
	char byte;
	pid_t pid;

	check(pipe(pipes), "pipe");
	pid = fork();
	check(pid, "fork");
	if (!pid) {
		dup2(pipes[1], 1);
		execlp("true", "true", (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	while (read(pipes[0], &byte, 1) > 0)
		;
	close(pipes[0]);
	check(waitpid(pid, &status, 0), "waitpid");
	pid = fork();
	check(pid, "fork");
	if (!pid) {
		pause();
		_exit(0);
	}
	check(kill(pid, SIGKILL), "kill");
	check(waitpid(pid, &status, 0), "waitpid");
}

static void *touch_memory(void *unused)
{
	char *map = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		die("mmap");
	for (int i = 0; i < 64; i++)
		map[i * 4096] = (char)i;
	check(mprotect(map, 4096, PROT_READ), "mprotect");
	check(madvise(map, 64 * 4096, MADV_DONTNEED), "madvise");
	check(munmap(map, 64 * 4096), "munmap");
	return unused;
}

static void use_threads(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		if (pthread_create(&threads[i], NULL, touch_memory, NULL))
			die("pthread_create");
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
}

static void exchange(int a, int b)
{
	struct pollfd wanted = { .fd = b, .events = POLLIN };
	char text[300];

	memset(text, 'y', sizeof(text));
	check(write(a, text, sizeof(text)), "write to a socket");
	check(poll(&wanted, 1, 1000), "poll");
	check(read(b, text, sizeof(text)), "read of a socket");
}

static void use_inet(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int server = socket(AF_INET, type, 0), client, peer = -1;

	if (server < 0 && errno == EAFNOSUPPORT)
		return;
	check(server, "socket");
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	check(bind(server, (struct sockaddr *)&address, length), "bind");
	check(getsockname(server, (struct sockaddr *)&address, &length),
	      "getsockname");
	client = socket(AF_INET, type, 0);
	check(client, "socket");
	if (type == SOCK_STREAM)
		check(listen(server, 1), "listen");
	check(connect(client, (struct sockaddr *)&address, length), "connect");
	if (type == SOCK_STREAM) {
		peer = accept(server, NULL, NULL);
		check(peer, "accept");
		exchange(client, peer);
		exchange(peer, client);
		shutdown(client, SHUT_RDWR);
		close(peer);
	} else {
		exchange(client, server);
	}
	close(client);
	close(server);
}

static void use_sockets(void)
{
	int pair[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	exchange(pair[0], pair[1]);
	close(pair[0]);
	close(pair[1]);
	use_inet(SOCK_STREAM);
	use_inet(SOCK_DGRAM);
}

static void use_events(void)
{
	struct itimerspec soon = { .it_value.tv_nsec = 1000000 };
	struct timespec nap = { .tv_nsec = 200000 };
	struct epoll_event event = { .events = EPOLLIN };
	int poller = epoll_create1(0), timer, counter = eventfd(1, 0);
	uint64_t value;

	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	check(poller, "epoll_create1");
	check(timer, "timerfd_create");
	check(timerfd_settime(timer, 0, &soon, NULL), "timerfd_settime");
	check(epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event), "epoll_ctl");
	check(epoll_wait(poller, &event, 1, 1000), "epoll_wait");
	check(read(counter, &value, sizeof(value)), "read of an eventfd");
	close(counter);
	close(timer);
	close(poller);
	nanosleep(&nap, NULL);
}

static void ignore(int number)
{
	(void)number;
}

static void use_signals(void)
{
	struct sigaction action = { .sa_handler = ignore };
	struct utsname names;
	struct rusage usage;

	check(sigaction(SIGUSR1, &action, NULL), "sigaction");
	check(raise(SIGUSR1), "raise");
	check(getrusage(RUSAGE_SELF, &usage), "getrusage");
	check(uname(&names), "uname");
}

static void raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return;
	if (!ioctl(fd, SIOCGIFFLAGS, &request)) {
		request.ifr_flags |= IFF_UP;
		check(ioctl(fd, SIOCSIFFLAGS, &request), "the loopback device");
	}
	close(fd);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);

	if (!mkdtemp(folder))
		die("mkdtemp");
	raise_loopback();
	do {
		use_files();
		use_proc();
		use_processes();
		use_threads();
		use_sockets();
		use_events();
		use_signals();
	} while (time(NULL) < end);
	check(rmdir(folder), "rmdir");
	return 0;
}
