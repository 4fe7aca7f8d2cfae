/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fetch program: a location and what is done to it, between DWARF and C.
 * A stack machine on 64-bit values, straight-line but for one operation that chooses
 * among programs, that can be printed, run on a host against a fake machine state
 * (tests), and emitted.  Stack effect in brackets.
 */
#ifndef PT_FETCH_H
#define PT_FETCH_H

#include "../base/error.h"

enum pt_fetch_op {
	PT_FETCH_REG,	   /* [-- v] register a, DWARF number, at the hit; only
			    * its low b bits, if b is not 0 */
	PT_FETCH_USER_REG, /* [-- v] the same of the task's user side */
	PT_FETCH_FP_REG, /* [-- v] 64 bits of the floating point register a of the
			  * program that was hit, PT_FETCH_XMM or PT_FETCH_ST
			  * and its number: the lower (b = 0) or the upper ones
			  * (b = 1; st has 16) */
	PT_FETCH_CONST, /* [-- v] b */
	PT_FETCH_ADDR, /* [-- v] link-time address b of the kernel image (a = 0)
			  * or in the script's section a of a module, moved by
			  * its load-time slide; PT_DBG_HERE: of the program
			  * that was hit; from PT_DBG_OBJECT on: of
			  * another in the same process */
	PT_FETCH_TLS,  /* [-- v] the task's thread pointer: fs base, or gs base
			  * where words have a = 4 bytes */
	PT_FETCH_TLS_BLOCK, /* [n -- v] what the thread has of library number n
			     * of its process; words have a bytes */
	PT_FETCH_CFA, /* [-- v] canonical frame address: stack pointer at the
			  * function's entry + a, a word of its code; only at
			  * entry */
	PT_FETCH_CALLERS, /* [-- v] what the caller handed over: number a of
			   * the program's callers */
	PT_FETCH_OPERAND, /* [-- v] script value number a (an index expression) */
	PT_FETCH_PERCPU, /* [v -- v] per-CPU offset to this CPU's address */
	PT_FETCH_ADD,	 /* [x y -- v] */
	PT_FETCH_SUB,
	PT_FETCH_MUL,
	PT_FETCH_DIV,  /* signed */
	PT_FETCH_UDIV, /* unsigned */
	PT_FETCH_MOD,  /* unsigned */
	PT_FETCH_AND,
	PT_FETCH_OR,
	PT_FETCH_XOR,
	PT_FETCH_SHL,
	PT_FETCH_SHR,
	PT_FETCH_SHRA,
	PT_FETCH_EQ,
	PT_FETCH_NE,
	PT_FETCH_LT,
	PT_FETCH_LE,
	PT_FETCH_GT,
	PT_FETCH_GE,  /* signed, 0 or 1 */
	PT_FETCH_NEG, /* [v -- v] */
	PT_FETCH_NOT,
	PT_FETCH_ABS,
	PT_FETCH_DUP, /* [v -- v v] */
	PT_FETCH_DROP,
	PT_FETCH_PICK, /* [.. -- .. v] a-th below the top */
	PT_FETCH_SWAP,
	PT_FETCH_ROT,	 /* [x y z -- z x y] */
	PT_FETCH_SELECT, /* [x y z -- v] x if z is not 0, else y */
	PT_FETCH_LOAD,	 /* [address -- v] a bytes (1 2 4 8), fault-safe, kernel
			  * memory (b = 0) or user memory (b = 1), zero-extended */
	PT_FETCH_SIGN,	 /* [v -- v] sign-extend from a bits */
	PT_FETCH_ZERO,	 /* [v -- v] keep the low a bits */
	PT_FETCH_BITS, /* [v -- v] bit field: a bits from bit b, zero-extended */
	/* to the bits of a binary64 from those of: */
	PT_FETCH_FP_SINGLE,   /* [v -- v] a binary32 */
	PT_FETCH_FP_EXTENDED, /* [low high -- v] the x87's 80 bits */
	/* arithmetic on binary64, rounded to the nearest, of two to the even one */
	PT_FETCH_FP_ADD, /* [x y -- v] */
	PT_FETCH_FP_SUB,
	PT_FETCH_FP_MUL,
	PT_FETCH_FP_DIV,
	PT_FETCH_FP_EQ,
	PT_FETCH_FP_LT,
	PT_FETCH_FP_LE,	       /* 0 or 1; 0 of what is no number */
	PT_FETCH_FP_TO_SINGLE, /* [v -- v] to the bits of a binary32 */
	PT_FETCH_FP_FROM_LONG, /* [v -- v] of a signed number */
	PT_FETCH_FP_TO_LONG, /* [v -- v] what is behind the point cut off; INT64_MIN
				* of what has no such number */
};

