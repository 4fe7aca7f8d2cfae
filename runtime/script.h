/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one header that generated code includes: what a script may ask of the
 * runtime, and what it must tell.  It includes no kernel header, so that gcc
 * reads a few hundred lines for a script; a script with embedded C of its own
 * includes kernel headers before this one.
 *
 * Everything here may be called in any context, NMI included, by a handler that
 * owns its context.  Nothing allocates, sleeps or waits without a bound.
 *
 * Strings: struct ptrt_str, a pointer and a length; s[n] is always NUL.  The
 * bytes belong to the frame, to a global (stable while its lock is held) or to
 * a literal.
 *
 * Errors: a call that fails sets c->error and gives 0 or an empty string;
 * generated code looks at c->error after it (PTRT_CHECK).
 */
#ifndef PTAP_SCRIPT_H
#define PTAP_SCRIPT_H

#define PTRT_API 2

#ifndef _LINUX_TYPES_H
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef unsigned short uint16_t;
typedef unsigned char uint8_t;
typedef __SIZE_TYPE__ size_t;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/* The translator defines these before it includes this file if -D changed
 * them. */
#ifndef MAXSTRINGLEN
#ifdef __x86_64__
#define MAXSTRINGLEN 512
#else
#define MAXSTRINGLEN 256
#endif
#endif

struct ptrt_probe;
struct ptrt_site;
struct ptrt_map;
struct ptrt_str;

/* ---- the context ------------------------------------------------------ */

/* The first part of what a handler owns; the runtime's private part follows
 * (core/context.h).  One a CPU, never shared. */
struct ptrt_context {
	void *percpu;	  /* this CPU's struct pg_percpu */
	const void *regs; /* struct pt_regs at the hit, or NULL */
	const struct ptrt_probe *probe;
	const struct ptrt_site
		*site;	   /* which of probe's sites; may be NULL: use
					* ptrt_site(c) */
	const char *error; /* what went wrong; NULL: nothing */
	const char *where; /* "near ... at file:line:col" of the error */
	char *frame;	   /* free string memory */
	char *frame_end;
	void *entry;	 /* struct pg_<probe>_entry: values saved at
					* the function's entry; NULL: not a return */
	int32_t actions; /* statements left */
	int32_t nesting; /* calls open */
};

/* An error's place, and the way out. */
#define PTRT_CHECK(c, place, label)                   \
	do {                                          \
		if (unlikely((c)->error)) {           \
			if (!(c)->where)              \
				(c)->where = (place); \
			goto label;                   \
		}                                     \
	} while (0)

/* As PTRT_CHECK(), behind a call of a script function: an error that has its place
 * already was called from PLACE. */
#define PTRT_CHECK_CALL(c, place, label)            \
	do {                                        \
		if (unlikely((c)->error)) {         \
			ptrt_called_from(c, place); \
			goto label;                 \
		}                                   \
	} while (0)

void ptrt_called_from(struct ptrt_context *c, const char *place);

/* Costs N actions; sets c->error at the limit. */
#define PTRT_ACTIONS(c, n, place, label)                   \
	do {                                               \
		if (unlikely(((c)->actions -= (n)) < 0)) { \
			ptrt_error_actions(c);             \
			(c)->where = (place);              \
			goto label;                        \
		}                                          \
	} while (0)

void ptrt_error_actions(struct ptrt_context *c);

/* A run-time error of the script: FORMAT takes %s (const char *), %lld, %llx and
 * %d.  The first error wins. */
