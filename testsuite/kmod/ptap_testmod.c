// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that do nothing but what is known, for tests and for measuring.
 *
 * Writing "NAME COUNT" to /proc/ptap_testmod/trigger calls the function COUNT
 * times from the writing process.  /proc/ptap_testmod/result then says how that
 * went: the name, the count, the nanoseconds of the whole loop, and what the last
 * call returned.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define CREATE_TRACE_POINTS
#include "ptap_testmod_trace.h"

struct ptm_inner {
	u16 small;
	s64 big;
};

struct ptm_item {
	int value;
	unsigned int low : 3;
	unsigned int high : 5;
	const char *name;
	char text[16];
	int numbers[4];
	struct ptm_inner inner;
	struct ptm_item *next;
};

static struct ptm_item ptm_second = {
	.value = 22,
	.name = "second",
	.text = "inline two",
	.numbers = { 5, 6, 7, 8 },
	.inner = { .small = 2, .big = 2222222222LL },
};

static struct ptm_item ptm_first = {
	.value = 11,
	.low = 5,
	.high = 17,
	.name = "first",
	.text = "inline one",
	.numbers = { 1, 2, 3, 4 },
	.inner = { .small = 1, .big = -1111111111LL },
	.next = &ptm_second,
};

/* What probes see must be what was passed: nothing is cloned or folded. */
#define PTM noinline __noclone __used

long ptm_empty(long a);
long ptm_two(int a, long b);
long ptm_three(int a, long b, short c);
long ptm_four(int a, long b, short c, char d);
long ptm_five(int a, long b, short c, char d, unsigned int e);
long ptm_six(int a, long b, short c, char d, unsigned int e, unsigned long f);
long ptm_seven(int a, long b, short c, char d, unsigned int e, unsigned long f,
	       int g);
long ptm_eight(int a, long b, short c, char d, unsigned int e, unsigned long f,
	       int g, long h);
long ptm_string(const char *text);
long ptm_struct(struct ptm_item *item);
long ptm_error(int code);
long ptm_recurse(int depth);
long ptm_bad_pointer(const char *text);
long ptm_shared(long a);
long ptm_between(long a);
long ptm_left(long a);
long ptm_right(long a);

PTM long ptm_empty(long a)
{
	barrier();
	return a;
}

PTM long ptm_two(int a, long b)
{
	return a + b;
}

PTM long ptm_three(int a, long b, short c)
{
	return a + b + c;
}

PTM long ptm_four(int a, long b, short c, char d)
{
	return a + b + c + d;
}

PTM long ptm_five(int a, long b, short c, char d, unsigned int e)
{
	return a + b + c + d + e;
}

PTM long ptm_six(int a, long b, short c, char d, unsigned int e,
		 unsigned long f)
{
	return a + b + c + d + e + f;
}

PTM long ptm_seven(int a, long b, short c, char d, unsigned int e,
		   unsigned long f, int g)
{
	return a + b + c + d + e + f + g;
}

PTM long ptm_eight(int a, long b, short c, char d, unsigned int e,
		   unsigned long f, int g, long h)
{
	return a + b + c + d + e + f + g + h;
}

PTM long ptm_string(const char *text)
{
	return strlen(text);
}

PTM long ptm_struct(struct ptm_item *item)
{
	return item->value;
}

PTM long ptm_error(int code)
{
	barrier();
	return -code;
}

PTM long ptm_recurse(int depth)
{
	return depth > 0 ? ptm_recurse(depth - 1) + 1 : 0;
}

/* Never looks at what it is given. */
PTM long ptm_bad_pointer(const char *text)
{
	barrier();
	return text != NULL;
}

/* Two callers of one function; what follows the calls keeps them calls. */
PTM long ptm_shared(long a)
{
	barrier();
	return a;
}

PTM long ptm_between(long a)
{
	return ptm_shared(a) + 100;
}

PTM long ptm_left(long a)
{
	return ptm_shared(a) + ptm_between(a + 1);
}

PTM long ptm_right(long a)
{
	return ptm_shared(a) - ptm_between(a + 1);
}

/* A copy in the middle of a function that is called. */
static __always_inline long folded(long a)
{
	asm volatile("nop");
	return ptm_two(2, a);
}

static noinline long folder(long a)
{
	long n = ptm_empty(a);

	return folded(n + a) + 1;
}

#ifdef __x86_64__
#define FORGET()           \
	asm volatile("nop" \
		     :     \
		     :     \
		     : "ax", "cx", "dx", "si", "di", "r8", "r9", "memory")
#else
#define FORGET() asm volatile("nop" : : : "ax", "cx", "dx", "memory")
#endif

/* What it was called with only its callers know in the end. */
PTM long ptm_forgets(long number, const struct ptm_item *item)
{
	long ret = number + item->value;

	FORGET();
	asm volatile("nop");
	return ret;
}

PTM long ptm_keeps(long number, const struct ptm_item *item)
{
	long ret = ptm_forgets(number, item);

	return (ret ^ number) + item->value;
}

static long (*volatile ptm_forgets_at)(long,
				       const struct ptm_item *) = ptm_forgets;

