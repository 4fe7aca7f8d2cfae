/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the x86_64 ABI hands values over: each eight bytes of a value of up to
 * sixteen travel in an integer register, or in a floating point one if there is
 * nothing but floating point in them; larger ones in memory.
 */
#include <dwarf.h>

#include "abi.h"

#define PART 8 /* bytes */

/* Registers of the first integer arguments and of the result. */
static const uint8_t arguments[] = { 5, 4, 1, 2, 8, 9 };
static const uint8_t results[] = { 0, 1 };

struct parts {
	bool integer[2], is_float[2];
};

/* How a value is handed over in registers: the classes of its parts.  Parts 0: in
 * memory. */
struct classes {
	unsigned parts;
	bool is_float[2];
};

static void look_at(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		    uint64_t offset, unsigned depth, struct parts *parts);

static void look_at_members(struct pt_dbg *dbg,
			    const struct pt_dbg_value *value, uint64_t offset,
			    unsigned depth, struct parts *parts)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	if (pt_type_peel(dbg, value->type, &peeled))
		return;
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_value member = { 0 };
		Dwarf_Word bytes = 0, bits;

		if (dwarf_tag(&die) != DW_TAG_member ||
		    pt_type_of(dbg, peeled->window, &die, &member.type))
			continue;
		if (pt_walkdie_number(&die, DW_AT_data_bit_offset, &bits))
			bytes = bits / 8;
		else
			pt_walkdie_number(&die, DW_AT_data_member_location,
					  &bytes);
		look_at(dbg, &member, offset + bytes, depth + 1, parts);
	}
}

static void look_at(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		    uint64_t offset, unsigned depth, struct parts *parts)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, value->type);
	uint64_t size = pt_dbg_type_size(dbg, value->type);
	struct pt_dbg_value element = { 0 };
	struct pt_dbg_type *peeled;
	int64_t count;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS)
		return;
	switch (class) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
		look_at_members(dbg, value, offset, depth, parts);
		return;
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
		count = pt_dbg_type_count(dbg, value->type);
		if (count <= 0 || count > 2 * PART ||
		    pt_type_peel(dbg, value->type, &peeled) ||
		    pt_type_element(dbg, peeled, &element.type))
			return;
		for (int64_t i = 0; i < count; i++)
			look_at(dbg, &element,
				offset +
					(uint64_t)(i * ((int64_t)size / count)),
				depth + 1, parts);
		return;
	default: break;
	}
	for (uint64_t at = offset / PART;
	     at < 2 && size && at <= (offset + size - 1) / PART; at++) {
		if (class == PT_DBG_FLOAT)
			parts->is_float[at] = true;
		else
			parts->integer[at] = true;
	}
}

static struct classes classify(struct pt_dbg *dbg,
			       const struct pt_dbg_type *type)
{
	struct pt_dbg_value value = { .type = (struct pt_dbg_type *)type };
	uint64_t size = pt_dbg_type_size(dbg, type);
	struct parts parts = { 0 };
	struct classes abi = { 0 };

	if (!size || size > 2 * PART)
		return abi;
	dbg->steps = 0;
	look_at(dbg, &value, 0, 0, &parts);
	abi.parts = (unsigned)((size + PART - 1) / PART);
	for (unsigned i = 0; i < abi.parts; i++)
		abi.is_float[i] = parts.is_float[i] && !parts.integer[i];
	return abi;
}

/* How many integer registers a value has; 0: it is passed in memory or in other
 * registers. */
static unsigned integer_registers(struct classes abi)
{
	unsigned n = 0;

	for (unsigned i = 0; i < abi.parts; i++)
		n += !abi.is_float[i];
	return n;
}

/* What the call has used up before a parameter. */
struct used {
	unsigned registers;
	uint64_t stack; /* bytes */
};

/* Where a parameter of SIZE bytes is handed over, behind what is USED, which it
 * is added to.  False: not all in one kind of place that is read here. */
static bool place(struct pt_dbg *dbg, struct classes abi, uint64_t size,
		  struct used *used, struct pt_dbg_value *value)
{
	unsigned n = integer_registers(abi), first = used->registers;

	if (abi.parts && n <= G_N_ELEMENTS(arguments) - first) {
		used->registers += n;
		if (n != abi.parts)
			return false;
		pt_abi_in_registers(dbg, arguments + first, n, value);
		return true;
	}
	pt_abi_on_stack(dbg, used->stack, value);
	used->stack += (size + PART - 1) / PART * PART;
	return true;
}

/* A number of more than a word begins at a multiple of its size. */
static bool is_wide(struct pt_dbg *dbg, const struct pt_dbg_value *value)
{
	switch (pt_dbg_type_class(dbg, value->type)) {
	case PT_DBG_SIGNED:
	case PT_DBG_UNSIGNED: return pt_dbg_type_size(dbg, value->type) > PART;
	default: return false;
	}
}

