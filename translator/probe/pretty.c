/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as text: $x$, $x$$, $$vars and the like become calls of sprintf.
 */
#include <string.h>

#include "../../include/ptap/limits.h"
#include "../debuginfo/userprogram.h"
#include "known.h"
#include "resolve_target.h"
#include "value.h"

#define ELEMENTS_MAX 5 /* of an array */

struct text {
	struct pt_target_walk *walk;
	GString *format;
	GPtrArray *args; /* struct pt_expr * */
};

static struct text *text_new(struct pt_target_walk *walk)
{
	struct text *text = pt_new(walk->arena, struct text);

	text->walk = walk;
	text->format = pt_arena_string(walk->arena);
	text->args = pt_arena_ptr_array(walk->arena);
	return text;
}

static struct pt_expr *literal(const struct text *text, const GString *content)
{
	struct pt_expr *e = pt_new(text->walk->arena, struct pt_expr);

	e->kind = PT_EXPR_STRING;
	e->type = PT_TYPE_STRING;
	e->span = text->walk->target->span;
	e->op_span = e->span;
	e->text = content->str;
	e->length = content->len;
	return e;
}

/* A name for a format.  Those of C have no %, but a damaged file may. */
static const char *shown(const struct text *text, const char *name)
{
	return g_strdelimit(pt_arena_strdup(text->walk->arena, name), "%", '_');
}

/* A format without arguments is the text. */
static struct pt_expr *text_expr(const struct text *text)
{
	struct pt_arena *arena = text->walk->arena;
	struct pt_expr *e;

	if (text->args->len == 0)
		return literal(text, text->format);
	e = pt_new(arena, struct pt_expr);
	e->kind = PT_EXPR_PRINT;
	e->type = PT_TYPE_STRING;
	e->span = text->walk->target->span;
	e->op_span = e->span;
	e->args = text->args;
	e->print = pt_new(arena, struct pt_print);
	e->print->name = "sprintf";
	e->print->to_string = true;
	e->print->formatted = true;
	e->print->format = literal(text, text->format);
	return e;
}

static struct pt_expr *concat(struct pt_target_walk *walk, struct pt_expr *left,
			      struct pt_expr *right)
{
	struct pt_expr *e;

	if (!left)
		return right;
	e = pt_new(walk->arena, struct pt_expr);
	e->kind = PT_EXPR_BINARY;
	e->op = PT_OP_CONCAT;
	e->type = PT_TYPE_STRING;
	e->span = walk->target->span;
	e->op_span = e->span;
	e->left = left;
	e->right = right;
	return e;
}

/* ---- one value -------------------------------------------------------- */

static void put_value(struct text *text, const struct pt_dbg_value *value,
		      unsigned levels);

/* A scalar in the directive FORMAT; "?" if it cannot be read at all. */
static void put_long(struct text *text, const struct pt_dbg_value *value,
		     const char *format)
{
	struct pt_fetch *fetch;

	if (pt_dbg_load(text->walk->dbg, value, &fetch)) {
		g_string_append_c(text->format, '?');
		return;
	}
	g_string_append(text->format, format);
	g_ptr_array_add(text->args, pt_value_long(text->walk, fetch));
}

/* The text of VALUE, which is not in memory, if all of it is constant; else NULL.
 * COUNT: of an array; 0: there must be a NUL. */
static GString *known_text(struct text *text, const struct pt_dbg_value *value,
			   int64_t count)
{
	struct pt_dbg *dbg = text->walk->dbg;
	GString *known = pt_arena_string(text->walk->arena);
	struct pt_dbg_value element;
	struct pt_fetch *fetch;
	int64_t c;

	for (int64_t i = 0; !count || i < count; i++) {
		if (pt_dbg_index_const(dbg, value, i, &element) ||
		    pt_dbg_load(dbg, &element, &fetch) ||
		    !pt_fetch_constant(fetch, &c))
			return NULL;
		if (!c)
			break;
		g_string_append_c(known, (char)c);
	}
	return known;
}

static void put_string(struct text *text, const struct pt_dbg_value *value)
{
	struct pt_dbg *dbg = text->walk->dbg;
	bool array = pt_dbg_type_class(dbg, value->type) == PT_DBG_CHAR_ARRAY;
	/* Only a pointer leads elsewhere; an array need not end with a NUL. */
	bool user = (array ? value->in_user : value->user) ||
		    pt_dbg_program(text->walk->dbg);
	int64_t count = array ? pt_dbg_type_count(dbg, value->type) : 0;
	struct pt_fetch *fetch;
	GString *known;

	if (pt_dbg_load(text->walk->dbg, value, &fetch)) {
		known = known_text(text, value, MAX(count, 0));
		g_string_append(text->format, known ? "\"%#s\"" : "?");
		if (known)
			g_ptr_array_add(text->args, literal(text, known));
		return;
	}
	g_string_append(text->format, "\"%#s\"");
	g_ptr_array_add(text->args,
			pt_value_text(text->walk, fetch, user, MAX(count, 0)));
}

/* Is there room for one more value?  Says "..." if not. */
static bool room(struct text *text)
{
	if (text->args->len < PTAP_PRINT_ARGS_MAX)
		return true;
	g_string_append(text->format, "...");
	return false;
}

static void put_struct(struct text *text, const struct pt_dbg_value *value,
		       unsigned levels)
{
	struct pt_dbg *dbg = text->walk->dbg;
	GPtrArray *names = pt_arena_ptr_array(text->walk->arena);
	struct pt_dbg_value member;
	unsigned i;

	pt_dbg_type_members(dbg, value->type, names);
	g_string_append_c(text->format, '{');
	for (i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (i)
			g_string_append(text->format, ", ");
		if (!room(text))
			break;
		if (*name)
			g_string_append_printf(text->format,
					       ".%s=", shown(text, name));
		if (pt_dbg_member_number(dbg, value, i, &member))
			g_string_append_c(text->format, '?');
		else
			put_value(text, &member, levels - 1);
	}
	if (pt_dbg_type_has_variants(dbg, value->type))
		g_string_append(text->format, names->len ? ", ..." : "...");
	g_string_append_c(text->format, '}');
}

static void put_array(struct text *text, const struct pt_dbg_value *value,
		      unsigned levels)
{
	struct pt_dbg *dbg = text->walk->dbg;
	int64_t i, count = pt_dbg_type_count(dbg, value->type);
	struct pt_dbg_value element;

	g_string_append_c(text->format, '[');
	for (i = 0; i < count; i++) {
		if (i)
			g_string_append(text->format, ", ");
		if (i == ELEMENTS_MAX) {
			g_string_append(text->format, "...");
			break;
		}
		if (!room(text))
			break;
		if (pt_dbg_index_const(dbg, value, i, &element))
			g_string_append_c(text->format, '?');
		else
			put_value(text, &element, levels - 1);
	}
	if (count < 0)
		g_string_append(text->format, "...");
	g_string_append_c(text->format, ']');
}

static void put_value(struct text *text, const struct pt_dbg_value *value,
		      unsigned levels)
{
	switch (pt_dbg_type_class(text->walk->dbg, value->type)) {
	case PT_DBG_SIGNED:
	case PT_DBG_BOOL:
	case PT_DBG_ENUM: put_long(text, value, "%i"); break;
	case PT_DBG_UNSIGNED: put_long(text, value, "%u"); break;
	case PT_DBG_CHAR: put_long(text, value, "'%#c'"); break;
	case PT_DBG_POINTER:
	case PT_DBG_FUNCTION: put_long(text, value, "%p"); break;
	case PT_DBG_CHAR_POINTER:
	case PT_DBG_CHAR_ARRAY: put_string(text, value); break;
	case PT_DBG_ARRAY:
		if (levels)
			put_array(text, value, levels);
		else
			g_string_append(text->format, "[...]");
		break;
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
		if (levels)
			put_struct(text, value, levels);
		else
			g_string_append(text->format, "{...}");
		break;
	case PT_DBG_FLOAT:
	case PT_DBG_VOID: g_string_append_c(text->format, '?'); break;
	}
}

