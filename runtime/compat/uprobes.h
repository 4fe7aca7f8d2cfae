/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registering uprobes.  6.12 (3c83a9ad0295, 04b01625da13) names what was registered by
 * a pointer, and waits for running handlers apart; 6.13 (da09a9e0c3ea) gives handlers
 * one more argument.
 */
#ifndef PTRT_COMPAT_UPROBES_H
#define PTRT_COMPAT_UPROBES_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/uprobes.h>
#include <linux/version.h>

struct uprobe; /* not declared without CONFIG_UPROBES */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define PTRT_UPROBE_ARGUMENTS , __u64 *data
#else
#define PTRT_UPROBE_ARGUMENTS
#endif

/* May sleep.  SEMAPHORE: offset of a counter that is raised in each process that has
 * the file mapped; 0: none.  0 or an errno. */
static inline int ptrt_uprobe_register(struct inode *inode, loff_t offset,
				       loff_t semaphore,
				       struct uprobe_consumer *consumer,
				       struct uprobe **ret)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	struct uprobe *uprobe =
		uprobe_register(inode, offset, semaphore, consumer);

	if (IS_ERR(uprobe))
		return PTR_ERR(uprobe);
	*ret = uprobe;
	return 0;
#else
	*ret = NULL;
	return semaphore ? uprobe_register_refctr(inode, offset, semaphore,
						  consumer)
			 : uprobe_register(inode, offset, consumer);
#endif
}

/* May sleep.  Handlers may run until ptrt_uprobe_wait() returns. */
static inline void ptrt_uprobe_unregister(struct inode *inode, loff_t offset,
					  struct uprobe_consumer *consumer,
					  struct uprobe *uprobe)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	uprobe_unregister_nosync(uprobe, consumer);
#else
	uprobe_unregister(inode, offset, consumer);
#endif
}

/* What a return probe of user space took from SLOT of the current task's stack, where
 * ADDRESS stands now; ADDRESS without one.  For a handler of user code's hit. */
static inline unsigned long ptrt_uprobe_hooked(unsigned long slot,
					       unsigned long address)
{
#ifdef CONFIG_UPROBES
	const struct return_instance *hook =
		current->utask ? current->utask->return_instances : NULL;

	for (; hook; hook = hook->next)
		if (hook->stack == slot)
			return hook->orig_ret_vaddr;
#endif
	return address;
}

static inline void ptrt_uprobe_wait(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	uprobe_unregister_sync();
#endif
}

#endif
