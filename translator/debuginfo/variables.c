/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables by name: scopes, places, system call arguments, globals, return
 * values.
 */
#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "abi.h"
#include "floats.h"
#include "handed.h"
#include "loclist.h"
#include "parts.h"
#include "scopes.h"

/* Members of struct pt_regs that hold a system call's arguments. */
static const char *const syscall_members[][6] = {
	[PT_ABI_X64] = { "di", "si", "dx", "r10", "r8", "r9" },
	[PT_ABI_IA32] = { "bx", "cx", "dx", "si", "di", "bp" },
};

static bool die_is_variable(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_formal_parameter || tag == DW_TAG_variable;
}

/* ---- scopes ----------------------------------------------------------- */

/* Calls EACH for what is declared in SCOPE itself and then for the block in it
 * that holds PC, and so on inwards. */
static void scope_walk(Dwarf_Die *scope, uint64_t pc,
		       void (*each)(Dwarf_Die *, void *), void *arg)
{
	Dwarf_Die die, block, here = *scope;

	for (unsigned depth = 0; depth < PT_WALKDIE_DEPTH; depth++) {
		bool inner = false;
		int more;

		for (more = dwarf_child(&here, &die); more == 0;
		     more = dwarf_siblingof(&die, &die)) {
			if (die_is_variable(&die)) {
				each(&die, arg);
			} else if (dwarf_tag(&die) == DW_TAG_lexical_block &&
				   !inner && dwarf_haspc(&die, pc) == 1) {
				block = die;
				inner = true;
			}
		}
		if (!inner)
			return;
		here = block;
	}
}

struct scope_search {
	const char *name;
	bool found;
	Dwarf_Die die;
};

static void scope_search_each(Dwarf_Die *die, void *arg)
{
	struct scope_search *search = arg;
	const char *name = dwarf_diename(die);

	/* A later one is further inwards and hides this one. */
	if (name && !strcmp(name, search->name)) {
		search->found = true;
		search->die = *die;
	}
}

struct scope_names {
	GPtrArray *ret;
	int tag; /* 0: all */
};

static void scope_names_each(Dwarf_Die *die, void *arg)
{
	struct scope_names *names = arg;
	const char *name = dwarf_diename(die);

	if (!name || (names->tag && dwarf_tag(die) != names->tag))
		return;
	for (guint i = 0; i < names->ret->len; i++)
		if (!strcmp(g_ptr_array_index(names->ret, i), name))
			return;
	g_ptr_array_add(names->ret, (gpointer)name);
}

/* Names that SCOPE's abstract origin has and no code of SCOPE. */
static bool scope_origin_has(Dwarf_Die *scope, const char *name)
{
	struct scope_search search = { .name = name };
	Dwarf_Die origin;

	if (!pt_walkdie_ref(scope, DW_AT_abstract_origin, &origin))
		return false;
	scope_walk(&origin, 0, scope_search_each, &search);
	return search.found;
}

/* ---- places ----------------------------------------------------------- */

static struct pt_error *variable_constant(struct pt_dbg *dbg,
					  struct pt_window *window,
					  Dwarf_Die *die, const char *name,
					  struct pt_dbg_value *ret)
{
	struct pt_dbg_value value = { 0 };
	Dwarf_Attribute attr;
	Dwarf_Block block = { 0 };
	int64_t number = 0;

	PT_TRY(pt_type_of(dbg, window, die, &value.type));
	*ret = value;
	dwarf_attr_integrate(die, DW_AT_const_value, &attr);
	if (pt_dbg_constant(&attr, &number)) {
		ret->fetch = pt_fetch_create(dbg->arena);
		pt_fetch_add(ret->fetch, PT_FETCH_CONST, 0, number);
		return NULL;
	}
	if (!dwarf_formblock(&attr, &block) && block.length <= sizeof(number)) {
		memcpy(&number, block.data, block.length);
		ret->fetch = pt_fetch_create(dbg->arena);
		pt_fetch_add(ret->fetch, PT_FETCH_CONST, 0, number);
		return NULL;
	}
	ret->parts = pt_arena_ptr_array(dbg->arena);
	if (!block.length || !pt_parts_add_bits(dbg, ret->parts, 0, block.data,
						0, block.length * 8))
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "'$%s' is a constant of a kind "
				    "that is not supported",
				    name);
	return NULL;
}

