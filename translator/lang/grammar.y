%code top {
/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar (sections 3 to 6, 10 to 12).  Statements need no separator, so
 * after an expression everything that can go on with it does: that is what the
 * precedence LOWEST of the rules that end an expression says.
 */
}

%code requires {
#include "tree.h"
}

%define api.pure full
%define api.prefix {pt_yy}
%define api.token.prefix {T_}
%define parse.error custom
%define parse.lac full
%param { struct pt_parser *p }
%expect 0

%union {
	const struct pt_token *token;
	struct pt_expr *expr;
	struct pt_expr *literals[3];
	struct pt_stmt *stmt;
	struct pt_foreach *foreach;
	struct pt_sorted_name *sorted;
	struct pt_function *function;
	struct pt_point_component *component;
	struct pt_alias_names *names;
	GPtrArray *list;
	bool flag;
}

%code {
static int pt_yylex(PT_YYSTYPE *value, struct pt_parser *p);

/* Syntax errors come by yyreport_syntax_error(); this one is for the parser's
 * stack. */
static void pt_yyerror(struct pt_parser *p, const char *message)
{
	(void)message;
	pt_tree_too_deep(p, p->look->span, PT_MAX_DEPTH + 1);
}
}

%token <token>
	PROBE "'probe'" GLOBAL "'global'" PRIVATE "'private'"
	FUNCTION "'function'" IF "'if'" ELSE "'else'" FOR "'for'"
	FOREACH "'foreach'" IN "'in'" LIMIT "'limit'" RETURN "'return'"
	DELETE "'delete'" WHILE "'while'" BREAK "'break'"
	CONTINUE "'continue'" NEXT "'next'" STRING_TYPE "'string'"
	LONG "'long'" TRY "'try'" CATCH "'catch'"
	NAME "a name" NUMBER "a number" STRING "a string"
	TARGET "a target variable" PRETTY "'$'"
	EMBEDDED "embedded C code"
	STAT "a statistic" HIST_LOG "'@hist_log'"
	HIST_LINEAR "'@hist_linear'" CAST "'@cast'" VAR "'@var'"
	DEFINED "'@defined'" ENTRY "'@entry'" AT_WORD "an operator word"
	ADD_ASSIGN "'+='" ASSIGN_OP "an assignment operator"
	COMPARE "a comparison" REGEX "'=~'" LOG_AND "'&&'" LOG_OR "'||'"
	SHIFT "a shift" INC "'++'" DEC "'--'" ARROW "'->'"
	'{' '}' '(' ')' '[' ']' ',' ';' ':' '?' '!' '~' '+' '-' '*' '/' '%'
	'.' '&' '|' '^' '='

/* These never reach a rule. */
%token <token> AT_DEFINE "'@define'" AT_UNKNOWN "an unknown word"
	PP_OPEN "'%('" PP_THEN "'%?'" PP_ELSE "'%:'" PP_CLOSE "'%)'"
	JUNK "a mistake"

%precedence LOWEST
%precedence ELSE ';'
%precedence NAME NUMBER STRING TARGET EMBEDDED STAT HIST_LOG HIST_LINEAR CAST
	VAR DEFINED ENTRY AT_WORD
%right '=' ADD_ASSIGN ASSIGN_OP
%right '?' ':'
%left LOG_OR
%left LOG_AND
%left '|'
%left '^'
%left '&'
%precedence IN
%left COMPARE REGEX
%left SHIFT
%left '.'
%left '+' '-'
%left '*' '/' '%'
%precedence UNARY '!' '~'
%precedence INC DEC
%precedence '[' '('

%type <expr> expr primary postfix hist literal number opt_expr opt_init
	index_arg indexable opt_condition opt_limit
%type <list> args opt_args index_args stmts points point alternatives
	components component opt_slice foreach_keys key_list
%type <stmt> stmt block
%type <foreach> foreach_vars foreach_head
%type <sorted> sorted_name
%type <function> function_head function_name function_open function_params
%type <component> word
%type <names> alias_names
%type <literals> hist_params
%type <token> member keyword word_start word_more opt_mark opt_type opt_sort
	opt_size type
%type <flag> opt_wrap

%%

script:
  %empty
| script declaration		{ pt_tree_declaration_done(p); }
| script error			{
	pt_syntax_skip(p);
	pt_tree_declaration_done(p);
	yyerrok;
	yyclearin;
  }
;

declaration:
  probe
