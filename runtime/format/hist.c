// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Histograms as text: a row a bucket, a bar of '@' and the count.
 */
#include "format.h"
#include "number.h"

/* Empty rows shown before the first and after the last full one. */
#define MARGIN 2
#define LOG_ZERO 64

static uint64_t count_of(const struct ptfmt_hist *h, unsigned bucket)
{
	int64_t count;

	if (bucket < h->first || bucket - h->first >= h->n)
		return 0;
	__builtin_memcpy(&count, h->counts + (bucket - h->first), 8);
	return count < 0 ? 0 : (uint64_t)count;
}

static int64_t lower_bound(const struct ptfmt_hist *h, unsigned bucket)
{
	uint64_t steps;

	if (!h->linear) {
		if (bucket == LOG_ZERO)
			return 0;
		if (bucket > LOG_ZERO)
			return (int64_t)(1ull
					 << ((bucket - LOG_ZERO - 1) & 63));
		return (int64_t) - (1ull << ((LOG_ZERO - 1 - bucket) & 63));
	}
	/* Outside the range stands the bound that was left. */
	if (bucket == 0)
		steps = 0;
	else if (bucket == h->buckets - 1)
		steps = bucket - 2;
	else
		steps = bucket - 1;
	return (int64_t)((uint64_t)h->low + steps * (uint64_t)h->width);
}

static char mark_of(const struct ptfmt_hist *h, unsigned bucket)
{
	if (h->linear && bucket == 0)
		return '<';
	if (h->linear && bucket == h->buckets - 1)
		return '>';
	return 0;
}

/* The label at the end of LABEL, with room for mark and sign; its length. */
static unsigned put_label(char *label, const struct ptfmt_hist *h,
			  unsigned bucket)
{
	int64_t bound = lower_bound(h, bucket);
	uint64_t magnitude = bound < 0 ? -(uint64_t)bound : (uint64_t)bound;
	unsigned n = ptfmt_decimal(label, magnitude);
	char mark = mark_of(h, bucket);

	if (bound < 0)
		label[PTFMT_DIGITS - ++n] = '-';
	if (mark)
		label[PTFMT_DIGITS - ++n] = mark;
	return n;
}

static unsigned digits_of(uint64_t v)
{
	char digits[PTFMT_DIGITS];

	return ptfmt_decimal(digits, v);
}

struct layout {
	unsigned from, to; /* rows, TO included */
	unsigned label;	   /* columns */
	unsigned count;
	unsigned bar;
	uint64_t scale; /* counts that an '@' stands for */
};

/* Which buckets have rows.  False: all are empty. */
static bool find_rows(const struct ptfmt_hist *h, int elision, struct layout *l,
		      uint64_t *most)
{
	int margin = elision < 0 || elision > MARGIN ? MARGIN : elision;
	bool any = false;
	unsigned i;

	*most = 0;
	for (i = 0; i < h->buckets; i++) {
		uint64_t count = count_of(h, i);

		if (!count)
			continue;
		if (!any)
			l->from = i;
		l->to = i;
		any = true;
		if (count > *most)
			*most = count;
	}
	if (!any)
		return false;
	for (; margin > 0; margin--) {
		/* A log histogram without negative values ends at zero. */
		if (l->from > 0 && (h->linear || l->from != LOG_ZERO))
			l->from--;
		if (l->to < h->buckets - 1)
			l->to++;
	}
	return true;
}

static void lay_out_hist(const struct ptfmt_hist *h, unsigned width,
			 uint64_t most, struct layout *l)
{
	char label[PTFMT_DIGITS];
	unsigned i;

	l->bar = width;
	l->scale = ptfmt_divide(most, width);
	if (l->scale * width < most)
		l->scale++;
	l->count = digits_of(most);
	l->label = 5; /* "value" */
	for (i = l->from; i <= l->to; i++) {
		unsigned n = put_label(label, h, i);

		if (n > l->label)
			l->label = n;
	}
}

/* First row from AT on that is not empty, or past the last. */
static unsigned next_full(const struct ptfmt_hist *h, const struct layout *l,
			  unsigned at)
{
	while (at <= l->to && !count_of(h, at))
		at++;
	return at;
}

static void put_row(struct ptfmt_out *out, const struct ptfmt_hist *h,
		    const struct layout *l, unsigned bucket)
{
	char text[PTFMT_DIGITS];
	uint64_t count = count_of(h, bucket);
	unsigned n = put_label(text, h, bucket);
	unsigned bar = (unsigned)ptfmt_divide(count, l->scale);

	ptfmt_pad(out, ' ', l->label - n);
	ptfmt_text(out, text + PTFMT_DIGITS - n, n);
	ptfmt_text(out, " |", 2);
	ptfmt_pad(out, '@', bar);
	n = ptfmt_decimal(text, count);
	ptfmt_pad(out, ' ', l->bar + 1 + l->count - bar - n);
	ptfmt_text(out, text + PTFMT_DIGITS - n, n);
	ptfmt_text(out, "\n", 1);
}

static void put_rows(struct ptfmt_out *out, const struct ptfmt_hist *h,
		     const struct layout *l, int elision)
{
	unsigned last_full = l->from, next = next_full(h, l, l->from), i;
	bool elided = false, seen = false;

	for (i = l->from; i <= l->to; i++) {
		bool far;

		if (i > next)
			next = next_full(h, l, i);
		if (i == next) {
			last_full = i;
			seen = true;
		}
		far = elision >= 0 && i != next &&
		      (!seen || i - last_full > (unsigned)elision) &&
		      (next > l->to || next - i > (unsigned)elision);
		if (!far) {
			put_row(out, h, l, i);
		} else if (!elided) {
			ptfmt_pad(out, ' ', l->label + 1);
			ptfmt_text(out, "~\n", 2);
		}
		elided = far;
	}
}

void ptfmt_hist(struct ptfmt_out *out, const struct ptfmt_hist *h,
		unsigned width, int elision)
{
	struct layout l = { 0 };
	uint64_t most;

	if (!find_rows(h, elision, &l, &most))
		return;
	lay_out_hist(h, width, most, &l);
	ptfmt_pad(out, ' ', l.label - 5);
	ptfmt_text(out, "value |", 7);
	ptfmt_pad(out, '-', width);
	ptfmt_text(out, " count\n", 7);
	put_rows(out, h, &l, elision);
	ptfmt_text(out, "\n", 1);
}
