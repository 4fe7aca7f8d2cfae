/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that no compiler shall change: ptt_form_call() of forms.h, and functions of
 * target.h whose instructions are known one by one.
 */
#include <linux/linkage.h>

#include "target.h"

#ifdef CONFIG_X86_64
#define WORD 8
#define FLAGS 16
#define AT(symbol, n) symbol + 8 * (n)(%rip)
#else
#define WORD 4
#define FLAGS 8
#define AT(symbol, n) symbol + 4 * (n)
#endif

	.text
	.globl ptt_form_call
	.type ptt_form_call, @function
ptt_form_call:
#ifdef CONFIG_X86_64
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	pushf
	mov AT(ptt_form_in, 0), %rax
	mov AT(ptt_form_in, 1), %rcx
	mov AT(ptt_form_in, 2), %rdx
	mov AT(ptt_form_in, 3), %rbx
	mov AT(ptt_form_in, 5), %rbp
	mov AT(ptt_form_in, 6), %rsi
	mov AT(ptt_form_in, 7), %rdi
	mov AT(ptt_form_in, 8), %r8
	mov AT(ptt_form_in, 9), %r9
	mov AT(ptt_form_in, 10), %r10
	mov AT(ptt_form_in, 11), %r11
	mov AT(ptt_form_in, 12), %r12
	mov AT(ptt_form_in, 13), %r13
	mov AT(ptt_form_in, 14), %r14
	mov AT(ptt_form_in, 15), %r15
	push AT(ptt_form_in, FLAGS)
	popf
	call *ptt_form_entry(%rip)
	mov %rax, AT(ptt_form_out, 0)
	mov %rcx, AT(ptt_form_out, 1)
	mov %rdx, AT(ptt_form_out, 2)
	mov %rbx, AT(ptt_form_out, 3)
	mov %rsp, AT(ptt_form_out, 4)
	mov %rbp, AT(ptt_form_out, 5)
	mov %rsi, AT(ptt_form_out, 6)
	mov %rdi, AT(ptt_form_out, 7)
	mov %r8, AT(ptt_form_out, 8)
	mov %r9, AT(ptt_form_out, 9)
	mov %r10, AT(ptt_form_out, 10)
	mov %r11, AT(ptt_form_out, 11)
	mov %r12, AT(ptt_form_out, 12)
	mov %r13, AT(ptt_form_out, 13)
	mov %r14, AT(ptt_form_out, 14)
	mov %r15, AT(ptt_form_out, 15)
	pushf
	pop AT(ptt_form_out, FLAGS)
	popf
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
#else
	push %ebx
	push %ebp
	push %esi
	push %edi
	pushf
	mov AT(ptt_form_in, 0), %eax
	mov AT(ptt_form_in, 1), %ecx
	mov AT(ptt_form_in, 2), %edx
	mov AT(ptt_form_in, 3), %ebx
	mov AT(ptt_form_in, 5), %ebp
	mov AT(ptt_form_in, 6), %esi
	mov AT(ptt_form_in, 7), %edi
	push AT(ptt_form_in, FLAGS)
	popf
	call *ptt_form_entry
	mov %eax, AT(ptt_form_out, 0)
	mov %ecx, AT(ptt_form_out, 1)
	mov %edx, AT(ptt_form_out, 2)
	mov %ebx, AT(ptt_form_out, 3)
	mov %esp, AT(ptt_form_out, 4)
	mov %ebp, AT(ptt_form_out, 5)
	mov %esi, AT(ptt_form_out, 6)
	mov %edi, AT(ptt_form_out, 7)
	pushf
	pop AT(ptt_form_out, FLAGS)
	popf
	pop %edi
	pop %esi
	pop %ebp
	pop %ebx
#endif
	ret
	.size ptt_form_call, . - ptt_form_call

/* What forms call and jump to outside of themselves. */
	.globl ptt_called
	.type ptt_called, @function
ptt_called:
	mov $0x7a7c, %edx
	ret
	.size ptt_called, . - ptt_called

