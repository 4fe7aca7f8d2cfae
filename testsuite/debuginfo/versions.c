/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A shared library with versions of its interface, and a function that is chosen when
 * a program starts.
 */
int now(int a)
{
	return a + 1;
}

int before(int a)
{
	return a - 1;
}

__asm__(".symver now, counted@@NEW");
__asm__(".symver before, counted@OLD");

static int slow(int a)
{
	return a + 2;
}

static int (*choose(void))(int)
{
	return slow;
}

int chosen(int a) __attribute__((ifunc("choose")));
