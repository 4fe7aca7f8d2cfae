/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the semantic passes share, and the passes themselves.  Each pass is one
 * function of one file; sema.c has their order.
 */
#ifndef PT_SEMA_CONTEXT_H
#define PT_SEMA_CONTEXT_H

#include "program.h"

/* A part of a probe's body with the file that it stands in, which decides what
 * its names mean. */
struct pt_piece {
	struct pt_stmt *stmt;
	struct pt_file *file;
};

/* A probe point without aliases, and the body that goes with it. */
struct pt_derived {
	const struct pt_probe *probe;
	const struct pt_point *point;
	const struct pt_family *family;
	bool optional;
	GPtrArray *chain;  /* struct pt_point *: written first */
	GPtrArray *pieces; /* struct pt_piece * */
	GPtrArray *guards; /* struct pt_piece *: expr statements, conditions */
	GPtrArray *locals; /* struct pt_var * */
	struct pt_stmt *body;
	struct pt_expr *condition;
	GPtrArray *bounds;  /* struct pt_bound *: what it became */
	GPtrArray *dropped; /* struct pt_dropped *: see resolve.c */
};

struct pt_dropped {
	const char *place;
	struct pt_error *error;
};

struct pt_sema {
	struct pt_session *session;
	struct pt_arena *arena;
	struct pt_diag *diag;
	struct pt_library *library;
	struct pt_program *program;
	struct pt_file *script;
	bool list; /* -l, -L: bodies are not looked at */
	bool list_variables;
	/* An error took something away that the rest may depend on: what is
	 * missing now says nothing, what is wrong is. */
	bool incomplete;
	GPtrArray *functions; /* struct pt_function *: reached, originals */
	GHashTable *reached;  /* set of those */
	GPtrArray *derived;   /* struct pt_derived * */
	GPtrArray
		*forgiven; /* struct pt_error *: why optional points vanished */
	GHashTable *origin; /* struct pt_bound * -> struct pt_derived * */
	GHashTable *copies; /* copied struct pt_function * -> its original */
	/* join.c: what files declare, and overloads that were put in order */
	GHashTable *global_names;   /* struct pt_file * -> name -> pt_var */
	GHashTable *function_names; /* ... -> name -> array of pt_function */
	GHashTable *chains;	    /* key -> the first struct pt_function * */
	GHashTable *reported;	    /* report.c: lines that are there already */
	GHashTable *summaries; /* effects.c: struct pt_function * -> effects */
	GHashTable *failing;   /* compare.c: struct pt_function * -> 0 or 1 */
	/* What could not be resolved: struct pt_expr * -> its struct pt_error *, or
	 * NULL if that only follows from another; struct pt_var * -> NULL. */
	GHashTable *failed;
};

typedef void pt_sema_pass(struct pt_sema *sema);

/* The passes, in order. */
pt_sema_pass pt_override_pass; /* -G */
pt_sema_pass pt_alias_pass;    /* probe points to bound probes */
pt_sema_pass pt_clone_pass;    /* functions with target variables, per probe */
pt_sema_pass pt_fold_pass;     /* @defined, constants, dead branches */
pt_sema_pass pt_dead_targets_pass;   /* what is never reached, with such */
pt_sema_pass pt_dead_pass;	     /* what is never reached */
pt_sema_pass pt_unused_targets_pass; /* values that nobody reads */
pt_sema_pass pt_resolve_pass;	     /* target variables */
pt_sema_pass pt_merge_pass;	     /* equal handlers become one */
pt_sema_pass pt_infer_pass;	     /* types */
pt_sema_pass pt_statcheck_pass;	     /* statistics and their parameters */
pt_sema_pass pt_check_pass;	     /* what only the whole tree shows */
pt_sema_pass pt_embedded_pass;	     /* what embedded C says of itself */
pt_sema_pass pt_impossible_pass;     /* comparisons that say nothing */
pt_sema_pass pt_display_pass;	     /* printing of globals at the end */
pt_sema_pass pt_prune_pass;	     /* what has no effect */
pt_sema_pass pt_share_pass;	     /* equal code is there once */
pt_sema_pass pt_stable_pass;	     /* values that are the same all along */
pt_sema_pass pt_uses_pass;	     /* locks, counters, nesting */
pt_sema_pass pt_naming_pass;	     /* numbers and names for pass 3 */

/* ---- join.c: files and what they declare ------------------------------ */

/* Takes a library file's declarations in; its probes are expanded later. */
void pt_join_file(struct pt_sema *sema, struct pt_file *file);

/* The global that NAME means in FILE, or NULL; may join a library file. */
struct pt_var *pt_join_global(struct pt_sema *sema, struct pt_file *file,
			      const char *name);

/* The private global NAME of FILE, or NULL. */
struct pt_var *pt_join_private_global(struct pt_sema *sema,
				      struct pt_file *file, const char *name);

/* The function that NAME with ARITY arguments means in FILE, first of its
 * overloads, or NULL; may join library files.  *other gets one of another arity. */
