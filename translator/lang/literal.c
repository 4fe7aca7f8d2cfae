/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the words and literals of the language mean.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "token.h"
#include "grammar.h"

const char *pt_literal_number(const char *text, int64_t *ret)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (*end == '8' || *end == '9')
		return "a number that starts with 0 is octal: it has no digits "
		       "8 and 9";
	if (*end || end == text)
		return "this is not a number";
	if (errno == ERANGE)
		return "this number is larger than 2^64-1";
	*ret = (int64_t)value;
	return NULL;
}

static unsigned octal(const char *text, size_t length, size_t *at)
{
	unsigned value = 0, digits = 0;

	while (digits < 3 && *at < length && text[*at] >= '0' &&
	       text[*at] <= '7') {
		value = value * 8 + (unsigned)(text[(*at)++] - '0');
		digits++;
	}
	return value;
}

static unsigned hex(const char *text, size_t length, size_t *at)
{
	unsigned value = 0, digits = 0;

	while (digits < 2 && *at < length && g_ascii_isxdigit(text[*at])) {
		value = value * 16 +
			(unsigned)g_ascii_xdigit_value(text[(*at)++]);
		digits++;
	}
	return value;
}

/* The byte that stands at *AT, which moves behind it; NO_HEX: \x is x. */
static char take_byte(const char *text, size_t length, bool no_hex, size_t *at)
{
	static const char letters[] = "abtnvfr", values[] = "\a\b\t\n\v\f\r";
	char c = text[(*at)++];
	const char *letter;

	if (c != '\\' || *at == length)
		return c;
	c = text[*at];
	if (c >= '0' && c <= '7')
		return (char)octal(text, length, at);
	(*at)++;
	letter = c ? strchr(letters, c) : NULL;
	if (c == 'x' && !no_hex && *at < length && g_ascii_isxdigit(text[*at]))
		return (char)hex(text, length, at);
	return letter ? values[letter - letters] : c;
}

char *pt_literal_string(struct pt_arena *arena, const char *text, size_t length,
			bool no_hex, size_t *ret_length)
{
	char *bytes = pt_arena_alloc(arena, length + 1);
	size_t at = 0, used = 0;

	while (at < length)
		bytes[used++] = take_byte(text, length, no_hex, &at);
	*ret_length = used;
	return bytes;
}

/* From the end of a literal at *AT to the next one; false: there is none. */
static bool skip_quotes(const char *text, size_t length, size_t *at)
{
	while (*at < length && text[*at] == '"') {
		for ((*at)++; *at < length && g_ascii_isspace(text[*at]);)
			(*at)++;
		if (*at >= length || text[*at] != '"')
			return false;
		(*at)++;
	}
	return *at < length;
}

struct pt_span pt_literal_part(struct pt_span literal, size_t offset, size_t n)
{
	const char *text;
	struct pt_span part = literal;
	size_t length, at = 1, from = 0;

	if (!literal.source || literal.end - literal.start < 2)
		return literal;
	text = literal.source->text + literal.start;
	length = literal.end - literal.start - 1;
	if (text[0] != '"' || text[length] != '"')
		return literal;
	for (size_t i = 0; i < offset + n; i++) {
		if (!skip_quotes(text, length, &at))
			return literal;
		if (i == offset)
			from = at;
		take_byte(text, length, false, &at);
	}
	part.start = literal.start + (uint32_t)from;
	part.end = literal.start + (uint32_t)at;
	return part;
}

struct word {
	const char *text;
	int kind;
	enum pt_gate since;
};

