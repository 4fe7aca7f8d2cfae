/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types: peeling, sizes, classes, C spelling, names to types.
 */
#include <dwarf.h>
#include <string.h>

#include "scopes.h"

static struct pt_dbg_type *type_make(struct pt_dbg *dbg,
				     struct pt_window *window, Dwarf_Die *die)
{
	struct pt_dbg_type *type = pt_new(dbg->arena, struct pt_dbg_type);

	type->window = window;
	if (die) {
		type->has_die = true;
		type->die = *die;
	}
	return type;
}

/* A structure in a unit of its own (-fdebug-types-section); false: it is not there. */
static bool type_by_signature(struct pt_dbg *dbg, struct pt_dbg_type *type)
{
	Dwarf_Die die;

	return pt_walkdie_ref(&type->die, DW_AT_signature, &die) &&
	       !pt_dbg_die(dbg, pt_image_die_offset(type->window, &die),
			   &type->window, &type->die);
}

struct pt_error *pt_type_of(struct pt_dbg *dbg, struct pt_window *window,
			    Dwarf_Die *die, struct pt_dbg_type **ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die type;

	if (!dwarf_attr_integrate(die, DW_AT_type, &attr)) {
		*ret = type_make(dbg, window, NULL);
		return NULL;
	}
	if (!dwarf_formref_die(&attr, &type))
		return pt_dbg_damaged(dbg, "the type", window, die);
	*ret = type_make(dbg, window, &type);
	/* Who looks into it learns if that fails. */
	if (dwarf_hasattr(&type, DW_AT_signature))
		type_by_signature(dbg, *ret);
	return NULL;
}

/* Does DIE say no more of a value than the type that it names? */
static bool is_wrapping(Dwarf_Die *die)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type: return true;
	/* Of Ada and Pascal: 1 .. 100. */
	case DW_TAG_subrange_type: return !dwarf_hasattr(die, DW_AT_byte_size);
	default: return false;
	}
}

bool pt_type_find(struct pt_dbg *dbg, const char *name, uint32_t tag,
		  uint32_t *ret_die)
{
	const struct pt_index *index = dbg->index;
	uint32_t end, i = pt_index_types_from(index, name, &end);

	if (tag == DW_TAG_class_type)
		tag = DW_TAG_structure_type;
	for (; i < end; i++) {
		const struct pt_index_type *t = &index->types[i];

		if (strcmp(pt_index_string(index, t->name), name))
			break;
		if (t->tag == tag) {
			*ret_die = t->die;
			return true;
		}
	}
	return false;
}

bool pt_type_find_inside(struct pt_dbg *dbg, const char *name, uint32_t tag,
			 uint32_t *ret_die)
{
	const struct pt_index *index = dbg->index;

	for (uint32_t i = 0; i < index->n_types; i++) {
		const struct pt_index_type *t = &index->types[i];

		if (t->tag == tag &&
		    pt_scopes_is_tail(pt_index_string(index, t->name), name)) {
			*ret_die = t->die;
			return true;
		}
	}
	return false;
}

/* The name of TYPE's DIE in its namespaces and classes. */
static const char *type_full_name(struct pt_dbg *dbg,
				  const struct pt_dbg_type *type,
				  const char *name)
{
	Dwarf_Die die = type->die, *scopes = NULL;
	GString *full;
	int count;

	if (pt_walkdie_language(&type->window->cu) == PT_WALKDIE_C)
		return name;
	full = pt_arena_string(dbg->arena);
	g_string_assign(full, name);
	count = dwarf_getscopes_die(&die, &scopes);
	for (int i = 1; i < count; i++) {
		int tag = dwarf_tag(&scopes[i]);
		const char *outer = dwarf_diename(&scopes[i]);

		if (!outer || tag == DW_TAG_compile_unit ||
		    tag == DW_TAG_partial_unit || tag == DW_TAG_type_unit)
			continue;
		g_string_prepend(full, "::");
		g_string_prepend(full, outer);
	}
	free(scopes);
	return full->str;
}

