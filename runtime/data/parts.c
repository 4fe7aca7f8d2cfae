// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One part of the script's per-CPU data for each possible CPU.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/types.h>

#include "../script.h"
#include "alloc.h"
#include "parts.h"

static void **parts;
static size_t part_size;

int ptrt_parts_create(const struct ptrt_script *script)
{
	int cpu;

	part_size = script->percpu_size;
	if (!part_size)
		return 0;
	parts = ptrt_alloc(nr_cpu_ids * sizeof(*parts), -1);
	if (!parts)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		parts[cpu] = ptrt_alloc(part_size, cpu);
		if (!parts[cpu]) {
			ptrt_parts_destroy();
			return -ENOMEM;
		}
		if (script->percpu_init)
			script->percpu_init(parts[cpu]);
	}
	return 0;
}

void ptrt_parts_destroy(void)
{
	int cpu;

	if (!parts)
		return;
	for_each_possible_cpu(cpu)
		ptrt_free(parts[cpu], part_size);
	ptrt_free(parts, nr_cpu_ids * sizeof(*parts));
	parts = NULL;
}

void *ptrt_parts_of(unsigned int cpu)
{
	return parts && cpu < nr_cpu_ids ? parts[cpu] : NULL;
}
