/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a module with four CPUs, made up, and what its reader prints.
 */
#ifndef TRACES_H
#define TRACES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "staging/drain.h"

#define CPUS 4

extern const char *test; /* what is being tested */
extern int failures;
extern char folder[]; /* a temporary one, for all files */

/* Says so unless GOOD. */
void check_at(bool good, const char *what, int line);

#define check(good) check_at(good, #good, __LINE__)

/* Makes the folder.  False: said why. */
bool make_folder(void);

/* A random number below N, the same in every run. */
uint32_t below(uint32_t n);

/* The path of NAME followed by NUMBER in the folder, until the next call. */
const char *path_of(const char *name, unsigned number);

/* ---- a module's files -------------------------------------------------- */

extern FILE *traces[CPUS];
extern uint32_t seqs[CPUS]; /* of the next record */

void open_traces(void);
void close_traces(void);
void flush_traces(void);

/* A record of format FORMAT, one number. */
void put_record(unsigned cpu, uint64_t time, uint16_t format, int64_t value);

/* A script for N_CPUS CPUs with one format, TEXT. */
void make_table(struct pr_table *t, unsigned n_cpus, const char *text);

/* ---- what was printed -------------------------------------------------- */

extern FILE *printed;

void open_output(struct pr_output *o);
void close_output(struct pr_output *o);

/* The numbers printed so far must be FIRST to LAST - 1. */
void check_printed(uint64_t first, uint64_t last);

#endif
