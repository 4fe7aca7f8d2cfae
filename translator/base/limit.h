/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits of a run, -D NAME=VALUE: what there is, and what is in force.
 */
#ifndef PT_LIMIT_H
#define PT_LIMIT_H

#include "session.h"

struct pt_limit {
	const char *name;
	int64_t value; /* default, but see pt_limit_default() */
	int64_t least, most;
};

/* In the order of PTAP_LIMITS; the last has no name. */
extern const struct pt_limit pt_limits[];

/* NULL: no limit has this name. */
const struct pt_limit *pt_limit_find(const char *name);

/* What the limit NAME of the language bounds, if ptap does not have that yet; else
 * NULL. */
const char *pt_limit_idle(const char *name);

/* Is DEFINE's value one that LIMIT can have?  *ret gets it. */
struct pt_error *pt_limit_parse(struct pt_arena *arena,
				const struct pt_limit *limit,
				const struct pt_define *define, int64_t *ret);

/* What the last good -D says of NAME; false: nothing. */
bool pt_limit_given(const struct pt_session *session, const char *name,
		    int64_t *ret);

/* The value of LIMIT without -D, for the session's kernel. */
int64_t pt_limit_default(const struct pt_session *session,
			 const struct pt_limit *limit);

/* As pt_limit_given(), or the default. */
int64_t pt_limit_value(const struct pt_session *session, const char *name);

#endif
