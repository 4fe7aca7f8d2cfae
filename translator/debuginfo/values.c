/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps on a value: members, indexing, loading, addresses.
 */
#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "floats.h"
#include "parts.h"
#include "pointee.h"

/* Members that a message lists when none is near. */
#define SHOWN_MEMBERS 12

/* ---- memory ----------------------------------------------------------- */

/* The smallest load that covers BITS bits. */
static unsigned load_size(unsigned bits)
{
	return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
}

static void fetch_load(struct pt_fetch *fetch, unsigned size, bool user)
{
	pt_fetch_add(fetch, PT_FETCH_LOAD, size, user);
}

/* Widens a value of SIZE bytes whose upper bits may be anything. */
static void fetch_widen(struct pt_fetch *fetch, unsigned bits, bool is_signed)
{
	if (bits < 64)
		pt_fetch_add(fetch, is_signed ? PT_FETCH_SIGN : PT_FETCH_ZERO,
			     bits, 0);
}

static struct pt_error *load_bits(struct pt_dbg *dbg,
				  const struct pt_dbg_value *value,
				  struct pt_fetch *fetch)
{
	unsigned end = value->bit_offset + value->bit_size;

	if (end > 64)
		return pt_error_new(
			dbg->arena, PT_E_UNSUPPORTED,
			"a bit field over more than 64 bits is not supported");
	if (value->in_memory)
		fetch_load(fetch, load_size(end), pt_dbg_in_user(dbg, value));
	pt_fetch_add(fetch, PT_FETCH_BITS, value->bit_size, value->bit_offset);
	if (fetch->is_signed)
		fetch_widen(fetch, value->bit_size, true);
	return NULL;
}

/* Loads of what is in several places. */
static struct pt_error *load_parts(struct pt_dbg *dbg,
				   const struct pt_dbg_value *value,
				   struct pt_fetch **ret)
{
	struct pt_fetch *fetch = pt_fetch_create(dbg->arena);
	uint64_t bits = value->bit_size
				? value->bit_size
				: pt_dbg_type_size(dbg, value->type) * 8;

	PT_TRY(pt_parts_number(dbg, value->parts, pt_dbg_in_user(dbg, value),
			       value->bit_offset, bits, fetch));
	pt_type_shape(dbg, value->type, fetch);
	if (fetch->is_signed)
		fetch_widen(fetch, (unsigned)bits, true);
	*ret = fetch;
	return NULL;
}

struct pt_error *pt_dbg_load(struct pt_dbg *dbg,
			     const struct pt_dbg_value *value,
			     struct pt_fetch **ret)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, value->type);
	struct pt_fetch *fetch;
	struct pt_dbg_type *peeled;
	struct pt_error *error = pt_type_peel(dbg, value->type, &peeled);

	/* what is only declared has an address */
	if (error && error->code == PT_E_BAD_DEBUGINFO)
		return error;
	if (value->pointee)
		return pt_pointee_alone(dbg, value);
	if (class == PT_DBG_FLOAT)
		return pt_float_load(dbg, value, ret);
	if (value->is_wide)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "this '%s' is in a register of the x87, "
				    "which has only floating point numbers",
				    pt_dbg_type_text(dbg, value->type));
	fetch = value->fetch ? pt_fetch_copy(dbg->arena, value->fetch)
			     : pt_fetch_create(dbg->arena);
	pt_type_shape(dbg, value->type, fetch);
	switch (class) {
	case PT_DBG_VOID:
		if (!value->in_memory)
			return pt_error_new(dbg->arena, PT_E_TYPE_MISMATCH,
					    "a void value cannot be read");
		/* fall through */
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
	case PT_DBG_FUNCTION:
		if (!value->in_memory)
			return pt_error_hint(
				pt_error_new(
					dbg->arena, PT_E_UNSUPPORTED,
					"'%s' stands in a register and has no "
					"address",
					pt_dbg_type_text(dbg, value->type)),
				"name one of its members");
		fetch->pointer = true;
		fetch->is_signed = false;
		fetch->size = dbg->image->arch->word;
		*ret = fetch;
		return NULL;
	default: break;
	}
	if (value->bit_size && !value->parts) {
		PT_TRY(load_bits(dbg, value, fetch));
		*ret = fetch;
		return NULL;
	}
	switch (pt_dbg_type_size(dbg, value->type)) {
	case 1:
	case 2:
	case 4:
	case 8: break;
	default:
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "'%s' is not a value of 1, 2, 4 or 8 bytes",
				    pt_dbg_type_text(dbg, value->type));
	}
	if (value->parts)
		return load_parts(dbg, value, ret);
	if (value->in_memory) {
		fetch_load(fetch, fetch->size, pt_dbg_in_user(dbg, value));
		if (fetch->is_signed)
			fetch_widen(fetch, fetch->size * 8, true);
	} else {
		fetch_widen(fetch, fetch->size * 8, fetch->is_signed);
	}
	*ret = fetch;
	return NULL;
}

