// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jump probes: a jump to a stub instead of the breakpoint, over as many whole
 * instructions as its 5 bytes touch.
 *
 * It is put over a breakpoint that is in the text already, in steps (as the kernel's
 * own jump optimisation does it, Documentation/trace/kprobes.rst, 1.4):
 *
 *   1. hits of the breakpoint go on in the stub's copy of all the instructions, and
 *      not back into what is to be overwritten;
 *   2. wait until each task has been at a place where it gave up the CPU by itself
 *      (pte_quiesce()): nobody is in the middle of those bytes any more;
 *   3. write the last 4 bytes, synchronise all CPUs;
 *   4. write the first over the breakpoint, synchronise all CPUs.
 *
 * And taken away: breakpoint, synchronise; the last 4 bytes, synchronise.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <asm/cpufeature.h>
#include <asm/segment.h>

#include "../../engine.h"
#include "jump.h"

/* stub.S */
void pte_stub_entry(void);
void pte_stub_entry_inside(void);
void pte_stub_return(void);

/* A stub: what precedes the displaced instructions, and those. */
#define PTE_STUB_HEAD_MAX 32
#define PTE_STUB_SIZE (PTE_STUB_HEAD_MAX + 2 * PTE_SLOT_UNIT)
/* Stubs take no more of the slots than this part: breakpoints need them. */
#define PTE_STUBS_MAX (PTE_SLOTS * PTE_SLOT_UNIT / 2 / PTE_STUB_SIZE)

struct pte_jump {
	struct list_head work;
	struct ptap_site *site;
	struct ptap_kretprobe *lone_return; /* see struct ptap_site */
	unsigned long stub;
	unsigned long copy;  /* of the displaced instructions, in the stub */
	unsigned int length; /* of them */
	unsigned long slot;  /* of the site, for a breakpoint */
	u8 original[PTE_SITE_BYTES]; /* what was copied */
	u8 bytes[PTE_JUMP_SIZE];
};

static unsigned int pte_stubs; /* under pte_lock, as all below */
static bool pte_jumps_off;

/* ---- hits ------------------------------------------------------------------- */

/* The slow way out, with everything that the handler has set. */
static noinline unsigned long pte_stub_leave(struct pt_regs *regs,
					     unsigned long address)
{
	unsigned long *top = (unsigned long *)regs->sp - 2;
	unsigned long flags = regs->flags; /* they may lie there */

	/* Below, there are registers that are not loaded yet. */
	if (WARN_ON_ONCE(top < &regs->ip))
		top = (unsigned long *)&regs->sp;
	top[1] = address;
	top[0] = flags;
	regs->orig_ax = (unsigned long)top;
	return regs->orig_ax;
}
NOKPROBE_SYMBOL(pte_stub_leave);

/* Bytes from where pte_stub_entry returns to the displaced instructions. */
#define PTE_STUB_TAIL (IS_ENABLED(CONFIG_X86_64) ? 11 : 9)

unsigned long pte_stub_hit(struct pt_regs *regs)
{
	struct ptap_site *site = pte_slot_owner(regs->orig_ax);
	unsigned long sp = (unsigned long)(regs + 1);
	struct ptap_kprobe *only;
	int elsewhere;

	regs->sp = sp;
	if (unlikely(!site))
		return 0;
	if (unlikely(!pte_enter())) {
		pte_site_missed(site);
		return 0;
	}
	pte_hold_cpu();
	only = READ_ONCE(site->only);
	elsewhere = likely(only) ? only->pre_handler(only, regs)
				 : pte_site_pre_all(site, regs);
	pte_release_cpu();
	if (likely(!elsewhere)) {
		pte_leave();
		if (likely(regs->sp == sp))
			return 0;
		return pte_stub_leave(regs, regs->orig_ax + PTE_STUB_TAIL);
	}
	if (!raw_cpu_read(pte_cpu.jprobe_site))
		pte_leave();
	return pte_stub_leave(regs, regs->ip);
}
NOKPROBE_SYMBOL(pte_stub_hit);

/* ---- may it be? -------------------------------------------------------------- */

