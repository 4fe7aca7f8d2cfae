/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints with values of every width: more than there are registers for.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ptap_testmod

#if !defined(PTAP_TESTMOD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define PTAP_TESTMOD_TRACE_H

#include <linux/tracepoint.h>

struct ptm_item;

TRACE_EVENT(ptm_event,
	    TP_PROTO(s8 a, u8 b, s16 c, u16 d, s32 e, u32 f, s64 g, u64 h,
		     bool yes, char letter, const char *text,
		     struct ptm_item *item),
	    TP_ARGS(a, b, c, d, e, f, g, h, yes, letter, text, item),
	    TP_STRUCT__entry(__field(s64, sum)),
	    TP_fast_assign(__entry->sum = a + b + c + d + e + f;),
	    TP_printk("sum=%lld", __entry->sum));

/* One without an event, and so without a place in tracefs. */
DECLARE_TRACE(ptm_bare, TP_PROTO(struct ptm_item *item, s64 wide),
	      TP_ARGS(item, wide));

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE ptap_testmod_trace
#include <trace/define_trace.h>
