/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What objtool must be told of text, in C. */
#ifndef PTRT_COMPAT_OBJTOOL_H
#define PTRT_COMPAT_OBJTOOL_H

#include <linux/linkage.h>
#include <linux/objtool.h>

/* In assembler strings, behind a label whose address is used, but not to go there by
 * a branch.  Indirect branch tracking came with 5.18. */
#ifndef ANNOTATE_NOENDBR
#define ANNOTATE_NOENDBR
#endif

/* A return, in assembler strings.  Before 5.19, and before the mitigations that were
 * ported back, a plain one. */
#ifndef ASM_RET
#define ASM_RET "ret\n\t"
#endif

#endif
