// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * printf formats: taken apart, checked, and printed with arguments from memory
 * or from a record.
 */
#include "format.h"
#include "number.h"

#define LESSER(a, b) ((a) < (b) ? (a) : (b))

/* ---- output ----------------------------------------------------------- */

/* Bytes that may be written now, after a flush if there was no room. */
static size_t room(struct ptfmt_out *out)
{
	if (out->at == out->end && !out->cut &&
	    (!out->flush || !out->flush(out)))
		out->cut = true;
	return out->cut ? 0 : (size_t)(out->end - out->at);
}

void ptfmt_text(struct ptfmt_out *out, const char *s, size_t n)
{
	while (n) {
		size_t some = LESSER(n, room(out));

		if (!some)
			return;
		__builtin_memcpy(out->at, s, some);
		out->at += some;
		s += some;
		n -= some;
	}
}

void ptfmt_pad(struct ptfmt_out *out, char c, size_t n)
{
	while (n) {
		size_t some = LESSER(n, room(out));

		if (!some)
			return;
		__builtin_memset(out->at, c, some);
		out->at += some;
		n -= some;
	}
}

/* ---- formats ---------------------------------------------------------- */

static enum ptfmt_piece_kind bad(struct ptfmt_piece *p, const char *error)
{
	p->kind = PTFMT_BAD;
	p->error = error;
	return PTFMT_BAD;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number or a star at *AT, or neither. */
static void take_size(const char **at, const char *end, int *size, bool *star)
{
	const char *s = *at;
	int n = 0;

	*size = -1;
	*star = s < end && *s == '*';
	if (*star) {
		*at = s + 1;
		return;
	}
	if (s == end || !is_digit(*s))
		return;
	for (; s < end && is_digit(*s); s++)
		n = LESSER(n * 10 + (*s - '0'), PTFMT_WIDTH_MAX);
	*size = n;
	*at = s;
}

static bool take_conversion(struct ptfmt_piece *p, char c)
{
	switch (c) {
	case 'd':
	case 'i':
	case 'u':
	case 'o':
	case 'x':
	case 'X':
	case 'p':
	case 'c':
	case 'b': p->class = PTFMT_LONG; break;
	case 's': p->class = PTFMT_STRING; break;
	case 'm':
	case 'M': p->class = PTFMT_MEMORY; break;
	default: return false;
	}
	p->conversion = c;
	return true;
}

static bool is_blob_width(int width)
{
	return width == 1 || width == 2 || width == 4 || width == 8;
}

static enum ptfmt_piece_kind take_directive(const char **at, const char *end,
					    struct ptfmt_piece *p)
{
	const char *s = *at + 1;

	p->flag = 0;
	if (s < end &&
	    (*s == '0' || *s == '+' || *s == '-' || *s == ' ' || *s == '#'))
		p->flag = *s++;
	take_size(&s, end, &p->width, &p->width_star);
	p->precision = -1;
	p->precision_star = false;
	if (s < end && *s == '.') {
		s++;
		take_size(&s, end, &p->precision, &p->precision_star);
		/* "%.d" is "%.0d", as in C. */
		if (p->precision < 0 && !p->precision_star)
			p->precision = 0;
	}
	if (s < end && *s == 'l')
		s++;
	p->length = (size_t)(LESSER(s + 1, end) - p->text);
	*at = p->text + p->length;
	if (s == end)
		return bad(p, "unfinished directive");
	if (!take_conversion(p, *s))
		return bad(p, "unknown conversion");
	if (*s == 'b' && p->width >= 0 && !is_blob_width(p->width))
		return bad(p, "the width of %b is 1, 2, 4 or 8");
	p->kind = PTFMT_DIRECTIVE;
	return PTFMT_DIRECTIVE;
}

enum ptfmt_piece_kind ptfmt_next(const char **at, const char *end,
				 struct ptfmt_piece *p)
{
	const char *s = *at;

	p->text = s;
	if (s == end) {
		p->kind = PTFMT_END;
		return PTFMT_END;
	}
	if (*s == '%' && (end - s < 2 || s[1] != '%'))
		return take_directive(at, end, p);
	p->kind = PTFMT_TEXT;
	if (*s == '%') {
		p->length = 1;
		*at = s + 2;
		return PTFMT_TEXT;
	}
	while (s < end && *s != '%')
		s++;
	p->length = (size_t)(s - p->text);
	*at = s;
	return PTFMT_TEXT;
}

bool ptfmt_check(const char *format, size_t n, ptfmt_visit visit, void *data,
		 struct ptfmt_piece *wrong)
{
	const char *at = format, *end = format + n;
	struct ptfmt_piece p;

