/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * displace_run [FORMS]: executes instructions at their own place and, displaced, in
 * a slot, and compares what they leave: registers, flags, memory, floating point,
 * and where they go on.  Those below, and those of a file of hexadecimal lines.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/arch/x86/displace.h"
#include "machine.h"

#define ORIGIN (MACHINE_TEXT + 0x100)
#define TARGET (MACHINE_TEXT + 0x600) /* of branches of 32 bits */
#define POINTER (MACHINE_DATA + MACHINE_SIZE / 2)
#define FLAGS_FIXED 0x202ul /* the bit that is always set, and interrupts */

enum {
	CF = 0x1,
	PF = 0x4,
	AF = 0x10,
	ZF = 0x40,
	SF = 0x80,
	DF = 0x400,
	OF = 0x800
};

struct form {
	uint8_t bytes[PTE_INSN_MAX + 1];
	struct pte_insn insn;
};

struct totals {
	unsigned long forms, executions, faults, runs, skipped, refused;
	unsigned long failures;
};

static struct totals totals;

static uint64_t random_state = 88172645463325252ull;

static uint32_t below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 11) % n;
}

/* ---- the state that an instruction is given --------------------------------------- */

/* Registers that point into the data, but small ones where they count or index. */
static void make_state(const struct pte_insn *insn, struct machine_state *ret)
{
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < MACHINE_N_REGISTERS; i++)
		ret->registers[i] = POINTER + below(32) * 8;
	ret->registers[MACHINE_SP] =
		MACHINE_STACK + MACHINE_SIZE / 2 + below(16) * 8;
	if (insn->flags & PTE_STRING || insn->class == PTE_CLASS_LOOP ||
	    below(2))
		ret->registers[MACHINE_CX] = below(4);
	i = (insn->sib >> 3 & 7) | (insn->rex & 2) << 2;
	if (insn->sib_at && i != MACHINE_SP)
		ret->registers[i] = below(16);
	if (insn->class == PTE_CLASS_JUMP_INDIRECT ||
	    insn->class == PTE_CLASS_CALL_INDIRECT) {
		i = (insn->modrm & 7) | (insn->rex & 1) << 3;
		if (insn->modrm >= 0xc0 && i != MACHINE_SP)
			ret->registers[i] = MACHINE_LANDING + below(16) * 8;
	}
	ret->flags = FLAGS_FIXED;
	for (i = CF; i <= OF; i <<= 1)
		if (i & (CF | PF | AF | ZF | SF | OF) && below(2))
			ret->flags |= i;
	if (insn->flags & PTE_STRING && below(2))
		ret->flags |= DF;
}

/* ---- instructions that are changed so that they reach what is there ------------- */

static void put(uint8_t *at, unsigned int size, unsigned long value)
{
	unsigned int i;

	for (i = 0; i < size; i++)
		at[i] = i < sizeof(value) ? (uint8_t)(value >> 8 * i) : 0;
}

/* Is the displacement all there is of an address? */
static bool is_absolute(const struct pte_insn *insn)
{
	if (insn->modrm >> 6)
		return false;
	return insn->sib_at ? (insn->sib & 7) == 5 : true;
}

static void set_displacement(struct form *form)
{
	const struct pte_insn *insn = &form->insn;
	uint8_t *at = form->bytes + insn->disp_at;

	if (insn->disp_size != 4)
		return;
	if (insn->flags & PTE_RIP_RELATIVE)
		put(at, 4, POINTER - ORIGIN - insn->length);
	else if (is_absolute(insn))
		put(at, 4, POINTER);
	else
		put(at, 4, below(256) * 8);
}

static void set_immediate(struct form *form)
{
	const struct pte_insn *insn = &form->insn;
	uint8_t *at = form->bytes + insn->imm_at;

	switch (insn->class) {
	case PTE_CLASS_JUMP:
	case PTE_CLASS_JCC:
	case PTE_CLASS_LOOP:
	case PTE_CLASS_CALL:
		put(at, insn->imm_size,
		    insn->imm_size == 1 ? 0x30
					: TARGET - ORIGIN - insn->length);
		return;
	case PTE_CLASS_PLAIN:
		if (insn->map == PTE_MAP_PRIMARY &&
		    (insn->opcode & 0xfc) == 0xa0)
			put(at, insn->imm_size, POINTER);
	}
}

