/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A location expression at work: what location.c and typed.c share.
 */
#ifndef PT_LOCATION_H
#define PT_LOCATION_H

#include "dbg.h"

/* What a value on the stack is: of the generic type (0 bits), or of an integer
 * or floating point type, and then widened to 64 bits (DWARF 5, section 2.5.1). */
struct pt_typed_kind {
	unsigned bits;
	bool is_signed;
	bool is_float; /* the bits of a number */
};

struct pt_location_compiler {
	struct pt_dbg *dbg;
	const struct pt_location_context *context;
	Dwarf_Attribute *attr;
	struct pt_fetch *fetch;
	unsigned depth; /* values on the stack */
	struct pt_typed_kind kinds[PT_FETCH_MAX_STACK];
	unsigned nesting; /* frame bases and entry values */
	bool value;	  /* a register or stack_value: not an address */
	bool is_wide;	  /* a register of the x87, as a binary64 */
	bool is_xmm;	  /* an xmm, whose lower half is on the stack */
	bool loose;	  /* the top may have bits beyond an address */
	/* Instead of a value on the stack: */
	struct pt_dbg_pointee *pointee;
	Dwarf_Block constant; /* no data: none */
	GPtrArray *parts; /* struct pt_dbg_part *, in memory and not; NULL: the
			   * location is not made of pieces */
	uint64_t pieces;  /* bits that there were pieces of */
};

struct pt_error *pt_location_unsupported(struct pt_location_compiler *c,
					 const char *what);
struct pt_error *pt_location_bad(struct pt_location_compiler *c,
				 const char *what);

const struct pt_arch *pt_location_arch(const struct pt_location_compiler *c);

/* Adds an operation, which takes POPS values and leaves PUSHES. */
struct pt_error *pt_location_emit(struct pt_location_compiler *c,
				  enum pt_fetch_op op, uint32_t a, int64_t b,
				  unsigned pops, unsigned pushes);
struct pt_error *pt_location_const(struct pt_location_compiler *c,
				   int64_t value);

/* The register NUMBER: one for integers; any, which becomes what is described. */
struct pt_error *pt_location_integer(struct pt_location_compiler *c,
				     uint64_t number);
struct pt_error *pt_location_register(struct pt_location_compiler *c,
				      uint64_t number);

/* SIZE bytes at the address on the stack. */
struct pt_error *pt_location_load(struct pt_location_compiler *c,
				  uint64_t size);

#endif
