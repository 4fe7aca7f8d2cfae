/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fixed number of objects that are taken and given back on every hit.
 *
 * Each CPU has a word of its own, on a cache line of its own, with one bit for each
 * free object that is at home there.  A CPU takes from its word, and steals from
 * another's only when its own is empty, so that N objects serve N calls wherever
 * they run.  Objects go back to the word they came from.  There is no list and
 * so no ABA problem: taking clears a bit by compare and exchange, giving back is one
 * locked addition.
 *
 * pte_pool_get() and pte_pool_put(): any context, NMI included, lock-free.  The rest:
 * process context, may sleep.
 */
#ifndef PTE_POOL_H
#define PTE_POOL_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* The lower half of a word: free objects.  The upper half counts what was given
 * back, so that who looks at all words can tell whether they were empty at the
 * same moment. */
#define PTE_POOL_PER_WORD (BITS_PER_LONG / 2)
#define PTE_POOL_FREE ((1UL << PTE_POOL_PER_WORD) - 1)

struct pte_pool_word {
	atomic_long_t free;
	char *items; /* of bit 0 */
	size_t item_size;
	/* Written only by those who did not find what they need in their own word,
	 * or lost a race for it. */
	atomic_long_t stolen;  /* by other CPUs, from this word */
	atomic_long_t retries; /* of a compare and exchange */
} ____cacheline_aligned;

/* The first member of each object. */
struct pte_pool_item {
	struct pte_pool_word *home;
	long give; /* what giving it back adds to home->free */
};

struct pte_pool {
	struct pte_pool_word *words;
	unsigned int n_words; /* at least one for each CPU */
	unsigned int n;	      /* objects */
	void *memory;
};

/*
 * N (> 0) objects of SIZE bytes, zero but for their struct pte_pool_item, spread
 * over CPUs, whose numbers are below N_CPUS.  0 or -ENOMEM.
 */
int pte_pool_init(struct pte_pool *pool, unsigned int n, size_t size,
		  unsigned int n_cpus);
/* All objects are back, and whoever gave the last one back has left
 * pte_pool_put(). */
void pte_pool_deinit(struct pte_pool *pool);

/* A free object of WORD; NULL: *EMPTY is the word without one. */
static __always_inline struct pte_pool_item *
pte_pool_take(struct pte_pool_word *word, unsigned long *empty)
{
	long seen = atomic_long_read(&word->free);

	while (likely(seen & PTE_POOL_FREE)) {
		unsigned long bit = __ffs(seen);

		if (likely(atomic_long_try_cmpxchg_acquire(&word->free, &seen,
							   seen & (seen - 1))))
			return (void *)(word->items + bit * word->item_size);
		atomic_long_inc(&word->retries);
	}
	*empty = (unsigned long)seen;
	return NULL;
}

/* From whichever word has one, CPU's first. */
struct pte_pool_item *pte_pool_steal(struct pte_pool *pool, unsigned int cpu);

/* One for CPU, which is the caller's; NULL: at some moment during the call, all N
 * were out. */
static __always_inline struct pte_pool_item *pte_pool_get(struct pte_pool *pool,
							  unsigned int cpu)
{
	unsigned long empty;
	struct pte_pool_item *item = pte_pool_take(pool->words + cpu, &empty);

	return likely(item) ? item : pte_pool_steal(pool, cpu);
}

static __always_inline void pte_pool_put(struct pte_pool_item *item)
{
	/* After what the owner wrote. */
	atomic_long_add_return_release(item->give, &item->home->free);
}

/* Object number I, out or not. */
struct pte_pool_item *pte_pool_at(const struct pte_pool *pool, unsigned int i);

/* Whether all N are in. */
bool pte_pool_is_full(const struct pte_pool *pool);

/* How often CPUs got into each other's way so far. */
unsigned long pte_pool_contended(const struct pte_pool *pool);

#endif
