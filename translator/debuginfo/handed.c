/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "handed.h"

#include <dwarf.h>
#include <stdlib.h>

#include "floats.h"
#include "frame.h"
#include "loclist.h"
#include "parts.h"

/* What is larger is no parameter that is taken apart, and always set. */
#define MAX_BYTES 64

struct reader {
	struct pt_dbg *dbg;
	struct pt_dbg_code *code;
	uint64_t entry;
	Dwarf_Attribute *location;
	const struct pt_dbg_value *convention;
	uint64_t size; /* of the parameter in bytes */
	bool on_stack;
	int64_t slot; /* there: bytes above the frame address */
	/* What is read: */
	uint64_t registers; /* as in struct pt_fetch */
	uint64_t bytes;	    /* mask of those on the stack */
};

/* One entry of the list, and one piece of it. */
struct piece {
	uint64_t pc; /* from where on it holds */
	bool at_entry;
	const Dwarf_Op *ops;
	size_t count;
	uint64_t start, size; /* bytes of the parameter */
};

/* Is it an offset from the frame address? */
static bool is_slot(const struct pt_fetch *fetch, int64_t *ret)
{
	const struct pt_fetch_insn *insns = (void *)fetch->insns->data;
	guint count = fetch->insns->len;

	*ret = count == 3 ? insns[1].b : 0;
	return insns[0].op == PT_FETCH_CFA &&
	       (count == 1 || (count == 3 && insns[1].op == PT_FETCH_CONST &&
			       insns[2].op == PT_FETCH_ADD));
}

static bool is_register(uint8_t atom, uint8_t first)
{
	return atom >= first && atom <= first + 31;
}

static void mark_register(struct reader *r, unsigned number)
{
	struct pt_fetch_insn insn;

	if (pt_float_register(r->dbg, number, &insn))
		r->registers |= pt_fetch_register_bit(&insn);
}

/* "The register's value at the entry" is that, wherever it is said. */
static void mark_entry_value(struct reader *r, const Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_getlocation_attr(r->location, op, &attr) &&
	    !dwarf_getlocation(&attr, &ops, &count) && count == 1 &&
	    is_register(ops[0].atom, DW_OP_reg0))
		mark_register(r, ops[0].atom - DW_OP_reg0);
}

/* Is what the piece describes a value, not a place in memory? */
static bool is_value(const struct piece *piece)
{
	uint8_t last = piece->ops[piece->count - 1].atom;

	return last == DW_OP_stack_value ||
	       (piece->count == 1 && is_register(last, DW_OP_reg0));
}

static void mark_registers(struct reader *r, const struct piece *piece)
{
	if (is_value(piece) == r->convention->in_memory)
		return;
	for (size_t i = 0; i < piece->count; i++) {
		const Dwarf_Op *op = &piece->ops[i];

		if (op->atom == DW_OP_entry_value ||
		    op->atom == DW_OP_GNU_entry_value)
			mark_entry_value(r, op);
		else if (piece->at_entry && is_register(op->atom, DW_OP_reg0))
			mark_register(r, op->atom - DW_OP_reg0);
		else if (piece->at_entry && is_register(op->atom, DW_OP_breg0))
			mark_register(r, op->atom - DW_OP_breg0);
	}
}

/* The offset of the frame address from register NUMBER at PC; false: it is found from
 * another. */
static bool frame_from(struct reader *r, uint64_t pc, unsigned number,
		       int64_t *ret)
{
	Dwarf_Frame *frame;
	Dwarf_Op *ops;
	size_t count;
	bool good;

	if (!pt_frame_find(r->dbg, r->code->window, pc, &frame))
		return false;
	/* What libdw makes of "a register and an offset". */
	good = !dwarf_frame_cfa(frame, &ops, &count) && count == 1 &&
	       ops[0].atom == DW_OP_bregx && ops[0].number == number;
	if (good)
		*ret = (int64_t)ops[0].number2;
	free(frame);
	return good;
}

/* Bytes above the frame address of the place that OP is at PC. */
static bool slot_of(struct reader *r, uint64_t pc, const Dwarf_Op *op,
		    int64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;
	unsigned number;
	int64_t frame;

	if (op->atom == DW_OP_fbreg) {
		if (!pt_walkdie_location(&r->code->around, DW_AT_frame_base,
					 &attr) ||
		    !pt_loclist_is_sound(r->dbg->image, &attr) ||
		    dwarf_getlocation_addr(&attr, pc, &ops, &count, 1) != 1 ||
		    count != 1)
			return false;
		*ret = (int64_t)op->number;
		if (ops[0].atom == DW_OP_call_frame_cfa)
			return true;
		if (!is_register(ops[0].atom, DW_OP_reg0))
			return false;
		number = ops[0].atom - DW_OP_reg0;
	} else if (is_register(op->atom, DW_OP_breg0)) {
		*ret = (int64_t)op->number;
		number = op->atom - DW_OP_breg0;
	} else {
		return false;
	}
	return frame_from(r, pc, number, &frame) &&
	       !__builtin_sub_overflow(*ret, frame, ret);
}

