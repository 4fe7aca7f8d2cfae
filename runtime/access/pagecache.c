// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>

#include "pagecache.h"

static bool pagecache_copy(const struct vm_area_struct *vma, void *to,
			   unsigned long address, size_t n)
{
	pgoff_t index = linear_page_index((void *)vma, address);
	struct page *page;
	char *at;

	page = find_get_page(vma->vm_file->f_mapping, index);
	if (!page)
		return false;
	if (!PageUptodate(page)) {
		put_page(page);
		return false;
	}
	at = kmap_local_page(page);
	memcpy(to, at + offset_in_page(address), n);
	kunmap_local(at);
	put_page(page);
	return true;
}

/* Once a page of the area was written by the task itself, another may be so, too, and
 * be swapped out: the file's is not the task's then. */
static bool pagecache_holds(const struct vm_area_struct *vma,
			    unsigned long address)
{
	return vma && address >= vma->vm_start && vma->vm_file &&
	       !vma->anon_vma && (vma->vm_flags & VM_READ) &&
	       !(vma->vm_flags & (VM_IO | VM_PFNMAP | VM_HUGETLB));
}

/* A piece of one page at a time; the lock is only tried. */
bool ptrt_pagecache_read(void *to, u64 address, size_t n)
{
	struct mm_struct *mm = current->mm;
	bool good = true;

	if (!mm || address > TASK_SIZE_MAX || n > TASK_SIZE_MAX - address ||
	    !ptrt_mmap_trylock(mm))
		return false;
	while (n && good) {
		size_t step = min_t(size_t, n, PAGE_SIZE - address % PAGE_SIZE);
		const struct vm_area_struct *vma = find_vma(mm, address);

		good = pagecache_holds(vma, address) &&
		       pagecache_copy(vma, to, address, step);
		to += step;
		address += step;
		n -= step;
	}
	mmap_read_unlock(mm);
	return good;
}
