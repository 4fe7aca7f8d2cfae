/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "callers.h"

#include <dwarf.h>
#include <string.h>

#include "branches.h"

/* Calls of one look-up, those of callers' callers included. */
#define MOST_CALLS 2000

/* Frames from the place of the hit to where a value is read. */
#define MOST_FRAMES 4

/* A way into a function: its caller's call, or the jump from the end of another function,
 * which was called. */
struct call {
	uint64_t back; /* where the function returns to */
	struct pt_branch branch;
	struct pt_window *window;
	Dwarf_Die site, around;
};

/* Who calls a function. */
struct pt_callers {
	GArray *calls;	 /* struct call; NULL: see why */
	const char *why; /* nothing can be said; NULL: something can */
};

/* ---- who calls -------------------------------------------------------- */

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

/* The calls of ENTRY, or the jumps there, that the compiler describes; their return
 * address is that of a call. */
static GArray *find_branches(struct pt_dbg *dbg, uint64_t entry, bool jumps)
{
	GArray *calls = g_array_new(FALSE, FALSE, sizeof(struct call));
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct pt_branch));

	pt_branches_to(dbg->image, entry, jumps, found);
	for (guint i = 0; i < found->len && calls->len < MOST_CALLS; i++) {
		struct call call = { .branch = g_array_index(
					     found, struct pt_branch, i) };

		call.back = call.branch.end;
		if (find_around(dbg, call.branch.start, &call) &&
		    pt_branches_site(&call.around, &call.branch, &call.site))
			g_array_append_val(calls, call);
	}
	g_array_unref(found);
	return calls;
}

/* Adds the ways to ENTRY by the jump JUMP, which are the calls of the function that it is
 * in; none if the function may jump there, or to its own start, in another way as well:
 * the return address is the same. */
static void add_calls_before(struct pt_dbg *dbg, uint64_t entry,
			     const struct call *jump, GArray *calls)
{
	struct pt_branches_ends ends;
	Dwarf_Die around = jump->around;
	uint64_t start, high;
	GArray *before;

	if (!pt_walkdie_entry(&around, &start, &high))
		return;
	ends = pt_branches_follow(dbg, &around, start, entry);
	if (ends.unknown || ends.to_start || ends.to_target != 1)
		return;
	before = find_branches(dbg, start, false);
	for (guint i = 0; i < before->len && calls->len < MOST_CALLS; i++) {
		struct call call = *jump;

		call.back = g_array_index(before, struct call, i).back;
		g_array_append_val(calls, call);
	}
	g_array_unref(before);
}

static int by_back(gconstpointer a, gconstpointer b)
{
	const struct call *x = a, *y = b;

	return x->back < y->back ? -1 : x->back > y->back;
}

/* In order of what the function returns to.  If two return to one place, the debuginfo is
 * damaged, and says nothing. */
static void put_in_order(GArray *calls)
{
	g_array_sort(calls, by_back);
	for (guint i = 1; i < calls->len; i++)
		if (g_array_index(calls, struct call, i - 1).back ==
		    g_array_index(calls, struct call, i).back)
			g_array_set_size(calls, 0);
}

static GArray *find_calls(struct pt_dbg *dbg, uint64_t entry)
{
	GArray *calls = find_branches(dbg, entry, false);
	GArray *jumps = find_branches(dbg, entry, true);

	pt_arena_defer(dbg->arena, (void (*)(void *))g_array_unref, calls);
	for (guint i = 0; i < jumps->len; i++)
		add_calls_before(dbg, entry,
				 &g_array_index(jumps, struct call, i), calls);
	g_array_unref(jumps);
	put_in_order(calls);
	return calls;
}

/* Why the function AROUND, which starts at ENTRY, may run with other parameters than
 * its caller handed over: its last act, or that of whom it leaves to, may be a jump to
 * its start (the debugger's condition, too: GDB's manual, "Tail Call Frames").  NULL:
 * it cannot. */
static const char *why_entered_anew(struct pt_dbg *dbg, Dwarf_Die *around,
				    uint64_t entry)
{
	struct pt_branches_ends ends =
		pt_branches_follow(dbg, around, entry, entry);

	return ends.to_start  ? "it is entered anew by a jump"
	       : ends.unknown ? "where it may jump to at its end is not known"
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

/* NULL: the call site does not say; or, with *RET_WHY a reason, in a way that cannot be
 * read. */
static const struct pt_fetch *
handed_over(struct pt_dbg *dbg, const struct pt_location_context *context,
	    struct call *call, const struct pt_callers_wanted *wanted,
	    const char **ret_why)
{
	struct pt_location_context caller = {
		.window = call->window,
		.pc = call->branch.start,
		.around = &call->around,
		.name = context->name,
		.whole = true,
		.callee = context,
		.is_jump = call->branch.is_jump,
		.calls_left = context->calls_left,
	};
	struct pt_dbg_value value = { 0 };
	struct pt_error *error;
	Dwarf_Attribute attr;
	Dwarf_Die die;
	int more;

	*ret_why = NULL;

	for (more = dwarf_child(&call->site, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		if (!is_wanted(call, &die, wanted))
			continue;
		if (!dwarf_attr(&die, DW_AT_call_value, &attr) &&
		    !dwarf_attr(&die, DW_AT_GNU_call_site_value, &attr))
			return NULL;
		error = pt_location_compile(dbg, &caller, &attr, &value);
		if (error || !value.fetch)
			*ret_why = error ? error->message
					 : "it is in several places";
		return error ? NULL : value.fetch;
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

static GArray *new_array(struct pt_dbg *dbg, guint size)
{
	GArray *array = g_array_new(FALSE, FALSE, size);

	pt_arena_defer(dbg->arena, (void (*)(void *))g_array_unref, array);
	return array;
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
	ret->calls = new_array(dbg, sizeof(struct pt_fetch_call));
	ret->lost = new_array(dbg, sizeof(struct pt_fetch_lost_call));
	for (guint i = 0; i < callers->calls->len && *callee.calls_left; i++) {
		struct call *call =
			&g_array_index(callers->calls, struct call, i);
		struct pt_fetch_call one = {
			.back = call->back,
			.caller = name_of(dbg, &call->around),
		};
		struct pt_fetch_lost_call lost = { .back = call->back };
		unsigned there;

		--*callee.calls_left;
		one.value = handed_over(dbg, &callee, call, wanted, &lost.why);
		/* Parts of a module lie each at a distance of its own. */
		if (pt_dbg_section_number(dbg, call->back - 1, &there) ||
		    there != section)
			continue;
		if (one.value)
			g_array_append_val(ret->calls, one);
		else if (lost.why)
			g_array_append_val(ret->lost, lost);
	}
	if (ret->calls->len)
		return ret;
	if (ret->lost->len)
		*ret_why =
			g_array_index(ret->lost, struct pt_fetch_lost_call, 0)
				.why;
	return NULL;
}
