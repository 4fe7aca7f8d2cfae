/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arrays, statistics and strings of the runtime in user space: against a
 * model that is too simple to be wrong, on several processors, and with threads
 * under locks as handlers have them.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "data/alloc.h"
#include "data/map.h"
#include "data/parts.h"
#include "../include/ptap/limits.h"

/* ---- the model -------------------------------------------------------- */

#define MODEL_SIZE 64
#define STRINGS 40

static char strings[STRINGS][80];

struct element {
	struct ptrt_key keys[PTAP_KEYS_MAX];
	int64_t value;
	struct ptrt_str text;
};

struct model {
	const struct ptrt_map_desc *desc;
	struct element elements[MODEL_SIZE]; /* in the order of insertion */
	unsigned n;
};

static void make_strings(void)
{
	unsigned i, j;

	for (i = 0; i < STRINGS; i++) {
		unsigned n = i < 20 ? i : 20 + below(44);

		for (j = 0; j < n; j++)
			strings[i][j] = (char)('a' + below(2));
	}
}

/* Cut as all strings of scripts are. */
static uint32_t cut(uint32_t n)
{
	return n > 63 ? 63 : n;
}

static bool same_key(const struct model *m, unsigned key,
		     const struct ptrt_key *a, const struct ptrt_key *b)
{
	if (!(m->desc->string_keys & 1u << key))
		return a->v == b->v;
	return cut(a->n) == cut(b->n) && memcmp(a->s, b->s, cut(a->n)) == 0;
}

static bool matches(const struct model *m, const struct element *e,
		    const struct ptrt_key *keys, unsigned wild)
{
	unsigned i;

	for (i = 0; i < m->desc->n_keys; i++)
		if (!(wild & 1u << i) && !same_key(m, i, &e->keys[i], &keys[i]))
			return false;
	return true;
}

static struct element *model_find(struct model *m, const struct ptrt_key *keys)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (matches(m, &m->elements[i], keys, 0))
			return &m->elements[i];
	return NULL;
}

static void model_remove(struct model *m, unsigned at)
{
	memmove(&m->elements[at], &m->elements[at + 1],
		(m->n - at - 1) * sizeof(*m->elements));
	m->n--;
}

static struct element *model_put(struct model *m, const struct ptrt_key *keys)
{
	struct element *e = model_find(m, keys);

	if (e)
		return e;
	if (m->n == m->desc->size) {
		if (!m->desc->wrap)
			return NULL;
		model_remove(m, 0);
	}
	e = &m->elements[m->n++];
	*e = (struct element){ .text = PTRT_EMPTY };
	memcpy(e->keys, keys, sizeof(e->keys));
	return e;
}

static void model_delete(struct model *m, const struct ptrt_key *keys,
			 unsigned wild)
{
	unsigned i;

	for (i = m->n; i-- > 0;)
		if (matches(m, &m->elements[i], keys, wild))
			model_remove(m, i);
}

/* ---- arrays of longs and strings -------------------------------------- */

static void some_keys(const struct ptrt_map_desc *desc, struct ptrt_key *keys)
{
	unsigned i;

	memset(keys, 0, PTAP_KEYS_MAX * sizeof(*keys));
	for (i = 0; i < desc->n_keys; i++) {
		if (desc->string_keys & 1u << i) {
			keys[i].s = strings[below(STRINGS)];
			keys[i].n = (uint32_t)strlen(keys[i].s);
		} else {
			keys[i].v = (int64_t)below(9) - 4;
			if (below(20) == 0)
				keys[i].v = INT64_MIN;
		}
	}
}

static int compare_elements(const struct model *m, const struct ptrt_sort *sort,
			    const struct element *a, const struct element *b)
{
	int d;

	if (!sort->direction)
		return 0;
	if (sort->column && m->desc->string_keys & 1u << (sort->column - 1)) {
		const struct ptrt_key *k = &a->keys[sort->column - 1];
		const struct ptrt_key *l = &b->keys[sort->column - 1];

		d = ptrt_compare((struct ptrt_str){ k->s, cut(k->n) },
				 (struct ptrt_str){ l->s, cut(l->n) });
	} else if (sort->column) {
		int64_t k = a->keys[sort->column - 1].v;
		int64_t l = b->keys[sort->column - 1].v;

		d = k < l ? -1 : k > l;
	} else if (m->desc->value == PTRT_STRING) {
		d = ptrt_compare(a->text, b->text);
	} else {
		d = a->value < b->value ? -1 : a->value > b->value;
	}
	return sort->direction > 0 ? d : -d;
}

