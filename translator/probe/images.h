/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PT_IMAGES_H
#define PT_IMAGES_H

#include "../debuginfo/modulenames.h"
#include "probe.h"

/* What is looked for in the images. */
struct pt_images_wish {
	enum pt_modulename kind;
	const char *glob; /* of names */
	struct pt_span span;
};

/* The debuginfo (struct pt_dbg *) of what WHERE says, the first component of a
 * point: "kernel", or module() with a name or a glob.  Of the modules that a glob
 * finds some are left out: those without debuginfo, with a warning; if WISH is not
 * NULL also those that have nothing of that name, where the symbols tell.  Errors have
 * WHERE's place, and PT_E_NO_MATCH of no such name WISH's. */
struct pt_error *pt_images_find(struct pt_probe_env *env,
				const struct pt_point_component *where,
				const struct pt_images_wish *wish,
				GPtrArray *ret);

/* Says that N of the ALL images of WHERE are left out, the FIRST of them for this
 * reason; nothing if there is none. */
void pt_images_left_out(struct pt_probe_env *env,
			const struct pt_point_component *where, unsigned n,
			unsigned all, const struct pt_error *first);

/* Of FILES (struct pt_module_file *) those that have a tracepoint whose name matches
 * GLOB stay. */
struct pt_error *pt_images_with_tracepoint(struct pt_probe_env *env,
					   const char *glob, GPtrArray *files);

#endif