/* A pointer to a structure is shown as the structure. */
static void put_top(struct text *text, const struct pt_dbg_value *value,
		    unsigned levels)
{
	struct pt_dbg *dbg = text->walk->dbg;
	struct pt_dbg_value pointee;
	enum pt_dbg_class class;

	if (pt_dbg_type_class(dbg, value->type) == PT_DBG_POINTER &&
	    !pt_dbg_index_const(dbg, value, 0, &pointee)) {
		class = pt_dbg_type_class(dbg, pointee.type);
		if ((class == PT_DBG_STRUCT || class == PT_DBG_UNION) &&
		    pt_dbg_type_size(dbg, pointee.type) > 0)
			value = &pointee;
	}
	put_value(text, value, levels);
}

/* Without pretty printing: numbers in hex, nothing opened. */
static void put_plain(struct text *text, const struct pt_dbg_value *value)
{
	switch (pt_dbg_type_class(text->walk->dbg, value->type)) {
	case PT_DBG_STRUCT:
	case PT_DBG_UNION: g_string_append(text->format, "{...}"); break;
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY: g_string_append(text->format, "[...]"); break;
	case PT_DBG_FLOAT: g_string_append_c(text->format, '?'); break;
	default: put_long(text, value, "%#x");
	}
}

/* LEVELS of what is inside, 0: as in a group without pretty printing. */
static struct text *text_of(struct pt_target_walk *walk,
			    const struct pt_dbg_value *value, unsigned levels,
			    bool snapshot)
{
	struct text *text = text_new(walk);
	bool before = walk->snapshot;

	walk->snapshot = snapshot;
	if (levels)
		put_top(text, value, levels);
	else
		put_plain(text, value);
	walk->snapshot = before;
	return text;
}

/* TEXT at the hits at which KNOWN is not 0, at others "?". */
static struct pt_expr *known_or_not(const struct text *text,
				    struct pt_expr *known)
{
	struct pt_expr *choice = pt_new(text->walk->arena, struct pt_expr);
	GString *unknown = pt_arena_string(text->walk->arena);

	g_string_append_c(unknown, '?');
	choice->kind = PT_EXPR_TERNARY;
	choice->type = PT_TYPE_STRING;
	choice->span = text->walk->target->span;
	choice->op_span = choice->span;
	choice->left = known;
	choice->right = text_expr(text);
	choice->third = literal(text, unknown);
	return choice;
}

/* VALUE in TEXT; "?" at hits at which it is not known, which is asked where it is
 * read. */
static void put_guarded(struct text *text, const struct pt_dbg_value *value,
			unsigned levels)
{
	struct pt_target_walk *walk = text->walk;
	struct text *inner = text_of(walk, value, levels, false);
	struct pt_expr *known =
		pt_known(walk->arena, walk->bound, text_expr(inner));
	struct pt_expr *choice;

	if (!known) {
		if (walk->snapshot)
			inner = text_of(walk, value, levels, true);
		g_string_append(text->format, inner->format->str);
		g_ptr_array_extend(text->args, inner->args, NULL, NULL);
		return;
	}
	choice = known_or_not(inner, known);
	g_string_append(text->format, "%s");
	g_ptr_array_add(text->args,
			walk->snapshot ? pt_value_snapshot(walk->arena,
							   walk->bound, choice)
				       : choice);
}

struct pt_expr *pt_pretty_value(struct pt_target_walk *walk,
				const struct pt_dbg_value *value,
				unsigned levels)
{
	struct text *text = text_new(walk);

	put_guarded(text, value, levels);
	return text_expr(text);
}

/* ---- groups ----------------------------------------------------------- */

