/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only user programs have: thread-local variables, calls through the linkage
 * table, frames found by .eh_frame.
 */
#include <stdio.h>

#define NOINLINE __attribute__((noipa))

#ifdef ALIGNED
static __thread char padding[5] __attribute__((aligned(64)));
#endif
static __thread volatile int start = -9;
__thread long counter;
int numbers[] = { 1, 2, 3 };

NOINLINE static int hidden(int value)
{
	return printf("%d\n", value) + numbers[value & 1];
}

NOINLINE int exported(int value)
{
	return hidden(value);
}

NOINLINE int where(int a, int b, int c, int d, int e, int f, int seventh,
		   int eighth)
{
	volatile int local = 70 + seventh;

	counter += start; /* line: frame */
	return hidden(local + eighth);
}

int main(void)
{
#ifdef ALIGNED
	padding[0] = 1;
#endif
	counter = 23;
	return where(1, 2, 3, 4, 5, 6, 7, 8) == exported(3);
}
