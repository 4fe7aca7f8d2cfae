/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86 instructions, 32 and 64 bits: how long they are, what they do to control
 * flow, and where their fields lie.
 *
 * Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2
 * (chapter 2 formats, appendix A opcode maps); AMD64 Architecture Programmer's
 * Manual, volume 3 (XOP, 3DNow!, lzcnt).
 *
 * Freestanding, no state: any context, and the same code on the host, where the
 * tests hold it against an independent disassembler.
 */
#ifndef PTE_DECODE_H
#define PTE_DECODE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#define PTE_INSN_MAX 15 /* SDM volume 2, 2.3.11 */

enum pte_class {
	PTE_CLASS_PLAIN, /* goes on to the next instruction, nothing special */
	PTE_CLASS_JUMP,	 /* jmp rel8/rel16/rel32 */
	PTE_CLASS_JCC,	 /* jcc rel8/rel32 */
	PTE_CLASS_LOOP,	 /* loop, loope, loopne, jcxz/jecxz/jrcxz: rel8 only */
	PTE_CLASS_CALL,	 /* call rel32 */
	PTE_CLASS_JUMP_INDIRECT, /* jmp r/m */
	PTE_CLASS_CALL_INDIRECT, /* call r/m */
	PTE_CLASS_RETURN,	 /* ret, ret imm16 */
	PTE_CLASS_FAR,		 /* far jmp, call, ret; iret */
	PTE_CLASS_INT,		 /* int n, int3, int1, into */
	PTE_CLASS_UNDEFINED,	 /* ud0, ud1, ud2 */
	PTE_CLASS_HALT,		 /* hlt, mwait, monitor: the CPU stops */
	PTE_CLASS_SYSTEM, /* syscall, sysret, sysenter, sysexit, swapgs, rsm,
			     vmlaunch and their like: leave or enter the kernel */
	PTE_CLASS_STACK_SEGMENT, /* mov ss, pop ss, lss: shadow the next insn */
	PTE_CLASS_XBEGIN,	 /* relative, and an abort comes back to it */
};

/* enum pte_class alone says what a displaced copy needs; these are besides. */
#define PTE_RIP_RELATIVE (1u << 0) /* memory operand at rip + disp32 */
#define PTE_MEMORY (1u << 1)	   /* has a memory operand (lea and nop: not) */
#define PTE_STRING (1u << 2)	   /* movs, stos, cmps, lods, scas, ins, outs */
#define PTE_LOCKED (1u << 3)	   /* lock prefix */
#define PTE_FLAGS_STACK (1u << 4)  /* pushf, popf */
#define PTE_INTERRUPT_FLAG (1u << 5) /* cli, sti, popf */
#define PTE_ENDBR (1u << 6)	     /* endbr32, endbr64 */
#define PTE_NOP (1u << 7)	     /* any form of nop, endbr not */
#define PTE_STACK_BASE (1u << 8) /* memory operand based on or indexed by sp */
#define PTE_IMPLICIT_STACK \
	(1u << 9) /* push, pop, enter, leave, call, ret ... */

enum pte_map {
	PTE_MAP_PRIMARY,
	PTE_MAP_0F,
	PTE_MAP_0F38,
	PTE_MAP_0F3A,
	PTE_MAP_3DNOW, /* opcode: the suffix byte */
	PTE_MAP_XOP8,
	PTE_MAP_XOP9,
	PTE_MAP_XOPA,
	PTE_MAP_EVEX5,
	PTE_MAP_EVEX6,
};

enum pte_encoding {
	PTE_LEGACY,
	PTE_VEX2,
	PTE_VEX3,
	PTE_EVEX,
	PTE_XOP,
};

/* Offsets are from the first byte, prefixes included; 0: there is none. */
struct pte_insn {
	uint8_t length; /* 1 to PTE_INSN_MAX */
	uint8_t class;	/* enum pte_class */
	uint16_t flags;
	uint8_t map;	  /* enum pte_map */
	uint8_t encoding; /* enum pte_encoding */
	uint8_t opcode;
	uint8_t opcode_at;
	uint8_t rex; /* the REX byte; of VEX, EVEX and XOP its bits as such */
	uint8_t modrm_at;
	uint8_t modrm;
	uint8_t sib_at;
	uint8_t sib;
	uint8_t disp_at;
	uint8_t disp_size; /* bytes */
	uint8_t imm_at;
	uint8_t imm_size; /* bytes of all immediates, relative targets among them */
	uint8_t operand_size; /* bytes of an integer operation: 1, 2, 4 or 8 */
	uint8_t address_size; /* bytes: 2, 4 or 8 */
	int32_t relative; /* of JUMP, JCC, LOOP, CALL, XBEGIN: target - next insn */
};

/*
 * Decodes the instruction at CODE, of which N bytes may be read, for a CPU in 64-bit
 * (WIDE) or 32-bit mode.  Its length, or 0: it is not an instruction, is longer
 * than N or PTE_INSN_MAX; then *RET is untouched.  Never reads past N.
 */
unsigned int pte_decode(const uint8_t *code, size_t n, bool wide,
			struct pte_insn *ret);

#endif
