/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The collector of a run's diagnostics, and the one place that prints them.
 */
#ifndef PT_DIAG_H
#define PT_DIAG_H

#include <stdio.h>

#include "error.h"

struct pt_diag {
	struct pt_arena *arena;
	GPtrArray *list;  /* struct pt_error *, in order of arrival */
	GHashTable *seen; /* severity, place and text of those in the list */
	unsigned printed; /* how many of the list pt_diag_print() did */
	unsigned errors;
	unsigned warnings;
	bool no_warnings;  /* -w */
	bool werror;	   /* --Werror */
	bool keep_repeats; /* -v: the same text at the same place again */
};

struct pt_diag *pt_diag_create(struct pt_arena *arena);

/* Takes ERROR in; NULL is ignored.  Counts it; drops warnings under -w and
 * repeats. */
void pt_diag_add(struct pt_diag *diag, struct pt_error *error);

/* Makes, adds and returns an error or a warning, so that a hint or a note can be
 * attached. */
struct pt_error *pt_diag_error(struct pt_diag *diag, struct pt_span span,
			       enum pt_code code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
struct pt_error *pt_diag_warning(struct pt_diag *diag, struct pt_span span,
				 enum pt_code code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/*
 * Prints what was not printed yet to STREAM:
 *
 *   script.stp:3:15: error: unknown function 'execnam' [unknown-function]
 *      3 | probe begin { execnam() }
 *        |               ^~~~~~~
 *   hint: did you mean 'execname'?
 *
 * Between the caret and the hint stand "note: in expansion of macro @foo" for
 * each step from where the text was written to where it was used, and the
 * error's notes, each with its own place and caret.
 *
 * COLOUR: with ANSI colours.
 */
void pt_diag_print(struct pt_diag *diag, FILE *stream, bool colour);

#endif
