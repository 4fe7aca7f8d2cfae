/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk mode: what is merged from its files is what would have been printed at
 * once, losses are counted the same, and damage is noticed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "staging/bulk.h"
#include "staging/merge.h"
#include "traces.h"

/* Files of two runs of a script, and one of another script. */
static const char *const runs[] = { "first", "second", "other" };

static const char *file_of(const char *run, unsigned cpu)
{
	static char path[PR_BULK_PATH_MAX];
	char output[64];

	snprintf(output, sizeof(output), "%s/%s", folder, run);
	pr_bulk_path(path, output, cpu);
	return path;
}

/* ---- the runs ---------------------------------------------------------- */

/* Some records that come at once: numbers in the order of time, a gap now and
 * then. */
static uint64_t put_some(uint64_t time, uint64_t *lost)
{
	unsigned n = below(3000);

	while (n--) {
		unsigned cpu = below(CPUS);

		if (below(200) == 0) {
			uint32_t gap = below(5);

			seqs[cpu] += gap;
			*lost += gap;
		}
		put_record(cpu, time, 0, (int64_t)time);
		time += below(2);
	}
	return time;
}

/* A run in bulk mode into the files RUN; the traces stay.  Records lost. */
static uint64_t make_run(const char *run, const char *format,
			 uint64_t more_lost)
{
	uint64_t time = 0, lost = 0;
	struct pr_table table;
	struct pr_drain drain;
	struct pr_bulk bulk;
	char output[64];
	int round;

	snprintf(output, sizeof(output), "%s/%s", folder, run);
	open_traces();
	make_table(&table, CPUS, format);
	check(pr_drain_open(&drain, folder, &table, NULL));
	check(pr_bulk_init(&bulk, output, &table));
	for (round = 0; round < 20; round++) {
		time = put_some(time, &lost);
		flush_traces();
		if (below(3))
			check(pr_bulk_copy(&bulk, &drain));
	}
	/* Torn until later. */
	fwrite("\0\0\0\0\0\0\0\xff\3\0", 10, 1, traces[3]);
	flush_traces();
	pr_bulk_copy(&bulk, &drain);
	fwrite("\0\0", 2, 1, traces[3]);
	fwrite(&seqs[3], 4, 1, traces[3]);
	fwrite("\1\0\0\0\0\0\0\0", 8, 1, traces[3]);
	flush_traces();
	while (pr_bulk_copy(&bulk, &drain))
		;
	check(!pr_bulk_copy(&bulk, &drain));
	pr_bulk_finish(&bulk, lost + more_lost);
	check(!bulk.error && !drain.bad);
	pr_bulk_deinit(&bulk);
	pr_drain_deinit(&drain);
	pr_table_deinit(&table);
	return lost;
}

/* What a reader of the traces prints at once; the caller frees it. */
static char *read_printed(size_t *ret_size)
{
	char *text;

	*ret_size = (size_t)ftell(printed);
	text = malloc(*ret_size + 1);
	rewind(printed);
	check(fread(text, 1, *ret_size, printed) == *ret_size);
	text[*ret_size] = '\0';
	return text;
}

static char *print_live(const char *format, uint64_t *ret_lost,
			size_t *ret_size)
{
	struct pr_output output;
	struct pr_table table;
	struct pr_drain drain;
	char *text;

	make_table(&table, CPUS, format);
	open_output(&output);
	check(pr_drain_open(&drain, folder, &table, &output));
	pr_drain_until(&drain, PR_DRAIN_ALL);
	check(!drain.bad && !pr_drain_pending(&drain));
	*ret_lost = pr_drain_lost(&drain);
	fseek(printed, 0, SEEK_END);
	text = read_printed(ret_size);
	pr_drain_deinit(&drain);
	close_output(&output);
	pr_table_deinit(&table);
	return text;
}

/* ---- merging ----------------------------------------------------------- */

/* Merges the N files PATHS.  Its exit code; what it printed is in *ret_out, what
 * it said in SAID. */
static char said[4096];

static enum pr_exit merge(char *const *paths, unsigned n, char **ret_out,
			  size_t *ret_size)
{
	FILE *messages = tmpfile();
	int kept = dup(STDERR_FILENO);
	enum pr_exit code;
	size_t size;

	printed = tmpfile();
	fflush(stderr);
	dup2(fileno(messages), STDERR_FILENO);
	code = pr_merge_run(paths, n, "output", fileno(printed));
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(messages);
	size = fread(said, 1, sizeof(said) - 1, messages);
	said[size] = '\0';
	fclose(messages);
	fseek(printed, 0, SEEK_END);
	*ret_out = read_printed(ret_size);
	fclose(printed);
	return code;
}

