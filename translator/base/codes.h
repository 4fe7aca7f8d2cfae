/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of all diagnostics: X(CODE, "slug").  The slug is printed after the
 * message in brackets; every slug has a test that names it, and `make check`
 * fails on one that has none.  Keep each section sorted.
 */
#ifndef PT_CODES_H
#define PT_CODES_H

#define PT_CODES(X)                             \
	/* options, files, the machine */       \
	X(FILE, "file")                         \
	X(INTERNAL, "internal")                 \
	X(IO, "io")                             \
	X(OPTION, "option")                     \
	X(INTERRUPTED, "interrupted")           \
	X(VM, "vm")                             \
	X(VM_CRASHED, "vm-crashed")             \
	/* pass 1 */                            \
	X(ARGUMENT, "argument")                 \
	X(CONDITIONAL, "conditional")           \
	X(DUPLICATE, "duplicate")               \
	X(EMBEDDED_C, "embedded-c")             \
	X(LIBRARY, "library")                   \
	X(LITERAL, "literal")                   \
	X(LVALUE, "lvalue")                     \
	X(MACRO, "macro")                       \
	X(MISPLACED, "misplaced")               \
	X(NESTING, "nesting")                   \
	X(SYNTAX, "syntax")                     \
	X(UNTERMINATED, "unterminated")         \
	X(UNUSED_ARGUMENT, "unused-argument")   \
	/* pass 2 */                            \
	X(ALIAS_LOOP, "alias-loop")             \
	X(ARITY, "arity")                       \
	X(COMPARISON, "comparison")             \
	X(CONDITION, "condition")               \
	X(CROSS_FILE, "cross-file")             \
	X(DEFINED, "defined")                   \
	X(ENTRY, "entry")                       \
	X(FOREACH_CHANGES, "foreach-changes")   \
	X(GURU, "guru")                         \
	X(NEVER_ASSIGNED, "never-assigned")     \
	X(NO_MATCH, "no-match")                 \
	X(NO_PROBES, "no-probes")               \
	X(NOT_PROBED, "not-probed")             \
	X(PRINT_FORMAT, "print-format")         \
	X(PROBE_ARGUMENT, "probe-argument")     \
	X(REGEX, "regex")                       \
	X(SITES_DROPPED, "sites-dropped")       \
	X(STATISTICS, "statistics")             \
	X(TYPE_MISMATCH, "type-mismatch")       \
	X(UNDECLARED_ARRAY, "undeclared-array") \
	X(UNKNOWN_FUNCTION, "unknown-function") \
	X(UNKNOWN_MEMBER, "unknown-member")     \
	X(UNKNOWN_PROBE, "unknown-probe")       \
	X(UNKNOWN_TYPE, "unknown-type")         \
	X(UNKNOWN_VARIABLE, "unknown-variable") \
	X(UNRESOLVED_TYPE, "unresolved-type")   \
	X(UNSUPPORTED, "unsupported")           \
	X(UNUSED, "unused")                     \
	/* the target kernel and its tools */   \
	X(BAD_DEBUGINFO, "bad-debuginfo")       \
	X(BTF, "btf")                           \
	X(BUILD_ID, "build-id")                 \
	X(NO_COMPILER, "no-compiler")           \
	X(NO_DEBUGINFO, "no-debuginfo")         \
	X(NO_HEADERS, "no-headers")             \
	X(SYMBOLS, "symbols-only")              \
	X(NO_KERNEL, "no-kernel")               \
	X(NO_RE2C, "no-re2c")                   \
	X(OPTIMISED_OUT, "optimised-out")       \
	/* pass 4 */                            \
	X(BUILD, "build")

enum pt_code {
#define X(code, slug) PT_E_##code,
	PT_CODES(X)
#undef X
};

#endif
