/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Floating point numbers.  A script's value of one is the bits of the nearest
 * binary64.
 */
#ifndef PT_FLOATS_H
#define PT_FLOATS_H

#include "dbg.h"

/* What a type of class PT_DBG_FLOAT is.  PT_FLOAT_OTHER is complex or decimal, or has a
 * format that is not read. */
enum pt_float_format {
	PT_FLOAT_OTHER,
	PT_FLOAT_SINGLE,
	PT_FLOAT_DOUBLE,
	PT_FLOAT_EXTENDED, /* the x87's */
};
enum pt_float_format pt_float_format(struct pt_dbg *dbg,
				     const struct pt_dbg_type *type);

/* Is TYPE, of class PT_DBG_FLOAT, a pair of numbers? */
bool pt_float_is_complex(struct pt_dbg *dbg, const struct pt_dbg_type *type);

/* Reads the register NUMBER, as DBG's code calls it: one for integers, or the lower 64
 * bits of an xmm.  False: it is neither, or an xmm of the kernel, which ptap does not
 * read. */
bool pt_float_register(const struct pt_dbg *dbg, unsigned number,
		       struct pt_fetch_insn *ret);

/* Bits of an xmm that are read at once. */
#define PT_FLOAT_XMM_HALF 64

/* PART, whose program leaves the lower half of an xmm, has bits of all of it: adds them to
 * PARTS.  False, and nothing done: they are among those that the program leaves, or not
 * all of them in the register. */
bool pt_float_add_xmm(struct pt_dbg *dbg, GPtrArray *parts,
		      const struct pt_dbg_part *part);

/* Is NUMBER, as DBG's code calls it, a register of the x87 that can be read?  *RET: which
 * of them. */
bool pt_float_is_st(const struct pt_dbg *dbg, unsigned number, unsigned *ret);

/* Adds to FETCH st(NUMBER) as a binary64. */
void pt_float_add_st(struct pt_fetch *fetch, unsigned number);

/* As pt_dbg_load(), of a type of class PT_DBG_FLOAT. */
struct pt_error *pt_float_load(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value,
			       struct pt_fetch **ret);

#endif
