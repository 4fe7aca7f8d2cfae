/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of many modules have a function or a tracepoint of some name, by the symbol
 * tables of their files: for globs over modules, most of which have none, so that
 * their debuginfo need not be opened.
 */
#ifndef PT_MODULENAMES_H
#define PT_MODULENAMES_H

#include "modules.h"

enum pt_modulename {
	PT_MODULENAME_FUNCTION,
	PT_MODULENAME_TRACEPOINT,
};

struct pt_modulenames;

/* The names in FILES (struct pt_module_file *), read, or from the cache folder if
 * none of the files has changed.  A file that cannot be read has no names: who opens
 * it says why. */
struct pt_error *pt_modulenames_open(struct pt_session *session,
				     const GPtrArray *files,
				     struct pt_modulenames **ret);

/* Has number I of FILES a name of that KIND that matches GLOB?  Clones
 * ("foo.isra.0") are also called as what they were made from. */
bool pt_modulenames_match(const struct pt_modulenames *names, unsigned i,
			  enum pt_modulename kind, const char *glob);

/* Adds all names of that KIND (const char *) to RET. */
void pt_modulenames_list(const struct pt_modulenames *names,
			 enum pt_modulename kind, GPtrArray *ret);

#endif
