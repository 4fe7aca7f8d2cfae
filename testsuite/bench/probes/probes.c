// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a hit of a probe costs: noop_fsync(), which does nothing, called many times
 * without and with probes of it, by one task on each of some CPUs at once.
 *
 * insmod ptap_bench_probes.ko which=LETTERS [jumps=0] [cpus=N] [calls=N]
 *	LETTERS of paper 001, section 6: k kprobe, j jprobe, r return probe
 * /sys/module/ptap_bench_probes/parameters/result
 *	"EMPTY WITH MISSED MET": nanoseconds of CALLS calls without and with probes
 *	(the fastest of many short rounds, scaled; the mean of the CPUs); return
 *	probes missed; how often CPUs met at the instances of return probes
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "over_kernel.h"

static char *which = "k";
module_param(which, charp, 0);
static bool jumps = true;
module_param(jumps, bool, 0);
static unsigned int cpus = 1;
module_param(cpus, uint, 0);
static unsigned int calls = 100000;
module_param(calls, uint, 0);
static char result[80];
module_param_string(result, result, sizeof(result), 0444);

#define TARGET "noop_fsync"

static DEFINE_PER_CPU(unsigned long, n_hits);

static int hit(struct ptap_kprobe *p, struct pt_regs *regs)
{
	raw_cpu_inc(n_hits);
	return 0;
}

static int hit_return(struct ptap_kretprobe_instance *ri, struct pt_regs *regs)
{
	raw_cpu_inc(n_hits);
	return 0;
}

static struct ptap_kprobe kprobe = {
	.symbol_name = TARGET,
	.pre_handler = hit,
#ifdef PTAP_ENGINE_BUNDLED
	.flags = PTAP_KPROBE_FLAG_ENTRY,
#endif
};

static struct ptap_kretprobe kretprobe = {
	.kp.symbol_name = TARGET,
	.handler = hit_return,
};

#ifdef PTAP_ENGINE_BUNDLED

static int hit_jprobe(struct file *file, loff_t start, loff_t end, int datasync)
{
	raw_cpu_inc(n_hits);
	ptap_jprobe_return();
	return 0;
}

static struct ptap_jprobe jprobe = {
	.kp.symbol_name = TARGET,
	.entry = hit_jprobe,
};

static int register_jprobe(void)
{
	return ptap_register_jprobe(&jprobe);
}

static void unregister_jprobe(void)
{
	ptap_unregister_jprobe(&jprobe);
}

static void settle(void)
{
	ptap_kprobes_settle();
}

static unsigned long met(void)
{
	return ptap_kretprobe_contended(&kretprobe);
}

#else

static int register_jprobe(void)
{
	return -EOPNOTSUPP;
}

static void unregister_jprobe(void)
{
}

/* The kernel's jump optimisation, which ftrace's entries do not use. */
static void settle(void)
{
}

static unsigned long met(void)
{
	return 0;
}

#endif

/* ---- calls ------------------------------------------------------------------ */

static atomic_t waiting, running;
static atomic64_t total;
static DECLARE_COMPLETION(finished);

#define ROUNDS 100 /* so short that who else uses the machine misses some */

/* All begin at once. */
static int call_many(void *unused)
{
	u64 fastest = U64_MAX;
	unsigned int round, i;

	atomic_dec(&waiting);
	while (atomic_read(&waiting) > 0)
		cpu_relax();
	for (round = 0; round < ROUNDS; round++) {
		u64 start = ktime_get_ns();

		for (i = 0; i < calls / ROUNDS; i++)
			noop_fsync(NULL, 1, 2, i);
		fastest = min(fastest, ktime_get_ns() - start);
	}
	atomic64_add(fastest * ROUNDS, &total);
	if (atomic_dec_and_test(&running))
		complete(&finished);
	return 0;
}

static int measure(u64 *ret)
{
	struct task_struct *tasks[8];
	unsigned int n, cpu = 0;

	if (cpus == 0 || cpus > ARRAY_SIZE(tasks) || cpus > num_online_cpus())
		return -EINVAL;
	reinit_completion(&finished);
	atomic_set(&waiting, cpus);
	atomic_set(&running, cpus);
	atomic64_set(&total, 0);
	for (n = 0; n < cpus; n++) {
		tasks[n] = kthread_create(call_many, NULL, "ptap_bench");
		if (IS_ERR(tasks[n])) {
			while (n-- > 0)
				kthread_stop(tasks[n]); /* never ran */
			return -ENOMEM;
		}
		cpu = n ? cpumask_next(cpu, cpu_online_mask)
			: cpumask_first(cpu_online_mask);
		kthread_bind(tasks[n], cpu);
	}
	for (n = 0; n < cpus; n++)
		wake_up_process(tasks[n]);
	wait_for_completion(&finished);
	*ret = div_u64(atomic64_read(&total), cpus);
	return 0;
}

/* ---- the module ---------------------------------------------------------------- */

static bool has(char letter)
{
	return strchr(which, letter);
}

static int register_all(void)
{
	int error = 0;

	if (has('j'))
		error = register_jprobe();
	if (!error && has('k'))
		error = ptap_register_kprobe(&kprobe);
	if (!error && has('r'))
		error = ptap_register_kretprobe(&kretprobe);
	return error;
}

static void unregister_all(void)
{
	if (has('r'))
		ptap_unregister_kretprobe(&kretprobe);
	if (has('k'))
		ptap_unregister_kprobe(&kprobe);
	if (has('j'))
		unregister_jprobe();
}

static int __init bench_init(void)
{
	u64 warm, empty, with;
	int error = ptap_kprobes_init();

	if (error)
		return error;
#ifdef PTAP_ENGINE_BUNDLED
	ptap_kprobes_use_jumps(jumps);
#endif
	error = measure(&warm) ?: measure(&empty);
	if (error)
		goto exit;
	error = register_all();
	if (error)
		goto exit;
	settle();
	error = measure(&warm) ?: measure(&with);
	scnprintf(result, sizeof(result), "%llu %llu %d %lu", empty, with,
		  kretprobe.nmissed, has('r') ? met() : 0);
	unregister_all();
exit:
	ptap_kprobes_exit();
	return error;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ptap: what a hit of a probe costs");
