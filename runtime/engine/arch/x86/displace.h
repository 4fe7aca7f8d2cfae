/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Displacing instructions: code for another address (a slot) that does what they
 * do at their own and goes on where that would.
 *
 * Nothing ever returns into a slot: a call becomes a push of the true return
 * address and a jump.  So a slot can be left by everything, and only a task that
 * is in the middle of it keeps it from being used again.
 *
 * Freestanding, no state: the host's tests run it, too.
 */
#ifndef PTE_DISPLACE_H
#define PTE_DISPLACE_H

#include "decode.h"

#define PTE_SLOT_UNIT 32 /* bytes; every copy fits into one */

struct pte_copy {
	uint8_t code[PTE_SLOT_UNIT];
	uint8_t size;
};

/* Why an instruction cannot be displaced.  X(NAME, text) */
#define PTE_OBSTACLES(X)                                            \
	X(NONE, "it can")                                           \
	X(FAR, "a far jump, call or return, or iret")               \
	X(INT, "a software interrupt")                              \
	X(UNDEFINED, "an undefined instruction: BUG or WARN")       \
	X(HALT, "it stops the processor")                           \
	X(SYSTEM, "it leaves or enters the kernel or a guest")      \
	X(STACK_SEGMENT, "it loads the stack segment")              \
	X(XBEGIN, "a transaction comes back to it")                 \
	X(ENDBR, "the landing place of indirect branches")          \
	X(BRANCH_SIZE, "a near branch with an operand-size prefix") \
	X(ADDRESS_SIZE, "an operand relative to eip")               \
	X(RANGE, "what it refers to is too far from the slot")      \
	X(RETURN_ADDRESS, "a return address that no push can make") \
	X(STACK_POINTER, "a call of or below the stack pointer")    \
	X(LENGTH, "its copy would be too long")                     \
	X(CALL_INSIDE, "a call that would return into the jump")    \
	X(NOT_DECODED, "bytes that are not an instruction")

enum pte_obstacle {
#define X(name, text) PTE_OBSTACLE_##name,
	PTE_OBSTACLES(X)
#undef X
};

/*
 * The copy for SLOT of the instruction BYTES, decoded as INSN, that lies at ADDRESS.
 * NONE and *RET, or why it cannot be displaced, and *RET is untouched.
 *
 * TRAP: every way out of the copy passes an int3 after the instruction has done
 * its work, for post handlers.  The bytes behind that int3 say where control goes,
 * for whoever handles the trap, and go there when executed:
 *   e9 rel32          to the target
 *   c3, c2 imm16      to the address on top of the stack, which is popped (so an
 *                     indirect jump is copied as "push operand; int3; ret")
 * A return is the one instruction whose work is done by what follows the int3.
 */
enum pte_obstacle pte_displace(const uint8_t *bytes,
			       const struct pte_insn *insn,
			       unsigned long address, unsigned long slot,
			       bool wide, bool trap, struct pte_copy *ret);

/* A copy of several instructions, for jumps of PTE_JUMP_SIZE bytes. */
#define PTE_JUMP_SIZE 5

struct pte_run {
	uint8_t code[2 * PTE_SLOT_UNIT];
	uint8_t size;
	uint8_t length; /* bytes of the instructions that were copied */
};

/*
 * The copy for SLOT of the whole instructions at ADDRESS which a jump there would
 * overwrite: BYTES, of which N may be read (PTE_JUMP_SIZE - 1 + PTE_INSN_MAX are
 * enough), and a jump to what follows them.  That nothing branches into the middle
 * of them is the caller's to know.  Only the last may be a call.
 */
enum pte_obstacle pte_displace_run(const uint8_t *bytes, size_t n,
				   unsigned long address, unsigned long slot,
				   bool wide, struct pte_run *ret);

#endif
