/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One guest for many clients: its commands come over a unix socket.
 */
#ifndef PT_VM_SERVER_H
#define PT_VM_SERVER_H

#include "vm.h"

/* Boots a guest and serves it at the socket PATH; calls READY once both are
 * there.  Returns when a client asks for it, the guest is gone, a signal asks us
 * to end, or nothing ran for IDLE_SECONDS (0: whatever time that is).  The
 * socket is removed. */
struct pt_error *pt_vm_server_run(struct pt_arena *arena,
				  const struct pt_target *target,
				  const struct pt_vm_options *options,
				  const char *path, unsigned idle_seconds,
				  void (*ready)(void *arg), void *arg);

/* Asks the server at PATH to end, and waits until it has. */
struct pt_error *pt_vm_server_stop(struct pt_arena *arena, const char *path);

#endif
