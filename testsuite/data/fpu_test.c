/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point registers of a program that was hit: on CPUs that are not to be had
 * any more, in the task's memory, and in this process's own registers.
 */
#include <string.h>

#include "support.h"

#define ST 16 /* as in enum pt_fetch_op */

static bool has_fxsr, has_xsave, is_saved;
static union fpregs_state saved;
static struct fxregs_state room;

bool boot_cpu_has(int feature)
{
	return feature == X86_FEATURE_FXSR ? has_fxsr : has_xsave;
}

bool test_thread_flag(int flag)
{
	return flag == TIF_NEED_FPU_LOAD && is_saved;
}

const union fpregs_state *ptrt_current_fpregs(void)
{
	return &saved;
}

void *ptrt_scratch(struct ptrt_context *c)
{
	(void)c;
	return &room;
}

static const struct ptrt_probe user = { .kind = PTRT_KIND_USER };
static const struct ptrt_probe entry = { .kind = PTRT_KIND_ENTRY };

/* The register N read where PROBE hit; what was said is in C. */
static uint64_t read_of(struct ptrt_context *c, const struct ptrt_probe *probe,
			unsigned n, unsigned half)
{
	*c = (struct ptrt_context){ .probe = probe };
	return ptrt_fp_reg(c, n, half);
}

static bool says(const struct ptrt_context *c, const char *text)
{
	return c->error && strstr(c->error, text);
}

static void a_cpu(bool fxsr, bool xsave, bool in_memory)
{
	has_fxsr = fxsr;
	has_xsave = xsave;
	is_saved = in_memory;
}

static void test_refused(void)
{
	struct ptrt_context c;

	begin_test("what cannot be read");
	a_cpu(true, true, true);
	check(!read_of(&c, &entry, 0, 0) &&
	      says(&c, "only where a program is hit"));
	a_cpu(false, false, true);
	check(!read_of(&c, &user, 0, 0) && says(&c, "it has no FXSAVE"));
	end_test();
}

static void test_xmm(void)
{
	const uint64_t want[2] = { 0x123456789abcdef0, 0xfedcba9876543210 };
	struct ptrt_context c;

	begin_test("an xmm in memory");
	memcpy(&saved.fxsave.xmm_space[4 * 7], want, sizeof(want));
	a_cpu(true, false, true);
	check(read_of(&c, &user, 7, 0) == want[0] && !c.error);
	check(read_of(&c, &user, 7, 1) == want[1] && !c.error);
	a_cpu(true, true, true);
	saved.xsave.header.xfeatures = XFEATURE_MASK_SSE;
	check(read_of(&c, &user, 7, 1) == want[1] && !c.error);
	/* in its initial state it is not written, and is 0 */
	saved.xsave.header.xfeatures = XFEATURE_MASK_FP;
	check(read_of(&c, &user, 7, 1) == 0 && !c.error);
	end_test();
}

static void test_st(void)
{
	const uint64_t low = 0xc000000000000000;
	const uint16_t high = 0x3fff;
	struct ptrt_context c;

	begin_test("a register of the x87 in memory");
	a_cpu(true, true, true);
	memcpy(&saved.fxsave.st_space[4], &low, sizeof(low));
	memcpy(&saved.fxsave.st_space[6], &high, sizeof(high));
	/* the top is register 6, so that st(1) is register 7, and st(2) 0 */
	saved.fxsave.swd = 6 << 11;
	saved.fxsave.twd = 0xc0;
	saved.xsave.header.xfeatures = XFEATURE_MASK_FP;
	check(read_of(&c, &user, ST + 1, 0) == low && !c.error);
	check(read_of(&c, &user, ST + 1, 1) == high && !c.error);
	check(!read_of(&c, &user, ST + 2, 0) && says(&c, "st(2) is empty"));
	saved.xsave.header.xfeatures = XFEATURE_MASK_SSE;
	check(!read_of(&c, &user, ST + 1, 0) && says(&c, "st(1) is empty"));
	end_test();
}

static void test_live(void)
{
	const double want = 2.5;
	struct ptrt_context c;
	uint64_t low, high;

	begin_test("a register of the x87 of the CPU");
	a_cpu(true, true, false);
	__asm__ volatile("fldl %0" : : "m"(want));
	low = read_of(&c, &user, ST, 0);
	high = read_of(&c, &user, ST, 1);
	__asm__ volatile("fstp %%st(0)" : : : "memory");
	check(low == 0xa000000000000000 && high == 0x4000 && !c.error);
	check(!read_of(&c, &user, ST, 0) && says(&c, "st(0) is empty"));
	end_test();
}

int main(void)
{
	test_refused();
	test_xmm();
	test_st();
	test_live();
	return test_status();
}
