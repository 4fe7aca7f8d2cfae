/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a value goes to which kind of register (x86-64 psABI, section 3.2.3), and
 * which objects of C++ are handed over by their address ("Itanium C++ ABI", section
 * 3.1.2.3: those that are not trivial for the purposes of calls).
 */
#include <dwarf.h>
#include <string.h>

#include "abi.h"
#include "floats.h"

/* ---- objects of C++ --------------------------------------------------- */

struct object {
	struct pt_dbg *dbg;
	bool copied, deleted; /* constructors that copy or move: one that can be
			       * called; one that cannot */
	bool special;	      /* something makes it not trivial */
};

static bool has_number(Dwarf_Die *die, unsigned attribute, Dwarf_Word number)
{
	Dwarf_Word own;

	return pt_walkdie_number(die, attribute, &own) && own == number;
}

/* Made by the compiler, or as it would have been: what the members are decides. */
static bool is_implicit(Dwarf_Die *function)
{
	return dwarf_hasattr(function, DW_AT_artificial) ||
	       has_number(function, DW_AT_defaulted, DW_DEFAULTED_in_class);
}

/* The same class, by its DIE. */
static bool is_class(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		     const struct pt_dbg_type *class)
{
	struct pt_dbg_type *peeled;

	return !pt_type_peel(dbg, type, &peeled) && peeled->has_die &&
	       !peeled->stars &&
	       pt_image_die_offset(peeled->window, &peeled->die) ==
		       pt_image_die_offset(class->window,
					   (Dwarf_Die *)&class->die);
}

/* Does it take, beside the object, nothing but a reference to another of CLASS? */
static bool takes_another(struct pt_dbg *dbg, Dwarf_Die *function,
			  const struct pt_dbg_type *class)
{
	unsigned count = 0;
	bool another = false;
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(function, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_dbg_type *type, *target;
		int tag;

		if (dwarf_tag(&die) != DW_TAG_formal_parameter ||
		    dwarf_hasattr(&die, DW_AT_artificial))
			continue;
		if (count++ || pt_type_of(dbg, class->window, &die, &type) ||
		    pt_type_peel(dbg, type, &type) || !type->has_die)
			return false;
		tag = dwarf_tag(&type->die);
		another = (tag == DW_TAG_reference_type ||
			   tag == DW_TAG_rvalue_reference_type) &&
			  !pt_type_element(dbg, type, &target) &&
			  is_class(dbg, target, class);
	}
	return another;
}

static void look_at_function(struct object *object, Dwarf_Die *function,
			     const struct pt_dbg_type *class)
{
	const char *name = dwarf_diename(function);
	const char *own = dwarf_diename((Dwarf_Die *)&class->die);
	size_t length = own ? strcspn(own, "<") : 0;
	Dwarf_Word kind = DW_VIRTUALITY_none;

	pt_walkdie_number(function, DW_AT_virtuality, &kind);
	if (kind != DW_VIRTUALITY_none)
		object->special = true;
	if (!name)
		return;
	if (name[0] == '~') {
		if (!is_implicit(function))
			object->special = true;
		return;
	}
	/* a template's constructors have its name, which may be without its
	 * arguments */
	if (!length || strncmp(name, own, length) ||
	    (name[length] && name[length] != '<') ||
	    !takes_another(object->dbg, function, class))
		return;
	if (dwarf_hasattr(function, DW_AT_deleted))
		object->deleted = true;
	else if (is_implicit(function))
		object->copied = true;
	else
		object->special = true;
}

static bool by_address(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       unsigned depth);

static void look_at_part(struct object *object, Dwarf_Die *part,
			 const struct pt_dbg_type *class, unsigned depth)
{
	Dwarf_Word kind = DW_VIRTUALITY_none;
	struct pt_dbg_type *type;

	/* a static member is no part of an object */
	if (dwarf_hasattr(part, DW_AT_external) ||
	    pt_type_of(object->dbg, class->window, part, &type))
		return;
	pt_walkdie_number(part, DW_AT_virtuality, &kind);
	if (kind != DW_VIRTUALITY_none ||
	    by_address(object->dbg, type, depth + 1))
		object->special = true;
}

static bool class_by_address(struct pt_dbg *dbg,
			     const struct pt_dbg_type *class, unsigned depth)
{
	struct object object = { .dbg = dbg };
	Dwarf_Die *die = (Dwarf_Die *)&class->die;
	Dwarf_Word convention;
	Dwarf_Die child;
	int more;

	/* clang says it. */
	if (pt_walkdie_number(die, DW_AT_calling_convention, &convention))
		return convention == DW_CC_pass_by_reference;
	for (more = dwarf_child(die, &child); more == 0 && !object.special;
	     more = dwarf_siblingof(&child, &child))
		switch (dwarf_tag(&child)) {
		case DW_TAG_subprogram:
			look_at_function(&object, &child, class);
			break;
		case DW_TAG_member:
		case DW_TAG_inheritance:
			look_at_part(&object, &child, class, depth);
			break;
		default: break;
		}
	return object.special || (object.deleted && !object.copied);
}