/*
 * More than 256 bytes of instructions of every length from 1 to 6 (and more where
 * 64 bits have them), whose immediates look like instructions.  For each
 * byte ptt_offsets_starts says whether an instruction starts there.
 */
	.macro insn text:vararg
771:	\text
772:	.pushsection .rodata.starts, "a"
	.byte 1
	.if 772b - 771b > 1
	.skip 772b - 771b - 1, 0
	.endif
	.popsection
	.endm

	.section .rodata.starts, "a"
	.globl ptt_offsets_starts
ptt_offsets_starts:
	.text
	.globl ptt_offsets
	.type ptt_offsets, @function
ptt_offsets:
	insn xor %eax, %eax
	.rept 10
	insn nop
	insn mov $0x90, %al
	insn add $0x55, %eax
	insn xchg %ax, %ax
	insn mov $0x90909090, %ecx
	insn lea 0x55(%eax), %edx
	insn test $0x55555555, %edx
	insn cmp %eax, %edx
	insn nopl 0x0(%eax)
	.endr
	insn ret
	.size ptt_offsets, . - ptt_offsets

/* a + 111, by three functions of which each but the last ends in a jump to the next. */
	.globl ptt_tail_first, ptt_tail_second, ptt_tail_third
	.type ptt_tail_first, @function
ptt_tail_first:
#ifdef CONFIG_X86_64
	mov %rdi, %rax
#endif
	inc %eax
	jmp ptt_tail_second
	.size ptt_tail_first, . - ptt_tail_first
	.type ptt_tail_second, @function
ptt_tail_second:
	add $10, %eax
	jmp ptt_tail_third
	.size ptt_tail_second, . - ptt_tail_second
	.type ptt_tail_third, @function
ptt_tail_third:
	add $100, %eax
	ret
	.size ptt_tail_third, . - ptt_tail_third

/* A jump to ptt_sleep(). */
	.globl ptt_tail_sleep
	.type ptt_tail_sleep, @function
ptt_tail_sleep:
	jmp ptt_sleep
	.size ptt_tail_sleep, . - ptt_tail_sleep

/* The flags; returns from CX bytes further up. */
	.globl ptt_lowered
	.type ptt_lowered, @function
ptt_lowered:
	pushf
#ifdef CONFIG_X86_64
	pop %rax
	add %rcx, %rsp
#else
	pop %eax
	add %ecx, %esp
#endif
	ret
	.size ptt_lowered, . - ptt_lowered

/* a - b behind no-operations.  The first has one as ftrace makes it, and as other
 * compilers make patchable entries; to the third of the second's the function jumps
 * back, b - 1 times (b > 0). */
	.globl ptt_long_nop
	.type ptt_long_nop, @function
ptt_long_nop:
	.byte 0x0f, 0x1f, 0x44, 0x00, 0x00
#ifdef CONFIG_X86_64
	mov %rdi, %rax
	sub %rsi, %rax
#else
	sub %edx, %eax
#endif
	ret
	.size ptt_long_nop, . - ptt_long_nop

	.globl ptt_entered
	.type ptt_entered, @function
ptt_entered:
	nop
	nop
774:	nop
	nop
	nop
#ifdef CONFIG_X86_64
	dec %rdi
	dec %rsi
	jnz 774b
	mov %rdi, %rax
#else
	dec %eax
	dec %edx
	jnz 774b
#endif
	ret
	.size ptt_entered, . - ptt_entered

/* Reads b bytes at a; most of the time in the middle of 5 bytes that a jump at
 * ptt_long_site replaces. */
	.globl ptt_long
	.type ptt_long, @function
ptt_long:
#ifdef CONFIG_X86_64
	mov %rsi, %rcx
	mov %rdi, %rsi
775:	nop
	rep lodsb
	nop
	nop
#else
	push %esi
	mov %edx, %ecx
	mov %eax, %esi
775:	nop
	rep lodsb
	nop
	nop
	pop %esi
