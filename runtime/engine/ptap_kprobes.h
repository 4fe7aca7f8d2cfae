/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel probes without CONFIG_KPROBES: kprobes, jprobes, return probes and
 * several probes at an address, on exported symbols alone.
 *
 * The interface is that of the papers of 2004 and 2005 under a ptap_ prefix:
 * "Kernel Probes (Kprobes)" by Keniston and Panchamukhi (Documentation/kprobes.txt
 * of 2.6.12 and later), the return probes of Nguyen, Panchamukhi and others, their
 * redesign by Lynch (instances keyed by task), and the multiprobes of
 * Panchamukhi.  Where a sentence below is in quotation marks it is theirs.
 *
 * The engine is linked into the module that uses it (doc/engine.md says how).
 * That module calls ptap_kprobes_init() first and ptap_kprobes_exit() last.
 *
 * Contexts: everything here but the handlers, ptap_jprobe_return() and
 * ptap_get_kretprobe() is called in process context and may sleep.  Handlers run
 * with preemption disabled, at a breakpoint in the context of an NMI: no lock
 * that others hold with interrupts on, no allocation, no sleep.  The same handler
 * may run on several CPUs at once.  A probe that is hit while a handler runs on
 * its CPU is passed by, and counted in nmissed.
 */
#ifndef PTAP_KPROBES_H
#define PTAP_KPROBES_H

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/types.h>

struct ptap_kprobe;
struct ptap_kretprobe_instance;
struct ptap_site;

typedef u8 ptap_kprobe_opcode_t;

/* ---- the engine itself -------------------------------------------------- */

/* Before anything else.  0; -EOPNOTSUPP where the kernel lacks what the engine
 * stands on (the log says what); -EEXIST: it is there; -ENOMEM. */
int ptap_kprobes_init(void);

/*
 * After the last probe was unregistered; what still is registered is taken back, and the
 * log says so.  When it returns, no task is in the engine's code: calls whose return
 * address was replaced have it back.  Waits for as long as such calls are in the
 * trampoline itself, which is short; calls that sleep inside a probed function do not
 * hold it up, unless they return through somebody else's trampoline first (doc/engine.md).
 */
void ptap_kprobes_exit(void);

/*
 * Why a probe was refused.  X(NAME, errno, text)
 *
 * Nothing was written to the kernel's text when one of these is the answer.
 */
#define PTAP_REFUSALS(X)                                                       \
	X(NONE, 0, "not refused")                                              \
	X(ARGUMENT, EINVAL, "neither an address nor a symbol, or both")        \
	X(SYMBOL, ENOENT, "the kernel has no such symbol")                     \
	X(REGISTERED, EEXIST, "this probe is registered already")              \
	X(NOT_TEXT, EFAULT, "not an address of kernel text")                   \
	X(INIT_TEXT, ENXIO, "text that is freed after initialisation")         \
	X(BOUNDARY, EILSEQ, "not the first byte of an instruction")            \
	X(INSTRUCTION, EOPNOTSUPP, "an instruction that cannot be displaced")  \
	X(EXTABLE, ENOTSUPP, "an instruction that is expected to fault")       \
	X(BLACKLIST, EPERM, "in a function that must not be probed")           \
	X(ENGINE, EDEADLK, "in the engine, or in what it calls")               \
	X(FOREIGN, EBUSY, "a breakpoint of somebody else is there")            \
	X(FTRACE, EUSERS, "bytes that belong to ftrace")                       \
	X(JUMP_LABEL, ETXTBSY, "bytes that belong to a jump label")            \
	X(ALTERNATIVE, EADDRINUSE, "bytes that alternatives patch")            \
	X(STATIC_CALL, EALREADY, "bytes that belong to a static call")         \
	X(ENDBR, EADDRNOTAVAIL, "the landing place of indirect calls (endbr)") \
	X(RETURN, EDOM, "a function that may not return through a trampoline") \
	X(SLOTS, ENOSPC, "all slots for displaced instructions are taken")     \
	X(GONE, ENODEV, "the module of the address is going away")             \
	X(PREEMPT_COUNT, ELOOP, "a post handler at the preemption count")

enum ptap_refusal {
#define X(name, error, text) PTAP_REFUSED_##name,
	PTAP_REFUSALS(X)
#undef X
};

/* Its text, a constant string. */
const char *ptap_refusal_text(enum ptap_refusal refusal);