/* A branch to the bytes between the jump's first and its end. */
static bool pte_jump_is_within(unsigned long target,
			       const struct ptap_site *site)
{
	return target - site->address - 1 < PTE_JUMP_SIZE - 1;
}

static bool pte_is_cold(const struct pte_symbol *symbol)
{
	return strstr(symbol->name, ".cold");
}

/*
 * Does the code of SYMBOL branch into the middle of SITE's jump?  A jump through a
 * register may go anywhere in it.  *COLD: the part of the function that the compiler
 * put elsewhere, if it jumps there.
 */
static bool pte_jump_is_entered(const struct ptap_site *site,
				const struct pte_symbol *symbol,
				unsigned long *cold)
{
	struct pte_symbol other;
	enum pte_walk_step step;
	struct pte_walk walk;

	pte_walk_start(&walk, symbol->start, symbol->start + symbol->size,
		       symbol->module);
	while ((step = pte_walk_next(&walk)) == PTE_WALK_INSN) {
		unsigned long target = pte_target(walk.at, &walk.insn);

		if (walk.insn.class == PTE_CLASS_JUMP_INDIRECT)
			return true;
		if (!pte_has_target(&walk.insn))
			continue;
		if (pte_jump_is_within(target, site))
			return true;
		if (target - symbol->start >= symbol->size &&
		    target - *cold >= PAGE_SIZE &&
		    pte_symbol_of(target, &other) && pte_is_cold(&other))
			*cold = other.start;
	}
	return step != PTE_WALK_END;
}

/* Another probe is within. */
static bool pte_jump_has_neighbours(const struct ptap_site *site)
{
	unsigned long at;

	for (at = site->address + 1; at < site->address + PTE_JUMP_SIZE; at++) {
		if (pte_site_find(at))
			return true;
	}
	return false;
}

/* By its probes: post handlers need to know where the instruction ends, and fault
 * handlers leave in the middle of one. */
static bool pte_jump_suits(const struct ptap_site *site)
{
	const struct ptap_kprobe *p;

	if (!site->armed || site->gone || site->jump || site->no_jump ||
	    pte_jump_has_neighbours(site))
		return false;
	list_for_each_entry(p, &site->probes, list) {
		if (p->post_handler || p->fault_handler)
			return false;
	}
	return true;
}

/* The copy for SLOT of what SITE's jump replaces, its BYTES, PTE_SITE_BYTES at most; false:
 * it has no place here. */
static bool pte_jump_copy(const struct ptap_site *site,
			  const struct pte_symbol *symbol, unsigned long slot,
			  u8 *bytes, struct pte_run *ret)
{
	size_t n = min_t(size_t, PTE_SITE_BYTES,
			 symbol->start + symbol->size - site->address);

	return pte_original_bytes(site->address, bytes, n) &&
	       pte_displace_run(bytes, n, site->address, slot, PTE_WIDE, ret) ==
		       PTE_OBSTACLE_NONE;
}

/* Behind a jump or return within the bytes there is only filling: any other instruction
 * there is the target of something, maybe of another function in assembler. */
static bool pte_jump_is_straight(const struct ptap_site *site,
				 const struct pte_symbol *symbol)
{
	struct pte_walk walk;
	bool over = false;

	pte_walk_start(&walk, site->address, symbol->start + symbol->size,
		       symbol->module);
	while (walk.next < site->address + PTE_JUMP_SIZE) {
		if (pte_walk_next(&walk) != PTE_WALK_INSN ||
		    (over && !walk.filler))
			return false;
		over = walk.final || walk.filler;
	}
	return true;
}

/* By the text around it. */
static bool pte_jump_fits(const struct ptap_site *site,
			  const struct pte_symbol *symbol)
{
	struct pte_symbol other;
	unsigned long cold = 0;
	u8 bytes[PTE_SITE_BYTES];
	struct pte_run run;

	if (!pte_jump_is_straight(site, symbol) ||
	    !pte_jump_copy(site, symbol, (unsigned long)pte_slot_pool, bytes,
			   &run) ||
	    pte_refuse_range(site->address, run.length) != PTAP_REFUSED_NONE ||
	    pte_reserved_leads(site->address + 1, PTE_JUMP_SIZE - 1,
			       symbol->module) ||
	    pte_is_cold(symbol) || pte_jump_is_entered(site, symbol, &cold))
		return false;
	return !cold || (pte_symbol_of(cold, &other) &&
			 !pte_jump_is_entered(site, &other, &cold));
}

