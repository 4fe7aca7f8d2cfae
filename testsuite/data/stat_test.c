/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics and histograms against a reference that keeps every value and
 * counts in 128 bits: aggregates, each bucket, the printed text; and how little
 * of an array a loop with a limit compares.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "data/map.h"
#include "data/parts.h"

typedef __int128 wide;

#define ALL_OPS                                                            \
	(PTRT_STAT_COUNT | PTRT_STAT_SUM | PTRT_STAT_MIN | PTRT_STAT_MAX | \
	 PTRT_STAT_AVG | PTRT_STAT_VARIANCE)
#define MOST 3000
#define CPUS 4
#define OFFSET 64 /* of the statistic in a processor's part */

/* ---- values ----------------------------------------------------------- */

struct series {
	unsigned n;
	int64_t v[MOST];
	int cpu[MOST];
};

/* Small ones, such as a linear histogram sees; all of 64 bits; the ends; next to
 * powers of two. */
static int64_t some_value(unsigned kind)
{
	static const int64_t ends[] = { INT64_MIN, INT64_MIN + 1, -1,	    0,
					1,	   INT64_MAX - 1, INT64_MAX };
	int64_t near;

	switch (kind) {
	case 0: return (int64_t)below(1000) - 300;
	case 1: return (int64_t)any_word();
	case 2: return ends[below(7)];
	case 3:
		near = (int64_t)(1ull << below(62)) + (int64_t)below(3) - 1;
		return below(2) ? near : -near;
	case 4: return (int64_t)below(200) * 1000;
	default: return some_value(below(5));
	}
}

static void fill(struct series *s, unsigned kind)
{
	unsigned i;

	s->n = 1 + (below(4) ? below(MOST) : below(3));
	for (i = 0; i < s->n; i++) {
		s->v[i] = some_value(kind);
		s->cpu[i] = some_cpu();
	}
}

/* ---- aggregates ------------------------------------------------------- */

static int64_t wrapped(wide v)
{
	return (int64_t)(uint64_t)v;
}

struct spread {
	wide n, mean, m2;
};

/* The values of one processor, by Welford in whole numbers. */
static struct spread spread_of(const struct series *s, int cpu, unsigned shift)
{
	struct spread w = { 0 };
	unsigned i;

	for (i = 0; i < s->n; i++) {
		wide v = s->v[i] * ((wide)1 << shift), delta = v - w.mean;

		if (s->cpu[i] != cpu)
			continue;
		w.n++;
		w.mean += delta / w.n;
		w.m2 += delta * (v - w.mean);
	}
	return w;
}

static struct spread together(struct spread a, struct spread b)
{
	struct spread w = { .n = a.n + b.n };
	wide delta = b.mean - a.mean;

	if (!a.n || !b.n)
		return a.n ? a : b;
	w.mean = a.mean + delta * b.n / w.n;
	w.m2 = a.m2 + b.m2 + delta * delta * a.n * b.n / w.n;
	return w;
}

/* Only where nothing wraps: values below 2^10, shifted by 10 at most. */
static void check_variance(const struct series *s, int64_t variance,
			   unsigned shift)
{
	struct spread w = { 0 };
	double mean = 0, squares = 0, exact;
	unsigned i;
	int cpu;

	for (cpu = 0; cpu < CPUS; cpu++)
		w = together(w, spread_of(s, cpu, shift));
	if (s->n < 2) {
		check(variance == 0);
		return;
	}
	check(variance == (int64_t)(w.m2 / (w.n - 1)) >> (2 * shift));
	if (shift < 10)
		return;
	for (i = 0; i < s->n; i++)
		mean += (double)s->v[i] / s->n;
	for (i = 0; i < s->n; i++)
		squares += ((double)s->v[i] - mean) * ((double)s->v[i] - mean);
	exact = squares / (s->n - 1);
	check((double)variance <= exact * 1.02 + 2);
	check((double)variance >= exact * 0.98 - 2);
}

