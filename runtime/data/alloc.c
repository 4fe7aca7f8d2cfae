// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of a script's data, counted.
 */
#include <linux/atomic.h>
#include <linux/printk.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "../script.h"
#include "../../include/ptap/limits.h"
#include "alloc.h"

static atomic_long_t used = ATOMIC_LONG_INIT(0);

void *ptrt_alloc(size_t size, int cpu)
{
	u64 limit = (u64)ptrt_script.limits[PTAP_LIMIT_maxmemory] * 1024;
	long total = atomic_long_add_return(size, &used);
	void *p;

	if (limit && total > limit) {
		pr_err("ptap: more than %llu kB of memory needed, see "
		       "-DSTP_MAXMEMORY\n",
		       limit / 1024);
		atomic_long_sub(size, &used);
		return NULL;
	}
	if (cpu < 0)
		p = vzalloc(size);
	else
		p = vzalloc_node(size, cpu_to_node(cpu));
	if (!p)
		atomic_long_sub(size, &used);
	return p;
}

void ptrt_free(void *p, size_t size)
{
	if (!p)
		return;
	vfree(p);
	atomic_long_sub(size, &used);
}

size_t ptrt_alloc_used(void)
{
	return atomic_long_read(&used);
}
