/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names, places and temporaries of the generated code.
 */
#include "emit_state.h"

#include <string.h>

const char *pt_emit_unique(struct pt_emit *e, const char *stem)
{
	const char *name = stem;
	unsigned i;

	for (i = 2; g_hash_table_contains(e->taken, name); i++)
		name = pt_arena_printf(e->arena, "%s_%u", stem, i);
	g_hash_table_add(e->taken, (void *)name);
	return name;
}

const char *pt_emit_var(struct pt_emit *e, const struct pt_var *var)
{
	const char *name = g_hash_table_lookup(e->names, var);

	if (var->kind != PT_VAR_GLOBAL && e->body)
		g_hash_table_add(e->body->vars, (void *)var);
	if (name)
		return name;
	if (var->kind == PT_VAR_GLOBAL)
		name = pt_emit_unique(
			e, pt_arena_printf(e->arena, "g_%s", var->name));
	else
		name = pt_arena_printf(e->arena, "l_%s", var->name);
	g_hash_table_insert(e->names, (void *)var, (void *)name);
	return name;
}

static const char *near(struct pt_emit *e, const char *what, const char *word,
			struct pt_span span)
{
	const char *text = pt_arena_printf(e->arena, "near %s '%s' at %s", what,
					   word, pt_span_text(e->arena, span));

	return pt_out_c_text(e->arena, text);
}

static const char *const stats[] = {
	[PT_STAT_COUNT] = "@count", [PT_STAT_SUM] = "@sum",
	[PT_STAT_MIN] = "@min",	    [PT_STAT_MAX] = "@max",
	[PT_STAT_AVG] = "@avg",	    [PT_STAT_VARIANCE] = "@variance",
};

const char *pt_emit_place(struct pt_emit *e, const struct pt_expr *expr)
{
	struct pt_span span = expr->op_span.source ? expr->op_span : expr->span;

	switch (expr->kind) {
	case PT_EXPR_BINARY:
	case PT_EXPR_UNARY:
	case PT_EXPR_CRUMENT:
		return near(e, "operator", pt_op_text(expr->op), span);
	case PT_EXPR_ASSIGN:
		if (expr->op == PT_OP_STAT_ADD)
			return near(e, "operator", "<<<", span);
		return near(e, "operator",
			    expr->op == PT_OP_NONE
				    ? "="
				    : pt_arena_printf(e->arena, "%s=",
						      pt_op_text(expr->op)),
			    span);
	case PT_EXPR_INDEX:
		return expr->left ? pt_emit_place(e, expr->left)
				  : near(e, "operator", "[", span);
	case PT_EXPR_STAT: return near(e, "operator", stats[expr->stat], span);
	case PT_EXPR_HIST:
		return near(e, "operator",
			    expr->hist == PT_HIST_LOG ? "@hist_log"
						      : "@hist_linear",
			    span);
	case PT_EXPR_PRINT:
		return near(e, "identifier", expr->print->name, span);
	default:
		return near(e, "identifier", expr->text ? expr->text : "?",
			    span);
	}
}

const char *pt_emit_stmt_place(struct pt_emit *e, struct pt_span span,
			       const char *word)
{
	return near(e, "keyword", word, span);
}

/* ---- temporaries ------------------------------------------------------ */

#define TAKE(e, field)                                             \
	({                                                         \
		struct pt_emit_body *b_ = (e)->body;               \
		b_->now.field++;                                   \
		b_->max.field = MAX(b_->max.field, b_->now.field); \
		b_->now.field;                                     \
	})

const char *pt_emit_long_temp(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "t%u", TAKE(e, longs));
}

const char *pt_emit_string_temp(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "s%u", TAKE(e, strings));
}

const char *pt_emit_address_temp(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "a%u", TAKE(e, addresses));
}

const char *pt_emit_element_temp(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "e%u", TAKE(e, elements));
}

const char *pt_emit_stat_temp(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "n%u", TAKE(e, stats));
}

const char *pt_emit_iterator(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "i%u", TAKE(e, iterators));
}

const char *pt_emit_buffer(struct pt_emit *e)
{
	return pt_arena_printf(e->arena, "f->b%u", TAKE(e, buffers));
}

/* Notes SIZE for number I (from 1) of a kind whose members differ in size. */
static void note_size(GArray *sizes, unsigned i, unsigned size)
{
	unsigned *old;

	if (sizes->len < i)
		g_array_set_size(sizes, i);
	old = &g_array_index(sizes, unsigned, i - 1);
	*old = MAX(*old, size);
}

const char *pt_emit_key_temp(struct pt_emit *e, unsigned n_keys)
{
	unsigned i = TAKE(e, keys);

	note_size(e->body->key_sizes, i, n_keys);
	return pt_arena_printf(e->arena, "k%u", i);
}

const char *pt_emit_sum_temp(struct pt_emit *e, unsigned buckets)
{
	unsigned i = TAKE(e, sums);

	note_size(e->body->sum_buckets, i, buckets);
	return pt_arena_printf(e->arena, "&f->m%u.stat", i);
}

struct pt_emit_label *pt_emit_label(struct pt_emit *e, const char *stem)
{
	struct pt_emit_label *label = pt_new(e->arena, struct pt_emit_label);

	label->name =
		pt_arena_printf(e->arena, "%s_%u", stem, ++e->body->labels);
	return label;
}
