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
 *   quiesce.c     waiting for tasks that were preempted in what goes
 *   slots.c       executable memory: the module's own text
 *   refuse.c      what must not be probed
 *   reserved.c    text that others patch, from the kernel's tables
 *   scan.c        these tables where their names are unknown
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

#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
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

/* In ptap_kprobe.flags, besides what users set. */
#define PTE_GONE 0x0100	 /* its module went: off for good */
#define PTE_LAST 0x0400	 /* a jprobe: after all others at its site, one only */
#define PTE_MULTI 0x0800 /* a multiprobe: the value of its handler is ignored */
#define PTE_RETURN 0x1000  /* the entry of a return probe */
#define PTE_LEAVING 0x2000 /* out of its site's list, in the current call */
#define PTE_JOINING \
	0x4000 /* only in hits that go by the new of two post slots */
#define PTE_OFF (PTAP_KPROBE_FLAG_DISABLED | PTE_GONE)
#define PTE_KINDS (PTE_LAST | PTE_MULTI | PTE_RETURN | PTE_LEAVING)

struct pte_jump; /* a jump in place of the breakpoint: jump.c */

/* The most bytes that a jump of 5 bytes replaces: whole instructions. */
#define PTE_SITE_BYTES (4 + PTE_INSN_MAX)

/* A probed address.  Readers: RCU.  Writers: pte_lock. */
struct ptap_site {
	/* What a hit reads comes first. */
	struct hlist_node node; /* in the table, by address */
	unsigned long address;
	/* The only one of its probes that is on, if there is one, it has a pre handler
	 * and nothing besides. */
	struct ptap_kprobe *only;
	struct list_head probes; /* in the order of their calls */
	/* The displaced instruction and a jump back; the same with traps for
	 * post handlers, or 0: one of two in a row that are alike.  While a probe joins
	 * others with post handlers, the new one is joining_slot, and a hit keeps to
	 * the one that it began with: so it is known whether that probe has a part
	 * in it. */
	unsigned long slot;
	unsigned long post_slot;
	unsigned long joining_slot;

	/* While it has a jump made for that: the return probe that is its only
	 * probe. */
	struct ptap_kretprobe *lone_return;
	/* NULL: what is in the text is a breakpoint. */
	struct pte_jump *jump;
	struct pte_jump *old_jump; /* somebody may be in its stub */
	bool jump_comes; /* somebody may be where a jump is to be written */
	struct pte_insn insn;
	/* The text as it is without the probe: the instruction, or all that a
	 * jump replaces. */
	u8 original[PTE_SITE_BYTES];
	u8 original_n;
	unsigned long post_slots; /* the first of the two */
	bool armed;
	bool gone;    /* with the module whose text it was */
	bool no_jump; /* for a reason that stays */
	/* Whose text it is; NULL: the kernel's.  No reference is held, so it is
	 * compared, never looked into. */
	const struct module *module;
	unsigned int n_probes;	  /* that refer to it */
	struct ptap_kprobe *last; /* the jprobe */
	struct list_head work;	  /* in the list that one call works on */
};

/* Serialises control.  Taken before cpus_read_lock(); the kernel's module
 * notifiers take it, so never under it: loading or removing a module. */
extern struct mutex pte_lock;

/* ---- one CPU's state ----------------------------------------------------- */

/* Bytes of a function's stack that a jprobe's handler may overwrite: its arguments.
 * The papers copy 64 bytes on i386. */
#define PTE_STACK_SAVED (16 * sizeof(long))

struct pte_cpu {
	/* A handler runs on this CPU: hits pass by. */
	unsigned int active;

