// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The instruction decoder: prefixes, opcode, ModRM and SIB, displacement,
 * immediate, in the order of SDM volume 2, figure 2-1.  What an opcode has of
 * these is in opcodes.c.
 */
#include "decode.h"
#include "opcodes.h"

#define DEC_LOCK (1u << 0)
#define DEC_F3 (1u << 1) /* of F2 and F3 the later counts */
#define DEC_F2 (1u << 2)
#define DEC_66 (1u << 3)
#define DEC_67 (1u << 4)

struct dec_state {
	const uint8_t *code;
	size_t n;      /* bytes that may be read */
	size_t at;     /* the next */
	bool wide;     /* 64-bit mode */
	bool too_long; /* a byte beyond n was wanted */
	unsigned int prefixes;
	enum pte_prefix mandatory;
	struct pte_insn insn;
};

/* The byte OFFSET after the next one; 0, and no instruction, where there is none. */
static uint8_t dec_peek(struct dec_state *s, size_t offset)
{
	if (offset >= s->n - s->at) {
		s->too_long = true;
		return 0;
	}
	return s->code[s->at + offset];
}

static uint8_t dec_take(struct dec_state *s)
{
	uint8_t byte = dec_peek(s, 0);

	if (!s->too_long)
		s->at++;
	return byte;
}

/* ---- prefixes and opcode: SDM volume 2, 2.1.1, 2.2.1, 2.3 and 2.7 ----------------- */

static bool dec_prefix(struct dec_state *s, uint8_t byte)
{
	switch (byte) {
	case 0xf0: s->prefixes |= DEC_LOCK; return true;
	case 0xf2:
		s->prefixes &= ~DEC_F3;
		s->prefixes |= DEC_F2;
		return true;
	case 0xf3:
		s->prefixes &= ~DEC_F2;
		s->prefixes |= DEC_F3;
		return true;
	case 0x66: s->prefixes |= DEC_66; return true;
	case 0x67: s->prefixes |= DEC_67; return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65: return true;
	default: return false;
	}
}

/* A REX byte counts only right before the opcode. */
static void dec_prefixes(struct dec_state *s)
{
	for (;;) {
		uint8_t byte = dec_peek(s, 0);

		if (s->too_long)
			return;
		if (dec_prefix(s, byte))
			s->insn.rex = 0;
		else if (s->wide && (byte & 0xf0) == 0x40)
			s->insn.rex = byte;
		else
			break;
		s->at++;
	}
	if (s->prefixes & DEC_F2)
		s->mandatory = PTE_PREFIX_F2;
	else if (s->prefixes & DEC_F3)
		s->mandatory = PTE_PREFIX_F3;
	else if (s->prefixes & DEC_66)
		s->mandatory = PTE_PREFIX_66;
}

static void dec_legacy_opcode(struct dec_state *s)
{
	struct pte_insn *insn = &s->insn;

	insn->encoding = PTE_LEGACY;
	insn->map = PTE_MAP_PRIMARY;
	if (dec_peek(s, 0) == 0x0f) {
		s->at++;
		insn->map = PTE_MAP_0F;
		switch (dec_peek(s, 0)) {
		case 0x38: insn->map = PTE_MAP_0F38; break;
		case 0x3a: insn->map = PTE_MAP_0F3A; break;
		}
		if (insn->map != PTE_MAP_0F)
			s->at++;
	}
	insn->opcode_at = (uint8_t)s->at;
	insn->opcode = dec_take(s);
}

/* Which encoding starts here.  Where bytes have an old meaning in 32-bit mode, it
 * is the one that the old instruction leaves undefined (les, lds, bound of a
 * register; pop with another ModRM.reg). */
static enum pte_encoding dec_encoding(struct dec_state *s)
{
	uint8_t next;

	switch (dec_peek(s, 0)) {
	case 0xc4:
	case 0xc5:
	case 0x62:
		if (!s->wide && dec_peek(s, 1) < 0xc0)
			return PTE_LEGACY;
		break;
	case 0x8f:
		next = dec_peek(s, 1);
		if ((next & 0x1f) < 8)
			return PTE_LEGACY;
		break;
	default: return PTE_LEGACY;
	}
	switch (dec_peek(s, 0)) {
	case 0xc4: return PTE_VEX3;
	case 0xc5: return PTE_VEX2;
	case 0x62: return PTE_EVEX;
	default: return PTE_XOP;
	}
}

