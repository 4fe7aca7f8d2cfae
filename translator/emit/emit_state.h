/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this room share.
 *
 * An expression becomes statements, written before the statement at work, and a
 * C text that gives its value (struct pt_emit_value).  The text is read once and
 * late; what could change in between says so in `changes`, and whoever writes a
 * side effect first saves such values (pt_emit_save).
 *
 * Names in the generated code: g_ globals, l_ locals and parameters, a_ string
 * parameters that the body assigns to; t1 longs, s1 strings, a1 addresses, k1
 * keys, e1 elements, i1 iterators; f->b1 string memory, f->m1 merged statistics;
 * p this CPU's variables, v values saved at the entry, at the record's end.
 */
#ifndef PT_EMIT_STATE_H
#define PT_EMIT_STATE_H

#include "../base/out.h"
#include "../regex/regex.h"
#include "emit.h"

/* What an expression changes, and what a value depends on. */
enum {
	PT_CHANGES_LOCALS = 1 << 0,
	PT_CHANGES_GLOBALS = 1 << 1,
	PT_CHANGES_WORLD = 1 << 2, /* prints, exit() */
};

struct pt_emit_value {
	const char *text;
	unsigned changes;  /* which side effects would change it */
	bool atom;	   /* short and free: may be read more than once */
	const char *s, *n; /* of a string: pointer and length, or NULL */
};

struct pt_emit_label {
	const char *name;
	bool used;
};

/* Numbers of temporaries: of one statement, and the most of a body. */
struct pt_emit_counts {
	unsigned longs, strings, addresses, keys, elements, buffers, sums;
	unsigned iterators, stats;
};

struct pt_emit_function {
	struct pt_function *function;
	const char *name; /* pg_fn_pid */
	unsigned changes;
	bool may_fail;
	bool done;
	bool frame;	     /* uses string memory */
	unsigned frame_size; /* bytes */
	bool measured;
	unsigned needed;    /* measured: bytes with all that it calls */
	unsigned actions;   /* statements of the longest way through */
	bool counts;	    /* counts them itself; actions is 0 */
	GPtrArray *callees; /* struct pt_emit_function * */
};

/* A loop that is open where code is written. */
struct pt_emit_loop {
	const char *iterator; /* to be ended on the way out, or NULL */
	struct pt_emit_label
		*step; /* where `continue` goes, or NULL: C's own */
};

/* Statements that all run or all do not (emit_actions.c). */
struct pt_emit_segment {
	gsize start; /* in the body's text */
	const char *place;
	struct pt_emit_label *fail;
};

/* A C function being written. */
struct pt_emit_body {
	struct pt_out *out;
	const char *name;
	const struct pt_bound *bound;	   /* handlers */
	struct pt_emit_function *function; /* functions */
	bool entry;		   /* the handler at a function's entry */
	const GPtrArray *rechecks; /* of handlers: see struct pt_bound */
	struct pt_emit_counts base, now, max;
	GArray *key_sizes;    /* unsigned, of k1, k2, ... */
	GArray *sum_buckets;  /* unsigned, of m1, m2, ... */
	GHashTable *vars;     /* locals that are mentioned */
	GHashTable *assigned; /* parameters that are assigned to */
	GPtrArray *loops;     /* struct pt_emit_loop * */
	GPtrArray *callees;   /* struct pt_emit_function * */
	struct pt_emit_label out_label, next_label;
	struct pt_emit_label *fail; /* where errors go */
	unsigned labels;
	unsigned actions; /* not paid for yet */
	bool counts;	  /* see emit_actions.c */
	struct pt_emit_segment segment;
	unsigned changes;
	bool uses_percpu, uses_entry, uses_record, uses_fault, uses_left;
};

struct pt_emit {
	struct pt_arena *arena;
	const struct pt_program *program;
	struct pt_out *out;
	struct pt_emit_body *body;
	GHashTable *names; /* struct pt_var * -> C name */
	GHashTable *taken; /* C names of globals and functions */
	GHashTable *
		functions; /* struct pt_function * -> struct pt_emit_function * */
	GPtrArray *regexes;  /* struct pt_emit_regex * */
	bool tagged;	     /* something asks what =~ found */
	GPtrArray *formats;  /* struct pt_emit_format * */
	GHashTable *foreach; /* struct pt_var * -> loops open at once */
	int64_t maxstringlen, maxaction, max_buckets;
	bool check_nesting; /* -D MAXNESTING: calls must be counted */
	bool uses_c_print;  /* STAP_PRINTF */
	unsigned frame_size;
	struct pt_error *error; /* the first */
};

