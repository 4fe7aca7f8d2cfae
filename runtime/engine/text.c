// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing to text that is mapped read-only and executable: through a second,
 * writable mapping of its page.
 *
 * The kernel's own lock for this (text_mutex) is not exported.  What keeps two
 * writers apart is that nobody writes where another does: bytes that the kernel
 * patches are refused (refuse.c), and each byte that arms a probe is exchanged
 * atomically against what is expected there.
 *
 * A CPU that is offline while text changes needs nothing: it comes back through a
 * reset.  One that is just coming up is waited for, by cpus_read_lock().
 */
#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/sync_core.h>

#include "engine.h"

/* The pages that were written last, mapped in a row (one: twice the same), kept for
 * their neighbours.  Under pte_lock. */
static struct page *pte_window_pages[2];
static u8 *pte_window;

static struct page *pte_text_page(unsigned long address)
{
	if (address >= MODULES_VADDR && address < MODULES_END)
		return vmalloc_to_page((void *)address);
	return pfn_to_page(__pa_symbol(address) >> PAGE_SHIFT);
}

void pte_text_done(void)
{
	if (pte_window)
		vunmap(pte_window);
	pte_window = NULL;
}

/* The writable alias of N bytes, no more than a page, at ADDRESS; or NULL. */
static u8 *pte_text_alias(unsigned long address, size_t n)
{
	struct page *pages[] = { pte_text_page(address),
				 pte_text_page(address + n - 1) };

	if (!pages[0] || !pages[1])
		return NULL;
	if (!pte_window || pages[0] != pte_window_pages[0] ||
	    pages[1] != pte_window_pages[1]) {
		pte_text_done();
		pte_window = vmap(pages, pages[0] == pages[1] ? 1 : 2, VM_MAP,
				  PAGE_KERNEL);
		if (!pte_window)
			return NULL;
		memcpy(pte_window_pages, pages, sizeof(pages));
	}
	return pte_window + offset_in_page(address);
}

int pte_text_write(unsigned long address, const u8 *new, size_t n)
{
	u8 *alias = pte_text_alias(address, n);

	if (!alias)
		return -ENOMEM;
	memcpy(alias, new, n);
	return 0;
}

int pte_text_replace(unsigned long address, const u8 *old, const u8 *new,
		     size_t n)
{
	u8 live[PTE_ORIGINAL_MAX];
	u8 *alias;

	if (n > sizeof(live) ||
	    copy_from_kernel_nofault(live, (void *)address, n) ||
	    memcmp(live, old, n))
		return -EBUSY;
	if (n > 1)
		return pte_text_write(address, new, n);
	alias = pte_text_alias(address, 1);
	if (!alias)
		return -ENOMEM;
	return cmpxchg(alias, *old, *new) == *old ? 0 : -EBUSY;
}

static void pte_sync_cpu(void *unused)
{
	sync_core();
}

/* The breakpoint exception runs with interrupts off: a CPU that is in it answers
 * when it has left. */
void pte_text_sync(void)
{
	cpus_read_lock();
	on_each_cpu(pte_sync_cpu, NULL, 1);
	cpus_read_unlock();
}
