/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DWARF location expressions to fetch programs.  A fetch program has no jumps
 * and reads registers at one point only, so what needs another frame, a loop or
 * floating point arithmetic is PT_E_UNSUPPORTED; what the compiler dropped is
 * PT_E_OPTIMISED_OUT; what cannot be is PT_E_BAD_DEBUGINFO.
 */
#include <dwarf.h>
#include <string.h>

#include "location.h"

#include "callers.h"
#include "dwform.h"
#include "floats.h"
#include "frame.h"
#include "loclist.h"
#include "orc.h"
#include "parts.h"
#include "pointee.h"
#include "programfile.h"
#include "threadlocal.h"
#include "typed.h"

#define MAX_NESTING 8

/* One is for what stands before a part when parts are put together. */
#define MAX_DEPTH (PT_FETCH_MAX_STACK - 1)

static const char damaged_list[] = "a damaged location list";

/* Nothing is that large. */
#define MAX_PIECES (UINT64_C(1) << 32)

struct pt_error *pt_location_unsupported(struct pt_location_compiler *c,
					 const char *what)
{
	return pt_error_new(c->dbg->arena, PT_E_UNSUPPORTED,
			    "where '$%s' is stored is described with %s, which "
			    "is not supported",
			    c->context->name, what);
}

static struct pt_error *compile_optimised(struct pt_location_compiler *c,
					  const char *why)
{
	return pt_error_hint(pt_error_new(c->dbg->arena, PT_E_OPTIMISED_OUT,
					  "'$%s' was optimised out here: %s",
					  c->context->name, why),
			     "probe another function on the way, or read it "
			     "where it came from");
}

static struct pt_error *compile_unset(struct pt_location_compiler *c)
{
	return pt_error_hint(
		pt_error_new(c->dbg->arena, PT_E_OPTIMISED_OUT,
			     "'$%s' has no value yet where the function starts",
			     c->context->name),
		"a variable of a function's body can be read by a statement "
		"probe on a later line");
}

struct pt_error *pt_location_bad(struct pt_location_compiler *c,
				 const char *what)
{
	return pt_error_hint(
		pt_error_new(
			c->dbg->arena, PT_E_BAD_DEBUGINFO,
			"the debuginfo on where '$%s' is stored is damaged: %s",
			c->context->name, what),
		c->dbg->program ? "install its debug symbols again"
				: "install the kernel's debug package again");
}

static struct pt_error *compile_expression(struct pt_location_compiler *c,
					   const Dwarf_Op *ops, size_t count);

/* What the PUSHES values are that OP has just left. */
static void note_kinds(struct pt_location_compiler *c, enum pt_fetch_op op,
		       uint32_t a, unsigned pushes)
{
	struct pt_typed_kind *end = c->kinds + c->depth, last = end[-1];

	switch (op) {
	case PT_FETCH_SWAP:
		end[-1] = end[-2];
		end[-2] = last;
		break;
	case PT_FETCH_ROT:
		end[-1] = end[-2];
		end[-2] = end[-3];
		end[-3] = last;
		break;
	case PT_FETCH_DUP: end[-1] = end[-2]; break;
	case PT_FETCH_PICK: end[-1] = end[-2 - (int)a]; break;
	default: memset(end - pushes, 0, pushes * sizeof(*end));
	}
}

/* An operation is going to be added. */
static struct pt_error *make_room(struct pt_location_compiler *c, unsigned pops,
				  unsigned pushes)
{
	if (c->depth < pops)
		return pt_location_bad(c,
				       "an expression takes more than it made");
	c->depth += pushes - pops;
	if (c->depth > MAX_DEPTH || c->fetch->insns->len >= PT_FETCH_MAX_INSNS)
		return pt_location_unsupported(c,
					       "an expression of that length");
	return NULL;
}

struct pt_error *pt_location_emit(struct pt_location_compiler *c,
				  enum pt_fetch_op op, uint32_t a, int64_t b,
				  unsigned pops, unsigned pushes)
{
	PT_TRY(make_room(c, pops, pushes));
	pt_fetch_add(c->fetch, op, a, b);
	if (pushes)
		note_kinds(c, op, a, pushes);
	return NULL;
}

const struct pt_arch *pt_location_arch(const struct pt_location_compiler *c)
{
	return c->dbg->image->arch;
}

struct pt_error *pt_location_const(struct pt_location_compiler *c,
				   int64_t value)
{
	return pt_location_emit(c, PT_FETCH_CONST, 0, value, 0, 1);
}

/*
 * Expressions compute with as many bits as an address has, fetch programs with
 * 64.  What is used as an address, or cut to a variable's size, may have more:
 * an address that does is a fault either way.  All else is cut first.
 */
