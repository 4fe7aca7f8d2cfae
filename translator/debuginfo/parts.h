/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values in several places (DWARF 5, section 2.6.1.2, "Composite Location
 * Descriptions").  Parts (struct pt_dbg_part *) are in the order of their start and
 * do not overlap; bits that no part has are nowhere.
 */
#ifndef PT_PARTS_H
#define PT_PARTS_H

#include "dbg.h"

/* Bits of SIZE bytes; more than there can be, of a size that cannot be. */
static inline uint64_t pt_parts_bits(uint64_t size)
{
	return size > UINT32_MAX ? UINT64_MAX : size * 8;
}

/* Adds a copy of PART. */
void pt_parts_add(struct pt_dbg *dbg, GPtrArray *parts,
		  const struct pt_dbg_part *part);

/* Adds BITS bits of constant BYTES, those from OFFSET on, as the bits from START on.
 * False: they are too many. */
bool pt_parts_add_bits(struct pt_dbg *dbg, GPtrArray *parts, uint64_t start,
		       const void *bytes, uint64_t offset, uint64_t bits);

/*
 * BITS bits from START on of WHOLE, which is not in memory, become VALUE, whose type
 * is set, and bit_size if it is a bit field.  PT_E_OPTIMISED_OUT if nothing of them
 * is anywhere.
 */
struct pt_error *pt_parts_cut(struct pt_dbg *dbg,
			      const struct pt_dbg_value *whole, uint64_t start,
			      uint64_t bits, struct pt_dbg_value *value);

/* BITS bits, 64 at most, from START on as one number; what is in memory is in the
 * USER's or not.  PT_E_OPTIMISED_OUT if some of them are nowhere. */
struct pt_error *pt_parts_number(struct pt_dbg *dbg, const GPtrArray *parts,
				 bool user, uint64_t start, uint64_t bits,
				 struct pt_fetch *ret);

#endif
