/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pass 1 takes time and memory in proportion to the script: each kind of script is
 * parsed once and four times as long, and an ordinary one of 2,000 lines at once.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "translator/lang/parse.h"

#define MOST_MS 50

/* Of the address sanitizer, which every test program has. */
size_t __sanitizer_get_current_allocated_bytes(void);

struct kind {
	const char *name;
	unsigned n;
	const char *head;
	const char *item; /* %u: its number */
	const char *tail;
};

static const struct kind kinds[] = {
	{ "strings", 5000, "probe a { x = ", "\"s%u\" ", "}" },
	{ "joined strings", 225, "probe a { x = \"\"", " . \"s%u\"", " }" },
	{ "arguments of a call", 5000, "probe a { f(0", ", %u", ") }" },
	{ "members", 5000, "probe a { x = $p", "->m%u", " }" },
	{ "indices", 5000, "probe a { x = b[0", ", %u", "] }" },
	{ "probes", 2500, "", "probe timer.ms(%u) { x = 1 }\n", "" },
	{ "probe points", 5000, "probe a", ", timer.ms(%u)", "{ }" },
	{ "parts of a point", 5000, "probe a", ".b%u", "{ }" },
	{ "braces", 2000, "probe {a", ",b%u", "}.c.d.e.f { }" },
	{ "statements", 5000, "probe a {", " x = %u;", "}" },
	{ "globals", 5000, "", "global g%u\n", "" },
	{ "functions", 2500, "", "function f%u(a, b) { return a }\n", "" },
	{ "parameters", 250, "function f(a", ", a%u", ") { }" },
	{ "macros", 2500, "", "@define m%u(a) %%( @a %%)\n", "" },
	{ "uses of a macro", 5000, "@define m(a) %( @a %)\nprobe a {",
	  " @m(%u)", "}" },
	{ "arguments of the script", 5000, "probe a {", " x%u = $1;", "}" },
	{ "conditionals", 5000, "probe a {", " %%( 1 == 1 %%? x = %u %%)",
	  "}" },
	{ "comments", 5000, "", "/* %u */\n", "probe a { }" },
	{ "errors", 500, "", "probe a { x = ) %u }\n", "" },
	{ "characters", 5000, "probe a {", " \\ %u", "}" },
};

struct cost {
	double ms;
	size_t bytes;
};

static char *write_script(const struct kind *kind, unsigned n)
{
	GString *text = g_string_new(kind->head);
	unsigned i;

	/* The format is one of the table's. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (i = 1; i <= n; i++)
		g_string_append_printf(text, kind->item, i);
#pragma GCC diagnostic pop
	g_string_append(text, kind->tail);
	return g_string_free(text, FALSE);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct cost parse(const char *text)
{
	struct pt_arena *arena = pt_arena_create();
	struct pt_session session = { .arena = arena,
				      .diag = pt_diag_create(arena) };
	size_t before = __sanitizer_get_current_allocated_bytes();
	struct cost cost;

	session.diag->no_warnings = true;
	session.options.args = pt_arena_ptr_array(arena);
	g_ptr_array_add(session.options.args, "7");
	cost.ms = now();
	pt_parse(&session, NULL,
		 pt_source_create(arena, "script", text, strlen(text)));
	cost.ms = now() - cost.ms;
	cost.bytes = __sanitizer_get_current_allocated_bytes() - before;
	pt_arena_destroy(arena);
	return cost;
}

/* Of several, so that what else the machine does counts less. */
static struct cost best_of(const char *text, int times)
{
	struct cost best = parse(text);

	while (--times > 0) {
		struct cost cost = parse(text);

		best.ms = MIN(best.ms, cost.ms);
		best.bytes = MIN(best.bytes, cost.bytes);
	}
	return best;
}

static bool check_kind(const struct kind *kind)
{
	char *small_text = write_script(kind, kind->n);
	char *large_text = write_script(kind, kind->n * 4);
	struct cost small = best_of(small_text, 5);
	struct cost large = best_of(large_text, 5);
	bool good = large.ms < small.ms * 9 + 5 &&
		    large.bytes < small.bytes * 6 + 1000000;

	if (!good)
		printf("FAIL: %s: %.1f ms and %zu bytes, then %.1f and %zu\n",
		       kind->name, small.ms, small.bytes, large.ms,
		       large.bytes);
	g_free(small_text);
	g_free(large_text);
	return good;
}

static void check_ordinary(void)
{
	static const struct kind ordinary = {
		"2,000 lines",
		200,
		"",
		"global a%1$u, s%1$u\n"
		"function f%1$u(x, y:string) {\n"
		"  if (x > %1$u && strlen(y) < 10)\n"
		"    return x * 2 + %1$u\n"
		"  return 0\n"
		"}\n"
		"probe timer.ms(%1$u) {\n"
		"  a%1$u[execname(), pid()] += f%1$u(cpu(), \"k%1$u\")\n"
		"  s%1$u <<< gettimeofday_us() %% 100\n"
		"}\n",
		"",
	};
	char *text = write_script(&ordinary, ordinary.n);
	struct cost cost = best_of(text, 20);

	printf("%s: 2,000 lines: %.1f ms, %zu KB\n",
	       cost.ms < MOST_MS ? "PASS" : "FAIL", cost.ms, cost.bytes / 1000);
	g_free(text);
}

int main(void)
{
	bool good = true;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		good &= check_kind(&kinds[i]);
	if (good)
		printf("PASS: time and memory in proportion\n");
	check_ordinary();
	return 0;
}