/* fs and gs are the C library's. */
static void drop_segments(struct form *form)
{
	unsigned int i;

	for (i = 0; i < form->insn.opcode_at; i++)
		if (form->bytes[i] == 0x64 || form->bytes[i] == 0x65)
			form->bytes[i] = 0x3e;
}

static bool prepare(struct form *form)
{
	if (!pte_decode(form->bytes, sizeof(form->bytes), MACHINE_WIDE,
			&form->insn))
		return false;
	drop_segments(form);
	set_displacement(form);
	set_immediate(form);
	return pte_decode(form->bytes, sizeof(form->bytes), MACHINE_WIDE,
			  &form->insn) > 0;
}

/* ---- what cannot be executed here, or has another result each time -------------- */

static bool is_unfit_primary(const struct pte_insn *insn)
{
	uint8_t reg = insn->modrm >> 3 & 7;

	switch (insn->opcode) {
	case 0x07: /* segment registers: pop, mov, les, lds */
	case 0x1f:
	case 0x8e:
	case 0xc4:
	case 0xc5: return true;
	case 0xd9: /* fnstenv, fnsave: the address of the last x87 instruction */
	case 0xdd: return insn->modrm < 0xc0 && reg == 6;
	default: return false;
	}
}

static bool is_unfit_0f(const struct pte_insn *insn)
{
	bool memory = insn->modrm < 0xc0;
	uint8_t reg = insn->modrm >> 3 & 7;

	switch (insn->opcode) {
	case 0x01: return !memory; /* wrpkru, rdtscp, ... */
	case 0x31:		   /* rdtsc, rdpmc, cpuid */
	case 0x33:
	case 0xa2:
	case 0xa1: /* fs, gs */
	case 0xa9:
	case 0xb4:
	case 0xb5: return true;
	case 0xae: /* fs and gs, waiting, the state of the whole processor */
		return memory ? reg < 2 || (reg >= 4 && reg <= 6) : reg < 5;
	case 0xc7: /* xsaves and its like, rdrand, rdpid */
		return !memory || reg >= 3;
	default: return false;
	}
}

static bool is_unfit(const struct pte_insn *insn)
{
	if (insn->encoding != PTE_LEGACY)
		return false;
	if (insn->map == PTE_MAP_PRIMARY)
		return is_unfit_primary(insn);
	return insn->map == PTE_MAP_0F && is_unfit_0f(insn);
}

/* ---- executing and comparing --------------------------------------------------- */

static uint8_t memory_expected[2 * MACHINE_SIZE];

static void fail(const struct form *form, const char *what,
		 const struct machine_state *expected,
		 const struct machine_state *actual)
{
	unsigned int i;

	if (totals.failures++ >= 40)
		return;
	printf("    ");
	for (i = 0; i < form->insn.length; i++)
		printf("%02x ", form->bytes[i]);
	printf("%s: signal %d at %#lx, expected %d at %#lx\n", what,
	       actual->signal, actual->ip, expected->signal, expected->ip);
	for (i = 0; i < MACHINE_N_REGISTERS; i++)
		if (expected->registers[i] != actual->registers[i])
			printf("        register %u: %#lx, expected %#lx\n", i,
			       actual->registers[i], expected->registers[i]);
	if (expected->flags != actual->flags)
		printf("        flags: %#lx, expected %#lx\n", actual->flags,
		       expected->flags);
}

static bool same(const struct machine_state *a, const struct machine_state *b)
{
	static uint8_t memory[2 * MACHINE_SIZE];

	machine_save(memory);
	return memcmp(a->registers, b->registers, sizeof(a->registers)) == 0 &&
	       a->flags == b->flags && a->ip == b->ip &&
	       a->signal == b->signal &&
	       memcmp(&a->floats, &b->floats, sizeof(a->floats)) == 0 &&
	       memcmp(memory, memory_expected, sizeof(memory)) == 0;
}

static void place(unsigned long address, const void *code, size_t n)
{
	memcpy((void *)address, code, n);
}

/* N bytes of CODE at their own place, from START; what they leave is expected. */
static void run_original(const void *code, size_t n,
			 const struct machine_state *start,
			 struct machine_state *ret)
{
	machine_reset();
	place(ORIGIN, code, n);
	*ret = *start;
	ret->ip = ORIGIN;
	machine_run(ret);
	machine_save(memory_expected);
	totals.executions++;
	totals.faults += ret->signal != SIGTRAP;
}

