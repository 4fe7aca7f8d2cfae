// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's text compared with itself: writing "START END" (hexadecimal) to
 * /proc/ptap_suite_text keeps a copy of what is there, beside the ranges kept before; reading
 * it lists each byte that is different now, as "ADDRESS was XX is XX", up to a hundred, and
 * "compared BYTES, DIFFERENT different".  Writing "jumps START END" says where the kernel's table
 * of jump labels is: what they patch is the kernel's to change.  "forget" drops all of it.
 */
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "target.h"

#define RANGES 4
#define LISTED 100

struct text_range {
	unsigned long start, end;
	u8 *copy;
};

static DEFINE_MUTEX(text_lock);
static struct text_range ranges[RANGES];
static int range_count;
static const struct jump_entry *jumps, *jumps_end;

/* Bytes of a jump label that was switched, at ADDRESS: 0 if there is none.  Where the table is
 * not known, a no-operation for a jump or the other way round is taken for one. */
static unsigned long switched_label(unsigned long address, u8 was, u8 is)
{
	const struct jump_entry *entry;

	for (entry = jumps; entry < jumps_end; entry++)
		if (jump_entry_code(entry) == address)
			return is == 0xeb || was == 0xeb ? 2 : 5;
	if (jumps != jumps_end)
		return 0;
	/* 66 90; 89 f6 on i386 */
	if ((was == 0xeb && (is == 0x66 || is == 0x89)) ||
	    (is == 0xeb && (was == 0x66 || was == 0x89)))
		return 2;
	if ((was == 0xe9 && (is == 0x0f || is == 0x3e)) ||
	    (is == 0xe9 && (was == 0x0f || was == 0x3e)))
		return 5;
	return 0;
}

static void forget(void)
{
	jumps = jumps_end = NULL;
	while (range_count)
		vfree(ranges[--range_count].copy);
}

/* Page by page; what cannot be read is taken as zeros, then and later. */
static void read_page(u8 *to, unsigned long from, size_t n)
{
	if (copy_from_kernel_nofault(to, (void *)from, n))
		memset(to, 0, n);
}

static int keep(unsigned long start, unsigned long end)
{
	struct text_range *r = &ranges[range_count];
	unsigned long at, n;

	if (range_count == RANGES || end <= start)
		return -EINVAL;
	r->copy = vmalloc(end - start);
	if (!r->copy)
		return -ENOMEM;
	r->start = start;
	r->end = end;
	for (at = start; at < end; at += n) {
		n = min(PAGE_SIZE - offset_in_page(at), end - at);
		read_page(r->copy + (at - start), at, n);
	}
	range_count++;
	return 0;
}

static unsigned long compare(struct seq_file *file, const struct text_range *r,
			     u8 *page)
{
	unsigned long at, n, i, different = 0, label_end = 0;

	for (at = r->start; at < r->end; at += n) {
		const u8 *copy = r->copy + (at - r->start);

		n = min(PAGE_SIZE - offset_in_page(at), r->end - at);
		read_page(page, at, n);
		if (!memcmp(page, copy, n))
			continue;
		for (i = 0; i < n; i++) {
			if (at + i < label_end || page[i] == copy[i])
				continue;
			label_end = at + i +
				    switched_label(at + i, copy[i], page[i]);
			if (at + i < label_end)
				continue;
			if (different++ < LISTED)
				seq_printf(file, "%pS was %02x is %02x\n",
					   (void *)(at + i), copy[i], page[i]);
		}
	}
	return different;
}

static int text_show(struct seq_file *file, void *unused)
{
	u8 *page = vmalloc(PAGE_SIZE);
	unsigned long different = 0, bytes = 0;
	int i;

	if (!page)
		return -ENOMEM;
	mutex_lock(&text_lock);
	for (i = 0; i < range_count; i++) {
		different += compare(file, &ranges[i], page);
		bytes += ranges[i].end - ranges[i].start;
	}
	mutex_unlock(&text_lock);
	vfree(page);
	seq_printf(file, "compared %lu, %lu different\n", bytes, different);
	return 0;
}

static int text_open(struct inode *inode, struct file *file)
{
	return single_open(file, text_show, NULL);
}

static ssize_t text_write(struct file *file, const char __user *from,
			  size_t length, loff_t *position)
{
	unsigned long start, end;
	char text[64];
	int error = -EINVAL;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	text[length] = '\0';
	mutex_lock(&text_lock);
	if (sscanf(text, "%lx %lx", &start, &end) == 2) {
		error = keep(start, end);
	} else if (sscanf(text, "jumps %lx %lx", &start, &end) == 2) {
		jumps = (const struct jump_entry *)start;
		jumps_end = (const struct jump_entry *)end;
		error = 0;
	} else if (!strcmp(strim(text), "forget")) {
		forget();
		error = 0;
	}
	mutex_unlock(&text_lock);
	return error ?: length;
}

static const struct proc_ops text_ops = {
	.proc_open = text_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = text_write,
};

static int __init text_init(void)
{
	return proc_create("ptap_suite_text", 0600, NULL, &text_ops) ? 0
								     : -ENOMEM;
}

static void __exit text_exit(void)
{
	remove_proc_entry("ptap_suite_text", NULL);
	forget();
}

module_init(text_init);
module_exit(text_exit);
