// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Return probes: a kprobe at the function's entry puts the trampoline's address in
 * place of the return address, and keeps that in an instance which belongs to the
 * task (Lynch, "Return probe redesign", 2005).
 *
 * A hit shares nothing with other CPUs: instances come from this CPU's part of the
 * probe's pool (pool.h), and the task finds them in its own slot (tasks.h).
 *
 * An instance comes back when its function returns; when an outer function of the
 * same task returns before it, or a call takes its place on the stack; when its task
 * exits; or, for what a task enters after that and never leaves (schedule(), the last
 * time), by a sweep, which a pool that has run dry asks for.
 */
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>

#include "arch/x86/jump.h"
#include "arch/x86/trampoline.h"
#include "engine.h"
#include "pool.h"
#include "tasks.h"

/* One call of a probed function. */
struct return_call {
	struct pte_pool_item item;
	struct pte_frame frame;
	struct ptap_kretprobe_instance ri; /* last: the user's data follows */
};

/* Outlives its probe while calls are running. */
struct ptap_kretprobe_pool {
	struct pte_pool instances;
	struct list_head orphan;
};

static LIST_HEAD(return_orphans); /* pte_lock */

static __always_inline struct return_call *of_frame(struct pte_frame *frame)
{
	return container_of(frame, struct return_call, frame);
}

static __always_inline struct return_call *of_item(struct pte_pool_item *item)
{
	return container_of(item, struct return_call, item);
}

/* Gives back what never returned. */
static void pte_return_recycle(struct pte_frame *frame)
{
	while (frame) {
		struct pte_frame *next = frame->next;

		pte_pool_put(&of_frame(frame)->item);
		frame = next;
	}
}
NOKPROBE_SYMBOL(pte_return_recycle);

/* ---- the sweep -------------------------------------------------------------- */

static unsigned long return_next_sweep; /* jiffies */

/* Of tasks that are dead.  Under pte_lock. */
static void sweep_dead(void)
{
	pte_return_recycle(pte_tasks_sweep());
}

static void sweep_work(struct work_struct *work)
{
	mutex_lock(&pte_lock);
	sweep_dead();
	mutex_unlock(&pte_lock);
}

static DECLARE_WORK(return_sweep, sweep_work);

static void pte_return_start_sweep(struct irq_work *work)
{
	schedule_work(&return_sweep);
}

static struct irq_work return_sweep_irq;

/* A call has no instance. */
static noinline void pte_return_missed(struct ptap_kretprobe *rp)
{
	unsigned long now = jiffies;

	BUILD_BUG_ON(sizeof(rp->nmissed) != sizeof(atomic_t));
	atomic_inc((atomic_t *)&rp->nmissed);
	if (time_before(now, READ_ONCE(return_next_sweep)))
		return;
	WRITE_ONCE(return_next_sweep, now + HZ / 4);
	irq_work_queue(&return_sweep_irq);
}
NOKPROBE_SYMBOL(pte_return_missed);

/* ---- a hit ------------------------------------------------------------------ */

static __always_inline int call_user(struct ptap_kretprobe *rp,
				     ptap_kretprobe_handler_t handler,
				     struct return_call *call,
				     struct pt_regs *regs)
{
	if (unlikely(rp->kp.fault_handler))
		return pte_guarded_return(rp, handler, &call->ri, regs);
	return handler(&call->ri, regs);
}

/* The kernel's own, by the names that 5.10 and later have for them; 0: it has not. */
static unsigned long return_others[4];

static void find_others(void)
{
	static const char *const names[] = {
		"return_to_handler",
		"arch_rethook_trampoline",
		"__kretprobe_trampoline",
		"kretprobe_trampoline",
	};
	size_t i;

	BUILD_BUG_ON(ARRAY_SIZE(names) != ARRAY_SIZE(return_others));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		return_others[i] = pte_symbol_address(names[i]);
}

/* Is ADDRESS, which may be anything, where functions return to by the doing of the
 * kernel, or of an engine in another module?  Any context. */
