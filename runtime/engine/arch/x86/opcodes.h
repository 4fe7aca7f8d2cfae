/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The opcode maps of decode.c as tables.
 */
#ifndef PTE_OPCODES_H
#define PTE_OPCODES_H

#include "decode.h"

/* What the maps say of an opcode. */
#define PTE_OP_MODRM 0x1u
#define PTE_OP_IMMEDIATE 0x1eu /* enum pte_immediate, shifted */
#define PTE_OP_IMMEDIATE_SHIFT 1
#define PTE_OP_BYTE 0x20u	/* works on bytes */
#define PTE_OP_LOCK 0x40u	/* may have a lock prefix, if it has memory */
#define PTE_OP_WIDE 0x180u	/* what 64-bit mode makes of it: */
#define PTE_OP_DEFAULT_64 0x80u /* operands of 8 bytes, of 2 after 0x66 */
#define PTE_OP_FORCED_64 0x100u /* operands of 8 bytes whatever prefixes say */
#define PTE_OP_NOT_64 0x180u	/* there is none */
#define PTE_OP_CLASS 0x1e00u	/* enum pte_class, shifted */
#define PTE_OP_CLASS_SHIFT 9
#define PTE_OP_MEMORY 0x2000u /* memory without a ModRM byte that says so */
#define PTE_OP_STRING 0x4000u /* PTE_STRING */
#define PTE_OP_STACK 0x8000u  /* PTE_IMPLICIT_STACK */
#define PTE_OP_FLAGS_STACK 0x10000u    /* PTE_FLAGS_STACK */
#define PTE_OP_INTERRUPT_FLAG 0x20000u /* PTE_INTERRUPT_FLAG */
#define PTE_OP_ONLY_REGISTER 0x40000u  /* ModRM.mod is 3 */
#define PTE_OP_ONLY_MEMORY 0x80000u    /* ModRM.mod is not 3 */
#define PTE_OP_MOD_IGNORED 0x100000u   /* ModRM.mod is taken for 3 */
#define PTE_OP_GROUP 0x3e00000u	       /* ModRM.reg goes on: enum, shifted */
#define PTE_OP_GROUP_SHIFT 21
#define PTE_OP_PREFIXES 0x3c000000u /* of a group: PTE_PREFIX_*; 0: all */
#define PTE_OP_PREFIXES_SHIFT 26
#define PTE_OP_BAD 0x80000000u /* there is no such instruction */

enum pte_immediate {
	PTE_IMM_NONE,
	PTE_IMM_1,
	PTE_IMM_2,
	PTE_IMM_4,
	PTE_IMM_1_1,   /* two of a byte */
	PTE_IMM_2_1,   /* enter */
	PTE_IMM_Z,     /* the operand size, but 4 for 8 */
	PTE_IMM_V,     /* the operand size */
	PTE_IMM_FAR,   /* offset of the operand size, selector of 2 */
	PTE_IMM_MOFFS, /* an offset of the address size */
	PTE_IMM_REL_1, /* branch targets */
	PTE_IMM_REL_Z,
	PTE_IMM_TEST, /* of group 3: 1 or Z */
};

/* The mandatory prefix of an instruction: how many bits to shift 1 by. */
enum pte_prefix {
	PTE_PREFIX_NONE,
	PTE_PREFIX_66,
	PTE_PREFIX_F3,
	PTE_PREFIX_F2,
};

/*
 * Attributes of the opcode, map and encoding of INSN, whose field modrm is what
 * follows the opcode, an instruction's ModRM byte or not.  PTE_OP_BAD: none.
 */
uint32_t pte_opcode_find(const struct pte_insn *insn, enum pte_prefix prefix);

#endif
