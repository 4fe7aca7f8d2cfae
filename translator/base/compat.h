/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changed in the language over the years: with --compatible=VERSION a script
 * gets what that version of SystemTap had.
 */
#ifndef PT_COMPAT_H
#define PT_COMPAT_H

#include "session.h"

/* The version of the language that ptap speaks. */
#define PT_LANGUAGE_VERSION "5.6"

/* X(GATE, first version that has it), in order of the versions:
 *   EMPTY_SUM      @sum of nothing is 0, not an error
 *   GLUE           string literals are joined across comments
 *   ALIAS_SUFFIX   what stands behind an alias belongs to its points
 *   HEX_ESCAPE     \x in strings
 *   AUTOCAST       -> on script values
 *   ADDRESS        & on any value
 *   PRIVATE        the word `private`
 *   CONST          @const
 *   VARIANCE       @variance
 *   DEREF          @kderef, @uderef, @kregister, @uregister
 *   TERNARY        no assignment in the false arm of ?:
 *   CAST_MODULE    @cast without a module looks where the probe is
 *   ENUM           @enum
 *   ENUMNAME       @enumname
 */
#define PT_GATES(X)            \
	X(EMPTY_SUM, "1.5")    \
	X(GLUE, "2.0")         \
	X(ALIAS_SUFFIX, "2.0") \
	X(HEX_ESCAPE, "2.3")   \
	X(AUTOCAST, "2.6")     \
	X(ADDRESS, "2.6")      \
	X(PRIVATE, "3.0")      \
	X(CONST, "3.1")        \
	X(VARIANCE, "3.1")     \
	X(DEREF, "4.0")        \
	X(TERNARY, "4.0")      \
	X(CAST_MODULE, "4.2")  \
	X(ENUM, "5.5")         \
	X(ENUMNAME, "5.6")

enum pt_gate {
	PT_GATE_NONE, /* was always there */
#define X(gate, version) PT_GATE_##gate,
	PT_GATES(X)
#undef X
};

/* True if the session's language has what GATE stands for. */
bool pt_compat(const struct pt_session *session, enum pt_gate gate);

/* The version that the script is to be read as. */
const char *pt_compat_version(const struct pt_session *session);

/* Why VERSION cannot be asked for; NULL if it can. */
const char *pt_compat_check(const char *version);

#endif
