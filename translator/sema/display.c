/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globals of the script that are written and never read are printed at the end
 * (LANGUAGE section 3): an end probe is made for them.
 */
#include "context.h"

#include <string.h>

struct display {
	struct pt_sema *sema;
	struct pt_bound *bound;
	struct pt_var *var;
};

static void collect(struct pt_sema *sema, const struct pt_unit *unit,
		    void *data)
{
	struct pt_effects *effects;
	GHashTable *access = data;
	GHashTableIter iter;
	gpointer var, bits, old;

	if (unit->function)
		return;
	effects =
		pt_effects_of(sema, unit->bound->body, unit->bound->condition);
	g_hash_table_iter_init(&iter, effects->access);
	while (g_hash_table_iter_next(&iter, &var, &bits)) {
		old = g_hash_table_lookup(access, var);
		g_hash_table_insert(access, var,
				    GUINT_TO_POINTER(GPOINTER_TO_UINT(old) |
						     GPOINTER_TO_UINT(bits)));
	}
	for (guint i = 0; i < unit->bound->entries->len; i++) {
		struct pt_effects *entry = pt_effects_of(
			sema, NULL, unit->bound->entries->pdata[i]);

		g_hash_table_iter_init(&iter, entry->access);
		while (g_hash_table_iter_next(&iter, &var, NULL))
			g_hash_table_insert(access, var,
					    GUINT_TO_POINTER(PT_ACCESS_READ));
	}
}

static bool wanted(const struct pt_sema *sema, GHashTable *access,
		   const struct pt_var *var)
{
	unsigned bits = GPOINTER_TO_UINT(g_hash_table_lookup(access, var));

	return var->file == sema->script && bits &&
	       !(bits & (PT_ACCESS_READ | PT_ACCESS_FOREACH));
}

/* ---- the statement for one variable ----------------------------------- */

static struct pt_expr *print_of(struct display *display, const char *format,
				GPtrArray *args)
{
	struct pt_sema *sema = display->sema;
	struct pt_expr *expr =
		pt_make_expr(sema, PT_EXPR_PRINT, display->var->span);

	expr->text = "printf";
	expr->print = pt_new(sema->arena, struct pt_print);
	expr->print->name = "printf";
	expr->print->formatted = true;
	expr->print->format = pt_make_string(sema, display->var->span, format);
	expr->args = args;
	return expr;
}

static struct pt_expr *subject(struct display *display, const GPtrArray *keys)
{
	struct pt_expr *name = pt_make_name(display->sema, display->var);
	struct pt_expr *element;

	if (!keys->len)
		return name;
	element =
		pt_make_expr(display->sema, PT_EXPR_INDEX, display->var->span);
	element->left = name;
	element->args = pt_arena_ptr_array(display->sema->arena);
	for (guint i = 0; i < keys->len; i++)
		g_ptr_array_add(element->args,
				pt_make_name(display->sema, keys->pdata[i]));
	return element;
}

static struct pt_expr *aggregate(struct display *display, enum pt_stat_op op,
				 const GPtrArray *keys)
{
	struct pt_expr *expr =
		pt_make_expr(display->sema, PT_EXPR_STAT, display->var->span);

	expr->text = "@count";
	expr->stat = op;
	expr->left = subject(display, keys);
	return expr;
}

/* Pointers are hexadecimal. */
static const char *scalar_format(const struct pt_var *var)
{
	if (var->type == PT_TYPE_STRING)
		return "\"%#s\"";
	return var->shape ? "%#x" : "%d";
}

/* KEYS: struct pt_var *, the loop's; none for a scalar. */
static struct pt_stmt *row(struct display *display, const GPtrArray *keys,
			   struct pt_expr *value)
{
	struct pt_sema *sema = display->sema;
	GString *format = pt_arena_string(sema->arena);
	GPtrArray *args = pt_arena_ptr_array(sema->arena);

	g_string_append(format, display->var->name);
	for (guint i = 0; i < keys->len; i++) {
		struct pt_var *key = keys->pdata[i];

		g_string_append_c(format, i ? ',' : '[');
		g_string_append(format, scalar_format(key));
		g_ptr_array_add(args, pt_make_name(sema, key));
	}
	if (keys->len)
		g_string_append_c(format, ']');
	if (display->var->type == PT_TYPE_STATS) {
		g_string_append(format, " @count=%#x @min=%#x @max=%#x "
					"@sum=%#x @avg=%#x\n");
		g_ptr_array_add(args, aggregate(display, PT_STAT_COUNT, keys));
		g_ptr_array_add(args, aggregate(display, PT_STAT_MIN, keys));
		g_ptr_array_add(args, aggregate(display, PT_STAT_MAX, keys));
		g_ptr_array_add(args, aggregate(display, PT_STAT_SUM, keys));
		g_ptr_array_add(args, aggregate(display, PT_STAT_AVG, keys));
	} else {
		g_string_append_printf(format, "=%s\n",
				       scalar_format(display->var));
		g_ptr_array_add(args, value);
	}
	return pt_make_expr_stmt(sema, print_of(display, format->str, args));
}

