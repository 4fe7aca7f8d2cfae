// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays: tables of a fixed number of entries, found by hash, linked in the
 * order of insertion.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "../script.h"
#include "alloc.h"
#include "bytes.h"
#include "map.h"
#include "map_layout.h"
#include "stat.h"

/* ---- keys ------------------------------------------------------------- */

/*
 * N and STRINGS, the number of keys and which are strings, are constants where
 * this must be fast (see SHAPES), and the array's own elsewhere.
 */

/* Strings longer than any script string can only be literals. */
static __always_inline u32 key_length(const struct ptrt_map *m,
				      const struct ptrt_key *key)
{
	return min(key->n, m->max_string);
}

static __always_inline u32 hash_keys(const struct ptrt_map *m,
				     const struct ptrt_key *keys, u32 n,
				     u32 strings)
{
	u64 hash = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		if (strings & 1u << i)
			hash = ptrt_hash_bytes(hash, keys[i].s,
					       key_length(m, &keys[i]));
		else
			hash = ptrt_hash_word(hash, keys[i].v);
	}
	return ptrt_hash_end(hash);
}

static __always_inline bool same_keys(const struct ptrt_map *m,
				      const struct ptrt_entry *e,
				      const struct ptrt_key *keys, u32 n,
				      u32 strings)
{
	u32 i;

	for (i = 0; i < n; i++) {
		u32 length;

		if (!(strings & 1u << i)) {
			if (e->key[i] != keys[i].v)
				return false;
			continue;
		}
		length = key_length(m, &keys[i]);
		if (e->key[i] != length ||
		    !ptrt_same_bytes((char *)e + m->string_offset[i], keys[i].s,
				     length))
			return false;
	}
	return true;
}

bool ptrt_entry_matches(const struct ptrt_map *m, const struct ptrt_entry *e,
			const struct ptrt_key *keys, unsigned int wild)
{
	u32 i;

	for (i = 0; i < m->n_keys; i++) {
		if (wild & 1u << i)
			continue;
		if (m->string_keys & 1u << i) {
			u32 n = key_length(m, &keys[i]);

			if (e->key[i] != n ||
			    memcmp((char *)e + m->string_offset[i], keys[i].s,
				   n))
				return false;
		} else if (e->key[i] != keys[i].v) {
			return false;
		}
	}
	return true;
}

bool ptrt_entry_same(const struct ptrt_map *m, const struct ptrt_entry *a,
		     const struct ptrt_entry *b)
{
	u32 i;

	if (a->hash != b->hash)
		return false;
	for (i = 0; i < m->n_keys; i++) {
		if (a->key[i] != b->key[i])
			return false;
		if (m->string_keys & 1u << i &&
		    memcmp((char *)a + m->string_offset[i],
			   (char *)b + m->string_offset[i], a->key[i]))
			return false;
	}
	return true;
}

/* ---- tables ----------------------------------------------------------- */

static __always_inline struct ptrt_entry *lookup(const struct ptrt_map *m,
						 const struct ptrt_table *t,
						 const struct ptrt_key *keys,
						 u32 n, u32 strings)
{
	u32 hash = hash_keys(m, keys, n, strings);
	struct ptrt_entry *e;

	for (e = t->bucket[hash & m->mask]; e; e = e->chain)
		if (e->hash == hash && same_keys(m, e, keys, n, strings))
			return e;
	return NULL;
}

static void release(const struct ptrt_map *m, struct ptrt_table *t,
		    struct ptrt_entry *e)
{
	struct ptrt_entry **at = &t->bucket[e->hash & m->mask];

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	if (e->older)
		e->older->newer = e->newer;
	else
		t->oldest = e->newer;
	if (e->newer)
		e->newer->older = e->older;
	else
		t->newest = e->older;
	e->chain = t->free;
	t->free = e;
	t->count--;
}

/* An entry that holds nothing; NULL: full. */
static struct ptrt_entry *take(const struct ptrt_map *m, struct ptrt_table *t)
{
	struct ptrt_entry *e;

	if (!t->free) {
		if (t->used < m->size)
			return (void *)(t->block +
					(size_t)t->used++ * m->stride);
		if (!m->desc->wrap)
			return NULL;
		release(m, t, t->oldest);
	}
	e = t->free;
	t->free = e->chain;
	return e;
}

