/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_SMP_H
#define SHIM_SMP_H

extern _Thread_local int shim_cpu;
#define raw_smp_processor_id() shim_cpu

#endif
