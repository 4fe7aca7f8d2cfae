/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "name@file:line", taken apart and matched.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "scopes.h"

static struct pt_error *pattern_bad(struct pt_arena *arena, const char *text)
{
	return pt_error_hint(pt_error_new(arena, PT_E_SYNTAX,
					  "'%s' is not a function pattern",
					  text),
			     "write NAME or NAME@FILE, with :LINE, "
			     ":FIRST-LAST, a list of such (:5,10-12), :* or "
			     "+LINE behind");
}

static bool pattern_number(const char **at, int64_t *ret)
{
	char *end;

	if (!g_ascii_isdigit(**at))
		return false;
	errno = 0;
	*ret = strtoll(*at, &end, 10);
	*at = end;
	return !errno && *ret <= INT32_MAX;
}

/* "5", "10-12"; false: neither. */
static bool pattern_range(const char **at, struct pt_dbg_lines *ret)
{
	if (!pattern_number(at, &ret->first))
		return false;
	ret->last = ret->first;
	if (**at != '-')
		return true;
	(*at)++;
	return pattern_number(at, &ret->last) && ret->last >= ret->first;
}

/* What follows the ':' or '+'. */
static bool pattern_line(struct pt_arena *arena, const char *at, bool relative,
			 struct pt_dbg_pattern *ret)
{
	struct pt_dbg_lines range;

	if (!relative && !strcmp(at, "*")) {
		ret->line_kind = PT_LINE_ANY;
		return true;
	}
	ret->line_kind = relative ? PT_LINE_RELATIVE : PT_LINE_ABSOLUTE;
	ret->lines = g_array_new(FALSE, FALSE, sizeof(range));
	pt_arena_defer(arena, (void (*)(void *))g_array_unref, ret->lines);
	for (;;) {
		if (!pattern_range(&at, &range))
			return false;
		g_array_append_val(ret->lines, range);
		if (*at != ',')
			return !*at;
		at++;
	}
}

/* Names of C++ have "::", and what else is in the name of an operator or behind that of
 * a template. */
static bool is_function_glob(const char *text)
{
	bool any = strstr(text, "operator") || strchr(text, '<');

	for (const char *at = text; *at; at++) {
		if (at[0] == ':' && at[1] == ':')
			at++;
		else if (*at == ':' || (!any && strchr(" \t\n+", *at)))
			return false;
	}
	return *pt_scopes_last(text);
}

struct pt_error *pt_dbg_parse_pattern(struct pt_arena *arena, const char *text,
				      struct pt_dbg_pattern *ret)
{
	struct pt_dbg_pattern pattern = { .line_kind = PT_LINE_NONE };
	const char *at = strchr(text, '@');
	const char *mark;

	pattern.function =
		at ? pt_arena_strndup(arena, text, (size_t)(at - text))
		   : pt_arena_strdup(arena, text);
	if (at) {
		/* A ':' ends the file; a '+' only with a number behind it, for
		 * there are files like "c++.c". */
		mark = strchr(at, ':');
		if (!mark) {
			mark = strrchr(at, '+');
			if (mark && strspn(mark + 1, "0123456789,-") !=
					    strlen(mark + 1))
				mark = NULL;
			if (mark && !mark[1])
				mark = NULL;
		}
		pattern.file = mark ? pt_arena_strndup(arena, at + 1,
						       (size_t)(mark - at - 1))
				    : pt_arena_strdup(arena, at + 1);
		if (mark &&
		    !pattern_line(arena, mark + 1, *mark == '+', &pattern))
			return pattern_bad(arena, text);
		if (!*pattern.file || strchr(pattern.file, '@'))
			return pattern_bad(arena, text);
	}
	if (!is_function_glob(pattern.function))
		return pattern_bad(arena, text);
	pt_scopes_split(arena, pattern.function, &pattern.scope,
			&pattern.function);
	*ret = pattern;
	return NULL;
}

bool pt_pattern_file(const char *glob, const char *path)
{
	/* The glob may match from any component on. */
	for (const char *at = path; at; at = strchr(at, '/')) {
		if (*at == '/' && at != path)
			at++;
		if (!fnmatch(glob, at, 0))
			return true;
		if (*at == '/')
			at++;
	}
	return false;
}

const char *pt_pattern_prefix(struct pt_arena *arena, const char *glob)
{
	return pt_arena_strndup(arena, glob, strcspn(glob, "*?[\\"));
}
