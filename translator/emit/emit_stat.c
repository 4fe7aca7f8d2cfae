/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading statistics.
 */
#include <limits.h>
#include <string.h>

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

/* Buckets that a linear histogram asks for: one below its range and two from its
 * end on; INT_MAX stands for all that is more. */
static int64_t asked_buckets(const struct pt_var *var)
{
	bool upwards = var->hist_high >= var->hist_low;
	uint64_t low = (uint64_t)var->hist_low, high = (uint64_t)var->hist_high;
	uint64_t n =
		(upwards ? high - low : low - high) / (uint64_t)var->hist_width;

	if (n > INT_MAX - 3)
		n = INT_MAX - 3;
	return upwards ? (int64_t)n + 3 : 3 - (int64_t)n;
}

unsigned pt_emit_buckets(const struct pt_emit *e, const struct pt_var *var)
{
	switch (var->hist) {
	case PT_HIST_LOG: return PTAP_HIST_LOG_BUCKETS;
	case PT_HIST_LINEAR:
		return (unsigned)CLAMP(asked_buckets(var), PTAP_HIST_LINEAR_MIN,
				       e->max_buckets);
	default: return 0;
	}
}

static const char *buckets_warning(struct pt_emit *e, const struct pt_var *var)
{
	int64_t asked;

	if (var->type != PT_TYPE_STATS || var->hist != PT_HIST_LINEAR)
		return NULL;
	asked = asked_buckets(var);
	if (asked >= PTAP_HIST_LINEAR_MIN && asked <= e->max_buckets)
		return NULL;
	return pt_arena_printf(
		e->arena,
		"histogram of '%s': the number of buckets must be %d to "
		"%" G_GINT64_FORMAT ", not %s%" G_GINT64_FORMAT
		": it has %u, please adjust its bounds and width",
		var->name, PTAP_HIST_LINEAR_MIN, e->max_buckets,
		asked == INT_MAX ? "more than " : "", asked,
		pt_emit_buckets(e, var));
}

unsigned pt_emit_warnings(struct pt_emit *e)
{
	const GPtrArray *globals = e->program->globals;
	unsigned i, n = 0;

	for (i = 0; i < globals->len; i++) {
		const char *text =
			buckets_warning(e, g_ptr_array_index(globals, i));

		if (!text)
			continue;
		if (n++ == 0)
			pt_out_open(e->out, "static const char *const "
					    "pg_warnings[] =");
		pt_out_line(e->out, "%s,", pt_out_c_text(e->arena, text));
	}
	if (n) {
		pt_out_close(e->out, ";");
		pt_out_line(e->out, "%s", "");
	}
	return n;
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
			    "LL, .width = %" G_GINT64_FORMAT "LL,",
			    var->hist_low, var->hist_width);
	}
	if (var->variance_shift)
		pt_out_line(out, ".shift = %u,", var->variance_shift);
	if (var->hist != PT_HIST_NONE)
		pt_out_line(out, ".buckets = %u,", pt_emit_buckets(e, var));
	pt_out_close(out, ";");
}

const struct pt_var *pt_emit_stat_var(const struct pt_expr *subject)
{
	return subject->kind == PT_EXPR_INDEX ? subject->left->var
					      : subject->var;
}

const char *pt_emit_sum(struct pt_emit *e, const struct pt_expr *subject)
{
	const struct pt_var *var = pt_emit_stat_var(subject);
	const char *sum = pt_emit_sum_temp(e, pt_emit_buckets(e, var));
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
	const char *text =
		pt_arena_printf(e->arena, "ptrt_stat_%s(c, %s, &%s_desc, %s)",
				need ? "need" : "get", sum,
				pt_emit_var(e, pt_emit_stat_var(expr->left)),
				words[expr->stat]);
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
		pt_arena_printf(e->arena,
				"ptrt_hist_bucket(c, %s, &%s_desc, %s)", sum,
				pt_emit_var(e, pt_emit_stat_var(hist->left)),
				index.text),
		0, false);
	value = pt_emit_atom(e, value, PT_TYPE_LONG);
	pt_emit_check(e, pt_emit_place(e, hist));
	return value;
}

struct pt_emit_value pt_emit_hist_in(struct pt_emit *e,
				     const struct pt_expr *expr)
{
	const struct pt_var *var = pt_emit_stat_var(expr->left->left);
	struct pt_emit_value index =
		pt_emit_expr(e, g_ptr_array_index(expr->args, 0));

	return pt_emit_value(e,
			     pt_arena_printf(e->arena, "((uint64_t)%s < %u)",
					     index.text,
					     pt_emit_buckets(e, var)),
			     index.changes, false);
}
