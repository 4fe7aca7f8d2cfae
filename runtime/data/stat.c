// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics: parts of the CPUs merged, aggregates, histograms; and counters,
 * which are sums alone.
 */
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../script.h"
#include "../../include/ptap/limits.h"
#include "../format/format.h"
#include "parts.h"
#include "stat.h"

#ifndef __LP64__
int64_t ptrt_quotient(int64_t a, int64_t b)
{
	return div64_s64(a, b);
}

uint64_t ptrt_quotient_unsigned(uint64_t a, uint64_t b)
{
	return div64_u64(a, b);
}
#endif

void ptrt_stat_clear(struct ptrt_stat *s, const struct ptrt_stat_desc *d)
{
	memset(s, 0, PTRT_STAT_SIZE(d->buckets));
}

/* a * b / n without a wider type; exact while a, b <= n < 2^32. */
static u64 scale(u64 value, u64 a, u64 n)
{
	u64 rest;
	u64 whole = div64_u64_rem(value, n, &rest);

	return whole * a + div64_u64(rest * a, n);
}

/* value * a * b / n with a + b == n, truncated once. */
static u64 scale_twice(u64 value, u64 a, u64 b, u64 n)
{
	u64 rest, left;
	u64 whole = div64_u64_rem(value, n, &rest);
	u64 part = div64_u64_rem(rest * a, n, &left);

	return whole * a * b + part * b + div64_u64(left * b, n);
}

/* Two variances as one: Chan's formula, on Welford's shifted integers. */
static void fold_variance(struct ptrt_stat *sum, const struct ptrt_stat *part)
{
	u64 a = sum->count, b = part->count, n = a + b;
	s64 delta = PTRT_SUB(part->mean, sum->mean);
	u64 distance = delta < 0 ? -(u64)delta : (u64)delta;
	u64 step = scale(distance, b, n);

	sum->m2 = PTRT_ADD(PTRT_ADD(sum->m2, part->m2),
			   scale_twice(distance * distance, a, b, n));
	sum->mean = delta < 0 ? PTRT_SUB(sum->mean, step)
			      : PTRT_ADD(sum->mean, step);
}

void ptrt_stat_fold_scalars(struct ptrt_stat *sum, const struct ptrt_stat *part,
			    const struct ptrt_stat_desc *d)
{
	if (!part->count)
		return;
	if (!sum->count) {
		memcpy(sum, part, sizeof(*sum));
		return;
	}
	if (d->ops & PTRT_STAT_VARIANCE)
		fold_variance(sum, part);
	sum->count += part->count;
	sum->sum = PTRT_ADD(sum->sum, part->sum);
	if (part->min < sum->min)
		sum->min = part->min;
	if (part->max > sum->max)
		sum->max = part->max;
}

void ptrt_stat_fold(struct ptrt_stat *sum, const struct ptrt_stat *part,
		    const struct ptrt_stat_desc *d)
{
	unsigned int i;

	ptrt_stat_fold_scalars(sum, part, d);
	for (i = 0; i < d->buckets; i++)
		sum->bucket[i] += part->bucket[i];
}

static struct ptrt_stat *part_of(int cpu, size_t offset)
{
	return ptrt_parts_of(cpu) + offset;
}

void ptrt_stat_merge(struct ptrt_context *c, size_t offset,
		     const struct ptrt_stat_desc *d, struct ptrt_stat *sum)
{
	int cpu;

	ptrt_stat_clear(sum, d);
	for_each_possible_cpu(cpu)
		ptrt_stat_fold(sum, part_of(cpu, offset), d);
}

void ptrt_stat_reset(struct ptrt_context *c, size_t offset,
		     const struct ptrt_stat_desc *d)
{
	int cpu;

	for_each_possible_cpu(cpu)
		ptrt_stat_clear(part_of(cpu, offset), d);
}

int64_t ptrt_stat_value(const struct ptrt_stat *s,
			const struct ptrt_stat_desc *d, unsigned int op)
{
	switch (op) {
	case PTRT_STAT_SUM: return s->sum;
	case PTRT_STAT_MIN: return s->min;
	case PTRT_STAT_MAX: return s->max;
	case PTRT_STAT_AVG: return ptrt_quotient(s->sum, s->count);
	case PTRT_STAT_VARIANCE:
		if (s->count < 2)
			return 0;
		return d->shift > 31 ? 0
				     : ptrt_quotient(s->m2, s->count - 1) >>
					       (2 * d->shift);
	default: return s->count;
	}
}

