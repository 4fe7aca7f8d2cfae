/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers as digits.  Digits stand at the end of a PTFMT_DIGITS buffer; each
 * function returns how many there are (at least one).
 */
#ifndef PTFMT_NUMBER_H
#define PTFMT_NUMBER_H

#include "format.h"

#define PTFMT_DIGITS 24

unsigned ptfmt_decimal(char *buffer, uint64_t v);
unsigned ptfmt_octal(char *buffer, uint64_t v);
unsigned ptfmt_hex(char *buffer, uint64_t v, bool upper);

/* A / B, B not 0, also where 64-bit division needs a library. */
uint64_t ptfmt_divide(uint64_t a, uint64_t b);

#endif
