/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's name.  Every module is built under one placeholder name that is
 * as long as a name may be, and gets its own name in the finished file: so what
 * kbuild makes of a name is made once per kernel, and the file has room for any
 * other name later.
 */
#ifndef PT_MODNAME_H
#define PT_MODNAME_H

#include "../base/error.h"

/* 55 characters: MODULE_NAME_LEN - 1 on 64-bit machines. */
#define PT_MODNAME_PLACEHOLDER \
	"ptap_placeholder_for_the_name_that_the_module_will_have"
#define PT_MODNAME_MAX 55

/* PT_E_OPTION unless NAME can be a module's: letters, digits and '_', not too
 * long, no digit first. */
struct pt_error *pt_modname_check(struct pt_arena *arena, const char *name);

/* Writes NAME over the placeholder everywhere in the module DATA.  PT_E_INTERNAL
 * if the placeholder is not there or is part of a longer text in a part that is
 * loaded. */
struct pt_error *pt_modname_patch(struct pt_arena *arena, char *data,
				  size_t length, const char *name);

#endif
