/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instances of return probes and the frames of tasks: alone against a model, and
 * with many threads, under ThreadSanitizer and under AddressSanitizer.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "tasks.h"

static unsigned checks_failed;

#define CHECK(what)                                                        \
	do {                                                               \
		if (!(what)) {                                             \
			__atomic_add_fetch(&checks_failed, 1,              \
					   __ATOMIC_RELAXED);              \
			fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, \
				#what);                                    \
		}                                                          \
	} while (0)

static void verdict(const char *name)
{
	printf("%s: %s\n", checks_failed ? "FAIL" : "PASS", name);
	checks_failed = 0;
}

/* A generator of its own for each thread: the same numbers in every run. */
static unsigned long any(unsigned long *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* ---- the pool ----------------------------------------------------------- */

struct object {
	struct pte_pool_item item;
	unsigned long owner; /* written without any lock */
};

static void one_size(unsigned n, unsigned cpus)
{
	struct pte_pool_item *all[200];
	struct pte_pool pool;
	unsigned i, j;

	CHECK(!pte_pool_init(&pool, n, sizeof(struct object), cpus));
	for (i = 0; i < n; i++) {
		all[i] = pte_pool_get(&pool, i % cpus);
		CHECK(all[i]);
		memset(all[i] + 1, (int)i,
		       sizeof(struct object) - sizeof(*all[i]));
		for (j = 0; j < i; j++)
			CHECK(all[j] != all[i]);
		CHECK(!pte_pool_is_full(&pool));
	}
	for (i = 0; i < cpus; i++)
		CHECK(!pte_pool_get(&pool, i));
	for (i = 0; i < n; i++) {
		for (j = 0; j < n && pte_pool_at(&pool, j) != all[i]; j++)
			;
		CHECK(j < n);
		pte_pool_put(all[i]);
		if (i == 0) { /* from any CPU */
			CHECK(pte_pool_get(&pool, cpus - 1) == all[i]);
			CHECK(!pte_pool_get(&pool, 0));
			pte_pool_put(all[i]);
		}
	}
	CHECK(pte_pool_is_full(&pool));
	pte_pool_deinit(&pool);
}

static void sizes(void)
{
	unsigned cpus, n;

	for (cpus = 1; cpus <= 9; cpus += 2)
		for (n = 1; n <= 200; n += n < 40 ? 1 : 31)
			one_size(n, cpus);
	verdict("pools of all sizes hold as many objects as they should");
}

enum { THREADS = 8, ROUNDS = 20000 };

struct worker {
	pthread_t thread;
	struct pte_pool *pool;
	unsigned number, missed;
	bool wanders; /* from CPU to CPU */
};

static int in_use, most_in_use;

static void *work(void *data)
{
	struct worker *w = data;
	unsigned long state = w->number + 1;
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		struct object *o = (struct object *)pte_pool_get(
			w->pool,
			w->wanders ? any(&state) % THREADS : w->number);
		int now;

		if (!o) {
			w->missed++;
			continue;
		}
		now = __atomic_add_fetch(&in_use, 1, __ATOMIC_SEQ_CST);
		if (now > __atomic_load_n(&most_in_use, __ATOMIC_RELAXED))
			__atomic_store_n(&most_in_use, now, __ATOMIC_RELAXED);
		o->owner = w->number;
		CHECK(o->owner == w->number);
		__atomic_sub_fetch(&in_use, 1, __ATOMIC_SEQ_CST);
		pte_pool_put(&o->item);
	}
	return NULL;
}

/* Misses of THREADS threads, each of which holds one of N objects at a time. */
static unsigned stress(unsigned n, bool wander, unsigned long *contended)
{
	struct worker workers[THREADS];
	struct pte_pool pool;
	unsigned i, missed = 0;

	most_in_use = 0;
	CHECK(!pte_pool_init(&pool, n, sizeof(struct object), THREADS));
	for (i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .pool = &pool,
					      .number = i,
					      .wanders = wander };
		CHECK(!pthread_create(&workers[i].thread, NULL, work,
				      &workers[i]));
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		missed += workers[i].missed;
	}
	CHECK(pte_pool_is_full(&pool));
	CHECK(most_in_use <= (int)n);
	*contended = pte_pool_contended(&pool);
	pte_pool_deinit(&pool);
	return missed;
}