static struct pt_var *loop_var(struct display *display, const char *name,
			       enum pt_type type)
{
	struct pt_var *var = pt_new(display->sema->arena, struct pt_var);

	var->kind = PT_VAR_LOCAL;
	var->name = name;
	var->span = display->var->span;
	var->file = display->var->file;
	var->type = type;
	g_ptr_array_add(display->bound->locals, var);
	return var;
}

static struct pt_stmt *scalar(struct display *display)
{
	struct pt_sema *sema = display->sema;
	GPtrArray *none = pt_arena_ptr_array(sema->arena);
	struct pt_stmt *print =
		row(display, none, pt_make_name(sema, display->var));
	struct pt_stmt *test;

	if (display->var->type != PT_TYPE_STATS)
		return print;
	test = pt_make_stmt(sema, PT_STMT_IF, display->var->span);
	test->expr = aggregate(display, PT_STAT_COUNT, none);
	test->then = print;
	test->other = pt_make_expr_stmt(
		sema, print_of(display,
			       pt_arena_printf(sema->arena, "%s @count=0x0\n",
					       display->var->name),
			       none));
	return test;
}

static struct pt_stmt *array(struct display *display)
{
	struct pt_sema *sema = display->sema;
	struct pt_var *var = display->var;
	struct pt_stmt *stmt = pt_make_stmt(sema, PT_STMT_FOREACH, var->span);
	struct pt_foreach *loop = pt_new(sema->arena, struct pt_foreach);
	GPtrArray *keys = pt_arena_ptr_array(sema->arena);
	struct pt_var *value;

	loop->keys = pt_arena_ptr_array(sema->arena);
	loop->array = pt_make_name(sema, var);
	loop->sort_direction = -1;
	loop->sort_stat = PT_STAT_COUNT;
	loop->sort_span = var->span;
	for (int i = 0; i < var->arity; i++) {
		struct pt_var *key =
			loop_var(display,
				 pt_arena_printf(sema->arena, "%s_key%d",
						 var->name, i + 1),
				 var->keys[i]);

		key->shape = var->key_shapes[i];
		g_ptr_array_add(keys, key);
		g_ptr_array_add(loop->keys, pt_make_name(sema, key));
	}
	stmt->foreach = loop;
	if (var->type == PT_TYPE_STATS) {
		stmt->then = row(display, keys, NULL);
		return stmt;
	}
	value = loop_var(display,
			 pt_arena_printf(sema->arena, "%s_value", var->name),
			 var->type);
	loop->value = pt_make_name(sema, value);
	stmt->then = row(display, keys, pt_make_name(sema, value));
	return stmt;
}

/* ---- the probe -------------------------------------------------------- */

static struct pt_bound *end_probe(struct pt_sema *sema, struct pt_span span)
{
	struct pt_point_component *component =
		pt_new(sema->arena, struct pt_point_component);
	struct pt_point *point = pt_new(sema->arena, struct pt_point);
	struct pt_probe *probe = pt_new(sema->arena, struct pt_probe);
	GPtrArray *bounds = pt_arena_ptr_array(sema->arena);
	const struct pt_family *family;
	struct pt_error *error = NULL;
	struct pt_bound *bound;

	component->name = "end";
	component->span = span;
	point->components = pt_arena_ptr_array(sema->arena);
	point->span = span;
	g_ptr_array_add(point->components, component);
	probe->points = pt_arena_ptr_array(sema->arena);
	probe->span = span;
	probe->file = sema->script;
	probe->body = pt_make_stmt(sema, PT_STMT_BLOCK, span);
	g_ptr_array_add(probe->points, point);
	family = pt_family_find(sema->arena, point, NULL, &error);
	if (family)
		error = family->expand(&sema->program->env, point, false,
				       bounds);
	if (error) {
		pt_diag_add(sema->diag, error);
		return NULL;
	}
	bound = bounds->pdata[0];
	bound->source = probe;
	bound->chain = probe->points;
	bound->body = probe->body;
	bound->locals = pt_arena_ptr_array(sema->arena);
	bound->entries = pt_arena_ptr_array(sema->arena);
	bound->uses = pt_arena_ptr_array(sema->arena);
	bound->entry_uses = pt_arena_ptr_array(sema->arena);
	return bound;
}

void pt_display_pass(struct pt_sema *sema)
{
	GPtrArray *globals = sema->program->globals;
	GHashTable *access;
	struct display display = { .sema = sema };

	if (sema->session->options.no_global_display)
		return;
	access = g_hash_table_new(g_direct_hash, g_direct_equal);
	pt_make_each_unit(sema, collect, access);
	for (guint i = 0; i < globals->len; i++) {
		display.var = globals->pdata[i];
		if (!wanted(sema, access, display.var))
			continue;
		if (!display.bound)
			display.bound = end_probe(sema, display.var->span);
		if (!display.bound)
			break;
		g_ptr_array_add(display.bound->body->body,
				display.var->arity > 0 ? array(&display)
						       : scalar(&display));
	}
	g_hash_table_destroy(access);
	if (!display.bound)
		return;
	g_ptr_array_add(sema->program->probes, display.bound);
	pt_infer_bound(sema, display.bound);
}
