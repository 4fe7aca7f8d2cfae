/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the engine share.  Nothing here is for users of the engine:
 * their header is ptap_kprobes.h.  doc/engine.md draws how a hit travels.
 *
 *   registry.c    registering and unregistering: batches, all or none
 *   site.c        probed addresses: table, arming, freeing
 *   hit.c         the breakpoint exception: handlers, passing by, post traps
 *   guard.c       handlers that may fault, and what happens when they do
 *   text.c        bytes of the kernel's text
 *   slots.c       executable memory: the module's own text
 *   refuse.c      what must not be probed
 *   reserved.c    text that others patch, from the kernel's tables
 *   symbols.c     names and addresses
 *   jprobe.c multiprobe.c kretprobe.c    the other kinds of probes
 *   arch/x86/     all that knows instructions, registers, page tables
 *
 * Two contexts.  "Hit": everything on the way of a hit, marked PTE_HIT.  It runs
 * in an NMI's context with interrupts off at a breakpoint, with preemption off in
 * a jump probe's stub: per-CPU data by raw operations and RCU lists only.
 * "Control": process context, under pte_lock, may sleep.
 */
#ifndef PTE_ENGINE_H
#define PTE_ENGINE_H

#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/types.h>

#include "arch/x86/decode.h"
#include "arch/x86/displace.h"
#include "ptap_kprobes.h"

/* Of functions on the way of a hit: not for ftrace, not for the kernel's kprobes
 * (PTE_HIT_END after the body), and refused to the engine's own by their names:
 * all of the engine's functions begin with pte_ or ptap_. */
#define PTE_HIT notrace
#define PTE_HIT_END(function) NOKPROBE_SYMBOL(function)

#ifdef CONFIG_X86_64
#define PTE_WIDE true
#else
#define PTE_WIDE false
#endif

/* ---- probes -------------------------------------------------------------- */

/* In ptap_kprobe.flags, besides PTAP_KPROBE_FLAG_DISABLED. */
#define PTE_GONE 0x0100 /* its module went: off for good */
#define PTE_ENTRY \
	0x0200 /* names a function: placed behind the entry's own bytes */
#define PTE_LAST 0x0400	 /* a jprobe: after all others at its site, one only */
#define PTE_MULTI 0x0800 /* a multiprobe: the value of its handler is ignored */
#define PTE_RETURN 0x1000 /* the entry of a return probe */
#define PTE_OFF (PTAP_KPROBE_FLAG_DISABLED | PTE_GONE)
#define PTE_KINDS (PTE_ENTRY | PTE_LAST | PTE_MULTI | PTE_RETURN)

struct pte_jump; /* a jump in place of the breakpoint: jump.c */

/* A probed address.  Readers: RCU.  Writers: pte_lock. */
struct ptap_site {
	/* What a hit reads comes first. */
	struct hlist_node node; /* in the table, by address */
	unsigned long address;
	struct list_head probes; /* in the order of their calls */
	unsigned long slot; /* the displaced instruction, and a jump back */
	unsigned long
		post_slot; /* the same with traps for post handlers, or 0 */

	struct pte_jump *jump; /* NULL: it is a breakpoint */
	struct pte_insn insn;
	u8 original[PTE_INSN_MAX]; /* insn.length bytes */
	bool armed;		   /* the breakpoint or jump is in the text */
	bool gone;		   /* so is the text */
	struct module *module;	   /* whose text it is; NULL: the kernel's.  No
				      reference is held: never dereferenced */
	struct list_head work;	   /* in the list that one call works on */
};

/* Serialises control.  Taken before cpus_read_lock(); the kernel's module
 * notifiers take it, so never under it: loading or removing a module. */
extern struct mutex pte_lock;

/* ---- one CPU's state ------------------------------------------------------ */

struct pte_cpu {
	/* A handler runs on this CPU: hits pass by. */
	unsigned int active;
};

DECLARE_PER_CPU(struct pte_cpu, pte_cpu);

/* Hit, preemption off.  False: a handler is running here, pass by.  An NMI in the
 * middle leaves the flag as it found it. */
static __always_inline bool pte_enter(void)
{
	if (raw_cpu_read(pte_cpu.active))
		return false;
	raw_cpu_write(pte_cpu.active, 1);
	barrier();
	return true;
}

static __always_inline void pte_leave(void)
{
	barrier();
	raw_cpu_write(pte_cpu.active, 0);
}

/* ---- registry.c ----------------------------------------------------------- */

/*
 * Registers N probes of KIND (PTE_ENTRY and its like), under pte_lock: all or none.
 * 0, or an errno, and then *FAILED (may be NULL) is the index of the first that was
 * refused.  Their addresses are resolved and checked; for PTE_ENTRY p->addr is the
 * function, the site's address is behind the bytes of endbr and ftrace.
 */
int pte_register(struct ptap_kprobe **ps, int n, u32 kind);

/* Takes back what of PS is registered, in the same order of steps.  When it
 * returns no handler of them runs.  Under pte_lock. */
void pte_unregister(struct ptap_kprobe **ps, int n);

/* Switches probes on or off; under pte_lock.  -EINVAL, -ENODEV; all or none. */
int pte_switch(struct ptap_kprobe **ps, int n, bool on);

/* ---- site.c ---------------------------------------------------------------- */

/* Hit: the site of ADDRESS, or NULL. */
struct ptap_site *pte_site_find(unsigned long address);

/* Control.  A site for ADDRESS that is not in the table yet: decoded, displaced,
 * not armed.  NULL and *REFUSAL (NONE: no memory). */
struct ptap_site *pte_site_create(unsigned long address, struct module *module,
				  enum ptap_refusal *refusal);
