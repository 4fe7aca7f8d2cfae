/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stack of token runs: the file, on it the bodies of the macros that are being
 * replaced and their arguments.  A run knows in whose parameters its words are
 * to be looked up.
 */
#include "preproc.h"

#include <string.h>

#include "grammar.h"

/* Replacement beyond these is a mistake or an attack. */
#define MAX_MACRO_DEPTH 200
#define MAX_MACRO_TOKENS 300000

struct env { /* one use of a macro */
	const struct pt_macro *macro;
	GArray *args; /* struct run, one for each parameter */
	const struct env *caller;
	unsigned depth;
};

struct run {
	const struct pt_token *tokens;
	size_t count, at;
	const struct env *env; /* NULL: the file itself */
	const struct pt_expansion *via;
	unsigned conditions; /* open when the run began */
};

struct pt_preproc {
	struct pt_session *session;
	struct pt_library *library;
	GHashTable *macros;
	GArray *file_tokens;
	GArray *runs;	    /* struct run */
	GArray *conditions; /* struct pt_span: the open %( */
	size_t replaced;    /* tokens that came out of macros */
	unsigned braces;    /* open in what was given out */
	bool user_args;
	char *used_args;
	struct pt_token end;
};

static void release_array(void *array)
{
	g_array_unref(array);
}

static GArray *new_array(struct pt_arena *arena, size_t size)
{
	GArray *array = g_array_new(FALSE, FALSE, (guint)size);

	pt_arena_defer(arena, release_array, array);
	return array;
}

struct pt_preproc *pt_preproc_create(struct pt_session *session,
				     struct pt_library *library,
				     const struct pt_source *source,
				     GHashTable *macros)
{
	struct pt_arena *arena = session->arena;
	struct pt_preproc *preproc = pt_new(arena, struct pt_preproc);
	GPtrArray *args = session->options.args;
	struct run run = { 0 };

	preproc->session = session;
	preproc->library = library;
	preproc->macros = macros;
	preproc->user_args = !source->library;
	preproc->used_args = pt_arena_alloc(arena, args ? args->len + 1 : 1);
	preproc->file_tokens = new_array(arena, sizeof(struct pt_token));
	preproc->runs = new_array(arena, sizeof(struct run));
	preproc->conditions = new_array(arena, sizeof(struct pt_span));
	pt_lex(session, source, preproc->user_args, preproc->used_args,
	       preproc->file_tokens);
	run.tokens = (const struct pt_token *)preproc->file_tokens->data;
	run.count = preproc->file_tokens->len - 1;
	preproc->end = run.tokens[run.count];
	g_array_append_val(preproc->runs, run);
	return preproc;
}

void pt_preproc_resume(struct pt_preproc *preproc)
{
	preproc->braces = 0;
}

void pt_preproc_check_args(struct pt_preproc *preproc)
{
	GPtrArray *args = preproc->session->options.args;
	unsigned i;

	for (i = 0; preproc->user_args && args && i < args->len; i++)
		if (!preproc->used_args[i])
			pt_diag_warning(
				preproc->session->diag, (struct pt_span){ 0 },
				PT_E_UNUSED_ARGUMENT,
				"script argument %u, '%s', is not used", i + 1,
				(char *)g_ptr_array_index(args, i));
}

static struct run *top(struct pt_preproc *preproc)
{
	return &g_array_index(preproc->runs, struct run,
			      preproc->runs->len - 1);
}

static const struct pt_token *junk(struct pt_preproc *preproc,
				   const struct pt_token *at)
{
	struct pt_token *token =
		pt_new(preproc->session->arena, struct pt_token);

	token->kind = T_JUNK;
	token->span = at->span;
	token->text = at->text;
	return token;
}

