/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF as DWARF 4, one unit.  Every attribute has a form of a fixed size, so that
 * writing it all twice, first for where each type comes to stand, is enough for
 * references that lead forward.
 */
#include "btf.h"

#include <dwarf.h>
#include <linux/btf.h>
#include <string.h>

#include "btfcalls.h"
#include "btfwriter.h"

/* ---- abbreviations ---------------------------------------------------- */

#define MOST_ATTRIBUTES 4

static const struct {
	uint16_t tag;
	bool children;
	struct {
		uint16_t name, form;
	} attributes[MOST_ATTRIBUTES]; /* behind the name and the type */
} shapes[BTFW_SHAPES] = {
	[BTFW_UNIT] = { DW_TAG_compile_unit, true, { { 0 } } },
	[BTFW_BASE] = { DW_TAG_base_type,
			false,
			{ { DW_AT_byte_size, DW_FORM_data1 },
			  { DW_AT_encoding, DW_FORM_data1 } } },
	[BTFW_POINTER] = { DW_TAG_pointer_type,
			   false,
			   { { DW_AT_byte_size, DW_FORM_data1 } } },
	[BTFW_ARRAY] = { DW_TAG_array_type, true, { { 0 } } },
	[BTFW_SUBRANGE] = { DW_TAG_subrange_type,
			    false,
			    { { DW_AT_count, DW_FORM_data4 } } },
	[BTFW_OPEN_SUBRANGE] = { DW_TAG_subrange_type, false, { { 0 } } },
	[BTFW_STRUCT] = { DW_TAG_structure_type,
			  true,
			  { { DW_AT_byte_size, DW_FORM_data4 } } },
	[BTFW_UNION] = { DW_TAG_union_type,
			 true,
			 { { DW_AT_byte_size, DW_FORM_data4 } } },
	[BTFW_STRUCT_DECLARED] = { DW_TAG_structure_type,
				   false,
				   { { DW_AT_declaration,
				       DW_FORM_flag_present } } },
	[BTFW_UNION_DECLARED] = { DW_TAG_union_type,
				  false,
				  { { DW_AT_declaration,
				      DW_FORM_flag_present } } },
	[BTFW_MEMBER] = { DW_TAG_member,
			  false,
			  { { DW_AT_data_member_location, DW_FORM_data4 } } },
	[BTFW_BIT_MEMBER] = { DW_TAG_member,
			      false,
			      { { DW_AT_bit_size, DW_FORM_data1 },
				{ DW_AT_data_bit_offset, DW_FORM_data4 } } },
	[BTFW_ENUM] = { DW_TAG_enumeration_type,
			true,
			{ { DW_AT_byte_size, DW_FORM_data1 },
			  { DW_AT_encoding, DW_FORM_data1 } } },
	[BTFW_ENUMERATOR] = { DW_TAG_enumerator,
			      false,
			      { { DW_AT_const_value, DW_FORM_data8 } } },
	[BTFW_TYPEDEF] = { DW_TAG_typedef, false, { { 0 } } },
	[BTFW_CONST] = { DW_TAG_const_type, false, { { 0 } } },
	[BTFW_VOLATILE] = { DW_TAG_volatile_type, false, { { 0 } } },
	[BTFW_RESTRICT] = { DW_TAG_restrict_type, false, { { 0 } } },
	[BTFW_PROTOTYPE] = { DW_TAG_subroutine_type, true, { { 0 } } },
	[BTFW_PARAMETER] = { DW_TAG_formal_parameter, false, { { 0 } } },
	[BTFW_PARAMETER_AT] = { DW_TAG_formal_parameter,
				false,
				{ { DW_AT_location, DW_FORM_exprloc } } },
	[BTFW_MORE_PARAMETERS] = { DW_TAG_unspecified_parameters,
				   false,
				   { { 0 } } },
	[BTFW_FUNCTION] = { DW_TAG_subprogram,
			    true,
			    { { DW_AT_low_pc, DW_FORM_addr },
			      { DW_AT_high_pc, DW_FORM_data4 },
			      { DW_AT_frame_base, DW_FORM_exprloc } } },
	[BTFW_TYPED_FUNCTION] = { DW_TAG_subprogram,
				  true,
				  { { DW_AT_prototyped, DW_FORM_flag_present },
				    { DW_AT_low_pc, DW_FORM_addr },
				    { DW_AT_high_pc, DW_FORM_data4 },
				    { DW_AT_frame_base, DW_FORM_exprloc } } },
	[BTFW_SOURCE] = { DW_TAG_subprogram,
			  true,
			  { { DW_AT_inline, DW_FORM_data1 } } },
	[BTFW_VARIABLE] = { DW_TAG_variable,
			    false,
			    { { DW_AT_external, DW_FORM_flag_present },
			      { DW_AT_location, DW_FORM_exprloc } } },
};

