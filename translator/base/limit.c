/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "limit.h"

#include <errno.h>
#include <string.h>

#include "../../include/ptap/limits.h"

const struct pt_limit pt_limits[] = {
#define X(name, field, value, least, most) { #name, value, least, most },
	PTAP_LIMITS(X)
#undef X
		{ .name = NULL },
};

/* Limits of what is not there yet. */
static const struct {
	const char *name, *what;
} idle[] = {
	{ "MAXBACKTRACE", "backtraces" },
	{ "MAXUPROBES", "probes in user space" },
	{ "STP_PROCFS_BUFSIZE", "procfs probes" },
};

const struct pt_limit *pt_limit_find(const char *name)
{
	for (const struct pt_limit *limit = pt_limits; limit->name; limit++)
		if (!strcmp(limit->name, name))
			return limit;
	return NULL;
}

const char *pt_limit_idle(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(idle); i++)
		if (!strcmp(idle[i].name, name))
			return idle[i].what;
	return NULL;
}

struct pt_error *pt_limit_parse(struct pt_arena *arena,
				const struct pt_limit *limit,
				const struct pt_define *define, int64_t *ret)
{
	const char *text = define->value ? define->value : "";
	char *end;
	int64_t value;

	errno = 0;
	value = g_ascii_strtoll(text, &end, 0);
	if (end == text || *end || errno)
		return pt_error_new(arena, PT_E_OPTION,
				    "-D %s=%s: not a number", limit->name,
				    text);
	if (value < limit->least || value > limit->most)
		return pt_error_new(
			arena, PT_E_OPTION,
			"-D %s=%s: the value must be %" G_GINT64_FORMAT
			" to %" G_GINT64_FORMAT,
			limit->name, text, limit->least, limit->most);
	*ret = value;
	return NULL;
}

bool pt_limit_given(const struct pt_session *session, const char *name,
		    int64_t *ret)
{
	const GPtrArray *defines = session->options.defines;
	const struct pt_limit *limit = pt_limit_find(name);

	for (guint i = defines ? defines->len : 0; i > 0; i--) {
		const struct pt_define *define = defines->pdata[i - 1];

		if (!strcmp(define->name, name))
			return !pt_limit_parse(session->arena, limit, define,
					       ret);
	}
	return false;
}

int64_t pt_limit_default(const struct pt_session *session,
			 const struct pt_limit *limit)
{
	return limit == &pt_limits[PTAP_LIMIT_maxstringlen] &&
			       !strcmp(session->target.arch, "i386")
		       ? PTAP_MAXSTRINGLEN_32
		       : limit->value;
}

int64_t pt_limit_value(const struct pt_session *session, const char *name)
{
	int64_t value = pt_limit_default(session, pt_limit_find(name));

	pt_limit_given(session, name, &value);
	return value;
}
