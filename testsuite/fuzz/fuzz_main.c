/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fuzzers of the translator: for libFuzzer (clang -fsanitize=fuzzer
 * -DPTAP_LIBFUZZER), or by themselves: then the files that are the arguments are
 * run or, without any, the files of the folders PTAP_SEEDS (with colons
 * between) are damaged PTAP_ROUNDS times: by the harness's own mutator if it has
 * one, else as scripts are, in random ways.
 */
#include "fuzz_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_session(struct pt_session *session, uint8_t choice)
{
	struct pt_arena *arena = pt_arena_create();

	memset(session, 0, sizeof(*session));
	session->arena = arena;
	session->diag = pt_diag_create(arena);
	session->options.guru = !(choice & 1);
	session->options.compatible = choice & 128 ? "1.4" : NULL;
	session->options.args = pt_arena_ptr_array(arena);
	if (choice & 2) {
		g_ptr_array_add(session->options.args, "1 + x");
		g_ptr_array_add(session->options.args, "\"a $1 %( {");
		g_ptr_array_add(session->options.args, "vfs_read");
	}
	session->target.release = "6.1.0-1-amd64";
	session->target.version = "6.1.0";
	session->target.arch = "x86_64";
	session->target.config = pt_arena_str_hash(arena);
	g_hash_table_insert(session->target.config, "CONFIG_HZ", "250");
	g_hash_table_insert(session->target.config, "CONFIG_SMP", "y");
}

struct pt_source *fuzz_source(struct pt_session *session, const uint8_t *data,
			      size_t size)
{
	return pt_source_create(
		session->arena, "input",
		pt_arena_strndup(session->arena, (const char *)data, size - 1),
		size - 1);
}

void fuzz_check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

void fuzz_end(struct pt_session *session)
{
	static FILE *nowhere;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere)
		abort();
	pt_diag_print(session->diag, nowhere, false);
	pt_arena_destroy(session->arena);
}

#ifndef PTAP_LIBFUZZER

#ifndef PTAP_SEEDS
#define PTAP_SEEDS "."
#endif
#ifndef PTAP_ROUNDS
#define PTAP_ROUNDS 4000
#endif

/* The harness's, if it has one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed) __attribute__((weak));

static void free_seed(gpointer seed)
{
	g_string_free(seed, TRUE);
}

static void read_folder(const char *folder, GPtrArray *seeds)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	gsize length;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(folder, name, NULL);
		char *text;

		if (!g_str_has_suffix(name, ".out") &&
		    g_file_get_contents(path, &text, &length, NULL)) {
			g_ptr_array_add(seeds,
					g_string_new_len(text, (gssize)length));
			g_free(text);
		}
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
}

static GPtrArray *read_seeds(void)
{
	GPtrArray *seeds = g_ptr_array_new_with_free_func(free_seed);
	char **folders = g_strsplit(PTAP_SEEDS, ":", -1);
	int i;

	for (i = 0; folders[i]; i++)
		read_folder(folders[i], seeds);
	g_strfreev(folders);
	return seeds;
}

static size_t choose(size_t limit)
{
	return limit ? (size_t)rand() % limit : 0;
}

/* What libFuzzer gives to mutators: here some wrong bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	(void)max_size;
	for (size_t n = size ? 1 + choose(4) : 0; n > 0; n--)
		data[choose(size)] = (uint8_t)rand();
	return size;
}

/* One of: a piece of another seed, a piece left out or twice, a wrong byte. */
static void damage(GString *text, GPtrArray *seeds)
{
	const GString *other = g_ptr_array_index(seeds, choose(seeds->len));
	size_t from = choose(other->len), at = choose(text->len);
	size_t length = choose(40);
	char *piece;

	switch (rand() % 4) {
	case 0:
		length = MIN(length, other->len - from);
		g_string_insert_len(text, (gssize)at, other->str + from,
				    (gssize)length);
		break;
	case 1:
		length = MIN(length, text->len - at);
		g_string_erase(text, (gssize)at, (gssize)length);
		break;
	case 2:
		length = MIN(length, text->len - at);
		piece = g_memdup2(text->str + at, length);
		g_string_insert_len(text, (gssize)choose(text->len), piece,
				    (gssize)length);
		g_free(piece);
		break;
	default:
		if (text->len)
			text->str[at] = (char)rand();
	}
}

static void run_damaged(GPtrArray *seeds)
{
	const GString *seed = g_ptr_array_index(seeds, choose(seeds->len));
	GString *text = g_string_new_len(seed->str, (gssize)seed->len);
	int n;

	if (LLVMFuzzerCustomMutator) {
		for (n = 1 + rand() % 4; n > 0; n--)
			text->len = LLVMFuzzerCustomMutator(
				(uint8_t *)text->str, text->len, text->len,
				(unsigned)rand());
	} else {
		for (n = rand() % 8; n > 0; n--)
			damage(text, seeds);
		g_string_append_c(text, (char)('A' + rand() % 8));
	}
	LLVMFuzzerTestOneInput((const uint8_t *)text->str, text->len);
	g_string_free(text, TRUE);
}

static void run_file(const char *path)
{
	GError *error = NULL;
	gchar *text;
	gsize size;

	if (!g_file_get_contents(path, &text, &size, &error)) {
		fprintf(stderr, "%s\n", error->message);
		exit(1);
	}
	LLVMFuzzerTestOneInput((const uint8_t *)text, size);
	g_free(text);
}

int main(int argc, char **argv)
{
	GPtrArray *seeds;
	int i;

	for (i = 1; i < argc; i++)
		run_file(argv[i]);
	if (argc > 1)
		return 0;
	seeds = read_seeds();
	if (!seeds->len) {
		printf("FAIL: no seeds in %s\n", PTAP_SEEDS);
		return 1;
	}
	srand(1);
	for (i = 0; i < PTAP_ROUNDS; i++)
		run_damaged(seeds);
	g_ptr_array_free(seeds, TRUE);
	printf("PASS: %d damaged inputs\n", PTAP_ROUNDS);
	return 0;
}

#endif
