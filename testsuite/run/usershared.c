/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O1 -fPIC -shared */
/*
 * The library of userprog.c.
 */
#include "markers.h"

long shared_calls = 1000;
__thread long shared_in_thread = 7;

__attribute__((noinline)) static long shared_twice(long value)
{
	shared_calls++;
	shared_in_thread++;
	return 2 * value;
}

long shared_square(long value)
{
	long twice = shared_twice(value);

	MARK("library", "squared", "0", "-" MARK_LONG "@%0", "r"(value));
	return twice * value / 2;
}
