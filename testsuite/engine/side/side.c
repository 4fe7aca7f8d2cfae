// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A second module with an engine of its own, beside the suite's: what one of them probes is
 * refused to the other, and where they do not meet both work.
 *
 * Reading /proc/ptap_suite_side tries it: "refused ERRNO (REASON)" or "armed" for
 * ptt_quiet(), then how often its probe on ptt_functions[200] was hit by a call.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "ptap_kprobes.h"
#include "target.h"

static unsigned long side_hits;
static struct task_struct *side_task; /* others call the functions, too */

static int side_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	side_hits += current == side_task;
	return 0;
}

static int side_show(struct seq_file *file, void *unused)
{
	struct ptap_kprobe shared = { .addr = (void *)ptt_quiet,
				      .pre_handler = side_pre };
	struct ptap_kprobe own = { .addr = (void *)ptt_functions[200],
				   .pre_handler = side_pre };
	int error = ptap_register_kprobe(&shared);

	if (error)
		seq_printf(file, "refused %d (%s)\n", error,
			   ptap_refusal_text(shared.refusal));
	else
		seq_puts(file, "armed\n");
	ptap_unregister_kprobe(&shared);
	side_hits = 0;
	side_task = current;
	error = ptap_register_kprobe(&own);
	if (error || ptt_functions[200](1) != 201)
		side_hits = 1000;
	ptap_unregister_kprobe(&own);
	seq_printf(file, "hits %lu\n", side_hits);
	return 0;
}

static int __init side_init(void)
{
	int error = ptap_kprobes_init();

	if (error)
		return error;
	if (!proc_create_single("ptap_suite_side", 0400, NULL, side_show)) {
		ptap_kprobes_exit();
		return -ENOMEM;
	}
	return 0;
}

static void __exit side_exit(void)
{
	remove_proc_entry("ptap_suite_side", NULL);
	ptap_kprobes_exit();
}

module_init(side_init);
module_exit(side_exit);
MODULE_DESCRIPTION("a second engine beside the one under test");
MODULE_LICENSE("GPL");
