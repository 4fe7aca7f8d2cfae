/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contexts that handlers run in, one a CPU, and the way in and out of a
 * handler that every mechanism uses.
 *
 * ptrt_may_enter() to ptrt_leave() are on the path of every hit: straight line, no
 * call, no atomic.  A context belongs to whoever set BUSY on its own CPU with
 * preemption off; an interrupt or NMI that comes between the test and the store
 * has left again before the store, so no atomic is needed.
 */
#ifndef PTRT_CORE_CONTEXT_H
#define PTRT_CORE_CONTEXT_H

#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/kallsyms.h>
#include <linux/percpu.h>
#include <linux/thread_info.h>
#include <asm/local.h>

#include "scratch.h"
#include "../script.h"
#include "../../include/ptap/limits.h"
#include "../../include/ptap/wire.h"

/* Longest error message. */
#define PTRT_MESSAGE_MAX 512
/* More places that an error was called from are not told. */
#define PTRT_CALLERS_MAX 8

/* The section of a module that SITE is in; NULL: the kernel image, or user space. */
static inline const struct ptrt_section *
ptrt_site_section(const struct ptrt_site *site)
{
	return site->section && site->section < PTRT_USER
		       ? &ptrt_script.sections[site->section - 1]
		       : NULL;
}

/* Where SITE is in the kernel; meaningless while its module is not there. */
static inline unsigned long ptrt_site_address(const struct ptrt_site *site)
{
	const struct ptrt_section *section = ptrt_site_section(site);

	if (site->section == PTRT_ABSOLUTE)
		return site->address;
	return site->address +
	       (section ? READ_ONCE(section->slide) : ptrt_slide);
}

struct rchan_buf;

struct ptrt_cpu {
	struct ptrt_context c; /* first: handlers have its address */

	/* what a hit touches */
	unsigned long ip; /* where it hit, if c.site does not say; or 0 */
	u32 busy;	  /* a handler owns this context */
	s32 max_actions;
	local_t countdown; /* hits until one is measured */
	u32 reserved;	   /* bytes of the record that is being written */
	int *slots;	   /* this CPU's word of each variable's lock */

	/* the record writer (transport/record.c) */
	char *at, *end;		 /* free part of the sub-buffer */
	unsigned long published; /* bytes readable since the start, with gaps */
	u64 last_time;
	u32 seq;
	u64 written, lost;
	struct rchan_buf *buffer; /* NULL: this CPU came after the load */

	/* overload (core/context.c); cycles */
	u32 period;	    /* hits that the next measured one stands for */
	bool interruptible; /* begin and the like: interrupts are on */
	u64 hits_before;    /* hits up to the start of the period */
	u64 interval_start, interval_cycles;

	unsigned int id;
	char message[PTRT_MESSAGE_MAX];	       /* text behind c.error */
	const char *callers[PTRT_CALLERS_MAX]; /* innermost first */
	u32 n_callers;
	char scratch[PTRT_SCRATCH] __aligned(16); /* ptrt_scratch() */
	char symbol[KSYM_SYMBOL_LEN + 1];	  /* ptrt_symbol() */
};

DECLARE_PER_CPU(struct ptrt_cpu *, ptrt_context);

/*
 * A hit needs this many bytes of free stack.  MINSTACKSPACE while handlers may
 * run; THREAD_SIZE, which no stack has, at all other times: one comparison asks
 * for both.
 */
extern unsigned long ptrt_gate;

static inline void ptrt_gate_open(void)
{
	WRITE_ONCE(ptrt_gate,
		   (unsigned long)ptrt_script.limits[PTAP_LIMIT_minstackspace]);
}

static inline void ptrt_gate_close(void)
{
	WRITE_ONCE(ptrt_gate, THREAD_SIZE);
}

static __always_inline unsigned long ptrt_stack_left(void)
{
	return current_stack_pointer & (THREAD_SIZE - 1);
}

/* Counts the hit that ptrt_may_enter() refused. */
void ptrt_refused(struct ptrt_cpu *cpu, const struct ptrt_probe *probe);

/* Runs HANDLER and measures it; sets when to measure next. */
void ptrt_run_measured(struct ptrt_cpu *cpu,
		       void (*handler)(struct ptrt_context *c));

/* Takes back an error. */
static inline void ptrt_error_clear(struct ptrt_cpu *cpu)
{
	cpu->c.error = NULL;
	cpu->c.where = NULL;
	cpu->n_callers = 0;
}

/* Deals with the error that a handler left in its context, and clears it. */
void ptrt_report(struct ptrt_cpu *cpu);

/* Interrupts are off.  May a handler begin on CPU, this one?  If not: see
 * ptrt_refused(). */
static __always_inline bool ptrt_may_enter(const struct ptrt_cpu *cpu)
{
	return likely(!cpu->busy) && likely(ptrt_stack_left() >= ptrt_gate);
}

/* After ptrt_may_enter(): makes CPU's context the caller's and ready for PROBE.
 * SITE may be NULL if the caller sets ip.  String memory needs nothing: a handler
 * that uses some gives it back on every way out. */
static __always_inline void ptrt_enter(struct ptrt_cpu *cpu,
				       const struct ptrt_probe *probe,
				       const void *regs,
				       const struct ptrt_site *site)
{
	WRITE_ONCE(cpu->busy, 1);
	barrier();
	cpu->c.probe = probe;
	cpu->c.regs = regs;
	cpu->c.site = site;
	cpu->c.actions = cpu->max_actions;
}

static __always_inline void ptrt_leave(struct ptrt_cpu *cpu)
{
	barrier();
	WRITE_ONCE(cpu->busy, 0);
}

static __always_inline void ptrt_run(struct ptrt_cpu *cpu,
				     void (*handler)(struct ptrt_context *c))
{
	if (unlikely(local_dec_and_test(&cpu->countdown)))
		ptrt_run_measured(cpu, handler);
	else
		handler(&cpu->c);
}

/* As ptrt_enter(), for begin and the like and for the module's own messages:
 * process context with preemption off, interrupts on, whatever the gate says.
 * Never NULL.  PROBE may be NULL. */
struct ptrt_cpu *ptrt_enter_process(const struct ptrt_probe *probe);
void ptrt_leave_process(struct ptrt_cpu *cpu);

/* CPU's context; NULL: CPU is not possible. */
struct ptrt_cpu *ptrt_cpu_of(unsigned int cpu);

/* All contexts.  0 or -ENOMEM with nothing left behind. */
int ptrt_contexts_create(void);
void ptrt_contexts_destroy(void);

/* Handlers run so far on CPU. */
static inline u64 ptrt_hits(const struct ptrt_cpu *cpu)
{
	return cpu->hits_before + cpu->period - local_read(&cpu->countdown);
}

#endif