/* Elements that match, sorted by insertion: stable, as the array promises. */
static unsigned model_sort(struct model *m, const struct ptrt_sort *sort,
			   const struct ptrt_key *slice, unsigned wild,
			   struct element **ret)
{
	unsigned n = 0, i, j;

	for (i = 0; i < m->n; i++) {
		struct element *e = &m->elements[i];

		if (slice && !matches(m, e, slice, wild))
			continue;
		for (j = n++;
		     j > 0 && compare_elements(m, sort, e, ret[j - 1]) < 0; j--)
			ret[j] = ret[j - 1];
		ret[j] = e;
	}
	return n;
}

static void check_element(const struct model *m, const struct ptrt_iter *it,
			  const struct element *e)
{
	unsigned i;

	for (i = 0; i < m->desc->n_keys; i++) {
		struct ptrt_str s;

		if (!(m->desc->string_keys & 1u << i)) {
			check(ptrt_iter_key_long(it, i) == e->keys[i].v);
			continue;
		}
		s = ptrt_iter_key_str(it, i);
		check(s.n == cut(e->keys[i].n) && s.s[s.n] == 0);
		check(memcmp(s.s, e->keys[i].s, s.n) == 0);
	}
	if (m->desc->value == PTRT_STRING)
		check(ptrt_compare(ptrt_iter_str(it), e->text) == 0);
	else
		check(ptrt_iter_long(it) == e->value);
}

static void check_foreach(struct ptrt_context *c, struct model *m,
			  struct ptrt_map *map)
{
	struct ptrt_sort sort = {
		.direction = (int)below(3) - 1,
		.column = (int)below(m->desc->n_keys + 1),
	};
	struct element *sorted[MODEL_SIZE];
	struct ptrt_key slice[PTAP_KEYS_MAX];
	unsigned wild = below(1u << m->desc->n_keys), n, i;
	bool sliced = below(3) == 0;
	int64_t limit = below(2) ? -1 : (int64_t)below(20);
	struct ptrt_iter it;

	some_keys(m->desc, slice);
	n = model_sort(m, &sort, sliced ? slice : NULL, wild, sorted);
	if (limit >= 0 && limit < n)
		n = (unsigned)limit;
	check(ptrt_iter_begin(c, &it, map, &sort, limit, sliced ? slice : NULL,
			      wild));
	for (i = 0; ptrt_iter_next(c, &it); i++) {
		check(i < n);
		if (i < n)
			check_element(m, &it, sorted[i]);
	}
	check(i == n);
	check(!ptrt_iter_next(c, &it));
	ptrt_iter_end(&it);
}

static void check_put(struct ptrt_context *c, struct model *m,
		      struct ptrt_map *map, const struct ptrt_key *keys)
{
	struct element *e = model_put(m, keys);

	c->error = NULL;
	if (m->desc->value == PTRT_STRING) {
		const char *s = strings[below(STRINGS)];
		struct ptrt_str v = { s, (uint32_t)strlen(s) };

		ptrt_map_set_str(c, map, keys, v);
		if (e)
			e->text = (struct ptrt_str){ s, cut(v.n) };
	} else {
		int64_t *at = ptrt_map_long(c, map, keys);

		check(!at == !e);
		if (at && e) {
			check(*at == e->value);
			*at += (int64_t)below(7) - 3;
			e->value = *at;
		}
	}
	check(!c->error == !!e);
	if (c->error)
		check(strcmp(c->error, "full") == 0);
	c->error = NULL;
}

static void check_get(struct ptrt_context *c, struct model *m,
		      struct ptrt_map *map, const struct ptrt_key *keys)
{
	struct element *e = model_find(m, keys);
	unsigned wild = below(1u << m->desc->n_keys), i;
	bool any = false;

