/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the x86_64 ABI hands values over: each eight bytes of a value of up to
 * sixteen travel in an integer register, or in a floating point one if there is
 * nothing but floating point in them; larger ones in memory (abi_class.c), and those of
 * the x87, but for results.
 */
#include <dwarf.h>

#include "abi.h"
#include "floats.h"
#include "parts.h"

/* Floating point registers that hand over parameters. */
#define MOST_FLOATS 8

/* Bytes of a number of the x87 in memory. */
#define X87_SIZE UINT64_C(16)

/* Registers of the first integer arguments and of the result. */
static const uint8_t arguments[] = { 5, 4, 1, 2, 8, 9 };
static const uint8_t results[] = { 0, 1 };

/* What the call has used up before a parameter. */
struct used {
	unsigned registers, floats;
	uint64_t stack; /* bytes */
	bool unsure;	/* what comes next on the stack is not known */
	bool lost;	/* nor is anything else */
};

/* The next integer register, or the next word on the stack. */
static bool place_word(struct pt_dbg *dbg, struct used *used,
		       struct pt_dbg_value *value)
{
	if (used->registers < G_N_ELEMENTS(arguments)) {
		pt_abi_in_registers(dbg, arguments + used->registers++, 1,
				    value);
		return true;
	}
	pt_abi_on_stack(dbg, used->stack, value);
	used->stack += PT_ABI_PART;
	return !used->unsure;
}

/* Both kinds of registers, of which INTEGERS are those for integers, in the order of
 * the parts of CLASS.  False: they are floating point ones of the kernel. */
static bool in_both(struct pt_dbg *dbg, const struct pt_abi_class *class,
		    const uint8_t *integers, unsigned first_float,
		    struct pt_dbg_value *value)
{
	unsigned xmm = dbg->image->arch->xmm + first_float;
	GPtrArray *parts = pt_arena_ptr_array(dbg->arena);
	struct pt_dbg_part part = { .bits = PT_ABI_PART * 8 };

	for (unsigned i = 0; i < class->parts; i++) {
		unsigned number = class->integer[i] ? *integers++ : xmm;
		struct pt_fetch_insn insn;

		if (!pt_float_register(dbg, number, &insn))
			return false;
		if (class->one_float)
			insn.b = i;
		else if (!class->integer[i])
			xmm++;
		part.fetch = pt_fetch_create(dbg->arena);
		pt_fetch_add(part.fetch, insn.op, insn.a, insn.b);
		pt_parts_add(dbg, parts, &part);
		part.start += part.bits;
	}
	if (class->parts == 1)
		value->fetch = part.fetch;
	else
		value->parts = parts;
	return true;
}

static bool place_on_stack(struct pt_dbg *dbg, const struct pt_abi_class *class,
			   struct used *used, struct pt_dbg_value *value)
{
	/* There may be a gap before it.  The frame address is a multiple of 16. */
	if (class->x87 && class->is_number)
		used->stack = (used->stack + X87_SIZE - 1) & -X87_SIZE;
	else if (class->wide)
		used->unsure = true;
	pt_abi_on_stack(dbg, used->stack, value);
	used->stack +=
		(class->size + PT_ABI_PART - 1) / PT_ABI_PART * PT_ABI_PART;
	return !used->unsure;
}

/* Where a parameter of CLASS is handed over, behind what is USED, which it is added
 * to.  False: not all in one kind of place that is read here. */
static bool place(struct pt_dbg *dbg, const struct pt_abi_class *class,
		  struct used *used, struct pt_dbg_value *value)
{
	unsigned first = used->registers, first_float = used->floats;

	if (class->unknown && !class->by_address) {
		used->lost = true;
		return false;
	}
	if (class->by_address) {
		if (!place_word(dbg, used, value))
			return false;
		pt_abi_follow(dbg, value);
		return true;
	}
	if (class->in_memory || class->x87)
		return place_on_stack(dbg, class, used, value);
	/* What is empty has no place. */
	if (!class->integers && !class->floats)
		return false;
	if (class->integers > G_N_ELEMENTS(arguments) - first ||
	    class->floats > MOST_FLOATS - first_float)
		return place_on_stack(dbg, class, used, value);
	used->registers += class->integers;
	used->floats += class->floats;
	if (class->integers < class->parts)
		return in_both(dbg, class, arguments + first, first_float,
			       value);
	pt_abi_in_registers(dbg, arguments + first, class->integers, value);
	return true;
}

/* One number of the x87 is returned in st(0), a complex one in st(1), too. */
static bool is_in_st(const struct pt_abi_class *class)
{
	return class->x87 && !class->by_address &&
	       (class->is_number || !class->in_memory);
}

/* A result in memory: the caller hands over its address before all else. */
static struct pt_error *use_result(struct pt_dbg *dbg, struct pt_dbg_code *code,
				   struct used *used)
{
	struct pt_dbg_type *result;
	struct pt_abi_class class;

