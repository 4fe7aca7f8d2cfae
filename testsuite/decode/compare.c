/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compare FILE...: all text of ELF files, or of kernels as they are booted, by the
 * engine's decoder and by an independent one.
 */
#include <stdio.h>

#include "oracle.h"
#include "text.h"

struct totals {
	unsigned long instructions, bytes;
	unsigned long padding; /* int3 among the instructions */
	unsigned long neither; /* bytes that are data to both */
	unsigned long different;
};

static void show(const struct text *text, size_t at,
		 const struct oracle_result *r)
{
	unsigned int i;

	printf("    %s %s %#lx:", text->path, text->section,
	       (unsigned long)(text->address + at));
	for (i = 0; i < r->length || i < r->insn.length; i++)
		printf(" %02x", text->code[at + i]);
	printf(": %s%s%s; ours: length %u class %u flags %#x\n",
	       r->what ? r->what : "only one reads it",
	       *r->text ? ", theirs: " : "", r->text, r->insn.length,
	       r->insn.class, r->insn.flags);
}

/* One instruction after the other, as the independent decoder sees them. */
static void compare(void *context, const struct text *text)
{
	struct totals *totals = context;
	struct oracle_result r;
	size_t at = 0;

	while (at < text->n) {
		oracle_compare(text->code + at, text->n - at, text->wide, &r);
		if (r.verdict == ORACLE_NEITHER) {
			totals->neither++;
		} else if (r.verdict == ORACLE_SAME) {
			totals->instructions++;
			totals->padding += text->code[at] == 0xcc;
		} else {
			totals->different++;
			if (totals->different <= 200)
				show(text, at, &r);
		}
		at += r.length;
	}
	totals->bytes += text->n;
}

int main(int argc, char **argv)
{
	struct totals totals = { 0 };
	int i;

	for (i = 1; i < argc; i++)
		text_read(argv[i], compare, &totals);
	printf("%s: %d files, %lu bytes, %lu instructions the same (%lu int3), "
	       "%lu different, %lu bytes of data\n",
	       totals.different || !totals.instructions ? "FAIL" : "PASS",
	       argc - 1, totals.bytes, totals.instructions, totals.padding,
	       totals.different, totals.neither);
	return totals.different != 0;
}
