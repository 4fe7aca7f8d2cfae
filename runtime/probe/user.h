/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * User space: the files that the script has probes in, and whose hits count.
 */
#ifndef PTRT_PROBE_USER_H
#define PTRT_PROBE_USER_H

#include <linux/fs.h>
#include <linux/ptrace.h>

#include "../script.h"

/* Finds the script's files by their paths, as the caller sees them; may sleep.  0 or
 * -ENOMEM; what is not there has no inode. */
int ptrt_user_create(void);
void ptrt_user_destroy(void);

/* What of file NUMBER is mapped into processes; or an ERR_PTR(). */
struct inode *ptrt_user_inode(unsigned int number);

/* Bytes of an address, and of a word of the stack, in the code of SITE of PROBE. */
unsigned int ptrt_user_word(const struct ptrt_probe *probe,
			    const struct ptrt_site *site);

/* In the hit task: does the script want the hit of SITE of PROBE, at IP?  Looks at
 * the stack's top for .callee(), so only at a function's first instruction. */
bool ptrt_user_wanted(const struct ptrt_probe *probe,
		      const struct ptrt_site *site, const struct pt_regs *regs,
		      unsigned long ip);

/* The same without the look at the stack. */
bool ptrt_user_wanted_task(const struct ptrt_probe *probe);

#endif