/* Of each shape four: with and without a name, with and without a type. */
#define NAMED 1
#define TYPED 2

static unsigned abbreviation(enum btfw_shape shape, unsigned with)
{
	return (unsigned)shape * 4 + with + 1;
}

static void put_uleb(GByteArray *to, uint64_t value)
{
	do {
		uint8_t byte = value & 0x7f;

		value >>= 7;
		byte |= value ? 0x80 : 0;
		g_byte_array_append(to, &byte, 1);
	} while (value);
}

static void put_sleb(GByteArray *to, int64_t value)
{
	bool more = true;

	while (more) {
		uint8_t byte = value & 0x7f;

		value >>= 7;
		more = value != (byte & 0x40 ? -1 : 0);
		byte |= more ? 0x80 : 0;
		g_byte_array_append(to, &byte, 1);
	}
}

static void put_pair(GByteArray *to, uint64_t name, uint64_t form)
{
	put_uleb(to, name);
	put_uleb(to, form);
}

static void write_abbreviations(GByteArray *to)
{
	for (unsigned shape = 0; shape < BTFW_SHAPES; shape++)
		for (unsigned with = 0; with < 4; with++) {
			uint8_t children = shapes[shape].children;

			put_uleb(to, abbreviation(shape, with));
			put_uleb(to, shapes[shape].tag);
			g_byte_array_append(to, &children, 1);
			if (with & NAMED)
				put_pair(to, DW_AT_name, DW_FORM_strp);
			if (with & TYPED)
				put_pair(to, DW_AT_type, DW_FORM_ref4);
			for (unsigned i = 0; i < MOST_ATTRIBUTES; i++)
				if (shapes[shape].attributes[i].name)
					put_pair(to,
						 shapes[shape]
							 .attributes[i]
							 .name,
						 shapes[shape]
							 .attributes[i]
							 .form);
			put_pair(to, 0, 0);
		}
	put_uleb(to, 0);
}

/* ---- entries ---------------------------------------------------------- */

void btfw_put(struct btfw *w, uint64_t value, unsigned size)
{
	/* All machines have the low byte first. */
	g_byte_array_append(w->info, (const guint8 *)&value, size);
}

uint32_t btfw_string(struct btfw *w, const char *text)
{
	gpointer known;

	if (!*text)
		return 0;
	if (!g_hash_table_lookup_extended(w->strings, text, NULL, &known)) {
		known = GUINT_TO_POINTER(w->str->len);
		g_hash_table_insert(w->strings, (gpointer)text, known);
		g_byte_array_append(w->str, (const guint8 *)text,
				    (guint)strlen(text) + 1);
	}
	return GPOINTER_TO_UINT(known);
}

uint32_t btfw_name(struct btfw *w, uint32_t offset)
{
	return w->btf->reach ? btfw_string(w, pt_btf_name(w->btf, offset))
			     : offset;
}

uint32_t btfw_entry(struct btfw *w, enum btfw_shape shape, uint32_t name,
		    uint32_t type)
{
	uint32_t at = w->info->len;

	put_uleb(w->info,
		 abbreviation(shape, (name ? NAMED : 0) | (type ? TYPED : 0)));
	if (name)
		btfw_put(w, name, 4);
	if (type)
		btfw_put(w, type, 4);
	return at;
}

void btfw_end(struct btfw *w)
{
	btfw_put(w, 0, 1);
}

uint32_t btfw_type(const struct btfw *w, uint32_t id)
{
	/* Tags of types say nothing that DWARF's readers here would use. */
	for (unsigned depth = 0; id && depth < 32; depth++) {
		const struct btf_type *type = pt_btf_type(w->btf, id);

		if (BTF_INFO_KIND(type->info) != BTF_KIND_TYPE_TAG)
			break;
		id = type->type;
	}
	return w->entries[id];
}

