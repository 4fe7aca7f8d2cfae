/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instruction forms, each a small function of its own: a set-up, the instruction
 * that is probed, a tail that leaves the stack as it was.  forms.awk makes them.
 */
#ifndef FORMS_H
#define FORMS_H

#define FORM_FPU 1   /* between kernel_fpu_begin() and kernel_fpu_end() */
#define FORM_SETUP 2 /* instructions precede it: registers are not the input */
#define FORM_TAIL 4  /* instructions follow it: registers are not the output */
#define FORM_FLOW 8  /* may go elsewhere than to the next instruction */
#define FORM_ENGINE 16 /* the kernel's kprobes get it wrong */

#define FORM_WENT 0x7a7a /* what ax is after the target of a jump */

/* Variants.  Of BREAK a branch leads behind the first byte of the probed
 * instruction, so that no jump fits there; in JUMP and BEFORE there is room for one. */
#define FORM_BREAK 0
#define FORM_JUMP 1
#define FORM_BEFORE 2 /* the probe is on a nop before the instruction */
#define FORM_VARIANTS 3

#ifndef __ASSEMBLY__
#include <linux/types.h>

struct ptt_form {
	const char *class;
	const char *name;
	struct {
		unsigned long entry, probe, next;
		unsigned long target; /* 0: not a label of the form */
	} variant[FORM_VARIANTS];
	u32 flags;
	s32 needs; /* a bit of cpufeatures.h; -1: none */
};

/* In the order in which the CPU numbers them. */
#ifdef CONFIG_X86_64
#define FORM_REGISTERS 16
#else
#define FORM_REGISTERS 8
#endif
#define FORM_SP 4

struct ptt_form_state {
	unsigned long reg[FORM_REGISTERS];
	unsigned long flags;
};

#define FORM_BUFFER 1024

extern const struct ptt_form ptt_forms[], ptt_forms_end[];
extern u8 ptt_buffer[FORM_BUFFER]; /* what forms read and write */

/* Calls a form with the registers and flags of ptt_form_in (but not sp), and stores what
 * they are afterwards.  Not re-entrant; interrupts as the flags have them. */
extern struct ptt_form_state ptt_form_in, ptt_form_out;
extern unsigned long ptt_form_entry;
asmlinkage void ptt_form_call(void);
#endif
#endif
