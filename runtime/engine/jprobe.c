// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jprobes: a handler that is entered like the probed function, with its arguments.
 *
 * The breakpoint's exception returns to the handler instead of the function, with
 * interrupts and preemption off; registers and the part of the stack where arguments
 * are were copied to this CPU's state, since "by convention, the callee owns its
 * arguments".  The handler ends in ptap_jprobe_return(), a breakpoint that the
 * engine knows by its address, and everything is as it was.
 */
#include <linux/ftrace.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "arch/x86/jump.h"
#include "../compat/objtool.h"
#include "engine.h"

extern const u8 pte_jprobe_trap[];

asm(".pushsection .text, \"ax\"\n"
    "	.globl ptap_jprobe_return\n"
    "	.type ptap_jprobe_return, @function\n"
    "ptap_jprobe_return:\n" ANNOTATE_NOENDBR "\n"
    "	.globl pte_jprobe_trap\n"
    "pte_jprobe_trap:\n"
    "	int3\n" ASM_RET /* not reached, but for objtool it returns */
    "	.size ptap_jprobe_return, . - ptap_jprobe_return\n"
    ".popsection\n");

/* How much of the stack at SP may be arguments: to the end of the task's stack.
 * Other stacks have unmapped pages behind them, or the copy fails. */
static PTE_HIT size_t pte_stack_left(unsigned long sp)
{
	unsigned long stack = (unsigned long)task_stack_page(current);

	if (sp - stack < THREAD_SIZE)
		return min_t(size_t, PTE_STACK_SAVED, stack + THREAD_SIZE - sp);
	return min_t(size_t, PTE_STACK_SAVED, PAGE_SIZE - offset_in_page(sp));
}
PTE_HIT_END(pte_stack_left);

static PTE_HIT int pte_jprobe_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	struct ptap_jprobe *jprobe = container_of(p, struct ptap_jprobe, kp);
	struct pte_cpu *cpu = raw_cpu_ptr(&pte_cpu);
	unsigned long sp = kernel_stack_pointer(regs);

	cpu->jprobe_regs = *regs;
	cpu->jprobe_stack_n = pte_stack_left(sp);
	if (copy_from_kernel_nofault(cpu->jprobe_stack, (void *)sp,
				     cpu->jprobe_stack_n))
		cpu->jprobe_stack_n = 0;
	cpu->jprobe_site = p->site;
	cpu->jprobe_post = 0;
	/* It would wait for the handler's return, which does not come. */
	pause_graph_tracing();
	pte_hold_cpu();
	regs->flags &= ~X86_EFLAGS_IF;
	regs->ip = (unsigned long)jprobe->entry;
	return 1;
}
PTE_HIT_END(pte_jprobe_pre);

PTE_HIT bool pte_jprobe_return_trap(struct pt_regs *regs,
				    struct ptap_site **site)
{
	struct pte_cpu *cpu = raw_cpu_ptr(&pte_cpu);

	if (pte_trap_address(regs) != (unsigned long)pte_jprobe_trap ||
	    !cpu->jprobe_site)
		return false;
	pte_regs_restore(regs, &cpu->jprobe_regs);
	memcpy((void *)kernel_stack_pointer(regs), cpu->jprobe_stack,
	       cpu->jprobe_stack_n);
	*site = cpu->jprobe_site;
	cpu->jprobe_site = NULL;
	pte_release_cpu();
	unpause_graph_tracing();
	return true;
}
PTE_HIT_END(pte_jprobe_return_trap);

int ptap_register_jprobes(struct ptap_jprobe **ps, int n)
{
	struct ptap_kprobe **kps;
	int error, i;

	if (n <= 0)
		return -EINVAL;
	kps = kvmalloc_array(n, sizeof(*kps), GFP_KERNEL);
	if (!kps)
		return -ENOMEM;
	mutex_lock(&pte_lock);
	error = 0;
	for (i = 0; i < n && !error; i++) {
		kps[i] = &ps[i]->kp;
		if (ps[i]->entry)
			continue;
		kps[i]->refusal = PTAP_REFUSED_ARGUMENT;
		error = pte_refusal_errno(PTAP_REFUSED_ARGUMENT);
	}
	for (i = 0; i < n && !error; i++) {
		if (!kps[i]->site)
			kps[i]->pre_handler = pte_jprobe_pre;
	}
	if (!error)
		error = pte_register(kps, n, PTE_LAST | PTAP_KPROBE_FLAG_ENTRY);
	mutex_unlock(&pte_lock);
	kvfree(kps);
	return error;
}

void ptap_unregister_jprobes(struct ptap_jprobe **ps, int n)
{
	int i;

	/* One wait for all where there is memory for their list. */
	struct ptap_kprobe **kps =
		n > 0 ? kvmalloc_array(n, sizeof(*kps), GFP_KERNEL) : NULL;

	for (i = 0; i < n; i++) {
		if (kps)
			kps[i] = &ps[i]->kp;
		else
			ptap_unregister_kprobe(&ps[i]->kp);
	}
	if (kps)
		ptap_unregister_kprobes(kps, n);
	kvfree(kps);
}

int ptap_register_jprobe(struct ptap_jprobe *p)
{
	return ptap_register_jprobes(&p, 1);
}

void ptap_unregister_jprobe(struct ptap_jprobe *p)
{
	ptap_unregister_kprobe(&p->kp);
}
