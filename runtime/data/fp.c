// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arithmetic of binary64 numbers as IEEE 754-2008 has it, rounded to nearest even;
 * what is no number is as SSE makes it (Intel SDM volume 1, table 4-7).
 */
#include <linux/bitops.h>
#include <linux/types.h>

#include "../script.h"
#include "fp.h"

/* An interchange format: bits of the exponent and of the fraction. */
struct fp_format {
	int exponent, fraction;
};

static const struct fp_format fp_single = { 8, 23 };
static const struct fp_format fp_double = { 11, PTRT_FP_FRACTION };

#define FP_SIGN (1ULL << 63)
#define FP_INDEFINITE ((s64)FP_SIGN) /* what has no place in 64 bits */
#define FP_QUIET (1ULL << 51)
#define FP_FRACTION_MASK ((1ULL << PTRT_FP_FRACTION) - 1)

/* A quotient or a root: the top bit, the fraction, and two to round by. */
#define FP_STEPS (PTRT_FP_FRACTION + 4)

static bool fp_is_nan(u64 v)
{
	return (v & ~FP_SIGN) > ptrt_fp_infinity(false);
}

static u64 fp_magnitude(const struct fp_format *f, int exp, u64 sig)
{
	int most = (1 << f->exponent) - 1;
	int biased = exp + most / 2;
	int spare = PTRT_FP_TOP - f->fraction;
	u64 half = 1ULL << (spare - 1);
	u64 rest;

	if (biased >= most)
		return (u64)most << f->fraction;
	if (biased < 1) {
		sig = ptrt_fp_shift_right(sig, 1 - biased);
		biased = 1;
	}
	rest = sig & ((half << 1) - 1);
	sig = (sig + half) >> spare;
	if (rest == half)
		sig &= ~1ULL;
	/* The top bit, where there is one, counts the exponent up. */
	return ((u64)(biased - 1) << f->fraction) + sig;
}

u64 ptrt_fp_pack(const struct ptrt_fp *number)
{
	return (u64)number->sign << 63 |
	       fp_magnitude(&fp_double, number->exp, number->sig);
}

/* Moves SIG, which is not 0, to where its top bit belongs. */
static void fp_normalize(struct ptrt_fp *number)
{
	int up = PTRT_FP_TOP + 1 - fls64(number->sig);

	number->sig = up < 0 ? ptrt_fp_shift_right(number->sig, -up)
			     : number->sig << up;
	number->exp -= up;
}

static enum ptrt_fp_kind fp_unpack_as(const struct fp_format *f, u64 v,
				      struct ptrt_fp *ret)
{
	int most = (1 << f->exponent) - 1;
	int biased = v >> f->fraction & most;
	u64 fraction = v & ((1ULL << f->fraction) - 1);

	ret->sign = v >> (f->fraction + f->exponent) & 1;
	if (biased == most)
		return fraction ? PTRT_FP_NO_NUMBER : PTRT_FP_INFINITE;
	if (!biased && !fraction)
		return PTRT_FP_ZERO;
	ret->exp = (biased ? biased : 1) - most / 2;
	ret->sig = (fraction | (u64)(biased != 0) << f->fraction)
		   << (PTRT_FP_TOP - f->fraction);
	fp_normalize(ret);
	return PTRT_FP_FINITE;
}

enum ptrt_fp_kind ptrt_fp_unpack(u64 v, struct ptrt_fp *ret)
{
	return fp_unpack_as(&fp_double, v, ret);
}

/* Of two operands of which one is no number. */
static u64 fp_nan_of(u64 a, u64 b)
{
	return (fp_is_nan(a) ? a : b) | FP_QUIET;
}

/* ---- sums ------------------------------------------------------------- */

static u64 fp_sum_finite(struct ptrt_fp *a, struct ptrt_fp *b)
{
	struct ptrt_fp sum;
	u64 low;

	if (a->exp < b->exp || (a->exp == b->exp && a->sig < b->sig)) {
		sum = *a;
		*a = *b;
		*b = sum;
	}
	sum = *a;
	low = ptrt_fp_shift_right(b->sig, a->exp - b->exp);
	sum.sig = a->sign == b->sign ? a->sig + low : a->sig - low;
	if (!sum.sig)
		return 0;
	fp_normalize(&sum);
	return ptrt_fp_pack(&sum);
}

