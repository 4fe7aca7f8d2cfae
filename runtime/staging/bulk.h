/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk mode: each CPU's records as they are, in a file of its own, with all that
 * is needed to make text of them later.  Read back by merge.h.
 */
#ifndef PR_BULK_H
#define PR_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "drain.h"

#define PR_BULK_MAGIC 0x4b4c4250u /* "PBLK" in memory on little endian */
#define PR_BULK_VERSION 1

/*
 * A bulk file: this header, the module's script file (wire.h) and zeros to the
 * next multiple of 8, then the CPU's trace file as it was read.  Integers are in
 * the byte order of the machine that wrote them.
 */
struct pr_bulk_header {
	uint32_t magic;
	uint32_t version;
	uint32_t byte_order; /* PTAP_WIRE_BYTE_ORDER */
	uint32_t cpu;
	unsigned char run[16]; /* random: the same in all files of one run */
	uint32_t script_size;
	uint32_t finished; /* not 0: the script ended, and what follows holds */
	uint64_t size;	   /* bytes of records */
	uint64_t lost;	   /* records, on all CPUs, as the module counted */
};
_Static_assert(sizeof(struct pr_bulk_header) == 56, "fixed layout");

struct pr_bulk_file {
	int fd;
	uint64_t size; /* of the records written */
};

struct pr_bulk {
	const char *output; /* -o, or NULL */
	struct pr_bulk_file *files;
	unsigned n; /* one a CPU, whether it has a trace file or not */
	struct pr_bulk_header header;
	int error;	     /* errno of the first write that failed; nothing is
			      * written after it */
	unsigned failed_cpu; /* whose file that was */
};

#define PR_BULK_PATH_MAX 4200

/* The name of CPU's file: OUTPUT_CPU, or stpd_cpuCPU if OUTPUT is NULL. */
void pr_bulk_path(char path[PR_BULK_PATH_MAX], const char *output,
		  unsigned cpu);

/* Makes the files for a script with this TABLE.  False: said why. */
bool pr_bulk_init(struct pr_bulk *b, const char *output,
		  const struct pr_table *table);
void pr_bulk_deinit(struct pr_bulk *b);

/* Copies what D's streams have, but not forever.  True: there was something. */
bool pr_bulk_copy(struct pr_bulk *b, struct pr_drain *d);

/* The script has ended, all is copied and the module counted LOST records: says
 * so in the files. */
void pr_bulk_finish(struct pr_bulk *b, uint64_t lost);

/* Takes the header and the script file from the start of the bulk file S; its
 * records are left.  NULL, or what is wrong with them. */
const char *pr_bulk_take(struct pr_stream *s, struct pr_bulk_header *header,
			 struct pr_table *table);

/* Bytes before the first record of a file with this sane HEADER. */
uint64_t pr_bulk_start(const struct pr_bulk_header *header);

#endif
