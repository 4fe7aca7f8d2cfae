/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "message.h"

struct merge {
	char *const *paths;
	struct pr_bulk_header *headers; /* one a stream of drain */
	struct pr_table table; /* of all of them; valid with the first */
	struct pr_drain drain;
	struct pr_output output;
};

/* ---- the files -------------------------------------------------------- */

/* NULL, or why the file with HEADER and TABLE, which is not the first, does not
 * belong to those before it. */
static const char *check_same_run(const struct merge *m,
				  const struct pr_bulk_header *header,
				  const struct pr_table *table)
{
	const struct pr_bulk_header *first = &m->headers[0];
	unsigned i;

	if (header->script_size != first->script_size ||
	    memcmp(table->bytes, m->table.bytes, header->script_size) != 0)
		return "it is of another script than the first file";
	if (memcmp(header->run, first->run, sizeof(first->run)) != 0)
		return "it is of another run than the first file";
	for (i = 0; i + 1 < m->drain.n_streams; i++)
		if (m->headers[i].cpu == header->cpu)
			return "a file of the same CPU was named before it";
	return NULL;
}

static const char *take_file(struct merge *m, const char *path)
{
	struct pr_stream *s = pr_drain_add(&m->drain);
	struct pr_bulk_header *header = &m->headers[m->drain.n_streams - 1];
	struct pr_table table;
	const char *error;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	pr_stream_init(s, fd, 0);
	if (fd < 0)
		return strerror(errno);
	error = pr_bulk_take(s, header, &table);
	if (error)
		return error;
	if (m->drain.n_streams == 1) {
		m->table = table;
		return NULL;
	}
	error = check_same_run(m, header, &table);
	pr_table_deinit(&table);
	return error;
}

/* ---- what was not there ------------------------------------------------ */

/* True: the file of stream I was read, and is as it was written. */
static bool check_whole(const struct merge *m, unsigned i)
{
	const struct pr_bulk_header *header = &m->headers[i];
	const struct pr_stream *s = &m->drain.streams[i];
	uint64_t size = s->total - pr_bulk_start(header);

	/* It was said when it was found. */
	if (s->broken)
		return false;
	if (!header->finished) {
		pr_error("%s was not written to its end: the last records may "
			 "be missing",
			 m->paths[i]);
		return false;
	}
	if (size != header->size) {
		pr_error("%s is damaged: it has %" PRIu64
			 " bytes of records, not %" PRIu64,
			 m->paths[i], size, header->size);
		return false;
	}
	if (pr_stream_left(s)) {
		pr_error("%s is damaged: it ends within a record", m->paths[i]);
		return false;
	}
	return true;
}

static bool check_all_whole(const struct merge *m)
{
	bool whole = true;
	unsigned i;

	for (i = 0; i < m->drain.n_streams; i++)
		whole &= check_whole(m, i);
	return whole;
}

static bool has_cpu(const struct merge *m, unsigned cpu)
{
	unsigned i;

	for (i = 0; i < m->drain.n_streams; i++)
		if (m->headers[i].cpu == cpu)
			return true;
	return false;
}

static bool check_all_cpus(const struct merge *m)
{
	unsigned n = m->table.header.n_cpus - m->drain.n_streams, cpu = 0;

	if (!n)
		return true;
	while (has_cpu(m, cpu))
		cpu++;
	if (n == 1)
		pr_warning("the file of CPU %u was not named: its records are "
			   "missing",
			   cpu);
	else
		pr_warning("the files of CPU %u and %u more were not named: "
			   "their records are missing",
			   cpu, n - 1);
	return false;
}

/* ---- all ---------------------------------------------------------------- */

static enum pr_exit report(struct merge *m)
{
	enum pr_exit code = PR_EXIT_FINE;
	uint64_t lost = pr_drain_lost(&m->drain);
	unsigned i;

	/* After the last record of a CPU, only the module knew of more. */
	for (i = 0; i < m->drain.n_streams; i++)
		if (m->headers[i].finished && m->headers[i].lost > lost)
			lost = m->headers[i].lost;
	if (!check_all_whole(m) || m->drain.bad)
		code = PR_EXIT_LOST;
	if (!check_all_cpus(m))
		code = PR_EXIT_LOST;
	pr_verbose("%" PRIu64 " records of %u files, %" PRIu64 " damaged",
		   m->drain.printed, m->drain.n_streams, m->drain.bad);
	return pr_report_worse(code, pr_report_lost(lost));
}

static enum pr_exit merge_files(struct merge *m, unsigned n)
{
	enum pr_exit code = PR_EXIT_USAGE;
	unsigned i;

	for (i = 0; i < n; i++) {
		const char *error = take_file(m, m->paths[i]);

		if (error) {
			pr_error("cannot merge %s: %s", m->paths[i], error);
			break;
		}
	}
	if (i == n) {
		pr_drain_until(&m->drain, PR_DRAIN_ALL);
		code = report(m);
	}
	pr_table_deinit(&m->table);
	return code;
}

enum pr_exit pr_merge_run(char *const *paths, unsigned n, const char *output,
			  int output_fd)
{
	struct merge m = { .paths = paths };
	enum pr_exit code = PR_EXIT_LOST;

	m.headers = calloc(n, sizeof(*m.headers));
	if (!m.headers || !pr_output_init(&m.output, output_fd)) {
		pr_error("no memory");
		free(m.headers);
		return code;
	}
	if (pr_drain_init(&m.drain, n, &m.table, &m.output)) {
		code = merge_files(&m, n);
		code = pr_report_worse(
			code, pr_report_output(output, m.output.error));
		pr_drain_deinit(&m.drain);
	}
	pr_output_deinit(&m.output);
	free(m.headers);
	return code;
}
