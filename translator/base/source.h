/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source texts and places in them.
 */
#ifndef PT_SOURCE_H
#define PT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct pt_source {
	const char *name; /* as the user knows it: path, "<input>" for -e */
	const char *text; /* NUL terminated */
	size_t length;
	bool library;  /* a tapset file: guru rights, lowest priority */
	GArray *lines; /* offsets (uint32_t) of line starts */
};

/* How a token came here if not straight from the file: the innermost macro or
 * argument first. */
struct pt_expansion;

struct pt_span {
	const struct pt_source *source; /* NULL: no place */
	uint32_t start;			/* byte offsets, end exclusive */
	uint32_t end;
	const struct pt_expansion *via; /* NULL: written here */
};

struct pt_expansion {
	const char *what;   /* "macro @foo", "argument $1" */
	struct pt_span use; /* where it was used */
};

/* Makes a source of TEXT, which must outlive ARENA or belong to it. */
struct pt_source *pt_source_create(struct pt_arena *arena, const char *name,
				   const char *text, size_t length);

/* Line and column, both from 1; a tab is one column. */
void pt_source_locate(const struct pt_source *source, uint32_t offset,
		      unsigned *line, unsigned *column);

/* The text of LINE (from 1) without its newline; *length gets its length. */
const char *pt_source_line(const struct pt_source *source, unsigned line,
			   size_t *length);

/* From the start of A to the end of B; A if they are in different sources. */
struct pt_span pt_span_join(struct pt_span a, struct pt_span b);

/* "file:line:column", in ARENA; "<no place>" without a source. */
const char *pt_span_text(struct pt_arena *arena, struct pt_span span);

#endif
