// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers that may fault, of probes that have a fault handler.
 *
 * The kernel asks for nothing but exception tables when its own code faults.  So
 * every instruction of such a handler that may fault gets an entry, and the module's
 * table is one that has these besides its own; where a fault goes on, the handler
 * is left by putting the stack back to where it was called (arch/x86/guard.S).
 * What a handler calls in its own module is included, what it calls in the kernel is
 * not: faults there are the kernel's, and as fatal as ever.
 *
 * The table is one of two of constant size, padded with entries that match nothing:
 * a reader takes one pointer and finds a whole table.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../compat/extable.h"
#include "engine.h"

#define PTE_GUARD_ROOM 2048    /* entries, the module's own among them */
#define PTE_GUARD_FUNCTIONS 64 /* that a handler may consist of */

/* A call of a handler on this CPU. */
struct pte_guard {
	struct ptap_kprobe *p;
	struct pt_regs *regs;
	bool post;
	/* Of a return probe. */
	ptap_kretprobe_handler_t return_handler;
	struct ptap_kretprobe_instance *ri;

	unsigned long sp; /* 0: no handler runs that can be left */
	int trap;	  /* -1: none */
};

static DEFINE_PER_CPU(struct pte_guard, pte_guard);

extern const u8 pte_guard_resume[];
long pte_guard_run(struct pte_guard *guard, unsigned long *sp);
/* Called from guard.S. */
long pte_guard_body(struct pte_guard *guard);
unsigned long pte_guard_fault(unsigned int trap);

/* ---- a hit ------------------------------------------------------------------ */

PTE_HIT long pte_guard_body(struct pte_guard *guard)
{
	struct ptap_kprobe *p = guard->p;

	if (guard->return_handler)
		return guard->return_handler(guard->ri, guard->regs);
	if (!guard->post)
		return p->pre_handler(p, guard->regs);
	p->post_handler(p, guard->regs, 0);
	return 0;
}
PTE_HIT_END(pte_guard_body);

/* After a fault, on the stack of what faulted: where the caller's stack is. */
PTE_HIT unsigned long pte_guard_fault(unsigned int trap)
{
	struct pte_guard *guard = raw_cpu_ptr(&pte_guard);

	if (!guard->sp) {
		pr_emerg("%s: exception %u in a function that probe handlers "
			 "call\n",
			 KBUILD_MODNAME, trap);
		BUG();
	}
	guard->trap = trap;
	return guard->sp;
}
PTE_HIT_END(pte_guard_fault);

/* Every multiprobe at an address is told, and that is the end of it. */
static PTE_HIT bool pte_guard_tell(struct ptap_kprobe *p, struct pt_regs *regs,
				   int trap)
{
	struct ptap_kprobe *other;

	if (!(p->flags & PTE_MULTI))
		return p->fault_handler(p, regs, trap);
	list_for_each_entry_rcu(other, &p->site->probes, list)
	{
		if (other->fault_handler)
			other->fault_handler(other, regs, trap);
	}
	return true;
}
PTE_HIT_END(pte_guard_tell);

static PTE_HIT int pte_guarded(const struct pte_guard *call)
{
	struct pte_guard *guard = raw_cpu_ptr(&pte_guard);
	struct ptap_kprobe *p = call->p;
	struct pt_regs *regs = call->regs;
	int result;

	*guard = *call;
	guard->trap = -1;
	result = pte_guard_run(guard, &guard->sp);
	guard->sp = 0;
	if (likely(guard->trap < 0))
		return result;
	if (!pte_guard_tell(p, regs, guard->trap)) {
		pr_emerg("%s: exception %d in a handler of the probe at %pS\n",
			 KBUILD_MODNAME, guard->trap, p->addr);
		BUG();
	}
	return 0;
}
PTE_HIT_END(pte_guarded);

PTE_HIT int pte_guarded_pre(struct ptap_kprobe *p, struct pt_regs *regs)
{
	return pte_guarded(&(struct pte_guard){ .p = p, .regs = regs });
}
PTE_HIT_END(pte_guarded_pre);

