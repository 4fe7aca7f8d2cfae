// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binary64 numbers as decimal text and back, both exact.  Whole numbers and fractions
 * are kept in words, of 32 bits or of nine digits; what is large lies in the context's
 * scratch memory.
 */
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../core/scratch.h"
#include "../script.h"
#include "../../include/ptap/limits.h"
#include "fp.h"

#define DIGITS 9 /* of a decimal word */
#define BILLION 1000000000u

/* The largest number has 1,024 bits and 309 digits; the smallest, with zeros behind its
 * one bit to make 53, has 1,126 bits behind the point. */
#define WORDS 36
#define WHOLE_DIGITS 310
#define DECIMALS (WHOLE_DIGITS / DIGITS + 1)

static const u32 fp_powers[DIGITS + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, BILLION,
};

/* ---- words of 32 bits, the lowest first ------------------------------- */

struct fp_words {
	u32 w[WORDS];
	int low, n; /* those below LOW and from N on are 0 */
};

/* V times 2 to the power of SHIFT, which fits. */
static void fp_words_set(struct fp_words *words, u64 v, int shift)
{
	int at = shift / 32, bits = shift % 32, i;

	memset(words->w, 0, sizeof(words->w));
	words->low = at;
	for (i = at; i < at + 3 && i < WORDS; i++) {
		words->w[i] = (u32)(v << bits);
		v = bits ? v >> (32 - bits) : v >> 32;
		bits = 0;
	}
	words->n = i;
	while (words->n > words->low && !words->w[words->n - 1])
		words->n--;
	while (words->low < words->n && !words->w[words->low])
		words->low++;
}

/* Multiplies by FACTOR and adds MORE; what is beyond word N is returned. */
static u32 fp_words_multiply(struct fp_words *words, u32 factor, u32 more)
{
	u64 carry = more;
	int i;

	if (more)
		words->low = 0;
	for (i = words->low; i < words->n; i++) {
		carry += (u64)words->w[i] * factor;
		words->w[i] = (u32)carry;
		carry >>= 32;
	}
	while (words->low < words->n && !words->w[words->low])
		words->low++;
	return carry;
}

/* Divides by 10 to the power of 9; the rest is returned. */
static u32 fp_words_divide(struct fp_words *words)
{
	u32 rest = 0;
	int i;

	for (i = words->n - 1; i >= 0; i--)
		words->w[i] = div_u64_rem((u64)rest << 32 | words->w[i],
					  BILLION, &rest);
	while (words->n && !words->w[words->n - 1])
		words->n--;
	return rest;
}

/* ---- to text ---------------------------------------------------------- */

/* Digits are counted, also those that find no room. */
struct fp_text {
	char *s;
	u32 room, n;
	bool odd;   /* the last digit */
	bool nines; /* all digits that found no room are 9 */
};

static void fp_put(struct fp_text *text, char byte)
{
	text->odd = byte & 1;
	if (text->n < text->room)
		text->s[text->n++] = byte;
	else if (byte != '.')
		text->nines &= byte == '9';
}

static void fp_put_digits(struct fp_text *text, u32 v, int n)
{
	while (n--)
		fp_put(text, '0' + v / fp_powers[n] % 10);
}

static void fp_put_whole(struct fp_text *text, struct fp_words *words,
			 u32 *decimals)
{
	int n = 0, first = 1;

	do
		decimals[n++] = fp_words_divide(words);
	while (words->n);
	while (first < DIGITS && decimals[n - 1] >= fp_powers[first])
		first++;
	fp_put_digits(text, decimals[--n], first);
	while (n)
		fp_put_digits(text, decimals[--n], DIGITS);
}

/* One more in the last digit. */
static void fp_round_up(struct fp_text *text, u32 start)
{
	u32 i = text->n;

	if (!text->nines)
		return;
	while (i > start) {
		i--;
		if (text->s[i] == '.')
			continue;
		if (text->s[i] != '9') {
			text->s[i]++;
			return;
		}
		text->s[i] = '0';
	}
	if (text->n < text->room)
		text->n++;
	memmove(text->s + start + 1, text->s + start, text->n - start - 1);
	text->s[start] = '1';
}

/* Is the fraction of N words more than a half, or one that rounds an odd digit? */
static bool fp_rounds_up(const struct fp_words *fraction, int n, bool odd)
{
	const u32 half = 1u << 31;
	u32 top = fraction->low < n ? fraction->w[n - 1] : 0;

	if (top < half)
		return false;
	return top > half || fraction->low < n - 1 || odd;
}

static void fp_put_fraction(struct fp_text *text, struct fp_words *fraction,
			    s64 precision)
{
	int n = fraction->n;

	while (precision && fraction->low < n) {
		int digits = min_t(s64, precision, DIGITS);

		fp_put_digits(text,
			      fp_words_multiply(fraction, fp_powers[digits], 0),
			      digits);
		precision -= digits;
	}
	if (fraction->low < n)
		return;
	while (precision-- && text->n < text->room)
		fp_put(text, '0');
}

