/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_VMALLOC_H
#define SHIM_VMALLOC_H

#include <stdlib.h>

/* Fails when this many have succeeded; -1: never. */
extern long shim_allocations_left;
void *vzalloc(size_t size);
#define vzalloc_node(size, node) vzalloc(size)
#define vfree(p) free(p)

#endif
