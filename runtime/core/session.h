/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session: from START to STOP (states in wire.h).
 */
#ifndef PTRT_CORE_SESSION_H
#define PTRT_CORE_SESSION_H

#include <linux/types.h>

#include "../../include/ptap/wire.h"

struct ptrt_cpu;
struct poll_table_struct;
struct file;

/* c->error of a handler that called abort(): an error in no other way. */
extern const char ptrt_text_aborted[];

/* ---- any context ------------------------------------------------------ */

/* The script is to end: no handler begins any more, the controller is told.
 * ABORTED: by an error, skips or overload. */
void ptrt_session_end(bool aborted);

/* One run-time error more: beyond MAXERRORS the session ends. */
void ptrt_session_error(void);

/* An error of the whole session, MESSAGE, told by the owner of CPU. */
void ptrt_session_fail(struct ptrt_cpu *cpu, const char *message);

/* A probe's condition may have changed: probes are armed and disarmed, later, by
 * a worker. */
void ptrt_session_rearm(void);

/* -x, -c: the process that the script is about. */
s64 ptrt_session_target(void);

/* ---- process context, may sleep --------------------------------------- */

/* Runs the begin probes, arms the rest.  TARGET: a process, or 0.  -EBUSY if
 * this was done before. */
int ptrt_session_start(s64 target);

/* May arming and disarming of single probes go on?  Nobody waits to stop. */
bool ptrt_session_rearming(void);

/* MODULE, which is not this one, comes or goes: calls ACT if probes are armed,
 * while nobody starts or stops the session. */
struct module;
void ptrt_session_module(struct module *module,
			 void (*act)(struct module *module));

/* Disarms, runs the end or error probes; the last records are in the streams
 * when it returns.  Nothing to do if that was done. */
void ptrt_session_stop(void);

/* The controller went away: stop, later, by a worker. */
void ptrt_session_abandon(void);

/* Moves the mark to now, if all handlers that were running end soon. */
void ptrt_session_mark(void);

void ptrt_session_status(struct ptap_status *status);
unsigned int ptrt_session_state(void);

/* Polled for changes of the state. */
void ptrt_session_poll_wait(struct file *file, struct poll_table_struct *table);

/* At the end of the module, when no file of it is open: stops whatever runs. */
void ptrt_session_finish(void);

#endif
