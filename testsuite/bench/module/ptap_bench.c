// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls an empty function of the kernel many times and says how long it took.
 *
 * Write "N" to /proc/ptap_bench: N calls of noop_fsync(NULL, 1, 2, i), timed.
 * Read it: nanoseconds of the last write.  In a guest whose time counts
 * instructions, that is instructions.
 */
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static u64 last_ns;

static ssize_t bench_write(struct file *file, const char __user *text,
			   size_t length, loff_t *offset)
{
	unsigned int calls, i;
	u64 start;
	int error;

	error = kstrtouint_from_user(text, length, 0, &calls);
	if (error)
		return error;
	start = ktime_get_ns();
	for (i = 0; i < calls; i++)
		noop_fsync(NULL, 1, 2, i);
	last_ns = ktime_get_ns() - start;
	return length;
}

static int bench_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%llu\n", last_ns);
	return 0;
}

static int bench_open(struct inode *inode, struct file *file)
{
	return single_open(file, bench_show, NULL);
}

static const struct proc_ops bench_ops = {
	.proc_open = bench_open,
	.proc_read = seq_read,
	.proc_write = bench_write,
	.proc_release = single_release,
};

static int __init bench_init(void)
{
	return proc_create("ptap_bench", 0600, NULL, &bench_ops) ? 0 : -ENOMEM;
}

static void __exit bench_exit(void)
{
	remove_proc_entry("ptap_bench", NULL);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ptap: calls of an empty function, timed");
