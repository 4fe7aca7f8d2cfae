/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "orc.h"

#include <string.h>

/* An entry: two distances, then bits (arch/x86/include/asm/orc_types.h). */
#define ENTRY_SIZE 6

enum orc_register {
	ORC_DX = 2,
	ORC_DI,
	ORC_BP,
	ORC_SP,
	ORC_R10,
	ORC_R13,
	ORC_BP_INDIRECT,
	ORC_SP_INDIRECT,
};

static const struct {
	unsigned reg; /* DWARF number */
	bool known, indirect;
} registers[16] = {
	[ORC_DX] = { 1, true, false },
	[ORC_DI] = { 5, true, false },
	[ORC_BP] = { 6, true, false },
	[ORC_SP] = { 7, true, false },
	[ORC_R10] = { 10, true, false },
	[ORC_R13] = { 13, true, false },
	[ORC_BP_INDIRECT] = { 6, true, true },
	[ORC_SP_INDIRECT] = { 7, true, true },
};

/* The address that the entry with NUMBER is from: each is a distance from where it
 * stands itself. */
static uint64_t entry_address(const struct pt_image *image,
			      const struct pt_image_section *ips,
			      uint64_t number)
{
	uint64_t at = number * sizeof(int32_t);
	int32_t distance;

	memcpy(&distance, image->region + ips->offset + at, sizeof(distance));
	return ips->address + at + (uint64_t)(int64_t)distance;
}

/* A frame that a call made.  The kinds got other numbers, and one bit more, in Linux
 * 6.4 (fb799447ae29, "x86,objtool: Split UNWIND_HINT_EMPTY in two"); kernels since
 * b9f174c811e3 (6.5) say which they have in a section of their own. */
static bool is_call(const struct pt_image *image, unsigned bits)
{
	return pt_image_section_named(image, ".orc_header")
		       ? (bits >> 8 & 7) == 2
		       : (bits >> 8 & 3) == 0;
}

/* The kernel's table is put in order when it is linked (scripts/sorttable.c), and has an
 * index that is filled at boot; a module's is put in order when that is loaded. */
static bool is_ordered(const struct pt_image *image)
{
	for (guint i = 0; i < image->sections->len; i++)
		if (!strcmp(g_array_index(image->sections,
					  struct pt_image_section, i)
				    .name,
			    ".orc_lookup"))
			return true;
	return false;
}

/* The number of the last entry of COUNT that is not behind PC; false: none is. */
static bool find_entry(const struct pt_image *image,
		       const struct pt_image_section *ips, uint64_t count,
		       uint64_t pc, uint64_t *ret)
{
	uint64_t low = 0, high = count, best = 0;
	bool found = false;

	if (is_ordered(image)) {
		while (low < high) {
			uint64_t middle = low + (high - low) / 2;

			if (entry_address(image, ips, middle) <= pc)
				low = middle + 1;
			else
				high = middle;
		}
		*ret = low - 1;
		return low;
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t address = entry_address(image, ips, i);

		if (address > pc || (found && address < best))
			continue;
		found = true;
		best = address;
		*ret = i;
	}
	return found;
}

bool pt_orc_find(const struct pt_image *image, uint64_t pc,
		 struct pt_orc_cfa *ret)
{
	const struct pt_image_section *ips =
		pt_image_section_named(image, ".orc_unwind_ip");
	const struct pt_image_section *entries =
		pt_image_section_named(image, ".orc_unwind");
	uint64_t number;
	uint16_t bits;
	int16_t offset;
	const uint8_t *at;

	if (!ips || !entries)
		return false;
	if (!find_entry(image, ips,
			MIN(ips->size / sizeof(int32_t),
			    entries->size / ENTRY_SIZE),
			pc, &number))
		return false;
	at = image->region + entries->offset + number * ENTRY_SIZE;
	memcpy(&offset, at, sizeof(offset));
	memcpy(&bits, at + 4, sizeof(bits));
	if (!registers[bits & 15].known || !is_call(image, bits))
		return false;
	ret->reg = registers[bits & 15].reg;
	ret->indirect = registers[bits & 15].indirect;
	ret->before = ret->after = 0;
	/* as arch/x86/kernel/unwind_orc.c takes them */
	switch (bits & 15) {
	case ORC_SP:
	case ORC_BP:
	case ORC_BP_INDIRECT: ret->before = offset; break;
	case ORC_SP_INDIRECT: ret->after = offset; break;
	default: break;
	}
	return true;
}
