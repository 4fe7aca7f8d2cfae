/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script file of a loaded module: its header, and how its records become
 * text.  The bytes are not trusted.
 */
#ifndef PR_TABLE_H
#define PR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ptap/limits.h>
#include <ptap/wire.h>

#include "../format/format.h"

struct pr_format {
	uint16_t kind; /* enum ptap_format_kind */
	uint16_t length;
	const char *text;
};

struct pr_table {
	struct ptap_script_header header;
	struct pr_format *formats; /* header.n_formats */
	char *bytes;
};

/* The file's SIZE bytes are copied.  NULL, or what is wrong with them. */
const char *pr_table_init(struct pr_table *t, const void *bytes, size_t size);
void pr_table_deinit(struct pr_table *t);

enum pr_table_result {
	PR_TABLE_PRINTED,
	PR_TABLE_STDERR, /* a line for stderr: *line says which */
	PR_TABLE_BAD,	 /* not a record of this script */
};

struct pr_line {
	const char *prefix;
	const char *text; /* in the record */
	size_t length;
	bool warning;
};

/* Prints the whole record R to OUT, or finds the line for stderr in it. */
enum pr_table_result pr_table_print(const struct pr_table *t,
				    const struct ptap_record *r,
				    struct ptfmt_out *out,
				    struct pr_line *line);

#endif