static void write_int(struct btfw *w, const struct btf_type *type)
{
	uint32_t value = *(const uint32_t *)(type + 1);
	uint32_t encoding = BTF_INT_ENCODING(value);
	bool is_signed = encoding & BTF_INT_SIGNED;
	bool is_char = strstr(pt_btf_name(w->btf, type->name_off), "char");
	uint64_t dwarf = is_signed ? DW_ATE_signed : DW_ATE_unsigned;

	/* Compilers call all types of one character so; BTF's own flag for it
	 * is never set by the tool that makes the kernel's.  Kernels from 6.2 on
	 * are compiled with -funsigned-char. */
	if (encoding & BTF_INT_BOOL)
		dwarf = DW_ATE_boolean;
	else if (is_char && type->size == 1)
		dwarf = is_signed ? DW_ATE_signed_char : DW_ATE_unsigned_char;
	btfw_entry(w, BTFW_BASE, btfw_name(w, type->name_off), 0);
	btfw_put(w, type->size, 1);
	btfw_put(w, dwarf, 1);
}

/* Before structures said so themselves, a bit field's size was its type's. */
static uint32_t bits_of_type(const struct btfw *w, uint32_t id)
{
	const struct btf_type *type;
	uint32_t value;

	for (unsigned depth = 0; depth < 32; depth++) {
		if (!id)
			return 0;
		type = pt_btf_type(w->btf, id);
		switch (BTF_INFO_KIND(type->info)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_TYPE_TAG: id = type->type; continue;
		case BTF_KIND_INT:
			value = *(const uint32_t *)(type + 1);
			return BTF_INT_BITS(value) == type->size * 8
				       ? 0
				       : BTF_INT_BITS(value);
		default: return 0;
		}
	}
	return 0;
}

static void write_structure(struct btfw *w, const struct btf_type *type)
{
	const struct btf_member *member = (const void *)(type + 1);
	bool sized = BTF_INFO_KFLAG(type->info);

	btfw_entry(w,
		   BTF_INFO_KIND(type->info) == BTF_KIND_UNION ? BTFW_UNION
							       : BTFW_STRUCT,
		   btfw_name(w, type->name_off), 0);
	btfw_put(w, type->size, 4);
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, member++) {
		uint32_t offset = member->offset;
		uint32_t bits = bits_of_type(w, member->type);

		if (sized) {
			bits = BTF_MEMBER_BITFIELD_SIZE(member->offset);
			offset = BTF_MEMBER_BIT_OFFSET(member->offset);
		}
		btfw_entry(w, bits ? BTFW_BIT_MEMBER : BTFW_MEMBER,
			   btfw_name(w, member->name_off),
			   btfw_type(w, member->type));
		if (bits) {
			btfw_put(w, bits, 1);
			btfw_put(w, offset, 4);
		} else {
			btfw_put(w, offset / 8, 4);
		}
	}
	btfw_end(w);
}

static void write_enumerator(struct btfw *w, uint32_t name, uint64_t value)
{
	btfw_entry(w, BTFW_ENUMERATOR, btfw_name(w, name), 0);
	btfw_put(w, value, 8);
}

static void write_enum(struct btfw *w, const struct btf_type *type)
{
	const struct btf_enum *value = (const void *)(type + 1);
	const struct btf_enum64 *value64 = (const void *)(type + 1);
	bool is_signed = BTF_INFO_KFLAG(type->info);
	bool wide = BTF_INFO_KIND(type->info) == BTF_KIND_ENUM64;

	btfw_entry(w, BTFW_ENUM, btfw_name(w, type->name_off), 0);
	btfw_put(w, type->size, 1);
	btfw_put(w, is_signed ? DW_ATE_signed : DW_ATE_unsigned, 1);
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (wide)
			write_enumerator(w, value64[i].name_off,
					 (uint64_t)value64[i].val_hi32 << 32 |
						 value64[i].val_lo32);
		else
			write_enumerator(
				w, value[i].name_off,
				is_signed ? (uint64_t)(int64_t)value[i].val
					  : (uint32_t)value[i].val);
	btfw_end(w);
}

