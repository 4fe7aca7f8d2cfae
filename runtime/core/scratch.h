/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_CORE_SCRATCH_H
#define PTRT_CORE_SCRATCH_H

struct ptrt_context;

/* Memory of the context for one function's own use, aligned to 16 bytes: what would be
 * much on a kernel's stack.  Its content is gone with the next user. */
#define PTRT_SCRATCH 2048
void *ptrt_scratch(struct ptrt_context *c);

#endif
