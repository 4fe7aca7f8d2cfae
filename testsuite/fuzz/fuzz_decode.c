/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's instruction decoder with any bytes, against the Zydis library: where
 * both read an instruction, they read the same; where only one does, it is for a
 * reason that testsuite/decode/oracle.c lists.  It never reads beyond its input.
 * For libFuzzer (clang -fsanitize=fuzzer -DPTAP_LIBFUZZER), or by itself: then it
 * makes as many instructions as its argument says.
 *
 * Input: a byte that is odd for 64-bit mode, and the instruction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_bytes(const uint8_t *code, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		fprintf(stderr, "%02x ", code[i]);
}

static bool same(const struct pte_insn *a, const struct pte_insn *b)
{
	return a->length == b->length && a->class == b->class &&
	       a->flags == b->flags && a->map == b->map &&
	       a->encoding == b->encoding && a->opcode == b->opcode &&
	       a->opcode_at == b->opcode_at && a->rex == b->rex &&
	       a->modrm_at == b->modrm_at && a->modrm == b->modrm &&
	       a->sib_at == b->sib_at && a->sib == b->sib &&
	       a->disp_at == b->disp_at && a->disp_size == b->disp_size &&
	       a->imm_at == b->imm_at && a->imm_size == b->imm_size &&
	       a->operand_size == b->operand_size &&
	       a->address_size == b->address_size && a->relative == b->relative;
}

/* Some bytes of an instruction are none; more than it has change nothing. */
static void check_ends(const uint8_t *code, size_t size, bool wide,
		       const struct pte_insn *whole)
{
	size_t n;

	for (n = 0; n <= size; n++) {
		struct pte_insn insn = { 0 };
		/* its own memory, so that a sanitizer sees each byte too far */
		uint8_t *exact = malloc(n ? n : 1);
		unsigned int length;

		memcpy(exact, code, n);
		length = pte_decode(exact, n, wide, &insn);
		if (length != (n < whole->length ? 0 : whole->length) ||
		    (length && !same(&insn, whole))) {
			print_bytes(code, size);
			fprintf(stderr, "of %zu bytes: length %u\n", n, length);
			abort();
		}
		free(exact);
	}
}

static unsigned long counts[ORACLE_ONLY_THEIRS + 1];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oracle_result r;
	bool wide;

	if (size < 2)
		return 0;
	wide = *data & 1;
	data++;
	size--;
	if (size > PTE_INSN_MAX + 2)
		size = PTE_INSN_MAX + 2;
	oracle_compare(data, size, wide, &r);
	counts[r.verdict]++;
	if (r.verdict == ORACLE_DIFFERENT ||
	    (!r.what && (r.verdict == ORACLE_ONLY_OURS ||
			 r.verdict == ORACLE_ONLY_THEIRS))) {
		print_bytes(data, size);
		fprintf(stderr, "%d bits: %s, %s\n", wide ? 64 : 32,
			r.what ? r.what : "only one reads it", r.text);
		abort();
	}
	if (r.insn.length)
		check_ends(data, size, wide, &r.insn);
	return 0;
}

#ifndef PTAP_LIBFUZZER

static uint64_t state = 88172645463325252ull;

static uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % n;
}

/* Any bytes, but such that every map and encoding is met often. */
static void make(uint8_t *input, size_t size)
{
	static const uint8_t prefixes[] = {
		0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x2e
	};
	uint8_t *code = input + 1;
	size_t i;

	for (i = 0; i < size; i++)
		input[i] = (uint8_t)below(256);
	while (below(3) == 0 && code < input + 6)
		*code++ = prefixes[below(sizeof(prefixes))];
	if (below(4) == 0)
		*code++ = 0x40 | (uint8_t)below(16);
	switch (below(8)) {
	case 0: code[0] = 0x0f; break;
	case 1:
		code[0] = 0x0f;
		code[1] = below(2) ? 0x38 : 0x3a;
		break;
	case 2:
		code[0] = 0xc4;
		code[1] = (uint8_t)((code[1] & 0xe0) | below(4));
		break;
	case 3: code[0] = 0xc5; break;
	case 4:
		code[0] = 0x62;
		code[1] = (uint8_t)((code[1] & 0xf0) | below(7));
		code[2] |= 4;
		break;
	case 5:
		code[0] = 0x8f;
		code[1] = (uint8_t)((code[1] & 0xe0) | (8 + below(3)));
		break;
	}
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
	uint8_t input[1 + PTE_INSN_MAX + 1];
	long i;

	for (i = 0; i < rounds; i++) {
		make(input, sizeof(input));
		/* no more than some instructions have */
		LLVMFuzzerTestOneInput(input, 2 + below(sizeof(input) - 1));
	}
	if (counts[ORACLE_SAME] < (unsigned long)rounds / 10) {
		printf("FAIL: hardly any instruction was read\n");
		return 1;
	}
	printf("PASS: %ld random instructions: %lu the same, %lu none to both, "
	       "%lu the engine's only, %lu the library's only, for known "
	       "reasons\n",
	       rounds, counts[ORACLE_SAME], counts[ORACLE_NEITHER],
	       counts[ORACLE_ONLY_OURS], counts[ORACLE_ONLY_THEIRS]);
	return 0;
}

#endif
