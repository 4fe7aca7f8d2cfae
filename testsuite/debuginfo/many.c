/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many modules at a time, as a glob over modules opens them:
 *
 *   many MODULE COPIES MEGABYTES
 *
 * MODULE is opened so often, made of sample.c, with its debug symbols.  Each must
 * have the same functions as the first, after it was opened and again when others took
 * its memory; a variable is read of each, and its type looked at later; and
 * no more than that many MEGABYTES may be needed for it (0: whatever it takes).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "debuginfo/debuginfo.h"
#include "debuginfo/modules.h"

static struct pt_session session;
static struct pt_arena *arena;

static int fail(struct pt_error *error)
{
	printf("[%s] %s\n", pt_code_slug(error->code), error->message);
	return 1;
}

#define TRY(expr)                                 \
	do {                                      \
		struct pt_error *error_ = (expr); \
		if (error_)                       \
			return fail(error_);      \
	} while (0)

/* All that there is, inlined copies among it. */
static struct pt_error *listing(struct pt_dbg *dbg, const char **ret)
{
	struct pt_dbg_pattern any = { .function = "*" };
	GPtrArray *found = pt_arena_ptr_array(arena);
	GString *text = pt_arena_string(arena);

	PT_TRY(pt_dbg_find_functions(dbg, &any, true, true, found));
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_function *f = g_ptr_array_index(found, i);

		g_string_append_printf(text, "%s:%u %d\n", f->name, f->line,
				       (int)f->where);
	}
	*ret = text->str;
	return NULL;
}

/* The parameter `node` of the function `walk`. */
static struct pt_error *node_of(struct pt_dbg *dbg, struct pt_dbg_value *ret)
{
	struct pt_dbg_pattern walk = { .function = "walk" };
	GPtrArray *found = pt_arena_ptr_array(arena);

	PT_TRY(pt_dbg_find_functions(dbg, &walk, true, false, found));
	return pt_dbg_variable(dbg, g_ptr_array_index(found, 0), "node", ret);
}

static int check_memory(long megabytes)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	if (!megabytes || usage.ru_maxrss < megabytes << 10)
		return 0;
	printf("it took %ld MB, not %ld\n", usage.ru_maxrss >> 10, megabytes);
	return 1;
}

static int check(const char *path, unsigned copies, long megabytes)
{
	const struct pt_module_file file = { .name = "sample", .path = path };
	GPtrArray *sections = pt_arena_ptr_array(arena);
	struct pt_dbg **all = pt_new_array(arena, struct pt_dbg *, copies);
	struct pt_dbg_value *nodes =
		pt_new_array(arena, struct pt_dbg_value, copies);
	struct pt_dbg *kernel = NULL;
	const char *first = NULL, *text;

	for (unsigned i = 0; i < copies; i++)
		TRY(pt_dbg_open_module(&session, &file, &kernel, sections,
				       &all[i]));
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < copies; i++) {
			TRY(listing(all[i], &text));
			first = first ? first : text;
			if (strcmp(text, first) != 0) {
				printf("copy %u has\n%s", i, text);
				return 1;
			}
			if (round == 1)
				TRY(node_of(all[i], &nodes[i]));
		}
	for (unsigned i = 0; i < copies; i++) {
		text = pt_dbg_type_text(all[i], nodes[i].type);
		if (strcmp(text, "const node_t *") != 0) {
			printf("node of copy %u is a %s\n", i, text);
			return 1;
		}
	}
	if (!strstr(first, "doubled:"))
		printf("no 'doubled' in\n%s", first);
	if (check_memory(megabytes))
		return 1;
	printf("the same %u times\n", copies);
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	if (argc != 4)
		return 2;
	arena = pt_arena_create();
	session.arena = arena;
	session.diag = pt_diag_create(arena);
	session.target.release = "sample";
	session.target.arch = "x86_64";
	status = check(argv[1], (unsigned)atoi(argv[2]), atol(argv[3]));
	pt_arena_destroy(arena);
	return status;
}
