/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 4: from the C text to a kernel module.
 *
 * The thin way (thin.h) compiles the script's file alone and links it with the
 * runtime that was compiled once for this kernel (rtcache.h).  The full way
 * (kbuild.h) is kbuild itself: on everything for --kbuild=full, on the script's
 * file and the runtime's object for embedded C that may need kernel headers or
 * imports what the runtime does not.  Both give the same module.
 *
 * A finished module is kept (build_cache.h), so that the same script starts at
 * once the next time.
 */
#ifndef PT_BUILD_H
#define PT_BUILD_H

#include "../base/session.h"

/*
 * Looks for the module of the same script, arguments, options, tapsets, kernel
 * and ptap.  If it is there, prints the warnings of the run that built it to
 * stderr and returns its path; passes 1 to 4 are not needed.  Else returns NULL
 * and notes in SESSION what pt_build_module() is to keep its module as, and lets
 * a thread get the kernel's runtime ready.  A script on standard input is not
 * looked for.
 */
const char *pt_build_cache_lookup(struct pt_session *session);

/*
 * Builds C_TEXT.  *ret: path of the module: in the cache; NAME.ko in the current
 * folder when that is what -p4 is to leave (-m NAME, or no cache); else in a
 * temporary folder that goes at the end of the run.
 *
 * KERNEL_HEADERS: the text has embedded C that includes linux/ headers.  gcc's
 * complaints about embedded C become errors at their place in the script, as its
 * #line directives say.  Errors: PT_E_NO_HEADERS, PT_E_NO_COMPILER, PT_E_BUILD,
 * PT_E_IO, PT_E_INTERRUPTED, PT_E_INTERNAL.
 */
struct pt_error *pt_build_module(struct pt_session *session, const char *c_text,
				 bool kernel_headers, const char **ret);

/* Copies the module PATH to NAME.ko (-m) in the current folder; *ret: that. */
struct pt_error *pt_build_leave_here(struct pt_session *session,
				     const char *path, const char **ret);

#endif
