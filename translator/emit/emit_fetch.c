/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetch programs: the stack machine becomes nested C expressions of uint64_t.
 */
#include "emit_state.h"

#include <string.h>

#define LONG_TEXT 70 /* characters: beyond, a temporary reads better */

struct machine {
	struct pt_emit *e;
	const char *stack[PT_FETCH_MAX_STACK];
	unsigned depth;
	const char *operands[32];
	bool may_fail;
	bool broken;
};

static void push(struct machine *m, const char *text)
{
	if (m->depth == PT_FETCH_MAX_STACK)
		m->broken = true;
	else
		m->stack[m->depth++] = text;
}

static const char *pop(struct machine *m)
{
	if (m->depth == 0) {
		m->broken = true;
		return "0";
	}
	return m->stack[--m->depth];
}

static bool is_name(const char *text)
{
	return text[strspn(text,
			   "abcdefghijklmnopqrstuvwxyz_0123456789xULL")] ==
	       '\0';
}

/* What may be read twice. */
static const char *shared(struct machine *m, const char *text)
{
	const char *temp;

	if (is_name(text))
		return text;
	temp = pt_emit_address_temp(m->e);
	pt_emit_line(m->e, "%s = %s;", temp, text);
	return temp;
}

static const char *short_text(struct machine *m, const char *text)
{
	return strlen(text) > LONG_TEXT ? shared(m, text) : text;
}

static const char *constant(struct machine *m, int64_t value)
{
	if (value >= 0 && value < 4096)
		return pt_arena_printf(m->e->arena, "%" G_GINT64_FORMAT, value);
	return pt_arena_printf(m->e->arena, "0x%" G_GINT64_MODIFIER "xULL",
			       (uint64_t)value);
}

static const char *binary_format(enum pt_fetch_op op)
{
	switch (op) {
	case PT_FETCH_ADD: return "(%s + %s)";
	case PT_FETCH_SUB: return "(%s - %s)";
	case PT_FETCH_MUL: return "(%s * %s)";
	case PT_FETCH_AND: return "(%s & %s)";
	case PT_FETCH_OR: return "(%s | %s)";
	case PT_FETCH_XOR: return "(%s ^ %s)";
	case PT_FETCH_SHL: return "((uint64_t)%s << (%s & 63))";
	case PT_FETCH_SHR: return "((uint64_t)%s >> (%s & 63))";
	case PT_FETCH_SHRA: return "(uint64_t)PTRT_SHR(%s, %s)";
	case PT_FETCH_EQ: return "(uint64_t)((int64_t)%s == (int64_t)%s)";
	case PT_FETCH_NE: return "(uint64_t)((int64_t)%s != (int64_t)%s)";
	case PT_FETCH_LT: return "(uint64_t)((int64_t)%s < (int64_t)%s)";
	case PT_FETCH_LE: return "(uint64_t)((int64_t)%s <= (int64_t)%s)";
	case PT_FETCH_GT: return "(uint64_t)((int64_t)%s > (int64_t)%s)";
	case PT_FETCH_GE: return "(uint64_t)((int64_t)%s >= (int64_t)%s)";
	case PT_FETCH_FP_EXTENDED: return "ptrt_fp_from_extended(%s, %s)";
	case PT_FETCH_FP_ADD: return "ptrt_fp_add(%s, %s)";
	case PT_FETCH_FP_SUB: return "ptrt_fp_sub(%s, %s)";
	case PT_FETCH_FP_MUL: return "ptrt_fp_mul(%s, %s)";
	case PT_FETCH_FP_DIV: return "ptrt_fp_div(%s, %s)";
	case PT_FETCH_FP_EQ: return "(uint64_t)ptrt_fp_eq(%s, %s)";
	case PT_FETCH_FP_LT: return "(uint64_t)ptrt_fp_lt(%s, %s)";
	case PT_FETCH_FP_LE: return "(uint64_t)ptrt_fp_le(%s, %s)";
	default: return NULL;
	}
}

/* NULL: OP is no division. */
static const char *divider(enum pt_fetch_op op)
{
	switch (op) {
	case PT_FETCH_DIV: return "ptrt_div";
	case PT_FETCH_UDIV: return "ptrt_udiv";
	case PT_FETCH_MOD: return "ptrt_umod";
	default: return NULL;
	}
}

