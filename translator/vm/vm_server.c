/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "vm_server.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/proc.h"
#include "vm_link.h"
#include "vm_qemu.h"

#define MAX_ROUTES 256
#define CLIENT_QUEUE (4u << 20) /* a slow client stops the guest beyond this */

struct route {
	bool used;
	struct pt_vm_link *client; /* NULL: it is gone */
	uint16_t channel;	   /* the client's number */
};

struct server {
	struct pt_arena *arena;
	struct pt_vm_qemu *qemu;
	int listener;
	GPtrArray *clients;		 /* struct pt_vm_link * */
	struct route routes[MAX_ROUTES]; /* by the agent's number */
	bool stop;
	gint64 last_used;
};

static struct pt_error *make_address(struct pt_arena *arena, const char *path,
				     struct sockaddr_un *address)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return pt_error_new(arena, PT_E_VM,
				    "the path of the socket is too long: '%s'",
				    path);
	memcpy(address->sun_path, path, strlen(path));
	return NULL;
}

static struct pt_error *listen_at(struct pt_arena *arena, const char *path,
				  int *ret)
{
	struct sockaddr_un address;
	mode_t mask;
	int fd, failed;

	PT_TRY(make_address(arena, path, &address));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return pt_error_errno(arena, errno, "make a socket for", path);
	mask = umask(0077);
	failed = bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
		 listen(fd, 64);
	umask(mask);
	if (failed) {
		struct pt_error *error =
			pt_error_errno(arena, errno, "listen at", path);

		close(fd);
		return error;
	}
	*ret = fd;
	return NULL;
}

/* --- from clients to the guest ------------------------------------------ */

static int find_route(const struct server *server,
		      const struct pt_vm_link *client, uint16_t channel)
{
	for (int i = 1; i < MAX_ROUTES; i++)
		if (server->routes[i].used &&
		    server->routes[i].client == client &&
		    server->routes[i].channel == channel)
			return i;
	return -1;
}

static int add_route(struct server *server, struct pt_vm_link *client,
		     uint16_t channel)
{
	for (int i = 1; i < MAX_ROUTES; i++) {
		if (server->routes[i].used)
			continue;
		server->routes[i] = (struct route){ true, client, channel };
		return i;
	}
	return -1;
}

static void from_client(struct server *server, struct pt_vm_link *client,
			const struct pt_vm_frame *frame, const guint8 *payload)
{
	int agent;

	server->last_used = g_get_monotonic_time();
	switch (frame->type) {
	case PT_VM_STOP: server->stop = true; return;
	case PT_VM_RUN:
		agent = add_route(server, client, frame->channel);
		if (agent < 0)
			pt_vm_link_send_number(client, frame->channel,
					       PT_VM_FAILED, EBUSY);
		break;
	case PT_VM_INPUT:
	case PT_VM_SIGNAL:
		agent = find_route(server, client, frame->channel);
		break;
	default: return; /* not for a client to send */
	}
	if (agent > 0)
		pt_vm_link_send(server->qemu->link, (uint16_t)agent,
				frame->type, payload, frame->length);
}

static void client_gone(struct server *server, struct pt_vm_link *client)
{
	for (int i = 1; i < MAX_ROUTES; i++) {
		if (!server->routes[i].used ||
		    server->routes[i].client != client)
			continue;
		/* the number stays taken until the agent says EXIT */
		server->routes[i].client = NULL;
		pt_vm_link_send(server->qemu->link, (uint16_t)i, PT_VM_HANGUP,
				NULL, 0);
	}
	g_ptr_array_remove(server->clients, client);
	pt_vm_link_destroy(client);
}

static void serve_client(struct server *server, struct pt_vm_link *client,
			 short events)
{
	struct pt_vm_frame frame;
	const guint8 *payload;

	if (events & POLLOUT)
		pt_vm_link_flush(client);
	if (!(events & ~POLLOUT))
		return;
	pt_vm_link_fill(client);
	while (pt_vm_link_next(client, &frame, &payload))
		from_client(server, client, &frame, payload);
	if (client->fd < 0)
		client_gone(server, client);
}

/* --- from the guest to clients ------------------------------------------ */

static void from_guest(struct server *server, const struct pt_vm_frame *frame,
		       const guint8 *payload)
{
	struct route *route;

	if (frame->channel >= MAX_ROUTES)
		return;
	route = &server->routes[frame->channel];
	if (!route->used)
		return;
	server->last_used = g_get_monotonic_time();
	if (frame->type == PT_VM_EXIT && route->client) {
		const char *text =
			pt_vm_qemu_trouble(server->qemu, server->arena);

		if (text)
			pt_vm_link_send(route->client, route->channel,
					PT_VM_TROUBLE, text, strlen(text));
	}
	if (route->client)
		pt_vm_link_send(route->client, route->channel, frame->type,
				payload, frame->length);
	if (frame->type == PT_VM_EXIT || frame->type == PT_VM_FAILED)
		route->used = false;
}

