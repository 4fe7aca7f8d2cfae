/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the grammar's actions call: builders of tree nodes, with the checks that
 * a grammar cannot make.  Mistakes go to the session's collector; a node is
 * always made, so that parsing goes on.
 */
#ifndef PT_TREE_H
#define PT_TREE_H

#include "parse.h"
#include "preproc.h"

struct pt_parser {
	struct pt_session *session;
	struct pt_arena *arena;
	struct pt_file *file;
	struct pt_preproc *preproc;
	GArray *open;			 /* const struct pt_token *: brackets */
	const struct pt_token *closed;	 /* what LOOK closes; NULL: nothing */
	const struct pt_token *previous; /* before LOOK; NULL at the start */
	const struct pt_token *look;	 /* the last one that the parser got */
	const struct pt_token *pushed;	 /* read ahead; NULL: none */
	GPtrArray *wildcards; /* INDEX expressions with *, not yet allowed */
	GHashTable *global_names;     /* name -> struct pt_var */
	bool too_deep;		      /* was reported for this declaration */
	bool private_global;	      /* of the list being read */
	struct pt_function *function; /* whose parameters are being read */
	struct pt_foreach *foreach;   /* whose head is being read */
};

typedef const struct pt_token *pt_tok;

/* A joined span, within one macro or argument only. */
struct pt_span pt_tree_join(struct pt_span a, struct pt_span b);

GPtrArray *pt_tree_list(struct pt_parser *parser);
GPtrArray *pt_tree_add(GPtrArray *list, void *item);

/* ---- tree_expr.c ------------------------------------------------------- */

struct pt_expr *pt_tree_number(struct pt_parser *p, pt_tok token, bool minus);
struct pt_expr *pt_tree_string(struct pt_parser *p, pt_tok token);
struct pt_expr *pt_tree_embedded(struct pt_parser *p, pt_tok token);
struct pt_expr *pt_tree_name(struct pt_parser *p, pt_tok name);
struct pt_expr *pt_tree_index(struct pt_parser *p, struct pt_expr *base,
			      GPtrArray *keys, pt_tok close);
struct pt_expr *pt_tree_call(struct pt_parser *p, pt_tok name, GPtrArray *args,
			     pt_tok close);
struct pt_expr *pt_tree_unary(struct pt_parser *p, pt_tok op,
			      struct pt_expr *operand);
struct pt_expr *pt_tree_crement(struct pt_parser *p, pt_tok op,
				struct pt_expr *operand, bool prefix);
struct pt_expr *pt_tree_binary(struct pt_parser *p, struct pt_expr *left,
			       pt_tok op, struct pt_expr *right);
struct pt_expr *pt_tree_regex(struct pt_parser *p, struct pt_expr *left,
			      pt_tok op, pt_tok pattern);
struct pt_expr *pt_tree_in(struct pt_parser *p, GPtrArray *keys,
			   struct pt_span start, pt_tok op,
			   struct pt_expr *array);
struct pt_expr *pt_tree_ternary(struct pt_parser *p, struct pt_expr *condition,
				pt_tok op, struct pt_expr *yes,
				struct pt_expr *no);
struct pt_expr *pt_tree_assign(struct pt_parser *p, struct pt_expr *left,
			       pt_tok op, struct pt_expr *right);
struct pt_expr *pt_tree_parens(pt_tok open, struct pt_expr *inner,
			       pt_tok close);
struct pt_expr *pt_tree_target(struct pt_parser *p, pt_tok name);
/* @cast and @var. */
struct pt_expr *pt_tree_at_target(struct pt_parser *p, pt_tok word,
				  GPtrArray *args, pt_tok close);
struct pt_expr *pt_tree_member(struct pt_parser *p, struct pt_expr *base,
			       pt_tok arrow, pt_tok name);
struct pt_expr *pt_tree_subscript(struct pt_parser *p, struct pt_expr *base,
				  struct pt_expr *index, pt_tok close);
struct pt_expr *pt_tree_pretty(struct pt_parser *p, struct pt_expr *base,
			       pt_tok marks);
struct pt_expr *pt_tree_address(struct pt_parser *p, pt_tok op,
				struct pt_expr *operand);
/* SHIFT: NULL unless a second argument was given. */
struct pt_expr *pt_tree_stat(struct pt_parser *p, pt_tok word,
			     struct pt_expr *subject, struct pt_expr *shift,
			     pt_tok close);
/* PARAMS: low, high, width (NUMBER); NULL for @hist_log. */
struct pt_expr *pt_tree_hist(struct pt_parser *p, pt_tok word,
			     struct pt_expr *subject, struct pt_expr **params,
			     pt_tok close);
/* @defined and @entry. */
struct pt_expr *pt_tree_wrap(struct pt_parser *p, pt_tok word,
			     struct pt_expr *inner, pt_tok close);
struct pt_expr *pt_tree_at_word(struct pt_parser *p, pt_tok word,
				GPtrArray *args, pt_tok close);
/* An @word that nobody knows. */
void pt_tree_unknown_word(struct pt_parser *p, pt_tok word);

enum pt_stat_op pt_tree_stat_op(pt_tok word);

/* ---- tree_stmt.c ------------------------------------------------------- */

struct pt_stmt *pt_tree_stmt(struct pt_parser *p, enum pt_stmt_kind kind,
			     struct pt_span span);
struct pt_stmt *pt_tree_block(struct pt_parser *p, pt_tok open, GPtrArray *body,
			      pt_tok close);
