/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's Documentation/arch/x86/boot.rst says where the payload is: the
 * setup header has its offset and length, counted from the code of protected
 * mode, which follows the setup sectors.
 */
#include "vmlinuz.h"

#include <elf.h>
#include <string.h>

#include "../base/file.h"
#include "../base/proc.h"

#define SECTOR 512

/* Fields of the setup header. */
#define SETUP_SECTS 0x1f1
#define MAGIC 0x202
#define VERSION 0x206
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END 0x250

/* The first with a payload. */
#define OLDEST_VERSION 0x208

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

static struct pt_error *vmlinuz_bad(struct pt_arena *arena, const char *path,
				    const char *what)
{
	return pt_error_new(arena, PT_E_BAD_DEBUGINFO,
			    "'%s' is not a kernel that can be read: %s", path,
			    what);
}

static uint32_t field(const char *data, size_t at, size_t size)
{
	uint32_t value = 0;

	memcpy(&value, data + at, size);
	return value;
}

/* The payload within SIZE bytes of a bzImage; false: there is none. */
static bool find_payload(const char *data, size_t size, const char **ret,
			 size_t *ret_size)
{
	uint64_t start, length;

	if (size < HEADER_END || memcmp(data + MAGIC, "HdrS", 4) != 0 ||
	    field(data, VERSION, 2) < OLDEST_VERSION)
		return false;
	start = field(data, SETUP_SECTS, 1);
	/* For the oldest boot loaders, 0 stands for 4. */
	start = ((start ? start : 4) + 1) * SECTOR +
		field(data, PAYLOAD_OFFSET, 4);
	length = field(data, PAYLOAD_LENGTH, 4);
	if (length < 8 || start > size || length > size - start)
		return false;
	*ret = data + start;
	*ret_size = length;
	return true;
}

static struct pt_error *unpack(struct pt_arena *arena, const char *path,
			       const struct unpacker *unpacker,
			       const char *payload, size_t size,
			       struct pt_proc_result *ret)
{
	const char *argv[] = { unpacker->program, unpacker->option, NULL,
			       NULL };
	struct pt_proc_spec spec = { .argv = argv };
	struct pt_error *error;
	const char *dir;

	PT_TRY(pt_proc_tmpdir(arena, &dir));
	argv[2] =
		pt_arena_printf(arena, "%s/vmlinux.%s", dir, unpacker->suffix);
	PT_TRY(pt_file_write(arena, argv[2], payload,
			     size - (unpacker->size_behind ? 4 : 0)));
	error = pt_proc_run(arena, &spec, ret);
	pt_file_remove(argv[2]);
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
		return vmlinuz_bad(arena, path,
				   "what it is compressed with does not unpack "
				   "it");
	return NULL;
}

struct pt_error *pt_vmlinuz_unpack(struct pt_arena *arena, const char *path,
				   const uint8_t **ret, size_t *ret_size)
{
	const struct unpacker *unpacker = NULL;
	struct pt_proc_result result;
	const char *payload;
	size_t size;
	char *data;

	PT_TRY(pt_file_read(arena, path, &data, &size));
	if (size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG)) {
		*ret = (const uint8_t *)data;
		*ret_size = size;
		return NULL;
	}
	if (!find_payload(data, size, &payload, &size))
		return vmlinuz_bad(arena, path,
				   "it is neither a bzImage nor an ELF file");
	for (size_t i = 0; i < G_N_ELEMENTS(unpackers); i++)
		if (!memcmp(payload, unpackers[i].magic,
			    unpackers[i].magic_length))
			unpacker = &unpackers[i];
	if (!unpacker)
		return vmlinuz_bad(arena, path,
				   "it is compressed in a way that is not "
				   "known");
	PT_TRY(unpack(arena, path, unpacker, payload, size, &result));
	*ret = (const uint8_t *)result.out;
	*ret_size = result.out_length;
	return NULL;
}
