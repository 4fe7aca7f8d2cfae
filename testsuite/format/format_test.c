/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formatter against the C library's where both mean the same, against
 * written expectations elsewhere; that it stays within its buffer; and that it
 * prints the same from an array and from a record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "reference.h"

#define SIZE 65536

static const char *test;
static int failures;

static void check(bool good, const char *what)
{
	if (good)
		return;
	failures++;
	printf("FAIL: %s: %s\n", test, what);
}

static void done(int before)
{
	if (failures == before)
		printf("PASS: %s\n", test);
}

static unsigned long long state = 88172645463325252ull;

static unsigned long long next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static unsigned below(unsigned n)
{
	return (unsigned)(next_random() % n);
}

/* ---- records ---------------------------------------------------------- */

struct record {
	char bytes[8192];
	size_t size;
};

static void add_long(struct record *r, int64_t v)
{
	memcpy(r->bytes + r->size, &v, 8);
	r->size += 8;
}

static void add_string(struct record *r, const char *s, uint32_t n)
{
	memset(r->bytes + r->size, 0, n + 12);
	memcpy(r->bytes + r->size, &n, 4);
	memcpy(r->bytes + r->size + 4, s, n);
	r->size += (n + 4 + 7) / 8 * 8;
}

/* Formats both ways into TEXT and returns the length. */
static size_t both_ways(char *text, const char *format,
			const struct ptfmt_arg *args, unsigned n)
{
	static char other[SIZE];
	struct ptfmt_out out = { .at = text, .end = text + SIZE };
	struct ptfmt_out out2 = { .at = other, .end = other + SIZE };
	struct record r = { .size = 0 };
	unsigned i;

	for (i = 0; i < n; i++) {
		if (args[i].s)
			add_string(&r, args[i].s, args[i].n);
		else
			add_long(&r, args[i].value);
	}
	check(ptfmt_format(&out, format, strlen(format), args, n), format);
	check(ptfmt_record(&out2, format, strlen(format), r.bytes, r.size),
	      format);
	check(out.at - text == out2.at - other &&
		      memcmp(text, other, (size_t)(out.at - text)) == 0,
	      "array and record differ");
	return (size_t)(out.at - text);
}

/* ---- against snprintf ------------------------------------------------- */

static int64_t some_number(void)
{
	static const int64_t special[] = { 0,	      1,	  -1,
					   9,	      10,	  INT64_MAX,
					   INT64_MIN, 4294967295, 4294967296,
					   999999999, 1000000000 };

	switch (below(3)) {
	case 0: return special[below(sizeof(special) / sizeof(*special))];
	case 1: return (int64_t)next_random();
	default: return (int64_t)(next_random() >> below(64));
	}
}

static void compare_number(const char *flag, const char *size, char conversion)
{
	char ours[64], theirs[64], expected[SIZE], got[SIZE];
	struct ptfmt_arg arg = { .value = some_number() };
	size_t n;

	/* C has no prefix for zero. */
	if (*flag == '#' && !arg.value)
		arg.value = 1;
	snprintf(ours, sizeof(ours), "<%%%s%s%c>", flag, size, conversion);
	snprintf(theirs, sizeof(theirs), "<%%%s%sll%c>", flag, size,
		 conversion);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(expected, sizeof(expected), theirs, (long long)arg.value);
#pragma GCC diagnostic pop
	n = both_ways(got, ours, &arg, 1);
	if (n != strlen(expected) || memcmp(got, expected, n) != 0) {
		printf("%s of %lld: expected '%s', got '%.*s'\n", ours,
		       (long long)arg.value, expected, (int)n, got);
		check(false, "differs from C");
	}
}

static void compare_string(const char *flag, const char *size)
{
	static const char *const texts[] = { "", "a", "hello", "two words",
					     "much longer than the width" };
	const char *text = texts[below(5)];
	struct ptfmt_arg arg = { .s = text, .n = (uint32_t)strlen(text) };
	char format[64], expected[SIZE], got[SIZE];
	size_t n;

	snprintf(format, sizeof(format), "%%%s%ss|", flag, size);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(expected, sizeof(expected), format, text);
#pragma GCC diagnostic pop
	n = both_ways(got, format, &arg, 1);
	check(n == strlen(expected) && memcmp(got, expected, n) == 0, format);
}

