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

bool pt_parts_add_bytes(struct pt_dbg *dbg, GPtrArray *parts, uint64_t start,
			const void *bytes, size_t length)
{
	if (length > MAX_CONSTANT)
		return false;
	for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
		size_t n = MIN(length - at, sizeof(uint64_t));
		struct pt_dbg_part part = {
			.start = start + at * 8,
			.bits = n * 8,
			.fetch = pt_fetch_create(dbg->arena),
		};
		int64_t word = 0;

		memcpy(&word, (const uint8_t *)bytes + at, n);
		pt_fetch_add(part.fetch, PT_FETCH_CONST, 0, word);
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

/* Is PART all of a structure's or an array's bits, which only a member can be? */
static bool stays_a_part(struct pt_dbg *dbg, const struct pt_dbg_part *part,
			 const struct pt_dbg_value *value)
{
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

/* Leaves LENGTH bits behind OFFSET bits of PART on the stack. */
static struct pt_error *add_bits(struct pt_dbg *dbg,
				 const struct pt_dbg_part *part, bool user,
				 uint64_t offset, uint64_t length,
				 struct pt_fetch *fetch)
{
	uint64_t width = WORD_BITS;

	pt_fetch_append(fetch, part->fetch);
	if (part->in_memory) {
		pt_fetch_offset(fetch, (int64_t)(offset / 8));
		offset %= 8;
		if (offset + length > WORD_BITS)
			return parts_unsupported(dbg);
		width = load_size(offset + length) * 8;
		pt_fetch_add(fetch, PT_FETCH_LOAD, (uint32_t)width / 8, user);
	}
	if (offset)
		pt_fetch_add(fetch, PT_FETCH_BITS, (uint32_t)length,
			     (int64_t)offset);
	else if (length < width)
		pt_fetch_add(fetch, PT_FETCH_ZERO, (uint32_t)length, 0);
	return NULL;
}

struct pt_error *pt_parts_number(struct pt_dbg *dbg, const GPtrArray *parts,
				 bool user, uint64_t start, uint64_t bits,
				 struct pt_fetch *ret)
{
	uint64_t at = start, end = start + bits;

	if (bits > WORD_BITS)
		return parts_unsupported(dbg);
	for (unsigned i = 0; i < parts->len; i++) {
		const struct pt_dbg_part *part = parts->pdata[i];
		uint64_t low = MAX(part->start, start);
		uint64_t high = MIN(part->start + part->bits, end);

		if (low >= high)
			continue;
		if (low != at || part->pointee)
			return parts_gone(dbg);
		PT_TRY(add_bits(dbg, part, user, low - part->start, high - low,
				ret));
		if (low != start) {
			pt_fetch_add(ret, PT_FETCH_CONST, 0,
				     (int64_t)(low - start));
			pt_fetch_add(ret, PT_FETCH_SHL, 0, 0);
			pt_fetch_add(ret, PT_FETCH_OR, 0, 0);
		}
		if (ret->insns->len > PT_FETCH_MAX_INSNS)
			return parts_unsupported(dbg);
		at = high;
	}
	return at == end ? NULL : parts_gone(dbg);
}