/* ---- stubs -------------------------------------------------------------------------- */

static u8 *pte_put_relative(u8 *at, u8 opcode, unsigned long slot,
			    unsigned long target)
{
	s32 relative = target - (slot + 5);

	*at = opcode;
	memcpy(at + 1, &relative, sizeof(relative));
	return at + 5;
}

static u8 *pte_put_lea_sp(u8 *at)
{
	if (PTE_WIDE)
		*at++ = 0x48;
	*at++ = 0x8d; /* lea 2 words(%sp), %sp */
	*at++ = 0x64;
	*at++ = 0x24;
	*at++ = 2 * sizeof(long);
	return at;
}

/* See stub.S.  CODE is for JUMP's stub; returns the end of what comes before the displaced
 * instructions. */
static u8 *pte_stub_head(u8 *code, const struct pte_jump *jump,
			 const struct pte_symbol *symbol)
{
	const struct ptap_site *site = jump->site;
	const struct ptap_kprobe *first =
		list_first_entry(&site->probes, struct ptap_kprobe, list);
	bool entry = (first->flags & PTAP_KPROBE_FLAG_ENTRY) ||
		     symbol->start == site->address;
	u32 ip = site->address + 1;
	u8 *at = code;

	if (jump->lone_return) {
		*at++ = 0x9c; /* pushf */
		*at++ = 0xfa; /* cli */
		at = pte_put_relative(at, 0xe8, jump->stub + (at - code),
				      (unsigned long)pte_stub_return);
		*at++ = 0x9d; /* popf */
		return at;
	}
	*at++ = 0x6a; /* push $imm8 */
	*at++ = __KERNEL_DS;
	*at++ = 0x54; /* push %sp */
	*at++ = 0x9c; /* pushf */
	*at++ = 0x6a;
	*at++ = __KERNEL_CS;
	*at++ = 0x68; /* push $imm32 */
	memcpy(at, &ip, sizeof(ip));
	at += sizeof(ip);
	at = pte_put_relative(at, 0xe8, jump->stub + (at - code),
			      entry ? (unsigned long)pte_stub_entry
				    : (unsigned long)pte_stub_entry_inside);
	at = pte_put_lea_sp(at);
	*at++ = 0x9d;
	return pte_put_lea_sp(at);
}

/* A stub for SITE, and the jump to it; nothing is in the probed text yet. */
static bool pte_jump_make(struct pte_jump *jump,
			  const struct pte_symbol *symbol)
{
	struct ptap_site *site = jump->site;
	u8 code[PTE_STUB_SIZE], *at;
	struct pte_run run;

	if (pte_stubs >= PTE_STUBS_MAX)
		return false;
	jump->stub = pte_slot_get(PTE_STUB_SIZE, site);
	if (!jump->stub)
		return false;
	memset(code, PTE_INT3, sizeof(code));
	at = pte_stub_head(code, jump, symbol);
	jump->copy = jump->stub + (at - code);
	if (!pte_jump_copy(site, symbol, jump->copy, jump->original, &run))
		goto put;
	memcpy(at, run.code, run.size);
	if (pte_text_write(jump->stub, code, sizeof(code)))
		goto put;
	jump->length = run.length;
	pte_put_relative(jump->bytes, 0xe9, site->address, jump->stub);
	pte_stubs++;
	return true;
put:
	pte_slot_put(jump->stub, PTE_STUB_SIZE);
	return false;
}

static void pte_jump_drop(struct pte_jump *jump)
{
	if (!jump)
		return;
	pte_slot_put(jump->stub, PTE_STUB_SIZE);
	pte_stubs--;
	kfree(jump);
}

/* ---- in and out of the text -------------------------------------------------------- */

static const u8 pte_jump_int3 = PTE_INT3;

/* What must not fail for want of memory, after the first step. */
static void pte_jump_write(unsigned long address, const u8 *old, const u8 *new,
			   size_t n)
{
	int error;

	while ((error = pte_text_replace(address, old, new, n)) == -ENOMEM)
		schedule_timeout_uninterruptible(1);
	if (error)
		pr_err("%s: somebody else wrote over the jump at %pS\n",
		       KBUILD_MODNAME, (void *)address);
}