	/* While a jprobe's handler runs. */
	struct ptap_site *jprobe_site;
	struct pt_regs jprobe_regs;
	unsigned long
		jprobe_post; /* the slot for post handlers after it, or 0 */
	size_t jprobe_stack_n;
	u8 jprobe_stack[PTE_STACK_SAVED];
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

/* ---- registry.c ---------------------------------------------------------- */

/*
 * Registers N probes of KIND (flags to set), under pte_lock: all or none.  0, or an
 * errno; of the one that was refused the refusal is set.  Their addresses are
 * resolved and checked; with PTAP_KPROBE_FLAG_ENTRY p->addr is the function, and the
 * site's address is behind the bytes of endbr and ftrace.
 */
int pte_register(struct ptap_kprobe **ps, int n, u32 kind);

/* Takes back what of PS is registered.  When it returns no handler of them runs.
 * Under pte_lock. */
void pte_unregister(struct ptap_kprobe **ps, int n);

/* Switches probes on or off; under pte_lock.  -EINVAL, -ENODEV; all or none. */
int pte_switch(struct ptap_kprobe **ps, int n, bool on);

/* ---- site.c -------------------------------------------------------------- */

#define PTE_TABLE_BITS 12

extern struct hlist_head pte_site_table[1 << PTE_TABLE_BITS];

/* The site of ADDRESS, or NULL.  Hit, or under pte_lock. */
static __always_inline struct ptap_site *pte_site_find(unsigned long address)
{
	struct ptap_site *site;

	hlist_for_each_entry_rcu_notrace(
		site, &pte_site_table[hash_long(address, PTE_TABLE_BITS)], node)
	{
		if (site->address == address)
			return site;
	}
	return NULL;
}

/* Control.  A site for ADDRESS, which the table does not have yet: decoded, displaced,
 * in the table, not armed.  NULL and *REFUSAL (NONE: no memory). */
struct ptap_site *pte_site_create(unsigned long address,
				  const struct module *module,
				  enum ptap_refusal *refusal);
/* One that is not in the table, and that no hit can be in any more. */
void pte_site_destroy(struct ptap_site *site);
/* Makes the slots for post handlers if they are not there.  False and *REFUSAL (NONE:
 * no memory). */
bool pte_site_want_post(struct ptap_site *site, enum ptap_refusal *refusal);
/* The one of them that is not in use. */
static inline unsigned long pte_site_other_post(const struct ptap_site *site)
{
	return 2 * site->post_slots + PTE_SLOT_UNIT - site->post_slot;
}
void pte_site_unhash(struct ptap_site *site);
/* Adds all sites in MODULE's text (NULL: all there are) to the list WORK. */
void pte_sites_of(const struct module *module, struct list_head *work);

/*
 * Puts breakpoints (then jumps, where they may be) at the sites of a list (by
 * .work), or takes them away: one round of CPUs a step, whatever the length.
 * pte_sites_arm(): 0; -EBUSY: the bytes of *FAILED are not what was decoded any
 * more; -ENOMEM.  Then none of the list is armed.
 */
int pte_sites_arm(struct list_head *work, struct ptap_site **failed);
void pte_sites_disarm(struct list_head *work);

/* The bytes at ADDRESS as they are without the engine's own: N at most
 * PTE_ORIGINAL_MAX.  False: not mapped. */
#define PTE_ORIGINAL_MAX 64
bool pte_original_bytes(unsigned long address, u8 *ret, size_t n);

/* ---- hit.c --------------------------------------------------------------- */

int pte_hit_init(void);
void pte_hit_exit(void);

/* From here to pte_release_cpu() the task stays on this CPU, also outside of
 * exceptions, and no grace period ends.  Hit. */
static __always_inline void pte_hold_cpu(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		__preempt_count_add(1);
}

/* Without a call of the scheduler, which cannot be here: the next interrupt, or the
 * next preempt_enable(), is soon. */
static __always_inline void pte_release_cpu(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
		__preempt_count_sub(1);
}

/*
 * Calls the pre handlers of SITE, regs->ip being one byte behind its address as after
 * a breakpoint.  Hit, between pte_enter() and pte_leave().  True: one of them has
 * set regs->ip, the displaced instruction is not to be run.  Probes with post handlers
 * are left out: this is for jumps.  (Who finds site->only calls its pre handler
 * instead.)
 */
bool pte_site_pre_all(struct ptap_site *site, struct pt_regs *regs);

/* Counts a hit that passes by in all of its probes. */
void pte_site_missed(struct ptap_site *site);

/* Waits until no handler of a probe that is in no list any more runs, and nobody looks
 * at what could be found before.  Control. */
void pte_hits_wait(void);

/* ---- text.c -------------------------------------------------------------- */

/*
 * Writes NEW over OLD, N bytes at ADDRESS (executable, read-only), if OLD is there.
 * 0; -EBUSY: it is not, or nothing is; -ENOMEM: nothing is written then.  One byte
 * is atomic against everybody, more are not.  Control.
 */
int pte_text_replace(unsigned long address, const u8 *old, const u8 *new,
		     size_t n);
/* Our own text, whatever is there; no more than a page.  0; -ENOMEM: nothing is
 * written. */
int pte_text_write(unsigned long address, const u8 *new, size_t n);
/* When it returns every CPU has executed a serialising instruction since, and each
 * breakpoint exception that had begun before is over. */
void pte_text_sync(void);
/* Lets go of the page that the last write had mapped. */
void pte_text_done(void);

/* ---- slots.c ------------------------------------------------------------- */

/* Executable bytes near the kernel's text, int3 all over; counted in units of
 * PTE_SLOT_UNIT.  0: none is left.  OWNER: what pte_slot_owner() answers. */
unsigned long pte_slot_get(size_t size, void *owner);
/* Tasks may still be in it: it is given out again after a wait for them, which
 * pte_slot_get() does when it runs short.  Preemption-disabled users of its owner
 * must have gone (synchronize_rcu()). */
void pte_slot_put(unsigned long slot, size_t size);
/* From now on nobody has it, and later it is put back. */
void pte_slot_disown(unsigned long slot, size_t size);

#ifndef PTE_SLOTS
#define PTE_SLOTS 4096 /* units */
#endif

extern u8 pte_slot_pool[];
extern void *pte_slot_owners[PTE_SLOTS];

/* Hit: who has the slot that ADDRESS lies in; NULL: it is not a slot. */
static __always_inline void *pte_slot_owner(unsigned long address)
{
	size_t at = address - (unsigned long)pte_slot_pool;

	if (at >= PTE_SLOTS * PTE_SLOT_UNIT)
		return NULL;
	return READ_ONCE(pte_slot_owners[at / PTE_SLOT_UNIT]);
}
/* Waits until no task is in any slot. */
void pte_slots_exit(void);

/* ---- quiesce.c ----------------------------------------------------------- */

/* Waits until nobody is any more where he was when this was called: in a slot, in a stub,
 * in bytes that a breakpoint precedes; with TRAMPOLINE, in that, when no return
 * address is left that stands for it.  Control. */
void pte_quiesce(bool trampoline);

/* ---- symbols.c ----------------------------------------------------------- */

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
/* The same where only the kernel's image counts. */
enum pte_text_kind pte_kernel_text_kind(unsigned long address);
/* Or what was text once, in the kernel's image. */
bool pte_may_be_text(unsigned long address);
/* Between its text and what is freed after boot; pages may be missing. */
void pte_kernel_data(unsigned long *start, unsigned long *end);

/* ---- refuse.c, reserved.c ------------------------------------------------ */

/* All that speaks against a probe at ADDRESS but its instruction; for ENTRY the
 * address is a function's first byte, and *ADDRESS becomes where it is placed.
 * Sets *MODULE as pte_text_kind() does. */
enum ptap_refusal pte_refuse(unsigned long *address, bool entry,
			     struct module **module);
/* The same for N bytes that a jump is to replace, all in one function. */
enum ptap_refusal pte_refuse_range(unsigned long address, size_t n);
int pte_refusal_errno(enum ptap_refusal refusal);
void pte_refuse_init(void);

int pte_reserved_init(void);
void pte_reserved_exit(void);
/* NONE, or who patches (or expects faults at) any of N bytes at ADDRESS. */
enum ptap_refusal pte_reserved(unsigned long address, size_t n,
			       struct module *module);

/* ---- walk.c -------------------------------------------------------------- */

#define PTE_INT3 0xcc

enum pte_walk_step {
	PTE_WALK_INSN,	  /* at, insn, next and pte_walk_bytes() are set */
	PTE_WALK_END,	  /* the end was reached */
	PTE_WALK_BROKEN,  /* not an instruction, or not mapped */
	PTE_WALK_FOREIGN, /* somebody else's breakpoint or jump is at .at */
};

/* A function, instruction by instruction. */
struct pte_walk {
	unsigned long at;   /* the instruction's address */
	unsigned long next; /* the one behind it */
	unsigned long end;
	const struct module *module; /* whose text it is, NULL: the kernel's */
	struct pte_insn insn;
	bool final;  /* control does not go from it to .next */
	bool filler; /* it is an int3 that fills a gap */

