// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function instruction by instruction, as it is without the engine's own
 * breakpoints and jumps.  Control context, under pte_lock.
 */
#include <linux/string.h>

#include "engine.h"

#define PTE_FUNCTION_ALIGNMENT 16

void pte_walk_start(struct pte_walk *walk, unsigned long start,
		    unsigned long end, const struct module *module)
{
	*walk = (struct pte_walk){ .next = start,
				   .end = end,
				   .module = module };
}

const u8 *pte_walk_bytes(const struct pte_walk *walk)
{
	return walk->window + (walk->at - walk->window_at);
}

/* At least an instruction's bytes at walk->next, or all up to the end. */
static bool pte_walk_fill(struct pte_walk *walk)
{
	size_t left = walk->end - walk->next;
	size_t want = min_t(size_t, left, PTE_INSN_MAX);

	if (walk->window_n &&
	    walk->next + want <= walk->window_at + walk->window_n)
		return true;
	walk->window_at = walk->next;
	walk->window_n = min_t(size_t, left, sizeof(walk->window));
	return pte_original_bytes(walk->window_at, walk->window,
				  walk->window_n);
}

/* Control does not come from INSN to the one behind it. */
static bool pte_is_final(const struct pte_insn *insn)
{
	switch (insn->class) {
	case PTE_CLASS_JUMP:
	case PTE_CLASS_JUMP_INDIRECT:
	case PTE_CLASS_RETURN:
	case PTE_CLASS_UNDEFINED:
	case PTE_CLASS_FAR: return true;
	default: return false;
	}
}

unsigned long pte_target(unsigned long address, const struct pte_insn *insn)
{
	return address + insn->length + (long)insn->relative;
}

bool pte_has_target(const struct pte_insn *insn)
{
	return insn->class == PTE_CLASS_JUMP || insn->class == PTE_CLASS_JCC ||
	       insn->class == PTE_CLASS_LOOP;
}

/*
 * A jump that no compiler made: out of the kernel's image, or out of all text.
 * Others put such jumps over instructions (kprobes' jump optimisation, live
 * patches, an engine in another module).
 */
static bool pte_is_detour(const struct pte_walk *walk)
{
	unsigned long target = pte_target(walk->at, &walk->insn);
	struct module *module;
	struct pte_symbol symbol;

	if (walk->insn.class != PTE_CLASS_JUMP || walk->insn.length != 5)
		return false;
	switch (pte_text_kind(target, &module)) {
	case PTE_TEXT_KERNEL: return false;
	case PTE_TEXT_INIT: return !walk->module && module;
	case PTE_TEXT_MODULE:
		if (!walk->module)
			return true;
		return pte_symbol_of(target, &symbol) &&
		       !strcmp(symbol.name, "pte_slot_pool");
	default: return true;
	}
}

/*
 * Compilers, linkers and the kernel's patching fill with int3 what is not reached:
 * behind a jump or return, and between a call that does not return (of
 * __stack_chk_fail(), most often) and the next function.  That need not have a
 * symbol: a weak one may have been replaced.
 */
static bool pte_is_filler(const struct pte_walk *walk)
{
	unsigned long at = walk->at;
	u8 byte = PTE_INT3;

	if (walk->final || walk->filler)
		return true;
	while (at < walk->end && pte_original_bytes(at, &byte, 1) &&
	       byte == PTE_INT3)
		at++;
	return at == walk->end ||
	       (at - walk->at > 1 && IS_ALIGNED(at, PTE_FUNCTION_ALIGNMENT));
}

/* Between the sections of a module's text, and behind the last, are zeros.  They count
 * for a part of the function before them, and may end within what looks like one of
 * its instructions. */
static noinline bool pte_is_rest_empty(const struct pte_walk *walk)
{
	u8 bytes[PTE_ORIGINAL_MAX];
	unsigned long at;
	size_t n;

	for (at = walk->next; at < walk->end; at += n) {
		n = min_t(size_t, walk->end - at, sizeof(bytes));
		if (!pte_original_bytes(at, bytes, n) ||
		    memchr_inv(bytes, 0, n))
			return false;
	}
	return true;
}

enum pte_walk_step pte_walk_next(struct pte_walk *walk)
{
	bool breakpoint;

	if (walk->next >= walk->end)
		return PTE_WALK_END;
	if (!pte_walk_fill(walk))
		return PTE_WALK_BROKEN;
	if (!walk->window[walk->next - walk->window_at] &&
	    pte_is_rest_empty(walk))
		return PTE_WALK_END;
	walk->at = walk->next;
	if (!pte_decode(pte_walk_bytes(walk),
			walk->window_at + walk->window_n - walk->at, PTE_WIDE,
			&walk->insn))
		return PTE_WALK_BROKEN;
	walk->next = walk->at + walk->insn.length;
	breakpoint = *pte_walk_bytes(walk) == PTE_INT3;
	if ((breakpoint && !pte_is_filler(walk)) || pte_is_detour(walk))
		return PTE_WALK_FOREIGN;
	walk->filler = breakpoint;
	walk->final = pte_is_final(&walk->insn);
	return PTE_WALK_INSN;
}