PTE_HIT void pte_guarded_post(struct ptap_kprobe *p, struct pt_regs *regs)
{
	pte_guarded(&(struct pte_guard){ .p = p, .regs = regs, .post = true });
}
PTE_HIT_END(pte_guarded_post);

PTE_HIT int pte_guarded_return(struct ptap_kretprobe *rp,
			       ptap_kretprobe_handler_t handler,
			       struct ptap_kretprobe_instance *ri,
			       struct pt_regs *regs)
{
	return pte_guarded(&(struct pte_guard){ .p = &rp->kp,
						.regs = regs,
						.return_handler = handler,
						.ri = ri });
}
PTE_HIT_END(pte_guarded_return);

/* ---- the tables -------------------------------------------------------------- */

static struct exception_table_entry pte_guard_tables[2][PTE_GUARD_ROOM];
static unsigned int pte_guard_current; /* of the two */
static unsigned int pte_guard_used;    /* entries before the padding */
static bool pte_guard_installed;

/* No instruction is there, and it sorts behind all. */
#define PTE_GUARD_NOWHERE (ULONG_MAX - PAGE_SIZE)

static void pte_guard_set(struct exception_table_entry *entry,
			  unsigned long insn)
{
	ptrt_extable_set(
		entry,
		(struct ptrt_extable){ .insn = insn,
				       .fixup = (unsigned long)pte_guard_resume,
				       .what = PTRT_EXTABLE_FAULT });
}

static void pte_guard_pad(struct exception_table_entry *table, unsigned int n)
{
	for (; n < PTE_GUARD_ROOM; n++)
		pte_guard_set(&table[n], PTE_GUARD_NOWHERE);
}

static int pte_guard_compare(const void *a, const void *b)
{
	unsigned long left = ptrt_extable_insn(a);
	unsigned long right = ptrt_extable_insn(b);

	return left < right ? -1 : left > right;
}

static void pte_guard_swap(void *a, void *b, int size)
{
	struct ptrt_extable value = ptrt_extable_get(a);

	ptrt_extable_set(a, ptrt_extable_get(b));
	ptrt_extable_set(b, value);
}

/* Module initialisation: nobody reads our module's table yet. */
int pte_guard_init(void)
{
	struct module *module = THIS_MODULE;
	struct exception_table_entry *table = pte_guard_tables[0];
	unsigned int i;

	if (pte_guard_installed || module->num_exentries >= PTE_GUARD_ROOM)
		return 0; /* pte_guard_add() will say so */
	for (i = 0; i < module->num_exentries; i++)
		ptrt_extable_set(&table[i],
				 ptrt_extable_get(&module->extable[i]));
	pte_guard_used = i;
	pte_guard_pad(table, i);
	WRITE_ONCE(module->extable, table);
	barrier();
	WRITE_ONCE(module->num_exentries, PTE_GUARD_ROOM);
	pte_guard_installed = true;
	return 0;
}

static bool pte_guard_has(const struct exception_table_entry *table,
			  unsigned int n, unsigned long insn)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (ptrt_extable_insn(&table[i]) == insn)
			return true;
	}
	return false;
}

/* ---- what a handler consists of --------------------------------------------------- */

struct pte_guard_scan {
	struct exception_table_entry *table;
	unsigned int n, n_old;
	unsigned long functions[PTE_GUARD_FUNCTIONS];
	unsigned int n_functions;
};

static bool pte_may_fault(const struct pte_insn *insn)
{
	if (insn->flags & (PTE_MEMORY | PTE_STRING))
		return true;
	/* div and idiv of registers */
	return insn->map == PTE_MAP_PRIMARY && (insn->opcode | 1) == 0xf7 &&
	       (insn->modrm & 0x30) == 0x30;
}

