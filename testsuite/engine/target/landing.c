// SPDX-License-Identifier: GPL-2.0-or-later
/* Compiled so that all functions begin with the landing place of indirect calls. */
#include <linux/module.h>

#include "patchable.h"
#include "target.h"

PTT_PATCHABLE(5, 0) long ptt_landing(long a, long b)
{
	barrier();
	return a - b;
}
EXPORT_SYMBOL_GPL(ptt_landing);

PTT_PATCHABLE(16, 11) long ptt_prefixed_landing(long a, long b)
{
	barrier();
	return a - b;
}
EXPORT_SYMBOL_GPL(ptt_prefixed_landing);
