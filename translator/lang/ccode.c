/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ccode.h"

#include <glib.h>
#include <string.h>

static bool is_word_char(char c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static const char *find_word(const char *code, const char *end,
			     const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = code; at + n <= end; at++)
		if (memcmp(at, word, n) == 0 &&
		    (at == code || !is_word_char(at[-1])) &&
		    (at + n == end || !is_word_char(at[n])))
			return at;
	return NULL;
}

bool pt_ccode_mentions(const char *code, size_t length, const char *word)
{
	return find_word(code, code + length, word) != NULL;
}

/* Runtime calls that take the context and never set an error. */
static const char *const harmless[] = {
	"ptrt_execname",  "ptrt_pexecname", "ptrt_site",    "ptrt_address",
	"ptrt_symbol",	  "ptrt_exit",	    "ptrt_copy",    "ptrt_concat",
	"ptrt_warn",	  "ptrt_log",	    "ptrt_sprintf", "ptrt_user_address",
	"ptrt_user_mode",
};

/* Is the context at AT, which begins a word, an argument of a harmless call, or
 * looked into ("c->probe")? */
static bool is_harmless(const char *code, const char *at, const char *end)
{
	const char *name = at;
	unsigned i;

	if (at + 2 < end && at[1] == '-' && at[2] == '>')
		return true;
	while (name > code && g_ascii_isspace(name[-1]))
		name--;
	if (name == code || name[-1] != '(')
		return false;
	name--;
	for (i = 0; i < G_N_ELEMENTS(harmless); i++) {
		size_t n = strlen(harmless[i]);

		if ((size_t)(name - code) >= n &&
		    memcmp(name - n, harmless[i], n) == 0)
			return true;
	}
	return false;
}

bool pt_ccode_may_fail(const char *code, size_t length)
{
	const char *end = code + length, *at;

	if (find_word(code, end, "STAP_ERROR") ||
	    find_word(code, end, "CONTEXT") ||
	    find_word(code, end, "CATCH_DEREF_FAULT") ||
	    g_strstr_len(code, (gssize)length, "STAP_GLOBAL_"))
		return true;
	for (at = code; (at = find_word(at, end, "c")); at++)
		if (!is_harmless(code, at, end))
			return true;
	return false;
}
