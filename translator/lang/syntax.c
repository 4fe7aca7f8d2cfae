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

static struct pt_error *say_at(struct pt_parser *p, struct pt_span span,
			       const char *message)
{
	return pt_diag_error(p->session->diag, span, PT_E_SYNTAX, "%s",
			     message);
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
	return say_at(p, span, message);
}

/* The innermost bracket that was open before LOOK. */
static pt_tok innermost(struct pt_parser *p)
{
	guint count = p->open->len;

	if (p->closed)
		return p->closed;
	if (count && g_array_index(p->open, pt_tok, count - 1) == p->look)
		count--;
	return count ? g_array_index(p->open, pt_tok, count - 1) : NULL;
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

/* True if a bracket that KIND closes is open anywhere. */
static bool any_open(struct pt_parser *p, int kind)
{
	guint i;

	for (i = 0; i < p->open->len; i++)
		if (closer(g_array_index(p->open, pt_tok, i)->kind) == kind)
			return true;
	return p->closed != NULL;
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

	if (is_closer(look) && !any_open(p, look)) {
		say(p, pt_arena_printf(p->arena,
				       "nothing is open that %s could close",
				       quoted(p, p->look)));
		return true;
	}
	if (!open || p->closed)
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
					     has(expected, "','")
						     ? "expected ',' or '%c' "
						       "before %s"
						     : "missing '%c' before %s",
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

/* There is a >>= and a >>>, but nothing is made of both. */
static bool explain_shift(struct pt_parser *p)
{
	if (!p->previous || p->previous->kind != T_SHIFT ||
	    p->previous->op != PT_OP_USHR || p->look->kind != '=' ||
	    !p->look->glued)
		return false;
	pt_error_hint(say_at(p, pt_tree_join(p->previous->span, p->look->span),
			     "there is no operator '>>>='"),
		      "write x = x >>> y");
	return true;
}

static bool explain_expression(struct pt_parser *p, struct expected expected)
{
	bool statement = has(expected, "'while'");
	const char *message;

	if (!has(expected, "'@defined'"))
		return false;
	if (p->look->kind == T_ELSE || p->look->kind == T_CATCH) {
		message = pt_arena_printf(
			p->arena, "'%s' without '%s' before it", p->look->text,
			p->look->kind == T_ELSE ? "if" : "try");
		say(p, message);
		return true;
	}
	if (pt_keyword(p->look->text) && !statement && p->look->kind) {
		pt_error_hint(
			say(p, pt_arena_printf(
				       p->arena,
				       "'%s' is a word of the language and "
				       "cannot stand in an expression",
				       p->look->text)),
			"choose another name for the variable");
		return true;
	}
	if (p->look->kind && statement) {
		say(p,
		    pt_arena_printf(p->arena, "expected a statement before %s",
				    quoted(p, p->look)));
		return true;
	}
	message = pt_arena_printf(p->arena, "expected %s after %s",
				  statement ? "a statement" : "an expression",
				  quoted(p, p->previous));
	/* What a macro or an argument ends with is the mistake there. */
	if (p->previous->span.via && !p->look->span.via)
		say_at(p, p->previous->span, message);
	else
		say(p, message);
	return true;
}

static bool is_mark(pt_tok token)
{
	return token && (token->kind == '?' || token->kind == '!');
}

/* a?.b and {a?, b}.c */
static bool explain_mark(struct pt_parser *p, struct expected expected,
			 pt_tok open)
{
	pt_tok mark = NULL;

	if (is_mark(p->previous) && p->look->kind == '.')
		mark = p->previous;
	else if (is_mark(p->look) && open && open->kind == '{' &&
		 has(expected, "'}'") && has(expected, "'.'"))
		mark = p->look;
	if (!mark)
		return false;
	say_at(p, mark->span,
	       pt_arena_printf(p->arena,
			       "'%s' stands behind the last part of a probe "
			       "point",
			       mark->text));
	return true;
}

static bool explain_point(struct pt_parser *p, struct expected expected)
{
	pt_tok open = innermost(p);

	if (has(expected, "'@defined'"))
		return false;
	if (explain_mark(p, expected, open))
		return true;
	if (has(expected, "'{'") && has(expected, "','")) {
		say(p, pt_arena_printf(p->arena,
				       "expected '{' and the probe's body "
				       "before %s",
				       quoted(p, p->look)));
		return true;
	}
	/* A body was taken for braces in a probe point. */
	if (open && open->kind == '{' &&
	    (p->previous == open || has(expected, "'}'"))) {
		say_at(p, open->span, "expected a probe point before its body");
		return true;
	}
	if (has(expected, "'*'") && has(expected, "'if'")) {
		say(p,
		    pt_arena_printf(p->arena,
				    p->previous->kind == T_PROBE
					    ? "expected a probe point after %s"
					    : "expected a part of the probe "
					      "point after %s",
				    quoted(p, p->previous)));
		return true;
	}
	return false;
}

static bool explain_name(struct pt_parser *p, struct expected expected)
{
	if (!has(expected, "a name") || has(expected, "'@defined'") ||
	    has(expected, "a comparison"))
		return false;
	if (pt_keyword(p->look->text) && p->look->kind)
		say(p, pt_arena_printf(p->arena,
				       "'%s' is a word of the language and "
				       "cannot be a name",
				       p->look->text));
	else
		say(p, pt_arena_printf(p->arena, "expected a name after %s",
				       quoted(p, p->previous)));
	return true;
}

/* Behind a complete expression, what would continue it is not worth a word. */
static bool is_noise(struct expected expected, const char *name)
{
	static const char *const operators[] = {
		"'in'",
		"'$'",
		"'+='",
		"'=~'",
		"'&&'",
		"'||'",
		"'++'",
		"'--'",
		"'->'",
		"'['",
		"'('",
		"'?'",
		"'+'",
		"'-'",
		"'*'",
		"'/'",
		"'%'",
		"'.'",
		"'&'",
		"'|'",
		"'^'",
		"'='",
		"a comparison",
		"a shift",
		"an assignment operator",
	};
	size_t i;

	if (!has(expected, "a comparison"))
		return false;
	for (i = 0; i < G_N_ELEMENTS(operators); i++)
		if (!strcmp(operators[i], name))
			return true;
	return false;
}

/* What is left: few things are possible. */
static void explain_list(struct pt_parser *p, struct expected expected)
{
	GString *text = g_string_new("expected ");
	const char *words[5];
	int count = 0, i;

	/* The head of a foreach: its sort marks need no mention. */
	if (has(expected, "'in'") && !has(expected, "a comparison"))
		words[count++] = "'in'";
	else
		for (i = 0; i < expected.count; i++)
			if (count < 5 && !is_noise(expected, expected.names[i]))
				words[count++] = expected.names[i];
	for (i = 0; i < count; i++)
		g_string_append_printf(text, "%s%s",
				       !i		? ""
				       : i == count - 1 ? " or "
							: ", ",
				       words[i]);
	g_string_append_printf(text, " before %s", quoted(p, p->look));
	if (count)
		say(p, text->str);
	else
		say(p, pt_arena_printf(p->arena, "%s cannot follow here",
				       quoted(p, p->look)));
	g_string_free(text, TRUE);
}

void pt_syntax_error(struct pt_parser *p, const char *const *names, int count)
{
	struct expected expected = { names, count };

	if (p->look->kind == T_JUNK || p->look->kind == T_AT_UNKNOWN ||
	    p->too_deep)
		return;
	if (explain_shift(p) || explain_brackets(p, expected) ||
	    explain_top(p, expected) || explain_expression(p, expected) ||
	    explain_point(p, expected) || explain_name(p, expected))
		return;
	explain_list(p, expected);
}

void pt_syntax_skip(struct pt_parser *p)
{
	pt_tok token = p->look;
	int previous = p->previous ? p->previous->kind : 0;

	pt_preproc_resume(p->preproc);
	while (token->kind && (!is_starter(token->kind) || previous == '.' ||
			       previous == T_ARROW)) {
		previous = token->kind;
		token = p->pushed;
		p->pushed = NULL;
		if (!token)
			token = pt_preproc_next(p->preproc);
		if (token->error && token->error->code != PT_E_SYNTAX)
			pt_diag_add(p->session->diag, token->error);
		pt_preproc_resume(p->preproc);
	}
	p->pushed = token;
}
