/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1 on anything: it must end, stay within its memory, and print what it
 * accepts so that it is parsed to the same tree again.  The first byte chooses
 * the options.  For libFuzzer (clang -fsanitize=fuzzer -DPTAP_LIBFUZZER), or by
 * itself: then it runs the files that are its arguments or, without any, damages
 * the scripts of the folder PTAP_SEEDS in random ways.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "translator/lang/macro.h"
#include "translator/lang/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_up(struct pt_session *session, uint8_t choice)
{
	struct pt_arena *arena = pt_arena_create();

	memset(session, 0, sizeof(*session));
	session->arena = arena;
	session->diag = pt_diag_create(arena);
	session->options.guru = choice & 1;
	session->options.args = pt_arena_ptr_array(arena);
	if (choice & 2) {
		g_ptr_array_add(session->options.args, "1 + x");
		g_ptr_array_add(session->options.args, "\"a $1 %( {");
	}
	session->target.release = "6.1.0-1-amd64";
	session->target.version = "6.1.0";
	session->target.arch = "x86_64";
	session->target.config = pt_arena_str_hash(arena);
}

static void check_round_trip(struct pt_session *session, struct pt_file *file)
{
	GString *first = pt_arena_string(session->arena);
	GString *second = pt_arena_string(session->arena);
	struct pt_source *source;

	pt_print_file(first, file);
	source = pt_source_create(session->arena, "printed", first->str,
				  first->len);
	source->library = true;
	file = pt_parse(session, NULL, source);
	if (session->diag->errors) {
		pt_diag_print(session->diag, stderr, false);
		abort();
	}
	pt_print_file(second, file);
	if (strcmp(first->str, second->str)) {
		fprintf(stderr, "%s\n--- again:\n%s", first->str, second->str);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	struct pt_session session;
	struct pt_source *source;
	struct pt_file *file;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!size || !nowhere)
		return 0;
	set_up(&session, data[0]);
	source = pt_source_create(session.arena, "input",
				  pt_arena_strndup(session.arena,
						   (const char *)data + 1,
						   size - 1),
				  size - 1);
	if (data[0] & 4) {
		source->library = true;
		pt_macro_read_file(&session, source,
				   pt_arena_str_hash(session.arena));
	} else {
		file = pt_parse(&session, NULL, source);
		if (!session.diag->errors)
			check_round_trip(&session, file);
	}
	pt_diag_print(session.diag, nowhere, false);
	pt_arena_destroy(session.arena);
	return 0;
}

#ifndef PTAP_LIBFUZZER

#ifndef PTAP_SEEDS
#define PTAP_SEEDS "."
#endif
#define ROUNDS 4000

static GPtrArray *read_seeds(void)
{
	GPtrArray *seeds = g_ptr_array_new();
	GDir *dir = g_dir_open(PTAP_SEEDS, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(PTAP_SEEDS, name, NULL);
		char *text;

		if (g_file_get_contents(path, &text, NULL, NULL))
			g_ptr_array_add(seeds, text);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
	return seeds;
}

static size_t choose(size_t limit)
{
	return limit ? (size_t)rand() % limit : 0;
}

/* One of: a piece of another seed, a piece left out or twice, a wrong byte. */
static void damage(GString *text, GPtrArray *seeds)
{
	const char *other = g_ptr_array_index(seeds, choose(seeds->len));
	size_t from = choose(strlen(other)), at = choose(text->len);
	size_t length = choose(40);

	switch (rand() % 4) {
	case 0:
		length = MIN(length, strlen(other + from));
		g_string_insert_len(text, (gssize)at, other + from,
				    (gssize)length);
		break;
	case 1:
		length = MIN(length, text->len - at);
		g_string_erase(text, (gssize)at, (gssize)length);
		break;
	case 2:
		length = MIN(length, text->len - at);
		other = g_strndup(text->str + at, length);
		g_string_insert_len(text, (gssize)choose(text->len), other,
				    (gssize)length);
		g_free((char *)other);
		break;
	default:
		if (text->len)
			text->str[at] = (char)rand();
	}
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
	int i, j;

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
	for (i = 0; i < ROUNDS; i++) {
		GString *text = g_string_new("A");

		text->str[0] = (char)('A' + rand() % 8);
		g_string_append(text,
				g_ptr_array_index(seeds, choose(seeds->len)));
		for (j = rand() % 8; j > 0; j--)
			damage(text, seeds);
		LLVMFuzzerTestOneInput((const uint8_t *)text->str, text->len);
		g_string_free(text, TRUE);
	}
	for (i = 0; i < (int)seeds->len; i++)
		g_free(g_ptr_array_index(seeds, i));
	g_ptr_array_free(seeds, TRUE);
	printf("PASS: %d damaged scripts\n", ROUNDS);
	return 0;
}

#endif
