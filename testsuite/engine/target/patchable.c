// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

#include "patchable.h"
#include "target.h"

PTT_PATCHABLE(5, 0) long ptt_patchable(long a, long b)
{
	barrier();
	return a - b;
}
PTT_EXPORT_BARE(ptt_patchable);

PTT_PATCHABLE(16, 11) long ptt_prefixed(long a, long b)
{
	barrier();
	return a - b;
}
PTT_EXPORT_BARE(ptt_prefixed);
