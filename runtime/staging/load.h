/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading and unloading: the only part of ptaprun that needs privileges by
 * itself.
 */
#ifndef PR_LOAD_H
#define PR_LOAD_H

#include <stdbool.h>

#include <ptap/limits.h>
#include <ptap/wire.h>

struct kmod_ctx;

struct pr_load {
	struct kmod_ctx *kmod;
	char name[64];
	char directory[96]; /* its files (wire.h) */
	bool loaded;
};

/* Loads the module PATH with PARAMETERS; UNIQUE: under a name
 * of its own.  False: said why. */
bool pr_load_init(struct pr_load *l, const char *path, const char *parameters,
		  bool unique);

/* Unloads, waiting for handlers that are still inside.  False: said why; the
 * module stays. */
bool pr_load_deinit(struct pr_load *l);

/* Was the script bound to the kernel that runs?  False: said why not. */
bool pr_load_check_kernel(const struct ptap_script_header *header);

#endif