static bool pte_is_others_trampoline(unsigned long address)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(return_others); i++) {
		if (address && address == return_others[i])
			return true;
	}
	return address >= MODULES_VADDR && address < MODULES_END &&
	       address != pte_trampoline_address() &&
	       pte_trampoline_begins(address);
}
NOKPROBE_SYMBOL(pte_is_others_trampoline);

/* CALL is not the task's first, or another task is in the way.  False: a miss. */
static noinline bool pte_return_push(struct ptap_kretprobe *rp,
				     struct return_call *call)
{
	struct pte_frame *stale;

	call->frame.over_others = pte_is_others_trampoline(call->ri.ret_addr);
	if (!pte_tasks_push(current, &call->frame, &stale)) {
		pte_pool_put(&call->item);
		pte_return_missed(rp);
		return false;
	}
	pte_return_recycle(stale);
	return true;
}
NOKPROBE_SYMBOL(pte_return_push);

/* A call of RP's function begins, with its return address at SLOT.  REGS as the kprobe
 * has them, for the entry handler; NULL where there is none. */
static __always_inline void return_begin(struct ptap_kretprobe *rp,
					 unsigned long *slot,
					 struct pt_regs *regs)
{
	struct task_struct *task = current;
	struct return_call *call;
	struct pte_pool_item *item;

	item = pte_pool_get(&rp->pool->instances, raw_smp_processor_id());
	if (unlikely(!item)) {
		pte_return_missed(rp);
		return;
	}
	call = of_item(item);
	call->ri.task = task;
	call->ri.ret_addr = *slot;
	call->frame.slot = slot;
	call->frame.outermost = *slot != pte_trampoline_address();
	if (regs && rp->entry_handler &&
	    call_user(rp, rp->entry_handler, call, regs)) {
		pte_pool_put(item);
		return;
	}
	if (unlikely(!pte_tasks_push_first(task, &call->frame)) &&
	    !pte_return_push(rp, call))
		return;
	*slot = pte_trampoline_address();
}

/* The pre handler of a return probe's kprobe. */
static int pte_return_entry(struct ptap_kprobe *p, struct pt_regs *regs)
{
	return_begin(container_of(p, struct ptap_kretprobe, kp),
		     pte_return_slot(regs), regs);
	return 0;
}
NOKPROBE_SYMBOL(pte_return_entry);

/* Needs no registers. */
static bool pte_return_is_simple(const struct ptap_kprobe *p)
{
	return p->pre_handler == pte_return_entry &&
	       !container_of(p, struct ptap_kretprobe, kp)->entry_handler;
}
NOKPROBE_SYMBOL(pte_return_is_simple);

struct ptap_kretprobe *pte_return_alone(const struct ptap_site *site)
{
	struct ptap_kprobe *p =
		list_first_entry(&site->probes, struct ptap_kprobe, list);

	return list_is_singular(&site->probes) && pte_return_is_simple(p)
		       ? container_of(p, struct ptap_kretprobe, kp)
		       : NULL;
}

/* The jump was taken away while this task was on its way. */
static noinline void pte_return_begin_all(struct ptap_site *site,
					  unsigned long *slot)
{
	struct ptap_kprobe *p;

	list_for_each_entry_rcu(p, &site->probes, list)
	{
		if (pte_return_is_simple(p) && !(READ_ONCE(p->flags) & PTE_OFF))
			return_begin(container_of(p, struct ptap_kretprobe, kp),
				     slot, NULL);
	}
}
NOKPROBE_SYMBOL(pte_return_begin_all);

void pte_stub_return_hit(unsigned long *slot, unsigned long from)
{
	struct ptap_site *site = pte_slot_owner(from);
	struct ptap_kretprobe *rp;

	if (unlikely(!site))
		return;
	if (unlikely(!pte_enter())) {
		pte_site_missed(site);
		return;
	}
	rp = READ_ONCE(site->lone_return);
	if (likely(rp))
		return_begin(rp, slot, NULL);
	else
		pte_return_begin_all(site, slot);
	pte_leave();
}
NOKPROBE_SYMBOL(pte_stub_return_hit);

