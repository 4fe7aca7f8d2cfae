/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the runtime wants around it, and verdicts.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

_Thread_local int shim_cpu;
long shim_allocations_left = -1;

int64_t shim_limits[PTAP_N_LIMITS] = {
	[PTAP_LIMIT_maxstringlen] = 64,
	[PTAP_LIMIT_maxmapentries] = 2048,
	[PTAP_LIMIT_hist_width] = 10,
	[PTAP_LIMIT_hist_elision] = 2,
};

const struct ptrt_script ptrt_script = {
	.limits = shim_limits,
	.percpu_size = 4096,
};

void *vzalloc(size_t size)
{
	if (shim_allocations_left == 0)
		return NULL;
	if (shim_allocations_left > 0)
		shim_allocations_left--;
	return calloc(1, size);
}

static _Thread_local char error_text[256];

void ptrt_error(struct ptrt_context *c, const char *format, ...)
{
	va_list args;

	if (c->error)
		return;
	va_start(args, format);
	vsnprintf(error_text, sizeof(error_text), format, args);
	va_end(args);
	c->error = error_text;
}

char shim_record[16384];
unsigned shim_record_size;

void *ptrt_record_reserve(struct ptrt_context *c, unsigned format,
			  unsigned size)
{
	(void)c, (void)format;
	shim_record_size = size;
	return shim_record;
}

void ptrt_record_commit(struct ptrt_context *c)
{
	(void)c;
}

/* ---- chance ----------------------------------------------------------- */

static uint64_t state = 88172645463325252ull;

uint64_t any_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

unsigned below(unsigned n)
{
	return (unsigned)(any_word() >> 11) % n;
}

int some_cpu(void)
{
	static const int cpus[] = { 0, 1, 3 };

	return cpus[below(3)];
}

/* ---- verdicts --------------------------------------------------------- */

static const char *test;
static int failures, failures_before;

void begin_test(const char *name)
{
	test = name;
	failures_before = failures;
}

void check_at(bool good, const char *what, int line)
{
	if (good)
		return;
	failures++;
	printf("FAIL: %s: %s (line %d)\n", test, what, line);
	if (failures > 20)
		exit(1);
}

void end_test(void)
{
	if (failures == failures_before)
		printf("PASS: %s\n", test);
}

int test_status(void)
{
	return failures ? 1 : 0;
}
