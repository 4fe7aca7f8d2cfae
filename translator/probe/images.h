/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PT_IMAGES_H
#define PT_IMAGES_H

#include "probe.h"

/* The debuginfo (struct pt_dbg *) of what WHERE says, the first component of a
 * point: "kernel", or module() with a name or a glob.  Of the modules that a glob
 * finds those without debuginfo are left out with a warning.  Errors have WHERE's
 * place. */
struct pt_error *pt_images_find(struct pt_probe_env *env,
				const struct pt_point_component *where,
				GPtrArray *ret);

#endif
