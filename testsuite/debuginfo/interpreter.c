/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interpreter.h"

#include <string.h>

struct stack {
	uint64_t values[PT_FETCH_MAX_STACK];
	unsigned depth;
	bool bad;
};

static void push(struct stack *stack, uint64_t value)
{
	if (stack->depth >= PT_FETCH_MAX_STACK)
		stack->bad = true;
	else
		stack->values[stack->depth++] = value;
}

static uint64_t pop(struct stack *stack)
{
	if (!stack->depth) {
		stack->bad = true;
		return 0;
	}
	return stack->values[--stack->depth];
}

static uint64_t low_bits(uint64_t value, unsigned bits)
{
	return bits >= 64 ? value : value & ((UINT64_C(1) << bits) - 1);
}

static uint64_t sign_extend(uint64_t value, unsigned bits)
{
	if (bits >= 64)
		return value;
	return (uint64_t)((int64_t)(value << (64 - bits)) >> (64 - bits));
}

/* By this machine. */
static uint64_t bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static uint64_t from_single(uint64_t v)
{
	uint32_t bits = (uint32_t)v;
	float single;

	memcpy(&single, &bits, sizeof(single));
	return bits_of(single);
}

static double double_of(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

static uint64_t to_single(uint64_t v)
{
	float single = (float)double_of(v);
	uint32_t bits;

	memcpy(&bits, &single, sizeof(bits));
	return bits;
}

static uint64_t converted(uint64_t v, enum pt_fetch_op op)
{
	switch (op) {
	case PT_FETCH_FP_SINGLE: return from_single(v);
	case PT_FETCH_FP_TO_SINGLE: return to_single(v);
	case PT_FETCH_FP_FROM_LONG: return bits_of((double)(int64_t)v);
	default: return (uint64_t)(int64_t)double_of(v);
	}
}

static void floating(struct stack *stack, enum pt_fetch_op op, double x,
		     double y)
{
	switch (op) {
	case PT_FETCH_FP_ADD: push(stack, bits_of(x + y)); break;
	case PT_FETCH_FP_SUB: push(stack, bits_of(x - y)); break;
	case PT_FETCH_FP_MUL: push(stack, bits_of(x * y)); break;
	case PT_FETCH_FP_DIV: push(stack, bits_of(x / y)); break;
	case PT_FETCH_FP_EQ: push(stack, x == y); break;
	case PT_FETCH_FP_LT: push(stack, x < y); break;
	case PT_FETCH_FP_LE: push(stack, x <= y); break;
	default: stack->bad = true; break;
	}
}

static void binary(struct stack *stack, enum pt_fetch_op op)
{
	uint64_t y = pop(stack), x = pop(stack);
	int64_t sx = (int64_t)x, sy = (int64_t)y;

	switch (op) {
	case PT_FETCH_ADD: push(stack, x + y); break;
	case PT_FETCH_SUB: push(stack, x - y); break;
	case PT_FETCH_MUL: push(stack, x * y); break;
	case PT_FETCH_AND: push(stack, x & y); break;
	case PT_FETCH_OR: push(stack, x | y); break;
	case PT_FETCH_XOR: push(stack, x ^ y); break;
	case PT_FETCH_SHL: push(stack, y < 64 ? x << y : 0); break;
	case PT_FETCH_SHR: push(stack, y < 64 ? x >> y : 0); break;
	case PT_FETCH_SHRA:
		push(stack, (uint64_t)(sx >> (y < 64 ? y : 63)));
		break;
	case PT_FETCH_EQ: push(stack, x == y); break;
	case PT_FETCH_NE: push(stack, x != y); break;
	case PT_FETCH_LT: push(stack, sx < sy); break;
	case PT_FETCH_LE: push(stack, sx <= sy); break;
	case PT_FETCH_GT: push(stack, sx > sy); break;
	case PT_FETCH_GE: push(stack, sx >= sy); break;
	case PT_FETCH_DIV:
		stack->bad = stack->bad || !y || (sx == INT64_MIN && sy == -1);
		push(stack, stack->bad ? 0 : (uint64_t)(sx / sy));
		break;
	case PT_FETCH_UDIV:
		stack->bad = stack->bad || !y;
		push(stack, stack->bad ? 0 : x / y);
		break;
	case PT_FETCH_MOD:
		stack->bad = stack->bad || !y;
		push(stack, stack->bad ? 0 : x % y);
		break;
	default: floating(stack, op, double_of(x), double_of(y)); break;
	}
}

static void load(struct stack *stack, const struct machine *machine,
		 unsigned size)
{
	uint64_t address = pop(stack), value = 0;

	if (size > 8 || !machine->read(machine->arg, address, &value, size))
		stack->bad = true;
	push(stack, value);
}

static void pick(struct stack *stack, unsigned number)
{
	if (number >= stack->depth)
		stack->bad = true;
	else
		push(stack, stack->values[stack->depth - 1 - number]);
}

/* What the caller hands over, by the return address. */
static void callers(struct stack *stack, const struct machine *m,
		    const struct pt_fetch_callers *callers)
{
	uint64_t slot, back = 0, value = 0;

	stack->bad = stack->bad || !interpreter_run(callers->slot, m, &slot) ||
		     !m->read(m->arg, slot, &back, callers->word);
	for (guint i = 0; !stack->bad && i < callers->calls->len; i++) {
		const struct pt_fetch_call *call =
			&g_array_index(callers->calls, struct pt_fetch_call, i);

		if (call->back + m->slide != back)
			continue;
		stack->bad = !interpreter_run(call->value, m, &value);
		push(stack, value);
		return;
	}
	stack->bad = stack->bad || !callers->asks;
	push(stack, 0);
}

static uint64_t fp_register(const struct machine *m,
			    const struct pt_fetch_insn *insn)
{
	return insn->a < PT_FETCH_ST ? m->xmm[insn->a][insn->b]
				     : m->st[insn->a - PT_FETCH_ST][insn->b];
}

static uint64_t from_extended(uint64_t low, uint64_t high)
{
	long double extended = 0;

	memcpy(&extended, &low, 8);
	memcpy((char *)&extended + 8, &high, 2);
	return bits_of((double)extended);
}

static void step(struct stack *stack, const struct machine *m,
		 const struct pt_fetch *fetch, const struct pt_fetch_insn *insn)
{
	uint64_t x, y, z;

	switch (insn->op) {
	case PT_FETCH_REG:
		stack->bad = stack->bad || insn->a > 16;
		x = stack->bad ? 0 : m->registers[insn->a];
		push(stack, insn->b ? x & ((1ULL << insn->b) - 1) : x);
		break;
	case PT_FETCH_FP_REG: push(stack, fp_register(m, insn)); break;
	case PT_FETCH_CONST: push(stack, (uint64_t)insn->b); break;
	case PT_FETCH_ADDR: push(stack, (uint64_t)insn->b + m->slide); break;
	case PT_FETCH_CFA: push(stack, m->cfa); break;
	case PT_FETCH_TLS: push(stack, m->tls); break;
	case PT_FETCH_CALLERS:
		callers(stack, m, fetch->callers->pdata[insn->a]);
		break;
	case PT_FETCH_OPERAND:
		stack->bad = stack->bad || insn->a >= m->n_operands;
		push(stack, stack->bad ? 0 : (uint64_t)m->operands[insn->a]);
		break;
	case PT_FETCH_TLS_BLOCK: /* no library is loaded here */
		stack->bad = true;
		break;
	case PT_FETCH_PERCPU: push(stack, pop(stack) + m->percpu); break;
	case PT_FETCH_NEG: push(stack, -pop(stack)); break;
	case PT_FETCH_NOT: push(stack, ~pop(stack)); break;
	case PT_FETCH_ABS:
		x = pop(stack);
		push(stack, (int64_t)x < 0 ? -x : x);
		break;
	case PT_FETCH_DUP: pick(stack, 0); break;
	case PT_FETCH_DROP: pop(stack); break;
	case PT_FETCH_PICK: pick(stack, insn->a); break;
	case PT_FETCH_SWAP:
		y = pop(stack);
		x = pop(stack);
		push(stack, y);
		push(stack, x);
		break;
	case PT_FETCH_ROT:
		z = pop(stack);
		y = pop(stack);
		x = pop(stack);
		push(stack, z);
		push(stack, x);
		push(stack, y);
		break;
	case PT_FETCH_SELECT:
		z = pop(stack);
		y = pop(stack);
		x = pop(stack);
		push(stack, z ? x : y);
		break;
	case PT_FETCH_LOAD: load(stack, m, insn->a); break;
	case PT_FETCH_FP_SINGLE:
	case PT_FETCH_FP_TO_SINGLE:
	case PT_FETCH_FP_FROM_LONG:
	case PT_FETCH_FP_TO_LONG:
		push(stack, converted(pop(stack), insn->op));
		break;
	case PT_FETCH_FP_EXTENDED:
		y = pop(stack);
		x = pop(stack);
		push(stack, from_extended(x, y));
		break;
	case PT_FETCH_SIGN:
		push(stack, sign_extend(pop(stack), insn->a));
		break;
	case PT_FETCH_ZERO: push(stack, low_bits(pop(stack), insn->a)); break;
	case PT_FETCH_BITS:
		x = pop(stack);
		push(stack, low_bits(x >> insn->b, insn->a));
		break;
	default: binary(stack, insn->op); break;
	}
}

bool interpreter_run(const struct pt_fetch *fetch,
		     const struct machine *machine, uint64_t *ret)
{
	struct stack stack = { 0 };

	for (guint i = 0; i < fetch->insns->len && !stack.bad; i++)
		step(&stack, machine, fetch,
		     &g_array_index(fetch->insns, struct pt_fetch_insn, i));
	if (stack.bad || stack.depth != 1)
		return false;
	*ret = stack.values[0];
	return true;
}
