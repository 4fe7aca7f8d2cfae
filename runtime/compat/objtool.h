/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What objtool must be told of text, in C. */
#ifndef PTRT_COMPAT_OBJTOOL_H
#define PTRT_COMPAT_OBJTOOL_H

#include <linux/objtool.h>

/* In assembler strings, behind a label whose address is used, but not to go there by
 * a branch.  Indirect branch tracking came with 5.18. */
#ifndef ANNOTATE_NOENDBR
#define ANNOTATE_NOENDBR
#endif

#endif
