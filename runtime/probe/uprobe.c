// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any instruction of a user program, and the return of its functions, by the kernel's
 * uprobes: one consumer a site.
 *
 * Their handlers run in the task that was hit, where the kernel may sleep; the script's
 * part runs with interrupts off like everywhere, so user memory that is not there is
 * an error and not fetched.
 */
#include <linux/slab.h>

#include "armed.h"
#include "calls.h"
#include "probe.h"
#include "user.h"
#include "../compat/uprobes.h"
#include "../core/condition.h"

/* Threads may wait in a function for long, and many at once. */
#define USER_CALLS_DEFAULT 256u

struct ptrt_uprobe {
	struct uprobe_consumer consumer;
	struct uprobe *uprobe;
	struct ptrt_armed armed;
	struct ptrt_target entry; /* handler NULL: nothing is saved */
	const struct ptrt_user_site *place;
	struct inode *inode;
	bool on;
};

/* For each probe those of its calls that have not returned; NULL: it keeps none. */
static struct ptrt_calls **user_calls;

static struct ptrt_calls *calls_of(const struct ptrt_probe *probe)
{
	return user_calls[probe - ptrt_script.probes];
}

static struct ptrt_uprobe *of_consumer(struct uprobe_consumer *consumer)
{
	return container_of(consumer, struct ptrt_uprobe, consumer);
}

static int uprobe_hit(struct uprobe_consumer *consumer,
		      struct pt_regs *regs PTRT_UPROBE_ARGUMENTS)
{
	struct ptrt_uprobe *u = of_consumer(consumer);
	const struct ptrt_target *target = &u->armed.target;
	unsigned long ip = instruction_pointer(regs);

	if (ptrt_user_wanted(target->probe, u->armed.site, regs, ip))
		ptrt_hit(target, target->n_locks > 0, regs, u->armed.site, ip,
			 NULL);
	return 0;
}

static int uprobe_hit_entry(struct uprobe_consumer *consumer,
			    struct pt_regs *regs PTRT_UPROBE_ARGUMENTS)
{
	struct ptrt_uprobe *u = of_consumer(consumer);
	const struct ptrt_probe *probe = u->armed.target.probe;
	struct ptrt_calls *calls = calls_of(probe);
	unsigned long ip = instruction_pointer(regs);
	struct ptrt_call *call;

	if (!ptrt_user_wanted(probe, u->armed.site, regs, ip))
		return 0;
	call = ptrt_calls_begin(calls, u->armed.site, user_stack_pointer(regs));
	if (!call)
		return 0;
	if (!u->entry.handler || ptrt_hit(&u->entry, u->entry.n_locks > 0, regs,
					  u->armed.site, ip, call->data))
		ptrt_calls_keep(calls, call);
	else
		ptrt_calls_drop(calls, call);
	return 0;
}

/* The return has taken its address from the stack. */
static int uprobe_hit_return(struct uprobe_consumer *consumer,
			     unsigned long function,
			     struct pt_regs *regs PTRT_UPROBE_ARGUMENTS)
{
	struct ptrt_uprobe *u = of_consumer(consumer);
	const struct ptrt_target *target = &u->armed.target;
	struct ptrt_calls *calls = calls_of(target->probe);
	unsigned int word = ptrt_user_word(target->probe, u->armed.site);
	struct ptrt_call *call = NULL;

	if (calls) {
		call = ptrt_calls_end(calls, u->armed.site,
				      user_stack_pointer(regs) - word,
				      word == 4);
		if (!call)
			return 0;
	} else if (!ptrt_user_wanted_task(target->probe)) {
		return 0;
	}
	ptrt_hit(target, target->n_locks > 0, regs, u->armed.site, function,
		 call ? call->data : NULL);
	if (call)
		ptrt_calls_drop(calls, call);
	return 0;
}

/* ---- registering ------------------------------------------------------ */

static bool uprobe_is_disabled(void *handle)
{
	const struct ptrt_uprobe *u = handle;

	return !u->on;
}

static int uprobe_enable(void *handle)
{
	struct ptrt_uprobe *u = handle;
	int error = ptrt_uprobe_register(u->inode, u->place->offset,
					 u->place->semaphore, &u->consumer,
					 &u->uprobe);

	u->on = !error;
	return error;
}

static void uprobe_take_back(struct ptrt_uprobe *u)
{
	if (u->on)
		ptrt_uprobe_unregister(u->inode, u->place->offset, &u->consumer,
				       u->uprobe);
	u->on = false;
}