| alias
| global
| function
| EMBEDDED			{ pt_tree_top_embedded(p, $1); }
;

/* ---- probes ---- */

probe:
  PROBE points block		{ pt_tree_probe(p, $1, $2, $3); }
;

alias:
  PROBE alias_names points block
				{ pt_tree_alias(p, $1, $2, $3, $4, NULL); }
| PROBE alias_names points block ',' block
				{ pt_tree_alias(p, $1, $2, $3, $4, $6); }
;

alias_names:
  point '='		{ $$ = pt_tree_alias_name(p, NULL, $1, $2); }
| point ADD_ASSIGN	{ $$ = pt_tree_alias_name(p, NULL, $1, $2); }
| alias_names point '='	{ $$ = pt_tree_alias_name(p, $1, $2, $3); }
| alias_names point ADD_ASSIGN
			{ $$ = pt_tree_alias_name(p, $1, $2, $3); }
;

points:
  point
| points ',' point	{ g_ptr_array_extend($1, $3, NULL, NULL); $$ = $1; }
;

point:
  components opt_mark opt_condition
			{ $$ = pt_tree_points(p, $1, $2, $3); }
;

opt_mark:
  %empty		{ $$ = NULL; }
| '?'
| '!'
;

opt_condition:
  %empty		{ $$ = NULL; }
| IF '(' expr ')'	{ $$ = $3; }
;

components:
  component
| components '.' component
			{ $$ = pt_tree_product(p, $1, $3, $2->span); }
;

component:
  word			{ $$ = pt_tree_alternative(p, $1); }
| word '(' literal ')'	{
	pt_tree_component_arg(p, $1, $3, $4);
	$$ = pt_tree_alternative(p, $1);
  }
| '{' alternatives '}'	{ $$ = $2; }
;

alternatives:
  components
| alternatives ',' components
			{ g_ptr_array_extend($1, $3, NULL, NULL); $$ = $1; }
;

word:
  word_start		{ $$ = pt_tree_component(p, $1); }
| word word_more	{
	if (!pt_tree_component_more(p, $1, $2))
		YYERROR;
	$$ = $1;
  }
;

word_start: NAME | '*' | keyword ;
word_more: NAME | '*' | NUMBER ;

keyword:
  PROBE | GLOBAL | PRIVATE | FUNCTION | IF | ELSE | FOR | FOREACH | IN | LIMIT
| RETURN | DELETE | WHILE | BREAK | CONTINUE | NEXT | STRING_TYPE | LONG | TRY
| CATCH
;

literal:
  number
| STRING		{ $$ = pt_tree_string(p, $1); }
;

number:
  NUMBER		{ $$ = pt_tree_number(p, $1, false); }
| '-' NUMBER		{ $$ = pt_tree_number(p, $2, true); }
;

/* ---- globals ---- */

global: global_items opt_semi ;

global_items:
  global_head global_item
| global_items ',' global_item
;

global_head:
  GLOBAL		{ p->private_global = false; }
| PRIVATE GLOBAL	{ p->private_global = true; }
| PRIVATE		{ p->private_global = true; }
;

global_item:
  NAME opt_wrap opt_size opt_init	{
	struct pt_global_spec spec = {
		.is_private = p->private_global,
		.name = $1,
		.wrap = $2,
		.size = $3,
		.init = $4,
	};

	pt_tree_global(p, &spec);
  }
;

opt_wrap:
  %empty		{ $$ = false; }
| '%'			{ $$ = true; }
;

opt_size:
  %empty		{ $$ = NULL; }
| '[' NUMBER ']'	{ $$ = $2; }
| '[' NUMBER ']' '%'	{ pt_tree_late_wrap(p, $4); $$ = $2; }
;

opt_init:
  %empty		{ $$ = NULL; }
| '=' literal		{ $$ = $2; }
;

/* ---- functions ---- */

function:
  function_params block		{ pt_tree_function(p, $1, $2, NULL); }
| function_params EMBEDDED	{ pt_tree_function(p, $1, NULL, $2); }
;

function_params:
  function_open ')' opt_priority	{ $$ = $1; }
| function_open params ')' opt_priority	{ $$ = $1; }
;

function_open:
  function_name '('	{ $$ = p->function = $1; }
;

function_name:
  function_head opt_type	{ pt_tree_function_type($1, $2); $$ = $1; }
;

function_head:
  FUNCTION NAME		{ $$ = pt_tree_function_head(p, $2, false); }
