/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of a script.  The parser makes it, sema writes its findings into the
 * fields marked "sema:", emit reads it.  All nodes live in the run's arena.
 *
 * Section numbers are those of the language description, doc/LANGUAGE.md.
 */
#ifndef PT_AST_H
#define PT_AST_H

#include "../base/source.h"

enum pt_type { PT_TYPE_UNKNOWN, PT_TYPE_LONG, PT_TYPE_STRING, PT_TYPE_STATS };

const char *pt_type_name(enum pt_type type); /* "long", "string", ... */

struct pt_expr;
struct pt_stmt;
struct pt_var;
struct pt_function;
struct pt_probe;
struct pt_bound;
struct pt_fetch;
struct pt_shape;
struct pt_store;
struct pt_file;

/* The parser refuses trees that are deeper, so passes may recurse. */
#define PT_MAX_DEPTH 1000

/* ---- expressions ------------------------------------------------------ */

enum pt_expr_kind {
	PT_EXPR_NUMBER,
	PT_EXPR_STRING,
	PT_EXPR_NAME,  /* a variable */
	PT_EXPR_INDEX, /* array element, slice in foreach and delete */
	PT_EXPR_CALL,
	PT_EXPR_UNARY,	 /* + - ! ~ */
	PT_EXPR_CRUMENT, /* ++ and --, before or behind */
	PT_EXPR_BINARY,	 /* all of levels 4 to 8, 10 to 14 but regex */
	PT_EXPR_REGEX,	 /* =~ and !~ */
	PT_EXPR_IN,
	PT_EXPR_TERNARY,
	PT_EXPR_ASSIGN,	  /* = and op=, <<< */
	PT_EXPR_TARGET,	  /* $name, $$vars, @var, @cast, with ->m [i] $ $$ & */
	PT_EXPR_DEREF,	  /* script value ->m: autocast */
	PT_EXPR_STAT,	  /* @count(s) ... */
	PT_EXPR_HIST,	  /* @hist_log(s), @hist_linear(s,a,b,c), maybe [i] */
	PT_EXPR_PRINT,	  /* print family */
	PT_EXPR_DEFINED,  /* @defined(e) */
	PT_EXPR_ENTRY,	  /* @entry(e) */
	PT_EXPR_ATOP,	  /* the other @words: name and arguments */
	PT_EXPR_EMBEDDED, /* %{ ... %} as a value */
};

enum pt_op {
	PT_OP_NONE,
	PT_OP_ADD,
	PT_OP_SUB,
	PT_OP_MUL,
	PT_OP_DIV,
	PT_OP_MOD,
	PT_OP_SHL,
	PT_OP_SHR,
	PT_OP_USHR,
	PT_OP_AND,
	PT_OP_OR,
	PT_OP_XOR,
	PT_OP_CONCAT,
	PT_OP_LT,
	PT_OP_GT,
	PT_OP_LE,
	PT_OP_GE,
	PT_OP_EQ,
	PT_OP_NE,
	PT_OP_LOG_AND,
	PT_OP_LOG_OR,
	PT_OP_MATCH,
	PT_OP_NOMATCH, /* =~ !~ */
	PT_OP_NOT,
	PT_OP_COMPL,
	PT_OP_NEG,
	PT_OP_PLUS, /* ! ~ - + */
	PT_OP_INC,
	PT_OP_DEC,
	PT_OP_STAT_ADD, /* <<<, only in PT_EXPR_ASSIGN */
};

const char *pt_op_text(enum pt_op op); /* "+", "<<<" */

enum pt_stat_op {
	PT_STAT_COUNT,
	PT_STAT_SUM,
	PT_STAT_MIN,
	PT_STAT_MAX,
	PT_STAT_AVG,
	PT_STAT_VARIANCE,
};

enum pt_hist_kind { PT_HIST_NONE, PT_HIST_LOG, PT_HIST_LINEAR };

/* One step behind a target variable. */
struct pt_component {
	enum { PT_COMPONENT_MEMBER, PT_COMPONENT_INDEX } kind;
	const char *name;      /* MEMBER */
	struct pt_expr *index; /* INDEX */
	struct pt_span span;
};

/* The print family: print, println, printd, printdln, printf, print_char and
 * the s-forms. */
struct pt_print {
	const char *name;	/* as written */
	bool to_string;		/* sprint* */
	bool newline;		/* *ln */
	bool formatted;		/* *printf */
	bool is_char;		/* print_char */
	bool delimited;		/* *printd* */
	struct pt_expr *format; /* literal: format or delimiter; or NULL */
};