static long call_empty(void)
{
	return ptm_empty(1);
}
static long call_two(void)
{
	return ptm_two(1, -2);
}
static long call_three(void)
{
	return ptm_three(1, -2, 3);
}
static long call_four(void)
{
	return ptm_four(1, -2, 3, 4);
}
static long call_five(void)
{
	return ptm_five(1, -2, 3, 4, 5);
}
static long call_six(void)
{
	return ptm_six(1, -2, 3, 4, 5, 6);
}
static long call_seven(void)
{
	return ptm_seven(1, -2, 3, 4, 5, 6, -7);
}
static long call_eight(void)
{
	return ptm_eight(1, -2, 3, 4, 5, 6, -7, 8);
}
static long call_string(void)
{
	return ptm_string("known text");
}
static long call_struct(void)
{
	return ptm_struct(&ptm_first);
}
static long call_error(void)
{
	return ptm_error(ENOENT);
}
static long call_recurse(void)
{
	return ptm_recurse(3);
}
static long call_bad_pointer(void)
{
	return ptm_bad_pointer((const char *)0x10UL);
}

static long call_shared(void)
{
	return ptm_left(10) + ptm_right(20);
}

static long call_folder(void)
{
	return folder(7) + 1;
}

static long call_traced(void)
{
	trace_ptm_event(-5, 250, -30000, 65535, -2000000000, 4000000000U,
			-9000000000000000001LL, 0x8000000000000001ULL, true,
			'A', "known text", &ptm_first);
	trace_ptm_bare(&ptm_second, -8000000000LL);
	return 0;
}

/* The compiler hands over one of them, as the other is not used. */
static noinline long drops(long a, int unused)
{
	asm volatile("nop");
	return a;
}

/* It stands in .rodata.str1.1, which has no symbols. */
static PTM long forgets_text(const char *text)
{
	long ret = text[0];

	FORGET();
	asm volatile("nop");
	return ret;
}

/* Called by the initialization, too, and not part of it. */
static noinline long call_forgets(void)
{
	return forgets_text("a text without a symbol") + drops(1, 2) +
	       drops(3, -4) + ptm_forgets(-42, &ptm_first) +
	       ptm_keeps(77, &ptm_second) + ptm_forgets_at(3, &ptm_first) + 1;
}

static const struct ptm_call {
	const char *name;
	long (*call)(void);
} calls[] = {
	{ "empty", call_empty },
	{ "two", call_two },
	{ "three", call_three },
	{ "four", call_four },
	{ "five", call_five },
	{ "six", call_six },
	{ "seven", call_seven },
	{ "eight", call_eight },
	{ "string", call_string },
	{ "struct", call_struct },
	{ "error", call_error },
	{ "recurse", call_recurse },
	{ "bad_pointer", call_bad_pointer },
	{ "shared", call_shared },
	{ "folder", call_folder },
	{ "traced", call_traced },
	{ "forgets", call_forgets },
};

static struct {
	const char *name;
	unsigned long count;
	u64 nanoseconds;
	long last;
} result;

static DEFINE_MUTEX(result_lock);

static void run_loop(const struct ptm_call *call, unsigned long count)
{
	unsigned long i;
	long last = 0;
	u64 start = ktime_get_ns();

	if (call->call == call_empty) {
		/* measured: no indirect call in the loop */
		for (i = 0; i < count; i++)
			last = ptm_empty(i);
	} else {
		for (i = 0; i < count; i++) {
			last = call->call();
			if (!(i & 1023))
				cond_resched();
		}
	}
	result.nanoseconds = ktime_get_ns() - start;
	result.name = call->name;
	result.count = count;
	result.last = last;
}

static ssize_t trigger_write(struct file *file, const char __user *from,
			     size_t length, loff_t *position)
{
	char text[64], name[32];
	unsigned long count;
	int i;

	if (length >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, length))
		return -EFAULT;
	text[length] = '\0';
	if (sscanf(text, "%31s %lu", name, &count) != 2)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (strcmp(calls[i].name, name))
			continue;
		mutex_lock(&result_lock);
		run_loop(&calls[i], count);
		mutex_unlock(&result_lock);
		return length;
	}
	return -ENOENT;
}

static int result_show(struct seq_file *file, void *unused)
{
	mutex_lock(&result_lock);
	seq_printf(file, "%s %lu calls %llu ns last %ld\n",
		   result.name ? result.name : "-", result.count,
		   result.nanoseconds, result.last);
	mutex_unlock(&result_lock);
	return 0;
}

static const struct proc_ops trigger_ops = {
	.proc_write = trigger_write,
};

static int __init testmod_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir("ptap_testmod", NULL);

	if (!dir || !call_forgets())
		return -ENOMEM;
	if (!proc_create("trigger", 0200, dir, &trigger_ops) ||
	    !proc_create_single("result", 0444, dir, result_show)) {
		proc_remove(dir);
		return -ENOMEM;
	}
	return 0;
}

static void __exit testmod_exit(void)
{
	remove_proc_subtree("ptap_testmod", NULL);
}

module_init(testmod_init);
module_exit(testmod_exit);
MODULE_DESCRIPTION("known activity for the tests of ptap");
MODULE_LICENSE("GPL");
