// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state machine of a session.
 *
 * LOADED -> STARTING -> RUNNING -> EXITING -> STOPPING -> STOPPED.  Handlers can
 * only move STARTING or RUNNING to EXITING; everything else happens in process
 * context under the mutex.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/smp.h>
#include <linux/ktime.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "context.h"
#include "hit.h"
#include "session.h"
#include "../probe/probe.h"
#include "../transport/record.h"

/* How long a MARK waits for a handler, and between two looks. */
#define MARK_PATIENCE_NS (100 * NSEC_PER_MSEC)
#define MARK_LOOK_US 50
/* ktime_get_mono_fast_ns() may step back that far when the clock is updated
 * between two CPUs' readings. */
#define MARK_MARGIN_NS 1000

const char ptrt_text_aborted[] = "aborted";

static DEFINE_MUTEX(session_mutex);
static DECLARE_WAIT_QUEUE_HEAD(session_wait);
static unsigned int state = PTAP_STATE_LOADED;
static unsigned int aborted;
static atomic_long_t errors = ATOMIC_LONG_INIT(0);
static bool stop_requested;
static s64 target;
static u64 mark;

/* ---- any context ------------------------------------------------------ */

static void wake_controller(struct irq_work *work)
{
	wake_up_all(&session_wait);
}

static struct irq_work wake_work = IRQ_WORK_INIT(wake_controller);

void ptrt_session_end(bool by_error)
{
	unsigned int old = READ_ONCE(state);

	if (by_error)
		WRITE_ONCE(aborted, 1);
	if (old == PTAP_STATE_RUNNING || old == PTAP_STATE_STARTING) {
		ptrt_gate_close();
		if (cmpxchg(&state, old, PTAP_STATE_EXITING) == old)
			irq_work_queue(&wake_work);
	}
}

static void rearm_worker(struct work_struct *work)
{
	mutex_lock(&session_mutex);
	if (ptrt_session_rearming())
		ptrt_probes_rearm();
	mutex_unlock(&session_mutex);
}

static DECLARE_WORK(rearm_work, rearm_worker);

static void queue_rearm(struct irq_work *work)
{
	queue_work(system_unbound_wq, &rearm_work);
}

static struct irq_work rearm_irq_work = IRQ_WORK_INIT(queue_rearm);

void ptrt_session_rearm(void)
{
	irq_work_queue(&rearm_irq_work);
}

bool ptrt_session_rearming(void)
{
	return READ_ONCE(state) == PTAP_STATE_RUNNING &&
	       !READ_ONCE(stop_requested);
}

void ptrt_session_error(void)
{
	if (atomic_long_inc_return(&errors) >
	    ptrt_script.limits[PTAP_LIMIT_maxerrors])
		ptrt_session_end(true);
}

void ptrt_session_fail(struct ptrt_cpu *cpu, const char *message)
{
	ptrt_record_text(cpu, PTAP_FORMAT_ERROR, message, strlen(message));
	atomic_long_inc(&errors);
	ptrt_session_end(true);
}

s64 ptrt_session_target(void)
{
	return READ_ONCE(target);
}

/* ---- begin, end, error ------------------------------------------------ */

static void run_probe(const struct ptrt_probe *probe)
{
	bool interruptible = ptrt_script.limits[PTAP_LIMIT_interruptible];
	struct ptrt_cpu *cpu = ptrt_enter_process(probe);
	unsigned long flags;

	if (!interruptible)
		raw_local_irq_save(flags);
	if (ptrt_lock_all_slow(cpu, probe->locks, probe->n_locks)) {
		ptrt_run(cpu, probe->handler);
		ptrt_unlock_all_slow(cpu, probe->locks, probe->n_locks);
	} else {
		ptrt_skip(probe, PTRT_SKIP_LOCK);
	}
	if (cpu->c.error)
		ptrt_report(cpu);
	if (!interruptible)
		raw_local_irq_restore(flags);
	ptrt_leave_process(cpu);
}

/* The next probe of KIND in order of priority, then of the script; LAST: the
 * one before, or NULL. */
static const struct ptrt_probe *next_probe(enum ptrt_kind kind,
					   const struct ptrt_probe *last)
{
	const struct ptrt_probe *best = NULL;
	unsigned int i;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		if (probe->kind != kind)
			continue;
		if (last &&
		    (probe->priority < last->priority ||
		     (probe->priority == last->priority && probe <= last)))
			continue;
		if (!best || probe->priority < best->priority)
			best = probe;
	}
	return best;
}

static void run_probes(enum ptrt_kind kind, unsigned int while_state)
{
	const struct ptrt_probe *probe = NULL;

	while (READ_ONCE(state) == while_state) {
		probe = next_probe(kind, probe);
		if (!probe)
			break;
		run_probe(probe);
		cond_resched();
	}
}

/* ---- start and stop --------------------------------------------------- */

