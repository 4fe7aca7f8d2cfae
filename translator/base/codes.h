/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of all diagnostics: X(CODE, "slug").  The slug is printed after the
 * message in brackets; every slug has a test that names it, and `make check`
 * fails on one that has none.  Keep each section sorted.
 */
#ifndef PT_CODES_H
#define PT_CODES_H

#define PT_CODES(X)                                                            \
	/* options, files, the machine */                                      \
	X(FILE, "file")                                                        \
	X(INTERNAL, "internal")                                                \
	X(IO, "io")                                                            \
	X(OPTION, "option")                                                    \
	X(INTERRUPTED, "interrupted")                                          \
	/* pass 1 */                                                           \
	X(SYNTAX, "syntax")                                                    \
	/* pass 2 */                                                           \
	X(NO_MATCH, "no-match")                                                \
	X(TYPE_MISMATCH, "type-mismatch")                                      \
	X(UNKNOWN_FUNCTION, "unknown-function")                                \
	X(UNKNOWN_MEMBER, "unknown-member")                                    \
	X(UNKNOWN_PROBE, "unknown-probe")                                      \
	X(UNKNOWN_VARIABLE, "unknown-variable")                                \
	X(UNSUPPORTED, "unsupported")                                          \
	/* the target kernel and its tools */                                  \
	X(BAD_DEBUGINFO, "bad-debuginfo")                                      \
	X(NO_COMPILER, "no-compiler")                                          \
	X(NO_DEBUGINFO, "no-debuginfo")                                        \
	X(NO_HEADERS, "no-headers")                                            \
	X(NO_KERNEL, "no-kernel")                                              \
	X(OPTIMISED_OUT, "optimised-out")                                      \
	/* pass 4 */                                                           \
	X(BUILD, "build")

enum pt_code {
#define X(code, slug) PT_E_##code,
	PT_CODES(X)
#undef X
};

#endif