static void pte_text_settle(void)
{
	pte_text_done();
	pte_text_sync();
}

/* SITE has a breakpoint, and the stub of JUMP waits for those who are in it. */
static void pte_jump_retire(struct pte_jump *jump)
{
	struct ptap_site *site = jump->site;

	WRITE_ONCE(site->slot, jump->slot);
	WRITE_ONCE(site->lone_return, NULL);
	site->original_n = site->insn.length;
	site->jump = NULL;
	site->old_jump = jump;
}

/* Step 1: the stub is the breakpoint's slot from now on. */
static void pte_jump_begin(struct pte_jump *jump)
{
	struct ptap_site *site = jump->site;

	jump->slot = site->slot;
	site->jump_comes = true;
	WRITE_ONCE(site->slot, jump->copy);
}

bool pte_jump_comes_over(unsigned long address)
{
	unsigned long at;

	for (at = address - PTE_JUMP_SIZE + 1; at < address; at++) {
		const struct ptap_site *site = pte_site_find(at);

		if (site && site->jump_comes)
			return true;
	}
	return false;
}

/* Step 3. */
static bool pte_jump_put_tail(struct pte_jump *jump)
{
	struct ptap_site *site = jump->site;
	u8 original[PTE_SITE_BYTES];

	/* Nobody is in its earlier stub any more, either. */
	pte_jump_drop(site->old_jump);
	site->old_jump = NULL;
	/* Nor has somebody else written there since it was copied. */
	if (!pte_original_bytes(site->address, original, jump->length) ||
	    memcmp(original, jump->original, jump->length) ||
	    pte_text_replace(site->address + 1, original + 1, jump->bytes + 1,
			     PTE_JUMP_SIZE - 1))
		return false;
	memcpy(site->original, original, jump->length);
	site->original_n = jump->length;
	WRITE_ONCE(site->lone_return, jump->lone_return);
	return true;
}

static void pte_jumps_put(struct list_head *jumps)
{
	struct pte_jump *jump, *next;

	list_for_each_entry(jump, jumps, work)
		pte_jump_begin(jump);
	/* An idle CPU, of which RCU takes no notice, has interrupts off. */
	pte_text_sync();
	pte_quiesce(false);
	list_for_each_entry_safe(jump, next, jumps, work) {
		jump->site->jump_comes = false;
		if (pte_jump_put_tail(jump))
			continue;
		list_del(&jump->work);
		jump->site->no_jump = true;
		pte_jump_retire(jump);
	}
	pte_text_settle();
	list_for_each_entry(jump, jumps, work) {
		pte_jump_write(jump->site->address, &pte_jump_int3, jump->bytes,
			       1);
		jump->site->jump = jump;
	}
	pte_text_settle();
}

/*
 * The kernel's kprobes take a jump for any instruction, keep its first byte and put it
 * back when they go, whatever follows it by then.  A jump under such a breakpoint stays
 * as long as that; but in a module that goes they leave it for good.
 */
static bool pte_jump_is_beneath(const struct ptap_site *site)
{
	struct module *module;
	u8 live;

	return pte_text_kind(site->address, &module) != PTE_TEXT_GOING &&
	       !copy_from_kernel_nofault(&live, (void *)site->address, 1) &&
	       live == PTE_INT3;
}

static void pte_jump_wait(const struct ptap_site *site)
{
	bool said = false;

	while (pte_jump_is_beneath(site)) {
		if (!said)
			pr_warn("%s: waiting for the removal of somebody "
				"else's breakpoint at %pS\n",
				KBUILD_MODNAME, (void *)site->address);
		said = true;
		schedule_timeout_idle(HZ / 10);
	}
}

