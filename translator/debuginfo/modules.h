/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target kernel's modules: which there are, and the file of each.
 */
#ifndef PT_MODULES_H
#define PT_MODULES_H

#include "../base/session.h"

struct pt_module_file {
	const char *name; /* as the kernel calls it: "snd_hda_intel" */
	const char *path;
	const char *nameless; /* a glob of functions that are asked for, none of
			       * which is among its symbols, so that its BTF
			       * alone is of no use; NULL: there may be some */
};

/*
 * The modules (struct pt_module_file *) whose names match the glob PATTERN, in
 * order of name; '-' and '_' are one character in it, as modprobe(8) has it.
 * A PATTERN with a '/' is the path of one module's file.  Those of the kernel are
 * what modules.dep(5) lists.  Nothing found is no error.
 */
struct pt_error *pt_modules_find(struct pt_session *session,
				 const char *pattern, GPtrArray *ret);

/* Of how many of *RET_ALL modules debug symbols are installed, by the names of
 * files. */
unsigned pt_modules_described(struct pt_session *session, unsigned *ret_all);

#endif
