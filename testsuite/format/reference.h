/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random formats and what they print, made without ptap's formatter: by the C
 * library's snprintf() where it has the directive, by hand where it has not.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REF_DIRECTIVES 6
#define REF_TEXT 1024

/* Where an argument comes from. */
enum ref_kind {
	REF_LONG,
	REF_BYTES, /* a long without a zero byte: %c, %b */
	REF_STRING,
	REF_MEMORY,
	REF_STAR, /* a long of a sensible size: * */
	REF_BLOB, /* width of %b: 1, 2, 4 or 8 */
};

struct ref_value {
	int64_t number;
	const char *s;
	size_t n;
};

/* A row of the table that all arguments are taken from. */
#define REF_ROWS 32
extern const struct ref_value ref_table[][REF_ROWS];

struct ref_directive {
	char flag; /* or 0 */
	char conversion;
	bool width_star, precision_star, l;
	int width, precision; /* -1: none */
};

struct ref_format {
	struct ref_directive directives[REF_DIRECTIVES];
	const char *between[REF_DIRECTIVES + 1];
	unsigned n_directives;
	char text[256];
	/* in the order in which the format takes them */
	enum ref_kind kinds[3 * REF_DIRECTIVES];
	unsigned steps[3 * REF_DIRECTIVES];
	const struct ref_directive *takers[3 * REF_DIRECTIVES];
	unsigned n_args;
};

/* Values of the next format; the same SEED gives the same formats. */
void ref_random(struct ref_format *f, uint64_t *seed);

/* Argument I in round ROW. */
const struct ref_value *ref_argument(const struct ref_format *f, unsigned i,
				     unsigned row);

/* How many bytes argument I, of kind REF_MEMORY, stands for. */
unsigned ref_memory_size(const struct ref_format *f, unsigned i);

/* What F prints in round ROW; returns the length, less than REF_TEXT. */
size_t ref_print(char *to, const struct ref_format *f, unsigned row);

#endif