/* What lies in scratch memory. */
struct fp_printer {
	struct fp_words words;
	u32 decimals[DECIMALS];
};

static_assert(sizeof(struct fp_printer) <= PTRT_SCRATCH);

/* X as its bits: a whole number, and a fraction in words of which the last ends at the
 * point. */
static void fp_put_finite(struct fp_text *text, const struct ptrt_fp *x,
			  s64 precision, struct fp_printer *p)
{
	int shift = x->exp - PTRT_FP_FRACTION;
	u64 bits = x->sig >> (PTRT_FP_TOP - PTRT_FP_FRACTION);
	u32 start = text->n;
	int n = 0;

	if (shift >= 0)
		fp_words_set(&p->words, bits, shift);
	else
		fp_words_set(&p->words, shift > -64 ? bits >> -shift : 0, 0);
	fp_put_whole(text, &p->words, p->decimals);
	if (precision)
		fp_put(text, '.');
	if (shift < 0) {
		n = (31 - shift) / 32;
		if (shift > -64)
			bits &= (1ULL << -shift) - 1;
		fp_words_set(&p->words, bits, n * 32 + shift);
	}
	p->words.n = n;
	if (!n || !bits)
		p->words.low = n;
	fp_put_fraction(text, &p->words, precision);
	if (fp_rounds_up(&p->words, n, text->odd))
		fp_round_up(text, start);
}

static void fp_put_text(struct fp_text *text, const char *more)
{
	while (*more)
		fp_put(text, *more++);
}

/* As the C library's default. */
#define DEFAULT_PRECISION 6

struct ptrt_str ptrt_fp_to_string(struct ptrt_context *c, char *buffer,
				  uint64_t v, int64_t precision)
{
	struct fp_text text = {
		.s = buffer,
		.room = ptrt_script.limits[PTAP_LIMIT_maxstringlen] - 1,
		.nines = true,
	};
	struct ptrt_fp x = { 0 };
	enum ptrt_fp_kind kind;

	if (precision < 0)
		precision = DEFAULT_PRECISION;
	kind = ptrt_fp_unpack(v, &x);
	if (x.sign)
		fp_put(&text, '-');
	switch (kind) {
	case PTRT_FP_INFINITE: fp_put_text(&text, "inf"); break;
	case PTRT_FP_NO_NUMBER: fp_put_text(&text, "nan"); break;
	default: fp_put_finite(&text, &x, precision, ptrt_scratch(c));
	}
	buffer[text.n] = '\0';
	return (struct ptrt_str){ buffer, text.n };
}

/* ---- from text -------------------------------------------------------- */

/* Digits that count: what lies between two numbers of 64 bits has 767 at most, so of
 * those behind only matters whether one is not 0. */
#define MOST_DIGITS 770
/* Beyond these a number is infinite, or rounds to 0. */
#define MOST_POINT 310
#define LEAST_POINT (-330)
#define FRACTION_WORDS ((MOST_DIGITS - LEAST_POINT) / DIGITS + 1)

/* 0.DIGITS times 10 to the power of POINT. */
struct fp_decimal {
	const char *at; /* the next digit, or the point before it */
	int left;	/* digits from there on that count */
	int point;
	bool more; /* others than 0 behind */
};

struct fp_reader {
	struct fp_words whole;
	u32 fraction[FRACTION_WORDS]; /* the highest first */
	int from, to;		      /* those that are not 0 */
};

static_assert(sizeof(struct fp_reader) <= PTRT_SCRATCH);

static bool fp_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The decimal at TEXT, which ends with a NUL.  Returns what is behind; NULL: there is
 * no digit. */
static const char *fp_scan(const char *text, struct fp_decimal *ret)
{
	bool seen = false, pointed = false;

	*ret = (struct fp_decimal){ .at = text };
	for (; fp_is_digit(*text) || (*text == '.' && !pointed); text++) {
		if (*text == '.') {
			pointed = true;
			continue;
		}
		seen = true;
		if (!ret->left && *text == '0') {
			ret->point -= pointed;
			continue;
		}
		if (!ret->left)
			ret->at = text;
		if (ret->left < MOST_DIGITS)
			ret->left++;
		else
			ret->more |= *text != '0';
		ret->point += !pointed;
	}
	return seen ? text : NULL;
}

/* What stands behind the "e" of an exponent at TEXT; 0: that is none. */
static int fp_scan_exponent(const char *text)
{
	bool negative;
	int n = 0;

	if (*text != 'e' && *text != 'E')
		return 0;
	text++;
	negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	for (; fp_is_digit(*text); text++)
		n = min(n * 10 + *text - '0', 1000000);
	return negative ? -n : n;
}