void ptrt_error(struct ptrt_context *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* try {} catch: may this error be caught?  MAXACTION and abort() may not.  On
 * true the message stands in BUFFER and c->error is clear. */
bool ptrt_catch(struct ptrt_context *c, char *buffer, struct ptrt_str *message);

/* Call of a script function: enforces MAXNESTING and MINSTACKSPACE, and gives
 * SIZE bytes of string memory, 8-byte aligned.  NULL with c->error set if not
 * granted.  Every successful enter has its leave with the pointer it got. */
char *ptrt_function_enter(struct ptrt_context *c, size_t size);
static inline void ptrt_function_leave(struct ptrt_context *c, char *frame)
{
	c->frame = frame;
	c->nesting--;
}

/* String memory of a handler (no nesting): the size was checked at load. */
static inline char *ptrt_frame(struct ptrt_context *c, size_t size)
{
	char *frame = c->frame;

	c->frame += size;
	return frame;
}

/* A handler may have changed what the condition of probe number PROBE reads; it
 * has the locks of all that the condition reads. */
void ptrt_condition_check(struct ptrt_context *c, unsigned probe);

/* ---- numbers ---------------------------------------------------------- */

int64_t ptrt_div(struct ptrt_context *c, int64_t a,
		 int64_t b); /* "division by 0" */
int64_t ptrt_mod(struct ptrt_context *c, int64_t a, int64_t b);
/* The same of unsigned numbers. */
uint64_t ptrt_udiv(struct ptrt_context *c, uint64_t a, uint64_t b);
uint64_t ptrt_umod(struct ptrt_context *c, uint64_t a, uint64_t b);

/* Wrapping arithmetic (kernel code is built with -fno-strict-overflow, too). */
#define PTRT_ADD(a, b) ((int64_t)((uint64_t)(a) + (uint64_t)(b)))
#define PTRT_SUB(a, b) ((int64_t)((uint64_t)(a) - (uint64_t)(b)))
#define PTRT_MUL(a, b) ((int64_t)((uint64_t)(a) * (uint64_t)(b)))
#define PTRT_SHL(a, b) ((int64_t)((uint64_t)(a) << ((b)&63)))
#define PTRT_SHR(a, b) ((int64_t)(a) >> ((b)&63))
#define PTRT_USHR(a, b) ((int64_t)((uint64_t)(a) >> ((b)&63)))

/*
 * Floating point: binary64 as its bits, rounded to nearest even, without the FPU
 * (data/fp.c).  Comparisons give 0 or 1.
 */
uint64_t ptrt_fp_add(uint64_t a, uint64_t b);
uint64_t ptrt_fp_sub(uint64_t a, uint64_t b);
uint64_t ptrt_fp_mul(uint64_t a, uint64_t b);
uint64_t ptrt_fp_div(uint64_t a, uint64_t b);
uint64_t ptrt_fp_rem(uint64_t a, uint64_t b); /* IEEE: remainder(3) */
uint64_t ptrt_fp_sqrt(uint64_t v);
int64_t ptrt_fp_eq(uint64_t a, uint64_t b);
int64_t ptrt_fp_le(uint64_t a, uint64_t b);
int64_t ptrt_fp_lt(uint64_t a, uint64_t b);
uint64_t ptrt_fp_from_long(int64_t v);
/* What 64 bits cannot hold is INT64_MIN, as of the CPU.  Another mode than these is a
 * script error; their numbers are those of Berkeley SoftFloat, in which rounding to
 * odd has had two. */
enum ptrt_fp_rounding {
	PTRT_FP_NEAR_EVEN,
	PTRT_FP_TO_ZERO,
	PTRT_FP_DOWN,
	PTRT_FP_UP,
	PTRT_FP_NEAR_AWAY,
	PTRT_FP_ODD_TOO,
	PTRT_FP_ODD,
};
int64_t ptrt_fp_to_long(struct ptrt_context *c, uint64_t v, int64_t rounding);
/* The low 32 bits of V are a binary32; and back. */
uint64_t ptrt_fp_from_single(uint64_t v);
uint64_t ptrt_fp_to_single(uint64_t v);
/* The x87's 80 bits: LOW, and the lowest 16 of HIGH. */
uint64_t ptrt_fp_from_extended(uint64_t low, uint64_t high);

/* ---- strings ---------------------------------------------------------- */

struct ptrt_str {
	const char *s;
	uint32_t n;
};

/* A string variable: local in the frame, or global. */
struct ptrt_strvar {
	char *s; /* MAXSTRINGLEN bytes */
	uint32_t n;
};

#define PTRT_LIT(text) ((struct ptrt_str){ (text), sizeof(text) - 1 })
#define PTRT_EMPTY ((struct ptrt_str){ "", 0 })
static inline struct ptrt_str ptrt_strvar_get(const struct ptrt_strvar *v)
{
	return (struct ptrt_str){ v->s, v->n };
}

/* Both cut at MAXSTRINGLEN - 1 bytes; overlapping memory is fine. */
void ptrt_strvar_set(struct ptrt_context *c, struct ptrt_strvar *v,
		     struct ptrt_str value);
struct ptrt_str ptrt_copy(struct ptrt_context *c, char *buffer,
			  struct ptrt_str value);
struct ptrt_str ptrt_concat(struct ptrt_context *c, char *buffer,
			    struct ptrt_str a, struct ptrt_str b);
/* strncmp over MAXSTRINGLEN: < 0, 0, > 0. */
int ptrt_compare(struct ptrt_str a, struct ptrt_str b);
/* A NUL-terminated text of at most MAXSTRINGLEN - 1 bytes. */
struct ptrt_str ptrt_from_c(const char *text);

/* sprintf and the like, in the kernel: the same formatter as ptaprun's. */
struct ptrt_arg {
	int64_t value;
	const char *s; /* not NULL: a string of n bytes */
	uint32_t n;
};
struct ptrt_str ptrt_sprintf(struct ptrt_context *c, char *buffer,
			     const char *format, const struct ptrt_arg *args,
			     unsigned n_args);

/* As printf's %.*f prints it, and as strtod() reads a decimal number, "inf" or "nan";
 * what is neither is 0. */
struct ptrt_str ptrt_fp_to_string(struct ptrt_context *c, char *buffer,
				  uint64_t v, int64_t precision);
uint64_t ptrt_fp_from_string(struct ptrt_context *c, struct ptrt_str text);

/* ---- memory and registers --------------------------------------------- */

/* SIZE 1, 2, 4, 8; zero-extended.  A bad address is a script error
 * ("read fault [...] at 0x..."). */
uint64_t ptrt_load(struct ptrt_context *c, uint64_t address, unsigned size);
uint64_t ptrt_load_user(struct ptrt_context *c, uint64_t address,
			unsigned size);
/* Strings; at most MAX bytes (limited to MAXSTRINGLEN - 1).  A bad address sets
 * the error, unless QUIET: then *faulted is set and the text is empty. */
struct ptrt_str ptrt_string_kernel(struct ptrt_context *c, char *buffer,
				   uint64_t address, unsigned max,
				   bool *faulted);
struct ptrt_str ptrt_string_user(struct ptrt_context *c, char *buffer,
				 uint64_t address, unsigned max, bool *faulted);
/* The same where nothing says whose memory it is: the address does. */
struct ptrt_str ptrt_string_any(struct ptrt_context *c, char *buffer,
				uint64_t address, unsigned max, bool *faulted);
/* Raw bytes for %m and %M: COUNT of them, one if it is negative; more than
 * PTRT_MEMORY_MAX are an error.  BUFFER has room for PTRT_MEMORY_MAX. */
#define PTRT_MEMORY_MAX 4096
struct ptrt_str ptrt_memory(struct ptrt_context *c, char *buffer,
			    uint64_t address, int64_t count, bool user);
/* Guru writes. */
void ptrt_store(struct ptrt_context *c, uint64_t address, unsigned size,
		uint64_t value);
void ptrt_store_user(struct ptrt_context *c, uint64_t address, unsigned size,
		     uint64_t value);

/* Where the kernel image really is: run-time address minus link-time address. */
extern uint64_t ptrt_slide;
/* A section of a kernel module, where the script has probes or reads variables.
 * The module may come and go while the script runs. */
struct ptrt_section {
	const char *module;   /* as the kernel calls it */
	const char *name;     /* ".text" */
	uint64_t start, size; /* link time */
	const char *anchor; /* the one symbol of its name in the module ("": it
			       * has none, and sysfs tells)... */
	uint64_t anchor_address; /* ...and where it stands, link time */
	uint64_t slide; /* as ptrt_slide; 0 while the module is not there */
};
/* The slide of a SECTION that no symbol tells of: a script error until its module, which
 * is being loaded, is alive. */
uint64_t ptrt_section_slide(struct ptrt_context *c,
			    const struct ptrt_section *section);
/* Where the file of user space that was hit is loaded, likewise. */
uint64_t ptrt_user_slide(struct ptrt_context *c);
/* The same of another file, by its number; an error if the process has not loaded
 * it. */
uint64_t ptrt_object_slide(struct ptrt_context *c, unsigned number);
/* Current's thread pointer: fs base; gs base where words of its program have 4
 * bytes, not 8. */
uint64_t ptrt_thread_pointer(unsigned word);
/* Where current has the thread-local variables of library number MODULE, as glibc counts
 * those of a process; a script error while it has none. */
uint64_t ptrt_thread_block(struct ptrt_context *c, uint64_t module,
			   unsigned word);
/* This CPU's copy of a per-CPU variable (offset in the per-CPU area). */
uint64_t ptrt_percpu_address(uint64_t offset);

/* DWARF register N at the hit: offsets in struct pt_regs, checked against the
 * kernel's in access/registers.c.  Fields of 8 (x86_64) or 4 (i386) bytes. */
#ifdef __x86_64__
#define PTRT_REG_OFFSET(n) \
	((n) == 0    ? 80  \
	 : (n) == 1  ? 96  \
	 : (n) == 2  ? 88  \
	 : (n) == 3  ? 40  \
	 : (n) == 4  ? 104 \
	 : (n) == 5  ? 112 \
	 : (n) == 6  ? 32  \
	 : (n) == 7  ? 152 \
	 : (n) == 8  ? 72  \
	 : (n) == 9  ? 64  \
	 : (n) == 10 ? 56  \
	 : (n) == 11 ? 48  \
	 : (n) == 12 ? 24  \
	 : (n) == 13 ? 16  \
	 : (n) == 14 ? 8   \
	 : (n) == 15 ? 0   \
		     : 128)
#else
#define PTRT_REG_OFFSET(n) \
	((n) == 0   ? 24   \
	 : (n) == 1 ? 4    \
	 : (n) == 2 ? 8    \
	 : (n) == 3 ? 0    \
	 : (n) == 4 ? 60   \
	 : (n) == 5 ? 20   \
	 : (n) == 6 ? 12   \
	 : (n) == 7 ? 16   \
		    : 48)
#endif
static inline uint64_t ptrt_reg(const struct ptrt_context *c, unsigned n)
{
	return *(const unsigned long *)((const char *)c->regs +
					PTRT_REG_OFFSET(n));
}
/* Guru writes: the probed code goes on with it. */
static inline void ptrt_set_reg(struct ptrt_context *c, unsigned n,
				uint64_t value)
{
	*(unsigned long *)((char *)c->regs + PTRT_REG_OFFSET(n)) = value;
}
/* Register N of the program that the current task is; a script error in a kernel
 * thread. */
uint64_t ptrt_user_reg(struct ptrt_context *c, unsigned n);
/* The lower (HALF 0) or upper (1) 64 bits of a floating point register of the program
 * that was hit: xmm N, or st(N - 16), which has 16 upper ones; a script error if that is
 * empty, and where no program was hit. */
uint64_t ptrt_fp_reg(struct ptrt_context *c, unsigned n, unsigned half);
/* Canonical frame address at the entry of a function, whose words have WORD bytes. */
static inline uint64_t ptrt_cfa(const struct ptrt_context *c, unsigned word)
{
	return ptrt_reg(c, sizeof(long) == 8 ? 7 : 4) + word;
}

/* The return address that stands in SLOT of the kernel's stack, or of that of the
 * program that was hit, whose words have WORD bytes: also where a return probe put its
 * own there. */
uint64_t ptrt_return_address(struct ptrt_context *c, uint64_t slot);
uint64_t ptrt_user_return_address(struct ptrt_context *c, uint64_t slot,
				  unsigned word);
/* A script error: what FUNCTION's caller, to which it returns at BACK, handed over is
 * not known; WHY the debuginfo's description of it cannot be read, or NULL: there is
 * none.  0. */
uint64_t ptrt_no_caller(struct ptrt_context *c, const char *function,
			uint64_t back, const char *why);

/* ---- output ----------------------------------------------------------- */

/*
 * A record of format number FORMAT with SIZE bytes of arguments (multiple of 8,
 * at most PTAP_PRINT_MAX).  Returns where the arguments go, or NULL: no room,
 * counted as lost.  Nobody sees the record before the commit; between the two no
 * other record may be begun.
 */
void *ptrt_record_reserve(struct ptrt_context *c, unsigned format,
			  unsigned size);
void ptrt_record_commit(struct ptrt_context *c);

#define PTRT_SIZE_LONG 8u
static inline unsigned ptrt_size_str(struct ptrt_str v)
{
	return (4u + v.n + 7u) & ~7u;
}
static inline void *ptrt_put_long(void *at, int64_t v)
{
	*(int64_t *)at = v;
	return (char *)at + 8;
}
void *ptrt_put_str(void *at, struct ptrt_str v);
/* Bytes that a print may still take: strings are cut so that a record stays
 * within PTAP_PRINT_MAX. */
unsigned ptrt_fit_str(struct ptrt_str *v, unsigned left);

/* Texts on ptaprun's stderr: error() is ptrt_error. */
void ptrt_warn(struct ptrt_context *c, struct ptrt_str text);
void ptrt_log(struct ptrt_context *c, struct ptrt_str text);
/* A line of the kernel's log, LEVEL 0 (emergency) to 7 (debug); a line of the
 * kernel's trace buffer. */
void ptrt_printk(int64_t level, struct ptrt_str text);
void ptrt_ftrace(struct ptrt_str text);

/* ---- statistics ------------------------------------------------------- */

enum { /* bits 1 << enum pt_stat_op of the translator */
       PTRT_STAT_COUNT = 1 << 0,
       PTRT_STAT_SUM = 1 << 1,
       PTRT_STAT_MIN = 1 << 2,
       PTRT_STAT_MAX = 1 << 3,
       PTRT_STAT_AVG = 1 << 4,
       PTRT_STAT_VARIANCE = 1 << 5,
};
enum ptrt_hist { PTRT_HIST_NONE, PTRT_HIST_LOG, PTRT_HIST_LINEAR };

/* Constant in generated code, so that gcc drops what a script does not extract. */
struct ptrt_stat_desc {
	unsigned ops;
	enum ptrt_hist hist;
	int64_t low, width;
	unsigned shift;	  /* of @variance */
	unsigned buckets; /* counters behind struct ptrt_stat */
};

struct ptrt_stat {
	int64_t count, sum, min, max;
	int64_t mean, m2; /* integer Welford, shifted (LANGUAGE section 7) */
	int64_t bucket[];
};
#define PTRT_STAT_SIZE(buckets) (sizeof(struct ptrt_stat) + 8 * (buckets))

/* min and max of an empty one are not valid: count tells. Defined in
 * data/stat_inline.h, included at the end of this file. */
static inline void ptrt_stat_add(struct ptrt_stat *s,
				 const struct ptrt_stat_desc *d, int64_t v);

/* All CPUs' parts of a scalar statistic (OFFSET in struct pg_percpu), merged into
 * *SUM, which has room for the buckets. */
void ptrt_stat_merge(struct ptrt_context *c, size_t offset,
		     const struct ptrt_stat_desc *d, struct ptrt_stat *sum);
/* delete of a scalar statistic: all CPUs' parts become empty. */
void ptrt_stat_reset(struct ptrt_context *c, size_t offset,
		     const struct ptrt_stat_desc *d);
/* The aggregates; those but count and sum of nothing: "empty aggregate". */
int64_t ptrt_stat_get(struct ptrt_context *c, const struct ptrt_stat *s,
		      const struct ptrt_stat_desc *d, unsigned op);
/* The same, but any of nothing is an error. */
int64_t ptrt_stat_need(struct ptrt_context *c, const struct ptrt_stat *s,
		       const struct ptrt_stat_desc *d, unsigned op);
/* False, and an error, if nothing was added. */
bool ptrt_hist_filled(struct ptrt_context *c, const struct ptrt_stat *s);
int64_t ptrt_hist_bucket(struct ptrt_context *c, const struct ptrt_stat *s,
			 const struct ptrt_stat_desc *d, int64_t index);
/* Prints a histogram: a record of FORMAT (kind HIST_*). */
void ptrt_hist_print(struct ptrt_context *c, unsigned format,
		     const struct ptrt_stat *s, const struct ptrt_stat_desc *d);
struct ptrt_str ptrt_hist_sprint(struct ptrt_context *c, char *buffer,
				 const struct ptrt_stat *s,
				 const struct ptrt_stat_desc *d, bool newline);

/* A long that handlers only add to (struct pg_percpu, OFFSET): sum over CPUs,
 * and set to V (by begin and the like). */
int64_t ptrt_counter_get(struct ptrt_context *c, size_t offset);
void ptrt_counter_set(struct ptrt_context *c, size_t offset, int64_t v);

/* ---- arrays ----------------------------------------------------------- */

enum ptrt_value { PTRT_LONG, PTRT_STRING, PTRT_STATS };

struct ptrt_map_desc {
	struct ptrt_map **map; /* the runtime puts the array here at load */
	const char *name;
	enum ptrt_value value;
	unsigned n_keys;
	unsigned string_keys; /* bit i: key i is a string */
	unsigned size;	      /* entries; 0: MAXMAPENTRIES */
	bool wrap;
	unsigned iterators; /* foreach loops over it that may be open at once */
	const char
		*overflow; /* "array 'a' is full (2048), check MAXMAPENTRIES" */
	const struct ptrt_stat_desc *stat; /* STATS: kept per CPU */
};

struct ptrt_key {
	union {
		int64_t v;
		const char *s;
	};
	uint32_t n; /* of a string */
};

/* Reading a missing element gives 0 or "" and does not make it. */
int64_t ptrt_map_get_long(struct ptrt_context *c, struct ptrt_map *m,
			  const struct ptrt_key *keys);
struct ptrt_str ptrt_map_get_str(struct ptrt_context *c, struct ptrt_map *m,
				 const struct ptrt_key *keys);
bool ptrt_map_get_stat(struct ptrt_context *c, struct ptrt_map *m,
		       const struct ptrt_key *keys, struct ptrt_stat *sum);
/* The element, made if it is not there; NULL with the error set: full. */
int64_t *ptrt_map_long(struct ptrt_context *c, struct ptrt_map *m,
		       const struct ptrt_key *keys);
struct ptrt_stat *ptrt_map_stat(struct ptrt_context *c, struct ptrt_map *m,
				const struct ptrt_key *keys); /* this CPU's */
void ptrt_map_set_str(struct ptrt_context *c, struct ptrt_map *m,
		      const struct ptrt_key *keys, struct ptrt_str v);
/* WILD: bit i: key i is `*`. */
bool ptrt_map_in(struct ptrt_context *c, struct ptrt_map *m,
		 const struct ptrt_key *keys, unsigned wild);
void ptrt_map_delete(struct ptrt_context *c, struct ptrt_map *m,
		     const struct ptrt_key *keys, unsigned wild);
void ptrt_map_clear(struct ptrt_context *c, struct ptrt_map *m);

/* foreach.  Needs the array's lock for writing (sort space and merged statistics
 * belong to the array). */
struct ptrt_sort {
	int direction; /* 0: order of insertion; 1, -1 */
	int column;    /* 0 value; k: k-th key */
	unsigned stat; /* PTRT_STAT_*: aggregate of a stats value */
};
struct ptrt_iter {
	struct ptrt_map *map;
	void *entry;
	unsigned position, count, level;
	bool sorted;
	unsigned wild;
	const struct ptrt_key *slice;
};
/* LIMIT < 0: all.  SLICE NULL: all; else keys with WILD.  False: error set.  A
 * begun iteration is ended by ptrt_iter_end() on every way out. */
bool ptrt_iter_begin(struct ptrt_context *c, struct ptrt_iter *it,
		     struct ptrt_map *m, const struct ptrt_sort *sort,
		     int64_t limit, const struct ptrt_key *slice,
		     unsigned wild);
bool ptrt_iter_next(struct ptrt_context *c, struct ptrt_iter *it);
void ptrt_iter_end(struct ptrt_iter *it);
int64_t ptrt_iter_key_long(const struct ptrt_iter *it, unsigned key);
struct ptrt_str ptrt_iter_key_str(const struct ptrt_iter *it, unsigned key);
int64_t ptrt_iter_long(const struct ptrt_iter *it);
struct ptrt_str ptrt_iter_str(const struct ptrt_iter *it);

/* ---- what a script is ------------------------------------------------- */

struct ptrt_lock; /* one a guarded variable, made by the runtime */

enum ptrt_lock_mode {
	PTRT_LOCK_READ,	 /* with other readers */
	PTRT_LOCK_WRITE, /* alone */
	PTRT_LOCK_LOCAL, /* adds to this CPU's part of a statistic or a stats array;
			  * excludes only READ and WRITE, not other CPUs */
};
/* Sorted by variable: the one global order. */
struct ptrt_lock_use {
	uint16_t variable; /* index in script's locks */
	uint8_t mode;
};

enum ptrt_kind {
	PTRT_KIND_BEGIN,
	PTRT_KIND_END,
	PTRT_KIND_ERROR,
	PTRT_KIND_NEVER,
	PTRT_KIND_ENTRY,   /* function entry: ftrace, else kprobe */
	PTRT_KIND_RETURN,  /* function return */
	PTRT_KIND_ADDRESS, /* any instruction: kprobe */
	PTRT_KIND_TIMER,
	PTRT_KIND_USER,	       /* any instruction of user space: uprobe */
	PTRT_KIND_USER_RETURN, /* return of a function there */
	PTRT_KIND_TRACEPOINT,
};

enum {
	PTRT_FULL_REGS = 1 << 0, /* reads more than argument registers and sp */
	PTRT_OPTIONAL = 1 << 1,	 /* no warning if a site cannot be armed */
	PTRT_JIFFIES = 1 << 2,	 /* interval and randomize are in jiffies */
	PTRT_NO_FTRACE = 1 << 3, /* --mechanism=kprobe */
};

#define PTRT_ABSOLUTE 0xffffffffu
#define PTRT_USER 0xfffffffeu

struct ptrt_site {
	uint64_t address; /* link time */
	const char
		*symbol; /* ELF symbol that holds it, checked before arming */
	uint32_t offset; /* from that symbol */
	const char *function; /* for ppfunc() */
	unsigned section; /* number, from 1, in ptrt_script.sections; 0: it is
			   * in the kernel image; PTRT_ABSOLUTE: the address is
			   * that of the running kernel; PTRT_USER: it is in a
			   * file of user space */
};

/* A file of user space. */
struct ptrt_object {
	const char *path;
	/* A place of its code: link-time address, and offset in the file. */
	uint64_t address, offset;
	unsigned word; /* bytes of its addresses, 4 or 8 */
};

/* What else is needed of such a site. */
struct ptrt_user_site {
	uint64_t offset;    /* in the file */
	uint64_t semaphore; /* in the file: a counter to raise; 0: none */
	unsigned object;    /* the file's number in ptrt_script.objects */
};

struct ptrt_tracepoint {
	const char *name;
	const char *module; /* that defines it; NULL: the kernel */
};

/* A piece of code, link time; SECTION as in struct ptrt_site. */
struct ptrt_range {
	uint64_t start, end;
	unsigned section;
};

/* Code that the kernel rewrites; a lock prefix only while no second CPU has come
 * online. */
struct ptrt_patched {
	struct ptrt_range range;
	bool lock_prefix;
};

/* A function that must have called. */
struct ptrt_caller {
	const struct ptrt_range *ranges;
	unsigned n_ranges;
};

struct ptrt_probe {
	enum ptrt_kind kind;
	const char *point; /* as written in the script where that means several
			    * places, else resolved: for messages and pp() */
	const char *place; /* "file:line:col" */
	void (*handler)(struct ptrt_context *c);
	void (*entry)(
		struct ptrt_context *c); /* RETURN: saves values; or NULL */
	unsigned entry_size;		 /* bytes of them */
	const struct ptrt_lock_use *locks;
	unsigned n_locks;
	const struct ptrt_lock_use *entry_locks;
	unsigned n_entry_locks;
	/* 0: to be disarmed; may set an error.  NULL: always armed. */
	int64_t (*condition)(struct ptrt_context *c);
	const struct ptrt_lock_use *condition_locks;
	unsigned n_condition_locks;
	const struct ptrt_site *sites;
	unsigned n_sites;
	const struct ptrt_user_site *user_sites; /* one a site; or NULL */
	const struct ptrt_tracepoint *tracepoints;
	unsigned n_tracepoints;
	/* What pp() says at each site or tracepoint; NULL: the same at all. */
	const char *const *site_points;
	/* A hit counts only if it was called from the first, that from the
	 * second, and so on. */
	const struct ptrt_caller *callers;
	unsigned n_callers;
	/* Hits in user space count in this process and its descendants (0: in
	 * all), which run one of these files (none: any). */
	int64_t pid;
	const unsigned *programs; /* numbers in ptrt_script.objects */
	unsigned n_programs;
	unsigned flags;
	unsigned maxactive; /* 0: KRETACTIVE */
	int64_t priority;   /* begin, end, error: ascending */
	uint64_t interval;  /* timer, ns */
	uint64_t randomize;
};

struct ptrt_parameter { /* a scalar global that may be set at load: -G */
	const char *name;
	bool is_string;
	void *at;	       /* int64_t, or struct ptrt_strvar */
	size_t counter_offset; /* a counter in struct pg_percpu: at is NULL */
};

struct ptrt_limits; /* values of PTAP_LIMITS, in its order */

struct ptrt_script {
	unsigned api; /* PTRT_API */
	const struct ptrt_probe *probes;
	unsigned n_probes;
	const struct ptrt_map_desc *maps;
	unsigned n_maps;
	const char *const *locks; /* names of the guarded variables */
	unsigned n_locks;
	const struct ptrt_parameter *parameters;
	unsigned n_parameters;
	size_t percpu_size;		   /* of struct pg_percpu */
	void (*percpu_init)(void *percpu); /* may be NULL */
	size_t frame_size;   /* string memory that the deepest handler needs */
	const char *formats; /* as in wire.h, after the header */
	size_t formats_size;
	unsigned n_formats;
	const int64_t *limits;	     /* values in the order of PTAP_LIMITS */
	const char *const *warnings; /* printed when it starts */
	unsigned n_warnings;
	const unsigned char *build_id;
	unsigned build_id_length;
	uint64_t anchor; /* link-time address of relay_open; 0: no addresses */
	struct ptrt_section *sections;
	unsigned n_sections;
	const struct ptrt_object *objects; /* files of user space */
	unsigned n_objects;
	/* Code near the sites that the kernel patches, for the bundled engine, in
	 * order within a section. */
	const struct ptrt_patched *patched;
	unsigned n_patched;
	/* Code of the kernel that functions return to in place of their
	 * callers, link time; 0: none. */
	uint64_t trampolines[3];
};

/* Defined by the generated file. */
extern const struct ptrt_script ptrt_script;

/* ---- what tapset functions are made of -------------------------------- */

/* current, by its own fields (not namespaces) */
int64_t ptrt_pid(void);
int64_t ptrt_tid(void);
int64_t ptrt_ppid(void);
int64_t ptrt_uid(void);
int64_t ptrt_euid(void);
int64_t ptrt_gid(void);
int64_t ptrt_egid(void);
int64_t ptrt_pgrp(void);
int64_t ptrt_sid(void);
int64_t ptrt_cpu(void);
uint64_t ptrt_task(void); /* address of current */
/* 16 bytes of BUFFER are used. */
struct ptrt_str ptrt_execname(struct ptrt_context *c, char *buffer);
struct ptrt_str ptrt_pexecname(struct ptrt_context *c, char *buffer);

int64_t ptrt_time_real_ns(void); /* since the epoch */
int64_t ptrt_time_mono_ns(void);
int64_t ptrt_time_boot_ns(void);
int64_t ptrt_jiffies(void);
int64_t ptrt_hz(void);
int64_t ptrt_cycles(void);

int64_t ptrt_target(void);
bool ptrt_in_target_children(void);   /* current descends from target() */
bool ptrt_task_descends(int64_t pid); /* current is, or descends from, PID */
struct ptrt_str ptrt_module_name(void);
void ptrt_exit(struct ptrt_context *c);
void ptrt_abort(struct ptrt_context *c);

/* Site of this hit (looks it up where the mechanism did not say). */
const struct ptrt_site *ptrt_site(struct ptrt_context *c);
/* The probe point of this hit, its wildcards resolved, if the script asked for that
 * by pragma:point. */
const char *ptrt_point_text(struct ptrt_context *c);
/* Symbol of an address, "name" or "name+0x1c/0x40", or its hex; for ppfunc,
 * symname and the like. */
struct ptrt_str ptrt_symbol(struct ptrt_context *c, char *buffer,
			    uint64_t address, bool offset);
/* Instruction pointer of the hit in the kernel (the function's address for entry
 * and return probes), and in user space; 0: none. */
uint64_t ptrt_address(struct ptrt_context *c);
uint64_t ptrt_user_address(struct ptrt_context *c);
bool ptrt_user_mode(struct ptrt_context *c);

/* The C names of SystemTap's embedded code, next to what the translator defines
 * for each function (STAP_ARG_x, STAP_RETVALUE, STAP_RETURN). */
#define CONTEXT c
#define STAP_ERROR(...)                     \
	do {                                \
		ptrt_error(c, __VA_ARGS__); \
		goto out;                   \
	} while (0)

#include "data/stat_inline.h"
#ifdef PTRT_MATCH_CAPTURES
#include "data/match_inline.h"
#endif
#ifdef PTRT_WITH_DEREF
#include "access/deref.h"
#endif

#endif