static void test_like_c(void)
{
	static const char *const signed_flags[] = { "", "0", "+", "-", " " };
	static const char *const unsigned_flags[] = { "", "0", "-", "#" };
	char size[32];
	int before = failures, i;

	test = "like C";
	for (i = 0; i < 200000; i++) {
		size[0] = 0;
		if (below(2))
			snprintf(size, sizeof(size), "%u", below(30) + 1);
		if (below(3) == 0)
			snprintf(size + strlen(size), 16, ".%u", below(30));
		switch (below(4)) {
		case 0:
			compare_number(signed_flags[below(5)], size,
				       "di"[below(2)]);
			break;
		case 1:
			compare_number(unsigned_flags[below(3)], size, 'u');
			break;
		case 2:
			compare_number(unsigned_flags[below(4)], size,
				       "oxX"[below(3)]);
			break;
		default: compare_string(below(2) ? "-" : "", size);
		}
	}
	done(before);
}

/* Whole formats, each in some rounds of arguments. */
static void test_like_reference(void)
{
	uint64_t seed = 88172645463325252ull;
	char expected[REF_TEXT], got[SIZE];
	int before = failures, i;

	test = "like the reference";
	for (i = 0; i < 20000; i++) {
		struct ptfmt_arg args[3 * REF_DIRECTIVES];
		struct ref_format f;
		unsigned row, j;
		size_t n, m;

		ref_random(&f, &seed);
		for (row = 0; row < 3; row++) {
			for (j = 0; j < f.n_args; j++) {
				const struct ref_value *v =
					ref_argument(&f, j, row);

				args[j] = (struct ptfmt_arg){
					.value = v->number,
					.s = v->s,
					.n = (uint32_t)v->n,
				};
				if (f.kinds[j] == REF_MEMORY)
					args[j].n = ref_memory_size(&f, j);
			}
			n = ref_print(expected, &f, row);
			m = both_ways(got, f.text, args, f.n_args);
			if (n == m && memcmp(got, expected, n) == 0)
				continue;
			printf("%s, round %u: expected '%.*s', got '%.*s'\n",
			       f.text, row, (int)n, expected, (int)m, got);
			check(false, "differs from the reference");
		}
	}
	done(before);
}

/* ---- written expectations --------------------------------------------- */

struct expectation {
	const char *format;
	struct ptfmt_arg args[4];
	unsigned n;
	const char *text;
	size_t length; /* 0: that of text */
};

#define LONG(v)              \
	{                    \
		.value = (v) \
	}
#define STRING(v)                            \
	{                                    \
		.s = (v), .n = sizeof(v) - 1 \
	}