/* Map number M of a VEX, EVEX or XOP prefix; false: there is none. */
static bool dec_vector_map(struct pte_insn *insn, unsigned int m)
{
	static const struct {
		uint8_t encoding, number, map;
	} maps[] = {
		{ PTE_VEX3, 1, PTE_MAP_0F },	{ PTE_VEX3, 2, PTE_MAP_0F38 },
		{ PTE_VEX3, 3, PTE_MAP_0F3A },	{ PTE_EVEX, 1, PTE_MAP_0F },
		{ PTE_EVEX, 2, PTE_MAP_0F38 },	{ PTE_EVEX, 3, PTE_MAP_0F3A },
		{ PTE_EVEX, 5, PTE_MAP_EVEX5 }, { PTE_EVEX, 6, PTE_MAP_EVEX6 },
		{ PTE_XOP, 8, PTE_MAP_XOP8 },	{ PTE_XOP, 9, PTE_MAP_XOP9 },
		{ PTE_XOP, 10, PTE_MAP_XOPA },	{ PTE_VEX2, 1, PTE_MAP_0F },
	};
	size_t i;

	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		if (maps[i].encoding == insn->encoding && maps[i].number == m) {
			insn->map = maps[i].map;
			return true;
		}
	}
	return false;
}

/* R, X and B of a vector prefix are inverted; without them in 32-bit mode. */
static uint8_t dec_vector_rex(const struct dec_state *s, uint8_t rxb, bool w)
{
	/* R, X and B from bit 7 down: the order that they have in a REX byte */
	uint8_t rex = s->wide ? 0x40 | (rxb >> 5 ^ 7) : 0x40;

	return w ? rex | 8 : rex;
}

static bool dec_vector_opcode(struct dec_state *s, enum pte_encoding encoding)
{
	struct pte_insn *insn = &s->insn;
	uint8_t first, second;

	/* #UD with these before it (2.3.2 to 2.3.4, 2.7.1) */
	if (insn->rex || s->prefixes & (DEC_LOCK | DEC_66 | DEC_F2 | DEC_F3))
		return false;
	insn->encoding = encoding;
	s->at++;
	first = dec_take(s);
	if (encoding == PTE_VEX2) {
		insn->rex = dec_vector_rex(s, first | 0x60, false);
		second = first;
		first = 1;
	} else {
		second = dec_take(s);
		insn->rex = dec_vector_rex(s, first, second & 0x80);
	}
	s->mandatory = (enum pte_prefix)(second & 3);
	if (encoding == PTE_EVEX) {
		if (first & 8 || !(second & 4))
			return false;
		first &= 7;
		dec_take(s);
	}
	if (s->too_long || !dec_vector_map(insn, first & 0x1f))
		return false;
	insn->opcode_at = (uint8_t)s->at;
	insn->opcode = dec_take(s);
	return true;
}

/* ---- what follows the opcode -------------------------------------------------------- */

/* Takes SIZE bytes whose place is stored in AT and SIZE_RET. */
static void dec_field(struct dec_state *s, unsigned int size, uint8_t *at,
		      uint8_t *size_ret)
{
	if (!size)
		return;
	if (size > s->n - s->at) {
		s->too_long = true;
		return;
	}
	*at = (uint8_t)s->at;
	*size_ret = (uint8_t)size;
	s->at += size;
}

/* Table 2-1: 16-bit addresses. */
static unsigned int dec_memory_16(uint8_t mod, uint8_t rm)
{
	if (mod == 0)
		return rm == 6 ? 2 : 0;
	return mod;
}

/* Tables 2-2 and 2-3, and 2.2.1.6 for 64-bit mode. */
static unsigned int dec_memory_32(struct dec_state *s, uint8_t mod, uint8_t rm)
{
	struct pte_insn *insn = &s->insn;

	if (rm == 4) {
		insn->sib_at = (uint8_t)s->at;
		insn->sib = dec_take(s);
		if ((insn->sib & 7) == 4 && !(insn->rex & 1))
			insn->flags |= PTE_STACK_BASE;
		rm = insn->sib & 7;
	} else if (mod == 0 && rm == 5 && s->wide) {
		insn->flags |= PTE_RIP_RELATIVE;
	}
	if (mod == 0)
		return rm == 5 ? 4 : 0;
	return mod == 1 ? 1 : 4;
}

static void dec_modrm(struct dec_state *s, uint32_t attributes)
{
	struct pte_insn *insn = &s->insn;
	uint8_t mod = insn->modrm >> 6, rm = insn->modrm & 7;
	unsigned int size;

	insn->modrm_at = (uint8_t)s->at;
	dec_take(s);
	if (mod == 3 || attributes & PTE_OP_MOD_IGNORED)
		return;
	insn->flags |= PTE_MEMORY;
	if (insn->address_size == 2)
		size = dec_memory_16(mod, rm);
	else
		size = dec_memory_32(s, mod, rm);
	dec_field(s, size, &insn->disp_at, &insn->disp_size);
}

