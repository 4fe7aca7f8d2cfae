// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects for the hit path: a word of bits for each CPU.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pool.h"

#define FREE_MASK ((1UL << PTE_POOL_PER_WORD) - 1)
#define GIVEN_ONE (1UL << PTE_POOL_PER_WORD)

/* Each look at all words that fails means that somebody gave an object back and
 * somebody else was faster: a call that loses this often is a miss. */
#define MAX_LOOKS 64

int pte_pool_init(struct pte_pool *pool, unsigned int n, size_t size,
		  unsigned int n_cpus)
{
	size_t block;
	unsigned int i;
	char *items;

	pool->n = n;
	pool->n_words = max(min(n, n_cpus),
			    DIV_ROUND_UP(n, (unsigned int)PTE_POOL_PER_WORD));
	pool->per_word = DIV_ROUND_UP(n, pool->n_words);
	/* Objects of different CPUs share no line either. */
	size = ALIGN(size, sizeof(long));
	block = ALIGN(pool->per_word * size, SMP_CACHE_BYTES);
	pool->memory =
		kvzalloc(SMP_CACHE_BYTES +
				 pool->n_words * (sizeof(*pool->words) + block),
			 GFP_KERNEL);
	if (!pool->memory)
		return -ENOMEM;
	pool->words = PTR_ALIGN(pool->memory, SMP_CACHE_BYTES);
	items = (char *)(pool->words + pool->n_words);
	for (i = 0; i < pool->n_words; i++) {
		pool->words[i].items = items + i * block;
		pool->words[i].item_size = size;
	}
	for (i = 0; i < n; i++) {
		struct pte_pool_word *home = pool->words + i % pool->n_words;
		unsigned long bit = 1UL << i / pool->n_words;
		struct pte_pool_item *item = pte_pool_at(pool, i);

		item->home = home;
		item->give = (long)(bit + GIVEN_ONE);
		atomic_long_set(&home->free,
				atomic_long_read(&home->free) | (long)bit);
	}
	return 0;
}

void pte_pool_deinit(struct pte_pool *pool)
{
	kvfree(pool->memory);
	pool->memory = NULL;
}

struct pte_pool_item *pte_pool_at(const struct pte_pool *pool, unsigned int i)
{
	const struct pte_pool_word *home = pool->words + i % pool->n_words;

	return (void *)(home->items + i / pool->n_words * home->item_size);
}

/* Static names begin like the others: by its names the engine knows what of itself
 * must not be probed.  NULL: *EMPTY is the word without a free object. */
static __always_inline struct pte_pool_item *
pte_pool_take(struct pte_pool_word *word, unsigned long *empty)
{
	long seen = atomic_long_read(&word->free);

	while (seen & FREE_MASK) {
		unsigned long bit = __ffs(seen);

		if (atomic_long_try_cmpxchg_acquire(&word->free, &seen,
						    seen & (seen - 1)))
			return (void *)(word->items + bit * word->item_size);
		atomic_long_inc(&word->retries);
	}
	*empty = (unsigned long)seen;
	return NULL;
}

/*
 * All words were empty at the same moment if each was found empty twice and
 * nothing was given back in between, for then it was empty all the time from the
 * first look to the second.
 */
static noinline struct pte_pool_item *pte_pool_steal(struct pte_pool *pool,
						     unsigned int home)
{
	unsigned int looks;

	for (looks = 0; looks < MAX_LOOKS; looks++) {
		unsigned long before = 0, after = 0, empty = 0;
		unsigned int i, at = home;

		for (i = 0; i < pool->n_words; i++) {
			struct pte_pool_item *item =
				pte_pool_take(pool->words + at, &empty);

			if (item) {
				if (at != home)
					atomic_long_inc(
						&pool->words[at].stolen);
				return item;
			}
			before += empty;
			at = at + 1 < pool->n_words ? at + 1 : 0;
		}
		for (i = 0; i < pool->n_words; i++)
			after += (unsigned long)atomic_long_read(
				&pool->words[i].free);
		if (before == after)
			break;
	}
	return NULL;
}
NOKPROBE_SYMBOL(pte_pool_steal);

struct pte_pool_item *pte_pool_get(struct pte_pool *pool, unsigned int cpu)
{
	unsigned int home = cpu < pool->n_words ? cpu : cpu % pool->n_words;
	unsigned long empty;
	struct pte_pool_item *item = pte_pool_take(pool->words + home, &empty);

	return likely(item) ? item : pte_pool_steal(pool, home);
}
NOKPROBE_SYMBOL(pte_pool_get);

void pte_pool_put(struct pte_pool_item *item)
{
	/* After what the owner wrote. */
	atomic_long_add_return_release(item->give, &item->home->free);
}
NOKPROBE_SYMBOL(pte_pool_put);

bool pte_pool_is_full(const struct pte_pool *pool)
{
	unsigned int i, n = 0;

	for (i = 0; i < pool->n_words; i++)
		n += hweight_long(
			(unsigned long)atomic_long_read(&pool->words[i].free) &
			FREE_MASK);
	return n == pool->n;
}

unsigned long pte_pool_contended(const struct pte_pool *pool)
{
	unsigned long n = 0;
	unsigned int i;

	for (i = 0; i < pool->n_words; i++)
		n += (unsigned long)(atomic_long_read(&pool->words[i].stolen) +
				     atomic_long_read(&pool->words[i].retries));
	return n;
}