static void run_copy(const void *code, size_t n,
		     const struct machine_state *start,
		     struct machine_state *ret)
{
	machine_reset();
	place(MACHINE_SLOT, code, n);
	*ret = *start;
	ret->ip = MACHINE_SLOT;
	machine_run(ret);
	/* where it faults is another place */
	if (ret->signal != SIGTRAP && ret->ip == MACHINE_SLOT)
		ret->ip = ORIGIN;
}

/* Where control goes from the trap at STATE, as displace.h says. */
static void leave_trap(struct machine_state *state)
{
	const uint8_t *code = (const uint8_t *)state->ip + 1;
	unsigned long *stack = (unsigned long *)state->registers[MACHINE_SP];
	uint16_t more = 0;
	int32_t distance;

	if (*code == 0xe9) {
		memcpy(&distance, code + 1, 4);
		state->ip =
			(unsigned long)code + 5 + (unsigned long)(long)distance;
		return;
	}
	if (*code == 0xc2)
		memcpy(&more, code + 1, 2);
	state->ip = *stack;
	state->registers[MACHINE_SP] += sizeof(*stack) + more;
}

/* The copy with a trap: the state there, and the one after its exit. */
static void check_trap(const struct form *form, const struct pte_copy *copy,
		       const struct machine_state *start,
		       const struct machine_state *expected)
{
	struct machine_state trap, state;
	unsigned long at;
	bool right;

	run_copy(copy->code, copy->size, start, &state);
	trap = state;
	if (expected->signal != SIGTRAP) {
		if (!same(&state, expected))
			fail(form, "fault with a trap", expected, &state);
		return;
	}
	at = trap.ip;
	if (trap.signal != SIGTRAP || at < MACHINE_SLOT ||
	    at >= MACHINE_SLOT + copy->size) {
		fail(form, "no trap", expected, &trap);
		return;
	}
	leave_trap(&trap);
	/* of an indirect call the operand was pushed, over what was there */
	right = trap.ip == expected->ip &&
		memcmp(trap.registers, expected->registers,
		       sizeof(trap.registers)) == 0 &&
		trap.flags == expected->flags;
	if (!right)
		fail(form, "at the trap", expected, &trap);
	state.ip = at + 1;
	machine_go_on(&state);
	if (form->insn.class == PTE_CLASS_JUMP_INDIRECT ||
	    form->insn.class == PTE_CLASS_CALL_INDIRECT)
		*(unsigned long *)(state.registers[MACHINE_SP] -
				   sizeof(unsigned long)) =
			*(unsigned long *)(memory_expected + MACHINE_SIZE +
					   state.registers[MACHINE_SP] -
					   sizeof(unsigned long) -
					   MACHINE_STACK);
	if (!same(&state, expected))
		fail(form, "after the trap", expected, &state);
}

static void check_state(const struct form *form, const struct pte_copy *plain,
			const struct pte_copy *trap,
			const struct machine_state *start)
{
	struct machine_state expected, actual;

	run_original(form->bytes, form->insn.length, start, &expected);
	/* the push of a call whose operand faults is not undone; a jump to where
	 * nothing can be executed is over before the fault; the trap flag was
	 * popped */
	if ((expected.signal != SIGTRAP &&
	     (form->insn.class == PTE_CLASS_CALL_INDIRECT ||
	      expected.ip != ORIGIN)) ||
	    expected.stepped)
		return;
	run_copy(plain->code, plain->size, start, &actual);
	if (!same(&actual, &expected))
		fail(form, "in the slot", &expected, &actual);
	check_trap(form, trap, start, &expected);
}

/* All that conditional branches can see. */
static void check_conditions(const struct form *form,
			     const struct pte_copy *plain,
			     const struct pte_copy *trap)
{
	struct machine_state start;
	unsigned int i;

	for (i = 0; i < 32; i++) {
		make_state(&form->insn, &start);
		start.flags = FLAGS_FIXED | (i & 1 ? CF : 0) |
			      (i & 2 ? PF : 0) | (i & 4 ? ZF : 0) |
			      (i & 8 ? SF : 0) | (i & 16 ? OF : 0);
		if (form->insn.class == PTE_CLASS_LOOP)
			start.registers[MACHINE_CX] = i & 3;
		check_state(form, plain, trap, &start);
	}
}

