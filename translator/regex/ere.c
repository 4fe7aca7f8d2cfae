/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ere.h"

const struct pt_ere *pt_ere_none(void)
{
	static const struct pt_ere none = { .kind = PT_ERE_NONE };

	return &none;
}

const struct pt_ere *pt_ere_empty(void)
{
	static const struct pt_ere empty = { .kind = PT_ERE_EMPTY };

	return &empty;
}

static struct pt_ere *make(struct pt_arena *arena, enum pt_ere_kind kind,
			   const struct pt_ere *left,
			   const struct pt_ere *right)
{
	struct pt_ere *ere = pt_new(arena, struct pt_ere);

	ere->kind = kind;
	ere->left = left;
	ere->right = right;
	ere->has_start = kind == PT_ERE_START || (left && left->has_start) ||
			 (right && right->has_start);
	ere->has_end = kind == PT_ERE_END || (left && left->has_end) ||
		       (right && right->has_end);
	return ere;
}

const struct pt_ere *pt_ere_leaf(struct pt_arena *arena, enum pt_ere_kind kind)
{
	return make(arena, kind, NULL, NULL);
}

const struct pt_ere *pt_ere_of_set(struct pt_arena *arena,
				   const struct pt_ere_set *set)
{
	struct pt_ere *ere = make(arena, PT_ERE_SET, NULL, NULL);

	ere->set = *set;
	return ere;
}

const struct pt_ere *pt_ere_cat(struct pt_arena *arena, const struct pt_ere *a,
				const struct pt_ere *b)
{
	if (a->kind == PT_ERE_NONE || b->kind == PT_ERE_EMPTY)
		return a;
	if (b->kind == PT_ERE_NONE || a->kind == PT_ERE_EMPTY)
		return b;
	return make(arena, PT_ERE_CAT, a, b);
}

const struct pt_ere *pt_ere_alt(struct pt_arena *arena, const struct pt_ere *a,
				const struct pt_ere *b)
{
	if (a->kind == PT_ERE_NONE)
		return b;
	if (b->kind == PT_ERE_NONE)
		return a;
	return make(arena, PT_ERE_ALT, a, b);
}

const struct pt_ere *pt_ere_repeat(struct pt_arena *arena,
				   const struct pt_ere *a, int min, int max)
{
	struct pt_ere *ere;

	if (max == 0 || a->kind == PT_ERE_EMPTY)
		return pt_ere_empty();
	if (a->kind == PT_ERE_NONE)
		return min ? a : pt_ere_empty();
	if (min == 1 && max == 1)
		return a;
	ere = make(arena, PT_ERE_REPEAT, a, NULL);
	ere->min = min;
	ere->max = max;
	return ere;
}

const struct pt_ere *pt_ere_group(struct pt_arena *arena,
				  const struct pt_ere *a, unsigned group)
{
	struct pt_ere *ere;

	if (a->kind == PT_ERE_NONE)
		return a;
	ere = make(arena, PT_ERE_GROUP, a, NULL);
	ere->group = group;
	return ere;
}

/* Not more than one above the limit, which a product could overflow. */
static unsigned bounded(unsigned long size)
{
	return size > PT_ERE_SIZE_MAX ? PT_ERE_SIZE_MAX + 1 : (unsigned)size;
}

unsigned pt_ere_size(const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_SET: return 1;
	case PT_ERE_CAT:
	case PT_ERE_ALT:
		return bounded((unsigned long)pt_ere_size(ere->left) +
			       pt_ere_size(ere->right));
	case PT_ERE_REPEAT:
		return bounded((unsigned long)pt_ere_size(ere->left) *
			       (unsigned)MAX(1, MAX(ere->min, ere->max)));
	case PT_ERE_GROUP: return pt_ere_size(ere->left);
	default: return 0;
	}
}

bool pt_ere_nullable(const struct pt_ere *ere)
{
	switch (ere->kind) {
	case PT_ERE_EMPTY: return true;
	case PT_ERE_CAT:
		return pt_ere_nullable(ere->left) &&
		       pt_ere_nullable(ere->right);
	case PT_ERE_ALT:
		return pt_ere_nullable(ere->left) ||
		       pt_ere_nullable(ere->right);
	case PT_ERE_REPEAT: return !ere->min || pt_ere_nullable(ere->left);
	case PT_ERE_GROUP: return pt_ere_nullable(ere->left);
	default: return false;
	}
}
