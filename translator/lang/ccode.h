/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be seen of embedded C without parsing it.
 */
#ifndef PT_CCODE_H
#define PT_CCODE_H

#include <stdbool.h>
#include <stddef.h>

/* Does it set an error, as far as can be seen? */
bool pt_ccode_may_fail(const char *code, size_t length);

/* Has it the word WORD? */
bool pt_ccode_mentions(const char *code, size_t length, const char *word);

#endif
