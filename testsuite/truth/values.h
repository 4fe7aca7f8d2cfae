/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types of every kind, for functions whose values are known.  Free of the
 * kernel's headers, which cannot be compiled without optimisation, and of types
 * whose width depends on the machine, but for pointers.
 */
#ifndef VALUES_H
#define VALUES_H

/* Of the functions that are called, and of those that never are. */
#ifdef __clang__
#define TRUTH __attribute__((noinline, used))
#else
#define TRUTH __attribute__((noipa, used))
#endif
#define INLINED static inline __attribute__((always_inline))

typedef signed char s8;
typedef unsigned char u8;
typedef short s16;
typedef unsigned short u16;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;
typedef _Bool truth;

enum tr_colour { TR_RED = -3, TR_GREEN = 7, TR_BLUE = 0x7fffffff };
enum tr_small { TR_ONE = 1, TR_MOST = 200 } __attribute__((packed));

struct tr_pair {
	s32 x, y;
};

struct tr_two {
	s64 first, second;
};

struct tr_mixed {
	s32 whole;
	s16 third[2];
	u8 last;
};

struct tr_big {
	s64 a, b, c;
};

struct tr_bits {
	u32 low : 3;
	s32 sign : 5;
	u32 : 4;
	u32 high : 20;
	u64 wide : 37;
	truth flag : 1;
	s64 swide : 20;
};

struct tr_across {
	u8 first;
	u32 across : 13;
	s32 after : 7;
	u32 rest : 12;
} __attribute__((packed));

union tr_either {
	u32 word;
	struct {
		u32 low : 4;
		s32 middle : 9;
		u32 top : 19;
	} bits;
	u8 bytes[4];
};

typedef s32 (*tr_callback_t)(s32);

struct tr_item {
	const char *name;
	struct tr_item *next;
	union {
		s32 number;
		struct {
			s16 half[2];
		};
	};
	struct tr_pair at;
	struct tr_bits bits;
	struct tr_across packed;
	union tr_either either;
	enum tr_colour colour;
	enum tr_small small;
	s8 grid[3][4];
	struct tr_pair pairs[3];
	struct tr_pair *where;
	tr_callback_t callback;
	char text[8];
	u16 count;
	u32 tail[];
};

/* values.c */
void truth_values(void);

/* main.c: reads it back, so that nobody can know it */
s32 truth_opaque(s32 value);

#endif