/* As class_by_address(), which looks at each class once: damaged ones may hold one
 * another by many ways. */
static bool known_by_address(struct pt_dbg *dbg,
			     const struct pt_dbg_type *class, unsigned depth)
{
	gpointer key, is;

	key = GUINT_TO_POINTER(
		pt_image_die_offset(class->window, (Dwarf_Die *)&class->die));
	if (!dbg->by_address) {
		dbg->by_address =
			g_hash_table_new(g_direct_hash, g_direct_equal);
		pt_arena_defer(dbg->arena, (void (*)(void *))g_hash_table_unref,
			       dbg->by_address);
	}
	if (g_hash_table_lookup_extended(dbg->by_address, key, NULL, &is))
		return GPOINTER_TO_INT(is);
	/* One that is in itself does not make it so. */
	g_hash_table_insert(dbg->by_address, key, GINT_TO_POINTER(false));
	is = GINT_TO_POINTER(class_by_address(dbg, class, depth));
	g_hash_table_insert(dbg->by_address, key, is);
	return GPOINTER_TO_INT(is);
}

static bool by_address(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       unsigned depth)
{
	struct pt_dbg_type *peeled, *element;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS ||
	    pt_type_peel(dbg, type, &peeled))
		return false;
	switch (pt_dbg_type_class(dbg, peeled)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION: return known_by_address(dbg, peeled, depth);
	case PT_DBG_ARRAY:
		return !pt_type_element(dbg, peeled, &element) &&
		       by_address(dbg, element, depth + 1);
	default: return false;
	}
}

bool pt_abi_by_address(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	dbg->steps = 0;
	return by_address(dbg, type, 0);
}

/* ---- classes ---------------------------------------------------------- */

/* Of a bit field the bits count, wherever its storage unit is. */
struct part {
	const struct pt_dbg_type *type;
	uint64_t offset; /* bytes */
	uint64_t size;
	bool is_bits;
};

static void look_at(struct pt_dbg *dbg, const struct part *part, unsigned depth,
		    struct pt_abi_class *ret);

static void note_alignment(Dwarf_Die *die, struct pt_abi_class *ret)
{
	Dwarf_Word align;

	if (pt_walkdie_number(die, DW_AT_alignment, &align) &&
	    align > PT_ABI_PART)
		ret->wide = true;
}

static bool member_part(struct pt_dbg *dbg, struct pt_window *window,
			Dwarf_Die *die, uint64_t offset, struct part *ret)
{
	struct pt_dbg_type *type;
	Dwarf_Word bytes = 0, bits = 0, size = 0;

	if (pt_type_of(dbg, window, die, &type))
		return false;
	ret->type = type;
	ret->size = pt_dbg_type_size(dbg, type);
	ret->is_bits = pt_walkdie_number(die, DW_AT_bit_size, &size);
	if (pt_walkdie_number(die, DW_AT_data_bit_offset, &bits)) {
		bytes = bits / 8;
		ret->size = (bits % 8 + size + 7) / 8;
	} else {
		pt_walkdie_number(die, DW_AT_data_member_location, &bytes);
	}
	ret->offset = offset + bytes;
	return true;
}

static void look_at_members(struct pt_dbg *dbg, const struct part *part,
			    unsigned depth, struct pt_abi_class *ret)
{
	struct pt_dbg_type *peeled;
	Dwarf_Die die;
	int more;

	if (pt_type_peel(dbg, part->type, &peeled)) {
		ret->unknown = true;
		return;
	}
	note_alignment(&peeled->die, ret);
	for (more = dwarf_child(&peeled->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		int tag = dwarf_tag(&die);
		struct part member;

		ret->unknown |= tag == DW_TAG_variant_part;
		if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) ||
		    dwarf_hasattr(&die, DW_AT_external))
			continue;
		note_alignment(&die, ret);
		if (member_part(dbg, peeled->window, &die, part->offset,
				&member))
			look_at(dbg, &member, depth + 1, ret);
		else
			ret->unknown = true;
	}
	if (more < 0 || dwarf_hasattr(&peeled->die, DW_AT_declaration))
		ret->unknown = true;
}