static void print_warnings(void)
{
	struct ptrt_cpu *cpu;
	unsigned int i;

	if (!ptrt_script.n_warnings)
		return;
	cpu = ptrt_enter_process(NULL);
	for (i = 0; i < ptrt_script.n_warnings; i++)
		ptrt_record_text(cpu, PTAP_FORMAT_WARNING,
				 ptrt_script.warnings[i],
				 strlen(ptrt_script.warnings[i]));
	ptrt_leave_process(cpu);
}

static void set_state(unsigned int new)
{
	WRITE_ONCE(state, new);
	wake_up_all(&session_wait);
}

static int start_locked(void)
{
	struct ptrt_cpu *cpu;
	int error;

	set_state(PTAP_STATE_STARTING);
	print_warnings();
	run_probes(PTRT_KIND_BEGIN, PTAP_STATE_STARTING);
	if (READ_ONCE(state) != PTAP_STATE_STARTING)
		return 0;
	error = ptrt_probes_arm();
	if (error) {
		cpu = ptrt_enter_process(NULL);
		ptrt_session_fail(cpu, "the probes could not be armed: out of "
				       "memory");
		ptrt_leave_process(cpu);
		return error;
	}
	set_state(PTAP_STATE_RUNNING);
	ptrt_gate_open();
	ptrt_timers_start();
	return 0;
}

int ptrt_session_start(s64 new_target)
{
	int error = -EBUSY;

	mutex_lock(&session_mutex);
	if (state == PTAP_STATE_LOADED) {
		WRITE_ONCE(target, new_target);
		error = start_locked();
	}
	mutex_unlock(&session_mutex);
	return error;
}

void ptrt_session_module(struct module *module,
			 void (*act)(struct module *module))
{
	mutex_lock(&session_mutex);
	if (state == PTAP_STATE_RUNNING)
		act(module);
	mutex_unlock(&session_mutex);
}

void ptrt_session_stop(void)
{
	bool ran;

	WRITE_ONCE(stop_requested, true);
	mutex_lock(&session_mutex);
	if (state != PTAP_STATE_STOPPED) {
		ran = state != PTAP_STATE_LOADED;
		ptrt_gate_close();
		set_state(PTAP_STATE_STOPPING);
		ptrt_probes_disarm();
		if (ran && (READ_ONCE(aborted) || atomic_long_read(&errors)))
			run_probes(PTRT_KIND_ERROR, PTAP_STATE_STOPPING);
		else if (ran)
			run_probes(PTRT_KIND_END, PTAP_STATE_STOPPING);
		mark = ktime_get_mono_fast_ns();
		set_state(PTAP_STATE_STOPPED);
	}
	mutex_unlock(&session_mutex);
}

static void stop_worker(struct work_struct *work)
{
	ptrt_session_stop();
}

static DECLARE_WORK(stop_work, stop_worker);

void ptrt_session_abandon(void)
{
	unsigned int now = READ_ONCE(state);

	if (now != PTAP_STATE_LOADED && now != PTAP_STATE_STOPPED)
		queue_work(system_unbound_wq, &stop_work);
}

void ptrt_session_finish(void)
{
	flush_work(&stop_work);
	ptrt_session_stop();
	irq_work_sync(&wake_work);
	irq_work_sync(&rearm_irq_work);
	cancel_work_sync(&rearm_work);
}

/* ---- what the controller asks ----------------------------------------- */

static void meet(void *unused)
{
}

static bool wait_for(struct ptrt_cpu *cpu, u64 deadline)
{
	u64 hits = ptrt_hits(cpu);

	while (READ_ONCE(cpu->busy) && READ_ONCE(cpu->interruptible) &&
	       ptrt_hits(cpu) == hits) {
		if (ktime_get_mono_fast_ns() > deadline)
			return false;
		usleep_range(MARK_LOOK_US, 2 * MARK_LOOK_US);
	}
	return true;
}

void ptrt_session_mark(void)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned int id;

	/* A CPU answers when it has left the handler that runs with interrupts
	 * off, and each later handler on it sees a later clock. */
	on_each_cpu(meet, NULL, 1);
	for_each_possible_cpu(id) {
		if (!wait_for(ptrt_cpu_of(id), now + MARK_PATIENCE_NS))
			return;
	}
	WRITE_ONCE(mark, now - MARK_MARGIN_NS);
}

void ptrt_session_status(struct ptap_status *status)
{
	unsigned int id;

	memset(status, 0, sizeof(*status));
	status->magic = PTAP_WIRE_MAGIC;
	status->state = READ_ONCE(state);
	status->mark = READ_ONCE(mark);
	status->errors = atomic_long_read(&errors);
	status->skipped = ptrt_skips_total();
	status->aborted = READ_ONCE(aborted);
	status->unarmed = ptrt_probes_unarmed();
	for_each_possible_cpu(id) {
		const struct ptrt_cpu *cpu = ptrt_cpu_of(id);

		status->lost += READ_ONCE(cpu->lost);
		status->written += READ_ONCE(cpu->written);
		status->hits += ptrt_hits(cpu);
	}
}

unsigned int ptrt_session_state(void)
{
	return READ_ONCE(state);
}

void ptrt_session_poll_wait(struct file *file, struct poll_table_struct *table)
{
	poll_wait(file, &session_wait, table);
}
