/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "callers.h"

#include <dwarf.h>
#include <string.h>

/* Calls of one look-up, those of callers' callers included. */
#define MOST_CALLS 2000

/* Frames from the place of the hit to where a value is read. */
#define MOST_FRAMES 4

/* Functions that may be entered by jumps from the end of one. */
#define MOST_JUMPS 64

/* A call by its distance, and a jump: an opcode and 32 bits; a jump that is near, with 8
 * (Intel's manual, volume 2, CALL and JMP). */
enum { CALL = 0xe8, JUMP = 0xe9, BRANCH_SIZE = 5, NEAR = 0xeb, NEAR_SIZE = 2 };

struct call {
	uint64_t back; /* where it returns to */
	struct pt_window *window;
	Dwarf_Die site, around;
};

/* Who calls a function. */
struct pt_callers {
	GArray *calls;	 /* struct call, by address; NULL: not looked for yet */
	const char *why; /* nothing can be said; NULL: something can */
};

/* ---- instructions ----------------------------------------------------- */

static uint64_t branch_target(const struct pt_image *image, uint64_t address,
			      const uint8_t *at)
{
	int32_t distance;

	if (*at == NEAR) {
		address += NEAR_SIZE + (uint64_t)(int64_t)(int8_t)at[1];
	} else {
		memcpy(&distance, at + 1, sizeof(distance));
		address += BRANCH_SIZE + (uint64_t)(int64_t)distance;
	}
	return image->arch->word == 4 ? (uint32_t)address : address;
}

/* Where calls of ENTRY in SECTION return to, among them what only looks like one. */
static void find_returns(const struct pt_image *image,
			 const struct pt_image_section *section, uint64_t entry,
			 GArray *ret)
{
	const uint8_t *start = image->region + section->offset;
	const uint8_t *end = start + section->size, *at = start;

	while (end - at >= BRANCH_SIZE &&
	       (at = memchr(at, CALL, (size_t)(end - at) - BRANCH_SIZE + 1))) {
		uint64_t address = section->address + (uint64_t)(at - start);
		uint64_t back = address + BRANCH_SIZE;

		if (branch_target(image, address, at) == entry)
			g_array_append_val(ret, back);
		at++;
	}
}

/* ---- who calls -------------------------------------------------------- */

/* Where the call or jump of a call site leaves the code: behind it, or, as clang has
 * it of jumps, at it. */
static bool site_address(Dwarf_Die *site, bool *ret_before, uint64_t *ret)
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
	uint64_t back;
	bool found;
	Dwarf_Die site;
};

static bool is_site(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_call_site || tag == DW_TAG_GNU_call_site;
}

/* Does DIE hold code of the function around it? */
static bool is_inside(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine;
}

static bool site_each(Dwarf_Die *die, void *arg)
{
	struct site_search *search = arg;
	uint64_t address;
	bool before;

	if (!search->found && is_site(die) &&
	    site_address(die, &before, &address) && !before &&
	    address == search->back) {
		search->found = true;
		search->site = *die;
	}
	return !search->found && is_inside(die);
}

static bool has_code_at(struct pt_dbg *dbg,
			const struct pt_index_function *record,
			uint64_t address, struct call *call)
{
	return !(record->flags & PT_INDEX_ABSTRACT) &&
	       !pt_dbg_die(dbg, record->die, &call->window, &call->around) &&
	       dwarf_haspc(&call->around, address) == 1;
}

/* The function whose code, also that which was moved away from it, holds ADDRESS. */
static bool find_around(struct pt_dbg *dbg, uint64_t address, struct call *call)
{
	const struct pt_index *index = dbg->index;
	const struct pt_index_function *record =
		pt_index_function_at(index, address, false);
	const struct pt_index_symbol *symbol;
	const char *name, *cold;
	uint32_t i, end;

	if (record)
		return has_code_at(dbg, record, address, call);
	symbol = pt_index_symbol_at(index, address, NULL);
	name = symbol ? pt_index_string(index, symbol->name) : "";
	cold = strstr(name, ".cold");
	if (!cold)
		return false;
	name = pt_arena_strndup(dbg->arena, name, (size_t)(cold - name));
	for (i = pt_index_functions_from(index, name, &end); i < end; i++)
		if (has_code_at(dbg, &index->functions[i], address, call))
			return true;
	return false;
}

