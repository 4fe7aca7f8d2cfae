/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "typed.h"

#include <dwarf.h>
#include <string.h>

/* Operations that are one of ours, with what they take and leave. */
static const struct {
	uint8_t atom;
	uint8_t pops, pushes;
	enum {
		SIGNED = 1, /* takes signed numbers */
		LOOSE = 2,  /* what it leaves may have bits beyond an address */
	} flags;
	enum pt_fetch_op op;
} simple_ops[] = {
	{ DW_OP_dup, 1, 2, 0, PT_FETCH_DUP },
	{ DW_OP_drop, 1, 0, 0, PT_FETCH_DROP },
	{ DW_OP_swap, 2, 2, 0, PT_FETCH_SWAP },
	{ DW_OP_rot, 3, 3, 0, PT_FETCH_ROT },
	{ DW_OP_abs, 1, 1, SIGNED, PT_FETCH_ABS },
	{ DW_OP_and, 2, 1, 0, PT_FETCH_AND },
	{ DW_OP_div, 2, 1, SIGNED | LOOSE, PT_FETCH_DIV },
	{ DW_OP_minus, 2, 1, LOOSE, PT_FETCH_SUB },
	{ DW_OP_mod, 2, 1, 0, PT_FETCH_MOD },
	{ DW_OP_mul, 2, 1, LOOSE, PT_FETCH_MUL },
	{ DW_OP_neg, 1, 1, LOOSE, PT_FETCH_NEG },
	{ DW_OP_not, 1, 1, LOOSE, PT_FETCH_NOT },
	{ DW_OP_or, 2, 1, 0, PT_FETCH_OR },
	{ DW_OP_plus, 2, 1, LOOSE, PT_FETCH_ADD },
	{ DW_OP_shl, 2, 1, LOOSE, PT_FETCH_SHL },
	{ DW_OP_shr, 2, 1, 0, PT_FETCH_SHR },
	{ DW_OP_shra, 2, 1, SIGNED | LOOSE, PT_FETCH_SHRA },
	{ DW_OP_xor, 2, 1, 0, PT_FETCH_XOR },
	{ DW_OP_eq, 2, 1, SIGNED, PT_FETCH_EQ },
	{ DW_OP_ne, 2, 1, SIGNED, PT_FETCH_NE },
	{ DW_OP_lt, 2, 1, SIGNED, PT_FETCH_LT },
	{ DW_OP_le, 2, 1, SIGNED, PT_FETCH_LE },
	{ DW_OP_gt, 2, 1, SIGNED, PT_FETCH_GT },
	{ DW_OP_ge, 2, 1, SIGNED, PT_FETCH_GE },
};

/* The topmost COUNT values, one or two, as signed numbers. */
static struct pt_error *emit_signed(struct pt_location_compiler *c,
				    unsigned count)
{
	unsigned bits = pt_location_arch(c)->word * 8;

	if (bits == 64)
		return NULL;
	if (count == 2) {
		PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
		PT_TRY(pt_location_emit(c, PT_FETCH_SIGN, bits, 0, 1, 1));
		PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
	}
	return pt_location_emit(c, PT_FETCH_SIGN, bits, 0, 1, 1);
}

/* The top is a KIND from here on: its other bits follow from those. */
struct pt_error *pt_typed_widen(struct pt_location_compiler *c,
				struct pt_typed_kind kind)
{
	if (kind.bits && kind.bits < 64)
		PT_TRY(pt_location_emit(
			c, kind.is_signed ? PT_FETCH_SIGN : PT_FETCH_ZERO,
			kind.bits, 0, 1, 1));
	c->kinds[c->depth - 1] = kind;
	return NULL;
}

/* The value below the top by OP, an operation on one. */
static struct pt_error *emit_below(struct pt_location_compiler *c,
				   enum pt_fetch_op op, uint32_t a)
{
	PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
	PT_TRY(pt_location_emit(c, op, a, 0, 1, 1));
	return pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2);
}

/* The topmost two, so that a signed comparison orders them as unsigned ones. */
static struct pt_error *emit_biased(struct pt_location_compiler *c)
{
	for (int i = 0; i < 2; i++) {
		PT_TRY(pt_location_const(c, INT64_MIN));
		PT_TRY(pt_location_emit(c, PT_FETCH_XOR, 0, 0, 2, 1));
		PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
	}
	return NULL;
}

