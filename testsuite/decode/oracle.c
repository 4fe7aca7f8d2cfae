/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Zydis says of an instruction, in the engine's words.
 */
#include "oracle.h"

#include <stdio.h>
#include <string.h>

#include <Zydis/Zydis.h>

struct theirs {
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

/* ---- class ------------------------------------------------------------------ */

static enum pte_class class_by_mnemonic(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_UD0:
	case ZYDIS_MNEMONIC_UD1:
	case ZYDIS_MNEMONIC_UD2: return PTE_CLASS_UNDEFINED;
	case ZYDIS_MNEMONIC_HLT:
	case ZYDIS_MNEMONIC_MONITOR:
	case ZYDIS_MNEMONIC_MWAIT:
	case ZYDIS_MNEMONIC_MONITORX:
	case ZYDIS_MNEMONIC_MWAITX: return PTE_CLASS_HALT;
	case ZYDIS_MNEMONIC_SYSCALL:
	case ZYDIS_MNEMONIC_SYSRET:
	case ZYDIS_MNEMONIC_SYSENTER:
	case ZYDIS_MNEMONIC_SYSEXIT:
	case ZYDIS_MNEMONIC_SWAPGS:
	case ZYDIS_MNEMONIC_RSM:
	case ZYDIS_MNEMONIC_GETSEC:
	case ZYDIS_MNEMONIC_VMLAUNCH:
	case ZYDIS_MNEMONIC_VMRESUME:
	case ZYDIS_MNEMONIC_VMRUN:
	case ZYDIS_MNEMONIC_SKINIT:
	case ZYDIS_MNEMONIC_SEAMRET:
	case ZYDIS_MNEMONIC_UIRET: return PTE_CLASS_SYSTEM;
	case ZYDIS_MNEMONIC_LSS: return PTE_CLASS_STACK_SEGMENT;
	case ZYDIS_MNEMONIC_XBEGIN: return PTE_CLASS_XBEGIN;
	case ZYDIS_MNEMONIC_LOOP:
	case ZYDIS_MNEMONIC_LOOPE:
	case ZYDIS_MNEMONIC_LOOPNE:
	case ZYDIS_MNEMONIC_JCXZ:
	case ZYDIS_MNEMONIC_JECXZ:
	case ZYDIS_MNEMONIC_JRCXZ: return PTE_CLASS_LOOP;
	case ZYDIS_MNEMONIC_IRET:
	case ZYDIS_MNEMONIC_IRETD:
	case ZYDIS_MNEMONIC_IRETQ: return PTE_CLASS_FAR;
	default: return PTE_CLASS_PLAIN;
	}
}

static enum pte_class class_of(const struct theirs *t)
{
	enum pte_class by_mnemonic = class_by_mnemonic(t->insn.mnemonic);
	const ZydisDecodedOperand *first = &t->operands[0];
	bool relative = t->insn.raw.imm[0].is_relative;
	bool far = t->insn.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR;

	if (by_mnemonic != PTE_CLASS_PLAIN)
		return by_mnemonic;
	if ((t->insn.mnemonic == ZYDIS_MNEMONIC_MOV ||
	     t->insn.mnemonic == ZYDIS_MNEMONIC_POP) &&
	    first->type == ZYDIS_OPERAND_TYPE_REGISTER &&
	    first->reg.value == ZYDIS_REGISTER_SS)
		return PTE_CLASS_STACK_SEGMENT;
	switch (t->insn.meta.category) {
	case ZYDIS_CATEGORY_COND_BR:
		return t->insn.mnemonic == ZYDIS_MNEMONIC_XEND ||
				       t->insn.mnemonic == ZYDIS_MNEMONIC_XABORT
			       ? PTE_CLASS_PLAIN
			       : PTE_CLASS_JCC;
	case ZYDIS_CATEGORY_UNCOND_BR:
		if (t->insn.mnemonic == ZYDIS_MNEMONIC_XABORT)
			return PTE_CLASS_PLAIN;
		if (far)
			return PTE_CLASS_FAR;
		return relative ? PTE_CLASS_JUMP : PTE_CLASS_JUMP_INDIRECT;
	case ZYDIS_CATEGORY_CALL:
		if (far)
			return PTE_CLASS_FAR;
		return relative ? PTE_CLASS_CALL : PTE_CLASS_CALL_INDIRECT;
	case ZYDIS_CATEGORY_RET: return far ? PTE_CLASS_FAR : PTE_CLASS_RETURN;
	case ZYDIS_CATEGORY_INTERRUPT:
		/* which goes on, as a rule */
		return t->insn.mnemonic == ZYDIS_MNEMONIC_BOUND
			       ? PTE_CLASS_PLAIN
			       : PTE_CLASS_INT;
	default: return PTE_CLASS_PLAIN;
	}
}