static const struct expectation expectations[] = {
	{ "", { { 0 } }, 0, "", 0 },
	{ "100%% %d%%", { LONG(7) }, 1, "100% 7%", 0 },
	{ "%ld %li %lu", { LONG(1), LONG(-2), LONG(3) }, 3, "1 -2 3", 0 },
	{ "%p", { LONG(0xdeadbeef) }, 1, "0xdeadbeef", 0 },
	{ "%p %#x %#X", { LONG(0), LONG(0), LONG(255) }, 3, "0x0 0x0 0XFF", 0 },
	{ "%20p|%-12p|",
	  { LONG(16), LONG(16) },
	  2,
	  "                0x10|0x10        |",
	  0 },
	{ "%016p", { LONG(16) }, 1, "0x00000000000010", 0 },
	{ "%#o %#o", { LONG(8), LONG(0) }, 2, "010 0", 0 },
	{ "%c%c%c", { LONG('a'), LONG('%'), LONG(256 + 'b') }, 3, "a%b", 0 },
	{ "%3c|%-3c|", { LONG('x'), LONG('y') }, 2, "  x|y  |", 0 },
	{ "%c", { LONG(0) }, 1, "\0", 1 },
	{ "%#c%#c%#c",
	  { LONG('\n'), LONG(0), LONG('\'') },
	  3,
	  "\\n\\000\\'",
	  0 },
	{ "%#c %#c", { LONG('"'), LONG(0xff) }, 2, "\" \\377", 0 },
	{ "%#s",
	  { STRING("a\"b\\c\t\x01\xe4'") },
	  1,
	  "a\\\"b\\\\c\\t\\001\\344'",
	  0 },
	{ "%.3s|%5.1s|",
	  { STRING("hello"), STRING("hello") },
	  2,
	  "hel|    h|",
	  0 },
	{ "%*d|%-*d|",
	  { LONG(5), LONG(1), LONG(3), LONG(2) },
	  4,
	  "    1|2  |",
	  0 },
	{ "%*d|", { LONG(-4), LONG(1) }, 2, "1   |", 0 },
	{ "%.*s|%.*d",
	  { LONG(2), STRING("hello"), LONG(3), LONG(4) },
	  4,
	  "he|004",
	  0 },
	{ "%.*s", { LONG(-1), STRING("hello") }, 2, "hello", 0 },
	{ "%1b%2b", { LONG(0x4241), LONG(0x4443) }, 2, "ACD", 0 },
	{ "%4b", { LONG(0x44434241) }, 1, "ABCD", 0 },
	{ "%b", { LONG(0x4847464544434241) }, 1, "ABCDEFGH", 0 },
	{ "%.4m|", { STRING("\1\0\2\3") }, 1, "\1\0\2\3|", 5 },
	{ "%.4M|", { STRING("\1\xab\0\xff") }, 1, "01ab00ff|", 0 },
	{ "%10.2M|", { STRING("\1\2") }, 1, "      0102|", 0 },
	{ "%d", { LONG(INT64_MIN) }, 1, "-9223372036854775808", 0 },
	{ "%u", { LONG(-1) }, 1, "18446744073709551615", 0 },
	{ "%s", { STRING("") }, 1, "", 0 },
};

static void test_expectations(void)
{
	int before = failures;
	char got[SIZE];
	size_t i;

	test = "directives";
	for (i = 0; i < sizeof(expectations) / sizeof(*expectations); i++) {
		const struct expectation *e = &expectations[i];
		size_t n = both_ways(got, e->format, e->args, e->n);
		size_t length = e->length ? e->length : strlen(e->text);

		if (n != length || memcmp(got, e->text, n) != 0) {
			printf("%s: expected '%s', got '%.*s'\n", e->format,
			       e->text, (int)n, got);
			check(false, e->format);
		}
	}
	done(before);
}

/* ---- bad formats ------------------------------------------------------ */

struct bad_format {
	const char *format;
	size_t offset;
	const char *error;
};

static const struct bad_format bad_formats[] = {
	{ "%", 0, "unfinished directive" },
	{ "ab%5", 2, "unfinished directive" },
	{ "%-", 0, "unfinished directive" },
	{ "%d %l", 3, "unfinished directive" },
	{ "%n", 0, "unknown conversion" },
	{ "%lld", 0, "unknown conversion" },
	{ "%-+d", 0, "unknown conversion" },
	{ "x%y", 1, "unknown conversion" },
	{ "%3b", 0, "the width of %b is 1, 2, 4 or 8" },
};

struct seen {
	char conversions[16];
	size_t offsets[16];
	unsigned n;
};

static bool note(void *data, const struct ptfmt_piece *p, size_t offset)
{
	struct seen *seen = data;

	seen->offsets[seen->n] = offset;
	seen->conversions[seen->n++] = p->conversion;
	return seen->n < 3;
}