/* ---- emit_name.c ------------------------------------------------------ */

/* The C name of a variable; of a local it is noted that it is used. */
const char *pt_emit_var(struct pt_emit *e, const struct pt_var *var);
/* STEM, or STEM_2, STEM_3... if it is taken; takes it. */
const char *pt_emit_unique(struct pt_emit *e, const char *stem);
/* C string: "near identifier 'x' at file:line:col". */
const char *pt_emit_place(struct pt_emit *e, const struct pt_expr *expr);
const char *pt_emit_stmt_place(struct pt_emit *e, struct pt_span span,
			       const char *word);
/* Temporaries of the statement at work. */
const char *pt_emit_long_temp(struct pt_emit *e);
const char *pt_emit_string_temp(struct pt_emit *e);
const char *pt_emit_address_temp(struct pt_emit *e);
const char *pt_emit_element_temp(struct pt_emit *e);
const char *pt_emit_stat_temp(struct pt_emit *e);
const char *pt_emit_iterator(struct pt_emit *e);
const char *pt_emit_key_temp(struct pt_emit *e, unsigned n_keys);
const char *pt_emit_buffer(struct pt_emit *e); /* "f->b1" */
const char *pt_emit_sum_temp(struct pt_emit *e, unsigned buckets);
/* A new label of the body: "done_1". */
struct pt_emit_label *pt_emit_label(struct pt_emit *e, const char *stem);

#define pt_emit_line(e, ...) pt_out_line((e)->body->out, __VA_ARGS__)

/* ---- emit_effects.c --------------------------------------------------- */

/* PT_CHANGES_* bits of evaluating EXPR (NULL: none). */
unsigned pt_emit_changes(struct pt_emit *e, const struct pt_expr *expr);
unsigned pt_emit_changes_list(struct pt_emit *e, const GPtrArray *list,
			      unsigned from);
/* Names of the parameters (struct pt_var *) that a body assigns to. */
void pt_emit_find_assigned(struct pt_stmt *stmt, GHashTable *ret);
/* How many foreach loops over each array may be open at once. */
void pt_emit_count_foreach(struct pt_emit *e);

/* ---- emit_expr.c ------------------------------------------------------ */

struct pt_emit_value pt_emit_value(struct pt_emit *e, const char *text,
				   unsigned changes, bool atom);
struct pt_emit_value pt_emit_literal(struct pt_emit *e, const char *text,
				     size_t length);
/* The value of EXPR, whose type is known. */
struct pt_emit_value pt_emit_expr(struct pt_emit *e,
				  const struct pt_expr *expr);
/* The same, safe against what is evaluated LATER (PT_CHANGES_*). */
struct pt_emit_value pt_emit_expr_before(struct pt_emit *e,
					 const struct pt_expr *expr,
					 unsigned later);
/* EXPR for its effects only. */
void pt_emit_discard(struct pt_emit *e, const struct pt_expr *expr);
/* Into a temporary of its own (a string's bytes, too). */
struct pt_emit_value pt_emit_save(struct pt_emit *e, struct pt_emit_value value,
				  enum pt_type type);
/* Something that may be read more than once. */
struct pt_emit_value pt_emit_atom(struct pt_emit *e, struct pt_emit_value value,
				  enum pt_type type);
/* Fills keys; "k1".  *WILD gets the bits of wildcards; LATER as above. */
const char *pt_emit_keys(struct pt_emit *e, const struct pt_var *map,
			 const GPtrArray *args, unsigned later, unsigned *wild);
/* Jumps to the body's error label if c->error is set. */
void pt_emit_check(struct pt_emit *e, const char *place);
/* TEXT without parentheses around all of it. */
const char *pt_emit_bare(struct pt_emit *e, const char *text);
/* Sets the error of the run, unless there is one. */
void pt_emit_refuse(struct pt_emit *e, struct pt_span span, const char *format,
		    ...) G_GNUC_PRINTF(3, 4);
/* Redirects what is written into a buffer of its own. */
struct pt_out *pt_emit_divert(struct pt_emit *e, unsigned indent);
/* Ends that: returns the text. */
const char *pt_emit_undivert(struct pt_emit *e, struct pt_out *before);

