/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of a script's data, taken when the module loads: counted, and refused
 * beyond -DSTP_MAXMEMORY (kB; 0: no limit).  Process context only.
 */
#ifndef PTRT_DATA_ALLOC_H
#define PTRT_DATA_ALLOC_H

#include <linux/types.h>

/* Zeroed memory, best near CPU's node (-1: any).  NULL: none left, or beyond the
 * limit (then a message was printed in the kernel's log). */
void *ptrt_alloc(size_t size, int cpu);

/* SIZE as given to ptrt_alloc.  P may be NULL. */
void ptrt_free(void *p, size_t size);

/* Bytes in use now. */
size_t ptrt_alloc_used(void);

#endif
