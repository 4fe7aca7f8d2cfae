/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "functionpoint.h"

#include <string.h>

#include "families.h"

static const char *const function_words[] = {
	"call",	 "inline", "return",  "exported",
	"label", "callee", "callees", NULL,
};
static const char *const callee_words[] = { "callee", "call", "return", NULL };
static const char *const callees_words[] = { "call", "return", NULL };
static const char *const exported_words[] = { "return", NULL };
static const char *const return_words[] = { "maxactive", NULL };
static const char *const statement_words[] = { "nearest", "absolute", NULL };
static const char *const no_words[] = { NULL };

/* "return" as component I, and what may follow it. */
static struct pt_error *read_return(struct pt_arena *arena,
				    const struct pt_point *point, unsigned i,
				    struct pt_functionpoint *wish)
{
	const struct pt_point_component *c =
		pt_families_component(point, i + 1);

	PT_TRY(pt_families_need(arena, point, i, PT_ARG_NONE));
	wish->returns = true;
	wish->suffix = pt_arena_printf(arena, "%s.return", wish->suffix);
	if (!c)
		return NULL;
	if (strcmp(c->name, "maxactive") != 0)
		return pt_families_unknown(arena, point, i + 1, return_words);
	PT_TRY(pt_families_need(arena, point, i + 1, PT_ARG_NUMBER));
	if (c->number < 1 || c->number > 65536)
		return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT,
						"maxactive is 1 to 65536"),
				   c->span);
	wish->maxactive = (unsigned)c->number;
	wish->suffix = pt_arena_printf(arena, "%s.maxactive(%u)", wish->suffix,
				       wish->maxactive);
	if (point->components->len > i + 2)
		return pt_families_unknown(arena, point, i + 2, no_words);
	return NULL;
}

static struct pt_error *read_label(struct pt_arena *arena,
				   const struct pt_point *point,
				   struct pt_functionpoint *wish)
{
	const struct pt_point_component *c =
		pt_families_component(point, wish->next);

	PT_TRY(pt_families_need(arena, point, wish->next, PT_ARG_STRING));
	if (point->components->len > wish->next + 1)
		return pt_families_unknown(arena, point, wish->next + 1,
					   no_words);
	wish->label = c->text;
	return NULL;
}

static struct pt_error *read_callees(struct pt_arena *arena,
				     const struct pt_point *point,
				     struct pt_functionpoint *wish)
{
	unsigned next;

	PT_TRY(pt_callee_read(arena, point, wish->next, &wish->callees, &next));
	if (point->components->len == next)
		return NULL;
	if (pt_families_is(point, next, "return"))
		return read_return(arena, point, next, wish);
	wish->call = pt_families_is(point, next, "call");
	if (!wish->call)
		return pt_families_unknown(arena, point, next,
					   wish->callees.all ? callees_words
							     : callee_words);
	PT_TRY(pt_families_need(arena, point, next, PT_ARG_NONE));
	if (point->components->len > next + 1)
		return pt_families_unknown(arena, point, next + 1, no_words);
	wish->suffix = ".call";
	return NULL;
}

static struct pt_error *read_function_suffix(struct pt_arena *arena,
					     const struct pt_point *point,
					     struct pt_functionpoint *wish)
{
	unsigned i = wish->next;
	const struct pt_point_component *c = pt_families_component(point, i);

	if (strcmp(c->name, "label") == 0)
		return read_label(arena, point, wish);
	if (strcmp(c->name, "callee") == 0 || strcmp(c->name, "callees") == 0)
		return read_callees(arena, point, wish);
	if (strcmp(c->name, "return") == 0)
		return read_return(arena, point, i, wish);
	wish->call = strcmp(c->name, "call") == 0;
	wish->inlined = strcmp(c->name, "inline") == 0;
	wish->exported = strcmp(c->name, "exported") == 0;
	if (!wish->call && !wish->inlined && !wish->exported)
		return pt_families_unknown(arena, point, i, function_words);
	PT_TRY(pt_families_need(arena, point, i, PT_ARG_NONE));
	wish->suffix = pt_arena_printf(arena, ".%s", c->name);
	if (wish->exported && pt_families_is(point, i + 1, "return"))
		return read_return(arena, point, i + 1, wish);
	if (point->components->len > i + 1)
		return pt_families_unknown(arena, point, i + 1,
					   wish->exported ? exported_words
							  : no_words);
	return NULL;
}

static struct pt_error *read_where(struct pt_arena *arena,
				   const struct pt_point *point,
				   struct pt_functionpoint *wish)
{
	wish->where = pt_families_component(point, 0);
	wish->module = pt_families_is(point, 0, "module");
	wish->in_process = pt_families_is(point, 0, "process");
	wish->next = 2;
	if (!wish->in_process)
		return pt_families_need(arena, point, 0,
					wish->module ? PT_ARG_STRING
						     : PT_ARG_NONE);
	PT_TRY(pt_process_read(arena, point, &wish->process));
	wish->next = wish->process.next + 1;
	return NULL;
}

static struct pt_error *read_statement_suffix(struct pt_arena *arena,
					      const struct pt_point *point,
					      struct pt_functionpoint *wish)
{
	unsigned i = wish->next;

	wish->nearest = pt_families_is(point, i, "nearest");
	wish->absolute = pt_families_is(point, i, "absolute");
	if (!wish->nearest && !wish->absolute)
		return pt_families_unknown(arena, point, i, statement_words);
	PT_TRY(pt_families_need(arena, point, i, PT_ARG_NONE));
	if (wish->absolute &&
	    (wish->module || wish->what->arg != PT_ARG_NUMBER))
		return pt_error_at(
			pt_error_new(arena, PT_E_PROBE_ARGUMENT,
				     "'.absolute' goes with an address of the "
				     "kernel or of a process: "
				     "kernel.statement(0xADDRESS).absolute"),
			pt_families_component(point, i)->span);
	if (wish->absolute && wish->in_process &&
	    pt_families_is(point, i + 1, "return"))
		return read_return(arena, point, i + 1, wish);
	if (point->components->len > i + 1)
		return pt_families_unknown(arena, point, i + 1,
					   wish->absolute && wish->in_process
						   ? exported_words
						   : no_words);
	return NULL;
}

struct pt_error *pt_functionpoint_read(struct pt_arena *arena,
				       const struct pt_point *point,
				       struct pt_functionpoint *wish)
{
	memset(wish, 0, sizeof(*wish));
	wish->suffix = "";
	PT_TRY(read_where(arena, point, wish));
	wish->what = pt_families_component(point, wish->next - 1);
	wish->statement = strcmp(wish->what->name, "statement") == 0;
	if (wish->what->arg == PT_ARG_NONE)
		return pt_error_at(
			pt_error_new(
				arena, PT_E_PROBE_ARGUMENT,
				"'%s' takes a name in quotes or an address",
				wish->what->name),
			wish->what->span);
	if (point->components->len == wish->next)
		return NULL;
	return wish->statement ? read_statement_suffix(arena, point, wish)
			       : read_function_suffix(arena, point, wish);
}