/* ---- emit_assign.c ---------------------------------------------------- */

/* = and the like, ++ and --.  UNUSED: nobody wants the value. */
struct pt_emit_value pt_emit_assign(struct pt_emit *e,
				    const struct pt_expr *expr, bool unused);
struct pt_emit_value pt_emit_crement(struct pt_emit *e,
				     const struct pt_expr *expr, bool unused);
/* VAR = text. */
void pt_emit_set(struct pt_emit *e, const struct pt_var *var, const char *text);
/* offsetof(struct pg_percpu, g_x) */
const char *pt_emit_offset(struct pt_emit *e, const struct pt_var *var);

/* ---- emit_arith.c ----------------------------------------------------- */

/* A OP B of longs; what can fail is checked.  EXPR: for the place. */
struct pt_emit_value pt_emit_arith(struct pt_emit *e,
				   const struct pt_expr *expr,
				   struct pt_emit_value a,
				   struct pt_emit_value b,
				   const struct pt_expr *b_expr);
struct pt_emit_value pt_emit_binary(struct pt_emit *e,
				    const struct pt_expr *expr);
struct pt_emit_value pt_emit_ternary(struct pt_emit *e,
				     const struct pt_expr *expr);

/* ---- emit_call.c ------------------------------------------------------ */

struct pt_emit_value pt_emit_call(struct pt_emit *e, const struct pt_expr *expr,
				  bool unused);
struct pt_emit_value pt_emit_embedded(struct pt_emit *e,
				      const struct pt_expr *expr);
/* What is known of FUNCTION (made at the first question). */
struct pt_emit_function *pt_emit_function_of(struct pt_emit *e,
					     struct pt_function *function);
/* All functions, callees first. */
void pt_emit_functions(struct pt_emit *e);
void pt_emit_embedded_function(struct pt_emit *e,
			       struct pt_emit_function *function);
/* #line, so that gcc's complaints name the script: what follows is line for line
 * the script's text at OFFSET in SPAN; until the second call.  Nothing for tapset
 * files. */
void pt_emit_source_line(struct pt_emit *e, struct pt_span span, size_t offset);
void pt_emit_source_end(struct pt_emit *e, struct pt_span span);
/* Does embedded code read memory with kread() or the like? */
bool pt_emit_uses_deref(struct pt_emit *e);
/* STAP_GLOBAL_GET_x and the like that the program's embedded code uses, and
 * STAP_PRINTF. */
void pt_emit_embedded_macros(struct pt_emit *e);

/* ---- emit_fetch.c ----------------------------------------------------- */

struct pt_emit_value pt_emit_target(struct pt_emit *e,
				    const struct pt_expr *expr);
/* The address that an assigned TARGET in memory is written to: a temporary. */
const char *pt_emit_store_address(struct pt_emit *e,
				  const struct pt_expr *expr);

/* ---- emit_store.c ----------------------------------------------------- */

/* =, op=, ++ and -- of a target variable. */
struct pt_emit_value pt_emit_store(struct pt_emit *e,
				   const struct pt_expr *expr, bool unused);

/* ---- emit_stat.c ------------------------------------------------------ */

/* The variable of SUBJECT (NAME or INDEX). */
const struct pt_var *pt_emit_stat_var(const struct pt_expr *subject);
/* Merges the statistic SUBJECT (NAME or INDEX); "&f->m1.stat". */
const char *pt_emit_sum(struct pt_emit *e, const struct pt_expr *subject);
struct pt_emit_value pt_emit_stat(struct pt_emit *e,
				  const struct pt_expr *expr);
struct pt_emit_value pt_emit_bucket(struct pt_emit *e,
				    const struct pt_expr *expr);
/* `n in @hist_log(s)`: is there such a bucket? */
struct pt_emit_value pt_emit_hist_in(struct pt_emit *e,
				     const struct pt_expr *expr);
const char *pt_emit_stat_word(enum pt_stat_op op); /* "PTRT_STAT_AVG" */
unsigned pt_emit_buckets(const struct pt_emit *e, const struct pt_var *var);
/* pg_warnings: what is said when the script starts; how many. */
unsigned pt_emit_warnings(struct pt_emit *e);
/* static const struct ptrt_stat_desc g_x_desc. */
void pt_emit_stat_desc(struct pt_emit *e, const struct pt_var *var);

