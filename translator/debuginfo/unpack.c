/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unpack.h"

#include <string.h>

#include "../base/file.h"
#include "../base/proc.h"

static const struct unpacker {
	const char *magic;
	size_t magic_length;
	const char *program, *option, *suffix, *package;
	bool size_behind; /* four bytes that are not the stream's */
} unpackers[] = {
	{ "\x1f\x8b", 2, "gzip", "-dc", "gz", "gzip", false },
	{ "\xfd"
	  "7zXZ",
	  5, "xz", "-dc", "xz", "xz-utils", true },
	{ "\x28\xb5\x2f\xfd", 4, "zstd", "-dc", "zst", "zstd", true },
	{ "\x02\x21\x4c\x18", 4, "lz4", "-dc", "lz4", "lz4", true },
	{ "\x5d\x00\x00", 3, "xz", "-dc", "lzma", "xz-utils", true },
	{ "BZh", 3, "bzip2", "-dc", "bz2", "bzip2", true },
	{ "\x89LZO", 4, "lzop", "-dc", "lzo", "lzop", true },
};

static struct pt_error *run(struct pt_arena *arena, const char *path,
			    const struct unpacker *unpacker, const char *data,
			    size_t size, struct pt_proc_result *ret)
{
	const char *argv[] = { unpacker->program, unpacker->option, NULL,
			       NULL };
	struct pt_proc_spec spec = { .argv = argv };
	struct pt_error *error;
	const char *dir;

	PT_TRY(pt_proc_tmpdir(arena, &dir));
	argv[2] = pt_arena_printf(arena, "%s/packed.%s", dir, unpacker->suffix);
	PT_TRY(pt_file_write(arena, argv[2], data, size));
	error = pt_proc_run(arena, &spec, ret);
	pt_file_remove(dir);
	pt_proc_temp_drop(dir);
	if (error && error->code == PT_E_FILE)
		return pt_error_hint(
			pt_error_new(arena, PT_E_NO_DEBUGINFO,
				     "'%s' is compressed with %s, which is not "
				     "installed",
				     path, unpacker->program),
			"on Debian: apt install %s", unpacker->package);
	if (error)
		return error;
	if (ret->status)
		return pt_error_new(arena, PT_E_BAD_DEBUGINFO,
				    "'%s' is damaged: %s does not unpack it",
				    path, unpacker->program);
	return NULL;
}

struct pt_error *pt_unpack(struct pt_arena *arena, const char *path,
			   const char *data, size_t size, bool trailer,
			   const char **ret, size_t *ret_size)
{
	const struct unpacker *unpacker = NULL;
	struct pt_proc_result result;

	*ret = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(unpackers); i++)
		if (size > 8 && !memcmp(data, unpackers[i].magic,
					unpackers[i].magic_length))
			unpacker = &unpackers[i];
	if (!unpacker)
		return NULL;
	if (trailer && unpacker->size_behind)
		size -= 4;
	PT_TRY(run(arena, path, unpacker, data, size, &result));
	*ret = result.out;
	*ret_size = result.out_length;
	return NULL;
}