static void check_form(struct form *form)
{
	struct machine_state start;
	struct pte_copy plain, trap;
	unsigned int i;

	if (!prepare(form) || is_unfit(&form->insn)) {
		totals.skipped++;
		return;
	}
	if (pte_displace(form->bytes, &form->insn, ORIGIN, MACHINE_SLOT,
			 MACHINE_WIDE, false, &plain) ||
	    pte_displace(form->bytes, &form->insn, ORIGIN, MACHINE_SLOT,
			 MACHINE_WIDE, true, &trap)) {
		totals.refused++;
		return;
	}
	totals.forms++;
	if (form->insn.class == PTE_CLASS_JCC ||
	    form->insn.class == PTE_CLASS_LOOP) {
		check_conditions(form, &plain, &trap);
		return;
	}
	for (i = 0; i < 3; i++) {
		make_state(&form->insn, &start);
		check_state(form, &plain, &trap, &start);
	}
}

/* ---- runs ----------------------------------------------------------------------- */

/* FORMS one behind the other: the run that a jump over them needs. */
static void check_run(const struct form *const forms[], unsigned int n)
{
	uint8_t bytes[8 * PTE_INSN_MAX] = { 0 };
	struct machine_state start, expected, actual;
	struct form shown = { 0 };
	struct pte_run run;
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct form form = *forms[i];

		if (!prepare(&form) || is_unfit(&form.insn))
			return;
		/* relative to where it is now */
		if (form.insn.flags & PTE_RIP_RELATIVE)
			put(form.bytes + form.insn.disp_at, 4,
			    POINTER - ORIGIN - size - form.insn.length);
		memcpy(bytes + size, form.bytes, form.insn.length);
		size += form.insn.length;
	}
	if (pte_displace_run(bytes, size, ORIGIN, MACHINE_SLOT, MACHINE_WIDE,
			     &run))
		return;
	make_state(&forms[0]->insn, &start);
	run_original(bytes, run.length, &start, &expected);
	/* faults have another address in the middle */
	if (expected.signal != SIGTRAP || expected.stepped)
		return;
	run_copy(run.code, run.size, &start, &actual);
	totals.runs++;
	memcpy(shown.bytes, bytes, PTE_INSN_MAX);
	shown.insn.length =
		run.length < PTE_INSN_MAX ? run.length : PTE_INSN_MAX;
	if (!same(&actual, &expected))
		fail(&shown, "run", &expected, &actual);
}

/* ---- forms ---------------------------------------------------------------------- */

#define MAX_FORMS (1 << 18)

static struct form *forms;
static size_t n_forms;

static void add_form(const char *hex)
{
	struct form *form = &forms[n_forms];
	unsigned int i, byte;

	memset(form, 0, sizeof(*form));
	for (i = 0; i < PTE_INSN_MAX && sscanf(hex + 2 * i, "%2x", &byte) == 1;
	     i++)
		form->bytes[i] = (uint8_t)byte;
	if (pte_decode(form->bytes, i, MACHINE_WIDE, &form->insn) != i) {
		printf("    %s is not one instruction\n", hex);
		totals.failures++;
		return;
	}
	if (n_forms < MAX_FORMS - 1)
		n_forms++;
}

static void add_condition_forms(void)
{
	char hex[32];
	unsigned int i;

	for (i = 0; i < 16; i++) {
		snprintf(hex, sizeof(hex), "7%x10", i);
		add_form(hex);
		snprintf(hex, sizeof(hex), "0f8%x10000000", i);
		add_form(hex);
		snprintf(hex, sizeof(hex), "2e7%x10", i);
		add_form(hex);
	}
	for (i = 0xe0; i <= 0xe3; i++) {
		snprintf(hex, sizeof(hex), "%02x10", i);
		add_form(hex);
		snprintf(hex, sizeof(hex), "67%02x10", i);
		add_form(hex);
	}
}

