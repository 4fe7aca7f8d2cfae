/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

#include <stdint.h>

#define div64_u64(a, b) ((uint64_t)(a) / (uint64_t)(b))

static inline uint64_t div_u64_rem(uint64_t a, uint32_t b, uint32_t *rest)
{
	*rest = (uint32_t)(a % b);
	return a / b;
}

static inline uint64_t div64_u64_rem(uint64_t a, uint64_t b, uint64_t *rest)
{
	*rest = a % b;
	return a / b;
}

#endif
