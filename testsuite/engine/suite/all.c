// SPDX-License-Identifier: GPL-2.0-or-later
#include "all.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "suite.h"

#define FUNCTIONS_MAX 100000
#define REASONS_MAX 64

struct function_probe {
	struct ptap_kprobe kp;
	bool hit;
};

static DEFINE_MUTEX(all_lock);
static unsigned long *functions;
static size_t functions_count;
static unsigned long partial; /* of a line that is not complete */
static bool partial_any;

static struct function_probe *batch;
static struct ptap_kprobe **batch_list;
static size_t batch_size, batch_armed;

static unsigned long tried, armed, hit, missed;
static const char *reasons[REASONS_MAX]; /* of refusals */
static unsigned long refused[REASONS_MAX];
static DEFINE_PER_CPU(unsigned long, all_hits);

static int all_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	struct function_probe *f = container_of(p, struct function_probe, kp);

	raw_cpu_inc(all_hits);
	if (!f->hit)
		f->hit = true;
	return 0;
}

static void all_post(struct ptap_kprobe *p, struct pt_regs *regs,
		     unsigned long flags)
{
}

static void count_refused(struct ptap_kprobe *kp, int error)
{
	const char *why = ptap_kprobe_refusal(kp);
	size_t i;

	if (!why)
		why = error == -EINVAL	 ? "EINVAL"
		      : error == -EILSEQ ? "EILSEQ"
					 : "another errno";
	for (i = 0; i < REASONS_MAX - 1 && reasons[i]; i++)
		if (!strcmp(reasons[i], why))
			break;
	reasons[i] = why;
	refused[i]++;
}

static void make_probe(struct function_probe *f, unsigned long address)
{
	*f = (struct function_probe){ .kp.addr = (void *)address,
				      .kp.pre_handler = all_pre };
#ifdef PTAP_ENGINE_BUNDLED
	f->kp.flags = PTAP_KPROBE_FLAG_ENTRY;
#endif
	/* some by the way that needs a second stop; functions begin at multiples of 16 */
	if (address / 16 % 4 == 3)
		f->kp.post_handler = all_post;
}

/* Which of the batch can be had: each is registered without being armed. */
static void find_accepted(size_t first, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct function_probe *f = &batch[batch_size];
		int error;

		make_probe(f, functions[first + i]);
		f->kp.flags |= PTAP_KPROBE_FLAG_DISABLED;
		error = ptap_register_kprobe(&f->kp);
		tried++;
		if (error)
			count_refused(&f->kp, error);
		else
			batch_list[batch_size++] = &f->kp;
	}
	ptap_unregister_kprobes(batch_list, batch_size);
	for (i = 0; i < batch_size; i++)
		make_probe(&batch[i], (unsigned long)batch[i].kp.addr);
}

static void disarm(void)
{
	size_t i;

	if (batch_armed)
		ptap_unregister_kprobes(batch_list, batch_armed);
	for (i = 0; i < batch_armed; i++) {
		hit += batch[i].hit;
		missed += batch[i].kp.nmissed;
	}
	vfree(batch);
	vfree(batch_list);
	batch = NULL;
	batch_list = NULL;
	batch_size = batch_armed = 0;
}

static int arm(size_t first, size_t count)
{
	int error;

	disarm();
	if (first >= functions_count)
		return -ERANGE;
	count = min(count, functions_count - first);
	batch = vzalloc(array_size(count, sizeof(*batch)));
	batch_list = vzalloc(array_size(count, sizeof(*batch_list)));
	if (!batch || !batch_list) {
		disarm();
		return -ENOMEM;
	}
	find_accepted(first, count);
	error = batch_size ? ptap_register_kprobes(batch_list, batch_size) : 0;
	if (error) {
		disarm();
		return error;
	}
	batch_armed = batch_size;
	armed += batch_armed;
	return 0;
}

static void clear(void)
{
	int cpu;

	disarm();
	functions_count = tried = armed = hit = missed = 0;
	partial = 0;
	partial_any = false;
	memset(refused, 0, sizeof(refused));
	memset(reasons, 0, sizeof(reasons));
	for_each_possible_cpu(cpu)
		per_cpu(all_hits, cpu) = 0;
}

static ssize_t all_write(struct file *file, const char __user *from,
			 size_t length, loff_t *position)
{
	char text[64];
	unsigned long first, count;
	int error = 0;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	text[length] = '\0';
	strim(text);
	mutex_lock(&all_lock);
	if (sscanf(text, "arm %lu %lu", &first, &count) == 2)
		error = arm(first, count);
	else if (!strcmp(text, "disarm"))
		disarm();
	else if (!strcmp(text, "clear"))
		clear();
	else
		error = -EINVAL;
	mutex_unlock(&all_lock);
	return error ?: length;
}

static int all_show(struct seq_file *file, void *unused)
{
	unsigned long hits = 0;
	size_t i;
	int cpu;

	mutex_lock(&all_lock);
	for_each_possible_cpu(cpu)
		hits += per_cpu(all_hits, cpu);
	seq_printf(file, "FIGURE: all-functions %lu\n", tried);
	seq_printf(file, "FIGURE: all-armed %lu\n", armed);
	for (i = 0; i < REASONS_MAX && reasons[i]; i++)
		seq_printf(file, "FIGURE: all-refused (%s) %lu\n", reasons[i],
			   refused[i]);
	seq_printf(file, "FIGURE: all-hit %lu\n", hit);
	seq_printf(file, "FIGURE: all-hits %lu\n", hits);
	seq_printf(file, "FIGURE: all-missed %lu\n", missed);
	mutex_unlock(&all_lock);
	return 0;
}

/* Lines may come in any pieces. */
static int take_digit(char c)
{
	int digit = hex_to_bin(c);

	if (digit >= 0) {
		partial = partial << 4 | digit;
		partial_any = true;
		return 0;
	}
	if (c != '\n')
		return -EINVAL;
	if (partial_any) {
		if (functions_count == FUNCTIONS_MAX)
			return -ENOSPC;
		functions[functions_count++] = partial;
	}
	partial = 0;
	partial_any = false;
	return 0;
}

static ssize_t functions_write(struct file *file, const char __user *from,
			       size_t length, loff_t *position)
{
	size_t i;
	char c;
	int error = 0;

	mutex_lock(&all_lock);
	for (i = 0; i < length && !error; i++)
		error = get_user(c, from + i) ?: take_digit(c);
	mutex_unlock(&all_lock);
	return error ?: length;
}

static int all_open(struct inode *inode, struct file *file)
{
	return single_open(file, all_show, NULL);
}

static const struct proc_ops all_ops = {
	.proc_open = all_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = all_write,
};

static const struct proc_ops functions_ops = {
	.proc_write = functions_write,
};

int suite_all_init(struct proc_dir_entry *dir)
{
	functions = vmalloc(array_size(FUNCTIONS_MAX, sizeof(*functions)));
	if (!functions)
		return -ENOMEM;
	if (!proc_create("all", 0600, dir, &all_ops) ||
	    !proc_create("functions", 0200, dir, &functions_ops)) {
		vfree(functions);
		return -ENOMEM;
	}
	return 0;
}

void suite_all_exit(void)
{
	disarm();
	vfree(functions);
}
