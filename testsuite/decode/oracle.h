/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's decoder held against the Zydis library.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/arch/x86/decode.h"

enum oracle_verdict {
	ORACLE_SAME,	  /* both read it, with the same fields */
	ORACLE_NEITHER,	  /* both say that it is no instruction */
	ORACLE_DIFFERENT, /* both read it, differently */
	ORACLE_ONLY_OURS,
	ORACLE_ONLY_THEIRS,
};

struct oracle_result {
	enum oracle_verdict verdict;
	/* Of DIFFERENT: what differs; of ONLY_*: the documented reason, NULL if
	 * it has none. */
	const char *what;
	unsigned int length;  /* theirs, else ours, else 1: on to the next */
	struct pte_insn insn; /* ours, if there is one */
	char text[160];	      /* theirs, as text, unless SAME or NEITHER */
};

/* The instruction at CODE, for a CPU in 64-bit (WIDE) or 32-bit mode. */
void oracle_compare(const uint8_t *code, size_t n, bool wide,
		    struct oracle_result *ret);

#endif