	check(ptrt_map_in(c, map, keys, 0) == !!e);
	if (m->desc->value == PTRT_STRING)
		check(ptrt_compare(ptrt_map_get_str(c, map, keys),
				   e ? e->text : PTRT_EMPTY) == 0);
	else
		check(ptrt_map_get_long(c, map, keys) == (e ? e->value : 0));
	for (i = 0; i < m->n; i++)
		any |= matches(m, &m->elements[i], keys, wild);
	check(ptrt_map_in(c, map, keys, wild) == any);
}

static void run_model(const struct ptrt_map_desc *desc, unsigned rounds)
{
	static struct model m;
	struct ptrt_context c = { 0 };
	struct ptrt_map *map = ptrt_map_create(desc, shim_limits);
	struct ptrt_key keys[PTAP_KEYS_MAX];
	unsigned i, wild;

	m = (struct model){ .desc = desc };
	for (i = 0; i < rounds; i++) {
		some_keys(desc, keys);
		switch (below(16)) {
		case 0:
			wild = below(3) ? 0 : below(1u << desc->n_keys);
			ptrt_map_delete(&c, map, keys, wild);
			model_delete(&m, keys, wild);
			break;
		case 1:
			if (below(20))
				break;
			ptrt_map_clear(&c, map);
			m.n = 0;
			break;
		case 2: check_foreach(&c, &m, map); break;
		case 3:
		case 4:
		case 5: check_get(&c, &m, map, keys); break;
		default: check_put(&c, &m, map, keys);
		}
	}
	ptrt_map_destroy(map);
}

static void test_arrays(void)
{
	unsigned i;

	begin_test("arrays against a model");
	for (i = 0; i < 60; i++) {
		struct ptrt_map_desc desc = {
			.name = "a",
			.value = i % 2 ? PTRT_STRING : PTRT_LONG,
			.n_keys = 1 + i % 9,
			.string_keys = below(512),
			.size = 1 + below(MODEL_SIZE - 1),
			.wrap = below(2),
			.iterators = 1,
			.overflow = "full",
		};

		shim_limits[PTAP_LIMIT_maphashbias] = (int)below(7) - 5;
		run_model(&desc, 4000);
	}
	shim_limits[PTAP_LIMIT_maphashbias] = 0;
	end_test();
}

/* ---- stats arrays ----------------------------------------------------- */

#define HIST_STAT_OPS                                                      \
	(PTRT_STAT_COUNT | PTRT_STAT_SUM | PTRT_STAT_MIN | PTRT_STAT_MAX | \
	 PTRT_STAT_AVG | PTRT_STAT_VARIANCE)

static const struct ptrt_stat_desc log_stat = {
	.ops = HIST_STAT_OPS,
	.hist = PTRT_HIST_LOG,
	.buckets = 128,
	.shift = 12,
};

static const struct ptrt_stat_desc linear_stat = {
	.ops = HIST_STAT_OPS,
	.hist = PTRT_HIST_LINEAR,
	.low = -10,
	.width = 7,
	.buckets = 40 / 7 + 3,
};

static void add(struct ptrt_context *c, struct ptrt_map *map, int64_t key,
		int64_t v, const struct ptrt_stat_desc *d)
{
	struct ptrt_key k = { .v = key };
	struct ptrt_stat *s = ptrt_map_stat(c, map, &k);

	if (s)
		ptrt_stat_add(s, d, v);
}

struct sums {
	int64_t count, sum, min, max;
	double squares;
	int64_t below_low, last;
};

static void check_sums(struct ptrt_context *c, struct ptrt_map *map,
		       int64_t key, const struct sums *e)
{
	char room[PTRT_STAT_SIZE(128)] __attribute__((aligned(8)));
	struct ptrt_stat *sum = (struct ptrt_stat *)room;
	const struct ptrt_stat_desc *d = &linear_stat;
	struct ptrt_key k = { .v = key };
	double mean, variance, got;

	check(ptrt_map_get_stat(c, map, &k, sum) == (e->count > 0));
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_COUNT) == e->count);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_SUM) == e->sum);
	if (!e->count) {
		check(!c->error);
		ptrt_stat_get(c, sum, d, PTRT_STAT_AVG);
		check(c->error && strcmp(c->error, "empty aggregate") == 0);
		c->error = NULL;
		return;
	}
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_MIN) == e->min);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_MAX) == e->max);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_AVG) == e->sum / e->count);
	check(ptrt_hist_bucket(c, sum, d, 0) == e->below_low);
	check(ptrt_hist_bucket(c, sum, d, d->buckets - 1) == e->last);
	if (e->count < 100)
		return;
	/* Integers: right but for what truncation costs. */
	mean = (double)e->sum / (double)e->count;
	variance = e->squares / (double)e->count - mean * mean;
	got = (double)ptrt_stat_get(c, sum, d, PTRT_STAT_VARIANCE);
	check(got > variance * 0.85 - 30 && got < variance * 1.15 + 30);
}

