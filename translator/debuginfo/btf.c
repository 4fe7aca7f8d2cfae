/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "btf.h"

#include <linux/btf.h>
#include <string.h>

/* What follows struct btf_type, by kind. */
static const struct {
	uint8_t fixed; /* bytes behind struct btf_type */
	uint8_t each;  /* bytes of each of its members */
} tails[NR_BTF_KINDS] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
};

const struct btf_type *pt_btf_type(const struct pt_btf *btf, uint32_t id)
{
	return g_array_index(btf->types, const struct btf_type *, id);
}

const char *pt_btf_name(const struct pt_btf *btf, uint32_t offset)
{
	return btf->strings + offset;
}

static bool is_id(const struct pt_btf *btf, uint32_t id)
{
	return id < btf->types->len;
}

/* What stands in `type` of these kinds is a type, not a size. */
static bool refers(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
	case BTF_KIND_TYPE_TAG: return true;
	default: return false;
	}
}

/* The references of the members: name and type, where a kind has them. */
static bool members_good(const struct pt_btf *btf, const struct btf_type *type)
{
	const uint32_t *words = (const uint32_t *)(type + 1);
	uint32_t kind = BTF_INFO_KIND(type->info);
	uint32_t count = BTF_INFO_VLEN(type->info);
	size_t step = tails[kind].each / sizeof(*words);

	if (kind == BTF_KIND_ARRAY)
		return is_id(btf, words[0]) && is_id(btf, words[1]);
	for (uint32_t i = 0; step && i < count; i++, words += step) {
		if (kind == BTF_KIND_DATASEC) {
			if (!is_id(btf, words[0]) || !words[0] ||
			    BTF_INFO_KIND(pt_btf_type(btf, words[0])->info) !=
				    BTF_KIND_VAR)
				return false;
			continue;
		}
		if (words[0] >= btf->strings_size)
			return false;
		if (kind != BTF_KIND_ENUM && kind != BTF_KIND_ENUM64 &&
		    !is_id(btf, words[1]))
			return false;
	}
	return true;
}

static bool type_good(const struct pt_btf *btf, const struct btf_type *type)
{
	uint32_t kind = BTF_INFO_KIND(type->info);

	if (type->name_off >= btf->strings_size ||
	    (refers(kind) && !is_id(btf, type->type)))
		return false;
	if (kind == BTF_KIND_FUNC &&
	    (!type->type || BTF_INFO_KIND(pt_btf_type(btf, type->type)->info) !=
				    BTF_KIND_FUNC_PROTO))
		return false;
	return members_good(btf, type);
}

static bool list_types(const uint8_t *at, size_t size, GArray *types)
{
	const struct btf_type *none = NULL;

	g_array_append_val(types, none);
	while (size) {
		const struct btf_type *type = (const void *)at;
		uint32_t kind;
		size_t length;

		if (size < sizeof(*type))
			return false;
		kind = BTF_INFO_KIND(type->info);
		if (kind == BTF_KIND_UNKN || kind >= NR_BTF_KINDS)
			return false;
		length = sizeof(*type) + tails[kind].fixed +
			 (size_t)tails[kind].each * BTF_INFO_VLEN(type->info);
		if (length > size)
			return false;
		g_array_append_val(types, type);
		at += length;
		size -= length;
	}
	return true;
}

bool pt_btf_attach(struct pt_arena *arena, const void *data, size_t size,
		   struct pt_btf *ret)
{
	struct btf_header header;
	struct pt_btf btf = { .own = 1 };
	uint64_t types, strings;
	uint8_t *copy;

	if (size < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	types = (uint64_t)header.hdr_len + header.type_off;
	strings = (uint64_t)header.hdr_len + header.str_off;
	if (header.magic != BTF_MAGIC || header.version != BTF_VERSION ||
	    types > size || header.type_len > size - types ||
	    types % sizeof(uint32_t) || strings > size ||
	    header.str_len > size - strings || !header.str_len)
		return false;
	/* A section need not be aligned to what is in it. */
	copy = memcpy(pt_arena_alloc(arena, size), data, size);
	btf.strings = (const char *)copy + strings;
	btf.strings_size = header.str_len;
	btf.types = g_array_new(FALSE, FALSE, sizeof(struct btf_type *));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, btf.types);
	if (btf.strings[0] || btf.strings[btf.strings_size - 1] ||
	    !list_types(copy + types, header.type_len, btf.types))
		return false;
	for (guint i = 1; i < btf.types->len; i++)
		if (!type_good(&btf, pt_btf_type(&btf, i)))
			return false;
	*ret = btf;
	return true;
}

/* ---- what a module needs ---------------------------------------------- */

struct reach {
	struct pt_btf *btf;
	GHashTable *names; /* of structures and unions, to how many there are */
	GArray *waiting;   /* uint32_t: whose references are to be followed */
};

