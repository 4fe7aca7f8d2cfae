/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How values are handed over at a function's entry and at its return.
 */
#ifndef PT_ABI_H
#define PT_ABI_H

#include "dbg.h"

/* The value of the parameter WANTED of CODE at the entry.  *RET_FOUND is false
 * where the convention leaves it to a place that is not followed. */
struct pt_error *pt_abi_parameter(struct pt_dbg *dbg, struct pt_dbg_code *code,
				  Dwarf_Die *wanted, bool *ret_found,
				  struct pt_dbg_value *ret);

/* The value of VALUE's type that a function returns, at its return: in registers,
 * or in memory whose address is.  False: it is elsewhere, or in floating point
 * registers of the kernel. */
bool pt_abi_result(struct pt_dbg *dbg, struct pt_dbg_value *value);

/* Does the compiler of any language return a TYPE as that of C does?  Rust's gives each of
 * two numbers a register of its own, however small they are. */
bool pt_abi_result_is_common(struct pt_dbg *dbg,
			     const struct pt_dbg_type *type);

/* What a floating point number of TYPE is returned in. */
const char *pt_abi_float_result(struct pt_dbg *dbg,
				const struct pt_dbg_type *type);

/* The register of a function's first argument if that is a pointer. */
unsigned pt_abi_first_argument(const struct pt_dbg *dbg);

/* ---- classes ---------------------------------------------------------- */

#define PT_ABI_PART 8 /* bytes of a value that travel together */

/* How a value is handed over on x86_64: the classes of its parts. */
struct pt_abi_class {
	uint64_t size;	/* bytes */
	unsigned parts; /* that may stand in registers; 0: it is in memory, or
			 * nothing */
	/* of a part: does it hold what goes to that kind of register? */
	bool integer[2], is_float[2];
	bool one_float; /* both parts are in one register (SSE and SSEUP) */
	bool x87, sse;	/* it has floating point numbers of the x87; others */
	bool is_number; /* or is one of them, or a pair */
	unsigned integers, floats; /* registers that it takes of each kind */
	unsigned scalars;	   /* numbers and pointers in it */
	bool small;		   /* one of them is less than a part */
	bool in_memory;
	bool wide;	 /* aligned to more than a part, where in memory */
	bool by_address; /* the caller hands over where it is */
	bool unknown;	 /* the debuginfo does not tell */
};

/* The class of TYPE.  What is empty (a class of C++ without members) has a part of
 * no kind. */
struct pt_abi_class pt_abi_classify(struct pt_dbg *dbg,
				    const struct pt_dbg_type *type);

/* Is TYPE a vector, as of gcc's vector_size? */
bool pt_abi_is_vector(struct pt_dbg *dbg, const struct pt_dbg_type *type);

/* Is TYPE one of C++ whose objects cannot be copied byte by byte? */
bool pt_abi_by_address(struct pt_dbg *dbg, const struct pt_dbg_type *type);

/* ---- what the conventions share --------------------------------------- */

struct pt_error *pt_abi_i386_parameter(struct pt_dbg *dbg,
				       struct pt_dbg_code *code,
				       Dwarf_Die *wanted, bool *ret_found,
				       struct pt_dbg_value *ret);
bool pt_abi_i386_result(struct pt_dbg *dbg, struct pt_dbg_value *value);

/* The value in st(0), as a binary64; false: that of the kernel is not read. */
bool pt_abi_in_st(struct pt_dbg *dbg, struct pt_dbg_value *value);

/* The value in COUNT registers, at most 128 bits, the lowest first. */
void pt_abi_in_registers(struct pt_dbg *dbg, const uint8_t *registers,
			 unsigned count, struct pt_dbg_value *value);

/* OFFSET bytes above the frame address: where the caller's part begins. */
void pt_abi_on_stack(struct pt_dbg *dbg, uint64_t offset,
		     struct pt_dbg_value *value);

/* VALUE, which was handed over, is the address of what it stands for. */
void pt_abi_follow(struct pt_dbg *dbg, struct pt_dbg_value *value);

#endif
