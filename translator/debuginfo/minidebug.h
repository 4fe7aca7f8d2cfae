/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols of stripped programs: distributions keep those of their functions in
 * .gnu_debugdata, an ELF file that xz has packed (GDB's manual, "MiniDebugInfo").  It
 * lacks what .dynsym has.
 */
#ifndef PT_MINIDEBUG_H
#define PT_MINIDEBUG_H

#include "image.h"

/* Adds the symbols in PACKED, a section of IMAGE, to those that IMAGE has.
 * PT_E_BAD_DEBUGINFO if it does not unpack, is larger than 128 MB then, or is no
 * whole ELF file for IMAGE's machine; one without symbols adds none. */
struct pt_error *pt_minidebug_symbols(struct pt_image *image,
				      const struct pt_image_section *packed);

#endif
