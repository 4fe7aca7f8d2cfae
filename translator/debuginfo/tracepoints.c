/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracepoints.h"

#include <fnmatch.h>
#include <string.h>

#include "awake.h"

#define MOST_SYSTEM 64 /* bytes of a system's name */

/* ---- systems ---------------------------------------------------------- */

static bool read_word(pt_memory_fn memory, const void *from, size_t word,
		      uint64_t address, uint64_t *ret)
{
	const void *at = memory(from, address, word);

	*ret = 0;
	if (!at)
		return false;
	memcpy(ret, at, word); /* little-endian, as the machines are */
	return true;
}

const char *pt_tracepoint_system(pt_memory_fn memory, const void *from,
				 size_t word, uint64_t event)
{
	uint64_t class, name;
	const char *start;

	if (!read_word(memory, from, word, event + 2 * word, &class) ||
	    !read_word(memory, from, word, class, &name))
		return NULL;
	start = memory(from, name, 1);
	for (size_t i = 0; start && i < MOST_SYSTEM; i++) {
		const char *at = memory(from, name + i, 1);

		if (!at)
			return NULL;
		if (!*at)
			return i ? start : NULL;
	}
	return NULL;
}

static const void *image_memory(const void *from, uint64_t address, size_t size)
{
	return pt_image_memory(from, address, size);
}

/* From a file that was made from BTF. */
static const char *listed_system(const struct pt_dbg *dbg, const char *name)
{
	for (guint i = 0; i < dbg->image->sections->len; i++) {
		const struct pt_image_section *s = &g_array_index(
			dbg->image->sections, struct pt_image_section, i);
		const char *at = (const char *)dbg->image->region + s->offset;
		const char *end = at + s->size;

		if (strcmp(s->name, PT_TRACEPOINT_SECTION) || !s->size ||
		    end[-1])
			continue;
		while (at < end) {
			const char *system = at + strlen(at) + 1;

			if (system >= end)
				break;
			if (!strcmp(at, name))
				return system;
			at = system + strlen(system) + 1;
		}
	}
	return NULL;
}

/* Tracepoints without an event have the system of their header, which has its
 * name there: trace/events/sched.h. */
static const char *header_system(struct pt_dbg *dbg, const char *file)
{
	static const char folder[] = "trace/events/";
	const char *at = strstr(file, folder);

	if (!at)
		return "";
	at += strlen(folder);
	return pt_arena_strndup(dbg->arena, at, strcspn(at, "."));
}

static const char *system_of(struct pt_dbg *dbg,
			     const struct pt_dbg_function *f)
{
	const char *system = NULL;
	uint64_t event;

	if (pt_dbg_symbol(dbg,
			  pt_arena_printf(dbg->arena, PT_TRACEPOINT_EVENT "%s",
					  f->tracepoint),
			  &event))
		system = pt_tracepoint_system(image_memory, dbg->image,
					      dbg->image->arch->word, event);
	if (!system)
		system = listed_system(dbg, f->tracepoint);
	/* The image, which may rest later, has it. */
	return system ? pt_arena_strdup(dbg->arena, system)
		      : header_system(dbg, f->file);
}

/* ---- the list --------------------------------------------------------- */

static int tracepoint_compare(const void *a, const void *b)
{
	const struct pt_dbg_function *const *x = a, *const *y = b;
	int order = strcmp((*x)->system, (*y)->system);

	return order ? order : strcmp((*x)->tracepoint, (*y)->tracepoint);
}

struct pt_error *pt_dbg_find_tracepoints(struct pt_dbg *dbg, const char *system,
					 const char *name, GPtrArray *ret)
{
	struct pt_dbg_pattern pattern = {
		.function = pt_arena_printf(dbg->arena,
					    PT_TRACEPOINT_CALLER "%s", name),
	};
	GPtrArray *found = pt_arena_ptr_array(dbg->arena);
	/* Symbols alone may not tell a system: then the name does. */
	bool unknown = dbg->no_types && !strpbrk(name, "*?[");

	PT_TRY(pt_dbg_find_functions(dbg, &pattern, true, false, found));
	if (found->len)
		PT_TRY(pt_awake(dbg));
	for (guint i = 0; i < found->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(found, i);

		f->tracepoint = f->name + strlen(PT_TRACEPOINT_CALLER);
		f->system = system_of(dbg, f);
		if (!system || !fnmatch(system, f->system, 0) ||
		    (unknown && !*f->system))
			g_ptr_array_add(ret, f);
	}
	g_ptr_array_sort(ret, tracepoint_compare);
	return NULL;
}

/* ---- parameters ------------------------------------------------------- */

/* What the caller hands over first is the probe's own. */
void pt_tracepoint_parameters(struct pt_dbg *dbg,
			      const struct pt_dbg_function *f, GPtrArray *names)
{
	if (names->len)
		g_ptr_array_remove_index(names, 0);
	for (guint i = 0; f->numbered && i < names->len; i++)
		names->pdata[i] = pt_arena_printf(dbg->arena, "arg%u", i + 1);
}

const char *pt_tracepoint_parameter(struct pt_dbg *dbg,
				    const struct pt_dbg_function *f,
				    const char *name)
{
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	struct pt_dbg_function caller = *f;

	caller.tracepoint = NULL;
	pt_dbg_parameters(dbg, &caller, names);
	for (guint i = 1; i < names->len; i++) {
		const char *own = g_ptr_array_index(names, i);

		if (!strcmp(name, f->numbered ? pt_arena_printf(dbg->arena,
								"arg%u", i)
					      : own))
			return own;
	}
	return NULL;
}
