/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where values are written to, and what they can be taken for later.
 */
#include "floats.h"

static struct pt_error *no_place(struct pt_dbg *dbg, const char *why)
{
	return pt_error_new(dbg->arena, PT_E_LVALUE,
			    "this cannot be assigned to: %s", why);
}

/* Binary32 and binary64 in memory. */
static struct pt_error *check_float(struct pt_dbg *dbg,
				    const struct pt_dbg_value *value)
{
	enum pt_float_format format = pt_float_format(dbg, value->type);

	if (format != PT_FLOAT_SINGLE && format != PT_FLOAT_DOUBLE)
		return no_place(
			dbg,
			pt_arena_printf(
				dbg->arena,
				"'%s' is no floating point number of 32 or 64 "
				"bits",
				pt_dbg_type_text(dbg, value->type)));
	if (!value->in_memory)
		return no_place(dbg, "of floating point only what is in memory "
				     "is written, and this is not, here");
	return NULL;
}

/* Only numbers of 1, 2, 4 or 8 bytes and pointers. */
static struct pt_error *check_type(struct pt_dbg *dbg,
				   const struct pt_dbg_value *value)
{
	uint64_t size = pt_dbg_type_size(dbg, value->type);

	switch (pt_dbg_type_class(dbg, value->type)) {
	case PT_DBG_FLOAT: return check_float(dbg, value);
	case PT_DBG_SIGNED:
	case PT_DBG_UNSIGNED:
	case PT_DBG_BOOL:
	case PT_DBG_CHAR:
	case PT_DBG_ENUM:
	case PT_DBG_POINTER:
	case PT_DBG_CHAR_POINTER:
		if (size == 1 || size == 2 || size == 4 || size == 8)
			return NULL;
		/* fall through */
	default:
		return pt_error_hint(
			no_place(dbg,
				 pt_arena_printf(
					 dbg->arena, "'%s' is not one number",
					 pt_dbg_type_text(dbg, value->type))),
			"name one of its members or elements");
	}
}

/* The register that holds all of VALUE; false: it is computed. */
static bool whole_register(const struct pt_dbg_value *value, unsigned *ret)
{
	const struct pt_fetch_insn *insn;

	if (value->fetch->insns->len != 1)
		return false;
	insn = &g_array_index(value->fetch->insns, struct pt_fetch_insn, 0);
	*ret = insn->a;
	return insn->op == PT_FETCH_REG;
}

static unsigned bytes_around(unsigned bits)
{
	return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
}

struct pt_error *pt_dbg_store(struct pt_dbg *dbg,
			      const struct pt_dbg_value *value,
			      struct pt_store *ret)
{
	struct pt_store store = { .bit_size = value->bit_size,
				  .bit_offset = value->bit_offset };
	unsigned end = value->bit_offset + value->bit_size;
	struct pt_fetch *shape;

	PT_TRY(check_type(dbg, value));
	if (value->pointee)
		return no_place(dbg, "this pointer was optimised out here");
	if (value->parts)
		return no_place(dbg, "parts of it are in several places here");
	if (end > 64)
		return no_place(dbg, "its bits are in two words");
	shape = pt_fetch_create(dbg->arena);
	pt_type_shape(dbg, value->type, shape);
	store.is_signed = shape->is_signed;
	store.size = shape->size;
	store.is_single = pt_dbg_type_class(dbg, value->type) == PT_DBG_FLOAT &&
			  store.size == 4;
	if (value->in_memory) {
		store.address = value->fetch;
		store.user = pt_dbg_in_user(dbg, value);
		if (value->bit_size)
			store.size = bytes_around(end);
	} else if (value->place) {
		store.address = value->place;
		store.size = MIN(store.size, 4);
	} else if (whole_register(value, &store.reg)) {
		if (value->bit_size)
			store.size = 8;
	} else {
		return pt_error_hint(
			no_place(dbg, "the compiler keeps it neither in memory "
				      "nor in one register here"),
			"a constant or a computed value has no place of its "
			"own");
	}
	*ret = store;
	return NULL;
}

/* TYPE with one more star. */
static struct pt_dbg_type *pointer_to(struct pt_dbg *dbg,
				      const struct pt_dbg_type *type)
{
	struct pt_dbg_type *pointer = pt_new(dbg->arena, struct pt_dbg_type);

	*pointer = *type;
	pointer->stars++;
	return pointer;
}

/* A pointer to something that has a type; else NULL. */
static const struct pt_dbg_type *pointee(struct pt_dbg *dbg,
					 const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled, *element;

	if (pt_type_peel(dbg, type, &peeled) ||
	    pt_type_element(dbg, peeled, &element) ||
	    pt_dbg_type_class(dbg, element) == PT_DBG_VOID)
		return NULL;
	return element;
}

bool pt_dbg_shape(struct pt_dbg *dbg, const struct pt_dbg_value *value,
		  bool address, struct pt_dbg_value *ret)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, value->type);
	struct pt_dbg_value shape = { .type = value->type,
				      .user = value->user };

	switch (class) {
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
		shape.in_memory = true;
		shape.in_user = value->in_user;
		break;
	case PT_DBG_ENUM: break;
	case PT_DBG_POINTER:
	case PT_DBG_CHAR_POINTER:
		if (!address && !pointee(dbg, value->type))
			return false;
		break;
	case PT_DBG_STRUCT:
	case PT_DBG_UNION: address = true; break;
	default:
		if (!address)
			return false;
	}
	if (address && !shape.in_memory) {
		shape.type = pointer_to(dbg, value->type);
		shape.user = value->in_user;
	}
	shape.fetch = pt_fetch_create(dbg->arena);
	pt_fetch_add(shape.fetch, PT_FETCH_OPERAND, 0, 0);
	*ret = shape;
	return true;
}

const char *pt_dbg_shape_text(struct pt_dbg *dbg,
			      const struct pt_dbg_value *shape)
{
	const struct pt_dbg_type *element = NULL;
	enum pt_dbg_class class = pt_dbg_type_class(dbg, shape->type);
	struct pt_dbg_type *peeled;

	if (class == PT_DBG_POINTER || class == PT_DBG_CHAR_POINTER)
		element = pointee(dbg, shape->type);
	if (pt_type_peel(dbg, element ? element : shape->type, &peeled))
		return pt_dbg_type_text(dbg, shape->type);
	return pt_arena_printf(
		dbg->arena, "%s%s%s", pt_dbg_type_text(dbg, peeled),
		element ? " *" : "", shape->user ? " of user memory" : "");
}
