/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debuginfo.h"

#include <inttypes.h>
#include <string.h>

/* How an operation's operands are written. */
enum operands { NONE, A, B, A_B };

static const struct {
	const char *name;
	enum operands operands;
} ops[] = {
	[PT_FETCH_REG] = { "reg", A },
	[PT_FETCH_USER_REG] = { "userreg", A },
	[PT_FETCH_FP_REG] = { "fpreg", A },
	[PT_FETCH_CONST] = { "const", B },
	[PT_FETCH_ADDR] = { "addr", B },
	[PT_FETCH_TLS] = { "tls", NONE },
	[PT_FETCH_TLS_BLOCK] = { "tlsblock", NONE },
	[PT_FETCH_CFA] = { "cfa", NONE },
	[PT_FETCH_CALLERS] = { "callers", A },
	[PT_FETCH_OPERAND] = { "operand", A },
	[PT_FETCH_PERCPU] = { "percpu", NONE },
	[PT_FETCH_ADD] = { "add", NONE },
	[PT_FETCH_SUB] = { "sub", NONE },
	[PT_FETCH_MUL] = { "mul", NONE },
	[PT_FETCH_DIV] = { "div", NONE },
	[PT_FETCH_UDIV] = { "udiv", NONE },
	[PT_FETCH_MOD] = { "mod", NONE },
	[PT_FETCH_AND] = { "and", NONE },
	[PT_FETCH_OR] = { "or", NONE },
	[PT_FETCH_XOR] = { "xor", NONE },
	[PT_FETCH_SHL] = { "shl", NONE },
	[PT_FETCH_SHR] = { "shr", NONE },
	[PT_FETCH_SHRA] = { "shra", NONE },
	[PT_FETCH_EQ] = { "eq", NONE },
	[PT_FETCH_NE] = { "ne", NONE },
	[PT_FETCH_LT] = { "lt", NONE },
	[PT_FETCH_LE] = { "le", NONE },
	[PT_FETCH_GT] = { "gt", NONE },
	[PT_FETCH_GE] = { "ge", NONE },
	[PT_FETCH_NEG] = { "neg", NONE },
	[PT_FETCH_NOT] = { "not", NONE },
	[PT_FETCH_ABS] = { "abs", NONE },
	[PT_FETCH_DUP] = { "dup", NONE },
	[PT_FETCH_DROP] = { "drop", NONE },
	[PT_FETCH_PICK] = { "pick", A },
	[PT_FETCH_SWAP] = { "swap", NONE },
	[PT_FETCH_ROT] = { "rot", NONE },
	[PT_FETCH_SELECT] = { "select", NONE },
	[PT_FETCH_LOAD] = { "load", A },
	[PT_FETCH_SIGN] = { "sign", A },
	[PT_FETCH_ZERO] = { "zero", A },
	[PT_FETCH_BITS] = { "bits", A_B },
	[PT_FETCH_FP_SINGLE] = { "single", NONE },
	[PT_FETCH_FP_EXTENDED] = { "extended", NONE },
	[PT_FETCH_FP_ADD] = { "fadd", NONE },
	[PT_FETCH_FP_SUB] = { "fsub", NONE },
	[PT_FETCH_FP_MUL] = { "fmul", NONE },
	[PT_FETCH_FP_DIV] = { "fdiv", NONE },
	[PT_FETCH_FP_EQ] = { "feq", NONE },
	[PT_FETCH_FP_LT] = { "flt", NONE },
	[PT_FETCH_FP_LE] = { "fle", NONE },
	[PT_FETCH_FP_TO_SINGLE] = { "tosingle", NONE },
	[PT_FETCH_FP_FROM_LONG] = { "fromlong", NONE },
	[PT_FETCH_FP_TO_LONG] = { "tolong", NONE },
};

struct pt_fetch *pt_fetch_create(struct pt_arena *arena)
{
	struct pt_fetch *fetch = pt_new(arena, struct pt_fetch);

	fetch->arena = arena;
	fetch->insns = g_array_new(FALSE, FALSE, sizeof(struct pt_fetch_insn));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, fetch->insns);
	return fetch;
}

uint64_t pt_fetch_register_bit(const struct pt_fetch_insn *insn)
{
	switch (insn->op) {
	case PT_FETCH_REG: return insn->a < 32 ? UINT64_C(1) << insn->a : 0;
	case PT_FETCH_FP_REG: return UINT64_C(1) << (32 + insn->a);
	default: return 0;
	}
}

void pt_fetch_add(struct pt_fetch *fetch, enum pt_fetch_op op, uint32_t a,
		  int64_t b)
{
	struct pt_fetch_insn insn = { .op = op, .a = a, .b = b };

	g_array_append_val(fetch->insns, insn);
	fetch->registers |= pt_fetch_register_bit(&insn);
	if (op == PT_FETCH_OPERAND && a >= fetch->n_operands)
		fetch->n_operands = a + 1;
}

