/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error object.  A function that can fail returns struct pt_error *, NULL
 * for success, and touches no out-parameter on failure.  Whoever knows the
 * place in the script attaches it; main prints (diag.h).
 */
#ifndef PT_ERROR_H
#define PT_ERROR_H

#include "arena.h"
#include "codes.h"
#include "source.h"

enum pt_severity { PT_SEVERITY_ERROR, PT_SEVERITY_WARNING, PT_SEVERITY_NOTE };

struct pt_error {
	struct pt_arena *arena;
	enum pt_code code;
	enum pt_severity severity;
	struct pt_span span; /* source NULL: no place */
	const char *message; /* without a final full stop */
	const char *hint;    /* what to do now; NULL: nothing to say */
	/* Finds a better hint when the error is printed; NULL: this is it. */
	void (*late_hint)(struct pt_error *error, void *arg);
	void *late_arg;
	struct pt_error *next_note;
};

struct pt_error *pt_error_new(struct pt_arena *arena, enum pt_code code,
			      const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Gives ERROR a place unless it has one.  Returns ERROR. */
struct pt_error *pt_error_at(struct pt_error *error, struct pt_span span);

/* Sets the hint (replacing none or another).  Returns ERROR. */
struct pt_error *pt_error_hint(struct pt_error *error, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* Leaves the search for a better hint, which takes time, to LOOK, called with ARG
 * only if the error is going to be printed; it may set none.  Returns ERROR. */
struct pt_error *
pt_error_hint_late(struct pt_error *error,
		   void (*look)(struct pt_error *error, void *arg), void *arg);

/* The hint, after the search; NULL: nothing to say. */
const char *pt_error_hint_text(struct pt_error *error);

/* Adds "note: ..." with its own place, printed under ERROR.  Returns ERROR. */
struct pt_error *pt_error_note(struct pt_error *error, struct pt_span span,
			       const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Sets the hint to "did you mean ...?" with up to five of CANDIDATES (const
 * char *) that are near to WORD, nearest first; nothing if none is.  Returns
 * ERROR. */
struct pt_error *pt_error_suggest(struct pt_error *error, const char *word,
				  const GPtrArray *candidates);

/* PT_E_IO for errno value ERRNUM: "cannot WHAT 'PATH': reason"; a full disk has
 * a hint that says which folder to clear. */
struct pt_error *pt_error_errno(struct pt_arena *arena, int errnum,
				const char *what, const char *path);

const char *pt_code_slug(enum pt_code code);

/* Runs EXPR, which gives a struct pt_error *, and returns it from this function
 * if it failed. */
#define PT_TRY(expr)                               \
	do {                                       \
		struct pt_error *pt_try_ = (expr); \
		if (pt_try_)                       \
			return pt_try_;            \
	} while (0)

#endif