/* ---- flags ------------------------------------------------------------------ */

static bool is_endbr(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_ENDBR32 ||
	       mnemonic == ZYDIS_MNEMONIC_ENDBR64;
}

static bool is_stack_register(ZydisRegister reg)
{
	return reg == ZYDIS_REGISTER_RSP || reg == ZYDIS_REGISTER_ESP ||
	       reg == ZYDIS_REGISTER_SP;
}

/* Their second place is in a register, which may be the stack pointer. */
static bool is_move_of_64(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_MOVDIR64B ||
	       mnemonic == ZYDIS_MNEMONIC_ENQCMD ||
	       mnemonic == ZYDIS_MNEMONIC_ENQCMDS;
}

static unsigned int flags_of_memory(const struct theirs *t,
				    const ZydisDecodedOperand *operand)
{
	ZydisMnemonic mnemonic = t->insn.mnemonic;
	bool hidden = operand->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN;
	ZydisRegister base = operand->mem.base;
	unsigned int flags = 0;

	if (hidden && is_move_of_64(mnemonic))
		return PTE_MEMORY;
	/* leave reads the stack by the frame pointer */
	if (hidden &&
	    (is_stack_register(base) || mnemonic == ZYDIS_MNEMONIC_LEAVE))
		return PTE_IMPLICIT_STACK;
	if (base == ZYDIS_REGISTER_RIP || base == ZYDIS_REGISTER_EIP)
		flags |= PTE_RIP_RELATIVE;
	if (!hidden && is_stack_register(base))
		flags |= PTE_STACK_BASE;
	if (mnemonic == ZYDIS_MNEMONIC_LEA || mnemonic == ZYDIS_MNEMONIC_NOP ||
	    is_endbr(mnemonic))
		return flags;
	return flags | PTE_MEMORY;
}

