// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions without ftrace's bytes, and compiled without a landing place of indirect calls:
 * at their address is an instruction of their own. */
#include "target.h"

#include <linux/module.h>
#include <linux/preempt.h>

#include <asm/asm.h>

#include "compat/objtool.h"
#include "patchable.h"

#define PTT noinline __noclone __used

PTT notrace long ptt_quiet(long a, long b)
{
	barrier();
	return a + b;
}
PTT_EXPORT_BARE(ptt_quiet);

/* Begins by reading it. */
PTT notrace long ptt_preempt_count(void)
{
	return preempt_count();
}
PTT_EXPORT_BARE(ptt_preempt_count);

PTT notrace long pte_add(long a, long b)
{
	return a + b;
}
PTT_EXPORT_BARE(pte_add);

extern const u8 ptt_fetch_insn[];

PTT notrace long ptt_fetch(const void *address, long *ret)
{
	long value = 0, error = 0;

	asm volatile("	.globl ptt_fetch_insn\n"
		     "ptt_fetch_insn:\n" ANNOTATE_NOENDBR
		     "	mov	(%2), %1\n"
		     "	jmp	2f\n"
		     "1:	mov	%3, %0\n"
		     "2:\n" _ASM_EXTABLE(ptt_fetch_insn, 1b)
		     : "+r"(error), "+r"(value)
		     : "r"(address), "i"(-EFAULT));
	*ret = value;
	return error;
}
PTT_EXPORT_BARE(ptt_fetch);