static void test_check(void)
{
	struct seen seen = { .n = 0 };
	int before = failures;
	struct ptfmt_piece wrong;
	size_t i;

	test = "format check";
	for (i = 0; i < sizeof(bad_formats) / sizeof(*bad_formats); i++) {
		const struct bad_format *b = &bad_formats[i];

		check(!ptfmt_check(b->format, strlen(b->format), NULL, NULL,
				   &wrong) &&
			      strcmp(wrong.error, b->error) == 0 &&
			      wrong.text == b->format + b->offset,
		      b->format);
	}
	check(ptfmt_check("a%%%d-%.3s %m%M", 15, note, &seen, &wrong),
	      "good format");
	check(seen.n == 3 && memcmp(seen.conversions, "dsm", 3) == 0 &&
		      seen.offsets[0] == 3 && seen.offsets[1] == 6 &&
		      seen.offsets[2] == 11,
	      "directives seen");
	done(before);
}

/* ---- limits ----------------------------------------------------------- */

static void test_bounds(void)
{
	static const char format[] = "<%20d|%-9s|%#s|%08x|%c>";
	const struct ptfmt_arg args[] = { LONG(-123456), STRING("text"),
					  STRING("\n\"x\""), LONG(48879),
					  LONG('q') };
	char whole[SIZE], part[256];
	size_t n = both_ways(whole, format, args, 5), room;
	int before = failures;

	test = "bounds";
	for (room = 0; room <= n + 2; room++) {
		struct ptfmt_out out = { .at = part, .end = part + room };
		size_t expected = room < n ? room : n;

		memset(part, '!', sizeof(part));
		ptfmt_format(&out, format, sizeof(format) - 1, args, 5);
		check((size_t)(out.at - part) == expected, "length");
		check(memcmp(part, whole, expected) == 0, "text");
		check(part[expected] == '!', "written past the end");
		check(out.cut == (room < n), "cut");
	}
	done(before);
}

static void test_short_records(void)
{
	static const char format[] = "%d %s %.2M %d";
	struct record r = { .size = 0 };
	char text[SIZE], *exact;
	int before = failures;
	size_t size;

	test = "short records";
	add_long(&r, 1);
	add_string(&r, "a longer text", 13);
	add_string(&r, "xy", 2);
	add_long(&r, 2);
	for (size = 0; size <= r.size + 8; size++) {
		struct ptfmt_out out = { .at = text, .end = text + SIZE };

		/* On the heap, so that a sanitizer sees each byte too far. */
		exact = calloc(1, size ? size : 1);
		memcpy(exact, r.bytes, size < r.size ? size : r.size);
		check(ptfmt_record(&out, format, sizeof(format) - 1, exact,
				   size) == (size == r.size),
		      "accepted");
		free(exact);
	}
	done(before);
}

static void test_random_bytes(void)
{
	int before = failures, i;
	char text[2048];

	test = "random formats and records";
	for (i = 0; i < 300000; i++) {
		static const char alphabet[] =
			"%%%%%dsuxXopcbmM#0+- .*l12345%a";
		struct ptfmt_out out = { .at = text,
					 .end = text + below(sizeof(text)) };
		size_t n = below(24), size = below(64), j;
		char *format = malloc(n + 1), *args = malloc(size + 1);

		for (j = 0; j < n; j++)
			format[j] = alphabet[below(sizeof(alphabet) - 1)];
		for (j = 0; j < size; j++)
			args[j] = (char)(below(3) ? below(9) : below(256));
		ptfmt_record(&out, format, n, args, size);
		check(out.at <= out.end, "written past the end");
		free(format);
		free(args);
	}
	done(before);
}

/* ---- histograms ------------------------------------------------------- */

static void check_hist(const struct ptfmt_hist *h, unsigned width, int elision,
		       const char *expected)
{
	char got[SIZE];
	struct ptfmt_out out = { .at = got, .end = got + SIZE - 1 };

	ptfmt_hist(&out, h, width, elision);
	*out.at = 0;
	if (strcmp(got, expected) != 0) {
		printf("expected:\n%sgot:\n%s", expected, got);
		check(false, "layout");
	}
}

