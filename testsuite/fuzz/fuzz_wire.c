/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The readers of module files and of bulk files with hostile bytes.  For
 * libFuzzer (clang -fsanitize=fuzzer -DPTAP_LIBFUZZER), or by itself: then it
 * damages good input in random ways, as often as its argument says.
 *
 * Input: a byte that is odd for bulk files, and two bytes for the size of the
 * first file.  Module files: the script file, then a stream of which each piece
 * starts with a byte that says how long it is.  Bulk files: two of them.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "staging/bulk.h"
#include "staging/merge.h"
#include "staging/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char text[1000];
static size_t total;

static bool make_room(struct ptfmt_out *out)
{
	total += (size_t)(out->at - text);
	out->at = text;
	return true;
}

/* ---- what the reader says, which nobody reads ------------------------------ */

bool pr_message_quiet;
int pr_message_verbose = 1;

static void say(const char *format, va_list args)
{
	char line[1000];

	total += (size_t)vsnprintf(line, sizeof(line), format, args);
}

void pr_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void pr_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void pr_verbose(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void pr_message_script(const char *prefix, const char *line, size_t n)
{
	size_t i;

	total += strlen(prefix);
	for (i = 0; i < n; i++)
		total += line[i] == '\n';
}

/* ---- module files ---------------------------------------------------------- */

static void print_records(const struct pr_table *t, struct pr_stream *s)
{
	struct ptfmt_out out = {
		.at = text,
		.end = text + sizeof(text),
		.flush = make_room,
	};
	const struct ptap_record *r;
	struct pr_line line;

	while (pr_stream_peek(s, &r) == PR_STREAM_RECORD) {
		line = (struct pr_line){ 0 };
		if (pr_table_print(t, r, &out, &line) == PR_TABLE_STDERR &&
		    line.length && line.text[0] == line.text[line.length - 1])
			total++;
		pr_stream_take(s);
	}
}

static void read_module_files(const uint8_t *script, size_t script_size,
			      const uint8_t *data, size_t size)
{
	struct pr_stream stream;
	struct pr_table table;

	if (pr_table_init(&table, script, script_size))
		return;
	pr_stream_init(&stream, -1, 0);
	while (size > 1) {
		size_t n = 1 + *data;

		data++;
		size--;
		if (n > size)
			n = size;
		if (!pr_stream_add(&stream, data, n))
			break;
		print_records(&table, &stream);
		data += n;
		size -= n;
	}
	pr_stream_deinit(&stream);
	pr_table_deinit(&table);
}

/* ---- bulk files ------------------------------------------------------------ */

static unsigned merged; /* how often no file was refused */

static void set_file(int fd, const uint8_t *data, size_t size)
{
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
}

static void read_bulk_files(const uint8_t *first, size_t first_size,
			    const uint8_t *second, size_t second_size)
{
	static int fds[3]; /* two inputs, the output */
	static char paths[2][40];
	char *const names[] = { paths[0], paths[1] };
	unsigned i;

	for (i = 0; i < 3 && !fds[2]; i++)
		fds[i] = memfd_create("fuzz", MFD_CLOEXEC);
	for (i = 0; i < 2; i++)
		snprintf(paths[i], sizeof(paths[i]), "/proc/self/fd/%d",
			 fds[i]);
	set_file(fds[0], first, first_size);
	set_file(fds[1], second, second_size);
	set_file(fds[2], NULL, 0);
	merged += pr_merge_run(names, 2, "output", fds[2]) != PR_EXIT_USAGE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first;
	bool bulk;

	if (size < 3)
		return 0;
	bulk = data[0] & 1;
	first = data[1] | (size_t)data[2] << 8;
	data += 3;
	size -= 3;
	if (first > size)
		first = size;
	if (bulk)
		read_bulk_files(data, first, data + first, size - first);
	else
		read_module_files(data, first, data + first, size - first);
	return 0;
}

#ifndef PTAP_LIBFUZZER

static uint64_t state = 88172645463325252ull;

static uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % n;
}

struct input {
	uint8_t bytes[8192];
	size_t size;
};

static void add(struct input *in, const void *bytes, size_t n)
{
	memcpy(in->bytes + in->size, bytes, n);
	in->size += n;
}

static void add_format(struct input *in, uint16_t kind, const char *format)
{
	uint16_t length = (uint16_t)strlen(format);

	add(in, &kind, 2);
	add(in, &length, 2);
	add(in, format, length);
}

static void add_record(struct input *in, uint16_t format, const void *args,
		       size_t size)
{
	struct ptap_record r = {
		.time = in->size,
		.units = (uint16_t)((sizeof(r) + size) / 8),
		.format = format,
		.seq = below(3),
	};

	add(in, &r, sizeof(r));
	add(in, args, size);
}