static void clear_value(const struct ptrt_map_desc *desc, void *value)
{
	if (desc->value == PTRT_STATS)
		ptrt_stat_clear(value, desc->stat);
	else if (desc->value == PTRT_STRING)
		memset(value, 0, 8 + 1); /* length and text */
	else
		memset(value, 0, sizeof(int64_t));
}

/* A new element; its value. */
static noinline void *insert(struct ptrt_context *c, struct ptrt_map *m,
			     struct ptrt_table *t, const struct ptrt_key *keys)
{
	u32 hash = hash_keys(m, keys, m->n_keys, m->string_keys), i;
	struct ptrt_entry *e = take(m, t);

	if (!e) {
		ptrt_error(c, "%s", m->desc->overflow);
		return NULL;
	}
	for (i = 0; i < m->n_keys; i++) {
		if (m->string_keys & 1u << i) {
			u32 n = key_length(m, &keys[i]);
			char *text = (char *)e + m->string_offset[i];

			/* The text may be that of the entry just replaced. */
			memmove(text, keys[i].s, n);
			text[n] = 0;
			e->key[i] = n;
		} else {
			e->key[i] = keys[i].v;
		}
	}
	clear_value(m->desc, ptrt_entry_value(m, e));
	e->hash = hash;
	e->birth = atomic64_inc_return(&m->births);
	e->chain = t->bucket[hash & m->mask];
	t->bucket[hash & m->mask] = e;
	e->newer = NULL;
	e->older = t->newest;
	if (t->newest)
		t->newest->newer = e;
	else
		t->oldest = e;
	t->newest = e;
	t->count++;
	return ptrt_entry_value(m, e);
}

/*
 * Searching, compiled once for each of the usual keys: SHAPE(its functions'
 * suffix, enum ptrt_map_shape, number of keys, which are strings).
 */
#define SHAPES(SHAPE)                                  \
	SHAPE(long, PTRT_MAP_LONG, 1, 0)               \
	SHAPE(string, PTRT_MAP_STRING, 1, 1)           \
	SHAPE(long_long, PTRT_MAP_LONG_LONG, 2, 0)     \
	SHAPE(string_long, PTRT_MAP_STRING_LONG, 2, 1) \
	SHAPE(long_string, PTRT_MAP_LONG_STRING, 2, 2)

/* find_x: the element, or NULL.  reach_x: its value; it is made if missing. */
#define DEFINE_SHAPE(suffix, shape, n, strings)                        \
	static noinline struct ptrt_entry *find_##suffix(              \
		const struct ptrt_map *m, const struct ptrt_table *t,  \
		const struct ptrt_key *keys)                           \
	{                                                              \
		return lookup(m, t, keys, n, strings);                 \
	}                                                              \
	static noinline void *reach_##suffix(                          \
		struct ptrt_context *c, struct ptrt_map *m,            \
		struct ptrt_table *t, const struct ptrt_key *keys)     \
	{                                                              \
		struct ptrt_entry *e = lookup(m, t, keys, n, strings); \
                                                                       \
		return likely(e) ? ptrt_entry_value(m, e)              \
				 : insert(c, m, t, keys);              \
	}
SHAPES(DEFINE_SHAPE)
DEFINE_SHAPE(any, PTRT_MAP_ANY, m->n_keys, m->string_keys)

static __always_inline struct ptrt_entry *find_in(const struct ptrt_map *m,
						  const struct ptrt_table *t,
						  const struct ptrt_key *keys)
{
	switch (m->shape) {
#define CASE_FIND(suffix, shape, n, strings) \
	case shape: return find_##suffix(m, t, keys);
		SHAPES(CASE_FIND)
	default: return find_any(m, t, keys);
	}
}

static __always_inline void *reach_in(struct ptrt_context *c,
				      struct ptrt_map *m, struct ptrt_table *t,
				      const struct ptrt_key *keys)
{
	switch (m->shape) {
#define CASE_REACH(suffix, shape, n, strings) \
	case shape: return reach_##suffix(c, m, t, keys);
		SHAPES(CASE_REACH)
	default: return reach_any(c, m, t, keys);
	}
}

static enum ptrt_map_shape shape_of(const struct ptrt_map_desc *desc)
{
#define MATCH_SHAPE(suffix, shape, n, strings)                     \
	if (desc->n_keys == (n) && desc->string_keys == (strings)) \
		return shape;
	SHAPES(MATCH_SHAPE)
	return PTRT_MAP_ANY;
}