/* TOKEN as seen from RUN: with the trail of the macros it came through. */
static const struct pt_token *seen(struct pt_preproc *preproc,
				   const struct run *run,
				   const struct pt_token *token)
{
	struct pt_token *copy;

	if (!run->via || token->span.via)
		return token;
	copy = pt_new(preproc->session->arena, struct pt_token);
	*copy = *token;
	copy->span.via = run->via;
	return copy;
}

static const struct pt_expansion *expansion(struct pt_preproc *preproc,
					    const struct pt_token *use)
{
	struct pt_arena *arena = preproc->session->arena;
	struct pt_expansion *via = pt_new(arena, struct pt_expansion);

	via->what = pt_arena_printf(arena, "macro %s", use->text);
	via->use = use->span;
	return via;
}

/* ---- macros ------------------------------------------------------------ */

static const struct pt_macro *find_macro(struct pt_preproc *preproc,
					 const char *name)
{
	const struct pt_macro *macro =
		g_hash_table_lookup(preproc->macros, name);

	if (!macro && preproc->library)
		macro = g_hash_table_lookup(pt_library_macros(preproc->library),
					    name);
	return macro;
}

static void add_names(GHashTable *table, GPtrArray *ret)
{
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, table);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(ret, name);
}

void pt_preproc_macro_names(struct pt_preproc *preproc, GPtrArray *ret)
{
	add_names(preproc->macros, ret);
	if (preproc->library)
		add_names(pt_library_macros(preproc->library), ret);
}

static struct run *find_param(const struct run *run, const char *name)
{
	GPtrArray *params = run->env ? run->env->macro->params : NULL;
	unsigned i;

	for (i = 0; params && i < params->len; i++)
		if (!strcmp(g_ptr_array_index(params, i), name + 1))
			return &g_array_index(run->env->args, struct run, i);
	return NULL;
}

static bool is_active(const struct env *env, const struct pt_macro *macro)
{
	for (; env; env = env->caller)
		if (env->macro == macro)
			return true;
	return false;
}

/* The runs between the parentheses that follow in RUN; NULL: no closing one. */
static GArray *read_args(struct pt_preproc *preproc, struct run *run)
{
	GArray *args = new_array(preproc->session->arena, sizeof(struct run));
	struct run arg = { .tokens = run->tokens + run->at + 1,
			   .env = run->env,
			   .via = run->via };
	const struct pt_token *open = &run->tokens[run->at];
	unsigned depth = 0;
	size_t at;

	for (at = run->at + 1; at < run->count; at++) {
		int kind = run->tokens[at].kind;

		if (depth == 0 && (kind == ',' || kind == ')')) {
			arg.count = (size_t)(run->tokens + at - arg.tokens);
			g_array_append_val(args, arg);
			arg.tokens = run->tokens + at + 1;
			if (kind == ')') {
				run->at = at + 1;
				return args;
			}
		} else if (kind == '(' || kind == '[') {
			depth++;
		} else if ((kind == ')' || kind == ']') && depth) {
			depth--;
		}
	}
	run->at = run->count;
	pt_diag_error(preproc->session->diag, seen(preproc, run, open)->span,
		      PT_E_UNTERMINATED,
		      "the arguments of this macro have no end: missing ')'");
	return NULL;
}

static bool check_args(struct pt_preproc *preproc, const struct pt_token *use,
		       const struct pt_macro *macro, unsigned count)
{
	unsigned wanted = macro->params->len;

	if (count == wanted)
		return true;
	pt_error_note(pt_diag_error(preproc->session->diag, use->span,
				    PT_E_MACRO,
				    "macro '%s' takes %u argument%s, not %u",
				    macro->name, wanted, wanted == 1 ? "" : "s",
				    count),
		      macro->span, "'%s' is defined here", macro->name);
	return false;
}

/* Puts a run on the stack; it is looked up before anything else. */
static void push_run(struct pt_preproc *preproc, struct run run)
{
	run.at = 0;
	run.conditions = preproc->conditions->len;
	preproc->replaced += run.count;
	g_array_append_val(preproc->runs, run);
}

