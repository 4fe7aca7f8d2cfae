/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of a return through the engine: trampoline.S, and what it calls. */
#ifndef PTE_TRAMPOLINE_H
#define PTE_TRAMPOLINE_H

#include <linux/linkage.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>

/* The return address of functions with a return probe.  Never called. */
asmlinkage void pte_trampoline(void);

/* kretprobe.c.  REGS is on the stack right below the word where the return address
 * was.  When it returns, the true one is there. */
__visible void pte_trampoline_hit(struct pt_regs *regs);

static inline unsigned long pte_trampoline_address(void)
{
	return (unsigned long)pte_trampoline;
}

/* Does such a trampoline begin at ADDRESS, which may be anything: an instruction that
 * pushes its own address?  Any context. */
static inline bool pte_trampoline_begins(unsigned long address)
{
	u8 code[5];
	s32 pushed;

	if (copy_from_kernel_nofault(code, (void *)address, sizeof(code)))
		return false;
	memcpy(&pushed, code + 1, sizeof(pushed));
	return code[0] == 0x68 && (unsigned long)(long)pushed == address;
}

/* It switches interrupts off and on by itself, which a paravirtual guest of Xen can
 * not. */
static inline bool pte_trampoline_works(void)
{
	return !boot_cpu_has(X86_FEATURE_XENPV);
}

/* At a function's entry, before it has pushed anything: where its return address
 * is. */
static inline unsigned long *pte_return_slot(const struct pt_regs *regs)
{
	return (unsigned long *)regs->sp;
}

/* In pte_trampoline_hit(). */
static inline unsigned long *pte_trampoline_slot(struct pt_regs *regs)
{
	return (unsigned long *)(regs + 1);
}

/* What the assembler could not know: REGS as they are in the caller, ADDRESS being
 * where it goes on. */
static inline void pte_trampoline_complete(struct pt_regs *regs,
					   unsigned long address)
{
	unsigned long *slot = pte_trampoline_slot(regs);

	*slot = address;
	regs->ip = address;
	regs->sp = (unsigned long)(slot + 1);
}

#endif
