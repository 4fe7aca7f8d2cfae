/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs machine code of this program's word size with chosen registers, flags and
 * memory, until it meets a breakpoint or faults.  All its memory lies in the lowest
 * 2 GB, as all of a kernel's lies in the highest.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __x86_64__
#define MACHINE_WIDE true
#define MACHINE_N_REGISTERS 16
#else
#define MACHINE_WIDE false
#define MACHINE_N_REGISTERS 8
#endif

enum { MACHINE_SP = 4, MACHINE_CX = 1 }; /* in the processor's order */

/* Places of memory: text and slots are full of int3; the words of data and stack
 * are addresses in the text at MACHINE_LANDING. */
#define MACHINE_TEXT 0x20000000ul
#define MACHINE_SLOT 0x20100000ul
#define MACHINE_DATA 0x20200000ul
#define MACHINE_STACK 0x20300000ul
#define MACHINE_SIZE 0x4000ul /* of each */
#define MACHINE_LANDING (MACHINE_TEXT + 0x800)

/* x87 and SSE registers, without where the x87's last instruction was. */
struct machine_float {
	uint8_t control[6];
	uint8_t registers[392];
};

struct machine_state {
	unsigned long registers[MACHINE_N_REGISTERS];
	unsigned long flags;
	unsigned long ip; /* of the instruction that ended it */
	int signal;	  /* SIGTRAP: it met an int3, or: */
	bool stepped;	  /* it set the trap flag */
	struct machine_float floats;
};

void machine_init(void);

/* Text and slots to int3, data and stack to their words. */
void machine_reset(void);

/* Runs from STATE, floats as they are in all runs, and replaces it by the state at
 * the end. */
void machine_run(struct machine_state *state);

/* The same from where a run ended, floats included. */
void machine_go_on(struct machine_state *state);

/* Data and stack as they are. */
void machine_save(uint8_t ret[2 * MACHINE_SIZE]);

#endif
