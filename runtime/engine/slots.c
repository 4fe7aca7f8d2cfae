// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots for displaced instructions: an array full of int3 in the module's own text,
 * as nothing exported gives executable memory.  It is near enough to all of the
 * kernel's text for a 32-bit displacement (both lie in the top 2 GB).
 *
 * A task may be preempted in a slot, so what is put back is used again only after
 * pte_quiesce().  That takes tenths of a second; it is done when slots
 * run short, and at the end, not at each unregistering.  Idle tasks, which it does
 * not wait for, run with preemption disabled but for the time in which they sleep:
 * synchronize_rcu() has waited for them.
 */
#include <linux/bitmap.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "../compat/objtool.h"
#include "engine.h"

asm(".pushsection .text, \"ax\"\n"
    "	.balign 64\n"
    "	.globl pte_slot_pool\n"
    "	.type pte_slot_pool, @object\n"
    "pte_slot_pool:\n" ANNOTATE_NOENDBR "\n"
    "	.fill " __stringify(PTE_SLOTS) " * " __stringify(
	    PTE_SLOT_UNIT) ", 1, 0xcc\n"
			   "	.size pte_slot_pool, . - pte_slot_pool\n"
			   ".popsection\n");

static DECLARE_BITMAP(pte_slots_used, PTE_SLOTS);
static DECLARE_BITMAP(pte_slots_left, PTE_SLOTS); /* put, maybe still run */
void *pte_slot_owners[PTE_SLOTS];

static size_t pte_slot_units(size_t size)
{
	return DIV_ROUND_UP(size, PTE_SLOT_UNIT);
}

static size_t pte_slot_index(unsigned long slot)
{
	return (slot - (unsigned long)pte_slot_pool) / PTE_SLOT_UNIT;
}

static void pte_slots_reclaim(void)
{
	if (bitmap_empty(pte_slots_left, PTE_SLOTS))
		return;
	pte_quiesce(false);
	bitmap_andnot(pte_slots_used, pte_slots_used, pte_slots_left,
		      PTE_SLOTS);
	bitmap_zero(pte_slots_left, PTE_SLOTS);
}

unsigned long pte_slot_get(size_t size, void *owner)
{
	size_t units = pte_slot_units(size);
	unsigned long at, i;

	at = bitmap_find_next_zero_area(pte_slots_used, PTE_SLOTS, 0, units, 0);
	if (at >= PTE_SLOTS) {
		pte_slots_reclaim();
		at = bitmap_find_next_zero_area(pte_slots_used, PTE_SLOTS, 0,
						units, 0);
	}
	if (at >= PTE_SLOTS)
		return 0;
	bitmap_set(pte_slots_used, at, units);
	for (i = at; i < at + units; i++)
		WRITE_ONCE(pte_slot_owners[i], owner);
	return (unsigned long)pte_slot_pool + at * PTE_SLOT_UNIT;
}

void pte_slot_disown(unsigned long slot, size_t size)
{
	size_t at = pte_slot_index(slot), i;

	for (i = at; i < at + pte_slot_units(size); i++)
		WRITE_ONCE(pte_slot_owners[i], NULL);
}

void pte_slot_put(unsigned long slot, size_t size)
{
	pte_slot_disown(slot, size);
	bitmap_set(pte_slots_left, pte_slot_index(slot), pte_slot_units(size));
}

void pte_slots_exit(void)
{
	pte_slots_reclaim();
}