/* One that never was in the table, or that nobody can be in any more. */
void pte_site_destroy(struct ptap_site *site);
/* Makes the slot for post handlers if it is not there: NONE, or why not. */
enum ptap_refusal pte_site_want_post(struct ptap_site *site);

void pte_site_hash(struct ptap_site *site);
void pte_site_unhash(struct ptap_site *site);

/*
 * Puts breakpoints (then jumps, where they may be) at the sites of a list (by
 * .work), or takes them away: one round of CPUs a step, whatever the length.
 * pte_sites_arm(): NULL, or the first whose bytes are not what was decoded any
 * more; then none of the list is armed.
 */
struct ptap_site *pte_sites_arm(struct list_head *work);
void pte_sites_disarm(struct list_head *work);

/* The bytes at ADDRESS as they are without the engine's own: N at most
 * PTE_ORIGINAL_MAX.  False: not mapped. */
#define PTE_ORIGINAL_MAX 64
bool pte_original_bytes(unsigned long address, u8 *ret, size_t n);

/* ---- hit.c ------------------------------------------------------------------ */

int pte_hit_init(void);
void pte_hit_exit(void);

/*
 * Calls the pre handlers of SITE, regs->ip being ADDR + 1 of each probe as after
 * a breakpoint.  Hit, between pte_enter() and pte_leave().  True: one of them has
 * set regs->ip, the displaced instruction is not to be run.
 */
bool pte_site_pre(struct ptap_site *site, struct pt_regs *regs);
/* Counts a hit that passes by in all of its probes. */
void pte_site_missed(struct ptap_site *site);

/* ---- text.c ----------------------------------------------------------------- */

/*
 * Writes NEW over OLD, N bytes at ADDRESS (executable, read-only), if OLD is there;
 * false: it is not, or the page is not mapped; nothing is written then.  One byte
 * is atomic against everybody, more are not.  Control.
 */
bool pte_text_replace(unsigned long address, const u8 *old, const u8 *new,
		      size_t n);
/* Our own text, whatever is there. */
bool pte_text_write(unsigned long address, const u8 *new, size_t n);
/* When it returns every CPU has executed a serialising instruction since, and each
 * breakpoint exception that had begun before is over. */
void pte_text_sync(void);
/* Lets go of the page that the last write had mapped. */
void pte_text_done(void);

/* ---- slots.c ---------------------------------------------------------------- */

/* Executable bytes near the kernel's text, int3 all over; counted in units of
 * PTE_SLOT_UNIT.  0: none is left.  OWNER: what pte_slot_owner() answers. */
unsigned long pte_slot_get(size_t size, void *owner);
/* Tasks may still be in it: it is given out again after a wait for them, which
 * pte_slot_get() does when it runs short.  Preemption-disabled users of its owner
 * must have gone (synchronize_rcu()). */
void pte_slot_put(unsigned long slot, size_t size);
/* Hit: who has the slot that ADDRESS lies in; NULL: it is not a slot. */
void *pte_slot_owner(unsigned long address);
int pte_slots_init(void);
/* Waits until no task is in any slot. */
void pte_slots_exit(void);

/* ---- symbols.c -------------------------------------------------------------- */

struct pte_symbol {
	unsigned long start;
	unsigned long size;
	struct module
		*module; /* NULL: the kernel's.  Valid as long as its text */
	char name[KSYM_NAME_LEN];
};

int pte_symbols_init(void);
void pte_symbols_exit(void);
/* The address of NAME, which may be "module:name"; 0: there is none.  Control. */
unsigned long pte_symbol_address(const char *name);
/* The function of an address of the kernel's text or a module's; false: none. */
bool pte_symbol_of(unsigned long address, struct pte_symbol *ret);

enum pte_text_kind {
	PTE_TEXT_NONE,
	PTE_TEXT_KERNEL,
	PTE_TEXT_MODULE,
	PTE_TEXT_INIT, /* the kernel's or a module's: freed after it was run */
	PTE_TEXT_GOING, /* of a module that is on its way out, or not yet formed */
};

/* *MODULE: of PTE_TEXT_MODULE, INIT and GOING; else NULL. */
enum pte_text_kind pte_text_kind(unsigned long address, struct module **module);

/* ---- refuse.c, reserved.c ------------------------------------------------------ */

/* All that speaks against a probe at ADDRESS but its instruction; for ENTRY the
 * address is a function's first byte, and *ADDRESS becomes where it is placed.
 * Sets *MODULE as pte_text_kind() does. */
enum ptap_refusal pte_refuse(unsigned long *address, bool entry,
			     struct module **module);
/* The same for N bytes that a jump is to replace, all in one function. */
enum ptap_refusal pte_refuse_range(unsigned long address, size_t n);
int pte_refusal_errno(enum ptap_refusal refusal);

int pte_reserved_init(void);
void pte_reserved_exit(void);
/* NONE, or who patches (or expects faults at) any of N bytes at ADDRESS. */
enum ptap_refusal pte_reserved(unsigned long address, size_t n,
			       struct module *module);

/* ---- kretprobe.c ------------------------------------------------------------- */

int pte_returns_init(void);
void pte_returns_exit(void);

/* ---- jprobe.c, guard.c ---------------------------------------------------------- */

/* Hit: is this the trap of ptap_jprobe_return()?  Then regs are restored and
 * *SITE is the site whose displaced instruction comes next. */
bool pte_jprobe_return_trap(struct pt_regs *regs, struct ptap_site **site);

/* Calls of handlers of a probe that has a fault handler. */
int pte_guarded_pre(struct ptap_kprobe *p, struct pt_regs *regs);
void pte_guarded_post(struct ptap_kprobe *p, struct pt_regs *regs);
int pte_guard_init(void);
/* Makes P's handlers recoverable.  0, -ENOSPC. */
int pte_guard_add(const struct ptap_kprobe *p);

#endif
