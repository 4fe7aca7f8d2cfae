/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers: x86-64 psABI, sections 3.2.1, 3.6.2 (figure 3.36) and 4.4; Intel386 psABI, sections
 * 2.2.2 and 2.4.2, and its relocations in the gABI supplement.
 */
#include "arch.h"

#include <elf.h>
#include <stddef.h>

#define BIT(n) (UINT32_C(1) << (n))

const struct pt_arch pt_arch_x86_64 = {
	.name = "x86_64",
	.machine = EM_X86_64,
	.elf_class = ELFCLASS64,
	.word = 8,
	.registers = 17, /* rax to r15, rip */
	.xmm = 17,
	.n_xmm = 16,
	.st = 33,
	.n_st = 8,
	.frame_pointer = 6,
	.stack_pointer = 7,
	/* rbx, rbp, r12 to r15 */
	.kept = BIT(3) | BIT(6) | BIT(12) | BIT(13) | BIT(14) | BIT(15),
	.relocations = {
		{ R_X86_64_64, 8, PT_ARCH_ABSOLUTE },
		{ R_X86_64_PC64, 8, PT_ARCH_RELATIVE },
		{ R_X86_64_32, 4, PT_ARCH_ABSOLUTE },
		{ R_X86_64_32S, 4, PT_ARCH_ABSOLUTE },
		{ R_X86_64_PC32, 4, PT_ARCH_RELATIVE },
		{ R_X86_64_PLT32, 4, PT_ARCH_RELATIVE },
	},
	.tls_module = R_X86_64_DTPMOD64,
	.tls_distance = R_X86_64_TPOFF64,
	.tls_descriptor = R_X86_64_TLSDESC,
};

const struct pt_arch pt_arch_i386 = {
	.name = "i386",
	.machine = EM_386,
	.elf_class = ELFCLASS32,
	.word = 4,
	.registers = 9, /* eax, ecx, edx, ebx, esp, ebp, esi, edi, eip */
	.xmm = 21,
	.n_xmm = 8,
	.st = 11,
	.n_st = 8,
	.frame_pointer = 5,
	.stack_pointer = 4,
	/* ebx, ebp, esi, edi */
	.kept = BIT(3) | BIT(5) | BIT(6) | BIT(7),
	.relocations = {
		{ R_386_32, 4, PT_ARCH_ABSOLUTE },
		{ R_386_PC32, 4, PT_ARCH_RELATIVE },
		{ R_386_PLT32, 4, PT_ARCH_RELATIVE },
	},
	.tls_module = R_386_TLS_DTPMOD32,
	.tls_distance = R_386_TLS_TPOFF,
	.tls_descriptor = R_386_TLS_DESC,
};

/* Both sides by the figures named above: eax, ecx, edx, ebx, esp, ebp, esi, edi, eip. */
unsigned pt_arch_wide_register(unsigned number)
{
	static const uint8_t wide[] = { 0, 2, 1, 3, 7, 6, 4, 5, 16 };

	return wide[number];
}

const struct pt_arch *pt_arch_of(uint16_t machine, uint8_t elf_class)
{
	static const struct pt_arch *const all[] = { &pt_arch_x86_64,
						     &pt_arch_i386 };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i]->machine == machine &&
		    all[i]->elf_class == elf_class)
			return all[i];
	return NULL;
}
