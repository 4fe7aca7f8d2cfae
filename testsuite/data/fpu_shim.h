/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before all else: what runtime/access/fpu.c wants of the kernel and of the
 * runtime's contexts, for fpu_test.c, which says what kind of CPU this is.
 */
#ifndef DATA_FPU_SHIM_H
#define DATA_FPU_SHIM_H

#include <linux/string.h>
#include <linux/types.h>

#include "script.h"

/* Instead of the runtime's. */
#define PTRT_CORE_CONTEXT_H
#define PTRT_COMPAT_FPU_H

/* Intel SDM volume 1, table 10-2, and section 13.4.2. */
struct fxregs_state {
	u16 cwd, swd, twd, fop;
	u64 rip, rdp;
	u32 mxcsr, mxcsr_mask;
	u32 st_space[32], xmm_space[64], padding[24];
} __attribute__((aligned(16)));

union fpregs_state {
	struct fxregs_state fxsave;
	struct {
		struct fxregs_state i387;
		struct {
			u64 xfeatures;
		} header;
	} xsave;
};

#define XFEATURE_MASK_FP 1
#define XFEATURE_MASK_SSE 2
#define XFEATURE_MASK_FPSSE 3

enum { X86_FEATURE_FXSR, X86_FEATURE_XSAVE, TIF_NEED_FPU_LOAD };

bool boot_cpu_has(int feature);
bool test_thread_flag(int flag);
const union fpregs_state *ptrt_current_fpregs(void);
void *ptrt_scratch(struct ptrt_context *c);

#endif
