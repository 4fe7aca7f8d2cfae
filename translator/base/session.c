/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <string.h>

static bool is_set(struct pt_session *session, const char *option)
{
	return !strcmp(
		pt_target_config(session->arena, &session->target, option),
		"y");
}

bool pt_session_bundled(struct pt_session *session)
{
	const char *engine = session->options.engine;

	if (engine)
		return !strcmp(engine, "bundled");
	/* Nothing is known of a kernel whose configuration cannot be read. */
	if (!is_set(session, "CONFIG_MODULES"))
		return false;
	return !is_set(session, "CONFIG_KPROBES") ||
	       !is_set(session, "CONFIG_KRETPROBES");
}