static void test_log_hist(void)
{
	const int64_t one[] = { 36200, 14707, 105, 2892, 114 };
	const int64_t zero[] = { 3, 4 };
	const int64_t negative[] = { 1, 0, 0, 0, 0, 0, 0, 50 };
	struct ptfmt_hist h = {
		.buckets = 128, .first = 67, .n = 5, .counts = one
	};
	int before = failures;

	test = "log histograms";
	check_hist(&h, 50, 2,
		   "value |-------------------------------------------------- "
		   "count\n"
		   "    1 |                                                    "
		   "   0\n"
		   "    2 |                                                    "
		   "   0\n"
		   "    4 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ "
		   "36200\n"
		   "    8 |@@@@@@@@@@@@@@@@@@@@                               "
		   "14707\n"
		   "   16 |                                                    "
		   " 105\n"
		   "   32 |@@@                                                 "
		   "2892\n"
		   "   64 |                                                    "
		   " 114\n"
		   "  128 |                                                    "
		   "   0\n"
		   "  256 |                                                    "
		   "   0\n"
		   "\n");
	h = (struct ptfmt_hist){
		.buckets = 128, .first = 64, .n = 2, .counts = zero
	};
	check_hist(&h, 10, 2,
		   "value |---------- count\n"
		   "    0 |@@@        3\n"
		   "    1 |@@@@       4\n"
		   "    2 |           0\n"
		   "    4 |           0\n"
		   "\n");
	h = (struct ptfmt_hist){
		.buckets = 128, .first = 61, .n = 8, .counts = negative
	};
	check_hist(&h, 10, 2,
		   "value |---------- count\n"
		   "  -16 |            0\n"
		   "   -8 |            0\n"
		   "   -4 |            1\n"
		   "   -2 |            0\n"
		   "   -1 |            0\n"
		   "      ~\n"
		   "    2 |            0\n"
		   "    4 |            0\n"
		   "    8 |@@@@@@@@@@ 50\n"
		   "   16 |            0\n"
		   "   32 |            0\n"
		   "\n");
	done(before);
}

static void test_extreme_hist(void)
{
	int64_t all[128] = { [0] = 1, [127] = 1 };
	struct ptfmt_hist h = {
		.buckets = 128, .first = 0, .n = 128, .counts = all
	};
	int before = failures;

	test = "histogram of the extremes";
	check_hist(&h, 10, 0,
		   "               value |---------- count\n"
		   "-9223372036854775808 |@          1\n"
		   "                     ~\n"
		   " 4611686018427387904 |@          1\n"
		   "\n");
	done(before);
}

static void test_linear_hist(void)
{
	/* 0 to 100 by 10: below, eleven rows, above */
	const int64_t edges[] = { 2, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7 };
	const int64_t middle[] = { 101 };
	struct ptfmt_hist h = { .linear = true,
				.low = 0,
				.width = 10,
				.buckets = 13,
				.first = 0,
				.n = 13,
				.counts = edges };
	int before = failures;

	test = "linear histograms";
	check_hist(&h, 10, 2,
		   "value |---------- count\n"
		   "   <0 |@@         2\n"
		   "    0 |@@@@@      5\n"
		   "   10 |           0\n"
		   "   20 |           0\n"
		   "      ~\n"
		   "   80 |           0\n"
		   "   90 |           0\n"
		   "  100 |@          1\n"
		   " >100 |@@@@@@@    7\n"
		   "\n");
	h = (struct ptfmt_hist){ .linear = true,
				 .low = 0,
				 .width = 100000,
				 .buckets = 23,
				 .first = 11,
				 .n = 1,
				 .counts = middle };
	check_hist(&h, 50, 2,
		   "  value "
		   "|-------------------------------------------------- count\n"
		   " 800000 |                                                  "
		   "   0\n"
		   " 900000 |                                                  "
		   "   0\n"
		   "1000000 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@                 "
		   " 101\n"
		   "1100000 |                                                  "
		   "   0\n"
		   "1200000 |                                                  "
		   "   0\n"
		   "\n");
	done(before);
}

int main(void)
{
	test_like_c();
	test_like_reference();
	test_expectations();
	test_check();
	test_bounds();
	test_short_records();
	test_random_bytes();
	test_log_hist();
	test_extreme_hist();
	test_linear_hist();
	return failures ? 1 : 0;
}
