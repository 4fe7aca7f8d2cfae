/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the bundled engine which code near the script's sites the kernel patches by
 * tables that a running kernel does not have any more.  Process context under the
 * session's mutex.
 */
#ifndef PTRT_PROBE_DENIED_H
#define PTRT_PROBE_DENIED_H

#include <linux/types.h>

#ifdef PTAP_ENGINE_BUNDLED

/* Before sites of the kernel, or of a module that came, are armed.  0 or
 * -ENOMEM. */
int ptrt_denied_renew(void);
/* After the last site was taken back. */
void ptrt_denied_destroy(void);

#else

static inline int ptrt_denied_renew(void)
{
	return 0;
}

static inline void ptrt_denied_destroy(void)
{
}

#endif
#endif
