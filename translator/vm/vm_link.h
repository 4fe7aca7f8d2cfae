/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One end of a connection that carries frames (vm_wire.h), not blocking.
 */
#ifndef PT_VM_LINK_H
#define PT_VM_LINK_H

#include <glib.h>
#include <stdbool.h>

#include "vm_wire.h"

struct pt_vm_link {
	int fd; /* -1 once the other end is gone */
	GByteArray *in, *out;
	unsigned taken; /* bytes at the start of IN already returned */
};

/* Takes over FD and makes it non-blocking. */
struct pt_vm_link *pt_vm_link_create(int fd);
void pt_vm_link_destroy(struct pt_vm_link *link);

/* Queues a frame and writes what can be written now. */
void pt_vm_link_send(struct pt_vm_link *link, uint16_t channel, uint16_t type,
		     const void *data, size_t length);
void pt_vm_link_send_number(struct pt_vm_link *link, uint16_t channel,
			    uint16_t type, uint32_t number);

/* Writes what can be written now. */
void pt_vm_link_flush(struct pt_vm_link *link);

/* Reads what can be read now; closes FD at the end of file or on an error.  What
 * was read before stays available to pt_vm_link_next(). */
void pt_vm_link_fill(struct pt_vm_link *link);

/* The next whole frame, if there is one; *payload is valid until the next call
 * of a function of this file for LINK.  A frame that is too long closes FD. */
bool pt_vm_link_next(struct pt_vm_link *link, struct pt_vm_frame *frame,
		     const guint8 **payload);

/* The events to poll FD for. */
short pt_vm_link_events(const struct pt_vm_link *link);

#endif
