/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiled twice, the second time with -DCALLER: two units that share types, and each
 * with one of its own.
 */
#define NOINLINE __attribute__((noipa))

struct shared {
	long value;
	enum kind { ONE = 1, TWO } kind;
	struct inner {
		char c;
		struct shared *next;
	} in;
};

#ifdef CALLER

struct caller_own {
	int before;
	struct shared shared;
};

int called(struct shared *shared, int number);

NOINLINE static int caller(struct caller_own *own)
{
	return own->shared.in.c + called(&own->shared, 8);
}

int main(void)
{
	struct caller_own own = { 3, { 4, TWO, { 5, 0 } } };

	own.shared.in.next = &own.shared;
	return caller(&own) != 5 + 13;
}

#else

struct called_own {
	struct shared *shared;
	int number;
};

NOINLINE static int deeper(struct called_own *own)
{
	return own->number + own->shared->in.c;
}

NOINLINE int called(struct shared *shared, int number)
{
	struct called_own own = { shared, number };

	return deeper(&own);
}

#endif
