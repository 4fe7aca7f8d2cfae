// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probed addresses: the table in which a hit finds them, what is displaced, and what
 * is in the text.
 *
 * The order in which a site comes: slot written, in the table, breakpoint in the
 * text, all CPUs synchronised.  And goes: the byte restored, all CPUs synchronised
 * (so no breakpoint exception of it is under way), out of the table, a grace period
 * (no handler, no jprobe, no post trap of it is left), and its slot is put back
 * (slots.c waits for tasks that were preempted in it).
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../compat/preempt.h"
#include "arch/x86/jump.h"
#include "engine.h"

struct hlist_head pte_site_table[1 << PTE_TABLE_BITS];

void pte_site_unhash(struct ptap_site *site)
{
	hlist_del_rcu(&site->node);
	pte_jump_disown(site);
}

void pte_sites_of(const struct module *module, struct list_head *work)
{
	struct ptap_site *site;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pte_site_table); i++) {
		hlist_for_each_entry(site, &pte_site_table[i], node)
		{
			if (!module || site->module == module)
				list_move_tail(&site->work, work);
		}
	}
}

/* ---- text as it is without us -------------------------------------------- */

bool pte_original_bytes(unsigned long address, u8 *ret, size_t n)
{
	unsigned long at;

	if (copy_from_kernel_nofault(ret, (void *)address, n))
		return false;
	for (at = address - PTE_SITE_BYTES + 1; at != address + n; at++) {
		const struct ptap_site *site = pte_site_find(at);
		size_t i;

		for (i = 0; site && i < site->original_n; i++) {
			if (at + i - address < n)
				ret[at + i - address] = site->original[i];
		}
	}
	return true;
}

/* ---- making and freeing -------------------------------------------------- */

/* The displaced instruction in COPIES slots in a row; 0 and *REFUSAL. */
static unsigned long pte_make_slots(struct ptap_site *site, bool trap,
				    unsigned int copies,
				    enum ptap_refusal *refusal)
{
	unsigned long slots = pte_slot_get(copies * PTE_SLOT_UNIT, site);
	u8 code[2 * PTE_SLOT_UNIT];
	enum pte_obstacle obstacle;
	struct pte_copy copy;
	unsigned int i;

	if (!slots) {
		*refusal = PTAP_REFUSED_SLOTS;
		return 0;
	}
	memset(code, PTE_INT3, sizeof(code));
	for (i = 0; i < copies; i++) {
		obstacle = pte_displace(
			site->original, &site->insn, site->address,
			slots + i * PTE_SLOT_UNIT, PTE_WIDE, trap, &copy);
		if (obstacle != PTE_OBSTACLE_NONE) {
			*refusal = obstacle == PTE_OBSTACLE_ENDBR
					   ? PTAP_REFUSED_ENDBR
					   : PTAP_REFUSED_INSTRUCTION;
			goto put;
		}
		memcpy(code + i * PTE_SLOT_UNIT, copy.code, copy.size);
	}
	*refusal = PTAP_REFUSED_NONE;
	if (!pte_text_write(slots, code, copies * PTE_SLOT_UNIT))
		return slots;
put:
	pte_slot_put(slots, copies * PTE_SLOT_UNIT);
	return 0;
}

/*
 * From the pre to the post handlers preemption is off (pte_hold_cpu()), by the count
 * that code like cond_resched() looks at.  It would find it not to be 0, and loops
 * that wait for it to give up the CPU (zap_pte_range()) would go on for ever.
 */
static bool pte_uses_preempt_count(const struct ptap_site *site)
{
	const struct pte_insn *insn = &site->insn;
	unsigned long next = site->address + insn->length;
	unsigned int at;
	s32 number;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		return false;
	/* wherever the encoding has its displacement */
	for (at = insn->opcode_at + 1; at + sizeof(number) <= insn->length;
	     at++) {
		memcpy(&number, site->original + at, sizeof(number));
		if ((unsigned long)(long)number == PTRT_PREEMPT_COUNT ||
		    ((insn->flags & PTE_RIP_RELATIVE) &&
		     next + (unsigned long)(long)number == PTRT_PREEMPT_COUNT))
			return true;
	}
	return false;
}

