// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Floating point registers of the program that was hit, which are only looked at.
 *
 * They are in the CPU's registers as long as TIF_NEED_FPU_LOAD is clear, else in the
 * task's memory (arch/x86/include/asm/fpu/sched.h).  What moves them from one to the
 * other, the scheduler and kernel_fpu_begin(), cannot come between: handlers run with
 * interrupts off, and an NMI may not use them.
 */
#include <linux/thread_info.h>
#include <asm/cpufeature.h>

#include "../compat/fpu.h"
#include "../core/context.h"
#include "registers.h"

/* As in enum pt_fetch_op. */
#define FPU_ST 16

/* What FXSAVE makes, and which of its parts are not in their initial state. */
struct fpu_image {
	const struct fxregs_state *fx;
	u64 features;
};

/* FXSAVE changes nothing.  XSAVE in all its formats starts with what that makes; a part
 * in its initial state it may leave unwritten, and says so (Intel SDM volume 1, section
 * 13.6 and the following). */
static struct fpu_image fpu_image(struct ptrt_context *c)
{
	const union fpregs_state *saved = ptrt_current_fpregs();
	struct fxregs_state *live = ptrt_scratch(c);

	if (test_thread_flag(TIF_NEED_FPU_LOAD))
		return (struct fpu_image){
			&saved->fxsave,
			boot_cpu_has(X86_FEATURE_XSAVE)
				? saved->xsave.header.xfeatures
				: XFEATURE_MASK_FPSSE,
		};
	asm volatile("fxsave %0" : "=m"(*live));
	return (struct fpu_image){ live, XFEATURE_MASK_FPSSE };
}

static u64 fpu_xmm(const struct fpu_image *image, unsigned int n,
		   unsigned int half)
{
	u64 v = 0;

	if (image->features & XFEATURE_MASK_SSE)
		memcpy(&v, &image->fx->xmm_space[4 * n + 2 * half], sizeof(v));
	return v;
}

/* In the order of the stack; the tags are in that of the registers, a bit for each that
 * is not empty. */
static u64 fpu_st(struct ptrt_context *c, const struct fpu_image *image,
		  unsigned int n, unsigned int half)
{
	unsigned int top = image->fx->swd >> 11 & 7;
	u64 v = 0;

	if (!(image->features & XFEATURE_MASK_FP) ||
	    !(image->fx->twd >> ((top + n) & 7) & 1)) {
		ptrt_error(c, "the register st(%d) is empty", (int)n);
		return 0;
	}
	memcpy(&v, &image->fx->st_space[4 * n + 2 * half],
	       half ? sizeof(u16) : sizeof(u64));
	return v;
}

uint64_t ptrt_fp_reg(struct ptrt_context *c, unsigned int n, unsigned int half)
{
	struct fpu_image image;

	if (!ptrt_hit_user_code(c)) {
		ptrt_error(c, "floating point registers are read only where a "
			      "program is hit");
		return 0;
	}
	if (!boot_cpu_has(X86_FEATURE_FXSR)) {
		ptrt_error(c, "this CPU's floating point registers cannot be "
			      "read: it has no FXSAVE");
		return 0;
	}
	image = fpu_image(c);
	return n < FPU_ST ? fpu_xmm(&image, n, half)
			  : fpu_st(c, &image, n - FPU_ST, half);
}
