/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point numbers (IEEE 754-2008) taken apart and put together, in integer
 * arithmetic: a kernel must not touch its FPU in a handler.  Callable in any context;
 * nothing here waits or allocates, every loop has a constant bound.
 */
#ifndef PTRT_DATA_FP_H
#define PTRT_DATA_FP_H

#include <linux/types.h>

#define PTRT_FP_NAN 0xfff8000000000000ULL /* what the CPU makes of no number */
#define PTRT_FP_FRACTION 52		  /* bits of a binary64 */

/* A finite number other than 0: its highest bit is number 62 of SIG, and stands for 2
 * to the power of EXP.  Bit 0 of SIG is also set if anything below it was lost. */
struct ptrt_fp {
	bool sign;
	int exp;
	u64 sig;
};

#define PTRT_FP_TOP 62

enum ptrt_fp_kind {
	PTRT_FP_ZERO,
	PTRT_FP_FINITE, /* and no zero */
	PTRT_FP_INFINITE,
	PTRT_FP_NO_NUMBER,
};

/* What the binary64 V is; its parts in *RET, of which SIG and EXP are set only for
 * PTRT_FP_FINITE. */
enum ptrt_fp_kind ptrt_fp_unpack(u64 v, struct ptrt_fp *ret);

/* NUMBER rounded to the nearest binary64, of two that are as near the even one. */
u64 ptrt_fp_pack(const struct ptrt_fp *number);

static inline u64 ptrt_fp_infinity(bool sign)
{
	return (u64)sign << 63 | 0x7ff0000000000000ULL;
}

/* SIG moved right by N bits; bit 0 keeps that something was lost. */
static inline u64 ptrt_fp_shift_right(u64 sig, int n)
{
	if (n <= 0)
		return sig;
	if (n > 63)
		return sig != 0;
	return sig >> n | ((sig << (64 - n)) != 0);
}

#endif
