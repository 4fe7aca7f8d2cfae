/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Displacing an instruction: code for another address (a slot) that does what the
 * instruction does at its own and goes on where that would.
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

/*
 * The copy for SLOT of the instruction BYTES, decoded as INSN, that lies at ADDRESS.
 * False: it cannot be displaced (its class, or a target or operand that cannot be
 * reached from SLOT), and *RET is untouched.
 *
 * TRAP: every way out of the copy passes an int3 after the instruction has done
 * its work, for post handlers.  The bytes behind that int3 say where control goes,
 * for whoever handles the trap, and go there when executed:
 *   e9 rel32          to the target
 *   c3, c2 imm16      to the address on top of the stack, which is popped (so an
 *                     indirect jump is copied as "push operand; int3; ret")
 */
bool pte_displace(const uint8_t *bytes, const struct pte_insn *insn,
		  unsigned long address, unsigned long slot, bool wide,
		  bool trap, struct pte_copy *ret);

#endif
