/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables: `names` holds for each symbol, in order of address, its length and
 * so many tokens; token i is the text at token_table + token_index[i]; `markers`
 * has the offset of each 256th name.  The first character of the expanded text is
 * the type.  Addresses are 32-bit offsets from a base.
 */
#include "kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "../base/file.h"

#define TOKENS 256
#define NAMES_PER_MARKER 256
#define FEWEST 1000
#define MOST 4000000
#define LONGEST_NAME 512

/* Where the kernel itself is linked to, and the lowest that 32 bits may have. */
#define KERNEL_START UINT64_C(0xffffffff80000000)
#define KERNEL_START_32 UINT64_C(0x40000000)

struct tables {
	const uint8_t *data;
	size_t size;
	unsigned word;			 /* tables start at multiples of it */
	size_t token_table, token_index; /* offsets from data */
	size_t names, names_end;
	uint32_t count;
	size_t offsets;
	uint64_t base;
};

static uint16_t word16(const struct tables *t, size_t at)
{
	uint16_t word;

	memcpy(&word, t->data + at, sizeof(word));
	return word;
}

static uint32_t word32(const struct tables *t, size_t at)
{
	uint32_t word;

	memcpy(&word, t->data + at, sizeof(word));
	return word;
}

static size_t aligned(const struct tables *t, size_t at)
{
	return (at + t->word - 1) / t->word * t->word;
}

/* ---- tokens ----------------------------------------------------------- */

static bool is_index(const struct tables *t, size_t at)
{
	if (word16(t, at) || word16(t, at + 2) < 2)
		return false;
	for (size_t i = 1; i < TOKENS; i++)
		if (word16(t, at + 2 * i) <= word16(t, at + 2 * (i - 1)))
			return false;
	return true;
}

/* Do the texts that start at TABLE end where those of the index start? */
static bool is_table(const struct tables *t, size_t table, size_t index)
{
	for (size_t i = 0; i < TOKENS; i++) {
		size_t at = table + word16(t, index + 2 * i);
		size_t left = index - at;
		size_t length = strnlen((const char *)t->data + at, left);

		if (!length || length == left)
			return false;
		if (i + 1 < TOKENS
			    ? at + length + 1 !=
				      table + word16(t, index + 2 * (i + 1))
			    : aligned(t, at + length + 1) != index)
			return false;
	}
	return true;
}

static bool find_tokens(struct tables *t)
{
	for (size_t at = 0; at + sizeof(uint16_t) * TOKENS <= t->size;
	     at += t->word) {
		size_t last, table;

		if (!is_index(t, at))
			continue;
		last = word16(t, at + 2 * (TOKENS - 1));
		for (table = (at - last) / t->word * t->word;
		     last < at && table + last + LONGEST_NAME > at &&
		     table >= t->word;
		     table -= t->word) {
			if (table + last < at && is_table(t, table, at)) {
				t->token_table = table;
				t->token_index = at;
				return true;
			}
		}
	}
	return false;
}

/* ---- names ------------------------------------------------------------ */

/* The tokens of the name at *AT, which goes to the next. */
static bool next_name(const struct tables *t, size_t end, size_t *at,
		      size_t *ret_start, size_t *ret_length)
{
	size_t length;

	if (*at + 2 > end)
		return false;
	length = t->data[(*at)++];
	if (length & 0x80)
		length = (length & 0x7f) | (size_t)t->data[(*at)++] << 7;
	if (!length || length > LONGEST_NAME || length > end - *at)
		return false;
	*ret_start = *at;
	*ret_length = length;
	*at += length;
	return true;
}

/* Are there COUNT names at START, with their markers behind them? */
static bool is_names(struct tables *t, size_t start, uint32_t count)
{
	size_t n_markers = (count + NAMES_PER_MARKER - 1) / NAMES_PER_MARKER;
	size_t end = t->token_table, at = start, from, length;
	GArray *offsets = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	bool good = true;

	for (uint32_t i = 0; good && i < count; i++) {
		uint32_t offset = (uint32_t)(at - start);

		if (i % NAMES_PER_MARKER == 0)
			g_array_append_val(offsets, offset);
		good = next_name(t, end, &at, &from, &length);
	}
	at = aligned(t, at);
	good = good && at + n_markers * sizeof(uint32_t) <= end &&
	       !memcmp(t->data + at, offsets->data,
		       n_markers * sizeof(uint32_t));
	g_array_unref(offsets);
	return good;
}

