/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole files: read, written so that a reader never sees a half, hashed.
 */
#ifndef PT_FILE_H
#define PT_FILE_H

#include "error.h"

/* The whole of PATH, NUL terminated. */
struct pt_error *pt_file_read(struct pt_arena *arena, const char *path,
			      char **ret, size_t *ret_length);

/* Writes through a temporary name in the same folder, then renames; nothing is
 * left behind on failure. */
struct pt_error *pt_file_write(struct pt_arena *arena, const char *path,
			       const void *data, size_t length);

/* Makes the folder and its parents, mode 0700 for new ones. */
struct pt_error *pt_file_mkdirs(struct pt_arena *arena, const char *path);

/* The folder for caches: $PTAP_CACHE, else $XDG_CACHE_HOME/ptap, else
 * ~/.cache/ptap; made if it is not there. */
struct pt_error *pt_file_cache_dir(struct pt_arena *arena, const char **ret);

/* Removes a file or a folder with all it holds; that it is not there is no
 * error. */
void pt_file_remove(const char *path);

/* A running SHA-256 (GChecksum), so that keys are built in one way. */
struct pt_hash;
struct pt_hash *pt_hash_create(struct pt_arena *arena);
void pt_hash_bytes(struct pt_hash *hash, const void *data, size_t length);
/* A string and its end, so that "ab","c" and "a","bc" differ; NULL differs from
 * "". */
void pt_hash_text(struct pt_hash *hash, const char *text);
/* Path, size, time of change and inode of a file, or that it is not there. */
void pt_hash_stamp(struct pt_hash *hash, const char *path);
/* The digest as hex, in ARENA; the hash is finished. */
const char *pt_hash_hex(struct pt_hash *hash, struct pt_arena *arena);

#endif