static struct pt_error *settle(struct pt_location_compiler *c)
{
	if (!c->loose)
		return NULL;
	c->loose = false;
	return pt_location_emit(c, PT_FETCH_ZERO, pt_location_arch(c)->word * 8,
				0, 1, 1);
}

static struct pt_error *compile_kept(struct pt_location_compiler *c,
				     unsigned number);

struct pt_error *pt_location_integer(struct pt_location_compiler *c,
				     uint64_t number)
{
	struct pt_fetch_insn insn;

	if (number >= pt_location_arch(c)->registers)
		return pt_location_unsupported(
			c, "an address in a register that has none");
	if (c->context->callee)
		return compile_kept(c, (unsigned)number);
	insn = pt_dbg_register(c->dbg, (unsigned)number);
	return pt_location_emit(c, insn.op, insn.a, insn.b, 0, 1);
}

/* Floating point ones, too. */
struct pt_error *pt_location_register(struct pt_location_compiler *c,
				      uint64_t number)
{
	struct pt_fetch_insn insn;
	unsigned st;

	c->value = true;
	if (number < pt_location_arch(c)->registers)
		return pt_location_integer(c, number);
	if (number > UINT16_MAX)
		return pt_location_bad(c, "a register that is none");
	if (c->context->callee)
		return compile_optimised(
			c, "calls keep no floating point registers");
	if (pt_float_is_st(c->dbg, (unsigned)number, &st)) {
		c->is_wide = true;
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_REG, PT_FETCH_ST + st, 0,
					0, 1));
		PT_TRY(pt_location_emit(c, PT_FETCH_FP_REG, PT_FETCH_ST + st, 1,
					0, 1));
		return pt_location_emit(c, PT_FETCH_FP_EXTENDED, 0, 0, 2, 1);
	}
	if (!pt_float_register(c->dbg, (unsigned)number, &insn))
		return pt_location_unsupported(
			c, c->dbg->program
				   ? "a register that is not read"
				   : "a floating point register of the kernel");
	PT_TRY(pt_location_emit(c, insn.op, insn.a, insn.b, 0, 1));
	c->is_xmm = true;
	c->kinds[c->depth - 1].bits = PT_FLOAT_XMM_HALF;
	return NULL;
}

static struct pt_error *emit_cfa(struct pt_location_compiler *c)
{
	return pt_location_emit(c, PT_FETCH_CFA, pt_location_arch(c)->word, 0,
				0, 1);
}

static struct pt_error *emit_offset(struct pt_location_compiler *c,
				    int64_t offset)
{
	if (!offset)
		return NULL;
	PT_TRY(pt_location_const(c, offset));
	c->loose = pt_location_arch(c)->word < sizeof(uint64_t);
	return pt_location_emit(c, PT_FETCH_ADD, 0, 0, 2, 1);
}

static struct pt_error *emit_address(struct pt_location_compiler *c,
				     uint64_t address)
{
	unsigned section;

	/* On x86_64 per-CPU variables are linked at offsets into each CPU's
	 * area, which the load-time slide does not touch; on i386 they are
	 * linked like others, and each CPU has a distance from there. */
	if (address >= c->dbg->percpu_start && address < c->dbg->percpu_end) {
		if (pt_location_arch(c) == &pt_arch_x86_64)
			PT_TRY(pt_location_const(c, (int64_t)address));
		else
			PT_TRY(pt_location_emit(c, PT_FETCH_ADDR, 0,
						(int64_t)address, 0, 1));
		return pt_location_emit(c, PT_FETCH_PERCPU, 0, 0, 1, 1);
	}
	PT_TRY(pt_dbg_section_number(c->dbg, address, &section));
	PT_TRY(pt_location_emit(c, PT_FETCH_ADDR, section, (int64_t)address, 0,
				1));
	if (pt_dbg_section_is_percpu(c->dbg, section))
		return pt_location_emit(c, PT_FETCH_PERCPU, 0, 0, 1, 1);
	return NULL;
}

static struct pt_error *compile_orc(struct pt_location_compiler *c)
{
	struct pt_orc_cfa cfa;

	if (!pt_orc_find(c->dbg->image, c->context->pc, &cfa))
		return pt_location_unsupported(
			c, "a frame that has no unwind information");
	PT_TRY(pt_location_integer(c, cfa.reg));
	PT_TRY(emit_offset(c, cfa.before));
	if (!cfa.indirect)
		return NULL;
	PT_TRY(pt_location_emit(c, PT_FETCH_LOAD, pt_location_arch(c)->word, 0,
				1, 1));
	return emit_offset(c, cfa.after);
}

static struct pt_error *compile_cfa(struct pt_location_compiler *c)
{
	struct pt_window *window = c->context->window;
	struct pt_error *error;
	Dwarf_Frame *frame;
	Dwarf_Op *ops;
	size_t count;

