/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of POSIX extended regular expressions.  What POSIX leaves undefined
 * is refused where a writer can hardly mean it, and taken as elsewhere where it is
 * common: empty alternatives and groups match the empty text.
 */
#include <ctype.h>
#include <string.h>

#include "ere.h"

struct ere_parser {
	struct pt_arena *arena;
	const char *text;
	size_t length, at;
	unsigned groups, nesting;
	bool failed;
	struct pt_ere_mistake *mistake;
};

static const struct pt_ere *parse_alternatives(struct ere_parser *p);

static const struct pt_ere *fail(struct ere_parser *p, size_t start,
				 const char *message, const char *hint)
{
	if (!p->failed)
		*p->mistake = (struct pt_ere_mistake){
			.message = message,
			.hint = hint,
			.start = start,
			.end = MAX(p->at, start + 1),
		};
	p->failed = true;
	return pt_ere_empty();
}

/* The byte at work; -1 at the end. */
static int look(const struct ere_parser *p)
{
	return p->at < p->length ? (unsigned char)p->text[p->at] : -1;
}

static bool accept(struct ere_parser *p, char byte)
{
	if (look(p) != byte)
		return false;
	p->at++;
	return true;
}

/* ---- brackets --------------------------------------------------------- */

static const struct {
	const char *name;
	int (*has)(int byte);
} classes[] = {
	{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank },
	{ "cntrl", iscntrl }, { "digit", isdigit }, { "graph", isgraph },
	{ "lower", islower }, { "print", isprint }, { "punct", ispunct },
	{ "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
};

static void add_range(struct pt_ere_set *set, int from, int to)
{
	for (; from <= to; from++)
		pt_ere_set_add(set, (unsigned char)from);
}

/* Behind "[:". */
static void parse_class(struct ere_parser *p, struct pt_ere_set *set,
			size_t start)
{
	const char *name = p->text + p->at;
	const char *end = g_strstr_len(name, (gssize)(p->length - p->at), ":]");
	size_t n = end ? (size_t)(end - name) : 0;

	if (!end) {
		fail(p, start, "this character class has no end",
		     "close it with ':]'");
		return;
	}
	p->at += n + 2;
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
		if (strlen(classes[i].name) != n ||
		    strncmp(classes[i].name, name, n) != 0)
			continue;
		/* Without setlocale() these are the C locale's. */
		for (int byte = 1; byte < 128; byte++)
			if (classes[i].has(byte))
				add_range(set, byte, byte);
		return;
	}
	fail(p, start, "there is no such character class",
	     "the classes are alnum, alpha, blank, cntrl, digit, graph, lower, "
	     "print, punct, space, upper and xdigit");
}

/* Behind "[.": a collating symbol of one byte is that byte. */
static int parse_symbol(struct ere_parser *p, size_t start)
{
	if (p->at + 2 < p->length && p->text[p->at + 1] == '.' &&
	    p->text[p->at + 2] == ']') {
		p->at += 3;
		return (unsigned char)p->text[p->at - 3];
	}
	fail(p, start, "only collating symbols of one character are known",
	     "write the characters of '[. .]' as alternatives outside of the "
	     "brackets");
	return -1;
}

/* One end of a range; -1: it was a class, or a mistake. */
static int parse_bracket_byte(struct ere_parser *p, struct pt_ere_set *set)
{
	size_t start = p->at;
	int byte = look(p);

	p->at++;
	if (byte != '[')
		return byte;
	if (accept(p, ':')) {
		parse_class(p, set, start);
		return -1;
	}
	if (accept(p, '.'))
		return parse_symbol(p, start);
	if (accept(p, '=')) {
		fail(p, start, "equivalence classes are not supported",
		     "they depend on a locale, and the kernel has none; name "
		     "the characters");
		return -1;
	}
	return byte;
}

