/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thin way: a script's file alone is compiled, and linked with the kernel's
 * runtime object.  Four short programs run, by kbuild's command lines.
 */
#ifndef PT_THIN_H
#define PT_THIN_H

#include "rtcache.h"

/*
 * Builds TEXT in the folder DIR.  *ret_data: the module with the placeholder
 * name.  *ret_data is NULL, without an error, if the file needs something that
 * the thin way does not give: *ret_reason then says what.
 */
struct pt_error *pt_thin_build(struct pt_session *session,
			       const struct pt_rtcache *runtime,
			       const char *dir, const char *text,
			       char **ret_data, size_t *ret_length,
			       const char **ret_reason);

#endif
