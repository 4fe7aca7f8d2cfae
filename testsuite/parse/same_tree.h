/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are two parsed files the same program?  Places do not count, nor does what
 * later passes write into a tree.
 */
#ifndef PT_SAME_TREE_H
#define PT_SAME_TREE_H

#include "translator/lang/ast.h"

/* NULL: they are; else the first difference, with its place in A. */
const char *pt_same_tree(struct pt_arena *arena, const struct pt_file *a,
			 const struct pt_file *b);

#endif