static void pools_under_stress(void)
{
	unsigned long contended;
	unsigned n;

	CHECK(stress(THREADS, false, &contended) == 0);
	CHECK(contended == 0);
	verdict("threads that stay on their CPU never meet in the pool");
	for (n = THREADS; n <= 3 * THREADS; n++)
		CHECK(stress(n, true, &contended) == 0);
	verdict("no call is missed while an object is free");
	for (n = 1; n < THREADS; n++)
		stress(n, true, &contended);
	verdict("an object has one owner, however many want it");
}

/* ---- the tasks ------------------------------------------------------------ */

enum { TASKS = 600, DEPTH = 40 };

struct call {
	struct pte_frame frames[3]; /* of the probes of one function */
	unsigned n;
};

struct actor {
	struct task_struct task;
	struct call calls[DEPTH];
	unsigned depth;
	struct pte_frame spare;
};

static struct actor actors[TASKS];
static unsigned long stacks[TASKS][THREAD_SIZE / sizeof(long)]
	__attribute__((aligned(THREAD_SIZE)));

static void born(struct actor *a)
{
	a->task.usage.refs.v = 1;
	a->task.stack_refcount.refs.v = 1;
	a->task.stack = stacks[a - actors];
	a->depth = 0;
}

static unsigned long *stack_slot(const struct actor *a, unsigned depth)
{
	return stacks[a - actors] + THREAD_SIZE / sizeof(long) - 1 - 4 * depth;
}

static bool push(struct actor *a, struct pte_frame *frame,
		 struct pte_frame **stale)
{
	*stale = NULL;
	return pte_tasks_push_first(&a->task, frame) ||
	       pte_tasks_push(&a->task, frame, stale);
}

static struct pte_frame *take(struct actor *a, unsigned long *slot)
{
	struct pte_frame *frame = pte_tasks_take_first(&a->task, slot);

	return frame ? frame : pte_tasks_take(&a->task, slot);
}

/* False: a miss. */
static bool enter(struct actor *a, unsigned probes, struct pte_frame **stale)
{
	struct call *call = a->calls + a->depth;
	unsigned i;

	*stale = NULL;
	for (i = 0; i < probes; i++) {
		struct pte_frame *lost = NULL;

		call->frames[i].slot = stack_slot(a, a->depth);
		call->frames[i].outermost = i == 0;
		if (!push(a, call->frames + i, &lost))
			break;
		if (lost)
			*stale = lost;
	}
	call->n = i;
	a->depth += i > 0;
	return i > 0;
}

/* The frames of the calls of A from LAST - 1 down to FIRST, in that order. */
static bool are_frames(const struct actor *a, const struct pte_frame *frame,
		       unsigned last, unsigned first)
{
	unsigned depth, i;

	for (depth = last; depth-- > first;)
		for (i = a->calls[depth].n; i-- > 0; frame = frame->next)
			if (frame != a->calls[depth].frames + i)
				return false;
	return !frame;
}

/* Returns from the call at DEPTH; those within it never did. */
static void leave(struct actor *a, unsigned depth)
{
	struct pte_frame *frames = take(a, stack_slot(a, depth));

	CHECK(are_frames(a, frames, a->depth, depth));
	a->depth = depth;
	if (!depth)
		CHECK(a->task.usage.refs.v == 1);
}

static void lose(struct actor *a)
{
	struct pte_frame *frames = pte_tasks_flush(&a->task);

	CHECK(are_frames(a, frames, a->depth, 0));
	a->depth = 0;
	CHECK(a->task.usage.refs.v == 1);
}

