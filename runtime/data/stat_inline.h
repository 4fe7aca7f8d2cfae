/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Adding a value to a statistic.  The descriptor is constant in generated code,
 * so that gcc keeps only what the script extracts.  Included by script.h; no
 * kernel header.
 */
#ifndef PTRT_DATA_STAT_INLINE_H
#define PTRT_DATA_STAT_INLINE_H

#define PTRT_HIST_LOG_BUCKETS 128
#define PTRT_HIST_LOG_ZERO 64

#ifdef __LP64__
static inline int64_t ptrt_quotient(int64_t a, int64_t b)
{
	return a / b;
}
static inline uint64_t ptrt_quotient_unsigned(uint64_t a, uint64_t b)
{
	return a / b;
}
#else
/* Truncating; B is not 0. */
int64_t ptrt_quotient(int64_t a, int64_t b);
uint64_t ptrt_quotient_unsigned(uint64_t a, uint64_t b);
#endif

/* Bits that V needs, 1 to 64; V is not 0. */
static inline unsigned ptrt_bits(uint64_t v)
{
	return 64u - (unsigned)__builtin_clzll(v);
}

/* Bucket of V: 64 holds 0; 64 + k holds 2^(k-1) to 2^k - 1; 64 - k the same
 * below zero; 0 the most negative number alone. */
static inline unsigned ptrt_hist_log_bucket(int64_t v)
{
	if (v == 0)
		return PTRT_HIST_LOG_ZERO;
	if (v > 0)
		return PTRT_HIST_LOG_ZERO + ptrt_bits((uint64_t)v);
	return PTRT_HIST_LOG_ZERO - ptrt_bits(-(uint64_t)v);
}

/* 0: below LOW; then one every WIDTH; the last: beyond them. */
static inline unsigned ptrt_hist_linear_bucket(const struct ptrt_stat_desc *d,
					       int64_t v)
{
	uint64_t above = (uint64_t)v - (uint64_t)d->low, index;

	if (v < d->low)
		return 0;
	/* Unsigned: from low to v may be more than an int64_t holds. */
	index = ptrt_quotient_unsigned(above, (uint64_t)d->width);
	return index < d->buckets - 2 ? (unsigned)index + 1 : d->buckets - 1;
}

static inline void ptrt_stat_add(struct ptrt_stat *s,
				 const struct ptrt_stat_desc *d, int64_t v)
{
	int64_t n = ++s->count;

	if (d->ops & (PTRT_STAT_SUM | PTRT_STAT_AVG))
		s->sum = PTRT_ADD(s->sum, v);
	if (d->ops & PTRT_STAT_MIN) {
		if (n == 1 || v < s->min)
			s->min = v;
	}
	if (d->ops & PTRT_STAT_MAX) {
		if (n == 1 || v > s->max)
			s->max = v;
	}
	if (d->ops & PTRT_STAT_VARIANCE) {
		int64_t shifted = PTRT_SHL(v, d->shift);
		int64_t delta = PTRT_SUB(shifted, s->mean);

		s->mean = PTRT_ADD(s->mean, ptrt_quotient(delta, n));
		s->m2 = PTRT_ADD(s->m2,
				 PTRT_MUL(delta, PTRT_SUB(shifted, s->mean)));
	}
	if (d->hist == PTRT_HIST_LOG)
		s->bucket[ptrt_hist_log_bucket(v)]++;
	else if (d->hist == PTRT_HIST_LINEAR)
		s->bucket[ptrt_hist_linear_bucket(d, v)]++;
}

#endif
