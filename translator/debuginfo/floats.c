/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "floats.h"

#include <dwarf.h>
#include <string.h>

#include "parts.h"

/* Bytes of the x87's numbers that are in use: 64 and 16 bits. */
#define EXTENDED_LOW 8
#define EXTENDED_HIGH 2

/* ---- types ------------------------------------------------------------ */

/* What is 10 bytes and a gap, not IEEE's binary128, compilers say by the name alone:
 * those of gcc and clang for C, and of gfortran. */
static bool is_extended(Dwarf_Die *die)
{
	static const char *const names[] = { "long double", "_Float64x",
					     "real(kind=10)" };
	const char *name = dwarf_diename(die);

	for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static Dwarf_Word encoding_of(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type,
			      struct pt_dbg_type **ret_peeled)
{
	Dwarf_Word encoding = 0;

	if (!pt_type_peel(dbg, type, ret_peeled) && (*ret_peeled)->has_die)
		pt_walkdie_number(&(*ret_peeled)->die, DW_AT_encoding,
				  &encoding);
	return encoding;
}

enum pt_float_format pt_float_format(struct pt_dbg *dbg,
				     const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;

	if (encoding_of(dbg, type, &peeled) != DW_ATE_float)
		return PT_FLOAT_OTHER;
	switch (pt_dbg_type_size(dbg, peeled)) {
	case 4: return PT_FLOAT_SINGLE;
	case 8: return PT_FLOAT_DOUBLE;
	case 12:
	case 16:
		return is_extended(&peeled->die) ? PT_FLOAT_EXTENDED
						 : PT_FLOAT_OTHER;
	default: return PT_FLOAT_OTHER;
	}
}

bool pt_float_is_complex(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;

	return encoding_of(dbg, type, &peeled) == DW_ATE_complex_float;
}

/* ---- registers -------------------------------------------------------- */

bool pt_float_register(const struct pt_dbg *dbg, unsigned number,
		       struct pt_fetch_insn *ret)
{
	const struct pt_arch *arch = dbg->image->arch;

	if (number < arch->registers) {
		*ret = pt_dbg_register(dbg, number);
		return true;
	}
	if (!dbg->program || number < arch->xmm ||
	    number >= arch->xmm + arch->n_xmm)
		return false;
	*ret = (struct pt_fetch_insn){ .op = PT_FETCH_FP_REG,
				       .a = PT_FETCH_XMM + number - arch->xmm };
	return true;
}

bool pt_float_is_st(const struct pt_dbg *dbg, unsigned number, unsigned *ret)
{
	const struct pt_arch *arch = dbg->image->arch;

	*ret = number - arch->st;
	return dbg->program && number >= arch->st && *ret < arch->n_st;
}

void pt_float_add_st(struct pt_fetch *fetch, unsigned number)
{
	pt_fetch_add(fetch, PT_FETCH_FP_REG, PT_FETCH_ST + number, 0);
	pt_fetch_add(fetch, PT_FETCH_FP_REG, PT_FETCH_ST + number, 1);
	pt_fetch_add(fetch, PT_FETCH_FP_EXTENDED, 0, 0);
}

bool pt_float_add_xmm(struct pt_dbg *dbg, GPtrArray *parts,
		      const struct pt_dbg_part *part)
{
	struct pt_fetch_insn insn =
		g_array_index(part->fetch->insns, struct pt_fetch_insn, 0);
	uint64_t end = part->offset + part->bits;

	if (end <= PT_FLOAT_XMM_HALF || end > 2 * PT_FLOAT_XMM_HALF ||
	    part->fetch->insns->len != 1)
		return false;
	for (insn.b = 0; insn.b < 2; insn.b++) {
		uint64_t half = (uint64_t)insn.b * PT_FLOAT_XMM_HALF;
		uint64_t low = MAX(part->offset, half);
		uint64_t high = MIN(end, half + PT_FLOAT_XMM_HALF);
		struct pt_dbg_part one = {
			.start = part->start + low - part->offset,
			.bits = high - low,
			.offset = (unsigned)(low - half),
		};

		if (low >= high)
			continue;
		one.fetch = pt_fetch_create(dbg->arena);
		pt_fetch_add(one.fetch, insn.op, insn.a, insn.b);
		pt_parts_add(dbg, parts, &one);
	}
	return true;
}

/* ---- values ----------------------------------------------------------- */

/* Of the address on the stack. */
static void load_extended(struct pt_fetch *fetch, bool user)
{
	pt_fetch_add(fetch, PT_FETCH_DUP, 0, 0);
	pt_fetch_add(fetch, PT_FETCH_LOAD, EXTENDED_LOW, user);
	pt_fetch_add(fetch, PT_FETCH_SWAP, 0, 0);
	pt_fetch_offset(fetch, EXTENDED_LOW);
	pt_fetch_add(fetch, PT_FETCH_LOAD, EXTENDED_HIGH, user);
}

/* The bits of VALUE, of SIZE bytes: one word, or two of what is extended. */
static struct pt_error *load_raw(struct pt_dbg *dbg,
				 const struct pt_dbg_value *value,
				 enum pt_float_format format, uint64_t size,
				 struct pt_fetch *fetch)
{
	bool user = pt_dbg_in_user(dbg, value);

	if (value->parts && format == PT_FLOAT_EXTENDED) {
		PT_TRY(pt_parts_number(dbg, value->parts, user,
				       value->bit_offset, 8 * EXTENDED_LOW,
				       fetch));
		return pt_parts_number(dbg, value->parts, user,
				       value->bit_offset + 8 * EXTENDED_LOW,
				       8 * EXTENDED_HIGH, fetch);
	}
	if (value->parts)
		return pt_parts_number(dbg, value->parts, user,
				       value->bit_offset, size * 8, fetch);
	if (value->in_memory && format == PT_FLOAT_EXTENDED) {
		load_extended(fetch, user);
		return NULL;
	}
	if (format == PT_FLOAT_EXTENDED)
		return pt_error_new(
			dbg->arena, PT_E_UNSUPPORTED,
			"this '%s' is said to be in a register that "
			"cannot hold it",
			pt_dbg_type_text(dbg, value->type));
	if (value->in_memory)
		pt_fetch_add(fetch, PT_FETCH_LOAD, (uint32_t)size, user);
	else if (value->bit_size)
		pt_fetch_add(fetch, PT_FETCH_BITS, value->bit_size,
			     value->bit_offset);
	return NULL;
}

struct pt_error *pt_float_load(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value,
			       struct pt_fetch **ret)
{
	enum pt_float_format format = pt_float_format(dbg, value->type);
	uint64_t size = pt_dbg_type_size(dbg, value->type);
	struct pt_fetch *fetch =
		value->fetch ? pt_fetch_copy(dbg->arena, value->fetch)
			     : pt_fetch_create(dbg->arena);

	if (format == PT_FLOAT_OTHER)
		return pt_error_hint(
			pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				     "'%s' is floating point of a kind that is "
				     "not supported",
				     pt_dbg_type_text(dbg, value->type)),
			"float, double and long double are");
	if (!value->is_wide) {
		PT_TRY(load_raw(dbg, value, format, size, fetch));
		if (format == PT_FLOAT_SINGLE)
			pt_fetch_add(fetch, PT_FETCH_FP_SINGLE, 0, 0);
		if (format == PT_FLOAT_EXTENDED)
			pt_fetch_add(fetch, PT_FETCH_FP_EXTENDED, 0, 0);
	}
	fetch->pointer = false;
	fetch->is_signed = true;
	fetch->size = 8;
	*ret = fetch;
	return NULL;
}
