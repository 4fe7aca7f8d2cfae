/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program with floating point:
 *
 *   userfloats values   numbers that a script changes, and markers
 *   userfloats threads  more threads than there are CPUs, whose numbers differ
 */
/* flags: -O2 -g -pthread -fno-pie -no-pie */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "markers.h"

#define NOINLINE __attribute__((noinline, noclone))
#define THREADS 4
#define ROUNDS 3000

struct numbers {
	float single;
	double number;
	long double wide;
};

double float_global = 1.5;
static volatile double sink;

NOINLINE void float_change(struct numbers *at)
{
	sink = at->number;
	/* It may have changed all of it. */
	__asm__ volatile("" : : "r"(at) : "memory");
}

/* Says that it returns something, and does not. */
__attribute__((naked, noinline)) long double float_none(void)
{
	__asm__("ret");
}

/* What it is given and returns is the same number twice. */
NOINLINE double float_same(double value, int number)
{
	sink = value;
	return value + number;
}

static void values(void)
{
	void (*volatile none)(void) = (void (*)(void))float_none;
	struct numbers n = { 1.25F, 2.25, 3.25L };
	float single = 0.1F;

	float_change(&n);
	none();
	printf("changed %.10f %.10f %.2Lf %.2f\n", n.single, n.number, n.wide,
	       float_global);
#ifdef __SSE2__
	MARK("user", "floats", "0", "8f@%0 4f@%1 4f@%2 -4@%3", "x"(n.number),
	     "x"(single), "m"(n.single), "r"(7));
#else
	MARK("user", "floats", "0", "8f@%0 4f@%1 4f@%2 -4@%3", "m"(n.number),
	     "m"(single), "m"(n.single), "r"(7));
#endif
}

static void *in_thread(void *arg)
{
	int first = (int)(long)arg * ROUNDS;

	for (int i = first; i < first + ROUNDS; i++)
		sink = float_same(i, i);
	return NULL;
}

static void threads(void)
{
	pthread_t ids[THREADS];

	for (long i = 0; i < THREADS; i++)
		pthread_create(&ids[i], NULL, in_thread, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "threads"))
		threads();
	else
		values();
	return 0;
}