static void note_value(struct sums *e, int64_t v)
{
	if (!e->count || v < e->min)
		e->min = v;
	if (!e->count || v > e->max)
		e->max = v;
	e->count++;
	e->sum += v;
	e->squares += (double)v * (double)v;
	e->below_low += v < -10;
	e->last += v >= -10 + 7 * 6;
}

static void check_top(struct ptrt_context *c, struct ptrt_map *map,
		      const struct sums *sums, unsigned n, unsigned op)
{
	struct ptrt_sort sort = { .direction = -1, .stat = op };
	int64_t last = INT64_MAX;
	struct ptrt_iter it;
	unsigned i, rest = 0;

	check(ptrt_iter_begin(c, &it, map, &sort, 5, NULL, 0));
	for (i = 0; ptrt_iter_next(c, &it); i++) {
		const struct sums *e = &sums[ptrt_iter_key_long(&it, 0)];
		int64_t v = op == PTRT_STAT_SUM ? e->sum : e->max;

		check(v <= last);
		last = v;
	}
	ptrt_iter_end(&it);
	check(i == 5);
	for (i = 0; i < n; i++)
		rest += (op == PTRT_STAT_SUM ? sums[i].sum : sums[i].max) >
			last;
	check(rest <= 4);
}

static void test_stats_arrays(void)
{
	struct ptrt_map_desc desc = {
		.name = "s",
		.value = PTRT_STATS,
		.n_keys = 1,
		.size = 100,
		.iterators = 2,
		.overflow = "full",
		.stat = &linear_stat,
	};
	struct ptrt_context c = { 0 };
	struct ptrt_map *map = ptrt_map_create(&desc, shim_limits);
	struct sums sums[100] = { { 0 } };
	bool seen[100] = { false };
	int64_t order[100];
	unsigned i, n = 0, distinct = 0;
	struct ptrt_iter it;

	begin_test("stats arrays over processors");
	for (i = 0; i < 30000; i++) {
		int64_t key = below(99),
			v = (int64_t)below(1 + 2 * (unsigned)key) - key;

		shim_cpu = some_cpu();
		add(&c, map, key, v, &linear_stat);
		note_value(&sums[key], v);
		if (!seen[key])
			order[distinct++] = key;
		seen[key] = true;
	}
	check(!c.error);
	for (i = 0; i < 100; i++)
		check_sums(&c, map, i, &sums[i]);
	check(ptrt_iter_begin(&c, &it, map, NULL, -1, NULL, 0));
	while (ptrt_iter_next(&c, &it)) {
		check(n < distinct && ptrt_iter_key_long(&it, 0) == order[n]);
		n++;
		if (n == 3)
			check_top(&c, map, sums, 100, PTRT_STAT_SUM);
	}
	ptrt_iter_end(&it);
	check(n == distinct);
	check_top(&c, map, sums, 100, PTRT_STAT_MAX);
	ptrt_map_delete(&c, map, &(struct ptrt_key){ .v = 5 }, 0);
	sums[5] = (struct sums){ 0 };
	check_sums(&c, map, 5, &sums[5]);
	check_sums(&c, map, 6, &sums[6]);
	ptrt_map_clear(&c, map);
	check(!ptrt_map_in(&c, map, NULL, 1));
	ptrt_map_destroy(map);
	shim_cpu = 0;
	end_test();
}

