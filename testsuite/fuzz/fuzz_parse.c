/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1 on anything: it must end, stay within its memory, and print what it
 * accepts so that it is parsed to the same tree again.
 */
#include "fuzz_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "translator/lang/macro.h"
#include "translator/lang/parse.h"

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
	struct pt_session session;
	struct pt_source *source;
	struct pt_file *file;

	if (!size)
		return 0;
	fuzz_session(&session, data[size - 1]);
	source = fuzz_source(&session, data, size);
	if (data[size - 1] & 4) {
		source->library = true;
		pt_macro_read_file(&session, source,
				   pt_arena_str_hash(session.arena));
	} else {
		file = pt_parse(&session, NULL, source);
		if (!session.diag->errors)
			check_round_trip(&session, file);
	}
	fuzz_end(&session);
	return 0;
}
