/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The debuginfo room on an ELF image that nobody should make: DWARF, or BTF
 * where there is none (the harness fuzz_btf: the same code with other seeds).
 * The image is opened as a kernel's is, indexed, and asked for all that a script
 * may ask for, at several places: every answer may be an error, none may crash,
 * hang or leak.
 *
 * Damage to ELF headers alone would be refused long before anything reads
 * debuginfo, so most mutations are made inside the sections that hold it.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_main.h"

#include "translator/debuginfo/debuginfo.h"

#define MAX_FUNCTIONS 24
#define MAX_NAMES 12
#define MAX_DEPTH 3

/* ---- questions -------------------------------------------------------- */

/* What is asked, and where the answers go. */
struct asked {
	struct pt_dbg *dbg;
	struct pt_arena *arena;
};

static void ask_value(const struct asked *a, const struct pt_dbg_value *value,
		      unsigned depth);

static void ask_members(const struct asked *a, const struct pt_dbg_value *value,
			unsigned depth)
{
	GPtrArray *names = pt_arena_ptr_array(a->arena);
	struct pt_dbg_value inner;

	pt_dbg_type_members(a->dbg, value->type, names);
	for (guint i = 0; i < names->len && i < MAX_NAMES; i++) {
		if (!pt_dbg_member(a->dbg, value, g_ptr_array_index(names, i),
				   &inner))
			ask_value(a, &inner, depth + 1);
		if (!pt_dbg_member_number(a->dbg, value, i, &inner))
			pt_dbg_type_text(a->dbg, inner.type);
	}
	if (!pt_dbg_index(a->dbg, value, &inner))
		ask_value(a, &inner, depth + 1);
	if (value->pointee && !pt_dbg_index_const(a->dbg, value, 0, &inner))
		ask_value(a, &inner, depth + 1);
	if (!pt_dbg_index_const(a->dbg, value, 1, &inner))
		ask_value(a, &inner, depth + 1);
}

static void ask_value(const struct asked *a, const struct pt_dbg_value *value,
		      unsigned depth)
{
	struct pt_dbg_value shape;
	struct pt_fetch *fetch;
	struct pt_store store;

	pt_dbg_type_text(a->dbg, value->type);
	pt_dbg_type_class(a->dbg, value->type);
	pt_dbg_type_count(a->dbg, value->type);
	pt_dbg_type_size(a->dbg, value->type);
	pt_dbg_constants(a->dbg, value->type, pt_arena_ptr_array(a->arena));
	if (!pt_dbg_load(a->dbg, value, &fetch))
		pt_fetch_text(a->arena, fetch);
	pt_dbg_store(a->dbg, value, &store);
	if (!pt_dbg_address_of(a->dbg, value, &fetch))
		pt_fetch_text(a->arena, fetch);
	if (pt_dbg_shape(a->dbg, value, false, &shape))
		pt_dbg_shape_text(a->dbg, &shape);
	if (depth < MAX_DEPTH)
		ask_members(a, value, depth);
}

static void ask_function(const struct asked *a,
			 const struct pt_dbg_function *function)
{
	struct pt_dbg_pattern any = { .function = "*" };
	GPtrArray *names = pt_arena_ptr_array(a->arena);
	GPtrArray *called = pt_arena_ptr_array(a->arena);
	const char *jump;
	struct pt_dbg_value value;

	pt_dbg_parameters(a->dbg, function, names);
	pt_dbg_locals(a->dbg, function, names);
	for (guint i = 0; i < names->len && i < MAX_NAMES; i++)
		if (!pt_dbg_variable(a->dbg, function,
				     g_ptr_array_index(names, i), &value))
			ask_value(a, &value, 0);
	pt_dbg_variable(a->dbg, function, "nodes", &value);
	if (!pt_dbg_return_value(a->dbg, function, &value))
		ask_value(a, &value, 0);
	pt_dbg_find_callees(function, &any, true, NULL, called, &jump);
	pt_dbg_function_at(a->dbg, function->address + 5);
}

static void ask_functions(const struct asked *a, const GPtrArray *found)
{
	for (guint i = 0; i < found->len && i < MAX_FUNCTIONS; i++)
		ask_function(a, g_ptr_array_index(found, i));
}

