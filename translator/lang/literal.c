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

/* The byte that stands at *AT, which moves behind it. */
static char take_byte(const char *text, size_t length, size_t *at)
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
	if (c == 'x' && *at < length && g_ascii_isxdigit(text[*at]))
		return (char)hex(text, length, at);
	return letter ? values[letter - letters] : c;
}

char *pt_literal_string(struct pt_arena *arena, const char *text, size_t length,
			size_t *ret_length)
{
	char *bytes = pt_arena_alloc(arena, length + 1);
	size_t at = 0, used = 0;

	while (at < length)
		bytes[used++] = take_byte(text, length, &at);
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
		take_byte(text, length, &at);
	}
	part.start = literal.start + (uint32_t)from;
	part.end = literal.start + (uint32_t)at;
	return part;
}

struct word {
	const char *text;
	int kind;
};

/* Sorted. */
static const struct word keywords[] = {
	{ "break", T_BREAK },
	{ "catch", T_CATCH },
	{ "continue", T_CONTINUE },
	{ "delete", T_DELETE },
	{ "else", T_ELSE },
	{ "for", T_FOR },
	{ "foreach", T_FOREACH },
	{ "function", T_FUNCTION },
	{ "global", T_GLOBAL },
	{ "if", T_IF },
	{ "in", T_IN },
	{ "limit", T_LIMIT },
	{ "long", T_LONG },
	{ "next", T_NEXT },
	{ "private", T_PRIVATE },
	{ "probe", T_PROBE },
	{ "return", T_RETURN },
	{ "string", T_STRING_TYPE },
	{ "try", T_TRY },
	{ "while", T_WHILE },
};

/* Sorted. */
static const struct word at_words[] = {
	{ "@avg", T_STAT },
	{ "@cast", T_CAST },
	{ "@const", T_AT_WORD },
	{ "@count", T_STAT },
	{ "@define", T_AT_DEFINE },
	{ "@defined", T_DEFINED },
	{ "@entry", T_ENTRY },
	{ "@enum", T_AT_WORD },
	{ "@enumname", T_AT_WORD },
	{ "@errno", T_AT_WORD },
	{ "@hist_linear", T_HIST_LINEAR },
	{ "@hist_log", T_HIST_LOG },
	{ "@kderef", T_AT_WORD },
	{ "@kregister", T_AT_WORD },
	{ "@max", T_STAT },
	{ "@min", T_STAT },
	{ "@perf", T_AT_WORD },
	{ "@probewrite", T_AT_WORD },
	{ "@sum", T_STAT },
	{ "@uderef", T_AT_WORD },
	{ "@uregister", T_AT_WORD },
	{ "@var", T_VAR },
	{ "@variance", T_STAT },
};

static int compare(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->text);
}

int pt_keyword(const char *text)
{
	const struct word *word =
		bsearch(text, keywords, G_N_ELEMENTS(keywords),
			sizeof(keywords[0]), compare);

	return word ? word->kind : 0;
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
	const struct word *word =
		bsearch(text, at_words, G_N_ELEMENTS(at_words),
			sizeof(at_words[0]), compare);

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