static bool is_structure(const struct btf_type *type)
{
	uint32_t kind = BTF_INFO_KIND(type->info);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static void count_names(struct reach *r)
{
	for (guint id = 1; id < r->btf->types->len; id++) {
		const struct btf_type *type = pt_btf_type(r->btf, id);
		const char *name = pt_btf_name(r->btf, type->name_off);
		guint n;

		if (!is_structure(type))
			continue;
		n = GPOINTER_TO_UINT(g_hash_table_lookup(r->names, name));
		g_hash_table_insert(r->names, (gpointer)name,
				    GUINT_TO_POINTER(n + 1));
	}
}

static void reach_type(struct reach *r, uint32_t id)
{
	const struct btf_type *type = pt_btf_type(r->btf, id);

	if (!id || r->btf->reach[id])
		return;
	r->btf->reach[id] = PT_BTF_WHOLE;
	if (id < r->btf->own && is_structure(type) && type->name_off &&
	    g_hash_table_lookup(r->names,
				pt_btf_name(r->btf, type->name_off)) ==
		    GUINT_TO_POINTER(1))
		r->btf->reach[id] = PT_BTF_NAME;
	else
		g_array_append_val(r->waiting, id);
}

/* All that the type ID refers to. */
static void reach_from(struct reach *r, uint32_t id)
{
	const struct btf_type *type = pt_btf_type(r->btf, id);
	const uint32_t *words = (const uint32_t *)(type + 1);
	uint32_t kind = BTF_INFO_KIND(type->info);
	size_t step = tails[kind].each / sizeof(*words);

	if (refers(kind))
		reach_type(r, type->type);
	if (kind == BTF_KIND_ARRAY)
		reach_type(r, words[0]);
	if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64)
		return;
	for (uint32_t i = 0; step && i < BTF_INFO_VLEN(type->info); i++)
		reach_type(r, words[i * step + (kind != BTF_KIND_DATASEC)]);
}

void pt_btf_find_reach(struct pt_arena *arena, struct pt_btf *btf)
{
	struct reach r = { .btf = btf };

	btf->reach = pt_arena_alloc(arena, btf->types->len);
	r.names = g_hash_table_new(g_str_hash, g_str_equal);
	r.waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	count_names(&r);
	for (guint id = btf->own; id < btf->types->len; id++)
		reach_type(&r, id);
	while (r.waiting->len) {
		uint32_t id =
			g_array_index(r.waiting, uint32_t, r.waiting->len - 1);

		g_array_set_size(r.waiting, r.waiting->len - 1);
		reach_from(&r, id);
	}
	g_array_unref(r.waiting);
	g_hash_table_unref(r.names);
}

void pt_btf_empty(struct pt_arena *arena, struct pt_btf *ret)
{
	const struct btf_type *none = NULL;

	ret->strings = "";
	ret->strings_size = 1;
	ret->own = 1;
	ret->types = g_array_new(FALSE, FALSE, sizeof(const struct btf_type *));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, ret->types);
	g_array_append_val(ret->types, none);
}

const void *pt_btf_memory(const struct pt_btf_source *source, uint64_t address,
			  size_t size)
{
	for (guint i = 0; source->region && i < source->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			source->sections, struct pt_image_section, i);

		if (s->alloc && address >= s->address &&
		    address - s->address < s->size &&
		    size <= s->size - (address - s->address))
			return source->region + s->offset +
			       (address - s->address);
	}
	return NULL;
}

uint64_t pt_btf_symbol(const struct pt_btf_source *source, const char *name)
{
	for (guint i = 0; i < source->symbols->len; i++) {
		const struct pt_kallsym *symbol =
			&g_array_index(source->symbols, struct pt_kallsym, i);

		if (!strcmp(symbol->name, name))
			return symbol->address;
	}
	return 0;
}

uint64_t pt_btf_fentry_call(const struct pt_btf_source *source,
			    uint64_t address, uint64_t fentry)
{
	static const uint8_t marks[][4] = { { 0xf3, 0x0f, 0x1e, 0xfa },
					    { 0xf3, 0x0f, 0x1e, 0xfb } };
	static const uint8_t nop[5] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	const uint8_t *code = pt_btf_memory(source, address, 9);
	int32_t distance;

	if (!code)
		return 0;
	/* endbr64 or endbr32 */
	if (!memcmp(code, marks[0], 4) || !memcmp(code, marks[1], 4)) {
		code += 4;
		address += 4;
	}
	memcpy(&distance, code + 1, sizeof(distance));
	if (code[0] == 0xe8 && fentry &&
	    address + sizeof(nop) + (uint64_t)(int64_t)distance == fentry)
		return address;
	return memcmp(code, nop, sizeof(nop)) ? 0 : address;
}
