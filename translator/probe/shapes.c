/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wildcards in the words of a probe point.
 */
#include <string.h>

#include "families.h"

struct match {
	const struct pt_point *name, *point;
	bool exact;
	guint rest;
};

static struct pt_point_component *component(const struct pt_point *point,
					    guint i)
{
	return point->components->pdata[i];
}

static bool same_arg(const struct match *match,
		     const struct pt_point_component *a,
		     const struct pt_point_component *b)
{
	if (a->arg != b->arg)
		return false;
	if (!match->exact)
		return true;
	switch (a->arg) {
	case PT_ARG_NUMBER: return a->number == b->number;
	case PT_ARG_STRING: return !strcmp(a->text, b->text);
	case PT_ARG_NONE: break;
	}
	return true;
}

static bool match_from(struct match *match, guint i, guint j);

/* The word WANTED, the J-th of the point, against one or more from I on: the last
 * of them has its argument. */
static bool match_glob(struct match *match,
		       const struct pt_point_component *wanted, guint i,
		       guint j)
{
	const GPtrArray *components = match->name->components;
	GString *text = g_string_new(NULL);
	bool several = strstr(wanted->name, "**"), matched = false;

	for (guint k = i; k < components->len && !matched; k++) {
		const struct pt_point_component *c = components->pdata[k];

		if (k > i)
			g_string_append_c(text, '.');
		g_string_append(text, c->name);
		matched = same_arg(match, wanted, c) &&
			  g_pattern_match_simple(wanted->name, text->str) &&
			  match_from(match, k + 1, j + 1);
		if (!several || c->arg != PT_ARG_NONE)
			break;
	}
	g_string_free(text, TRUE);
	return matched;
}

static bool match_from(struct match *match, guint i, guint j)
{
	const struct pt_point_component *wanted;

	if (i == match->name->components->len) {
		match->rest = j;
		return true;
	}
	if (j == match->point->components->len)
		return false;
	wanted = component(match->point, j);
	if (strchr(wanted->name, '*'))
		return match_glob(match, wanted, i, j);
	return !strcmp(wanted->name, component(match->name, i)->name) &&
	       same_arg(match, wanted, component(match->name, i)) &&
	       match_from(match, i + 1, j + 1);
}

bool pt_shapes_prefix(const struct pt_point *name, const struct pt_point *point,
		      bool exact, guint *rest)
{
	struct match match = { .name = name, .point = point, .exact = exact };

	if (!match_from(&match, 0, 0))
		return false;
	*rest = match.rest;
	return true;
}

/* ---- the points of the families --------------------------------------- */

static struct pt_point *read_shape(struct pt_arena *arena, const char *text)
{
	struct pt_point *point = pt_new(arena, struct pt_point);
	char **words = g_strsplit(text, ".", -1);

	point->components = pt_arena_ptr_array(arena);
	for (guint i = 0; words[i]; i++) {
		struct pt_point_component *c =
			pt_new(arena, struct pt_point_component);
		size_t length = strcspn(words[i], "(");

		c->name = pt_arena_strndup(arena, words[i], length);
		c->arg = !words[i][length]	       ? PT_ARG_NONE
			 : words[i][length + 1] == 'n' ? PT_ARG_NUMBER
						       : PT_ARG_STRING;
		g_ptr_array_add(point->components, c);
	}
	g_strfreev(words);
	return point;
}

/* SHAPE gets the arguments of WRITTEN, which come in the same order. */
static void fill_in(struct pt_point *shape, const struct pt_point *written)
{
	guint j = 0;

	shape->optional = written->optional;
	shape->sufficient = written->sufficient;
	shape->condition = written->condition;
	shape->span = written->span;
	for (guint i = 0; i < shape->components->len; i++) {
		struct pt_point_component *c = component(shape, i);

		c->span = written->span;
		if (c->arg == PT_ARG_NONE)
			continue;
		while (component(written, j)->arg == PT_ARG_NONE)
			j++;
		c->number = component(written, j)->number;
		c->text = component(written, j)->text;
		c->span = component(written, j)->span;
		j++;
	}
}

void pt_shapes_match(struct pt_arena *arena, const struct pt_point *point,
		     GPtrArray *ret)
{
	for (guint i = 0; pt_families[i]; i++) {
		const char *const *text = pt_families[i]->shapes;

		for (; text && *text; text++) {
			struct pt_point *shape = read_shape(arena, *text);
			guint rest;

			if (!pt_shapes_prefix(shape, point, false, &rest) ||
			    rest != point->components->len)
				continue;
			fill_in(shape, point);
			g_ptr_array_add(ret, shape);
		}
	}
}
