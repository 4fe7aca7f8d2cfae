/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initial root of a guest: the agent and the drivers that it loads to reach
 * the host's root.  Made once per kernel and agent, kept in the cache folder.
 */
#ifndef PT_VM_IMAGE_H
#define PT_VM_IMAGE_H

#include "../base/error.h"
#include "../base/target.h"

/* The path of the image for TARGET with the program AGENT. */
struct pt_error *pt_vm_image_get(struct pt_arena *arena,
				 const struct pt_target *target,
				 const char *agent, const char **ret);

#endif
