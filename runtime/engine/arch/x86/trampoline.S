/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a function with a return probe returns to.
 *
 * Nothing but the stack pointer tells who returns: the return address was at the word
 * below it.  That word is used again, first for the trampoline's own address and
 * then, by pte_trampoline_hit(), for the true return address, which RET takes; so
 * an unwinder that starts in a handler finds its way to the caller.  One that comes
 * from a probed function meets this address while the function still runs, looks at
 * the byte before it, as return addresses are looked up, and ends there.
 *
 * All registers and flags are the caller's afterwards, but for those that the
 * handlers have changed.  Interrupts are off from the flags' push to their pop.
 * The kernel keeps its stack aligned to words only, so nothing is aligned here.
 */
#include "../../../compat/assembler.h"
#include "registers.h"

	.text
	.balign	16
/* Its name is what a trace shows last. */
SYM_CODE_START_NOALIGN(pte_return_address_replaced)
	.fill	14, 1, 0xcc
	UNWIND_HINT_END_OF_STACK
	ud2
SYM_CODE_END(pte_return_address_replaced)
SYM_CODE_START_NOALIGN(pte_trampoline)
	ANNOTATE_NOENDBR	/* reached by a return only */
	UNWIND_HINT_END_OF_STACK
	push	$pte_trampoline
	UNWIND_HINT_FUNC
	PTE_PUSH_FLAGS
	cli
	push	$pte_trampoline	/* ip, until it is known */
	push	$-1		/* orig_ax */
	PTE_PUSH_GENERAL
	PTE_REGS_ARGUMENT
	PTE_REGS_FRAME
	call	pte_trampoline_hit
	PTE_POP_GENERAL
	lea	(3 * __ASM_SEL(4, 8))(%_ASM_SP), %_ASM_SP /* orig_ax, ip, cs */
	popf
	lea	(2 * __ASM_SEL(4, 8))(%_ASM_SP), %_ASM_SP /* sp, ss */
	RET
SYM_CODE_END(pte_trampoline)
	.globl	pte_trampoline_end
pte_trampoline_end:
