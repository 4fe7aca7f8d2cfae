/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "same_tree.h"

#include <string.h>

/* The place where the first difference was seen. */
struct walk {
	struct pt_span span;
	const char *what; /* NULL: none yet */
};

/* Notes the difference WHAT at SPAN unless SAME. */
static bool check(struct walk *walk, bool same, struct pt_span span,
		  const char *what)
{
	if (!same && !walk->what) {
		walk->what = what;
		walk->span = span;
	}
	return same;
}

static bool same_text(const char *a, const char *b)
{
	return g_strcmp0(a, b) == 0;
}

static bool same_bytes(const char *a, size_t a_length, const char *b,
		       size_t b_length)
{
	return a_length == b_length && (!a_length || !memcmp(a, b, a_length));
}

static guint length_of(const GPtrArray *list)
{
	return list ? list->len : 0;
}

static bool same_expr(struct walk *walk, const struct pt_expr *a,
		      const struct pt_expr *b, struct pt_span parent);

static bool same_exprs(struct walk *walk, const GPtrArray *a,
		       const GPtrArray *b, struct pt_span parent)
{
	guint i;

	if (!check(walk, length_of(a) == length_of(b), parent,
		   "not as many expressions"))
		return false;
	for (i = 0; i < length_of(a); i++)
		if (!same_expr(walk, g_ptr_array_index(a, i),
			       g_ptr_array_index(b, i), parent))
			return false;
	return true;
}

static bool same_steps(struct walk *walk, const GPtrArray *a,
		       const GPtrArray *b, struct pt_span parent)
{
	guint i;

	if (!check(walk, length_of(a) == length_of(b), parent,
		   "not as many members"))
		return false;
	for (i = 0; i < length_of(a); i++) {
		const struct pt_component *x = g_ptr_array_index(a, i);
		const struct pt_component *y = g_ptr_array_index(b, i);

		if (!check(walk,
			   x->kind == y->kind && same_text(x->name, y->name),
			   x->span, "another member") ||
		    !same_expr(walk, x->index, y->index, x->span))
			return false;
	}
	return true;
}

static bool same_print(struct walk *walk, const struct pt_expr *a,
		       const struct pt_expr *b)
{
	const struct pt_print *x = a->print, *y = b->print;

	if (!x || !y)
		return check(walk, x == y, a->span, "not the same call");
	return check(walk,
		     same_text(x->name, y->name) &&
			     x->to_string == y->to_string &&
			     x->newline == y->newline &&
			     x->formatted == y->formatted &&
			     x->is_char == y->is_char &&
			     x->delimited == y->delimited,
		     a->span, "another print function") &&
	       same_expr(walk, x->format, y->format, a->span);
}

static bool same_expr(struct walk *walk, const struct pt_expr *a,
		      const struct pt_expr *b, struct pt_span parent)
{
	if (!a || !b)
		return check(walk, a == b, a ? a->span : parent,
			     "an expression is missing");
	return check(walk, a->kind == b->kind, a->span,
		     "another kind of expression") &&
	       check(walk, a->op == b->op && a->prefix == b->prefix, a->span,
		     "another operator") &&
	       check(walk, a->number == b->number, a->span, "another number") &&
	       check(walk,
		     a->length ? same_bytes(a->text, a->length, b->text,
					    b->length)
			       : !b->length && same_text(a->text, b->text),
		     a->span, "another text") &&
	       check(walk,
		     a->stat == b->stat && a->hist == b->hist &&
			     a->hist_low == b->hist_low &&
			     a->hist_high == b->hist_high &&
			     a->hist_width == b->hist_width,
		     a->span, "another statistic") &&
	       check(walk,
		     a->address_of == b->address_of && a->pretty == b->pretty,
		     a->span, "another form of a target variable") &&
	       same_steps(walk, a->components, b->components, a->span) &&
	       same_print(walk, a, b) &&
	       same_expr(walk, a->left, b->left, a->span) &&
	       same_expr(walk, a->right, b->right, a->span) &&
	       same_expr(walk, a->third, b->third, a->span) &&
	       same_exprs(walk, a->args, b->args, a->span);
}

static bool same_foreach(struct walk *walk, const struct pt_foreach *a,
			 const struct pt_foreach *b, struct pt_span span)
{
	if (!a || !b)
		return check(walk, a == b, span, "not the same loop");
	return check(walk,
		     a->sort_direction == b->sort_direction &&
			     a->sort_column == b->sort_column &&
			     a->sort_stat == b->sort_stat &&
			     a->sort_stat_given == b->sort_stat_given,
		     span, "the loop is sorted in another way") &&
	       same_exprs(walk, a->keys, b->keys, span) &&
	       same_expr(walk, a->value, b->value, span) &&
	       same_expr(walk, a->array, b->array, span) &&
	       check(walk, !a->slice == !b->slice, span, "another slice") &&
	       same_exprs(walk, a->slice, b->slice, span) &&
	       same_expr(walk, a->limit, b->limit, span);
}

/* The statement of a block that the printer adds where an else would change
 * hands. */
static const struct pt_stmt *unwrap(const struct pt_stmt *stmt)
{
	while (stmt && stmt->kind == PT_STMT_BLOCK && stmt->body->len == 1)
		stmt = g_ptr_array_index(stmt->body, 0);
	return stmt;
}

