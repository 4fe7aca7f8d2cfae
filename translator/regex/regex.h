/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matchers in C for POSIX extended regular expressions, made by re2c.
 */
#ifndef PT_REGEX_H
#define PT_REGEX_H

#include "../base/error.h"
#include "ere.h"

/* What re2c may take, in seconds of its own time, and give. */
#define PT_REGEX_SECONDS 4
#define PT_REGEX_TEXT_MAX (256 * 1024)
#define PT_REGEX_TAGS_MAX 1000

struct pt_regex {
	const char *text;  /* the function's definition */
	unsigned groups;   /* of the pattern */
	unsigned tags;	   /* words of struct ptrt_match's tag */
	unsigned captures; /* pairs of its capture, beginning with the whole */
};

/*
 * The function
 *     static bool NAME(struct ptrt_str text)
 * or, if TAGGED,
 *     static bool NAME(struct ptrt_match *m, struct ptrt_str text)
 * which looks for the leftmost, longest match and leaves it in *M.  It calls
 * nothing that waits, needs a few words of stack, and reads no further than the
 * byte 0 that ends the text.
 *
 * The parts that re2c wrote are kept in the cache folder unless NO_CACHE.
 */
struct pt_error *pt_regex_compile(struct pt_arena *arena,
				  const struct pt_ere *ere, unsigned groups,
				  const char *name, bool tagged, bool no_cache,
				  struct pt_regex *ret);

#endif