| PRIVATE FUNCTION NAME	{ $$ = pt_tree_function_head(p, $3, true); }
;

params:
  param
| params ',' param
;

param:
  NAME opt_type		{ pt_tree_param(p, p->function->params, $1, $2); }
;

opt_type:
  %empty		{ $$ = NULL; }
| ':' type		{ $$ = $2; }
;

type: LONG | STRING_TYPE ;

opt_priority:
  %empty
| ':' NUMBER		{ pt_tree_priority(p, p->function, $2); }
;

/* ---- statements ---- */

block:
  '{' stmts '}'		{ $$ = pt_tree_block(p, $1, $2, $3); }
;

stmts:
  %empty		{ $$ = pt_tree_list(p); }
| stmts stmt		{
	$$ = $1;
	if ($2->kind != PT_STMT_EMPTY)
		g_ptr_array_add($$, $2);
  }
;

opt_semi: %empty %prec LOWEST | ';' ;

stmt:
  ';'			{ $$ = pt_tree_stmt(p, PT_STMT_EMPTY, $1->span); }
| block
| expr opt_semi		{ $$ = pt_tree_expr_stmt(p, $1); }
| IF '(' expr ')' stmt %prec LOWEST
			{ $$ = pt_tree_branch(p, PT_STMT_IF, $1, $3, $5, NULL); }
| IF '(' expr ')' stmt ELSE stmt
			{ $$ = pt_tree_branch(p, PT_STMT_IF, $1, $3, $5, $7); }
| WHILE '(' expr ')' stmt
			{ $$ = pt_tree_branch(p, PT_STMT_WHILE, $1, $3, $5, NULL); }
| FOR '(' opt_expr ';' opt_expr ';' opt_expr ')' stmt
			{ $$ = pt_tree_for(p, $1, $3, $5, $7, $9); }
| FOREACH '(' foreach_head ')' stmt
			{ $$ = pt_tree_foreach(p, $1, $3, $5); }
| BREAK opt_semi	{ $$ = pt_tree_stmt(p, PT_STMT_BREAK, $1->span); }
| CONTINUE opt_semi	{ $$ = pt_tree_stmt(p, PT_STMT_CONTINUE, $1->span); }
| NEXT opt_semi		{ $$ = pt_tree_stmt(p, PT_STMT_NEXT, $1->span); }
| RETURN opt_semi	{ $$ = pt_tree_word_stmt(p, PT_STMT_RETURN, $1, NULL); }
| RETURN expr opt_semi	{ $$ = pt_tree_word_stmt(p, PT_STMT_RETURN, $1, $2); }
| DELETE expr opt_semi	{ $$ = pt_tree_word_stmt(p, PT_STMT_DELETE, $1, $2); }
| TRY block CATCH block	{ $$ = pt_tree_try(p, $1, $2, NULL, $4); }
| TRY block CATCH '(' NAME ')' block
			{ $$ = pt_tree_try(p, $1, $2, $5, $7); }
;

opt_expr:
  %empty		{ $$ = NULL; }
| expr
;

foreach_head:
  foreach_vars IN foreach_array opt_limit
			{ $1->limit = $4; $$ = $1; }
;

foreach_vars:
  foreach_keys		{ $$ = p->foreach = pt_tree_foreach_head(p, NULL, $1); }
| sorted_name '=' foreach_keys
			{ $$ = p->foreach = pt_tree_foreach_head(p, $1, $3); }
;

foreach_keys:
  sorted_name		{ $$ = pt_tree_add(pt_tree_list(p), $1); }
| '[' key_list ']'	{ $$ = $2; }
;

key_list:
  sorted_name		{ $$ = pt_tree_add(pt_tree_list(p), $1); }
| key_list ',' sorted_name	{ $$ = pt_tree_add($1, $3); }
;

sorted_name:
  NAME opt_sort		{ $$ = pt_tree_sorted_name(p, $1, $2); }
;

opt_sort:
  %empty		{ $$ = NULL; }
| '+'
| '-'
;

foreach_array: foreach_base foreach_sort ;

foreach_base:
  NAME opt_slice	{
	pt_tree_foreach_array(p, p->foreach, pt_tree_name(p, $1), $2);
  }
| hist			{ pt_tree_foreach_array(p, p->foreach, $1, NULL); }
;

foreach_sort:
  %empty