static void look_at_elements(struct pt_dbg *dbg, const struct part *part,
			     unsigned depth, struct pt_abi_class *ret)
{
	int64_t count = pt_dbg_type_count(dbg, part->type);
	struct pt_dbg_type *peeled, *element;
	uint64_t size;

	if (count <= 0)
		return;
	if (pt_type_peel(dbg, part->type, &peeled) ||
	    pt_type_element(dbg, peeled, &element)) {
		ret->unknown = true;
		return;
	}
	size = pt_dbg_type_size(dbg, element);
	/* behind the first two parts all are of a kind that is known by then */
	for (int64_t i = 0; i < MIN(count, 2 * PT_ABI_PART); i++) {
		struct part next = { .type = element,
				     .offset =
					     part->offset + (uint64_t)i * size,
				     .size = size };

		if (i && next.offset >= 2 * PT_ABI_PART)
			break;
		look_at(dbg, &next, depth + 1, ret);
	}
}

bool pt_abi_is_vector(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;

	return !pt_type_peel(dbg, type, &peeled) && peeled->has_die &&
	       !peeled->stars && dwarf_hasattr(&peeled->die, DW_AT_GNU_vector);
}

static void note(const struct part *part, bool is_float,
		 struct pt_abi_class *ret)
{
	/* complex numbers are aligned as their halves */
	uint64_t align = is_float ? 4 : PT_ABI_PART;

	ret->scalars++;
	ret->small |= part->size < PT_ABI_PART;
	if (part->size > PT_ABI_PART)
		ret->wide = true;
	if (!part->is_bits && part->size &&
	    part->offset % MIN(part->size, align))
		ret->in_memory = true;
	for (uint64_t at = part->offset / PT_ABI_PART;
	     at < 2 && part->size &&
	     at <= (part->offset + part->size - 1) / PT_ABI_PART;
	     at++) {
		if (is_float)
			ret->is_float[at] = true;
		else
			ret->integer[at] = true;
	}
}

static void note_float(struct pt_dbg *dbg, const struct part *part,
		       struct pt_abi_class *ret)
{
	struct part half = *part;

	if (pt_float_is_complex(dbg, part->type)) {
		half.size /= 2;
		note(&half, true, ret);
		half.offset += half.size;
		note(&half, true, ret);
		ret->x87 |= half.size > PT_ABI_PART;
		ret->sse |= half.size <= PT_ABI_PART;
		return;
	}
	note(part, true, ret);
	if (pt_float_format(dbg, part->type) == PT_FLOAT_EXTENDED) {
		ret->x87 = true;
		return;
	}
	ret->sse = true;
	ret->one_float |= part->size > PT_ABI_PART;
}

/* Nothing that is handed over has more numbers in it. */
#define MOST_LOOKS 10000

static void look_at(struct pt_dbg *dbg, const struct part *part, unsigned depth,
		    struct pt_abi_class *ret)
{
	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > MOST_LOOKS) {
		ret->unknown = true;
		return;
	}
	switch (pt_dbg_type_class(dbg, part->type)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION: look_at_members(dbg, part, depth, ret); break;
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
		if (pt_abi_is_vector(dbg, part->type)) {
			note(part, true, ret);
			ret->sse = true;
			ret->one_float |= part->size > PT_ABI_PART;
		} else {
			look_at_elements(dbg, part, depth, ret);
		}
		break;
	case PT_DBG_FLOAT: note_float(dbg, part, ret); break;
	default: note(part, false, ret); break;
	}
}

/* Nothing of it is handed over: it has no members. */
static bool is_empty(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;
	int64_t count;

	if (pt_type_peel(dbg, type, &peeled))
		return false;
	count = pt_dbg_type_count(dbg, peeled);
	switch (pt_dbg_type_class(dbg, peeled)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
		return !dwarf_hasattr(&peeled->die, DW_AT_declaration);
	default: return count == 0;
	}
}

struct pt_abi_class pt_abi_classify(struct pt_dbg *dbg,
				    const struct pt_dbg_type *type)
{
	struct pt_abi_class class = { .size = pt_dbg_type_size(dbg, type) };
	struct part whole = { .type = type, .size = class.size };

	class.by_address = pt_abi_by_address(dbg, type);
	if (!class.size) {
		class.unknown = !is_empty(dbg, type);
		return class;
	}
	dbg->steps = 0;
	look_at(dbg, &whole, 0, &class);
	if (class.size > 2 * PT_ABI_PART)
		class.in_memory = true;
	class.parts = class.in_memory
			      ? 0
			      : (unsigned)((class.size + PT_ABI_PART - 1) /
					   PT_ABI_PART);
	for (unsigned i = 0; i < class.parts; i++) {
		class.integers += class.integer[i];
		class.floats += class.is_float[i] && !class.integer[i];
	}
	if (class.one_float && class.floats == 2)
		class.floats = 1;
	else if (class.one_float && class.parts)
		class.unknown = true; /* a union with something else */
	if (class.x87 && (class.sse || class.integers))
		class.in_memory = true;
	class.is_number = pt_dbg_type_class(dbg, type) == PT_DBG_FLOAT;
	return class;
}