/* What is made from a module's BTF has but the names of the kernel's structures. */
static struct pt_error *
type_of_kernel(struct pt_dbg *dbg, struct pt_dbg_type *type, const char *name)
{
	uint32_t die;

	if (!dbg->is_btf || !dbg->kernel)
		return NULL;
	if (!*dbg->kernel)
		PT_TRY(pt_dbg_open(dbg->session, dbg->kernel));
	if (!pt_type_find(*dbg->kernel, name, (uint32_t)dwarf_tag(&type->die),
			  &die))
		return NULL;
	return pt_dbg_die(*dbg->kernel, die, &type->window, &type->die);
}

/* A structure that is only declared in its unit gets its definition. */
static struct pt_error *type_resolve(struct pt_dbg *dbg,
				     struct pt_dbg_type *type)
{
	const char *name = dwarf_diename(&type->die);
	uint32_t die;

	if (dwarf_hasattr(&type->die, DW_AT_signature) &&
	    !type_by_signature(dbg, type))
		return pt_dbg_damaged(dbg, "the signature", type->window,
				      &type->die);
	if (!name || !dwarf_hasattr(&type->die, DW_AT_declaration))
		return NULL;
	name = type_full_name(dbg, type, name);
	if (!pt_type_find(dbg, name, (uint32_t)dwarf_tag(&type->die), &die))
		return type_of_kernel(dbg, type, name);
	return pt_dbg_die(dbg, die, &type->window, &type->die);
}

/* TYPE without typedefs and qualifiers; a structure may be one that is declared. */
static struct pt_error *type_unwrap(struct pt_dbg *dbg,
				    const struct pt_dbg_type *type,
				    struct pt_dbg_type **ret)
{
	struct pt_dbg_type *peeled = pt_new(dbg->arena, struct pt_dbg_type);
	unsigned depth = 0;

	*peeled = *type;
	while (peeled->has_die && !peeled->stars && is_wrapping(&peeled->die)) {
		struct pt_dbg_type *next;

		if (depth++ > PT_WALKDIE_DEPTH)
			return pt_dbg_damaged(dbg, "the chain of types",
					      peeled->window, &peeled->die);
		PT_TRY(pt_type_of(dbg, peeled->window, &peeled->die, &next));
		next->dims = peeled->dims;
		*peeled = *next;
	}
	*ret = peeled;
	return NULL;
}

struct pt_error *pt_type_peel(struct pt_dbg *dbg,
			      const struct pt_dbg_type *type,
			      struct pt_dbg_type **ret)
{
	PT_TRY(type_unwrap(dbg, type, ret));
	return (*ret)->has_die && !(*ret)->stars ? type_resolve(dbg, *ret)
						 : NULL;
}

/* As pt_type_peel(); what is damaged counts as it is. */
static const struct pt_dbg_type *type_peeled(struct pt_dbg *dbg,
					     const struct pt_dbg_type *type)
{
	struct pt_dbg_type *peeled;

	return pt_type_peel(dbg, type, &peeled) ? type : peeled;
}

/* As type_unwrap(); what is damaged counts as it is. */
static const struct pt_dbg_type *type_unwrapped(struct pt_dbg *dbg,
						const struct pt_dbg_type *type)
{
	struct pt_dbg_type *bare;

	return type_unwrap(dbg, type, &bare) ? type : bare;
}

static int type_tag(const struct pt_dbg_type *peeled)
{
	if (peeled->stars)
		return DW_TAG_pointer_type;
	return peeled->has_die ? dwarf_tag((Dwarf_Die *)&peeled->die) : 0;
}

/* ---- arrays ----------------------------------------------------------- */

/* The first index of the dimension DIE of ARRAY; false: that is computed. */
static bool lower_bound(const struct pt_dbg_type *array, Dwarf_Die *die,
			Dwarf_Sword *ret)
{
	Dwarf_Die unit = array->window->cu;
	Dwarf_Attribute attr;

	if (dwarf_attr(die, DW_AT_lower_bound, &attr))
		return !dwarf_formsdata(&attr, ret);
	if (dwarf_default_lower_bound(dwarf_srclang(&unit), ret))
		*ret = 0;
	return true;
}

