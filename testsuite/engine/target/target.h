/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the conformance suite probes: functions whose behaviour is known, in a module
 * of their own, so that nobody takes them for a part of the engine.
 */
#ifndef TARGET_H
#define TARGET_H

/* Which of the engine's refusals an instruction gets. */
#define REFUSED_INSTRUCTION 0
#define REFUSED_FOREIGN 1
#define REFUSED_ENDBR 2

#ifndef __ASSEMBLY__
#include <linux/types.h>

/* The bytes that the compiler puts at a function's entry for ftrace and for
 * indirect branch tracking. */
#if defined(CONFIG_FUNCTION_TRACER) && defined(CONFIG_X86_KERNEL_IBT)
#define PTT_ENTRY_BYTES 9
#elif defined(CONFIG_FUNCTION_TRACER)
#define PTT_ENTRY_BYTES 5
#elif defined(CONFIG_X86_KERNEL_IBT)
#define PTT_ENTRY_BYTES 4
#else
#define PTT_ENTRY_BYTES 0
#endif

#define PTT_FTRACE_BYTES 5

/* With ftrace's bytes, as most of the kernel. */
long ptt_add(long a, long b); /* a + b */
long ptt_eight(int a, long b, int c, long d, int e, long f, int g, long h);
long ptt_recurse(int depth); /* depth, by that many calls */
long ptt_outer(long a);	     /* ptt_middle(a + 1) + 1 */
long ptt_middle(long a);     /* ptt_inner(a + 10) + 10 */
long ptt_inner(long a);	     /* a */
long ptt_sleep(long ms);     /* interruptible; what is left, 0 normally */
void ptt_die(void);	     /* ends the kernel thread that calls it */

/* Without. */
long ptt_quiet(long a, long b);			/* a + b */
long ptt_preempt_count(void);			/* reads it first */
long ptt_fetch(const void *address, long *ret); /* 0, -EFAULT */
long pte_add(long a, long b); /* a + b; begins as the engine's functions do */

/* Without, but with no-operations at the entry that are nobody's: a - b. */
long ptt_patchable(long a, long b);	   /* five of a byte */
long ptt_prefixed(long a, long b);	   /* the same, and eleven before it */
long ptt_landing(long a, long b);	   /* as ptt_patchable, behind endbr */
long ptt_prefixed_landing(long a, long b); /* as ptt_prefixed, behind endbr */
long ptt_long_nop(long a, long b);	   /* one of five bytes */
long ptt_entered(long a, long b); /* five of a byte; the third is jumped to */
#define PTT_ENDBR_BYTES 4

/* Reads N bytes at FROM by one instruction, which a jump at ptt_long_site replaces, too. */
void ptt_long(const void *from, unsigned long n);
extern const unsigned long ptt_long_site;

/* Addresses in functions that no probe may be on; 0: this kernel has none. */
unsigned long ptt_fetch_site(void);	  /* has an exception-table entry */
unsigned long ptt_jump_label_site(void);  /* a jump label */
unsigned long ptt_static_call_site(void); /* a static call */
unsigned long ptt_noinstr_site(void);	  /* in noinstr text */
unsigned long ptt_blacklisted_site(void); /* of NOKPROBE_SYMBOL() */

long ptt_tail_first(long a); /* a + 111, by jumps to the others */
long ptt_tail_second(long a);
long ptt_tail_third(long a);
long ptt_tail_sleep(long ms); /* jumps to ptt_sleep() */

/* Where a handler goes that has lowered the stack pointer, by as much as it put into the
 * register cx: the flags. */
void ptt_lowered(void);

extern const u8 ptt_offsets_starts[];
long ptt_offsets(void);

#define PTT_FUNCTIONS 256
typedef long (*ptt_function_t)(long a); /* the n-th: a + n */
extern const ptt_function_t ptt_functions[PTT_FUNCTIONS];

struct ptt_refused {
	const char *text;
	unsigned long address;
	unsigned long refusal; /* REFUSED_* */
	unsigned long kernel;  /* 6.1's kprobes refuse it, too */
};
extern const struct ptt_refused ptt_refused[], ptt_refused_end[];
#endif
#endif
