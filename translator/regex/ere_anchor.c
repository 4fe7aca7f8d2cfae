/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Anchors anywhere, for a matcher that knows none.
 *
 * A ^ holds where nothing was read yet.  What is tried at the start of the text
 * therefore splits at each sequence that has a ^ behind its first part: either the
 * first part reads something, and a ^ behind it never holds, or it reads nothing.
 *
 * A $ becomes the byte 0, which ends every text, read as the last one.  A sequence
 * with a $ before its last part splits likewise: either that $ takes no part, or
 * all that follows matches the empty text.  Other ways to the end may read the
 * byte, too, so that none is longer than the rest for that reason.
 */
#include "ere.h"

typedef const struct pt_ere *ere_function(struct pt_arena *arena,
					  const struct pt_ere *ere);

/* One repetition less. */
static int less(int bound)
{
	return bound > 0 ? bound - 1 : bound;
}

/* ERE with FUNCTION done to its parts. */
static const struct pt_ere *
each(struct pt_arena *arena, const struct pt_ere *ere, ere_function *function)
{
	const struct pt_ere *left;

	if (!ere->left)
		return ere;
	left = function(arena, ere->left);
	switch (ere->kind) {
	case PT_ERE_CAT:
		return pt_ere_cat(arena, left, function(arena, ere->right));
	case PT_ERE_ALT:
		return pt_ere_alt(arena, left, function(arena, ere->right));
	case PT_ERE_GROUP: return pt_ere_group(arena, left, ere->group);
	default: return pt_ere_repeat(arena, left, ere->min, ere->max);
	}
}

/* The same for what matches only the empty text: once is as good as often. */
static const struct pt_ere *each_empty(struct pt_arena *arena,
				       const struct pt_ere *ere,
				       ere_function *function)
{
	if (ere->kind == PT_ERE_REPEAT)
		return pt_ere_repeat(arena, function(arena, ere->left),
				     ere->min ? 1 : 0, 1);
	return each(arena, ere, function);
}

/* A{m,n} as A and the rest. */
static const struct pt_ere *rest_of(struct pt_arena *arena,
				    const struct pt_ere *repeat)
{
	return pt_ere_repeat(arena, repeat->left, less(repeat->min),
			     less(repeat->max));
}

/* ---- ^ ---------------------------------------------------------------- */

/* Something was read before: no ^ holds. */
static const struct pt_ere *inside(struct pt_arena *arena,
				   const struct pt_ere *ere)
{
	if (!ere->has_start)
		return ere;
	if (ere->kind == PT_ERE_START)
		return pt_ere_none();
	return each(arena, ere, inside);
}

/* Nothing was read before, nothing is read here. */
static const struct pt_ere *idle(struct pt_arena *arena,
				 const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_SET: return pt_ere_none();
	case PT_ERE_START: return pt_ere_empty();
	default: return each_empty(arena, ere, idle);
	}
}

/* Nothing was read before, something is read here: by A, or by B behind it. */
static const struct pt_ere *busy(struct pt_arena *arena,
				 const struct pt_ere *ere);

static const struct pt_ere *busy_pair(struct pt_arena *arena,
				      const struct pt_ere *a,
				      const struct pt_ere *b)
{
	return pt_ere_alt(arena,
			  pt_ere_cat(arena, busy(arena, a), inside(arena, b)),
			  pt_ere_cat(arena, idle(arena, a), busy(arena, b)));
}

static const struct pt_ere *busy(struct pt_arena *arena,
				 const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_NONE:
	case PT_ERE_EMPTY:
	case PT_ERE_START:
	case PT_ERE_END: return pt_ere_none();
	case PT_ERE_SET: return ere;
	case PT_ERE_CAT: return busy_pair(arena, ere->left, ere->right);
	case PT_ERE_REPEAT:
		if (ere->min >= 2)
			return busy_pair(arena, ere->left, rest_of(arena, ere));
		return pt_ere_cat(arena, busy(arena, ere->left),
				  inside(arena, rest_of(arena, ere)));
	default: return each(arena, ere, busy);
	}
}

/* Nothing was read before. */
static const struct pt_ere *at_start(struct pt_arena *arena,
				     const struct pt_ere *ere);

static const struct pt_ere *start_pair(struct pt_arena *arena,
				       const struct pt_ere *a,
				       const struct pt_ere *b)
{
	const struct pt_ere *behind;

	if (!b->has_start)
		return pt_ere_cat(arena, at_start(arena, a), b);
	behind = inside(arena, b);
	if (behind->kind != PT_ERE_NONE)
		behind = pt_ere_cat(arena, busy(arena, a), behind);
	return pt_ere_alt(
		arena, behind,
		pt_ere_cat(arena, idle(arena, a), at_start(arena, b)));
}