/* ---- what handlers do ------------------------------------------------- */

int64_t ptrt_map_get_long(struct ptrt_context *c, struct ptrt_map *m,
			  const struct ptrt_key *keys)
{
	struct ptrt_entry *e = find_in(m, m->table[0], keys);

	return e ? *(int64_t *)ptrt_entry_value(m, e) : 0;
}

struct ptrt_str ptrt_map_get_str(struct ptrt_context *c, struct ptrt_map *m,
				 const struct ptrt_key *keys)
{
	struct ptrt_entry *e = find_in(m, m->table[0], keys);

	return e ? ptrt_entry_string(m, e) : PTRT_EMPTY;
}

bool ptrt_map_get_stat(struct ptrt_context *c, struct ptrt_map *m,
		       const struct ptrt_key *keys, struct ptrt_stat *sum)
{
	bool found = false;
	u32 i;

	ptrt_stat_clear(sum, m->desc->stat);
	for (i = 0; i < m->n_tables; i++) {
		struct ptrt_entry *e;

		if (!m->table[i])
			continue;
		e = find_in(m, m->table[i], keys);
		if (!e)
			continue;
		ptrt_stat_fold(sum, ptrt_entry_value(m, e), m->desc->stat);
		found = true;
	}
	return found;
}

int64_t *ptrt_map_long(struct ptrt_context *c, struct ptrt_map *m,
		       const struct ptrt_key *keys)
{
	return reach_in(c, m, m->table[0], keys);
}

struct ptrt_stat *ptrt_map_stat(struct ptrt_context *c, struct ptrt_map *m,
				const struct ptrt_key *keys)
{
	return reach_in(c, m, m->table[raw_smp_processor_id()], keys);
}

void ptrt_map_set_str(struct ptrt_context *c, struct ptrt_map *m,
		      const struct ptrt_key *keys, struct ptrt_str v)
{
	char *value = reach_in(c, m, m->table[0], keys);
	u32 n = min(v.n, m->max_string);

	if (!value)
		return;
	memmove(value + 8, v.s, n);
	value[8 + n] = 0;
	*(u32 *)value = n;
}

bool ptrt_map_in(struct ptrt_context *c, struct ptrt_map *m,
		 const struct ptrt_key *keys, unsigned int wild)
{
	struct ptrt_entry *e;
	u32 i;

	for (i = 0; i < m->n_tables; i++) {
		struct ptrt_table *t = m->table[i];

		if (!t)
			continue;
		if (!wild) {
			if (find_in(m, t, keys))
				return true;
			continue;
		}
		for (e = t->oldest; e; e = e->newer)
			if (ptrt_entry_matches(m, e, keys, wild))
				return true;
	}
	return false;
}

static void delete_matching(const struct ptrt_map *m, struct ptrt_table *t,
			    const struct ptrt_key *keys, unsigned int wild)
{
	struct ptrt_entry *e, *newer;

	for (e = t->oldest; e; e = newer) {
		newer = e->newer;
		if (ptrt_entry_matches(m, e, keys, wild))
			release(m, t, e);
	}
}

void ptrt_map_delete(struct ptrt_context *c, struct ptrt_map *m,
		     const struct ptrt_key *keys, unsigned int wild)
{
	u32 i;

	for (i = 0; i < m->n_tables; i++) {
		struct ptrt_table *t = m->table[i];
		struct ptrt_entry *e;

		if (!t)
			continue;
		if (wild) {
			delete_matching(m, t, keys, wild);
			continue;
		}
		e = find_in(m, t, keys);
		if (e)
			release(m, t, e);
	}
}

void ptrt_map_clear(struct ptrt_context *c, struct ptrt_map *m)
{
	u32 i;

	for (i = 0; i < m->n_tables; i++) {
		struct ptrt_table *t = m->table[i];

		if (!t || !t->count)
			continue;
		memset(t->bucket, 0, (m->mask + 1) * sizeof(*t->bucket));
		t->oldest = NULL;
		t->newest = NULL;
		t->free = NULL;
		t->used = 0;
		t->count = 0;
	}
}

/* ---- life ------------------------------------------------------------- */

static size_t table_size(const struct ptrt_map *m)
{
	return sizeof(struct ptrt_table) +
	       (m->mask + 1) * sizeof(struct ptrt_entry *);
}