static void ask_names(const struct asked *a)
{
	static const char *const globals[] = { "counter", "origin",
					       "list",	  "own",
					       "jiffies", "outer::total" };
	static const char *const types[] = { "struct node", "colour",
					     "struct big *", "unsigned long",
					     "outer::box<int>::lid" };
	struct pt_dbg_value value;
	int64_t number;

	for (size_t i = 0; i < G_N_ELEMENTS(globals); i++)
		if (!pt_dbg_global(a->dbg, globals[i], NULL, &value))
			ask_value(a, &value, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (!pt_dbg_cast(a->dbg, types[i], i & 1, &value))
			ask_value(a, &value, 0);
	pt_dbg_enumerator(a->dbg, "GREEN", &number);
	pt_dbg_enumerator(a->dbg, "GREAN", &number);
	pt_dbg_function_names(a->dbg, "wlak", pt_arena_ptr_array(a->arena));
}

static void ask_everything(const struct asked *a)
{
	static const char *const patterns[] = { "*",	       "*@*:*",
						"many@*:1-99", "sys_*",
						"outer::*",    "box::g?t" };

	for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
		GPtrArray *found = pt_arena_ptr_array(a->arena);
		struct pt_dbg_pattern pattern;

		if (pt_dbg_parse_pattern(a->arena, patterns[i], &pattern))
			abort();
		pattern.nearest = i == 2;
		if (pattern.line_kind != PT_LINE_NONE)
			pt_dbg_find_statements(a->dbg, &pattern, found);
		else
			pt_dbg_find_functions(a->dbg, &pattern, true, true,
					      found);
		ask_functions(a, found);
		pt_dbg_find_labels(a->dbg, &pattern, "*", found);
	}
	ask_names(a);
}

/* ---- the input as a file ---------------------------------------------- */

static const char *cache;