| '+'			{ pt_tree_foreach_sort(p, p->foreach, NULL, $1); }
| '-'			{ pt_tree_foreach_sort(p, p->foreach, NULL, $1); }
| STAT '+'		{ pt_tree_foreach_sort(p, p->foreach, $1, $2); }
| STAT '-'		{ pt_tree_foreach_sort(p, p->foreach, $1, $2); }
;

opt_slice:
  %empty		{ $$ = NULL; }
| '[' index_args ']'	{ $$ = $2; }
;

opt_limit:
  %empty		{ $$ = NULL; }
| LIMIT expr		{ $$ = $2; }
;

/* ---- expressions ---- */

expr:
  primary
| '+' expr %prec UNARY	{ $$ = pt_tree_unary(p, $1, $2); }
| '-' expr %prec UNARY	{ $$ = pt_tree_unary(p, $1, $2); }
| '!' expr		{ $$ = pt_tree_unary(p, $1, $2); }
| '~' expr		{ $$ = pt_tree_unary(p, $1, $2); }
| '&' expr %prec UNARY	{ $$ = pt_tree_address(p, $1, $2); }
| INC postfix		{ $$ = pt_tree_crement(p, $1, $2, true); }
| DEC postfix		{ $$ = pt_tree_crement(p, $1, $2, true); }
| postfix INC		{ $$ = pt_tree_crement(p, $2, $1, false); }
| postfix DEC		{ $$ = pt_tree_crement(p, $2, $1, false); }
| expr '*' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '/' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '%' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '+' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '-' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '.' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr SHIFT expr	{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr COMPARE expr	{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr REGEX STRING	{ $$ = pt_tree_regex(p, $1, $2, $3); }
| expr IN indexable	{
	$$ = pt_tree_in(p, pt_tree_add(pt_tree_list(p), $1), $1->span, $2, $3);
  }
| '[' index_args ']' IN indexable
			{ $$ = pt_tree_in(p, $2, $1->span, $4, $5); }
| expr '&' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '^' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '|' expr		{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr LOG_AND expr	{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr LOG_OR expr	{ $$ = pt_tree_binary(p, $1, $2, $3); }
| expr '?' expr ':' expr
			{ $$ = pt_tree_ternary(p, $1, $2, $3, $5); }
| expr '=' expr		{ $$ = pt_tree_assign(p, $1, $2, $3); }
| expr ADD_ASSIGN expr	{ $$ = pt_tree_assign(p, $1, $2, $3); }
| expr ASSIGN_OP expr	{ $$ = pt_tree_assign(p, $1, $2, $3); }
;

primary:
  NUMBER		{ $$ = pt_tree_number(p, $1, false); }
| STRING		{ $$ = pt_tree_string(p, $1); }
| EMBEDDED		{ $$ = pt_tree_embedded(p, $1); }
| postfix %prec LOWEST
;

postfix:
  NAME %prec LOWEST	{ $$ = pt_tree_name(p, $1); }
| NAME '[' index_args ']'
			{ $$ = pt_tree_index(p, pt_tree_name(p, $1), $3, $4); }
| NAME '(' opt_args ')'	{ $$ = pt_tree_call(p, $1, $3, $4); }
| '(' expr ')'		{ $$ = pt_tree_parens($1, $2, $3); }
| TARGET		{ $$ = pt_tree_target(p, $1); }
| CAST '(' args ')'	{ $$ = pt_tree_at_target(p, $1, $3, $4); }
| VAR '(' args ')'	{ $$ = pt_tree_at_target(p, $1, $3, $4); }
| DEFINED '(' expr ')'	{ $$ = pt_tree_wrap(p, $1, $3, $4); }
| ENTRY '(' expr ')'	{ $$ = pt_tree_wrap(p, $1, $3, $4); }
| AT_WORD %prec LOWEST	{ $$ = pt_tree_at_word(p, $1, NULL, $1); }
| AT_WORD '(' opt_args ')'	{ $$ = pt_tree_at_word(p, $1, $3, $4); }
| STAT '(' expr ')'	{ $$ = pt_tree_stat(p, $1, $3, NULL, $4); }
| STAT '(' expr ',' number ')'
			{ $$ = pt_tree_stat(p, $1, $3, $5, $6); }
| hist %prec LOWEST
| hist '[' expr ']'	{
	$$ = pt_tree_index(p, $1, pt_tree_add(pt_tree_list(p), $3), $4);
  }
| postfix ARROW member	{ $$ = pt_tree_member(p, $1, $2, $3); }
| postfix '[' expr ']'	{ $$ = pt_tree_subscript(p, $1, $3, $4); }
| postfix PRETTY	{ $$ = pt_tree_pretty(p, $1, $2); }
;

member: NAME | keyword ;

hist:
  HIST_LOG '(' expr ')'	{ $$ = pt_tree_hist(p, $1, $3, NULL, $4); }
| HIST_LINEAR '(' expr hist_params ')'
			{ $$ = pt_tree_hist(p, $1, $3, $4, $5); }
;

hist_params:
  ',' number ',' number ',' number
			{ $$[0] = $2; $$[1] = $4; $$[2] = $6; }
;

indexable:
  NAME			{ $$ = pt_tree_name(p, $1); }
| hist
;

opt_args:
  %empty		{ $$ = pt_tree_list(p); }
| args
;

args:
  expr			{ $$ = pt_tree_add(pt_tree_list(p), $1); }
| args ',' expr		{ $$ = pt_tree_add($1, $3); }
;

index_args:
  index_arg		{ $$ = pt_tree_add(pt_tree_list(p), $1); }
| index_args ',' index_arg	{ $$ = pt_tree_add($1, $3); }
;

index_arg:
  expr
| '*'			{ $$ = NULL; }
;

%%

static int yyreport_syntax_error(const yypcontext_t *context,
				 struct pt_parser *p)
{
	enum { MOST = 120 };
	yysymbol_kind_t symbols[MOST];
	int count = yypcontext_expected_tokens(context, symbols, MOST);
	const char *names[MOST];
	int i;

	if (count < 0)
		return count;
	for (i = 0; i < count; i++)
		names[i] = yysymbol_name(symbols[i]);
	pt_syntax_error(p, names, count);
	return 0;
}

/* Adjacent strings are one. */
static const struct pt_token *join_strings(struct pt_parser *p,
					   const struct pt_token *first)
{
	const struct pt_token *next = pt_preproc_next(p->preproc);
	struct pt_token *joined = NULL;
	GString *text = NULL;

	while (next->kind == T_STRING &&
	       (!next->commented || pt_tree_has(p, PT_GATE_GLUE))) {
		if (!joined) {
			joined = pt_new(p->arena, struct pt_token);
			*joined = *first;
			text = g_string_new_len(first->text,
						(gssize)first->length);
		}
		g_string_append_len(text, next->text, (gssize)next->length);
		joined->span = pt_tree_join(joined->span, next->span);
		next = pt_preproc_next(p->preproc);
	}
	p->pushed = next;
	if (!joined)
		return first;
	joined->text = pt_arena_strndup(p->arena, text->str, text->len);
	joined->length = text->len;
	g_string_free(text, TRUE);
	return joined;
}

static bool closes(int open, int close)
{
	return (open == '(' && close == ')') || (open == '[' && close == ']') ||
	       (open == '{' && close == '}');
}

static void track_brackets(struct pt_parser *p, const struct pt_token *token)
{
	const struct pt_token *open;

	p->closed = NULL;
	switch (token->kind) {
	case '(':
	case '[':
	case '{':
		g_array_append_val(p->open, token);
		if (p->open->len > PT_MAX_DEPTH)
			pt_tree_too_deep(p, token->span, p->open->len);
		break;
	case ')':
	case ']':
	case '}':
		if (!p->open->len)
			break;
		open = g_array_index(p->open, const struct pt_token *,
				     p->open->len - 1);
		if (closes(open->kind, token->kind)) {
			p->closed = open;
			g_array_set_size(p->open, p->open->len - 1);
		}
		break;
	}
}

static int pt_yylex(PT_YYSTYPE *value, struct pt_parser *p)
{
	const struct pt_token *token = p->pushed;
	int kind;

	p->pushed = NULL;
	if (!token)
		token = pt_preproc_next(p->preproc);
	if (token->kind == T_STRING)
		token = join_strings(p, token);
	p->previous = p->look;
	p->look = value->token = token;
	kind = token->kind;
	if (token->error)
		pt_diag_add(p->session->diag, token->error);
	if (kind == T_AT_UNKNOWN)
		pt_tree_unknown_word(p, token);
	track_brackets(p, token);
	if (p->too_deep)
		return T_JUNK;
	/* A '*' joins even with a keyword to one word: probe *return */
	if (p->previous && p->previous->kind == '*' && token->glued &&
	    pt_keyword(token->text) == kind && kind)
		return T_NAME;
	return kind;
}
