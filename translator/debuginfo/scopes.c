/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scopes.h"

#include <fnmatch.h>
#include <string.h>

#define SEPARATOR "::"

/* The next separator of TEXT that is in no brackets; NULL: none. */
static const char *next_separator(const char *text)
{
	unsigned depth = 0;

	for (const char *at = text; *at; at++) {
		if (*at == '<' || *at == '(')
			depth++;
		else if ((*at == '>' || *at == ')') && depth)
			depth--;
		else if (!depth && at[0] == ':' && at[1] == ':')
			return at;
	}
	return NULL;
}

const char *pt_scopes_last(const char *text)
{
	const char *last = text, *at;

	while ((at = next_separator(last)))
		last = at + strlen(SEPARATOR);
	return last;
}

void pt_scopes_split(struct pt_arena *arena, const char *text,
		     const char **ret_scope, const char **ret_name)
{
	const char *name = pt_scopes_last(text);
	size_t length = (size_t)(name - text);

	*ret_scope = NULL;
	*ret_name = name;
	if (!length)
		return;
	if (length > strlen(SEPARATOR))
		length -= strlen(SEPARATOR);
	*ret_scope = pt_arena_strndup(arena, text, length);
}

/* TEXT without what is in angle brackets; operators have theirs as a name. */
static char *without_arguments(const char *text)
{
	GString *bare = g_string_new("");
	unsigned depth = 0;

	for (const char *at = text; *at; at++) {
		if (!depth && g_str_has_prefix(at, "operator")) {
			g_string_append(bare, at);
			break;
		}
		if (*at == '<')
			depth++;
		if (!depth)
			g_string_append_c(bare, *at);
		if (*at == '>' && depth)
			depth--;
	}
	return g_string_free(bare, FALSE);
}

bool pt_scopes_named(const struct pt_dbg *dbg, const char *glob,
		     const char *name)
{
	bool named;
	char *bare;

	if (!fnmatch(glob, name, 0))
		return true;
	if (!dbg->program || strchr(glob, '<') || !strchr(name, '<'))
		return false;
	bare = without_arguments(name);
	named = !fnmatch(glob, bare, 0);
	g_free(bare);
	return named;
}

/* Does SCOPE match TEXT, or, if it does not start at the top, a tail of it? */
static bool matches_tail(const char *scope, const char *text)
{
	if (g_str_has_prefix(scope, SEPARATOR))
		return !fnmatch(scope + strlen(SEPARATOR), text, 0);
	for (const char *at = text; at; at = next_separator(at)) {
		if (at != text)
			at += strlen(SEPARATOR);
		if (!fnmatch(scope, at, 0))
			return true;
	}
	return false;
}

static bool matches(const char *scope, const char *text)
{
	bool found = matches_tail(scope, text);
	char *bare;

	if (found || strchr(scope, '<') || !strchr(text, '<'))
		return found;
	bare = without_arguments(text);
	found = matches_tail(scope, bare);
	g_free(bare);
	return found;
}

bool pt_scopes_hold(struct pt_dbg *dbg, const char *scope, uint32_t die)
{
	const struct pt_index_scope *own = pt_index_scope_of(dbg->index, die);

	if (!own)
		return !strcmp(scope, SEPARATOR);
	return matches(scope, pt_index_string(dbg->index, own->full)) ||
	       matches(scope, pt_index_string(dbg->index, own->brief));
}

bool pt_scopes_is_tail(const char *whole, const char *name)
{
	size_t length = strlen(whole), tail = strlen(name);

	if (tail > length || strcmp(whole + length - tail, name) != 0)
		return false;
	return tail == length ||
	       (length - tail >= strlen(SEPARATOR) &&
		!strncmp(whole + length - tail - strlen(SEPARATOR), SEPARATOR,
			 strlen(SEPARATOR)));
}