/* What compilers do not write, or seldom. */
static const char *const written_forms[] = {
	/* clang-format off */
	"eb10", "e910000000", "e810000000", "2ee910000000", "2ee810000000",
	"f2e810000000", "c3", "f3c3", "f2c3", "c20800", "c21000", "c20000",
	/* jmp, call: registers, memory, the stack with each size of displacement */
	"ffe0", "ffe4", "ff20", "ff6010", "ffa000010000", "ff2424", "ff642408",
	"ffa42400010000", "ff24c8", "ff24cd00000000", "3effe0", "ffd0", "ffd3",
	"ff10", "ff5010", "ff9000010000", "ff1424", "ff542408", "ff54247c",
	"ff5424f8", "ff942400010000", "ff14c8", "ff14cc", "ff54cc08",
	"ff14cd00000000", "3effd0", "ff1500000000", "ff2500000000", "ffd4",
	/* the stack */
	"ff3500000000", "8f0500000000", "ff3424", "ff742408", "8f0424", "8f442408",
	"54", "5c", "50", "58", "c8100000", "c8100001", "c8080002", "c9", "9c", "9d",
	"6a7f", "6880ffffff",
	/* strings, flags, nops */
	"f3a4", "f3a5", "f3aa", "f3ab", "f2ae", "f3a6", "a4", "a5", "aa", "ab", "ac",
	"ad", "ae", "af", "a6", "a7", "fa", "fb", "fc", "fd", "f8", "f9", "f5", "9e",
	"9f", "90", "f390", "6690", "0f1f00", "0f1f4000", "0f1f440000",
	"0f1f8000000000", "660f1f440000", "0f1f840000000000", "d7", "98", "99",
	/* locked ones, fences, hints */
	"f00fb10b", "f0870b", "870b", "f0ff03", "f00fc103", "f00fba2b01", "0faee8",
	"0faef0", "0faef8", "0fae38", "0f0d08", "0f1808", "0fc8",
	/* x87, SSE, AVX */
	"d8c1", "d9c0", "dd00", "dd18", "d9e8", "0f5803", "f30f5803", "0f2803",
	"660f6f03", "0f77", "660f3800c1", "f20f38f0c1", "660f3a0fc108", "c5f877",
	"c5fc5803", "c4e279580b",
	/* refused, or privileged */
	"0f0b", "cc", "cd80", "cf", "cb", "f4", "e400", "ec",
#ifdef __x86_64__
	"48b88877665544332211", "48a18877665544332211", "48a38877665544332211",
	"a08877665544332211", "41ffe3", "41ffd3", "41ff2424", "41ff1424",
	"41ff542408", "4c8b0500000000", "488d0500000000", "c7050000000011223344",
	"480fba250000000005", "83050000000001", "660f6f0500000000",
	"660f3a0f050000000008", "c5fa6f0500000000", "c4e3790f050000000008",
	"f348a5", "f348ab", "67488b03", "67f3a4", "4154", "415c", "41ff742408",
	"418f442408", "f3480fb8c1", "48ff1500000000", "48ff2500000000", "4863c1",
	"678b0500000000", "66e810000000", "48cf",
#else
	"a178563412", "a378563412", "40", "4f", "06", "1e", "0e", "16", "60", "61",
	"27", "2f", "37", "3f", "d40a", "d50a", "d6", "6203", "678b4708", "678b07",
	"67a17856", "67ff20", "67ff5008", "67f3a4", "6681c03412", "6650", "6658",
	"669c", "669d", "ea785634122300", "9a785634122300", "66a5", "0fa0",
	"82c001", "66e81000", "660f841000",
#endif
	/* clang-format on */
};

static void read_forms(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[2 * PTE_INSN_MAX + 2];

	if (!file) {
		perror(path);
		exit(2);
	}
	while (fgets(line, sizeof(line), file))
		add_form(line);
	fclose(file);
}

static void check_runs(void)
{
	unsigned int i, j;

	for (i = 0; i < 20000; i++) {
		const struct form *chosen[PTE_JUMP_SIZE];

		/* a jump needs so many at most */
		for (j = 0; j < PTE_JUMP_SIZE; j++)
			chosen[j] = &forms[below((uint32_t)n_forms)];
		check_run(chosen, PTE_JUMP_SIZE);
	}
}

int main(int argc, char **argv)
{
	size_t i;

	forms = calloc(MAX_FORMS, sizeof(*forms));
	if (!forms)
		return 2;
	machine_init();
	add_condition_forms();
	for (i = 0; i < sizeof(written_forms) / sizeof(written_forms[0]); i++)
		add_form(written_forms[i]);
	if (argc > 1)
		read_forms(argv[1]);
	for (i = 0; i < n_forms; i++)
		check_form(&forms[i]);
	check_runs();
	printf("%s: %lu forms executed %lu times (%lu faulted), %lu refused, "
	       "%lu not to be executed here; %lu runs of several; %lu differ\n",
	       totals.failures || totals.forms < 200 ? "FAIL" : "PASS",
	       totals.forms, totals.executions, totals.faults, totals.refused,
	       totals.skipped, totals.runs, totals.failures);
	return totals.failures != 0;
}