#endif
	ret
	.size ptt_long, . - ptt_long
	.pushsection .rodata.long, "a"
	.balign 8
	.globl ptt_long_site
ptt_long_site:
#ifdef CONFIG_X86_64
	.quad 775b
#else
	.long 775b
#endif
	.popsection

/* 256 functions: the n-th adds n to its argument. */
	.altmacro
	.macro function n
	.globl ptt_function_\n
	.type ptt_function_\n, @function
ptt_function_\n:
#ifdef CONFIG_X86_64
	mov %rdi, %rax
	add $\n, %rax
#else
	mov %eax, %edx
	lea \n(%edx), %eax
#endif
	ret
	.size ptt_function_\n, . - ptt_function_\n
	.pushsection .rodata.functions, "a"
#ifdef CONFIG_X86_64
	.quad ptt_function_\n
#else
	.long ptt_function_\n
#endif
	.popsection
	.endm

	.section .rodata.functions, "a"
	.balign 8
	.globl ptt_functions
ptt_functions:
	.text
	.set i, 0
	.rept 256
	function %i
	.set i, i + 1
	.endr
	.noaltmacro

/* Instructions that no probe may be on; never run.  Each is a function, so that
 * what precedes it does not matter. */
	.macro refused refusal:req, kernel:req, text:vararg
	.type ptt_refused_\@, @function
ptt_refused_\@:
	\text
	nop
	ret
	.size ptt_refused_\@, . - ptt_refused_\@
	.pushsection .rodata.refused, "a"
#ifdef CONFIG_X86_64
	.quad 773f, ptt_refused_\@, \refusal, \kernel
#else
	.long 773f, ptt_refused_\@, \refusal, \kernel
#endif
	.section .rodata.str, "a"
773:	.asciz "\text"
	.popsection
	.endm

	.section .rodata.refused, "a"
	.balign 8
	.globl ptt_refused
ptt_refused:
	.text
	refused REFUSED_INSTRUCTION, 0, ud2
	refused REFUSED_INSTRUCTION, 0, .byte 0x0f, 0xb9, 0xc0
	refused REFUSED_INSTRUCTION, 0, int $0x80
	refused REFUSED_INSTRUCTION, 0, int1
	refused REFUSED_FOREIGN, 1, int3
	refused REFUSED_INSTRUCTION, 1, iretl
	refused REFUSED_INSTRUCTION, 0, lretl
	refused REFUSED_INSTRUCTION, 1, ljmp *(%eax)
	refused REFUSED_INSTRUCTION, 1, lcall *(%eax)
	refused REFUSED_INSTRUCTION, 1, mov %eax, %ss
	refused REFUSED_INSTRUCTION, 0, lss (%eax), %eax
	refused REFUSED_INSTRUCTION, 0, hlt
	refused REFUSED_INSTRUCTION, 0, mwait
	refused REFUSED_INSTRUCTION, 0, monitor
	refused REFUSED_INSTRUCTION, 0, sysenter
	refused REFUSED_INSTRUCTION, 0, vmlaunch
	refused REFUSED_INSTRUCTION, 0, xbegin .
#ifdef CONFIG_X86_64
	refused REFUSED_INSTRUCTION, 1, iretq
	refused REFUSED_INSTRUCTION, 0, swapgs
	refused REFUSED_INSTRUCTION, 0, syscall
	refused REFUSED_INSTRUCTION, 0, sysretq
	refused REFUSED_INSTRUCTION, 0, sysexitl
	refused REFUSED_ENDBR, 0, endbr64
#else
	refused REFUSED_INSTRUCTION, 0, into
	refused REFUSED_INSTRUCTION, 0, pop %ss
	refused REFUSED_INSTRUCTION, 0, ljmp $8, $0
	refused REFUSED_ENDBR, 0, endbr32
#endif
	.section .rodata.refused, "a"
	.globl ptt_refused_end
ptt_refused_end:
	.section .note.GNU-stack, "", @progbits
