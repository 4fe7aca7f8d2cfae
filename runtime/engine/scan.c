// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's tables where their symbols are in no list (without CONFIG_KALLSYMS_ALL
 * only functions are): by their looks.  A table has entries of one size, each about
 * an address of the kernel's text, in the order of a key.  Of all that lies between the
 * kernel's text and its init text, the longest run of such entries is it.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "scan.h"
#include "engine.h"

/* The data that is all before the init text. */
static bool pte_page_is_mapped(unsigned long page)
{
	u8 byte;

	return !copy_from_kernel_nofault(&byte, (void *)page, 1);
}

/* Runs of entries, one for each place an entry can begin at (4 bytes apart). */
struct pte_runs {
	size_t n[PTE_SCAN_ENTRY_MAX / 4];
	unsigned long key[PTE_SCAN_ENTRY_MAX / 4];
};

static void pte_scan_place(const struct pte_scan *scan, unsigned long at,
			   struct pte_runs *runs, struct pte_found *found)
{
	size_t i = at / 4 % (scan->entry_size / 4);
	unsigned long key;

	if (!scan->plausible((void *)at, &key)) {
		runs->n[i] = 0;
		return;
	}
	if (runs->n[i] && key < runs->key[i])
		runs->n[i] = 0;
	runs->n[i]++;
	runs->key[i] = key;
	if (runs->n[i] > found->n) {
		found->n = runs->n[i];
		found->start = at - (found->n - 1) * scan->entry_size;
	}
}

struct pte_found pte_scan(const struct pte_scan *scan, unsigned long start,
			  unsigned long end)
{
	struct pte_found found = {};
	struct pte_runs runs = {};
	unsigned long page, at;

	for (page = PAGE_ALIGN(start); page < end; page += PAGE_SIZE) {
		bool next = pte_page_is_mapped(page + PAGE_SIZE);

		if (!pte_page_is_mapped(page)) {
			runs = (struct pte_runs){};
			continue;
		}
		for (at = page; at < page + PAGE_SIZE; at += 4) {
			if (!next && at + scan->entry_size > page + PAGE_SIZE)
				break;
			pte_scan_place(scan, at, &runs, &found);
		}
		cond_resched();
	}
	return found;
}