static void add_records(struct input *in)
{
	static const struct {
		uint32_t n;
		char text[12];
		int64_t number;
	} mixed = { 5, "hello", -7 };
	static const int64_t log[] = { 64, 3, 1, 0, 9 };
	static const int64_t linear[] = { 0, 13, 10, 2, 2, 5, 6 };
	static const int64_t numbers[] = { 1, 2, 3 };

	add_record(in, 0, &mixed, sizeof(mixed));
	add_record(in, 1, log, sizeof(log));
	add_record(in, 2, linear, sizeof(linear));
	add_record(in, 3, numbers, sizeof(numbers));
	add_record(in, PTAP_FORMAT_ERROR, &mixed, 16);
	add_record(in, PTAP_FORMAT_WARNING, &mixed, 16);
}

/* Where the first file starts, after the kind of INPUT and its size. */
static void begin_input(struct input *in, bool bulk, size_t first_size)
{
	uint8_t head[] = { bulk, (uint8_t)first_size,
			   (uint8_t)(first_size >> 8) };

	in->size = 0;
	add(in, head, sizeof(head));
}

static void make_script(struct input *table)
{
	struct ptap_script_header header = {
		.magic = PTAP_WIRE_MAGIC,
		.version = PTAP_WIRE_VERSION,
		.byte_order = PTAP_WIRE_BYTE_ORDER,
		.n_formats = 4,
		.n_cpus = 2,
		.hist_width = 50,
		.hist_elision = 2,
	};

	table->size = sizeof(header);
	add_format(table, PTAP_FORMAT_TEXT, "%s is %#x\n");
	add_format(table, PTAP_FORMAT_HIST_LOG, "a|b");
	add_format(table, PTAP_FORMAT_HIST_LINEAR, "|\n");
	add_format(table, PTAP_FORMAT_TEXT, "%*d %4b");
	header.size = (uint32_t)table->size;
	memcpy(table->bytes, &header, sizeof(header));
}

/* A good script file and a good stream, cut into pieces. */
static void make_module_files(struct input *in)
{
	static struct input table, stream;
	size_t at = 0;

	make_script(&table);
	stream.size = 0;
	add_records(&stream);
	begin_input(in, false, table.size);
	add(in, table.bytes, table.size);
	while (at < stream.size) {
		uint8_t n = (uint8_t)below(200);
		size_t some = n + 1u;

		if (some > stream.size - at)
			some = stream.size - at;
		add(in, &n, 1);
		add(in, stream.bytes + at, some);
		at += some;
	}
}

/* Two good files of one run. */
static void make_bulk_files(struct input *in)
{
	static struct input files[2], table;
	struct pr_bulk_header header = {
		.magic = PR_BULK_MAGIC,
		.version = PR_BULK_VERSION,
		.byte_order = PTAP_WIRE_BYTE_ORDER,
		.finished = 1,
	};
	uint32_t i;

	make_script(&table);
	header.script_size = (uint32_t)table.size;
	for (i = 0; i < 2; i++) {
		struct input *file = &files[i];

		file->size = sizeof(header);
		add(file, table.bytes, table.size);
		add(file, "\0\0\0\0\0\0\0", -table.size & 7);
		header.cpu = i;
		header.size = file->size;
		add_records(file);
		header.size = file->size - header.size;
		memcpy(file->bytes, &header, sizeof(header));
	}
	begin_input(in, true, files[0].size);
	add(in, files[0].bytes, files[0].size);
	add(in, files[1].bytes, files[1].size);
}

static void damage(struct input *in)
{
	uint32_t n = below(4);

	while (n--) {
		uint32_t at = below((uint32_t)in->size);

		switch (below(4)) {
		case 0: in->bytes[at] ^= (uint8_t)(1u << below(8)); break;
		case 1: in->bytes[at] = (uint8_t)below(256); break;
		case 2: in->bytes[at] = below(2) ? 0xff : 0; break;
		default:
			if (below(10) == 0)
				in->size = at + 1;
		}
	}
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
	static struct input in;

	while (rounds-- > 0) {
		uint8_t *exact;

		/* the files take longer than the rest */
		if (below(40))
			make_module_files(&in);
		else
			make_bulk_files(&in);
		damage(&in);
		/* On the heap, so that a sanitizer sees each byte too far. */
		exact = malloc(in.size);
		memcpy(exact, in.bytes, in.size);
		LLVMFuzzerTestOneInput(exact, in.size);
		free(exact);
	}
	if (total && merged)
		printf("PASS: hostile script files, streams and bulk files\n");
	else
		printf("FAIL: nothing was ever printed\n");
	return !total || !merged;
}

#endif