static unsigned count_parameters(Dwarf_Die *function)
{
	unsigned count = 0;
	Dwarf_Die die;
	int more;

	for (more = dwarf_child(function, &die); more == 0;
	     more = dwarf_siblingof(&die, &die))
		count += dwarf_tag(&die) == DW_TAG_formal_parameter;
	return count;
}

/*
 * Does the function take its parameters as the ABI says?  Not so clones, whose
 * parameters the compiler chose, functions that say so (clang, of those that only
 * this unit calls), and where parameters are not described.
 */
static bool abi_holds(const struct pt_dbg_function *function,
		      struct pt_dbg_code *code)
{
	Dwarf_Attribute attr;
	Dwarf_Word convention;
	Dwarf_Die origin;

	if (!function->is_entry || strchr(function->symbol, '.') ||
	    pt_walkdie_language(&code->window->cu) == PT_WALKDIE_FOREIGN)
		return false;
	if (dwarf_attr_integrate(&code->die, DW_AT_calling_convention, &attr) &&
	    !dwarf_formudata(&attr, &convention) && convention == DW_CC_nocall)
		return false;
	return !pt_walkdie_ref(&code->die, DW_AT_abstract_origin, &origin) ||
	       count_parameters(&origin) == count_parameters(&code->die);
}

/* FUNCTION NULL: a global one. */
static struct pt_error *variable_dropped(struct pt_dbg *dbg,
					 const struct pt_dbg_function *function,
					 const char *name)
{
	if (!function)
		return pt_error_new(dbg->arena, PT_E_OPTIMISED_OUT,
				    "the variable '%s' was optimised out",
				    name);
	return pt_error_hint(pt_error_new(dbg->arena, PT_E_OPTIMISED_OUT,
					  "'$%s' was optimised out of '%s'",
					  name, function->name),
			     "the compiler kept no trace of it; probe another "
			     "function on the way");
}

static struct pt_error *variable_unset(struct pt_dbg *dbg,
				       const struct pt_dbg_function *function,
				       const char *name)
{
	return pt_error_hint(
		pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
			     "'$%s' has no place yet at the start of '%s'",
			     name, function->name),
		"probe a statement behind the function's first line");
}

/* Is FUNCTION's address the first of its code? */
static bool at_start(const struct pt_dbg_function *function,
		     struct pt_dbg_code *code)
{
	Dwarf_Addr low, high;

	return function->is_entry ||
	       (function->where == PT_DBG_INLINED &&
		pt_walkdie_entry(&code->die, &low, &high) &&
		low == function->address);
}

static bool is_whole(enum pt_dbg_class class)
{
	switch (class) {
	case PT_DBG_ARRAY:
	case PT_DBG_CHAR_ARRAY:
	case PT_DBG_STRUCT:
	case PT_DBG_UNION:
	case PT_DBG_VOID: return false;
	default: return true;
	}
}

struct pt_error *pt_variable_described(struct pt_dbg *dbg,
				       const struct pt_location_context *place,
				       struct pt_window *window, Dwarf_Die *die,
				       struct pt_dbg_value *ret)
{
	struct pt_location_context context = *place;
	const char *name = dwarf_diename(die);
	struct pt_dbg_value value = { 0 };
	Dwarf_Attribute attr;

	if (name)
		context.name = name;
	context.parameter = dwarf_tag(die) == DW_TAG_formal_parameter;
	if (dwarf_attr_integrate(die, DW_AT_const_value, &attr))
		return variable_constant(dbg, window, die, context.name, ret);
	if (!pt_walkdie_location(die, DW_AT_location, &attr)) {
		if (name && dwarf_attr_integrate(die, DW_AT_external, &attr))
			return pt_dbg_global(dbg, name, NULL, ret);
		return variable_dropped(dbg, context.function, context.name);
	}
	/* One place for the whole function: it is put there after the entry. */
	if (context.at_entry && context.parameter &&
	    pt_place_of(dbg, &attr) != PT_PLACE_OTHER)
		return variable_unset(dbg, context.function, context.name);
	PT_TRY(pt_type_of(dbg, window, die, &value.type));
	context.size = pt_dbg_type_size(dbg, value.type);
	context.whole = is_whole(pt_dbg_type_class(dbg, value.type));
	PT_TRY(pt_location_compile(dbg, &context, &attr, &value));
	*ret = value;
	return NULL;
}

/* clang's callers need not set what they know that the function never reads
 * (LLVM's dead argument elimination), gcc's do. */