struct pt_function *pt_join_function(struct pt_sema *sema, struct pt_file *file,
				     const char *name, unsigned arity,
				     struct pt_function **other);

/* Names that could have been meant (const char *). */
GPtrArray *pt_join_function_names(struct pt_sema *sema);

/* ---- alias.c ----------------------------------------------------------- */

/* Reports that no probe is left, and why optional ones are not. */
void pt_alias_no_probes(struct pt_sema *sema);

/* ---- symbols.c --------------------------------------------------------- */

/* Gives every name in DERIVED's pieces and guards its meaning, and those in the
 * functions that it calls; makes DERIVED's body and condition. */
void pt_symbols_derived(struct pt_sema *sema, struct pt_derived *derived);

/* The same for a function that nothing may call, so that it is checked, too. */
void pt_symbols_function(struct pt_sema *sema, struct pt_function *function);

/* Copies BODY and CONDITION (may be NULL) of a handler with LOCALS so that the
 * copy has its own locals. */
void pt_symbols_copy(struct pt_sema *sema, const GPtrArray *locals,
		     struct pt_stmt **body, struct pt_expr **condition,
		     GPtrArray **ret_locals);

/* ---- bind.c ------------------------------------------------------------ */

/* Expands DERIVED by its family; adds the bound probes to the program.  An error
 * is handed back, so that `?` and `!` can forgive it. */
struct pt_error *pt_bind_derived(struct pt_sema *sema,
				 struct pt_derived *derived);

/* ---- effects.c: what a tree does -------------------------------------- */

enum pt_access {
	PT_ACCESS_READ = 1 << 0,
	PT_ACCESS_WRITE = 1 << 1, /* any assignment, delete */
	PT_ACCESS_ADD = 1 << 2, /* ++, --, += or -= of a scalar, value unused */
	PT_ACCESS_SET = 1 << 3, /* = of a scalar, value unused */
	PT_ACCESS_STAT = 1 << 4, /* <<< */
	PT_ACCESS_FOREACH = 1 << 5,
};

struct pt_effects {
	GHashTable
		*access; /* struct pt_var * (globals) -> enum pt_access bits */
	bool output;	 /* prints, embedded code that is not pure, =~ whose
			  * groups somebody asks for */
	bool target_write;
	bool targets;	/* has target variables of a probe's scope */
	bool full_regs; /* embedded code that reads registers at large */
	bool kernel_headers;
	bool point;	    /* embedded code that asks for the resolved point */
	uint64_t registers; /* that target variables read */
	unsigned depth;	    /* nested calls below */
	bool recursive;
};

/* Effects of BODY and CONDITION (either may be NULL) and of the functions called.
 * What a function does is remembered until the pass ends, or until
 * pt_effects_forget(): a pass that changes functions and asks again says so. */
struct pt_effects *pt_effects_of(struct pt_sema *sema, struct pt_stmt *body,
				 struct pt_expr *condition);
/* Effects of a call of FUNCTION, arguments not counted. */
struct pt_effects *pt_effects_of_function(struct pt_sema *sema,
					  struct pt_function *function);
unsigned pt_effects_access(const struct pt_effects *effects,
			   const struct pt_var *var);
void pt_effects_forget(struct pt_sema *sema);
/* Evaluating EXPR changes nothing that anybody could notice. */
bool pt_effects_pure(struct pt_sema *sema, struct pt_expr *expr);

/* Is EXPR a target variable that only a probe's place gives a meaning ($x, $$x)? */
bool pt_effects_needs_probe(const struct pt_expr *expr);

/* ---- resolve.c: target variables --------------------------------------- */

struct pt_unit;

/* Resolves one TARGET; the error has its place. */
struct pt_error *pt_resolve_target(struct pt_sema *sema,
				   const struct pt_unit *unit,
				   struct pt_expr **target);

/* ---- autocast.c: what script values point to --------------------------- */

/* PLACE could not be resolved. */
typedef void pt_autocast_failed(void *data, const struct pt_unit *unit,
				struct pt_expr **place, struct pt_error *error);

/* Resolves every DEREF, and what @defined and @enumname ask of such values.
 * True: a @defined became a number, so that more can be folded. */
bool pt_autocast(struct pt_sema *sema, pt_autocast_failed *failed, void *data);

/* ---- fold.c ------------------------------------------------------------ */

enum pt_fold_answer {
	PT_FOLD_NO,
	PT_FOLD_YES,
	PT_FOLD_LATER,	   /* when the types of script values are known */
	PT_FOLD_SOMETIMES, /* at some hits */
};

/* @defined(EXPR).  *RET_KNOWN gets what says it of a hit, for PT_FOLD_SOMETIMES. */
enum pt_fold_answer pt_fold_defined(struct pt_sema *sema,
				    const struct pt_unit *unit,
				    const struct pt_expr *expr,
				    struct pt_expr **ret_known);

/* ---- atword.c: @const, @kderef and the like ---------------------------- */

/* The call that an @enumname stands for, whose value has a shape; the error has
 * its place. */
struct pt_error *pt_atword_enumname(struct pt_sema *sema,
				    struct pt_expr **place);

