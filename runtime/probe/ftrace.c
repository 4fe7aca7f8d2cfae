// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Function entry by ftrace: one ftrace_ops a probe, with all its sites.
 *
 * No FTRACE_OPS_FL_RECURSION: the context's busy flag does that at a third of
 * the cost.  Without SAVE_REGS the argument registers and the stack pointer are
 * still saved, in a pt_regs whose other fields are not valid.
 *
 * A kernel without the function tracer gets kprobes.
 */
#include <linux/bitmap.h>
#include <linux/ftrace.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "caller.h"
#include "probe.h"
#include "../compat/ftrace.h"
#include "../core/condition.h"
#include "../core/hit.h"

#ifdef CONFIG_FUNCTION_TRACER

struct ptrt_ftrace {
	struct ftrace_ops ops;
	struct ptrt_target target;
	bool registered;
	unsigned long *filtered; /* a bit a site: is it in the filter? */
	struct list_head list;
};

static LIST_HEAD(ftrace_armed);

static void ftrace_hit_plain(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ptrt_ftrace *f = container_of(ops, struct ptrt_ftrace, ops);

	ptrt_hit(&f->target, false, ptrt_ftrace_regs(fregs), NULL, ip, NULL);
}

static void ftrace_hit_locked(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ptrt_ftrace *f = container_of(ops, struct ptrt_ftrace, ops);

	ptrt_hit(&f->target, true, ptrt_ftrace_regs(fregs), NULL, ip, NULL);
}

static void ftrace_hit_called(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ptrt_ftrace *f = container_of(ops, struct ptrt_ftrace, ops);
	const void *regs = ptrt_ftrace_regs(fregs);

	if (ptrt_called(f->target.probe, regs, ip))
		ptrt_hit(&f->target, f->target.n_locks > 0, regs, NULL, ip,
			 NULL);
}

static ftrace_func_t ftrace_callback(const struct ptrt_probe *probe)
{
	if (probe->n_callers)
		return ftrace_hit_called;
	return probe->n_locks ? ftrace_hit_locked : ftrace_hit_plain;
}

/* Sites that ftrace does not know get a kprobe. */
static int filter_one_by_one(struct ptrt_ftrace *f)
{
	const struct ptrt_probe *probe = f->target.probe;
	unsigned int i;
	int error;

	for (i = 0; i < probe->n_sites; i++) {
		const struct ptrt_site *site = &probe->sites[i];

		if (!ptrt_site_verify(probe, site))
			continue;
		error = -EINVAL;
		if (ptrt_ftrace_reaches(ptrt_site_address(site)))
			error = ftrace_set_filter_ip(
				&f->ops, ptrt_site_address(site), 0, 0);
		if (!error) {
			__set_bit(i, f->filtered);
			continue;
		}
		error = ptrt_kprobe_arm_site(probe, site);
		if (error)
			return error;
	}
	return 0;
}

/* All at once; false if one of them must be looked at. */
static bool filter_all(struct ptrt_ftrace *f)
{
	const struct ptrt_probe *probe = f->target.probe;
	unsigned long *ips;
	unsigned int i;
	int error;

	ips = kvmalloc_array(probe->n_sites, sizeof(*ips), GFP_KERNEL);
	if (!ips)
		return false;
	for (i = 0; i < probe->n_sites; i++) {
		/* One in a module may be absent: then one by one. */
		if (!ptrt_site_verify(probe, &probe->sites[i]) ||
		    !ptrt_ftrace_reaches(ptrt_site_address(&probe->sites[i]))) {
			kvfree(ips);
			return false;
		}
		ips[i] = ptrt_site_address(&probe->sites[i]);
	}
	error = ftrace_set_filter_ips(&f->ops, ips, probe->n_sites, 0, 1);
	kvfree(ips);
	if (!error)
		bitmap_fill(f->filtered, probe->n_sites);
	return !error;
}

static void ftrace_free(struct ptrt_ftrace *f)
{
	ftrace_free_filter(&f->ops);
	bitmap_free(f->filtered);
	kfree(f);
}

static void ftrace_forget(struct ptrt_ftrace *f)
{
	list_del(&f->list);
	ftrace_free(f);
}

