/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A signal that asks us to end comes in one of three situations:
 *   no child runs       all is removed and the signal ends us, in the handler;
 *   a captured child    its group is killed; pt_proc_run() returns
 *                       PT_E_INTERRUPTED, main prints and pt_proc_cleanup()
 *                       ends us by the signal;
 *   a child with our    the signal is handed on and the child's end awaited.
 *   output
 * The handler uses system calls and memory of fixed place only, because it may
 * find the heap in any state.
 *
 * Other threads than the main one may run captured children, too (the runtime is
 * built while a script is elaborated): the tables have a lock, which is never
 * held with these signals open.
 */
#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEMPS_MAX 64
#define CHILDREN_MAX 16
#define DEPTH_MAX 32
#define REMOVE_TRIES 100

extern char **environ;

struct temp {
	char *volatile path;				  /* NULL: free */
	enum { TEMP_FILE, TEMP_DIR, TEMP_DIR_KEPT } kind; /* by -k */
};

static struct temp temps[TEMPS_MAX];
static volatile sig_atomic_t interrupted; /* the signal, 0: none came */
static volatile sig_atomic_t children[CHILDREN_MAX]; /* captured: groups */
static volatile sig_atomic_t our_child;	 /* one with our output; 0: none */
static volatile sig_atomic_t handed_on;	 /* it got the signal */
static volatile sig_atomic_t main_waits; /* for a captured child */
static volatile sig_atomic_t ending;	 /* no more children */
static volatile bool keep_dirs;
static pid_t owner;
static GThread *main_thread;
static GMutex lock;

static const int handled[] = { SIGINT, SIGTERM, SIGHUP };

struct dirent_record { /* as getdents64 gives it */
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t type;
	char name[];
};

