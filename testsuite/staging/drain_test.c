/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of several CPUs, as files in a folder: merged in the order of time, up
 * to a mark and no further, losses counted, damage noticed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "staging/report.h"
#include "traces.h"

/* ---- tests ------------------------------------------------------------- */

static void test_order(void)
{
	struct pr_output output;
	struct pr_table table;
	struct pr_drain drain;
	uint64_t time = 0;
	int round;

	test = "order of time over CPUs";
	open_traces();
	make_table(&table, CPUS + 2, "%d\n"); /* two have no file */
	open_output(&output);
	check(pr_drain_open(&drain, folder, &table, &output));
	check(drain.n_streams == CPUS);
	for (round = 0; round < 50; round++) {
		unsigned n = below(20000), mark;

		while (n--) {
			/* Not spread evenly: whole runs on one CPU. */
			unsigned cpu = below(100) ? (unsigned)round % CPUS
						  : below(CPUS);

			put_record(cpu, time, 0, (int64_t)time);
			time++;
		}
		flush_traces();
		mark = (unsigned)time;
		mark -= below(mark < 50 ? mark + 1 : 50);
		pr_drain_until(&drain, mark);
		if (round % 10 == 0)
			check_printed(0, mark);
		if (round % 7 == 0)
			pr_drain_hold(&drain);
	}
	pr_drain_until(&drain, UINT64_MAX);
	check_printed(0, time);
	check(drain.printed == time && !drain.bad);
	check(pr_drain_lost(&drain) == 0 && !pr_drain_pending(&drain));
	pr_drain_deinit(&drain);
	close_output(&output);
	pr_table_deinit(&table);
	close_traces();
	if (!failures)
		printf("PASS: %s\n", test);
}

static void test_lost(void)
{
	struct pr_output output;
	struct pr_table table;
	struct pr_drain drain;
	int before = failures;
	unsigned i, lost = 0;

	test = "lost records";
	open_traces();
	make_table(&table, CPUS, "%d\n");
	open_output(&output);
	check(pr_drain_open(&drain, folder, &table, &output));
	for (i = 0; i < 1000; i++) {
		unsigned cpu = i % CPUS, gap = below(10) ? 0 : below(1000);

		/* As after a very long run: the number wraps. */
		if (i >= 500 && i < 500 + CPUS)
			gap = 0xfffffff0u - seqs[cpu];
		seqs[cpu] += gap;
		lost += gap;
		put_record(cpu, i, 0, i);
	}
	flush_traces();
	pr_drain_until(&drain, UINT64_MAX);
	check_printed(0, 1000);
	/* The gaps after the last record of a CPU are not seen by it. */
	check((unsigned)pr_drain_lost(&drain) == lost);
	pr_drain_deinit(&drain);
	close_output(&output);
	pr_table_deinit(&table);
	close_traces();
	if (failures == before)
		printf("PASS: %s\n", test);
}

static void test_damage(void)
{
	struct pr_output output;
	struct pr_table table;
	struct pr_drain drain;
	int before = failures;

	test = "damaged streams";
	open_traces();
	make_table(&table, CPUS, "%d\n");
	open_output(&output);
	check(pr_drain_open(&drain, folder, &table, &output));
	put_record(0, 0, 0, 0);
	put_record(1, 1, 7, 1); /* no such format */
	put_record(1, 2, 0, 1);
	put_record(2, 3, 0, 2);
	/* No record has this length. */
	fwrite("\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16, 1, traces[2]);
	put_record(2, 4, 0, 99);
	put_record(3, 5, 0, 3);
	/* Torn: whole only later. */
	fwrite("\6\0\0\0\0\0\0\0\3\0", 10, 1, traces[3]);
	flush_traces();
	pr_drain_until(&drain, 100);
	check_printed(0, 4);
	check(drain.bad == 2 && pr_drain_pending(&drain));
	fwrite("\0\0\1\0\0\0\4\0\0\0\0\0\0\0", 14, 1, traces[3]);
	flush_traces();
	pr_drain_until(&drain, 100);
	check_printed(0, 5);
	check(!pr_drain_pending(&drain));
	pr_drain_deinit(&drain);
	close_output(&output);
	pr_table_deinit(&table);
	close_traces();
	if (failures == before)
		printf("PASS: %s\n", test);
}

static void test_output_gone(void)
{
	char text[100000];
	struct pr_output o;
	int fds[2], before = failures, full = open("/dev/full", O_WRONLY);

	test = "output that cannot be written";
	memset(text, 'x', sizeof(text));
	check(pr_output_init(&o, full));
	ptfmt_text(&o.text, text, sizeof(text));
	check(!pr_output_flush(&o) && o.error == ENOSPC);
	ptfmt_text(&o.text, text, sizeof(text));
	check(!pr_output_flush(&o));
	pr_output_deinit(&o);
	close(full);
	check(pipe(fds) == 0);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	check(pr_output_init(&o, fds[1]));
	ptfmt_text(&o.text, text, sizeof(text));
	check(!pr_output_flush(&o) && o.error == EPIPE);
	pr_output_deinit(&o);
	close(fds[1]);
	if (failures == before)
		printf("PASS: %s\n", test);
}

static void test_report(void)
{
	const struct ptap_status fine = { .hits = 5 };
	const struct ptap_status bad = { .errors = 1, .skipped = 3 };
	int before = failures;
	char path[64];
	FILE *skips;

	test = "reports and exit codes";
	check(pr_report(folder, &fine, 0, 0) == PR_EXIT_FINE);
	check(pr_report(folder, &fine, 2, 0) == PR_EXIT_LOST);
	check(pr_report(folder, &fine, 0, 1) == PR_EXIT_LOST);
	snprintf(path, sizeof(path), "%s/skips", folder);
	skips = fopen(path, "we");
	fputs("3 lock MAXTRYLOCK kernel.function(\"a b\")\n1 nmi - end\nodd\n",
	      skips);
	fclose(skips);
	check(pr_report(folder, &bad, 1, 0) == PR_EXIT_SCRIPT);
	unlink(path);
	check(pr_report_worse(PR_EXIT_FINE, PR_EXIT_LOST) == PR_EXIT_LOST);
	check(pr_report_worse(PR_EXIT_LOAD, PR_EXIT_LOST) == PR_EXIT_LOAD);
	if (failures == before)
		printf("PASS: %s\n", test);
}

int main(void)
{
	if (!make_folder())
		return 1;
	test_order();
	test_lost();
	test_damage();
	test_output_gone();
	test_report();
	rmdir(folder);
	return failures ? 1 : 0;
}