static void tell_down(struct server *server)
{
	const char *text = pt_vm_qemu_trouble(server->qemu, server->arena);

	if (!text)
		text = pt_arena_printf(
			server->arena, "it went away%s",
			pt_vm_qemu_tail(server->qemu, server->arena));
	for (guint i = 0; i < server->clients->len; i++)
		pt_vm_link_send(server->clients->pdata[i], 0, PT_VM_DOWN, text,
				strlen(text));
}

static bool clients_keep_up(const struct server *server)
{
	for (guint i = 0; i < server->clients->len; i++) {
		const struct pt_vm_link *client = server->clients->pdata[i];

		if (client->out->len > CLIENT_QUEUE)
			return false;
	}
	return true;
}

static void accept_client(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0)
		g_ptr_array_add(server->clients, pt_vm_link_create(fd));
}

static bool idle(struct server *server, unsigned seconds)
{
	for (int i = 1; i < MAX_ROUTES; i++)
		if (server->routes[i].used)
			return false;
	return seconds && g_get_monotonic_time() - server->last_used >
				  seconds * G_USEC_PER_SEC;
}

/* One round.  False: time to end. */
static bool serve_once(struct server *server)
{
	guint count = server->clients->len;
	struct pollfd *polls = g_new0(struct pollfd, count + 3);
	GPtrArray *clients = g_ptr_array_copy(server->clients, NULL, NULL);
	struct pt_vm_qemu *qemu = server->qemu;
	struct pt_vm_frame frame;
	const guint8 *payload;

	polls[0] = (struct pollfd){ server->listener, POLLIN, 0 };
	polls[1] = (struct pollfd){ qemu->console, POLLIN, 0 };
	polls[2] = (struct pollfd){ qemu->link->fd,
				    pt_vm_link_events(qemu->link), 0 };
	if (!clients_keep_up(server))
		polls[2].events &= ~POLLIN;
	for (guint i = 0; i < count; i++) {
		struct pt_vm_link *client = clients->pdata[i];

		polls[3 + i] = (struct pollfd){ client->fd,
						pt_vm_link_events(client), 0 };
	}
	poll(polls, count + 3, 1000);
	if (polls[0].revents)
		accept_client(server);
	if (polls[1].revents)
		pt_vm_qemu_read_console(qemu);
	for (guint i = 0; i < count; i++)
		serve_client(server, clients->pdata[i], polls[3 + i].revents);
	if (polls[2].revents & POLLOUT)
		pt_vm_link_flush(qemu->link);
	if (polls[2].revents & ~POLLOUT)
		pt_vm_link_fill(qemu->link);
	while (pt_vm_link_next(qemu->link, &frame, &payload))
		from_guest(server, &frame, payload);
	g_ptr_array_unref(clients);
	g_free(polls);
	if (qemu->link->fd < 0) {
		tell_down(server);
		return false;
	}
	return !server->stop && !pt_proc_interrupted();
}

struct pt_error *pt_vm_server_run(struct pt_arena *arena,
				  const struct pt_target *target,
				  const struct pt_vm_options *options,
				  const char *path, unsigned idle_seconds,
				  void (*ready)(void *arg), void *arg)
{
	struct server server = { .arena = arena };
	struct pt_error *error;

	PT_TRY(pt_vm_qemu_boot(arena, target, options, &server.qemu));
	error = listen_at(arena, path, &server.listener);
	if (error) {
		pt_vm_qemu_stop(server.qemu);
		return error;
	}
	server.clients = g_ptr_array_new();
	server.last_used = g_get_monotonic_time();
	ready(arg);
	while (serve_once(&server) && !idle(&server, idle_seconds))
		;
	unlink(path);
	close(server.listener);
	pt_vm_qemu_stop(server.qemu);
	for (guint i = 0; i < server.clients->len; i++)
		pt_vm_link_destroy(server.clients->pdata[i]);
	g_ptr_array_unref(server.clients);
	return NULL;
}

struct pt_error *pt_vm_server_stop(struct pt_arena *arena, const char *path)
{
	struct sockaddr_un address;
	struct pt_vm_link *link;
	int fd;

	PT_TRY(make_address(arena, path, &address));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return pt_error_errno(arena, errno, "make a socket for", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		struct pt_error *error = pt_error_new(
			arena, PT_E_VM, "no guest answers at '%s': %s", path,
			strerror(errno));

		close(fd);
		return error;
	}
	link = pt_vm_link_create(fd);
	pt_vm_link_send(link, 0, PT_VM_STOP, NULL, 0);
	while (link->fd >= 0) {
		struct pollfd wait = { .fd = link->fd, .events = POLLIN };

		poll(&wait, 1, -1);
		pt_vm_link_fill(link);
	}
	pt_vm_link_destroy(link);
	return NULL;
}
