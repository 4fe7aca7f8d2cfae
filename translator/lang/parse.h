/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1: from text to trees.
 */
#ifndef PT_PARSE_H
#define PT_PARSE_H

#include "../base/session.h"
#include "ast.h"
#include "library.h"

/*
 * Parses SOURCE.  Diagnostics go to the session's collector; after an error the
 * parser goes on at the next top-level word, so the file returned may be partial:
 * look at diag->errors.  Macros: the session's library macros (pt_library) and
 * the file's own.  Script arguments ($1, @1) are taken from the options and only
 * in a user script.
 */
struct pt_file *pt_parse(struct pt_session *session, struct pt_library *library,
			 const struct pt_source *source);

/* Canonical text of a file, its parts, or one expression (-p1, messages). */
void pt_print_file(GString *to, const struct pt_file *file);
void pt_print_expr(GString *to, const struct pt_expr *expr);
void pt_print_stmt(GString *to, const struct pt_stmt *stmt, unsigned indent);

/*
 * Where N bytes from OFFSET on of the value of a string literal (or of several
 * in a row) are written; the whole LITERAL where that cannot be told, as when
 * a part of it comes from a macro.
 */
struct pt_span pt_literal_part(struct pt_span literal, size_t offset, size_t n);

#endif