static bool find_names(struct tables *t)
{
	for (size_t at = t->token_table; at >= t->word; at -= t->word) {
		uint32_t count = word32(t, at - t->word);

		if (count < FEWEST || count > MOST ||
		    (t->word == 8 && word32(t, at - 4)) ||
		    !is_names(t, at, count))
			continue;
		t->names = at;
		t->count = count;
		return true;
	}
	return false;
}

/* ---- addresses -------------------------------------------------------- */

static bool take_base(struct tables *t, size_t base_at, size_t offsets)
{
	uint64_t base = 0;

	if (base_at + t->word > t->size)
		return false;
	memcpy(&base, t->data + base_at, t->word);
	if (base < (t->word == 8 ? KERNEL_START : KERNEL_START_32))
		return false;
	t->base = base;
	t->offsets = offsets;
	return true;
}

/* Before the count, or (from 6.4 on) behind the tokens. */
static bool find_addresses(struct tables *t)
{
	size_t size = aligned(t, t->count * sizeof(uint32_t));
	size_t count_at = t->names - t->word;
	size_t behind = aligned(t, t->token_index + TOKENS * sizeof(uint16_t));

	return (count_at >= size + t->word &&
		take_base(t, count_at - t->word, count_at - t->word - size)) ||
	       take_base(t, behind + size, behind);
}

/* Where per-CPU symbols are absolute, the others' offsets count down from -1. */
static bool counts_down(const struct tables *t)
{
	uint32_t negative = 0;

	for (uint32_t i = 0; i < t->count; i++)
		negative += word32(t, t->offsets + 4 * (size_t)i) >> 31;
	return negative > t->count / 2;
}

bool pt_kallsyms_find(struct pt_arena *arena, const uint8_t *data, size_t size,
		      unsigned word, GArray *ret)
{
	struct tables t = { .data = data, .size = size, .word = word };
	size_t at, start, length;
	GString *text;
	bool down;

	if (!find_tokens(&t) || !find_names(&t) || !find_addresses(&t))
		return false;
	down = t.word == 8 && counts_down(&t);
	text = g_string_new("");
	at = t.names;
	for (uint32_t i = 0; i < t.count; i++) {
		uint32_t offset = word32(&t, t.offsets + 4 * (size_t)i);
		struct pt_kallsym symbol = { .address = t.base + offset };

		if (down)
			symbol.address =
				offset >> 31
					? t.base - 1 -
						  (uint64_t)(int64_t)(int32_t)
							  offset
					: offset;
		if (!next_name(&t, t.token_table, &at, &start, &length))
			break;
		g_string_truncate(text, 0);
		for (size_t k = 0; k < length; k++)
			g_string_append(
				text,
				(const char *)data + t.token_table +
					word16(&t,
					       t.token_index +
						       2 * data[start + k]));
		symbol.type = text->str[0];
		symbol.name =
			pt_arena_strndup(arena, text->str + 1, text->len - 1);
		g_array_append_val(ret, symbol);
	}
	g_string_free(text, TRUE);
	return true;
}

/* ---- the running kernel's --------------------------------------------- */

struct pt_error *pt_kallsyms_read(struct pt_arena *arena, GArray *ret)
{
	char *text, *line, *next;
	bool any = false;
	size_t length;

	PT_TRY(pt_file_read(arena, "/proc/kallsyms", &text, &length));
	for (line = text; *line; line = next) {
		struct pt_kallsym symbol;
		char *end, *tab;

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		symbol.address = strtoull(line, &end, 16);
		tab = strchr(end, '\t');
		if (end[0] != ' ' || !end[1] || end[2] != ' ' || tab)
			continue;
		symbol.type = end[1];
		symbol.name = end + 3;
		any = any || symbol.address;
		g_array_append_val(ret, symbol);
	}
	if (any)
		return NULL;
	return pt_error_hint(
		pt_error_new(arena, PT_E_NO_DEBUGINFO,
			     "the running kernel hides its addresses "
			     "(/proc/kallsyms)"),
		"run ptap as root, or set the sysctl kernel.kptr_restrict to "
		"0");
}
