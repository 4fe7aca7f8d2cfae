/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arming and disarming: what core/ asks of the mechanisms, and what they share.
 * All in process context under the session's mutex.
 *
 * A place that cannot be armed is counted and warned of, unless its probe is
 * optional; only a lack of memory makes arming fail.
 */
#ifndef PTRT_PROBE_PROBE_H
#define PTRT_PROBE_PROBE_H

#include <linux/types.h>

#include "../core/context.h"
#include "../script.h"

/* ---- for core/ -------------------------------------------------------- */

/* Arms all but begin, end, error and timers.  0 or -ENOMEM: then nothing is
 * armed. */
int ptrt_probes_arm(void);

/* Looks at all conditions again, and arms or disarms what changed.  Comes back
 * early if the session is to stop. */
void ptrt_probes_rearm(void);

/* The timers' first interval begins. */
void ptrt_timers_start(void);

/* When it returns no handler of these runs any more.  May be called twice. */
void ptrt_probes_disarm(void);

unsigned int ptrt_probes_unarmed(void);

/* Watches modules come and go, if the script has to do with any.  0 or an
 * errno.  Not under the session's mutex, which the watcher takes. */
int ptrt_modules_create(void);
void ptrt_modules_destroy(void);

/* Finds the tracepoints of the script, and watches those of modules come and go.
 * 0 or an errno with nothing left behind.  Not under the session's mutex. */
int ptrt_tracepoints_create(void);
void ptrt_tracepoints_destroy(void);

/* Which of its probe's tracepoints the handler was called from. */
unsigned int ptrt_tracepoint_number(const struct ptrt_context *c);

/* Finds the sections of the modules that are there. */
void ptrt_modules_find(void);

/* Makes ptrt_slide and the tables behind ptrt_site().  0 or -ENOMEM. */
int ptrt_sites_create(void);
void ptrt_sites_destroy(void);

/* ---- for the mechanisms ----------------------------------------------- */

/* Is SITE what the script believes it to be?  If not: counted, warned.  False
 * also while its module is not there, which is no reason to warn. */
bool ptrt_site_verify(const struct ptrt_probe *probe,
		      const struct ptrt_site *site);

/* ARM for each site of PROBE that is what the script believes.  0 or -ENOMEM. */
int ptrt_sites_arm(const struct ptrt_probe *probe,
		   int (*arm)(const struct ptrt_probe *probe,
			      const struct ptrt_site *site));

/* The site of PROBE at IP; NULL: none. */
const struct ptrt_site *ptrt_site_at(const struct ptrt_probe *probe,
				     unsigned long ip);

/* SITE cannot be armed: counted; a warning with REASON (NULL: the kernel gives
 * none) and ERROR (negative). */
void ptrt_site_failed(const struct ptrt_probe *probe,
		      const struct ptrt_site *site, const char *reason,
		      int error);

/* The same for a place of PROBE that is no site; WHAT says why. */
void ptrt_place_failed(const struct ptrt_probe *probe, const char *place,
		       const char *what, int error);

/* SITE of a probe with a condition was switched on or off; ERROR (negative): it
 * was not, which is told as above. */
void ptrt_site_switched(const struct ptrt_probe *probe,
			const struct ptrt_site *site, int error);

/* Sites of all probes of KIND. */
unsigned int ptrt_sites_of_kind(enum ptrt_kind kind);

/* ---- the mechanisms --------------------------------------------------- */

/* Each arms all sites of PROBE. */
int ptrt_ftrace_arm(const struct ptrt_probe *probe);
int ptrt_kprobe_arm(const struct ptrt_probe *probe);
int ptrt_kretprobe_arm(const struct ptrt_probe *probe);
int ptrt_timer_arm(const struct ptrt_probe *probe);
int ptrt_uprobe_arm(const struct ptrt_probe *probe);
int ptrt_tracepoint_arm(const struct ptrt_probe *probe);

/* One site of an ENTRY probe that ftrace cannot reach. */
int ptrt_kprobe_arm_site(const struct ptrt_probe *probe,
			 const struct ptrt_site *site);
int ptrt_kretprobe_arm_site(const struct ptrt_probe *probe,
			    const struct ptrt_site *site);

/* Takes back what is armed in SECTION, whose module goes. */
void ptrt_ftrace_forget(const struct ptrt_section *section);
void ptrt_kprobe_forget(const struct ptrt_section *section);
void ptrt_kretprobe_forget(const struct ptrt_section *section);

/* Arms or disarms PROBE's sites, or timer, of this mechanism, if it has any that
 * are not so. */
void ptrt_ftrace_switch(const struct ptrt_probe *probe, bool on);
void ptrt_kprobe_switch(const struct ptrt_probe *probe, bool on);
void ptrt_kretprobe_switch(const struct ptrt_probe *probe, bool on);
void ptrt_timer_switch(const struct ptrt_probe *probe, bool on);
void ptrt_uprobe_switch(const struct ptrt_probe *probe, bool on);
void ptrt_tracepoint_switch(const struct ptrt_probe *probe, bool on);

void ptrt_ftrace_disarm(void);
void ptrt_kprobe_disarm(void);
void ptrt_kretprobe_disarm(void);
void ptrt_timer_disarm(void);
void ptrt_uprobe_disarm(void);
void ptrt_tracepoint_disarm(void);

#endif
