/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <stdlib.h>
#include <string.h>

/* ---- the file --------------------------------------------------------- */

static const char *check_header(const struct ptap_script_header *h, size_t size)
{
	if (h->byte_order != PTAP_WIRE_BYTE_ORDER)
		return "it was made on a machine of other byte order";
	if (h->magic != PTAP_WIRE_MAGIC)
		return "it is not a ptap script";
	if (h->version != PTAP_WIRE_VERSION)
		return "it speaks another version of the protocol than this "
		       "ptaprun";
	if (h->size != size)
		return "its size is not what its header says";
	if (h->build_id_length > sizeof(h->build_id))
		return "its build id is too long";
	if (!memchr(h->name, 0, sizeof(h->name)))
		return "its name has no end";
	/* A format takes four bytes or more, a CPU its own files. */
	if (h->n_formats > size / 4 || h->n_formats > PTAP_FORMAT_LIMIT)
		return "it has more formats than bytes for them";
	if (!h->n_cpus || h->n_cpus > 65536)
		return "its number of CPUs is wrong";
	if (!h->hist_width || h->hist_width > 500)
		return "its width of histograms is wrong";
	return NULL;
}

static const char *take_formats(struct pr_table *t, size_t size)
{
	const char *at = t->bytes + sizeof(t->header), *end = t->bytes + size;
	uint32_t i;

	for (i = 0; i < t->header.n_formats; i++) {
		struct pr_format *f = &t->formats[i];

		if (end - at < 4)
			return "its format table is cut short";
		memcpy(&f->kind, at, 2);
		memcpy(&f->length, at + 2, 2);
		at += 4;
		if (end - at < f->length)
			return "its format table is cut short";
		if (f->kind > PTAP_FORMAT_HIST_LINEAR)
			return "it has a format of unknown kind";
		f->text = at;
		at += f->length;
	}
	return NULL;
}

const char *pr_table_init(struct pr_table *t, const void *bytes, size_t size)
{
	const char *error;

	memset(t, 0, sizeof(*t));
	if (size < sizeof(t->header))
		return "it is cut short";
	memcpy(&t->header, bytes, sizeof(t->header));
	error = check_header(&t->header, size);
	if (error)
		return error;
	t->bytes = malloc(size);
	t->formats = calloc(t->header.n_formats + 1, sizeof(*t->formats));
	if (!t->bytes || !t->formats) {
		pr_table_deinit(t);
		return "there is no memory for it";
	}
	memcpy(t->bytes, bytes, size);
	error = take_formats(t, size);
	if (error)
		pr_table_deinit(t);
	return error;
}

void pr_table_deinit(struct pr_table *t)
{
	free(t->bytes);
	free(t->formats);
	t->bytes = NULL;
	t->formats = NULL;
}

/* ---- records ---------------------------------------------------------- */

static bool take_histogram(const struct pr_format *f, const int64_t *at,
			   size_t n, struct ptfmt_hist *h)
{
	*h = (struct ptfmt_hist){
		.linear = f->kind == PTAP_FORMAT_HIST_LINEAR,
		.buckets = PTAP_HIST_LOG_BUCKETS,
	};
	if (h->linear) {
		if (n < 3 || at[1] < PTAP_HIST_LINEAR_MIN ||
		    at[1] > PTAP_HIST_LINEAR_MAX)
			return false;
		h->low = at[0];
		h->buckets = (unsigned)at[1];
		h->width = at[2];
		at += 3;
		n -= 3;
	}
	if (n < 2)
		return false;
	if (at[0] < 0 || at[0] > h->buckets || at[1] < 0 ||
	    at[1] > h->buckets - at[0] || (size_t)at[1] != n - 2)
		return false;
	h->first = (unsigned)at[0];
	h->n = (unsigned)at[1];
	h->counts = at + 2;
	return true;
}

static bool print_histogram(const struct pr_table *t, const struct pr_format *f,
			    const void *args, size_t size,
			    struct ptfmt_out *out)
{
	const char *bar = f->length ? memchr(f->text, '|', f->length) : NULL;
	size_t before = bar ? (size_t)(bar - f->text) : f->length;
	struct ptfmt_hist h;

	if (size % 8 || !take_histogram(f, args, size / 8, &h))
		return false;
	ptfmt_text(out, f->text, before);
	ptfmt_hist(out, &h, t->header.hist_width, t->header.hist_elision);
	if (bar)
		ptfmt_text(out, bar + 1, f->length - before - 1);
	return true;
}

/* One print gives at most PTAP_PRINT_MAX bytes. */
static bool print_text(const struct pr_format *f, const void *args, size_t size,
		       struct ptfmt_out *out)
{
	struct ptfmt_out one;
	bool good;

	if (out->end - out->at < PTAP_PRINT_MAX && out->flush)
		out->flush(out);
	one = *out;
	one.flush = NULL;
	if (one.end - one.at > PTAP_PRINT_MAX)
		one.end = one.at + PTAP_PRINT_MAX;
	good = ptfmt_record(&one, f->text, f->length, args, size);
	out->at = one.at;
	return good;
}

static bool take_line(const struct ptap_record *r, const char *args,
		      size_t size, struct pr_line *line)
{
	uint32_t n;

	*line = (struct pr_line){ .prefix = "" };
	if (r->format == PTAP_FORMAT_ERROR) {
		line->prefix = "ERROR: ";
	} else if (r->format == PTAP_FORMAT_WARNING) {
		line->prefix = "WARNING: ";
		line->warning = true;
	} else if (r->format != PTAP_FORMAT_LOG) {
		return false;
	}
	if (size < sizeof(n))
		return false;
	memcpy(&n, args, sizeof(n));
	if (n > size - sizeof(n))
		return false;
	line->text = args + sizeof(n);
	line->length = n;
	return true;
}

enum pr_table_result pr_table_print(const struct pr_table *t,
				    const struct ptap_record *r,
				    struct ptfmt_out *out, struct pr_line *line)
{
	size_t size = (size_t)r->units * 8 - sizeof(*r);
	const char *args = (const char *)(r + 1);
	const struct pr_format *f;
	bool good;

	if (r->format >= PTAP_FORMAT_LIMIT)
		return take_line(r, args, size, line) ? PR_TABLE_STDERR
						      : PR_TABLE_BAD;
	if (r->format >= t->header.n_formats)
		return PR_TABLE_BAD;
	f = &t->formats[r->format];
	if (f->kind == PTAP_FORMAT_TEXT)
		good = print_text(f, args, size, out);
	else
		good = print_histogram(t, f, args, size, out);
	return good ? PR_TABLE_PRINTED : PR_TABLE_BAD;
}