bool pte_site_want_post(struct ptap_site *site, enum ptap_refusal *refusal)
{
	if (site->post_slots)
		return true;
	if (pte_uses_preempt_count(site)) {
		*refusal = PTAP_REFUSED_PREEMPT_COUNT;
		return false;
	}
	site->post_slots = pte_make_slots(site, true, 2, refusal);
	WRITE_ONCE(site->post_slot, site->post_slots);
	return site->post_slots;
}

struct ptap_site *pte_site_create(unsigned long address,
				  const struct module *module,
				  enum ptap_refusal *refusal)
{
	struct ptap_site *site = kzalloc(sizeof(*site), GFP_KERNEL);

	*refusal = PTAP_REFUSED_NONE;
	if (!site)
		return NULL;
	site->address = address;
	site->module = module;
	INIT_LIST_HEAD(&site->work);
	INIT_LIST_HEAD(&site->probes);
	if (!pte_original_bytes(address, site->original, PTE_INSN_MAX) ||
	    !pte_decode(site->original, PTE_INSN_MAX, PTE_WIDE, &site->insn)) {
		*refusal = PTAP_REFUSED_BOUNDARY;
		goto free;
	}
	site->original_n = site->insn.length;
	site->slot = pte_make_slots(site, false, 1, refusal);
	if (!site->slot)
		goto free;
	hlist_add_head_rcu(&site->node,
			   &pte_site_table[hash_long(address, PTE_TABLE_BITS)]);
	return site;
free:
	kfree(site);
	return NULL;
}

void pte_site_destroy(struct ptap_site *site)
{
	pte_jump_free(site);
	pte_slot_put(site->slot, PTE_SLOT_UNIT);
	if (site->post_slots)
		pte_slot_put(site->post_slots, 2 * PTE_SLOT_UNIT);
	kfree(site);
}

/* ---- arming -------------------------------------------------------------- */

static const u8 pte_int3 = PTE_INT3;

static int pte_set_breakpoint(struct ptap_site *site)
{
	u8 live[PTE_INSN_MAX];
	int error;

	/* What comes after the first byte must not have changed either: it is
	 * what the slot has. */
	if (copy_from_kernel_nofault(live, (void *)site->address,
				     site->insn.length) ||
	    memcmp(live, site->original, site->insn.length))
		return -EBUSY;
	error = pte_text_replace(site->address, site->original, &pte_int3, 1);
	if (!error)
		site->armed = true;
	return error;
}

/* Must not fail for want of memory: a breakpoint that nobody knows is fatal. */
static void pte_clear_breakpoint(struct ptap_site *site)
{
	int error;

	while ((error = pte_text_replace(site->address, &pte_int3,
					 site->original, 1)) == -ENOMEM)
		schedule_timeout_uninterruptible(1);
	if (error)
		pr_err("%s: the breakpoint at %pS could not be taken away "
		       "(error %d)\n",
		       KBUILD_MODNAME, (void *)site->address, -error);
	site->armed = false;
}

int pte_sites_arm(struct list_head *work, struct ptap_site **failed)
{
	struct ptap_site *site;
	int error = 0;

	list_for_each_entry(site, work, work) {
		error = pte_set_breakpoint(site);
		if (error) {
			*failed = site;
			break;
		}
	}
	if (error) {
		list_for_each_entry_continue_reverse(site, work, work)
			pte_clear_breakpoint(site);
	}
	pte_text_done();
	pte_text_sync();
	return error;
}

void pte_sites_disarm(struct list_head *work)
{
	struct ptap_site *site;

	if (list_empty(work))
		return;
	list_for_each_entry(site, work, work) {
		if (site->armed)
			pte_clear_breakpoint(site);
	}
	pte_text_done();
	pte_text_sync();
}
