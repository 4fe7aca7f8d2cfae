/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/out.h"
#include "base/proc.h"
#include "base/target.h"

static int failures;

void base_check(bool good, const char *what)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", what);
	failures += !good;
}

void base_check_text(const char *got, const char *want, const char *what)
{
	bool same = !strcmp(got, want);

	base_check(same, what);
	if (!same)
		fprintf(stderr, "%s: got\n%s\nnot\n%s\n", what, got, want);
}

static int released[2], releases;

static void release(void *arg)
{
	released[releases++] = *(int *)arg;
}

static void test_arena(void)
{
	static int one = 1, two = 2;
	struct pt_arena *arena = pt_arena_create();
	bool zero = true, aligned = true;
	size_t size, i;

	for (size = 1; size < 300000; size = size * 3 + 1) {
		char *memory = pt_arena_alloc(arena, size);

		aligned &= ((uintptr_t)memory & 15) == 0;
		for (i = 0; i < size; i++)
			zero &= memory[i] == 0;
		memset(memory, 0xff, size);
	}
	base_check(zero && aligned, "memory is zeroed and aligned");
	base_check_text(pt_arena_printf(arena, "%s-%d", "a", 7), "a-7",
			"formatted text");
	pt_arena_defer(arena, release, &one);
	pt_arena_defer(arena, release, &two);
	pt_arena_destroy(arena);
	base_check(releases == 2 && released[0] == 2 && released[1] == 1,
		   "releases run last first");
}

static struct pt_source *make_source(struct pt_arena *arena, const char *text)
{
	return pt_source_create(arena, "t.stp", text, strlen(text));
}

static void test_source(struct pt_arena *arena)
{
	struct pt_source *source = make_source(arena, "ab\n\tcd\r\n\nlast");
	struct pt_source *other = make_source(arena, "x");
	struct pt_span a = { source, 1, 2, NULL }, b = { source, 4, 6, NULL };
	struct pt_span c = { other, 0, 1, NULL };
	unsigned line, column;
	size_t length;
	const char *text;

	pt_source_locate(source, 5, &line, &column);
	base_check(line == 2 && column == 3, "a tab is one column");
	pt_source_locate(source, 1000, &line, &column);
	base_check(line == 4 && column == 5, "a place behind the end");
	text = pt_source_line(source, 2, &length);
	base_check(length == 3 && !memcmp(text, "\tcd", 3),
		   "a line without its carriage return");
	pt_source_line(source, 9, &length);
	base_check(length == 0, "a line that is not there is empty");
	base_check(pt_span_join(a, b).end == 6, "joined places");
	base_check(pt_span_join(a, c).end == 2,
		   "places of two files stay apart");
	base_check_text(pt_span_text(arena, b), "t.stp:2:2", "a place as text");
}

static char *printed(struct pt_diag *diag)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	pt_diag_print(diag, stream, false);
	fclose(stream);
	return text;
}

static void expect_printed(struct pt_diag *diag, const char *want,
			   const char *what)
{
	char *got = printed(diag);

	base_check_text(got, want, what);
	free(got);
}