static const struct pt_ere *at_start(struct pt_arena *arena,
				     const struct pt_ere *ere)
{
	if (!ere->has_start)
		return ere;
	switch (ere->kind) {
	case PT_ERE_START: return pt_ere_empty();
	case PT_ERE_CAT: return start_pair(arena, ere->left, ere->right);
	case PT_ERE_REPEAT:
		if (ere->min)
			return start_pair(arena, ere->left,
					  rest_of(arena, ere));
		return pt_ere_repeat(
			arena,
			pt_ere_cat(arena, at_start(arena, ere->left),
				   inside(arena, rest_of(arena, ere))),
			0, 1);
	default: return each(arena, ere, at_start);
	}
}

/* ---- $ ---------------------------------------------------------------- */

static const struct pt_ere *nul(struct pt_arena *arena)
{
	static const struct pt_ere_set set = { { 1 } };

	return pt_ere_of_set(arena, &set);
}

/* No $ takes part. */
static const struct pt_ere *going_on(struct pt_arena *arena,
				     const struct pt_ere *ere)
{
	if (!ere->has_end)
		return ere;
	if (ere->kind == PT_ERE_END)
		return pt_ere_none();
	return each(arena, ere, going_on);
}

/* The end was read before: what matches the empty text there. */
static const struct pt_ere *beyond(struct pt_arena *arena,
				   const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_SET: return pt_ere_none();
	case PT_ERE_END: return pt_ere_empty();
	default: return each_empty(arena, ere, beyond);
	}
}

/* A $ takes part: the end is read. */
static const struct pt_ere *ending(struct pt_arena *arena,
				   const struct pt_ere *ere);

static const struct pt_ere *ending_repeat(struct pt_arena *arena,
					  const struct pt_ere *ere)
{
	const struct pt_ere *one = ere->left, *some = going_on(arena, one),
			    *last = ending(arena, one), *all;

	all = pt_ere_cat(
		arena,
		pt_ere_repeat(arena, some, less(ere->min), less(ere->max)),
		last);
	if (ere->min < 2 || beyond(arena, one)->kind == PT_ERE_NONE)
		return all;
	return pt_ere_alt(
		arena, all,
		pt_ere_cat(arena, pt_ere_repeat(arena, some, 0, ere->min - 2),
			   last));
}

static const struct pt_ere *ending(struct pt_arena *arena,
				   const struct pt_ere *ere)
{
	if (!ere->has_end)
		return pt_ere_none();
	switch (ere->kind) {
	case PT_ERE_END: return nul(arena);
	case PT_ERE_CAT:
		return pt_ere_alt(arena,
				  pt_ere_cat(arena, ending(arena, ere->left),
					     beyond(arena, ere->right)),
				  pt_ere_cat(arena, going_on(arena, ere->left),
					     ending(arena, ere->right)));
	case PT_ERE_REPEAT: return ending_repeat(arena, ere);
	default: return each(arena, ere, ending);
	}
}

/* Nothing follows. */
static const struct pt_ere *at_end(struct pt_arena *arena,
				   const struct pt_ere *ere)
{
	if (!ere->has_end)
		return pt_ere_cat(arena, ere,
				  pt_ere_repeat(arena, nul(arena), 0, 1));
	switch (ere->kind) {
	case PT_ERE_END: return nul(arena);
	case PT_ERE_CAT:
		if (!ere->left->has_end)
			return pt_ere_cat(arena, ere->left,
					  at_end(arena, ere->right));
		return pt_ere_alt(arena,
				  pt_ere_cat(arena, going_on(arena, ere->left),
					     at_end(arena, ere->right)),
				  pt_ere_cat(arena, ending(arena, ere->left),
					     beyond(arena, ere->right)));
	case PT_ERE_REPEAT:
		return pt_ere_alt(
			arena, ending(arena, ere),
			pt_ere_cat(arena, going_on(arena, ere),
				   pt_ere_repeat(arena, nul(arena), 0, 1)));
	default: return each(arena, ere, at_end);
	}
}

const struct pt_ere *pt_ere_anchor(struct pt_arena *arena,
				   const struct pt_ere *ere, bool start)
{
	ere = start ? at_start(arena, ere) : inside(arena, ere);
	return ere->has_end ? at_end(arena, ere) : ere;
}