/*
 * Addresses that must not be probed, which the engine cannot see for itself in a
 * running kernel (the tables of boot-time patching are freed): sorted by start,
 * not overlapping, the caller's for as long as the engine is there.  Replaces an
 * earlier list; N 0: none.  -EINVAL: not sorted.
 */
struct ptap_denied {
	unsigned long start;
	unsigned long end; /* one past the last byte */
	enum ptap_refusal refusal;
};

int ptap_kprobes_deny(const struct ptap_denied *denied, size_t n);

/* ---- kprobes ------------------------------------------------------------ */

/*
 * "Called with p pointing to the kprobe associated with the breakpoint, and regs
 * pointing to the struct containing the registers saved when the breakpoint was
 * hit."  Changes to regs take effect.  Not 0: the handler has set regs->ip and
 * the displaced instruction is not run.
 */
typedef int (*ptap_kprobe_pre_handler_t)(struct ptap_kprobe *p,
					 struct pt_regs *regs);

/* After the displaced instruction; flags is 0.  A probe with such a handler
 * costs a second breakpoint. */
typedef void (*ptap_kprobe_post_handler_t)(struct ptap_kprobe *p,
					   struct pt_regs *regs,
					   unsigned long flags);

/*
 * "Called if an exception is generated for any instruction within the pre- or
 * post-handler."  trapnr: 13 general protection fault, 14 page fault, 0 divide
 * error.  "Returns 1 if it successfully handled the exception": the handler that
 * faulted is left for good, as if it had returned 0, and the probed code goes on.
 * 0: the exception takes its course, which is an oops.
 */
typedef int (*ptap_kprobe_fault_handler_t)(struct ptap_kprobe *p,
					   struct pt_regs *regs, int trapnr);

/* Set by the user. */
#define PTAP_KPROBE_FLAG_DISABLED 0x1 /* not armed at first */
/* The address is a function's entry: the probe goes behind endbr and the bytes of
 * ftrace there, where arguments are still in their registers.  p->addr stays as
 * it was given, regs->ip is where the probe is. */
#define PTAP_KPROBE_FLAG_ENTRY 0x2

struct ptap_kprobe {
	/* Where: an address, or a symbol and an offset from it. */
	ptap_kprobe_opcode_t *addr;
	const char *symbol_name;
	unsigned int offset;

	ptap_kprobe_pre_handler_t pre_handler; /* each may be NULL */
	ptap_kprobe_post_handler_t post_handler;
	ptap_kprobe_fault_handler_t fault_handler;

	u32 flags;
	unsigned long nmissed; /* hits passed by; set to 0 when registered */
	enum ptap_refusal refusal; /* why it could not be registered */

	/* The engine's. */
	struct list_head list;	/* the probes of one site */
	struct ptap_site *site; /* NULL: not registered */
};

/*
 * 0, or a negative errno and p->refusal; -ENOMEM.  The structure is the caller's
 * and stays until it is unregistered.  "Sets a breakpoint at the address": several
 * probes may share an address, their handlers run in the order of registration.
 */
int ptap_register_kprobe(struct ptap_kprobe *p);

/* All or none: an error names the first that was refused, by its refusal. */
int ptap_register_kprobes(struct ptap_kprobe **ps, int n);

/* When these return, no handler of the probes runs any more.  What is not
 * registered is left alone.  One wait for all. */
void ptap_unregister_kprobe(struct ptap_kprobe *p);
void ptap_unregister_kprobes(struct ptap_kprobe **ps, int n);

/* Arming on the fly.  0; -EINVAL: not registered; -ENODEV: its module is gone. */
int ptap_disable_kprobe(struct ptap_kprobe *p);
int ptap_enable_kprobe(struct ptap_kprobe *p);

static inline bool ptap_kprobe_disabled(const struct ptap_kprobe *p)
{
	return p->flags & PTAP_KPROBE_FLAG_DISABLED;
}

/*
 * Where the text allows it, a jump takes the breakpoint's place a moment after the
 * registration (and gives it back before anything about the probe changes): a hit costs
 * a third then, and handlers run with interrupts off but in no exception.  All else is
 * the same, but that a handler may not move regs->sp down by more than 3 words, nor
 * write to more than the first of them.
 */

/* Waits until that has been done for all that are registered. */
void ptap_kprobes_settle(void);
/* Breakpoints only, until it is switched on again. */
void ptap_kprobes_use_jumps(bool on);
bool ptap_kprobe_is_jump(const struct ptap_kprobe *p);

/* ---- several probes at an address, as a layer (Panchamukhi, 2005) --------- */

struct ptap_multiprobe {
	struct ptap_kprobe kp;
};

