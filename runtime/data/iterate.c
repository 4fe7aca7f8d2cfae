// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * foreach.  An unsorted loop over longs or strings walks the list of entries.
 * All others rank the entries first: at most LIMIT are kept, in a heap with the
 * last of them on top, so that "limit 10" never sorts the whole array.
 *
 * The tables of a stats array are merged by linking entries of equal keys.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../script.h"
#include "alloc.h"
#include "map_layout.h"
#include "stat.h"

/* ---- memory ----------------------------------------------------------- */

/* Entries that a loop may see. */
static size_t capacity(const struct ptrt_map *m)
{
	size_t tables = m->desc->value == PTRT_STATS ? num_possible_cpus() : 1;

	return tables * m->size;
}

static size_t merged_size(const struct ptrt_map *m)
{
	return ((size_t)m->mask + 1) * sizeof(*m->merged);
}

int ptrt_iter_create(struct ptrt_map *m)
{
	unsigned int i, n = m->desc->iterators;

	if (!n)
		return 0;
	m->ranks = ptrt_alloc(n * sizeof(*m->ranks), -1);
	if (!m->ranks)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		m->ranks[i] = ptrt_alloc(capacity(m) * sizeof(**m->ranks), -1);
		if (!m->ranks[i])
			return -ENOMEM;
	}
	if (m->desc->value != PTRT_STATS)
		return 0;
	m->merged = ptrt_alloc(merged_size(m), -1);
	m->sum = ptrt_alloc(sizeof(*m->sum), -1);
	return m->merged && m->sum ? 0 : -ENOMEM;
}

void ptrt_iter_destroy(struct ptrt_map *m)
{
	unsigned int i, n = m->desc->iterators;

	if (!m->ranks)
		return;
	for (i = 0; i < n; i++)
		ptrt_free(m->ranks[i], capacity(m) * sizeof(**m->ranks));
	ptrt_free(m->ranks, n * sizeof(*m->ranks));
	ptrt_free(m->merged, merged_size(m));
	ptrt_free(m->sum, sizeof(*m->sum));
}

/* ---- order ------------------------------------------------------------ */

struct order {
	const struct ptrt_map *map;
	int direction;
	int column;
	bool strings;
	struct ptrt_rank *rank;
	u32 count, limit;
};

static struct ptrt_str column_string(const struct order *o,
				     const struct ptrt_entry *e)
{
	if (o->column)
		return ptrt_entry_key(o->map, e, o->column - 1);
	return ptrt_entry_string(o->map, e);
}

/* Does A come before B?  Equal ones stay in the order of insertion. */
static bool before(const struct order *o, const struct ptrt_rank *a,
		   const struct ptrt_rank *b)
{
	if (o->strings) {
		int d = ptrt_compare(column_string(o, a->entry),
				     column_string(o, b->entry));

		if (d)
			return (d < 0) == (o->direction > 0);
	} else if (a->value != b->value) {
		return (a->value < b->value) == (o->direction > 0);
	}
	return a->entry->birth < b->entry->birth;
}

/* Puts R in the heap's hole AT, moving up what comes after it. */
static void sink(const struct order *o, struct ptrt_rank r, u32 at, u32 count)
{
	for (;;) {
		u32 child = 2 * at + 1;

		if (child >= count)
			break;
		if (child + 1 < count &&
		    before(o, &o->rank[child], &o->rank[child + 1]))
			child++;
		if (!before(o, &r, &o->rank[child]))
			break;
		o->rank[at] = o->rank[child];
		at = child;
	}
	o->rank[at] = r;
}

static void rise(const struct order *o, struct ptrt_rank r, u32 at)
{
	while (at) {
		u32 parent = (at - 1) / 2;

		if (!before(o, &o->rank[parent], &r))
			break;
		o->rank[at] = o->rank[parent];
		at = parent;
	}
	o->rank[at] = r;
}

static void offer(struct order *o, struct ptrt_entry *e, s64 value)
{
	struct ptrt_rank r = { e, value };

	if (o->count < o->limit)
		rise(o, r, o->count++);
	else if (o->limit && before(o, &r, &o->rank[0]))
		sink(o, r, 0, o->count);
}

static void finish(const struct order *o)
{
	u32 n;

	for (n = o->count; n > 1; n--) {
		struct ptrt_rank last = o->rank[n - 1];

		o->rank[n - 1] = o->rank[0];
		sink(o, last, 0, n - 1);
	}
}

/* ---- stats ------------------------------------------------------------ */

static void merge_entry(struct ptrt_map *m, struct ptrt_entry *e)
{
	struct ptrt_entry **bucket = &m->merged[e->hash & m->mask], *first;

	e->twin = NULL;
	for (first = *bucket; first; first = first->next_key) {
		if (!ptrt_entry_same(m, first, e))
			continue;
		e->twin = first->twin;
		first->twin = e;
		/* The key's age is that of its first element. */
		if (e->birth < first->birth)
			first->birth = e->birth;
		return;
	}
	e->next_key = *bucket;
	*bucket = e;
}