/* Elements in dimension NUMBER; -1: not said.  False: no such dimension. */
static bool type_dimension(const struct pt_dbg_type *array, unsigned number,
			   int64_t *ret)
{
	Dwarf_Die *die = (Dwarf_Die *)&array->die;
	Dwarf_Die child;
	int more;

	for (more = dwarf_child(die, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		Dwarf_Word word;
		Dwarf_Attribute attr;
		Dwarf_Sword first, last;

		if (dwarf_tag(&child) != DW_TAG_subrange_type || number--)
			continue;
		*ret = -1;
		if (pt_walkdie_number(&child, DW_AT_count, &word))
			*ret = word <= INT64_MAX ? (int64_t)word : -1;
		else if (dwarf_attr(&child, DW_AT_upper_bound, &attr) &&
			 !dwarf_formsdata(&attr, &last) &&
			 lower_bound(array, &child, &first) &&
			 first > INT64_MIN && last >= first - 1 &&
			 last < INT64_MAX + MIN(first, 0))
			*ret = last - first + 1;
		return true;
	}
	return false;
}

/* Are elements of DIE, an array or a dimension of it, apart from one another? */
static bool has_stride(Dwarf_Die *die)
{
	return dwarf_hasattr(die, DW_AT_byte_stride) ||
	       dwarf_hasattr(die, DW_AT_bit_stride);
}

/* What is strange about where the elements of ARRAY are, as compilers of Fortran and Ada
 * say it; NULL: from its start on one is behind the other, as in C. */
static const char *strange_places(const struct pt_dbg_type *array)
{
	Dwarf_Die *die = (Dwarf_Die *)&array->die;
	Dwarf_Word ordering = DW_ORD_row_major;
	unsigned dimensions = 0;
	Dwarf_Die child;
	int more;
	bool apart = has_stride(die);

	for (more = dwarf_child(die, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		if (dwarf_tag(&child) != DW_TAG_subrange_type)
			continue;
		apart |= has_stride(&child);
		dimensions++;
	}
	if (dwarf_hasattr(die, DW_AT_data_location))
		return "are where the program's description of it says";
	if (apart)
		return "are not one behind the other";
	pt_walkdie_number(die, DW_AT_ordering, &ordering);
	return dimensions > 1 && ordering == DW_ORD_col_major
		       ? "stand column by column"
		       : NULL;
}

/* What ARRAY (peeled) or a pointer has as elements. */
struct pt_error *pt_type_element(struct pt_dbg *dbg,
				 const struct pt_dbg_type *peeled,
				 struct pt_dbg_type **ret)
{
	struct pt_dbg_type *element;
	const char *strange;
	int64_t count;

	if (peeled->stars) {
		element = pt_new(dbg->arena, struct pt_dbg_type);
		*element = *peeled;
		element->stars--;
		*ret = element;
		return NULL;
	}
	strange = type_tag(peeled) == DW_TAG_array_type ? strange_places(peeled)
							: NULL;
	if (strange)
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "the elements of '%s' %s, which is not "
				    "supported",
				    pt_dbg_type_text(dbg, peeled), strange);
	if (type_tag(peeled) == DW_TAG_array_type &&
	    type_dimension(peeled, peeled->dims + 1, &count)) {
		element = pt_new(dbg->arena, struct pt_dbg_type);
		*element = *peeled;
		element->dims++;
		*ret = element;
		return NULL;
	}
	return pt_type_of(dbg, peeled->window, (Dwarf_Die *)&peeled->die, ret);
}

static uint64_t type_size(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			  unsigned depth)
{
	const struct pt_dbg_type *peeled = type_peeled(dbg, type);
	struct pt_dbg_type *element;
	Dwarf_Word size;
	int64_t count;

	if (depth > PT_WALKDIE_DEPTH)
		return 0;
	switch (type_tag(peeled)) {
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type: return dbg->image->arch->word;
	case DW_TAG_array_type:
		if (!peeled->dims &&
		    pt_walkdie_number((Dwarf_Die *)&peeled->die,
				      DW_AT_byte_size, &size))
			return size;
		if (!type_dimension(peeled, peeled->dims, &count) ||
		    count < 0 || pt_type_element(dbg, peeled, &element))
			return 0;
		return (uint64_t)count * type_size(dbg, element, depth + 1);
	case 0: return 0;
	default:
		return pt_walkdie_number((Dwarf_Die *)&peeled->die,
					 DW_AT_byte_size, &size)
			       ? size
			       : 0;
	}
}

uint64_t pt_dbg_type_size(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	return type_size(dbg, type, 0);
}

int64_t pt_dbg_type_count(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	const struct pt_dbg_type *peeled = type_peeled(dbg, type);
	int64_t count;

	if (type_tag(peeled) != DW_TAG_array_type ||
	    !type_dimension(peeled, peeled->dims, &count))
		return -1;
	return count;
}

/* ---- classes ---------------------------------------------------------- */

static enum pt_dbg_class class_of_base(const struct pt_dbg_type *peeled)
{
	Dwarf_Word encoding = DW_ATE_unsigned;

	pt_walkdie_number((Dwarf_Die *)&peeled->die, DW_AT_encoding, &encoding);
	switch (encoding) {
	case DW_ATE_boolean: return PT_DBG_BOOL;
	case DW_ATE_signed_char:
	case DW_ATE_unsigned_char: return PT_DBG_CHAR;
	case DW_ATE_signed: return PT_DBG_SIGNED;
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float: return PT_DBG_FLOAT;
	default: return PT_DBG_UNSIGNED;
	}
}

/* Signed numbers and characters, and enumerations and subranges that say so. */
static bool type_is_signed(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			   unsigned depth)
{
	const struct pt_dbg_type *peeled = type_peeled(dbg, type);
	struct pt_dbg_type *under;
	Dwarf_Word encoding;
	int tag = type_tag(peeled);

	if ((tag != DW_TAG_base_type && tag != DW_TAG_enumeration_type &&
	     tag != DW_TAG_subrange_type) ||
	    depth > PT_WALKDIE_DEPTH)
		return false;
	if (pt_walkdie_number((Dwarf_Die *)&peeled->die, DW_AT_encoding,
			      &encoding))
		return encoding == DW_ATE_signed ||
		       encoding == DW_ATE_signed_char;
	if (pt_type_of(dbg, peeled->window, (Dwarf_Die *)&peeled->die,
		       &under) ||
	    !under->has_die)
		return false;
	return type_is_signed(dbg, under, depth + 1);
}

/* A subrange of a size of its own. */
static enum pt_dbg_class class_of_subrange(struct pt_dbg *dbg,
					   const struct pt_dbg_type *peeled)
{
	const struct pt_dbg_type *base;
	struct pt_dbg_type *type;

	if (pt_type_of(dbg, peeled->window, (Dwarf_Die *)&peeled->die, &type))
		return PT_DBG_VOID;
	base = type_peeled(dbg, type);
	return type_tag(base) == DW_TAG_base_type ? class_of_base(base)
						  : PT_DBG_VOID;
}

enum pt_dbg_class pt_dbg_type_class(struct pt_dbg *dbg,
				    const struct pt_dbg_type *type)
{
	/* What is only declared is of the same class as its definition, which may
	 * have to be looked for in the kernel. */
	const struct pt_dbg_type *peeled = type_unwrapped(dbg, type);
	struct pt_dbg_type *element;
	int tag = type_tag(peeled);
	bool is_char = false;

	if ((tag == DW_TAG_pointer_type || tag == DW_TAG_array_type) &&
	    !pt_type_element(dbg, peeled, &element)) {
		const struct pt_dbg_type *e = type_unwrapped(dbg, element);

		is_char = type_tag(e) == DW_TAG_base_type &&
			  class_of_base(e) == PT_DBG_CHAR;
	}
	switch (tag) {
	case 0:
	case DW_TAG_unspecified_type: return PT_DBG_VOID;
	case DW_TAG_base_type: return class_of_base(peeled);
	case DW_TAG_enumeration_type: return PT_DBG_ENUM;
	case DW_TAG_subrange_type: return class_of_subrange(dbg, peeled);
	case DW_TAG_array_type:
		return is_char ? PT_DBG_CHAR_ARRAY : PT_DBG_ARRAY;
	case DW_TAG_structure_type:
	case DW_TAG_class_type: return PT_DBG_STRUCT;
	case DW_TAG_union_type: return PT_DBG_UNION;
	case DW_TAG_subroutine_type: return PT_DBG_FUNCTION;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return is_char ? PT_DBG_CHAR_POINTER : PT_DBG_POINTER;
	default: return PT_DBG_UNSIGNED;
	}
}

void pt_type_shape(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		   struct pt_fetch *fetch)
{
	enum pt_dbg_class class = pt_dbg_type_class(dbg, type);

	fetch->pointer =
		class == PT_DBG_POINTER || class == PT_DBG_CHAR_POINTER;
	fetch->is_signed = type_is_signed(dbg, type, 0);
	fetch->size = (unsigned)MIN(pt_dbg_type_size(dbg, type), UINT64_C(8));
}

/* ---- C spelling ------------------------------------------------------- */

static void type_spell(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       GString *inner, unsigned depth);

static void spell_wrap_pointer(GString *inner, const struct pt_dbg_type *target)
{
	int tag = type_tag(target);

	g_string_prepend_c(inner, '*');
	if (tag == DW_TAG_array_type || tag == DW_TAG_subroutine_type) {
		g_string_prepend_c(inner, '(');
		g_string_append_c(inner, ')');
	}
}

static void spell_parameters(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			     GString *inner, unsigned depth)
{
	Dwarf_Die child;
	int more;
	bool any = false;

	g_string_append_c(inner, '(');
	for (more = dwarf_child((Dwarf_Die *)&type->die, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		struct pt_dbg_type *parameter;
		GString *text;

		if (dwarf_tag(&child) == DW_TAG_unspecified_parameters) {
			g_string_append(inner, any ? ", ..." : "...");
			continue;
		}
		if (dwarf_tag(&child) != DW_TAG_formal_parameter ||
		    pt_type_of(dbg, type->window, &child, &parameter))
			continue;
		text = g_string_new("");
		type_spell(dbg, parameter, text, depth + 1);
		g_string_append_printf(inner, "%s%s", any ? ", " : "",
				       text->str);
		g_string_free(text, TRUE);
		any = true;
	}
	if (!any && inner->str[inner->len - 1] == '(')
		g_string_append(inner, "void");
	g_string_append_c(inner, ')');
}

static void spell_base(GString *inner, const char *keyword, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	bool space = inner->len && inner->str[0] != '[';
	char *text = g_strdup_printf("%s%s%s%s", keyword, *keyword ? " " : "",
				     name ? name : "{...}", space ? " " : "");

	g_string_prepend(inner, text);
	g_free(text);
}

static void spell_array(const struct pt_dbg_type *type, GString *inner)
{
	int64_t count;

	for (unsigned i = type->dims; type_dimension(type, i, &count); i++) {
		if (count < 0)
			g_string_append(inner, "[]");
		else
			g_string_append_printf(inner, "[%" G_GINT64_FORMAT "]",
					       count);
	}
}

/* The type that TYPE's DIE is made from; QUALIFIER goes before it, but behind
 * the star of a pointer. */
static void spell_under(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			GString *inner, const char *qualifier, unsigned depth)
{
	struct pt_dbg_type *under;
	bool pointer;

	if (pt_type_of(dbg, type->window, (Dwarf_Die *)&type->die, &under)) {
		g_string_prepend(inner, "? ");
		return;
	}
	pointer = type_tag(under) == DW_TAG_pointer_type;
	if (*qualifier && pointer) {
		if (inner->len)
			g_string_prepend_c(inner, ' ');
		g_string_prepend(inner, qualifier);
	}
	type_spell(dbg, under, inner, depth + 1);
	if (*qualifier && !pointer) {
		g_string_prepend_c(inner, ' ');
		g_string_prepend(inner, qualifier);
	}
}

/* Puts the spelling of TYPE around INNER, the declarator so far. */
static void type_spell(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       GString *inner, unsigned depth)
{
	struct pt_dbg_type bare = *type;
	struct pt_dbg_type *target;
	Dwarf_Die *die = &bare.die;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS) {
		g_string_prepend(inner, "... ");
		return;
	}
	for (; bare.stars; bare.stars--) {
		struct pt_dbg_type to = bare;

		to.stars--;
		spell_wrap_pointer(inner, &to);
	}
	switch (bare.has_die ? dwarf_tag(die) : 0) {
	case 0: g_string_prepend(inner, inner->len ? "void " : "void"); break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
		if (pt_type_of(dbg, bare.window, die, &target))
			break;
		spell_wrap_pointer(inner, target);
		type_spell(dbg, target, inner, depth + 1);
		break;
	case DW_TAG_array_type:
		spell_array(&bare, inner);
		spell_under(dbg, &bare, inner, "", depth);
		break;
	case DW_TAG_subroutine_type:
		spell_parameters(dbg, &bare, inner, depth);
		spell_under(dbg, &bare, inner, "", depth);
		break;
	case DW_TAG_const_type:
		spell_under(dbg, &bare, inner, "const", depth);
		break;
	case DW_TAG_volatile_type:
		spell_under(dbg, &bare, inner, "volatile", depth);
		break;
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		spell_under(dbg, &bare, inner, "", depth);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type: spell_base(inner, "struct", die); break;
	case DW_TAG_union_type: spell_base(inner, "union", die); break;
	case DW_TAG_enumeration_type: spell_base(inner, "enum", die); break;
	default: spell_base(inner, "", die); break;
	}
}

const char *pt_dbg_type_text(struct pt_dbg *dbg, const struct pt_dbg_type *type)
{
	GString *text = g_string_new("");
	const char *copy;

	dbg->steps = 0;
	type_spell(dbg, type, text, 0);
	copy = pt_arena_strndup(dbg->arena, text->str, text->len);
	g_string_free(text, TRUE);
	return copy;
}

/* ---- the spelling of listings ----------------------------------------- */

static void list_spell(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       GString *to, unsigned depth);

/* The type that TYPE's DIE is made from. */
static void list_under(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       GString *to, unsigned depth)
{
	struct pt_dbg_type *under;

	if (pt_type_of(dbg, type->window, (Dwarf_Die *)&type->die, &under))
		g_string_append_c(to, '?');
	else
		list_spell(dbg, under, to, depth + 1);
}

static void list_function(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			  const char *star, GString *to, unsigned depth)
{
	bool any = false;
	Dwarf_Die child;
	int more;

	list_under(dbg, type, to, depth);
	g_string_append_printf(to, " %s(", star);
	for (more = dwarf_child((Dwarf_Die *)&type->die, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		struct pt_dbg_type *parameter;

		if (dwarf_tag(&child) != DW_TAG_formal_parameter ||
		    pt_type_of(dbg, type->window, &child, &parameter))
			continue;
		g_string_append(to, any ? ", " : "");
		list_spell(dbg, parameter, to, depth + 1);
		any = true;
	}
	g_string_append(to, any ? ")" : "void)");
}

static void list_pointer(struct pt_dbg *dbg, const struct pt_dbg_type *type,
			 GString *to, unsigned depth)
{
	struct pt_dbg_type *target;

	if (!pt_type_of(dbg, type->window, (Dwarf_Die *)&type->die, &target) &&
	    type_tag(target) == DW_TAG_subroutine_type) {
		list_function(dbg, target, "(*)", to, depth + 1);
		return;
	}
	list_under(dbg, type, to, depth);
	g_string_append_c(to, '*');
}

static void list_named(const char *keyword, Dwarf_Die *die, GString *to)
{
	const char *name = dwarf_diename(die);

	g_string_append_printf(to, "%s%s", keyword, name ? name : "{...}");
}

/* What is said of a type stands behind it, as in "char const*". */
static void list_spell(struct pt_dbg *dbg, const struct pt_dbg_type *type,
		       GString *to, unsigned depth)
{
	Dwarf_Die *die = (Dwarf_Die *)&type->die;

	if (depth > PT_WALKDIE_DEPTH || dbg->steps++ > PT_DBG_STEPS) {
		g_string_append(to, "...");
		return;
	}
	switch (type->has_die ? dwarf_tag(die) : 0) {
	case 0: g_string_append(to, "void"); break;
	case DW_TAG_pointer_type: list_pointer(dbg, type, to, depth); break;
	case DW_TAG_subroutine_type:
		list_function(dbg, type, "", to, depth);
		break;
	case DW_TAG_array_type:
		list_under(dbg, type, to, depth);
		g_string_append_c(to, ' ');
		spell_array(type, to);
		break;
	case DW_TAG_const_type:
		list_under(dbg, type, to, depth);
		g_string_append(to, " const");
		break;
	case DW_TAG_volatile_type:
		list_under(dbg, type, to, depth);
		g_string_append(to, " volatile");
		break;
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type: list_under(dbg, type, to, depth); break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type: list_named("struct ", die, to); break;
	case DW_TAG_union_type: list_named("union ", die, to); break;
	case DW_TAG_enumeration_type: list_named("enum ", die, to); break;
	default: list_named("", die, to); break;
	}
}

const char *pt_dbg_type_listed(struct pt_dbg *dbg,
			       const struct pt_dbg_type *type)
{
	GString *text = pt_arena_string(dbg->arena);

	dbg->steps = 0;
	list_spell(dbg, type, text, 0);
	return text->str;
}

/* ---- names to types --------------------------------------------------- */

const char *pt_type_number(char **words)
{
	unsigned longs = 0, is_unsigned = 0, is_signed = 0, is_short = 0,
		 is_char = 0, is_int = 0;

	for (; *words; words++) {
		if (!strcmp(*words, "long"))
			longs++;
		else if (!strcmp(*words, "unsigned"))
			is_unsigned++;
		else if (!strcmp(*words, "signed"))
			is_signed++;
		else if (!strcmp(*words, "short"))
			is_short++;
		else if (!strcmp(*words, "char"))
			is_char++;
		else if (!strcmp(*words, "int"))
			is_int++;
		else
			return NULL;
	}
	if (is_char)
		return is_unsigned ? "unsigned char"
		       : is_signed ? "signed char"
				   : "char";
	if (is_short)
		return is_unsigned ? "short unsigned int" : "short int";
	if (longs > 1)
		return is_unsigned ? "long long unsigned int" : "long long int";
	if (longs)
		return is_unsigned ? "long unsigned int" : "long int";
	if (is_unsigned || is_signed || is_int)
		return is_unsigned ? "unsigned int" : "int";
	return NULL;
}

static const struct {
	const char *keyword;
	uint32_t tag;
} name_tags[] = {
	{ "struct", DW_TAG_structure_type }, { "class", DW_TAG_structure_type },
	{ "union", DW_TAG_union_type },	     { "", DW_TAG_typedef },
	{ "enum", DW_TAG_enumeration_type }, { "", DW_TAG_base_type },
};

static bool name_lookup(struct pt_dbg *dbg, const char *keyword,
			const char *name, uint32_t *ret)
{
	bool (*const finders[])(struct pt_dbg *, const char *, uint32_t,
				uint32_t *) = { pt_type_find,
						pt_type_find_inside };

	for (size_t f = 0; f < G_N_ELEMENTS(finders); f++)
		for (size_t i = 0; i < G_N_ELEMENTS(name_tags); i++)
			if ((!*keyword ||
			     !strcmp(keyword, name_tags[i].keyword)) &&
			    finders[f](dbg, name, name_tags[i].tag, ret))
				return true;
	return false;
}

static struct pt_error *name_unknown(struct pt_dbg *dbg, const char *text,
				     const char *name)
{
	const struct pt_index *index = dbg->index;
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	char first[2] = { name[0], '\0' };
	uint32_t end, i = pt_index_types_from(index, first, &end);

	if (!pt_dbg_has_types(dbg))
		PT_TRY(pt_dbg_need_dwarf(dbg, "types"));
	for (; i < end; i++)
		if (index->types[i].tag != DW_TAG_variable &&
		    index->types[i].tag != DW_TAG_enumerator)
			g_ptr_array_add(names,
					(gpointer)pt_index_string(
						index, index->types[i].name));
	return pt_error_suggest(pt_error_new(dbg->arena, PT_E_UNKNOWN_TYPE,
					     "%s has no type '%s'",
					     pt_dbg_subject(dbg), text),
				name, names);
}

/* Cuts the next word off AT, with what is in angle brackets; NULL: there is none. */
static char *name_word(char **at)
{
	char *word = *at + strspn(*at, " \t\n"), *end;
	unsigned depth = 0;

	for (end = word; *end && (depth || !strchr(" \t\n", *end)); end++) {
		depth += *end == '<';
		depth -= *end == '>' && depth;
	}
	*at = *end ? end + 1 : end;
	*end = '\0';
	return *word ? word : NULL;
}

/* "struct file **" into keyword, name and the number of stars. */
static struct pt_error *name_parse(struct pt_dbg *dbg, const char *text,
				   struct pt_dbg_type **ret)
{
	char *copy = pt_arena_strdup(dbg->arena, text);
	struct pt_dbg_type *type = pt_new(dbg->arena, struct pt_dbg_type);
	GPtrArray *words = pt_arena_ptr_array(dbg->arena);
	const char *keyword = "", *name;
	char *word, *rest = copy, *bracket = strrchr(copy, '>');
	char *star = strchr(bracket ? bracket : copy, '*');
	uint32_t die;

	if (star) {
		for (char *at = star; *at; at++) {
			if (*at == '*')
				type->stars++;
			else if (!g_ascii_isspace(*at))
				return name_unknown(dbg, text, copy);
		}
		*star = '\0';
	}
	while ((word = name_word(&rest)))
		if (strcmp(word, "const") && strcmp(word, "volatile"))
			g_ptr_array_add(words, word);
	g_ptr_array_add(words, NULL);
	word = g_ptr_array_index(words, 0);
	if (!word)
		return name_unknown(dbg, text, text);
	if (!strcmp(word, "void") && !g_ptr_array_index(words, 1)) {
		*ret = type;
		return NULL;
	}
	name = pt_type_number((char **)words->pdata);
	if (!name) {
		name = word;
		if (g_ptr_array_index(words, 1)) {
			keyword = word;
			name = g_ptr_array_index(words, 1);
			if (words->len > 3)
				return name_unknown(dbg, text, name);
		}
	}
	if (!name_lookup(dbg, keyword, name, &die))
		return name_unknown(dbg, text, name);
	PT_TRY(pt_dbg_die(dbg, die, &type->window, &type->die));
	type->has_die = true;
	*ret = type;
	return NULL;
}

struct pt_error *pt_dbg_cast(struct pt_dbg *dbg, const char *type, bool array,
			     struct pt_dbg_value *ret)
{
	struct pt_dbg_value value = { 0 };

	PT_TRY(name_parse(dbg, type, &value.type));
	if (array)
		switch (pt_dbg_type_class(dbg, value.type)) {
		case PT_DBG_POINTER:
		case PT_DBG_CHAR_POINTER:
		case PT_DBG_ARRAY:
		case PT_DBG_CHAR_ARRAY: break;
		default: value.type->stars++;
		}
	value.fetch = pt_fetch_create(dbg->arena);
	pt_fetch_add(value.fetch, PT_FETCH_OPERAND, 0, 0);
	/* A structure is what the script's pointer leads to; a pointer type is
	 * the script's value itself. */
	value.in_memory = !value.type->stars;
	*ret = value;
	return NULL;
}