	PT_TRY(pt_type_of(dbg, code->window, &code->die, &result));
	if (pt_dbg_type_class(dbg, result) == PT_DBG_VOID)
		return NULL;
	class = pt_abi_classify(dbg, result);
	if (is_in_st(&class))
		return NULL;
	if (class.in_memory || class.by_address)
		used->registers++;
	else if (class.unknown)
		used->lost = true;
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
	for (more = dwarf_child(&code->die, &die); more == 0 && !used.lost;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_value value = { 0 };
		struct pt_abi_class class;
		bool placed;

		if (dwarf_tag(&die) != DW_TAG_formal_parameter)
			continue;
		PT_TRY(pt_type_of(dbg, code->window, &die, &value.type));
		class = pt_abi_classify(dbg, value.type);
		placed = place(dbg, &class, &used, &value);
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
	struct pt_abi_class class = pt_abi_classify(dbg, value->type);

	if (is_in_st(&class))
		return class.size == X87_SIZE && pt_abi_in_st(dbg, value);
	/* What is handed over in memory: its address is returned. */
	value->in_memory = class.in_memory || class.by_address;
	if (!value->in_memory &&
	    (class.unknown || !(class.integers + class.floats)))
		return false;
	if (!value->in_memory && class.floats)
		return in_both(dbg, &class, results, 0, value);
	pt_abi_in_registers(dbg, results, value->in_memory ? 1 : class.integers,
			    value);
	return true;
}

/* ---- both conventions ------------------------------------------------- */

/* COUNT registers as one value, the lowest first. */
static struct pt_fetch *
registers_as_one(struct pt_dbg *dbg, const uint8_t *registers, unsigned count)
{
	struct pt_fetch *fetch = pt_fetch_create(dbg->arena);

	for (unsigned i = 0; i < count; i++) {
		struct pt_fetch_insn insn = pt_dbg_register(dbg, registers[i]);

		pt_fetch_add(fetch, insn.op, insn.a, insn.b);
		if (!i)
			continue;
		pt_fetch_add(fetch, PT_FETCH_CONST, 0,
			     i * dbg->image->arch->word * 8);
		pt_fetch_add(fetch, PT_FETCH_SHL, 0, 0);
		pt_fetch_add(fetch, PT_FETCH_OR, 0, 0);
	}
	return fetch;
}

bool pt_abi_in_st(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	unsigned number;

	if (!pt_float_is_st(dbg, dbg->image->arch->st, &number))
		return false;
	value->fetch = pt_fetch_create(dbg->arena);
	pt_float_add_st(value->fetch, number);
	value->is_wide = true;
	return true;
}

void pt_abi_in_registers(struct pt_dbg *dbg, const uint8_t *registers,
			 unsigned count, struct pt_dbg_value *value)
{
	unsigned together = 8 / dbg->image->arch->word;
	unsigned low = MIN(count, together);

	struct pt_dbg_part part = { .bits = 64 };

	if (count == low) {
		value->fetch = registers_as_one(dbg, registers, low);
		return;
	}
	value->parts = pt_arena_ptr_array(dbg->arena);
	part.fetch = registers_as_one(dbg, registers, low);
	pt_parts_add(dbg, value->parts, &part);
	part.start = 64;
	part.fetch = registers_as_one(dbg, registers + low, count - low);
	pt_parts_add(dbg, value->parts, &part);
}

void pt_abi_on_stack(struct pt_dbg *dbg, uint64_t offset,
		     struct pt_dbg_value *value)
{
	value->in_memory = true;
	value->fetch = pt_fetch_create(dbg->arena);
	pt_fetch_add(value->fetch, PT_FETCH_CFA, dbg->image->arch->word, 0);
	pt_fetch_offset(value->fetch, (int64_t)offset);
}

void pt_abi_follow(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	if (value->in_memory)
		pt_fetch_add(value->fetch, PT_FETCH_LOAD,
			     dbg->image->arch->word, dbg->program != NULL);
	value->in_memory = true;
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

bool pt_abi_result_is_common(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	struct pt_abi_class class;

	switch (pt_dbg_type_class(dbg, type)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY: break;
	default: return true;
	}
	class = pt_abi_classify(dbg, type);
	if (class.size > 2 * PT_ABI_PART)
		return true;
	return !is_i386(dbg) && !class.unknown &&
	       (!class.small || class.scalars == 1);
}

bool pt_abi_result(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	return is_i386(dbg) ? pt_abi_i386_result(dbg, value)
			    : x64_result(dbg, value);
}

/* The same sections: long double is in st(0) on both. */
const char *pt_abi_float_result(struct pt_dbg *dbg,
				const struct pt_dbg_type *type)
{
	return is_i386(dbg) || pt_dbg_type_size(dbg, type) > 8 ? "st(0)"
							       : "xmm0";
}

unsigned pt_abi_first_argument(const struct pt_dbg *dbg)
{
	return is_i386(dbg) ? 0 : arguments[0];
}