void pt_fetch_add_callers(struct pt_fetch *fetch,
			  struct pt_fetch_callers *callers)
{
	if (!fetch->callers)
		fetch->callers = pt_arena_ptr_array(fetch->arena);
	pt_fetch_add(fetch, PT_FETCH_CALLERS, fetch->callers->len, 0);
	g_ptr_array_add(fetch->callers, callers);
	fetch->registers |= callers->slot->registers;
	for (guint i = 0; i < callers->calls->len; i++)
		fetch->registers |=
			g_array_index(callers->calls, struct pt_fetch_call, i)
				.value->registers;
}

void pt_fetch_offset(struct pt_fetch *fetch, int64_t offset)
{
	if (!offset)
		return;
	pt_fetch_add(fetch, PT_FETCH_CONST, 0, offset);
	pt_fetch_add(fetch, PT_FETCH_ADD, 0, 0);
}

void pt_fetch_append(struct pt_fetch *fetch, const struct pt_fetch *more)
{
	unsigned base = fetch->n_operands;

	for (guint i = 0; i < more->insns->len; i++) {
		struct pt_fetch_insn insn =
			g_array_index(more->insns, struct pt_fetch_insn, i);

		if (insn.op == PT_FETCH_CALLERS) {
			pt_fetch_add_callers(fetch,
					     more->callers->pdata[insn.a]);
			continue;
		}
		if (insn.op == PT_FETCH_OPERAND)
			insn.a += base;
		pt_fetch_add(fetch, insn.op, insn.a, insn.b);
	}
	fetch->pointer = more->pointer;
	fetch->is_signed = more->is_signed;
	fetch->size = more->size;
}

struct pt_fetch *pt_fetch_copy(struct pt_arena *arena,
			       const struct pt_fetch *fetch)
{
	struct pt_fetch *copy = pt_fetch_create(arena);

	pt_fetch_append(copy, fetch);
	return copy;
}

static void fetch_print_fp(GString *text, const struct pt_fetch_insn *insn)
{
	bool st = insn->a >= PT_FETCH_ST;

	g_string_append_printf(text, " %s%" PRIu32 "%s", st ? "st" : "xmm",
			       insn->a - (st ? PT_FETCH_ST : PT_FETCH_XMM),
			       insn->b ? " upper" : "");
}

/* "callers [0x1234: const 4 | 0x1250: reg 3]" */
static void fetch_print_callers(GString *text, const struct pt_fetch *fetch,
				const struct pt_fetch_callers *callers)
{
	g_string_append(text, "callers [");
	for (guint i = 0; i < callers->calls->len; i++) {
		const struct pt_fetch_call *call =
			&g_array_index(callers->calls, struct pt_fetch_call, i);

		g_string_append_printf(
			text, "%s0x%" PRIx64 ": %s", i ? " | " : "", call->back,
			pt_fetch_text(fetch->arena, call->value));
	}
	g_string_append_c(text, ']');
}

static void fetch_print_insn(GString *text, const struct pt_fetch *fetch,
			     const struct pt_fetch_insn *insn)
{
	if (insn->op == PT_FETCH_CALLERS) {
		fetch_print_callers(text, fetch,
				    fetch->callers->pdata[insn->a]);
		return;
	}
	g_string_append(text, ops[insn->op].name);
	switch (ops[insn->op].operands) {
	case NONE: break;
	case A:
		if (insn->op == PT_FETCH_FP_REG)
			fetch_print_fp(text, insn);
		else
			g_string_append_printf(text, " %" PRIu32, insn->a);
		if (insn->op == PT_FETCH_LOAD && insn->b)
			g_string_append(text, " user");
		if (insn->op == PT_FETCH_REG && insn->b)
			g_string_append_printf(text, " low %" PRId64, insn->b);
		break;
	case B:
		if (insn->op == PT_FETCH_ADDR && insn->a == PT_DBG_HERE)
			g_string_append_printf(text, " here 0x%" PRIx64,
					       (uint64_t)insn->b);
		else if (insn->op == PT_FETCH_ADDR && insn->a)
			g_string_append_printf(
				text, " section %" PRIu32 " 0x%" PRIx64,
				insn->a, (uint64_t)insn->b);
		else if (insn->op == PT_FETCH_ADDR)
			g_string_append_printf(text, " 0x%" PRIx64,
					       (uint64_t)insn->b);
		else
			g_string_append_printf(text, " %" PRId64, insn->b);
		break;
	case A_B:
		g_string_append_printf(text, " %" PRIu32 " %" PRId64, insn->a,
				       insn->b);
		break;
	}
}

const char *pt_fetch_text(struct pt_arena *arena, const struct pt_fetch *fetch)
{
	GString *text = pt_arena_string(arena);

	for (guint i = 0; i < fetch->insns->len; i++) {
		if (i)
			g_string_append(text, "; ");
		fetch_print_insn(
			text, fetch,
			&g_array_index(fetch->insns, struct pt_fetch_insn, i));
	}
	return text->str;
}

