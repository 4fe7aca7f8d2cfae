/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a script that prints random formats in two ways, by printf() and by
 * print(sprintf()), and what it must print:
 *
 *     pairs SEED FORMATS ROUNDS SCRIPT EXPECTED
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

#define IN_ONE_FUNCTION 20

/* BYTES as a literal of C or of a script, which agree on this. */
static void put_literal(FILE *to, const char *bytes, size_t n)
{
	fputc('"', to);
	for (size_t i = 0; i < n; i++)
		fprintf(to, "\\%03o", (unsigned char)bytes[i]);
	fputc('"', to);
}

static void put_memory(FILE *to)
{
	fputs("%{\nstatic const char *const memory[] = {\n", to);
	for (unsigned i = 0; i < REF_ROWS; i++) {
		const struct ref_value *v = &ref_table[REF_MEMORY][i];

		fputc('\t', to);
		put_literal(to, v->s, v->n);
		fputs(",\n", to);
	}
	fputs("};\n%}\n"
	      "function address:long(i:long) %{\n"
	      "\tSTAP_RETVALUE = (int64_t)(long)memory[STAP_ARG_i];\n"
	      "%}\n",
	      to);
}

static const char *const names[] = {
	[REF_LONG] = "longs",	  [REF_BYTES] = "bytes",
	[REF_STRING] = "strings", [REF_MEMORY] = "address",
	[REF_STAR] = "stars",	  [REF_BLOB] = "blobs",
};

static void put_tables(FILE *to)
{
	fputs("global longs, bytes, strings, stars, blobs\n"
	      "function fill()\n{\n",
	      to);
	for (unsigned kind = 0; kind <= REF_BLOB; kind++) {
		if (kind == REF_MEMORY)
			continue;
		for (unsigned i = 0; i < REF_ROWS; i++) {
			const struct ref_value *v = &ref_table[kind][i];

			fprintf(to, "\t%s[%u] = ", names[kind], i);
			if (v->s)
				put_literal(to, v->s, v->n);
			else
				fprintf(to, "%lld", (long long)v->number);
			fputc('\n', to);
		}
	}
	fputs("}\n", to);
}

static void put_call(FILE *to, const char *before, const struct ref_format *f,
		     const char *after)
{
	fprintf(to, "\t%s\"%s\\n\"", before, f->text);
	for (unsigned i = 0; i < f->n_args; i++) {
		bool call = f->kinds[i] == REF_MEMORY;

		fprintf(to, ", %s%c(row + %u) %% %d%c", names[f->kinds[i]],
			call ? '(' : '[', f->steps[i], REF_ROWS,
			call ? ')' : ']');
	}
	fprintf(to, "%s\n", after);
}

static void put_script(FILE *to, const struct ref_format *formats, unsigned n,
		       unsigned rounds)
{
	put_memory(to);
	put_tables(to);
	for (unsigned i = 0; i < n; i++) {
		if (i % IN_ONE_FUNCTION == 0)
			fprintf(to, "%sfunction some%u(row)\n{\n",
				i ? "}\n" : "", i / IN_ONE_FUNCTION);
		put_call(to, "printf(", &formats[i], ")");
		put_call(to, "print(sprintf(", &formats[i], "))");
	}
	fprintf(to,
		"}\nprobe begin\n{\n\tfill()\n"
		"\tfor (row = 0; row < %u; row++) {\n",
		rounds);
	for (unsigned i = 0; i < n; i += IN_ONE_FUNCTION)
		fprintf(to, "\t\tsome%u(row)\n", i / IN_ONE_FUNCTION);
	fputs("\t}\n\texit()\n}\n", to);
}

static void put_expected(FILE *to, const struct ref_format *formats, unsigned n,
			 unsigned rounds)
{
	char text[REF_TEXT];

	for (unsigned row = 0; row < rounds; row++)
		for (unsigned i = 0; i < n; i++) {
			size_t length = ref_print(text, &formats[i], row);

			text[length++] = '\n';
			fwrite(text, 1, length, to);
			fwrite(text, 1, length, to);
		}
}

int main(int argc, char **argv)
{
	struct ref_format *formats;
	FILE *script, *expected;
	unsigned n, rounds;
	uint64_t seed;

	if (argc != 6)
		return 2;
	seed = strtoull(argv[1], NULL, 0);
	n = (unsigned)atoi(argv[2]);
	rounds = (unsigned)atoi(argv[3]);
	formats = calloc(n, sizeof(*formats));
	script = fopen(argv[4], "w");
	expected = fopen(argv[5], "w");
	if (!formats || !script || !expected) {
		fprintf(stderr, "pairs: %s\n", strerror(errno));
		return 1;
	}
	for (unsigned i = 0; i < n; i++)
		ref_random(&formats[i], &seed);
	put_script(script, formats, n, rounds);
	put_expected(expected, formats, n, rounds);
	free(formats);
	return fclose(script) || fclose(expected);
}