static bool same_stmt(struct walk *walk, const struct pt_stmt *a,
		      const struct pt_stmt *b, struct pt_span parent)
{
	guint i;

	a = unwrap(a);
	b = unwrap(b);
	if (!a || !b)
		return check(walk, a == b, a ? a->span : parent,
			     "a statement is missing");
	if (!check(walk, a->kind == b->kind, a->span,
		   "another kind of statement") ||
	    !check(walk,
		   same_bytes(a->code, a->code_length, b->code, b->code_length),
		   a->span, "another piece of C") ||
	    !check(walk, length_of(a->body) == length_of(b->body), a->span,
		   "not as many statements"))
		return false;
	for (i = 0; i < length_of(a->body); i++)
		if (!same_stmt(walk, g_ptr_array_index(a->body, i),
			       g_ptr_array_index(b->body, i), a->span))
			return false;
	return same_expr(walk, a->init, b->init, a->span) &&
	       same_expr(walk, a->expr, b->expr, a->span) &&
	       same_expr(walk, a->step, b->step, a->span) &&
	       same_stmt(walk, a->then, b->then, a->span) &&
	       same_stmt(walk, a->other, b->other, a->span) &&
	       same_foreach(walk, a->foreach, b->foreach, a->span);
}

/* ---- declarations ------------------------------------------------------ */

static bool same_var(struct walk *walk, const struct pt_var *a,
		     const struct pt_var *b)
{
	return check(walk,
		     a->kind == b->kind && same_text(a->name, b->name) &&
			     a->is_private == b->is_private &&
			     a->wrap == b->wrap && a->size == b->size &&
			     a->type == b->type,
		     a->span, "another variable") &&
	       same_expr(walk, a->init, b->init, a->span);
}

static bool same_point(struct walk *walk, const struct pt_point *a,
		       const struct pt_point *b)
{
	guint i;

	if (!check(walk,
		   a->components->len == b->components->len &&
			   a->optional == b->optional &&
			   a->sufficient == b->sufficient,
		   a->span, "another probe point"))
		return false;
	for (i = 0; i < a->components->len; i++) {
		const struct pt_point_component *x =
			g_ptr_array_index(a->components, i);
		const struct pt_point_component *y =
			g_ptr_array_index(b->components, i);

		if (!check(walk,
			   same_text(x->name, y->name) && x->arg == y->arg &&
				   x->number == y->number &&
				   same_text(x->text, y->text),
			   x->span, "another part of a probe point"))
			return false;
	}
	return same_expr(walk, a->condition, b->condition, a->span);
}

static bool same_points(struct walk *walk, const GPtrArray *a,
			const GPtrArray *b, struct pt_span span)
{
	guint i;

	if (!check(walk, a->len == b->len, span, "not as many probe points"))
		return false;
	for (i = 0; i < a->len; i++)
		if (!same_point(walk, g_ptr_array_index(a, i),
				g_ptr_array_index(b, i)))
			return false;
	return true;
}

static bool same_function(struct walk *walk, const struct pt_function *a,
			  const struct pt_function *b)
{
	guint i;

	if (!check(walk,
		   same_text(a->name, b->name) &&
			   a->is_private == b->is_private &&
			   a->return_type == b->return_type &&
			   a->priority == b->priority &&
			   a->priority_given == b->priority_given &&
			   a->embedded == b->embedded &&
			   a->pragmas == b->pragmas &&
			   a->params->len == b->params->len,
		   a->span, "another function"))
		return false;
	for (i = 0; i < a->params->len; i++)
		if (!same_var(walk, g_ptr_array_index(a->params, i),
			      g_ptr_array_index(b->params, i)))
			return false;
	return same_stmt(walk, a->body, b->body, a->span);
}

static bool same_probe(struct walk *walk, const struct pt_probe *a,
		       const struct pt_probe *b)
{
	return same_points(walk, a->points, b->points, a->span) &&
	       same_stmt(walk, a->body, b->body, a->span);
}

static bool same_alias(struct walk *walk, const struct pt_alias *a,
		       const struct pt_alias *b)
{
	return same_points(walk, a->names, b->names, a->span) &&
	       same_points(walk, a->points, b->points, a->span) &&
	       same_stmt(walk, a->prologue, b->prologue, a->span) &&
	       same_stmt(walk, a->epilogue, b->epilogue, a->span);
}

static bool same_embedded(struct walk *walk, const struct pt_embedded *a,
			  const struct pt_embedded *b)
{
	return check(walk, same_bytes(a->code, a->length, b->code, b->length),
		     a->span, "another piece of C");
}

#define ALL(function, list)                                               \
	for (i = 0; i < a->list->len && i < b->list->len; i++)            \
		if (!function(&walk, g_ptr_array_index(a->list, i),       \
			      g_ptr_array_index(b->list, i)))             \
			break;                                            \
	check(&walk, a->list->len == b->list->len, (struct pt_span){ 0 }, \
	      "not as many " #list)

const char *pt_same_tree(struct pt_arena *arena, const struct pt_file *a,
			 const struct pt_file *b)
{
	struct walk walk = { .what = NULL };
	guint i;

	ALL(same_embedded, embedded);
	ALL(same_var, globals);
	ALL(same_function, functions);
	ALL(same_alias, aliases);
	ALL(same_probe, probes);
	return walk.what ? pt_arena_printf(arena, "%s: %s",
					   pt_span_text(arena, walk.span),
					   walk.what)
			 : NULL;
}
