/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters that are gone at a marked line of lost(), and of whom the callers still
 * know them.  Each way of calling is a program argument.
 */
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#define NOINLINE __attribute__((noinline, noclone))
#else
#define NOINLINE __attribute__((noinline, noclone, regparm(3)))
#endif

/* Nothing stays in registers that calls may change. */
#ifdef __x86_64__
#define FORGET()            \
	__asm__ volatile("" \
			 :  \
			 :  \
			 : "ax", "cx", "dx", "si", "di", "r8", "r9", "memory")
#else
#define FORGET() __asm__ volatile("" : : : "ax", "cx", "dx", "memory")
#endif

static volatile long sink;

static NOINLINE long lost(long number, int small, const char *text)
{
	sink = number + small + text[0];
	FORGET();
	sink = 1; /* lost */
	return 1;
}

static NOINLINE long by_constants(void)
{
	sink = lost(42, -3, "constant");
	return sink;
}

static NOINLINE long by_registers(long number, int small, const char *text)
{
	long ret = lost(number, small, text);

	sink = number;
	sink = small;
	sink = text[1];
	return ret;
}

static NOINLINE long by_frame(int small)
{
	char text[16] = "frame";
	long ret;

	ret = lost(7, small, text);
	sink = small;
	FORGET();
	return ret + text[0];
}

/* lost() gets what this one has lost itself. */
static NOINLINE long handed_on(long number, int small, const char *text)
{
	sink = lost(number + 1, small, text);
	return sink;
}

static NOINLINE long by_entry(long number, const char *text)
{
	long ret = handed_on(number, 11, text);

	sink = number + text[1];
	return ret;
}

static NOINLINE long by_jump(long number)
{
	return lost(number, 1, "jump");
}

/* Which of its jumps it was, nothing says. */
static NOINLINE long by_jumps(long number)
{
	return number > 3 ? lost(1, 2, "one") : lost(3, 4, "other");
}

/* It may have come to its own start again before. */
static NOINLINE long by_turn(long number);

static NOINLINE long turned(long number)
{
	sink = number;
	return by_turn(number + 1);
}

static NOINLINE long by_turn(long number)
{
	sink = number;
	return sink < 5 ? turned(number) : lost(number, 5, "turn");
}

static __typeof__(lost) *volatile pointer = lost;

static NOINLINE long by_pointer(void)
{
	sink = pointer(8, 8, "pointer");
	return sink;
}

static NOINLINE long again(long left, long number);

static NOINLINE long once_more(long left, long number)
{
	sink = left;
	return again(left, number);
}

/* Its caller's parameters are those of its first turn only. */
static NOINLINE long again(long left, long number)
{
	sink = number + left;
	FORGET();
	sink = 2; /* again */
	if (sink != 2)
		return 0;
	return once_more(3, 4);
}

static NOINLINE long leaves(long (*where)(void), long number)
{
	sink = number;
	FORGET();
	sink = 3; /* leaves */
	return where();
}

/* One of its parameters is not handed over, as nothing is done with it. */
static __attribute__((noinline)) long dropped(long number, int unused)
{
	(void)unused;
	sink = number; /* dropped */
	FORGET();
	return 1;
}

int main(void)
{
	const char *way = getenv("WAY");

	if (!way)
		return 1;
	if (!strcmp(way, "constants"))
		sink = by_constants();
	if (!strcmp(way, "registers"))
		sink = by_registers(atol("123456789"), atoi("-5"), way);
	if (!strcmp(way, "frame"))
		sink = by_frame(atoi("9"));
	if (!strcmp(way, "entry"))
		sink = by_entry(atol("1000"), way);
	if (!strcmp(way, "jump"))
		sink = by_jump(atol("6"));
	if (!strcmp(way, "jumps"))
		sink = by_jumps(atol("6"));
	if (!strcmp(way, "turn"))
		sink = by_turn(atol("3"));
	if (!strcmp(way, "pointer"))
		sink = by_pointer();
	if (!strcmp(way, "leaves"))
		sink = leaves((long (*)(void))by_constants, 5);
	if (!strcmp(way, "dropped"))
		sink = dropped(77, 78) + dropped(79, atoi("80"));
	if (!strcmp(way, "again"))
		sink = again(1, 2);
	return 0;
}