static const char *with_two(struct machine *m, const char *format,
			    const char *a, const char *b)
{
	GString *text = pt_arena_string(m->e->arena);
	const char *first = strstr(format, "%s");
	const char *second = strstr(first + 2, "%s");

	g_string_append_len(text, format, first - format);
	g_string_append(text, a);
	g_string_append_len(text, first + 2, second - first - 2);
	g_string_append(text, b);
	g_string_append(text, second + 2);
	return text->str;
}

static void binary(struct machine *m, const struct pt_fetch_insn *insn)
{
	const char *b = short_text(m, pop(m)), *a = short_text(m, pop(m));
	const char *division = divider(insn->op);
	struct pt_arena *arena = m->e->arena;

	if (division) {
		m->may_fail = true;
		push(m, pt_arena_printf(arena, "(uint64_t)%s(c, %s, %s)",
					division, a, b));
		return;
	}
	push(m, with_two(m, binary_format(insn->op), a, b));
}

static const char *sign_extended(struct machine *m, const char *v,
				 unsigned bits)
{
	static const char *const types[] = {
		[8] = "signed char",
		[16] = "short",
		[32] = "int",
	};
	struct pt_arena *arena = m->e->arena;

	if (bits >= 64 || bits == 0)
		return v;
	if (bits == 8 || bits == 16 || bits == 32)
		return pt_arena_printf(arena, "(uint64_t)(int64_t)(%s)%s",
				       types[bits], v);
	return pt_arena_printf(arena,
			       "(uint64_t)((int64_t)((uint64_t)%s << %u) >> "
			       "%u)",
			       v, 64 - bits, 64 - bits);
}

static const char *low_bits(struct machine *m, const char *v, unsigned bits)
{
	if (bits >= 64 || bits == 0)
		return v;
	return pt_arena_printf(m->e->arena,
			       "(%s & 0x%" G_GINT64_MODIFIER "xULL)", v,
			       ((uint64_t)1 << bits) - 1);
}

static void load(struct machine *m, const struct pt_fetch_insn *insn)
{
	m->may_fail = true;
	push(m, short_text(m, pt_arena_printf(m->e->arena, "%s(c, %s, %u)",
					      insn->b ? "ptrt_load_user"
						      : "ptrt_load",
					      pop(m), insn->a)));
}

static void unary(struct machine *m, const struct pt_fetch_insn *insn)
{
	struct pt_arena *arena = m->e->arena;
	const char *v = pop(m);

	switch (insn->op) {
	case PT_FETCH_PERCPU:
		v = pt_arena_printf(arena, "ptrt_percpu_address(%s)", v);
		break;
	case PT_FETCH_NEG:
		v = pt_arena_printf(arena, "(0 - (uint64_t)%s)", v);
		break;
	case PT_FETCH_NOT:
		v = pt_arena_printf(arena, "(~(uint64_t)%s)", v);
		break;
	case PT_FETCH_ABS:
		v = shared(m, v);
		v = pt_arena_printf(arena,
				    "((int64_t)%s < 0 ? 0 - (uint64_t)%s : "
				    "(uint64_t)%s)",
				    v, v, v);
		break;
	case PT_FETCH_FP_SINGLE:
		v = pt_arena_printf(arena, "ptrt_fp_from_single(%s)", v);
		break;
	case PT_FETCH_FP_TO_SINGLE:
		v = pt_arena_printf(arena, "ptrt_fp_to_single(%s)", v);
		break;
	case PT_FETCH_FP_FROM_LONG:
		v = pt_arena_printf(arena, "ptrt_fp_from_long((int64_t)%s)", v);
		break;
	case PT_FETCH_FP_TO_LONG:
		v = pt_arena_printf(arena,
				    "(uint64_t)ptrt_fp_to_long(c, %s, "
				    "PTRT_FP_TO_ZERO)",
				    v);
		break;
	case PT_FETCH_SIGN: v = sign_extended(m, v, insn->a); break;
	case PT_FETCH_ZERO: v = low_bits(m, v, insn->a); break;
	default: /* PT_FETCH_BITS */
		if (insn->b)
			v = pt_arena_printf(
				arena, "((uint64_t)%s >> %" G_GINT64_FORMAT ")",
				v, insn->b);
		v = low_bits(m, v, insn->a);
	}
	push(m, v);
}