static void parse_range(struct ere_parser *p, struct pt_ere_set *set)
{
	size_t start = p->at;
	int from = parse_bracket_byte(p, set), to = from;

	if (p->failed)
		return;
	if (look(p) == '-' && p->at + 1 < p->length &&
	    p->text[p->at + 1] != ']') {
		p->at++;
		to = parse_bracket_byte(p, set);
		if (from < 0 || to < 0) {
			fail(p, start, "a class is no end of a range", NULL);
			return;
		}
		if (to < from) {
			fail(p, start, "this range ends before it starts",
			     "a range goes from the smaller byte to the "
			     "larger one");
			return;
		}
	}
	if (from >= 0)
		add_range(set, from, to);
}

/* Behind "[". */
static const struct pt_ere *parse_bracket(struct ere_parser *p, size_t start)
{
	struct pt_ere_set set = { { 0 } };
	bool negated = accept(p, '^'), first = true;

	while (!p->failed && (first || look(p) != ']')) {
		if (look(p) < 0)
			return fail(p, start, "this '[' has no ']'",
				    "a '[' that means itself is written "
				    "'[[]' or '\\\\['");
		parse_range(p, &set);
		first = false;
	}
	p->at++;
	if (negated)
		for (size_t i = 0; i < G_N_ELEMENTS(set.bits); i++)
			set.bits[i] = ~set.bits[i];
	set.bits[0] &= ~1u;
	return pt_ere_of_set(p->arena, &set);
}

/* ---- one thing -------------------------------------------------------- */

static const struct pt_ere *one_byte(struct ere_parser *p, int byte)
{
	struct pt_ere_set set = { { 0 } };

	pt_ere_set_add(&set, (unsigned char)byte);
	return pt_ere_of_set(p->arena, &set);
}

static const struct pt_ere *any_byte(struct ere_parser *p)
{
	struct pt_ere_set set = { { 0 } };

	add_range(&set, 1, 255);
	return pt_ere_of_set(p->arena, &set);
}

static const struct pt_ere *parse_escape(struct ere_parser *p, size_t start)
{
	int byte = look(p);

	if (byte < 0)
		return fail(p, start, "nothing follows this '\\'",
			    "a backslash that means itself is written "
			    "'\\\\\\\\' in a script");
	p->at++;
	if (byte >= '1' && byte <= '9')
		return fail(p, start, "back references are not supported",
			    "the expression becomes a table that cannot "
			    "remember text; compare with matched(n) behind "
			    "it");
	if (g_ascii_isalnum((char)byte))
		return fail(p, start, "this is no escape of POSIX",
			    "brackets say the same: [[:space:]], [[:digit:]], "
			    "[[:alnum:]_]");
	return one_byte(p, byte);
}

static const struct pt_ere *parse_group(struct ere_parser *p, size_t start)
{
	unsigned group = ++p->groups;
	const struct pt_ere *inside;

	if (p->nesting >= PT_ERE_NESTING_MAX)
		return fail(p, start, "too many groups inside of each other",
			    NULL);
	p->nesting++;
	inside = parse_alternatives(p);
	p->nesting--;
	if (!accept(p, ')'))
		return fail(p, start, "this '(' has no ')'",
			    "a '(' that means itself is written '[(]' or "
			    "'\\\\('");
	return pt_ere_group(p->arena, inside, group);
}

static const struct pt_ere *parse_one(struct ere_parser *p)
{
	size_t start = p->at;
	int byte = look(p);

	p->at++;
	switch (byte) {
	case '(': return parse_group(p, start);
	case '[': return parse_bracket(p, start);
	case '\\': return parse_escape(p, start);
	case '.': return any_byte(p);
	case '^': return pt_ere_leaf(p->arena, PT_ERE_START);
	case '$': return pt_ere_leaf(p->arena, PT_ERE_END);
	case '*':
	case '+':
	case '?':
	case '{':
		return fail(p, start, "there is nothing to repeat here",
			    "a character that means itself is written with "
			    "'\\\\' before it, or in brackets");
	default: return one_byte(p, byte);
	}
}

/* ---- repetitions ------------------------------------------------------ */

