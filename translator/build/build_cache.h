/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache folder: finished modules by the key of everything that went into
 * them, and the runtimes (rtcache.h).
 *
 * A module has two files, KEY.ko and KEY.info; the second is written last and
 * has the first one's size and hash, so that a half or damaged one is not taken.
 */
#ifndef PT_BUILD_CACHE_H
#define PT_BUILD_CACHE_H

#include "../base/session.h"

/* How many are kept. */
#define PT_BUILD_CACHE_MODULES 256
#define PT_BUILD_CACHE_RUNTIMES 8
/* Bytes of the indexes and descriptions of kernels, modules and programs. */
#define PT_BUILD_CACHE_DESCRIPTIONS (INT64_C(1) << 30)

/* The folder NAME in the cache folder, made if needed.  If the cache folder
 * cannot be written, one in a temporary folder of this run, with a warning and
 * session->cache_is_temporary set. */
struct pt_error *pt_build_cache_folder(struct pt_session *session,
				       const char *name, const char **ret);

/* Keeps the module DATA under session->build_key, with the diagnostics of this
 * run; *ret: its path. */
struct pt_error *pt_build_cache_store(struct pt_session *session,
				      const char *data, size_t length,
				      const char **ret);

/* Notes that PATH was used now. */
void pt_build_cache_touch(const char *path);

/* Removes the entries of FOLDER that were not used for longest until LIMIT are
 * left; an entry is a file or folder together with those that differ from it
 * after the last '.' only. */
void pt_build_cache_prune(struct pt_session *session, const char *folder,
			  unsigned limit);

#endif
