/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What BTF says of a kernel against what its DWARF says:
 *
 *   compare VMLINUX VMLINUZ GLOB
 *
 * For each function that matches GLOB, the fetch program of each parameter at
 * the entry and of the result; for each structure that a parameter points to,
 * that of each member.  Prints the differences (at most SHOWN), then the sums:
 *
 *   functions: 3 of 3 found
 *   values: 9 equal, 0 differ, 0 only in DWARF, 0 only in BTF
 *   members: 120 equal, 0 differ
 *
 * Exit status 1 if anything differs.
 */
#include <stdio.h>
#include <string.h>

#include "debuginfo/debuginfo.h"

#define SHOWN 200

struct counts {
	unsigned equal, differ, only_dwarf, only_btf;
};

static struct pt_arena *arena;
static struct pt_dbg *dwarf, *btf;
static struct counts values, members;
static GHashTable *structures; /* "struct file": seen */
static unsigned shown;

static const char *fetch_text(const struct pt_fetch *fetch)
{
	return fetch ? pt_arena_printf(arena, "%s (%u%s%s)",
				       pt_fetch_text(arena, fetch), fetch->size,
				       fetch->is_signed ? ", signed" : "",
				       fetch->pointer ? ", pointer" : "")
		     : "none";
}

static void count(struct counts *counts, const char *of, const char *what,
		  const struct pt_fetch *a, const struct pt_fetch *b)
{
	if (!a && !b)
		return;
	if (!a || !b) {
		*(a ? &counts->only_dwarf : &counts->only_btf) += 1;
		return;
	}
	if (pt_fetch_equal(a, b)) {
		counts->equal++;
		return;
	}
	counts->differ++;
	if (shown++ < SHOWN)
		printf("%s %s: DWARF %s, BTF %s\n", of, what, fetch_text(a),
		       fetch_text(b));
}

/* ---- structures ------------------------------------------------------- */

/* NULL: it is not there, or not one number. */
static struct pt_fetch *member_fetch(struct pt_dbg *dbg,
				     const struct pt_dbg_value *value,
				     const char *name)
{
	struct pt_dbg_value member;
	struct pt_fetch *fetch;

	if (pt_dbg_member(dbg, value, name, &member) ||
	    pt_dbg_load(dbg, &member, &fetch))
		return NULL;
	return fetch;
}

/* The structures that two parameters point to, of each name once: not by their
 * names, which several structures of a kernel may have. */
static void compare_pointed(const struct pt_dbg_value *a,
			    const struct pt_dbg_value *b)
{
	GPtrArray *names = pt_arena_ptr_array(arena);
	const char *text = pt_dbg_type_text(dwarf, a->type);
	struct pt_dbg_value pointer_a, pointer_b, pointed;

	if (!g_str_has_prefix(text, "struct ") ||
	    !pt_dbg_shape(dwarf, a, false, &pointer_a) ||
	    !pt_dbg_shape(btf, b, false, &pointer_b) ||
	    pt_dbg_index_const(dwarf, &pointer_a, 0, &pointed) ||
	    !g_hash_table_add(structures, (gpointer)text))
		return;
	pt_dbg_type_members(dwarf, pointed.type, names);
	for (guint i = 0; i < names->len; i++) {
		const char *member = g_ptr_array_index(names, i);

		if (*member)
			count(&members, text, member,
			      member_fetch(dwarf, &pointer_a, member),
			      member_fetch(btf, &pointer_b, member));
	}
}

/* ---- functions -------------------------------------------------------- */

/* False: it cannot be had. */
static bool variable(struct pt_dbg *dbg, const struct pt_dbg_function *function,
		     const char *name, struct pt_dbg_value *ret,
		     struct pt_fetch **ret_fetch)
{
	*ret_fetch = NULL;
	return !pt_dbg_variable(dbg, function, name, ret) &&
	       !pt_dbg_load(dbg, ret, ret_fetch);
}