/* The handler of one instance, if its probe is still there. */
static __always_inline void call_handler(struct return_call *call,
					 struct pt_regs *regs)
{
	struct ptap_kretprobe *rp = READ_ONCE(call->ri.rp);

	if (likely(rp && rp->handler))
		call_user(rp, rp->handler, call, regs);
}

/* Several probes of the function; calls within this one that never returned; the
 * task's other calls are in the way.  HERE: handlers may be called. */
static noinline void pte_trampoline_search(struct pt_regs *regs, bool here)
{
	unsigned long *slot = pte_trampoline_slot(regs);
	struct pte_frame *frame = pte_tasks_take(current, slot);
	struct pte_frame *last = frame;

	/* Without any there is no place to go. */
	BUG_ON(!frame);
	while (last->next)
		last = last->next;
	pte_trampoline_complete(regs, of_frame(last)->ri.ret_addr);
	while (frame) {
		struct return_call *call = of_frame(frame);

		frame = frame->next;
		if (call->frame.slot == slot && here) {
			call->ri.ret_addr = regs->ip;
			call_handler(call, regs);
		}
		pte_pool_put(&call->item);
	}
}
NOKPROBE_SYMBOL(pte_trampoline_search);

/* Interrupts are off. */
void pte_trampoline_hit(struct pt_regs *regs)
{
	struct pte_frame *frame;

	if (unlikely(!pte_enter())) {
		/* A handler of this CPU calls what has a return probe: not
		 * possible, for it would have passed by the function's entry. */
		pte_trampoline_search(regs, false);
		return;
	}
	pte_hold_cpu(); /* a fault of the handler must not sleep */
	frame = pte_tasks_take_first(current, pte_trampoline_slot(regs));
	if (likely(frame)) {
		struct return_call *call = of_frame(frame);

		pte_trampoline_complete(regs, call->ri.ret_addr);
		call_handler(call, regs);
		pte_pool_put(&call->item);
	} else {
		pte_trampoline_search(regs, true);
	}
	pte_release_cpu();
	pte_leave();
}
NOKPROBE_SYMBOL(pte_trampoline_hit);

unsigned long ptap_return_address(unsigned long address,
				  const unsigned long *slot)
{
	struct pte_frame *frame;

	if (address != pte_trampoline_address())
		return address;
	frame = pte_tasks_find(current, slot);
	return frame ? of_frame(frame)->ri.ret_addr : address;
}
NOKPROBE_SYMBOL(ptap_return_address);

/* ---- tasks that exit ---------------------------------------------------------- */

#ifdef CONFIG_TRACEPOINTS

static struct tracepoint *return_exit_tracepoint;

/* TASK is current, in do_exit(): of the calls that it is in, none returns. */
static void pte_return_task_exits(void *unused, struct task_struct *task)
{
	unsigned long flags;

	local_irq_save(flags);
	if (pte_enter()) {
		pte_return_recycle(pte_tasks_flush(task));
		pte_leave();
	}
	local_irq_restore(flags);
}
NOKPROBE_SYMBOL(pte_return_task_exits);

static void find_exit_tracepoint(struct tracepoint *tracepoint, void *ret)
{
	if (!strcmp(tracepoint->name, "sched_process_exit"))
		*(struct tracepoint **)ret = tracepoint;
}

/* Without it the sweep does the same, later. */
static void watch_exits(void)
{
	struct tracepoint *found = NULL;

	for_each_kernel_tracepoint(find_exit_tracepoint, &found);
	if (found &&
	    !tracepoint_probe_register(found, pte_return_task_exits, NULL))
		return_exit_tracepoint = found;
}

