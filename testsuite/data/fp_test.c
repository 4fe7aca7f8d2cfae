/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point in integer arithmetic against this machine's FPU and C library, bit
 * by bit: random numbers, pairs that are near one another, and all pairs of numbers
 * that are special.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "core/scratch.h"
#include "data/fp.h"

#define ROUNDS 300000
#define TEXTS 100000

static char scratch[PTRT_SCRATCH] __attribute__((aligned(16)));

void *ptrt_scratch(struct ptrt_context *c)
{
	(void)c;
	memset(scratch, 0xa5, sizeof(scratch));
	return scratch;
}

static double number(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static uint64_t bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

/* ---- numbers ---------------------------------------------------------- */

/* Zeros, the ends of what is subnormal and normal, infinities, quiet and signalling
 * NaNs, ties. */
static const uint64_t specials[] = {
	0,
	1,
	2,
	0x000fffffffffffff,
	0x0010000000000000,
	0x0010000000000001,
	0x001fffffffffffff,
	0x3cb0000000000000, /* 2^-52 */
	0x3ca0000000000000,
	0x3ca0000000000001,
	0x3fe0000000000000, /* 0.5 */
	0x3fefffffffffffff,
	0x3ff0000000000000, /* 1 */
	0x3ff0000000000001,
	0x3ff8000000000000, /* 1.5 */
	0x4000000000000000,
	0x4004000000000000, /* 2.5 */
	0x4008000000000000,
	0x4330000000000000, /* 2^52 */
	0x4330000000000001,
	0x4340000000000000, /* 2^53 */
	0x43dfffffffffffff,
	0x43e0000000000000, /* 2^63 */
	0x7fdfffffffffffff,
	0x7fe0000000000000,
	0x7fefffffffffffff,
	0x7ff0000000000000,
	0x7ff0000000000001,
	0x7ff8000000000000,
	0x7ff800000000abcd,
};

#define SPECIALS (2 * sizeof(specials) / sizeof(specials[0]))

static uint64_t special(unsigned i)
{
	return specials[i / 2] | (uint64_t)(i & 1) << 63;
}

/* Of any exponent; near 1; whole; with few bits; subnormal. */
static uint64_t some_number(void)
{
	uint64_t v = any_word();

	switch (below(8)) {
	case 0: return special(below(SPECIALS));
	case 1: return v & ~(0x7ffULL << 52);
	case 2:
		return (v & ~(0x7ffULL << 52)) |
		       (uint64_t)(1023 + (int)below(9) - 4) << 52;
	case 3: return bits_of((double)((int64_t)v >> below(64)));
	case 4: return v & ~0ULL << below(64);
	case 5:
		return (v & ~0ULL << below(53) & ~(0x7ffULL << 52)) |
		       (uint64_t)(1000 + below(50)) << 52;
	default: return v;
	}
}

/* Mostly anything; else of nearly the same exponent, or nearly equal. */
static uint64_t some_partner(uint64_t a)
{
	switch (below(4)) {
	case 0: return a ^ any_word() >> below(64);
	case 1:
		return (a & ~((1ULL << 52) - 1)) + ((uint64_t)below(60) << 52) -
		       (30ULL << 52) + (any_word() >> 12);
	default: return some_number();
	}
}

/* ---- arithmetic ------------------------------------------------------- */

#define SSE(name, operation)                                              \
	static uint64_t name(uint64_t a, uint64_t b)                      \
	{                                                                 \
		double x = number(a), y = number(b);                      \
                                                                          \
		__asm__ volatile(operation " %1, %0" : "+x"(x) : "x"(y)); \
		return bits_of(x);                                        \
	}

SSE(sse_add, "addsd")
SSE(sse_sub, "subsd")
SSE(sse_mul, "mulsd")
SSE(sse_div, "divsd")
SSE(sse_sqrt_of, "sqrtsd")

/* As the x87 does it; the C library's for double (glibc 2.36) gets the sign of some
 * zeros wrong. */
static uint64_t library_rem(uint64_t a, uint64_t b)
{
	return bits_of((double)remainderl(number(a), number(b)));
}

static uint64_t sse_sqrt(uint64_t a, uint64_t b)
{
	(void)b;
	return sse_sqrt_of(a, a);
}

static uint64_t own_sqrt(uint64_t a, uint64_t b)
{
	(void)b;
	return ptrt_fp_sqrt(a);
}

static uint64_t sse_eq(uint64_t a, uint64_t b)
{
	return number(a) == number(b);
}

static uint64_t sse_le(uint64_t a, uint64_t b)
{
	return number(a) <= number(b);
}

static uint64_t sse_lt(uint64_t a, uint64_t b)
{
	return number(a) < number(b);
}

static uint64_t own_eq(uint64_t a, uint64_t b)
{
	return (uint64_t)ptrt_fp_eq(a, b);
}

static uint64_t own_le(uint64_t a, uint64_t b)
{
	return (uint64_t)ptrt_fp_le(a, b);
}

static uint64_t own_lt(uint64_t a, uint64_t b)
{
	return (uint64_t)ptrt_fp_lt(a, b);
}

static const struct operation {
	const char *name;
	uint64_t (*own)(uint64_t a, uint64_t b);
	uint64_t (*theirs)(uint64_t a, uint64_t b);
	bool any_nan; /* which NaN it is does not matter */
} operations[] = {
	{ "add", ptrt_fp_add, sse_add, false },
	{ "sub", ptrt_fp_sub, sse_sub, false },
	{ "mul", ptrt_fp_mul, sse_mul, false },
	{ "div", ptrt_fp_div, sse_div, false },
	{ "rem", ptrt_fp_rem, library_rem, true },
	{ "sqrt", own_sqrt, sse_sqrt, false },
	{ "eq", own_eq, sse_eq, false },
	{ "le", own_le, sse_le, false },
	{ "lt", own_lt, sse_lt, false },
};

static bool same(uint64_t own, uint64_t theirs, bool any_nan)
{
	return own == theirs ||
	       (any_nan && isnan(number(own)) && isnan(number(theirs)));
}

static void compare(const struct operation *o, uint64_t a, uint64_t b)
{
	uint64_t own = o->own(a, b), theirs = o->theirs(a, b);

	if (same(own, theirs, o->any_nan))
		return;
	printf("# %s(%#llx, %#llx) = %#llx, not %#llx\n", o->name,
	       (unsigned long long)a, (unsigned long long)b,
	       (unsigned long long)own, (unsigned long long)theirs);
	check(!"the same");
}

static void test_operation(const struct operation *o)
{
	begin_test(o->name);
	for (unsigned i = 0; i < SPECIALS; i++)
		for (unsigned k = 0; k < SPECIALS; k++)
			compare(o, special(i), special(k));
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t a = some_number();

		compare(o, a, some_partner(a));
	}
	end_test();
}