static void compare_variables(const struct pt_dbg_function *a,
			      const struct pt_dbg_function *b, const char *name)
{
	struct pt_dbg_value value_a, value_b;
	struct pt_fetch *fetch_a, *fetch_b;
	bool good = variable(dwarf, a, name, &value_a, &fetch_a);

	good = variable(btf, b, name, &value_b, &fetch_b) && good;
	count(&values, a->symbol, name, fetch_a, fetch_b);
	if (good)
		compare_pointed(&value_a, &value_b);
}

static struct pt_fetch *result_fetch(struct pt_dbg *dbg,
				     const struct pt_dbg_function *function)
{
	struct pt_dbg_value value;
	struct pt_fetch *fetch;

	if (pt_dbg_return_value(dbg, function, &value))
		return NULL;
	return pt_dbg_load(dbg, &value, &fetch) ? NULL : fetch;
}

static void compare_functions(const struct pt_dbg_function *a,
			      const struct pt_dbg_function *b)
{
	GPtrArray *names = pt_arena_ptr_array(arena);

	pt_dbg_parameters(dwarf, a, names);
	for (guint i = 0; i < names->len; i++)
		compare_variables(a, b, g_ptr_array_index(names, i));
	count(&values, a->symbol, "return", result_fetch(dwarf, a),
	      result_fetch(btf, b));
}

static bool compare(const char *glob)
{
	struct pt_dbg_pattern pattern = { .function = glob };
	GPtrArray *found = pt_arena_ptr_array(arena);
	GPtrArray *others = pt_arena_ptr_array(arena);
	GHashTable *by_address =
		g_hash_table_new(g_direct_hash, g_direct_equal);
	unsigned same = 0;

	pt_arena_defer(arena, (void (*)(void *))g_hash_table_unref, by_address);
	if (pt_dbg_find_functions(dwarf, &pattern, true, false, found) ||
	    pt_dbg_find_functions(btf, &pattern, true, false, others))
		return false;
	for (guint i = 0; i < others->len; i++) {
		struct pt_dbg_function *f = g_ptr_array_index(others, i);

		g_hash_table_insert(by_address, GSIZE_TO_POINTER(f->address),
				    f);
	}
	for (guint i = 0; i < found->len; i++) {
		const struct pt_dbg_function *a = g_ptr_array_index(found, i);
		const struct pt_dbg_function *b = g_hash_table_lookup(
			by_address, GSIZE_TO_POINTER(a->address));

		if (!b || a->ftrace_entry != b->ftrace_entry ||
		    g_strcmp0(a->refused, b->refused) != 0) {
			if (shown++ < SHOWN)
				printf("%s: %s\n", a->symbol,
				       b ? "refused, or entered, otherwise"
					 : "not in BTF");
			continue;
		}
		same++;
		compare_functions(a, b);
	}
	printf("functions: %u of %u found\n", same, found->len);
	printf("values: %u equal, %u differ, %u only in DWARF, %u only in "
	       "BTF\n",
	       values.equal, values.differ, values.only_dwarf, values.only_btf);
	printf("members: %u equal, %u differ\n", members.equal, members.differ);
	return found->len && !values.differ && !members.differ;
}

static struct pt_dbg *open_one(const char *vmlinux, const char *image)
{
	static struct pt_session sessions[2];
	struct pt_session *session = &sessions[vmlinux ? 0 : 1];
	struct pt_error *error;
	struct pt_dbg *ret;

	session->arena = arena;
	session->diag = pt_diag_create(arena);
	session->target.release = "compared";
	session->target.arch = "x86_64";
	session->target.debug_vmlinux = vmlinux;
	session->target.image = image;
	session->target.btf_only = !vmlinux;
	error = pt_dbg_open(session, &ret);
	if (error)
		printf("[%s] %s\n", pt_code_slug(error->code), error->message);
	return error ? NULL : ret;
}

int main(int argc, char **argv)
{
	bool good;

	if (argc != 4)
		return 2;
	arena = pt_arena_create();
	structures = g_hash_table_new(g_str_hash, g_str_equal);
	dwarf = open_one(argv[1], NULL);
	btf = dwarf ? open_one(NULL, argv[2]) : NULL;
	good = btf && compare(argv[3]);
	g_hash_table_unref(structures);
	pt_arena_destroy(arena);
	return good ? 0 : 1;
}
