/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Syntax errors in the user's terms, and how to go on behind one.
 */
#include <string.h>

#include "grammar.h"
#include "tree.h"

struct expected {
	const char *const *names;
	int count;
};

static bool has(struct expected expected, const char *name)
{
	int i;

	for (i = 0; i < expected.count; i++)
		if (!strcmp(expected.names[i], name))
			return true;
	return false;
}

/* TOKEN for a message: 'as written', shortened. */
static const char *quoted(struct pt_parser *p, pt_tok token)
{
	const struct pt_span *span = &token->span;
	size_t length = span->end - span->start;
	const char *text = span->source->text + span->start;
	const char *line = memchr(text, '\n', length);

	if (!token->kind)
		return "the end of the script";
	if (line)
		length = (size_t)(line - text);
	if (length > 30 || line)
		return pt_arena_printf(p->arena, "'%.*s...'",
				       (int)MIN(length, 27), text);
	return pt_arena_printf(p->arena, "'%.*s'", (int)length, text);
}

static struct pt_error *say(struct pt_parser *p, const char *message)
{
	struct pt_span span = p->look->span;

	/* The end of the text is no place to look at. */
	if (!p->look->kind && p->previous) {
		span = p->previous->span;
		if (span.end > span.start)
			span.start = span.end - 1;
	}
	return pt_diag_error(p->session->diag, span, PT_E_SYNTAX, "%s",
			     message);
}

static pt_tok innermost(struct pt_parser *p)
{
	return p->open->len ? g_array_index(p->open, pt_tok, p->open->len - 1)
			    : NULL;
}

static char closer(int open)
{
	return open == '(' ? ')' : open == '[' ? ']' : '}';
}

static bool is_closer(int kind)
{
	return kind == ')' || kind == ']' || kind == '}';
}

static bool is_starter(int kind)
{
	return kind == T_PROBE || kind == T_GLOBAL || kind == T_PRIVATE ||
	       kind == T_FUNCTION;
}

/* "missing ')' before 'x'", with the place where it opened. */
static void missing(struct pt_parser *p, pt_tok open)
{
	char close = closer(open->kind);

	pt_error_note(say(p, pt_arena_printf(p->arena, "missing '%c' before %s",
					     close, quoted(p, p->look))),
		      open->span, "'%c' opened here", open->kind);
}

/* The bracket that is not closed explains the error best. */
static bool explain_brackets(struct pt_parser *p, struct expected expected)
{
	pt_tok open = innermost(p);
	int look = p->look->kind;
	char close[4] = "' '";

	if (is_closer(look) && !open && !has(expected, "'if'")) {
		say(p, pt_arena_printf(p->arena,
				       "nothing is open that %s could close",
				       quoted(p, p->look)));
		return true;
	}
	if (!open)
		return false;
	close[1] = closer(open->kind);
	if (!has(expected, close))
		return false;
	if (is_closer(look) || !look || is_starter(look) || look == '{') {
		missing(p, open);
		return true;
	}
	if (open->kind == '{')
		return false;
	pt_error_note(say(p, pt_arena_printf(p->arena,
					     has(expected, "','") ?
						     "expected ',' or '%c' "
						     "before %s" :
						     "missing '%c' before %s",
					     close[1], quoted(p, p->look))),
		      open->span, "'%c' opened here", open->kind);
	return true;
}

static bool explain_top(struct pt_parser *p, struct expected expected)
{
	GPtrArray *words = pt_keyword_starters(p->arena);
	struct pt_error *error;

	if (!has(expected, "'probe'") || !has(expected, "embedded C code") ||
	    has(expected, "'if'"))
		return false;
	error = say(p, pt_arena_printf(p->arena,
				       "expected 'probe', 'global', 'private' "
				       "or 'function' before %s",
				       quoted(p, p->look)));
	if (p->look->kind == T_NAME)
		pt_error_suggest(error, p->look->text, words);
	return true;
}