static void stack_op(struct machine *m, const struct pt_fetch_insn *insn)
{
	const char *a, *b, *z;

	switch (insn->op) {
	case PT_FETCH_DROP: pop(m); break;
	case PT_FETCH_DUP:
		a = shared(m, pop(m));
		push(m, a);
		push(m, a);
		break;
	case PT_FETCH_SWAP:
		b = pop(m);
		a = pop(m);
		push(m, b);
		push(m, a);
		break;
	case PT_FETCH_ROT:
		z = pop(m);
		b = pop(m);
		a = pop(m);
		push(m, z);
		push(m, a);
		push(m, b);
		break;
	case PT_FETCH_SELECT:
		z = short_text(m, pop(m));
		b = short_text(m, pop(m));
		a = short_text(m, pop(m));
		push(m, pt_arena_printf(m->e->arena,
					"(%s ? (uint64_t)%s : (uint64_t)%s)", z,
					a, b));
		break;
	default: /* PT_FETCH_PICK */
		if (insn->a >= m->depth) {
			m->broken = true;
			break;
		}
		a = shared(m, m->stack[m->depth - 1 - insn->a]);
		m->stack[m->depth - 1 - insn->a] = a;
		push(m, a);
	}
}

/* Is it known where the script's section NUMBER is whenever its module's code runs? */
static bool has_anchor(const struct machine *m, uint32_t number)
{
	const struct pt_dbg_section *section =
		m->e->program->env.sections->pdata[number - 1];

	return section->anchor || !strcmp(section->name, ".data..percpu");
}

/* What was added to link-time addresses of SECTION, as PT_FETCH_ADDR has it. */
static const char *slide(struct machine *m, uint32_t section)
{
	struct pt_arena *arena = m->e->arena;

	if (section == PT_DBG_HERE)
		return "ptrt_user_slide(c)";
	if (section >= PT_DBG_OBJECT)
		return pt_arena_printf(arena, "ptrt_object_slide(c, %u)",
				       section - PT_DBG_OBJECT);
	if (section && !has_anchor(m, section)) {
		m->may_fail = true;
		return pt_arena_printf(
			arena, "ptrt_section_slide(c, &pg_sections[%u])",
			section - 1);
	}
	return section ? pt_arena_printf(arena, "pg_sections[%u].slide",
					 section - 1)
		       : "ptrt_slide";
}

static const char *address(struct machine *m, const struct pt_fetch_insn *insn)
{
	return pt_arena_printf(m->e->arena,
			       "(0x%" G_GINT64_MODIFIER "xULL + %s)",
			       (uint64_t)insn->b, slide(m, insn->a));
}

static const char *run_all(struct machine *m, const struct pt_fetch *fetch);

/* A program of its own, that has no operands. */
static const char *run_apart(struct machine *m, const struct pt_fetch *fetch)
{
	struct machine apart = { .e = m->e };
	const char *text = run_all(&apart, fetch);

	m->may_fail |= apart.may_fail;
	m->broken |= apart.broken;
	return text;
}

/* The calls that hand over the same as number FIRST, which is the first of them. */
static void callers_case(struct machine *m,
			 const struct pt_fetch_callers *callers, guint first,
			 const char *temp)
{
	const struct pt_fetch_call *calls =
		(const struct pt_fetch_call *)callers->calls->data;

	for (guint i = 0; i < first; i++)
		if (pt_fetch_equal(calls[i].value, calls[first].value))
			return;
	for (guint i = first; i < callers->calls->len; i++)
		if (pt_fetch_equal(calls[i].value, calls[first].value))
			pt_emit_line(
				m->e,
				"case 0x%" G_GINT64_MODIFIER
				"xULL: /* in %s */",
				calls[i].back,
				pt_out_comment(m->e->arena, calls[i].caller));
	pt_emit_line(m->e, "\t%s = %s;", temp,
		     run_apart(m, calls[first].value));
	pt_emit_line(m->e, "\tbreak;");
}

/* The calls that cannot be read for the same reason as number FIRST, the first of them. */
static void lost_case(struct machine *m, const struct pt_fetch_callers *callers,
		      guint first, const char *temp, const char *back)
{
	const struct pt_fetch_lost_call *calls =
		(const struct pt_fetch_lost_call *)callers->lost->data;

	for (guint i = 0; i < first; i++)
		if (!strcmp(calls[i].why, calls[first].why))
			return;
	for (guint i = first; i < callers->lost->len; i++)
		if (!strcmp(calls[i].why, calls[first].why))
			pt_emit_line(m->e, "case 0x%" G_GINT64_MODIFIER "xULL:",
				     calls[i].back);
	pt_emit_line(m->e, "\t%s = ptrt_no_caller(c, %s, %s, %s);", temp,
		     pt_out_c_text(m->e->arena, callers->function), back,
		     pt_out_c_text(m->e->arena, calls[first].why));
	pt_emit_line(m->e, "\tbreak;");
}

