/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * displace_text FORMS FILE...: displaces every instruction of all text, and the run
 * of instructions that a jump at it would overwrite, counts those that cannot be by
 * the reason, and decodes the copies: do they lead where the originals lead?
 * Writes the instructions of the text, each form once, to FORMS as hexadecimal
 * lines, for displace_run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/arch/x86/displace.h"
#include "text.h"

enum { N_OBSTACLES = PTE_OBSTACLE_NOT_DECODED + 1, N_FORMS = 1 << 18 };

struct totals {
	unsigned long alone[N_OBSTACLES], runs[N_OBSTACLES];
	unsigned long wrong;
	FILE *forms;
	unsigned long n_forms;
	bool seen[N_FORMS];
};

/* ---- where code leads ------------------------------------------------------- */

struct leads {
	unsigned long targets[16]; /* of jumps that leave the code */
	unsigned int n_targets;
	unsigned long operand; /* what a rip-relative operand refers to */
	unsigned int n_operands;
	unsigned int n_traps;
};

static unsigned long address_of(bool wide, unsigned long address)
{
	return wide ? address : (uint32_t)address;
}

static unsigned long operand_of(const uint8_t *code,
				const struct pte_insn *insn,
				unsigned long address)
{
	int32_t displacement;

	memcpy(&displacement, code + insn->disp_at, 4);
	return address + insn->length + (unsigned long)(long)displacement;
}

static bool is_branch(const struct pte_insn *insn)
{
	return insn->class == PTE_CLASS_JUMP || insn->class == PTE_CLASS_JCC ||
	       insn->class == PTE_CLASS_LOOP || insn->class == PTE_CLASS_CALL;
}

/* False: it is not code, or branches into the middle of its instructions. */
static bool find_leads(const uint8_t *code, size_t size, unsigned long address,
		       bool wide, struct leads *ret)
{
	unsigned long inside[16] = { 0 };
	uint64_t starts = 0;
	unsigned int i, n_inside = 0;
	size_t at = 0;

	memset(ret, 0, sizeof(*ret));
	while (at < size) {
		struct pte_insn insn;
		unsigned long target;

		if (!pte_decode(code + at, size - at, wide, &insn))
			return false;
		starts |= 1ull << at;
		if (insn.flags & PTE_RIP_RELATIVE) {
			ret->operand =
				operand_of(code + at, &insn, address + at);
			ret->n_operands++;
		}
		ret->n_traps += insn.class == PTE_CLASS_INT;
		at += insn.length;
		if (!is_branch(&insn))
			continue;
		target = address_of(wide,
				    address + at +
					    (unsigned long)(long)insn.relative);
		if (target - address < size)
			inside[n_inside++] = target - address;
		else
			ret->targets[ret->n_targets++] = target;
	}
	for (i = 0; i < n_inside; i++)
		if (!(starts >> inside[i] & 1))
			return false;
	return true;
}

static bool leads_to(const struct leads *leads, unsigned long target)
{
	unsigned int i;

	for (i = 0; i < leads->n_targets; i++)
		if (leads->targets[i] == target)
			return true;
	return false;
}

/* ---- copies of one instruction -------------------------------------------------- */

static bool pushes(const struct pte_copy *copy, unsigned long address)
{
	int32_t pushed;

	memcpy(&pushed, copy->code + 1, 4);
	return copy->code[0] == 0x68 && (uint32_t)address == (uint32_t)pushed;
}

/* How many ways out there are, and that the right ones are there. */
static bool leads_right(const struct pte_insn *insn,
			const struct pte_copy *copy, const struct leads *leads,
			unsigned long next, unsigned long target, bool trap)
{
	unsigned int ways;

	switch (insn->class) {
	case PTE_CLASS_JUMP:
		ways = 1;
		if (!leads_to(leads, target))
			return false;
		break;
	case PTE_CLASS_CALL:
		ways = 1;
		if (!leads_to(leads, target) || !pushes(copy, next))
			return false;
		break;
	case PTE_CLASS_JCC:
	case PTE_CLASS_LOOP:
		ways = 2;
		if (!leads_to(leads, target) || !leads_to(leads, next))
			return false;
		break;
	case PTE_CLASS_CALL_INDIRECT:
		if (!pushes(copy, next))
			return false;
		/* fall through */
	case PTE_CLASS_JUMP_INDIRECT:
	case PTE_CLASS_RETURN:
		return !leads->n_targets && leads->n_traps == trap;
	default:
		ways = 1;
		if (!leads_to(leads, next))
			return false;
	}
	return leads->n_targets == ways && leads->n_traps == (trap ? ways : 0);
}

static bool copy_is_right(const uint8_t *code, const struct pte_insn *insn,
			  unsigned long address, unsigned long slot, bool wide,
			  bool trap, const struct pte_copy *copy)
{
	unsigned long next = address_of(wide, address + insn->length);
	unsigned long target =
		address_of(wide, next + (unsigned long)(long)insn->relative);
	struct leads leads;

	if (copy->size > PTE_SLOT_UNIT ||
	    !find_leads(copy->code, copy->size, slot, wide, &leads))
		return false;
	if (insn->flags & PTE_RIP_RELATIVE
		    ? leads.n_operands != 1 ||
			      leads.operand != operand_of(code, insn, address)
		    : leads.n_operands != 0)
		return false;
	return leads_right(insn, copy, &leads, next, target, trap);
}

