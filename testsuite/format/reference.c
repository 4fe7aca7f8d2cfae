/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference.h"

#include <stdio.h>
#include <string.h>

#define LONG(v)               \
	{                     \
		.number = (v) \
	}
#define TEXT(v)                              \
	{                                    \
		.s = (v), .n = sizeof(v) - 1 \
	}
#define EIGHT(a, b, c, d, e, f, g, h) a, b, c, d, e, f, g, h
#define TWICE(...) __VA_ARGS__, __VA_ARGS__
#define FOUR_TIMES(...) __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__

const struct ref_value ref_table[][REF_ROWS] = {
	[REF_LONG] = {
		EIGHT(LONG(0), LONG(1), LONG(-1), LONG(7), LONG(8), LONG(9),
		      LONG(10), LONG(INT64_MAX)),
		EIGHT(LONG(INT64_MIN), LONG(4294967295), LONG(4294967296),
		      LONG(-4294967296), LONG(999999999), LONG(1000000000),
		      LONG(-1000000000), LONG(123456789012345678)),
		EIGHT(LONG(255), LONG(256), LONG(-255), LONG(0xdeadbeef),
		      LONG(0777), LONG(0x7fffffff), LONG(-0x80000000ll),
		      LONG(65535)),
		EIGHT(LONG(-9223372036854775807), LONG(42), LONG(-42),
		      LONG(1234567), LONG(-7654321), LONG(99), LONG(100),
		      LONG(9999999999)),
	},
	[REF_BYTES] = {
		TWICE(EIGHT(LONG(0x4847464544434241), LONG(0x2a2b2c2d2e2f2021),
			    LONG(0x3031323334353627), LONG(0x0d0c0b0a09080707),
			    LONG(-1), LONG(0x7f7e7d7c7b7a5c22),
			    LONG(0x0101010101010101), LONG(0x1f1e1d1c1b1a190a)),
		      EIGHT(LONG(0x6162636465666768), LONG(0x2525252525252525),
			    LONG(0x5c5c5c5c5c5c5c5c), LONG(0x2727272727272727),
			    LONG(0x2222222222222222), LONG(0x80818283848586e9),
			    LONG(0x7a79787776757473), LONG(0x41424344454647c3))),
	},
	[REF_STRING] = {
		TWICE(EIGHT(TEXT(""), TEXT("a"), TEXT("hello"),
			    TEXT("two words"), TEXT("%d %s %%"),
			    TEXT("a\"b\\c"), TEXT("tab\tand\nline"),
			    TEXT("\a\b\v\f\r")),
		      EIGHT(TEXT("it's"), TEXT("gr\303\274n"),
			    TEXT("\001\002\177"), TEXT("12345678901234567890"),
			    TEXT("   "), TEXT("-"), TEXT("\377"), TEXT("0"))),
	},
	[REF_MEMORY] = {
		FOUR_TIMES(EIGHT(TEXT("memory01"), TEXT("\001\002\003\004\005\006\007\010"),
				  TEXT("ABCDEFGH"), TEXT("\377\376\375\374\373\372\371\370"),
				  TEXT("%%%%%%%%"), TEXT("        "),
				  TEXT("\"\"\\\\\"\"\\\\"), TEXT("12345678"))),
	},
	[REF_STAR] = {
		EIGHT(LONG(0), LONG(1), LONG(2), LONG(3), LONG(4), LONG(5),
		      LONG(6), LONG(7)),
		EIGHT(LONG(8), LONG(9), LONG(10), LONG(11), LONG(12), LONG(20),
		      LONG(30), LONG(40)),
		EIGHT(LONG(-1), LONG(-2), LONG(-3), LONG(-5), LONG(-8),
		      LONG(-12), LONG(-20), LONG(-30)),
		EIGHT(LONG(13), LONG(14), LONG(15), LONG(16), LONG(17),
		      LONG(18), LONG(19), LONG(25)),
	},
	[REF_BLOB] = {
		TWICE(FOUR_TIMES(LONG(1), LONG(2), LONG(4), LONG(8))),
	},
};

static unsigned below(uint64_t *seed, unsigned n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 20) % n;
}

/* ---- formats ---------------------------------------------------------- */

static void add_arg(struct ref_format *f, const struct ref_directive *taker,
		    enum ref_kind kind, uint64_t *seed)
{
	f->takers[f->n_args] = taker;
	f->steps[f->n_args] = below(seed, REF_ROWS);
	f->kinds[f->n_args++] = kind;
}

