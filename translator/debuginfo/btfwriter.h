/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the writers of BTF as DWARF share.
 */
#ifndef PT_BTFWRITER_H
#define PT_BTFWRITER_H

#include "btf.h"

enum btfw_shape {
	BTFW_UNIT,
	BTFW_BASE,
	BTFW_POINTER,
	BTFW_ARRAY,
	BTFW_SUBRANGE,
	BTFW_OPEN_SUBRANGE,
	BTFW_STRUCT,
	BTFW_UNION,
	BTFW_STRUCT_DECLARED,
	BTFW_UNION_DECLARED,
	BTFW_MEMBER,
	BTFW_BIT_MEMBER,
	BTFW_ENUM,
	BTFW_ENUMERATOR,
	BTFW_TYPEDEF,
	BTFW_CONST,
	BTFW_VOLATILE,
	BTFW_RESTRICT,
	BTFW_PROTOTYPE,
	BTFW_PARAMETER,
	BTFW_PARAMETER_AT,
	BTFW_MORE_PARAMETERS,
	BTFW_FUNCTION,
	BTFW_TYPED_FUNCTION,
	BTFW_SOURCE,
	BTFW_VARIABLE,
	BTFW_SHAPES,
};

struct btfw {
	const struct pt_btf_source *source;
	const struct pt_btf *btf;
	GByteArray *info, *str;
	uint32_t *entries;	/* where each type's stands; 0: none, or void */
	GHashTable *strings;	/* those that were added to BTF's, to offsets */
	GByteArray *expression; /* scratch */
};

/* Starts an entry with a name (an offset; 0: none) and a type (another entry; 0:
 * none), and returns where it stands.  The other attributes of its shape follow,
 * then its children with btfw_end() behind the last. */
uint32_t btfw_entry(struct btfw *w, enum btfw_shape shape, uint32_t name,
		    uint32_t type);
void btfw_put(struct btfw *w, uint64_t value, unsigned size);
void btfw_expression(struct btfw *w, const GByteArray *expression);
void btfw_end(struct btfw *w);

/* The entry of a pointer to the entry TYPE (0: void). */
uint32_t btfw_pointer(struct btfw *w, uint32_t type);

/* The entry of BTF's type ID; 0: void. */
uint32_t btfw_type(const struct btfw *w, uint32_t id);

/* The offset of a name of BTF's. */
uint32_t btfw_name(struct btfw *w, uint32_t offset);

/* The offset of a text that may not be among BTF's; it must live on. */
uint32_t btfw_string(struct btfw *w, const char *text);

/* The kernel's symbol NAME; NULL: none. */
const struct pt_kallsym *btfw_symbol(const struct btfw *w, const char *name);

/* Appends to an expression: OFFSET bytes above the function's frame base. */
void btfw_expression_frame(GByteArray *to, int64_t offset);

#endif