static int pte_guard_note(struct pte_guard_scan *scan, unsigned long insn)
{
	if (pte_guard_has(scan->table, scan->n_old, insn))
		return 0;
	if (scan->n == PTE_GUARD_ROOM)
		return -ENOSPC;
	pte_guard_set(&scan->table[scan->n++], insn);
	return 0;
}

/* ADDRESS belongs to a function that the handler consists of; the engine's own are
 * not, nor are other modules'. */
static int pte_guard_follow(struct pte_guard_scan *scan, unsigned long address)
{
	struct pte_symbol symbol;
	unsigned int i;

	if (!pte_symbol_of(address, &symbol) || symbol.module != THIS_MODULE ||
	    !strncmp(symbol.name, "pte_", 4))
		return 0;
	for (i = 0; i < scan->n_functions; i++) {
		if (scan->functions[i] == symbol.start)
			return 0;
	}
	if (i == PTE_GUARD_FUNCTIONS)
		return -ENOSPC;
	scan->functions[scan->n_functions++] = symbol.start;
	return 0;
}

static int pte_guard_scan_function(struct pte_guard_scan *scan,
				   unsigned long start)
{
	struct pte_symbol symbol;
	struct pte_walk walk;
	int error = 0;

	if (!pte_symbol_of(start, &symbol))
		return -EINVAL;
	pte_walk_start(&walk, symbol.start, symbol.start + symbol.size,
		       symbol.module);
	while (!error && pte_walk_next(&walk) == PTE_WALK_INSN) {
		if (pte_may_fault(&walk.insn))
			error = pte_guard_note(scan, walk.at);
		if (!error && (pte_has_target(&walk.insn) ||
			       walk.insn.class == PTE_CLASS_CALL))
			error = pte_guard_follow(
				scan, pte_target(walk.at, &walk.insn));
	}
	return error;
}

static int pte_guard_scan_all(struct pte_guard_scan *scan,
			      const struct ptap_kprobe *p)
{
	const struct ptap_kretprobe *rp =
		container_of(p, struct ptap_kretprobe, kp);
	bool returns = p->flags & PTE_RETURN;
	const void *const handlers[] = {
		p->pre_handler,
		p->post_handler,
		returns ? rp->entry_handler : NULL,
		returns ? rp->handler : NULL,
	};
	unsigned int i;
	int error = 0;

	for (i = 0; i < ARRAY_SIZE(handlers) && !error; i++) {
		if (handlers[i])
			error = pte_guard_follow(scan,
						 (unsigned long)handlers[i]);
	}
	for (i = 0; i < scan->n_functions && !error; i++)
		error = pte_guard_scan_function(scan, scan->functions[i]);
	return error;
}

int pte_guard_add(const struct ptap_kprobe *p)
{
	struct exception_table_entry *old = pte_guard_tables[pte_guard_current];
	struct module *module = THIS_MODULE;
	struct pte_guard_scan *scan;
	unsigned int i;
	ptrdiff_t gone;
	int error;

	/* The kernel cuts off the first entries when it frees the module's init
	 * text, which they are about. */
	gone = module->extable - old;
	if (module->num_exentries + gone != PTE_GUARD_ROOM)
		return -ENOSPC;
	scan = kzalloc(sizeof(*scan), GFP_KERNEL);
	if (!scan)
		return -ENOMEM;
	/* Nobody looks into the other table any more. */
	synchronize_rcu();
	scan->table = pte_guard_tables[!pte_guard_current];
	for (i = 0; i < pte_guard_used; i++)
		ptrt_extable_set(&scan->table[i], ptrt_extable_get(&old[i]));
	scan->n = scan->n_old = pte_guard_used;
	error = pte_guard_scan_all(scan, p);
	if (!error && scan->n > scan->n_old) {
		sort(scan->table, scan->n, sizeof(*scan->table),
		     pte_guard_compare, pte_guard_swap);
		pte_guard_pad(scan->table, scan->n);
		pte_guard_used = scan->n;
		pte_guard_current = !pte_guard_current;
		smp_store_release(&module->extable, scan->table + gone);
	}
	kfree(scan);
	return error;
}