static void write_array(struct btfw *w, const struct btf_type *type)
{
	const struct btf_array *array = (const void *)(type + 1);

	btfw_entry(w, BTFW_ARRAY, 0, btfw_type(w, array->type));
	if (array->nelems) {
		btfw_entry(w, BTFW_SUBRANGE, 0, 0);
		btfw_put(w, array->nelems, 4);
	} else {
		btfw_entry(w, BTFW_OPEN_SUBRANGE, 0, 0);
	}
	btfw_end(w);
}

static void write_prototype(struct btfw *w, const struct btf_type *type)
{
	const struct btf_param *parameter = (const void *)(type + 1);

	btfw_entry(w, BTFW_PROTOTYPE, 0, btfw_type(w, type->type));
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (parameter[i].type)
			btfw_entry(w, BTFW_PARAMETER,
				   btfw_name(w, parameter[i].name_off),
				   btfw_type(w, parameter[i].type));
		else
			btfw_entry(w, BTFW_MORE_PARAMETERS, 0, 0);
	btfw_end(w);
}

static void write_declared(struct btfw *w, const struct btf_type *type,
			   bool is_union)
{
	btfw_entry(w, is_union ? BTFW_UNION_DECLARED : BTFW_STRUCT_DECLARED,
		   btfw_name(w, type->name_off), 0);
}

static uint8_t reach_of(const struct pt_btf *btf, uint32_t id)
{
	return btf->reach ? btf->reach[id] : PT_BTF_WHOLE;
}

static void write_type(struct btfw *w, uint32_t id)
{
	static const enum btfw_shape wrappers[NR_BTF_KINDS] = {
		[BTF_KIND_TYPEDEF] = BTFW_TYPEDEF,
		[BTF_KIND_VOLATILE] = BTFW_VOLATILE,
		[BTF_KIND_CONST] = BTFW_CONST,
		[BTF_KIND_RESTRICT] = BTFW_RESTRICT,
	};
	const struct btf_type *type = pt_btf_type(w->btf, id);
	uint32_t kind = BTF_INFO_KIND(type->info);

	if (reach_of(w->btf, id) == PT_BTF_NOTHING)
		return;
	if (w->entries[id])
		w->entries[id] = w->info->len;
	if (reach_of(w->btf, id) == PT_BTF_NAME) {
		write_declared(w, type, kind == BTF_KIND_UNION);
		return;
	}
	switch (kind) {
	case BTF_KIND_INT: write_int(w, type); break;
	case BTF_KIND_FLOAT:
		btfw_entry(w, BTFW_BASE, btfw_name(w, type->name_off), 0);
		btfw_put(w, type->size, 1);
		btfw_put(w, DW_ATE_float, 1);
		break;
	case BTF_KIND_PTR: btfw_pointer(w, btfw_type(w, type->type)); break;
	case BTF_KIND_ARRAY: write_array(w, type); break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: write_structure(w, type); break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: write_enum(w, type); break;
	case BTF_KIND_FWD:
		write_declared(w, type, BTF_INFO_KFLAG(type->info));
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
		btfw_entry(w, wrappers[kind], btfw_name(w, type->name_off),
			   btfw_type(w, type->type));
		break;
	case BTF_KIND_FUNC_PROTO: write_prototype(w, type); break;
	default: break;
	}
}

/* What becomes an entry of its own where it stands; references must know that
 * before they know where. */
static bool is_entry(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
	case BTF_KIND_DATASEC:
	case BTF_KIND_DECL_TAG:
	case BTF_KIND_TYPE_TAG: return false;
	default: return true;
	}
}

uint32_t btfw_pointer(struct btfw *w, uint32_t type)
{
	uint32_t at = btfw_entry(w, BTFW_POINTER, 0, type);

	btfw_put(w, w->source->arch->word, 1);
	return at;
}

void btfw_expression(struct btfw *w, const GByteArray *expression)
{
	put_uleb(w->info, expression->len);
	g_byte_array_append(w->info, expression->data, expression->len);
}

/* ---- variables -------------------------------------------------------- */