static void merge_tables(struct ptrt_map *m)
{
	struct ptrt_entry *e;
	u32 i;

	memset(m->merged, 0, merged_size(m));
	for (i = 0; i < m->n_tables; i++) {
		if (!m->table[i])
			continue;
		for (e = m->table[i]->oldest; e; e = e->newer)
			merge_entry(m, e);
	}
}

static s64 aggregate(struct ptrt_map *m, const struct ptrt_entry *e,
		     unsigned int op)
{
	const struct ptrt_stat_desc *d = m->desc->stat;

	memset(m->sum, 0, sizeof(*m->sum));
	for (; e; e = e->twin)
		ptrt_stat_fold_scalars(m->sum, ptrt_entry_value(m, e), d);
	if (!m->sum->count)
		return 0;
	return ptrt_stat_value(m->sum, d, op);
}

/* ---- loops ------------------------------------------------------------ */

static s64 rank_value(struct ptrt_map *m, const struct ptrt_entry *e,
		      const struct ptrt_sort *sort)
{
	if (!sort->direction)
		return e->birth;
	if (sort->column)
		return e->key[sort->column - 1];
	if (m->desc->value == PTRT_STATS)
		return aggregate(m, e, sort->stat);
	return *(s64 *)ptrt_entry_value(m, e);
}

static void rank_entry(struct ptrt_iter *it, struct order *o,
		       const struct ptrt_sort *sort, struct ptrt_entry *e)
{
	if (it->slice && !ptrt_entry_matches(it->map, e, it->slice, it->wild))
		return;
	offer(o, e, rank_value(it->map, e, sort));
}

static void rank_entries(struct ptrt_iter *it, const struct ptrt_sort *sort,
			 u32 limit)
{
	struct ptrt_map *m = it->map;
	bool stats = m->desc->value == PTRT_STATS;
	struct order o = {
		.map = m,
		.direction = sort->direction ? sort->direction : 1,
		.column = sort->column,
		.rank = m->ranks[it->level],
		.limit = limit,
	};
	struct ptrt_entry *e;
	u32 i;

	if (sort->direction && sort->column)
		o.strings = m->string_keys & 1u << (sort->column - 1);
	else if (sort->direction)
		o.strings = m->desc->value == PTRT_STRING;
	if (stats) {
		if (!it->level)
			merge_tables(m);
		for (i = 0; i <= m->mask; i++)
			for (e = m->merged[i]; e; e = e->next_key)
				rank_entry(it, &o, sort, e);
	} else {
		for (e = m->table[0]->oldest; e; e = e->newer)
			rank_entry(it, &o, sort, e);
	}
	finish(&o);
	it->count = o.count;
}

bool ptrt_iter_begin(struct ptrt_context *c, struct ptrt_iter *it,
		     struct ptrt_map *m, const struct ptrt_sort *sort,
		     int64_t limit, const struct ptrt_key *slice,
		     unsigned int wild)
{
	static const struct ptrt_sort unsorted;
	u32 most = limit < 0 || limit > U32_MAX ? U32_MAX : limit;

	*it = (struct ptrt_iter){ .slice = slice, .wild = wild };
	if (m->open >= m->desc->iterators) {
		ptrt_error(c, "too many loops over array '%s' at once",
			   m->desc->name);
		return false;
	}
	it->map = m;
	it->level = m->open++;
	if (!sort)
		sort = &unsorted;
	it->sorted = sort->direction || m->desc->value == PTRT_STATS;
	if (it->sorted)
		rank_entries(it, sort, most);
	else
		it->count = most;
	return true;
}

bool ptrt_iter_next(struct ptrt_context *c, struct ptrt_iter *it)
{
	struct ptrt_map *m = it->map;
	struct ptrt_entry *e = it->entry;

	if (it->position >= it->count)
		return false;
	if (it->sorted) {
		it->entry = m->ranks[it->level][it->position++].entry;
		return true;
	}
	do {
		e = e ? e->newer : m->table[0]->oldest;
		it->entry = e;
	} while (e && it->slice &&
		 !ptrt_entry_matches(m, e, it->slice, it->wild));
	if (!e) {
		it->count = 0;
		return false;
	}
	it->position++;
	return true;
}

void ptrt_iter_end(struct ptrt_iter *it)
{
	if (!it->map)
		return;
	it->map->open--;
	it->map = NULL;
}

int64_t ptrt_iter_key_long(const struct ptrt_iter *it, unsigned int key)
{
	const struct ptrt_entry *e = it->entry;

	return e->key[key];
}

struct ptrt_str ptrt_iter_key_str(const struct ptrt_iter *it, unsigned int key)
{
	return ptrt_entry_key(it->map, it->entry, key);
}

int64_t ptrt_iter_long(const struct ptrt_iter *it)
{
	return *(int64_t *)ptrt_entry_value(it->map, it->entry);
}

struct ptrt_str ptrt_iter_str(const struct ptrt_iter *it)
{
	return ptrt_entry_string(it->map, it->entry);
}