static void unwatch_exits(void)
{
	if (!return_exit_tracepoint)
		return;
	tracepoint_probe_unregister(return_exit_tracepoint,
				    pte_return_task_exits, NULL);
	tracepoint_synchronize_unregister();
	return_exit_tracepoint = NULL;
}

#else

static void watch_exits(void)
{
}

static void unwatch_exits(void)
{
}

#endif

/* ---- pools ---------------------------------------------------------------------- */

static void destroy_pool(struct ptap_kretprobe_pool *pool)
{
	pte_pool_deinit(&pool->instances);
	kfree(pool);
}

/* Of probes that were unregistered: those that no call needs any more. */
static void reap_orphans(void)
{
	struct ptap_kretprobe_pool *pool, *next;

	list_for_each_entry_safe(pool, next, &return_orphans, orphan)
		if (pte_pool_is_full(&pool->instances)) {
			list_del(&pool->orphan);
			destroy_pool(pool);
		}
}

static int create_pool(struct ptap_kretprobe *rp)
{
	struct ptap_kretprobe_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	int error, i;

	if (!pool)
		return -ENOMEM;
	error = pte_pool_init(&pool->instances, rp->maxactive,
			      sizeof(struct return_call) + rp->data_size,
			      nr_cpu_ids);
	if (error) {
		kfree(pool);
		return error;
	}
	for (i = 0; i < rp->maxactive; i++)
		of_item(pte_pool_at(&pool->instances, i))->ri.rp = rp;
	rp->pool = pool;
	return 0;
}

/* ---- refusals -------------------------------------------------------------------------- */

/*
 * The functions that the papers name, and what has become of them: do_exit() and
 * what ends in it does not return; flush_old_exec() and flush_thread() replaced
 * what the return goes back to.  (do_execve() returns like any other today.)
 * Beside them what comes back on another stack, or twice.
 */
static const char *const return_never[] = {
	"do_exit",
	"do_group_exit",
	"do_task_dead",
	"make_task_dead",
	"rewind_stack_do_exit",
	"rewind_stack_and_make_dead",
	"complete_and_exit",
	"kthread_complete_and_exit",
	"kthread_exit",
	"flush_old_exec",
	"begin_new_exec",
	"flush_thread",
	"__switch_to",
	"__switch_to_asm",
	"ret_from_fork",
	"ret_from_fork_asm",
	"swsusp_arch_suspend",
	"__fentry__",
	/* Returns, but calls pte_return_task_exits(). */
	"__traceiter_sched_process_exit",
};

/* One that takes its arguments off the stack returns with another stack pointer than
 * the trampoline looks for. */
static bool pops_arguments(const struct pte_symbol *symbol)
{
	enum pte_walk_step step;
	struct pte_walk walk;

	pte_walk_start(&walk, symbol->start, symbol->start + symbol->size,
		       symbol->module);
	while ((step = pte_walk_next(&walk)) == PTE_WALK_INSN) {
		if (walk.insn.class == PTE_CLASS_RETURN && walk.insn.imm_size)
			return true;
	}
	return false;
}

enum ptap_refusal pte_return_refuse(unsigned long address)
{
	struct pte_symbol symbol;
	size_t i;

	if (!pte_symbol_of(address, &symbol))
		return PTAP_REFUSED_NOT_TEXT;
	for (i = 0; !symbol.module && i < ARRAY_SIZE(return_never); i++) {
		if (!strcmp(symbol.name, return_never[i]))
			return PTAP_REFUSED_RETURN;
	}
	return pops_arguments(&symbol) ? PTAP_REFUSED_RETURN
				       : PTAP_REFUSED_NONE;
}

/* ---- registering -------------------------------------------------------------------- */

static int default_maxactive(void)
{
#ifdef CONFIG_PREEMPTION
	return max_t(int, 10, 2 * num_possible_cpus());
#else
	return num_possible_cpus();
#endif
}