struct pt_error *pt_dbg_address_of(struct pt_dbg *dbg,
				   const struct pt_dbg_value *value,
				   struct pt_fetch **ret)
{
	struct pt_fetch *fetch;

	if (!value->in_memory)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "this is in a register or a constant here: "
				    "it has no address");
	if (value->bit_size)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "a bit field has no address");
	fetch = pt_fetch_copy(dbg->arena, value->fetch);
	fetch->pointer = true;
	fetch->is_signed = false;
	fetch->size = dbg->image->arch->word;
	*ret = fetch;
	return NULL;
}

/* ---- pointers and elements -------------------------------------------- */

/* What VALUE, a pointer, leads to. */
static struct pt_error *value_follow(struct pt_dbg *dbg,
				     const struct pt_dbg_value *value,
				     const struct pt_dbg_type *peeled,
				     struct pt_dbg_value *ret)
{
	struct pt_dbg_value target = { .in_memory = true,
				       .in_user = value->user,
				       .user = value->user };

	if (value->pointee)
		return pt_pointee_at(dbg, value, 0, ret);
	PT_TRY(pt_type_element(dbg, peeled, &target.type));
	PT_TRY(pt_dbg_load(dbg, value, &target.fetch));
	*ret = target;
	return NULL;
}

/* The first element of an array or of what a pointer leads to. */
static struct pt_error *value_elements(struct pt_dbg *dbg,
				       const struct pt_dbg_value *value,
				       struct pt_dbg_value *ret,
				       uint64_t *ret_size)
{
	struct pt_dbg_value first = { .in_memory = true,
				      .in_user = value->in_user,
				      .user = value->user };
	struct pt_dbg_type *peeled;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	switch (pt_dbg_type_class(dbg, peeled)) {
	case PT_DBG_POINTER:
	case PT_DBG_CHAR_POINTER:
		PT_TRY(value_follow(dbg, value, peeled, &first));
		if (!first.in_memory)
			return pt_error_hint(
				pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
					     "what this points to is in "
					     "registers or constants here: it "
					     "has no address"),
				"it can be indexed by a constant");
		break;
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
		PT_TRY(pt_type_element(dbg, peeled, &first.type));
		PT_TRY(pt_dbg_address_of(dbg, value, &first.fetch));
		break;
	default:
		return pt_error_new(dbg->arena, PT_E_TYPE_MISMATCH,
				    "'%s' is neither an array nor a pointer: "
				    "it cannot be indexed",
				    pt_dbg_type_text(dbg, value->type));
	}
	*ret_size = pt_dbg_type_size(dbg, first.type);
	if (!*ret_size)
		return pt_error_new(dbg->arena, PT_E_TYPE_MISMATCH,
				    "elements of type '%s' have no size: this "
				    "cannot be indexed",
				    pt_dbg_type_text(dbg, first.type));
	*ret = first;
	return NULL;
}

struct pt_error *pt_dbg_index(struct pt_dbg *dbg,
			      const struct pt_dbg_value *value,
			      struct pt_dbg_value *ret)
{
	struct pt_dbg_value element;
	uint64_t size;

	PT_TRY(value_elements(dbg, value, &element, &size));
	pt_fetch_add(element.fetch, PT_FETCH_OPERAND, element.fetch->n_operands,
		     0);
	if (size != 1) {
		pt_fetch_add(element.fetch, PT_FETCH_CONST, 0, (int64_t)size);
		pt_fetch_add(element.fetch, PT_FETCH_MUL, 0, 0);
	}
	pt_fetch_add(element.fetch, PT_FETCH_ADD, 0, 0);
	*ret = element;
	return NULL;
}

