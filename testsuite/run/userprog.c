/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags: -g -O1 -pthread %usershared% */
/*
 * A user program of known values.  Its argument says what it does.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "markers.h"

#define NOINLINE __attribute__((noipa))

#ifdef __x86_64__
#define GLOBAL "user_global(%%rip)"
#else /* as if the register had the address of the global offset table */
#define GLOBAL "user_global@GOTOFF(%0)"
#endif

long shared_square(long value);

enum colour { RED, GREEN = 7 };

struct user_point {
	int x, y;
	const char *name;
	double weight;
	enum colour colour;
	unsigned low : 3, high : 13;
};

int user_global = 42;
static const char *const user_words[] = { "zero", "one", "two" };
static __thread int user_thread_local = 5;
static volatile int sink;
static jmp_buf back;

/* Raised by who listens to the marker "guarded". */
__attribute__((section(".probes"), used)) unsigned short user_semaphore;

static inline __attribute__((always_inline)) int user_inlined(int value)
{
	sink = value; /* line: inlined */
	return value + 1;
}

NOINLINE int user_add(int a, long b, const struct user_point *p, float f)
{
	int sum = a + (int)b + p->x;

	user_thread_local++;
	sum = user_inlined(sum) + (int)f; /* line: sum */
	if (sum > 1000)
		goto out;
	user_global++;
out:
	return sum;
}

NOINLINE double user_half(double value)
{
	return value / 2;
}

NOINLINE struct user_point user_make(int x)
{
	return (struct user_point){ x, -x, user_words[2], 1.5, GREEN, 5, 999 };
}

/* Calls that are open at once, with values of their own. */
NOINLINE long user_factorial(int n)
{
	return n <= 1 ? 1 : n * user_factorial(n - 1);
}

NOINLINE int user_between(int value)
{
	return user_add(value, 1, &(struct user_point){ .x = 1 }, 0) + 1;
}

NOINLINE int user_leaves(int value)
{
	if (value > 2)
		longjmp(back, 1);
	return value;
}

static void calls(void)
{
	struct user_point p = { 3, -4, user_words[1], 2.5, GREEN, 5, 1234 };

	printf("added %d\n", user_add(10, 20, &p, 1.5F));
	printf("half %d\n", (int)user_half(9));
	p = user_make(8);
	printf("square %ld\n", shared_square(p.x));
}

static void marks(void)
{
	char small = -3;
	unsigned short medium = 65000;
	long large = 1L << (sizeof(long) * 5);
	int array[] = { 11, 22, 33 };

	MARK("user", "plain", "0", "");
	MARK("user", "values", "0",
	     "-4@$-7 -1@%b0 2@%w1 " MARK_LONG "@%2 -4@%3 " MARK_LONG "@%4",
	     "q"(small), "r"(medium), "r"(large), "m"(array[2]),
	     "r"(user_words[2]));
	MARK("user", "global__value", "0", "-4@" GLOBAL, "r"(&user_global));
	if (user_semaphore)
		MARK("user", "guarded", "user_semaphore", MARK_LONG "@%0",
		     "r"((long)user_semaphore));
	printf("semaphore %u\n", user_semaphore);
}

static void leaves(void)
{
	for (volatile int i = 1; i <= 4; i++)
		if (!setjmp(back))
			user_leaves(i);
}

static void *in_thread(void *arg)
{
	user_factorial((int)(long)arg);
	return NULL;
}

static void threads(void)
{
	pthread_t ids[4];

	for (long i = 0; i < 4; i++)
		pthread_create(&ids[i], NULL, in_thread, (void *)(i + 2));
	for (int i = 0; i < 4; i++)
		pthread_join(ids[i], NULL);
}

static void children(void)
{
	pid_t child = fork();

	if (!child) {
		user_between(1);
		execlp("/proc/self/exe", "userprog", "calls", NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	user_between(2);
}

/* One that dies in a function, again and again. */
NOINLINE void user_dies(int n)
{
	sink = n;
	_exit(0);
}

static void deaths(int n)
{
	for (int i = 0; i < n; i++) {
		pid_t child = fork();

		if (!child)
			user_dies(i);
		waitpid(child, NULL, 0);
	}
}

/* Is there a breakpoint?  The kernel gives the task that has one a page of its own. */
static int is_armed(void)
{
	return *(volatile unsigned char *)user_add == 0xcc;
}

static void spin(int n)
{
	int armed = 0;

	for (int i = 0; i < n; i++) {
		user_between(i);
		armed += is_armed();
		usleep(1000);
	}
	printf("armed %d of %d\n", armed, n);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? atoi(argv[2]) : 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(what, "calls"))
		calls();
	else if (!strcmp(what, "marks"))
		marks();
	else if (!strcmp(what, "factorial"))
		printf("factorial %ld\n", user_factorial(n));
	else if (!strcmp(what, "leaves"))
		leaves();
	else if (!strcmp(what, "threads"))
		threads();
	else if (!strcmp(what, "children"))
		children();
	else if (!strcmp(what, "deaths"))
		deaths(n);
	else if (!strcmp(what, "spin"))
		spin(n);
	return 0;
}
