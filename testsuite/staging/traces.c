/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traces.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *test;
int failures;
char folder[] = "/tmp/ptap-staging.XXXXXX";

void check_at(bool good, const char *what, int line)
{
	if (good)
		return;
	failures++;
	printf("FAIL: %s: %s (line %d)\n", test, what, line);
}

static uint64_t state = 88172645463325252ull;

bool make_folder(void)
{
	if (mkdtemp(folder))
		return true;
	printf("FAIL: no folder\n");
	return false;
}

uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % n;
}

/* ---- a module's files -------------------------------------------------- */

FILE *traces[CPUS];
uint32_t seqs[CPUS];

const char *path_of(const char *name, unsigned number)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s%u", folder, name, number);
	return path;
}

void open_traces(void)
{
	unsigned i;

	for (i = 0; i < CPUS; i++) {
		traces[i] = fopen(path_of("trace", i), "we");
		seqs[i] = 0;
	}
}

void close_traces(void)
{
	unsigned i;

	for (i = 0; i < CPUS; i++) {
		fclose(traces[i]);
		unlink(path_of("trace", i));
	}
}

void put_record(unsigned cpu, uint64_t time, uint16_t format, int64_t value)
{
	struct ptap_record r = {
		.time = time,
		.units = 3,
		.format = format,
		.seq = seqs[cpu]++,
	};

	fwrite(&r, sizeof(r), 1, traces[cpu]);
	fwrite(&value, sizeof(value), 1, traces[cpu]);
}

void flush_traces(void)
{
	unsigned i;

	for (i = 0; i < CPUS; i++)
		fflush(traces[i]);
}

void make_table(struct pr_table *t, unsigned n_cpus, const char *text)
{
	uint16_t length = (uint16_t)strlen(text), kind = PTAP_FORMAT_TEXT;
	struct ptap_script_header header = {
		.magic = PTAP_WIRE_MAGIC,
		.version = PTAP_WIRE_VERSION,
		.byte_order = PTAP_WIRE_BYTE_ORDER,
		.size = (uint32_t)sizeof(header) + 4 + length,
		.n_formats = 1,
		.n_cpus = n_cpus,
		.hist_width = 50,
	};
	char file[256];

	memcpy(file + sizeof(header), &kind, 2);
	memcpy(file + sizeof(header) + 2, &length, 2);
	memcpy(file + sizeof(header) + 4, text, length);
	memcpy(file, &header, sizeof(header));
	check(!pr_table_init(t, file, header.size));
	header.byte_order = 0x04030201;
	memcpy(file, &header, sizeof(header));
	check(strstr(pr_table_init(&(struct pr_table){ 0 }, file, header.size),
		     "byte order"));
}

/* ---- what was printed -------------------------------------------------- */

FILE *printed;

void open_output(struct pr_output *o)
{
	printed = tmpfile();
	check(pr_output_init(o, fileno(printed)));
}

void check_printed(uint64_t first, uint64_t last)
{
	uint64_t n, expected = first;

	rewind(printed);
	while (fscanf(printed, "%" SCNu64, &n) == 1) {
		if (n != expected) {
			check(n == expected);
			return;
		}
		expected++;
	}
	check(expected == last);
	fseek(printed, 0, SEEK_END);
}

void close_output(struct pr_output *o)
{
	pr_output_deinit(o);
	fclose(printed);
}