/* An element of an array that is not in memory. */
static struct pt_error *element_in_registers(struct pt_dbg *dbg,
					     const struct pt_dbg_value *value,
					     int64_t index,
					     struct pt_dbg_value *ret)
{
	struct pt_dbg_value element = { .in_user = value->in_user,
					.user = value->user };
	struct pt_dbg_type *peeled;
	uint64_t size;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	PT_TRY(pt_type_element(dbg, peeled, &element.type));
	size = pt_dbg_type_size(dbg, element.type);
	if (index < 0 || index > UINT32_MAX || size > UINT32_MAX / 8)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "this is in registers or constants here: "
				    "they have no element %" PRIi64,
				    index);
	PT_TRY(pt_parts_cut(dbg, value, (uint64_t)index * size * 8, size * 8,
			    &element));
	*ret = element;
	return NULL;
}

/* An element behind a pointer that was optimised out. */
static struct pt_error *element_of_pointee(struct pt_dbg *dbg,
					   const struct pt_dbg_value *value,
					   int64_t index,
					   struct pt_dbg_value *ret)
{
	struct pt_dbg_type *peeled, *element;
	int64_t bytes;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	PT_TRY(pt_type_element(dbg, peeled, &element));
	if (__builtin_mul_overflow(
		    index, (int64_t)pt_dbg_type_size(dbg, element), &bytes))
		bytes = INT64_MAX;
	return pt_pointee_at(dbg, value, bytes, ret);
}

struct pt_error *pt_dbg_index_const(struct pt_dbg *dbg,
				    const struct pt_dbg_value *value,
				    int64_t index, struct pt_dbg_value *ret)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, value->type);
	struct pt_dbg_value element;
	uint64_t size;

	if (value->pointee)
		return element_of_pointee(dbg, value, index, ret);
	if (!value->in_memory &&
	    (class == PT_DBG_ARRAY || class == PT_DBG_CHAR_ARRAY))
		return element_in_registers(dbg, value, index, ret);
	PT_TRY(value_elements(dbg, value, &element, &size));
	pt_fetch_offset(element.fetch, (int64_t)((uint64_t)index * size));
	*ret = element;
	return NULL;
}

/* ---- members ---------------------------------------------------------- */

struct member {
	Dwarf_Die die;
	struct pt_window *window;
	uint64_t bits; /* from the start of the structure */
};

/* A static member of C++ is a variable, no part of an object. */
static bool is_member(Dwarf_Die *die)
{
	return dwarf_tag(die) == DW_TAG_member &&
	       !dwarf_hasattr(die, DW_AT_external);
}

/* A member, or the object of a base class, if that is always at one place. */
static bool is_part(Dwarf_Die *die)
{
	Dwarf_Word virtuality = DW_VIRTUALITY_none;

	if (dwarf_tag(die) != DW_TAG_inheritance)
		return is_member(die);
	pt_walkdie_number(die, DW_AT_virtuality, &virtuality);
	return virtuality == DW_VIRTUALITY_none;
}

/* The alternatives of Rust's enums and Ada's records: one of them is there, which, the
 * program knows.  Their members are looked into, as a union's. */
static bool holds_variants(Dwarf_Die *die)
{
	return dwarf_tag(die) == DW_TAG_variant_part ||
	       dwarf_tag(die) == DW_TAG_variant;
}

static bool type_is_structure(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, type);

	return class == PT_DBG_STRUCT || class == PT_DBG_UNION;
}

/* Bytes from the start of the structure; a union's members say nothing. */
static bool member_bytes(Dwarf_Die *die, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word word;
	Dwarf_Op *ops;
	size_t count;

	*ret = 0;
	if (!dwarf_attr_integrate(die, DW_AT_data_member_location, &attr))
		return true;
	if (!dwarf_formudata(&attr, &word)) {
		*ret = word;
		return true;
	}
	if (dwarf_getlocation(&attr, &ops, &count) || count != 1 ||
	    (ops[0].atom != DW_OP_plus_uconst && ops[0].atom != DW_OP_constu))
		return false;
	*ret = ops[0].number;
	return true;
}

/* In bits from the structure's start: DWARF 4 and 5 say it so; DWARF 2 and 3
 * count from the high end of a storage unit. */
static bool member_bits(struct pt_dbg *dbg, const struct member *member,
			uint64_t *ret)
{
	Dwarf_Die die = member->die;
	Dwarf_Word offset, size, bits;
	struct pt_dbg_type *type;
	uint64_t bytes;
	int64_t high;

	if (pt_walkdie_number(&die, DW_AT_data_bit_offset, &offset)) {
		*ret = offset;
		return offset < UINT32_MAX;
	}
	if (!member_bytes(&die, &bytes) || bytes > UINT32_MAX)
		return false;
	*ret = bytes * 8;
	if (!pt_walkdie_number(&die, DW_AT_bit_offset, &offset))
		return true;
	if (!pt_walkdie_number(&die, DW_AT_byte_size, &size)) {
		if (pt_type_of(dbg, member->window, &die, &type))
			return false;
		size = pt_dbg_type_size(dbg, type);
	}
	if (!pt_walkdie_number(&die, DW_AT_bit_size, &bits) || size > 16 ||
	    bits > size * 8)
		return false;
	/* Below 0 for a field that goes beyond its unit: clang's packed ones. */
	high = (int64_t)offset;
	if (high < -(int64_t)bits || high > (int64_t)(size * 8 - bits))
		return false;
	*ret = (uint64_t)((int64_t)(*ret + size * 8 - bits) - high);
	return true;
}

/* NULL error and *RET_FOUND false: no such member. */
static struct pt_error *member_find(struct pt_dbg *dbg,
				    const struct pt_dbg_type *structure,
				    const char *name, unsigned depth,
				    struct member *ret, bool *ret_found)
{
	Dwarf_Die *parent = (Dwarf_Die *)&structure->die;
	struct member member = { .window = structure->window };
	int more;

	*ret_found = false;
	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS)
		return pt_dbg_damaged(dbg, "the members", structure->window,
				      parent);
	for (more = dwarf_child(parent, &member.die); more == 0;
	     more = dwarf_siblingof(&member.die, &member.die)) {
		const char *own = dwarf_diename(&member.die);
		struct pt_dbg_type *type, *peeled;
		struct member inner;

		if (holds_variants(&member.die)) {
			struct pt_dbg_type variants = *structure;

			variants.die = member.die;
			PT_TRY(member_find(dbg, &variants, name, depth + 1, ret,
					   ret_found));
			if (*ret_found)
				return NULL;
			continue;
		}
		if (!is_part(&member.die))
			continue;
		if (own && *own && strcmp(own, name))
			continue;
		if (!member_bits(dbg, &member, &member.bits))
			return pt_dbg_damaged(dbg, "the offset of a member",
					      member.window, &member.die);
		if (own && *own) {
			*ret = member;
			*ret_found = true;
			return NULL;
		}
		PT_TRY(pt_type_of(dbg, member.window, &member.die, &type));
		PT_TRY(pt_type_peel(dbg, type, &peeled));
		if (!type_is_structure(dbg, peeled))
			continue;
		PT_TRY(member_find(dbg, peeled, name, depth + 1, &inner,
				   ret_found));
		if (*ret_found) {
			*ret = inner;
			ret->bits += member.bits;
			return NULL;
		}
	}
	return NULL;
}

static void member_names(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			 unsigned depth, GPtrArray *ret)
{
	Dwarf_Die *parent = (Dwarf_Die *)&type->die;
	Dwarf_Die die;
	int more;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS)
		return;
	for (more = dwarf_child(parent, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		const char *name = dwarf_diename(&die);
		struct pt_dbg_type *inner, *peeled;

		if (holds_variants(&die)) {
			struct pt_dbg_type variants = *type;

			variants.die = die;
			member_names(dbg, &variants, depth + 1, ret);
		}
		if (!is_part(&die))
			continue;
		if (name && *name)
			g_ptr_array_add(ret, (gpointer)name);
		else if (!pt_type_of(dbg, type->window, &die, &inner) &&
			 !pt_type_peel(dbg, inner, &peeled) &&
			 type_is_structure(dbg, peeled))
			member_names(dbg, peeled, depth + 1, ret);
	}
}

void pt_dbg_type_members(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			 GPtrArray *ret)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	if (pt_type_peel(dbg, type, &peeled) || !type_is_structure(dbg, peeled))
		return;
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		const char *name = dwarf_diename(&die);

		if (is_member(&die))
			g_ptr_array_add(ret, (gpointer)(name ? name : ""));
	}
}

bool pt_dbg_type_has_variants(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	if (pt_type_peel(dbg, type, &peeled) || !type_is_structure(dbg, peeled))
		return false;
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die))
		if (holds_variants(&die))
			return true;
	return false;
}

/* Adds the member's place to VALUE, which holds the structure. */
static struct pt_error *member_place(struct pt_dbg *dbg,
				     const struct pt_dbg_value *structure,
				     struct member *member,
				     struct pt_dbg_value *ret)
{
	struct pt_dbg_value value = { .in_memory = structure->in_memory,
				      .in_user = structure->in_user,
				      .user = structure->user };
	Dwarf_Word field = 0;
	uint64_t unit;

