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

#define GIVEN_ONE (1UL << PTE_POOL_PER_WORD)

/* Each look at all words that fails means that somebody gave an object back and
 * somebody else was faster: a call that loses this often is a miss. */
#define MAX_LOOKS 64

int pte_pool_init(struct pte_pool *pool, unsigned int n, size_t size,
		  unsigned int n_cpus)
{
	unsigned int per_word, i;
	size_t block;
	char *items;

	/* No product below overflows. */
	if (size > SIZE_MAX / 4 || n > SIZE_MAX / 4 / (size + SMP_CACHE_BYTES))
		return -ENOMEM;
	pool->n = n;
	pool->n_words =
		max(n_cpus, DIV_ROUND_UP(n, (unsigned int)PTE_POOL_PER_WORD));
	per_word = DIV_ROUND_UP(n, pool->n_words);
	/* Objects of different CPUs share no line either. */
	size = ALIGN(size, sizeof(long));
	block = ALIGN(per_word * size, SMP_CACHE_BYTES);
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

/*
 * All words were empty at the same moment if each was found empty twice and
 * nothing was given back in between, for then it was empty all the time from the
 * first look to the second.
 */
struct pte_pool_item *pte_pool_steal(struct pte_pool *pool, unsigned int cpu)
{
	unsigned int looks;

	for (looks = 0; looks < MAX_LOOKS; looks++) {
		unsigned long before = 0, after = 0, empty = 0;
		unsigned int i, at = cpu;

		for (i = 0; i < pool->n_words; i++) {
			struct pte_pool_item *item =
				pte_pool_take(pool->words + at, &empty);

			if (item) {
				if (at != cpu)
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

bool pte_pool_is_full(const struct pte_pool *pool)
{
	unsigned int i, n = 0;

	for (i = 0; i < pool->n_words; i++)
		n += hweight_long(
			(unsigned long)atomic_long_read(&pool->words[i].free) &
			PTE_POOL_FREE);
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