/* Puts what an ATOP stands for in its place, or leaves an @enumname whose type is
 * not known yet; the error has its place. */
struct pt_error *pt_atword_expand(struct pt_sema *sema,
				  const struct pt_unit *unit,
				  struct pt_expr **place);

/* ---- compare.c --------------------------------------------------------- */

/* Same meaning?  Locals of one list stand for those at the same place of the
 * other; copies of a function are compared by what is in them. */
bool pt_compare_bound(struct pt_sema *sema, const struct pt_bound *a,
		      const struct pt_bound *b);
/* The same code, once types are known?  Not if one could fail where the other
 * cannot: messages name the place. */
bool pt_compare_handler(struct pt_sema *sema, const struct pt_bound *a,
			const struct pt_bound *b);
bool pt_compare_function(struct pt_sema *sema, struct pt_function *a,
			 struct pt_function *b);
bool pt_compare_expr(struct pt_sema *sema, const struct pt_expr *a,
		     const struct pt_expr *b);

/* ---- alike.c: what is worth comparing --------------------------------- */

/* A hash of BODY, of FUNCTION's body: equal for what pt_compare_*() finds the
 * same.  FUNCTIONS keeps those of functions (struct pt_function * -> guint). */
guint pt_alike_body(GHashTable *functions, struct pt_stmt *body);
guint pt_alike_function(GHashTable *functions, struct pt_function *function);

/* The list that SEEN keeps for HASH, empty at first. */
GPtrArray *pt_alike_list(struct pt_sema *sema, GHashTable *seen, guint hash);

/* ---- printcheck.c ------------------------------------------------------ */

/* Types that the arguments of PRINT must have: RET gets one a argument,
 * PT_TYPE_UNKNOWN where any will do.  Errors have their place. */
struct pt_error *pt_printcheck_types(struct pt_sema *sema,
				     const struct pt_expr *print,
				     enum pt_type *ret);

/* ---- prune.c ----------------------------------------------------------- */

/* Drops functions that no probe calls any more. */
void pt_prune_functions(struct pt_sema *sema);

/* Says that nothing calls FUNCTION, so that it is left out. */
void pt_prune_uncalled(struct pt_sema *sema,
		       const struct pt_function *function);

/* ---- report.c: what the optimiser did ---------------------------------- */

void pt_report_removed(struct pt_sema *sema, struct pt_span span,
		       const char *format, ...) G_GNUC_PRINTF(3, 4);
void pt_report_merged(struct pt_sema *sema, struct pt_span span,
		      const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The lines of both, if -v was given. */
void pt_report_print(GString *to, const struct pt_program *program);

/* ---- infer.c ----------------------------------------------------------- */

/* Infers types in BOUND alone, when all globals have theirs (display.c). */
void pt_infer_bound(struct pt_sema *sema, struct pt_bound *bound);

/* ---- listing.c --------------------------------------------------------- */

/* -l and -L: writes the points; false: an error was reported. */
bool pt_listing_write(struct pt_sema *sema, GString *to);

/* A point as it is listed. */
struct pt_listed {
	const char *name; /* first: points are sorted by it */
	const struct pt_bound *bound;
	GPtrArray *variables; /* "$name:type" (const char *); NULL for -l */
};

/* ---- listing_json.c ---------------------------------------------------- */

/* --json: the N POINTS, sorted, as one document. */
void pt_listing_json(struct pt_sema *sema, const struct pt_listed *points,
		     guint n, GString *to);

/* ---- make.c: new trees ------------------------------------------------- */

struct pt_expr *pt_make_expr(struct pt_sema *sema, enum pt_expr_kind kind,
			     struct pt_span span);
struct pt_expr *pt_make_number(struct pt_sema *sema, struct pt_span span,
			       int64_t number);
struct pt_expr *pt_make_string(struct pt_sema *sema, struct pt_span span,
			       const char *text);
struct pt_expr *pt_make_name(struct pt_sema *sema, struct pt_var *var);
struct pt_stmt *pt_make_stmt(struct pt_sema *sema, enum pt_stmt_kind kind,
			     struct pt_span span);
struct pt_stmt *pt_make_expr_stmt(struct pt_sema *sema, struct pt_expr *expr);

/* A handler, function or condition to be worked on. */
struct pt_unit {
	struct pt_bound *bound;	      /* NULL in functions without $targets */
	struct pt_function *function; /* NULL: BOUND's body itself */
	struct pt_file *file;
};

/* Takes the probes in GONE (struct pt_bound *) and their copies of functions out
 * of the program. */
void pt_make_without(struct pt_sema *sema, GHashTable *gone);

/* Does the text at SPAN stand in the user's script, not in a library file?  What
 * a library's macro says is the library's. */
bool pt_make_user_written(struct pt_span span);

/* Calls WORK for each handler and each function in use. */
void pt_make_each_unit(struct pt_sema *sema,
		       void (*work)(struct pt_sema *sema,
				    const struct pt_unit *unit, void *data),
		       void *data);

#endif
