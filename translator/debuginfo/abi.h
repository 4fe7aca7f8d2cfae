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
 * or in memory whose address is.  False: it is elsewhere (in floating point
 * registers). */
bool pt_abi_result(struct pt_dbg *dbg, struct pt_dbg_value *value);

/* The register of a function's first argument if that is a pointer. */
unsigned pt_abi_first_argument(const struct pt_dbg *dbg);

/* ---- what the conventions share --------------------------------------- */

struct pt_error *pt_abi_i386_parameter(struct pt_dbg *dbg,
				       struct pt_dbg_code *code,
				       Dwarf_Die *wanted, bool *ret_found,
				       struct pt_dbg_value *ret);
bool pt_abi_i386_result(struct pt_dbg *dbg, struct pt_dbg_value *value);

/* The value in COUNT registers, at most 128 bits, the lowest first. */
void pt_abi_in_registers(struct pt_dbg *dbg, const uint8_t *registers,
			 unsigned count, struct pt_dbg_value *value);

/* OFFSET bytes above the frame address: where the caller's part begins. */
void pt_abi_on_stack(struct pt_dbg *dbg, uint64_t offset,
		     struct pt_dbg_value *value);

#endif
