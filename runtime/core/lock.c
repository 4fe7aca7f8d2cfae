// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/processor.h>
#include <linux/ktime.h>

#include "lock.h"
#include "../data/alloc.h"

struct ptrt_lock {
	int word;
	bool local; /* the words are in the contexts */
} ____cacheline_aligned_in_smp;

static struct ptrt_lock *locks;

static size_t locks_size(void)
{
	return max(ptrt_script.n_locks, 1u) * sizeof(*locks);
}

static void note_local(const struct ptrt_lock_use *uses, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (uses[i].mode == PTRT_LOCK_LOCAL)
			locks[uses[i].variable].local = true;
}

int ptrt_locks_create(void)
{
	unsigned int i;

	locks = ptrt_alloc(locks_size(), -1);
	if (!locks)
		return -ENOMEM;
	for (i = 0; i < ptrt_script.n_probes; i++) {
		const struct ptrt_probe *probe = &ptrt_script.probes[i];

		note_local(probe->locks, probe->n_locks);
		note_local(probe->entry_locks, probe->n_entry_locks);
	}
	return 0;
}

void ptrt_locks_destroy(void)
{
	ptrt_free(locks, locks_size());
	locks = NULL;
}

/* ---- one word --------------------------------------------------------- */

static bool word_try(int *word, bool shared)
{
	int old = READ_ONCE(*word);

	if (shared)
		return old >= 0 && cmpxchg(word, old, old + 1) == old;
	return old == 0 && cmpxchg(word, 0, -1) == 0;
}

/* *DEADLINE: ns; 0: this handler has not waited yet. */
static bool word_take(int *word, bool shared, u64 *deadline)
{
	while (!word_try(word, shared)) {
		u64 now = ktime_get_mono_fast_ns();

		if (!*deadline)
			*deadline = now +
				    ptrt_script.limits[PTAP_LIMIT_maxtrylock] *
					    ptrt_script.limits
						    [PTAP_LIMIT_trylockdelay] *
					    NSEC_PER_USEC;
		if (now >= *deadline)
			return false;
		cpu_relax();
	}
	return true;
}

static void word_give(int *word, bool shared)
{
	if (shared)
		atomic_dec((atomic_t *)word);
	else
		smp_store_release(word, 0);
}

/* ---- one variable ----------------------------------------------------- */

static void give_slots(unsigned int variable, unsigned int end)
{
	unsigned int id;

	for_each_possible_cpu(id) {
		if (id >= end)
			break;
		word_give(&ptrt_cpu_of(id)->slots[variable], false);
	}
}

static bool take_slots(unsigned int variable, u64 *deadline)
{
	unsigned int id;

	for_each_possible_cpu(id) {
		if (!word_take(&ptrt_cpu_of(id)->slots[variable], false,
			       deadline)) {
			give_slots(variable, id);
			return false;
		}
	}
	return true;
}

static bool take(struct ptrt_cpu *cpu, const struct ptrt_lock_use *use,
		 u64 *deadline)
{
	struct ptrt_lock *lock = &locks[use->variable];

	if (use->mode == PTRT_LOCK_LOCAL)
		return word_take(&cpu->slots[use->variable], false, deadline);
	if (lock->local)
		return take_slots(use->variable, deadline);
	return word_take(&lock->word, use->mode == PTRT_LOCK_READ, deadline);
}

static void give(struct ptrt_cpu *cpu, const struct ptrt_lock_use *use)
{
	struct ptrt_lock *lock = &locks[use->variable];

	if (use->mode == PTRT_LOCK_LOCAL)
		word_give(&cpu->slots[use->variable], false);
	else if (lock->local)
		give_slots(use->variable, nr_cpu_ids);
	else
		word_give(&lock->word, use->mode == PTRT_LOCK_READ);
}

/* ---- all of a handler ------------------------------------------------- */

void ptrt_unlock_all_slow(struct ptrt_cpu *cpu,
			  const struct ptrt_lock_use *uses, unsigned int n)
{
	while (n)
		give(cpu, &uses[--n]);
}

bool ptrt_lock_all_slow(struct ptrt_cpu *cpu, const struct ptrt_lock_use *uses,
			unsigned int n)
{
	u64 deadline = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!take(cpu, &uses[i], &deadline)) {
			ptrt_unlock_all_slow(cpu, uses, i);
			return false;
		}
	}
	return true;
}