uint64_t ptrt_fp_add(uint64_t a, uint64_t b)
{
	struct ptrt_fp x, y;
	enum ptrt_fp_kind kind_a = ptrt_fp_unpack(a, &x);
	enum ptrt_fp_kind kind_b = ptrt_fp_unpack(b, &y);

	if (kind_a == PTRT_FP_NO_NUMBER || kind_b == PTRT_FP_NO_NUMBER)
		return fp_nan_of(a, b);
	if (kind_a == PTRT_FP_INFINITE)
		return kind_b == PTRT_FP_INFINITE && x.sign != y.sign
			       ? PTRT_FP_NAN
			       : a;
	if (kind_b == PTRT_FP_INFINITE)
		return b;
	if (kind_a == PTRT_FP_ZERO)
		return kind_b == PTRT_FP_ZERO ? a & b : b;
	if (kind_b == PTRT_FP_ZERO)
		return a;
	return fp_sum_finite(&x, &y);
}

uint64_t ptrt_fp_sub(uint64_t a, uint64_t b)
{
	return ptrt_fp_add(a, fp_is_nan(b) ? b : b ^ FP_SIGN);
}

/* ---- products and quotients ------------------------------------------- */

/* The upper half of A * B; *LOW is the lower. */
static u64 fp_multiply(u64 a, u64 b, u64 *low)
{
	u64 a0 = (u32)a, a1 = a >> 32, b0 = (u32)b, b1 = b >> 32;
	u64 middle = a1 * b0 + (a0 * b0 >> 32);
	u64 other = a0 * b1 + (u32)middle;

	*low = other << 32 | (u32)(a0 * b0);
	return a1 * b1 + (middle >> 32) + (other >> 32);
}

uint64_t ptrt_fp_mul(uint64_t a, uint64_t b)
{
	struct ptrt_fp x, y;
	enum ptrt_fp_kind kind_a = ptrt_fp_unpack(a, &x);
	enum ptrt_fp_kind kind_b = ptrt_fp_unpack(b, &y);
	u64 sign = (a ^ b) & FP_SIGN, low;

	if (kind_a == PTRT_FP_NO_NUMBER || kind_b == PTRT_FP_NO_NUMBER)
		return fp_nan_of(a, b);
	if (kind_a == PTRT_FP_INFINITE || kind_b == PTRT_FP_INFINITE)
		return kind_a == PTRT_FP_ZERO || kind_b == PTRT_FP_ZERO
			       ? PTRT_FP_NAN
			       : ptrt_fp_infinity(sign);
	if (kind_a == PTRT_FP_ZERO || kind_b == PTRT_FP_ZERO)
		return sign;
	x.sign = sign != 0;
	x.exp +=
		y.exp +
		2; /* the product of the top bits is bit 60 of the upper half */
	x.sig = fp_multiply(x.sig, y.sig, &low);
	x.sig |= low != 0;
	fp_normalize(&x);
	return ptrt_fp_pack(&x);
}

uint64_t ptrt_fp_div(uint64_t a, uint64_t b)
{
	struct ptrt_fp x, y;
	enum ptrt_fp_kind kind_a = ptrt_fp_unpack(a, &x);
	enum ptrt_fp_kind kind_b = ptrt_fp_unpack(b, &y);
	u64 sign = (a ^ b) & FP_SIGN, quotient = 0;
	int i;

	if (kind_a == PTRT_FP_NO_NUMBER || kind_b == PTRT_FP_NO_NUMBER)
		return fp_nan_of(a, b);
	if (kind_a == kind_b && kind_a != PTRT_FP_FINITE)
		return PTRT_FP_NAN;
	if (kind_a == PTRT_FP_INFINITE || kind_b == PTRT_FP_ZERO)
		return ptrt_fp_infinity(sign);
	if (kind_a == PTRT_FP_ZERO || kind_b == PTRT_FP_INFINITE)
		return sign;
	if (x.sig < y.sig) {
		x.sig <<= 1;
		x.exp--;
	}
	for (i = 0; i < FP_STEPS; i++) {
		quotient <<= 1;
		if (x.sig >= y.sig) {
			x.sig -= y.sig;
			quotient |= 1;
		}
		x.sig <<= 1;
	}
	x.sign = sign != 0;
	x.exp -= y.exp;
	x.sig = quotient << (PTRT_FP_TOP + 1 - FP_STEPS) | (x.sig != 0);
	return ptrt_fp_pack(&x);
}