static struct text *named(struct pt_target_walk *walk, const char *name,
			  const struct pt_dbg_value *value)
{
	struct text *text = text_new(walk);

	g_string_append_printf(text->format, "%s=", shown(text, name));
	if (!value)
		g_string_append_c(text->format, '?');
	else
		put_guarded(text, value,
			    walk->target->pretty < 2 ? walk->target->pretty
						     : G_MAXUINT);
	return text;
}

static struct pt_error *group_return(struct pt_target_walk *walk,
				     struct pt_expr **ret)
{
	struct text *text = text_new(walk);
	struct pt_dbg_value value;

	/* Nothing returned is nothing shown. */
	if (walk->bound->is_return &&
	    !pt_dbg_return_value(walk->dbg, walk->function, &value)) {
		g_string_assign(walk->text, "$return");
		text = named(walk, "return", &value);
	}
	*ret = text_expr(text);
	return NULL;
}

static struct pt_expr *group_list(struct pt_target_walk *walk,
				  const GPtrArray *names)
{
	struct text *line = text_new(walk);
	struct pt_expr *done = NULL;
	struct pt_dbg_value value;
	unsigned i, k;

	for (i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		struct pt_error *error;
		struct text *one;

		error = pt_dbg_variable(walk->dbg, walk->function, name,
					&value);
		g_string_printf(walk->text, "$%s", name);
		one = named(walk, name, error ? NULL : &value);
		if (line->args->len + one->args->len > PTAP_PRINT_ARGS_MAX) {
			done = concat(walk, done, text_expr(line));
			line = text_new(walk);
		}
		if (i)
			g_string_append_c(line->format, ' ');
		g_string_append(line->format, one->format->str);
		for (k = 0; k < one->args->len; k++)
			g_ptr_array_add(line->args,
					g_ptr_array_index(one->args, k));
	}
	return concat(walk, done, text_expr(line));
}

struct pt_error *pt_pretty_group(struct pt_target_walk *walk,
				 struct pt_expr **ret)
{
	static const char *const groups[] = { "$$vars", "$$parms", "$$locals",
					      "$$return" };
	const char *name = walk->target->text;
	GPtrArray *names = pt_arena_ptr_array(walk->arena);
	GPtrArray *words = pt_arena_ptr_array(walk->arena);
	unsigned i;

	if (strcmp(name, "$$return") == 0)
		return group_return(walk, ret);
	for (i = 0; i < G_N_ELEMENTS(groups); i++)
		g_ptr_array_add(words, (void *)groups[i]);
	if (!g_ptr_array_find_with_equal_func(words, name, g_str_equal, NULL))
		return pt_error_suggest(
			pt_error_new(walk->arena, PT_E_UNKNOWN_VARIABLE,
				     "'%s' is not known here", name),
			name, words);
	/* In a return probe: as they were at the entry, where most locals have
	 * no place yet. */
	walk->snapshot = walk->bound->is_return;
	if (strcmp(name, "$$locals") == 0)
		PT_TRY(pt_dbg_need_dwarf(walk->dbg, "local variables"));
	else
		pt_dbg_parameters(walk->dbg, walk->function, names);
	if (strcmp(name, "$$parms") != 0)
		pt_dbg_locals(walk->dbg, walk->function, names);
	*ret = group_list(walk, names);
	return NULL;
}

struct pt_expr *pt_pretty_literal(struct pt_target_walk *walk, const char *text)
{
	struct text *whole = text_new(walk);

	g_string_assign(whole->format, text);
	return literal(whole, whole->format);
}

struct pt_expr *pt_pretty_longs(struct pt_target_walk *walk,
				const GPtrArray *names,
				const GPtrArray *fetches)
{
	struct text *text = text_new(walk);

	for (unsigned i = 0; i < names->len; i++) {
		struct pt_fetch *fetch = fetches->pdata[i];

		g_string_append_printf(text->format, "%s%s=%s", i ? " " : "",
				       (const char *)names->pdata[i],
				       fetch ? "%#x" : "?");
		if (fetch)
			g_ptr_array_add(text->args, pt_value_long(walk, fetch));
	}
	return text_expr(text);
}
