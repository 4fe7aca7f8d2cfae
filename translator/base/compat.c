/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include <string.h>

bool pt_compat(const struct pt_session *session, enum pt_gate gate)
{
	static const char *const since[] = { [PT_GATE_NONE] = "0",
#define X(gate, version) [PT_GATE_##gate] = version,
					     PT_GATES(X)
#undef X
	};

	return !session->options.compatible ||
	       strverscmp(session->options.compatible, since[gate]) >= 0;
}

const char *pt_compat_version(const struct pt_session *session)
{
	return session->options.compatible ? session->options.compatible
					   : PT_LANGUAGE_VERSION;
}

const char *pt_compat_check(const char *version)
{
	if (!g_ascii_isdigit(version[0]) ||
	    version[strspn(version, "0123456789.")])
		return "a version is written as 2.0";
	if (strverscmp(version, PT_LANGUAGE_VERSION) > 0)
		return "the newest is " PT_LANGUAGE_VERSION;
	return NULL;
}
