// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that do not go the way of prints: to ptaprun's standard error, to the
 * kernel's log and into the kernel's trace buffer.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/printk.h>

#include "record.h"
#include "../core/context.h"

#define LOG_LEVEL_MAX 7

void ptrt_log(struct ptrt_context *c, struct ptrt_str text)
{
	ptrt_record_text(container_of(c, struct ptrt_cpu, c), PTAP_FORMAT_LOG,
			 text.s, text.n);
}

void ptrt_printk(int64_t level, struct ptrt_str text)
{
	printk(KERN_SOH "%d%.*s\n", (int)clamp_t(s64, level, 0, LOG_LEVEL_MAX),
	       (int)text.n, text.s);
}

/*
 * Not trace_printk(): a module with a call of it makes the kernel allocate
 * buffers and warn of a debug kernel as soon as it is loaded.
 */
void ptrt_ftrace(struct ptrt_str text)
{
#ifdef CONFIG_TRACING
	__trace_puts(_THIS_IP_, text.s, text.n);
#endif
}
