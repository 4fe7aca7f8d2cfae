// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/seq_file.h>

#include "skip.h"
#include "session.h"
#include "../script.h"
#include "../../include/ptap/limits.h"
#include "../data/alloc.h"

static const struct {
	const char *name;
	const char *limit; /* -D name that matters, or "-" */
} reasons[PTRT_N_SKIPS] = {
	[PTRT_SKIP_REENTRY] = { "reentry", "-" },
	[PTRT_SKIP_LOCK] = { "lock", "MAXTRYLOCK" },
	[PTRT_SKIP_STACK] = { "stack", "MINSTACKSPACE" },
	[PTRT_SKIP_MAXACTIVE] = { "maxactive", "KRETACTIVE" },
};

struct probe_skips {
	atomic_long_t count[PTRT_N_SKIPS];
};

static struct probe_skips *skips; /* one a probe */
static atomic_long_t total = ATOMIC_LONG_INIT(0);

static size_t skips_size(void)
{
	return max(ptrt_script.n_probes, 1u) * sizeof(*skips);
}

int ptrt_skips_create(void)
{
	skips = ptrt_alloc(skips_size(), -1);
	return skips ? 0 : -ENOMEM;
}

void ptrt_skips_destroy(void)
{
	ptrt_free(skips, skips_size());
	skips = NULL;
}

void ptrt_skip_add(const struct ptrt_probe *probe, enum ptrt_skip_reason reason,
		   unsigned long count)
{
	if (!count)
		return;
	atomic_long_add(count,
			&skips[probe - ptrt_script.probes].count[reason]);
	atomic_long_add(count, &total);
}

void ptrt_skip(const struct ptrt_probe *probe, enum ptrt_skip_reason reason)
{
	ptrt_skip_add(probe, reason, 1);
	if (atomic_long_read(&total) >
	    ptrt_script.limits[PTAP_LIMIT_maxskipped])
		ptrt_session_end(true);
}

u64 ptrt_skips_total(void)
{
	return atomic_long_read(&total);
}

void ptrt_skips_show(struct seq_file *file)
{
	unsigned int i, reason;

	for (i = 0; i < ptrt_script.n_probes; i++) {
		for (reason = 0; reason < PTRT_N_SKIPS; reason++) {
			long n = atomic_long_read(&skips[i].count[reason]);

			if (n)
				seq_printf(file, "%ld %s %s %s\n", n,
					   reasons[reason].name,
					   reasons[reason].limit,
					   ptrt_script.probes[i].point);
		}
	}
}
