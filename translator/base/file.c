/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"

/* Files of the proc and sys file systems say that they are empty. */
#define GROW_STEP 65536

static struct pt_error *read_fd(struct pt_arena *arena, int fd,
				const char *path, char **ret,
				size_t *ret_length)
{
	size_t size, length = 0;
	struct stat st;
	char *text;

	if (fstat(fd, &st) < 0)
		return pt_error_errno(arena, errno, "read", path);
	if (S_ISDIR(st.st_mode))
		return pt_error_errno(arena, EISDIR, "read", path);
	size = st.st_size > 0 ? (size_t)st.st_size + 1 : GROW_STEP;
	text = pt_arena_alloc(arena, size + 1);
	for (;;) {
		ssize_t n = read(fd, text + length, size - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pt_error_errno(arena, errno, "read", path);
		if (n == 0)
			break;
		length += (size_t)n;
		if (length == size) {
			char *bigger = pt_arena_alloc(arena, size * 2 + 1);

			memcpy(bigger, text, length);
			text = bigger;
			size *= 2;
		}
	}
	text[length] = '\0';
	*ret = text;
	*ret_length = length;
	return NULL;
}

struct pt_error *pt_file_read(struct pt_arena *arena, const char *path,
			      char **ret, size_t *ret_length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct pt_error *error;

	if (fd < 0)
		return pt_error_errno(arena, errno, "read", path);
	error = read_fd(arena, fd, path, ret, ret_length);
	close(fd);
	return error;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		data += n;
		length -= (size_t)n;
	}
	return 0;
}

struct pt_error *pt_file_write(struct pt_arena *arena, const char *path,
			       const void *data, size_t length)
{
	static int counter;
	const char *temp =
		pt_arena_printf(arena, "%s.%d.%d.tmp", path, (int)getpid(),
				g_atomic_int_add(&counter, 1));
	int fd, errnum;

	pt_proc_temp_add(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		errnum = errno;
	} else {
		errnum = write_all(fd, data, length);
		if (close(fd) < 0 && !errnum)
			errnum = errno;
		if (!errnum && rename(temp, path) < 0)
			errnum = errno;
		if (errnum)
			unlink(temp);
	}
	pt_proc_temp_drop(temp);
	return errnum ? pt_error_errno(arena, errnum, "write", path) : NULL;
}

struct pt_error *pt_file_mkdirs(struct pt_arena *arena, const char *path)
{
	struct stat st;

	if (g_mkdir_with_parents(path, 0700) < 0)
		return pt_error_errno(arena, errno, "make the folder", path);
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return pt_error_errno(arena, ENOTDIR, "use the folder", path);
	return NULL;
}

struct pt_error *pt_file_cache_dir(struct pt_arena *arena, const char **ret)
{
	const char *own = g_getenv("PTAP_CACHE");
	const char *path;

	if (own && *own)
		path = pt_arena_strdup(arena, own);
	else
		path = pt_arena_printf(arena, "%s/ptap",
				       g_get_user_cache_dir());
	PT_TRY(pt_file_mkdirs(arena, path));
	*ret = path;
	return NULL;
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	/* Goes on whatever happens: what can be removed is removed. */
	remove(path);
	return 0;
}

void pt_file_remove(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

struct pt_hash {
	GChecksum *sum;
};

static void release_hash(void *sum)
{
	g_checksum_free(sum);
}

struct pt_hash *pt_hash_create(struct pt_arena *arena)
{
	struct pt_hash *hash = pt_new(arena, struct pt_hash);

	hash->sum = g_checksum_new(G_CHECKSUM_SHA256);
	pt_arena_defer(arena, release_hash, hash->sum);
	return hash;
}

void pt_hash_bytes(struct pt_hash *hash, const void *data, size_t length)
{
	g_checksum_update(hash->sum, data, (gssize)length);
}

void pt_hash_text(struct pt_hash *hash, const char *text)
{
	uint64_t length = text ? strlen(text) : UINT64_MAX;

	pt_hash_bytes(hash, &length, sizeof(length));
	if (text)
		pt_hash_bytes(hash, text, length);
}

void pt_hash_stamp(struct pt_hash *hash, const char *path)
{
	uint64_t stamp[5] = { 0 };
	struct stat st;

	pt_hash_text(hash, path);
	if (path && stat(path, &st) == 0) {
		stamp[0] = 1;
		stamp[1] = (uint64_t)st.st_size;
		stamp[2] = (uint64_t)st.st_mtim.tv_sec;
		stamp[3] = (uint64_t)st.st_mtim.tv_nsec;
		stamp[4] = (uint64_t)st.st_ino;
	}
	pt_hash_bytes(hash, stamp, sizeof(stamp));
}

const char *pt_hash_hex(struct pt_hash *hash, struct pt_arena *arena)
{
	return pt_arena_strdup(arena, g_checksum_get_string(hash->sum));
}
