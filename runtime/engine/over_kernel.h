/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's interface over the kernel's own kprobes (kernel/kprobes.c), so that
 * one source can be compiled for either: ptap's runtime and the conformance suite
 * include this header and define PTAP_ENGINE_BUNDLED for the engine.  A kernel
 * without CONFIG_KPROBES has only that.
 *
 * The kernel has neither jprobes nor fault handlers any more (4.15 and 5.14 took
 * them out), no multiprobes, and its refusals have an errno but no name.
 */
#ifndef PTAP_OVER_KERNEL_H
#define PTAP_OVER_KERNEL_H

#if defined(PTAP_ENGINE_BUNDLED) || !defined(CONFIG_KPROBES)

#include "ptap_kprobes.h"

static inline const char *ptap_kprobe_refusal(const struct ptap_kprobe *p)
{
	return ptap_refusal_text(p->refusal);
}

#else

#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/string.h>

#define ptap_kprobe_opcode_t kprobe_opcode_t
#define PTAP_KPROBE_FLAG_DISABLED KPROBE_FLAG_DISABLED
#define PTAP_KPROBE_FLAG_ENTRY 0 /* it shares ftrace's bytes */

#define ptap_kprobe kprobe
#define ptap_register_kprobe register_kprobe
#define ptap_register_kprobes register_kprobes
#define ptap_unregister_kprobe unregister_kprobe
#define ptap_unregister_kprobes unregister_kprobes
#define ptap_disable_kprobe disable_kprobe
#define ptap_enable_kprobe enable_kprobe
#define ptap_kprobe_disabled kprobe_disabled

#define ptap_kretprobe kretprobe
#define ptap_kretprobe_instance kretprobe_instance
#define ptap_register_kretprobes register_kretprobes
#define ptap_unregister_kretprobe unregister_kretprobe
#define ptap_unregister_kretprobes unregister_kretprobes
#define ptap_disable_kretprobe disable_kretprobe
#define ptap_enable_kretprobe enable_kretprobe
#define ptap_get_kretprobe get_kretprobe
#define ptap_get_kretprobe_retaddr get_kretprobe_retaddr

/*
 * A task that is switched to returns from another's call of it.  The kernel refuses that
 * itself, but by the place of the breakpoint (kretprobe_blacklist of
 * arch/x86/kernel/kprobes/core.c), which from 5.18 on is behind endbr: with
 * CONFIG_X86_KERNEL_IBT it takes the probe, and crashes.
 */
static inline bool ptap_is_task_switch(const struct kprobe *p)
{
	static const char name[] = "__switch_to";
	char text[KSYM_SYMBOL_LEN];

	if (p->symbol_name)
		return !strcmp(p->symbol_name, name);
	sprint_symbol(text, (unsigned long)p->addr);
	return !strncmp(text, name, sizeof(name) - 1) &&
	       text[sizeof(name) - 1] == '+';
}

/* As register_kretprobe(). */
static inline int ptap_register_kretprobe(struct kretprobe *rp)
{
	return ptap_is_task_switch(&rp->kp) ? -EINVAL : register_kretprobe(rp);
}

/* The kernel's unwinder knows the kernel's trampoline. */
static inline unsigned long ptap_return_address(unsigned long address,
						const unsigned long *slot)
{
	return address;
}

static inline int ptap_kprobes_init(void)
{
	return 0;
}

static inline void ptap_kprobes_exit(void)
{
}

static inline const char *ptap_kprobe_refusal(const struct kprobe *p)
{
	return NULL;
}

#endif
#endif
