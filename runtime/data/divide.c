// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Division of script numbers: by 0 is a script error, and the one quotient that
 * does not fit wraps.
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
