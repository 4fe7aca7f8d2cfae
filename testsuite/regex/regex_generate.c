/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regex_generate PATTERNS SUBJECTS FILE: writes a C file with the matchers of
 * made-up patterns and the texts to try them on, for regex_compare.c.  The same
 * numbers give the same cases.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "regex/regex.h"

#define SEED 20240607u

struct making {
	struct pt_arena *arena;
	GString *pattern;
	unsigned size, groups;
	GString *code; /* all matchers */
	unsigned most_groups, most_tags, most_captures;
};

/* Patterns that a random walk seldom meets. */
static const char *const fixed[] = {
	"",
	"()",
	"a||b",
	"(|a)b",
	"^",
	"$",
	"^$",
	"a^b",
	"a$b",
	"x*^abc",
	"(^|x)foo($|y)",
	"(^a|b)(c|$)",
	"(a|^)(b|^)c",
	"((^a)|b)*c",
	"(a$|b)*",
	"(a|b$){2}",
	"(a|$){2,3}",
	"(^|a){2,3}b",
	"abc$|ab|^bc",
	"[]a]+",
	"[^]a]+",
	"[a-]b",
	"[[:alpha:]]+[[:digit:]]*",
	"[^[:space:]]",
	"[[.-.]a]+",
	"\\.\\*\\(\\)\\[\\{\\\\",
	"a{0}b",
	"(ab|a)(bcd|c)(d*)",
	"(a|ab)(c|bcd)(d*)",
	"(a+)(b+)",
	"x(a|b|ab)*y?",
	"(wo|w)(o|or)ld",
	"a.c",
	"(a{1,2}){2}",
};

static unsigned random_below(unsigned n)
{
	static unsigned long long state = SEED;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33) % n;
}

static void make_alternatives(struct making *m, unsigned depth);

static void make_set(struct making *m)
{
	static const char *const sets[] = { "[ab]",   "[^a]", "[a-c]",
					    "[^b-d]", "[bd]", "[[:alpha:]]" };

	g_string_append(m->pattern, sets[random_below(G_N_ELEMENTS(sets))]);
}

static void make_one(struct making *m, unsigned depth)
{
	unsigned kind = random_below(20);

	m->size++;
	if (kind < 3 && depth > 0 && m->groups < 6) {
		m->groups++;
		g_string_append_c(m->pattern, '(');
		make_alternatives(m, depth - 1);
		g_string_append_c(m->pattern, ')');
	} else if (kind < 5) {
		make_set(m);
	} else if (kind < 6) {
		g_string_append_c(m->pattern, '.');
	} else {
		g_string_append_c(m->pattern, (char)('a' + random_below(4)));
	}
}

static void make_repeated(struct making *m, unsigned depth)
{
	static const char *const repeats[] = { "*",	"+",	 "?",	"{2}",
					       "{1,2}", "{0,2}", "{2,}" };

	make_one(m, depth);
	if (random_below(3) == 0)
		g_string_append(m->pattern,
				repeats[random_below(G_N_ELEMENTS(repeats))]);
}

static void make_branch(struct making *m, unsigned depth)
{
	unsigned i, n = 1 + random_below(3);

	if (random_below(24) == 0)
		g_string_append_c(m->pattern, '^');
	for (i = 0; i < n; i++)
		make_repeated(m, depth);
	if (random_below(24) == 0)
		g_string_append_c(m->pattern, '$');
}

static void make_alternatives(struct making *m, unsigned depth)
{
	make_branch(m, depth);
	while (m->size < 14 && random_below(4) == 0) {
		g_string_append_c(m->pattern, '|');
		make_branch(m, depth);
	}
}

static void make_subject(GString *text)
{
	unsigned i, n = random_below(10);

	g_string_truncate(text, 0);
	for (i = 0; i < n; i++)
		g_string_append_c(text,
				  (char)('a' + random_below(i % 3 ? 3 : 5)));
}

/* Those of the fixed patterns, which use other letters. */
static const char *const texts[] = {
	"",	    "a",	"b",	  "abc",  "abcd", "xabc", "foo",
	"xfooy",    "xfooyfoo", "ab",	  "aab",  "ba",	  "a]b-", "9z 12",
	".*()[{\\", "world",	"xababy", "aaaa", "aa",	  "\t a",
};

static void write_case(struct making *m, const char *pattern, unsigned number)
{
	struct pt_ere_mistake mistake;
	struct pt_regex regex;
	const struct pt_ere *ere;
	unsigned groups, tagged;

	ere = pt_ere_parse(m->arena, pattern, strlen(pattern), &groups,
			   &mistake);
	if (!ere) {
		fprintf(stderr, "%s: %s\n", pattern, mistake.message);
		exit(1);
	}
	for (tagged = 0; tagged < 2; tagged++) {
		const char *name = pt_arena_printf(
			m->arena, tagged ? "match_%u" : "search_%u", number);
		struct pt_error *error = pt_regex_compile(
			m->arena, ere, groups, name, tagged, true, &regex);

		if (error) {
			fprintf(stderr, "%s: %s\n", pattern, error->message);
			exit(1);
		}
		g_string_append(m->code, regex.text);
	}
	m->most_groups = MAX(m->most_groups, regex.groups);
	m->most_tags = MAX(m->most_tags, regex.tags);
	m->most_captures = MAX(m->most_captures, regex.captures);
}

