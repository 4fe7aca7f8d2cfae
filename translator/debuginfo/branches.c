/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "branches.h"

#include <dwarf.h>
#include <string.h>

/* Functions that may be entered by jumps from the end of one. */
#define MOST_FUNCTIONS 64

/* A call and a jump by their distance, 32 bits behind the opcode; a jump by one of 8
 * bits (Intel's manual, volume 2, CALL and JMP). */
enum { CALL = 0xe8, JUMP = 0xe9, NEAR_JUMP = 0xeb };

static size_t branch_size(uint8_t opcode)
{
	return opcode == NEAR_JUMP ? 2 : 5;
}

static uint64_t branch_target(const struct pt_image *image, uint64_t address,
			      const uint8_t *at)
{
	int32_t distance = (int32_t)(int8_t)at[1];

	if (*at != NEAR_JUMP)
		memcpy(&distance, at + 1, sizeof(distance));
	address += branch_size(*at) + (uint64_t)(int64_t)distance;
	return image->arch->word == 4 ? (uint32_t)address : address;
}

static void find_in(const struct pt_image *image,
		    const struct pt_image_section *section, uint8_t opcode,
		    uint64_t entry, GArray *ret)
{
	const uint8_t *start = image->region + section->offset;
	const uint8_t *end = start + section->size, *at = start;
	size_t size = branch_size(opcode);

	while ((size_t)(end - at) >= size &&
	       (at = memchr(at, opcode, (size_t)(end - at) - size + 1))) {
		uint64_t address = section->address + (uint64_t)(at - start);
		struct pt_branch branch = { .start = address,
					    .end = address + size,
					    .is_jump = opcode != CALL };

		if (branch_target(image, address, at) == entry)
			g_array_append_val(ret, branch);
		at++;
	}
}

void pt_branches_to(const struct pt_image *image, uint64_t entry, bool jumps,
		    GArray *ret)
{
	for (guint i = 0; i < image->sections->len; i++) {
		const struct pt_image_section *section = &g_array_index(
			image->sections, struct pt_image_section, i);

		if (!section->alloc || !section->exec)
			continue;
		find_in(image, section, jumps ? JUMP : CALL, entry, ret);
		if (jumps)
			find_in(image, section, NEAR_JUMP, entry, ret);
	}
}

/* ---- call sites ------------------------------------------------------- */

bool pt_branches_is_site(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site;
}

bool pt_branches_is_jump(Dwarf_Die *site)
{
	return dwarf_hasattr(site, DW_AT_call_tail_call) ||
	       dwarf_hasattr(site, DW_AT_GNU_tail_call);
}

/* Does DIE hold code of the function around it? */
static bool is_inside(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine;
}

bool pt_branches_address(Dwarf_Die *site, bool *ret_before, uint64_t *ret)
{
	Dwarf_Attribute attr;

	*ret_before = false;
	if (dwarf_attr(site, DW_AT_call_return_pc, &attr) &&
	    !dwarf_formaddr(&attr, ret))
		return true;
	if (dwarf_attr(site, DW_AT_call_pc, &attr) &&
	    !dwarf_formaddr(&attr, ret)) {
		*ret_before = true;
		return true;
	}
	/* before DWARF 5 */
	return !dwarf_lowpc(site, ret);
}

struct site_search {
	const struct pt_branch *branch;
	bool found;
	Dwarf_Die site;
};

static bool site_each(Dwarf_Die *die, void *arg)
{
	struct site_search *search = arg;
	const struct pt_branch *branch = search->branch;
	uint64_t address;
	bool before;

	if (!search->found && pt_branches_is_site(die) &&
	    pt_branches_is_jump(die) == branch->is_jump &&
	    pt_branches_address(die, &before, &address) &&
	    address == (before ? branch->start : branch->end)) {
		search->found = true;
		search->site = *die;
	}
	return !search->found && is_inside(die);
}

bool pt_branches_site(Dwarf_Die *function, const struct pt_branch *branch,
		      Dwarf_Die *ret)
{
	struct site_search search = { .branch = branch };

	if (!pt_walkdie_all(function, site_each, &search) || !search.found)
		return false;
	*ret = search.site;
	return true;
}

/* ---- jumps from a function's end -------------------------------------- */

struct follow {
	struct pt_dbg *dbg;
	uint64_t entry, target;
	GArray *functions; /* uint64_t: entries of those that are reached */
	struct pt_branches_ends ends;
};

static bool all_is_described(Dwarf_Die *function)
{
	return dwarf_hasattr_integrate(function, DW_AT_call_all_calls) ||
	       dwarf_hasattr_integrate(function, DW_AT_call_all_tail_calls) ||
	       dwarf_hasattr_integrate(function, DW_AT_GNU_all_call_sites) ||
	       dwarf_hasattr_integrate(function, DW_AT_GNU_all_tail_call_sites);
}

static void follow_to(struct follow *follow, uint64_t address)
{
	if (address == follow->entry)
		follow->ends.to_start = true;
	if (address == follow->target)
		follow->ends.to_target++;
	if (address == follow->entry || address == follow->target)
		return;
	for (guint i = 0; i < follow->functions->len; i++)
		if (g_array_index(follow->functions, uint64_t, i) == address)
			return;
	if (follow->functions->len >= MOST_FUNCTIONS)
		follow->ends.unknown = true;
	else
		g_array_append_val(follow->functions, address);
}

/* The function that the jump with OPCODE at ADDRESS, or that ends there, enters; NULL:
 * there is none, or it leads to no function. */
static const struct pt_index_function *
entered(struct pt_dbg *dbg, uint64_t address, bool before, uint8_t opcode)
{
	size_t size = branch_size(opcode);
	const uint8_t *at;

	if (!before)
		address -= size;
	at = pt_image_memory(dbg->image, address, size);
	return at && *at == opcode
		       ? pt_index_function_at(
				 dbg->index,
				 branch_target(dbg->image, address, at), true)
		       : NULL;
}

static bool follow_each(Dwarf_Die *die, void *arg)
{
	const struct pt_index_function *far, *near;
	struct follow *follow = arg;
	uint64_t address;
	bool before;

	if (!pt_branches_is_site(die) || !pt_branches_is_jump(die))
		return is_inside(die);
	if (!pt_branches_address(die, &before, &address)) {
		follow->ends.unknown = true;
		return false;
	}
	far = entered(follow->dbg, address, before, JUMP);
	near = entered(follow->dbg, address, before, NEAR_JUMP);
	/* From its end, one may look like the other. */
	if (!far == !near)
		follow->ends.unknown = true;
	else
		follow_to(follow, far ? far->address : near->address);
	return false;
}

struct pt_branches_ends pt_branches_follow(struct pt_dbg *dbg,
					   Dwarf_Die *around, uint64_t entry,
					   uint64_t target)
{
	struct follow follow = { .dbg = dbg, .entry = entry, .target = target };
	Dwarf_Die die = *around;

	follow.functions = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	for (guint i = 0;; i++) {
		const struct pt_index_function *record;
		struct pt_window *window;

		if (!all_is_described(&die) ||
		    !pt_walkdie_all(&die, follow_each, &follow))
			follow.ends.unknown = true;
		if (follow.ends.unknown || i == follow.functions->len)
			break;
		record = pt_index_function_at(
			dbg->index,
			g_array_index(follow.functions, uint64_t, i), true);
		if (!record || pt_dbg_die(dbg, record->die, &window, &die))
			follow.ends.unknown = true;
		if (follow.ends.unknown)
			break;
	}
	g_array_unref(follow.functions);
	return follow.ends;
}
