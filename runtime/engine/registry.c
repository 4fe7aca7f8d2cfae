// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registering and unregistering probes.
 *
 * A batch goes in three steps, so that it is all or none: every probe is resolved,
 * checked and given a site (nothing is written to the kernel's text yet); breakpoints
 * are put at the sites that have none; the probes are put in the lists of their
 * sites, from where hits call them.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "arch/x86/jump.h"
#include "engine.h"

DEFINE_MUTEX(pte_lock);

static bool pte_ready;

/* ---- a site and its probes ----------------------------------------------- */

static bool pte_is_on(const struct ptap_kprobe *p)
{
	return !(p->flags & PTE_OFF);
}

/* Should something be in the text?  Only probes that are in its list count. */
static bool pte_has_use(const struct ptap_site *site)
{
	const struct ptap_kprobe *p;

	list_for_each_entry(p, &site->probes, list) {
		if (pte_is_on(p))
			return true;
	}
	return false;
}

/* After a change of its probes: the way by which hits call them. */
static void pte_choose_call(struct ptap_site *site)
{
	struct ptap_kprobe *p, *only = NULL;
	unsigned int n = 0;

	list_for_each_entry(p, &site->probes, list) {
		if (!pte_is_on(p))
			continue;
		n++;
		if (p->pre_handler && !p->post_handler && !p->fault_handler &&
		    !(p->flags & PTE_MULTI))
			only = p;
	}
	WRITE_ONCE(site->only, n == 1 ? only : NULL);
}

/* Leaves the sites of WORK in no list. */
static void pte_forget_work(struct list_head *work)
{
	struct ptap_site *site, *next;

	list_for_each_entry_safe(site, next, work, work)
		list_del_init(&site->work);
}

/* After a grace period: those without a probe are freed. */
static void pte_free_unused(struct list_head *work)
{
	struct ptap_site *site, *next;

	list_for_each_entry_safe(site, next, work, work) {
		list_del_init(&site->work);
		if (!site->n_probes)
			pte_site_destroy(site);
	}
}

/* ---- step 1: checks ------------------------------------------------------ */

static enum ptap_refusal pte_resolve(struct ptap_kprobe *p,
				     unsigned long *address)
{
	if (!p->addr == !p->symbol_name)
		return PTAP_REFUSED_ARGUMENT;
	*address = p->addr ? (unsigned long)p->addr
			   : pte_symbol_address(p->symbol_name);
	if (!*address)
		return PTAP_REFUSED_SYMBOL;
	*address += p->offset;
	return PTAP_REFUSED_NONE;
}

static bool pte_has_others_than_multi(const struct ptap_site *site)
{
	const struct ptap_kprobe *p;

	list_for_each_entry(p, &site->probes, list) {
		if (!(p->flags & PTE_MULTI))
			return true;
	}
	return false;
}

static enum ptap_refusal pte_join(struct ptap_kprobe *p, struct ptap_site *site,
				  u32 kind)
{
	if ((kind & PTE_MULTI) && pte_has_others_than_multi(site))
		return PTAP_REFUSED_REGISTERED;
	if (kind & PTE_LAST) {
		if (site->last)
			return PTAP_REFUSED_REGISTERED;
		site->last = p;
	}
	site->n_probes++;
	p->site = site;
	p->flags |= kind;
	INIT_LIST_HEAD(&p->list);
	return PTAP_REFUSED_NONE;
}

/* Nothing that was refused: no memory. */
static int pte_no_slot(const struct ptap_kprobe *p)
{
	return p->refusal == PTAP_REFUSED_NONE ? -ENOMEM
					       : pte_refusal_errno(p->refusal);
}

/* 0, or an errno and p->refusal.  Then p->site tells whether it was joined. */
static int pte_prepare(struct ptap_kprobe *p, u32 kind)
{
	struct ptap_site *site;
	struct module *module;
	unsigned long address, placed;

	p->refusal = pte_resolve(p, &address);
	if (p->refusal != PTAP_REFUSED_NONE)
		return pte_refusal_errno(p->refusal);
	placed = address;
	p->refusal = pte_refuse(
		&placed, (p->flags | kind) & PTAP_KPROBE_FLAG_ENTRY, &module);
	if (p->refusal == PTAP_REFUSED_NONE && (kind & PTE_RETURN))
		p->refusal = pte_return_refuse(address);
	if (p->refusal != PTAP_REFUSED_NONE)
		return pte_refusal_errno(p->refusal);
	site = pte_site_find(placed);
	if (!site) {
		site = pte_site_create(placed, module, &p->refusal);
		if (!site)
			return pte_no_slot(p);
	}
	p->refusal = pte_join(p, site, kind);
	if (p->refusal != PTAP_REFUSED_NONE)
		return pte_refusal_errno(p->refusal);
	p->addr = (ptap_kprobe_opcode_t *)address;
	if (p->post_handler && !pte_site_want_post(site, &p->refusal))
		return pte_no_slot(p);
	p->nmissed = 0;
	return p->fault_handler ? pte_guard_add(p) : 0;
}

/* As if P had never been registered: its address is given as it was before. */
static void pte_part(struct ptap_kprobe *p)
{
	struct ptap_site *site = p->site;

	p->addr = p->symbol_name ? NULL : p->addr - p->offset;
	if (site->last == p)
		site->last = NULL;
	site->n_probes--;
	p->site = NULL;
	p->flags &= ~(PTE_KINDS | PTE_GONE);
}

/* ---- steps 2 and 3 ------------------------------------------------------- */

/* Those of PS that are on and whose site has no breakpoint. */
static int pte_arm_for(struct ptap_kprobe **ps, int n)
{
	struct ptap_site *failed;
	LIST_HEAD(arm);
	int error, i;

	for (i = 0; i < n; i++) {
		struct ptap_site *site = ps[i]->site;

		if (pte_is_on(ps[i]) && !site->armed)
			list_move_tail(&site->work, &arm);
	}
	if (list_empty(&arm))
		return 0;
	error = pte_sites_arm(&arm, &failed);
	for (i = 0; error == -EBUSY && i < n; i++) {
		if (ps[i]->site == failed)
			ps[i]->refusal = PTAP_REFUSED_FOREIGN;
	}
	pte_forget_work(&arm);
	return error;
}

static bool pte_has_post(const struct ptap_site *site)
{
	const struct ptap_kprobe *p;

	list_for_each_entry(p, &site->probes, list) {
		if (p->post_handler && pte_is_on(p))
			return true;
	}
	return false;
}

/*
 * P is about to be found by hits, with these flags.  Where there is a post handler
 * already, a hit may be between that one's pre and post handler: P has no part in
 * it.  pte_joined() comes next.
 */
static void pte_be_found(struct ptap_kprobe *p, u32 flags)
{
	struct ptap_site *site = p->site;

	if (p->post_handler && pte_has_post(site)) {
		WRITE_ONCE(site->joining_slot, pte_site_other_post(site));
		flags |= PTE_JOINING;
	}
	smp_store_release(&p->flags, flags);
}

static void pte_joined(struct ptap_kprobe **ps, int n)
{
	bool any = false;
	int i;

	for (i = 0; i < n; i++) {
		if (!(ps[i]->flags & PTE_JOINING))
			continue;
		WRITE_ONCE(ps[i]->site->post_slot, ps[i]->site->joining_slot);
		any = true;
	}
	if (!any)
		return;
	pte_hits_wait();
	for (i = 0; i < n; i++)
		WRITE_ONCE(ps[i]->flags, ps[i]->flags & ~PTE_JOINING);
}

static void pte_link(struct ptap_kprobe *p)
{
	struct ptap_site *site = p->site;

	if (pte_is_on(p))
		pte_be_found(p, p->flags);
	/* The jprobe of a site stays its last. */
	if (site->last && site->last != p && !list_empty(&site->last->list))
		list_add_tail_rcu(&p->list, &site->last->list);
	else
		list_add_tail_rcu(&p->list, &site->probes);
	pte_choose_call(site);
}

/* Undoes step 1 for those of PS that were joined. */
static void pte_give_up(struct ptap_kprobe **ps, int n)
{
	LIST_HEAD(unused);
	int i;

	for (i = 0; i < n; i++) {
		struct ptap_site *site = ps[i]->site;

		if (!site)
			continue;
		pte_part(ps[i]);
		if (!site->n_probes) {
			pte_site_unhash(site);
			list_move_tail(&site->work, &unused);
		}
	}
	/* Hits of other addresses meet them in the table. */
	if (!list_empty(&unused))
		pte_hits_wait();
	pte_free_unused(&unused);
}

int pte_register(struct ptap_kprobe **ps, int n, u32 kind)
{
	int error = 0, i;

	if (!pte_ready)
		return -EOPNOTSUPP;
	for (i = 0; i < n && !error; i++) {
		if (ps[i]->site) {
			ps[i]->refusal = PTAP_REFUSED_REGISTERED;
			error = pte_refusal_errno(PTAP_REFUSED_REGISTERED);
			break;
		}
		error = pte_prepare(ps[i], kind);
	}
	/* The slots are written. */
	pte_text_done();
	if (error) {
		pte_give_up(ps, i);
		return error;
	}
	pte_jumps_yield(ps, n);
	pte_jumps_soon();
	error = pte_arm_for(ps, n);
	if (error) {
		pte_give_up(ps, n);
		return error;
	}
	for (i = 0; i < n; i++)
		pte_link(ps[i]);
	pte_joined(ps, n);
	return 0;
}

/* ---- taking back --------------------------------------------------------- */

/* Breakpoints that nobody needs any more go out of the text. */
static void pte_disarm_for(struct ptap_kprobe **ps, int n)
{
	LIST_HEAD(disarm);
	int i;

	for (i = 0; i < n; i++) {
		struct ptap_site *site = ps[i]->site;

		if (site && site->armed && !pte_has_use(site))
			list_move_tail(&site->work, &disarm);
	}
	pte_sites_disarm(&disarm);
	pte_forget_work(&disarm);
}

void pte_unregister(struct ptap_kprobe **ps, int n)
{
	LIST_HEAD(unused);
	int i;

	pte_jumps_yield(ps, n);
	pte_jumps_soon();
	for (i = 0; i < n; i++) {
		if (!ps[i]->site || (ps[i]->flags & PTE_LEAVING))
			continue;
		list_del_rcu(&ps[i]->list);
		ps[i]->flags |= PTE_LEAVING;
		pte_choose_call(ps[i]->site);
	}
	pte_disarm_for(ps, n);
	for (i = 0; i < n; i++) {
		struct ptap_site *site = ps[i]->site;

		if (!site)
			continue;
		if (site->n_probes == 1) {
			if (!site->gone)
				pte_site_unhash(site);
			list_move_tail(&site->work, &unused);
		}
		pte_part(ps[i]);
	}
	pte_hits_wait();
	for (i = 0; i < n; i++)
		INIT_LIST_HEAD(&ps[i]->list);
	pte_free_unused(&unused);
}

static void pte_set_disabled(struct ptap_kprobe **ps, int n, bool disabled)
{
	int i;

	for (i = 0; i < n; i++) {
		if (disabled)
			ps[i]->flags |= PTAP_KPROBE_FLAG_DISABLED;
		else if (!pte_is_on(ps[i]))
			pte_be_found(ps[i],
				     ps[i]->flags & ~PTAP_KPROBE_FLAG_DISABLED);
		pte_choose_call(ps[i]->site);
	}
}

int pte_switch(struct ptap_kprobe **ps, int n, bool on)
{
	int error, i;

	for (i = 0; i < n; i++) {
		if (!ps[i]->site)
			return -EINVAL;
		if (on && ps[i]->site->gone)
			return -ENODEV;
	}
	pte_jumps_yield(ps, n);
	pte_jumps_soon();
	pte_set_disabled(ps, n, !on);
	if (on)
		pte_joined(ps, n);
	error = on ? pte_arm_for(ps, n) : 0;
	if (error)
		pte_set_disabled(ps, n, true);
	if (!on || error) {
		pte_disarm_for(ps, n);
		pte_hits_wait();
	}
	return error;
}

/* ---- modules that go ----------------------------------------------------- */

/*
 * The text of MODULE (NULL: everybody's) is about to be freed: its bytes are put
 * back while they are still there, and its probes stay registered but dead.  So no
 * reference to a probed module is needed, and it can be unloaded at any time.  The
 * sites are in no table any more, but in the list ALL.
 */
static void pte_drop_sites(const struct module *module, struct list_head *all)
{
	struct ptap_site *site;
	struct ptap_kprobe *p;

	pte_sites_of(module, all);
	if (list_empty(all))
		return;
	list_for_each_entry(site, all, work) {
		list_for_each_entry(p, &site->probes, list)
			p->flags |= PTE_GONE;
		pte_choose_call(site);
	}
	pte_jumps_take(all);
	pte_sites_disarm(all);
	list_for_each_entry(site, all, work) {
		pte_site_unhash(site);
		site->gone = true;
	}
	pte_hits_wait();
}

/* Takes back what its users have left registered. */
static void pte_drop_all(void)
{
	struct ptap_kprobe *p, *next;
	struct ptap_site *site;
	unsigned int n = 0;
	LIST_HEAD(all);

	pte_drop_sites(NULL, &all);
	list_for_each_entry(site, &all, work) {
		list_for_each_entry_safe(p, next, &site->probes, list) {
			list_del_init(&p->list);
			if (p->flags & PTE_RETURN)
				pte_return_drop(p);
			pte_part(p);
			n++;
		}
	}
	pte_free_unused(&all);
	if (n)
		pr_warn("%s: %u probes were still registered\n", KBUILD_MODNAME,
			n);
}

static int pte_on_module(struct notifier_block *block, unsigned long event,
			 void *data)
{
	LIST_HEAD(all);

	if (event != MODULE_STATE_GOING || data == THIS_MODULE)
		return NOTIFY_DONE;
	mutex_lock(&pte_lock);
	pte_drop_sites(data, &all);
	pte_forget_work(&all);
	mutex_unlock(&pte_lock);
	return NOTIFY_DONE;
}

static struct notifier_block pte_modules = {
	.notifier_call = pte_on_module,
};

/* ---- the engine itself --------------------------------------------------- */

int ptap_kprobes_init(void)
{
	int error;

	if (pte_ready)
		return -EEXIST;
	error = pte_symbols_init();
	if (error)
		return error;
	pte_refuse_init();
	error = pte_reserved_init();
	if (error)
		goto symbols;
	error = pte_guard_init();
	if (error)
		goto reserved;
	error = pte_returns_init();
	if (error)
		goto reserved;
	error = pte_hit_init();
	if (error)
		goto returns;
	error = register_module_notifier(&pte_modules);
	if (error)
		goto hit;
	pte_ready = true;
	return 0;
hit:
	pte_hit_exit();
returns:
	pte_returns_exit();
reserved:
	pte_reserved_exit();
symbols:
	pte_symbols_exit();
	return error;
}

/* The breakpoints' handler goes last: until every task is out of the slots and the
 * trampoline there may be one on its way to it. */
void ptap_kprobes_exit(void)
{
	if (!pte_ready)
		return;
	mutex_lock(&pte_lock);
	pte_ready = false;
	pte_drop_all();
	mutex_unlock(&pte_lock);
	unregister_module_notifier(&pte_modules);
	pte_jumps_exit();
	pte_returns_exit();
	pte_slots_exit();
	pte_hit_exit();
	pte_reserved_exit();
	pte_symbols_exit();
}

/* ---- the public functions ------------------------------------------------ */

int ptap_register_kprobes(struct ptap_kprobe **ps, int n)
{
	int error;

	if (n <= 0)
		return -EINVAL;
	mutex_lock(&pte_lock);
	error = pte_register(ps, n, 0);
	mutex_unlock(&pte_lock);
	return error;
}

int ptap_register_kprobe(struct ptap_kprobe *p)
{
	return ptap_register_kprobes(&p, 1);
}

void ptap_unregister_kprobes(struct ptap_kprobe **ps, int n)
{
	if (n <= 0)
		return;
	mutex_lock(&pte_lock);
	pte_unregister(ps, n);
	mutex_unlock(&pte_lock);
}

void ptap_unregister_kprobe(struct ptap_kprobe *p)
{
	ptap_unregister_kprobes(&p, 1);
}

static int pte_switch_one(struct ptap_kprobe *p, bool on)
{
	int error;

	mutex_lock(&pte_lock);
	error = pte_switch(&p, 1, on);
	mutex_unlock(&pte_lock);
	return error;
}

int ptap_disable_kprobe(struct ptap_kprobe *p)
{
	return pte_switch_one(p, false);
}

int ptap_enable_kprobe(struct ptap_kprobe *p)
{
	return pte_switch_one(p, true);
}
