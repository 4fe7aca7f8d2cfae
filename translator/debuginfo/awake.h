/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which images are in memory.  A glob over modules opens thousands, whose DWARF
 * is gigabytes; what a pattern finds in them, by the index, needs none of it.  So
 * the images of modules rest when there are many, those that were read longest ago
 * first.  One that a window is open on, as values may refer to it, keeps its addresses
 * and is put out to a file.
 */
#ifndef PT_AWAKE_H
#define PT_AWAKE_H

#include "dbg.h"

/* DBG, of a module, was opened: its image may rest from now on. */
void pt_awake_add(struct pt_dbg *dbg);

/* DBG's image is read again if it rests.  Comes before all that reads more of it than
 * headers of sections while no window is open. */
struct pt_error *pt_awake(struct pt_dbg *dbg);

/* DBG's image rests, and is not needed any more. */
void pt_awake_drop(struct pt_dbg *dbg);

#endif
