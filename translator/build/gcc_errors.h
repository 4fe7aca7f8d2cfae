/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What to make of the messages of gcc and its fellows.
 */
#ifndef PT_GCC_ERRORS_H
#define PT_GCC_ERRORS_H

#include "../base/session.h"

/* Adds the first few errors in MESSAGES to ERROR as notes. */
void pt_gcc_errors_note(struct pt_error *error, const char *messages);

/* PT_E_BUILD for a tool's failure that is not the user's doing: WHAT, the first
 * messages as notes, and how to keep DIR. */
struct pt_error *pt_gcc_errors_internal(struct pt_session *session,
					const char *what, const char *dir,
					const char *messages);

/*
 * The errors that gcc found in the script's embedded C, at their places in the
 * script (#line): all but the last are added to the session's diagnostics, the
 * last is returned.  NULL if no message is about a script.
 */
struct pt_error *pt_gcc_errors_embedded(struct pt_session *session,
					const char *messages);

#endif