/* Sorted. */
static const struct word keywords[] = {
	{ "break", T_BREAK, PT_GATE_NONE },
	{ "catch", T_CATCH, PT_GATE_NONE },
	{ "continue", T_CONTINUE, PT_GATE_NONE },
	{ "delete", T_DELETE, PT_GATE_NONE },
	{ "else", T_ELSE, PT_GATE_NONE },
	{ "for", T_FOR, PT_GATE_NONE },
	{ "foreach", T_FOREACH, PT_GATE_NONE },
	{ "function", T_FUNCTION, PT_GATE_NONE },
	{ "global", T_GLOBAL, PT_GATE_NONE },
	{ "if", T_IF, PT_GATE_NONE },
	{ "in", T_IN, PT_GATE_NONE },
	{ "limit", T_LIMIT, PT_GATE_NONE },
	{ "long", T_LONG, PT_GATE_NONE },
	{ "next", T_NEXT, PT_GATE_NONE },
	{ "private", T_PRIVATE, PT_GATE_PRIVATE },
	{ "probe", T_PROBE, PT_GATE_NONE },
	{ "return", T_RETURN, PT_GATE_NONE },
	{ "string", T_STRING_TYPE, PT_GATE_NONE },
	{ "try", T_TRY, PT_GATE_NONE },
	{ "while", T_WHILE, PT_GATE_NONE },
};

/* Sorted. */
static const struct word at_words[] = {
	{ "@avg", T_STAT, PT_GATE_NONE },
	{ "@cast", T_CAST, PT_GATE_NONE },
	{ "@const", T_AT_WORD, PT_GATE_CONST },
	{ "@count", T_STAT, PT_GATE_NONE },
	{ "@define", T_AT_DEFINE, PT_GATE_NONE },
	{ "@defined", T_DEFINED, PT_GATE_NONE },
	{ "@entry", T_ENTRY, PT_GATE_NONE },
	{ "@enum", T_AT_WORD, PT_GATE_ENUM },
	{ "@enumname", T_AT_WORD, PT_GATE_ENUMNAME },
	{ "@errno", T_AT_WORD, PT_GATE_NONE },
	{ "@hist_linear", T_HIST_LINEAR, PT_GATE_NONE },
	{ "@hist_log", T_HIST_LOG, PT_GATE_NONE },
	{ "@kderef", T_AT_WORD, PT_GATE_DEREF },
	{ "@kregister", T_AT_WORD, PT_GATE_DEREF },
	{ "@max", T_STAT, PT_GATE_NONE },
	{ "@min", T_STAT, PT_GATE_NONE },
	{ "@perf", T_AT_WORD, PT_GATE_NONE },
	{ "@probewrite", T_AT_WORD, PT_GATE_NONE },
	{ "@sum", T_STAT, PT_GATE_NONE },
	{ "@uderef", T_AT_WORD, PT_GATE_DEREF },
	{ "@uregister", T_AT_WORD, PT_GATE_DEREF },
	{ "@var", T_VAR, PT_GATE_NONE },
	{ "@variance", T_STAT, PT_GATE_VARIANCE },
};

static int compare(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->text);
}

static const struct word *find(const struct word *words, size_t count,
			       const char *text)
{
	return bsearch(text, words, count, sizeof(*words), compare);
}

static const struct word *find_keyword(const char *text)
{
	return find(keywords, G_N_ELEMENTS(keywords), text);
}

static const struct word *find_at_word(const char *text)
{
	return find(at_words, G_N_ELEMENTS(at_words), text);
}

int pt_keyword(const char *text)
{
	const struct word *word = find_keyword(text);

	return word ? word->kind : 0;
}

enum pt_gate pt_word_since(const char *text)
{
	const struct word *word =
		text[0] == '@' ? find_at_word(text) : find_keyword(text);

	return word ? word->since : PT_GATE_NONE;
}

GPtrArray *pt_keyword_starters(struct pt_arena *arena)
{
	GPtrArray *words = pt_arena_ptr_array(arena);

	g_ptr_array_add(words, "probe");
	g_ptr_array_add(words, "global");
	g_ptr_array_add(words, "private");
	g_ptr_array_add(words, "function");
	return words;
}

int pt_at_word(const char *text)
{
	const struct word *word = find_at_word(text);

	return word ? word->kind : 0;
}

GPtrArray *pt_at_words(struct pt_arena *arena)
{
	GPtrArray *words = pt_arena_ptr_array(arena);
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(at_words); i++)
		g_ptr_array_add(words, (gpointer)at_words[i].text);
	return words;
}