static void test_open_loops(void)
{
	struct ptrt_map_desc desc = {
		.name = "loop",
		.n_keys = 1,
		.size = 4,
		.iterators = 1,
	};
	struct ptrt_context c = { 0 };
	struct ptrt_map *map = ptrt_map_create(&desc, shim_limits);
	struct ptrt_iter one, two;

	begin_test("loops at once");
	check(ptrt_iter_begin(&c, &one, map, NULL, -1, NULL, 0));
	check(!ptrt_iter_begin(&c, &two, map, NULL, -1, NULL, 0));
	check(c.error &&
	      strcmp(c.error, "too many loops over array 'loop' at once") == 0);
	ptrt_iter_end(&two);
	ptrt_iter_end(&one);
	ptrt_iter_end(&one);
	check(ptrt_iter_begin(&c, &one, map, NULL, -1, NULL, 0));
	check(!ptrt_iter_next(&c, &one));
	ptrt_iter_end(&one);
	ptrt_map_destroy(map);
	end_test();
}

/* ---- scalar statistics ------------------------------------------------ */

static void test_buckets(void)
{
	struct ptrt_stat_desc d = linear_stat;

	begin_test("buckets");
	check(ptrt_hist_log_bucket(0) == 64);
	check(ptrt_hist_log_bucket(1) == 65);
	check(ptrt_hist_log_bucket(2) == 66);
	check(ptrt_hist_log_bucket(3) == 66);
	check(ptrt_hist_log_bucket(4) == 67);
	check(ptrt_hist_log_bucket(INT64_MAX) == 127);
	check(ptrt_hist_log_bucket(-1) == 63);
	check(ptrt_hist_log_bucket(-2) == 62);
	check(ptrt_hist_log_bucket(-3) == 62);
	check(ptrt_hist_log_bucket(-4) == 61);
	check(ptrt_hist_log_bucket(INT64_MIN + 1) == 1);
	check(ptrt_hist_log_bucket(INT64_MIN) == 0);
	check(ptrt_hist_linear_bucket(&d, -11) == 0);
	check(ptrt_hist_linear_bucket(&d, INT64_MIN) == 0);
	check(ptrt_hist_linear_bucket(&d, -10) == 1);
	check(ptrt_hist_linear_bucket(&d, -4) == 1);
	check(ptrt_hist_linear_bucket(&d, -3) == 2);
	check(ptrt_hist_linear_bucket(&d, 30) == 6);
	check(ptrt_hist_linear_bucket(&d, 31) == 6);
	check(ptrt_hist_linear_bucket(&d, 32) == 7);
	check(ptrt_hist_linear_bucket(&d, INT64_MAX) == 7);
	end_test();
}

static void test_scalars(void)
{
	char room[PTRT_STAT_SIZE(128)] __attribute__((aligned(8)));
	struct ptrt_stat *sum = (struct ptrt_stat *)room;
	const int64_t *longs = (const int64_t *)shim_record;
	struct ptrt_context c = { 0 };
	char text[64];
	struct ptrt_str s;
	int i;

	begin_test("scalar statistics and counters");
	check(ptrt_parts_create(&ptrt_script) == 0);
	check(ptrt_parts_of(2) == NULL && ptrt_parts_of(4) == NULL);
	for (i = 0; i < 100; i++) {
		shim_cpu = some_cpu();
		ptrt_stat_add(ptrt_parts_of((unsigned)shim_cpu) + 64, &log_stat,
			      i < 50 ? 4 : 20);
		*(int64_t *)ptrt_parts_of((unsigned)shim_cpu) += 2;
	}
	check(ptrt_counter_get(&c, 0) == 200);
	c.percpu = ptrt_parts_of(1);
	ptrt_counter_set(&c, 0, -7);
	check(ptrt_counter_get(&c, 0) == -7);
	ptrt_stat_merge(&c, 64, &log_stat, sum);
	check(sum->count == 100 && sum->sum == 50 * 24);
	i = (int)ptrt_stat_get(&c, sum, &log_stat, PTRT_STAT_VARIANCE);
	check(i == 64);
	ptrt_hist_print(&c, 1, sum, &log_stat);
	check(shim_record_size == 8 * 5 && longs[0] == 67 && longs[1] == 3);
	check(longs[2] == 50 && longs[3] == 0 && longs[4] == 50);
	s = ptrt_hist_sprint(&c, text, sum, &log_stat, false);
	check(s.n == 63 && memcmp(s.s, "value |---------- count\n", 24) == 0);
	check(text[63] == 0);
	check(ptrt_hist_bucket(&c, sum, &log_stat, 67) == 50 && !c.error);
	ptrt_hist_bucket(&c, sum, &log_stat, 128);
	check(c.error && strstr(c.error, "out of range"));
	c.error = NULL;
	ptrt_stat_reset(&c, 64, &log_stat);
	ptrt_stat_merge(&c, 64, &log_stat, sum);
	check(sum->count == 0);
	ptrt_hist_print(&c, 1, sum, &log_stat);
	check(c.error && strcmp(c.error, "empty aggregate") == 0);
	ptrt_parts_destroy();
	shim_cpu = 0;
	end_test();
}

