/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The output writer: C text with its indentation.
 */
#ifndef PT_OUT_H
#define PT_OUT_H

#include "arena.h"

struct pt_out {
	GString *text;
	struct pt_arena *arena;
	unsigned indent; /* tabs */
};

struct pt_out *pt_out_create(struct pt_arena *arena);

/* One line, indented, newline added.  An empty text gives an empty line. */
void pt_out_line(struct pt_out *out, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* A line that opens a block (the text, then " {"), and one that closes it ("}"
 * and the text). */
void pt_out_open(struct pt_out *out, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
void pt_out_close(struct pt_out *out, const char *after);

/* LENGTH bytes of TEXT as a C string literal with its quotes, in ARENA. */
const char *pt_out_c_string(struct pt_arena *arena, const char *text,
			    size_t length);

/* The same for the text up to its NUL: names from any file may hold anything. */
const char *pt_out_c_text(struct pt_arena *arena, const char *text);

/* TEXT, which may be a name from any file, as part of a C comment: it does not end it.
 * In ARENA. */
const char *pt_out_comment(struct pt_arena *arena, const char *text);

#endif