static unsigned int flags_of(const struct theirs *t)
{
	unsigned int flags = 0;
	int i;

	for (i = 0; i < t->insn.operand_count; i++)
		if (t->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			flags |= flags_of_memory(t, &t->operands[i]);
	if (t->insn.meta.category == ZYDIS_CATEGORY_STRINGOP ||
	    t->insn.meta.category == ZYDIS_CATEGORY_IOSTRINGOP)
		flags |= PTE_STRING;
	if (t->insn.attributes & ZYDIS_ATTRIB_HAS_LOCK)
		flags |= PTE_LOCKED;
	switch (t->insn.mnemonic) {
	case ZYDIS_MNEMONIC_POPF:
	case ZYDIS_MNEMONIC_POPFD:
	case ZYDIS_MNEMONIC_POPFQ:
		flags |= PTE_INTERRUPT_FLAG; /* fall through */
	case ZYDIS_MNEMONIC_PUSHF:
	case ZYDIS_MNEMONIC_PUSHFD:
	case ZYDIS_MNEMONIC_PUSHFQ: return flags | PTE_FLAGS_STACK;
	case ZYDIS_MNEMONIC_CLI:
	case ZYDIS_MNEMONIC_STI: return flags | PTE_INTERRUPT_FLAG;
	case ZYDIS_MNEMONIC_ENDBR32:
	case ZYDIS_MNEMONIC_ENDBR64: return flags | PTE_ENDBR;
	case ZYDIS_MNEMONIC_NOP: return flags | PTE_NOP;
	default: return flags;
	}
}

/* ---- fields ----------------------------------------------------------------- */

static unsigned int rex_of(const ZydisDecodedInstruction *insn, bool wide)
{
	const ZydisDecodedInstructionRaw *raw = &insn->raw;

	switch (insn->encoding) {
	case ZYDIS_INSTRUCTION_ENCODING_LEGACY:
	case ZYDIS_INSTRUCTION_ENCODING_3DNOW:
		if (!(insn->attributes & ZYDIS_ATTRIB_HAS_REX))
			return 0;
		return 0x40u | raw->rex.W << 3 | raw->rex.R << 2 |
		       raw->rex.X << 1 | raw->rex.B;
	/* the bits of the others are stored as they are, inverted */
	case ZYDIS_INSTRUCTION_ENCODING_VEX:
		return 0x40u | raw->vex.W << 3 |
		       (wide ? !raw->vex.R << 2 | !raw->vex.X << 1 | !raw->vex.B
			     : 0);
	case ZYDIS_INSTRUCTION_ENCODING_XOP:
		return 0x40u | raw->xop.W << 3 |
		       (wide ? !raw->xop.R << 2 | !raw->xop.X << 1 | !raw->xop.B
			     : 0);
	default:
		return 0x40u | raw->evex.W << 3 |
		       (wide ? !raw->evex.R << 2 | !raw->evex.X << 1 |
					!raw->evex.B
			     : 0);
	}
}

static bool encoding_agrees(const ZydisDecodedInstruction *insn,
			    const struct pte_insn *ours)
{
	switch (insn->encoding) {
	case ZYDIS_INSTRUCTION_ENCODING_LEGACY:
	case ZYDIS_INSTRUCTION_ENCODING_3DNOW:
		return ours->encoding == PTE_LEGACY;
	case ZYDIS_INSTRUCTION_ENCODING_VEX:
		return ours->encoding ==
		       (insn->raw.vex.size == 2 ? PTE_VEX2 : PTE_VEX3);
	case ZYDIS_INSTRUCTION_ENCODING_XOP: return ours->encoding == PTE_XOP;
	case ZYDIS_INSTRUCTION_ENCODING_EVEX: return ours->encoding == PTE_EVEX;
	default: return false;
	}
}

static bool map_agrees(const ZydisDecodedInstruction *insn,
		       const struct pte_insn *ours)
{
	switch (insn->opcode_map) {
	case ZYDIS_OPCODE_MAP_DEFAULT: return ours->map == PTE_MAP_PRIMARY;
	case ZYDIS_OPCODE_MAP_0F: return ours->map == PTE_MAP_0F;
	case ZYDIS_OPCODE_MAP_0F38: return ours->map == PTE_MAP_0F38;
	case ZYDIS_OPCODE_MAP_0F3A: return ours->map == PTE_MAP_0F3A;
	case ZYDIS_OPCODE_MAP_MAP5: return ours->map == PTE_MAP_EVEX5;
	case ZYDIS_OPCODE_MAP_MAP6: return ours->map == PTE_MAP_EVEX6;
	case ZYDIS_OPCODE_MAP_0F0F: return ours->map == PTE_MAP_3DNOW;
	case ZYDIS_OPCODE_MAP_XOP8: return ours->map == PTE_MAP_XOP8;
	case ZYDIS_OPCODE_MAP_XOP9: return ours->map == PTE_MAP_XOP9;
	case ZYDIS_OPCODE_MAP_XOPA: return ours->map == PTE_MAP_XOPA;
	default: return false;
	}
}

static bool modrm_agrees(const ZydisDecodedInstruction *insn,
			 const struct pte_insn *ours)
{
	const ZydisDecodedInstructionRaw *raw = &insn->raw;
	unsigned int modrm =
		raw->modrm.mod << 6 | raw->modrm.reg << 3 | raw->modrm.rm;
	unsigned int sib =
		raw->sib.scale << 6 | raw->sib.index << 3 | raw->sib.base;
	bool has_modrm = insn->attributes & ZYDIS_ATTRIB_HAS_MODRM;
	bool has_sib = insn->attributes & ZYDIS_ATTRIB_HAS_SIB;

	return ours->modrm_at == (has_modrm ? raw->modrm.offset : 0) &&
	       ours->modrm == (has_modrm ? modrm : 0) &&
	       ours->sib_at == (has_sib ? raw->sib.offset : 0) &&
	       ours->sib == (has_sib ? sib : 0);
}

/* An address as an operand (moffs) is a displacement there, an immediate here. */
static bool is_moffs(const struct pte_insn *ours)
{
	return ours->map == PTE_MAP_PRIMARY && (ours->opcode & 0xfc) == 0xa0;
}

static bool displacement_agrees(const ZydisDecodedInstruction *insn,
				const struct pte_insn *ours)
{
	unsigned int size = insn->raw.disp.size / 8, at = insn->raw.disp.offset;

	if (is_moffs(ours))
		return ours->imm_at == at && ours->imm_size == size &&
		       !ours->disp_at && !ours->disp_size;
	return ours->disp_size == size && ours->disp_at == (size ? at : 0);
}

static bool immediates_agree(const ZydisDecodedInstruction *insn,
			     const struct pte_insn *ours)
{
	unsigned int size = (insn->raw.imm[0].size + insn->raw.imm[1].size) / 8;

	if (is_moffs(ours))
		return !size;
	/* not counted there: the selector of a far pointer is an immediate of its
	 * own; the register in the immediate of four operands is none */
	return ours->imm_size == size &&
	       ours->imm_at == (size ? insn->raw.imm[0].offset : 0);
}

static bool relative_agrees(const ZydisDecodedInstruction *insn,
			    const struct pte_insn *ours)
{
	if (!insn->raw.imm[0].is_relative)
		return !ours->relative;
	return ours->relative == insn->raw.imm[0].value.s;
}

/* Of others, operand_size is not said to mean anything. */
static bool is_integer(const ZydisDecodedInstruction *insn)
{
	return (insn->meta.isa_ext == ZYDIS_ISA_EXT_BASE ||
		insn->meta.isa_ext == ZYDIS_ISA_EXT_LONGMODE) &&
	       insn->meta.category != ZYDIS_CATEGORY_SYSTEM &&
	       insn->meta.category != ZYDIS_CATEGORY_SYSCALL &&
	       insn->meta.category != ZYDIS_CATEGORY_SYSRET &&
	       insn->mnemonic != ZYDIS_MNEMONIC_NOP &&
	       /* of an address there, of what is moved here */
	       insn->mnemonic != ZYDIS_MNEMONIC_XLAT &&
	       insn->meta.category != ZYDIS_CATEGORY_IOSTRINGOP;
}

/* Of others, address_size is not said to mean anything.  MPX does without 0x67;
 * where there is none, it is a nop. */
static bool has_address(const ZydisDecodedInstruction *insn,
			const struct pte_insn *ours)
{
	if (insn->meta.isa_ext == ZYDIS_ISA_EXT_MPX)
		return false;
	return ours->flags & PTE_MEMORY || ours->class == PTE_CLASS_LOOP ||
	       (insn->attributes & ZYDIS_ATTRIB_HAS_MODRM &&
		insn->raw.modrm.mod != 3);
}

/* The name of the first field that differs. */
static const char *difference(const struct theirs *t,
			      const struct pte_insn *ours, bool wide)
{
	const ZydisDecodedInstruction *insn = &t->insn;

	if (insn->length != ours->length)
		return "length";
	if (!encoding_agrees(insn, ours))
		return "encoding";
	if (!map_agrees(insn, ours))
		return "map";
	if (insn->opcode != ours->opcode)
		return "opcode";
	if (rex_of(insn, wide) != ours->rex)
		return "rex";
	if (!modrm_agrees(insn, ours))
		return "modrm";
	if (!displacement_agrees(insn, ours))
		return "displacement";
	if (!immediates_agree(insn, ours))
		return "immediate";
	if (!relative_agrees(insn, ours))
		return "relative";
	if (class_of(t) != ours->class)
		return "class";
	if (flags_of(t) != ours->flags)
		return "flags";
	if (has_address(insn, ours) &&
	    insn->address_width / 8 != ours->address_size)
		return "address size";
	if (is_integer(insn) && insn->operand_width / 8 != ours->operand_size)
		return "operand size";
	return NULL;
}

/* ---- what only one of them reads ----------------------------------------------- */

static ZydisDecoder decoders[2]; /* for 32 and 64 bits */

static bool decode_theirs(const uint8_t *code, size_t n, bool wide,
			  struct theirs *ret)
{
	return n &&
	       ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoders[wide], code, n,
						   &ret->insn, ret->operands));
}

