/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays: what the module's start and end need.  What handlers do with arrays is
 * declared in script.h.
 */
#ifndef PTRT_DATA_MAP_H
#define PTRT_DATA_MAP_H

#include <linux/types.h>

struct ptrt_map;
struct ptrt_map_desc;
struct ptrt_script;

/*
 * An empty array with all memory that it will ever use: one table, or with
 * stats values one for each possible CPU.  LIMITS are ptrt_script.limits; the
 * descriptor is kept and must live as long.  Process context.  NULL: no memory.
 */
struct ptrt_map *ptrt_map_create(const struct ptrt_map_desc *desc,
				 const int64_t *limits);

/* M may be NULL. */
void ptrt_map_destroy(struct ptrt_map *m);

/* All arrays of SCRIPT, each stored where its descriptor says.  0, or -ENOMEM
 * with nothing left behind. */
int ptrt_maps_create(const struct ptrt_script *script);
void ptrt_maps_destroy(const struct ptrt_script *script);

#endif