/* X less the multiple of Y that leaves the least, the even one of two.  A bit of the
 * quotient at a time: 2,098 at most. */
static u64 fp_rest(struct ptrt_fp *x, const struct ptrt_fp *y)
{
	bool odd = false;
	int i;

	x->sig >>= 1; /* room for a doubled rest */
	for (i = x->exp - y->exp; i >= 0; i--) {
		odd = x->sig >= y->sig >> 1;
		if (odd)
			x->sig -= y->sig >> 1;
		x->sig <<= 1;
	}
	/* The doubled rest in halves is the rest in whole ones, as Y is. */
	x->exp = y->exp;
	if (x->sig > y->sig >> 1 || (x->sig == y->sig >> 1 && odd)) {
		x->sig = y->sig - x->sig;
		x->sign = !x->sign;
	}
	if (!x->sig)
		return (u64)x->sign << 63;
	fp_normalize(x);
	return ptrt_fp_pack(x);
}

uint64_t ptrt_fp_rem(uint64_t a, uint64_t b)
{
	struct ptrt_fp x, y;
	enum ptrt_fp_kind kind_a = ptrt_fp_unpack(a, &x);
	enum ptrt_fp_kind kind_b = ptrt_fp_unpack(b, &y);

	if (kind_a == PTRT_FP_NO_NUMBER || kind_b == PTRT_FP_NO_NUMBER)
		return fp_nan_of(a, b);
	if (kind_a == PTRT_FP_INFINITE || kind_b == PTRT_FP_ZERO)
		return PTRT_FP_NAN;
	if (kind_a == PTRT_FP_ZERO || kind_b == PTRT_FP_INFINITE ||
	    x.exp < y.exp - 1)
		return a;
	return fp_rest(&x, &y);
}

/* Two bits of the number give one of the root. */
uint64_t ptrt_fp_sqrt(uint64_t v)
{
	u64 sig, rest = 0, root = 0;
	struct ptrt_fp x;
	int i;

	switch (ptrt_fp_unpack(v, &x)) {
	case PTRT_FP_NO_NUMBER: return v | FP_QUIET;
	case PTRT_FP_ZERO: return v;
	default:
		if (x.sign)
			return PTRT_FP_NAN;
	}
	if (v == ptrt_fp_infinity(false))
		return v;
	/* Bits 63 and 62 stand before the point. */
	sig = x.sig << (x.exp & 1);
	for (i = 0; i < FP_STEPS; i++) {
		u64 next;

		rest = rest << 2 | sig >> 62;
		sig <<= 2;
		next = root << 2 | 1;
		root <<= 1;
		if (rest >= next) {
			rest -= next;
			root |= 1;
		}
	}
	x.exp = (x.exp - (x.exp & 1)) / 2;
	x.sig = root << (PTRT_FP_TOP + 1 - FP_STEPS) | (rest != 0);
	return ptrt_fp_pack(&x);
}

/* ---- order ------------------------------------------------------------ */

/* As a signed number it has the order of the numbers. */
static s64 fp_rank(u64 v)
{
	return v & FP_SIGN ? -(s64)(v & ~FP_SIGN) : (s64)v;
}

int64_t ptrt_fp_eq(uint64_t a, uint64_t b)
{
	return !fp_is_nan(a) && !fp_is_nan(b) && fp_rank(a) == fp_rank(b);
}

int64_t ptrt_fp_le(uint64_t a, uint64_t b)
{
	return !fp_is_nan(a) && !fp_is_nan(b) && fp_rank(a) <= fp_rank(b);
}

int64_t ptrt_fp_lt(uint64_t a, uint64_t b)
{
	return !fp_is_nan(a) && !fp_is_nan(b) && fp_rank(a) < fp_rank(b);
}

/* ---- other numbers ---------------------------------------------------- */

uint64_t ptrt_fp_from_long(int64_t v)
{
	struct ptrt_fp x = { .sign = v < 0, .exp = PTRT_FP_TOP };

	if (!v)
		return 0;
	x.sig = v < 0 ? -(u64)v : v;
	fp_normalize(&x);
	return ptrt_fp_pack(&x);
}