/* "ä" is two bytes: the window must not begin or end within one. */
static void test_long_lines(struct pt_arena *arena)
{
	static const char letters[] =
		"äääääääääääääääääääääääääääääääääääääääää"
		"äääääääääääääääääääääääääääääääääääääääää";
	struct pt_diag *diag = pt_diag_create(arena);
	const char *line =
		pt_arena_printf(arena, "x%s123%s\n", letters, letters);
	struct pt_source *source = make_source(arena, line);
	unsigned at = 1 + strlen(letters);

	pt_diag_error(diag, (struct pt_span){ source, 0, 1, NULL }, PT_E_SYNTAX,
		      "start");
	pt_diag_error(diag, (struct pt_span){ source, at + 1, at + 3, NULL },
		      PT_E_SYNTAX, "middle");
	pt_diag_error(diag, (struct pt_span){ source, at, 4 * at + 9, NULL },
		      PT_E_SYNTAX, "to the end");
	expect_printed(diag,
		       pt_arena_printf(
			       arena,
			       "t.stp:1:1: error: start [syntax]\n"
			       "   1 | x%.*s ...\n"
			       "     | ^\n"
			       "t.stp:1:%u: error: middle [syntax]\n"
			       "   1 | ... %.*s123%.*s ...\n"
			       "     | %*s^~\n"
			       "t.stp:1:%u: error: to the end [syntax]\n"
			       "   1 | ... %.*s123%.*s ...\n"
			       "     | %*s^~~%.*s\n",
			       100, letters, at + 2, 40, letters, 58, letters,
			       25, "", at + 1, 40, letters, 58, letters, 24, "",
			       29, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"),
		       "of long lines what is around the place");
}

static void test_diag(struct pt_arena *arena)
{
	struct pt_diag *diag = pt_diag_create(arena);
	struct pt_source *source =
		make_source(arena, "probe begin {\n\tf(@foo)\033\n}\n");
	struct pt_expansion via = { "macro @foo", { source, 17, 21, NULL } };
	struct pt_error *error;

	error = pt_diag_error(diag, (struct pt_span){ source, 6, 11, NULL },
			      PT_E_SYNTAX, "no %s", "luck");
	pt_error_hint(error, "try again");
	expect_printed(diag,
		       "t.stp:1:7: error: no luck [syntax]\n"
		       "   1 | probe begin {\n"
		       "     |       ^~~~~\n"
		       "hint: try again\n",
		       "an error with its place and its hint");

	error = pt_diag_error(diag, (struct pt_span){ source, 15, 99, &via },
			      PT_E_SYNTAX, "bad");
	pt_error_note(error, (struct pt_span){ source, 0, 5, NULL }, "see");
	expect_printed(diag,
		       "t.stp:2:2: error: bad [syntax]\n"
		       "   2 | \tf(@foo)?\n"
		       "     | \t^~~~~~~~\n"
		       "t.stp:2:4: note: in expansion of macro @foo\n"
		       "   2 | \tf(@foo)?\n"
		       "     | \t  ^~~~\n"
		       "t.stp:1:1: note: see\n"
		       "   1 | probe begin {\n"
		       "     | ^~~~~\n",
		       "tabs, control characters, long places, expansions, "
		       "notes");

	pt_diag_warning(diag, (struct pt_span){ 0 }, PT_E_IO, "w");
	pt_diag_warning(diag, (struct pt_span){ 0 }, PT_E_IO, "w");
	expect_printed(diag, "warning: w [io]\n", "a repeat is dropped");
	base_check(diag->errors == 2 && diag->warnings == 1, "counts");

	diag->no_warnings = true;
	pt_diag_warning(diag, (struct pt_span){ 0 }, PT_E_IO, "x");
	expect_printed(diag, "", "-w");
	diag->no_warnings = false;
	diag->werror = true;
	pt_diag_warning(diag, (struct pt_span){ 0 }, PT_E_IO, "y");
	expect_printed(diag, "error: y [io]\n", "--Werror");
}

static const char *suggestion(struct pt_arena *arena, const char *word)
{
	static const char *const words[] = {
		"execname",    "pexecname", "exec",	     "pid",
		"ppid",	       "printf",    "kernel_string", "kernel_string_n",
		"user_string",
	};
	GPtrArray *candidates = pt_arena_ptr_array(arena);
	struct pt_error *error =
		pt_error_new(arena, PT_E_UNKNOWN_FUNCTION, "unknown");
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(candidates, (gpointer)words[i]);
	pt_error_suggest(error, word, candidates);
	return error->hint ? error->hint : "none";
}

static void test_suggest(struct pt_arena *arena)
{
	base_check_text(suggestion(arena, "execnmae"),
			"did you mean 'execname' or 'pexecname'?",
			"neighbours that changed places");
	base_check_text(suggestion(arena, "kernel_str"),
			"did you mean 'kernel_string' or 'kernel_string_n'?",
			"a word that goes on");
	base_check_text(suggestion(arena, "zzzzzz"), "none", "nothing near");
	base_check_text(suggestion(arena, "PID"),
			"did you mean 'pid' or 'ppid'?", "another case");
}

static void test_out(struct pt_arena *arena)
{
	struct pt_out *out = pt_out_create(arena);

	pt_out_open(out, "int f(%s)", "void");
	pt_out_line(out, "return %d;", 3);
	pt_out_line(out, "%s", "");
	pt_out_close(out, ";");
	base_check_text(out->text->str, "int f(void) {\n\treturn 3;\n\n};\n",
			"indented text");
	base_check_text(pt_out_c_string(arena, "a\"\\\n\t?\0001\377", 9),
			"\"a\\\"\\\\\\n\\t\\?\\0001\\377\"", "a C string");
}

static void test_file(struct pt_arena *arena)
{
	const char *dir, *path, *first, *second;
	struct pt_hash *hash;
	struct pt_error *error;
	size_t length;
	char *text;

	base_check(!pt_proc_tmpdir(arena, &dir), "a temporary folder");
	path = pt_arena_printf(arena, "%s/x", dir);
	base_check(!pt_file_write(arena, path, "abc", 3) &&
			   !pt_file_read(arena, path, &text, &length) &&
			   length == 3 && !strcmp(text, "abc"),
		   "written and read");
	error = pt_file_read(arena, pt_arena_printf(arena, "%s/y", dir), &text,
			     &length);
	base_check(error && error->code == PT_E_IO, "[io]: no such file");
	error = pt_error_errno(arena, ENOSPC, "write", "/a/b");
	base_check(error->hint && strstr(error->hint, "'/a' is full"),
		   "a full disk has a hint");
	error = pt_file_write(arena, "/proc/nothing/x", "abc", 3);
	base_check(error != NULL, "a file that cannot be written");

	hash = pt_hash_create(arena);
	pt_hash_text(hash, "ab");
	pt_hash_text(hash, "c");
	first = pt_hash_hex(hash, arena);
	hash = pt_hash_create(arena);
	pt_hash_text(hash, "a");
	pt_hash_text(hash, "bc");
	second = pt_hash_hex(hash, arena);
	base_check(strcmp(first, second) != 0, "keys keep texts apart");
	hash = pt_hash_create(arena);
	pt_hash_stamp(hash, path);
	first = pt_hash_hex(hash, arena);
	pt_file_write(arena, path, "abcd", 4);
	hash = pt_hash_create(arena);
	pt_hash_stamp(hash, path);
	base_check(strcmp(first, pt_hash_hex(hash, arena)) != 0,
		   "stamps tell a change");
	pt_file_remove(dir);
	base_check(access(dir, F_OK) < 0, "a folder removed");
}

static void test_target(struct pt_arena *arena)
{
	struct pt_target target;
	struct pt_error *error;

	error = pt_target_find(arena, "0.0.1-none", false, &target);
	base_check(error && error->code == PT_E_NO_KERNEL,
		   "a release that is not installed");
	error = pt_target_find(arena, "/proc", false, &target);
	base_check(error && error->code == PT_E_NO_KERNEL,
		   "a folder that is no build folder");
	error = pt_target_find(arena, NULL, false, &target);
	base_check(!error && *target.release && target.arch,
		   "the running kernel is always there");
	target.build_dir = target.debug_vmlinux = NULL;
	error = pt_target_need_headers(arena, &target);
	base_check(error && error->code == PT_E_NO_HEADERS && error->hint,
		   "no headers: what to install");
	error = pt_target_need_debuginfo(arena, &target);
	base_check(error && error->code == PT_E_NO_DEBUGINFO && error->hint,
		   "no debuginfo: what to install");
}

int main(void)
{
	struct pt_arena *arena = pt_arena_create();

	setvbuf(stdout, NULL, _IOLBF, 0);
	test_arena();
	test_source(arena);
	test_diag(arena);
	test_long_lines(arena);
	test_suggest(arena);
	test_out(arena);
	test_file(arena);
	test_target(arena);
	base_test_proc();
	pt_arena_destroy(arena);
	return failures != 0;
}
