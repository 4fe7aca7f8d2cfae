/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int64_t v;
} atomic64_t;
typedef struct {
	long v;
} atomic_long_t;

#define ATOMIC_LONG_INIT(i) \
	{                   \
		(i)         \
	}
#define atomic64_set(a, i) ((a)->v = (i))
#define atomic64_inc_return(a) __atomic_add_fetch(&(a)->v, 1, __ATOMIC_SEQ_CST)
#define atomic_long_add_return(i, a) \
	__atomic_add_fetch(&(a)->v, i, __ATOMIC_SEQ_CST)
#define atomic_long_sub(i, a) __atomic_sub_fetch(&(a)->v, i, __ATOMIC_SEQ_CST)
#define atomic_long_read(a) __atomic_load_n(&(a)->v, __ATOMIC_SEQ_CST)

#endif
