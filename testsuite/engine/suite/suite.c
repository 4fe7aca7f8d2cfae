// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "all.h"

#define RESULT_SIZE (16 << 10)

static DEFINE_MUTEX(suite_lock); /* one group at a time */
static char *result;
static size_t result_length;
static char reason[300]; /* of the test that runs; "": it passes so far */
static bool skipped;

static const struct suite_group *const groups[] = {
	&suite_examples,   &suite_errors,      &suite_sites,	&suite_entries,
	&suite_forms,	   &suite_returns,     &suite_handlers, &suite_jprobes,
	&suite_fire,	   &suite_armed_group, &suite_joining,	&suite_exits,
	&suite_gone_group,
};

static __printf(1, 2) void add_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	result_length += vscnprintf(result + result_length,
				    RESULT_SIZE - result_length, format, args);
	va_end(args);
}

void suite_fail(const char *format, ...)
{
	va_list args;

	if (reason[0] && !skipped)
		return; /* the first is said */
	skipped = false;
	va_start(args, format);
	vscnprintf(reason, sizeof(reason), format, args);
	va_end(args);
}

void suite_skip(const char *format, ...)
{
	va_list args;

	if (reason[0])
		return;
	skipped = true;
	va_start(args, format);
	vscnprintf(reason, sizeof(reason), format, args);
	va_end(args);
}

void suite_figure(const char *name, unsigned long value)
{
	add_line("FIGURE: %s %lu\n", name, value);
}

const char *suite_file(const char *path)
{
	return kbasename(path);
}

u8 suite_armed(unsigned long address)
{
	u8 byte = *(volatile u8 *)address;

	return byte == 0xcc || byte == 0xe9 ? byte : 0;
}

bool suite_disarmed(unsigned long address)
{
#ifdef PTAP_ENGINE_BUNDLED
	return !suite_armed(address);
#else
	return suite_within(!suite_armed(address));
#endif
}

bool suite_register(struct ptap_kprobe *kp, int error)
{
	int got = ptap_register_kprobe(kp);

	if (got != error)
		suite_fail("registering a kprobe: %d (%s), not %d", got,
			   ptap_kprobe_refusal(kp) ?: "no reason", error);
	return !got;
}

bool suite_register_return(struct ptap_kretprobe *rp, int error)
{
	int got = ptap_register_kretprobe(rp);

	if (got != error)
		suite_fail("registering a return probe: %d (%s), not %d", got,
			   ptap_kprobe_refusal(&rp->kp) ?: "no reason", error);
	return !got;
}

void suite_settle(void)
{
#ifdef PTAP_ENGINE_BUNDLED
	ptap_kprobes_settle();
#else
	msleep(1000);
#endif
}

static void run_test(const struct suite_group *group,
		     const struct suite_test *test)
{
	reason[0] = '\0';
	skipped = false;
	pr_info(SUITE_NAME ": %s: %s\n", group->name, test->name);
	test->run();
	if (!reason[0])
		add_line("PASS: %s: %s\n", group->name, test->name);
	else
		add_line("%s: %s: %s: %s\n", skipped ? "SKIP" : "FAIL",
			 group->name, test->name, reason);
}

static int run_numbered(const struct suite_group *group, unsigned long n)
{
	if (n >= group->count)
		return -ERANGE;
	mutex_lock(&suite_lock);
	result_length = 0;
	run_test(group, &group->tests[n]);
	mutex_unlock(&suite_lock);
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *from,
			 size_t length, loff_t *position)
{
	char text[64], name[32];
	unsigned long n;
	size_t i;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	text[length] = '\0';
	if (sscanf(text, "%31s %lu", name, &n) != 2)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(groups[i]->name, name))
			return run_numbered(groups[i], n) ?: length;
	return -ENOENT;
}

static int result_show(struct seq_file *file, void *unused)
{
	mutex_lock(&suite_lock);
	seq_write(file, result, result_length);
	mutex_unlock(&suite_lock);
	return 0;
}

static const struct proc_ops run_ops = {
	.proc_write = run_write,
};

static int __init suite_init(void)
{
	struct proc_dir_entry *dir;
	int error = -ENOMEM;

	result = vmalloc(RESULT_SIZE);
	if (!result)
		return -ENOMEM;
	dir = proc_mkdir(SUITE_NAME, NULL);
	if (!dir)
		goto no_dir;
	if (!proc_create("run", 0200, dir, &run_ops) ||
	    !proc_create_single("result", 0444, dir, result_show))
		goto no_files;
	error = suite_all_init(dir);
	if (error)
		goto no_files;
	error = ptap_kprobes_init();
	if (error)
		goto no_engine;
	return 0;

no_engine:
	suite_all_exit();
no_files:
	proc_remove(dir);
no_dir:
	vfree(result);
	return error;
}

static void __exit suite_exit(void)
{
	remove_proc_subtree(SUITE_NAME, NULL);
	suite_all_exit();
	suite_disarm();
	ptap_kprobes_exit();
	vfree(result);
}

module_init(suite_init);
module_exit(suite_exit);
MODULE_DESCRIPTION("conformance suite of ptap's probe engine");
MODULE_LICENSE("GPL");