void pte_jumps_take(struct list_head *work)
{
	struct ptap_site *site;
	bool any = false;

	list_for_each_entry(site, work, work) {
		if (!site->jump)
			continue;
		pte_jump_wait(site);
		pte_jump_write(site->address, site->jump->bytes, &pte_jump_int3,
			       1);
		any = true;
	}
	if (!any)
		return;
	pte_text_settle();
	list_for_each_entry(site, work, work) {
		if (!site->jump)
			continue;
		pte_jump_write(site->address + 1, site->jump->bytes + 1,
			       site->original + 1, PTE_JUMP_SIZE - 1);
		pte_jump_retire(site->jump);
	}
	pte_text_settle();
}

void pte_jumps_yield(struct ptap_kprobe **ps, int n)
{
	struct ptap_site *site, *next;
	LIST_HEAD(yield);
	int i;

	for (i = 0; i < n; i++) {
		unsigned long at;

		if (!ps[i]->site)
			continue;
		for (at = ps[i]->site->address - PTE_JUMP_SIZE + 1;
		     at <= ps[i]->site->address; at++) {
			site = pte_site_find(at);
			if (site && site->jump)
				list_move_tail(&site->work, &yield);
		}
	}
	pte_jumps_take(&yield);
	list_for_each_entry_safe(site, next, &yield, work)
		list_del_init(&site->work);
}

void pte_jump_disown(struct ptap_site *site)
{
	if (site->old_jump)
		pte_slot_disown(site->old_jump->stub, PTE_STUB_SIZE);
}

void pte_jump_free(struct ptap_site *site)
{
	pte_jump_drop(site->old_jump);
}

/* ---- the worker ------------------------------------------------------------------------ */

/* A jump for SITE in the list JUMPS, if there may be one. */
static void pte_jump_consider(struct ptap_site *site, struct list_head *jumps)
{
	struct pte_symbol symbol;
	struct pte_jump *jump;

	if (!pte_jump_suits(site))
		return;
	if (!pte_symbol_of(site->address, &symbol) ||
	    !pte_jump_fits(site, &symbol)) {
		site->no_jump = true;
		return;
	}
	jump = kzalloc(sizeof(*jump), GFP_KERNEL);
	if (!jump)
		return;
	jump->site = site;
	jump->lone_return = pte_return_alone(site);
	if (pte_jump_make(jump, &symbol))
		list_add_tail(&jump->work, jumps);
	else
		kfree(jump);
}

static void pte_jumps_look(struct work_struct *unused)
{
	struct ptap_site *site, *next;
	LIST_HEAD(sites);
	LIST_HEAD(jumps);

	mutex_lock(&pte_lock);
	if (pte_jumps_off)
		goto unlock;
	pte_sites_of(NULL, &sites);
	list_for_each_entry_safe(site, next, &sites, work) {
		list_del_init(&site->work);
		pte_jump_consider(site, &jumps);
		cond_resched();
	}
	pte_text_done();
	if (!list_empty(&jumps))
		pte_jumps_put(&jumps);
unlock:
	mutex_unlock(&pte_lock);
}

static DECLARE_DELAYED_WORK(pte_jumps_worker, pte_jumps_look);

/* The stubs switch interrupts off by themselves, which a paravirtual guest of Xen can
 * not. */
static bool pte_jumps_work(void)
{
	return !boot_cpu_has(X86_FEATURE_XENPV);
}

void pte_jumps_soon(void)
{
	if (!pte_jumps_off && pte_jumps_work())
		schedule_delayed_work(&pte_jumps_worker, HZ / 20);
}

void pte_jumps_exit(void)
{
	cancel_delayed_work_sync(&pte_jumps_worker);
}

void ptap_kprobes_settle(void)
{
	flush_delayed_work(&pte_jumps_worker);
}

void ptap_kprobes_use_jumps(bool on)
{
	struct ptap_site *site, *next;
	LIST_HEAD(all);

	mutex_lock(&pte_lock);
	pte_jumps_off = !on;
	pte_sites_of(NULL, &all);
	if (!on)
		pte_jumps_take(&all);
	list_for_each_entry_safe(site, next, &all, work)
		list_del_init(&site->work);
	pte_jumps_soon();
	mutex_unlock(&pte_lock);
}

bool ptap_kprobe_is_jump(const struct ptap_kprobe *p)
{
	bool jump;

	mutex_lock(&pte_lock);
	jump = p->site && p->site->jump;
	mutex_unlock(&pte_lock);
	return jump;
}