	if (c->context->at_entry)
		return emit_cfa(c);
	if (!pt_frames_are_sound(c->dbg))
		return pt_location_bad(c, "the unwind information");
	if (!pt_frame_find(c->dbg, window, c->context->pc, &frame))
		return compile_orc(c);
	if (dwarf_frame_cfa(frame, &ops, &count) || !count) {
		free(frame);
		return pt_location_unsupported(
			c, "a frame whose unwind information is incomplete");
	}
	error = compile_expression(c, ops, count);
	free(frame);
	return error;
}

/* What register NUMBER had when the function at the current place was called. */
static struct pt_error *compile_before_call(struct pt_location_compiler *c,
					    unsigned number)
{
	struct pt_error *error;
	Dwarf_Frame *frame;
	Dwarf_Op room[3], *ops;
	size_t count;

	/* The call pushed what the address lies above of. */
	if (number == pt_location_arch(c)->stack_pointer)
		return compile_cfa(c);
	if (!pt_frames_are_sound(c->dbg))
		return pt_location_bad(c, "the unwind information");
	if (!pt_frame_find(c->dbg, c->context->window, c->context->pc, &frame))
		return pt_location_unsupported(
			c, "a frame that has no unwind information");
	if (dwarf_frame_register(frame, (int)number, room, &ops, &count))
		error = pt_location_bad(c, "a saved register");
	else if (!count)
		error = pt_frame_keeps(pt_location_arch(c), c->context->around,
				       number)
				? pt_location_integer(c, number)
				: compile_optimised(
					  c, "a call has overwritten it");
	else
		error = compile_expression(c, ops, count);
	/* A rule gives the place of the value, or says that it is the value. */
	if (!error && count && ops[count - 1].atom != DW_OP_stack_value)
		error = pt_location_emit(c, PT_FETCH_LOAD,
					 pt_location_arch(c)->word,
					 c->dbg->program != NULL, 1, 1);
	free(frame);
	c->value = false;
	return error;
}

/* Of a caller, whose code stands at a call: what the callee kept of its registers.  A
 * jump pushes nothing. */
static struct pt_error *compile_kept(struct pt_location_compiler *c,
				     unsigned number)
{
	const struct pt_location_context *caller = c->context;
	const struct pt_arch *arch = pt_location_arch(c);
	struct pt_error *error;

	c->context = caller->callee;
	error = compile_before_call(c, number);
	c->context = caller;
	return !error && caller->is_jump && number == arch->stack_pointer
		       ? emit_offset(c, -(int64_t)arch->word)
		       : error;
}

/* clang names a register as the base, in which the prologue puts the frame's
 * address: at the entry it holds the caller's.  The frame pointer's place follows
 * from the calling convention (psABI section 3.2.2), the stack pointer's depends on
 * the size of the frame. */
static struct pt_error *compile_base_register(struct pt_location_compiler *c,
					      unsigned number)
{
	if (!c->context->at_entry)
		return pt_location_integer(c, number);
	if (number != pt_location_arch(c)->frame_pointer)
		return pt_location_unsupported(
			c, "a frame that the function has not made yet");
	PT_TRY(emit_cfa(c));
	return emit_offset(c, -2 * (int64_t)pt_location_arch(c)->word);
}

static struct pt_error *compile_frame_base(struct pt_location_compiler *c)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;
	int n;

	if (c->nesting >= MAX_NESTING)
		return pt_location_bad(c, "frame bases that need one another");
	if (!c->context->around ||
	    !pt_walkdie_location(c->context->around, DW_AT_frame_base, &attr))
		return pt_location_bad(c, "a function without a frame base");
	if (!pt_loclist_is_sound(c->dbg->image, &attr))
		return pt_location_bad(c, damaged_list);
	n = dwarf_getlocation_addr(&attr, c->context->pc, &ops, &count, 1);
	if (n < 0)
		return pt_location_bad(c, dwarf_errmsg(-1));
	if (!n || !count)
		return pt_location_unsupported(c,
					       "a frame base that ends before");
	/* A register as the base means what it holds. */
	if (count == 1 && ops[0].atom >= DW_OP_reg0 &&
	    ops[0].atom <= DW_OP_reg31)
		return compile_base_register(c, ops[0].atom - DW_OP_reg0);
	c->nesting++;
	PT_TRY(compile_expression(c, ops, count));
	c->nesting--;
	c->value = false;
	return NULL;
}

