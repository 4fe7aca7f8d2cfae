// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers as digits, without a library even on 32 bits.
 */
#include "number.h"

#ifdef __LP64__
uint64_t ptfmt_divide(uint64_t a, uint64_t b)
{
	return a / b;
}
#else
uint64_t ptfmt_divide(uint64_t a, uint64_t b)
{
	uint64_t quotient = 0, rest = 0;
	int bit;

	for (bit = 63; bit >= 0; bit--) {
		bool carry = rest >> 63;

		rest = rest << 1 | (a >> bit & 1);
		if (carry || rest >= b) {
			rest -= b;
			quotient |= 1ull << bit;
		}
	}
	return quotient;
}
#endif

unsigned ptfmt_decimal(char *buffer, uint64_t v)
{
	/* cppcheck-suppress ctuPointerArith ; one past the end */
	char *end = buffer + PTFMT_DIGITS, *at = end;
	uint32_t low;

	/* Past 32 bits in pieces of nine digits: one wide division each. */
	while (v > 0xffffffff) {
		uint64_t high = ptfmt_divide(v, 1000000000);
		int i;

		low = (uint32_t)(v - high * 1000000000);
		for (i = 0; i < 9; i++, low /= 10)
			*--at = (char)('0' + low % 10);
		v = high;
	}
	low = (uint32_t)v;
	do
		*--at = (char)('0' + low % 10);
	while (low /= 10);
	return (unsigned)(end - at);
}

unsigned ptfmt_octal(char *buffer, uint64_t v)
{
	/* cppcheck-suppress ctuPointerArith ; one past the end */
	char *end = buffer + PTFMT_DIGITS, *at = end;

	do
		*--at = (char)('0' + (v & 7));
	while (v >>= 3);
	return (unsigned)(end - at);
}

unsigned ptfmt_hex(char *buffer, uint64_t v, bool upper)
{
	const char *digit = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	/* cppcheck-suppress ctuPointerArith ; one past the end */
	char *end = buffer + PTFMT_DIGITS, *at = end;

	do
		*--at = digit[v & 15];
	while (v >>= 4);
	return (unsigned)(end - at);
}