static void mark_slot(struct reader *r, const struct piece *piece)
{
	int64_t slot;

	if (piece->count != 1 || !slot_of(r, piece->pc, piece->ops, &slot) ||
	    slot != r->slot + (int64_t)piece->start)
		return;
	for (uint64_t i = 0; i < piece->size; i++)
		r->bytes |= UINT64_C(1) << (piece->start + i);
}

static void mark_piece(struct reader *r, const struct piece *piece)
{
	if (!piece->count || piece->start > r->size ||
	    piece->size > r->size - piece->start)
		return;
	if (r->on_stack)
		mark_slot(r, piece);
	else
		mark_registers(r, piece);
}

static void mark_entry(struct reader *r, const struct piece *all)
{
	struct piece piece = { .pc = all->pc,
			       .at_entry = all->at_entry,
			       .ops = all->ops };

	for (size_t i = 0; i < all->count; i++) {
		if (all->ops[i].atom == DW_OP_bit_piece)
			return;
		if (all->ops[i].atom != DW_OP_piece) {
			piece.count++;
			continue;
		}
		piece.size = all->ops[i].number;
		mark_piece(r, &piece);
		if (piece.size > r->size)
			return;
		piece.start += piece.size;
		piece.ops = all->ops + i + 1;
		piece.count = 0;
	}
	if (!piece.start) {
		piece.size = r->size;
		mark_piece(r, &piece);
	}
}

static void mark_list(struct reader *r)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;
	Dwarf_Op *ops;
	size_t count;

	if (!pt_loclist_is_sound(r->dbg->image, r->location))
		return;
	while ((offset = dwarf_getlocations(r->location, offset, &base, &start,
					    &end, &ops, &count)) > 0) {
		struct piece all = { .pc = start,
				     .at_entry = start <= r->entry &&
						 r->entry < end,
				     .ops = ops,
				     .count = count };

		/* A place for all of the function is not there from its start:
		 * the frame is still to be made. */
		if (start < end && (start || !r->on_stack))
			mark_entry(r, &all);
	}
}

/* The pieces of the stack that are read, as parts. */
static void stack_parts(const struct reader *r, struct pt_dbg_value *value)
{
	value->in_memory = false;
	value->fetch = NULL;
	for (uint64_t i = 0; i < r->size; i++) {
		struct pt_dbg_part part = { .start = i * 8, .in_memory = true };

		for (; i < r->size && r->bytes & UINT64_C(1) << i; i++)
			part.bits += 8;
		if (!part.bits)
			continue;
		part.fetch = pt_fetch_copy(r->dbg->arena, r->convention->fetch);
		pt_fetch_offset(part.fetch, (int64_t)part.start / 8);
		pt_parts_add(r->dbg, value->parts, &part);
	}
}

static bool fetch_is_read(const struct reader *r, const struct pt_fetch *fetch)
{
	return fetch->registers && !(fetch->registers & ~r->registers);
}

/* A number is one argument, in however many words it is handed over: what reads a
 * part of it has it set. */
static bool is_number(const struct reader *r)
{
	switch (pt_dbg_type_class(r->dbg, r->convention->type)) {
	case PT_DBG_SIGNED:
	case PT_DBG_UNSIGNED: return r->size <= 8;
	default: return false;
	}
}

static bool all_is_read(const struct reader *r)
{
	const struct pt_fetch *fetch = r->convention->fetch;

	if (r->on_stack)
		return r->bytes == UINT64_MAX >> (64 - r->size) ||
		       (r->bytes && is_number(r));
	return fetch && (fetch_is_read(r, fetch) ||
			 (fetch->registers & r->registers && is_number(r)));
}

static void register_parts(const struct reader *r, struct pt_dbg_value *value)
{
	for (guint i = 0; i < r->convention->parts->len; i++) {
		const struct pt_dbg_part *part = r->convention->parts->pdata[i];

		if (part->fetch && fetch_is_read(r, part->fetch))
			pt_parts_add(r->dbg, value->parts, part);
	}
}

bool pt_handed_read(struct pt_dbg *dbg, struct pt_dbg_code *code,
		    uint64_t entry, Dwarf_Attribute *location,
		    const struct pt_dbg_value *convention,
		    struct pt_dbg_value *ret)
{
	struct reader r = {
		.dbg = dbg,
		.code = code,
		.entry = entry,
		.location = location,
		.convention = convention,
		.size = pt_dbg_type_size(dbg, convention->type),
	};
	struct pt_dbg_value value = *convention;

	if (!r.size || r.size > MAX_BYTES)
		return false;
	r.on_stack =
		convention->in_memory && is_slot(convention->fetch, &r.slot);
	mark_list(&r);
	if (all_is_read(&r)) {
		*ret = value;
		return true;
	}
	if (!r.on_stack && !convention->parts)
		return false;
	value.parts = pt_arena_ptr_array(dbg->arena);
	if (r.on_stack)
		stack_parts(&r, &value);
	else
		register_parts(&r, &value);
	if (!value.parts->len)
		return false;
	*ret = value;
	return true;
}