static void check_aggregates(struct ptrt_context *c, const struct series *s,
			     const struct ptrt_stat *sum,
			     const struct ptrt_stat_desc *d)
{
	int64_t least = s->v[0], most = s->v[0];
	wide total = 0;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		total += s->v[i];
		least = s->v[i] < least ? s->v[i] : least;
		most = s->v[i] > most ? s->v[i] : most;
	}
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_COUNT) == s->n);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_SUM) == wrapped(total));
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_MIN) == least);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_MAX) == most);
	check(ptrt_stat_get(c, sum, d, PTRT_STAT_AVG) ==
	      wrapped(total) / (int64_t)s->n);
	check(!c->error);
}

/* ---- buckets ---------------------------------------------------------- */

/* The values from *FROM to before *TO are in BUCKET. */
static void bounds(const struct ptrt_stat_desc *d, unsigned bucket, wide *from,
		   wide *to)
{
	const wide end = (wide)1 << 100;
	int power = (int)bucket - 64;

	if (d->hist == PTRT_HIST_LINEAR) {
		*from = bucket == 0 ? -end
				    : d->low + (wide)d->width * (bucket - 1);
		*to = bucket == d->buckets - 1
			      ? end
			      : d->low + (wide)d->width * bucket;
	} else if (power == 0) {
		*from = 0;
		*to = 1;
	} else if (power > 0) {
		*from = (wide)1 << (power - 1);
		*to = (wide)1 << power;
	} else {
		*from = -((wide)1 << -power) + 1;
		*to = -((wide)1 << (-power - 1)) + 1;
	}
}

static void count_buckets(const struct series *s,
			  const struct ptrt_stat_desc *d, int64_t *counts)
{
	unsigned i, k;

	for (k = 0; k < d->buckets; k++) {
		wide from, to;

		bounds(d, k, &from, &to);
		counts[k] = 0;
		for (i = 0; i < s->n; i++)
			counts[k] += s->v[i] >= from && s->v[i] < to;
	}
}

/* ---- the printed text ------------------------------------------------- */

static void label_of(const struct ptrt_stat_desc *d, unsigned k, char *label)
{
	wide from, to;

	bounds(d, k, &from, &to);
	if (d->hist == PTRT_HIST_LINEAR && k == 0)
		sprintf(label, "<%" PRId64, d->low);
	else if (d->hist == PTRT_HIST_LINEAR && k == d->buckets - 1)
		/* where the last bucket of the range begins */
		sprintf(label, ">%" PRId64, wrapped(from - d->width));
	else if (d->hist == PTRT_HIST_LOG && k < 64)
		sprintf(label, "%" PRId64, wrapped(to - 1));
	else
		sprintf(label, "%" PRId64, wrapped(from));
}

struct rows {
	unsigned first, last; /* that are not empty */
	unsigned from, to;
	int64_t most;
	int label;
};

static struct rows rows_of(const struct ptrt_stat_desc *d,
			   const int64_t *counts)
{
	unsigned least = d->hist == PTRT_HIST_LOG ? 64 : 0, k;
	struct rows r = { .first = d->buckets, .label = 5 };
	char label[32];

	for (k = 0; k < d->buckets; k++) {
		if (!counts[k])
			continue;
		r.first = k < r.first ? k : r.first;
		r.last = k;
		r.most = counts[k] > r.most ? counts[k] : r.most;
	}
	if (r.first < least)
		least = 0;
	r.from = r.first < least + 2 ? least : r.first - 2;
	r.to = r.last + 2 >= d->buckets ? d->buckets - 1 : r.last + 2;
	for (k = r.from; k <= r.to; k++) {
		label_of(d, k, label);
		if ((int)strlen(label) > r.label)
			r.label = (int)strlen(label);
	}
	return r;
}

