/* SPDX-License-Identifier: GPL-2.0-or-later */
#define div64_u64(a, b) ((uint64_t)(a) / (uint64_t)(b))

static inline uint64_t div64_u64_rem(uint64_t a, uint64_t b, uint64_t *rest)
{
	*rest = a % b;
	return a / b;
}