/* NULL: go on; else the token that stands for the failure. */
static const struct pt_token *expand(struct pt_preproc *preproc,
				     const struct pt_token *use,
				     const struct pt_macro *macro)
{
	struct pt_arena *arena = preproc->session->arena;
	struct run *run = top(preproc);
	const struct env *caller = run->env;
	struct env *env = pt_new(arena, struct env);
	struct run body = { .tokens = macro->body, .count = macro->length };

	env->macro = macro;
	env->caller = caller;
	env->depth = caller ? caller->depth + 1 : 1;
	if (macro->params) {
		unsigned count = 0;

		if (run->at < run->count && run->tokens[run->at].kind == '(') {
			env->args = read_args(preproc, run);
			if (!env->args)
				return junk(preproc, use);
			count = env->args->len;
			if (count == 1 && !macro->params->len &&
			    !g_array_index(env->args, struct run, 0).count)
				count = 0;
		}
		if (!check_args(preproc, use, macro, count))
			return junk(preproc, use);
	}
	if (is_active(caller, macro)) {
		pt_diag_error(preproc->session->diag, use->span, PT_E_MACRO,
			      "macro '%s' uses itself", macro->name);
		return junk(preproc, use);
	}
	if (env->depth > MAX_MACRO_DEPTH) {
		pt_diag_error(preproc->session->diag, use->span, PT_E_NESTING,
			      "macros are nested more than %d deep",
			      MAX_MACRO_DEPTH);
		return junk(preproc, use);
	}
	body.env = env;
	body.via = expansion(preproc, use);
	push_run(preproc, body);
	return NULL;
}

static const struct pt_token *too_large(struct pt_preproc *preproc,
					const struct pt_token *use)
{
	/* The rest would only grow: end here. */
	g_array_set_size(preproc->runs, 1);
	top(preproc)->at = top(preproc)->count;
	g_array_set_size(preproc->conditions, 0);
	pt_diag_error(preproc->session->diag, use->span, PT_E_NESTING,
		      "macros grow this script beyond %d words",
		      MAX_MACRO_TOKENS);
	return junk(preproc, use);
}

/* ---- conditionals ------------------------------------------------------ */

static const struct pt_token *next_expanded(struct pt_preproc *preproc);

static const struct pt_token *condition_token(void *preproc)
{
	return next_expanded(preproc);
}

static void unterminated(struct pt_preproc *preproc, struct pt_span open)
{
	pt_diag_error(preproc->session->diag, open, PT_E_UNTERMINATED,
		      "this conditional has no end: missing '%%)'");
}

/* Leaves out all up to the other branch (TO_ELSE) or the end of the innermost
 * conditional. */
static void skip_branch(struct pt_preproc *preproc, bool to_else)
{
	struct run *run = top(preproc);
	size_t at = pt_macro_skip(run->tokens, run->count, run->at, to_else);
	bool ends = at == run->count || run->tokens[at].kind == T_PP_CLOSE;

	if (at == run->count)
		unterminated(preproc,
			     g_array_index(preproc->conditions, struct pt_span,
					   preproc->conditions->len - 1));
	run->at = at == run->count ? at : at + 1;
	if (ends && preproc->conditions->len > run->conditions)
		g_array_set_size(preproc->conditions,
				 preproc->conditions->len - 1);
}

static void begin_conditional(struct pt_preproc *preproc,
			      const struct pt_token *open)
{
	const struct pt_token *last = open;
	bool value = false, good;

	good = pt_condition(preproc->session, condition_token, preproc, &value,
			    &last);
	g_array_append_val(preproc->conditions, open->span);
	if (!good && last->kind == T_PP_CLOSE)
		g_array_set_size(preproc->conditions,
				 preproc->conditions->len - 1);
	else if (!good)
		skip_branch(preproc, false);
	else if (!value)
		skip_branch(preproc, true);
}

