/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "macro.h"

#include <string.h>

#include "grammar.h"
#include "preproc.h"

static struct pt_error *bad(struct pt_session *session,
			    const struct pt_token *token, const char *message)
{
	return pt_diag_error(session->diag, token->span, PT_E_MACRO, "%s",
			     message);
}

/* (a, b): the names into PARAMS, *AT behind the parenthesis. */
static bool read_params(struct pt_session *session,
			const struct pt_token *tokens, size_t count, size_t *at,
			GPtrArray *params)
{
	const struct pt_token *open = &tokens[*at];

	(*at)++;
	if (*at < count && tokens[*at].kind == ')') {
		(*at)++;
		return true;
	}
	while (*at < count) {
		const struct pt_token *token = &tokens[(*at)++];

		if (token->kind != T_NAME && !pt_keyword(token->text)) {
			bad(session, token,
			    "expected the name of a macro parameter");
			return false;
		}
		g_ptr_array_add(params, (gpointer)token->text);
		if (*at == count)
			break;
		token = &tokens[(*at)++];
		if (token->kind == ')')
			return true;
		if (token->kind != ',') {
			pt_error_note(bad(session, token,
					  "expected ',' or ')' in the macro's "
					  "parameters"),
				      open->span, "'(' opened here");
			return false;
		}
	}
	bad(session, open, "this list of macro parameters has no end");
	return false;
}

size_t pt_macro_skip(const struct pt_token *tokens, size_t count, size_t at,
		     bool stop_at_else)
{
	unsigned depth = 0;

	for (; at < count && tokens[at].kind; at++) {
		if (tokens[at].kind == T_PP_OPEN)
			depth++;
		else if (tokens[at].kind == T_PP_CLOSE && depth-- == 0)
			return at;
		else if (tokens[at].kind == T_PP_ELSE && stop_at_else && !depth)
			return at;
	}
	return count;
}

static bool has_define(struct pt_session *session, const struct pt_macro *macro)
{
	size_t i;

	for (i = 0; i < macro->length; i++) {
		if (macro->body[i].kind != T_AT_DEFINE)
			continue;
		bad(session, &macro->body[i],
		    "a macro cannot be defined inside of another one");
		return true;
	}
	return false;
}

/* Behind a broken head: the body, if one follows, is no conditional. */
static struct pt_macro *leave_body_out(const struct pt_token *tokens,
				       size_t count, size_t *at)
{
	size_t i = *at;

	while (i < count && tokens[i].kind && tokens[i].kind != T_PP_OPEN &&
	       tokens[i].kind != '{' && tokens[i].kind != T_AT_DEFINE)
		i++;
	if (i == count || tokens[i].kind != T_PP_OPEN)
		return NULL;
	i = pt_macro_skip(tokens, count, i + 1, false);
	*at = i == count ? i : i + 1;
	return NULL;
}

struct pt_macro *pt_macro_define(struct pt_session *session,
				 const struct pt_token *tokens, size_t count,
				 size_t *at)
{
	struct pt_macro *macro = pt_new(session->arena, struct pt_macro);
	const struct pt_token *name = &tokens[*at], *open;
	size_t end;

	if (name->kind != T_NAME && !pt_keyword(name->text)) {
		pt_error_hint(
			bad(session, name,
			    "expected the macro's name after '@define'"),
			"a macro is written @define NAME(a, b) %%( ... @a "
			"... %%)");
		return leave_body_out(tokens, count, at);
	}
	macro->name = pt_arena_printf(session->arena, "@%s", name->text);
	macro->span = name->span;
	(*at)++;
	if (*at < count && tokens[*at].kind == '(') {
		macro->params = pt_arena_ptr_array(session->arena);
		if (!read_params(session, tokens, count, at, macro->params))
			return leave_body_out(tokens, count, at);
	}
	open = &tokens[*at < count ? *at : count - 1];
	if (open->kind != T_PP_OPEN) {
		bad(session, open, "expected '%(' before the macro's body");
		return NULL;
	}
	(*at)++;
	end = pt_macro_skip(tokens, count, *at, false);
	macro->body = tokens + *at;
	macro->length = end - *at;
	if (end == count) {
		pt_diag_error(session->diag, open->span, PT_E_UNTERMINATED,
			      "this macro's body has no end: missing '%%)'");
		*at = count;
		return NULL;
	}
	*at = end + 1;
	return has_define(session, macro) ? NULL : macro;
}

void pt_macro_add(struct pt_session *session, GHashTable *table,
		  struct pt_macro *macro)
{
	struct pt_macro *other = g_hash_table_lookup(table, macro->name);

	if (other && other->span.source == macro->span.source) {
		pt_error_note(pt_diag_error(session->diag, macro->span,
					    PT_E_MACRO,
					    "macro '%s' is defined twice",
					    macro->name),
			      other->span, "first defined here");
		return;
	}
	/* Of two macro files the one found first counts. */
	if (other)
		return;
	if (pt_at_word(macro->name) &&
	    pt_compat(session, pt_word_since(macro->name)))
		pt_diag_warning(session->diag, macro->span, PT_E_MACRO,
				"macro '%s' hides the built-in word",
				macro->name);
	g_hash_table_insert(table, (gpointer)macro->name, macro);
}

void pt_macro_read_file(struct pt_session *session,
			const struct pt_source *source, GHashTable *table)
{
	GHashTable *own = pt_arena_str_hash(session->arena);
	unsigned errors = session->diag->errors;
	struct pt_preproc *preproc =
		pt_preproc_create(session, NULL, source, own);
	const struct pt_token *token = pt_preproc_next(preproc);
	GHashTableIter iter;
	gpointer macro;

	if (token->kind == T_JUNK)
		pt_diag_add(session->diag, token->error);
	else if (token->kind)
		pt_error_hint(bad(session, token,
				  "only macro definitions may stand in a macro "
				  "file"),
			      "put other declarations into a .stp file");
	if (session->diag->errors != errors)
		return;
	g_hash_table_iter_init(&iter, own);
	while (g_hash_table_iter_next(&iter, NULL, &macro))
		pt_macro_add(session, table, macro);
}
