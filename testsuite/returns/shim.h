/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of the kernel as runtime/engine/pool.c and tasks.c stand on, for a
 * program of threads.  returns.exp makes a linux/NAME.h of each header they include,
 * which is this one.
 */
#ifndef SHIM_H
#define SHIM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define BITS_PER_LONG __LONG_WIDTH__
#define SMP_CACHE_BYTES 64
#define ____cacheline_aligned __attribute__((aligned(SMP_CACHE_BYTES)))
#define noinline __attribute__((noinline))
#define NOKPROBE_SYMBOL(function)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
#define ALIGN(n, to) (((n) + (to)-1) & ~((size_t)(to)-1))
#define PTR_ALIGN(p, to) ((void *)ALIGN((uintptr_t)(p), to))
#define THREAD_SIZE 16384

#define __ffs(word) ((unsigned long)__builtin_ctzl((unsigned long)(word)))
#define hweight_long(word) ((unsigned int)__builtin_popcountl(word))

static inline unsigned int order_base_2(unsigned long n)
{
	unsigned int bits = 0;

	while (1UL << bits < n)
		bits++;
	return bits;
}

#define GFP_KERNEL 0
#define kvzalloc(size, flags) calloc(1, size)
#define kvfree(memory) free(memory)
#define cond_resched() ((void)0)

/* Each with the order that the kernel promises, no more.  READ_ONCE() orders what is
 * read through its value, for which C11 has nothing weaker. */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#define cmpxchg(p, old, new)                                       \
	({                                                         \
		__typeof__(*(p)) seen_ = (old);                    \
		__atomic_compare_exchange_n(p, &seen_, new, false, \
					    __ATOMIC_SEQ_CST,      \
					    __ATOMIC_SEQ_CST);     \
		seen_;                                             \
	})

typedef struct {
	long v;
} atomic_long_t;

#define atomic_long_read(a) __atomic_load_n(&(a)->v, __ATOMIC_RELAXED)
#define atomic_long_set(a, i) __atomic_store_n(&(a)->v, i, __ATOMIC_RELAXED)
#define atomic_long_inc(a) \
	((void)__atomic_add_fetch(&(a)->v, 1, __ATOMIC_RELAXED))
#define atomic_long_add_return_release(i, a) \
	__atomic_add_fetch(&(a)->v, i, __ATOMIC_RELEASE)
#define atomic_long_try_cmpxchg_acquire(a, old, new)          \
	__atomic_compare_exchange_n(&(a)->v, old, new, false, \
				    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)

typedef struct {
	int v;
} atomic_t;

/* What order there is between references comes from elsewhere, in the kernel, too:
 * only the last put needs any. */
#define atomic_inc(a) ((void)__atomic_add_fetch(&(a)->v, 1, __ATOMIC_RELAXED))
#define atomic_dec(a) ((void)__atomic_sub_fetch(&(a)->v, 1, __ATOMIC_RELAXED))

typedef struct {
	atomic_t refs;
} refcount_t;

#define refcount_read(r) __atomic_load_n(&(r)->refs.v, __ATOMIC_ACQUIRE)

struct task_struct {
	refcount_t usage;
	refcount_t stack_refcount;
	void *stack;
};

#define task_stack_page(task) ((task)->stack)
#define put_task_struct(task) atomic_dec(&(task)->usage.refs)

/* The tests keep every task they ever had. */
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)

#endif