static bool explain_expression(struct pt_parser *p, struct expected expected)
{
	bool statement = has(expected, "'while'");
	const char *message;

	if (!has(expected, "'@defined'"))
		return false;
	if (p->look->kind == T_ELSE || p->look->kind == T_CATCH) {
		message = pt_arena_printf(p->arena, "'%s' without '%s' before it",
					  p->look->text,
					  p->look->kind == T_ELSE ? "if" : "try");
		say(p, message);
		return true;
	}
	/* A complete expression stands before it: an operator is missing. */
	if (has(expected, "'='") || has(expected, "a comparison")) {
		say(p, pt_arena_printf(p->arena, "%s cannot follow here",
				       quoted(p, p->look)));
		return true;
	}
	if (pt_keyword(p->look->text) && !statement && p->look->kind) {
		pt_error_hint(say(p, pt_arena_printf(
					     p->arena,
					     "'%s' is a word of the language and "
					     "cannot stand in an expression",
					     p->look->text)),
			      "choose another name for the variable");
		return true;
	}
	say(p, pt_arena_printf(p->arena, "expected %s %s %s",
			       statement ? "a statement" : "an expression",
			       p->look->kind && statement ? "before" : "after",
			       quoted(p, p->look->kind && statement ?
						 p->look : p->previous)));
	return true;
}

static bool explain_point(struct pt_parser *p, struct expected expected)
{
	if (has(expected, "'{'") && has(expected, "'!'") &&
	    !has(expected, "'@defined'")) {
		say(p, pt_arena_printf(p->arena,
				       "expected '{' and the probe's body "
				       "before %s", quoted(p, p->look)));
		return true;
	}
	if (has(expected, "'*'") && has(expected, "'if'") &&
	    has(expected, "a name") && !has(expected, "'@defined'")) {
		say(p, pt_arena_printf(p->arena,
				       p->previous->kind == T_PROBE ?
					       "expected a probe point after %s" :
					       "expected the name of a probe "
					       "point's part after %s",
				       quoted(p, p->previous)));
		return true;
	}
	return false;
}

static bool explain_name(struct pt_parser *p, struct expected expected)
{
	if (!has(expected, "a name") || has(expected, "'@defined'"))
		return false;
	if (pt_keyword(p->look->text) && p->look->kind)
		say(p, pt_arena_printf(p->arena,
				       "'%s' is a word of the language and "
				       "cannot be a name", p->look->text));
	else
		say(p, pt_arena_printf(p->arena, "expected a name after %s",
				       quoted(p, p->previous)));
	return true;
}

/* What is left: few things are possible. */
static void explain_list(struct pt_parser *p, struct expected expected)
{
	GString *text = g_string_new("expected ");
	int most = MIN(expected.count, 5), i;

	for (i = 0; i < most; i++)
		g_string_append_printf(text, "%s%s",
				       !i ? "" : i == most - 1 ? " or " : ", ",
				       expected.names[i]);
	g_string_append_printf(text, " before %s", quoted(p, p->look));
	say(p, text->str);
	g_string_free(text, TRUE);
}

void pt_syntax_error(struct pt_parser *p, const char *const *names, int count)
{
	struct expected expected = { names, count };

	if (p->look->kind == T_JUNK || p->look->kind == T_AT_UNKNOWN ||
	    p->too_deep)
		return;
	if (explain_brackets(p, expected) || explain_top(p, expected) ||
	    explain_expression(p, expected) || explain_point(p, expected) ||
	    explain_name(p, expected))
		return;
	if (!count)
		say(p, pt_arena_printf(p->arena, "%s cannot follow here",
				       quoted(p, p->look)));
	else
		explain_list(p, expected);
}

void pt_syntax_skip(struct pt_parser *p)
{
	pt_tok token = p->look;
	int previous = p->previous ? p->previous->kind : 0;

	while (token->kind && (!is_starter(token->kind) || previous == '.' ||
			       previous == T_ARROW)) {
		previous = token->kind;
		token = p->pushed;
		p->pushed = NULL;
		if (!token)
			token = pt_preproc_next(p->preproc);
		if (token->error)
			pt_diag_add(p->session->diag, token->error);
	}
	p->pushed = token;
}
