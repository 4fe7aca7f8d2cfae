/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage between lexer and parser (section 2): macros are replaced,
 * conditionals decided.
 */
#ifndef PT_PREPROC_H
#define PT_PREPROC_H

#include "macro.h"

struct pt_preproc;

/* MACROS: where @define goes (name -> struct pt_macro).  LIBRARY may be NULL. */
struct pt_preproc *pt_preproc_create(struct pt_session *session,
				     struct pt_library *library,
				     const struct pt_source *source,
				     GHashTable *macros);

/* The next token; at the end one of kind 0, again and again.  A JUNK token's
 * error was not reported yet (NULL: it was). */
const struct pt_token *pt_preproc_next(struct pt_preproc *preproc);

/* The parser left the rest of a broken declaration out: its braces are gone. */
void pt_preproc_resume(struct pt_preproc *preproc);

/* A warning for each script argument that the source did not use. */
void pt_preproc_check_args(struct pt_preproc *preproc);

/* Adds the names of all macros known by now to RET (const char *). */
void pt_preproc_macro_names(struct pt_preproc *preproc, GPtrArray *ret);

/* ---- conditions ------------------------------------------------------- */

/* Gives tokens with all macros replaced, for pt_condition(). */
typedef const struct pt_token *(*pt_token_source)(void *data);

/*
 * Reads and decides what stands between %( and %?, which it eats.  False after
 * a mistake, which is in the collector then; *LAST is the last token read.
 */
bool pt_condition(struct pt_session *session, pt_token_source next, void *data,
		  bool *ret, const struct pt_token **last);

#endif