struct pt_stmt *pt_tree_expr_stmt(struct pt_parser *p, struct pt_expr *expr);
/* DELETE and RETURN (EXPR may be NULL). */
struct pt_stmt *pt_tree_word_stmt(struct pt_parser *p, enum pt_stmt_kind kind,
				  pt_tok word, struct pt_expr *expr);
/* IF and WHILE. */
struct pt_stmt *pt_tree_branch(struct pt_parser *p, enum pt_stmt_kind kind,
			       pt_tok word, struct pt_expr *condition,
			       struct pt_stmt *then, struct pt_stmt *other);
struct pt_stmt *pt_tree_for(struct pt_parser *p, pt_tok word,
			    struct pt_expr *init, struct pt_expr *condition,
			    struct pt_expr *step, struct pt_stmt *body);
struct pt_stmt *pt_tree_foreach(struct pt_parser *p, pt_tok word,
				struct pt_foreach *head, struct pt_stmt *body);
struct pt_stmt *pt_tree_try(struct pt_parser *p, pt_tok word,
			    struct pt_stmt *body, pt_tok variable,
			    struct pt_stmt *handler);

/* The parts of a foreach: a name with its sort mark (SORT may be NULL). */
struct pt_sorted_name {
	struct pt_expr *name;
	pt_tok sort;
};
struct pt_sorted_name *pt_tree_sorted_name(struct pt_parser *p, pt_tok name,
					   pt_tok sort);
/* KEYS: struct pt_sorted_name *; VALUE may be NULL. */
struct pt_foreach *pt_tree_foreach_head(struct pt_parser *p,
					struct pt_sorted_name *value,
					GPtrArray *keys);
void pt_tree_foreach_array(struct pt_parser *p, struct pt_foreach *head,
			   struct pt_expr *array, GPtrArray *slice);
/* STAT: the @word before the mark, or NULL. */
void pt_tree_foreach_sort(struct pt_parser *p, struct pt_foreach *head,
			  pt_tok stat, pt_tok sort);

/* ---- tree_decl.c ------------------------------------------------------- */

/* A '%' behind the size of a global. */
void pt_tree_late_wrap(struct pt_parser *p, pt_tok mark);

struct pt_global_spec {
	bool is_private;
	pt_tok name;
	bool wrap;
	pt_tok size;	      /* NULL: none */
	struct pt_expr *init; /* NULL: none */
};
void pt_tree_global(struct pt_parser *p, const struct pt_global_spec *spec);

struct pt_function *pt_tree_function_head(struct pt_parser *p, pt_tok name,
					  bool is_private);
void pt_tree_param(struct pt_parser *p, GPtrArray *params, pt_tok name,
		   pt_tok type);
void pt_tree_function_type(struct pt_function *function, pt_tok type);
void pt_tree_priority(struct pt_parser *p, struct pt_function *function,
		      pt_tok number);
/* BODY or CODE. */
void pt_tree_function(struct pt_parser *p, struct pt_function *function,
		      struct pt_stmt *body, pt_tok code);

/* One more piece of a component's word; false if it does not belong to it. */
struct pt_point_component *pt_tree_component(struct pt_parser *p, pt_tok word);
bool pt_tree_component_more(struct pt_parser *p,
			    struct pt_point_component *component, pt_tok word);
void pt_tree_component_arg(struct pt_parser *p,
			   struct pt_point_component *component,
			   struct pt_expr *literal, pt_tok close);
/* Alternatives are lists of component lists: a point with braces is several. */
GPtrArray *pt_tree_alternative(struct pt_parser *p,
			       struct pt_point_component *component);
GPtrArray *pt_tree_product(struct pt_parser *p, GPtrArray *left,
			   GPtrArray *right, struct pt_span place);
GPtrArray *pt_tree_points(struct pt_parser *p, GPtrArray *alternatives,
			  pt_tok mark, struct pt_expr *condition);
void pt_tree_probe(struct pt_parser *p, pt_tok word, GPtrArray *points,
		   struct pt_stmt *body);

struct pt_alias_names {
	GPtrArray *points;
	bool epilogue;
	pt_tok op;
};
struct pt_alias_names *pt_tree_alias_name(struct pt_parser *p,
					  struct pt_alias_names *names,
					  GPtrArray *points, pt_tok op);
/* SECOND: the epilogue of `= P {}, {}`, or NULL. */
void pt_tree_alias(struct pt_parser *p, pt_tok word,
		   struct pt_alias_names *names, GPtrArray *points,
		   struct pt_stmt *first, struct pt_stmt *second);
void pt_tree_top_embedded(struct pt_parser *p, pt_tok token);

/* After every declaration, good or not. */
void pt_tree_declaration_done(struct pt_parser *p);

/* True if the script's language has what GATE stands for. */
bool pt_tree_has(const struct pt_parser *p, enum pt_gate gate);

/* Says that TOKEN needs guru mode unless it has it. */
void pt_tree_need_guru(struct pt_parser *p, pt_tok token);
/* True, and reports it, if a node of DEPTH is too deep. */
bool pt_tree_too_deep(struct pt_parser *p, struct pt_span span, unsigned depth);

/* ---- syntax.c ---------------------------------------------------------- */

/* Says what is wrong at LOOK: EXPECTED are the grammar's names of what would be
 * right there. */
void pt_syntax_error(struct pt_parser *p, const char *const *expected,
		     int count);

/* Leaves the rest of a broken declaration out: the next token is one that starts
 * another, or the end. */
void pt_syntax_skip(struct pt_parser *p);

#endif