/* Pushes a call at the place of the one at DEPTH; what is stale then of the calls from
 * there, or from within it, on.  False: a miss. */
static bool push_at(struct actor *a, unsigned depth, bool over_others)
{
	struct pte_frame *frame = NULL;
	unsigned at, i;

	a->spare.slot = stack_slot(a, depth);
	a->spare.outermost = true;
	a->spare.over_others = over_others;
	if (!push(a, &a->spare, &frame))
		return false;
	for (at = a->depth; at-- > depth + over_others && frame;)
		for (i = a->calls[at].n; i-- > 0 && frame; frame = frame->next)
			CHECK(frame == a->calls[at].frames + i);
	CHECK(!frame);
	CHECK(take(a, a->spare.slot) == &a->spare);
	CHECK(!a->spare.next);
	return true;
}

/* A call at the place of one that never returned, nor those within it. */
static void jump_out(struct actor *a, unsigned depth)
{
	if (!push_at(a, depth, false))
		return;
	/* The stale ones of its further slots go with the next outer call. */
	if (depth)
		CHECK(take(a, stack_slot(a, depth - 1)));
	else
		pte_tasks_flush(&a->task);
	a->depth = depth ? depth - 1 : 0;
}

/* A call at the place of one that returns after it. */
static void jump_on(struct actor *a, unsigned depth)
{
	struct pte_frame *frame;

	if (!push_at(a, depth, true))
		return;
	/* With the stale ones of its further slots. */
	frame = take(a, a->spare.slot);
	CHECK(frame);
	while (frame && frame->next)
		frame = frame->next;
	CHECK(frame == a->calls[depth].frames);
	a->depth = depth;
}

/* Nobody has a frame: nor is one left where pte_tasks_find() would see it when a slot is
 * claimed. */
static void are_free(void)
{
	const struct pte_task_table *table;
	unsigned i;

	for (table = pte_task_table; table; table = table->older)
		for (i = 0; i < (1u << table->bits) + PTE_TASK_NEIGHBOURHOOD;
		     i++)
			CHECK(!table->slots[i].task && !table->slots[i].first);
}

static void against_model(void)
{
	unsigned long state = 88172645463325252ul, i;
	unsigned missed = 0;
	struct pte_frame *stale;

	CHECK(!pte_tasks_reserve(10));
	for (i = 0; i < TASKS; i++)
		born(actors + i);
	for (i = 0; i < 300000; i++) {
		struct actor *a = actors + any(&state) % TASKS;

		switch (any(&state) % 16) {
		case 0: lose(a); break;
		case 1:
			if (a->depth)
				leave(a, any(&state) % a->depth);
			break;
		case 2:
			if (a->depth)
				jump_out(a, any(&state) % a->depth);
			break;
		case 3:
			if (a->depth)
				jump_on(a, any(&state) % a->depth);
			break;
		case 4 ... 10:
			if (a->depth < DEPTH - 1) {
				missed +=
					!enter(a, 1 + any(&state) % 3, &stale);
				CHECK(!stale);
			}
			break;
		default:
			if (a->depth)
				leave(a, a->depth - 1);
		}
		if (i == 100000)
			CHECK(!pte_tasks_reserve(600));
	}
	CHECK(missed > 0); /* 600 tasks were many for the first table */
	for (i = 0; i < TASKS; i++)
		lose(actors + i);
	are_free();
	pte_tasks_deinit();
	verdict("frames come back innermost first, whatever the tasks do");
}

static void full_table(void)
{
	struct pte_frame *stale;
	unsigned i, entered = 0;

	CHECK(!pte_tasks_reserve(1));
	for (i = 0; i < TASKS; i++) {
		born(actors + i);
		entered += enter(actors + i, 1, &stale);
	}
	CHECK(entered >= 64 && entered <= 256 + 64);
	for (i = 0; i < TASKS; i++)
		if (actors[i].depth)
			leave(actors + i, 0);
		else
			CHECK(!take(actors + i, stack_slot(actors + i, 0)));
	for (i = 0; i < 64; i++) {
		CHECK(enter(actors + i, 1, &stale));
		leave(actors + i, 0);
	}
	pte_tasks_deinit();
	verdict("a table that is full says so, and is usable afterwards");
}