/* Where the return address of the function at the current place stands. */
static struct pt_error *compile_slot(struct pt_location_compiler *c,
				     const struct pt_fetch **ret)
{
	struct pt_location_compiler slot = {
		.dbg = c->dbg,
		.context = c->context,
		.attr = c->attr,
		.fetch = pt_fetch_create(c->dbg->arena),
		.nesting = c->nesting + 1,
	};

	PT_TRY(compile_cfa(&slot));
	PT_TRY(emit_offset(&slot, -(int64_t)pt_location_arch(c)->word));
	*ret = slot.fetch;
	return NULL;
}

/* WHY: what is said if no caller tells. */
static struct pt_error *compile_callers(struct pt_location_compiler *c,
					const struct pt_callers_wanted *wanted,
					const char *why)
{
	const char *no_answer;
	struct pt_fetch_callers *callers =
		pt_callers_find(c->dbg, c->context, wanted, &no_answer);

	if (!callers)
		return compile_optimised(
			c, no_answer ? pt_arena_printf(c->dbg->arena, "%s: %s",
						       why, no_answer)
				     : why);
	PT_TRY(compile_slot(c, &callers->slot));
	PT_TRY(make_room(c, 0, 1));
	pt_fetch_add_callers(c->fetch, callers);
	note_kinds(c, PT_FETCH_CALLERS, 0, 1);
	c->loose = pt_location_arch(c)->word < sizeof(uint64_t);
	return NULL;
}

static bool is_typed_register(const Dwarf_Op *op)
{
	return op->atom == DW_OP_regval_type ||
	       op->atom == DW_OP_GNU_regval_type;
}

/* The register that OP is the value of. */
static bool entry_register(const Dwarf_Op *op, unsigned *ret)
{
	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
		*ret = op->atom - DW_OP_reg0;
	else if (op->atom == DW_OP_regx || is_typed_register(op))
		*ret = (unsigned)MIN(op->number, UINT32_MAX);
	else
		return false;
	return true;
}

/* A register's value at the function's entry, behind it. */
static struct pt_error *compile_entry_register(struct pt_location_compiler *c,
					       const Dwarf_Op *ops,
					       size_t count)
{
	static const char why[] =
		"only its value at the function's entry is known";
	struct pt_callers_wanted wanted = { 0 };
	struct pt_typed_kind kind = { 0 };

	if (count != 1 || !entry_register(ops, &wanted.reg))
		return compile_optimised(c, why);
	if (is_typed_register(ops))
		PT_TRY(pt_typed_named(c, ops, &kind));
	PT_TRY(compile_callers(c, &wanted, why));
	if (!kind.bits)
		return NULL;
	c->loose = false;
	return pt_typed_widen(c, kind);
}

/* A parameter that is not handed over. */
static struct pt_error *compile_parameter_ref(struct pt_location_compiler *c,
					      const Dwarf_Op *op)
{
	struct pt_callers_wanted wanted = { .is_parameter = true };
	Dwarf_Die parameter;

	if (dwarf_getlocation_die(c->attr, op, &parameter))
		return pt_location_bad(c, "a reference to a parameter");
	wanted.parameter = pt_image_die_offset(c->context->window, &parameter);
	return compile_callers(c, &wanted, "only its caller knows it");
}

/* The value that an expression had when the function was entered. */
static struct pt_error *compile_entry_value(struct pt_location_compiler *c,
					    const Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (c->nesting >= MAX_NESTING)
		return pt_location_bad(c, "entry values that need one another");
	if (dwarf_getlocation_attr(c->attr, op, &attr) ||
	    dwarf_getlocation(&attr, &ops, &count))
		return pt_location_bad(c, "an entry value");
	if (!c->context->at_entry)
		return compile_entry_register(c, ops, count);
	c->nesting++;
	PT_TRY(compile_expression(c, ops, count));
	c->nesting--;
	c->value = false;
	return NULL;
}

static struct pt_error *compile_implicit(struct pt_location_compiler *c,
					 const Dwarf_Op *op)
{
	uint64_t value = 0;
	Dwarf_Block block;

	if (dwarf_getlocation_implicit_value(c->attr, op, &block))
		return pt_location_bad(c, "a constant");
	if (c->depth || c->nesting || !block.length)
		return pt_location_bad(c, "a constant");
	c->value = true;
	if (block.length > sizeof(value) || !c->context->size) {
		c->constant = block;
		return NULL;
	}
	memcpy(&value, block.data, block.length);
	return pt_location_const(c, (int64_t)value);
}

/*
 * libdw (0.188) reads a pointer's offset as unsigned.  Of a negative one all bits of
 * its last byte but the highest are the offset's, and the highest of these is set;
 * a positive one of that many bits has a byte more, which is not seen.
 */
static bool may_be_negative(uint64_t offset)
{
	return offset && (64 - __builtin_clzll(offset)) % 7 == 0;
}

