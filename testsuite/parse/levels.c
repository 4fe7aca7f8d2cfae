/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How tight the operators of section 5 bind: each expression is the same tree as
 * one with all its parentheses.
 */
#include <stdio.h>
#include <string.h>

#include "same_tree.h"
#include "translator/lang/parse.h"

static const char *const pairs[][2] = {
	{ "a . b + c * d", "a . (b + (c * d))" },
	{ "a - b - c . d . e", "((a - b) - c) . d . e" },
	{ "a / b * c % d", "((a / b) * c) % d" },
	{ "a . b . c", "(a . b) . c" },
	{ "a << b . c >> d >>> e", "((a << (b . c)) >> d) >>> e" },
	{ "a < b << c == d", "(a < (b << c)) == d" },
	{ "a <= b >= c != d > e", "(((a <= b) >= c) != d) > e" },
	{ "a == b in arr", "(a == b) in arr" },
	{ "a . b =~ \"p\"", "(a . b) =~ \"p\"" },
	{ "a =~ \"p\" & b !~ \"q\"", "(a =~ \"p\") & (b !~ \"q\")" },
	{ "a in arr & b", "(a in arr) & b" },
	{ "a & b in arr", "a & (b in arr)" },
	{ "a & b == c", "a & (b == c)" },
	{ "a ^ b & c ^ d", "(a ^ (b & c)) ^ d" },
	{ "a | b ^ c & d", "a | (b ^ (c & d))" },
	{ "a && b | c && d", "(a && (b | c)) && d" },
	{ "a || b && c || d", "(a || (b && c)) || d" },
	{ "-a++ * !b", "(-(a++)) * (!b)" },
	{ "~-+!a", "~(-(+(!a)))" },
	{ "- --a - -b", "(-(--a)) - (-b)" },
	{ "!a == b", "(!a) == b" },
	{ "-a . b", "(-a) . b" },
	{ "a = b += c <<= d", "a = (b += (c <<= d))" },
	{ "a <<< b . c", "a <<< (b . c)" },
	{ "a = b || c", "a = (b || c)" },
	{ "a ? b : c ? d : e", "a ? b : (c ? d : e)" },
	{ "a ? b ? c : d : e", "a ? (b ? c : d) : e" },
	{ "a || b ? c = d : e || f", "(a || b) ? (c = d) : (e || f)" },
	{ "x = a ? b : c", "x = (a ? b : c)" },
	{ "[a, *] in arr || !(b in arr)", "([a, *] in arr) || (!(b in arr))" },
	{ "&$p->m[1] + 2", "(&$p->m[1]) + 2" },
	{ "-$p->m[1]", "-($p->m[1])" },
};

/* What must not be taken for each other. */
static const char *const others[][2] = {
	{ "a . b + c", "(a . b) + c" },
	{ "a - b - c", "a - (b - c)" },
	{ "a & b == c", "(a & b) == c" },
	{ "a & b in arr", "(a & b) in arr" },
	{ "a ? b : c ? d : e", "(a ? b : c) ? d : e" },
};

static struct pt_file *parse(struct pt_session *session, const char *expr)
{
	const char *text =
		pt_arena_printf(session->arena, "probe begin { %s }", expr);
	struct pt_file *file = pt_parse(
		session, NULL,
		pt_source_create(session->arena, expr, text, strlen(text)));

	if (session->diag->errors)
		pt_diag_print(session->diag, stdout, false);
	return file;
}

static bool same(const char *const pair[2])
{
	struct pt_arena *arena = pt_arena_create();
	struct pt_session session = { .arena = arena,
				      .diag = pt_diag_create(arena) };
	struct pt_file *first = parse(&session, pair[0]);
	struct pt_file *second = parse(&session, pair[1]);
	bool result =
		!session.diag->errors && !pt_same_tree(arena, first, second);

	pt_arena_destroy(arena);
	return result;
}

int main(void)
{
	unsigned failed = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		if (same(pairs[i]))
			continue;
		printf("FAIL: %s is not %s\n", pairs[i][0], pairs[i][1]);
		failed++;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		if (!same(others[i]))
			continue;
		printf("FAIL: %s is %s\n", others[i][0], others[i][1]);
		failed++;
	}
	if (!failed)
		printf("PASS: the levels of operators\n");
	return 0;
}