static unsigned n_frames, n_tasks;
static struct task_struct *last_task;

static void count_frame(struct task_struct *task, struct pte_frame *frame)
{
	n_frames++;
	n_tasks += task != last_task;
	last_task = task;
	CHECK(frame->slot);
}

static void each_frame_once(void)
{
	struct pte_frame *stale;
	unsigned i, depth, expected = 0, tasks = 0;

	CHECK(!pte_tasks_reserve(TASKS));
	for (depth = 0; depth < 5; depth++)
		for (i = depth; i < TASKS; i++)
			if (enter(actors + i, 1, &stale))
				expected++;
	for (i = 0; i < TASKS; i++)
		tasks += actors[i].depth > 0;
	n_frames = n_tasks = 0;
	pte_tasks_each(count_frame);
	CHECK(n_frames == expected);
	CHECK(n_tasks == tasks);
	pte_tasks_deinit();
	for (i = 0; i < TASKS; i++)
		CHECK(actors[i].task.usage.refs.v == 1);
	verdict("each frame is visited once, a task's together");
}

/* ---- tasks that run at once -------------------------------------------------- */

enum { RUNNERS = 6, LIVES = 40, CALLS = 3000 };

static int runners_left;
static unsigned long frames_left; /* by the dead */

static void live(struct actor *a, unsigned long *state)
{
	struct pte_frame *stale;
	unsigned i;

	born(a);
	for (i = 0; i < CALLS; i++) {
		if (a->depth < DEPTH && any(state) % 2)
			enter(a, 1 + any(state) % 3, &stale);
		else if (a->depth)
			leave(a,
			      a->depth - 1 - any(state) % 2 * (a->depth > 1));
	}
	for (i = 0; i < a->depth; i++)
		__atomic_add_fetch(&frames_left, a->calls[i].n,
				   __ATOMIC_RELAXED);
	__atomic_store_n(&a->task.stack_refcount.refs.v, 0, __ATOMIC_RELEASE);
}

static void *run(void *data)
{
	unsigned long number = (unsigned long)data, state = number + 1, i;

	for (i = 0; i < LIVES; i++)
		live(actors + number * LIVES + i, &state);
	__atomic_sub_fetch(&runners_left, 1, __ATOMIC_RELEASE);
	return NULL;
}

static unsigned long swept(void)
{
	struct pte_frame *frame = pte_tasks_sweep();
	unsigned long n = 0;

	for (; frame; frame = frame->next)
		n++;
	return n;
}

static void sweeps(void)
{
	pthread_t threads[RUNNERS];
	unsigned long i, n = 0;
	unsigned grown = 0;

	runners_left = RUNNERS;
	CHECK(!pte_tasks_reserve(1));
	for (i = 0; i < RUNNERS; i++)
		CHECK(!pthread_create(&threads[i], NULL, run, (void *)i));
	while (__atomic_load_n(&runners_left, __ATOMIC_ACQUIRE)) {
		n += swept();
		if (grown++ < 3) /* while they run */
			CHECK(!pte_tasks_reserve(200 << grown));
	}
	for (i = 0; i < RUNNERS; i++)
		pthread_join(threads[i], NULL);
	n += swept();
	CHECK(n == frames_left);
	CHECK(n > 0);
	for (i = 0; i < RUNNERS * LIVES; i++)
		CHECK(actors[i].task.usage.refs.v == 1);
	pte_tasks_deinit();
	verdict("the dead are swept, the living are left alone");
}

int main(void)
{
	sizes();
	pools_under_stress();
	against_model();
	full_table();
	each_frame_once();
	sweeps();
	return 0;
}
