/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names in namespaces and classes, as scripts write them: "ns::cls::name" or a tail of
 * that, "::name" for what is in none.
 */
#ifndef PT_SCOPES_H
#define PT_SCOPES_H

#include "dbg.h"

/* Where the last name of TEXT starts; behind its last "::" that is not in brackets. */
const char *pt_scopes_last(const char *text);

/* Takes TEXT apart: *RET_SCOPE (NULL: TEXT has none) as in struct pt_dbg_pattern. */
void pt_scopes_split(struct pt_arena *arena, const char *text,
		     const char **ret_scope, const char **ret_name);

/* Does the name of a function or class match GLOB?  Without template arguments in
 * GLOB those of NAME do not count. */
bool pt_scopes_named(const struct pt_dbg *dbg, const char *glob,
		     const char *name);

/* Is the function or variable at DIE of .debug_info in what the glob SCOPE says? */
bool pt_scopes_hold(struct pt_dbg *dbg, const char *scope, uint32_t die);

/* Is WHOLE, "ns::cls::name", what NAME, a tail of it or all of it, stands for? */
bool pt_scopes_is_tail(const char *whole, const char *name);

#endif
