/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ast.h"

#include <inttypes.h>
#include <string.h>

#include "print.h"

const char *pt_type_name(enum pt_type type)
{
	static const char *const names[] = {
		[PT_TYPE_UNKNOWN] = "unknown",
		[PT_TYPE_LONG] = "long",
		[PT_TYPE_STRING] = "string",
		[PT_TYPE_STATS] = "stats",
	};

	return names[type];
}

const char *pt_op_text(enum pt_op op)
{
	static const char *const texts[] = {
		[PT_OP_NONE] = "",	[PT_OP_ADD] = "+",
		[PT_OP_SUB] = "-",	[PT_OP_MUL] = "*",
		[PT_OP_DIV] = "/",	[PT_OP_MOD] = "%",
		[PT_OP_SHL] = "<<",	[PT_OP_SHR] = ">>",
		[PT_OP_USHR] = ">>>",	[PT_OP_AND] = "&",
		[PT_OP_OR] = "|",	[PT_OP_XOR] = "^",
		[PT_OP_CONCAT] = ".",	[PT_OP_LT] = "<",
		[PT_OP_GT] = ">",	[PT_OP_LE] = "<=",
		[PT_OP_GE] = ">=",	[PT_OP_EQ] = "==",
		[PT_OP_NE] = "!=",	[PT_OP_LOG_AND] = "&&",
		[PT_OP_LOG_OR] = "||",	[PT_OP_MATCH] = "=~",
		[PT_OP_NOMATCH] = "!~", [PT_OP_NOT] = "!",
		[PT_OP_COMPL] = "~",	[PT_OP_NEG] = "-",
		[PT_OP_PLUS] = "+",	[PT_OP_INC] = "++",
		[PT_OP_DEC] = "--",	[PT_OP_STAT_ADD] = "<<<",
	};

	return texts[op];
}

static bool has_comment(const char *code, size_t length, const char *comment)
{
	return memmem(code, length, comment, strlen(comment)) != NULL;
}

unsigned pt_pragmas(const char *code, size_t length)
{
	static const struct {
		const char *text;
		unsigned bit;
	} pragmas[] = {
		{ "/* pure */", PT_PRAGMA_PURE },
		{ "/* stable */", PT_PRAGMA_STABLE },
		{ "/* unprivileged */", PT_PRAGMA_UNPRIVILEGED },
		{ "/* guru */", PT_PRAGMA_GURU },
		{ "/* string */", PT_PRAGMA_STRING },
		{ "/* unmangled */", PT_PRAGMA_UNMANGLED },
		{ "/* unmodified-fnargs */", PT_PRAGMA_UNMODIFIED_FNARGS },
		{ "#include", PT_PRAGMA_KERNEL_HEADERS },
		{ "/* pragma:full-regs */", PT_PRAGMA_FULL_REGS },
		{ "/* pragma:tagged_dfa */", PT_PRAGMA_TAGGED_DFA },
		{ "/* pragma:point */", PT_PRAGMA_POINT },
	};
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(pragmas); i++)
		if (has_comment(code, length, pragmas[i].text))
			bits |= pragmas[i].bit;
	return bits;
}

const char *pt_point_text(struct pt_arena *arena, const struct pt_point *point)
{
	GString *text = g_string_new(NULL);
	const char *copy;

	pt_print_point(text, point);
	copy = pt_arena_strdup(arena, text->str);
	g_string_free(text, TRUE);
	return copy;
}