/* Both read these bytes, with the same length. */
static bool both_read(const uint8_t *code, bool wide)
{
	struct theirs t;
	struct pte_insn ours;

	return decode_theirs(code, PTE_INSN_MAX, wide, &t) &&
	       pte_decode(code, PTE_INSN_MAX, wide, &ours) == t.insn.length;
}

/*
 * The engine's decoder does not look at fields of a vector prefix that only say
 * whether an instruction is defined: W, L, vvvv, R for mask registers and tiles,
 * and EVEX's z, b, aaa, R' and V'.
 */
struct fields {
	bool w, r, v;	/* W; R (and R') kept; vvvv kept */
	uint8_t length; /* L, or L'L */
	uint8_t mask;	/* aaa */
};

static void set_fields(uint8_t *bytes, const uint8_t *code,
		       const struct pte_insn *insn, const struct fields *f)
{
	/* of the byte with R, and of the one with vvvv */
	unsigned int last = insn->opcode_at - 1u;
	unsigned int first = last - (insn->encoding != PTE_VEX2);

	if (insn->encoding == PTE_EVEX) {
		first--;
		bytes[last] = (uint8_t)(f->length << 5 | 8 | f->mask);
		last--;
	}
	bytes[first] = code[first];
	bytes[last] = code[last];
	if (!f->r)
		bytes[first] |= insn->encoding == PTE_EVEX ? 0x90 : 0x80;
	if (!f->v)
		bytes[last] |= 0x78;
	if (insn->encoding != PTE_VEX2)
		bytes[last] = (uint8_t)((bytes[last] & 0x7f) | f->w << 7);
	if (insn->encoding != PTE_EVEX)
		bytes[last] =
			(uint8_t)((bytes[last] & ~4) | (f->length & 1) << 2);
}