static bool is_far(const int64_t *counts, unsigned n, unsigned k)
{
	unsigned i;

	for (i = k < 2 ? 0 : k - 2; i <= k + 2 && i < n; i++)
		if (counts[i])
			return false;
	return true;
}

static void print_reference(const struct ptrt_stat_desc *d,
			    const int64_t *counts, int width, char *at)
{
	struct rows r = rows_of(d, counts);
	int64_t scale = (r.most + width - 1) / width;
	char label[32], bar[600];
	bool gap = false;
	unsigned k;

	memset(bar, '@', sizeof(bar));
	at += sprintf(at, "%*s |", r.label, "value");
	at += sprintf(at, "%s count\n",
		      "--------------------------------------------------" +
			      50 - width);
	for (k = r.from; k <= r.to; k++) {
		int full = (int)(counts[k] / scale);
		int room = snprintf(label, sizeof(label), "%" PRId64, r.most);

		if (is_far(counts, d->buckets, k)) {
			if (!gap)
				at += sprintf(at, "%*s ~\n", r.label, "");
			gap = true;
			continue;
		}
		gap = false;
		label_of(d, k, label);
		at += sprintf(at, "%*s |%.*s%*" PRId64 "\n", r.label, label,
			      full, bar, width - full + 1 + room, counts[k]);
	}
	strcpy(at, "\n");
}

static void check_histogram(struct ptrt_context *c, const struct series *s,
			    const struct ptrt_stat *sum,
			    const struct ptrt_stat_desc *d)
{
	static char got[PTAP_PRINT_MAX * 4], want[PTAP_PRINT_MAX * 4];
	int64_t counts[PTAP_HIST_LOG_BUCKETS];
	struct ptrt_str text;
	unsigned k;

	count_buckets(s, d, counts);
	for (k = 0; k < d->buckets; k++)
		check(ptrt_hist_bucket(c, sum, d, k) == counts[k]);
	check(!c->error);
	print_reference(d, counts, (int)shim_limits[PTAP_LIMIT_hist_width],
			want);
	text = ptrt_hist_sprint(c, got, sum, d, false);
	check(text.n == strlen(want) && strcmp(text.s, want) == 0);
	if (strcmp(text.s, want) != 0)
		printf("wanted:\n%sgot:\n%s", want, text.s);
}

/* ---- all of it -------------------------------------------------------- */

static struct ptrt_stat_desc some_desc(unsigned kind)
{
	struct ptrt_stat_desc d = { .ops = ALL_OPS };

	d.shift = below(2) ? 10 : below(10);
	if (below(2)) {
		d.hist = PTRT_HIST_LOG;
		d.buckets = PTAP_HIST_LOG_BUCKETS;
		return d;
	}
	d.hist = PTRT_HIST_LINEAR;
	d.buckets = 3 + below(126);
	d.low = kind == 0 ? (int64_t)below(600) - 300 : some_value(5);
	d.width = kind == 0 ? 1 + below(20) : some_value(5);
	if (d.width <= 0)
		d.width = INT64_MAX;
	/* As far as a script can say: the range ends within 64 bits. */
	while (d.low + (wide)d.width * (d.buckets - 3) > INT64_MAX) {
		if (d.buckets > 3)
			d.buckets = 3;
		else
			d.low = INT64_MIN;
	}
	return d;
}

static void run_series(unsigned kind)
{
	static struct series s;
	char room[PTRT_STAT_SIZE(128)] __attribute__((aligned(8)));
	struct ptrt_stat *sum = (struct ptrt_stat *)room;
	const struct ptrt_stat_desc d = some_desc(kind);
	struct ptrt_context c = { 0 };
	unsigned i;

	fill(&s, kind);
	check(ptrt_parts_create(&ptrt_script) == 0);
	for (i = 0; i < s.n; i++)
		ptrt_stat_add(ptrt_parts_of((unsigned)s.cpu[i]) + OFFSET, &d,
			      s.v[i]);
	ptrt_stat_merge(&c, OFFSET, &d, sum);
	check_aggregates(&c, &s, sum, &d);
	check_histogram(&c, &s, sum, &d);
	if (kind == 0)
		check_variance(&s,
			       ptrt_stat_get(&c, sum, &d, PTRT_STAT_VARIANCE),
			       d.shift);
	ptrt_parts_destroy();
}

