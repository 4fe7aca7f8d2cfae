/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two files of the base room's test share.
 */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <stdbool.h>

/* "PASS: WHAT" or "FAIL: WHAT". */
void base_check(bool good, const char *what);

/* The same for two texts, both shown if they differ. */
void base_check_text(const char *got, const char *want, const char *what);

/* The tests of processes, temporary folders and signals. */
void base_test_proc(void);

#endif