/* The files of CPUs CPU to LAST of RUN must give CODE and a message with TEXT.
 * With EXTRA, a path or NULL, after them.  The size of what was printed. */
static size_t check_merge(const char *run, unsigned cpu, unsigned last,
			  const char *extra, enum pr_exit code,
			  const char *text)
{
	char *paths[CPUS + 1], *out;
	unsigned n = last - cpu + 1, i;
	enum pr_exit got;
	size_t size;

	if (extra)
		paths[n] = strdup(extra); /* before the next file_of() */
	for (i = 0; i < n; i++)
		paths[i] = strdup(file_of(run, cpu + i));
	n += extra != NULL;
	got = merge(paths, n, &out, &size);
	if (got != code || !strstr(said, text)) {
		failures++;
		printf("FAIL: %s: '%s' and code %d, not '%s' and %d\n", test,
		       said, (int)got, text, (int)code);
	}
	for (i = 0; i < n; i++)
		free(paths[i]);
	free(out);
	return size;
}

static void finish_test(int before)
{
	if (failures == before)
		printf("PASS: %s\n", test);
}

static void test_same(void)
{
	static const char format[] = "%d\n";
	uint64_t lost, live_lost;
	char *live, *merged, *paths[CPUS], expected[64];
	size_t live_size, merged_size;
	int before = failures;
	unsigned i;

	test = "merged is what is printed at once";
	lost = make_run("first", format, 0);
	live = print_live(format, &live_lost, &live_size);
	/* In whatever order they are named. */
	for (i = 0; i < CPUS; i++)
		paths[i] = strdup(file_of("first", (i + 2) % CPUS));
	check(merge(paths, CPUS, &merged, &merged_size) == PR_EXIT_LOST);
	snprintf(expected, sizeof(expected),
		 "WARNING: %" PRIu64 " records lost", lost);
	check(lost && lost == live_lost && strstr(said, expected) == said);
	check(live_size > 1000 && live_size == merged_size &&
	      memcmp(live, merged, live_size) == 0);
	for (i = 0; i < CPUS; i++)
		free(paths[i]);
	free(live);
	free(merged);
	close_traces();
	finish_test(before);
}

static void test_messages(void)
{
	static const struct {
		struct ptap_record r;
		uint32_t length;
		char text[4];
	} error = {
		.r = { .units = 3, .format = PTAP_FORMAT_ERROR },
		.length = 4,
		.text = "ouch",
	};
	struct pr_table table;
	struct pr_drain drain;
	struct pr_bulk bulk;
	char output[64];
	int before = failures;

	test = "messages, and losses that only the module knows";
	snprintf(output, sizeof(output), "%s/fourth", folder);
	open_traces();
	make_table(&table, CPUS, "%d\n");
	fwrite(&error, sizeof(error), 1, traces[1]);
	/* A record at the end of time. */
	seqs[1] = 1;
	put_record(1, UINT64_MAX, 0, 1);
	flush_traces();
	check(pr_drain_open(&drain, folder, &table, NULL));
	check(pr_bulk_init(&bulk, output, &table));
	check(pr_bulk_copy(&bulk, &drain));
	check_merge("fourth", 0, CPUS - 1, NULL, PR_EXIT_LOST,
		    "fourth_0 was not written to its end");
	pr_bulk_finish(&bulk, 0);
	check_merge("fourth", 0, CPUS - 1, NULL, PR_EXIT_FINE, "ERROR: ouch\n");
	check(strcmp(said, "ERROR: ouch\n") == 0);
	pr_bulk_finish(&bulk, 7);
	check_merge("fourth", 0, CPUS - 1, NULL, PR_EXIT_LOST,
		    "WARNING: 7 records lost");
	pr_bulk_deinit(&bulk);
	pr_drain_deinit(&drain);
	pr_table_deinit(&table);
	close_traces();
	for (unsigned i = 0; i < CPUS; i++)
		unlink(file_of("fourth", i));
	finish_test(before);
}