/* in, ins, out, outs: 4 bytes at most. */
static bool dec_is_port(const struct pte_insn *insn)
{
	return insn->map == PTE_MAP_PRIMARY &&
	       ((insn->opcode & 0xf5) == 0xe5 || (insn->opcode & 0xfd) == 0x6d);
}

/* mov from and to control registers, cmpxchg8b and the others of its group that
 * are not of 2 bytes. */
static bool dec_ignores_66(const struct pte_insn *insn, uint32_t attributes)
{
	return attributes & PTE_OP_MOD_IGNORED ||
	       (insn->map == PTE_MAP_0F && insn->opcode == 0xc7 &&
		insn->modrm < 0xc0);
}

static uint8_t dec_operand_size(const struct dec_state *s, uint32_t attributes)
{
	bool w = s->insn.rex & 8;
	bool half =
		s->prefixes & DEC_66 && !dec_ignores_66(&s->insn, attributes);

	if (attributes & PTE_OP_BYTE)
		return 1;
	if (s->insn.encoding != PTE_LEGACY)
		return w ? 8 : 4;
	if (s->wide) {
		switch (attributes & PTE_OP_WIDE) {
		case PTE_OP_FORCED_64: return 8;
		case PTE_OP_DEFAULT_64: return half && !w ? 2 : 8;
		}
		if (w)
			return dec_is_port(&s->insn) ? 4 : 8;
	}
	return half ? 2 : 4;
}

static unsigned int dec_immediate_size(const struct pte_insn *insn,
				       enum pte_immediate kind)
{
	unsigned int z = insn->operand_size == 2 ? 2 : 4;

	switch (kind) {
	case PTE_IMM_NONE: return 0;
	case PTE_IMM_1:
	case PTE_IMM_REL_1: return 1;
	case PTE_IMM_2:
	case PTE_IMM_1_1: return 2;
	case PTE_IMM_2_1: return 3;
	case PTE_IMM_4: return 4;
	case PTE_IMM_Z:
	case PTE_IMM_REL_Z: return z;
	case PTE_IMM_V: return insn->operand_size;
	case PTE_IMM_FAR: return z + 2;
	case PTE_IMM_MOFFS: return insn->address_size;
	case PTE_IMM_TEST: return insn->operand_size == 1 ? 1 : z;
	}
	return 0;
}

/* Little endian, sign extended. */
static int32_t dec_relative(const struct dec_state *s)
{
	const uint8_t *at = s->code + s->insn.imm_at;

	switch (s->insn.imm_size) {
	case 1: return (int8_t)at[0];
	case 2: return (int16_t)(at[0] | at[1] << 8);
	default:
		return (int32_t)(at[0] | at[1] << 8 | at[2] << 16 |
				 (uint32_t)at[3] << 24);
	}
}

static void dec_immediate(struct dec_state *s, uint32_t attributes)
{
	struct pte_insn *insn = &s->insn;
	enum pte_immediate kind = (enum pte_immediate)(
		(attributes & PTE_OP_IMMEDIATE) >> PTE_OP_IMMEDIATE_SHIFT);

	dec_field(s, dec_immediate_size(insn, kind), &insn->imm_at,
		  &insn->imm_size);
	if (s->too_long)
		return;
	if (kind == PTE_IMM_REL_1 || kind == PTE_IMM_REL_Z ||
	    insn->class == PTE_CLASS_XBEGIN)
		insn->relative = dec_relative(s);
}

/* ---- what it means -------------------------------------------------------------------- */

/* The hints of 0F 18 to 0F 1F that no processor takes for more. */
static bool dec_is_hint_nop(const struct pte_insn *insn, enum pte_prefix prefix)
{
	bool memory = insn->modrm < 0xc0;
	uint8_t reg = insn->modrm >> 3 & 7;

	switch (insn->opcode) {
	case 0x0d: return !memory;
	case 0x18: return !memory || reg >= 4;
	case 0x1a: /* bndldx, bndmk: of memory only */
		return !memory && prefix == PTE_PREFIX_NONE;
	case 0x1b:
		return !memory &&
		       (prefix == PTE_PREFIX_NONE || prefix == PTE_PREFIX_F3);
	case 0x19:
	case 0x1d:
	case 0x1f: return true;
	case 0x1c: /* cldemote */
		return !memory || reg || prefix != PTE_PREFIX_NONE;
	case 0x1e: /* rdssp */
		return memory || prefix != PTE_PREFIX_F3 ||
		       (reg != 1 && !(insn->flags & PTE_ENDBR));
	default: return false;
	}
}

