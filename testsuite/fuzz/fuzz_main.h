/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzers of the translator share.  Each defines
 * LLVMFuzzerTestOneInput(); the last byte of its input chooses the options, so
 * that a script is a seed as it is.
 */
#ifndef FUZZ_MAIN_H
#define FUZZ_MAIN_H

#include "translator/base/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A session with an arena of its own and a kernel without debuginfo: guru mode
 * (without CHOICE & 1), script arguments (CHOICE & 2), the language of 1.4
 * (CHOICE & 128).  A newline, with which most scripts end, gives the first two. */
void fuzz_session(struct pt_session *session, uint8_t choice);

/* The input without its last byte as the source of a script. */
struct pt_source *fuzz_source(struct pt_session *session, const uint8_t *data,
			      size_t size);

/* Ends the program, as a finding, unless GOOD. */
void fuzz_check(bool good, const char *what);

/* Prints the diagnostics to nowhere and gives all memory back. */
void fuzz_end(struct pt_session *session);

#endif
