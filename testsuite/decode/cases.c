/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder's answer for instructions whose fields are known, without any other
 * disassembler: bytes from the SDM's and the APM's formats.
 */
#include <stdio.h>
#include <string.h>

#include "engine/arch/x86/decode.h"

enum { NARROW = 1, WIDE = 2, BOTH = NARROW | WIDE };

struct expected {
	uint8_t modes;
	const char *bytes; /* hexadecimal; more may follow the instruction */
	uint8_t length;	   /* 0: it is none */
	uint8_t class;
	uint16_t flags;
	uint8_t opcode_at, modrm_at, disp_at, disp_size, imm_at, imm_size;
	int32_t relative;
};

#define C(name) PTE_CLASS_##name
#define SP PTE_IMPLICIT_STACK

static const struct expected cases[] = {
	/* clang-format off */
	/* prefixes: any order, the last REX only */
	{ BOTH, "90", 1, C(PLAIN), PTE_NOP, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "f390", 2, C(PLAIN), 0, 1, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "4190", 2, C(PLAIN), 0, 1, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "66666690", 4, C(PLAIN), PTE_NOP, 3, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "4866b81234", 5, C(PLAIN), 0, 2, 0, 0, 0, 3, 2, 0 },
	{ WIDE, "6648b88877665544332211", 11, C(PLAIN), 0, 2, 0, 0, 0, 3, 8, 0 },
	{ BOTH, "6666666666666666666666666666b01234", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "26262626262626262626262626b001", 15, C(PLAIN), 0, 13, 0, 0, 0, 14, 1, 0 },
	/* mode: inc and REX, arpl and movsxd, les and VEX, bound and EVEX */
	{ NARROW, "40c3", 1, C(PLAIN), 0, 0, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "40c3", 2, C(RETURN), SP, 1, 0, 0, 0, 0, 0, 0 },
	{ NARROW, "c403", 2, C(PLAIN), PTE_MEMORY, 0, 1, 0, 0, 0, 0, 0 },
	{ WIDE, "c4e279580b", 5, C(PLAIN), PTE_MEMORY, 3, 4, 0, 0, 0, 0, 0 },
	{ NARROW, "c5f877", 3, C(PLAIN), 0, 2, 0, 0, 0, 0, 0, 0 },
	{ NARROW, "6203", 2, C(PLAIN), PTE_MEMORY, 0, 1, 0, 0, 0, 0, 0 },
	{ WIDE, "62f17c48280578563412", 10, C(PLAIN), PTE_MEMORY | PTE_RIP_RELATIVE, 4, 5, 6, 4, 0, 0, 0 },
	{ WIDE, "66c5f877", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "8fe97801c8", 5, C(PLAIN), 0, 3, 4, 0, 0, 0, 0, 0 },
	{ BOTH, "8fe97801c0", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "8fea7810c078563412", 9, C(PLAIN), 0, 3, 4, 0, 0, 5, 4, 0 },
	{ BOTH, "0f0fc1bf", 4, C(PLAIN), 0, 3, 2, 0, 0, 0, 0, 0 },
	{ NARROW, "06", 1, C(PLAIN), SP, 0, 0, 0, 0, 0, 0, 0 },
	/* memory: rip, sp, SIB without a base, 16-bit addresses, moffs */
	{ WIDE, "8b0578563412", 6, C(PLAIN), PTE_MEMORY | PTE_RIP_RELATIVE, 0, 1, 2, 4, 0, 0, 0 },
	{ NARROW, "8b0578563412", 6, C(PLAIN), PTE_MEMORY, 0, 1, 2, 4, 0, 0, 0 },
	{ BOTH, "8b442408", 4, C(PLAIN), PTE_MEMORY | PTE_STACK_BASE, 0, 1, 3, 1, 0, 0, 0 },
	{ WIDE, "418b442408", 5, C(PLAIN), PTE_MEMORY, 1, 2, 4, 1, 0, 0, 0 },
	{ BOTH, "8b04c578563412", 7, C(PLAIN), PTE_MEMORY, 0, 1, 3, 4, 0, 0, 0 },
	{ NARROW, "678b063412", 5, C(PLAIN), PTE_MEMORY, 1, 2, 3, 2, 0, 0, 0 },
	{ NARROW, "678b4704", 4, C(PLAIN), PTE_MEMORY, 1, 2, 3, 1, 0, 0, 0 },
	{ WIDE, "a08877665544332211", 9, C(PLAIN), PTE_MEMORY, 0, 0, 0, 0, 1, 8, 0 },
	{ WIDE, "67a078563412", 6, C(PLAIN), PTE_MEMORY, 1, 0, 0, 0, 2, 4, 0 },
	{ NARROW, "67a07856", 4, C(PLAIN), PTE_MEMORY, 1, 0, 0, 0, 2, 2, 0 },
	{ BOTH, "8d4001", 3, C(PLAIN), 0, 0, 1, 2, 1, 0, 0, 0 },
	{ WIDE, "c7050000000078563412", 10, C(PLAIN), PTE_MEMORY | PTE_RIP_RELATIVE, 0, 1, 2, 4, 6, 4, 0 },
	/* groups */
	{ BOTH, "f6c001", 3, C(PLAIN), 0, 0, 1, 0, 0, 2, 1, 0 },
	{ BOTH, "f7d0", 2, C(PLAIN), 0, 0, 1, 0, 0, 0, 0, 0 },
	{ BOTH, "66f7c03412", 5, C(PLAIN), 0, 1, 2, 0, 0, 3, 2, 0 },
	{ BOTH, "fed8", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "f0ff03", 3, C(PLAIN), PTE_MEMORY | PTE_LOCKED, 1, 2, 0, 0, 0, 0, 0 },
	{ BOTH, "f0ffc0", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "f08b03", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	/* control flow */
	{ BOTH, "ebfe", 2, C(JUMP), 0, 0, 0, 0, 0, 1, 1, -2 },
	{ BOTH, "e9fbffffff", 5, C(JUMP), 0, 0, 0, 0, 0, 1, 4, -5 },
	{ NARROW, "66e90080", 4, C(JUMP), 0, 1, 0, 0, 0, 2, 2, -32768 },
	{ WIDE, "66e900800000", 6, C(JUMP), 0, 1, 0, 0, 0, 2, 4, 32768 },
	{ BOTH, "0f8478563412", 6, C(JCC), 0, 1, 0, 0, 0, 2, 4, 0x12345678 },
	{ BOTH, "67e3f0", 3, C(LOOP), 0, 1, 0, 0, 0, 2, 1, -16 },
	{ BOTH, "e800000000", 5, C(CALL), SP, 0, 0, 0, 0, 1, 4, 0 },
	{ BOTH, "ffd0", 2, C(CALL_INDIRECT), SP, 0, 1, 0, 0, 0, 0, 0 },
	{ BOTH, "ff642408", 4, C(JUMP_INDIRECT), PTE_MEMORY | PTE_STACK_BASE, 0, 1, 3, 1, 0, 0, 0 },
	{ BOTH, "c20800", 3, C(RETURN), SP, 0, 0, 0, 0, 1, 2, 0 },
	{ BOTH, "ff28", 2, C(FAR), PTE_MEMORY, 0, 1, 0, 0, 0, 0, 0 },
	{ NARROW, "ea785634122300", 7, C(FAR), 0, 0, 0, 0, 0, 1, 6, 0 },
	{ WIDE, "ea785634122300", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "48cf", 2, C(FAR), SP, 1, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "c7f8fcffffff", 6, C(XBEGIN), 0, 0, 1, 0, 0, 2, 4, -4 },
	{ BOTH, "cc", 1, C(INT), 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "cd80", 2, C(INT), 0, 0, 0, 0, 0, 1, 1, 0 },
	{ BOTH, "0f0b", 2, C(UNDEFINED), 0, 1, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "0fb9c0", 3, C(UNDEFINED), 0, 1, 2, 0, 0, 0, 0, 0 },
	{ BOTH, "f4", 1, C(HALT), 0, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "0f01c8", 3, C(HALT), 0, 1, 2, 0, 0, 0, 0, 0 },
	{ WIDE, "0f05", 2, C(SYSTEM), 0, 1, 0, 0, 0, 0, 0, 0 },
	{ WIDE, "0f01f8", 3, C(SYSTEM), 0, 1, 2, 0, 0, 0, 0, 0 },
	{ BOTH, "8ed0", 2, C(STACK_SEGMENT), 0, 0, 1, 0, 0, 0, 0, 0 },
	{ NARROW, "17", 1, C(STACK_SEGMENT), SP, 0, 0, 0, 0, 0, 0, 0 },
	/* the rest of the flags */
	{ BOTH, "f30f1efa", 4, C(PLAIN), PTE_ENDBR, 2, 3, 0, 0, 0, 0, 0 },
	{ BOTH, "f30f1ec8", 4, C(PLAIN), 0, 2, 3, 0, 0, 0, 0, 0 },
	{ BOTH, "0f1f440000", 5, C(PLAIN), PTE_NOP, 1, 2, 4, 1, 0, 0, 0 },
	{ BOTH, "f3a4", 2, C(PLAIN), PTE_STRING | PTE_MEMORY, 1, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "9c", 1, C(PLAIN), PTE_FLAGS_STACK | SP, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "9d", 1, C(PLAIN), PTE_FLAGS_STACK | PTE_INTERRUPT_FLAG | SP, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "fa", 1, C(PLAIN), PTE_INTERRUPT_FLAG, 0, 0, 0, 0, 0, 0, 0 },
	{ BOTH, "c8100001", 4, C(PLAIN), SP, 0, 0, 0, 0, 1, 3, 0 },
	{ BOTH, "0f22d8", 3, C(PLAIN), 0, 1, 2, 0, 0, 0, 0, 0 },
	{ BOTH, "0f2018", 3, C(PLAIN), 0, 1, 2, 0, 0, 0, 0, 0 },
	/* clang-format on */
};

static size_t read_bytes(const char *hex, uint8_t *ret)
{
	unsigned int byte;
	size_t n = 0;

	while (sscanf(hex + 2 * n, "%2x", &byte) == 1)
		ret[n++] = (uint8_t)byte;
	return n;
}

static bool is_right(const struct expected *e, bool wide)
{
	uint8_t bytes[24] = { 0 };
	size_t n = read_bytes(e->bytes, bytes);
	struct pte_insn i = { 0 };

	if (pte_decode(bytes, n, wide, &i) != e->length)
		return false;
	return i.length == e->length && i.class == e->class &&
	       i.flags == e->flags && i.opcode_at == e->opcode_at &&
	       i.modrm_at == e->modrm_at && i.disp_at == e->disp_at &&
	       i.disp_size == e->disp_size && i.imm_at == e->imm_at &&
	       i.imm_size == e->imm_size && i.relative == e->relative;
}

int main(void)
{
	unsigned int n = 0, failed = 0;
	size_t i;
	int wide;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (wide = 0; wide < 2; wide++) {
			if (!(cases[i].modes & (wide ? WIDE : NARROW)))
				continue;
			n++;
			if (is_right(&cases[i], wide))
				continue;
			failed++;
			printf("FAIL: %s, %d bits\n", cases[i].bytes,
			       wide ? 64 : 32);
		}
	}
	if (!failed)
		printf("PASS: %u known instructions\n", n);
	return failed != 0;
}
