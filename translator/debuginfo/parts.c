/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values in several places: registers, constants, memory, and what is nowhere.
 */
#include "parts.h"

#include <string.h>

#define WORD_BITS 64

/* Bytes of a constant beyond this are not read. */
#define MAX_CONSTANT 4096

static struct pt_error *parts_gone(struct pt_dbg *dbg)
{
	return pt_error_new(dbg->arena, PT_E_OPTIMISED_OUT,
			    "this part of it was optimised out here");
}

static struct pt_error *parts_unsupported(struct pt_dbg *dbg)
{
	return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
			    "this part of what is in registers is not "
			    "supported");
}

void pt_parts_add(struct pt_dbg *dbg, GPtrArray *parts,
		  const struct pt_dbg_part *part)
{
	struct pt_dbg_part *copy = pt_new(dbg->arena, struct pt_dbg_part);

	*copy = *part;
	g_ptr_array_add(parts, copy);
}

/* BITS bits of BYTES, a word at most, from OFFSET on. */
static int64_t bits_of(const uint8_t *bytes, uint64_t offset, unsigned bits)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < bits; i++) {
		uint64_t at = offset + i;

		word |= (uint64_t)(bytes[at / 8] >> at % 8 & 1) << i;
	}
	return (int64_t)word;
}

bool pt_parts_add_bits(struct pt_dbg *dbg, GPtrArray *parts, uint64_t start,
		       const void *bytes, uint64_t offset, uint64_t bits)
{
	if (bits > MAX_CONSTANT * 8)
		return false;
	for (uint64_t at = 0; at < bits; at += WORD_BITS) {
		struct pt_dbg_part part = {
			.start = start + at,
			.bits = MIN(bits - at, WORD_BITS),
			.fetch = pt_fetch_create(dbg->arena),
		};

		pt_fetch_add(part.fetch, PT_FETCH_CONST, 0,
			     bits_of(bytes, offset + at, (unsigned)part.bits));
		pt_parts_add(dbg, parts, &part);
	}
	return true;
}

/* ---- a piece of it ---------------------------------------------------- */

/* LENGTH bits behind OFFSET bits of PART, which holds them all, as *VALUE. */
static struct pt_error *cut_one(struct pt_dbg *dbg,
				const struct pt_dbg_part *part, uint64_t offset,
				uint64_t length, struct pt_dbg_value *value)
{
	if (part->pointee) {
		if (offset || length != part->bits)
			return parts_gone(dbg);
		value->pointee = part->pointee;
		return NULL;
	}
	value->in_memory = part->in_memory;
	value->fetch = part->fetch;
	offset += part->offset;
	if (part->in_memory) {
		value->fetch = pt_fetch_copy(dbg->arena, part->fetch);
		pt_fetch_offset(value->fetch, (int64_t)(offset / 8));
		offset %= 8;
	}
	/* What is a bit field already says so. */
	if (!offset && !value->bit_size &&
	    (part->in_memory || length == part->bits))
		return NULL;
	value->bit_size = (unsigned)length;
	value->bit_offset = (unsigned)offset;
	return NULL;
}

/* Does PART begin within a byte, or is it all of a structure's or an array's bits, which
 * only a member can be? */
static bool stays_a_part(struct pt_dbg *dbg, const struct pt_dbg_part *part,
			 const struct pt_dbg_value *value)
{
	if (part->in_memory && part->offset)
		return true;
	switch (pt_dbg_type_class(dbg, value->type)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
	case PT_DBG_ARRAY: return part->pointee;
	default: return false;
	}
}

struct pt_error *pt_parts_cut(struct pt_dbg *dbg,
			      const struct pt_dbg_value *whole, uint64_t start,
			      uint64_t bits, struct pt_dbg_value *value)
{
	bool any = false;

	start += whole->bit_offset;
	/* A register of the x87 has one number. */
	if (whole->is_wide && !start) {
		value->fetch = whole->fetch;
		value->is_wide = true;
		return NULL;
	}
	if (whole->is_wide || !bits || bits > UINT32_MAX || start > UINT32_MAX)
		return parts_unsupported(dbg);
	if (!whole->parts) {
		struct pt_dbg_part all = { .bits = WORD_BITS,
					   .fetch = whole->fetch };

		return start + bits > WORD_BITS
			       ? parts_unsupported(dbg)
			       : cut_one(dbg, &all, start, bits, value);
	}
	for (unsigned i = 0; i < whole->parts->len; i++) {
		const struct pt_dbg_part *part = whole->parts->pdata[i];

		if (part->start <= start &&
		    start + bits <= part->start + part->bits &&
		    !stays_a_part(dbg, part, value))
			return cut_one(dbg, part, start - part->start, bits,
				       value);
		any |= part->start < start + bits &&
		       start < part->start + part->bits;
	}
	if (!any)
		return parts_gone(dbg);
	value->parts = whole->parts;
	value->bit_offset = (unsigned)start;
	value->bit_size = (unsigned)bits;
	return NULL;
}

/* ---- one number ------------------------------------------------------- */

static unsigned load_size(uint64_t bits)
{
	return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
}

/* Of LENGTH bits behind OFFSET bits of PART, how many one load has. */
static uint64_t at_once(const struct pt_dbg_part *part, uint64_t offset,
			uint64_t length)
{
	return part->in_memory
		       ? MIN(length, WORD_BITS - (part->offset + offset) % 8)
		       : length;
}

/* Leaves LENGTH bits behind OFFSET bits of PART on the stack, as many as one load has. */
static void add_bits(const struct pt_dbg_part *part, bool user, uint64_t offset,
		     uint64_t length, struct pt_fetch *fetch)
{
	uint64_t width = WORD_BITS;

	pt_fetch_append(fetch, part->fetch);
	offset += part->offset;
	if (part->in_memory) {
		pt_fetch_offset(fetch, (int64_t)(offset / 8));
		offset %= 8;
		width = load_size(offset + length) * 8;
		pt_fetch_add(fetch, PT_FETCH_LOAD, (uint32_t)width / 8, user);
	}
	if (offset)
		pt_fetch_add(fetch, PT_FETCH_BITS, (uint32_t)length,
			     (int64_t)offset);
	else if (length < width)
		pt_fetch_add(fetch, PT_FETCH_ZERO, (uint32_t)length, 0);
}

struct pt_error *pt_parts_number(struct pt_dbg *dbg, const GPtrArray *parts,
				 bool user, uint64_t start, uint64_t bits,
				 struct pt_fetch *ret)
{
	uint64_t at = start, end = start + bits;
	unsigned i = 0;

	if (bits > WORD_BITS)
		return parts_unsupported(dbg);
	while (i < parts->len && at < end) {
		const struct pt_dbg_part *part = parts->pdata[i];
		uint64_t length, high = MIN(part->start + part->bits, end);

		if (at >= high) {
			i++;
			continue;
		}
		if (part->start > at || part->pointee)
			return parts_gone(dbg);
		length = at_once(part, at - part->start, high - at);
		add_bits(part, user, at - part->start, length, ret);
		if (at != start) {
			pt_fetch_add(ret, PT_FETCH_CONST, 0,
				     (int64_t)(at - start));
			pt_fetch_add(ret, PT_FETCH_SHL, 0, 0);
			pt_fetch_add(ret, PT_FETCH_OR, 0, 0);
		}
		if (ret->insns->len > PT_FETCH_MAX_INSNS)
			return parts_unsupported(dbg);
		at += length;
	}
	return at == end ? NULL : parts_gone(dbg);
}
