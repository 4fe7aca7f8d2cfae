/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTRT_PROBE_CALLER_H
#define PTRT_PROBE_CALLER_H

#include <linux/types.h>

#include "../script.h"

/* Has a hit of PROBE, which has callers, at IP with REGS come from them?  Any
 * context, interrupts or preemption off. */
bool ptrt_called(const struct ptrt_probe *probe, const void *regs,
		 unsigned long ip);

#endif