static struct ptrt_table *table_create(const struct ptrt_map *m, int cpu)
{
	struct ptrt_table *t = ptrt_alloc(table_size(m), cpu);

	if (!t)
		return NULL;
	t->bucket = (void *)(t + 1);
	t->block = ptrt_alloc((size_t)m->size * m->stride, cpu);
	if (!t->block) {
		ptrt_free(t, table_size(m));
		return NULL;
	}
	return t;
}

static void table_destroy(const struct ptrt_map *m, struct ptrt_table *t)
{
	if (!t)
		return;
	ptrt_free(t->block, (size_t)m->size * m->stride);
	ptrt_free(t, table_size(m));
}

static u32 value_size(const struct ptrt_map_desc *desc, u32 string_size)
{
	switch (desc->value) {
	case PTRT_STRING: return 8 + string_size;
	case PTRT_STATS: return PTRT_STAT_SIZE(desc->stat->buckets);
	default: return sizeof(int64_t);
	}
}

static void lay_out(struct ptrt_map *m, const int64_t *limits)
{
	const struct ptrt_map_desc *desc = m->desc;
	int bias = limits[PTAP_LIMIT_maphashbias];
	u32 string_size = ALIGN(limits[PTAP_LIMIT_maxstringlen], 8);
	u64 buckets;
	u32 i;

	m->n_keys = desc->n_keys;
	m->string_keys = desc->string_keys;
	m->shape = shape_of(desc);
	m->max_string = limits[PTAP_LIMIT_maxstringlen] - 1;
	m->size = desc->size ? desc->size : limits[PTAP_LIMIT_maxmapentries];
	buckets = roundup_pow_of_two(m->size);
	buckets = bias < 0 ? buckets >> -bias : buckets << bias;
	m->mask = clamp_t(u64, buckets, 1, 1u << 31) - 1;
	m->value_offset = sizeof(struct ptrt_entry) + 8 * m->n_keys;
	m->stride = m->value_offset + value_size(desc, string_size);
	for (i = 0; i < m->n_keys; i++) {
		if (!(m->string_keys & 1u << i))
			continue;
		m->string_offset[i] = m->stride;
		m->stride += string_size;
	}
	m->n_tables = desc->value == PTRT_STATS ? nr_cpu_ids : 1;
	atomic64_set(&m->births, 0);
}

struct ptrt_map *ptrt_map_create(const struct ptrt_map_desc *desc,
				 const int64_t *limits)
{
	struct ptrt_map *m = ptrt_alloc(sizeof(*m), -1);
	u32 i;

	if (!m)
		return NULL;
	m->desc = desc;
	lay_out(m, limits);
	if ((u64)m->size * m->stride > SIZE_MAX / 2)
		goto fail;
	m->table = ptrt_alloc(m->n_tables * sizeof(*m->table), -1);
	if (!m->table)
		goto fail;
	for (i = 0; i < m->n_tables; i++) {
		if (m->n_tables > 1 && !cpu_possible(i))
			continue;
		m->table[i] = table_create(m, m->n_tables > 1 ? i : -1);
		if (!m->table[i])
			goto fail;
	}
	if (ptrt_iter_create(m))
		goto fail;
	return m;
fail:
	ptrt_map_destroy(m);
	return NULL;
}

void ptrt_map_destroy(struct ptrt_map *m)
{
	u32 i;

	if (!m)
		return;
	ptrt_iter_destroy(m);
	for (i = 0; m->table && i < m->n_tables; i++)
		table_destroy(m, m->table[i]);
	ptrt_free(m->table, m->n_tables * sizeof(*m->table));
	ptrt_free(m, sizeof(*m));
}

int ptrt_maps_create(const struct ptrt_script *script)
{
	unsigned int i;

	for (i = 0; i < script->n_maps; i++) {
		const struct ptrt_map_desc *desc = &script->maps[i];

		*desc->map = ptrt_map_create(desc, script->limits);
		if (!*desc->map) {
			ptrt_maps_destroy(script);
			return -ENOMEM;
		}
	}
	return 0;
}

void ptrt_maps_destroy(const struct ptrt_script *script)
{
	unsigned int i;

	for (i = 0; i < script->n_maps; i++) {
		ptrt_map_destroy(*script->maps[i].map);
		*script->maps[i].map = NULL;
	}
}