/* x - x / y * y: PT_FETCH_MOD is unsigned. */
static struct pt_error *emit_remainder(struct pt_location_compiler *c)
{
	PT_TRY(pt_location_emit(c, PT_FETCH_PICK, 1, 0, 0, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_PICK, 1, 0, 0, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_DIV, 0, 0, 2, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_MUL, 0, 0, 2, 1));
	return pt_location_emit(c, PT_FETCH_SUB, 0, 0, 2, 1);
}

static bool is_comparison(enum pt_fetch_op op)
{
	return op >= PT_FETCH_EQ && op <= PT_FETCH_GE;
}

static const char float_arithmetic[] = "arithmetic that floating point has not";

/* The sign of the top, which is of KIND, is a bit. */
static struct pt_error *compile_sign(struct pt_location_compiler *c,
				     bool negate, struct pt_typed_kind kind)
{
	int64_t sign = (int64_t)(UINT64_C(1) << (kind.bits - 1));

	PT_TRY(pt_location_const(c, negate ? sign : ~sign));
	PT_TRY(pt_location_emit(c, negate ? PT_FETCH_XOR : PT_FETCH_AND, 0, 0,
				2, 1));
	c->kinds[c->depth - 1] = kind;
	return NULL;
}

/* How floating point does what integers do: AFTER what it leaves is turned into its
 * contrary. */
static const struct {
	enum pt_fetch_op op, by;
	bool swapped, after;
} float_ops[] = {
	{ PT_FETCH_ADD, PT_FETCH_FP_ADD, false, false },
	{ PT_FETCH_SUB, PT_FETCH_FP_SUB, false, false },
	{ PT_FETCH_MUL, PT_FETCH_FP_MUL, false, false },
	{ PT_FETCH_DIV, PT_FETCH_FP_DIV, false, false },
	{ PT_FETCH_EQ, PT_FETCH_FP_EQ, false, false },
	{ PT_FETCH_NE, PT_FETCH_FP_EQ, false, true },
	{ PT_FETCH_LT, PT_FETCH_FP_LT, false, false },
	{ PT_FETCH_LE, PT_FETCH_FP_LE, false, false },
	{ PT_FETCH_GT, PT_FETCH_FP_LT, true, false },
	{ PT_FETCH_GE, PT_FETCH_FP_LE, true, false },
};

/*
 * OP on floating point of KIND.  Of binary32 it is done as binary64, whose 53 bits are
 * more than twice 24 and 2: rounded again the result is the same (Figueroa, "When is
 * double rounding innocuous?", SIGNUM Newsletter 30, 1995).
 */
static struct pt_error *compile_float(struct pt_location_compiler *c,
				      enum pt_fetch_op op,
				      struct pt_typed_kind kind)
{
	bool single = kind.bits == 32;
	size_t i = 0;

	if (op == PT_FETCH_NEG || op == PT_FETCH_ABS)
		return compile_sign(c, op == PT_FETCH_NEG, kind);
	while (i < G_N_ELEMENTS(float_ops) && float_ops[i].op != op)
		i++;
	if (i == G_N_ELEMENTS(float_ops))
		return pt_location_unsupported(c, float_arithmetic);
	if (single) {
		PT_TRY(emit_below(c, PT_FETCH_FP_SINGLE, 0));
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_SINGLE, 0, 0, 1, 1));
	}
	if (float_ops[i].swapped)
		PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
	PT_TRY(pt_location_emit(c, float_ops[i].by, 0, 0, 2, 1));
	if (float_ops[i].after) {
		PT_TRY(pt_location_const(c, 1));
		PT_TRY(pt_location_emit(c, PT_FETCH_XOR, 0, 0, 2, 1));
	}
	if (is_comparison(op))
		return NULL;
	if (single)
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_TO_SINGLE, 0, 0, 1, 1));
	c->kinds[c->depth - 1] = kind;
	return NULL;
}

/* OP on one or two values of KIND, an integer type's; the second of a shift is
 * any number. */
static struct pt_error *compile_typed(struct pt_location_compiler *c,
				      enum pt_fetch_op op, unsigned pops,
				      struct pt_typed_kind kind)
{
	bool wide = kind.bits == 64 && !kind.is_signed;

