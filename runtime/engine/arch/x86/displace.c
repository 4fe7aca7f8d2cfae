// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Displacing instructions: see displace.h.  What a copy looks like, T being the
 * true target and "next" the instruction behind the original:
 *
 *   nop            [int3;] jmp next
 *   others         the instruction, rip-relative operands re-based; [int3;] jmp next
 *   jmp T          [int3;] jmp T
 *   jcc T          jcc T; jmp next
 *        (trap)    j!cc 1f; int3; jmp T; 1: int3; jmp next
 *   loop T, jcxz   loop 1f; jmp 2f; 1: [int3;] jmp T; 2: [int3;] jmp next
 *   call T         push next; [int3;] jmp T
 *   jmp *m         jmp *m
 *        (trap)    push m; int3; ret
 *   call *m        push next; jmp *m, for the stack as it is then
 *        (trap)    push next; push m; int3; ret
 *   ret            [int3;] ret
 */
#include "displace.h"

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

/* Code that is being made. */
struct disp_out {
	uint8_t code[2 * PTE_SLOT_UNIT];
	size_t size;
	unsigned long slot;
	bool wide;
	bool trap;
	enum pte_obstacle obstacle; /* the first */
};

/* What is copied. */
struct disp_source {
	const uint8_t *bytes;
	const struct pte_insn *insn;
	unsigned long address;
};

static void disp_refuse(struct disp_out *out, enum pte_obstacle obstacle)
{
	if (!out->obstacle)
		out->obstacle = obstacle;
}

static void disp_bytes(struct disp_out *out, const void *bytes, size_t n)
{
	memcpy(out->code + out->size, bytes, n);
	out->size += n;
}

static void disp_byte(struct disp_out *out, uint8_t byte)
{
	out->code[out->size++] = byte;
}

static void disp_put32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)(value >> 16);
	at[3] = (uint8_t)(value >> 24);
}

static void disp_u32(struct disp_out *out, uint32_t value)
{
	disp_put32(out->code + out->size, value);
	out->size += 4;
}

/* TO - FROM as a displacement: of 32 bits, all of them where addresses have no
 * more. */
static uint32_t disp_distance(struct disp_out *out, unsigned long from,
			      unsigned long to)
{
	unsigned long distance = to - from;

	if (out->wide && (unsigned long)(long)(int32_t)distance != distance)
		disp_refuse(out, PTE_OBSTACLE_RANGE);
	return (uint32_t)distance;
}

/* Where the next byte will be executed. */
static unsigned long disp_here(const struct disp_out *out)
{
	return out->slot + out->size;
}

static unsigned long disp_next(const struct disp_source *from)
{
	return from->address + from->insn->length;
}

static unsigned long disp_target(const struct disp_source *from)
{
	return disp_next(from) + (unsigned long)(long)from->insn->relative;
}

/* The end of a way out: [int3;] jmp. */
static void disp_leave(struct disp_out *out, unsigned long target)
{
	if (out->trap)
		disp_byte(out, 0xcc);
	disp_byte(out, 0xe9);
	disp_u32(out, disp_distance(out, disp_here(out) + 4, target));
}