/* ---- other numbers ---------------------------------------------------- */

static void test_from_long(void)
{
	begin_test("from long");
	for (int i = 0; i < ROUNDS; i++) {
		int64_t v = (int64_t)any_word() >> below(64);

		v &= (int64_t)(~0ULL << below(64));
		check(ptrt_fp_from_long(v) == bits_of((double)v));
	}
	check(ptrt_fp_from_long(0) == 0);
	check(ptrt_fp_from_long(INT64_MIN) == 0xc3e0000000000000);
	check(ptrt_fp_from_long(INT64_MAX) == 0x43e0000000000000);
	end_test();
}

/* What the mode makes of V, by the C library; exact, so that no other rounding is in
 * it. */
static double rounded(double v, int mode)
{
	double down = floor(v);

	switch (mode) {
	case PTRT_FP_NEAR_EVEN: return rint(v);
	case PTRT_FP_TO_ZERO: return trunc(v);
	case PTRT_FP_DOWN: return down;
	case PTRT_FP_UP: return ceil(v);
	case PTRT_FP_NEAR_AWAY: return round(v);
	default: return v == down || fmod(down, 2) != 0 ? down : down + 1;
	}
}

static void test_to_long(void)
{
	struct ptrt_context c = { 0 };

	begin_test("to long");
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t bits = i < (int)SPECIALS ? special((unsigned)i)
						  : some_number();
		double v = number(bits);

		for (int mode = 0; mode <= PTRT_FP_ODD; mode++) {
			double whole = rounded(v, mode);
			int64_t want = whole >= -0x1p63 && whole < 0x1p63
					       ? (int64_t)whole
					       : INT64_MIN;

			check(ptrt_fp_to_long(&c, bits, mode) == want);
		}
	}
	check(!c.error);
	check(ptrt_fp_to_long(&c, 0, 7) == 0 && c.error);
	c.error = NULL;
	check(ptrt_fp_to_long(&c, 0, -1) == 0 && c.error);
	end_test();
}