static int return_prepare(struct ptap_kretprobe *rp)
{
	int error;

	if (rp->pool) {
		rp->kp.refusal = PTAP_REFUSED_REGISTERED;
		return -EEXIST;
	}
	if (rp->maxactive <= 0)
		rp->maxactive = default_maxactive();
	rp->nmissed = 0;
	rp->kp.pre_handler = pte_return_entry;
	rp->kp.post_handler = NULL;
	error = create_pool(rp);
	if (error)
		return error;
	error = pte_tasks_reserve(rp->maxactive);
	if (error) {
		destroy_pool(rp->pool);
		rp->pool = NULL;
	}
	return error;
}

/* No call of RP can be under way. */
static void return_unprepare(struct ptap_kretprobe *rp)
{
	pte_tasks_reserve(-rp->maxactive);
	destroy_pool(rp->pool);
	rp->pool = NULL;
}

/* The kprobes of RPS; NULL: no memory. */
static struct ptap_kprobe **kprobes_of(struct ptap_kretprobe **rps, int n)
{
	struct ptap_kprobe **ps = kvmalloc_array(n, sizeof(ps[0]), GFP_KERNEL);
	int i;

	for (i = 0; ps && i < n; i++)
		ps[i] = &rps[i]->kp;
	return ps;
}

static int register_locked(struct ptap_kretprobe **rps, struct ptap_kprobe **ps,
			   int n)
{
	int prepared, error = 0;

	for (prepared = 0; prepared < n; prepared++) {
		error = return_prepare(rps[prepared]);
		if (error)
			break;
	}
	if (!error)
		error = pte_register(ps, n,
				     PTAP_KPROBE_FLAG_ENTRY | PTE_RETURN);
	while (error && prepared-- > 0)
		return_unprepare(rps[prepared]);
	return error;
}

int ptap_register_kretprobes(struct ptap_kretprobe **rps, int n)
{
	struct ptap_kprobe **ps;
	int error;

	if (n <= 0)
		return -EINVAL;
	ps = kprobes_of(rps, n);
	if (!ps)
		return -ENOMEM;
	mutex_lock(&pte_lock);
	reap_orphans();
	error = register_locked(rps, ps, n);
	mutex_unlock(&pte_lock);
	kvfree(ps);
	return error;
}

int ptap_register_kretprobe(struct ptap_kretprobe *rp)
{
	return ptap_register_kretprobes(&rp, 1);
}

/* Calls that are under way return without a handler from now on.  RCU's readers of
 * before may still be in one. */
static void disown(struct ptap_kretprobe *rp)
{
	int i;

	if (!rp->pool)
		return;
	for (i = 0; i < rp->maxactive; i++)
		WRITE_ONCE(of_item(pte_pool_at(&rp->pool->instances, i))->ri.rp,
			   NULL);
	pte_tasks_reserve(-rp->maxactive);
	list_add(&rp->pool->orphan, &return_orphans);
	rp->pool = NULL;
}

void pte_return_drop(struct ptap_kprobe *p)
{
	disown(container_of(p, struct ptap_kretprobe, kp));
}

/* One at a time needs no memory. */
static void unregister_locked(struct ptap_kretprobe **rps,
			      struct ptap_kprobe **ps, int n)
{
	struct ptap_kprobe *one;
	int i;

	if (ps)
		pte_unregister(ps, n);
	for (i = 0; i < n; i++) {
		one = &rps[i]->kp;
		if (!ps)
			pte_unregister(&one, 1);
		disown(rps[i]);
	}
	pte_hits_wait();
	sweep_dead();
	reap_orphans();
}

void ptap_unregister_kretprobes(struct ptap_kretprobe **rps, int n)
{
	struct ptap_kprobe **ps;

	if (n <= 0)
		return;
	ps = n > 1 ? kprobes_of(rps, n) : NULL;
	mutex_lock(&pte_lock);
	unregister_locked(rps, ps, n);
	mutex_unlock(&pte_lock);
	kvfree(ps);
}

void ptap_unregister_kretprobe(struct ptap_kretprobe *rp)
{
	ptap_unregister_kretprobes(&rp, 1);
}

