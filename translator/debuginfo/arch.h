/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the machines whose code is read.  Registers have their
 * DWARF numbers.
 */
#ifndef PT_ARCH_H
#define PT_ARCH_H

#include <stdint.h>

struct pt_arch {
	const char *name;    /* as in struct pt_target */
	uint16_t machine;    /* of an ELF header */
	uint8_t elf_class;   /* the same */
	unsigned word;	     /* bytes of an address and of a register */
	unsigned registers;  /* those for integers and the return address are
			      * below this */
	unsigned xmm, n_xmm; /* those for floating point: the first, how many */
	unsigned st, n_st;   /* the same of the x87 */
	unsigned frame_pointer, stack_pointer;
	uint32_t kept; /* mask of those that a function leaves as they were */
	/* Relocations that DWARF, tables of addresses and calls have; 0: none.
	 * Others in code that is not linked are left alone. */
	struct {
		uint32_t type;
		unsigned size;
		enum { PT_ARCH_ABSOLUTE, PT_ARCH_RELATIVE } kind;
	} relocations[6];
	/* Relocations of what thread-local variables are found by: see
	 * threadlocal.c. */
	uint32_t tls_module, tls_distance, tls_descriptor;
};

extern const struct pt_arch pt_arch_x86_64, pt_arch_i386;

/* NULL: code of that kind is not read. */
const struct pt_arch *pt_arch_of(uint16_t machine, uint8_t elf_class);

/* Where a kernel of x86_64 keeps register NUMBER, below struct pt_arch.registers, of
 * a program for i386: the number of the register whose lower half it is. */
unsigned pt_arch_wide_register(unsigned number);

#endif