/* ftrace refuses altogether (ftrace_enabled = 0): kprobes for all. */
static int fall_back(struct ptrt_ftrace *f)
{
	const struct ptrt_probe *probe = f->target.probe;

	ftrace_forget(f);
	return ptrt_kprobe_arm(probe);
}

static int ftrace_on(struct ptrt_ftrace *f)
{
	if (register_ftrace_function(&f->ops))
		return fall_back(f);
	f->registered = true;
	return 0;
}

/* Waits for every CPU to leave the callback. */
static void ftrace_off(struct ptrt_ftrace *f)
{
	unregister_ftrace_function(&f->ops);
	f->registered = false;
}

int ptrt_ftrace_arm(const struct ptrt_probe *probe)
{
	struct ptrt_ftrace *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int error = 0;

	if (!f)
		return -ENOMEM;
	f->filtered = bitmap_zalloc(probe->n_sites, GFP_KERNEL);
	if (!f->filtered) {
		kfree(f);
		return -ENOMEM;
	}
	f->target = ptrt_target_body(probe);
	f->ops.func = ftrace_callback(probe);
	f->ops.flags = FTRACE_OPS_FL_PERMANENT | PTRT_FTRACE_ARGUMENTS;
	if (probe->flags & PTRT_FULL_REGS)
		f->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;
	if (!filter_all(f)) {
		ftrace_free_filter(&f->ops);
		error = filter_one_by_one(f);
	}
	/* An empty filter would mean all functions. */
	if (error || bitmap_empty(f->filtered, probe->n_sites)) {
		ftrace_free(f);
		return error;
	}
	list_add_tail(&f->list, &ftrace_armed);
	return ptrt_condition_holds(probe) ? ftrace_on(f) : 0;
}

void ptrt_ftrace_switch(const struct ptrt_probe *probe, bool on)
{
	struct ptrt_ftrace *f, *next;
	int error;

	list_for_each_entry_safe(f, next, &ftrace_armed, list) {
		if (f->target.probe != probe || f->registered == on)
			continue;
		if (!on) {
			ftrace_off(f);
			continue;
		}
		error = ftrace_on(f);
		if (error)
			ptrt_place_failed(probe, "its functions",
					  "it cannot be switched on", error);
	}
}

/* The filtered sites of F, in SECTION or in the others. */
static unsigned int count_filtered(const struct ptrt_ftrace *f,
				   const struct ptrt_section *section,
				   bool inside)
{
	const struct ptrt_probe *probe = f->target.probe;
	unsigned int i, n = 0;

	for_each_set_bit(i, f->filtered, probe->n_sites) n +=
		(ptrt_site_section(&probe->sites[i]) == section) == inside;
	return n;
}

static void filter_remove(struct ptrt_ftrace *f,
			  const struct ptrt_section *section)
{
	const struct ptrt_probe *probe = f->target.probe;
	unsigned int i;

	for_each_set_bit(i, f->filtered, probe->n_sites)
	{
		const struct ptrt_site *site = &probe->sites[i];

		if (ptrt_site_section(site) != section)
			continue;
		ftrace_set_filter_ip(&f->ops, ptrt_site_address(site), 1, 0);
		__clear_bit(i, f->filtered);
	}
}

/* ftrace keeps the addresses of a module that went, and would take up whatever
 * comes to lie there next. */
void ptrt_ftrace_forget(const struct ptrt_section *section)
{
	struct ptrt_ftrace *f, *next;

	list_for_each_entry_safe(f, next, &ftrace_armed, list) {
		if (!count_filtered(f, section, true))
			continue;
		if (count_filtered(f, section, false)) {
			filter_remove(f, section);
			continue;
		}
		if (f->registered)
			ftrace_off(f);
		ftrace_forget(f);
	}
}

void ptrt_ftrace_disarm(void)
{
	struct ptrt_ftrace *f, *next;

	list_for_each_entry_safe(f, next, &ftrace_armed, list) {
		if (f->registered)
			ftrace_off(f);
		ftrace_forget(f);
	}
}

#else

int ptrt_ftrace_arm(const struct ptrt_probe *probe)
{
	return ptrt_kprobe_arm(probe);
}

void ptrt_ftrace_switch(const struct ptrt_probe *probe, bool on)
{
}

void ptrt_ftrace_forget(const struct ptrt_section *section)
{
}

void ptrt_ftrace_disarm(void)
{
}

#endif
