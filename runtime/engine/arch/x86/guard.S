/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calling a handler so that it can be left in the middle.
 *
 * long pte_guard_run(struct pte_guard *guard, unsigned long *sp)
 *	calls pte_guard_body(guard) and returns its value.  *SP is where everything
 *	that a C function must preserve was saved.
 * pte_guard_resume
 *	is where an exception in the handler goes on (guard.c), with the trap's
 *	number in ax: returns 0 from pte_guard_run().
 *
 * While the handler runs the flag AC is set.  Without it a fault at an address of
 * user space, NULL for one, is an oops at once where the CPU has SMAP: the kernel
 * does not look into exception tables (do_user_addr_fault()).
 */
#include "../../../compat/assembler.h"
#include <asm/asm.h>
#include <asm/processor-flags.h>

.macro PTE_SAVE_ALL
	push	%_ASM_BP
	push	%_ASM_BX
#ifdef CONFIG_X86_64
	push	%r12
	push	%r13
	push	%r14
	push	%r15
#else
	push	%esi
	push	%edi
#endif
	pushf
.endm

.macro PTE_RESTORE_ALL
	popf
#ifdef CONFIG_X86_64
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
#else
	pop	%edi
	pop	%esi
#endif
	pop	%_ASM_BX
	pop	%_ASM_BP
.endm

	.text
SYM_FUNC_START(pte_guard_run)
	PTE_SAVE_ALL
#ifdef CONFIG_X86_64
	mov	%rsp, (%rsi)
#else
	mov	%esp, (%edx)
#endif
	pushf
	orl	$X86_EFLAGS_AC, (%_ASM_SP)
	popf
	call	pte_guard_body
	PTE_RESTORE_ALL
	RET
SYM_FUNC_END(pte_guard_run)

SYM_CODE_START(pte_guard_resume)
	ANNOTATE_NOENDBR
	UNWIND_HINT_END_OF_STACK
	cld
#ifdef CONFIG_X86_64
	mov	%eax, %edi
#endif
	call	pte_guard_fault
	mov	%_ASM_AX, %_ASM_SP
	xor	%eax, %eax
	PTE_RESTORE_ALL
	UNWIND_HINT_FUNC
	RET
SYM_CODE_END(pte_guard_resume)