/* -1: no digit here. */
static int parse_number(struct ere_parser *p)
{
	int value = -1;

	while (look(p) >= '0' && look(p) <= '9') {
		value = MAX(value, 0) * 10 + (look(p) - '0');
		value = MIN(value, PT_ERE_REPEAT_MAX + 1);
		p->at++;
	}
	return value;
}

/* Behind "{". */
static const struct pt_ere *
parse_interval(struct ere_parser *p, const struct pt_ere *one, size_t start)
{
	int min = parse_number(p), max = min;

	if (accept(p, ',')) {
		max = parse_number(p);
		if (min < 0 && max >= 0)
			min = 0;
	}
	if (min < 0 || !accept(p, '}'))
		return fail(p, start, "this is no interval",
			    "intervals are {m}, {m,} and {m,n}; a '{' that "
			    "means itself is written '[{]' or '\\\\{'");
	if (min > PT_ERE_REPEAT_MAX || max > PT_ERE_REPEAT_MAX)
		return fail(p, start, "an interval goes up to 255", NULL);
	if (max >= 0 && max < min)
		return fail(p, start, "this interval ends before it starts",
			    NULL);
	return pt_ere_repeat(p->arena, one, min, max);
}

static const struct pt_ere *parse_repeated(struct ere_parser *p)
{
	const struct pt_ere *one = parse_one(p);
	bool anchor = one->kind == PT_ERE_START || one->kind == PT_ERE_END;

	while (!p->failed) {
		size_t start = p->at;
		bool repeats = look(p) > 0 && strchr("*+?{", look(p));

		if (!repeats)
			break;
		if (anchor)
			return fail(p, start, "an anchor cannot be repeated",
				    "a '^' or '$' that means itself is "
				    "written '\\\\^' or '[$]'");
		p->at++;
		switch (p->text[start]) {
		case '*': one = pt_ere_repeat(p->arena, one, 0, -1); break;
		case '+': one = pt_ere_repeat(p->arena, one, 1, -1); break;
		case '?': one = pt_ere_repeat(p->arena, one, 0, 1); break;
		default: one = parse_interval(p, one, start);
		}
	}
	return one;
}

/* ---- the whole -------------------------------------------------------- */

static const struct pt_ere *parse_branch(struct ere_parser *p)
{
	const struct pt_ere *branch = pt_ere_empty();

	while (!p->failed && look(p) >= 0 && look(p) != '|' && look(p) != ')')
		branch = pt_ere_cat(p->arena, branch, parse_repeated(p));
	return branch;
}

static const struct pt_ere *parse_alternatives(struct ere_parser *p)
{
	const struct pt_ere *all = parse_branch(p);

	while (!p->failed && accept(p, '|'))
		all = pt_ere_alt(p->arena, all, parse_branch(p));
	return all;
}

const struct pt_ere *pt_ere_parse(struct pt_arena *arena, const char *pattern,
				  size_t length, unsigned *groups,
				  struct pt_ere_mistake *mistake)
{
	struct ere_parser p = {
		.arena = arena,
		.text = pattern,
		.length = length,
		.mistake = mistake,
	};
	const char *nul = memchr(pattern, 0, length);
	const struct pt_ere *ere;

	if (nul)
		fail(&p, (size_t)(nul - pattern),
		     "a regular expression cannot hold a NUL byte",
		     "texts end before it, so it never matches");
	if (length > PT_ERE_LENGTH_MAX)
		fail(&p, PT_ERE_LENGTH_MAX,
		     "this regular expression has more than 1000 bytes", NULL);
	ere = parse_alternatives(&p);
	if (!p.failed && look(&p) == ')')
		fail(&p, p.at, "this ')' has no '('",
		     "a ')' that means itself is written '[)]' or '\\\\)'");
	if (!p.failed && pt_ere_size(ere) > PT_ERE_SIZE_MAX) {
		p.at = length;
		fail(&p, 0,
		     "this regular expression is too large: with its "
		     "intervals written out, it names more than 1000 bytes",
		     "smaller intervals, or + and *, make it smaller");
	}
	if (p.failed)
		return NULL;
	*groups = p.groups;
	return ere;
}
