/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O1 -fPIC -shared */
/*
 * A library of thread-local variables, which userloader.c loads.
 */
#define NOINLINE __attribute__((noipa))

__thread long plugin_numbers[3] = { 11, 12, 13 };
static __thread int plugin_own = 20;
static volatile int sink;

/* Where scripts look; no thread-local storage is used here. */
NOINLINE void plugin_look(int n)
{
	sink = n;
}

NOINLINE void plugin_use(int n)
{
	plugin_own = n;
	plugin_numbers[1] = 2 * n;
}

int plugin_get(void)
{
	return plugin_own;
}