static GArray *find_calls(struct pt_dbg *dbg, uint64_t entry)
{
	GArray *calls = g_array_new(FALSE, FALSE, sizeof(struct call));
	GArray *returns = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	pt_arena_defer(dbg->arena, (void (*)(void *))g_array_unref, calls);
	for (guint i = 0; i < dbg->image->sections->len; i++) {
		const struct pt_image_section *section = &g_array_index(
			dbg->image->sections, struct pt_image_section, i);

		if (section->alloc && section->exec)
			find_returns(dbg->image, section, entry, returns);
	}
	for (guint i = 0; i < returns->len && calls->len < MOST_CALLS; i++) {
		struct call call = { .back = g_array_index(returns, uint64_t,
							   i) };
		struct site_search search = { .back = call.back };

		if (!find_around(dbg, call.back - 1, &call) ||
		    !pt_walkdie_all(&call.around, site_each, &search) ||
		    !search.found)
			continue;
		call.site = search.site;
		g_array_append_val(calls, call);
	}
	g_array_unref(returns);
	return calls;
}

/* ---- jumps from a function's end -------------------------------------- */

struct jumps {
	struct pt_dbg *dbg;
	uint64_t entry;	   /* of the function that all starts from */
	GArray *functions; /* uint64_t: entries of those that are reached */
	bool back, unknown;
};

static bool all_is_described(Dwarf_Die *function)
{
	return dwarf_hasattr_integrate(function, DW_AT_call_all_calls) ||
	       dwarf_hasattr_integrate(function, DW_AT_call_all_tail_calls) ||
	       dwarf_hasattr_integrate(function, DW_AT_GNU_all_call_sites) ||
	       dwarf_hasattr_integrate(function, DW_AT_GNU_all_tail_call_sites);
}

static void jump_to(struct jumps *jumps, uint64_t target)
{
	if (target == jumps->entry) {
		jumps->back = true;
		return;
	}
	for (guint i = 0; i < jumps->functions->len; i++)
		if (g_array_index(jumps->functions, uint64_t, i) == target)
			return;
	if (jumps->functions->len >= MOST_JUMPS)
		jumps->unknown = true;
	else
		g_array_append_val(jumps->functions, target);
}

/* The function that the jump of SIZE bytes at ADDRESS enters; NULL: there is no jump
 * with OPCODE, or it leads to no function. */
static const struct pt_index_function *
entered(struct pt_dbg *dbg, uint64_t address, uint8_t opcode, size_t size)
{
	const uint8_t *at = pt_image_memory(dbg->image, address, size);

	return at && *at == opcode
		       ? pt_index_function_at(
				 dbg->index,
				 branch_target(dbg->image, address, at), true)
		       : NULL;
}

static bool jumps_each(Dwarf_Die *die, void *arg)
{
	struct jumps *jumps = arg;
	const struct pt_index_function *far, *near;
	struct pt_dbg *dbg = jumps->dbg;
	uint64_t address;
	bool before;

	if (!is_site(die) || (!dwarf_hasattr(die, DW_AT_call_tail_call) &&
			      !dwarf_hasattr(die, DW_AT_GNU_tail_call)))
		return is_inside(die);
	if (!site_address(die, &before, &address)) {
		jumps->unknown = true;
		return false;
	}
	far = entered(dbg, before ? address : address - BRANCH_SIZE, JUMP,
		      BRANCH_SIZE);
	near = entered(dbg, before ? address : address - NEAR_SIZE, NEAR,
		       NEAR_SIZE);
	/* From its end, one may look like the other. */
	if (!far == !near)
		jumps->unknown = true;
	else
		jump_to(jumps, far ? far->address : near->address);
	return false;
}

/* Why the function AROUND, which starts at ENTRY, may run with other parameters than
 * its caller handed over: its last act, or that of whom it leaves to, may be a jump to
 * its start (the debugger's condition, too: GDB's manual, "Tail Call Frames").  NULL:
 * it cannot. */
static const char *why_entered_anew(struct pt_dbg *dbg, Dwarf_Die *around,
				    uint64_t entry)
{
	struct jumps jumps = { .dbg = dbg, .entry = entry };
	Dwarf_Die die = *around;

	jumps.functions = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	for (guint i = 0;; i++) {
		const struct pt_index_function *record;
		struct pt_window *window;

		if (!all_is_described(&die) ||
		    !pt_walkdie_all(&die, jumps_each, &jumps))
			jumps.unknown = true;
		if (jumps.unknown || jumps.back || i == jumps.functions->len)
			break;
		record = pt_index_function_at(
			dbg->index, g_array_index(jumps.functions, uint64_t, i),
			true);
		if (!record || pt_dbg_die(dbg, record->die, &window, &die))
			jumps.unknown = true;
		if (jumps.unknown)
			break;
	}
	g_array_unref(jumps.functions);
	return jumps.back      ? "it is entered anew by a jump"
	       : jumps.unknown ? "where it may jump to at its end is not known"
			       : NULL;
}

/* ---- what they hand over ---------------------------------------------- */

