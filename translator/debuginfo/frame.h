/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a function at one place in it, by its unwind information.
 */
#ifndef PT_FRAME_H
#define PT_FRAME_H

#include "dbg.h"

/* Can the unwind information of DBG be given to libdw, which takes memory for as many
 * registers and states as it is told of?  Looked at once. */
bool pt_frames_are_sound(struct pt_dbg *dbg);

/* Of the code at PC, in *RET, to be freed with free().  WINDOW is any of DBG's that is
 * kept.  False: there is none, or what there is, is not sound. */
bool pt_frame_find(struct pt_dbg *dbg, struct pt_window *window, uint64_t pc,
		   Dwarf_Frame **ret);

/* Does FUNCTION leave register NUMBER alone, if its unwind information is silent about
 * that?  libdw (0.188) takes other registers for kept ones than the ABI (psABI section
 * 3.2.1); what never returns need not keep any. */
bool pt_frame_keeps(const struct pt_arch *arch, Dwarf_Die *function,
		    unsigned number);

#endif
