/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the stubs of jump probes have in common.  A stub (jump.c makes it) is reached
 * by the jump in a probed function:
 *
 *	push	$ss; push %sp; pushf; push $cs; push $ip
 *	call	pte_stub_entry			; leaves orig_ax
 *	lea	...; popf; lea ...		; all the registers are back
 *	the displaced instructions, a jump back
 *
 * so that below the call there is a struct pt_regs, whose orig_ax is where the stub
 * goes on and tells which it is.  No stack but the task's is used, and interrupts are
 * off only here: by the cli, until the stub's popf.
 *
 * An unwinder that starts in a handler finds the registers and goes on in the probed
 * function.
 */
#include <asm/alternative.h>
#include <asm/smap.h>

#include "../../../compat/assembler.h"
#include "registers.h"

	.text
	.balign	16
/* For places where flags may be set that C code must not have. */
SYM_CODE_START_NOALIGN(pte_stub_entry_inside)
	ANNOTATE_NOENDBR
	UNWIND_HINT_END_OF_STACK
	cld
	ASM_CLAC
	jmp	pte_stub_entry
SYM_CODE_END(pte_stub_entry_inside)

	.balign	16
SYM_CODE_START_NOALIGN(pte_stub_entry)
	ANNOTATE_NOENDBR
	UNWIND_HINT_END_OF_STACK
	cli
	PTE_PUSH_GENERAL
#ifdef CONFIG_X86_64
	UNWIND_HINT_REGS
#endif
	PTE_REGS_ARGUMENT
	PTE_REGS_FRAME
	call	pte_stub_hit
	test	%_ASM_AX, %_ASM_AX
	jnz	.Lelsewhere
	PTE_POP_GENERAL
	RET
.Lelsewhere:
	/* orig_ax is the new stack pointer; there: flags, where to go. */
	PTE_POP_GENERAL
	pop	%_ASM_SP
	popf
	RET
SYM_CODE_END(pte_stub_entry)

/*
 * The same for a return probe alone at its function's entry, which needs no registers:
 *
 *	pushf; cli
 *	call	pte_stub_return
 *	popf
 *	the displaced instructions, a jump back
 */
	.balign	16
SYM_CODE_START_NOALIGN(pte_stub_return)
	ANNOTATE_NOENDBR
	UNWIND_HINT_END_OF_STACK
#ifdef CONFIG_X86_64
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	lea	(11 * 8)(%rsp), %rdi	/* the return address, above the flags */
	mov	(9 * 8)(%rsp), %rsi	/* which stub */
	call	pte_stub_return_hit
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
#else
	push	%eax
	push	%ecx
	push	%edx
	lea	(5 * 4)(%esp), %eax
	mov	(3 * 4)(%esp), %edx
	call	pte_stub_return_hit
	pop	%edx
	pop	%ecx
	pop	%eax
#endif
	RET
SYM_CODE_END(pte_stub_return)
	.globl	pte_stub_end
pte_stub_end:
