/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pointee.h"

#include <dwarf.h>

#include "parts.h"

/* The variable (or constant) that is pointed to. */
static struct pt_error *pointee_open(struct pt_dbg *dbg,
				     const struct pt_dbg_pointee *pointee,
				     struct pt_dbg_value *ret)
{
	struct pt_location_context place = pointee->context;
	struct pt_window *window;
	Dwarf_Die die;

	place.pointed_to = true;
	PT_TRY(pt_dbg_die(dbg, pointee->die, &window, &die));
	switch (dwarf_tag(&die)) {
	case DW_TAG_variable:
	case DW_TAG_formal_parameter:
	/* A constant without a name, such as a text, is one. */
	case DW_TAG_dwarf_procedure: break;
	default:
		return pt_dbg_damaged(dbg, "what a pointer leads to", window,
				      &die);
	}
	return pt_variable_described(dbg, &place, window, &die, ret);
}

/* WHOLE, not in memory, as parts that end where it ends. */
static void as_parts(struct pt_dbg *dbg, struct pt_dbg_value *whole)
{
	uint64_t bits = pt_parts_bits(pt_dbg_type_size(dbg, whole->type));
	struct pt_dbg_part all = { .bits = MIN(bits, 64),
				   .fetch = whole->fetch,
				   .pointee = whole->pointee };

	if (whole->parts)
		return;
	whole->parts = pt_arena_ptr_array(dbg->arena);
	pt_parts_add(dbg, whole->parts, &all);
	whole->fetch = NULL;
	whole->pointee = NULL;
}

static struct pt_error *beyond(struct pt_dbg *dbg)
{
	return pt_error_new(dbg->arena, PT_E_OPTIMISED_OUT,
			    "this is beyond what the pointer leads to, and the "
			    "pointer itself was optimised out here");
}

struct pt_error *pt_pointee_at(struct pt_dbg *dbg,
			       const struct pt_dbg_value *value, int64_t bytes,
			       struct pt_dbg_value *ret)
{
	const struct pt_dbg_pointee *pointee = value->pointee;
	struct pt_dbg_value whole = { 0 }, target = { .user = value->user };
	struct pt_dbg_type *peeled;
	uint64_t size;
	int64_t at;

	PT_TRY(pt_type_peel(dbg, value->type, &peeled));
	PT_TRY(pt_type_element(dbg, peeled, &target.type));
	size = pt_dbg_type_size(dbg, target.type);
	if (__builtin_add_overflow(pointee->offset, bytes, &at))
		return beyond(dbg);
	PT_TRY(pointee_open(dbg, pointee, &whole));
	target.in_user = whole.in_user;
	if (whole.in_memory) {
		target.in_memory = true;
		target.fetch = pt_fetch_copy(dbg->arena, whole.fetch);
		pt_fetch_offset(target.fetch, at);
		*ret = target;
		return NULL;
	}
	as_parts(dbg, &whole);
	if (at < 0 || at > UINT32_MAX || !size)
		return beyond(dbg);
	PT_TRY(pt_parts_cut(dbg, &whole, (uint64_t)at * 8, pt_parts_bits(size),
			    &target));
	*ret = target;
	return NULL;
}

struct pt_error *pt_pointee_alone(struct pt_dbg *dbg,
				  const struct pt_dbg_value *value)
{
	const struct pt_dbg_pointee *pointee = value->pointee;
	const struct pt_dbg_function *function = pointee->context.function;
	const char *name = pointee->name;
	struct pt_dbg_value target;
	enum pt_dbg_class class;
	struct pt_error *error = pt_error_new(
		dbg->arena, PT_E_OPTIMISED_OUT,
		"%s%s%s was optimised out here: it points to something that "
		"has no place in memory",
		name ? "'$" : "this pointer", name ? name : "",
		name ? "'" : "");

	if (pt_pointee_at(dbg, value, 0, &target))
		return name && function
			       ? pt_alive_hint(dbg, function, name, error)
			       : error;
	class = pt_dbg_type_class(dbg, target.type);
	return pt_error_hint(error, "what it points to can be read: '%s%s%s'",
			     name ? "$" : "", name ? name : "",
			     class == PT_DBG_STRUCT || class == PT_DBG_UNION
				     ? "->member"
				     : "[0]");
}
