/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modname.h"

#include <string.h>

struct pt_error *pt_modname_check(struct pt_arena *arena, const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!g_ascii_isalnum(name[i]) && name[i] != '_')
			break;
	if (i == 0 || name[i] || g_ascii_isdigit(name[0]))
		return pt_error_hint(
			pt_error_new(arena, PT_E_OPTION,
				     "'%s' cannot be the name of a module",
				     name),
			"use letters, digits and '_', not beginning with a "
			"digit");
	if (i > PT_MODNAME_MAX)
		return pt_error_new(arena, PT_E_OPTION,
				    "the module name '%s' is longer than %d "
				    "characters",
				    name, PT_MODNAME_MAX);
	return NULL;
}

struct pt_error *pt_modname_patch(struct pt_arena *arena, char *data,
				  size_t length, const char *name)
{
	static const char old[] = PT_MODNAME_PLACEHOLDER;
	size_t old_length = sizeof(old) - 1;
	char *at = data, *end = data + length;
	unsigned found = 0;

	_Static_assert(sizeof(old) - 1 == PT_MODNAME_MAX, "see modname.h");
	while ((at = memmem(at, (size_t)(end - at), old, old_length))) {
		char after = at + old_length < end ? at[old_length] : '\1';

		/* Names of source files stand in the symbol table only. */
		if (after == '\0') {
			memset(at, 0, old_length);
			memcpy(at, name, strlen(name));
			found++;
		} else if (after != '.') {
			return pt_error_new(arena, PT_E_INTERNAL,
					    "the module's name is part of "
					    "another text");
		}
		at += old_length;
	}
	/* In struct module and in the module's information. */
	if (found < 2)
		return pt_error_new(arena, PT_E_INTERNAL,
				    "the module does not hold its name");
	return NULL;
}