static void displace(struct totals *totals, const struct text *text, size_t at,
		     const struct pte_insn *insn, unsigned long slot)
{
	const uint8_t *code = text->code + at;
	unsigned long address = (unsigned long)text->address + at;
	struct pte_copy copy;
	enum pte_obstacle obstacle;
	int trap;

	for (trap = 0; trap < 2; trap++) {
		obstacle = pte_displace(code, insn, address, slot, text->wide,
					trap, &copy);
		if (obstacle || copy_is_right(code, insn, address, slot,
					      text->wide, trap, &copy))
			continue;
		if (totals->wrong++ < 20)
			printf("    %s %s %#lx: the copy%s is wrong\n",
			       text->path, text->section, address,
			       trap ? " with traps" : "");
	}
	totals->alone[obstacle]++;
}

/* ---- runs ----------------------------------------------------------------------- */

static void displace_run(struct totals *totals, const struct text *text,
			 size_t at, unsigned long slot)
{
	unsigned long address = (unsigned long)text->address + at;
	enum pte_obstacle obstacle;
	struct leads original, copied;
	struct pte_run run;
	unsigned int i;
	bool right;

	obstacle = pte_displace_run(text->code + at, text->n - at, address,
				    slot, text->wide, &run);
	totals->runs[obstacle]++;
	if (obstacle)
		return;
	right = run.length >= PTE_JUMP_SIZE && run.size <= sizeof(run.code) &&
		find_leads(run.code, run.size, slot, text->wide, &copied);
	/* branches from the run into itself are the caller's to refuse */
	if (!find_leads(text->code + at, run.length, address, text->wide,
			&original))
		return;
	for (i = 0; right && i < original.n_targets; i++)
		right = leads_to(&copied, original.targets[i]);
	if (right && original.n_operands)
		right = copied.n_operands == original.n_operands &&
			copied.operand == original.operand;
	if (!right && totals->wrong++ < 20)
		printf("    %s %s %#lx: the run's copy is wrong\n", text->path,
		       text->section, address);
}

/* ---- forms ------------------------------------------------------------------------ */

/* Instructions alike but for displacements, immediates and legacy prefixes' order. */
static unsigned long form_of(const uint8_t *code, const struct pte_insn *insn)
{
	unsigned long hash = 14695981039346656037ul;
	unsigned int i, n = insn->length;

	if (insn->imm_at && insn->class != PTE_CLASS_PLAIN)
		n = insn->imm_at;
	for (i = 0; i < n; i++) {
		bool constant = (insn->disp_at && i >= insn->disp_at &&
				 i < insn->disp_at + insn->disp_size) ||
				(insn->imm_at && i >= insn->imm_at);

		hash = (hash ^ (constant ? 0 : code[i])) * 1099511628211ul;
	}
	return (hash ^ hash >> 32) % N_FORMS;
}

static void write_form(struct totals *totals, const uint8_t *code,
		       const struct pte_insn *insn)
{
	unsigned long form = form_of(code, insn);
	unsigned int i;

	if (totals->seen[form])
		return;
	totals->seen[form] = true;
	totals->n_forms++;
	for (i = 0; i < insn->length; i++)
		fprintf(totals->forms, "%02x", code[i]);
	fputc('\n', totals->forms);
}

static void visit(void *context, const struct text *text)
{
	/* where modules lie; whatever a file without addresses is taken for */
	unsigned long slot = text->wide ? 0xffffffffc0400000ul : 0xf8400000ul;
	struct totals *totals = context;
	struct pte_insn insn;
	size_t at = 0;

	while (at < text->n) {
		if (!pte_decode(text->code + at, text->n - at, text->wide,
				&insn)) {
			totals->alone[PTE_OBSTACLE_NOT_DECODED]++;
			at++;
			continue;
		}
		displace(totals, text, at, &insn, slot);
		displace_run(totals, text, at, slot);
		write_form(totals, text->code + at, &insn);
		at += insn.length;
	}
}

static void print_counts(const char *what, const unsigned long *counts)
{
	static const char *const names[] = {
#define X(name, text) text,
		PTE_OBSTACLES(X)
#undef X
	};
	unsigned int i;

	printf("    %lu %s displaced\n", counts[PTE_OBSTACLE_NONE], what);
	for (i = 1; i < N_OBSTACLES; i++)
		if (counts[i])
			printf("    %lu %s not: %s\n", counts[i], what,
			       names[i]);
}

int main(int argc, char **argv)
{
	static struct totals totals;
	unsigned long total = 0;
	int i;

	totals.forms = argc > 2 ? fopen(argv[1], "w") : NULL;
	if (!totals.forms)
		return 2;
	for (i = 2; i < argc; i++)
		text_read(argv[i], visit, &totals);
	print_counts("instructions", totals.alone);
	print_counts("runs", totals.runs);
	for (i = 0; i < N_OBSTACLES; i++)
		total += totals.alone[i];
	if (fclose(totals.forms))
		return 2;
	printf("%s: %lu instructions, %lu displaced, %lu copies wrong; %lu "
	       "forms\n",
	       totals.wrong || !totals.alone[PTE_OBSTACLE_NONE] ? "FAIL"
								: "PASS",
	       total, totals.alone[PTE_OBSTACLE_NONE], totals.wrong,
	       totals.n_forms);
	return totals.wrong != 0;
}