	unsigned long window_at;
	size_t window_n;
	u8 window[PTE_ORIGINAL_MAX];
};

void pte_walk_start(struct pte_walk *walk, unsigned long start,
		    unsigned long end, const struct module *module);
enum pte_walk_step pte_walk_next(struct pte_walk *walk);
const u8 *pte_walk_bytes(const struct pte_walk *walk);
/* Where a relative jump or branch at ADDRESS goes; which have such a target (calls
 * have, too, but come back). */
unsigned long pte_target(unsigned long address, const struct pte_insn *insn);
bool pte_has_target(const struct pte_insn *insn);

/* Whether a jump label or the end of a fault leads into N bytes at ADDRESS. */
bool pte_reserved_leads(unsigned long address, size_t n,
			const struct module *module);

/* ---- kretprobe.c --------------------------------------------------------- */

int pte_returns_init(void);
void pte_returns_exit(void);
/* Whether a return probe of the function at ADDRESS would do harm: NONE, or RETURN. */
enum ptap_refusal pte_return_refuse(unsigned long address);
/* The return probe that is SITE's only probe, if it looks at no registers at entry;
 * else NULL. */
struct ptap_kretprobe *pte_return_alone(const struct ptap_site *site);
/* P is a return probe's that its user has left registered. */
void pte_return_drop(struct ptap_kprobe *p);

/* ---- jprobe.c, guard.c --------------------------------------------------- */

/* Where the int3 is that REGS are of.  Hidden from the compiler, which would compare
 * regs->ip with an address in the middle of the slots, and objtool would think that
 * somebody goes there. */
static __always_inline unsigned long
pte_trap_address(const struct pt_regs *regs)
{
	unsigned long address = regs->ip - 1;

	OPTIMIZER_HIDE_VAR(address);
	return address;
}

/* Hit: is this the trap of ptap_jprobe_return()?  Then regs are restored and
 * *SITE is the site whose displaced instruction comes next. */
bool pte_jprobe_return_trap(struct pt_regs *regs, struct ptap_site **site);

/* Calls of handlers of a probe that has a fault handler. */
int pte_guarded_pre(struct ptap_kprobe *p, struct pt_regs *regs);
void pte_guarded_post(struct ptap_kprobe *p, struct pt_regs *regs);
int pte_guarded_return(struct ptap_kretprobe *rp,
		       ptap_kretprobe_handler_t handler,
		       struct ptap_kretprobe_instance *ri,
		       struct pt_regs *regs);
int pte_guard_init(void);
/* Makes P's handlers recoverable.  0, -ENOSPC. */
int pte_guard_add(const struct ptap_kprobe *p);

#endif
