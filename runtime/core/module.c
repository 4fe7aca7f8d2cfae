// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module: what is made when it is loaded, in this order, and unmade in the
 * reverse.
 */
#include <linux/kernel.h>
#include <linux/module.h>

#include "condition.h"
#include "context.h"
#include "lock.h"
#include "parameter.h"
#include "session.h"
#include "skip.h"
#include "../data/map.h"
#include "../data/parts.h"
#include "../engine/over_kernel.h"
#include "../probe/probe.h"
#include "../transport/files.h"
#include "../transport/record.h"

static int parts_create(void)
{
	return ptrt_parts_create(&ptrt_script);
}

static int maps_create(void)
{
	return ptrt_maps_create(&ptrt_script);
}

static void maps_destroy(void)
{
	ptrt_maps_destroy(&ptrt_script);
}

static const struct {
	int (*create)(void);
	void (*destroy)(void);
} stages[] = {
	{ ptrt_skips_create, ptrt_skips_destroy },
	{ ptrt_conditions_create, ptrt_conditions_destroy },
	{ ptrt_locks_create, ptrt_locks_destroy },
	{ parts_create, ptrt_parts_destroy },
	{ maps_create, maps_destroy },
	{ ptrt_parameters_apply, NULL },
	{ ptrt_contexts_create, ptrt_contexts_destroy },
	{ ptrt_sites_create, ptrt_sites_destroy },
	{ ptap_kprobes_init, ptap_kprobes_exit },
	{ ptrt_records_create, ptrt_records_destroy },
	{ ptrt_modules_create, ptrt_modules_destroy },
	{ ptrt_tracepoints_create, ptrt_tracepoints_destroy },
	{ ptrt_files_create, ptrt_files_destroy },
};

static void destroy(unsigned int n)
{
	while (n--)
		if (stages[n].destroy)
			stages[n].destroy();
}

static int __init ptrt_init(void)
{
	unsigned int i;
	int error;

	if (ptrt_script.api != PTRT_API) {
		pr_err("ptap: the script was made for runtime interface %u, "
		       "this is %u\n",
		       ptrt_script.api, PTRT_API);
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		error = stages[i].create();
		if (error) {
			destroy(i);
			return error;
		}
	}
	return 0;
}

static void __exit ptrt_exit_module(void)
{
	/* The files go first: nobody can start a session any more. */
	ptrt_files_destroy();
	ptrt_session_finish();
	destroy(ARRAY_SIZE(stages) - 1);
}

module_init(ptrt_init);
module_exit(ptrt_exit_module);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a ptap script");
