/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one formatter: texts of printf (LANGUAGE section 8) and histograms.  In
 * the kernel it serves sprintf, in ptaprun it prints records, and the translator
 * checks formats with it; all three give or expect the same text.
 *
 * Freestanding: no C library, no allocation, bounded work.
 */
#ifndef PTFMT_FORMAT_H
#define PTFMT_FORMAT_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

/* Widths and precisions beyond this count as this. */
#define PTFMT_WIDTH_MAX 8192

/*
 * Where text goes: AT moves to END.  When it is full, FLUSH makes room and
 * returns true; without FLUSH, or when it returns false, the rest of the text is
 * dropped and CUT set.
 */
struct ptfmt_out {
	char *at;
	char *end;
	bool (*flush)(struct ptfmt_out *out);
	bool cut;
};

/* N bytes as they are; N times C. */
void ptfmt_text(struct ptfmt_out *out, const char *s, size_t n);
void ptfmt_pad(struct ptfmt_out *out, char c, size_t n);

/* ---- formats ---------------------------------------------------------- */

enum ptfmt_piece_kind {
	PTFMT_END,
	PTFMT_TEXT,	 /* LENGTH bytes to print as they are */
	PTFMT_DIRECTIVE, /* takes arguments */
	PTFMT_BAD,	 /* not a format: see ERROR */
};

/* What the argument of a directive is. */
enum ptfmt_class {
	PTFMT_LONG,
	PTFMT_STRING,
	PTFMT_MEMORY, /* an address for the script, its bytes for the formatter */
};

struct ptfmt_piece {
	enum ptfmt_piece_kind kind;
	const char *text; /* in the format */
	size_t length;
	const char *error; /* BAD: what is wrong with text[0..length) */
	/* DIRECTIVE: takes a long if width_star, a long if precision_star, then
	 * one argument of its class */
	char conversion;
	char flag; /* of "0+- #", or 0 */
	bool width_star, precision_star;
	int width, precision; /* -1: none, or a star */
	enum ptfmt_class class;
};

/* Next piece of the format at *AT, which moves on; END is its end. */
enum ptfmt_piece_kind ptfmt_next(const char **at, const char *end,
				 struct ptfmt_piece *piece);

/*
 * Calls VISIT for each directive of the N bytes at FORMAT, in order, until it
 * returns false; OFFSET: bytes from FORMAT.  False: the format is bad, *WRONG
 * is the piece and says why.
 */
typedef bool (*ptfmt_visit)(void *data, const struct ptfmt_piece *directive,
			    size_t offset);
bool ptfmt_check(const char *format, size_t n, ptfmt_visit visit, void *data,
		 struct ptfmt_piece *wrong);

struct ptfmt_arg {
	int64_t value;
	const char *s; /* of a string or memory: N bytes */
	uint32_t n;
};

/* Prints FORMAT (N bytes) with ARGS.  False: more arguments are wanted than
 * there are, or the format is bad; what came before is printed. */
bool ptfmt_format(struct ptfmt_out *out, const char *format, size_t n,
		  const struct ptfmt_arg *args, unsigned n_args);

/* The same with the arguments as a record has them (wire.h).  False also if the
 * SIZE bytes are not exactly such arguments.  Nothing beyond them is read. */
bool ptfmt_record(struct ptfmt_out *out, const char *format, size_t n,
		  const void *args, size_t size);

/* ---- histograms ------------------------------------------------------- */

struct ptfmt_hist {
	bool linear;
	int64_t low, width; /* linear */
	unsigned buckets; /* in all, of which FIRST to FIRST + N - 1 stand in */
	unsigned first, n; /* counts; the others are empty */
	const int64_t *counts;
};

/* WIDTH: characters of the longest bar.  Runs of empty buckets farther than
 * ELISION from a full one become "~"; -1: never. */
void ptfmt_hist(struct ptfmt_out *out, const struct ptfmt_hist *h,
		unsigned width, int elision);

#endif