/* What is to be added to an offset into .debug_info that an expression has. */
static uint64_t moved_by(const struct pt_location_compiler *c)
{
	Dwarf_Attribute attr;
	Dwarf_Word distance;
	Dwarf_Die unit;

	return dwarf_cu_die(c->attr->cu, &unit, NULL, NULL, NULL, NULL, NULL,
			    NULL) &&
			       dwarf_attr(&unit, PT_DWFORM_AT_MOVED, &attr) &&
			       !dwarf_formudata(&attr, &distance)
		       ? distance
		       : 0;
}

/* A pointer without a value, of which only is known what it leads to. */
static struct pt_error *compile_pointee(struct pt_location_compiler *c,
					const Dwarf_Op *op)
{
	struct pt_dbg_pointee *pointee;

	if (c->depth || c->nesting)
		return pt_location_bad(c, "a pointer that is computed with");
	/* gcc 12 leaves the place to a relocation, which no .dwo file has. */
	if (!op->number)
		return compile_optimised(
			c,
			"it points to something that has no place in memory");
	if (may_be_negative(op->number2))
		return pt_location_unsupported(
			c, "an offset that may be negative");
	pointee = pt_new(c->dbg->arena, struct pt_dbg_pointee);
	pointee->die = op->number + moved_by(c);
	pointee->offset = (int64_t)op->number2;
	pointee->context = *c->context;
	pointee->context.name =
		pt_arena_strdup(c->dbg->arena, c->context->name);
	if (!c->context->pointed_to)
		pointee->name = pointee->context.name;
	c->pointee = pointee;
	c->value = true;
	return NULL;
}

static struct pt_error *compile_pick(struct pt_location_compiler *c,
				     uint64_t number)
{
	if (number >= c->depth)
		return pt_location_bad(c, "an expression that looks too deep");
	return pt_location_emit(c, PT_FETCH_PICK, (uint32_t)number, 0, 0, 1);
}

struct pt_error *pt_location_load(struct pt_location_compiler *c, uint64_t size)
{
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return pt_location_unsupported(c, "a load of that size");
	return pt_location_emit(c, PT_FETCH_LOAD, (uint32_t)size,
				c->dbg->program != NULL, 1, 1);
}

/* To an offset in the library's block. */
static struct pt_error *compile_library_local(struct pt_location_compiler *c)
{
	unsigned word = pt_location_arch(c)->word;
	struct pt_threadlocal found;

	PT_TRY(pt_threadlocal_find(c->dbg, c->context->name, &found));
	PT_TRY(emit_address(c, found.word));
	PT_TRY(pt_location_load(c, word));
	if (!found.by_distance) {
		PT_TRY(pt_location_emit(c, PT_FETCH_TLS_BLOCK, word, 0, 1, 1));
		return pt_location_emit(c, PT_FETCH_ADD, 0, 0, 2, 1);
	}
	PT_TRY(pt_location_emit(c, PT_FETCH_SIGN, word * 8, 0, 1, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_ADD, 0, 0, 2, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_TLS, word, 0, 0, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_ADD, 0, 0, 2, 1));
	return emit_offset(c, -(int64_t)found.offset);
}

/*
 * The block of a program itself lies below the thread pointer, its end rounded up to
 * its alignment (variant II of "ELF Handling For Thread-Local Storage", section
 * 3.4.6).
 */
static struct pt_error *compile_thread_local(struct pt_location_compiler *c)
{
	const GElf_Phdr *tls;
	uint64_t align, first, size;

	if (!c->dbg->program)
		return pt_location_unsupported(c, "thread-local storage");
	tls = pt_programfile_segment(c->dbg->program, PT_TLS);
	if (!tls)
		return pt_location_bad(
			c, "a program without thread-local storage");
	if (pt_programfile_is_library(c->dbg->program))
		return compile_library_local(c);
	align = MAX(tls->p_align, 1);
	first = -tls->p_vaddr & (align - 1);
	size = (tls->p_memsz - first + align - 1) / align * align + first;
	PT_TRY(pt_location_emit(c, PT_FETCH_TLS, pt_location_arch(c)->word, 0,
				0, 1));
	PT_TRY(pt_location_emit(c, PT_FETCH_ADD, 0, 0, 2, 1));
	return emit_offset(c, -(int64_t)size);
}

static struct pt_error *compile_plus(struct pt_location_compiler *c,
				     uint64_t number)
{
	struct pt_typed_kind kind;

	if (!c->depth)
		return pt_location_bad(c, "an offset to nothing");
	kind = c->kinds[c->depth - 1];
	if (kind.is_float)
		return pt_location_unsupported(c,
					       "an offset to floating point");
	PT_TRY(emit_offset(c, (int64_t)number));
	if (!kind.bits)
		return NULL;
	c->loose = false;
	return pt_typed_widen(c, kind);
}

