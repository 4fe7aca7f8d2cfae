/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lexer on anything: its tokens lie in order within the text, and each
 * mistake among them has its message.
 */
#include "fuzz_main.h"
#include "grammar.h"
#include "translator/lang/token.h"

static void check_token(const struct pt_token *token, uint32_t *end)
{
	const struct pt_span *span = &token->span;
	int64_t number;

	fuzz_check(token->text != NULL, "a token without text");
	fuzz_check(span->start <= span->end &&
			   span->end <= span->source->length,
		   "a token outside of its source");
	fuzz_check(token->kind != T_JUNK || token->error,
		   "a mistake without a message");
	if (!span->via) {
		fuzz_check(span->start >= *end, "tokens overlap");
		*end = span->end;
	}
	if (token->kind == T_NUMBER)
		(void)pt_literal_number(token->text, &number);
	if (token->error)
		fuzz_check(token->error->span.source != NULL,
			   "a mistake without a place");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_session session;
	char used[8] = { 0 };
	uint32_t end = 0;
	GArray *tokens;
	guint i;

	if (!size)
		return 0;
	fuzz_session(&session, data[size - 1]);
	tokens = g_array_new(FALSE, FALSE, sizeof(struct pt_token));
	pt_lex(&session, fuzz_source(&session, data, size),
	       !(data[size - 1] & 4), used, tokens);
	for (i = 0; i < tokens->len; i++) {
		const struct pt_token *token =
			&g_array_index(tokens, struct pt_token, i);

		check_token(token, &end);
		fuzz_check((token->kind == 0) == (i == tokens->len - 1),
			   "the end is not at the end");
		pt_diag_add(session.diag, token->error);
	}
	g_array_unref(tokens);
	fuzz_end(&session);
	return 0;
}
