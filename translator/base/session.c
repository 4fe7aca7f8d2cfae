/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <string.h>

#include "proc.h"

void pt_session_input(struct pt_session *session, const char *path)
{
	if (!session->inputs)
		session->inputs = pt_arena_ptr_array(session->arena);
	if (!g_ptr_array_find_with_equal_func(session->inputs, path,
					      g_str_equal, NULL))
		g_ptr_array_add(session->inputs, (gpointer)path);
}

struct pt_error *pt_session_tmpdir(struct pt_session *session, const char **ret)
{
	if (!session->tmpdir)
		PT_TRY(pt_proc_tmpdir(session->arena, &session->tmpdir));
	*ret = session->tmpdir;
	return NULL;
}

static bool is_set(struct pt_session *session, const char *option)
{
	return !strcmp(
		pt_target_config(session->arena, &session->target, option),
		"y");
}

/* Nothing is known of a kernel whose configuration cannot be read. */
static bool has_no_kprobes(struct pt_session *session)
{
	return is_set(session, "CONFIG_MODULES") &&
	       !(is_set(session, "CONFIG_KPROBES") &&
		 is_set(session, "CONFIG_KRETPROBES"));
}

bool pt_session_bundled(struct pt_session *session)
{
	const char *engine = session->options.engine;

	if (engine)
		return !strcmp(engine, "bundled");
	return has_no_kprobes(session);
}

struct pt_error *pt_session_check_engine(struct pt_session *session)
{
	if (pt_session_bundled(session) || !has_no_kprobes(session))
		return NULL;
	return pt_error_hint(pt_error_new(session->arena, PT_E_OPTION,
					  "kernel %s was built without kprobes",
					  session->target.release),
			     "without --engine=kernel ptap uses an engine of "
			     "its own there");
}
