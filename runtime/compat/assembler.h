/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Macros of hand-written assembler, as they are called from 6.4 on. */
/* clang-format off */
#ifndef PTRT_COMPAT_ASSEMBLER_H
#define PTRT_COMPAT_ASSEMBLER_H

#include <linux/linkage.h>
#include <linux/version.h>
#include <asm/unwind_hints.h>

/* Before 5.19, and before the mitigations that were ported back, a plain ret. */
#ifndef RET
#define RET ret
#endif

/* 6.4 gave the end of a stack a name of its own (fb799447ae29). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
.macro UNWIND_HINT_END_OF_STACK
	UNWIND_HINT_EMPTY
.endm
#endif

/* Indirect branch tracking came with 5.18. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
.macro ANNOTATE_NOENDBR
.endm
#endif

#endif