static void write_texts(FILE *out, struct making *m, bool is_fixed, unsigned n)
{
	GString *text = g_string_new(NULL);
	unsigned i;

	fprintf(out, "(const char *const[]){ ");
	for (i = 0; is_fixed && i < G_N_ELEMENTS(texts); i++)
		fprintf(out, "%s, ",
			pt_out_c_string(m->arena, texts[i], strlen(texts[i])));
	for (i = 0; !is_fixed && i < n; i++) {
		make_subject(text);
		fprintf(out, "\"%s\", ", text->str);
	}
	fprintf(out, "0 } },\n");
	g_string_free(text, TRUE);
}

static void make_case(struct making *m, unsigned number, GPtrArray *patterns)
{
	const char *pattern;

	g_string_truncate(m->pattern, 0);
	m->size = m->groups = 0;
	if (number < G_N_ELEMENTS(fixed))
		g_string_append(m->pattern, fixed[number]);
	else
		make_alternatives(m, 3);
	pattern = pt_arena_strdup(m->arena, m->pattern->str);
	g_ptr_array_add(patterns, (void *)pattern);
	write_case(m, pattern, number);
}

/* What regex_compare.c sees: script.h's types are not those of the C library. */
static const char functions[] =
	"struct ptrt_match regex_last;\n"
	"int regex_search(unsigned n, const char *s, unsigned length)\n"
	"{\n"
	"\treturn regex_cases[n].search((struct ptrt_str){ s, length });\n"
	"}\n"
	"int regex_match(unsigned n, const char *s, unsigned length)\n"
	"{\n"
	"\treturn regex_cases[n].match(&regex_last, "
	"(struct ptrt_str){ s, length });\n"
	"}\n"
	"int regex_groups(void)\n"
	"{\n"
	"\treturn regex_last.groups;\n"
	"}\n"
	"void regex_group(unsigned n, const char *s, int *begin, int *end)\n"
	"{\n"
	"\tint offset = regex_last.capture[0] - s;\n"
	"\t*begin = *end = -1;\n"
	"\tif (regex_last.at[n].begin >= 0) {\n"
	"\t\t*begin = offset + regex_last.at[n].begin;\n"
	"\t\t*end = offset + regex_last.at[n].end;\n"
	"\t}\n"
	"}\n"
	"const char *regex_pattern(unsigned n)\n"
	"{\n"
	"\treturn regex_cases[n].pattern;\n"
	"}\n"
	"const char *const *regex_texts(unsigned n)\n"
	"{\n"
	"\treturn regex_cases[n].texts;\n"
	"}\n";

static void write_file(FILE *out, struct making *m, const GPtrArray *patterns,
		       unsigned n_texts)
{
	unsigned i;

	fprintf(out,
		"#define PTRT_MATCH_GROUPS %u\n#define PTRT_MATCH_TAGS %u\n"
		"#define PTRT_MATCH_CAPTURES %u\n#include \"script.h\"\n",
		m->most_groups, m->most_tags + 1, m->most_captures);
	fputs(m->code->str, out);
	fputs("static const struct {\n"
	      "\tconst char *pattern;\n"
	      "\tbool (*search)(struct ptrt_str);\n"
	      "\tbool (*match)(struct ptrt_match *, struct ptrt_str);\n"
	      "\tconst char *const *texts;\n"
	      "} regex_cases[] = {\n",
	      out);
	for (i = 0; i < patterns->len; i++) {
		const char *pattern = g_ptr_array_index(patterns, i);

		fprintf(out, "{ %s, search_%u, match_%u, ",
			pt_out_c_string(m->arena, pattern, strlen(pattern)), i,
			i);
		write_texts(out, m, i < G_N_ELEMENTS(fixed), n_texts);
	}
	fputs("{ 0, 0, 0, 0 }\n};\n", out);
	fputs(functions, out);
}

int main(int argc, char **argv)
{
	struct pt_arena *arena = pt_arena_create();
	struct making m = {
		.arena = arena,
		.pattern = pt_arena_string(arena),
		.code = pt_arena_string(arena),
	};
	GPtrArray *patterns = pt_arena_ptr_array(arena);
	unsigned i, n = argc == 4 ? (unsigned)atoi(argv[1]) : 0;
	FILE *out = argc == 4 ? fopen(argv[3], "w") : NULL;

	if (!out) {
		fprintf(stderr,
			"usage: regex_generate PATTERNS SUBJECTS FILE\n");
		return 2;
	}
	for (i = 0; i < n; i++)
		make_case(&m, i, patterns);
	write_file(out, &m, patterns, (unsigned)atoi(argv[2]));
	fclose(out);
	printf("PASS: %u patterns become matchers\n", n);
	pt_arena_destroy(arena);
	return 0;
}