static void test_series(void)
{
	unsigned i;

	begin_test("statistics against values kept one by one");
	shim_limits[PTAP_LIMIT_maxstringlen] = PTAP_PRINT_MAX * 4;
	for (i = 0; i < 600; i++) {
		shim_limits[PTAP_LIMIT_hist_width] = i % 2 ? 50 : 10;
		run_series(i % 6);
	}
	shim_limits[PTAP_LIMIT_maxstringlen] = 64;
	end_test();
}

static void test_nothing(void)
{
	static const unsigned ops[] = { PTRT_STAT_MIN, PTRT_STAT_MAX,
					PTRT_STAT_AVG, PTRT_STAT_VARIANCE };
	const struct ptrt_stat_desc d = { .ops = ALL_OPS,
					  .hist = PTRT_HIST_LOG,
					  .buckets = 128 };
	char room[PTRT_STAT_SIZE(128)] __attribute__((aligned(8))) = { 0 };
	struct ptrt_stat *sum = (struct ptrt_stat *)room;
	struct ptrt_context c = { 0 };
	unsigned i;

	begin_test("aggregates of nothing");
	check(ptrt_stat_get(&c, sum, &d, PTRT_STAT_COUNT) == 0);
	check(ptrt_stat_get(&c, sum, &d, PTRT_STAT_SUM) == 0 && !c.error);
	for (i = 0; i < 4; i++) {
		c.error = NULL;
		check(ptrt_stat_get(&c, sum, &d, ops[i]) == 0);
		check(c.error && strcmp(c.error, "empty aggregate") == 0);
	}
	c.error = NULL;
	check(ptrt_hist_bucket(&c, sum, &d, 64) == 0);
	check(c.error && strcmp(c.error, "empty aggregate") == 0);
	c.error = NULL;
	check(!ptrt_hist_filled(&c, sum));
	check(c.error && strcmp(c.error, "empty aggregate") == 0);
	c.error = NULL;
	ptrt_stat_add(sum, &d, 5);
	check(ptrt_stat_get(&c, sum, &d, PTRT_STAT_VARIANCE) == 0);
	check(ptrt_hist_filled(&c, sum) && !c.error);
	for (i = 0; i < 4; i++) {
		static const int64_t outside[] = { -1, 128, INT64_MIN,
						   INT64_MAX };

		c.error = NULL;
		check(ptrt_hist_bucket(&c, sum, &d, outside[i]) == 0);
		check(c.error &&
		      strcmp(c.error, "histogram index out of range") == 0);
	}
	end_test();
}

/* ---- stats arrays ----------------------------------------------------- */

#define KEYS 40

static const struct ptrt_stat_desc array_stat = { .ops = ALL_OPS };

/* What was added to each key; a key's age is the number of its first addition. */
static struct {
	struct series s;
	unsigned age;
} kept[KEYS];

static void key_of(unsigned k, struct ptrt_key *keys)
{
	static const char *const words[] = { "", "a", "ab", "b" };

	keys[0].v = (int64_t)(k / 4) - 3;
	keys[1].s = words[k % 4];
	keys[1].n = (uint32_t)strlen(words[k % 4]);
}

static unsigned index_of(const struct ptrt_iter *it)
{
	struct ptrt_key keys[2];
	struct ptrt_str s = ptrt_iter_key_str(it, 1);
	unsigned k;

	for (k = 0; k < KEYS; k++) {
		key_of(k, keys);
		if (keys[0].v == ptrt_iter_key_long(it, 0) &&
		    keys[1].n == s.n && !memcmp(keys[1].s, s.s, s.n))
			break;
	}
	return k;
}