struct pt_fetch_insn {
	enum pt_fetch_op op;
	uint32_t a;
	int64_t b;
};

/* Registers of PT_FETCH_FP_REG. */
#define PT_FETCH_XMM 0
#define PT_FETCH_ST 16

#define PT_FETCH_MAX_INSNS 256
#define PT_FETCH_MAX_STACK 16

/* What one call hands over. */
struct pt_fetch_call {
	uint64_t back;	    /* link-time address that it returns to */
	const char *caller; /* the function that calls */
	const struct pt_fetch *value;
};

/* A call that says what it hands over in a way that cannot be read. */
struct pt_fetch_lost_call {
	uint64_t back;
	const char *why;
};

/* A value that only the callers of a function have, each in its own place.  Which of
 * them called, the return address says; none of these is an error at the hit, or, if
 * this only asks whether it is one, 0. */
struct pt_fetch_callers {
	bool asks;
	const char *function;	     /* that they call */
	const struct pt_fetch *slot; /* where the return address stands */
	uint32_t section;	     /* of the calls: as in PT_FETCH_ADDR */
	unsigned word;		     /* bytes of an address */
	bool user;
	GArray *calls; /* struct pt_fetch_call, by address */
	GArray *lost;  /* struct pt_fetch_lost_call, by address */
};

struct pt_fetch {
	struct pt_arena *arena;
	GArray *insns;	    /* struct pt_fetch_insn; leaves one value */
	GPtrArray *callers; /* struct pt_fetch_callers *; NULL: none */
	uint64_t
		registers; /* bit mask of the DWARF registers it reads; those of
			      * PT_FETCH_FP_REG are 32 bits further on */
	unsigned n_operands; /* script operands, numbered from 0 */
	bool pointer;	     /* the value is an address: printed in hex */
	bool is_signed;
	unsigned size; /* of the value in bytes */
};

/* Where a value that can be changed stands. */
struct pt_store {
	struct pt_fetch *address; /* NULL: it is in a register */
	unsigned reg;		  /* DWARF number */
	bool user;		  /* user memory */
	unsigned size;	   /* bytes of the value, or of what is around a bit
				   * field: 1 2 4 8 */
	unsigned bit_size; /* bit field, 0: none */
	unsigned bit_offset;
	bool is_signed;
	bool is_single; /* script values are binary64, this a binary32 */
};

struct pt_fetch *pt_fetch_create(struct pt_arena *arena);
void pt_fetch_add(struct pt_fetch *fetch, enum pt_fetch_op op, uint32_t a,
		  int64_t b);
/* Adds PT_FETCH_CALLERS with what it chooses among, in the same arena. */
void pt_fetch_add_callers(struct pt_fetch *fetch,
			  struct pt_fetch_callers *callers);
/* What INSN adds to struct pt_fetch.registers. */
uint64_t pt_fetch_register_bit(const struct pt_fetch_insn *insn);
/* Adds OFFSET to what FETCH leaves. */
void pt_fetch_offset(struct pt_fetch *fetch, int64_t offset);
/* Appends MORE to FETCH; operand numbers of MORE go behind those of FETCH. */
void pt_fetch_append(struct pt_fetch *fetch, const struct pt_fetch *more);
struct pt_fetch *pt_fetch_copy(struct pt_arena *arena,
			       const struct pt_fetch *fetch);

/* A program that leaves 1 if the callers that FETCH asks for are such as say it, else 0;
 * NULL: it asks for none. */
struct pt_fetch *pt_fetch_known(struct pt_arena *arena,
				const struct pt_fetch *fetch);

/* "reg 5; const 8; add; load 8": for tests and -v. */
const char *pt_fetch_text(struct pt_arena *arena, const struct pt_fetch *fetch);

/* The value that FETCH leaves, if that is known now: a constant, and what was cut out
 * of it. */
bool pt_fetch_constant(const struct pt_fetch *fetch, int64_t *ret);

/* Are both the same program? */
bool pt_fetch_equal(const struct pt_fetch *a, const struct pt_fetch *b);

#endif
