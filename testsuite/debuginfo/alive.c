/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that are optimised out somewhere, for gcc -O2: where they can be had. */
volatile int sink;

static int done(int n)
{
	return n;
}

static int (*volatile at_end)(int) = done;

/* By the jump at its end it may come to its start again. */
__attribute__((noinline)) static int dropped(int unused, int used)
{
	sink = used;
	return at_end(used + 1);
}

__attribute__((noinline)) int late(int n)
{
	int first;

	sink = n;
	first = sink;	  /* line: first */
	sink = first + 1; /* line: later */
	return first;
}

static inline __attribute__((always_inline)) int copy(int way, int used)
{
	sink = 4;
	return used + sink;
}

int calls(int n)
{
	int way = n * 3;

	sink = dropped(way, n); /* line: call */
	n += dropped(3, n + 1);
	return copy(sink, n); /* line: copy */
}

int main(void)
{
	return calls(3) + late(4);
}
