/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The systems of tracepoints ("sched" of sched_switch), from what the kernel keeps
 * of its trace events.
 */
#ifndef PT_TRACEPOINTS_H
#define PT_TRACEPOINTS_H

#include <stddef.h>
#include <stdint.h>

/* The event of tracepoint NAME is the kernel's variable event_NAME. */
#define PT_TRACEPOINT_EVENT "event_"
#define PT_TRACEPOINT_SYMBOL "__tracepoint_"

/* Tracepoints call their probes from functions of this name, which take what the
 * probes take. */
#define PT_TRACEPOINT_CALLER "__traceiter_"

/* SIZE bytes at a link-time ADDRESS of FROM; NULL: it does not have them. */
typedef const void *(*pt_memory_fn)(const void *from, uint64_t address,
				    size_t size);

/* The system of the trace event at the address EVENT (struct trace_event_call of
 * linux/trace_events.h: a list's two pointers, then one to the class, which begins
 * with one to the system's name), on a machine with words of WORD bytes; NULL: not
 * to be had.  The text is FROM's. */
const char *pt_tracepoint_system(pt_memory_fn memory, const void *from,
				 size_t word, uint64_t event);

/* A section of files made from BTF, which have no data: pairs of names of
 * tracepoints and systems, each with a NUL behind it. */
#define PT_TRACEPOINT_SECTION ".trace_systems"

#endif
