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
#include "unpack.h"

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

struct pt_error *pt_vmlinuz_unpack(struct pt_arena *arena, const char *path,
				   const uint8_t **ret, size_t *ret_size)
{
	const char *payload, *unpacked;
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
	PT_TRY(pt_unpack(arena, path, payload, size, true, &unpacked,
			 ret_size));
	if (!unpacked)
		return vmlinuz_bad(arena, path,
				   "it is compressed in a way that is not "
				   "known");
	*ret = (const uint8_t *)unpacked;
	return NULL;
}
