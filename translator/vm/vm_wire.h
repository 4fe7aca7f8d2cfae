/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames between the host and the agent in the guest, over a virtio serial
 * port, and between a client and the server of a shared guest, over a unix
 * socket.  Both ends run on one machine, so numbers are in its byte order.
 *
 * A channel is one command.  The client chooses its number; the server maps the
 * numbers of its clients to free ones of the agent.
 */
#ifndef PT_VM_WIRE_H
#define PT_VM_WIRE_H

#include <assert.h>
#include <stdint.h>

#define PT_VM_WIRE_VERSION 1u

/* The name of the virtio serial port. */
#define PT_VM_WIRE_PORT "ptap.agent"

/* The tag of the 9p share with the host's root. */
#define PT_VM_WIRE_ROOT_TAG "ptaproot"

/* The tag of the 9p share with programs that hide those of the host's root, and
 * the variable in the agent's environment that says there is one. */
#define PT_VM_WIRE_PROGRAMS_TAG "ptapprograms"
#define PT_VM_WIRE_PROGRAMS "PTAP_PROGRAMS"

/* Written to the guest's console by the agent as its first act. */
#define PT_VM_WIRE_ALIVE "ptap-vm: alive"

/* The longest payload: arguments and environment of a command. */
#define PT_VM_WIRE_MAX (4u << 20)

/* Data frames are cut to this. */
#define PT_VM_WIRE_CHUNK (32u << 10)

/* A host has at most so many bytes of a command's input under way. */
#define PT_VM_WIRE_WINDOW (64u << 10)

enum pt_vm_frame_type {
	/* host to guest */
	PT_VM_RUN = 1, /* struct pt_vm_run_header, then its strings */
	PT_VM_INPUT,   /* bytes for stdin; none: end of file */
	PT_VM_SIGNAL,  /* uint32_t signal; those that a terminal sends, and
			 * SIGKILL, go to the whole process group */
	PT_VM_HANGUP,  /* the client is gone: end the command */
	/* guest to host */
	PT_VM_HELLO,	/* uint32_t PT_VM_WIRE_VERSION: ready for commands */
	PT_VM_OUTPUT,	/* bytes of stdout */
	PT_VM_ERROR,	/* bytes of stderr */
	PT_VM_CONSUMED, /* uint32_t: bytes of input the command has taken */
	PT_VM_EXIT,	/* uint32_t: exit status, 128 + signal if killed */
	PT_VM_FAILED,	/* uint32_t errno: could not be run */
	/* client to server */
	PT_VM_STOP, /* end the guest and the server */
	/* server to client */
	PT_VM_TROUBLE, /* text: the guest's kernel complained; EXIT follows */
	PT_VM_DOWN,    /* text: the guest is gone, and why */
};

struct pt_vm_frame {
	uint32_t length; /* of the payload that follows */
	uint16_t channel;
	uint16_t type; /* enum pt_vm_frame_type */
};

static_assert(sizeof(struct pt_vm_frame) == 8, "frame header has no holes");

/* Followed by cwd, the arguments, the environment: NUL terminated strings. */
struct pt_vm_run_header {
	uint32_t argc;
	uint32_t envc;
};

static_assert(sizeof(struct pt_vm_run_header) == 8, "run header has no holes");

#endif