static void remove_tree(int parent, const char *name, int depth)
{
	_Alignas(struct dirent_record) char buffer[2048];
	long length, at;
	int fd;

	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		unlinkat(parent, name, 0);
		return;
	}
	while ((length = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) >
	       0) {
		for (at = 0; at < length;) {
			struct dirent_record *d = (void *)(buffer + at);

			at += d->length;
			if (!strcmp(d->name, ".") || !strcmp(d->name, ".."))
				continue;
			if (d->type == DT_DIR && depth < DEPTH_MAX)
				remove_tree(fd, d->name, depth + 1);
			else
				unlinkat(fd, d->name, 0);
		}
	}
	close(fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

/* Killed children may still be writing for a moment. */
static void remove_persistently(const char *path)
{
	const struct timespec pause = { 0, 10 * 1000 * 1000 };
	struct stat st;
	int tries;

	for (tries = 0; tries < REMOVE_TRIES; tries++) {
		remove_tree(AT_FDCWD, path, 0);
		if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return;
		nanosleep(&pause, NULL);
	}
}

/* MAY_FREE: not in a signal handler. */
static void remove_temps(bool may_free)
{
	unsigned i;

	for (i = 0; i < TEMPS_MAX; i++) {
		char *path = temps[i].path;

		if (!path)
			continue;
		if (temps[i].kind == TEMP_FILE)
			unlink(path);
		else if (temps[i].kind == TEMP_DIR || !keep_dirs)
			remove_persistently(path);
		temps[i].path = NULL;
		if (may_free)
			g_free(path);
	}
}

static void die_by(int sig)
{
	sigset_t set;

	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void kill_children(void)
{
	unsigned i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (children[i])
			kill(-children[i], SIGKILL);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	static const char text[] = "error: interrupted [interrupted]\n";
	bool again = interrupted;
	int saved = errno;

	(void)context;
	if (getpid() != owner) {
		die_by(sig);
		return;
	}
	interrupted = sig;
	kill_children();
	if (our_child) {
		handed_on = 1;
		/* The terminal tells the whole group by itself. */
		if (info->si_code != SI_KERNEL)
			kill(our_child, sig);
	} else if (!main_waits || again) {
		ssize_t ignored;

		remove_temps(false);
		ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
		(void)ignored;
		die_by(sig);
	}
	errno = saved;
}

void pt_proc_init(void)
{
	struct sigaction action = { 0 };
	struct sigaction old;
	unsigned i;

	owner = getpid();
	main_thread = g_thread_self();
	action.sa_sigaction = on_signal;
	action.sa_flags = SA_SIGINFO;
	for (i = 0; i < G_N_ELEMENTS(handled); i++)
		sigaddset(&action.sa_mask, handled[i]);
	for (i = 0; i < G_N_ELEMENTS(handled); i++) {
		/* What our parent chose to ignore (nohup) stays ignored. */
		sigaction(handled[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(handled[i], &action, NULL);
	}
	atexit(pt_proc_cleanup);
}

bool pt_proc_interrupted(void)
{
	return interrupted != 0;
}

static void enter(sigset_t *old)
{
	sigset_t set;
	unsigned i;

	sigemptyset(&set);
	for (i = 0; i < G_N_ELEMENTS(handled); i++)
		sigaddset(&set, handled[i]);
	pthread_sigmask(SIG_BLOCK, &set, old);
	g_mutex_lock(&lock);
}

static void leave(const sigset_t *old)
{
	g_mutex_unlock(&lock);
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

static bool temp_add(const char *path, int kind)
{
	unsigned i;

	for (i = 0; i < TEMPS_MAX; i++) {
		if (temps[i].path)
			continue;
		temps[i].kind = kind;
		temps[i].path = g_strdup(path);
		return true;
	}
	return false;
}

void pt_proc_temp_add(const char *path)
{
	sigset_t old;

	enter(&old);
	temp_add(path, TEMP_FILE);
	leave(&old);
}

void pt_proc_temp_drop(const char *path)
{
	sigset_t old;
	unsigned i;

	enter(&old);
	for (i = 0; i < TEMPS_MAX; i++) {
		char *have = temps[i].path;

		if (have && !strcmp(have, path)) {
			temps[i].path = NULL;
			g_free(have);
		}
	}
	leave(&old);
}

static struct pt_error *make_tmpdir(struct pt_arena *arena, const char *parent,
				    int kind, const char **ret)
{
	char *path = pt_arena_printf(arena, "%s/ptap-XXXXXX", parent);
	struct pt_error *error = NULL;
	sigset_t old;

	enter(&old);
	if (!mkdtemp(path))
		error = pt_error_errno(arena, errno,
				       "make the temporary folder", path);
	else if (!temp_add(path, kind)) {
		rmdir(path);
		error = pt_error_new(arena, PT_E_INTERNAL,
				     "too many temporary folders");
	}
	leave(&old);
	if (!error)
		*ret = path;
	return error;
}

struct pt_error *pt_proc_tmpdir(struct pt_arena *arena, const char **ret)
{
	return make_tmpdir(arena, g_get_tmp_dir(), TEMP_DIR_KEPT, ret);
}

struct pt_error *pt_proc_tmpdir_in(struct pt_arena *arena, const char *parent,
				   const char **ret)
{
	return make_tmpdir(arena, parent, TEMP_DIR, ret);
}

void pt_proc_keep(bool keep)
{
	keep_dirs = keep;
}

void pt_proc_cleanup(void)
{
	sigset_t old;

	if (getpid() != owner)
		return;
	enter(&old);
	ending = 1;
	kill_children();
	remove_temps(true);
	if (interrupted && !handed_on) {
		fflush(NULL);
		die_by(interrupted);
	}
	leave(&old);
}

/* ---- running a program ------------------------------------------------- */

static char **merged_env(struct pt_arena *arena, const char *const *added)
{
	size_t n = 0, n_added = 0, used = 0, i, j;
	char **env;

	if (!added)
		return environ;
	while (environ[n])
		n++;
	while (added[n_added])
		n_added++;
	env = pt_new_array(arena, char *, n + n_added + 1);
	for (i = 0; i < n; i++) {
		size_t name = strcspn(environ[i], "=") + 1;

		for (j = 0; j < n_added; j++)
			if (!strncmp(environ[i], added[j], name))
				break;
		if (j == n_added)
			env[used++] = environ[i];
	}
	for (j = 0; j < n_added; j++)
		env[used++] = (char *)added[j];
	return env;
}

/* A child that has ended already needs no limit. */
static void limit(pid_t pid, unsigned seconds)
{
	const struct rlimit cpu = { seconds, seconds + 1 };

	(void)prlimit(pid, RLIMIT_CPU, &cpu, NULL);
}

/* What a child gets as it starts; pipes are -1 when output is passed. */
static int spawn(const struct pt_proc_spec *spec, char **env, int out, int err,
		 const sigset_t *mask, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	short flags = POSIX_SPAWN_SETSIGMASK;
	int result;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	if (spec->cwd)
		posix_spawn_file_actions_addchdir_np(&actions, spec->cwd);
	if (out >= 0) {
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						 "/dev/null", O_RDONLY, 0);
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
		posix_spawnattr_setpgroup(&attr, 0);
		flags |= POSIX_SPAWN_SETPGROUP;
	}
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setflags(&attr, flags);
	result = posix_spawnp(ret, spec->argv[0], &actions, &attr,
			      (char *const *)spec->argv, env);
	if (!result && spec->cpu_seconds)
		limit(*ret, spec->cpu_seconds);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return result;
}

struct stream {
	int fd;
	GString *text;
};

static void read_some(struct stream *stream, struct pollfd *poll)
{
	char buffer[16384];
	ssize_t length;

	if (!poll->revents)
		return;
	length = read(stream->fd, buffer, sizeof(buffer));
	if (length > 0)
		g_string_append_len(stream->text, buffer, length);
	else if (length == 0 || errno != EINTR)
		poll->fd = -1;
}

static void read_all(struct stream *streams)
{
	struct pollfd polls[2] = { { streams[0].fd, POLLIN, 0 },
				   { streams[1].fd, POLLIN, 0 } };

	while (polls[0].fd >= 0 || polls[1].fd >= 0) {
		if (poll(polls, 2, -1) < 0)
			continue;
		read_some(&streams[0], &polls[0]);
		read_some(&streams[1], &polls[1]);
	}
}

static struct pt_error *spawn_error(struct pt_arena *arena, int errnum,
				    const struct pt_proc_spec *spec)
{
	if (errnum == ENOENT && spec->cwd && access(spec->cwd, X_OK) < 0)
		return pt_error_errno(arena, errno, "go to", spec->cwd);
	if (errnum == ENOENT)
		return pt_error_new(arena, PT_E_FILE,
				    strchr(spec->argv[0], '/')
					    ? "cannot run '%s': not found"
					    : "cannot run '%s': not found in "
					      "PATH",
				    spec->argv[0]);
	return pt_error_errno(arena, errnum, "run", spec->argv[0]);
}

/* Enters PID as a running child or, with 0, clears the entry that had OLD. */
static void set_child(bool shares_output, pid_t old, pid_t pid)
{
	unsigned i;

	if (shares_output) {
		our_child = pid;
		return;
	}
	for (i = 0; i < CHILDREN_MAX; i++) {
		if (children[i] == old) {
			children[i] = pid;
			break;
		}
	}
	if (g_thread_self() == main_thread)
		main_waits = pid != 0;
}

static struct pt_error *interrupted_error(struct pt_arena *arena)
{
	return pt_error_new(arena, PT_E_INTERRUPTED, "interrupted");
}

static void close_pair(const int *pair)
{
	if (pair[0] >= 0)
		close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
}

struct pt_error *pt_proc_run(struct pt_arena *arena,
			     const struct pt_proc_spec *spec,
			     struct pt_proc_result *ret)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, errnum, status;
	char **env = merged_env(arena, spec->env);
	struct stream streams[2];
	sigset_t old;
	pid_t pid;

	if (!spec->pass_output &&
	    (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)) {
		errnum = errno;
		close_pair(out);
		return pt_error_errno(arena, errnum, "make a pipe for",
				      spec->argv[0]);
	}
	enter(&old);
	errnum = interrupted || ending
			 ? EINTR
			 : spawn(spec, env, out[1], err[1], &old, &pid);
	if (!errnum)
		set_child(spec->pass_output, 0, pid);
	leave(&old);
	if (errnum) {
		close_pair(out);
		close_pair(err);
		return errnum == EINTR ? interrupted_error(arena)
				       : spawn_error(arena, errnum, spec);
	}

	streams[0] = (struct stream){ out[0], pt_arena_string(arena) };
	streams[1] = (struct stream){ err[0], pt_arena_string(arena) };
	if (!spec->pass_output) {
		close(out[1]);
		close(err[1]);
		read_all(streams);
		close(out[0]);
		close(err[0]);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	enter(&old);
	set_child(spec->pass_output, pid, 0);
	leave(&old);
	if ((interrupted || ending) && !spec->pass_output)
		return interrupted_error(arena);
	ret->status = WIFEXITED(status) ? WEXITSTATUS(status)
					: 128 + WTERMSIG(status);
	ret->out = streams[0].text->str;
	ret->out_length = streams[0].text->len;
	ret->err = streams[1].text->str;
	ret->err_length = streams[1].text->len;
	return NULL;
}