/* A result in memory: the caller hands over its address before all else. */
static struct pt_error *use_result(struct pt_dbg *dbg, struct pt_dbg_code *code,
				   struct used *used)
{
	struct pt_dbg_type *result;

	PT_TRY(pt_type_of(dbg, code->window, &code->die, &result));
	if (pt_dbg_type_size(dbg, result) && !classify(dbg, result).parts)
		used->registers++;
	return NULL;
}

/* psABI, section 3.2.3.  What stands behind a parameter on the stack that needs
 * more alignment than a word is not found. */
static struct pt_error *x64_parameter(struct pt_dbg *dbg,
				      struct pt_dbg_code *code,
				      Dwarf_Die *wanted, bool *ret_found,
				      struct pt_dbg_value *ret)
{
	struct used used = { 0 };
	Dwarf_Die die;
	int more;

	*ret_found = false;
	PT_TRY(use_result(dbg, code, &used));
	for (more = dwarf_child(&code->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_value value = { 0 };
		bool placed;

		if (dwarf_tag(&die) != DW_TAG_formal_parameter)
			continue;
		PT_TRY(pt_type_of(dbg, code->window, &die, &value.type));
		placed =
			place(dbg, classify(dbg, value.type),
			      pt_dbg_type_size(dbg, value.type), &used, &value);
		if (value.in_memory && is_wide(dbg, &value))
			break;
		if (dwarf_dieoffset(&die) != dwarf_dieoffset(wanted))
			continue;
		*ret_found = placed;
		if (placed)
			*ret = value;
		break;
	}
	return NULL;
}

static bool x64_result(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	struct classes abi = classify(dbg, value->type);

	if (integer_registers(abi) != abi.parts)
		return false;
	/* What is handed over in memory: its address is returned. */
	value->in_memory = !abi.parts;
	pt_abi_in_registers(dbg, results, MAX(abi.parts, 1), value);
	return true;
}

/* ---- both conventions ------------------------------------------------- */

/* COUNT registers as one value, the lowest first. */
static struct pt_fetch *
registers_as_one(struct pt_dbg *dbg, const uint8_t *registers, unsigned count)
{
	struct pt_fetch *fetch = pt_fetch_create(dbg->arena);

	pt_fetch_add(fetch, PT_FETCH_REG, registers[0], 0);
	for (unsigned i = 1; i < count; i++) {
		pt_fetch_add(fetch, PT_FETCH_REG, registers[i], 0);
		pt_fetch_add(fetch, PT_FETCH_CONST, 0,
			     i * dbg->image->arch->word * 8);
		pt_fetch_add(fetch, PT_FETCH_SHL, 0, 0);
		pt_fetch_add(fetch, PT_FETCH_OR, 0, 0);
	}
	return fetch;
}

void pt_abi_in_registers(struct pt_dbg *dbg, const uint8_t *registers,
			 unsigned count, struct pt_dbg_value *value)
{
	unsigned together = 8 / dbg->image->arch->word;
	unsigned low = MIN(count, together);

	value->fetch = registers_as_one(dbg, registers, low);
	value->high = count > low ? registers_as_one(dbg, registers + low,
						     count - low)
				  : NULL;
}

void pt_abi_on_stack(struct pt_dbg *dbg, uint64_t offset,
		     struct pt_dbg_value *value)
{
	value->in_memory = true;
	value->fetch = pt_fetch_create(dbg->arena);
	pt_fetch_add(value->fetch, PT_FETCH_CFA, 0, 0);
	if (!offset)
		return;
	pt_fetch_add(value->fetch, PT_FETCH_CONST, 0, (int64_t)offset);
	pt_fetch_add(value->fetch, PT_FETCH_ADD, 0, 0);
}

static bool is_i386(const struct pt_dbg *dbg)
{
	return dbg->image->arch == &pt_arch_i386;
}

struct pt_error *pt_abi_parameter(struct pt_dbg *dbg, struct pt_dbg_code *code,
				  Dwarf_Die *wanted, bool *ret_found,
				  struct pt_dbg_value *ret)
{
	return is_i386(dbg) ? pt_abi_i386_parameter(dbg, code, wanted,
						    ret_found, ret)
			    : x64_parameter(dbg, code, wanted, ret_found, ret);
}

bool pt_abi_result(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	return is_i386(dbg) ? pt_abi_i386_result(dbg, value)
			    : x64_result(dbg, value);
}

unsigned pt_abi_first_argument(const struct pt_dbg *dbg)
{
	return is_i386(dbg) ? 0 : arguments[0];
}