unsigned long ptap_kretprobe_contended(const struct ptap_kretprobe *rp)
{
	unsigned long n;

	mutex_lock(&pte_lock);
	n = rp->pool ? pte_pool_contended(&rp->pool->instances) : 0;
	mutex_unlock(&pte_lock);
	return n;
}

int ptap_disable_kretprobe(struct ptap_kretprobe *rp)
{
	return ptap_disable_kprobe(&rp->kp);
}

int ptap_enable_kretprobe(struct ptap_kretprobe *rp)
{
	return ptap_enable_kprobe(&rp->kp);
}

/* ---- the whole -------------------------------------------------------------------------- */

int pte_returns_init(void)
{
	if (!pte_trampoline_works()) {
		pr_err("ptap: no return probes in a paravirtual guest of "
		       "Xen\n");
		return -EOPNOTSUPP;
	}
	find_others();
	return_next_sweep = jiffies;
	init_irq_work(&return_sweep_irq, pte_return_start_sweep);
	watch_exits();
	return 0;
}

/*
 * Is FRAME's call one that will return?  Calls on the stacks of interrupts are over when
 * all CPUs stand still; a stack that was given back belongs to nobody who returns, and a
 * CPU that is away comes back by a reset.
 */
static bool may_return(const struct task_struct *task,
		       const struct pte_frame *frame)
{
	unsigned long stack = (unsigned long)task_stack_page(task);

	if (is_idle_task(task) && !cpu_online(task_cpu(task)))
		return false;
	return frame->outermost && refcount_read(&task->stack_refcount) &&
	       (unsigned long)frame->slot - stack < THREAD_SIZE;
}

/* What look_beneath() has seen. */
static struct {
	const struct return_call *inner; /* the last */
	struct task_struct *task;	 /* whose it is */
	bool found;
} return_walk;

/* Does somebody else's trampoline return to ours first?  It stands for FRAME's call, or
 * an inner call at the same place found it there. */
static void look_beneath(struct task_struct *task, struct pte_frame *frame)
{
	if (!may_return(task, frame))
		return;
	if ((return_walk.task == task &&
	     return_walk.inner->frame.slot == frame->slot &&
	     pte_is_others_trampoline(return_walk.inner->ri.ret_addr)) ||
	    pte_is_others_trampoline(READ_ONCE(*frame->slot)))
		return_walk.found = true;
	return_walk.task = task;
	return_walk.inner = of_frame(frame);
}

static void put_back(struct task_struct *task, struct pte_frame *frame)
{
	if (may_return(task, frame) &&
	    READ_ONCE(*frame->slot) == pte_trampoline_address())
		WRITE_ONCE(*frame->slot, of_frame(frame)->ri.ret_addr);
}

/* Puts return addresses back where the trampoline still stands for them.  1: it must not
 * go yet. */
static int put_all_back(void *unused)
{
	memset(&return_walk, 0, sizeof(return_walk));
	pte_tasks_each(look_beneath);
	if (return_walk.found)
		return 1;
	pte_tasks_each(put_back);
	return 0;
}

static void leave_stacks(void)
{
	bool said = false;

	while (stop_machine(put_all_back, NULL, NULL) > 0) {
		if (!said)
			pr_warn("%s: waiting for calls that return through "
				"somebody else's trampoline first\n",
				KBUILD_MODNAME);
		said = true;
		schedule_timeout_idle(HZ / 5);
	}
}

/* No probe is left.  Instances stay until nobody is in the trampoline. */
void pte_returns_exit(void)
{
	struct ptap_kretprobe_pool *pool, *next;

	unwatch_exits();
	irq_work_sync(&return_sweep_irq);
	cancel_work_sync(&return_sweep);
	leave_stacks();
	pte_quiesce(true);
	pte_tasks_deinit();
	list_for_each_entry_safe(pool, next, &return_orphans, orphan)
		destroy_pool(pool);
	INIT_LIST_HEAD(&return_orphans);
}
