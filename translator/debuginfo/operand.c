/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operands of markers, as gcc and clang print them for the assembler (AT&T syntax):
 * "-4@%edi", "8f@%xmm0", "8@-16(%rbp)", "4@table(,%rax,4)", "2@$-7", "4@8+table@GOTOFF(%ebx)".
 */
#include <stdlib.h>
#include <string.h>

#include "floats.h"
#include "programfile.h"

struct operand {
	struct pt_dbg *dbg;
	const char *text; /* as written */
	unsigned size;	  /* bytes */
	bool is_signed;
	bool is_float;
	struct pt_fetch *fetch;
	const struct names *names;
};

static struct pt_error *no_operand(const struct operand *o, const char *why)
{
	return pt_error_new(o->dbg->arena, PT_E_UNSUPPORTED,
			    "the operand '%s' of the marker cannot be read: %s",
			    o->text, why);
}

/* ---- registers -------------------------------------------------------- */

/* By DWARF number (see arch.c): 64, 32, 16 and 8 bits; and the second byte of the
 * first four. */
static const struct names {
	const char *registers[17][4];
	const char *second_bytes[4];
} names_x86_64 = {
	.registers = {
		{ "rax", "eax", "ax", "al" },
		{ "rdx", "edx", "dx", "dl" },
		{ "rcx", "ecx", "cx", "cl" },
		{ "rbx", "ebx", "bx", "bl" },
		{ "rsi", "esi", "si", "sil" },
		{ "rdi", "edi", "di", "dil" },
		{ "rbp", "ebp", "bp", "bpl" },
		{ "rsp", "esp", "sp", "spl" },
		{ "r8", "r8d", "r8w", "r8b" },
		{ "r9", "r9d", "r9w", "r9b" },
		{ "r10", "r10d", "r10w", "r10b" },
		{ "r11", "r11d", "r11w", "r11b" },
		{ "r12", "r12d", "r12w", "r12b" },
		{ "r13", "r13d", "r13w", "r13b" },
		{ "r14", "r14d", "r14w", "r14b" },
		{ "r15", "r15d", "r15w", "r15b" },
		{ "rip", "eip", "ip", "" },
	},
	.second_bytes = { "ah", "dh", "ch", "bh" },
}, names_i386 = {
	.registers = {
		{ "", "eax", "ax", "al" },
		{ "", "ecx", "cx", "cl" },
		{ "", "edx", "dx", "dl" },
		{ "", "ebx", "bx", "bl" },
		{ "", "esp", "sp", "" },
		{ "", "ebp", "bp", "" },
		{ "", "esi", "si", "" },
		{ "", "edi", "di", "" },
		{ "", "eip", "ip", "" },
	},
	.second_bytes = { "ah", "ch", "dh", "bh" },
};

struct place {
	uint32_t number;
	unsigned bits, shift;
};

static unsigned word_bits(const struct operand *o)
{
	return o->dbg->program->arch->word * 8;
}

static bool is_called(const char *own, const char *name, size_t length)
{
	return strlen(own) == length && !memcmp(own, name, length);
}

static bool find_register(const struct operand *o, const char *name,
			  size_t length, struct place *ret)
{
	unsigned count = o->dbg->program->arch->registers;

	for (uint32_t i = 0; length && i < count; i++)
		for (unsigned k = 0; k < 4; k++)
			if (is_called(o->names->registers[i][k], name,
				      length)) {
				*ret = (struct place){ i, 64U >> k, 0 };
				return true;
			}
	for (uint32_t i = 0; i < 4; i++)
		if (is_called(o->names->second_bytes[i], name, length)) {
			*ret = (struct place){ i, 8, 8 };
			return true;
		}
	return false;
}

static void add_value(struct operand *o, unsigned number)
{
	struct pt_fetch_insn insn = pt_dbg_register(o->dbg, number);

	pt_fetch_add(o->fetch, insn.op, insn.a, insn.b);
}