/* ---- threads ---------------------------------------------------------- */

#define ADDS 400000

static struct ptrt_map *shared;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

/* As the core does for PTRT_LOCK_LOCAL: adders do not exclude each other. */
static void *add_many(void *data)
{
	struct ptrt_context c = { 0 };
	int i;

	shim_cpu = (int)(intptr_t)data;
	for (i = 0; i < ADDS; i++) {
		pthread_rwlock_rdlock(&lock);
		add(&c, shared, i % 1000, 1, &log_stat);
		pthread_rwlock_unlock(&lock);
	}
	return (void *)c.error;
}

static int64_t read_all(struct ptrt_context *c)
{
	char room[PTRT_STAT_SIZE(128)] __attribute__((aligned(8)));
	struct ptrt_stat *sum = (struct ptrt_stat *)room;
	struct ptrt_iter it;
	int64_t total = 0;

	pthread_rwlock_wrlock(&lock);
	check(ptrt_iter_begin(c, &it, shared, NULL, -1, NULL, 0));
	while (ptrt_iter_next(c, &it)) {
		struct ptrt_key key = { .v = ptrt_iter_key_long(&it, 0) };

		check(ptrt_map_get_stat(c, shared, &key, sum));
		total += sum->count;
	}
	ptrt_iter_end(&it);
	pthread_rwlock_unlock(&lock);
	return total;
}

static void test_threads(void)
{
	struct ptrt_map_desc desc = {
		.name = "t",
		.value = PTRT_STATS,
		.n_keys = 1,
		.size = 1000,
		.iterators = 1,
		.overflow = "full",
		.stat = &log_stat,
	};
	struct ptrt_context c = { 0 };
	int64_t last = 0, now;
	pthread_t one, two;
	void *error;
	int i;

	begin_test("threads that add while another reads");
	shared = ptrt_map_create(&desc, shim_limits);
	pthread_create(&one, NULL, add_many, (void *)(intptr_t)1);
	pthread_create(&two, NULL, add_many, (void *)(intptr_t)3);
	for (i = 0; i < 50; i++) {
		now = read_all(&c);
		check(now >= last);
		last = now;
	}
	pthread_join(one, &error);
	check(!error);
	pthread_join(two, &error);
	check(!error);
	check(read_all(&c) == 2 * ADDS);
	ptrt_map_destroy(shared);
	end_test();
}

/* ---- strings ---------------------------------------------------------- */

#define S(text) PTRT_LIT(text)

static bool is(struct ptrt_str s, const char *text)
{
	return s.n == strlen(text) && memcmp(s.s, text, s.n + 1) == 0;
}

