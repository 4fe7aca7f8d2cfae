/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of a statistic put together.  What handlers do with statistics is
 * declared in script.h.
 */
#ifndef PTRT_DATA_STAT_H
#define PTRT_DATA_STAT_H

#include <linux/types.h>

struct ptrt_stat;
struct ptrt_stat_desc;

/* Nothing was added to S. */
void ptrt_stat_clear(struct ptrt_stat *s, const struct ptrt_stat_desc *d);

/* SUM becomes what it were if PART's values had been added to it, too; without
 * the buckets, and with them. */
void ptrt_stat_fold_scalars(struct ptrt_stat *sum, const struct ptrt_stat *part,
			    const struct ptrt_stat_desc *d);
void ptrt_stat_fold(struct ptrt_stat *sum, const struct ptrt_stat *part,
		    const struct ptrt_stat_desc *d);

/* The aggregate OP of S, which is not empty. */
int64_t ptrt_stat_value(const struct ptrt_stat *s,
			const struct ptrt_stat_desc *d, unsigned int op);

#endif
