/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "vm_qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/file.h"
#include "../base/proc.h"
#include "vm_image.h"

#define CONSOLE_KEPT (64u << 10)
#define TAIL_LINES 40

/* A KVM node may be there and not run an ordinary kernel.  A guest that it does
 * run is at its first process well within this time. */
#define KVM_TRIAL_MS 2000

/* QEMU's room for translated code, in MB; it forgets all of it when that is full.  With
 * its default, 1 GB, a page of guest memory may come to have so much of it, some of
 * text that is no longer there, that each store to the page takes a look at all
 * (page_collection_lock() in QEMU 7.2), and the guest stands still for minutes. */
#define TRANSLATED_MB 128

#define KERNEL_OPTIONS                                          \
	"console=ttyS0 quiet loglevel=4 panic=-1 oops=panic "   \
	"softlockup_panic=1 rcupdate.rcu_cpu_stall_timeout=60 " \
	"random.trust_cpu=on edd=off cryptomgr.notests"

static const char *const complaints[] = {
	"Kernel panic",
	"BUG: ",
	"Oops",
	"WARNING: ",
	"general protection fault",
	"divide error",
	"invalid opcode",
	"Unable to handle",
	"detected stall",
	"self-detected",
	"hung_task",
	"soft lockup",
	"hard LOCKUP",
	"INFO: task ",
	"ptap-vm: agent: ",
};

/* --- the console -------------------------------------------------------- */