static struct pt_error *compile_odd(struct pt_location_compiler *c,
				    const Dwarf_Op *op);

static struct pt_error *compile_op(struct pt_location_compiler *c,
				   const Dwarf_Op *op)
{
	uint8_t atom = op->atom;

	if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31)
		return pt_location_const(c, atom - DW_OP_lit0);
	if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31)
		return pt_location_register(c, atom - DW_OP_reg0);
	if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
		PT_TRY(pt_location_integer(c, atom - DW_OP_breg0));
		return emit_offset(c, (int64_t)op->number);
	}
	switch (atom) {
	case DW_OP_nop: return NULL;
	case DW_OP_addr: return emit_address(c, op->number);
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts:
		c->loose = op->number >> 32 && pt_location_arch(c)->word == 4;
		return pt_location_const(c, (int64_t)op->number);
	case DW_OP_regx: return pt_location_register(c, op->number);
	case DW_OP_bregx:
		PT_TRY(pt_location_integer(c, op->number));
		return emit_offset(c, (int64_t)op->number2);
	case DW_OP_fbreg:
		PT_TRY(compile_frame_base(c));
		return emit_offset(c, (int64_t)op->number);
	case DW_OP_plus_uconst: return compile_plus(c, op->number);
	default: return compile_odd(c, op);
	}
}

static struct pt_error *compile_odd(struct pt_location_compiler *c,
				    const Dwarf_Op *op)
{
	Dwarf_Attribute attr;
	Dwarf_Addr address;
	bool done;

	switch (op->atom) {
	case DW_OP_call_frame_cfa: return compile_cfa(c);
	case DW_OP_deref: return pt_location_load(c, pt_location_arch(c)->word);
	case DW_OP_deref_size: return pt_location_load(c, op->number);
	case DW_OP_over: return compile_pick(c, 1);
	case DW_OP_pick: return compile_pick(c, op->number);
	case DW_OP_stack_value: c->value = true; return NULL;
	case DW_OP_implicit_value: return compile_implicit(c, op);
	case DW_OP_implicit_pointer:
	case DW_OP_GNU_implicit_pointer: return compile_pointee(c, op);
	case DW_OP_entry_value:
	case DW_OP_GNU_entry_value: return compile_entry_value(c, op);
	case DW_OP_GNU_parameter_ref: return compile_parameter_ref(c, op);
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index:
		if (dwarf_getlocation_attr(c->attr, op, &attr) ||
		    dwarf_formaddr(&attr, &address))
			return pt_location_bad(c, "an address");
		return emit_address(c, address);
	case DW_OP_convert:
	case DW_OP_GNU_convert:
	case DW_OP_reinterpret:
	case DW_OP_GNU_reinterpret: return pt_typed_convert(c, op);
	case DW_OP_regval_type:
	case DW_OP_GNU_regval_type:
	case DW_OP_deref_type:
	case DW_OP_GNU_deref_type: return pt_typed_read(c, op);
	case DW_OP_const_type:
	case DW_OP_GNU_const_type: return pt_typed_constant(c, op);
	case DW_OP_form_tls_address:
	case DW_OP_GNU_push_tls_address: return compile_thread_local(c);
	default:
		PT_TRY(pt_typed_simple(c, op->atom, &done));
		return done ? NULL
			    : pt_location_unsupported(
				      c, pt_arena_printf(c->dbg->arena,
							 "operation 0x%x",
							 op->atom));
	}
}

/* Only the top counts; a fetch program leaves one value. */
static struct pt_error *leave_one(struct pt_location_compiler *c)
{
	while (c->depth > 1) {
		PT_TRY(pt_location_emit(c, PT_FETCH_SWAP, 0, 0, 2, 2));
		PT_TRY(pt_location_emit(c, PT_FETCH_DROP, 0, 0, 1, 0));
	}
	return NULL;
}

/* One register, or what is computed from them, is no wider than one; constants
 * are whole. */
static struct pt_error *check_width(struct pt_location_compiler *c,
				    uint64_t bits)
{
	const GArray *insns = c->fetch->insns;
	unsigned word = pt_location_arch(c)->word * 8;

	if (!c->value || c->is_wide || bits <= word ||
	    c->kinds[c->depth - 1].bits >= bits ||
	    (bits <= 64 && insns->len == 1 &&
	     g_array_index(insns, struct pt_fetch_insn, 0).op ==
		     PT_FETCH_CONST))
		return NULL;
	return pt_location_unsupported(
		c, "one register that it does not fit into");
}

/* The bits of a constant from OFFSET on, as far as it has them. */
static struct pt_error *add_constant(struct pt_location_compiler *c,
				     uint64_t offset, uint64_t bits)
{
	uint64_t all = c->constant.length * 8;

	if (offset < all &&
	    !pt_parts_add_bits(c->dbg, c->parts, c->pieces, c->constant.data,
			       offset, MIN(bits, all - offset)))
		return pt_location_unsupported(c, "a constant of that size");
	return NULL;
}