	while (ptfmt_next(&at, end, &p) != PTFMT_END) {
		if (p.kind == PTFMT_BAD) {
			*wrong = p;
			return false;
		}
		if (p.kind == PTFMT_DIRECTIVE && visit &&
		    !visit(data, &p, (size_t)(p.text - format)))
			break;
	}
	return true;
}

/* ---- arguments -------------------------------------------------------- */

/* Either an array or a record's bytes. */
struct source {
	const struct ptfmt_arg *arg;
	unsigned n;
	const char *bytes;
	size_t left;
};

static bool take_long(struct source *from, int64_t *value)
{
	if (from->bytes) {
		if (from->left < 8)
			return false;
		__builtin_memcpy(value, from->bytes, 8);
		from->bytes += 8;
		from->left -= 8;
		return true;
	}
	if (!from->n)
		return false;
	*value = from->arg->value;
	from->arg++;
	from->n--;
	return true;
}

static bool take_string(struct source *from, const char **s, size_t *n)
{
	uint32_t length;
	size_t size;

	if (from->bytes) {
		if (from->left < 8)
			return false;
		__builtin_memcpy(&length, from->bytes, 4);
		size = ((size_t)length + 4 + 7) & ~(size_t)7;
		if (length > from->left || size > from->left)
			return false;
		*s = from->bytes + 4;
		*n = length;
		from->bytes += size;
		from->left -= size;
		return true;
	}
	if (!from->n)
		return false;
	*s = from->arg->s;
	*n = *s ? from->arg->n : 0;
	from->arg++;
	from->n--;
	return true;
}

/* ---- directives ------------------------------------------------------- */

struct field {
	char flag;
	bool left;
	size_t width;
	int precision; /* -1: none */
};

static void put_padded(struct ptfmt_out *out, const struct field *f,
		       const char *s, size_t n)
{
	size_t pad = f->width > n ? f->width - n : 0;

	if (!f->left)
		ptfmt_pad(out, ' ', pad);
	ptfmt_text(out, s, n);
	if (f->left)
		ptfmt_pad(out, ' ', pad);
}

static unsigned put_prefix(char *prefix, char conversion, char flag,
			   bool negative)
{
	if (conversion == 'p') {
		prefix[0] = '0';
		prefix[1] = 'x';
		return 2;
	}
	if (conversion == 'd' || conversion == 'i') {
		if (!negative && flag != '+' && flag != ' ')
			return 0;
		prefix[0] = negative ? '-' : flag;
		return 1;
	}
	if ((conversion == 'x' || conversion == 'X') && flag == '#') {
		prefix[0] = '0';
		prefix[1] = conversion;
		return 2;
	}
	return 0;
}

static void put_number(struct ptfmt_out *out, const struct field *f,
		       char conversion, int64_t value)
{
	char digits[PTFMT_DIGITS], prefix[2];
	uint64_t magnitude = (uint64_t)value;
	size_t n, zeros = 0, used, n_prefix;
	bool negative = false;

	if ((conversion == 'd' || conversion == 'i') && value < 0) {
		negative = true;
		magnitude = -magnitude;
	}
	if (conversion == 'o')
		n = ptfmt_octal(digits, magnitude);
	else if (conversion == 'x' || conversion == 'X' || conversion == 'p')
		n = ptfmt_hex(digits, magnitude, conversion == 'X');
	else
		n = ptfmt_decimal(digits, magnitude);
	if (f->precision == 0 && magnitude == 0)
		n = 0;
	if (f->precision > (int)n)
		zeros = (size_t)f->precision - n;
	if (conversion == 'o' && f->flag == '#' && !zeros &&
	    (n == 0 || digits[PTFMT_DIGITS - n] != '0'))
		zeros = 1;
	n_prefix = put_prefix(prefix, conversion, f->flag, negative);
	used = n + zeros + n_prefix;
	if (f->flag == '0' && f->precision < 0 && !f->left && f->width > used) {
		zeros += f->width - used;
		used = f->width;
	}
	if (!f->left && f->width > used)
		ptfmt_pad(out, ' ', f->width - used);
	ptfmt_text(out, prefix, n_prefix);
	ptfmt_pad(out, '0', zeros);
	ptfmt_text(out, digits + PTFMT_DIGITS - n, n);
	if (f->left && f->width > used)
		ptfmt_pad(out, ' ', f->width - used);
}

/* C as C source would have it between QUOTEs; returns the length. */
static unsigned escape(char *to, unsigned char c, char quote)
{
	static const char names[] = "abtnvfr"; /* from 7 on */

	if (c >= 7 && c <= 13) {
		to[0] = '\\';
		to[1] = names[c - 7];
		return 2;
	}
	if (c == (unsigned char)quote || c == '\\') {
		to[0] = '\\';
		to[1] = (char)c;
		return 2;
	}
	if (c >= ' ' && c < 0x7f) {
		to[0] = (char)c;
		return 1;
	}
	to[0] = '\\';
	to[1] = (char)('0' + (c >> 6));
	to[2] = (char)('0' + (c >> 3 & 7));
	to[3] = (char)('0' + (c & 7));
	return 4;
}

static void put_escaped(struct ptfmt_out *out, const struct field *f,
			const char *s, size_t n, char quote)
{
	size_t used = 0, i;
	char text[4];

	for (i = 0; i < n; i++)
		used += escape(text, (unsigned char)s[i], quote);
	if (!f->left && f->width > used)
		ptfmt_pad(out, ' ', f->width - used);
	for (i = 0; i < n; i++)
		ptfmt_text(out, text, escape(text, (unsigned char)s[i], quote));
	if (f->left && f->width > used)
		ptfmt_pad(out, ' ', f->width - used);
}

static void put_hex_bytes(struct ptfmt_out *out, const struct field *f,
			  const char *s, size_t n)
{
	size_t pad = f->width > 2 * n ? f->width - 2 * n : 0, i;

	if (!f->left)
		ptfmt_pad(out, ' ', pad);
	for (i = 0; i < n; i++) {
		static const char digit[] = "0123456789abcdef";
		unsigned char c = (unsigned char)s[i];
		char text[2] = { digit[c >> 4], digit[c & 15] };

		ptfmt_text(out, text, 2);
	}
	if (f->left)
		ptfmt_pad(out, ' ', pad);
}

/* The low bytes of VALUE, as this machine orders them. */
static void put_blob(struct ptfmt_out *out, const struct field *f,
		     int64_t value)
{
	size_t n = is_blob_width((int)f->width) ? f->width : 8;
	const uint16_t one = 1;
	const char *bytes = (const char *)&value;

	if (!*(const unsigned char *)&one)
		bytes += 8 - n;
	ptfmt_text(out, bytes, n);
}

static void put_string(struct ptfmt_out *out, const struct field *f,
		       char conversion, const char *s, size_t n)
{
	if (conversion == 'M') {
		put_hex_bytes(out, f, s, n);
		return;
	}
	if (conversion == 's' && f->precision >= 0)
		n = LESSER(n, (size_t)f->precision);
	if (conversion == 's' && f->flag == '#')
		put_escaped(out, f, s, n, '"');
	else
		put_padded(out, f, s, n);
}

static void put_long(struct ptfmt_out *out, const struct field *f,
		     char conversion, int64_t value)
{
	char c = (char)value;

	if (conversion == 'b')
		put_blob(out, f, value);
	else if (conversion != 'c')
		put_number(out, f, conversion, value);
	else if (f->flag == '#')
		put_escaped(out, f, &c, 1, '\'');
	else
		put_padded(out, f, &c, 1);
}

/* Width and precision in force; a star takes them from the arguments. */
static bool take_field(const struct ptfmt_piece *p, struct source *from,
		       struct field *f)
{
	int64_t value;

