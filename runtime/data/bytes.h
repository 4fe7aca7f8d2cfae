/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short strings by words: most keys and arguments are a few bytes, for which
 * the general functions cost more than the work.  Nothing outside of the N
 * bytes is read or written.
 */
#ifndef PTRT_DATA_BYTES_H
#define PTRT_DATA_BYTES_H

#include <linux/types.h>

static __always_inline u64 ptrt_word(const char *s)
{
	u64 w;

	__builtin_memcpy(&w, s, 8);
	return w;
}

static __always_inline u32 ptrt_half(const char *s)
{
	u32 w;

	__builtin_memcpy(&w, s, 4);
	return w;
}

/* N < 8 bytes as one number: equal N and equal number is equal text. */
static __always_inline u64 ptrt_few(const char *s, u32 n)
{
	if (n >= 4)
		return ptrt_half(s) | (u64)ptrt_half(s + n - 4) << 32;
	if (n == 0)
		return 0;
	return (u8)s[0] | (u32)(u8)s[n / 2] << 8 | (u32)(u8)s[n - 1] << 16;
}

/* Bytes before the first zero at S, where the last of 16 bytes is one. */
static __always_inline u32 ptrt_length_16(const char *s)
{
	const u64 ones = 0x0101010101010101ull;
	u64 w = ptrt_word(s), zeros = (w - ones) & ~w & ones << 7;
	u32 n = 0;

	if (!zeros) {
		w = ptrt_word(s + 8);
		zeros = (w - ones) & ~w & ones << 7;
		n = 8;
	}
	/* Exact up to the first zero on little endian, which x86 is. */
	return n + __builtin_ctzll(zeros) / 8;
}

/* A hash grows by one word after the other.  What a word does to it moves up
 * only; the end brings it down again. */
static __always_inline u64 ptrt_hash_word(u64 hash, u64 word)
{
	return (hash ^ word) * 0x9e3779b97f4a7c15ull;
}

static __always_inline u32 ptrt_hash_end(u64 hash)
{
	return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ull >> 32;
}

static __always_inline u64 ptrt_hash_bytes(u64 hash, const char *s, u32 n)
{
	u32 i;

	if (n < 8)
		return ptrt_hash_word(hash, ptrt_few(s, n));
	for (i = 0; i + 8 < n; i += 8)
		hash = ptrt_hash_word(hash, ptrt_word(s + i));
	return ptrt_hash_word(hash, ptrt_word(s + n - 8));
}

static __always_inline bool ptrt_same_bytes(const char *a, const char *b, u32 n)
{
	u32 i;

	if (n < 8)
		return ptrt_few(a, n) == ptrt_few(b, n);
	for (i = 0; i + 8 < n; i += 8)
		if (ptrt_word(a + i) != ptrt_word(b + i))
			return false;
	return ptrt_word(a + n - 8) == ptrt_word(b + n - 8);
}

/* The two do not overlap. */
static __always_inline void ptrt_copy_bytes(char *to, const char *from, u32 n)
{
	u32 i;

	if (n >= 8) {
		u64 last = ptrt_word(from + n - 8);

		for (i = 0; i + 8 < n; i += 8)
			__builtin_memcpy(to + i, from + i, 8);
		__builtin_memcpy(to + n - 8, &last, 8);
	} else if (n >= 4) {
		u32 last = ptrt_half(from + n - 4);

		__builtin_memcpy(to, from, 4);
		__builtin_memcpy(to + n - 4, &last, 4);
	} else if (n) {
		char middle = from[n / 2], last = from[n - 1];

		to[0] = from[0];
		to[n / 2] = middle;
		to[n - 1] = last;
	}
}

#endif
