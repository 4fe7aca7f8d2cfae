/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fetch program on a host, against a machine state that the test gives.
 */
#ifndef INTERPRETER_H
#define INTERPRETER_H

#include "debuginfo/fetch.h"

struct machine {
	uint64_t registers[17]; /* DWARF numbers */
	uint64_t xmm[16][2], st[8][2];
	uint64_t cfa;
	uint64_t tls; /* thread pointer */
	uint64_t slide;
	uint64_t percpu;
	const int64_t *operands;
	unsigned n_operands;
	bool (*read)(void *arg, uint64_t address, void *to, size_t size);
	void *arg;
};

/* False: a bad address, a division by zero, or a program that is not one. */
bool interpreter_run(const struct pt_fetch *fetch,
		     const struct machine *machine, uint64_t *ret);

#endif
