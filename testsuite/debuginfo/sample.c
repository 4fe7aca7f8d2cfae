/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions and values that the tests of the debuginfo room know.  Compiled with
 * and without optimisation; the driver stops it in each function and fetches.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noipa))
#endif

enum colour { RED, GREEN = 7, BLUE = -3 };

struct point {
	int x, y;
};

struct only_here;

/* Two registers, memory, and one register of each kind. */
struct wide {
	long first;
	int second;
	short third[2];
};

struct big {
	long a, b, c;
};

struct mixed {
	long whole;
	double part;
};

union both {
	unsigned char bytes[8];
	uint64_t word;
};

struct bits {
	unsigned low : 3;
	int sign : 5;
	unsigned : 4;
	unsigned high : 20;
	uint64_t wide : 37;
	bool flag : 1;
};

struct __attribute__((packed)) packed_bits {
	uint8_t first;
	unsigned across : 13;
	unsigned after : 7;
};

struct node {
	const char *name;
	struct node *next;
	union {
		int number;
		struct {
			short half[2];
		};
	};
	struct point at;
	struct bits bits;
	struct packed_bits packed;
	enum colour colour;
	double ratio;
	int grid[3][4];
	struct only_here *hidden;
	char tail[];
};

typedef struct node node_t;

int counter = 41;
static short hidden_counter = -7;
volatile int sink;

NOINLINE int64_t scalars(signed char c, unsigned short h, int i, uint64_t l,
			 bool b, enum colour colour)
{
	sink = c + h + i + (int)l + b + (int)colour;
	return -1234567890123;
}

NOINLINE int many(int a, int b, int c, int d, int e, int f, int seventh,
		  long eighth)
{
	sink = a + b + c + d + e + f;
	return seventh + (int)eighth;
}

NOINLINE unsigned char walk(const node_t *node, size_t index)
{
	sink = node->tail[index];
	return 200;
}

NOINLINE int by_value(struct point point, float ratio)
{
	return point.x + (int)ratio;
}

NOINLINE long wide_value(int before, struct wide wide, struct big big,
			 int after)
{
	return before + wide.first + wide.second + wide.third[1] + big.b +
	       after;
}

NOINLINE struct wide make_wide(int x)
{
	struct wide wide = { x, x + 1, { (short)(x + 2), -7 } };

	return wide;
}

NOINLINE struct big make_big(long x)
{
	struct big big = { x, x + 1, x + 2 };

	return big;
}

NOINLINE long mixed_value(struct mixed mixed, long behind, union both both)
{
	return mixed.whole + (long)mixed.part + behind + (long)both.word;
}

NOINLINE long pieces(int a, int b, int c, int d, int e, struct wide wide,
		     char f)
{
	return a + b + c + d + e + wide.first + f;
}

NOINLINE struct point make_point(int x)
{
	struct point point = { x, -x };

	return point;
}

NOINLINE struct node *no_argument(void)
{
	sink = hidden_counter;
	return NULL;
}

NOINLINE void address_taken(int value, const char *text)
{
	int *at = &value;

	__asm__ volatile("" : : "r"(at) : "memory");
	sink = *at + text[0];
}

static inline __attribute__((always_inline)) int doubled(int inner)
{
	sink = inner;
	return inner * 2;
}

NOINLINE int with_inlined(int outer)
{
	int local = doubled(outer + 1);

	sink = local; /* line: local */
	return local;
}

NOINLINE int with_labels(int start)
{
	int value = start;

again: /* line: again */
	value += sink + 1;
	sink = value;
	if (value < start + 3)
		goto again;
	if (sink == 7777)
		goto out;
	sink = value * 2; /* line: doubles */
out:			  /* line: out */
	sink = 0;
	return value;
}

NOINLINE int unused_parameter(int used, int unused)
{
	(void)unused;
	return used;
}

NOINLINE void returns_nothing(void)
{
	sink = 1;
}

static struct point line_points[4] = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } };

NOINLINE int points(struct point *first, int (*callback)(int, char *))
{
	return first[2].y + (callback != NULL);
}

/* One function with three names, and one with a name like the padding that a
 * compiler puts before functions. */
NOINLINE long padded(long a)
{
	return a + 1;
}
long padded_alias(long a) __attribute__((alias("padded")));
long padded_weak(long a) __attribute__((weak, alias("padded")));

/* As a kernel has it: a symbol that no DWARF describes. */
asm(".pushsection .text\n"
    ".type __pfx_walk, @function\n"
    "__pfx_walk:\n"
    "	.skip 16, 0x90\n"
    ".size __pfx_walk, . - __pfx_walk\n"
    ".type __cfi_walk, @function\n"
    "__cfi_walk:\n"
    "	.skip 16, 0x90\n"
    "	ret\n"
    ".size __cfi_walk, . - __cfi_walk\n"
    ".popsection\n");

NOINLINE long __pfx_padded(long a)
{
	return padded_alias(a) + 1;
}

NOINLINE long __cfi_padded(long a)
{
	return padded_weak(a) + 1;
}

int main(void)
{
	node_t *node = calloc(1, sizeof(*node) + 8);
	node_t *second = calloc(1, sizeof(*second) + 8);

	node->name = "first";
	node->next = second;
	second->name = "second";
	node->half[0] = -2;
	node->half[1] = 5;
	node->at.x = 11;
	node->at.y = -12;
	node->bits.low = 5;
	node->bits.sign = -9;
	node->bits.high = 0xabcde;
	node->bits.wide = 0x1f23456789;
	node->bits.flag = true;
	node->packed.first = 0xff;
	node->packed.across = 0x1abc;
	node->packed.after = 0x55;
	node->colour = BLUE;
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 4; j++)
			node->grid[i][j] = 10 * i + j;
	memcpy(node->tail, "tail", 5);
	scalars(-5, 65535, -100000, 0x8000000000000001, true, GREEN);
	many(1, 2, 3, 4, 5, 6, -77, 88);
	walk(node, 2);
	by_value((struct point){ 21, -22 }, 1.5f);
	wide_value(1, (struct wide){ -100, 50, { 3, -4 } },
		   (struct big){ 1000, 2000, 3000 }, 7);
	make_wide(30);
	make_big(70);
	mixed_value((struct mixed){ 8, 2.5 }, 99,
		    (union both){ .word = 0x0102030405060708 });
	pieces(1, 2, 3, 4, 5, (struct wide){ 6, 7, { 8, 9 } }, 'x');
	make_point(9);
	no_argument();
	address_taken(4321, "text");
	with_inlined(30);
	with_labels(0);
	unused_parameter(1, 2);
	returns_nothing();
	points(line_points, NULL);
	sink = (int)__pfx_padded(1);
	sink = (int)__cfi_padded(1);
	return 0;
}
