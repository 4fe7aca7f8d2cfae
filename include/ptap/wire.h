/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a ptap module and ptaprun say to each other.
 *
 * A loaded module NAME shows a directory PTAP_PROC_PREFIX NAME (a directory of
 * its own: one that modules share could not be made and removed safely) with
 * these files:
 *
 *   control   write: one struct ptap_command; returns when it was carried out.
 *             read:  one struct ptap_status, a snapshot, at any time, from offset 0.
 *             poll:  readable when the state changed since this file was last read.
 *             Only one opener at a time (EBUSY).  When the opener goes away
 *             without PTAP_CMD_STOP, the module stops by itself.
 *   script    read: struct ptap_script_header, the format table, the probe table.
 *   skips     read: text, one line a probe that was skipped (see ptap_status).
 *   trace<N>  read: CPU N's record stream; bytes of whole records only.
 *             poll works, but wakes at sub-buffer ends only: poll with a time-out.
 *
 * All integers are in the byte order of the machine that made them; a reader
 * refuses another (byte_order).  Freestanding.
 */
#ifndef PTAP_WIRE_H
#define PTAP_WIRE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#define PTAP_U16 uint16_t
#define PTAP_U32 uint32_t
#define PTAP_U64 uint64_t
#define PTAP_S32 int32_t
#define PTAP_S64 int64_t
#endif
#ifdef __KERNEL__
#define PTAP_U16 __u16
#define PTAP_U32 __u32
#define PTAP_U64 __u64
#define PTAP_S32 __s32
#define PTAP_S64 __s64
#endif

#define PTAP_WIRE_MAGIC 0x50415450u /* "PTAP" in memory on little endian */
#define PTAP_WIRE_VERSION 2
#define PTAP_WIRE_BYTE_ORDER 0x01020304u

#define PTAP_PROC_PREFIX "ptap-" /* /proc/ptap-NAME */

/*
 * Module parameter "globals" (-G): NAME=VALUE pairs, separated by 0x1f.  In a
 * value, '%' and two hexadecimal digits stand for a byte; a blank, a quote, '%'
 * and control characters must be written so.
 */
#define PTAP_GLOBALS_SEPARATOR '\x1f'

#define PTAP_NAME_MAX 56 /* MODULE_NAME_LEN on 64-bit, with the NUL */
#define PTAP_BUILD_ID_MAX 20

/* ---- records ---------------------------------------------------------- */

/*
 * A record in a trace<N> stream.  8-byte aligned, never split, never partly
 * visible: the writer makes it readable only when it is whole.
 *
 * seq counts every record that this CPU tried to write, from 0: a gap is the
 * number of lost records, at exactly that place.
 * time is ktime_get_mono_fast_ns(); within one CPU it never falls.
 *
 * After the header stand the arguments in the order in which the format's
 * directives take them:
 *   long    8 bytes
 *   string  4 bytes length n, n bytes, zero padding to the next multiple of 8
 *           (also for %m and %M: the raw memory)
 */
struct ptap_record {
	PTAP_U64 time;	 /* ns */
	PTAP_U16 units;	 /* length of the record with this header, in 8 bytes */
	PTAP_U16 format; /* index in the format table, or PTAP_FORMAT_* */
	PTAP_U32 seq;
};
_Static_assert(sizeof(struct ptap_record) == 16, "ptap_record is packed");

#define PTAP_RECORD_MAX (PTAP_PRINT_MAX + 512) /* bytes, header included */

/* Formats above the table: one string argument, printed on stderr by ptaprun
 * as "ERROR: text", "WARNING: text", or on stderr as it is (log()). */
#define PTAP_FORMAT_LIMIT 0xfff0
#define PTAP_FORMAT_LOG 0xfffc
#define PTAP_FORMAT_ERROR 0xfffd
#define PTAP_FORMAT_WARNING 0xfffe

/*
 * The table's kinds.  TEXT: a printf format string as in LANGUAGE.md section 8;
 * the record holds its arguments.  HIST_LOG and HIST_LINEAR: the text is
 * "before|after" (literal text around the histogram, without '|'), the record
 * holds longs: for LINEAR low, buckets, width; then first bucket's index, number of
 * buckets sent, then that many counts (a run of zeros at both ends is not sent).
 */
enum ptap_format_kind {
	PTAP_FORMAT_TEXT = 0,
	PTAP_FORMAT_HIST_LOG = 1,
	PTAP_FORMAT_HIST_LINEAR = 2,
};

/* ---- the script file -------------------------------------------------- */

/*
 * Followed by: formats (count n_formats): u16 kind, u16 length, text of that
 * length without NUL, no padding; then probes (count n_probes): u16 length, text.
 * size is the size of all that, the header included.
 */
struct ptap_script_header {
	PTAP_U32 magic;
	PTAP_U32 version;
	PTAP_U32 byte_order;
	PTAP_U32 size;
	PTAP_U32 n_formats;
	PTAP_U32 n_probes;
	PTAP_U32 n_cpus;     /* trace files: trace0 .. trace(n-1) */
	PTAP_U32 hist_width; /* limits that the formatter needs */
	PTAP_S32 hist_elision;
	PTAP_U32 build_id_length;   /* 0: the script has no addresses */
	unsigned char build_id[24]; /* of the vmlinux it was bound to */
	char name[64];
};
_Static_assert(sizeof(struct ptap_script_header) == 128, "fixed layout");

/* ---- control ---------------------------------------------------------- */

enum ptap_command_kind {
	PTAP_CMD_START =
		1, /* run begin probes, then arm the rest; arg = target pid */
	PTAP_CMD_STOP =
		2, /* disarm, wait for handlers, run end or error probes */
	PTAP_CMD_MARK =
		3, /* wait until every handler that started before now has
			     * left; then status.mark is that "now": no record
			     * with an earlier time will still appear.  A
			     * handler that takes long: mark stays as it was,
			     * ask again */
};

struct ptap_command {
	PTAP_U32 magic;
	PTAP_U32 kind;
	PTAP_S64 arg;
};
_Static_assert(sizeof(struct ptap_command) == 16, "fixed layout");

enum ptap_state {
	PTAP_STATE_LOADED = 0,
	PTAP_STATE_STARTING = 1, /* begin probes are running */
	PTAP_STATE_RUNNING = 2,
	PTAP_STATE_EXITING =
		3, /* exit(), too many errors or skips: send STOP */
	PTAP_STATE_STOPPING = 4,
	PTAP_STATE_STOPPED = 5, /* last records are in the streams */
};

struct ptap_status {
	PTAP_U32 magic;
	PTAP_U32 state;
	PTAP_U64 mark;	  /* ns, see PTAP_CMD_MARK */
	PTAP_U64 errors;  /* run-time errors that were not caught */
	PTAP_U64 skipped; /* handlers not run, all reasons */
	PTAP_U64 lost;	  /* records that found no room */
	PTAP_U64 written; /* records written */
	PTAP_U64 hits;	  /* handlers run */
	PTAP_U32 aborted; /* 1: stopped by an error, skips or overload */
	PTAP_U32 unarmed; /* probe sites that could not be armed (warned of) */
};
_Static_assert(sizeof(struct ptap_status) == 64, "fixed layout");

/*
 * Lines of the skips file:  COUNT REASON LIMIT PROBE
 * REASON: reentry, lock, stack, maxactive, nmi, ...; LIMIT: the -D name to
 * raise, or "-"; PROBE: the probe point's text, to the end of the line.
 */

#endif
