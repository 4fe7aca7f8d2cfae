/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line of ptap, with SystemTap's spelling (stap(1), OPTIONS).
 */
#ifndef PT_OPTIONS_H
#define PT_OPTIONS_H

#include "base/session.h"

enum pt_options_action {
	PT_OPTIONS_RUN,
	PT_OPTIONS_HELP,
	PT_OPTIONS_VERSION,
	PT_OPTIONS_BAD, /* the session's collector says what is wrong */
};

/* Takes ARGV apart into SESSION's options. */
enum pt_options_action pt_options_parse(struct pt_session *session, int argc,
					char **argv);

void pt_options_help(FILE *stream);
void pt_options_version(FILE *stream);

#endif