/* The next N digits as a number; behind the last there are zeros. */
static u32 fp_take_digits(struct fp_decimal *decimal, int n)
{
	u32 v = 0;

	while (n--) {
		v *= 10;
		if (!decimal->left)
			continue;
		if (*decimal->at == '.')
			decimal->at++;
		v += *decimal->at++ - '0';
		decimal->left--;
	}
	return v;
}

static void fp_read_whole(struct fp_reader *r, struct fp_decimal *decimal)
{
	int left = max(decimal->point, 0);

	r->whole.low = 0;
	r->whole.n = 0;
	while (left) {
		int n = left % DIGITS ? left % DIGITS : DIGITS;
		u32 carry = fp_take_digits(decimal, n);

		/* A carry of nothing is the first word. */
		if (r->whole.n)
			carry = fp_words_multiply(&r->whole, fp_powers[n],
						  carry);
		if (carry)
			r->whole.w[r->whole.n++] = carry;
		left -= n;
	}
}

static void fp_read_fraction(struct fp_reader *r, struct fp_decimal *decimal)
{
	int zeros = max(-decimal->point, 0), i;

	r->from = zeros / DIGITS;
	r->to = r->from;
	zeros %= DIGITS;
	for (i = r->from; decimal->left; i++) {
		r->fraction[i] = fp_take_digits(decimal, DIGITS - zeros);
		zeros = 0;
		if (r->fraction[i])
			r->to = i + 1;
	}
}

/* Doubles the fraction N times, at most 29; what is beyond the point is returned. */
static u32 fp_double_fraction(struct fp_reader *r, int n)
{
	u64 carry = 0;
	int i;

	for (i = r->to - 1; i >= r->from; i--) {
		carry += (u64)r->fraction[i] << n;
		carry = div_u64_rem(carry, BILLION, &r->fraction[i]);
	}
	while (i >= 0 && carry) {
		carry = div_u64_rem(carry, BILLION, &r->fraction[i]);
		r->from = i--;
	}
	while (r->to > r->from && !r->fraction[r->to - 1])
		r->to--;
	return carry;
}

/* Appends BITS bits V to X, of which HAVE are there. */
static void fp_take_bits(struct ptrt_fp *x, int *have, bool *lost, u64 v,
			 int bits)
{
	int fit = min(bits, PTRT_FP_TOP + 1 - *have);

	x->sig = x->sig << fit | v >> (bits - fit);
	*lost |= (v & ((1ULL << (bits - fit)) - 1)) != 0;
	*have += fit;
}

#define STEP 29 /* bits; 2 to that power is below a billion */

static u64 fp_from_reader(struct fp_reader *r, bool lost)
{
	struct ptrt_fp x = { .exp = -1 };
	int have = 0, i;

	for (i = r->whole.n - 1; i >= 0; i--) {
		u32 word = r->whole.w[i];
		int bits = have ? 32 : fls64(word);

		fp_take_bits(&x, &have, &lost, word, bits);
		x.exp += bits;
	}
	while (have <= PTRT_FP_TOP && r->from < r->to) {
		u32 word = fp_double_fraction(r, STEP);
		int bits = have ? STEP : fls64(word);

		if (!have)
			x.exp -= STEP - bits;
		fp_take_bits(&x, &have, &lost, word, bits);
	}
	lost |= r->from < r->to;
	if (!have)
		return 0;
	x.sig = x.sig << (PTRT_FP_TOP + 1 - have) | lost;
	return ptrt_fp_pack(&x);
}

/* Does TEXT begin with WORD, in letters of any size? */
static bool fp_begins(const char *text, const char *word)
{
	while (*word && (*text | 0x20) == *word)
		text++, word++;
	return !*word;
}

/* The number at TEXT, which has no sign; false: there is none. */
static bool fp_read(struct ptrt_context *c, const char *text, u64 *ret)
{
	struct fp_reader *r = ptrt_scratch(c);
	struct fp_decimal decimal;

	*ret = 0;
	if (fp_begins(text, "inf") || fp_begins(text, "nan")) {
		*ret = (*text | 0x20) == 'i' ? ptrt_fp_infinity(false)
					     : PTRT_FP_NAN & ~(1ULL << 63);
		return true;
	}
	text = fp_scan(text, &decimal);
	if (!text)
		return false;
	decimal.point += fp_scan_exponent(text);
	if (!decimal.left || decimal.point < LEAST_POINT)
		return true;
	if (decimal.point > MOST_POINT) {
		*ret = ptrt_fp_infinity(false);
		return true;
	}
	fp_read_whole(r, &decimal);
	fp_read_fraction(r, &decimal);
	*ret = fp_from_reader(r, decimal.more);
	return true;
}

uint64_t ptrt_fp_from_string(struct ptrt_context *c, struct ptrt_str text)
{
	const char *at = text.s;
	bool negative;
	u64 v;

	while (*at == ' ' || (*at >= '\t' && *at <= '\r'))
		at++;
	negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	return fp_read(c, at, &v) ? (u64)negative << 63 | v : 0;
}