static void test_strings(void)
{
	const struct ptrt_arg args[] = { { .value = 42 },
					 { .s = "text", .n = 4 } };
	const struct ptrt_arg zero = { .value = 0 };
	struct ptrt_context c = { 0 };
	char a[64], b[64], many[100];
	struct ptrt_strvar v = { .s = a };
	struct ptrt_str s, t;

	begin_test("strings");
	memset(many, 'x', sizeof(many));
	ptrt_strvar_set(&c, &v, S("hello"));
	check(is(ptrt_strvar_get(&v), "hello"));
	ptrt_strvar_set(&c, &v, (struct ptrt_str){ v.s + 1, 3 });
	check(is(ptrt_strvar_get(&v), "ell"));
	ptrt_strvar_set(&c, &v, (struct ptrt_str){ many, 100 });
	check(v.n == 63 && a[63] == 0);
	check(ptrt_copy(&c, b, (struct ptrt_str){ many, 64 }).n == 63);
	check(is(ptrt_copy(&c, b, S("x")), "x"));
	s = ptrt_concat(&c, b, S("one "), S("two"));
	check(is(s, "one two"));
	s = ptrt_concat(&c, b, s, S("!"));
	check(is(s, "one two!"));
	t = (struct ptrt_str){ b + 4, 3 };
	s = ptrt_concat(&c, b, S("<<<<"), t);
	check(is(s, "<<<<two"));
	s = ptrt_concat(&c, b, S("longer than that: "), s);
	check(is(s, "longer than that: <<<<two"));
	s = ptrt_concat(&c, b, s, (struct ptrt_str){ many, 100 });
	check(s.n == 63 && b[63] == 0 && b[62] == 'x');
	check(ptrt_compare(S("a"), S("a")) == 0);
	check(ptrt_compare(S("a"), S("ab")) < 0);
	check(ptrt_compare(S("b"), S("ab")) > 0);
	check(ptrt_compare(S("\xff"), S("a")) > 0);
	check(ptrt_compare(S(""), S("")) == 0);
	check(ptrt_from_c("twelve chars").n == 12);
	s = ptrt_sprintf(&c, a, "%05d %-6s|", args, 2);
	check(is(s, "00042 text  |"));
	s = ptrt_sprintf(&c, a, "%100d", args, 1);
	check(s.n == 63 && a[63] == 0);
	s = ptrt_sprintf(&c, a, "a%cb", &zero, 1);
	check(is(s, "a"));
	end_test();
}

static void test_record_strings(void)
{
	unsigned n, left;

	begin_test("strings in records");
	for (n = 0; n < 40; n++) {
		char *text = malloc(n + 1), at[64];
		struct ptrt_str s = { text, n };
		unsigned size = ptrt_size_str(s), i;
		uint32_t length;

		memset(text, 'a' + (int)n % 26, n);
		memset(at, '!', sizeof(at));
		check(ptrt_put_str(at, s) == at + size && size % 8 == 0);
		memcpy(&length, at, 4);
		check(length == n && memcmp(at + 4, text, n) == 0);
		for (i = 4 + n; i < size; i++)
			check(at[i] == 0);
		check(at[size] == '!');
		free(text);
		for (left = 0; left < 64; left++) {
			struct ptrt_str fit = { "", n };
			unsigned rest = ptrt_fit_str(&fit, left);

			if (left < 8)
				check(fit.n == 0 && rest == 0);
			else
				check(ptrt_size_str(fit) + rest == left);
			check(fit.n == n || ptrt_size_str(fit) + 8 > left);
		}
	}
	end_test();
}

/* ---- memory ----------------------------------------------------------- */

static void test_memory(void)
{
	struct ptrt_map_desc desc = {
		.name = "m",
		.value = PTRT_STATS,
		.n_keys = 2,
		.string_keys = 1,
		.iterators = 2,
		.stat = &log_stat,
	};
	struct ptrt_map *map;
	size_t needed;
	long i;

	begin_test("memory");
	check(ptrt_alloc_used() == 0);
	map = ptrt_map_create(&desc, shim_limits);
	needed = ptrt_alloc_used();
	check(map && needed > 2048 * 3 * (64 + PTRT_STAT_SIZE(128)));
	ptrt_map_destroy(map);
	check(ptrt_alloc_used() == 0);
	for (i = 0, map = NULL; !map; i++) {
		shim_allocations_left = i;
		map = ptrt_map_create(&desc, shim_limits);
		check(map || ptrt_alloc_used() == 0);
	}
	check(i > 8);
	shim_allocations_left = -1;
	ptrt_map_destroy(map);
	shim_limits[PTAP_LIMIT_maxmemory] = (int64_t)needed / 1024 - 1;
	check(!ptrt_map_create(&desc, shim_limits));
	check(ptrt_alloc_used() == 0);
	shim_limits[PTAP_LIMIT_maxmemory] = (int64_t)needed / 1024 + 1;
	map = ptrt_map_create(&desc, shim_limits);
	check(map);
	ptrt_map_destroy(map);
	shim_limits[PTAP_LIMIT_maxmemory] = 0;
	end_test();
}

int main(void)
{
	make_strings();
	test_arrays();
	test_stats_arrays();
	test_open_loops();
	test_buckets();
	test_scalars();
	test_threads();
	test_strings();
	test_record_strings();
	test_memory();
	return test_status();
}