static void test_single(void)
{
	begin_test("single");
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t bits = (uint32_t)any_word(), narrow;
		uint64_t wide = some_number();
		float v, cut = (float)number(wide);

		if (i & 1)
			bits &= 0x807fffff | below(2) * 0x7f800000;
		memcpy(&v, &bits, sizeof(v));
		check(ptrt_fp_from_single(any_word() << 32 | bits) ==
		      bits_of((double)v));
		memcpy(&narrow, &cut, sizeof(narrow));
		check(ptrt_fp_to_single(wide) == narrow);
		/* between two floats, and just beside the middle */
		wide = bits_of((double)v) + ((uint64_t)1 << 28) + below(3) - 1;
		cut = (float)number(wide);
		memcpy(&narrow, &cut, sizeof(narrow));
		check(ptrt_fp_to_single(wide) == narrow);
	}
	end_test();
}

static uint64_t by_x87(uint64_t low, uint16_t high)
{
	struct {
		uint64_t low;
		uint16_t high;
	} in = { low, high };
	double v;

	__asm__ volatile("fldt %1; fstpl %0" : "=m"(v) : "m"(in));
	return bits_of(v);
}

static void test_extended(void)
{
	begin_test("extended");
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t low = any_word() & ~0ULL << below(64);
		uint16_t high = (uint16_t)any_word();

		if (below(8))
			low |= 1ULL << 63;
		if (below(4)) /* what a double may hold, and around it */
			high = (uint16_t)((high & 0x8000) |
					  (15000 + below(2800)));
		if (!below(16))
			high |= 0x7fff;
		if (!below(4))
			low = (low & ~0xfffULL) | (0x400 + below(3) - 1);
		check(ptrt_fp_from_extended(low, any_word() << 16 | high) ==
		      by_x87(low, high));
	}
	end_test();
}

/* ---- texts ------------------------------------------------------------ */

#define ROOM 4096

static char own[ROOM], theirs[ROOM];

static void compare_text(uint64_t v, int precision)
{
	struct ptrt_context c = { 0 };
	size_t room = (size_t)shim_limits[PTAP_LIMIT_maxstringlen];
	struct ptrt_str text;

	snprintf(theirs, sizeof(theirs), "%.*f", precision, number(v));
	/* a string is cut, but a carry from behind its end is not lost */
	if (strlen(theirs) >= room)
		theirs[room - 1] = '\0';
	text = ptrt_fp_to_string(&c, own, v, precision);
	check(text.s == own && text.n == strlen(own) && text.n < room);
	if (!strcmp(own, theirs))
		return;
	printf("# %#llx, %d: %s, not %s\n", (unsigned long long)v, precision,
	       own, theirs);
	check(!"the same");
}

/* Whole numbers of nines and a fraction of nines have the longest carry. */
static uint64_t some_printed(void)
{
	uint64_t power = 1;

	for (unsigned n = below(16); n; n--)
		power *= 10;
	switch (below(5)) {
	case 0:
		return bits_of((double)(int64_t)(any_word() % 2000000) /
			       (1 << below(12)));
	case 1: return bits_of((double)power - 1 / (double)(1 + below(2000)));
	case 2: return bits_of(nextafter((double)power, 0));
	case 3: return bits_of(1 - 1 / (double)power);
	default: return some_number();
	}
}

