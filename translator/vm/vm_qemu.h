/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU process with a guest that has come up.
 */
#ifndef PT_VM_QEMU_H
#define PT_VM_QEMU_H

#include "vm.h"
#include "vm_link.h"

struct pt_vm_qemu {
	pid_t pid;
	int console;		 /* what the guest's console and QEMU say */
	GString *text;		 /* its last part */
	size_t checked;		 /* up to here it was searched for trouble */
	struct pt_vm_link *link; /* to the agent */
	bool kvm;
};

/* Boots a guest and waits until its agent is ready.  It dies with us. */
struct pt_error *pt_vm_qemu_boot(struct pt_arena *arena,
				 const struct pt_target *target,
				 const struct pt_vm_options *options,
				 struct pt_vm_qemu **ret);

/* Reads what has come on the console, without waiting.  False once QEMU has
 * closed it: the guest is gone. */
bool pt_vm_qemu_read_console(struct pt_vm_qemu *qemu);

/* If the kernel has complained on the console (oops, lockup, stall, warning)
 * since the last call: what it said, with the last lines; else NULL. */
const char *pt_vm_qemu_trouble(struct pt_vm_qemu *qemu, struct pt_arena *arena);

/* The last lines of the console, indented. */
const char *pt_vm_qemu_tail(const struct pt_vm_qemu *qemu,
			    struct pt_arena *arena);

/* Kills QEMU and frees QEMU. */
void pt_vm_qemu_stop(struct pt_vm_qemu *qemu);

#endif