static bool callers_set_all(struct pt_dbg_code *code)
{
	Dwarf_Attribute attr;
	const char *producer;

	if (!dwarf_attr_integrate(&code->window->cu, DW_AT_producer, &attr))
		return false;
	producer = dwarf_formstring(&attr);
	return producer && g_str_has_prefix(producer, "GNU ");
}

static bool parts_have(const GPtrArray *parts, const struct pt_dbg_part *wanted)
{
	for (guint i = 0; i < parts->len; i++) {
		const struct pt_dbg_part *part = parts->pdata[i];

		if (part->start <= wanted->start &&
		    wanted->start + wanted->bits <= part->start + part->bits)
			return true;
	}
	return false;
}

/* Has VALUE all that OTHER has? */
static bool has_all_of(const struct pt_dbg_value *value,
		       const struct pt_dbg_value *other)
{
	if (!value->parts || !other->parts)
		return !value->parts;
	for (guint i = 0; i < other->parts->len; i++)
		if (!parts_have(value->parts, other->parts->pdata[i]))
			return false;
	return true;
}

/* The parameter DIE as it was handed over.  ERROR and *RET: what the debuginfo says
 * of it at the entry, which stays if that is more. */
static struct pt_error *variable_handed(struct pt_dbg *dbg,
					const struct pt_dbg_function *function,
					struct pt_dbg_code *code,
					Dwarf_Die *die, struct pt_error *error,
					struct pt_dbg_value *ret)
{
	bool gone = error ? error->code == PT_E_OPTIMISED_OUT
			  : ret->pointee || ret->parts;
	struct pt_dbg_value value;
	Dwarf_Attribute location;
	bool found;

	if (!abi_holds(function, code))
		return error;
	PT_TRY(pt_abi_parameter(dbg, code, die, &found, &value));
	if (found && gone && !callers_set_all(code))
		found = pt_walkdie_location(die, DW_AT_location, &location) &&
			pt_handed_read(dbg, code, function->address, &location,
				       &value, &value);
	if (!found || (!error && !has_all_of(&value, ret)))
		return error;
	*ret = value;
	return NULL;
}

/* Does the debuginfo have another parameter of CODE in VALUE's register, too, where
 * its code starts?  One of them was not handed over there, but gets the other's value
 * in the source's first lines. */
