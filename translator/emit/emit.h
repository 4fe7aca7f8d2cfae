/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 3: from a bound and typed program to one C file against runtime/script.h.
 * Decides nothing: what to read, lock, save and arm stands in the program.
 */
#ifndef PT_EMIT_H
#define PT_EMIT_H

#include "../sema/program.h"

/* The C text, readable: one function a probe body, a comment with the script
 * line, names from the script.  Errors: PT_E_UNSUPPORTED with a place. */
struct pt_error *pt_emit(const struct pt_program *program, const char **ret);

#endif
