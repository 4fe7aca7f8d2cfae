/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's file: what it says of itself, and a copy of it under another name.
 */
#ifndef PR_MODULE_H
#define PR_MODULE_H

#include <stdbool.h>
#include <stddef.h>

struct pr_module {
	char name[64];	    /* as the kernel will call it */
	char vermagic[256]; /* "" if it has none */
};

/* Reads FD, a whole module.  False: said why, PATH is its name for that. */
bool pr_module_read(int fd, const char *path, struct pr_module *elf);

/* Calls EACH with every value of NAME in the .modinfo of FD, until it returns
 * false; what it returned last, or true. */
bool pr_module_info(int fd, const char *path, const char *name,
		    bool (*each)(const char *value));

/* A copy of FD in memory, named NAME instead of ELF->name; -1: said why. */
int pr_module_rename(int fd, const char *path, const struct pr_module *elf,
		     const char *name);

#endif