struct pt_expr {
	enum pt_expr_kind kind;
	enum pt_type type; /* sema: PT_TYPE_UNKNOWN until known */
	struct pt_span span;
	struct pt_span op_span; /* the operator's or the word's own token */
	enum pt_op op;		/* UNARY CRUMENT BINARY REGEX ASSIGN */
	bool prefix;		/* CRUMENT: ++x */
	bool parens;		/* was written in parentheses */
	unsigned depth;		/* levels of nodes below, see PT_MAX_DEPTH */
	struct pt_expr *left;	/* operand; condition of TERNARY; base of INDEX
				 * (NAME or HIST); subject of STAT, HIST, DEFINED,
				 * ENTRY, DEREF; array of IN */
	struct pt_expr *right;	/* BINARY, REGEX, ASSIGN; true arm of TERNARY */
	struct pt_expr *third;	/* false arm of TERNARY */
	GPtrArray *args;  /* struct pt_expr *: CALL, PRINT, ATOP, INDEX and
				 * IN keys (NULL element: the wildcard *) */
	int64_t number;	  /* NUMBER; shift of @variance; PT_PRAGMA_* of
				 * EMBEDDED */
	const char *text; /* STRING (bytes, may hold NUL), NAME, CALL, TARGET
				 * ("$x", "$$vars", "@var", "@cast"), ATOP ("@enum"),
				 * EMBEDDED (the C text between the marks) */
	size_t length;	  /* STRING, EMBEDDED */
	enum pt_stat_op stat;	/* STAT */
	enum pt_hist_kind hist; /* HIST */
	int64_t hist_low, hist_high, hist_width;
	struct pt_print *print; /* PRINT */

	/* TARGET and DEREF */
	GPtrArray *components; /* struct pt_component *, may be empty */
	bool address_of;       /* &$x->m */
	unsigned pretty;       /* 0; 1: trailing $; 2: trailing $$ */
	bool user_text; /* sema: a TARGET of type STRING is the text at the
				* address that fetch leaves; in user memory;
				* number: its most bytes, 0: any */

	/* sema: */
	struct pt_var *var; /* NAME: what it is; base NAME of INDEX, IN */
	struct pt_function *function; /* CALL */
	struct pt_fetch *fetch; /* TARGET, DEREF, @cast, @var: the load; its
				       * script operands are in args */
	bool assigned;		/* TARGET, DEREF: is written to */
	const struct pt_store *store; /* then: where; operands as of fetch */
	const struct pt_shape *shape; /* what the value can be taken for; NULL:
				       * a number */
	int entry_slot;	   /* ENTRY: index in the probe's entry values */
	bool value_unused; /* statement expression */
};

/* ---- statements ------------------------------------------------------- */

enum pt_stmt_kind {
	PT_STMT_BLOCK,
	PT_STMT_EMPTY,
	PT_STMT_EXPR,
	PT_STMT_IF,
	PT_STMT_WHILE,
	PT_STMT_FOR,
	PT_STMT_FOREACH,
	PT_STMT_BREAK,
	PT_STMT_CONTINUE,
	PT_STMT_RETURN,
	PT_STMT_NEXT,
	PT_STMT_DELETE,
	PT_STMT_TRY,
	PT_STMT_EMBEDDED, /* body of an embedded-C function */
};

struct pt_foreach {
	GPtrArray *keys;       /* struct pt_expr * (NAME) */
	struct pt_expr *value; /* NAME or NULL */
	struct pt_expr *array; /* NAME or HIST */
	GPtrArray *slice; /* struct pt_expr *, NULL element: *; NULL: none */
	struct pt_expr *limit;	   /* or NULL */
	int sort_direction;	   /* 0 none, 1 ascending, -1 descending */
	int sort_column;	   /* 0: the value; k: k-th key, from 1 */
	enum pt_stat_op sort_stat; /* stats arrays sorted by value */
	bool sort_stat_given;
	struct pt_span sort_span;
};

struct pt_stmt {
	enum pt_stmt_kind kind;
	struct pt_span span;
	unsigned depth;	      /* levels of nodes below, see PT_MAX_DEPTH */
	GPtrArray *body;      /* BLOCK: struct pt_stmt * */
	struct pt_expr *init; /* FOR, may be NULL */
	struct pt_expr
		*expr; /* EXPR; condition (FOR: may be NULL); RETURN value
				 * (may be NULL); DELETE operand; TRY variable (may
				 * be NULL) */
	struct pt_expr *step;  /* FOR, may be NULL */
	struct pt_stmt *then;  /* IF, loops, TRY body */
	struct pt_stmt *other; /* else, catch; may be NULL */
	struct pt_foreach *foreach;
	const char *code; /* EMBEDDED */
	size_t code_length;
};

/* ---- declarations ----------------------------------------------------- */

enum pt_var_kind { PT_VAR_GLOBAL, PT_VAR_LOCAL, PT_VAR_PARAM };

