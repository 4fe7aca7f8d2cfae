/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run is two signals: int3 in machine_run(), whose handler changes the registers
 * that it returns to, and the one that ends it, whose handler changes them back.
 */
#include "machine.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifdef __x86_64__
static const int order[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX,
			     REG_RSP, REG_RBP, REG_RSI, REG_RDI,
			     REG_R8,  REG_R9,  REG_R10, REG_R11,
			     REG_R12, REG_R13, REG_R14, REG_R15 };
#define IP REG_RIP
#define FXSAVE 0 /* where it is in what the kernel puts on the stack */
#else
static const int order[] = { REG_EAX, REG_ECX, REG_EDX, REG_EBX,
			     REG_ESP, REG_EBP, REG_ESI, REG_EDI };
#define IP REG_EIP
#define FXSAVE 112
#endif

/* "extended_size" of the kernel's struct _fpx_sw_bytes (asm/sigcontext.h). */
#define FLOAT_SIZE_AT (FXSAVE + 464 + 4)
#define FLOAT_SIZE_MAX 16384

static struct {
	bool running;
	struct machine_state *state;
	gregset_t harness; /* where the run was started */
	/* of the harness, of all runs at first, and of the last at its end */
	uint8_t floats[3][FLOAT_SIZE_MAX];
	unsigned int float_from; /* 1 or 2: what the next run starts with */
	uint32_t float_size;
} machine;

static void begin_run(ucontext_t *context, uint8_t *floats)
{
	const struct machine_state *state = machine.state;
	greg_t *registers = context->uc_mcontext.gregs;
	unsigned int i;

	memcpy(machine.harness, registers, sizeof(machine.harness));
	memcpy(machine.floats[0], floats, machine.float_size);
	for (i = 0; i < MACHINE_N_REGISTERS; i++)
		registers[order[i]] = (greg_t)state->registers[i];
	registers[IP] = (greg_t)state->ip;
	registers[REG_EFL] = (greg_t)state->flags;
	memcpy(floats, machine.floats[machine.float_from], machine.float_size);
	machine.running = true;
}

static void end_run(ucontext_t *context, uint8_t *floats, int number, int code)
{
	struct machine_state *state = machine.state;
	greg_t *registers = context->uc_mcontext.gregs;
	unsigned int i;

	for (i = 0; i < MACHINE_N_REGISTERS; i++)
		state->registers[i] = (unsigned long)registers[order[i]];
	state->flags = (unsigned long)registers[REG_EFL];
	state->stepped = code == TRAP_TRACE;
	state->ip = (unsigned long)registers[IP] -
		    (number == SIGTRAP && !state->stepped);
	state->signal = number;
	memcpy(machine.floats[2], floats, machine.float_size);
	/* FXSAVE's layout: SDM volume 1, table 10-2 */
	memcpy(state->floats.control, floats + FXSAVE,
	       sizeof(state->floats.control));
	memcpy(state->floats.registers, floats + FXSAVE + 24,
	       sizeof(state->floats.registers));
	memcpy(registers, machine.harness, sizeof(machine.harness));
	memcpy(floats, machine.floats[0], machine.float_size);
	machine.running = false;
}

/* A run may have set it; the handler would not survive. */
static void clear_alignment_check(void)
{
#ifdef __x86_64__
	__builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() &
				       ~0x40000ull);
#else
	__builtin_ia32_writeeflags_u32(__builtin_ia32_readeflags_u32() &
				       ~0x40000u);
#endif
}

static void take_signal(int number, siginfo_t *info, void *data)
{
	ucontext_t *context = data;
	uint8_t *floats = (uint8_t *)context->uc_mcontext.fpregs;

	clear_alignment_check();
	memcpy(&machine.float_size, floats + FLOAT_SIZE_AT, 4);
	if (machine.float_size > FLOAT_SIZE_MAX)
		abort();
	if (machine.running)
		end_run(context, floats, number, info->si_code);
	else if (number == SIGTRAP && machine.state)
		begin_run(context, floats);
	else if (number == SIGTRAP) /* machine_init() */
		memcpy(machine.floats[1], floats, machine.float_size);
	else
		abort();
}

static void *map(unsigned long address, int protection)
{
	void *place =
		mmap((void *)address, MACHINE_SIZE, protection,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (place != (void *)address) {
		perror("mmap");
		exit(2);
	}
	return place;
}

void machine_init(void)
{
	static const int signals[] = { SIGTRAP, SIGSEGV, SIGBUS, SIGILL,
				       SIGFPE };
	struct sigaction action = {
		.sa_sigaction = take_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	stack_t stack = { .ss_size = 1 << 20 };
	cpu_set_t one;
	size_t i;

	/* always the same processor */
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	map(MACHINE_TEXT, PROT_READ | PROT_WRITE | PROT_EXEC);
	map(MACHINE_SLOT, PROT_READ | PROT_WRITE | PROT_EXEC);
	map(MACHINE_DATA, PROT_READ | PROT_WRITE);
	map(MACHINE_STACK, PROT_READ | PROT_WRITE);
	stack.ss_sp = malloc(stack.ss_size);
	if (!stack.ss_sp || sigaltstack(&stack, NULL))
		exit(2);
	sigfillset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	__asm__ volatile("int3" ::: "memory");
}

static void fill_words(unsigned long address)
{
	unsigned long *words = (unsigned long *)address;
	size_t i;

	/* without the trap flag, should one be popped as flags */
	for (i = 0; i < MACHINE_SIZE / sizeof(*words); i++)
		words[i] = MACHINE_LANDING + (i & 0x1f) * 8;
}

void machine_reset(void)
{
	memset((void *)MACHINE_TEXT, 0xcc, MACHINE_SIZE);
	memset((void *)MACHINE_SLOT, 0xcc, MACHINE_SIZE);
	fill_words(MACHINE_DATA);
	fill_words(MACHINE_STACK);
}

static void run(struct machine_state *state, unsigned int floats)
{
	machine.state = state;
	machine.float_from = floats;
	__asm__ volatile("int3" ::: "memory");
}

void machine_run(struct machine_state *state)
{
	run(state, 1);
}

void machine_go_on(struct machine_state *state)
{
	run(state, 2);
}

void machine_save(uint8_t ret[2 * MACHINE_SIZE])
{
	memcpy(ret, (void *)MACHINE_DATA, MACHINE_SIZE);
	memcpy(ret + MACHINE_SIZE, (void *)MACHINE_STACK, MACHINE_SIZE);
}