/* What was described last has, from its bit OFFSET on, the next BITS bits of the
 * whole. */
static struct pt_error *add_part(struct pt_location_compiler *c,
				 uint64_t offset, uint64_t bits)
{
	struct pt_dbg_part part = { .start = c->pieces,
				    .bits = bits,
				    .pointee = c->pointee };

	if (c->constant.data)
		return add_constant(c, offset, bits);
	if (c->pointee) {
		if (offset)
			return pt_location_unsupported(
				c, "bits of a pointer without a value");
		c->pointee->name = NULL;
	} else {
		if (c->is_wide)
			return pt_location_unsupported(
				c, "a piece in a register of the x87");
		PT_TRY(leave_one(c));
		part.in_memory = !c->value;
		if (part.in_memory) {
			PT_TRY(emit_offset(c, (int64_t)(offset / 8)));
			offset %= 8;
		}
		part.fetch = c->fetch;
		part.offset = (unsigned)offset;
		if (c->is_xmm && pt_float_add_xmm(c->dbg, c->parts, &part))
			return NULL;
		PT_TRY(check_width(c, offset + bits));
	}
	pt_parts_add(c->dbg, c->parts, &part);
	return NULL;
}

static bool is_described(const struct pt_location_compiler *c)
{
	return c->depth || c->pointee || c->constant.data;
}

/* The end of a piece of BITS bits, which are those from OFFSET on of what was described
 * (DWARF 5, section 2.6.1.2); after it a new description starts. */
static struct pt_error *compile_piece(struct pt_location_compiler *c,
				      uint64_t offset, uint64_t bits)
{
	if (c->nesting || c->pieces + bits > MAX_PIECES)
		return pt_location_bad(c, "pieces");
	if (!c->parts)
		c->parts = pt_arena_ptr_array(c->dbg->arena);
	if (bits && is_described(c))
		PT_TRY(add_part(c, offset, bits));
	c->pieces += bits;
	c->fetch = pt_fetch_create(c->dbg->arena);
	c->depth = 0;
	c->value = false;
	c->is_wide = false;
	c->is_xmm = false;
	c->loose = false;
	c->pointee = NULL;
	c->constant = (Dwarf_Block){ 0 };
	return NULL;
}

/* Does the operation give the same for a number that is not settled? */
static bool takes_loose(uint8_t atom)
{
	switch (atom) {
	case DW_OP_plus_uconst:
	case DW_OP_deref:
	case DW_OP_deref_size:
	case DW_OP_stack_value: return true;
	default: return false;
	}
}

/*
 * The jump of operation *AT, which becomes the last that it passes.  A choice
 * between the two values below the condition is an operation: "bra L; swap; L: drop"
 * is how gcc writes a minimum or a conditional expression.
 */
static struct pt_error *compile_jump(struct pt_location_compiler *c,
				     const Dwarf_Op *ops, size_t count,
				     size_t *at)
{
	int16_t distance = (int16_t)ops[*at].number;
	size_t target = *at + 1;
	struct pt_typed_kind kind;

	if (distance < 0)
		return pt_location_unsupported(c, "a loop");
	/* The jump itself is three bytes long. */
	while (distance && target < count &&
	       ops[target].offset < ops[*at].offset + 3 + (unsigned)distance)
		target++;
	if (distance &&
	    (target == count ||
	     ops[target].offset != ops[*at].offset + 3 + (unsigned)distance))
		return pt_location_bad(c, "a jump that leads nowhere");
	if (ops[*at].atom == DW_OP_skip) {
		*at = target - 1;
		return NULL;
	}
	if (target != *at + 2 || ops[*at + 1].atom != DW_OP_swap ||
	    ops[target].atom != DW_OP_drop || c->depth < 3)
		return pt_location_unsupported(
			c, "a jump that depends on a value");
	PT_TRY(settle(c));
	kind = c->kinds[c->depth - 3];
	PT_TRY(pt_typed_check(c, kind, c->kinds[c->depth - 2]));
	*at = target;
	PT_TRY(pt_location_emit(c, PT_FETCH_SELECT, 0, 0, 3, 1));
	c->kinds[c->depth - 1] = kind;
	return NULL;
}

