/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "message.h"

static size_t padded(uint32_t script_size)
{
	return ((size_t)script_size + 7) & ~(size_t)7;
}

uint64_t pr_bulk_start(const struct pr_bulk_header *header)
{
	return sizeof(*header) + padded(header->script_size);
}

/* ---- writing ---------------------------------------------------------- */

void pr_bulk_path(char path[PR_BULK_PATH_MAX], const char *output, unsigned cpu)
{
	if (output)
		snprintf(path, PR_BULK_PATH_MAX, "%s_%u", output, cpu);
	else
		snprintf(path, PR_BULK_PATH_MAX, "stpd_cpu%u", cpu);
}

static bool write_all(struct pr_bulk *b, unsigned cpu, const void *bytes,
		      size_t n)
{
	const char *at = bytes;

	while (n && !b->error) {
		ssize_t done = write(b->files[cpu].fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			b->error = errno;
			b->failed_cpu = cpu;
			break;
		}
		at += done;
		n -= (size_t)done;
	}
	return !b->error;
}

/* The file of CPU with all that comes before the records. */
static bool make_file(struct pr_bulk *b, unsigned cpu,
		      const struct pr_table *table)
{
	static const char zeros[8];
	uint32_t size = b->header.script_size;
	char path[PR_BULK_PATH_MAX];
	int fd;

	pr_bulk_path(path, b->output, cpu);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	b->files[cpu].fd = fd;
	b->header.cpu = cpu;
	if (fd < 0)
		b->error = errno;
	if (!b->error && write_all(b, cpu, &b->header, sizeof(b->header)) &&
	    write_all(b, cpu, table->bytes, size) &&
	    write_all(b, cpu, zeros, padded(size) - size))
		return true;
	pr_error("cannot write %s: %s", path, strerror(b->error));
	return false;
}

bool pr_bulk_init(struct pr_bulk *b, const char *output,
		  const struct pr_table *table)
{
	unsigned n = table->header.n_cpus, cpu;

	*b = (struct pr_bulk){
		.output = output,
		.header = {
			.magic = PR_BULK_MAGIC,
			.version = PR_BULK_VERSION,
			.byte_order = PTAP_WIRE_BYTE_ORDER,
			.script_size = table->header.size,
		},
	};
	if (output && strlen(output) > PR_BULK_PATH_MAX - 16) {
		pr_error("the name of -o is too long");
		return false;
	}
	if (getrandom(b->header.run, sizeof(b->header.run), 0) !=
	    sizeof(b->header.run)) {
		pr_error("there are no random numbers: %s", strerror(errno));
		return false;
	}
	b->files = calloc(n, sizeof(*b->files));
	if (!b->files) {
		pr_error("no memory for %u CPUs", n);
		return false;
	}
	for (cpu = 0; cpu < n; cpu++) {
		b->n++;
		if (!make_file(b, cpu, table)) {
			pr_bulk_deinit(b);
			return false;
		}
	}
	return true;
}

void pr_bulk_deinit(struct pr_bulk *b)
{
	unsigned cpu;

	for (cpu = 0; cpu < b->n; cpu++)
		if (b->files[cpu].fd >= 0)
			close(b->files[cpu].fd);
	free(b->files);
	b->files = NULL;
	b->n = 0;
}

static void take_bytes(void *data, unsigned cpu, const char *bytes, size_t n)
{
	struct pr_bulk *b = data;

	if (write_all(b, cpu, bytes, n))
		b->files[cpu].size += n;
}

bool pr_bulk_copy(struct pr_bulk *b, struct pr_drain *d)
{
	return pr_drain_bytes(d, take_bytes, b);
}

void pr_bulk_finish(struct pr_bulk *b, uint64_t lost)
{
	unsigned cpu;
	ssize_t done;

	b->header.finished = 1;
	b->header.lost = lost;
	for (cpu = 0; cpu < b->n && !b->error; cpu++) {
		b->header.cpu = cpu;
		b->header.size = b->files[cpu].size;
		done = pwrite(b->files[cpu].fd, &b->header, sizeof(b->header),
			      0);
		if (done != sizeof(b->header)) {
			b->error = done < 0 ? errno : EIO;
			b->failed_cpu = cpu;
		}
	}
}

/* ---- reading ---------------------------------------------------------- */

static const char *check_header(const struct pr_bulk_header *h)
{
	if (h->magic == __builtin_bswap32(PR_BULK_MAGIC))
		return "it was made on a machine of other byte order";
	if (h->magic != PR_BULK_MAGIC)
		return "it is not a file of ptaprun -b";
	if (h->version != PR_BULK_VERSION)
		return "it was written by another version of ptaprun";
	if (h->byte_order != PTAP_WIRE_BYTE_ORDER)
		return "its header is damaged";
	return NULL;
}

/* Reads until N bytes are in memory.  NULL, or why they are not. */
static const char *need(struct pr_stream *s, size_t n)
{
	while (pr_stream_left(s) < n) {
		ssize_t some = pr_stream_fill(s, n);

		if (some < 0)
			return strerror((int)-some);
		if (some == 0)
			return "it is cut short";
	}
	return NULL;
}

const char *pr_bulk_take(struct pr_stream *s, struct pr_bulk_header *header,
			 struct pr_table *table)
{
	const char *error = need(s, sizeof(*header));

	/* What is no file of ours may be shorter than that. */
	if (error && pr_stream_left(s) < sizeof(header->magic))
		return error;
	memset(header, 0, sizeof(*header));
	memcpy(header, s->buffer + s->start,
	       error ? sizeof(header->magic) : sizeof(*header));
	if (error)
		return header->magic == PR_BULK_MAGIC ? error
						      : check_header(header);
	error = check_header(header);
	if (error)
		return error;
	pr_stream_skip(s, sizeof(*header));
	error = need(s, padded(header->script_size));
	if (error)
		return error;
	error = pr_table_init(table, s->buffer + s->start, header->script_size);
	if (error)
		return error;
	if (header->cpu >= table->header.n_cpus) {
		pr_table_deinit(table);
		return "it is of a CPU that its script does not know";
	}
	pr_stream_skip(s, padded(header->script_size));
	s->cpu = header->cpu;
	return NULL;
}