static struct pt_callers *callers_of(struct pt_dbg *dbg, Dwarf_Die *around,
				     uint64_t entry)
{
	struct pt_callers *callers;

	if (!dbg->callers) {
		dbg->callers = g_hash_table_new_full(
			g_int64_hash, g_int64_equal, g_free, NULL);
		pt_arena_defer(dbg->arena, (void (*)(void *))g_hash_table_unref,
			       dbg->callers);
	}
	callers = g_hash_table_lookup(dbg->callers, &entry);
	if (callers)
		return callers;
	callers = pt_new(dbg->arena, struct pt_callers);
	callers->why = why_entered_anew(dbg, around, entry);
	if (!callers->why)
		callers->calls = find_calls(dbg, entry);
	g_hash_table_insert(dbg->callers, g_memdup2(&entry, sizeof(entry)),
			    callers);
	return callers;
}

static bool is_register(Dwarf_Die *die, unsigned number)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr(die, DW_AT_location, &attr) ||
	    dwarf_getlocation(&attr, &ops, &count) || count != 1)
		return false;
	return ops[0].atom == DW_OP_regx ? ops[0].number == number
					 : ops[0].atom == DW_OP_reg0 + number;
}

static bool is_wanted(const struct call *call, Dwarf_Die *die,
		      const struct pt_callers_wanted *wanted)
{
	Dwarf_Die parameter;

	if (!wanted->is_parameter)
		return is_register(die, wanted->reg);
	return (pt_walkdie_ref(die, DW_AT_call_parameter, &parameter) ||
		pt_walkdie_ref(die, DW_AT_abstract_origin, &parameter)) &&
	       pt_image_die_offset(call->window, &parameter) ==
		       wanted->parameter;
}

/* NULL: the call site does not say, or in terms of what is lost. */
static const struct pt_fetch *
handed_over(struct pt_dbg *dbg, const struct pt_location_context *context,
	    struct call *call, const struct pt_callers_wanted *wanted)
{
	struct pt_location_context caller = {
		.window = call->window,
		.pc = call->back - 1,
		.around = &call->around,
		.name = context->name,
		.whole = true,
		.callee = context,
		.calls_left = context->calls_left,
	};
	struct pt_dbg_value value = { 0 };
	Dwarf_Attribute attr;
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(&call->site, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		if (!is_wanted(call, &die, wanted))
			continue;
		if (!dwarf_attr(&die, DW_AT_call_value, &attr) &&
		    !dwarf_attr(&die, DW_AT_GNU_call_site_value, &attr))
			return NULL;
		return pt_location_compile(dbg, &caller, &attr, &value)
			       ? NULL
			       : value.fetch;
	}
	return NULL;
}

static const char *name_of(struct pt_dbg *dbg, Dwarf_Die *function)
{
	const char *name = dwarf_diename(function);

	return name ? pt_arena_strdup(dbg->arena, name) : "(no name)";
}

static unsigned frames_of(const struct pt_location_context *context)
{
	unsigned frames = 1;

	while ((context = context->callee))
		frames++;
	return frames;
}

struct pt_fetch_callers *
pt_callers_find(struct pt_dbg *dbg, const struct pt_location_context *context,
		const struct pt_callers_wanted *wanted, const char **ret_why)
{
	struct pt_location_context callee = *context;
	unsigned left = MOST_CALLS, section;
	struct pt_fetch_callers *ret;
	struct pt_callers *callers;
	uint64_t entry, high;

	*ret_why = NULL;
	if (!context->around ||
	    !pt_walkdie_entry(context->around, &entry, &high) ||
	    frames_of(context) >= MOST_FRAMES ||
	    pt_dbg_section_number(dbg, entry, &section))
		return NULL;
	callers = callers_of(dbg, context->around, entry);
	*ret_why = callers->why;
	if (callers->why)
		return NULL;
	if (!callee.calls_left)
		callee.calls_left = &left;
	ret = pt_new(dbg->arena, struct pt_fetch_callers);
	ret->function = name_of(dbg, context->around);
	ret->section = section;
	ret->word = dbg->image->arch->word;
	ret->user = dbg->program != NULL;
	ret->calls = g_array_new(FALSE, FALSE, sizeof(struct pt_fetch_call));
	pt_arena_defer(dbg->arena, (void (*)(void *))g_array_unref, ret->calls);
	for (guint i = 0; i < callers->calls->len && *callee.calls_left; i++) {
		struct call *call =
			&g_array_index(callers->calls, struct call, i);
		struct pt_fetch_call one = {
			.back = call->back,
			.caller = name_of(dbg, &call->around),
		};
		unsigned there;

		--*callee.calls_left;
		one.value = handed_over(dbg, &callee, call, wanted);
		/* Parts of a module lie each at a distance of its own. */
		if (one.value &&
		    !pt_dbg_section_number(dbg, call->back - 1, &there) &&
		    there == section)
			g_array_append_val(ret->calls, one);
	}
	return ret->calls->len ? ret : NULL;
}
