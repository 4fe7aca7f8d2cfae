/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of kernels and modules, section by section.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *path, *section;
	uint64_t address; /* of the first byte */
	const uint8_t *code;
	size_t n;
	bool wide; /* for 64-bit mode */
};

/* Calls VISIT with CONTEXT for each executable section of the ELF file, or the
 * kernel as it is booted, at PATH.  What cannot be read ends the program. */
void text_read(const char *path,
	       void (*visit)(void *context, const struct text *text),
	       void *context);

#endif