static void test_to_text(int64_t room)
{
	shim_limits[PTAP_LIMIT_maxstringlen] = room;
	for (unsigned i = 0; i < SPECIALS; i++)
		for (int precision = -1; precision < 30; precision++)
			compare_text(special(i), precision);
	for (int i = 0; i < TEXTS; i++)
		compare_text(some_printed(), (int)below(below(8) ? 20 : 1200));
}

static void compare_number(const char *text)
{
	struct ptrt_context c = { 0 };
	struct ptrt_str value = { text, (uint32_t)strlen(text) };
	uint64_t want = bits_of(strtod(text, NULL));

	if (same(ptrt_fp_from_string(&c, value), want, false))
		return;
	printf("# \"%.40s\" is %#llx, not %#llx\n", text,
	       (unsigned long long)ptrt_fp_from_string(&c, value),
	       (unsigned long long)want);
	check(!"the same");
}

/* The exact middle between V and the next number, or something beside it. */
static void test_middle(uint64_t v)
{
	long double middle = ((long double)number(v) + number(v + 1)) / 2;
	size_t n;

	if (!isfinite(middle))
		return;
	n = (size_t)snprintf(own, sizeof(own), "%.1100Lf", middle);
	compare_number(own);
	own[n] = (char)('0' + below(2));
	own[n + 1] = '1';
	own[n + 2] = '\0';
	compare_number(own);
	for (n--; n && (own[n] == '0' || own[n] == '.'); n--)
		;
	if (own[n] > '0' && own[n] <= '9') {
		own[n]--;
		compare_number(own);
	}
}

static void random_text(char *to)
{
	unsigned digits = below(below(4) ? 25 : 900), point = below(digits + 1);
	bool zeros = !below(4);

	to += sprintf(to, "%s", below(2) ? "-" : below(2) ? "+" : " ");
	for (unsigned i = 0; i <= digits; i++) {
		if (i == point)
			*to++ = '.';
		*to++ = (char)('0' + (zeros && below(30) ? 0 : below(10)));
	}
	*to = '\0';
	if (below(2))
		sprintf(to, "%c%s%u", below(2) ? 'e' : 'E',
			below(2)   ? "-"
			: below(2) ? "+"
				   : "",
			below(below(4) ? 330 : 100000));
}

static void test_from_text(void)
{
	static const char *const texts[] = {
		"0",
		"-0",
		"",
		"-",
		".",
		"x",
		"1",
		"1.",
		".5",
		"-.5",
		"1e5",
		"1e",
		"1e+",
		"1e5x",
		"1.5.5",
		"inf",
		"-INFINITY",
		"nan",
		"-nan",
		"1e308",
		"1.7976931348623157e308",
		"1.7976931348623159e308",
		"4.9e-324",
		"2.4703282292062327e-324",
		"2.4703282292062328e-324",
		"2.2250738585072011e-308",
		"\t 7",
		"1e400",
		"1e-400",
		"1e99999999999",
		"1e-99999999999",
		"0e99999",
		"0.000e5",
		"00000000000000000000000000000000000000123",
	};
	struct ptrt_context c = { 0 };

	begin_test("from text");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		compare_number(texts[i]);
	/* no decimal number, but to strtod() */
	check(ptrt_fp_from_string(&c, PTRT_LIT("0x10")) == 0);
	for (int i = 0; i < TEXTS; i++) {
		random_text(own);
		compare_number(own);
		snprintf(own, sizeof(own), "%.*g", 15 + (int)below(5),
			 number(some_number()));
		compare_number(own);
		if (i % 8 == 0)
			test_middle(some_number());
	}
	end_test();
}

int main(void)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		test_operation(&operations[i]);
	test_from_long();
	test_to_long();
	test_single();
	test_extended();
	begin_test("to text");
	test_to_text(ROOM);
	end_test();
	begin_test("to text that is cut");
	test_to_text(32);
	end_test();
	test_from_text();
	return test_status();
}
