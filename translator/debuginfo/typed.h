/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values with types on the stack of a location expression, and all arithmetic.
 * Operations of DWARF 5, sections 2.5.1.1, 2.5.1.4 and 2.5.1.6.
 */
#ifndef PT_TYPED_H
#define PT_TYPED_H

#include "location.h"

/* The top is a KIND from here on: its other bits follow from those. */
struct pt_error *pt_typed_widen(struct pt_location_compiler *c,
				struct pt_typed_kind kind);

/* The base type that OP names, one of DW_OP_regval_type and its like.  PT_E_UNSUPPORTED
 * if nothing is computed with it. */
struct pt_error *pt_typed_named(struct pt_location_compiler *c,
				const Dwarf_Op *op, struct pt_typed_kind *ret);

/* PT_E_UNSUPPORTED unless both are the same. */
struct pt_error *pt_typed_check(struct pt_location_compiler *c,
				struct pt_typed_kind a, struct pt_typed_kind b);

/* ATOM if it is one of the operations on what is on the stack: *RET_DONE. */
struct pt_error *pt_typed_simple(struct pt_location_compiler *c, uint8_t atom,
				 bool *ret_done);

/* DW_OP_convert and DW_OP_reinterpret; DW_OP_const_type; DW_OP_regval_type and
 * DW_OP_deref_type. */
struct pt_error *pt_typed_convert(struct pt_location_compiler *c,
				  const Dwarf_Op *op);
struct pt_error *pt_typed_constant(struct pt_location_compiler *c,
				   const Dwarf_Op *op);
struct pt_error *pt_typed_read(struct pt_location_compiler *c,
			       const Dwarf_Op *op);

#endif