static void run_callers(struct machine *m,
			const struct pt_fetch_callers *callers)
{
	const char *slot = run_apart(m, callers->slot);
	const char *back = pt_emit_address_temp(m->e);
	const char *temp = pt_emit_address_temp(m->e);

	if (callers->user)
		pt_emit_line(m->e, "%s = ptrt_user_return_address(c, %s, %u);",
			     back, slot, callers->word);
	else
		pt_emit_line(m->e, "%s = ptrt_return_address(c, %s);", back,
			     slot);
	pt_emit_line(m->e,
		     callers->word == 4 ? "switch ((uint32_t)(%s - %s)) {"
					: "switch (%s - %s) {",
		     back, slide(m, callers->section));
	for (guint i = 0; i < callers->calls->len; i++)
		callers_case(m, callers, i, temp);
	for (guint i = 0; !callers->asks && i < callers->lost->len; i++)
		lost_case(m, callers, i, temp, back);
	pt_emit_line(m->e, "default:");
	if (callers->asks)
		pt_emit_line(m->e, "\t%s = 0;", temp);
	else
		pt_emit_line(m->e, "\t%s = ptrt_no_caller(c, %s, %s, 0);", temp,
			     pt_out_c_text(m->e->arena, callers->function),
			     back);
	pt_emit_line(m->e, "}");
	m->may_fail = true;
	push(m, temp);
}

static void run(struct machine *m, const struct pt_fetch *fetch,
		const struct pt_fetch_insn *insn)
{
	struct pt_arena *arena = m->e->arena;
	const char *text;

	switch (insn->op) {
	case PT_FETCH_REG:
		text = pt_arena_printf(arena, "ptrt_reg(c, %u)", insn->a);
		push(m, low_bits(m, text, (unsigned)insn->b));
		break;
	case PT_FETCH_USER_REG:
		m->may_fail = true;
		push(m,
		     pt_arena_printf(arena, "ptrt_user_reg(c, %u)", insn->a));
		break;
	case PT_FETCH_FP_REG:
		m->may_fail = true;
		push(m,
		     pt_arena_printf(arena,
				     "ptrt_fp_reg(c, %u, %" G_GINT64_FORMAT ")",
				     insn->a, insn->b));
		break;
	case PT_FETCH_CONST: push(m, constant(m, insn->b)); break;
	case PT_FETCH_ADDR:
		m->may_fail |=
			insn->a >= PT_DBG_OBJECT && insn->a != PT_DBG_HERE;
		push(m, address(m, insn));
		break;
	case PT_FETCH_CFA:
		push(m, pt_arena_printf(arena, "ptrt_cfa(c, %u)", insn->a));
		break;
	case PT_FETCH_TLS:
		push(m, pt_arena_printf(arena, "ptrt_thread_pointer(%u)",
					insn->a));
		break;
	case PT_FETCH_TLS_BLOCK:
		m->may_fail = true;
		push(m, pt_arena_printf(arena, "ptrt_thread_block(c, %s, %u)",
					pop(m), insn->a));
		break;
	case PT_FETCH_CALLERS:
		run_callers(m, fetch->callers->pdata[insn->a]);
		break;
	case PT_FETCH_OPERAND: push(m, m->operands[insn->a]); break;
	case PT_FETCH_LOAD: load(m, insn); break;
	case PT_FETCH_DUP:
	case PT_FETCH_DROP:
	case PT_FETCH_PICK:
	case PT_FETCH_SWAP:
	case PT_FETCH_ROT:
	case PT_FETCH_SELECT: stack_op(m, insn); break;
	case PT_FETCH_PERCPU:
	case PT_FETCH_NEG:
	case PT_FETCH_NOT:
	case PT_FETCH_ABS:
	case PT_FETCH_FP_SINGLE:
	case PT_FETCH_FP_TO_SINGLE:
	case PT_FETCH_FP_FROM_LONG:
	case PT_FETCH_FP_TO_LONG:
	case PT_FETCH_SIGN:
	case PT_FETCH_ZERO:
	case PT_FETCH_BITS: unary(m, insn); break;
	default: binary(m, insn);
	}
}