static void write_variable(struct btfw *w, const struct btf_type *variable,
			   uint64_t address)
{
	uint8_t code = DW_OP_addr;

	btfw_entry(w, BTFW_VARIABLE, btfw_name(w, variable->name_off),
		   btfw_type(w, variable->type));
	g_byte_array_set_size(w->expression, 0);
	g_byte_array_append(w->expression, &code, 1);
	g_byte_array_append(w->expression, (const guint8 *)&address,
			    w->source->arch->word);
	btfw_expression(w, w->expression);
}

/* Offsets are from the start of the section; of those there are, only that of the
 * per-CPU variables has a symbol at its start. */
static void write_variables(struct btfw *w, const struct btf_type *section)
{
	const struct btf_var_secinfo *info = (const void *)(section + 1);
	const struct pt_kallsym *start = btfw_symbol(w, "__per_cpu_start");

	if (!start || strcmp(pt_btf_name(w->btf, section->name_off),
			     ".data..percpu") != 0)
		return;
	for (uint32_t i = 0; i < BTF_INFO_VLEN(section->info); i++)
		write_variable(w, pt_btf_type(w->btf, info[i].type),
			       start->address + info[i].offset);
}

/* ---- the whole -------------------------------------------------------- */

const struct pt_kallsym *btfw_symbol(const struct btfw *w, const char *name)
{
	for (guint i = 0; i < w->source->symbols->len; i++) {
		const struct pt_kallsym *symbol = &g_array_index(
			w->source->symbols, struct pt_kallsym, i);

		if (!strcmp(symbol->name, name))
			return symbol;
	}
	return NULL;
}

static void write_unit(struct btfw *w, struct btf_calls *calls)
{
	uint32_t length;

	g_byte_array_set_size(w->info, 0);
	btfw_put(w, 0, 4);
	btfw_put(w, 4, 2);
	btfw_put(w, 0, 4);
	btfw_put(w, w->source->arch->word, 1);
	btfw_entry(w, BTFW_UNIT, 0, 0);
	for (guint id = 1; id < w->btf->types->len; id++)
		write_type(w, id);
	btf_calls_write(calls, w);
	for (guint id = 1; id < w->btf->types->len; id++) {
		const struct btf_type *type = pt_btf_type(w->btf, id);

		if (BTF_INFO_KIND(type->info) == BTF_KIND_DATASEC)
			write_variables(w, type);
	}
	btfw_end(w);
	length = w->info->len - 4;
	memcpy(w->info->data, &length, sizeof(length));
}

void pt_btf_write_dwarf(struct pt_arena *arena,
			const struct pt_btf_source *source,
			struct pt_btf_dwarf *ret)
{
	struct btfw w = { .source = source, .btf = &source->btf };
	struct btf_calls *calls = btf_calls_create(arena, source);

	w.info = ret->info = g_byte_array_new();
	w.str = ret->str = g_byte_array_new();
	ret->abbrev = g_byte_array_new();
	pt_arena_defer(arena, (void (*)(void *))g_byte_array_unref, ret->info);
	pt_arena_defer(arena, (void (*)(void *))g_byte_array_unref, ret->str);
	pt_arena_defer(arena, (void (*)(void *))g_byte_array_unref,
		       ret->abbrev);
	w.entries = g_new0(uint32_t, source->btf.types->len);
	w.strings = g_hash_table_new(g_str_hash, g_str_equal);
	w.expression = g_byte_array_new();
	/* Those of a module are chosen; the first is empty. */
	g_byte_array_append(
		w.str, (const guint8 *)source->btf.strings,
		source->btf.reach ? 1 : (guint)source->btf.strings_size);
	for (guint id = 1; id < source->btf.types->len; id++)
		w.entries[id] =
			reach_of(w.btf, id) != PT_BTF_NOTHING &&
			is_entry(BTF_INFO_KIND(pt_btf_type(w.btf, id)->info));
	write_abbreviations(ret->abbrev);
	write_unit(&w, calls);
	write_unit(&w, calls);
	g_byte_array_unref(w.expression);
	g_hash_table_unref(w.strings);
	g_free(w.entries);
}

void btfw_expression_frame(GByteArray *to, int64_t offset)
{
	uint8_t code = DW_OP_fbreg;

	g_byte_array_append(to, &code, 1);
	put_sleb(to, offset);
}
