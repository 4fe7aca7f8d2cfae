/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tapset library: -I folders and the installed one (section 14).  Macro
 * files are read at once; script files are indexed by the names that they define
 * and parsed when a name is asked for.
 */
#ifndef PT_LIBRARY_H
#define PT_LIBRARY_H

#include "../base/file.h"
#include "../base/session.h"
#include "ast.h"

struct pt_library;

/* Finds the files and loads the macro files.  Cheap: the index of names is kept
 * in the cache folder by file stamps.  A broken file is a warning. */
struct pt_library *pt_library_open(struct pt_session *session);

/* Parsed files that define the function NAME with ARITY parameters (any of
 * them), the global NAME, or an alias whose first component matches NAME; added
 * to RET (struct pt_file *), each once. */
void pt_library_find_function(struct pt_library *library, const char *name,
			      GPtrArray *ret);
void pt_library_find_global(struct pt_library *library, const char *name,
			    GPtrArray *ret);
void pt_library_find_alias(struct pt_library *library, const char *first,
			   GPtrArray *ret);

/* All names of a kind, for "did you mean" (const char *). */
const GPtrArray *pt_library_function_names(struct pt_library *library);
const GPtrArray *pt_library_alias_names(struct pt_library *library);

/* Adds path and stamp of every tapset file and folder to a cache key. */
void pt_library_hash(struct pt_session *session, struct pt_hash *hash);

#endif