/* Flags that the tables do not tell, of legacy instructions. */
static void dec_name_flags(struct dec_state *s)
{
	struct pte_insn *insn = &s->insn;

	if (insn->map == PTE_MAP_PRIMARY) {
		if (insn->opcode == 0x90 && !(insn->rex & 1) &&
		    !(s->prefixes & DEC_F3)) /* xchg r8, pause */
			insn->flags |= PTE_NOP;
		if (insn->opcode == 0x8d) /* lea */
			insn->flags &= (uint16_t)~PTE_MEMORY;
	} else if (insn->map == PTE_MAP_0F) {
		if (insn->opcode == 0x1e && s->mandatory == PTE_PREFIX_F3 &&
		    (insn->modrm & 0xfe) == 0xfa)
			insn->flags |= PTE_ENDBR;
		else if (dec_is_hint_nop(insn, s->mandatory))
			insn->flags |= PTE_NOP;
		if (insn->flags & PTE_NOP)
			insn->flags &= (uint16_t)~PTE_MEMORY;
	}
}

static void dec_flags(struct dec_state *s, uint32_t attributes)
{
	static const struct {
		uint32_t attribute;
		uint16_t flag;
	} pairs[] = {
		{ PTE_OP_MEMORY, PTE_MEMORY },
		{ PTE_OP_STRING, PTE_STRING },
		{ PTE_OP_STACK, PTE_IMPLICIT_STACK },
		{ PTE_OP_FLAGS_STACK, PTE_FLAGS_STACK },
		{ PTE_OP_INTERRUPT_FLAG, PTE_INTERRUPT_FLAG },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (attributes & pairs[i].attribute)
			s->insn.flags |= pairs[i].flag;
	if (s->prefixes & DEC_LOCK)
		s->insn.flags |= PTE_LOCKED;
	if (s->insn.encoding == PTE_LEGACY)
		dec_name_flags(s);
}

/* What a prefix or the mode forbids. */
static bool dec_allowed(const struct dec_state *s, uint32_t attributes)
{
	if (attributes & PTE_OP_BAD)
		return false;
	if (s->wide && (attributes & PTE_OP_WIDE) == PTE_OP_NOT_64)
		return false;
	return !(s->prefixes & DEC_LOCK) ||
	       (attributes & PTE_OP_LOCK && s->insn.modrm < 0xc0);
}

/* The opcode of 3DNow! comes last. */
static bool dec_3dnow(struct dec_state *s)
{
	struct pte_insn *insn = &s->insn;

	if (insn->encoding != PTE_LEGACY || insn->map != PTE_MAP_0F ||
	    insn->opcode != 0x0f)
		return true;
	insn->map = PTE_MAP_3DNOW;
	insn->opcode_at = insn->imm_at;
	insn->opcode = s->code[insn->imm_at];
	insn->imm_at = 0;
	insn->imm_size = 0;
	return !(pte_opcode_find(insn, s->mandatory) & PTE_OP_BAD);
}

static bool dec_rest(struct dec_state *s)
{
	struct pte_insn *insn = &s->insn;
	uint32_t attributes;

	/* not too far where there is no ModRM byte, as it is not used then */
	insn->modrm = s->at < s->n ? s->code[s->at] : 0;
	attributes = pte_opcode_find(insn, s->mandatory);
	if (!dec_allowed(s, attributes))
		return false;
	insn->class = (attributes & PTE_OP_CLASS) >> PTE_OP_CLASS_SHIFT;
	insn->operand_size = dec_operand_size(s, attributes);
	if (s->prefixes & DEC_67)
		insn->address_size = s->wide ? 4 : 2;
	else
		insn->address_size = s->wide ? 8 : 4;
	if (attributes & PTE_OP_MODRM)
		dec_modrm(s, attributes);
	dec_immediate(s, attributes);
	if (s->too_long || !dec_3dnow(s))
		return false;
	dec_flags(s, attributes);
	if (!(attributes & PTE_OP_MODRM))
		insn->modrm = 0;
	return true;
}

unsigned int pte_decode(const uint8_t *code, size_t n, bool wide,
			struct pte_insn *ret)
{
	struct dec_state s = {
		.code = code,
		.n = n < PTE_INSN_MAX ? n : PTE_INSN_MAX,
		.wide = wide,
	};
	enum pte_encoding encoding;

	dec_prefixes(&s);
	if (s.too_long)
		return 0;
	encoding = dec_encoding(&s);
	if (s.too_long)
		return 0;
	if (encoding == PTE_LEGACY)
		dec_legacy_opcode(&s);
	else if (!dec_vector_opcode(&s, encoding))
		return 0;
	if (s.too_long || !dec_rest(&s))
		return 0;
	s.insn.length = (uint8_t)s.at;
	*ret = s.insn;
	return s.insn.length;
}