	if (kind.is_float)
		return compile_float(c, op, kind);
	switch (op) {
	case PT_FETCH_ABS:
		if (!kind.is_signed)
			return NULL;
		break;
	case PT_FETCH_DIV:
		if (wide)
			op = PT_FETCH_UDIV;
		break;
	case PT_FETCH_MOD:
		if (!kind.is_signed)
			break;
		PT_TRY(emit_remainder(c));
		return pt_typed_widen(c, kind);
	case PT_FETCH_SHR:
		PT_TRY(emit_below(c, PT_FETCH_ZERO, kind.bits));
		break;
	case PT_FETCH_SHRA:
		PT_TRY(emit_below(c, PT_FETCH_SIGN, kind.bits));
		break;
	default:
		if (wide && is_comparison(op))
			PT_TRY(emit_biased(c));
	}
	PT_TRY(pt_location_emit(c, op, 0, 0, pops, 1));
	return is_comparison(op) ? NULL : pt_typed_widen(c, kind);
}

static bool is_shift(enum pt_fetch_op op)
{
	return op == PT_FETCH_SHL || op == PT_FETCH_SHR || op == PT_FETCH_SHRA;
}

struct pt_error *pt_typed_check(struct pt_location_compiler *c,
				struct pt_typed_kind a, struct pt_typed_kind b)
{
	if (a.bits == b.bits && a.is_signed == b.is_signed &&
	    a.is_float == b.is_float)
		return NULL;
	return pt_location_unsupported(c, "arithmetic on values of two types");
}

/* *RET_DONE: ATOM was one of simple_ops. */
struct pt_error *pt_typed_simple(struct pt_location_compiler *c, uint8_t atom,
				 bool *ret_done)
{
	*ret_done = false;
	for (size_t i = 0; i < G_N_ELEMENTS(simple_ops); i++) {
		unsigned pops = simple_ops[i].pops;
		enum pt_fetch_op op = simple_ops[i].op;
		struct pt_typed_kind kind = { 0 };

		if (simple_ops[i].atom != atom)
			continue;
		*ret_done = true;
		if (simple_ops[i].pushes == 1 && c->depth >= pops) {
			kind = c->kinds[c->depth - pops];
			if (pops == 2 && !is_shift(op))
				PT_TRY(pt_typed_check(c, kind,
						      c->kinds[c->depth - 1]));
		}
		if (kind.bits)
			return compile_typed(c, op, pops, kind);
		if (simple_ops[i].flags & SIGNED)
			PT_TRY(emit_signed(c, pops));
		PT_TRY(pt_location_emit(c, op, 0, 0, pops,
					simple_ops[i].pushes));
		c->loose = simple_ops[i].flags & LOOSE &&
			   pt_location_arch(c)->word < sizeof(uint64_t);
		return NULL;
	}
	return NULL;
}

struct pt_error *pt_typed_named(struct pt_location_compiler *c,
				const Dwarf_Op *op, struct pt_typed_kind *ret)
{
	Dwarf_Word encoding, size;
	Dwarf_Die type;

	if (dwarf_getlocation_die(c->attr, op, &type) ||
	    !pt_walkdie_number(&type, DW_AT_encoding, &encoding) ||
	    !pt_walkdie_number(&type, DW_AT_byte_size, &size) || !size)
		return pt_location_bad(c, "the type of a value");
	switch (encoding) {
	case DW_ATE_signed:
	case DW_ATE_signed_char: ret->is_signed = true; break;
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_boolean: ret->is_signed = false; break;
	case DW_ATE_float:
		if (size != 4 && size != 8)
			return pt_location_unsupported(
				c, "floating point of more than 64 bits");
		ret->is_float = true;
		break;
	default: return pt_location_unsupported(c, "arithmetic on no integers");
	}
	if (size > sizeof(uint64_t))
		return pt_location_unsupported(
			c, "arithmetic on more than 64 bits");
	ret->bits = (unsigned)size * 8;
	return NULL;
}

/* Can all numbers of KIND be numbers of 64 bits with a sign? */
static bool fits_long(struct pt_typed_kind kind)
{
	return kind.is_signed || (kind.bits && kind.bits < 64);
}

/* The top, an integer, to floating point of KIND, rounded once. */
static struct pt_error *float_of_integer(struct pt_location_compiler *c,
					 struct pt_typed_kind kind)
{
	struct pt_typed_kind from = c->kinds[c->depth - 1];

	if (!fits_long(from))
		return pt_location_unsupported(
			c, "floating point made of 64 bits without a sign");
	if (kind.bits == 32 && from.bits > 32)
		return pt_location_unsupported(
			c, "floating point of 32 bits made of more");
	PT_TRY(pt_location_emit(c, PT_FETCH_FP_FROM_LONG, 0, 0, 1, 1));
	if (kind.bits == 32)
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_TO_SINGLE, 0, 0, 1, 1));
	c->kinds[c->depth - 1] = kind;
	return NULL;
}