	PT_TRY(pt_type_of(dbg, member->window, &member->die, &value.type));
	pt_walkdie_number(&member->die, DW_AT_bit_size, &field);
	if (field > 64)
		return pt_dbg_damaged(dbg, "the size of a bit field",
				      member->window, &member->die);
	value.bit_size = (unsigned)field;
	if (!value.in_memory) {
		PT_TRY(pt_parts_cut(dbg, structure, member->bits,
				    field ? field
					  : pt_parts_bits(pt_dbg_type_size(
						    dbg, value.type)),
				    &value));
		*ret = value;
		return NULL;
	}
	value.fetch = pt_fetch_copy(dbg->arena, structure->fetch);
	if (!field) {
		pt_fetch_offset(value.fetch, (int64_t)(member->bits / 8));
		*ret = value;
		return NULL;
	}
	/* The storage unit of the declared type, unless a packed field crosses
	 * its end. */
	unit = pt_dbg_type_size(dbg, value.type) * 8;
	if (!unit || member->bits % unit + field > unit)
		unit = 8;
	pt_fetch_offset(value.fetch,
			(int64_t)(member->bits / unit * (unit / 8)));
	value.bit_offset = (unsigned)(member->bits % unit);
	*ret = value;
	return NULL;
}

struct pt_error *pt_dbg_member_number(struct pt_dbg *dbg,
				      const struct pt_dbg_value *value,
				      unsigned number, struct pt_dbg_value *ret)
{
	struct pt_dbg_type *peeled;
	struct member member;
	int more;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	member.window = peeled->window;
	for (more = dwarf_child(&peeled->die, &member.die); more == 0;
	     more = dwarf_siblingof(&member.die, &member.die)) {
		if (!is_member(&member.die) || number--)
			continue;
		if (!member_bits(dbg, &member, &member.bits))
			break;
		return member_place(dbg, value, &member, ret);
	}
	return pt_dbg_damaged(dbg, "the members", peeled->window, &peeled->die);
}

static struct pt_error *member_unknown(struct pt_dbg *dbg,
				       const struct pt_dbg_type *type,
				       const char *name)
{
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	GString *list = pt_arena_string(dbg->arena);
	struct pt_error *error;

	dbg->steps = 0;
	member_names(dbg, type, 0, names);
	error = pt_error_suggest(pt_error_new(dbg->arena, PT_E_UNKNOWN_MEMBER,
					      "'%s' has no member '%s'",
					      pt_dbg_type_text(dbg, type),
					      name),
				 name, names);
	if (error->hint || !names->len)
		return error;
	for (guint i = 0; i < names->len && i < SHOWN_MEMBERS; i++)
		g_string_append_printf(
			list, "%s%s", i ? ", " : "",
			(const char *)g_ptr_array_index(names, i));
	return pt_error_hint(error, "it has %s%s", list->str,
			     names->len > SHOWN_MEMBERS ? ", ..." : "");
}

struct pt_error *pt_dbg_member(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value,
			       const char *name, struct pt_dbg_value *ret)
{
	struct pt_dbg_value structure = *value;
	struct pt_dbg_type *peeled;
	struct member member;
	bool found;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	switch (pt_dbg_type_class(dbg, peeled)) {
	case PT_DBG_POINTER:
	case PT_DBG_CHAR_POINTER:
		PT_TRY(value_follow(dbg, value, peeled, &structure));
		PT_TRY(pt_type_peel(dbg, structure.type, &peeled));
		break;
	case PT_DBG_ARRAY:
		/* An array is its first element, as in C. */
		PT_TRY(pt_dbg_index_const(dbg, value, 0, &structure));
		PT_TRY(pt_type_peel(dbg, structure.type, &peeled));
		break;
	default: break;
	}
	if (!type_is_structure(dbg, peeled))
		return pt_error_new(
			dbg->arena, PT_E_TYPE_MISMATCH,
			"'%s' is not a structure and has no member '%s'",
			pt_dbg_type_text(dbg, value->type), name);
	dbg->steps = 0;
	PT_TRY(member_find(dbg, peeled, name, 0, &member, &found));
	if (found)
		return member_place(dbg, &structure, &member, ret);
	if (dwarf_hasattr(&peeled->die, DW_AT_declaration))
		return pt_error_new(dbg->arena, PT_E_NO_DEBUGINFO,
				    "'%s' is declared here, but %s does not "
				    "define it",
				    pt_dbg_type_text(dbg, peeled),
				    pt_dbg_subject(dbg));
	return member_unknown(dbg, peeled, name);
}
