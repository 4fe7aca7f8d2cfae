/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens, and the lexer that makes them.  Only lang/ includes this.
 */
#ifndef PT_TOKEN_H
#define PT_TOKEN_H

#include "../base/compat.h"
#include "../base/session.h"
#include "ast.h"

struct pt_token {
	int kind;      /* of grammar.h */
	enum pt_op op; /* operators that share a kind */
	struct pt_span span;
	const char *text; /* names: the word; strings: the bytes that are meant;
			    * numbers: the digits; embedded C: without the marks;
			    * operators: as written */
	size_t length;
	bool glued;		/* no white space before it */
	bool commented;		/* a comment stands before it */
	struct pt_error *error; /* kind JUNK: what is wrong, not yet reported */
};

/*
 * Appends the tokens of SOURCE to TO (struct pt_token), an END token last.
 * Mistakes become JUNK tokens, so that text in a branch that is not taken may be
 * anything.  ARGS: $1, @1, $# and @# are script arguments; USED_ARGS (one byte
 * an argument, may be NULL) notes which of them were met.
 */
void pt_lex(struct pt_session *session, const struct pt_source *source,
	    bool args, char *used_args, GArray *to);

/* The value of a number as written; NULL, or why it is not one. */
const char *pt_literal_number(const char *text, int64_t *ret);

/* The bytes that LENGTH bytes between two quotes mean; NO_HEX: \x is x. */
char *pt_literal_string(struct pt_arena *arena, const char *text, size_t length,
			bool no_hex, size_t *ret_length);

/* The word of a keyword's kind or 0 if TEXT is none. */
int pt_keyword(const char *text);
/* All keywords that start a declaration (const char *), in ARENA. */
GPtrArray *pt_keyword_starters(struct pt_arena *arena);

/* The kind of a built-in @word, 0 if there is no such word; all of them. */
int pt_at_word(const char *text);
GPtrArray *pt_at_words(struct pt_arena *arena);

/* What made TEXT, a keyword or an @word, a word of the language. */
enum pt_gate pt_word_since(const char *text);

#endif
