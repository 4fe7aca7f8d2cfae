// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Division of script numbers, and of unsigned ones where values are looked for: by
 * 0 is a script error, and the one quotient that does not fit wraps.
 */
#include <linux/math64.h>
#include <linux/types.h>

#include "../script.h"

int64_t ptrt_div(struct ptrt_context *c, int64_t a, int64_t b)
{
	if (unlikely(b == 0)) {
		ptrt_error(c, "division by 0");
		return 0;
	}
	return b == -1 ? PTRT_SUB(0, a) : div64_s64(a, b);
}

int64_t ptrt_mod(struct ptrt_context *c, int64_t a, int64_t b)
{
	if (unlikely(b == 0)) {
		ptrt_error(c, "division by 0");
		return 0;
	}
	return b == -1 ? 0 : a - div64_s64(a, b) * b;
}

uint64_t ptrt_udiv(struct ptrt_context *c, uint64_t a, uint64_t b)
{
	if (unlikely(b == 0)) {
		ptrt_error(c, "division by 0");
		return 0;
	}
	return div64_u64(a, b);
}

uint64_t ptrt_umod(struct ptrt_context *c, uint64_t a, uint64_t b)
{
	return a - ptrt_udiv(c, a, b) * b;
}