static void test_mixed(void)
{
	int before = failures;
	unsigned i;

	test = "files that do not belong together, or are not there";
	for (i = 1; i < 3; i++) {
		make_run(runs[i], i == 2 ? "%x\n" : "%d\n", 0);
		close_traces();
	}
	check_merge("first", 0, 2, file_of("second", 3), PR_EXIT_USAGE,
		    "second_3: it is of another run than the first file");
	check_merge("first", 0, 2, file_of("other", 3), PR_EXIT_USAGE,
		    "other_3: it is of another script than the first file");
	check_merge("first", 0, 2, file_of("first", 1), PR_EXIT_USAGE,
		    "first_1: a file of the same CPU was named before it");
	check_merge("first", 0, 2, NULL, PR_EXIT_LOST,
		    "the file of CPU 3 was not named");
	check_merge("first", 1, 2, NULL, PR_EXIT_LOST,
		    "the files of CPU 0 and 1 more were not named");
	finish_test(before);
}

/* SIZE bytes at AT in the file of CPU 0 of the second run become BYTES; NULL: it
 * ends there. */
static void damage(long at, const void *bytes, size_t size)
{
	FILE *file = fopen(file_of("second", 0), "r+e");

	fseek(file, at, SEEK_SET);
	if (!bytes)
		check(ftruncate(fileno(file), at) == 0);
	else
		check(fwrite(bytes, size, 1, file) == 1);
	fclose(file);
}

static void test_damage(void)
{
	static const long start = sizeof(struct pr_bulk_header) +
				  sizeof(struct ptap_script_header) + 8;
	static const uint32_t bad_cpu = CPUS, cpu = 0, huge = 0xfffffff0;
	int before = failures;
	size_t whole, part;

	test = "damaged files";
	whole = check_merge("second", 0, CPUS - 1, NULL, PR_EXIT_LOST,
			    "records lost");
	damage(start + 24 * 500 + 10, NULL, 0);
	part = check_merge("second", 0, CPUS - 1, NULL, PR_EXIT_LOST,
			   "second_0 is damaged: it has 12010 bytes of "
			   "records, not ");
	check(part > whole / 2 && part < whole);
	damage(start + 24 * 400 + 8, "\1", 1);
	part = check_merge("second", 0, CPUS - 1, NULL, PR_EXIT_LOST,
			   "the records of CPU 0 cannot be read any more");
	check(part > whole / 2 && part < whole);
	damage(12, &bad_cpu, 4);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE,
		    "it is of a CPU that its script does not know");
	damage(12, &cpu, 4);
	damage(sizeof(struct pr_bulk_header), "\0", 1);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE,
		    "it is not a ptap script");
	damage(32, &huge, 4);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE, "it is cut short");
	damage(start - 20, NULL, 0);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE, "it is cut short");
	damage(4, "\2", 1);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE, "another version");
	damage(0, "PBLX", 4);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE,
		    "it is not a file of ptaprun -b");
	damage(0, "KLBP", 4);
	check_merge("second", 0, 0, NULL, PR_EXIT_USAGE, "byte order");
	finish_test(before);
}

static void test_no_room(void)
{
	int before = failures;
	struct pr_table table;
	struct pr_drain drain;
	struct pr_bulk bulk;
	char output[64];

	test = "files that cannot be written";
	snprintf(output, sizeof(output), "%s/full", folder);
	check(symlink("/dev/full", file_of("full", 1)) == 0);
	open_traces();
	make_table(&table, CPUS, "%d\n");
	check(!pr_bulk_init(&bulk, output, &table));
	unlink(file_of("full", 1));
	check(pr_bulk_init(&bulk, output, &table));
	close(bulk.files[1].fd);
	bulk.files[1].fd = -1;
	put_record(1, 0, 0, 0);
	put_record(2, 0, 0, 0);
	flush_traces();
	check(pr_drain_open(&drain, folder, &table, NULL));
	/* What the module has is taken from it all the same. */
	check(pr_bulk_copy(&bulk, &drain) && !pr_bulk_copy(&bulk, &drain));
	check(bulk.error && bulk.failed_cpu == 1);
	pr_bulk_finish(&bulk, 0);
	pr_bulk_deinit(&bulk);
	check_merge("full", 0, CPUS - 1, NULL, PR_EXIT_LOST,
		    "full_0 was not written to its end");
	pr_drain_deinit(&drain);
	pr_table_deinit(&table);
	close_traces();
	for (unsigned i = 0; i < CPUS; i++)
		unlink(file_of("full", i));
	finish_test(before);
}

int main(void)
{
	unsigned i;

	if (!make_folder())
		return 1;
	test_same();
	test_messages();
	test_mixed();
	test_damage();
	test_no_room();
	for (i = 0; i < 3 * CPUS; i++)
		unlink(file_of(runs[i / CPUS], i % CPUS));
	check(rmdir(folder) == 0);
	return failures ? 1 : 0;
}
