/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matchers of the file that regex_generate wrote, against regexec().
 */
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 64

/* The generated file. */
int regex_search(unsigned n, const char *s, unsigned length);
int regex_match(unsigned n, const char *s, unsigned length);
int regex_groups(void);
void regex_group(unsigned n, const char *s, int *begin, int *end);
const char *regex_pattern(unsigned n);
const char *const *regex_texts(unsigned n);

static unsigned pairs, matching, spans, groups, wrong[3];

static void complain(unsigned kind, unsigned n, const char *text,
		     const char *what, int group, const regmatch_t *want,
		     int begin, int end)
{
	if (wrong[kind]++ < 8)
		printf("\"%s\" on \"%s\": %s, group %d: %d-%d instead of "
		       "%d-%d\n",
		       regex_pattern(n), text, what, group, begin, end,
		       want ? want->rm_so : -1, want ? want->rm_eo : -1);
}

/*
 * What a group that is repeated holds is compared with nothing: the C library
 * keeps what an earlier turn left, where POSIX forgets it.
 */
static bool is_repeated(const char *pattern)
{
	const char *at;

	for (at = pattern; *at; at++)
		if (at[0] == ')' && at[1] && strchr("*+?{", at[1]))
			return true;
	return false;
}

/* Groups of a match that both found.  Of two ways to match, POSIX takes the one
 * whose first group is longer; the C library does not always, and its groups then
 * say nothing. */
static void compare_groups(unsigned n, const char *text, const char *copy,
			   const regmatch_t *want)
{
	int i, begin, end;

	for (i = 0; i <= regex_groups(); i++) {
		if (i && is_repeated(regex_pattern(n)))
			break;
		regex_group((unsigned)i, copy, &begin, &end);
		if (i && begin == want[i].rm_so && end > want[i].rm_eo)
			break;
		spans += !i;
		groups += i > 0;
		if (begin != want[i].rm_so || end != want[i].rm_eo)
			complain(i ? 2 : 1, n, text, "the place differs", i,
				 &want[i], begin, end);
	}
}

static void try_pair(unsigned n, const regex_t *regex, const char *text)
{
	size_t length = strlen(text);
	char *copy = malloc(length + 1); /* the byte behind it is no one's */
	regmatch_t want[GROUPS_MAX];
	bool matches;

	memcpy(copy, text, length + 1);
	matches = regexec(regex, copy, GROUPS_MAX, want, 0) == 0;
	pairs++;
	matching += matches;
	if (regex_search(n, copy, (unsigned)length) != matches)
		complain(0, n, text, "the search differs", 0,
			 matches ? want : NULL, -1, -1);
	if (regex_match(n, copy, (unsigned)length) != matches)
		complain(0, n, text, "the match differs", 0,
			 matches ? want : NULL, -1, -1);
	if (matches)
		compare_groups(n, text, copy, want);
	free(copy);
}

static void verdict(unsigned kind, unsigned n, const char *what)
{
	printf("%s: %u %s", wrong[kind] ? "FAIL" : "PASS", n, what);
	if (wrong[kind])
		printf(", %u differ", wrong[kind]);
	printf("\n");
}

int main(void)
{
	unsigned n;

	for (n = 0; regex_pattern(n); n++) {
		const char *const *text = regex_texts(n);
		regex_t regex;

		if (regcomp(&regex, regex_pattern(n), REG_EXTENDED)) {
			printf("FAIL: regcomp refuses \"%s\"\n",
			       regex_pattern(n));
			continue;
		}
		if ((int)regex.re_nsub >= GROUPS_MAX)
			printf("FAIL: too many groups\n");
		for (; *text; text++)
			try_pair(n, &regex, *text);
		regfree(&regex);
	}
	verdict(0, pairs, "pairs of pattern and text: match or not");
	verdict(1, spans, "matches: where they begin and end");
	verdict(2, groups, "groups: where they begin and end");
	printf("%s: enough pairs, and enough of them match\n",
	       pairs >= 10000 && matching >= pairs / 4 ? "PASS" : "FAIL");
	return 0;
}