static struct pt_error *compile_expression(struct pt_location_compiler *c,
					   const Dwarf_Op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t bits, offset = 0;

		switch (ops[i].atom) {
		case DW_OP_piece:
			bits = MIN(ops[i].number, MAX_PIECES) * 8;
			break;
		case DW_OP_bit_piece:
			bits = MIN(ops[i].number, MAX_PIECES);
			offset = MIN(ops[i].number2, UINT32_MAX);
			break;
		case DW_OP_bra:
		case DW_OP_skip:
			PT_TRY(compile_jump(c, ops, count, &i));
			continue;
		default:
			if (c->pointee || c->constant.data)
				return pt_location_bad(
					c, "an operation on what has no value");
			if (!takes_loose(ops[i].atom))
				PT_TRY(settle(c));
			PT_TRY(compile_op(c, &ops[i]));
			continue;
		}
		PT_TRY(compile_piece(c, offset, bits));
	}
	return NULL;
}

/* A location of one piece that is all of it is as good as one without. */
static const struct pt_dbg_part *only_part(const struct pt_location_compiler *c)
{
	const struct pt_dbg_part *part;

	if (c->parts->len != 1)
		return NULL;
	part = c->parts->pdata[0];
	return !part->start && !part->offset && c->context->size &&
			       part->bits >= pt_parts_bits(c->context->size)
		       ? part
		       : NULL;
}

static struct pt_error *finish_pieces(struct pt_location_compiler *c,
				      struct pt_dbg_value *ret)
{
	const struct pt_dbg_part *part = only_part(c);
	uint64_t bits = pt_parts_bits(c->context->size);
	struct pt_error *error;

	if (is_described(c))
		return pt_location_bad(c, "something behind the last piece");
	if (part && (part->fetch || c->context->whole)) {
		ret->fetch = part->fetch;
		ret->in_memory = part->in_memory;
		ret->pointee = part->pointee;
		return NULL;
	}
	if (!c->parts->len)
		return compile_optimised(c, "no part of it has a place");
	if (!c->context->whole || !bits || bits > 64) {
		ret->parts = c->parts;
		return NULL;
	}
	error = pt_parts_number(c->dbg, c->parts, c->dbg->program != NULL, 0,
				bits, c->fetch);
	if (error && error->code == PT_E_OPTIMISED_OUT)
		return compile_optimised(c, "a part of it has no place");
	ret->fetch = c->fetch;
	return error;
}

/* The bits of what is kept as parts: a constant of more than a word, a pointer that is
 * the only member of a structure, more than half an xmm; 0: it is nothing of these. */
static uint64_t bits_as_parts(const struct pt_location_compiler *c)
{
	if (c->constant.data)
		return c->constant.length * 8;
	if (c->pointee && !c->context->whole)
		return pt_location_arch(c)->word * 8;
	return c->is_xmm && !c->parts &&
			       c->context->size > PT_FLOAT_XMM_HALF / 8
		       ? pt_parts_bits(c->context->size)
		       : 0;
}

static struct pt_error *finish(struct pt_location_compiler *c,
			       struct pt_dbg_value *ret)
{
	uint64_t bits = pt_parts_bits(c->context->size);

	if (bits_as_parts(c))
		PT_TRY(compile_piece(c, 0, bits_as_parts(c)));
	if (c->parts)
		return finish_pieces(c, ret);
	ret->pointee = c->pointee;
	if (c->pointee)
		return NULL;
	if (c->depth == 0)
		return pt_location_bad(c, "an expression that leaves nothing");
	PT_TRY(leave_one(c));
	if (pt_location_arch(c)->word < sizeof(uint64_t))
		PT_TRY(check_width(c, bits));
	ret->fetch = c->fetch;
	ret->in_memory = !c->value;
	ret->is_wide = c->is_wide;
	return NULL;
}

struct pt_error *pt_location_compile(struct pt_dbg *dbg,
				     const struct pt_location_context *context,
				     Dwarf_Attribute *attr,
				     struct pt_dbg_value *ret)
{
	struct pt_location_compiler c = { .dbg = dbg,
					  .context = context,
					  .attr = attr };
	Dwarf_Op *ops;
	size_t count;
	int n;

	if (!pt_loclist_is_sound(dbg->image, attr))
		return pt_location_bad(&c, damaged_list);
	n = context->at_start && context->parameter &&
			    pt_loclist_before(attr, context->pc, &ops, &count)
		    ? 1
		    : dwarf_getlocation_addr(attr, context->pc, &ops, &count,
					     1);
	if (n < 0)
		return pt_loclist_has_unset(dbg->image, attr)
			       ? compile_optimised(
					 &c,
					 "it may not be set at this address")
			       : pt_location_bad(&c, dwarf_errmsg(-1));
	if (n == 0 || count == 0) {
		if (context->at_entry && !context->parameter)
			return compile_unset(&c);
		return compile_optimised(&c, "it has no place at this address");
	}
	c.fetch = pt_fetch_create(dbg->arena);
	PT_TRY(compile_expression(&c, ops, count));
	return finish(&c, ret);
}
