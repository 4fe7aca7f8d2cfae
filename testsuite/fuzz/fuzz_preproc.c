/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros and conditionals on anything: the stream of tokens ends, and a library
 * of macros is read whole or not at all.
 */
#include "fuzz_main.h"
#include "grammar.h"
#include "translator/lang/macro.h"
#include "translator/lang/preproc.h"

/* More than the limit of macros allows. */
#define MOST_TOKENS 1000000

static void check_stream(struct pt_session *session, struct pt_source *source,
			 GHashTable *macros)
{
	struct pt_preproc *preproc =
		pt_preproc_create(session, NULL, source, macros);
	const struct pt_token *token;
	unsigned long count = 0;

	while ((token = pt_preproc_next(preproc))->kind) {
		fuzz_check(token->kind != T_PP_OPEN &&
				   token->kind != T_PP_THEN &&
				   token->kind != T_PP_ELSE &&
				   token->kind != T_PP_CLOSE,
			   "a conditional is left in the stream");
		fuzz_check(count++ < MOST_TOKENS, "the stream has no end");
		pt_diag_add(session->diag, token->error);
		fuzz_check(token->kind != T_JUNK || session->diag->errors,
			   "a mistake without a message");
	}
	fuzz_check(pt_preproc_next(preproc)->kind == 0,
		   "something is behind the end");
	pt_preproc_check_args(preproc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_session session;
	struct pt_source *source;
	GHashTable *macros;

	if (!size)
		return 0;
	fuzz_session(&session, data[size - 1]);
	source = fuzz_source(&session, data, size);
	macros = pt_arena_str_hash(session.arena);
	if (data[size - 1] & 4) {
		source->library = true;
		pt_macro_read_file(&session, source, macros);
		fuzz_check(!session.diag->errors || !g_hash_table_size(macros),
			   "a part of a broken macro file was taken");
	} else {
		check_stream(&session, source, macros);
	}
	fuzz_end(&session);
	return 0;
}
