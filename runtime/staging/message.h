/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ptaprun itself has to say, on stderr, a line each.
 */
#ifndef PR_MESSAGE_H
#define PR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/* How much to say: set once from the options. */
extern bool pr_message_quiet;  /* -w: no warnings */
extern int pr_message_verbose; /* count of -v */

/* "ERROR: ...", "WARNING: ...", "ptaprun: ..." (with -v only). */
void pr_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pr_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pr_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What to do about the error just printed, on a line of its own. */
void pr_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* N bytes that the script wants on stderr after PREFIX, and a newline if they do
 * not end with one. */
void pr_message_script(const char *prefix, const char *text, size_t n);

#endif
