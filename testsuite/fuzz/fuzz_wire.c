/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader of module files with hostile bytes.  For libFuzzer (clang
 * -fsanitize=fuzzer -DPTAP_LIBFUZZER), or by itself: then it damages good input
 * in random ways, as often as its argument says.
 *
 * Input: two bytes for the size of the script file, that file, then a stream of
 * which each piece starts with a byte that says how long it is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "staging/stream.h"
#include "staging/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char text[1000];
static size_t total;

static bool make_room(struct ptfmt_out *out)
{
	total += (size_t)(out->at - text);
	out->at = text;
	return true;
}

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pr_stream stream;
	struct pr_table table;
	size_t table_size;

	if (size < 2)
		return 0;
	table_size = data[0] | (size_t)data[1] << 8;
	if (table_size > size - 2)
		table_size = size - 2;
	if (pr_table_init(&table, data + 2, table_size))
		return 0;
	data += 2 + table_size;
	size -= 2 + table_size;
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

/* A good script file and a good stream, cut into pieces. */
static void make_input(struct input *in)
{
	struct ptap_script_header header = {
		.magic = PTAP_WIRE_MAGIC,
		.version = PTAP_WIRE_VERSION,
		.byte_order = PTAP_WIRE_BYTE_ORDER,
		.n_formats = 4,
		.n_cpus = 1,
		.hist_width = 50,
		.hist_elision = 2,
	};
	struct input table = { .size = sizeof(header) }, stream = { .size = 0 };
	size_t at = 0;

	add_format(&table, PTAP_FORMAT_TEXT, "%s is %#x\n");
	add_format(&table, PTAP_FORMAT_HIST_LOG, "a|b");
	add_format(&table, PTAP_FORMAT_HIST_LINEAR, "|\n");
	add_format(&table, PTAP_FORMAT_TEXT, "%*d %4b");
	header.size = (uint32_t)table.size;
	memcpy(table.bytes, &header, sizeof(header));
	add_records(&stream);
	in->size = 0;
	add(in, &(uint8_t){ (uint8_t)table.size }, 1);
	add(in, &(uint8_t){ (uint8_t)(table.size >> 8) }, 1);
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

		make_input(&in);
		damage(&in);
		/* On the heap, so that a sanitizer sees each byte too far. */
		exact = malloc(in.size);
		memcpy(exact, in.bytes, in.size);
		LLVMFuzzerTestOneInput(exact, in.size);
		free(exact);
	}
	if (total)
		printf("PASS: hostile script files and streams\n");
	else
		printf("FAIL: nothing was ever printed\n");
	return !total;
}

#endif
