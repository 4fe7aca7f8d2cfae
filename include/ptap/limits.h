/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits that more than one program of ptap must agree on.
 *
 * The names and default values are SystemTap's (stap(1), RESOURCE LIMITS), so
 * that -D NAME=VALUE keeps its meaning.  The translator writes the values in
 * force into struct ptrt_limits of the generated module; nothing in the runtime
 * is compiled with them, so one cached runtime object serves every -D.
 *
 * Freestanding: included by user space and by the kernel side.
 */
#ifndef PTAP_LIMITS_H
#define PTAP_LIMITS_H

/*
 * X(NAME, field, default, minimum, maximum)
 *
 * A default of 0 in MAXNESTING, KRETACTIVE and MAXMEMORY means: computed (call
 * depth + 1, + 10 if recursive; max(15, 6 * CPUs); unlimited).
 */
#define PTAP_LIMITS(X)                                                   \
	X(MAXSTRINGLEN, maxstringlen, 512, 16, 65536)                    \
	X(MAXMAPENTRIES, maxmapentries, 2048, 1, 0x7fffffff)             \
	X(MAPHASHBIAS, maphashbias, 0, -8, 8)                            \
	X(MAXACTION, maxaction, 1000, 1, 0x7fffffff)                     \
	X(MAXACTION_INTERRUPTIBLE, maxaction_interruptible, 10000, 1,    \
	  0x7fffffff)                                                    \
	X(INTERRUPTIBLE, interruptible, 1, 0, 1)                         \
	X(MAXNESTING, maxnesting, 0, 1, 1000)                            \
	X(MAXERRORS, maxerrors, 0, 0, 0x7fffffff)                        \
	X(MAXSKIPPED, maxskipped, 100, 0, 0x7fffffff)                    \
	X(MINSTACKSPACE, minstackspace, 1024, 256, 16000)                \
	X(MAXTRYLOCK, maxtrylock, 100, 0, 1000000)                       \
	X(TRYLOCKDELAY, trylockdelay, 10, 1, 1000)                       \
	X(KRETACTIVE, kretactive, 0, 1, 65536)                           \
	X(STP_MAX_BUCKETS, max_buckets, 128, 3, 1000)                    \
	X(HIST_WIDTH, hist_width, 50, 10, 500)                           \
	X(HIST_ELISION, hist_elision, 2, -1, 128)                        \
	X(STP_OVERLOAD_INTERVAL, overload_interval, 1000000000, 1000000, \
	  0x7fffffff)                                                    \
	X(STP_OVERLOAD_THRESHOLD, overload_threshold, 500000000, 0,      \
	  0x7fffffff)                                                    \
	X(STP_MAXMEMORY, maxmemory, 0, 0, 0x7fffffff)                    \
	X(STP_BUFFER_KB, buffer_kb, 0, 0, 4194304)

/* The default of MAXSTRINGLEN for kernels of 32 bits, whose stacks are small. */
#define PTAP_MAXSTRINGLEN_32 256

/* Positions in ptrt_script.limits: PTAP_LIMIT_maxstringlen and so on. */
#define PTAP_LIMIT_INDEX(name, field, value, low, high) PTAP_LIMIT_##field,
enum ptap_limit { PTAP_LIMITS(PTAP_LIMIT_INDEX) PTAP_N_LIMITS };

/* Longest single print, bytes of arguments in a record (SystemTap's
 * STP_BUFFER_SIZE). */
#define PTAP_PRINT_MAX 8192

/* Arguments of one print (LANGUAGE: at most 32) and keys of one array. */
#define PTAP_PRINT_ARGS_MAX 32
#define PTAP_KEYS_MAX 9

/* Buckets of @hist_log; the fewest and the most of @hist_linear, whatever
 * STP_MAX_BUCKETS says. */
#define PTAP_HIST_LOG_BUCKETS 128
#define PTAP_HIST_LOG_ZERO 64
#define PTAP_HIST_LINEAR_MIN 3
#define PTAP_HIST_LINEAR_MAX 1000

#endif
