// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clocks that can be read in any context.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/timex.h>

#include "../script.h"

int64_t ptrt_time_real_ns(void)
{
	return ktime_get_real_fast_ns();
}

int64_t ptrt_time_mono_ns(void)
{
	return ktime_get_mono_fast_ns();
}

int64_t ptrt_time_boot_ns(void)
{
	return ktime_get_boot_fast_ns();
}

int64_t ptrt_jiffies(void)
{
	return jiffies;
}

int64_t ptrt_hz(void)
{
	return HZ;
}

int64_t ptrt_cycles(void)
{
	return get_cycles();
}