/* WHOLE and a rest that is 0, less than a half, a half or more of the next. */
static u64 fp_round_whole(u64 whole, u64 rest, bool sign,
			  enum ptrt_fp_rounding rounding)
{
	const u64 half = 1ULL << 63;

	if (!rest)
		return whole;
	switch (rounding) {
	case PTRT_FP_NEAR_EVEN:
		return whole + (rest > half || (rest == half && (whole & 1)));
	case PTRT_FP_NEAR_AWAY: return whole + (rest >= half);
	case PTRT_FP_DOWN: return whole + sign;
	case PTRT_FP_UP: return whole + !sign;
	case PTRT_FP_ODD:
	case PTRT_FP_ODD_TOO: return whole | 1;
	default: return whole; /* PTRT_FP_TO_ZERO */
	}
}

int64_t ptrt_fp_to_long(struct ptrt_context *c, uint64_t v, int64_t rounding)
{
	u64 whole = 0, rest = 1, most;
	struct ptrt_fp x;

	if (rounding < PTRT_FP_NEAR_EVEN || rounding > PTRT_FP_ODD) {
		ptrt_error(c, "%lld is no rounding mode: they are 0 to 6",
			   (long long)rounding);
		return 0;
	}
	switch (ptrt_fp_unpack(v, &x)) {
	case PTRT_FP_ZERO: return 0;
	case PTRT_FP_FINITE: break;
	default: return FP_INDEFINITE;
	}
	if (x.exp > 63)
		return FP_INDEFINITE;
	/* The lowest bits are 0: the number has 53. */
	if (x.exp >= PTRT_FP_TOP) {
		whole = x.sig << (x.exp - PTRT_FP_TOP);
		rest = 0;
	} else if (x.exp >= -1) {
		whole = x.sig >> (PTRT_FP_TOP - x.exp);
		rest = x.sig << (x.exp + 2);
	}
	whole = fp_round_whole(whole, rest, x.sign, rounding);
	most = x.sign ? 1ULL << 63 : (1ULL << 63) - 1;
	if (whole > most)
		return FP_INDEFINITE;
	return x.sign ? -whole : whole;
}

uint64_t ptrt_fp_from_single(uint64_t v)
{
	u64 bits = (u32)v;
	u64 sign = bits >> 31 << 63;
	struct ptrt_fp x;

	switch (fp_unpack_as(&fp_single, bits, &x)) {
	case PTRT_FP_ZERO: return sign;
	case PTRT_FP_INFINITE: return ptrt_fp_infinity(x.sign);
	case PTRT_FP_NO_NUMBER:
		return sign | ptrt_fp_infinity(false) | FP_QUIET |
		       (bits << 29 & FP_FRACTION_MASK);
	default: return ptrt_fp_pack(&x);
	}
}

uint64_t ptrt_fp_to_single(uint64_t v)
{
	u64 sign = v >> 63 << 31;
	struct ptrt_fp x;

	switch (ptrt_fp_unpack(v, &x)) {
	case PTRT_FP_ZERO: return sign;
	case PTRT_FP_INFINITE: return sign | 0x7f800000;
	case PTRT_FP_NO_NUMBER: return sign | 0x7fc00000 | (v >> 29 & 0x3fffff);
	default: return sign | fp_magnitude(&fp_single, x.exp, x.sig);
	}
}

/* Intel SDM volume 1, section 4.8 and table 8-3: without its top bit what is no
 * denormal is no number. */
uint64_t ptrt_fp_from_extended(uint64_t low, uint64_t high)
{
	int biased = high & 0x7fff;
	struct ptrt_fp x = { .sign = high >> 15 & 1, .exp = biased - 16383 };

	if (!biased)
		return (u64)x.sign << 63;
	if (!(low >> 63))
		return PTRT_FP_NAN;
	if (biased == 0x7fff)
		return ptrt_fp_infinity(x.sign) |
		       (low << 1 ? FP_QUIET | (low >> 11 & FP_FRACTION_MASK)
				 : 0);
	x.sig = ptrt_fp_shift_right(low, 63 - PTRT_FP_TOP);
	return ptrt_fp_pack(&x);
}
