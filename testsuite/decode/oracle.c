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
	case ZYDIS_CATEGORY_INTERRUPT: return PTE_CLASS_INT;
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

static unsigned int flags_of_memory(const struct theirs *t,
				    const ZydisDecodedOperand *operand)
{
	bool visible = operand->visibility == ZYDIS_OPERAND_VISIBILITY_EXPLICIT;
	ZydisRegister base = operand->mem.base;
	unsigned int flags = 0;

	/* leave reads the stack by the frame pointer */
	if (!visible && (is_stack_register(base) ||
			 t->insn.mnemonic == ZYDIS_MNEMONIC_LEAVE))
		return PTE_IMPLICIT_STACK;
	if (base == ZYDIS_REGISTER_RIP || base == ZYDIS_REGISTER_EIP)
		flags |= PTE_RIP_RELATIVE;
	if (visible && is_stack_register(base))
		flags |= PTE_STACK_BASE;
	if (t->insn.mnemonic == ZYDIS_MNEMONIC_LEA ||
	    t->insn.mnemonic == ZYDIS_MNEMONIC_NOP ||
	    is_endbr(t->insn.mnemonic))
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
	       insn->meta.category != ZYDIS_CATEGORY_SYSRET;
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
	if (insn->address_width / 8 != ours->address_size)
		return "address size";
	if (is_integer(insn) && insn->operand_width / 8 != ours->operand_size)
		return "operand size";
	return NULL;
}

void oracle_compare(const uint8_t *code, size_t n, bool wide,
		    struct oracle_result *ret)
{
	static ZydisDecoder decoders[2];
	static ZydisFormatter formatter;
	struct theirs t;
	bool theirs, ours;

	if (!decoders[0].stack_width) {
		ZydisDecoderInit(&decoders[1], ZYDIS_MACHINE_MODE_LONG_64,
				 ZYDIS_STACK_WIDTH_64);
		ZydisDecoderInit(&decoders[0], ZYDIS_MACHINE_MODE_LEGACY_32,
				 ZYDIS_STACK_WIDTH_32);
		ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT);
	}
	memset(ret, 0, sizeof(*ret));
	ours = pte_decode(code, n, wide, &ret->insn);
	theirs = n && ZYAN_SUCCESS(ZydisDecoderDecodeFull(
			      &decoders[wide], code, n, &t.insn, t.operands));
	if (theirs) {
		ret->length = t.insn.length;
		ret->verdict = ORACLE_ONLY_THEIRS;
		if (ours) {
			ret->what = difference(&t, &ret->insn, wide);
			ret->verdict =
				ret->what ? ORACLE_DIFFERENT : ORACLE_SAME;
		}
		if (ret->verdict != ORACLE_SAME)
			ZydisFormatterFormatInstruction(
				&formatter, &t.insn, t.operands,
				t.insn.operand_count_visible, ret->text,
				sizeof(ret->text), 0, NULL);
	} else {
		ret->length = ours ? ret->insn.length : 1;
		ret->verdict = ours ? ORACLE_ONLY_OURS : ORACLE_NEITHER;
	}
}
