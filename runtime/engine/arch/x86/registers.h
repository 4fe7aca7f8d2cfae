/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assembler: a struct pt_regs on the stack (asm/ptrace.h), made and taken down where
 * no exception makes one.  Above it, at a higher address, comes whatever was on
 * the stack before.
 */
/* clang-format off */
#ifndef PTE_REGISTERS_H
#define PTE_REGISTERS_H

#include <asm/asm.h>
#include <asm/segment.h>

#ifdef CONFIG_X86_64

/* The upper part, from ss down to cs: sp is what push leaves there, the address of
 * ss. */
.macro PTE_PUSH_FLAGS
	push	$__KERNEL_DS
	push	%rsp
	pushf
	push	$__KERNEL_CS
.endm

/* All below orig_ax. */
.macro PTE_PUSH_GENERAL
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%rax
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
.endm

.macro PTE_POP_GENERAL
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rax
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
.endm

/* The first argument of a C function: the registers. */
.macro PTE_REGS_ARGUMENT
	mov	%rsp, %rdi
.endm

#else

.macro PTE_PUSH_FLAGS
	push	$__KERNEL_DS
	push	%esp
	pushf
	push	$__KERNEL_CS
.endm

.macro PTE_PUSH_GENERAL
	push	%gs
	push	%fs
	push	%es
	push	%ds
	push	%eax
	push	%ebp
	push	%edi
	push	%esi
	push	%edx
	push	%ecx
	push	%ebx
.endm

/* Segment registers are the kernel's all the time. */
.macro PTE_POP_GENERAL
	pop	%ebx
	pop	%ecx
	pop	%edx
	pop	%esi
	pop	%edi
	pop	%ebp
	pop	%eax
	lea	16(%esp), %esp
.endm

.macro PTE_REGS_ARGUMENT
	mov	%esp, %eax
.endm

#endif

/* What the frame pointer unwinder takes for a struct pt_regs at the stack pointer
 * (asm/frame.h, ENCODE_FRAME_POINTER). */
.macro PTE_REGS_FRAME
#ifdef CONFIG_FRAME_POINTER
#ifdef CONFIG_X86_64
	lea	1(%rsp), %rbp
#else
	mov	%esp, %ebp
	and	$0x7fffffff, %ebp
#endif
#endif
.endm

#endif
