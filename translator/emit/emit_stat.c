/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading statistics.
 */
#include "../../include/ptap/limits.h"
#include "../base/compat.h"
#include "emit_state.h"

static const char *const words[] = {
	[PT_STAT_COUNT] = "PTRT_STAT_COUNT",
	[PT_STAT_SUM] = "PTRT_STAT_SUM",
	[PT_STAT_MIN] = "PTRT_STAT_MIN",
	[PT_STAT_MAX] = "PTRT_STAT_MAX",
	[PT_STAT_AVG] = "PTRT_STAT_AVG",
	[PT_STAT_VARIANCE] = "PTRT_STAT_VARIANCE",
};

const char *pt_emit_stat_word(enum pt_stat_op op)
{
	return words[op];
}

unsigned pt_emit_buckets(const struct pt_var *var)
{
	switch (var->hist) {
	case PT_HIST_LOG: return PTAP_HIST_LOG_BUCKETS;
	case PT_HIST_LINEAR:
		return (unsigned)((var->hist_high - var->hist_low) /
				  var->hist_width) +
		       3;
	default: return 0;
	}
}

static const char *ops_text(struct pt_emit *e, unsigned ops)
{
	GString *text = pt_arena_string(e->arena);
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(words); i++)
		if (ops & 1u << i)
			g_string_append_printf(
				text, "%s%s", text->len ? " | " : "", words[i]);
	return text->len ? text->str : "0";
}

void pt_emit_stat_desc(struct pt_emit *e, const struct pt_var *var)
{
	struct pt_out *out = e->out;

	pt_out_open(out, "static const struct ptrt_stat_desc %s_desc =",
		    pt_emit_var(e, var));
	pt_out_line(out, ".ops = %s,", ops_text(e, var->stats_used));
	if (var->hist == PT_HIST_LOG)
		pt_out_line(out, ".hist = PTRT_HIST_LOG,");
	if (var->hist == PT_HIST_LINEAR) {
		pt_out_line(out, ".hist = PTRT_HIST_LINEAR,");
		pt_out_line(out,
			    ".low = %" G_GINT64_FORMAT
			    "LL, .high = %" G_GINT64_FORMAT
			    "LL, .width = %" G_GINT64_FORMAT "LL,",
			    var->hist_low, var->hist_high, var->hist_width);
	}
	if (var->variance_shift)
		pt_out_line(out, ".shift = %u,", var->variance_shift);
	if (var->hist != PT_HIST_NONE)
		pt_out_line(out, ".buckets = %u,", pt_emit_buckets(var));
	pt_out_close(out, ";");
}

static const struct pt_var *stat_var(const struct pt_expr *subject)
{
	return subject->kind == PT_EXPR_INDEX ? subject->left->var
					      : subject->var;
}

const char *pt_emit_sum(struct pt_emit *e, const struct pt_expr *subject)
{
	const struct pt_var *var = stat_var(subject);
	const char *sum = pt_emit_sum_temp(e, pt_emit_buckets(var));
	const char *name = pt_emit_var(e, var);

	if (subject->kind == PT_EXPR_INDEX)
		pt_emit_line(e, "ptrt_map_get_stat(c, %s, %s, %s);", name,
			     pt_emit_keys(e, var, subject->args, 0, NULL), sum);
	else
		pt_emit_line(e, "ptrt_stat_merge(c, %s, &%s_desc, %s);",
			     pt_emit_offset(e, var), name, sum);
	return sum;
}

struct pt_emit_value pt_emit_stat(struct pt_emit *e, const struct pt_expr *expr)
{
	const char *sum = pt_emit_sum(e, expr->left);
	bool need = expr->stat != PT_STAT_COUNT &&
		    (expr->stat != PT_STAT_SUM ||
		     !pt_compat(e->program->session, PT_GATE_EMPTY_SUM));
	const char *text = pt_arena_printf(
		e->arena, "ptrt_stat_%s(c, %s, &%s_desc, %s)",
		need ? "need" : "get", sum,
		pt_emit_var(e, stat_var(expr->left)), words[expr->stat]);
	struct pt_emit_value value = pt_emit_value(e, text, 0, false);

	if (!need)
		return value;
	value = pt_emit_atom(e, value, PT_TYPE_LONG);
	pt_emit_check(e, pt_emit_place(e, expr));
	return value;
}

struct pt_emit_value pt_emit_bucket(struct pt_emit *e,
				    const struct pt_expr *expr)
{
	const struct pt_expr *hist = expr->left;
	struct pt_emit_value index, value;
	const char *sum;

	index = pt_emit_expr(e, g_ptr_array_index(expr->args, 0));
	index = pt_emit_save(e, index, PT_TYPE_LONG);
	sum = pt_emit_sum(e, hist->left);
	value = pt_emit_value(
		e,
		pt_arena_printf(
			e->arena, "ptrt_hist_bucket(c, %s, &%s_desc, %s)", sum,
			pt_emit_var(e, stat_var(hist->left)), index.text),
		0, false);
	value = pt_emit_atom(e, value, PT_TYPE_LONG);
	pt_emit_check(e, pt_emit_place(e, hist));
	return value;
}
