/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program, without a library, that has a little of everything debuginfo
 * describes: what elf_seeds.sh makes small images of.
 */
typedef unsigned long long word;

enum colour { RED, GREEN = 7, BLUE = -3 };

struct point {
	int x, y;
};

struct node {
	const char *name;
	struct node *next;
	union {
		word number;
		short half[4];
	};
	struct point at;
	unsigned low : 3;
	int sign : 5;
	word wide : 37;
	enum colour colour : 4;
	int grid[2][3];
	int (*callback)(int, char *);
	double ratio;
	_Bool flag;
	char tail[];
};

struct big {
	long a, b, c;
};

int counter = 41;
static const volatile struct point origin = { 1, 2 };
static struct node *list;
_Thread_local int own;

static inline __attribute__((always_inline)) int doubled(int inner)
{
	int twice = inner * 2;

	return twice + counter;
}

__attribute__((noinline)) int walk(const struct node *node, int index)
{
	int sum = 0;

	for (int i = 0; i < index && node; i++) {
		int part = node->grid[i % 2][i % 3] + node->sign;

		sum += part;
		node = node->next;
	}
	return sum;
}

__attribute__((noinline)) long many(char a, short b, int c, long d, word e,
				    _Bool f, int seventh, struct big big,
				    struct point point, double ratio)
{
	long local = a + b + c + d + (long)e + f + seventh + big.b;

	if (local > 1000)
		goto out;
	local += doubled(point.x) + (int)ratio;
out:
	return local + origin.y;
}

__attribute__((noinline)) struct big make(enum colour colour, ...)
{
	struct big ret = { colour, own, walk(list, 2) };

	return ret;
}

/* A pointer that is dropped, as what it leads to is in pieces. */
static inline __attribute__((always_inline)) int behind(const struct point *at)
{
	__asm__ volatile("nop");
	return at->x + at->y;
}

__attribute__((noinline)) int pieces(int x, int y)
{
	struct point point = { x, y };
	int sum = behind(&point);

	__asm__ volatile("nop" : : "g"(x), "g"(y));
	return sum;
}

__attribute__((noinline)) static int dropped(int unused, int used)
{
	(void)unused;
	return used + 1;
}

/* What it had at its start only its callers know: a constant, and one that has lost it
 * as well. */
__attribute__((noinline)) static int lost(int number)
{
	counter += number;
	__asm__ volatile("nop" : : : "di", "memory");
	counter = 1;
	return 1;
}

__attribute__((noinline)) static int hands_on(int number)
{
	counter = lost(number + 1);
	return counter;
}

void _start(void)
{
	struct big big = make(GREEN, 1);
	struct point point = { doubled(counter), 2 };

	counter = (int)many(1, 2, 3, 4, 5, 1, 7, big, point, 1.5) +
		  dropped(1, counter) + pieces(counter, 7) + lost(5) +
		  hands_on(6);
	for (;;)
		;
}
