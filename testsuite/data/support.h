/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test programs of the data room share: a processor number that a test
 * sets, what the runtime wants around it, and verdicts.
 */
#ifndef DATA_SUPPORT_H
#define DATA_SUPPORT_H

#include <linux/smp.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

#include "script.h"
#include "../include/ptap/limits.h"

/* ptrt_script.limits: MAXSTRINGLEN 64, HIST_WIDTH 10. */
extern int64_t shim_limits[PTAP_N_LIMITS];
/* Allocations until one fails; -1: none fails. */
extern long shim_allocations_left;
/* Arguments of the last record, and their bytes. */
extern char shim_record[16384];
extern unsigned shim_record_size;

/* One of the processors that there are: 0, 1 and 3. */
int some_cpu(void);
/* A pseudo-random number from 0 to N - 1. */
unsigned below(unsigned n);
/* 64 of its bits. */
uint64_t any_word(void);

void begin_test(const char *name);
void check_at(bool good, const char *what, int line);
#define check(good) check_at(good, #good, __LINE__)
/* Prints PASS, if nothing failed since begin_test(). */
void end_test(void);
/* The program's exit status. */
int test_status(void);

#endif