static int64_t aggregate_of(const struct series *s, unsigned op)
{
	int64_t least = INT64_MAX, most = INT64_MIN, total = 0;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		total += s->v[i];
		least = s->v[i] < least ? s->v[i] : least;
		most = s->v[i] > most ? s->v[i] : most;
	}
	switch (op) {
	case PTRT_STAT_SUM: return total;
	case PTRT_STAT_MIN: return least;
	case PTRT_STAT_MAX: return most;
	case PTRT_STAT_AVG: return total / (int64_t)s->n;
	default: return s->n;
	}
}

/* Does key A come before key B? */
static bool sooner(const struct ptrt_sort *sort, unsigned a, unsigned b)
{
	int64_t v = aggregate_of(&kept[a].s, sort->stat);
	int64_t w = aggregate_of(&kept[b].s, sort->stat);

	if (v != w && sort->direction)
		return (v < w) == (sort->direction > 0);
	return kept[a].age < kept[b].age;
}

static void check_loop(struct ptrt_context *c, struct ptrt_map *map)
{
	struct ptrt_sort sort = { .direction = (int)below(3) - 1,
				  .stat = 1u << below(5) };
	int64_t limit = below(2) ? -1 : (int64_t)below(12);
	unsigned order[KEYS], n = 0, slice = below(KEYS), k, j, i = 0;
	unsigned wild = below(4) ? 3 : 1u << below(2);
	struct ptrt_key keys[2], other[2];
	struct ptrt_iter it;

	key_of(slice, keys);
	for (k = 0; k < KEYS; k++) {
		key_of(k, other);
		if (!kept[k].s.n || (!(wild & 1) && other[0].v != keys[0].v) ||
		    (!(wild & 2) && other[1].s != keys[1].s))
			continue;
		for (j = n++; j > 0 && sooner(&sort, k, order[j - 1]); j--)
			order[j] = order[j - 1];
		order[j] = k;
	}
	if (limit >= 0 && limit < n)
		n = (unsigned)limit;
	check(ptrt_iter_begin(c, &it, map, &sort, limit, keys, wild));
	for (; ptrt_iter_next(c, &it); i++)
		check(i < n && index_of(&it) == order[i]);
	ptrt_iter_end(&it);
	check(i == n);
}

static void check_delete(struct ptrt_context *c, struct ptrt_map *map)
{
	unsigned wild = below(3) ? 0 : 1 + below(2), picked = below(KEYS), k;
	struct ptrt_key keys[2], other[2];

	key_of(picked, keys);
	ptrt_map_delete(c, map, keys, wild);
	for (k = 0; k < KEYS; k++) {
		key_of(k, other);
		if ((wild & 1 || other[0].v == keys[0].v) &&
		    (wild & 2 || other[1].s == keys[1].s))
			kept[k].s.n = 0;
	}
}

static void check_key(struct ptrt_context *c, struct ptrt_map *map, unsigned k)
{
	struct ptrt_stat sum;
	struct ptrt_key keys[2];
	unsigned op;

	key_of(k, keys);
	check(ptrt_map_in(c, map, keys, 0) == (kept[k].s.n > 0));
	check(ptrt_map_get_stat(c, map, keys, &sum) == (kept[k].s.n > 0));
	check(sum.count == kept[k].s.n);
	for (op = 1; sum.count && op <= PTRT_STAT_AVG; op <<= 1)
		check(ptrt_stat_get(c, &sum, &array_stat, op) ==
		      aggregate_of(&kept[k].s, op));
}

static void add_to_key(struct ptrt_context *c, struct ptrt_map *map, unsigned k,
		       unsigned now)
{
	struct series *s = &kept[k].s;
	struct ptrt_key keys[2];

	if (s->n == MOST)
		return;
	if (!s->n)
		kept[k].age = now;
	key_of(k, keys);
	shim_cpu = some_cpu();
	s->v[s->n] = (int64_t)below(50) - 25;
	ptrt_stat_add(ptrt_map_stat(c, map, keys), &array_stat, s->v[s->n]);
	s->n++;
}

