/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_CPUMASK_H
#define SHIM_CPUMASK_H

/* Four processors, of which number 2 does not exist. */
#define nr_cpu_ids 4u
#define num_possible_cpus() 3u
#define cpu_possible(cpu) ((cpu) < 4 && (cpu) != 2)
#define for_each_possible_cpu(cpu)          \
	for ((cpu) = 0; (cpu) < 4; (cpu)++) \
		if (cpu_possible(cpu))

#endif
