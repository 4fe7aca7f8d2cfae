/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and writes of memory that embedded C makes, by the names it knows:
 *
 *   kread(p), uread(p)           *p, of kernel and of user memory
 *   kwrite(p, v)                 *p = v
 *   kderef(n, a), uderef(n, a)   N bytes (1, 2, 4, 8) at address A
 *   store_kderef(n, a, v)
 *
 * A bad address is an error of the script; the function goes on behind its
 * CATCH_DEREF_FAULT(), which must therefore stand behind the last of them.  For
 * any context, as the calls that they stand for.
 */
#ifndef PTRT_DEREF_H
#define PTRT_DEREF_H

#define PTRT_DEREF(call)                  \
	({                                \
		uint64_t pg_v = call;     \
		if (c->error)             \
			goto deref_fault; \
		pg_v;                     \
	})
#define kderef(size, address) \
	PTRT_DEREF(ptrt_load(c, (uint64_t)(unsigned long)(address), (size)))
#define uderef(size, address) \
	PTRT_DEREF(           \
		ptrt_load_user(c, (uint64_t)(unsigned long)(address), (size)))
#define kread(p) ((__typeof__(*(p)))kderef(sizeof(*(p)), (p)))
#define uread(p) ((__typeof__(*(p)))uderef(sizeof(*(p)), (p)))
#define store_kderef(size, address, value)                                \
	do {                                                              \
		ptrt_store(c, (uint64_t)(unsigned long)(address), (size), \
			   (uint64_t)(value));                            \
		if (c->error)                                             \
			goto deref_fault;                                 \
	} while (0)
#define kwrite(p, value) store_kderef(sizeof(*(p)), (p), (value))

#define CATCH_DEREF_FAULT()                      \
	do {                                     \
		if (0) {                         \
deref_fault:                                     \
			__attribute__((unused)); \
			goto out;                \
		}                                \
	} while (0)

#endif
