/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conformance suite: compiled once for the kernel's own kprobes and once for the
 * engine (PTAP_ENGINE_BUNDLED), it must give the same results.
 *
 * Writing "GROUP N" to /proc/ptap_suite_kernel/run (or _engine/) runs the group's N-th test
 * in the writing process, one at a time; -ERANGE: there are not so many.
 * /proc/.../result then has a line "PASS: GROUP: TEST", "FAIL: GROUP: TEST: REASON" or
 * "SKIP: GROUP: TEST: REASON", before it lines of figures "FIGURE: NAME VALUE".
 */
#ifndef SUITE_H
#define SUITE_H

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "over_kernel.h"
#include "target.h"

#ifdef PTAP_ENGINE_BUNDLED
#define SUITE_NAME "ptap_suite_engine"
#define SUITE_ENGINE 1
#else
#define SUITE_NAME "ptap_suite_kernel"
#define SUITE_ENGINE 0
#endif

/* What differs between the two by design; the reason stands where it is used. */
#define suite_either(kernel, engine) (SUITE_ENGINE ? (engine) : (kernel))

struct suite_test {
	const char *name;
	void (*run)(void);
};

struct suite_group {
	const char *name;
	const struct suite_test *tests;
	size_t count;
};

extern const struct suite_group suite_joining, suite_exits, suite_examples,
	suite_errors, suite_sites, suite_entries, suite_forms, suite_returns,
	suite_handlers, suite_jprobes, suite_fire, suite_armed_group,
	suite_gone_group;

/* The test that runs now fails, or is not for this kernel.  Process context. */
__printf(1, 2) void suite_fail(const char *format, ...);
__printf(1, 2) void suite_skip(const char *format, ...);
void suite_figure(const char *name, unsigned long value);

#define suite_equal(got, want)                                                 \
	do {                                                                   \
		long got_ = (long)(got), want_ = (long)(want);                 \
                                                                               \
		if (got_ != want_)                                             \
			suite_fail("%s:%d: %s is %ld, not %ld",                \
				   suite_file(__FILE__), __LINE__, #got, got_, \
				   want_);                                     \
	} while (0)

#define suite_true(condition)                                             \
	do {                                                              \
		if (!(condition))                                         \
			suite_fail("%s:%d: not %s", suite_file(__FILE__), \
				   __LINE__, #condition);                 \
	} while (0)

const char *suite_file(const char *path);

/* The breakpoint, or the jump, that a probe put at an address; 0 if there is none. */
u8 suite_armed(unsigned long address);

/* Is there neither, now that no probe is there?  The kernel's kprobes may leave a
 * breakpoint to their optimizer, which takes it away later. */
bool suite_disarmed(unsigned long address);

/* Waits until jumps are in place, which comes some time after registering. */
void suite_settle(void);

/* Unregisters what the groups "armed" left registered. */
void suite_disarm(void);

/* Waits until CONDITION holds, up to ten seconds; whether it does. */
#define suite_within(condition)                  \
	({                                       \
		int tries_ = 500;                \
                                                 \
		while (!(condition) && tries_--) \
			msleep(20);              \
		tries_ >= 0;                     \
	})

/* Registers a probe; a failure of the test if that does not give ERROR (0 or a
 * negative errno).  Whether the probe is registered now. */
bool suite_register(struct ptap_kprobe *kp, int error);
bool suite_register_return(struct ptap_kretprobe *rp, int error);
#endif