static void test_array(void)
{
	struct ptrt_map_desc desc = {
		.name = "s",
		.value = PTRT_STATS,
		.n_keys = 2,
		.string_keys = 2,
		.size = KEYS,
		.iterators = 1,
		.overflow = "full",
		.stat = &array_stat,
	};
	struct ptrt_map *map = ptrt_map_create(&desc, shim_limits);
	struct ptrt_context c = { 0 };
	unsigned i;

	begin_test("stats arrays against values kept one by one");
	for (i = 0; i < 40000; i++) {
		switch (below(40)) {
		case 0: check_delete(&c, map); break;
		case 1: check_loop(&c, map); break;
		case 2: check_key(&c, map, below(KEYS)); break;
		default: add_to_key(&c, map, below(KEYS), i);
		}
	}
	check(!c.error);
	shim_cpu = 0;
	ptrt_map_destroy(map);
	end_test();
}

/* ---- limit ------------------------------------------------------------ */

static unsigned long comparisons;

int __real_ptrt_compare(struct ptrt_str a, struct ptrt_str b);
int __wrap_ptrt_compare(struct ptrt_str a, struct ptrt_str b);

int __wrap_ptrt_compare(struct ptrt_str a, struct ptrt_str b)
{
	comparisons++;
	return __real_ptrt_compare(a, b);
}

enum input { SHUFFLED, WORST, BEST };

/* Comparisons of a loop over N strings, the largest first, up to LIMIT. */
static unsigned long compared(unsigned n, int64_t limit, enum input input)
{
	struct ptrt_map_desc desc = {
		.name = "top",
		.value = PTRT_STRING,
		.n_keys = 1,
		.size = n,
		.iterators = 1,
		.overflow = "full",
	};
	const struct ptrt_sort sort = { .direction = -1 };
	struct ptrt_map *map = ptrt_map_create(&desc, shim_limits);
	struct ptrt_context c = { 0 };
	char last[32] = "~", text[32];
	struct ptrt_iter it;
	unsigned i, seen = 0;

	for (i = 0; i < n; i++) {
		unsigned v = input == SHUFFLED ? below(1u << 30)
			     : input == WORST  ? i
					       : n - i;
		struct ptrt_key key = { .v = i };

		snprintf(text, sizeof(text), "%010u", v);
		ptrt_map_set_str(&c, map, &key, ptrt_from_c(text));
	}
	comparisons = 0;
	check(ptrt_iter_begin(&c, &it, map, &sort, limit, NULL, 0));
	for (; ptrt_iter_next(&c, &it); seen++) {
		check(strcmp(ptrt_iter_str(&it).s, last) <= 0);
		snprintf(last, sizeof(last), "%s", ptrt_iter_str(&it).s);
	}
	ptrt_iter_end(&it);
	check(seen == (limit < 0 || limit > n ? n : limit));
	check(!c.error);
	ptrt_map_destroy(map);
	return comparisons;
}

static void test_limit(void)
{
	const unsigned n = 16384; /* log2: 14 */

	begin_test("a limit compares little");
	check(compared(n, 0, SHUFFLED) == 0);
	/* One look at each element, and the few that enter the heap. */
	check(compared(n, 1, SHUFFLED) <= n + 100);
	check(compared(n, 10, SHUFFLED) <= n + 2000);
	check(compared(n, 10, BEST) <= n + 200);
	/* All enter it: log2(10) levels, two comparisons each. */
	check(compared(n, 10, WORST) <= 9ul * n);
	/* All of it is what sorting costs, so the above is not. */
	check(compared(n, -1, SHUFFLED) > 12ul * n);
	end_test();
}

int main(void)
{
	test_series();
	test_nothing();
	test_array();
	test_limit();
	return test_status();
}
