/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros: what @define makes, and the table of a library.
 */
#ifndef PT_MACRO_H
#define PT_MACRO_H

#include "library.h"
#include "token.h"

struct pt_macro {
	const char *name;  /* with its @ */
	GPtrArray *params; /* const char *, without @; NULL: takes none */
	const struct pt_token *body;
	size_t length; /* tokens */
	struct pt_span span;
};

/*
 * Reads a definition from TOKENS, which has COUNT of them; *AT is the place
 * behind the word @define, moved behind the definition.  NULL after a mistake,
 * which is in the collector then.
 */
struct pt_macro *pt_macro_define(struct pt_session *session,
				 const struct pt_token *tokens, size_t count,
				 size_t *at);

/* Puts MACRO into TABLE (name -> struct pt_macro); a second definition in the
 * same source is an error. */
void pt_macro_add(struct pt_session *session, GHashTable *table,
		  struct pt_macro *macro);

/* The place of the token that ends what opened before AT: the PP_CLOSE that
 * belongs to a PP_OPEN, or with STOP_AT_ELSE a PP_ELSE of the same level.  COUNT
 * if there is none. */
size_t pt_macro_skip(const struct pt_token *tokens, size_t count, size_t at,
		     bool stop_at_else);

/* Reads a macro file into TABLE; nothing of it if it is broken. */
void pt_macro_read_file(struct pt_session *session,
			const struct pt_source *source, GHashTable *table);

/* The macros of all macro files of LIBRARY (name -> struct pt_macro). */
GHashTable *pt_library_macros(struct pt_library *library);

#endif