/* The displacement of the memory operand. */
static long disp_operand(const struct disp_source *from)
{
	const uint8_t *at = from->bytes + from->insn->disp_at;

	switch (from->insn->disp_size) {
	case 0: return 0;
	case 1: return (int8_t)at[0];
	default:
		return (int32_t)(at[0] | (uint32_t)at[1] << 8 |
				 (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
	}
}

/* The size of what disp_leave() makes. */
static uint8_t disp_leave_size(const struct disp_out *out)
{
	return out->trap ? 6 : 5;
}

/* ---- each kind of instruction ---------------------------------------------------- */

/* The instruction itself, its operand re-based if that is relative to rip. */
static void disp_verbatim(struct disp_out *out, const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;
	unsigned long here = disp_here(out);

	disp_bytes(out, from->bytes, insn->length);
	if (!(insn->flags & PTE_RIP_RELATIVE))
		return;
	if (insn->address_size != 8)
		disp_refuse(out, PTE_OBSTACLE_ADDRESS_SIZE);
	disp_put32(out->code + out->size - insn->length + insn->disp_at,
		   disp_distance(out, here,
				 from->address +
					 (unsigned long)disp_operand(from)));
}

static void disp_jcc(struct disp_out *out, const struct disp_source *from)
{
	uint8_t condition = from->insn->opcode & 0x0f;

	if (out->trap) {
		/* the lowest bit negates it (SDM volume 1, appendix B) */
		disp_byte(out, 0x70 | (condition ^ 1));
		disp_byte(out, disp_leave_size(out));
		disp_leave(out, disp_target(from));
	} else {
		disp_byte(out, 0x0f);
		disp_byte(out, 0x80 | condition);
		disp_u32(out, disp_distance(out, disp_here(out) + 4,
					    disp_target(from)));
	}
}

static void disp_loop(struct disp_out *out, const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;

	/* which register counts */
	if (insn->address_size != (out->wide ? 8 : 4))
		disp_byte(out, 0x67);
	disp_byte(out, insn->opcode);
	disp_byte(out, 2);
	disp_byte(out, 0xeb);
	disp_byte(out, disp_leave_size(out));
	disp_leave(out, disp_target(from));
}

static void disp_push_return(struct disp_out *out,
			     const struct disp_source *from)
{
	unsigned long next = disp_next(from);

	if (out->wide && (unsigned long)(long)(int32_t)next != next)
		disp_refuse(out, PTE_OBSTACLE_RETURN_ADDRESS);
	disp_byte(out, 0x68);
	disp_u32(out, (uint32_t)next);
}

static bool disp_has_no_index(const struct pte_insn *insn)
{
	return (insn->sib >> 3 & 7) == 4 && !(insn->rex & 2);
}

/*
 * FF /REG with the operand of FROM, an indirect branch, when the stack pointer is
 * PUSHED bytes lower than there.
 */
static void disp_indirect(struct disp_out *out, const struct disp_source *from,
			  uint8_t reg, unsigned int pushed)
{
	const struct pte_insn *insn = from->insn;
	size_t start = out->size;
	long operand;

	disp_verbatim(out, from);
	out->code[start + insn->modrm_at] =
		(uint8_t)((insn->modrm & 0xc7) | reg << 3);
	if (!(insn->flags & PTE_STACK_BASE) || !pushed)
		return;
	operand = disp_operand(from);
	/* below the stack, where the return address is pushed to */
	if (operand < 0 && disp_has_no_index(insn))
		disp_refuse(out, PTE_OBSTACLE_STACK_POINTER);
	operand += (long)pushed;
	if (out->wide && operand != (int32_t)operand)
		disp_refuse(out, PTE_OBSTACLE_RANGE);
	out->code[start + insn->modrm_at] &= 0x3f;
	out->size = start + insn->sib_at + 1;
	if (operand == (int8_t)operand) {
		out->code[start + insn->modrm_at] |= 0x40;
		disp_byte(out, (uint8_t)operand);
	} else {
		out->code[start + insn->modrm_at] |= 0x80;
		disp_u32(out, (uint32_t)operand);
	}
	if (out->size - start > PTE_INSN_MAX)
		disp_refuse(out, PTE_OBSTACLE_LENGTH);
}

static void disp_jump_indirect(struct disp_out *out,
			       const struct disp_source *from,
			       unsigned int pushed)
{
	if (out->trap) {
		disp_indirect(out, from, 6, pushed);
		disp_byte(out, 0xcc);
		disp_byte(out, 0xc3);
	} else {
		disp_indirect(out, from, 4, pushed);
	}
}

static void disp_call_indirect(struct disp_out *out,
			       const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;

	if (insn->modrm >= 0xc0 && (insn->modrm & 7) == 4 && !(insn->rex & 1))
		disp_refuse(out, PTE_OBSTACLE_STACK_POINTER);
	disp_push_return(out, from);
	disp_jump_indirect(out, from, out->wide ? 8 : 4);
}

static void disp_return(struct disp_out *out, const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;

	if (out->trap)
		disp_byte(out, 0xcc);
	disp_byte(out, insn->opcode);
	disp_bytes(out, from->bytes + insn->imm_at, insn->imm_size);
}

/* ---- which of them ------------------------------------------------------------------ */

static enum pte_obstacle disp_class_obstacle(uint8_t class)
{
	switch (class) {
	case PTE_CLASS_FAR: return PTE_OBSTACLE_FAR;
	case PTE_CLASS_INT: return PTE_OBSTACLE_INT;
	case PTE_CLASS_UNDEFINED: return PTE_OBSTACLE_UNDEFINED;
	case PTE_CLASS_HALT: return PTE_OBSTACLE_HALT;
	case PTE_CLASS_SYSTEM: return PTE_OBSTACLE_SYSTEM;
	case PTE_CLASS_STACK_SEGMENT: return PTE_OBSTACLE_STACK_SEGMENT;
	case PTE_CLASS_XBEGIN: return PTE_OBSTACLE_XBEGIN;
	default: return PTE_OBSTACLE_NONE;
	}
}

/* Near branches after 0x66 are of 16 bits in 32-bit mode and, on AMD's processors
 * only, in 64-bit mode. */
static bool disp_is_short_branch(const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;
	uint8_t i;

	if (insn->class == PTE_CLASS_PLAIN)
		return false;
	for (i = 0; i < insn->opcode_at; i++)
		if (from->bytes[i] == 0x66)
			return true;
	return false;
}

/* With a lock prefix it would be an undefined instruction. */
static bool disp_is_nothing(const struct pte_insn *insn)
{
	return (insn->flags & PTE_NOP) && !(insn->flags & PTE_LOCKED);
}

/* All of the copy but the jump to the next instruction.  False: it is not to be
 * reached from there. */
static bool disp_one(struct disp_out *out, const struct disp_source *from)
{
	const struct pte_insn *insn = from->insn;

	disp_refuse(out, disp_class_obstacle(insn->class));
	if (insn->flags & PTE_ENDBR)
		disp_refuse(out, PTE_OBSTACLE_ENDBR);
	if (disp_is_short_branch(from))
		disp_refuse(out, PTE_OBSTACLE_BRANCH_SIZE);
	if (out->obstacle)
		return false;
	switch (insn->class) {
	case PTE_CLASS_JUMP: disp_leave(out, disp_target(from)); return false;
	case PTE_CLASS_JCC: disp_jcc(out, from); return true;
	case PTE_CLASS_LOOP: disp_loop(out, from); return true;
	case PTE_CLASS_CALL:
		disp_push_return(out, from);
		disp_leave(out, disp_target(from));
		return false;
	case PTE_CLASS_JUMP_INDIRECT:
		disp_jump_indirect(out, from, 0);
		return false;
	case PTE_CLASS_CALL_INDIRECT:
		disp_call_indirect(out, from);
		return false;
	case PTE_CLASS_RETURN: disp_return(out, from); return false;
	default:
		if (!disp_is_nothing(insn))
			disp_verbatim(out, from);
		return true;
	}
}

enum pte_obstacle pte_displace(const uint8_t *bytes,
			       const struct pte_insn *insn,
			       unsigned long address, unsigned long slot,
			       bool wide, bool trap, struct pte_copy *ret)
{
	struct disp_source from = {
		.bytes = bytes,
		.insn = insn,
		.address = address,
	};
	struct disp_out out = { .slot = slot, .wide = wide, .trap = trap };

	if (disp_one(&out, &from))
		disp_leave(&out, disp_next(&from));
	if (out.obstacle)
		return out.obstacle;
	memcpy(ret->code, out.code, out.size);
	ret->size = (uint8_t)out.size;
	return PTE_OBSTACLE_NONE;
}

enum pte_obstacle pte_displace_run(const uint8_t *bytes, size_t n,
				   unsigned long address, unsigned long slot,
				   bool wide, struct pte_run *ret)
{
	struct disp_out out = { .slot = slot, .wide = wide };
	struct pte_insn insn;
	size_t at = 0;
	bool goes_on = true;

	while (at < PTE_JUMP_SIZE) {
		struct disp_source from = {
			.bytes = bytes + at,
			.insn = &insn,
			.address = address + at,
		};

		if (!goes_on && at < n && bytes[at] == 0xcc) {
			at++; /* fills the gap behind a jump or return */
			continue;
		}
		if (!pte_decode(bytes + at, n - at, wide, &insn))
			return PTE_OBSTACLE_NOT_DECODED;
		at += insn.length;
		if (at < PTE_JUMP_SIZE &&
		    (insn.class == PTE_CLASS_CALL ||
		     insn.class == PTE_CLASS_CALL_INDIRECT))
			return PTE_OBSTACLE_CALL_INSIDE;
		goes_on = disp_one(&out, &from);
		if (out.obstacle)
			return out.obstacle;
	}
	if (goes_on)
		disp_leave(&out, address + at);
	if (out.obstacle)
		return out.obstacle;
	memcpy(ret->code, out.code, out.size);
	ret->size = (uint8_t)out.size;
	ret->length = (uint8_t)at;
	return PTE_OBSTACLE_NONE;
}
