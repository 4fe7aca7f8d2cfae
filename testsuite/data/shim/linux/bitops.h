/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <stdint.h>

static inline int fls64(uint64_t v)
{
	return v ? 64 - __builtin_clzll(v) : 0;
}

#endif