/* ---- emit_regex.c ----------------------------------------------------- */

struct pt_emit_regex {
	const struct pt_expr *pattern; /* the first literal of this text */
	const char *name;
	struct pt_regex code;
};

/* Makes the matchers of all =~; notes whether the program asks what they found. */
void pt_emit_find_regexes(struct pt_emit *e);
/* #define lines of script.h's struct ptrt_match; the matchers. */
void pt_emit_regex_defines(struct pt_emit *e);
void pt_emit_regexes(struct pt_emit *e);
struct pt_emit_value pt_emit_regex(struct pt_emit *e,
				   const struct pt_expr *expr);
/* Does BODY, or a function it calls, ask what =~ found? */
bool pt_emit_asks_match(const struct pt_emit_body *body);

/* ---- emit_print.c ----------------------------------------------------- */

struct pt_emit_format {
	unsigned kind; /* enum ptap_format_kind */
	const char *text;
	size_t length;
};

struct pt_emit_value pt_emit_print(struct pt_emit *e,
				   const struct pt_expr *expr);
/* The number of a format; equal ones share it. */
unsigned pt_emit_format(struct pt_emit *e, unsigned kind, const char *text,
			size_t length);

/* ---- emit_stmt.c, emit_loop.c ----------------------------------------- */

/* TAIL: nothing follows in the function. */
void pt_emit_stmt(struct pt_emit *e, const struct pt_stmt *stmt, bool tail);
void pt_emit_block(struct pt_emit *e, const struct pt_stmt *stmt);
void pt_emit_while(struct pt_emit *e, const struct pt_stmt *stmt);
void pt_emit_for(struct pt_emit *e, const struct pt_stmt *stmt);
void pt_emit_foreach(struct pt_emit *e, const struct pt_stmt *stmt);
/* Counts one statement; before it, temporaries of the last one are free. */
void pt_emit_fresh(struct pt_emit *e);

/* ---- emit_actions.c --------------------------------------------------- */

/* The body of a handler or function; SPAN and WORD tell where it is. */
void pt_emit_counted(struct pt_emit *e, const struct pt_stmt *stmt,
		     struct pt_span span, const char *word);
/* What follows runs as a whole or not at all. */
void pt_emit_segment_begin(struct pt_emit *e, struct pt_span span,
			   const char *word);
/* Ends here.  Returns the actions that are not paid for, in body->actions, too. */
unsigned pt_emit_segment_end(struct pt_emit *e);

/* ---- emit_body.c ------------------------------------------------------ */

struct pt_emit_body *pt_emit_body_new(struct pt_emit *e, const char *name);
/* Writes declarations and body of the C function at work; RESULT: its return
 * statement, or NULL.  PARAMS: of a script function. */
void pt_emit_body_finish(struct pt_emit *e, const char *signature,
			 const GPtrArray *locals, const GPtrArray *params,
			 const char *result);
/* What handlers save at a function's entry: before the functions, which may read
 * it. */
void pt_emit_entries(struct pt_emit *e);
void pt_emit_handlers(struct pt_emit *e);
/* Has BOUND a function that tells whether it is to be armed? */
bool pt_emit_disarms(const struct pt_bound *bound);
/* String memory that the deepest handler needs, into e->frame_size. */
void pt_emit_measure(struct pt_emit *e, const struct pt_emit_body *body,
		     unsigned frame);
unsigned pt_emit_frame_bytes(struct pt_emit *e, const struct pt_emit_body *body,
			     unsigned n_string_locals);

/* ---- emit_table.c, emit_global.c, emit_limits.c, emit_engine.c -------- */

void pt_emit_globals(struct pt_emit *e);
bool pt_emit_has_percpu(struct pt_emit *e);
void pt_emit_tables(struct pt_emit *e);

/* The sections of modules, before all that reads their variables. */
void pt_emit_sections(struct pt_emit *e);
/* Code that the kernel patches near the script's probes, if it uses the bundled
 * engine: the table's length. */
unsigned pt_emit_patched(struct pt_emit *e);
/* Reads -D; sets maxstringlen, maxaction, check_nesting. */
struct pt_error *pt_emit_limits(struct pt_emit *e);
void pt_emit_limits_table(struct pt_emit *e);
/* #define lines of -D. */
void pt_emit_defines(struct pt_emit *e);

#endif
