/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probe families: what a probe point can be.  One file a family, one const table
 * of functions each, one list that names them all (families.c).
 */
#ifndef PT_PROBE_H
#define PT_PROBE_H

#include "../base/out.h"
#include "../base/session.h"
#include "../debuginfo/debuginfo.h"
#include "../lang/ast.h"

struct pt_family;

/* What families need beside the session. */
struct pt_probe_env {
	struct pt_session *session;
	struct pt_dbg *dbg; /* NULL until pt_probe_dbg() opened it */
	GHashTable
		*headers; /* enum pt_dbg_user and name, "0 kernel<linux/fs.h>",
			      * -> struct pt_dbg *; NULL: none opened yet */
	GPtrArray *modules;  /* struct pt_dbg *: those opened so far; or NULL */
	GPtrArray *sections; /* struct pt_dbg_section *: of modules, what the
			      * script needs; or NULL */
	GPtrArray
		*programs;  /* struct pt_dbg *: of user space, opened so far; or
			      * NULL */
	GPtrArray *objects; /* struct pt_object *: files of user space that the
			     * script has to do with; or NULL */
};

/* A program or a library; the runtime finds it by its path. */
struct pt_object {
	const char *path;
	unsigned number;    /* among the script's */
	struct pt_dbg *dbg; /* that probes in it were found by; NULL: only who
			     * runs it is asked */
};

/* The debuginfo of a module, opened at the first call for its name; *RET as by
 * pt_dbg_open_module(). */
struct pt_module_file;
struct pt_error *pt_probe_module(struct pt_probe_env *env,
				 const struct pt_module_file *file,
				 struct pt_dbg **ret);

/* The target's debuginfo, opened at the first call.  Its errors say what to
 * install. */
struct pt_error *pt_probe_dbg(struct pt_probe_env *env, struct pt_dbg **ret);

/*
 * A point bound to places: the unit that gets a handler.  Families make it; sema
 * fills the rest; emit writes one function and one table entry for it.
 */
struct pt_bound {
	const struct pt_family *family;
	const struct pt_point *point; /* as written (aliases expanded) */
	const char *text;	      /* canonical and resolved: what -l prints,
				       * kernel.function("vfs_read@fs/read_write.c:450") */
	bool optional;

	/* the family's: */
	GPtrArray *
		sites; /* struct pt_dbg_function *; empty for begin, timers... */
	bool is_return;
	bool at_entry;	  /* hits the first instruction of functions */
	int64_t priority; /* begin, end, error */
	int64_t interval; /* timer: ns, or jiffies */
	int64_t randomize;
	bool jiffies;
	unsigned maxactive;	  /* .maxactive(N), 0: default */
	const GPtrArray *callers; /* its sites' struct pt_dbg_caller * */
	const struct pt_process *process; /* whose hits count; NULL: in the
					   * kernel */

	/* sema's: */
	const struct pt_probe *source; /* the script's declaration */
	GPtrArray *chain; /* struct pt_point *: from what was written, through
			       * aliases, to point */
	struct pt_stmt *body; /* own copy: prologues, user's body, epilogues */
	struct pt_expr *condition; /* all of them, and-ed; or NULL */
	GPtrArray *condition_uses; /* struct pt_use *: that it reads */
	/* struct pt_bound *: probes that are disarmed while their condition is
	 * false, and this handler changes what the condition reads. */
	GPtrArray *rechecks, *entry_rechecks;
	GPtrArray *locals; /* struct pt_var * */
	GPtrArray
		*entries; /* struct pt_expr *: values of @entry() and of target
			       * variables in .return, saved at the entry;
			       * PT_EXPR_ENTRY's entry_slot counts these */
	GPtrArray *uses;  /* struct pt_use *: guarded variables, sorted */
	GPtrArray *entry_uses;
	bool full_regs;
	bool tells_point; /* its handler asks for the point of a site */
	const struct pt_bound
		*handler_of; /* whose handler it shares, or NULL */
	int index;
	const char *c_name; /* "pg_probe_3" */
};

enum pt_use_mode { PT_USE_READ, PT_USE_WRITE, PT_USE_LOCAL };
struct pt_use {
	struct pt_var *var;
	enum pt_use_mode mode;
};

struct pt_family {
	const char *name; /* "kernel.function": for messages */

	/* All its points, "timer.s(n).randomize(n)", with (n) or (s) for an
	 * argument: what a wildcard can mean.  Ends with NULL. */
	const char *const *shapes;

	/* The runtime disarms its probes while their conditions are false. */
	bool disarms;

	/* Is this point of this family?  Looks at names only. */
	bool (*match)(const struct pt_point *point);

	/* Adds what POINT stands for to RET (struct pt_bound *): one with several
	 * sites where SPLIT is false, one a site where it is true (the body has
	 * target variables).  No match: PT_E_NO_MATCH with suggestions.  Errors
	 * get the span of the component that is wrong. */
	struct pt_error *(*expand)(struct pt_probe_env *env,
				   const struct pt_point *point, bool split,
				   GPtrArray *ret);

	/*
	 * Resolves TARGET (PT_EXPR_TARGET: $x..., @var, $$vars, $return) in BOUND:
	 * replaces *TARGET by a tree of typed nodes: a TARGET with its fetch program
	 * and script operands in args; PT_EXPR_ENTRY around it where it must be saved
	 * at the function's entry; for $$vars and pretty printing a PRINT
	 * (sprintf) of such, a STRING, or a concatenation.  A TARGET whose type
	 * is STRING already is the text at the address (see user_text).  BOUND
	 * may be NULL (a function's body): then only @cast and @var work.
	 * NULL: this family has no target variables.
	 */
	struct pt_error *(*variable)(struct pt_probe_env *env,
				     struct pt_bound *bound,
				     struct pt_expr **target);

	/* For -L: "$name:type" of all variables there (const char *).  May be
	 * NULL. */
	struct pt_error *(*list_variables)(struct pt_probe_env *env,
					   const struct pt_bound *bound,
					   GPtrArray *ret);

	/* Writes the members of BOUND's struct ptrt_probe that are the family's
	 * (.kind = ..., .sites = ...); before it, tables it needs. */
	void (*emit_tables)(struct pt_out *out, const struct pt_bound *bound);
	void (*emit_members)(struct pt_out *out, const struct pt_bound *bound);
};

/* All families; the last is NULL. */
extern const struct pt_family *const pt_families[];

/* The family of POINT, or NULL with a PT_E_UNKNOWN_PROBE error in *ret_error
 * (nearest words suggested; EXTRA: alias names, const char *), or PT_E_UNSUPPORTED
 * for a family of the language that ptap does not have yet. */
const struct pt_family *pt_family_find(struct pt_arena *arena,
				       const struct pt_point *point,
				       const GPtrArray *extra,
				       struct pt_error **ret_error);

/* The points of all families that POINT, with wildcards in the names of its
 * components, can mean (struct pt_point *), with its arguments; added to RET. */
void pt_shapes_match(struct pt_arena *arena, const struct pt_point *point,
		     GPtrArray *ret);

/* Does POINT begin with something that NAME matches?  A * in POINT's words stands
 * for one component or a part of it, ** for several.  With EXACT arguments must be
 * the same, else only of one kind.  *rest gets the place in POINT behind it. */
bool pt_shapes_prefix(const struct pt_point *name, const struct pt_point *point,
		      bool exact, guint *rest);

#endif
