/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels without tracepoints declare what they do not define.
 */
#ifndef PTRT_COMPAT_TRACEPOINT_H
#define PTRT_COMPAT_TRACEPOINT_H

#include <linux/errno.h>
#include <linux/tracepoint.h>

#ifdef CONFIG_TRACEPOINTS
static inline int ptrt_point_register(struct tracepoint *point, void *call,
				      void *data)
{
	return tracepoint_probe_register(point, call, data);
}

static inline void ptrt_point_unregister(struct tracepoint *point, void *call,
					 void *data)
{
	tracepoint_probe_unregister(point, call, data);
}

static inline void ptrt_points_each(void (*each)(struct tracepoint *, void *))
{
	for_each_kernel_tracepoint(each, NULL);
}
#else
static inline int ptrt_point_register(struct tracepoint *point, void *call,
				      void *data)
{
	return -EOPNOTSUPP;
}

static inline void ptrt_point_unregister(struct tracepoint *point, void *call,
					 void *data)
{
}

static inline void ptrt_points_each(void (*each)(struct tracepoint *, void *))
{
}
#endif

/* Modules bring tracepoints of their own. */
#if defined(CONFIG_TRACEPOINTS) && defined(CONFIG_MODULES)
#define PTRT_HAS_MODULE_TRACEPOINTS 1
#else
#define PTRT_HAS_MODULE_TRACEPOINTS 0
#endif

#endif