static enum ref_kind kind_of(char conversion)
{
	switch (conversion) {
	case 'c':
	case 'b': return REF_BYTES;
	case 's': return REF_STRING;
	case 'm':
	case 'M': return REF_MEMORY;
	default: return REF_LONG;
	}
}

static void random_sizes(struct ref_directive *d, uint64_t *seed)
{
	bool memory = d->conversion == 'm' || d->conversion == 'M';

	d->width = -1;
	d->precision = -1;
	if (d->conversion == 'b') {
		d->width_star = !below(seed, 4);
		if (!d->width_star && below(seed, 5))
			d->width = 1 << below(seed, 4);
		return;
	}
	switch (below(seed, 4)) {
	case 0: d->width_star = true; break;
	case 1: d->width = (int)below(seed, 40) + 1; break;
	}
	switch (below(seed, 4)) {
	case 0: d->precision_star = !memory; break;
	case 1: d->precision = (int)below(seed, memory ? 9 : 30); break;
	}
}

static void random_directive(struct ref_format *f, struct ref_directive *d,
			     uint64_t *seed)
{
	*d = (struct ref_directive){
		.flag = "0+- #\0\0\0"[below(seed, 8)],
		.conversion = "ddiiuoxXpcssbmM"[below(seed, 15)],
		.l = !below(seed, 5),
	};
	/* would be user memory */
	if (d->flag == '#' && kind_of(d->conversion) == REF_MEMORY)
		d->flag = 0;
	random_sizes(d, seed);
	if (d->width_star)
		add_arg(f, d, d->conversion == 'b' ? REF_BLOB : REF_STAR, seed);
	if (d->precision_star)
		add_arg(f, d, REF_STAR, seed);
	add_arg(f, d, kind_of(d->conversion), seed);
}

static int put_directive(char *to, const struct ref_directive *d)
{
	char *at = to;

	*at++ = '%';
	if (d->flag)
		*at++ = d->flag;
	if (d->width_star)
		*at++ = '*';
	else if (d->width >= 0)
		at += sprintf(at, "%d", d->width);
	if (d->precision_star || d->precision >= 0)
		*at++ = '.';
	if (d->precision_star)
		*at++ = '*';
	else if (d->precision >= 0)
		at += sprintf(at, "%d", d->precision);
	if (d->l)
		*at++ = 'l';
	*at++ = d->conversion;
	return (int)(at - to);
}

void ref_random(struct ref_format *f, uint64_t *seed)
{
	static const char *const texts[] = { "",   "",	 "|",  " ",
					     "%%", "x=", ", ", "<%%>" };
	char *at = f->text;
	unsigned i;

	memset(f, 0, sizeof(*f));
	f->n_directives = 1 + below(seed, REF_DIRECTIVES);
	for (i = 0; i <= f->n_directives; i++) {
		f->between[i] = texts[below(seed, 8)];
		at += sprintf(at, "%s", f->between[i]);
		if (i == f->n_directives)
			break;
		random_directive(f, &f->directives[i], seed);
		at += put_directive(at, &f->directives[i]);
	}
}

unsigned ref_memory_size(const struct ref_format *f, unsigned i)
{
	int precision = f->takers[i]->precision;

	return precision < 0 ? 1 : (unsigned)precision;
}

const struct ref_value *ref_argument(const struct ref_format *f, unsigned i,
				     unsigned row)
{
	return &ref_table[f->kinds[i]][(f->steps[i] + row) % REF_ROWS];
}

/* ---- what they print -------------------------------------------------- */

struct sizes {
	bool left;
	int width, precision; /* -1: none */
};

static size_t padded(char *to, const struct sizes *sizes, const char *s,
		     size_t n)
{
	size_t pad = sizes->width > (int)n ? (size_t)sizes->width - n : 0;

	memset(to, ' ', pad + n);
	memcpy(to + (sizes->left ? 0 : pad), s, n);
	return pad + n;
}

static size_t escaped(char *to, const char *s, size_t n, char quote)
{
	char *at = to;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		switch (c) {
		case '\a': at += sprintf(at, "\\a"); break;
		case '\b': at += sprintf(at, "\\b"); break;
		case '\t': at += sprintf(at, "\\t"); break;
		case '\n': at += sprintf(at, "\\n"); break;
		case '\v': at += sprintf(at, "\\v"); break;
		case '\f': at += sprintf(at, "\\f"); break;
		case '\r': at += sprintf(at, "\\r"); break;
		default:
			if (c == '\\' || c == (unsigned char)quote)
				at += sprintf(at, "\\%c", c);
			else if (c < 32 || c > 126)
				at += sprintf(at, "\\%03o", c);
			else
				*at++ = (char)c;
		}
	}
	return (size_t)(at - to);
}

