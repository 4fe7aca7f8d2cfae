/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runtime's object, built once for a kernel, its configuration, a compiler
 * and these runtime sources; and with it what a script is compiled and linked
 * with: kbuild's own command lines for that kernel.
 */
#ifndef PT_RTCACHE_H
#define PT_RTCACHE_H

#include "../base/session.h"

struct pt_rtcache {
	const char *dir;    /* holds all that the command lines name, and the
				* headers in runtime/ and include/ */
	const char *cwd;    /* where the command lines work */
	GPtrArray *compile; /* const char *: all but -o OUTPUT INPUT */
	GPtrArray *objtool; /* all but the object; NULL: not run on one file */
	GPtrArray *join;    /* NULL, or: objects are linked first by this, with
				* PT_RTCACHE_OUTPUT and PT_RTCACHE_OBJECTS */
	GPtrArray *join_objtool; /* run on what join makes; NULL: not */
	GPtrArray *link;     /* with PT_RTCACHE_OUTPUT and PT_RTCACHE_OBJECTS */
	const char *object;  /* path of rt.o */
	GHashTable *symbols; /* what a script may use: set of names */
};

/* In the command lines above: to be replaced. */
#define PT_RTCACHE_OUTPUT "@output@"
#define PT_RTCACHE_OBJECTS "@objects@"

/*
 * Begins what pt_rtcache_get() is to give, in a thread of its own, so that it is
 * done while the script is elaborated.  The thread ends with the session's
 * arena; pt_proc_cleanup() makes that soon.
 */
void pt_rtcache_start(struct pt_session *session);

/*
 * Gives what is there, building it if it is not (a second or two).  Two runs may
 * do so at the same time; one result stays.
 *
 * *ret is NULL, without an error, if kbuild does something for this kernel that
 * the thin way does not know: *ret_reason then says what.
 */
struct pt_error *pt_rtcache_get(struct pt_session *session,
				struct pt_rtcache **ret,
				const char **ret_reason);

#endif