static void empty_cache(void)
{
	GDir *dir = g_dir_open(cache, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(cache, name, NULL);

		unlink(path);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
}

static void remove_cache(void)
{
	empty_cache();
	rmdir(cache);
}

/* A folder of this process for indexes and translated BTF, and no server. */
static void choose_cache(void)
{
	if (cache)
		return;
	cache = g_dir_make_tmp("fuzz-debuginfo-XXXXXX", NULL);
	if (!cache || !g_setenv("PTAP_CACHE", cache, TRUE))
		abort();
	g_unsetenv("DEBUGINFOD_URLS");
	atexit(remove_cache);
}

/*
 * Behind the image there may be the file that it refers to, and behind that its
 * size and a word: what it is.
 */
struct trailer {
	uint32_t size;
	char kind[4];
};

static const struct {
	char kind[4];
	const char *name;
} seconds[] = {
	{ "2nd", "second.dwo" }, /* shared by dwz -m, or a split unit */
	{ "dwp", "image.dwp" },
};

/* The size of the image; what else is there.  *RET_NAME NULL: nothing. */
static size_t take_apart(const uint8_t *data, size_t size,
			 const char **ret_name, size_t *ret_second)
{
	struct trailer trailer;

	*ret_name = NULL;
	*ret_second = 0;
	if (size < sizeof(trailer))
		return size;
	memcpy(&trailer, data + size - sizeof(trailer), sizeof(trailer));
	for (size_t i = 0; i < G_N_ELEMENTS(seconds); i++)
		if (!memcmp(trailer.kind, seconds[i].kind,
			    sizeof(trailer.kind)))
			*ret_name = seconds[i].name;
	if (!*ret_name || trailer.size > size - sizeof(trailer)) {
		*ret_name = NULL;
		return size;
	}
	*ret_second = trailer.size;
	return size - sizeof(trailer) - trailer.size;
}

/* The path of the file that it writes. */
static const char *write_file(struct pt_arena *arena, const char *name,
			      const uint8_t *data, size_t size)
{
	const char *path = pt_arena_printf(arena, "%s/%s", cache, name);

	if (!g_file_set_contents_full(path, (const char *)data, (gssize)size,
				      G_FILE_SET_CONTENTS_NONE, 0600, NULL))
		abort();
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_session session;
	struct pt_error *error;
	struct asked asked;
	const char *name;
	size_t second;

	choose_cache();
	fuzz_session(&session, 0);
	session.target.arch = "x86_64";
	asked.arena = session.arena;
	size = take_apart(data, size, &name, &second);
	session.target.debug_vmlinux =
		write_file(session.arena, "image", data, size);
	if (name)
		write_file(session.arena, name, data + size, second);
	error = pt_dbg_open(&session, &asked.dbg);
	if (error)
		pt_diag_add(session.diag, error);
	else
		ask_everything(&asked);
	fuzz_end(&session);
	empty_cache();
	return 0;
}

/* ---- damage ----------------------------------------------------------- */

/* The sections that are worth it. */
static bool is_wanted(const char *name)
{
	return g_str_has_prefix(name, ".debug_") || !strcmp(name, ".BTF") ||
	       !strcmp(name, ".eh_frame") || !strcmp(name, ".symtab");
}

/* One such section, chosen by SEED; false: there is none. */
static bool choose_section(const uint8_t *data, size_t size, unsigned seed,
			   Elf64_Shdr *ret)
{
	Elf64_Ehdr header;
	Elf64_Shdr names, s;
	unsigned found = 0;

	if (size < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	if (header.e_shoff > size || header.e_shstrndx >= header.e_shnum ||
	    header.e_shnum > (size - header.e_shoff) / sizeof(s))
		return false;
	memcpy(&names, data + header.e_shoff + header.e_shstrndx * sizeof(s),
	       sizeof(names));
	if (names.sh_offset >= size || names.sh_size > size - names.sh_offset ||
	    !names.sh_size || data[names.sh_offset + names.sh_size - 1])
		return false;
	for (unsigned i = 0; i < header.e_shnum; i++) {
		memcpy(&s, data + header.e_shoff + i * sizeof(s), sizeof(s));
		if (s.sh_type == SHT_NOBITS || s.sh_name >= names.sh_size ||
		    !s.sh_size || s.sh_offset >= size ||
		    s.sh_size > size - s.sh_offset ||
		    !is_wanted((const char *)data + names.sh_offset +
			       s.sh_name))
			continue;
		/* each of them with the same chance */
		if (seed % ++found == 0)
			*ret = s;
		seed = seed * 1664525 + 1013904223;
	}
	return found;
}

/* Words that sizes, counts and offsets go wrong with. */
static uint64_t odd_number(unsigned seed, uint64_t size)
{
	const uint64_t numbers[] = { 0,		 1,
				     UINT8_MAX,	 INT16_MAX,
				     UINT16_MAX, INT32_MAX,
				     UINT32_MAX, UINT32_MAX - 15,
				     UINT64_MAX, (uint64_t)INT64_MAX + 1,
				     size,	 size - 1,
				     size + 1,	 seed % 256 };

	return numbers[seed % G_N_ELEMENTS(numbers)];
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);

/* Damages one file; false: it has no section that is worth it. */
static bool damage_file(GRand *random, uint8_t *data, size_t size)
{
	gint32 kind = g_rand_int_range(random, 0, 16);
	Elf64_Shdr s = { 0 };
	uint8_t *from, piece[64];
	size_t length, other;
	uint64_t number;

	if (!kind || !choose_section(data, size, g_rand_int(random), &s))
		return false;
	length = (size_t)g_rand_int_range(random, 1, (gint32)sizeof(piece));
	length = MIN(length, s.sh_size);
	other = (size_t)(g_rand_double(random) *
			 (double)(s.sh_size - length + 1));
	from = data + s.sh_offset +
	       (size_t)(g_rand_double(random) *
			(double)(s.sh_size - length + 1));
	if (kind < 8) {
		/* what gets shorter leaves its end as it was */
		memcpy(piece, from, length);
		memcpy(from, piece, LLVMFuzzerMutate(piece, length, length));
	} else if (kind < 11) {
		memmove(from, data + s.sh_offset + other, length);
	} else {
		number = odd_number(g_rand_int(random), s.sh_size);
		length = MIN(length, (size_t)1 << (kind % 4));
		memcpy(from, &number, length);
	}
	return true;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	GRand *random = g_rand_new_with_seed(seed);
	size_t second, first;
	const char *name;
	bool done;

	first = take_apart(data, size, &name, &second);
	if (name && g_rand_boolean(random))
		done = damage_file(random, data + first, second);
	else
		done = damage_file(random, data, first);
	g_rand_free(random);
	return done ? size : LLVMFuzzerMutate(data, size, max_size);
}