/* With some value of these the same bytes must be an instruction to both. */
static bool other_fields_agree(const uint8_t *code, const struct pte_insn *insn,
			       bool wide)
{
	uint8_t bytes[PTE_INSN_MAX];
	unsigned int i;

	memcpy(bytes, code, PTE_INSN_MAX);
	for (i = 0; i < 48; i++) {
		struct fields f = {
			.w = i & 1,
			.r = i & 2,
			.v = i & 4,
			.mask = i >> 3 & 1,
			.length = (uint8_t)(i >> 4),
		};

		set_fields(bytes, code, insn, &f);
		if (both_read(bytes, wide))
			return true;
	}
	return false;
}

/* An operand that must be in memory, or by an index register (gathers, tiles), or
 * must not: with another ModRM byte both read it. */
static bool other_operand_agrees(const uint8_t *code,
				 const struct pte_insn *insn, bool wide)
{
	/* The ModRM byte may be the last of the longest instruction. */
	uint8_t bytes[PTE_INSN_MAX + 1] = { 0 };
	unsigned int reg, i;

	memcpy(bytes, code, insn->modrm_at);
	bytes[insn->modrm_at + 1] =
		0x08; /* SIB: an index that is no register */
	for (reg = 0; reg < 8; reg++) {
		for (i = 0; i < 3; i++) {
			static const uint8_t mods[] = { 0xc0, 0x00, 0x04 };

			bytes[insn->modrm_at] = (uint8_t)(mods[i] | reg << 3);
			if (both_read(bytes, wide) ||
			    other_fields_agree(bytes, insn, wide))
				return true;
		}
	}
	return false;
}