/* What FETCH leaves; with M broken, nothing of use. */
static const char *run_all(struct machine *m, const struct pt_fetch *fetch)
{
	const GArray *insns = fetch->insns;

	for (unsigned i = 0; i < insns->len && !m->broken; i++)
		run(m, fetch, &g_array_index(insns, struct pt_fetch_insn, i));
	return pop(m);
}

/* Script values first, in order. */
static void operands(struct machine *m, const struct pt_expr *expr,
		     unsigned wanted)
{
	struct pt_emit *e = m->e;
	unsigned i, n = expr->args ? expr->args->len : 0;

	for (i = 0; i < n && i < G_N_ELEMENTS(m->operands); i++) {
		struct pt_emit_value v = pt_emit_expr_before(
			e, g_ptr_array_index(expr->args, i),
			pt_emit_changes_list(e, expr->args, i + 1));

		v = pt_emit_atom(e, v, PT_TYPE_LONG);
		m->operands[i] =
			pt_arena_printf(e->arena, "(uint64_t)%s", v.text);
	}
	if (wanted > i)
		m->broken = true;
}

static struct pt_emit_value
text_at(struct pt_emit *e, const struct pt_expr *expr, const char *address)
{
	const char *temp = pt_emit_string_temp(e);
	const char *most =
		expr->number
			? pt_arena_printf(e->arena, "%" G_GINT64_FORMAT,
					  MIN(expr->number, (int64_t)G_MAXINT))
			: "MAXSTRINGLEN";

	/* Shown for people: an address without text is not an error. */
	e->body->uses_fault = true;
	pt_emit_line(e, "%s = %s(c, %s, %s, %s, &fault);", temp,
		     expr->user_text ? "ptrt_string_user" : "ptrt_string_any",
		     pt_emit_buffer(e), address, most);
	pt_emit_line(e, "if (fault)");
	pt_emit_line(e, "\t%s = PTRT_LIT(\"<unreadable>\");", temp);
	return (struct pt_emit_value){
		.text = temp,
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", temp),
		.n = pt_arena_printf(e->arena, "%s.n", temp),
	};
}

static const char *as_signed(struct pt_emit *e, const char *text)
{
	static const char both[] = "(uint64_t)(int64_t)";

	if (g_str_has_prefix(text, both))
		return text + strlen("(uint64_t)");
	return pt_arena_printf(e->arena, "(int64_t)%s", text);
}

/* What FETCH leaves, with EXPR's operands; NULL, and an error: too much. */
static const char *fetched(struct machine *m, const struct pt_expr *expr,
			   const struct pt_fetch *fetch)
{
	const char *text;

	operands(m, expr, fetch->n_operands);
	text = run_all(m, fetch);
	if (!m->broken)
		return text;
	pt_emit_refuse(m->e, expr->span,
		       "the location of '%s' is more than this version of "
		       "ptap can follow",
		       expr->text);
	return NULL;
}

const char *pt_emit_store_address(struct pt_emit *e, const struct pt_expr *expr)
{
	struct machine m = { .e = e };
	const char *text = fetched(&m, expr, expr->store->address);
	const char *temp = pt_emit_address_temp(e);

	pt_emit_line(e, "%s = %s;", temp, text ? text : "0");
	if (m.may_fail)
		pt_emit_check(e, pt_emit_place(e, expr));
	return temp;
}

struct pt_emit_value pt_emit_target(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	struct machine m = { .e = e };
	struct pt_emit_value value = pt_emit_value(e, "0", 0, true);
	const char *text;

	if (!expr->fetch) {
		pt_emit_refuse(e, expr->span,
			       "'%s' is not known here: it belongs to a probe",
			       expr->text);
		return value;
	}
	text = fetched(&m, expr, expr->fetch);
	if (!text)
		return value;
	value.text = as_signed(e, text);
	value.atom = false;
	/* Assigning to a target variable changes registers. */
	value.changes = expr->fetch->registers ? PT_CHANGES_WORLD : 0;
	if (m.may_fail) {
		value = pt_emit_atom(e, value, PT_TYPE_LONG);
		pt_emit_check(e, pt_emit_place(e, expr));
	}
	return expr->type == PT_TYPE_STRING ? text_at(e, expr, value.text)
					    : value;
}
