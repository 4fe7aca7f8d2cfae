/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What embedded C says of itself in comments: is it something that ptap knows,
 * and is it true?
 */
#include "context.h"

#include <string.h>

#include "../lang/walk.h"

#define WORD_CHARS                               \
	"abcdefghijklmnopqrstuvwxyz0123456789_-" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* One piece of it. */
struct piece {
	struct pt_sema *sema;
	struct pt_file *file;
	const char *code;
	size_t length;
	struct pt_span span; /* with the marks, where it is written so */
};

/* N bytes at AT of the code, where they are written. */
static struct pt_span place(const struct piece *piece, const char *at, size_t n)
{
	struct pt_span span = piece->span;
	uint32_t start = span.start + 2 + (uint32_t)(at - piece->code);

	if (start + n > span.end)
		return span;
	span.start = start;
	span.end = start + (uint32_t)n;
	return span;
}

static const char *find(const struct piece *piece, const char *from,
			const char *text)
{
	return g_strstr_len(from, (gssize)(piece->code + piece->length - from),
			    text);
}

static GPtrArray *global_names(const struct piece *piece)
{
	GPtrArray *names = pt_arena_ptr_array(piece->sema->arena);
	GPtrArray *globals = piece->file->globals;

	for (guint i = 0; i < globals->len; i++)
		g_ptr_array_add(
			names,
			(void *)((struct pt_var *)globals->pdata[i])->name);
	return names;
}

/* ---- pragma:WORD ------------------------------------------------------ */

/* pragma:read:x and pragma:write:x. */
static void check_access(const struct piece *piece, const char *name, size_t n)
{
	struct pt_sema *sema = piece->sema;
	const char *text = pt_arena_strndup(sema->arena, name, n);

	if (!pt_join_global(sema, piece->file, text))
		pt_error_suggest(
			pt_diag_error(sema->diag, place(piece, name, n),
				      PT_E_UNKNOWN_VARIABLE,
				      "there is no global variable '%s'", text),
			text, global_names(piece));
}

static void check_pragma(const struct piece *piece, const char *at)
{
	/* The parts of a runtime that they ask for are always there. */
	static const char *const known[] = {
		"pragma:uprobes", "pragma:vma",	      "pragma:unwind",
		"pragma:symbols", "pragma:lines",     "pragma:tagged_dfa",
		"pragma:suffix",  "pragma:full-regs", "pragma:read",
		"pragma:write",	  "pragma:point",
	};
	struct pt_sema *sema = piece->sema;
	size_t word = strlen("pragma:");
	GPtrArray *names;
	const char *text;
	size_t n;

	n = word + strspn(at + word, WORD_CHARS);
	text = pt_arena_strndup(sema->arena, at, n);
	for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
		if (!strcmp(text, known[i])) {
			if (at[n] == ':')
				check_access(piece, at + n + 1,
					     strspn(at + n + 1, WORD_CHARS));
			return;
		}
	if (!pt_make_user_written(piece->span))
		return;
	names = pt_arena_ptr_array(sema->arena);
	for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
		g_ptr_array_add(names, (void *)known[i]);
	pt_error_suggest(pt_diag_warning(sema->diag, place(piece, at, n),
					 PT_E_EMBEDDED_C, "'%s' has no meaning",
					 text),
			 text, names);
}

/* ---- STAP_GLOBAL_GET_x, STAP_GLOBAL_SET_x ----------------------------- */

static void check_global_words(const struct piece *piece, const char *word,
			       const char *pragma)
{
	struct pt_sema *sema = piece->sema;
	const char *at = piece->code, *comment;

	while ((at = find(piece, at, word))) {
		size_t n = strspn(at, WORD_CHARS);

		comment = pt_arena_printf(sema->arena, "/* pragma:%s:%.*s */",
					  pragma, (int)(n - strlen(word)),
					  at + strlen(word));
		if (!find(piece, piece->code, comment))
			pt_error_hint(
				pt_diag_error(sema->diag, place(piece, at, n),
					      PT_E_EMBEDDED_C,
					      "'%.*s' is not announced, so the "
					      "variable would not be locked",
					      (int)n, at),
				"write %s in the function's body", comment);
		at += n;
	}
}

static void check_code(const struct piece *piece)
{
	static const char bpf[] = "/* bpf */", pragma[] = "/* pragma:";
	struct pt_sema *sema = piece->sema;
	const char *at = find(piece, piece->code, bpf);

	if (at)
		pt_error_hint(pt_diag_error(sema->diag,
					    place(piece, at, strlen(bpf)),
					    PT_E_EMBEDDED_C,
					    "this is code for the kernel's BPF "
					    "machine"),
			      "ptap makes kernel modules: write it in C");
	for (at = piece->code; (at = find(piece, at, pragma)); at++)
		check_pragma(piece, at + 3);
	check_global_words(piece, "STAP_GLOBAL_GET_", "read");
	check_global_words(piece, "STAP_GLOBAL_SET_", "write");
}

/* ---- functions and values --------------------------------------------- */

static void check_stable(const struct piece *piece,
			 const struct pt_function *function)
{
	static const char stable[] = "/* stable */";
	const char *at = find(piece, piece->code, stable), *wrong = NULL;

	if (!at)
		return;
	if (!(function->pragmas & PT_PRAGMA_PURE))
		wrong = "a stable function must also be /* pure */";
	else if (function->params->len)
		wrong = "a stable function takes no arguments";
	if (wrong)
		pt_error_hint(pt_diag_error(piece->sema->diag,
					    place(piece, at, strlen(stable)),
					    PT_E_EMBEDDED_C, "%s", wrong),
			      "it is called once a handler, and its value is "
			      "kept");
}

static bool check_value(struct pt_walk *walk, struct pt_expr **place_)
{
	const struct pt_expr *expr = *place_;
	struct piece *piece = walk->data;

	if (expr->kind == PT_EXPR_EMBEDDED) {
		piece->code = expr->text;
		piece->length = expr->length;
		piece->span = expr->span;
		check_code(piece);
	}
	return true;
}

static void check_unit(struct pt_sema *sema, const struct pt_unit *unit,
		       void *data)
{
	struct pt_function *function = unit->function;
	struct piece piece = { .sema = sema, .file = unit->file };
	struct pt_walk walk = { .pre_expr = check_value, .data = &piece };

	(void)data;
	if (!function || !function->embedded) {
		pt_walk_stmt(&walk,
			     function ? &function->body : &unit->bound->body);
		return;
	}
	piece.code = function->body->code;
	piece.length = function->body->code_length;
	piece.span = function->body->span;
	check_code(&piece);
	check_stable(&piece, function);
}

void pt_embedded_pass(struct pt_sema *sema)
{
	pt_make_each_unit(sema, check_unit, NULL);
}