/* An xmm; false: it is none. */
static bool add_xmm(struct operand *o, const char *name)
{
	const struct pt_arch *arch = o->dbg->program->arch;
	struct pt_fetch_insn insn;
	char *end;
	unsigned long number;

	if (!g_str_has_prefix(name, "xmm") || !g_ascii_isdigit(name[3]))
		return false;
	number = strtoul(name + 3, &end, 10);
	if (*end || number >= arch->n_xmm ||
	    !pt_float_register(o->dbg, arch->xmm + (unsigned)number, &insn))
		return false;
	pt_fetch_add(o->fetch, insn.op, insn.a, insn.b);
	return true;
}

static struct pt_error *read_register(struct operand *o, const char *name)
{
	struct place place;

	if (add_xmm(o, name))
		return NULL;
	if (!find_register(o, name, strlen(name), &place))
		return no_operand(o, "there is no such register");
	if (8 * o->size > word_bits(o))
		return no_operand(o, "it is in two registers");
	add_value(o, place.number);
	/* What is cut to the operand's size anyway need not be cut twice. */
	if (place.shift || place.bits < 8 * o->size)
		pt_fetch_add(o->fetch, PT_FETCH_BITS, place.bits, place.shift);
	return NULL;
}

/* ---- memory ----------------------------------------------------------- */

/* A register of an address; *AT moves behind it. */
static struct pt_error *add_register(struct operand *o, const char **at,
				     int64_t scale)
{
	guint before = o->fetch->insns->len;
	size_t n;
	struct place place;

	if (**at != '%')
		return no_operand(o, "a register was expected in its address");
	n = strcspn(*at + 1, ",)");
	if (!find_register(o, *at + 1, n, &place) || place.bits != word_bits(o))
		return no_operand(o, "its address is of an unknown kind");
	*at += n + 1;
	add_value(o, place.number);
	if (**at == ',' && scale) {
		char *end;

		scale = strtol(*at + 1, &end, 10);
		*at = end;
	}
	if (scale > 1) {
		pt_fetch_add(o->fetch, PT_FETCH_CONST, 0, scale);
		pt_fetch_add(o->fetch, PT_FETCH_MUL, 0, 0);
	}
	if (before)
		pt_fetch_add(o->fetch, PT_FETCH_ADD, 0, 0);
	return NULL;
}

/* What is added to the registers of an address. */
struct distance {
	bool named, from_table;
	uint64_t address; /* of the name */
	int64_t number;
};

#define GOTOFF "@GOTOFF"

/* "8", "-0x10", "name", "name+8", "8+name" with what follows in *RET_REST; behind a
 * name may stand that it is counted from the global offset table, as its register
 * is. */
static struct pt_error *read_distance(struct operand *o, const char *text,
				      struct distance *ret,
				      const char **ret_rest)
{
	*ret = (struct distance){ 0 };
	while (*text && *text != '(') {
		const char *name = text + (*text == '+');
		size_t n = strcspn(name, "(+-@");
		char *end;

		if (ret->named ||
		    !(*name == '_' || *name == '.' || g_ascii_isalpha(*name))) {
			ret->number += strtoll(text, &end, 0);
			if (end == text)
				return no_operand(
					o, "its address is of an unknown kind");
			text = end;
			continue;
		}
		if (!pt_dbg_symbol(o->dbg,
				   pt_arena_strndup(o->dbg->arena, name, n),
				   &ret->address))
			return no_operand(
				o, "its symbol is not in the symbol table");
		ret->named = true;
		text = name + n;
		ret->from_table = g_str_has_prefix(text, GOTOFF);
		if (ret->from_table)
			text += strlen(GOTOFF);
	}
	*ret_rest = text;
	return NULL;
}

/* (BASE,INDEX,SCALE) at *AT, which moves behind it.  The base of FROM_TABLE is in the
 * name's address already. */
static struct pt_error *add_registers(struct operand *o, const char **at,
				      bool from_table)
{
	(*at)++;
	if (from_table)
		*at += strcspn(*at, ",)");
	else if (**at != ',')
		PT_TRY(add_register(o, at, 0));
	if (**at == ',') {
		(*at)++;
		PT_TRY(add_register(o, at, 1));
	}
	if (*(*at)++ != ')')
		return no_operand(o, "its address does not end");
	return NULL;
}