static int uprobe_disable(void *handle)
{
	uprobe_take_back(handle);
	ptrt_uprobe_wait();
	return 0;
}

/* Functions that are running return through the kernel's own trampoline and find no
 * handler. */
static void uprobe_unregister_all(void **handles, int n)
{
	int i;

	for (i = 0; i < n; i++)
		uprobe_take_back(handles[i]);
	ptrt_uprobe_wait();
}

static void uprobe_release(struct ptrt_armed *armed)
{
	kfree(container_of(armed, struct ptrt_uprobe, armed));
}

static struct ptrt_mechanism uprobe_mechanism = {
	.armed = LIST_HEAD_INIT(uprobe_mechanism.armed),
	.disabled = uprobe_is_disabled,
	.enable = uprobe_enable,
	.disable = uprobe_disable,
	.unregister = uprobe_unregister_all,
	.release = uprobe_release,
};

static void uprobe_set_handlers(struct ptrt_uprobe *u,
				const struct ptrt_probe *probe)
{
	if (probe->kind == PTRT_KIND_USER) {
		u->consumer.handler = uprobe_hit;
		return;
	}
	u->consumer.ret_handler = uprobe_hit_return;
	if (!calls_of(probe))
		return;
	u->consumer.handler = uprobe_hit_entry;
	if (probe->entry)
		u->entry = ptrt_target_entry(probe);
}

static int uprobe_arm_site(const struct ptrt_probe *probe, unsigned int number)
{
	const struct ptrt_site *site = &probe->sites[number];
	struct ptrt_uprobe *u;
	int error = 0;

	u = kzalloc(sizeof(*u), GFP_KERNEL);
	if (!u)
		return -ENOMEM;
	u->armed.target = ptrt_target_body(probe);
	u->armed.site = site;
	u->armed.handle = u;
	u->place = &probe->user_sites[number];
	u->inode = ptrt_user_inode(u->place->object);
	uprobe_set_handlers(u, probe);
	if (IS_ERR(u->inode))
		error = PTR_ERR(u->inode);
	else if (ptrt_condition_holds(probe))
		error = uprobe_enable(u);
	if (error) {
		kfree(u);
		if (error == -ENOMEM)
			return error;
		ptrt_site_failed(probe, site, NULL, error);
		return 0;
	}
	ptrt_armed_add(&uprobe_mechanism, &u->armed);
	return 0;
}

/* Room for the calls of a return probe that has to know of their entries. */
static int uprobe_make_calls(const struct ptrt_probe *probe)
{
	s64 limit = ptrt_script.limits[PTAP_LIMIT_kretactive];
	unsigned int n = probe->maxactive ? probe->maxactive
			 : limit	  ? limit
					  : USER_CALLS_DEFAULT;

	if (probe->kind != PTRT_KIND_USER_RETURN ||
	    (!probe->entry && !probe->n_callers))
		return 0;
	user_calls[probe - ptrt_script.probes] =
		ptrt_calls_create(n, probe->entry_size);
	return calls_of(probe) ? 0 : -ENOMEM;
}

int ptrt_uprobe_arm(const struct ptrt_probe *probe)
{
	unsigned int i;
	int error = ptrt_user_create();

	if (!error && !user_calls) {
		user_calls = kvcalloc(ptrt_script.n_probes, sizeof(*user_calls),
				      GFP_KERNEL);
		error = user_calls ? 0 : -ENOMEM;
	}
	if (!error)
		error = uprobe_make_calls(probe);
	for (i = 0; !error && i < probe->n_sites; i++)
		error = uprobe_arm_site(probe, i);
	return error;
}

void ptrt_uprobe_switch(const struct ptrt_probe *probe, bool on)
{
	ptrt_armed_switch(&uprobe_mechanism, probe, on);
}

void ptrt_uprobe_disarm(void)
{
	unsigned int i;

	ptrt_armed_disarm(&uprobe_mechanism);
	for (i = 0; user_calls && i < ptrt_script.n_probes; i++) {
		if (!user_calls[i])
			continue;
		ptrt_skip_add(&ptrt_script.probes[i], PTRT_SKIP_MAXACTIVE,
			      ptrt_calls_missed(user_calls[i]));
		ptrt_calls_destroy(user_calls[i]);
	}
	kvfree(user_calls);
	user_calls = NULL;
	ptrt_user_destroy();
}