/* The low BITS bits of VALUE, 1 to 64. */
static int64_t low_bits(int64_t value, uint32_t bits, bool is_signed)
{
	unsigned above = 64 - bits;

	return is_signed ? (int64_t)((uint64_t)value << above) >> above
			 : (int64_t)((uint64_t)value << above >> above);
}

bool pt_fetch_constant(const struct pt_fetch *fetch, int64_t *ret)
{
	int64_t value = 0;

	for (guint i = 0; i < fetch->insns->len; i++) {
		const struct pt_fetch_insn *insn =
			&g_array_index(fetch->insns, struct pt_fetch_insn, i);
		bool is_signed = insn->op == PT_FETCH_SIGN;

		if (!i != (insn->op == PT_FETCH_CONST))
			return false;
		switch (insn->op) {
		case PT_FETCH_CONST: value = insn->b; break;
		case PT_FETCH_BITS:
			value = (int64_t)((uint64_t)value >> insn->b);
			/* fall through */
		case PT_FETCH_ZERO:
		case PT_FETCH_SIGN:
			value = low_bits(value, insn->a, is_signed);
			break;
		default: return false;
		}
	}
	*ret = value;
	return fetch->insns->len > 0;
}

/* Whether it is CALLERS that called, and likewise with whom these ask for. */
static struct pt_fetch_callers *
callers_known(struct pt_arena *arena, const struct pt_fetch_callers *callers)
{
	struct pt_fetch_callers *known = pt_new(arena, struct pt_fetch_callers);

	*known = *callers;
	known->asks = true;
	known->calls = g_array_new(FALSE, FALSE, sizeof(struct pt_fetch_call));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, known->calls);
	for (guint i = 0; i < callers->calls->len; i++) {
		struct pt_fetch_call call =
			g_array_index(callers->calls, struct pt_fetch_call, i);
		struct pt_fetch *value = pt_fetch_known(arena, call.value);

		if (!value) {
			value = pt_fetch_create(arena);
			pt_fetch_add(value, PT_FETCH_CONST, 0, 1);
		}
		call.value = value;
		g_array_append_val(known->calls, call);
	}
	return known;
}

struct pt_fetch *pt_fetch_known(struct pt_arena *arena,
				const struct pt_fetch *fetch)
{
	struct pt_fetch *known;

	if (!fetch->callers)
		return NULL;
	known = pt_fetch_create(arena);
	for (guint i = 0; i < fetch->callers->len; i++) {
		pt_fetch_add_callers(
			known, callers_known(arena, fetch->callers->pdata[i]));
		if (i)
			pt_fetch_add(known, PT_FETCH_AND, 0, 0);
	}
	known->size = sizeof(int64_t);
	return known;
}

static bool same_lost(const GArray *a, const GArray *b)
{
	if (a->len != b->len)
		return false;
	for (guint i = 0; i < a->len; i++) {
		const struct pt_fetch_lost_call *x =
			&g_array_index(a, struct pt_fetch_lost_call, i);
		const struct pt_fetch_lost_call *y =
			&g_array_index(b, struct pt_fetch_lost_call, i);

		if (x->back != y->back || strcmp(x->why, y->why))
			return false;
	}
	return true;
}

static bool same_callers(const struct pt_fetch_callers *a,
			 const struct pt_fetch_callers *b)
{
	if (a == b)
		return true;
	if (a->calls->len != b->calls->len || a->section != b->section ||
	    a->word != b->word || a->user != b->user || a->asks != b->asks ||
	    strcmp(a->function, b->function) != 0 ||
	    !same_lost(a->lost, b->lost) || !pt_fetch_equal(a->slot, b->slot))
		return false;
	for (guint i = 0; i < a->calls->len; i++) {
		const struct pt_fetch_call *x =
			&g_array_index(a->calls, struct pt_fetch_call, i);
		const struct pt_fetch_call *y =
			&g_array_index(b->calls, struct pt_fetch_call, i);

		if (x->back != y->back || !pt_fetch_equal(x->value, y->value))
			return false;
	}
	return true;
}

bool pt_fetch_equal(const struct pt_fetch *a, const struct pt_fetch *b)
{
	if (a->insns->len != b->insns->len || a->pointer != b->pointer ||
	    a->is_signed != b->is_signed || a->size != b->size)
		return false;
	for (guint i = 0; i < a->insns->len; i++) {
		const struct pt_fetch_insn *x =
			&g_array_index(a->insns, struct pt_fetch_insn, i);
		const struct pt_fetch_insn *y =
			&g_array_index(b->insns, struct pt_fetch_insn, i);

		if (x->op != y->op || x->a != y->a || x->b != y->b ||
		    (x->op == PT_FETCH_CALLERS &&
		     !same_callers(a->callers->pdata[x->a],
				   b->callers->pdata[y->a])))
			return false;
	}
	return true;
}