bool pt_vm_qemu_read_console(struct pt_vm_qemu *qemu)
{
	char chunk[4096];
	ssize_t n;

	if (qemu->console < 0)
		return false;
	while ((n = read(qemu->console, chunk, sizeof(chunk))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (chunk[i] != '\r' && chunk[i])
				g_string_append_c(qemu->text, chunk[i]);
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(qemu->console);
		qemu->console = -1;
	}
	if (qemu->text->len > CONSOLE_KEPT) {
		gssize surplus = (gssize)(qemu->text->len - CONSOLE_KEPT / 2);

		g_string_erase(qemu->text, 0, surplus);
		qemu->checked -= MIN(qemu->checked, (size_t)surplus);
	}
	return qemu->console >= 0;
}

const char *pt_vm_qemu_tail(const struct pt_vm_qemu *qemu,
			    struct pt_arena *arena)
{
	char **lines = g_strsplit(qemu->text->str, "\n", -1);
	guint count = g_strv_length(lines);
	guint first = count > TAIL_LINES ? count - TAIL_LINES : 0;
	GString *tail = pt_arena_string(arena);

	for (guint i = first; i < count; i++)
		if (*g_strstrip(lines[i]))
			g_string_append_printf(tail, "\n    | %s", lines[i]);
	g_strfreev(lines);
	return tail->str;
}

/* The first line from START on that is a complaint, NULL if there is none. */
static char *find_complaint(const char *start)
{
	char **lines = g_strsplit(start, "\n", -1);
	char *found = NULL;

	for (guint i = 0; lines[i] && !found; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(complaints); k++)
			if (strstr(lines[i], complaints[k])) {
				found = g_strdup(lines[i]);
				break;
			}
	g_strfreev(lines);
	return found;
}

const char *pt_vm_qemu_trouble(struct pt_vm_qemu *qemu, struct pt_arena *arena)
{
	const char *end, *text;
	char *line;

	pt_vm_qemu_read_console(qemu);
	end = strrchr(qemu->text->str + qemu->checked, '\n');
	if (!end)
		return NULL;
	line = find_complaint(qemu->text->str + qemu->checked);
	if (!line) {
		qemu->checked = (size_t)(end + 1 - qemu->text->str);
		return NULL;
	}
	/* let it say all of it */
	for (int i = 0; i < 10 && qemu->console >= 0; i++) {
		g_usleep(50000);
		pt_vm_qemu_read_console(qemu);
	}
	qemu->checked = qemu->text->len;
	text = pt_arena_printf(arena, "%s%s", line,
			       pt_vm_qemu_tail(qemu, arena));
	g_free(line);
	return text;
}

/* --- the command line --------------------------------------------------- */

static void add(GPtrArray *argv, const char *first, const char *second)
{
	g_ptr_array_add(argv, (gpointer)first);
	if (second)
		g_ptr_array_add(argv, (gpointer)second);
}

/* Lets the guest see the folder PATH. */
static void add_share(struct pt_arena *arena, GPtrArray *argv, const char *path,
		      const char *tag)
{
	add(argv, "-virtfs",
	    pt_arena_printf(arena,
			    "local,path=%s,mount_tag=%s,security_model=none,"
			    "readonly=on,multidevs=remap",
			    path, tag));
}

static const char *const *command_line(struct pt_arena *arena,
				       const struct pt_target *target,
				       const struct pt_vm_options *options,
				       const char *image, bool kvm, int agent)
{
	GPtrArray *argv = pt_arena_ptr_array(arena);
	unsigned cpus = options->cpus ? options->cpus : 2;
	bool foreign = pt_target_is_foreign(target);

	if (options->icount)
		cpus = 1;
	add(argv,
	    !strcmp(target->arch, "i386") ? "qemu-system-i386"
					  : "qemu-system-x86_64",
	    NULL);
	add(argv, "-nodefaults", "-no-user-config");
	add(argv, "-display", "none");
	add(argv, "-no-reboot", NULL);
	if (options->icount) {
		add(argv, "-accel", "tcg");
		add(argv, "-icount", "shift=0,sleep=off");
	} else if (kvm) {
		add(argv, "-accel", "kvm");
	} else {
		add(argv, "-accel",
		    pt_arena_printf(arena, "tcg,thread=%s,tb-size=%u",
				    options->parallel ? "multi" : "single",
				    TRANSLATED_MB));
	}
	add(argv, "-cpu", kvm ? "host" : "max");
	add(argv, "-smp", pt_arena_printf(arena, "%u", cpus));
	add(argv, "-m",
	    pt_arena_printf(arena, "%u",
			    options->memory_mb ? options->memory_mb : 1024));
	add(argv, "-kernel", target->image);
	add(argv, "-initrd", image);
	add(argv, "-append",
	    foreign ? KERNEL_OPTIONS " " PT_VM_WIRE_PROGRAMS "=yes"
		    : KERNEL_OPTIONS);
	add(argv, "-chardev", "stdio,id=console,signal=off");
	add(argv, "-serial", "chardev:console");
	add(argv, "-device", "virtio-serial-pci");
	add(argv, "-chardev",
	    pt_arena_printf(arena, "socket,id=agent,fd=%d", agent));
	add(argv, "-device",
	    "virtserialport,chardev=agent,name=" PT_VM_WIRE_PORT);
	add_share(arena, argv, "/", PT_VM_WIRE_ROOT_TAG);
	if (foreign)
		add_share(arena, argv, I386_ROOT, PT_VM_WIRE_PROGRAMS_TAG);
	g_ptr_array_add(argv, NULL);
	return (const char *const *)argv->pdata;
}

/* --- start and end ------------------------------------------------------ */

static void run_qemu(const char *const *argv, int console, int agent,
		     pid_t parent)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	/* its own session: Ctrl-C is for the command in the guest */
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fcntl(agent, F_SETFD, 0);
	if (null < 0 || dup2(null, 0) < 0 || dup2(console, 1) < 0 ||
	    dup2(console, 2) < 0)
		_exit(1);
	execvp(argv[0], (char *const *)argv);
	dprintf(2, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static struct pt_error *launch(struct pt_arena *arena,
			       const struct pt_target *target,
			       const struct pt_vm_options *options,
			       const char *image, bool kvm,
			       struct pt_vm_qemu **ret)
{
	int console[2], agent[2];
	const char *const *argv;
	struct pt_vm_qemu *qemu;
	pid_t parent = getpid(), pid;

	if (pipe2(console, O_CLOEXEC))
		return pt_error_errno(arena, errno, "make", "a pipe");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, agent)) {
		close(console[0]);
		close(console[1]);
		return pt_error_errno(arena, errno, "make", "a socket");
	}
	argv = command_line(arena, target, options, image, kvm, agent[1]);
	pid = fork();
	if (!pid)
		run_qemu(argv, console[1], agent[1], parent);
	close(console[1]);
	close(agent[1]);
	if (pid < 0) {
		close(console[0]);
		close(agent[0]);
		return pt_error_errno(arena, errno, "start", argv[0]);
	}
	qemu = g_new0(struct pt_vm_qemu, 1);
	qemu->pid = pid;
	qemu->console = console[0];
	fcntl(qemu->console, F_SETFL, O_NONBLOCK);
	qemu->text = g_string_new(NULL);
	qemu->link = pt_vm_link_create(agent[0]);
	qemu->kvm = kvm;
	*ret = qemu;
	return NULL;
}

