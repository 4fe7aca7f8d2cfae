/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * POSIX extended regular expressions as trees.  Bytes, not characters: the C
 * locale.  The byte 0 is in no set that a pattern makes; it stands for the end of
 * the text once pt_ere_anchor_*() has replaced `$`.
 */
#ifndef PT_ERE_H
#define PT_ERE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/arena.h"

/* The longest pattern, and the most bytes that its longest way may name after
 * repetitions are written out ("(ab){10}" names 20). */
#define PT_ERE_LENGTH_MAX 1000
#define PT_ERE_SIZE_MAX 1000
/* The most that an interval {m,n} may ask for (RE_DUP_MAX of POSIX). */
#define PT_ERE_REPEAT_MAX 255
#define PT_ERE_NESTING_MAX 100

enum pt_ere_kind {
	PT_ERE_NONE,  /* matches nothing at all */
	PT_ERE_EMPTY, /* matches the empty text */
	PT_ERE_SET,   /* one byte of a set */
	PT_ERE_START, /* ^ */
	PT_ERE_END,   /* $ */
	PT_ERE_CAT,
	PT_ERE_ALT,
	PT_ERE_REPEAT,
	PT_ERE_GROUP,
};

struct pt_ere_set {
	uint32_t bits[8];
};

struct pt_ere {
	enum pt_ere_kind kind;
	bool has_start, has_end;	   /* a ^, a $ is in it */
	struct pt_ere_set set;		   /* SET */
	const struct pt_ere *left, *right; /* CAT, ALT; left: REPEAT, GROUP */
	int min, max;			   /* REPEAT; max -1: no bound */
	unsigned group;			   /* GROUP: from 1 */
};

struct pt_ere_mistake {
	const char *message; /* lasts for ever, or in the arena */
	const char *hint;    /* or NULL */
	size_t start, end;   /* bytes of the pattern */
};

/* The tree of PATTERN; *GROUPS gets the number of its groups.  NULL: *MISTAKE
 * says why. */
const struct pt_ere *pt_ere_parse(struct pt_arena *arena, const char *pattern,
				  size_t length, unsigned *groups,
				  struct pt_ere_mistake *mistake);

/* Nodes.  What NONE and EMPTY make superfluous is left out. */
const struct pt_ere *pt_ere_none(void);
const struct pt_ere *pt_ere_empty(void);
const struct pt_ere *pt_ere_leaf(struct pt_arena *arena, enum pt_ere_kind kind);
const struct pt_ere *pt_ere_of_set(struct pt_arena *arena,
				   const struct pt_ere_set *set);
const struct pt_ere *pt_ere_cat(struct pt_arena *arena, const struct pt_ere *a,
				const struct pt_ere *b);
const struct pt_ere *pt_ere_alt(struct pt_arena *arena, const struct pt_ere *a,
				const struct pt_ere *b);
const struct pt_ere *pt_ere_repeat(struct pt_arena *arena,
				   const struct pt_ere *a, int min, int max);
const struct pt_ere *pt_ere_group(struct pt_arena *arena,
				  const struct pt_ere *a, unsigned group);

static inline void pt_ere_set_add(struct pt_ere_set *set, unsigned char byte)
{
	set->bits[byte / 32] |= 1u << byte % 32;
}

static inline bool pt_ere_set_has(const struct pt_ere_set *set,
				  unsigned char byte)
{
	return set->bits[byte / 32] >> byte % 32 & 1;
}

/* Sets that a tree names once repetitions are written out. */
unsigned pt_ere_size(const struct pt_ere *ere);

/* Does a tree without anchors match the empty text? */
bool pt_ere_nullable(const struct pt_ere *ere);

/* ---- ere_anchor.c ----------------------------------------------------- */

/*
 * What a tree matches where it is tried at the START of the text, or not there:
 * without ^, and with $ as a set of the byte 0, which is the last that is read.
 * Groups may be there more than once; of those that take part the last counts.
 */
const struct pt_ere *pt_ere_anchor(struct pt_arena *arena,
				   const struct pt_ere *ere, bool start);

#endif
