/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct pg_percpu of the script: one part for each possible CPU, with the
 * scalar statistics and the counters.
 */
#ifndef PTRT_DATA_PARTS_H
#define PTRT_DATA_PARTS_H

struct ptrt_script;

/* Makes and initialises all parts.  0 or -ENOMEM with nothing left behind.
 * Process context. */
int ptrt_parts_create(const struct ptrt_script *script);
void ptrt_parts_destroy(void);

/* CPU's part: what that CPU's context has as percpu.  NULL if the script has
 * none, or CPU is not possible. */
void *ptrt_parts_of(unsigned int cpu);

#endif