/* 0, -EEXIST: a probe that is not a multiprobe is at that address already. */
int ptap_register_multiprobe(struct ptap_multiprobe *p);
/* 0, -EEXIST: it is not registered. */
int ptap_unregister_multiprobe(struct ptap_multiprobe *p);

/* ---- jprobes ------------------------------------------------------------ */

/*
 * "The handler should have the same arg list and return type as the probed
 * function; and just before it returns, it must call jprobe_return()."  Registers
 * and the arguments on the stack are restored then.  The function must not be
 * one that the compiler optimises its arguments for (static).
 */
struct ptap_jprobe {
	struct ptap_kprobe kp;
	void *entry; /* the handler */
};

/* As ptap_register_kprobe(); -EINVAL: not the entry of a function, or no handler;
 * -EEXIST: there "cannot be multiple jprobes on the same function". */
int ptap_register_jprobe(struct ptap_jprobe *p);
int ptap_register_jprobes(struct ptap_jprobe **ps, int n);
void ptap_unregister_jprobe(struct ptap_jprobe *p);
void ptap_unregister_jprobes(struct ptap_jprobe **ps, int n);

/* Ends a jprobe's handler, and "the handler never actually returns"; what follows
 * the call is for the compiler.  In that handler only. */
void ptap_jprobe_return(void);

/* ---- return probes ------------------------------------------------------ */

typedef int (*ptap_kretprobe_handler_t)(struct ptap_kretprobe_instance *ri,
					struct pt_regs *regs);

struct ptap_kretprobe_pool;

struct ptap_kretprobe {
	struct ptap_kprobe kp; /* kp.addr or kp.symbol_name: the function */
	/* "Run after the ret instruction executes, but before control returns to
	 * the return address in the caller."  Its value is ignored. */
	ptap_kretprobe_handler_t handler;
	/* At entry; not 0: this call has no return probe.  May be NULL. */
	ptap_kretprobe_handler_t entry_handler;
	/* "The maximum number of instances of the probed function that can be
	 * active concurrently"; <= 0: max(10, 2 * NR_CPUS) where the kernel is
	 * preemptible, else NR_CPUS, for NR_CPUS the possible CPUs. */
	int maxactive;
	/* "Incremented every time the probed function is entered but there is no
	 * kretprobe_instance object available." */
	int nmissed;
	size_t data_size; /* bytes of ri->data */

	struct ptap_kretprobe_pool *pool; /* the engine's */
};

/* One call of the probed function.  Of several return probes on a function, only the
 * one registered first sees the true ret_addr in its entry handler; in the handler
 * all do. */
struct ptap_kretprobe_instance {
	struct ptap_kretprobe *rp; /* NULL: unregistered meanwhile */
	struct task_struct *task;
	unsigned long ret_addr; /* where the function returns to */

	char data[] __aligned(8);
};

/* Of an instance in a handler; the first is NULL if it was unregistered. */
static inline struct ptap_kretprobe *
ptap_get_kretprobe(struct ptap_kretprobe_instance *ri)
{
	return READ_ONCE(ri->rp);
}

static inline unsigned long
ptap_get_kretprobe_retaddr(struct ptap_kretprobe_instance *ri)
{
	return ri->ret_addr;
}

/*
 * As ptap_register_kprobe(); -EINVAL: not the entry of a function (the bytes of
 * ftrace and endbr at an entry are stepped over); -EDOM (RETURN): a function which
 * "is called a number of times that does not match the number of times it
 * returns".
 */
int ptap_register_kretprobe(struct ptap_kretprobe *rp);
int ptap_register_kretprobes(struct ptap_kretprobe **rps, int n);

/* "If a probed function is running when the return probe is unregistered, the
 * function will return as expected, but the handler won't be run." */
void ptap_unregister_kretprobe(struct ptap_kretprobe *rp);
void ptap_unregister_kretprobes(struct ptap_kretprobe **rps, int n);

/* ADDRESS is what stands at SLOT of the current task's stack as a return address: where
 * the function really returns to, if a return probe's trampoline stands there for
 * it.  Any context. */
unsigned long ptap_return_address(unsigned long address,
				  const unsigned long *slot);

/* How often so far a CPU, looking for an instance, got in the way of another or took
 * one that was at home with another.  0 while registered: nothing was shared. */
unsigned long ptap_kretprobe_contended(const struct ptap_kretprobe *rp);

int ptap_disable_kretprobe(struct ptap_kretprobe *rp);
int ptap_enable_kretprobe(struct ptap_kretprobe *rp);

#endif
