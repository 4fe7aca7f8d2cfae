/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records (wire.h) in relay's buffers: written by the owner of a CPU's context,
 * read by one reader a CPU.
 *
 * The buffers, their sub-buffers and the accounting of full ones are relay's;
 * the position up to which a reader may look is ours (ptrt_cpu.published), moved
 * after the last byte of a record.  relay's own read function takes its
 * position from fields that the writer changes one after the other, and so may
 * read across a switch of sub-buffers.
 */
#ifndef PTRT_TRANSPORT_RECORD_H
#define PTRT_TRANSPORT_RECORD_H

#include <linux/types.h>

struct ptrt_cpu;
struct file;
struct poll_table_struct;

/* Buffers for the CPUs that are online, STP_BUFFER_KB each.  0 or -ENOMEM. */
int ptrt_records_create(void);
void ptrt_records_destroy(void);

/* trace files to be made: 0 to this, exclusively */
unsigned int ptrt_records_cpus(void);

/* A record of one string, cut to PTAP_PRINT_MAX, by the owner of CPU. */
void ptrt_record_text(struct ptrt_cpu *cpu, unsigned int format,
		      const char *text, unsigned int n);

/* Copies whole records of CPU to user space: bytes copied, 0 if there are none
 * or COUNT is too small for the next, -EFAULT, -ERESTARTSYS. */
ssize_t ptrt_records_read(unsigned int cpu, char __user *to, size_t count);
bool ptrt_records_ready(unsigned int cpu, struct file *file,
			struct poll_table_struct *table);

#endif