int64_t ptrt_stat_need(struct ptrt_context *c, const struct ptrt_stat *s,
		       const struct ptrt_stat_desc *d, unsigned int op)
{
	if (likely(s->count))
		return ptrt_stat_value(s, d, op);
	ptrt_error(c, "empty aggregate");
	return 0;
}

int64_t ptrt_stat_get(struct ptrt_context *c, const struct ptrt_stat *s,
		      const struct ptrt_stat_desc *d, unsigned int op)
{
	if (!s->count && (op == PTRT_STAT_COUNT || op == PTRT_STAT_SUM))
		return 0;
	return ptrt_stat_need(c, s, d, op);
}

bool ptrt_hist_filled(struct ptrt_context *c, const struct ptrt_stat *s)
{
	if (likely(s->count))
		return true;
	ptrt_error(c, "empty aggregate");
	return false;
}

int64_t ptrt_hist_bucket(struct ptrt_context *c, const struct ptrt_stat *s,
			 const struct ptrt_stat_desc *d, int64_t index)
{
	if (!ptrt_hist_filled(c, s))
		return 0;
	if (index < 0 || index >= d->buckets) {
		ptrt_error(c, "histogram index out of range");
		return 0;
	}
	return s->bucket[index];
}

/* The buckets between the first and the last that hold something. */
static bool used_buckets(struct ptrt_context *c, const struct ptrt_stat *s,
			 const struct ptrt_stat_desc *d, unsigned int *first,
			 unsigned int *n)
{
	unsigned int low = 0, high = d->buckets;

	if (!ptrt_hist_filled(c, s))
		return false;
	while (low < high && !s->bucket[low])
		low++;
	while (high > low && !s->bucket[high - 1])
		high--;
	*first = low;
	*n = high - low;
	return true;
}

void ptrt_hist_print(struct ptrt_context *c, unsigned int format,
		     const struct ptrt_stat *s, const struct ptrt_stat_desc *d)
{
	unsigned int first, n, i;
	void *at;

	if (!used_buckets(c, s, d, &first, &n))
		return;
	at = ptrt_record_reserve(
		c, format, 8 * (n + (d->hist == PTRT_HIST_LINEAR ? 5 : 2)));
	if (!at)
		return;
	if (d->hist == PTRT_HIST_LINEAR) {
		at = ptrt_put_long(at, d->low);
		at = ptrt_put_long(at, d->buckets);
		at = ptrt_put_long(at, d->width);
	}
	at = ptrt_put_long(at, first);
	at = ptrt_put_long(at, n);
	for (i = 0; i < n; i++)
		at = ptrt_put_long(at, s->bucket[first + i]);
	ptrt_record_commit(c);
}

struct ptrt_str ptrt_hist_sprint(struct ptrt_context *c, char *buffer,
				 const struct ptrt_stat *s,
				 const struct ptrt_stat_desc *d, bool newline)
{
	const int64_t *limits = ptrt_script.limits;
	unsigned int room = limits[PTAP_LIMIT_maxstringlen] - 1;
	struct ptfmt_out out = { .at = buffer, .end = buffer + room };
	struct ptfmt_hist hist = {
		.linear = d->hist == PTRT_HIST_LINEAR,
		.low = d->low,
		.width = d->width,
		.buckets = d->buckets,
	};

	if (!used_buckets(c, s, d, &hist.first, &hist.n))
		return PTRT_EMPTY;
	hist.counts = s->bucket + hist.first;
	ptfmt_hist(&out, &hist, limits[PTAP_LIMIT_hist_width],
		   limits[PTAP_LIMIT_hist_elision]);
	if (newline)
		ptfmt_text(&out, "\n", 1);
	*out.at = 0;
	return (struct ptrt_str){ buffer, out.at - buffer };
}

int64_t ptrt_counter_get(struct ptrt_context *c, size_t offset)
{
	int64_t sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const int64_t *part = ptrt_parts_of(cpu) + offset;

		sum = PTRT_ADD(sum, READ_ONCE(*part));
	}
	return sum;
}

void ptrt_counter_set(struct ptrt_context *c, size_t offset, int64_t v)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		int64_t *part = ptrt_parts_of(cpu) + offset;

		WRITE_ONCE(*part, 0);
	}
	WRITE_ONCE(*(int64_t *)(c->percpu + offset), v);
}
