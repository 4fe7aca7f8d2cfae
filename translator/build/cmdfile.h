/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines: read from what kbuild left in its .cmd files, kept in a text
 * file of our own.  No command line is ever guessed.
 */
#ifndef PT_CMDFILE_H
#define PT_CMDFILE_H

#include "../base/error.h"

/*
 * The commands of the .cmd file of the target PATH ("DIR/x.o" has
 * "DIR/.x.o.cmd"): one GPtrArray of const char * for each, as the shell would
 * have split them, no NULL at the end.  PT_E_BUILD if there is none or it has
 * something that is more than a plain list of commands.
 */
struct pt_error *pt_cmdfile_read(struct pt_arena *arena, const char *path,
				 GPtrArray **ret);

/* "NAME", the arguments one a line, an empty line: appended to TEXT.  No
 * argument may be empty or hold a newline. */
void pt_cmdfile_save(GString *text, const char *name, const GPtrArray *argv);

/* The arguments saved under NAME; NULL if there are none. */
GPtrArray *pt_cmdfile_load(struct pt_arena *arena, const char *text,
			   const char *name);

#endif
