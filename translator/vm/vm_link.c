/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "vm_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pt_vm_link *pt_vm_link_create(int fd)
{
	struct pt_vm_link *link = g_new0(struct pt_vm_link, 1);

	link->fd = fd;
	link->in = g_byte_array_new();
	link->out = g_byte_array_new();
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return link;
}

static void close_link(struct pt_vm_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	g_byte_array_set_size(link->out, 0);
}

void pt_vm_link_destroy(struct pt_vm_link *link)
{
	close_link(link);
	g_byte_array_unref(link->in);
	g_byte_array_unref(link->out);
	g_free(link);
}

void pt_vm_link_flush(struct pt_vm_link *link)
{
	while (link->fd >= 0 && link->out->len) {
		ssize_t n = send(link->fd, link->out->data, link->out->len,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			/* what it sent before may still be read */
			g_byte_array_set_size(link->out, 0);
			return;
		}
		g_byte_array_remove_range(link->out, 0, (guint)n);
	}
}

void pt_vm_link_send(struct pt_vm_link *link, uint16_t channel, uint16_t type,
		     const void *data, size_t length)
{
	struct pt_vm_frame frame = { .length = (uint32_t)length,
				     .channel = channel,
				     .type = type };

	if (link->fd < 0)
		return;
	g_byte_array_append(link->out, (const guint8 *)&frame, sizeof(frame));
	if (length)
		g_byte_array_append(link->out, data, (guint)length);
	pt_vm_link_flush(link);
}

void pt_vm_link_send_number(struct pt_vm_link *link, uint16_t channel,
			    uint16_t type, uint32_t number)
{
	pt_vm_link_send(link, channel, type, &number, sizeof(number));
}

void pt_vm_link_fill(struct pt_vm_link *link)
{
	static guint8 chunk[64 << 10];
	ssize_t n;

	if (link->fd < 0)
		return;
	if (link->taken) {
		g_byte_array_remove_range(link->in, 0, link->taken);
		link->taken = 0;
	}
	n = recv(link->fd, chunk, sizeof(chunk), 0);
	if (n > 0)
		g_byte_array_append(link->in, chunk, (guint)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_link(link);
}

bool pt_vm_link_next(struct pt_vm_link *link, struct pt_vm_frame *frame,
		     const guint8 **payload)
{
	guint left = link->in->len - link->taken;

	if (left < sizeof(*frame))
		return false;
	memcpy(frame, link->in->data + link->taken, sizeof(*frame));
	if (frame->length > PT_VM_WIRE_MAX) {
		close_link(link);
		return false;
	}
	if (left < sizeof(*frame) + frame->length)
		return false;
	*payload = link->in->data + link->taken + sizeof(*frame);
	link->taken += (guint)sizeof(*frame) + frame->length;
	return true;
}

short pt_vm_link_events(const struct pt_vm_link *link)
{
	return link->out->len ? POLLIN | POLLOUT : POLLIN;
}