/* The top, of which one kind is floating point, to a number of KIND. */
static struct pt_error *convert_float(struct pt_location_compiler *c,
				      struct pt_typed_kind kind)
{
	struct pt_typed_kind from = c->kinds[c->depth - 1];

	if (!from.is_float)
		return float_of_integer(c, kind);
	if (!kind.is_float && kind.bits && !fits_long(kind))
		return pt_location_unsupported(
			c, "floating point made 64 bits without a sign");
	if (from.bits == 32 && (!kind.is_float || kind.bits == 64))
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_SINGLE, 0, 0, 1, 1));
	if (kind.is_float) {
		if (from.bits == 64 && kind.bits == 32)
			PT_TRY(pt_location_emit(c, PT_FETCH_FP_TO_SINGLE, 0, 0,
						1, 1));
		c->kinds[c->depth - 1] = kind;
		return NULL;
	}
	PT_TRY(pt_location_emit(c, PT_FETCH_FP_TO_LONG, 0, 0, 1, 1));
	c->loose = !kind.bits && pt_location_arch(c)->word < sizeof(uint64_t);
	return pt_typed_widen(c, kind);
}

/* A conversion keeps the number, a reinterpretation the bits. */
struct pt_error *pt_typed_convert(struct pt_location_compiler *c,
				  const Dwarf_Op *op)
{
	bool bits_kept = op->atom == DW_OP_reinterpret ||
			 op->atom == DW_OP_GNU_reinterpret;
	unsigned generic = pt_location_arch(c)->word * 8;
	struct pt_typed_kind kind = { 0 }, *top;

	if (!c->depth)
		return pt_location_bad(c, "a conversion of nothing");
	top = &c->kinds[c->depth - 1];
	if (op->number)
		PT_TRY(pt_typed_named(c, op, &kind));
	if (bits_kept && (kind.bits ? kind.bits : generic) !=
				 (top->bits ? top->bits : generic))
		return pt_location_bad(
			c, "a number taken for one of another size");
	if (!bits_kept && (kind.is_float || top->is_float))
		return convert_float(c, kind);
	if (kind.bits)
		return pt_typed_widen(c, kind);
	c->loose = top->bits && generic < 64;
	*top = kind;
	return NULL;
}

struct pt_error *pt_typed_constant(struct pt_location_compiler *c,
				   const Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	struct pt_typed_kind kind = { 0 };
	uint64_t value = 0;
	Dwarf_Block block;

	PT_TRY(pt_typed_named(c, op, &kind));
	if (dwarf_getlocation_attr(c->attr, op, &attr) ||
	    dwarf_formblock(&attr, &block) || block.length * 8 != kind.bits)
		return pt_location_bad(c, "a constant with a type");
	memcpy(&value, block.data, block.length);
	PT_TRY(pt_location_const(c, (int64_t)value));
	return pt_typed_widen(c, kind);
}

/* A floating point register as a number of KIND.  Of the x87 gcc (12) names ones here
 * that are another's by then, as its stack has moved. */
static struct pt_error *read_float(struct pt_location_compiler *c,
				   uint64_t number, struct pt_typed_kind kind)
{
	PT_TRY(pt_location_register(c, number));
	if (c->is_wide)
		return pt_location_unsupported(
			c, "arithmetic on a register of the x87");
	if (!kind.is_float)
		return pt_location_unsupported(
			c, "a register that holds no number of that type");
	/* It is no place. */
	c->value = false;
	c->is_xmm = false;
	return pt_typed_widen(c, kind);
}

/* What is read as a type's: a register or memory. */
struct pt_error *pt_typed_read(struct pt_location_compiler *c,
			       const Dwarf_Op *op)
{
	const struct pt_arch *arch = pt_location_arch(c);
	struct pt_typed_kind kind = { 0 };

	PT_TRY(pt_typed_named(c, op, &kind));
	if (op->atom == DW_OP_deref_type || op->atom == DW_OP_GNU_deref_type) {
		PT_TRY(pt_location_load(c, op->number));
		return pt_typed_widen(c, kind);
	}
	if (op->number >= arch->registers)
		return read_float(c, op->number, kind);
	PT_TRY(pt_location_integer(c, op->number));
	if (kind.bits > arch->word * 8)
		return pt_location_unsupported(
			c, "one register that it does not fit into");
	return pt_typed_widen(c, kind);
}
