/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an array lies in memory, for map.c and iterate.c.
 *
 * A table holds its entries in one block, made when the module loads.  An entry
 * is: this header, one word a key (the number, or the string's length), the
 * value, the bytes of the string keys.  With stats values each possible CPU has
 * a table of its own, so that adding shares nothing.
 *
 * The locks of the array are held by the handler: see enum ptrt_lock_mode.
 */
#ifndef PTRT_DATA_MAP_LAYOUT_H
#define PTRT_DATA_MAP_LAYOUT_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "../script.h"
#include "../../include/ptap/limits.h"

struct ptrt_entry {
	struct ptrt_entry *chain; /* same bucket; or the next free one */
	u32 hash;
	u32 pad;
	u64 birth; /* counts over all CPUs: order of insertion */
	struct ptrt_entry *newer, *older;
	/* foreach over stats: the same key on other CPUs; the next key */
	struct ptrt_entry *twin, *next_key;
	s64 key[];
};

struct ptrt_table {
	struct ptrt_entry **bucket;
	char *block;
	struct ptrt_entry *oldest, *newest, *free;
	u32 used; /* entries of the block that were ever taken */
	u32 count;
};

/* What foreach sorts by. */
struct ptrt_rank {
	struct ptrt_entry *entry;
	s64 value;
};

/* Arrays with these keys have a search of their own. */
enum ptrt_map_shape {
	PTRT_MAP_LONG,
	PTRT_MAP_STRING,
	PTRT_MAP_LONG_LONG,
	PTRT_MAP_STRING_LONG,
	PTRT_MAP_LONG_STRING,
	PTRT_MAP_ANY,
};

struct ptrt_map {
	const struct ptrt_map_desc *desc;
	enum ptrt_map_shape shape;
	u32 n_keys;
	u32 string_keys;
	u32 mask; /* buckets - 1 */
	u32 max_string;
	u32 size;
	u32 stride;	  /* bytes from entry to entry */
	u32 value_offset; /* in an entry; a string value starts with its length */
	u32 string_offset[PTAP_KEYS_MAX];
	u32 n_tables;
	u32 open; /* foreach loops */
	atomic64_t births;
	struct ptrt_table **table; /* by CPU; [0] alone without stats */
	/* for foreach; NULL if there is none */
	struct ptrt_rank **ranks;   /* by loop */
	struct ptrt_entry **merged; /* stats: buckets of distinct keys */
	struct ptrt_stat *sum;	    /* room for one */
};

static inline void *ptrt_entry_value(const struct ptrt_map *m,
				     const struct ptrt_entry *e)
{
	return (char *)e + m->value_offset;
}

static inline struct ptrt_str ptrt_entry_string(const struct ptrt_map *m,
						const struct ptrt_entry *e)
{
	const char *value = ptrt_entry_value(m, e);

	return (struct ptrt_str){ value + 8, *(const u32 *)value };
}

static inline struct ptrt_str ptrt_entry_key(const struct ptrt_map *m,
					     const struct ptrt_entry *e,
					     unsigned int key)
{
	return (struct ptrt_str){ (const char *)e + m->string_offset[key],
				  e->key[key] };
}

/* Are E's keys KEYS?  A key with its bit in WILD is any. */
bool ptrt_entry_matches(const struct ptrt_map *m, const struct ptrt_entry *e,
			const struct ptrt_key *keys, unsigned int wild);

/* Have both entries, of one array, the same keys? */
bool ptrt_entry_same(const struct ptrt_map *m, const struct ptrt_entry *a,
		     const struct ptrt_entry *b);

/* Memory of foreach for M, whose other fields are set; taken and given back with
 * the array.  0 or -ENOMEM. */
int ptrt_iter_create(struct ptrt_map *m);
void ptrt_iter_destroy(struct ptrt_map *m);

#endif
