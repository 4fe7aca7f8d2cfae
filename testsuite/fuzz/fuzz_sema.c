/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passes 1 to 3 on anything, with the library and without debuginfo: they must
 * end, stay within their memory, and print what they accept.
 */
#include "fuzz_main.h"

#include <stdlib.h>

#include "translator/emit/emit.h"
#include "translator/lang/library.h"
#include "translator/lang/parse.h"
#include "translator/sema/program.h"

/* The index of the library is made only once. */
static void choose_cache(void)
{
	static char *folder;

	if (folder || g_getenv("PTAP_CACHE"))
		return;
	folder = g_dir_make_tmp("fuzz-sema-XXXXXX", NULL);
	if (!folder || !g_setenv("PTAP_CACHE", folder, FALSE))
		abort();
}

static void elaborate(struct pt_session *session, struct pt_library *library,
		      struct pt_file *script)
{
	GString *text = pt_arena_string(session->arena);
	struct pt_program *program = pt_sema(session, library, script);
	const char *code;

	if (!program)
		return;
	pt_program_print(text, program);
	pt_diag_add(session->diag, pt_emit(program, &code));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_session session;
	struct pt_library *library;
	struct pt_file *script;
	uint8_t choice;

	if (!size)
		return 0;
	choose_cache();
	choice = data[size - 1];
	fuzz_session(&session, choice);
	session.options.unoptimized = choice & 4;
	session.options.skip_badvars = choice & 16;
	session.tapset_dir = PTAP_TAPSETS;
	library = pt_library_open(&session);
	script = pt_parse(&session, library, fuzz_source(&session, data, size));
	if (!session.diag->errors && choice & 32)
		pt_sema_list(&session, library, script, choice & 64,
			     pt_arena_string(session.arena));
	else if (!session.diag->errors)
		elaborate(&session, library, script);
	fuzz_end(&session);
	return 0;
}
