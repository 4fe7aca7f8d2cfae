/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PTE_SCAN_H
#define PTE_SCAN_H

#include <linux/types.h>

#define PTE_SCAN_ENTRY_MAX 16

struct pte_scan {
	size_t entry_size; /* a multiple of 4 */
	/* Can this be an entry, and what are they ordered by? */
	bool (*plausible)(const void *entry, unsigned long *key);
};

struct pte_found {
	unsigned long start;
	size_t n; /* entries */
};

/* The longest run of entries between START and END, where pages may be missing. */
struct pte_found pte_scan(const struct pte_scan *scan, unsigned long start,
			  unsigned long end);

#endif