	f->flag = p->flag;
	f->left = p->flag == '-';
	f->width = p->width > 0 ? (size_t)p->width : 0;
	f->precision = p->precision;
	if (p->width_star) {
		if (!take_long(from, &value))
			return false;
		if (value < 0) {
			f->left = true;
			value = value < -PTFMT_WIDTH_MAX ? PTFMT_WIDTH_MAX
							 : -value;
		}
		f->width = (size_t)LESSER(value, PTFMT_WIDTH_MAX);
	}
	if (p->precision_star) {
		if (!take_long(from, &value))
			return false;
		f->precision =
			value < 0 ? -1 : (int)LESSER(value, PTFMT_WIDTH_MAX);
	}
	return true;
}

static bool put_directive(struct ptfmt_out *out, const struct ptfmt_piece *p,
			  struct source *from)
{
	struct field f;
	const char *s;
	int64_t value;
	size_t n;

	if (!take_field(p, from, &f))
		return false;
	if (p->class == PTFMT_LONG) {
		if (!take_long(from, &value))
			return false;
		put_long(out, &f, p->conversion, value);
	} else {
		if (!take_string(from, &s, &n))
			return false;
		put_string(out, &f, p->conversion, s, n);
	}
	return true;
}

static bool run(struct ptfmt_out *out, const char *format, size_t n,
		struct source *from)
{
	const char *at = format, *end = format + n;
	struct ptfmt_piece p;

	for (;;) {
		switch (ptfmt_next(&at, end, &p)) {
		case PTFMT_END: return true;
		case PTFMT_TEXT: ptfmt_text(out, p.text, p.length); break;
		case PTFMT_DIRECTIVE:
			if (!put_directive(out, &p, from))
				return false;
			break;
		default: return false;
		}
	}
}

bool ptfmt_format(struct ptfmt_out *out, const char *format, size_t n,
		  const struct ptfmt_arg *args, unsigned n_args)
{
	struct source from = { .arg = args, .n = n_args };

	return run(out, format, n, &from);
}

bool ptfmt_record(struct ptfmt_out *out, const char *format, size_t n,
		  const void *args, size_t size)
{
	struct source from = { .bytes = args, .left = size };

	return run(out, format, n, &from) && !from.left;
}