struct pt_var {
	enum pt_var_kind kind;
	const char *name;
	struct pt_span span; /* declaration, or first use of a local */
	struct pt_file *file;
	bool is_private;
	bool wrap;	      /* % */
	int64_t size;	      /* declared size, 0: none */
	struct pt_expr *init; /* literal or NULL */

	/* sema: */
	enum pt_type type;	      /* of a scalar or of an array's values */
	const struct pt_shape *shape; /* what its value can be taken for */
	const struct pt_shape *key_shapes[9];
	int arity; /* 0 scalar, 1..9 array, -1 not known yet */
	enum pt_type keys[9];
	struct pt_span type_span; /* what decided the type */
	struct pt_span arity_span;
	struct pt_span key_spans[9];
	unsigned stats_used; /* bit mask of 1 << enum pt_stat_op */
	unsigned variance_shift;
	enum pt_hist_kind hist;
	int64_t hist_low, hist_high, hist_width;
	bool read, written;
	bool add_only; /* handlers only add to it: kept per CPU, no lock */
	int index;     /* unique among globals; emission order */
	const char *c_name;
};

struct pt_function {
	const char *name;
	struct pt_span span;
	struct pt_file *file;
	bool is_private;
	GPtrArray *params;	  /* struct pt_var * */
	enum pt_type return_type; /* declared, or sema: inferred */
	struct pt_span type_span;
	const struct pt_shape *shape; /* of what it returns */
	int priority;		      /* 0 user default, 1 library default */
	bool priority_given;
	struct pt_stmt *body; /* BLOCK, or EMBEDDED */
	bool embedded;
	unsigned pragmas; /* PT_PRAGMA_* found in embedded C */
	/* sema: */
	GPtrArray *locals;		   /* struct pt_var * */
	struct pt_function *next_overload; /* where `next` goes */
	struct pt_bound
		*bound; /* has target variables: the copy for this probe */
	bool recursive;
	bool used;
	int index;
	const char *c_name;
};

/* The pragma comments of embedded C (section 10). */
enum {
	PT_PRAGMA_PURE = 1 << 0,
	PT_PRAGMA_STABLE = 1 << 1,
	PT_PRAGMA_UNPRIVILEGED = 1 << 2,
	PT_PRAGMA_GURU = 1 << 3,
	PT_PRAGMA_STRING = 1 << 4,
	PT_PRAGMA_UNMANGLED = 1 << 5,
	PT_PRAGMA_UNMODIFIED_FNARGS = 1 << 6,
	PT_PRAGMA_KERNEL_HEADERS = 1
				   << 7, /* library code that includes linux/ */
	PT_PRAGMA_FULL_REGS = 1 << 8,	 /* reads registers at large */
	PT_PRAGMA_TAGGED_DFA = 1 << 9,	 /* asks what =~ found */
	PT_PRAGMA_POINT = 1 << 10,	 /* asks for the resolved point */
};

/* The PT_PRAGMA_* bits of a piece of embedded C. */
unsigned pt_pragmas(const char *code, size_t length);

enum pt_point_arg { PT_ARG_NONE, PT_ARG_NUMBER, PT_ARG_STRING };

struct pt_point_component {
	const char *name; /* may hold * and ** */
	enum pt_point_arg arg;
	int64_t number;
	const char *text;
	struct pt_span span;
};

struct pt_point {
	GPtrArray *
		components; /* struct pt_point_component *; {a,b} is expanded */
	bool optional;	    /* ? */
	bool sufficient;    /* ! */
	struct pt_expr *condition; /* or NULL */
	struct pt_span span;
};

/* The point's text in canonical form: kernel.function("x").return */
const char *pt_point_text(struct pt_arena *arena, const struct pt_point *point);

struct pt_probe {
	GPtrArray *points; /* struct pt_point * */
	struct pt_stmt *body;
	struct pt_span span;
	struct pt_file *file;
};

struct pt_alias {
	GPtrArray *names; /* struct pt_point *: what it defines (a = b = ...) */
	GPtrArray *points; /* struct pt_point *: what it stands for */
	struct pt_stmt
		*prologue; /* `=` body, or first of `= {} , {}`; or NULL */
	struct pt_stmt *epilogue; /* `+=` body, or second; or NULL */
	struct pt_span span;
	struct pt_file *file;
};

struct pt_embedded { /* %{ ... %} at top level */
	const char *code;
	size_t length;
	struct pt_span span;
	struct pt_file *file;
};

struct pt_file {
	const struct pt_source *source;
	bool library;	    /* tapset file: embedded C allowed */
	bool joined;	    /* sema: a library file that something refers to */
	GPtrArray *globals; /* struct pt_var * */
	GPtrArray *functions; /* struct pt_function * */
	GPtrArray *probes;    /* struct pt_probe * */
	GPtrArray *aliases;   /* struct pt_alias * */
	GPtrArray *embedded;  /* struct pt_embedded * */
};

#endif