/* NULL: go on. */
static const struct pt_token *end_branch(struct pt_preproc *preproc,
					 const struct pt_token *token)
{
	struct run *run = top(preproc);

	if (preproc->conditions->len <= run->conditions) {
		pt_diag_error(preproc->session->diag, token->span,
			      PT_E_CONDITIONAL,
			      "'%s' without a conditional '%%( ... %%?' before "
			      "it",
			      token->text);
		return junk(preproc, token);
	}
	if (token->kind == T_PP_ELSE)
		skip_branch(preproc, false);
	else
		g_array_set_size(preproc->conditions,
				 preproc->conditions->len - 1);
	return NULL;
}

static void end_run(struct pt_preproc *preproc)
{
	struct run *run = top(preproc);

	while (preproc->conditions->len > run->conditions) {
		unterminated(preproc,
			     g_array_index(preproc->conditions, struct pt_span,
					   preproc->conditions->len - 1));
		g_array_set_size(preproc->conditions,
				 preproc->conditions->len - 1);
	}
	if (preproc->runs->len > 1)
		g_array_set_size(preproc->runs, preproc->runs->len - 1);
}

/* ---- the stream -------------------------------------------------------- */

static const struct pt_token *define(struct pt_preproc *preproc,
				     const struct pt_token *word)
{
	struct run *run = top(preproc);
	struct pt_macro *macro =
		pt_macro_define(preproc->session, run->tokens,
				run->count + !run->env, &run->at);

	if (run->at > run->count)
		run->at = run->count;
	if (!macro)
		return junk(preproc, word);
	if (preproc->braces) {
		pt_diag_error(preproc->session->diag, word->span, PT_E_MACRO,
			      "a macro is defined outside of probes and "
			      "functions");
		return NULL;
	}
	pt_macro_add(preproc->session, preproc->macros, macro);
	return NULL;
}

/* An @word that the language does not know: a parameter, a macro, or as it
 * is. */
static const struct pt_token *at_word(struct pt_preproc *preproc,
				      const struct pt_token *token)
{
	struct run *param = find_param(top(preproc), token->text);
	const struct pt_macro *macro;

	if (param) {
		push_run(preproc, *param);
		return NULL;
	}
	macro = find_macro(preproc, token->text);
	return macro ? expand(preproc, token, macro) : token;
}

/* The next token with macros replaced; conditionals are left as they are. */
static const struct pt_token *next_expanded(struct pt_preproc *preproc)
{
	for (;;) {
		struct run *run = top(preproc);
		const struct pt_token *token;

		if (run->at >= run->count) {
			bool file = preproc->runs->len == 1;

			end_run(preproc);
			if (file)
				return &preproc->end;
			continue;
		}
		token = seen(preproc, run, &run->tokens[run->at++]);
		if (preproc->replaced > MAX_MACRO_TOKENS)
			return too_large(preproc, token);
		if (token->text[0] == '@' && token->kind != T_STRING &&
		    token->kind != T_EMBEDDED) {
			if (token->kind == T_AT_DEFINE && !run->env)
				token = define(preproc, token);
			else
				token = at_word(preproc, token);
			if (!token)
				continue;
		}
		return token;
	}
}

const struct pt_token *pt_preproc_next(struct pt_preproc *preproc)
{
	for (;;) {
		const struct pt_token *token = next_expanded(preproc);

		switch (token->kind) {
		case T_PP_OPEN: begin_conditional(preproc, token); break;
		case T_PP_ELSE:
		case T_PP_CLOSE:
			token = end_branch(preproc, token);
			if (token)
				return token;
			break;
		case T_PP_THEN:
			pt_diag_error(preproc->session->diag, token->span,
				      PT_E_CONDITIONAL,
				      "'%%?' without a condition before it");
			return junk(preproc, token);
		case '{': preproc->braces++; return token;
		case '}':
			if (preproc->braces)
				preproc->braces--;
			return token;
		default: return token;
		}
	}
}