static bool shares_register(struct pt_dbg *dbg, uint64_t entry,
			    struct pt_dbg_code *code, Dwarf_Die *own,
			    const struct pt_dbg_value *value)
{
	const struct pt_fetch_insn *insn = (void *)value->fetch->insns->data;
	Dwarf_Attribute attr;
	Dwarf_Die die;
	int more;

	if (value->fetch->insns->len != 1 || !value->fetch->registers)
		return false;
	for (more = dwarf_child(&code->die, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		struct pt_fetch_insn other;
		Dwarf_Op *ops;
		size_t count;

		if (dwarf_tag(&die) == DW_TAG_formal_parameter &&
		    dwarf_dieoffset(&die) != dwarf_dieoffset(own) &&
		    pt_walkdie_location(&die, DW_AT_location, &attr) &&
		    pt_loclist_is_sound(dbg->image, &attr) &&
		    dwarf_getlocation_addr(&attr, entry, &ops, &count, 1) ==
			    1 &&
		    count == 1 && ops[0].atom >= DW_OP_reg0 &&
		    ops[0].atom <= DW_OP_reg31 &&
		    pt_float_register(dbg, ops[0].atom - DW_OP_reg0, &other) &&
		    other.op == insn->op && other.a == insn->a)
			return true;
	}
	return false;
}

/* Where it starts, has FUNCTION another value in the place of the parameter DIE? */
static struct pt_error *
variable_check_assigned(struct pt_dbg *dbg,
			const struct pt_dbg_function *function,
			struct pt_dbg_code *code, Dwarf_Die *die,
			const char *name, const struct pt_dbg_value *value)
{
	struct pt_dbg_value convention;
	bool found;

	if (!function->is_entry || value->in_memory ||
	    dwarf_tag(die) != DW_TAG_formal_parameter ||
	    !shares_register(dbg, function->address, code, die, value) ||
	    !abi_holds(function, code))
		return NULL;
	PT_TRY(pt_abi_parameter(dbg, code, die, &found, &convention));
	if (!found || (convention.fetch &&
		       pt_fetch_equal(convention.fetch, value->fetch)))
		return NULL;
	return pt_error_new(dbg->arena, PT_E_OPTIMISED_OUT,
			    "what is handed over as '$%s' of '%s' was "
			    "optimised out: another value has its place",
			    name, function->name);
}

/* A parameter that the debuginfo does not find at the entry is still where the
 * caller put it. */
static struct pt_error *variable_place(struct pt_dbg *dbg,
				       const struct pt_dbg_function *function,
				       struct pt_dbg_code *code, Dwarf_Die *die,
				       const char *name,
				       struct pt_dbg_value *ret)
{
	struct pt_location_context place = {
		.function = function,
		.window = code->window,
		.pc = function->address,
		.at_entry = function->is_entry,
		.at_start = at_start(function, code),
		.around = &code->around,
		.name = name,
	};
	struct pt_error *error =
		pt_variable_described(dbg, &place, code->window, die, ret);

	if (!error && ret->fetch)
		error = variable_check_assigned(dbg, function, code, die, name,
						ret);
	if ((!error && !ret->pointee && !ret->parts) ||
	    (error && error->code == PT_E_BAD_DEBUGINFO) ||
	    dwarf_tag(die) != DW_TAG_formal_parameter)
		return error;
	return variable_handed(dbg, function, code, die, error, ret);
}

/* ---- system calls ----------------------------------------------------- */

/* The number-th argument of a wrapper: a member of the struct pt_regs that its
 * own first argument points to. */
static struct pt_error *syscall_argument(struct pt_dbg *dbg,
					 const struct pt_dbg_code *code,
					 unsigned number,
					 struct pt_dbg_type *type,
					 struct pt_dbg_value *ret)
{
	struct pt_dbg_value regs, value;
	enum pt_dbg_class class = pt_dbg_type_class(dbg, type);
	struct pt_fetch *fetch;

	PT_TRY(pt_dbg_cast(dbg, "struct pt_regs", false, &regs));
	regs.fetch = pt_fetch_create(dbg->arena);
	pt_fetch_add(regs.fetch, PT_FETCH_REG, pt_abi_first_argument(dbg), 0);
	PT_TRY(pt_dbg_member(dbg, &regs, syscall_members[code->abi][number],
			     &value));
	if (code->abi == PT_ABI_IA32 && dbg->image->arch->word == 8) {
		/* Half a register: a pointer of 64 bits does not stand there. */
		value.place = value.fetch;
		PT_TRY(pt_dbg_load(dbg, &value, &fetch));
		pt_fetch_add(fetch, PT_FETCH_ZERO, 32, 0);
		value.fetch = fetch;
		value.in_memory = false;
	}
	value.type = type;
	value.user = class == PT_DBG_POINTER || class == PT_DBG_CHAR_POINTER;
	*ret = value;
	return NULL;
}

static struct pt_error *syscall_variable(struct pt_dbg *dbg,
					 const struct pt_dbg_code *code,
					 const char *name, bool *ret_found,
					 struct pt_dbg_value *ret)
{
	struct pt_window *window;
	Dwarf_Die source, die;
	unsigned number = 0;
	int more;

	*ret_found = false;
	PT_TRY(pt_dbg_die(dbg, code->source_offset, &window, &source));
	for (more = dwarf_child(&source, &die); more == 0;
	     more = dwarf_siblingof(&die, &die)) {
		const char *own = dwarf_diename(&die);
		struct pt_dbg_type *type;

		if (dwarf_tag(&die) != DW_TAG_formal_parameter)
			continue;
		if (own && !strcmp(own, name) &&
		    number < G_N_ELEMENTS(syscall_members[0])) {
			*ret_found = true;
			PT_TRY(pt_type_of(dbg, window, &die, &type));
			return syscall_argument(dbg, code, number, type, ret);
		}
		number++;
	}
	return NULL;
}

/* A wrapper that is its own source (a call without arguments) has a pt_regs
 * pointer as its only parameter. */
static bool syscall_has_arguments(const struct pt_dbg_code *code)
{
	return code->source_offset && code->source_offset != code->offset;
}

/* ---- globals ---------------------------------------------------------- */

struct pt_error *pt_variable_global(struct pt_dbg *dbg,
				    struct pt_window *window, Dwarf_Die *die,
				    const char *name, struct pt_dbg_value *ret)
{
	struct pt_location_context place = { .window = window, .name = name };
	Dwarf_Attribute attr;

	if (!dwarf_attr_integrate(die, DW_AT_const_value, &attr) &&
	    !pt_walkdie_location(die, DW_AT_location, &attr))
		return variable_dropped(dbg, NULL, name);
	return pt_variable_described(dbg, &place, window, die, ret);
}

/* How likely the variable at DIE is what a name stands for: most one that any unit can
 * use, and by its name alone, if no scope was asked for. */
static unsigned global_rank(struct pt_dbg *dbg, uint32_t offset, bool scoped)
{
	unsigned rank =
		scoped || !pt_index_scope_of(dbg->index, offset) ? 2 : 0;
	struct pt_window *window;
	Dwarf_Attribute attr;
	Dwarf_Die die;

	return rank + (!pt_dbg_die(dbg, offset, &window, &die) &&
		       dwarf_attr_integrate(&die, DW_AT_external, &attr));
}

#define BEST_RANK 3

/* The number of a variable FULL, "name" or "ns::name": in UNIT (UINT32_MAX: any), in
 * FILE (NULL: any), the first of the best. */
static bool global_find(struct pt_dbg *dbg, const char *full, const char *file,
			uint32_t unit, uint32_t *ret_die)
{
	const struct pt_index *index = dbg->index;
	const char *scope, *name;
	unsigned best = 0;
	bool found = false;
	uint32_t end, i;

	pt_scopes_split(dbg->arena, full, &scope, &name);
	i = pt_index_variables_from(index, name, &end);
	for (; i < end && (!found || best < BEST_RANK); i++) {
		const struct pt_index_variable *v = &index->variables[i];
		unsigned rank;
		uint32_t own;

		if (strcmp(pt_index_string(index, v->name), name))
			break;
		own = pt_index_unit_of(index, v->die);
		if (own == UINT32_MAX || (unit != UINT32_MAX && own != unit) ||
		    (scope && !pt_scopes_hold(dbg, scope, v->die)))
			continue;
		if (file &&
		    !pt_pattern_file(
			    file,
			    pt_index_string(index, index->units[own].name)))
			continue;
		rank = global_rank(dbg, v->die, scope);
		if (found && rank <= best)
			continue;
		*ret_die = v->die;
		best = rank;
		found = true;
	}
	return found;
}

static void global_names(struct pt_dbg *dbg, const char *like, GPtrArray *ret)
{
	const struct pt_index *index = dbg->index;
	char first[2] = { like[0], '\0' };
	uint32_t end, i = pt_index_variables_from(index, first, &end);

	for (; i < end; i++)
		g_ptr_array_add(ret, (gpointer)pt_index_string(
					     index, index->variables[i].name));
	/* Those of the linker are declared alone. */
	for (i = 0; i < index->n_types; i++) {
		const char *name = pt_index_string(index, index->types[i].name);

		if (index->types[i].tag == DW_TAG_variable && *name == *like)
			g_ptr_array_add(ret, (gpointer)name);
	}
}

/* A variable that only the linker defines: the address is a symbol's, the type
 * is in a declaration. */
static struct pt_error *global_of_linker(struct pt_dbg *dbg, const char *name,
					 bool *ret_found,
					 struct pt_dbg_value *ret)
{
	struct pt_dbg_value value = { .in_memory = true };
	struct pt_window *window;
	unsigned section;
	uint64_t address;
	uint32_t offset;
	Dwarf_Die die;

	*ret_found = false;
	if (!pt_type_find(dbg, name, DW_TAG_variable, &offset) ||
	    !pt_dbg_symbol(dbg, name, &address))
		return NULL;
	PT_TRY(pt_dbg_die(dbg, offset, &window, &die));
	PT_TRY(pt_type_of(dbg, window, &die, &value.type));
	value.fetch = pt_fetch_create(dbg->arena);
	PT_TRY(pt_dbg_section_number(dbg, address, &section));
	pt_fetch_add(value.fetch, PT_FETCH_ADDR, section, (int64_t)address);
	*ret = value;
	*ret_found = true;
	return NULL;
}

struct pt_error *pt_dbg_global(struct pt_dbg *dbg, const char *name,
			       const char *file, struct pt_dbg_value *ret)
{
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	struct pt_window *window;
	uint64_t address;
	Dwarf_Die die;
	uint32_t offset;
	bool found;

	if (!global_find(dbg, name, file, UINT32_MAX, &offset)) {
		found = false;
		if (!file)
			PT_TRY(global_of_linker(dbg, name, &found, ret));
		if (found)
			return NULL;
		if (!pt_dbg_has_types(dbg))
			PT_TRY(pt_dbg_need_dwarf(dbg, "variables"));
		if (pt_dbg_symbol(dbg, name, &address))
			PT_TRY(pt_dbg_need_dwarf(
				dbg, pt_arena_printf(dbg->arena,
						     "the type of the variable "
						     "'%s'",
						     name)));
		global_names(dbg, name, names);
		return pt_error_suggest(
			pt_error_new(dbg->arena, PT_E_UNKNOWN_VARIABLE,
				     "%s has no variable '%s'%s%s%s",
				     pt_dbg_subject(dbg), name,
				     file ? " in '" : "", file ? file : "",
				     file ? "'" : ""),
			name, names);
	}
	PT_TRY(pt_dbg_die(dbg, offset, &window, &die));
	return pt_variable_global(dbg, window, &die, name, ret);
}

/* ---- the interface ---------------------------------------------------- */

/* Of BTF's functions only the entry is known, and not always that. */
static struct pt_error *
variable_need_prototype(struct pt_dbg *dbg,
			const struct pt_dbg_function *function,
			struct pt_dbg_code *code)
{
	if (!dbg->is_btf)
		return NULL;
	if (function->address != function->symbol_address)
		return pt_dbg_need_dwarf(
			dbg, "where variables stand inside a function");
	if (dbg->no_types || (!code->source_offset &&
			      !dwarf_hasattr(&code->die, DW_AT_prototyped)))
		return pt_dbg_need_dwarf(
			dbg, pt_arena_printf(dbg->arena,
					     "the parameters and the result "
					     "of '%s'",
					     function->name));
	return NULL;
}

static struct pt_error *variable_unknown(struct pt_dbg *dbg,
					 const struct pt_dbg_function *function,
					 const char *name)
{
	GPtrArray *names = pt_arena_ptr_array(dbg->arena);
	const char *whose =
		function->tracepoint ? function->tracepoint : function->name;
	struct pt_error *error;
	GString *list;

	pt_dbg_parameters(dbg, function, names);
	pt_dbg_locals(dbg, function, names);
	for (guint i = 0; i < names->len; i++)
		names->pdata[i] = pt_arena_printf(
			dbg->arena, "$%s",
			(const char *)g_ptr_array_index(names, i));
	error = pt_error_suggest(
		pt_error_new(dbg->arena, PT_E_UNKNOWN_VARIABLE,
			     "'%s' has no variable '$%s' here", whose, name),
		pt_arena_printf(dbg->arena, "$%s", name), names);
	if (error->hint)
		return error;
	/* A name near to none may be a local variable's. */
	if (!function->tracepoint)
		PT_TRY(pt_dbg_need_dwarf(
			dbg, pt_arena_printf(dbg->arena, "'$%s' of '%s'", name,
					     function->name)));
	if (!names->len)
		return error;
	list = pt_arena_string(dbg->arena);
	for (guint i = 0; i < names->len && i < 8; i++)
		g_string_append_printf(
			list, "%s%s", i ? ", " : "",
			(const char *)g_ptr_array_index(names, i));
	return pt_error_hint(error, "there are %s%s", list->str,
			     names->len > 8 ? ", ..." : "");
}

struct pt_error *pt_variable_in_scope(struct pt_dbg *dbg,
				      const struct pt_dbg_function *function,
				      const char *name,
				      struct pt_dbg_value *ret)
{
	struct scope_search search = { .name = name };
	struct pt_dbg_code *code;

	PT_TRY(pt_dbg_code_open(dbg, function, &code));
	scope_walk(&code->die, function->address, scope_search_each, &search);
	if (search.found)
		return variable_place(dbg, function, code, &search.die, name,
				      ret);
	if (scope_origin_has(&code->die, name))
		return variable_dropped(dbg, function, name);
	return pt_error_new(dbg->arena, PT_E_UNKNOWN_VARIABLE,
			    "'%s' has no variable '$%s' here", function->name,
			    name);
}

struct pt_error *pt_dbg_variable(struct pt_dbg *dbg,
				 const struct pt_dbg_function *function,
				 const char *name, struct pt_dbg_value *ret)
{
	struct pt_error *error;
	struct pt_window *window;
	struct pt_dbg_code *code;
	uint32_t global;
	bool found;

	PT_TRY(pt_dbg_code_open(dbg, function, &code));
	PT_TRY(variable_need_prototype(dbg, function, code));
	if (function->tracepoint) {
		const char *own = pt_tracepoint_parameter(dbg, function, name);

		return own ? pt_variable_in_scope(dbg, function, own, ret)
			   : variable_unknown(dbg, function, name);
	}
	if (syscall_has_arguments(code)) {
		PT_TRY(syscall_variable(dbg, code, name, &found, ret));
		if (found)
			return NULL;
	} else if (!code->source_offset) {
		error = pt_variable_in_scope(dbg, function, name, ret);
		if (error && error->code == PT_E_OPTIMISED_OUT)
			return pt_alive_hint(dbg, function, name, error);
		if (!error || error->code != PT_E_UNKNOWN_VARIABLE)
			return error;
	}
	if (global_find(dbg, name, NULL,
			pt_index_unit_of(dbg->index, code->offset), &global)) {
		Dwarf_Die die;

		PT_TRY(pt_dbg_die(dbg, global, &window, &die));
		return pt_variable_global(dbg, window, &die, name, ret);
	}
	return variable_unknown(dbg, function, name);
}

/* A wrapper is declared to return long; so is what it wraps. */
struct pt_error *pt_dbg_return_value(struct pt_dbg *dbg,
				     const struct pt_dbg_function *function,
				     struct pt_dbg_value *ret)
{
	struct pt_dbg_value value = { 0 };
	struct pt_dbg_code *code;
	uint64_t size;

	PT_TRY(pt_dbg_code_open(dbg, function, &code));
	PT_TRY(variable_need_prototype(dbg, function, code));
	PT_TRY(pt_type_of(dbg, code->window, &code->die, &value.type));
	switch (pt_dbg_type_class(dbg, value.type)) {
	case PT_DBG_VOID:
		return pt_error_new(dbg->arena, PT_E_UNKNOWN_VARIABLE,
				    "'%s' returns nothing: it has no $return",
				    function->name);
	case PT_DBG_FLOAT:
		if (dbg->program)
			break;
		return pt_error_hint(
			pt_error_new(
				dbg->arena, PT_E_UNSUPPORTED,
				"'%s' returns a floating point number, in %s",
				function->name,
				pt_abi_float_result(dbg, value.type)),
			"floating point registers are read of programs alone");
	default: break;
	}
	if (pt_walkdie_language(&code->window->cu) == PT_WALKDIE_FOREIGN &&
	    !pt_abi_result_is_common(dbg, value.type))
		return pt_error_hint(
			pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				     "'%s' returns '%s' in the way of its "
				     "language, which is not C's",
				     function->name,
				     pt_dbg_type_text(dbg, value.type)),
			"its caller has the value in a variable: probe a "
			"statement there");
	size = pt_dbg_type_size(dbg, value.type);
	if (!size || !pt_abi_result(dbg, &value))
		return pt_error_new(dbg->arena, PT_E_UNSUPPORTED,
				    "'%s' returns '%s' of %" PRIu64
				    " bytes, not all in registers that are "
				    "read",
				    function->name,
				    pt_dbg_type_text(dbg, value.type), size);
	*ret = value;
	return NULL;
}

void pt_dbg_parameters(struct pt_dbg *dbg,
		       const struct pt_dbg_function *function, GPtrArray *ret)
{
	struct scope_names names = { ret, DW_TAG_formal_parameter };
	struct pt_window *window;
	struct pt_dbg_code *code;
	Dwarf_Die die;

	/* Damaged debuginfo is reported when a value is asked for. */
	if (pt_dbg_code_open(dbg, function, &code))
		return;
	die = code->die;
	if (code->source_offset &&
	    (!syscall_has_arguments(code) ||
	     pt_dbg_die(dbg, code->source_offset, &window, &die)))
		return;
	scope_walk(&die, 0, scope_names_each, &names);
	if (function->tracepoint)
		pt_tracepoint_parameters(dbg, function, ret);
}

void pt_dbg_locals(struct pt_dbg *dbg, const struct pt_dbg_function *function,
		   GPtrArray *ret)
{
	struct scope_names names = { ret, DW_TAG_variable };
	struct pt_dbg_code *code;

	if (function->is_syscall || function->tracepoint ||
	    pt_dbg_code_open(dbg, function, &code))
		return;
	scope_walk(&code->die, function->address, scope_names_each, &names);
}
