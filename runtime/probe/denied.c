// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sort.h>

#include "denied.h"
#include "../core/context.h"
#include "../engine/ptap_kprobes.h"

static struct ptap_denied *denied;

static int by_start(const void *a, const void *b)
{
	const struct ptap_denied *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* What is in the kernel, or in a module that is there, at its address of now.  With a
 * second CPU lock prefixes are there to stay (arch/x86/kernel/alternative.c:
 * alternatives_enable_smp()). */
static size_t fill(struct ptap_denied *list)
{
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < ptrt_script.n_patched; i++) {
		const struct ptrt_patched *patched = &ptrt_script.patched[i];
		const struct ptrt_range *range = &patched->range;
		u64 slide = ptrt_slide;

		if (patched->lock_prefix && num_online_cpus() > 1)
			continue;

		if (range->section) {
			slide = ptrt_script.sections[range->section - 1].slide;
			if (!slide)
				continue;
		}
		list[n++] = (struct ptap_denied){
			.start = range->start + slide,
			.end = range->end + slide,
			.refusal = PTAP_REFUSED_ALTERNATIVE,
		};
	}
	return n;
}

/* The engine wants them sorted, and none in another. */
static size_t join(struct ptap_denied *list, size_t n)
{
	size_t i, last = 0;

	sort(list, n, sizeof(*list), by_start, NULL);
	for (i = 1; i < n; i++) {
		if (list[i].start < list[last].end)
			list[last].end = max(list[last].end, list[i].end);
		else
			list[++last] = list[i];
	}
	return n ? last + 1 : 0;
}

int ptrt_denied_renew(void)
{
	struct ptap_denied *list, *old = denied;
	size_t n;
	int error;

	if (!ptrt_script.n_patched)
		return 0;
	list = kvmalloc_array(ptrt_script.n_patched, sizeof(*list), GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	n = join(list, fill(list));
	error = ptap_kprobes_deny(list, n);
	if (error) {
		kvfree(list);
		return error;
	}
	denied = list;
	kvfree(old);
	return 0;
}

void ptrt_denied_destroy(void)
{
	if (!denied)
		return;
	ptap_kprobes_deny(NULL, 0);
	kvfree(denied);
	denied = NULL;
}
