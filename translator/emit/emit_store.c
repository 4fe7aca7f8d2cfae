/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assignments to target variables.
 */
#include "emit_state.h"

/* A place at work: what was there is read once, and only if it is needed. */
struct place {
	struct pt_emit *e;
	const struct pt_expr *expr; /* the TARGET */
	const struct pt_store *store;
	const char *address; /* NULL: a register */
};

static unsigned width(const struct pt_store *store)
{
	return store->bit_size ? store->bit_size : store->size * 8;
}

static const char *mask(struct place *p)
{
	return pt_arena_printf(p->e->arena, "0x%" G_GINT64_MODIFIER "xULL",
			       width(p->store) < 64
				       ? (UINT64_C(1) << width(p->store)) - 1
				       : UINT64_MAX);
}

/* The bytes at the place, with what is around a bit field. */
static const char *raw(struct place *p)
{
	const char *temp = pt_emit_address_temp(p->e);

	if (p->address) {
		pt_emit_line(p->e, "%s = %s(c, %s, %u);", temp,
			     p->store->user ? "ptrt_load_user" : "ptrt_load",
			     p->address, p->store->size);
		pt_emit_check(p->e, pt_emit_place(p->e, p->expr));
	} else {
		pt_emit_line(p->e, "%s = ptrt_reg(c, %u);", temp,
			     p->store->reg);
	}
	return temp;
}

/* TEXT, in the place's format, as the place holds it: cut, and widened again. */
static struct pt_emit_value converted(struct place *p, const char *text)
{
	unsigned rest = 64 - width(p->store);
	struct pt_emit_value value;

	if (p->store->is_single)
		text = pt_arena_printf(
			p->e->arena, "(int64_t)ptrt_fp_from_single(%s)", text);
	else if (!rest)
		text = pt_arena_printf(p->e->arena, "(int64_t)%s", text);
	else if (p->store->is_signed)
		text = pt_arena_printf(p->e->arena,
				       "((int64_t)((uint64_t)%s << %u) >> %u)",
				       text, rest, rest);
	else
		text = pt_arena_printf(p->e->arena,
				       "(int64_t)((uint64_t)%s & %s)", text,
				       mask(p));
	value = pt_emit_value(p->e, text, 0, false);
	return pt_emit_atom(p->e, value, PT_TYPE_LONG);
}

/* A script's number VALUE in the place's format. */
static const char *as_stored(struct place *p, const char *value)
{
	return p->store->is_single
		       ? pt_arena_printf(p->e->arena, "ptrt_fp_to_single(%s)",
					 value)
		       : value;
}

static struct pt_emit_value old_value(struct place *p)
{
	const char *text = raw(p);

	if (p->store->bit_offset)
		text = pt_arena_printf(p->e->arena, "(%s >> %u)", text,
				       p->store->bit_offset);
	return converted(p, text);
}

static void write_value(struct place *p, const char *value)
{
	const struct pt_store *store = p->store;
	struct pt_arena *arena = p->e->arena;
	const char *text =
		pt_arena_printf(arena, "(uint64_t)%s", as_stored(p, value));

	if (store->bit_size) {
		const char *around = raw(p);

		text = pt_arena_printf(
			arena,
			"(%s & ~(%s << %u)) | (((uint64_t)%s & %s) << %u)",
			around, mask(p), store->bit_offset, value, mask(p),
			store->bit_offset);
	} else if (!p->address && store->size < 8) {
		/* Compilers leave the upper half of a register at 0. */
		text = pt_arena_printf(arena, "(uint32_t)%s", value);
	}
	if (!p->address) {
		pt_emit_line(p->e, "ptrt_set_reg(c, %u, %s);", store->reg,
			     text);
		return;
	}
	pt_emit_line(p->e, "%s(c, %s, %u, %s);",
		     store->user ? "ptrt_store_user" : "ptrt_store", p->address,
		     store->size, text);
	pt_emit_check(p->e, pt_emit_place(p->e, p->expr));
}

struct pt_emit_value pt_emit_store(struct pt_emit *e,
				   const struct pt_expr *expr, bool unused)
{
	struct place place = { .e = e,
			       .expr = expr->left,
			       .store = expr->left->store };
	struct pt_emit_value old = pt_emit_value(e, "0", 0, true), value;

	e->body->changes |= PT_CHANGES_WORLD;
	if (place.store->address)
		place.address = pt_emit_store_address(e, expr->left);
	if (expr->kind == PT_EXPR_CRUMENT) {
		old = old_value(&place);
		value = pt_emit_value(
			e,
			pt_arena_printf(e->arena, "(%s %s 1)", old.text,
					expr->op == PT_OP_INC ? "+" : "-"),
			0, false);
	} else {
		value = pt_emit_expr(e, expr->right);
		if (expr->op != PT_OP_NONE) {
			value = pt_emit_atom(e, value, PT_TYPE_LONG);
			value = pt_emit_arith(e, expr, old_value(&place), value,
					      expr->right);
		}
	}
	value = pt_emit_atom(e, value, PT_TYPE_LONG);
	value = converted(&place, as_stored(&place, value.text));
	write_value(&place, value.text);
	if (expr->kind == PT_EXPR_CRUMENT && !expr->prefix)
		value = old;
	return unused ? pt_emit_value(e, "0", 0, true) : value;
}
