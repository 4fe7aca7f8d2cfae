/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The global symbols of a relocatable object.
 */
#ifndef PT_ELFSYMS_H
#define PT_ELFSYMS_H

#include "../base/error.h"

/* Calls VISIT for every global symbol of the object in DATA, of 32 or 64 bits, in
 * this machine's byte order.  PT_E_INTERNAL if it is no such object. */
struct pt_error *
pt_elfsyms_each(struct pt_arena *arena, const char *data, size_t length,
		void (*visit)(const char *name, bool defined, void *arg),
		void *arg);

#endif