/* 0x and digits, which C leaves out for 0. */
static size_t with_prefix(char *to, const struct ref_directive *d,
			  const struct sizes *sizes, uint64_t value)
{
	char digits[80], whole[128];
	int precision = sizes->precision < 0 ? 1 : sizes->precision;

	if (d->flag == '0' && sizes->precision < 0 && !sizes->left &&
	    sizes->width > 2)
		precision = sizes->width - 2;
	snprintf(digits, sizeof(digits),
		 d->conversion == 'X' ? "%.*llX" : "%.*llx", precision,
		 (unsigned long long)value);
	return padded(to, sizes, whole,
		      (size_t)snprintf(whole, sizeof(whole), "0%c%s",
				       d->conversion == 'X' ? 'X' : 'x',
				       digits));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t by_library(char *to, const struct ref_directive *d,
			 const struct sizes *sizes, int64_t value)
{
	char format[32], flags[4] = "";

	if (sizes->left)
		strcat(flags, "-");
	if (d->flag && d->flag != '-')
		strncat(flags, &d->flag, 1);
	snprintf(format, sizeof(format), "%%%s*.*ll%c", flags, d->conversion);
	return (size_t)snprintf(to, REF_TEXT, format,
				sizes->width < 0 ? 0 : sizes->width,
				sizes->precision, (long long)value);
}
#pragma GCC diagnostic pop

static size_t print_text(char *to, const struct ref_directive *d,
			 const struct sizes *sizes, const char *s, size_t n)
{
	char text[REF_TEXT];
	bool escape = d->flag == '#';
	size_t i;

	if (d->conversion == 's' && sizes->precision >= 0 &&
	    (size_t)sizes->precision < n)
		n = (size_t)sizes->precision;
	if (kind_of(d->conversion) == REF_MEMORY)
		n = sizes->precision < 0 ? 1 : (size_t)sizes->precision;
	if (d->conversion == 'M') {
		for (i = 0; i < n; i++)
			sprintf(text + 2 * i, "%02x", (unsigned char)s[i]);
		return padded(to, sizes, text, 2 * n);
	}
	if (!escape)
		return padded(to, sizes, s, n);
	return padded(to, sizes, text,
		      escaped(text, s, n, d->conversion == 'c' ? '\'' : '"'));
}

static size_t print_directive(char *to, const struct ref_directive *d,
			      const struct sizes *sizes,
			      const struct ref_value *value)
{
	char c = (char)value->number;
	size_t n;

	switch (d->conversion) {
	case 'c': return print_text(to, d, sizes, &c, 1);
	case 's':
	case 'm':
	case 'M': return print_text(to, d, sizes, value->s, value->n);
	case 'b':
		n = sizes->width < 0 ? 8 : (size_t)sizes->width;
		for (size_t i = 0; i < n; i++)
			to[i] = (char)((uint64_t)value->number >> 8 * i);
		return n;
	case 'p': return with_prefix(to, d, sizes, (uint64_t)value->number);
	case 'x':
	case 'X':
		if (d->flag == '#')
			return with_prefix(to, d, sizes,
					   (uint64_t)value->number);
		break;
	}
	return by_library(to, d, sizes, value->number);
}

static size_t put_between(char *to, const char *text)
{
	size_t n = 0;

	for (; *text; text += 1 + (*text == '%'))
		to[n++] = *text;
	return n;
}

size_t ref_print(char *to, const struct ref_format *f, unsigned row)
{
	size_t n = 0;
	unsigned i, arg = 0;

	for (i = 0; i < f->n_directives; i++) {
		const struct ref_directive *d = &f->directives[i];
		struct sizes sizes = { d->flag == '-', d->width, d->precision };

		n += put_between(to + n, f->between[i]);
		if (d->width_star) {
			sizes.width = (int)ref_argument(f, arg++, row)->number;
			if (sizes.width < 0) {
				sizes.left = true;
				sizes.width = -sizes.width;
			}
		}
		if (d->precision_star)
			sizes.precision =
				(int)ref_argument(f, arg++, row)->number;
		if (sizes.precision < 0)
			sizes.precision = -1;
		n += print_directive(to + n, d, &sizes,
				     ref_argument(f, arg++, row));
	}
	return n + put_between(to + n, f->between[i]);
}
