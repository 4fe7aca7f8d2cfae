/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Throw-away guests: QEMU boots an installed kernel with the host's root shared
 * read-only under an overlay, and runs commands there.  What the guest writes is
 * gone with it.  A command sees the host's files as they are when it starts.
 *
 * An i386 kernel runs no x86_64 program.  Where ptap was built for x86_64, the
 * guest sees 32-bit programs (build-aux/install-i386) in place of the host's of
 * the same name, and the host's files otherwise.
 */
#ifndef PT_VM_H
#define PT_VM_H

#include "../base/error.h"
#include "../base/target.h"

/* The environment variable with the socket of a running guest (ptap-vm start)
 * that is to be used instead of booting one. */
#define PT_VM_SOCKET "PTAP_VM_SOCKET"

struct pt_vm;

struct pt_vm_options {
	unsigned memory_mb; /* 0: 1024 */
	unsigned cpus;	    /* 0: 2 */
	bool icount;	    /* guest time counts instructions, one CPU */
	/* Emulated CPUs run at once, not in turn: faster, but QEMU before 8.1
	 * may go on with old code after the kernel has patched its text, and
	 * hang (mended there by "accel/tcg: Always lock pages before
	 * translation"). */
	bool parallel;
	unsigned boot_seconds; /* give up after; 0: 120 */
	/* Path of the agent; NULL: the installed one, or $PTAP_VM_AGENT.  A
	 * foreign kernel gets the one that pt_target_program() tells of. */
	const char *agent;
	void (*progress)(const char *text); /* NULL: silent */
};

struct pt_vm_command {
	const char *const *argv; /* NULL terminated */
	const char *const *env;	 /* the whole of it; NULL: ours */
	const char *cwd;	 /* NULL: ours */
	int in;			 /* -1: no input, the command reads EOF */
	int out, err;
	unsigned timeout; /* seconds, 0: none; then the command is killed and
			   * its status is 124 */
};

/* The path of the agent in *RET_AGENT, AGENT as in pt_vm_options.  PT_E_VM if a
 * foreign kernel's programs, that or the libraries, are not there. */
struct pt_error *pt_vm_need_programs(struct pt_arena *arena,
				     const struct pt_target *target,
				     const char *agent, const char **ret_agent);

/* Boots a guest with the kernel of TARGET, or connects to the running one that
 * $PTAP_VM_SOCKET names.  KVM is used where it works.  PT_E_VM if there is no
 * QEMU or the guest does not come up. */
struct pt_error *pt_vm_start(struct pt_arena *arena,
			     const struct pt_target *target,
			     const struct pt_vm_options *options,
			     struct pt_vm **ret);

/* The running guest behind the socket at PATH. */
struct pt_error *pt_vm_connect(struct pt_arena *arena, const char *path,
			       struct pt_vm **ret);

/* Runs COMMAND to its end, its output passed on as it comes.  SIGINT, SIGTERM,
 * SIGHUP and SIGQUIT that we get meanwhile go to it.  *ret_status: exit status,
 * 128 + signal if killed, 127 if there is no such program.  PT_E_VM_CRASHED, with
 * the end of the console, if the guest's kernel oopsed, hung or warned, whether
 * or not the command ended. */
struct pt_error *pt_vm_run(struct pt_vm *vm,
			   const struct pt_vm_command *command,
			   int *ret_status);

/* Ends a guest that pt_vm_start() booted; leaves a shared one alone. */
void pt_vm_stop(struct pt_vm *vm);

#endif
