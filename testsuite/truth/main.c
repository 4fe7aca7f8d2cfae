// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of the module that needs the kernel: writing to
 * /proc/ptap_truth/run calls every function of values.c once.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/smp.h>

void truth_values(void);
s32 truth_opaque(s32 value);

struct tr_here {
	s32 number;
	s64 wide;
	u16 list[3];
};

/* On each CPU: its number and 1000; -1; 1, 2, 3. */
DEFINE_PER_CPU(struct tr_here, tr_here);
static DEFINE_PER_CPU(s16, tr_here_small) = -77;

noinline s32 truth_opaque(s32 value)
{
	static volatile s32 kept;

	kept = value;
	return kept;
}

static void set_percpu(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct tr_here *here = per_cpu_ptr(&tr_here, cpu);

		here->number = 1000 + cpu;
		here->wide = -1;
		here->list[0] = 1;
		here->list[1] = 2;
		here->list[2] = 3;
		*per_cpu_ptr(&tr_here_small, cpu) = -77;
	}
}

static ssize_t run_write(struct file *file, const char __user *from,
			 size_t length, loff_t *position)
{
	truth_values();
	return length;
}

static const struct proc_ops run_ops = { .proc_write = run_write };

static int __init truth_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir("ptap_truth", NULL);

	if (!dir)
		return -ENOMEM;
	set_percpu();
	if (!proc_create("run", 0200, dir, &run_ops)) {
		proc_remove(dir);
		return -ENOMEM;
	}
	return 0;
}

static void __exit truth_exit(void)
{
	remove_proc_subtree("ptap_truth", NULL);
}

module_init(truth_init);
module_exit(truth_exit);
MODULE_DESCRIPTION("values that the tests of ptap know");
MODULE_LICENSE("GPL");