static struct pt_error *read_memory(struct operand *o, const char *text)
{
	struct distance distance;
	const char *at = text;
	bool relative;

	if (text[0] == '%')
		return no_operand(o, "it is in another segment");
	PT_TRY(read_distance(o, text, &distance, &at));
	relative = !strcmp(at, "(%rip)");
	if (relative && !distance.named)
		return no_operand(o, "it is relative to an unknown place");
	if (distance.named)
		pt_fetch_add(o->fetch, PT_FETCH_ADDR, PT_DBG_HERE,
			     (int64_t)(distance.address +
				       (uint64_t)distance.number));
	else if (at != text)
		pt_fetch_add(o->fetch, PT_FETCH_CONST, 0, distance.number);
	if (relative)
		at += strlen(at);
	else if (*at == '(')
		PT_TRY(add_registers(o, &at, distance.from_table));
	if (*at)
		return no_operand(o, "its address is of an unknown kind");
	if (word_bits(o) < 64)
		pt_fetch_add(o->fetch, PT_FETCH_ZERO, word_bits(o), 0);
	pt_fetch_add(o->fetch, PT_FETCH_LOAD, o->size, 1);
	return NULL;
}

static struct pt_error *read_constant(struct operand *o, const char *text)
{
	char *end;
	int64_t value;

	/* One of more than 63 bits is printed without a sign. */
	value = text[0] == '-' ? strtoll(text, &end, 0)
			       : (int64_t)strtoull(text, &end, 0);
	if (!*text || *end)
		return no_operand(o, "its constant is no number");
	pt_fetch_add(o->fetch, PT_FETCH_CONST, 0, value);
	return NULL;
}

/* ---- the whole -------------------------------------------------------- */

/* [-]SIZE@ before it; *RET is what follows.  Without it: as the first version of
 * the markers, 8 bytes. */
static struct pt_error *read_size(struct operand *o, const char **ret)
{
	const char *at = strchr(o->text, '@');
	long size;
	char *end;

	*ret = o->text;
	o->size = 8;
	o->is_signed = true;
	if (!at)
		return NULL;
	size = strtol(o->text, &end, 10);
	o->is_float = *end == 'f';
	end += o->is_float;
	if (end != at)
		return no_operand(o, "its size is no number");
	o->is_signed = size < 0;
	size = labs(size);
	if (o->is_float && size != 4 && size != 8)
		return no_operand(o, "it is floating point, and not of 4 or 8 "
				     "bytes");
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return no_operand(o, "it is not of 1, 2, 4 or 8 bytes");
	o->size = (unsigned)size;
	*ret = at + 1;
	return NULL;
}

struct pt_error *pt_dbg_operand(struct pt_dbg *dbg, const char *text,
				struct pt_fetch **ret)
{
	struct operand o = {
		.dbg = dbg,
		.text = text,
		.names = dbg->program->arch == &pt_arch_i386 ? &names_i386
							     : &names_x86_64,
	};
	const char *place;

	PT_TRY(read_size(&o, &place));
	o.fetch = pt_fetch_create(dbg->arena);
	if (*place == '$')
		PT_TRY(read_constant(&o, place + 1));
	else if (*place == '%' && !strchr(place, ':'))
		PT_TRY(read_register(&o, place + 1));
	else if (*place)
		PT_TRY(read_memory(&o, place));
	else
		return no_operand(&o, "it is empty");
	if (o.is_float && o.size < 8)
		pt_fetch_add(o.fetch, PT_FETCH_FP_SINGLE, 0, 0);
	else if (o.size < 8)
		pt_fetch_add(o.fetch,
			     o.is_signed ? PT_FETCH_SIGN : PT_FETCH_ZERO,
			     8 * o.size, 0);
	o.fetch->size = o.is_float ? 8 : o.size;
	o.fetch->is_signed = o.is_signed;
	*ret = o.fetch;
	return NULL;
}