void pt_vm_qemu_stop(struct pt_vm_qemu *qemu)
{
	kill(qemu->pid, SIGKILL);
	while (waitpid(qemu->pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (qemu->console >= 0)
		close(qemu->console);
	g_string_free(qemu->text, TRUE);
	pt_vm_link_destroy(qemu->link);
	g_free(qemu);
}

/* Waits for something on the console or from the agent, until DEADLINE (of
 * g_get_monotonic_time()).  False: nothing more to wait for. */
static bool wait_for_guest(struct pt_vm_qemu *qemu, gint64 deadline)
{
	struct pollfd polls[2] = {
		{ .fd = qemu->console, .events = POLLIN },
		{ .fd = qemu->link->fd, .events = POLLIN },
	};
	gint64 left = (deadline - g_get_monotonic_time()) / 1000;

	if (left <= 0 || pt_proc_interrupted())
		return false;
	if (poll(polls, 2, (int)MIN(left, 1000)) < 0 && errno != EINTR)
		return false;
	pt_vm_link_fill(qemu->link);
	return pt_vm_qemu_read_console(qemu);
}

/* True once the first process of the guest runs. */
static bool wait_until_alive(struct pt_vm_qemu *qemu, gint64 deadline)
{
	while (!strstr(qemu->text->str, PT_VM_WIRE_ALIVE))
		if (!wait_for_guest(qemu, deadline))
			return false;
	return true;
}

static bool wait_until_ready(struct pt_vm_qemu *qemu, gint64 deadline)
{
	struct pt_vm_frame frame;
	const guint8 *payload;
	uint32_t version;

	while (!pt_vm_link_next(qemu->link, &frame, &payload))
		if (!wait_for_guest(qemu, deadline))
			return false;
	if (frame.type != PT_VM_HELLO || frame.length != sizeof(version))
		return false;
	memcpy(&version, payload, sizeof(version));
	return version == PT_VM_WIRE_VERSION;
}

/* What an earlier trial of KVM since this machine was booted has shown. */
enum verdict { VERDICT_NONE, VERDICT_WORKS, VERDICT_FAILS };

static const char *verdict_path(struct pt_arena *arena)
{
	const char *cache;

	if (pt_file_cache_dir(arena, &cache))
		return NULL;
	return pt_arena_printf(arena, "%s/vm-kvm", cache);
}

static const char *verdict_text(struct pt_arena *arena, enum verdict verdict)
{
	char *boot = NULL;
	const char *text;

	if (!g_file_get_contents("/proc/sys/kernel/random/boot_id", &boot, NULL,
				 NULL))
		return NULL;
	text = pt_arena_printf(arena, "%s %s\n", g_strstrip(boot),
			       verdict == VERDICT_WORKS ? "works" : "fails");
	g_free(boot);
	return text;
}

static enum verdict verdict_get(struct pt_arena *arena)
{
	const char *path = verdict_path(arena);
	enum verdict verdict = VERDICT_NONE;
	char *text = NULL;

	if (!path || !g_file_get_contents(path, &text, NULL, NULL))
		return VERDICT_NONE;
	if (!g_strcmp0(text, verdict_text(arena, VERDICT_WORKS)))
		verdict = VERDICT_WORKS;
	else if (!g_strcmp0(text, verdict_text(arena, VERDICT_FAILS)))
		verdict = VERDICT_FAILS;
	g_free(text);
	return verdict;
}

/* Only saves the next run a trial, so it does not matter if it cannot. */
static void verdict_set(struct pt_arena *arena, enum verdict verdict)
{
	const char *path = verdict_path(arena);
	const char *text = verdict_text(arena, verdict);

	if (path && text)
		g_file_set_contents(path, text, -1, NULL);
}

static struct pt_error *boot_error(struct pt_arena *arena,
				   struct pt_vm_qemu *qemu,
				   const struct pt_target *target)
{
	struct pt_error *error;

	if (pt_proc_interrupted())
		return pt_error_new(arena, PT_E_INTERRUPTED, "interrupted");
	pt_vm_qemu_read_console(qemu);
	error = pt_error_new(arena, PT_E_VM,
			     "the guest with kernel %s did not come up%s",
			     target->release, pt_vm_qemu_tail(qemu, arena));
	if (strstr(qemu->text->str, "cannot run qemu-system"))
		pt_error_hint(error, "install QEMU (Debian: apt-get install "
				     "qemu-system-x86)");
	return error;
}

static struct pt_error *try_boot(struct pt_arena *arena,
				 const struct pt_target *target,
				 const struct pt_vm_options *options,
				 const char *image, bool kvm, gint64 alive_ms,
				 struct pt_vm_qemu **ret)
{
	unsigned seconds = options->boot_seconds ? options->boot_seconds : 120;
	gint64 start = g_get_monotonic_time();
	struct pt_vm_qemu *qemu = NULL;
	struct pt_error *error;

	PT_TRY(launch(arena, target, options, image, kvm, &qemu));
	if (wait_until_alive(qemu, start + alive_ms * 1000)) {
		if (kvm)
			verdict_set(arena, VERDICT_WORKS);
		if (wait_until_ready(qemu, start + seconds * G_USEC_PER_SEC)) {
			*ret = qemu;
			return NULL;
		}
	} else if (kvm && !pt_proc_interrupted()) {
		verdict_set(arena, VERDICT_FAILS);
	}
	error = boot_error(arena, qemu, target);
	pt_vm_qemu_stop(qemu);
	return error;
}

/* What a guest with another word size runs instead of this machine's programs. */
struct pt_error *pt_vm_need_programs(struct pt_arena *arena,
				     const struct pt_target *target,
				     const char *agent, const char **ret_agent)
{
	if (!agent)
		agent = g_getenv("PTAP_VM_AGENT");
	if (!agent)
		agent = PKGLIBEXECDIR "/ptap-vm-agent";
	*ret_agent = pt_target_program(arena, target, agent);
	if (!pt_target_is_foreign(target))
		return NULL;
	PT_TRY(pt_target_need_program(arena, target, I386_ROOT));
	return pt_target_need_program(arena, target, *ret_agent);
}

struct pt_error *pt_vm_qemu_boot(struct pt_arena *arena,
				 const struct pt_target *target,
				 const struct pt_vm_options *options,
				 struct pt_vm_qemu **ret)
{
	unsigned seconds = options->boot_seconds ? options->boot_seconds : 120;
	enum verdict verdict = verdict_get(arena);
	const char *agent = options->agent, *image;

	if (!target->image)
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_KERNEL,
				     "kernel %s has no image to boot",
				     target->release),
			"install linux-image-%s", target->release);
	if (options->progress)
		options->progress(pt_arena_printf(
			arena, "booting kernel %s in a virtual machine",
			target->release));
	PT_TRY(pt_vm_need_programs(arena, target, options->agent, &agent));
	PT_TRY(pt_vm_image_get(arena, target, agent, &image));
	if (!options->icount && verdict != VERDICT_FAILS &&
	    !access("/dev/kvm", R_OK | W_OK)) {
		struct pt_error *error =
			try_boot(arena, target, options, image, true,
				 verdict == VERDICT_WORKS ? seconds * 1000
							  : KVM_TRIAL_MS,
				 ret);

		if (!error || pt_proc_interrupted())
			return error;
		if (options->progress)
			options->progress("KVM does not run this kernel here; "
					  "using software emulation");
	}
	return try_boot(arena, target, options, image, false, seconds * 1000,
			ret);
}