/* Of later processors than the library. */
static bool is_newer(const struct pte_insn *insn)
{
	static const struct {
		uint8_t encoding, map, first, last;
	} newer[] = {
		{ PTE_LEGACY, PTE_MAP_0F, 0x01, 0x01 }, /* wrmsrns, rdmsrlist */
		{ PTE_VEX3, PTE_MAP_0F38, 0x50, 0x51 }, /* avx-vnni-int8 */
		{ PTE_VEX3, PTE_MAP_0F38, 0x5c, 0x5e }, /* amx-fp16 */
		{ PTE_VEX3, PTE_MAP_0F38, 0x72, 0x72 }, /* avx-ne-convert */
		{ PTE_VEX3, PTE_MAP_0F38, 0xb0, 0xb5 }, /* the same, avx-ifma */
		{ PTE_VEX3, PTE_MAP_0F38, 0xcb, 0xcd }, /* sha512 */
		{ PTE_VEX3, PTE_MAP_0F38, 0xd2,
		  0xda }, /* vnni-int16, sm3, sm4 */
		{ PTE_VEX3, PTE_MAP_0F38, 0xe0, 0xef }, /* cmpccxadd */
		{ PTE_VEX3, PTE_MAP_0F3A, 0xde, 0xde }, /* sm3 */
	};
	size_t i;

	for (i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
		if (newer[i].encoding == insn->encoding &&
		    newer[i].map == insn->map &&
		    newer[i].first <= insn->opcode &&
		    newer[i].last >= insn->opcode)
			return insn->map != PTE_MAP_0F || insn->modrm == 0xc6;
	return false;
}

/* Why the engine's decoder reads what the library does not: the whole list. */
static const char *only_ours(const uint8_t *code, size_t n,
			     const struct pte_insn *insn, bool wide)
{
	uint8_t bytes[PTE_INSN_MAX] = { 0 };

	memcpy(bytes, code, n < PTE_INSN_MAX ? n : PTE_INSN_MAX);
	if (is_newer(insn))
		return "newer than the library";
	if (insn->encoding == PTE_LEGACY) {
		if (!wide && both_read(bytes, true))
			return "defined in 64-bit mode only";
		if (insn->map == PTE_MAP_0F &&
		    (insn->opcode == 0x1a || insn->opcode == 0x1b))
			return "MPX, which most processors take for a nop";
		return NULL;
	}
	if (other_fields_agree(bytes, insn, wide))
		return "reserved fields of a vector prefix";
	if (!wide && other_fields_agree(bytes, insn, true))
		return "defined in 64-bit mode only";
	if (insn->modrm_at && other_operand_agrees(bytes, insn, wide))
		return "an operand in memory, in a register or with an index "
		       "only";
	if (!wide && insn->modrm_at && other_operand_agrees(bytes, insn, true))
		return "defined in 64-bit mode only";
	return NULL;
}

/* Why not what the library reads: the whole list. */
static const char *only_theirs(const struct theirs *t)
{
	switch (t->insn.meta.isa_ext) {
	case ZYDIS_ISA_EXT_KNC:
	case ZYDIS_ISA_EXT_KNCE:
	case ZYDIS_ISA_EXT_KNCV:
		return "Knights Corner, which does not run Linux's x86 kernel";
	default: return NULL;
	}
}

static void start(void)
{
	ZydisDecoderInit(&decoders[1], ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	ZydisDecoderInit(&decoders[0], ZYDIS_MACHINE_MODE_LEGACY_32,
			 ZYDIS_STACK_WIDTH_32);
}

static void print_theirs(const struct theirs *t, char *ret, size_t size)
{
	ZydisFormatter formatter;

	ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT);
	ZydisFormatterFormatInstruction(&formatter, &t->insn, t->operands,
					t->insn.operand_count_visible, ret,
					size, 0, NULL);
}

void oracle_compare(const uint8_t *code, size_t n, bool wide,
		    struct oracle_result *ret)
{
	struct theirs t;
	bool theirs, ours;

	if (decoders[1].machine_mode != ZYDIS_MACHINE_MODE_LONG_64 ||
	    decoders[0].machine_mode != ZYDIS_MACHINE_MODE_LEGACY_32)
		start();
	memset(ret, 0, sizeof(*ret));
	ours = pte_decode(code, n, wide, &ret->insn);
	theirs = decode_theirs(code, n, wide, &t);
	if (theirs && ours) {
		ret->what = difference(&t, &ret->insn, wide);
		ret->verdict = ret->what ? ORACLE_DIFFERENT : ORACLE_SAME;
	} else if (theirs) {
		ret->what = only_theirs(&t);
		ret->verdict = ORACLE_ONLY_THEIRS;
	} else if (ours) {
		ret->what = only_ours(code, n, &ret->insn, wide);
		ret->verdict = ORACLE_ONLY_OURS;
	} else {
		ret->verdict = ORACLE_NEITHER;
	}
	if (theirs)
		ret->length = t.insn.length;
	else
		ret->length = ours ? ret->insn.length : 1;
	if (theirs && ret->verdict != ORACLE_SAME)
		print_theirs(&t, ret->text, sizeof(ret->text));
}
