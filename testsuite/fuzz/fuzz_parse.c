/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1 on anything: it must end, stay within its memory, and print what it
 * accepts so that it is parsed to the same tree again.
 */
#include "fuzz_main.h"

#include <stdio.h>
#include <stdlib.h>

#include "testsuite/parse/same_tree.h"
#include "translator/lang/parse.h"

static void check_round_trip(struct pt_session *session, struct pt_file *file)
{
	GString *text = pt_arena_string(session->arena);
	const char *difference;
	struct pt_source *source;
	struct pt_file *again;

	pt_print_file(text, file);
	source = pt_source_create(session->arena, "printed", text->str,
				  text->len);
	source->library = file->library;
	session->options.args = NULL;
	again = pt_parse(session, NULL, source);
	if (session->diag->errors) {
		pt_diag_print(session->diag, stderr, false);
		abort();
	}
	difference = pt_same_tree(session->arena, file, again);
	if (difference) {
		fprintf(stderr, "%s in:\n%s", difference, text->str);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_session session;
	struct pt_source *source;
	struct pt_file *file;

	if (!size)
		return 0;
	fuzz_session(&session, data[size - 1]);
	source = fuzz_source(&session, data, size);
	source->library = data[size - 1] & 4;
	file = pt_parse(&session, NULL, source);
	if (!session.diag->errors)
		check_round_trip(&session, file);
	fuzz_end(&session);
	return 0;
}
