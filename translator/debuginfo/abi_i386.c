/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * i386.  Programs pass everything on the stack and return structures in memory
 * (Intel386 psABI, section 2.2).  The kernel is compiled with -mregparm=3 and
 * -freg-struct-return (arch/x86/Makefile): values go to eax, edx, ecx until one
 * does not fit into what is left of them, unless the function takes a variable
 * number; and structures of 1, 2, 4 or 8 bytes come back in registers.
 */
#include <dwarf.h>

#include "abi.h"
#include "floats.h"

#define WORD 4
#define EAX 0
#define ECX 1
#define EDX 2

static const uint8_t arguments[] = { EAX, EDX, ECX };
static const uint8_t results[] = { EAX, EDX };

/* Where the next parameter goes. */
struct cursor {
	unsigned used;	/* registers */
	unsigned all;	/* of those that there are */
	uint64_t stack; /* bytes, from the frame address */
};

static bool is_variadic(Dwarf_Die *function)
{
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(function, &die); more == 0;
	     more = dwarf_siblingof(&die, &die))
		if (dwarf_tag(&die) == DW_TAG_unspecified_parameters)
			return true;
	return false;
}

/* gcc hands values over in registers to functions of programs that only their own
 * unit can call (ix86_function_regparm() in its i386.cc). */
static bool has_own_convention(const struct pt_dbg *dbg, Dwarf_Die *function)
{
	Dwarf_Attribute attr;

	return !dbg->is_kernel &&
	       !dwarf_attr_integrate(function, DW_AT_external, &attr);
}

static bool is_aggregate(enum pt_dbg_class class)
{
	return class == PT_DBG_STRUCT || class == PT_DBG_UNION ||
	       class == PT_DBG_ARRAY || class == PT_DBG_CHAR_ARRAY;
}

/* The registers of a result of TYPE; 0: it is in memory, or a floating point
 * number. */
static unsigned result_words(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, type);
	uint64_t size = pt_dbg_type_size(dbg, type);

	if (class == PT_DBG_FLOAT || !size || size > 2 * WORD ||
	    (is_aggregate(class) && (!dbg->is_kernel || (size & (size - 1)))))
		return 0;
	return (unsigned)(size + WORD - 1) / WORD;
}

/* Is a result of TYPE in memory?  Of floating point are pairs that are no floats, and
 * binary128. */
static bool is_in_memory(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, type);
	uint64_t size = pt_dbg_type_size(dbg, type);

	if (class == PT_DBG_FLOAT)
		return pt_float_is_complex(dbg, type) ? size > 2 * WORD
						      : size == 4 * WORD;
	return is_aggregate(class) && !result_words(dbg, type);
}

/* Goes past a parameter of TYPE.  *RET_WORDS: the registers that it has, 0: it is
 * on the stack.  False: its size is not known. */
static bool pass(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		 struct cursor *cursor, unsigned *ret_words)
{
	bool is_float = pt_dbg_type_class(dbg, type) == PT_DBG_FLOAT;
	uint64_t words = (pt_dbg_type_size(dbg, type) + WORD - 1) / WORD;

	if (pt_abi_by_address(dbg, type))
		words = 1;
	/* binary128 is aligned to 16 bytes, vectors go to registers of their own. */
	if (!words || pt_abi_is_vector(dbg, type) ||
	    (is_float && words == 4 && !pt_float_is_complex(dbg, type)))
		return false;
	*ret_words = 0;
	if (is_float) {
		cursor->stack += words * WORD;
	} else if (words <= cursor->all - cursor->used) {
		*ret_words = (unsigned)words;
		cursor->used += (unsigned)words;
	} else {
		cursor->used = cursor->all;
		cursor->stack += words * WORD;
	}
	return true;
}

static void start(struct pt_dbg *dbg, Dwarf_Die *function,
		  const struct pt_dbg_type *result, struct cursor *ret)
{
	*ret = (struct cursor){ 0 };
	if (dbg->is_kernel && !is_variadic(function))
		ret->all = G_N_ELEMENTS(arguments);
	/* The caller says where a result in memory shall go. */
	if (!is_in_memory(dbg, result))
		return;
	if (ret->all)
		ret->used = 1;
	else
		ret->stack = WORD;
}

struct pt_error *pt_abi_i386_parameter(struct pt_dbg *dbg,
				       struct pt_dbg_code *code,
				       Dwarf_Die *wanted, bool *ret_found,
				       struct pt_dbg_value *ret)
{
	struct pt_dbg_type *result;
	struct cursor cursor;
	Dwarf_Die die;
	int more;

	*ret_found = false;
	if (has_own_convention(dbg, &code->die))
		return NULL;
	PT_TRY(pt_type_of(dbg, code->window, &code->die, &result));
	if (pt_abi_is_vector(dbg, result))
		return NULL;
	start(dbg, &code->die, result, &cursor);
	for (more = dwarf_child(&code->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct cursor before = cursor;
		struct pt_dbg_value value = { 0 };
		unsigned words;

		if (dwarf_tag(&die) != DW_TAG_formal_parameter)
			continue;
		PT_TRY(pt_type_of(dbg, code->window, &die, &value.type));
		if (!pass(dbg, value.type, &cursor, &words))
			return NULL;
		if (dwarf_dieoffset(&die) != dwarf_dieoffset(wanted))
			continue;
		if (words)
			pt_abi_in_registers(dbg, arguments + before.used, words,
					    &value);
		else
			pt_abi_on_stack(dbg, before.stack, &value);
		if (pt_abi_by_address(dbg, value.type))
			pt_abi_follow(dbg, &value);
		*ret = value;
		*ret_found = true;
		return NULL;
	}
	return NULL;
}

bool pt_abi_i386_result(struct pt_dbg *dbg, struct pt_dbg_value *value)
{
	unsigned words = result_words(dbg, value->type);

	/* In xmm0, or in memory if the program was made without. */
	if (pt_abi_is_vector(dbg, value->type))
		return false;
	value->in_memory = !words;
	if (!words && !is_aggregate(pt_dbg_type_class(dbg, value->type))) {
		value->in_memory = false;
		return pt_float_format(dbg, value->type) != PT_FLOAT_OTHER &&
		       pt_abi_in_st(dbg, value);
	}
	pt_abi_in_registers(dbg, results, words ? words : 1, value);
	return true;
}
