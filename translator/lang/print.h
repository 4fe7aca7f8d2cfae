/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the printer (parse.h has the whole) that lang/ shares.
 */
#ifndef PT_PRINT_H
#define PT_PRINT_H

#include "ast.h"

/* The components alone: no marks, no condition. */
void pt_print_point(GString *to, const struct pt_point *point);

/* LENGTH bytes as a literal of the script language, quotes included. */
void pt_print_string(GString *to, const char *text, size_t length);

#endif
