/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "value.h"

#include <string.h>

#include "../debuginfo/userprogram.h"
#include "../lang/walk.h"
#include "cast.h"
#include "process.h"
#include "resolve_target.h"

/* ---- snapshots -------------------------------------------------------- */

static bool same_expr(const struct pt_expr *a, const struct pt_expr *b);

static bool same_args(const GPtrArray *a, const GPtrArray *b)
{
	unsigned i, n = a ? a->len : 0;

	if (n != (b ? b->len : 0))
		return false;
	for (i = 0; i < n; i++)
		if (!same_expr(g_ptr_array_index(a, i),
			       g_ptr_array_index(b, i)))
			return false;
	return true;
}

/* Surely the same value at one moment?  False is always safe. */
static bool same_expr(const struct pt_expr *a, const struct pt_expr *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || a->type != b->type)
		return false;
	switch (a->kind) {
	case PT_EXPR_NUMBER: return a->number == b->number;
	case PT_EXPR_STRING:
		return a->length == b->length &&
		       memcmp(a->text, b->text, a->length) == 0;
	case PT_EXPR_NAME: return a->var && a->var == b->var;
	case PT_EXPR_UNARY:
		return a->op == b->op && same_expr(a->left, b->left);
	case PT_EXPR_BINARY:
		return a->op == b->op && same_expr(a->left, b->left) &&
		       same_expr(a->right, b->right);
	case PT_EXPR_ENTRY: return same_expr(a->left, b->left);
	case PT_EXPR_TARGET:
		return a->fetch && b->fetch && a->number == b->number &&
		       pt_fetch_equal(a->fetch, b->fetch) &&
		       same_args(a->args, b->args);
	default: return false;
	}
}

struct pt_expr *pt_value_snapshot(struct pt_arena *arena,
				  struct pt_bound *bound, struct pt_expr *value)
{
	GPtrArray **entries = &bound->entries;
	struct pt_expr *entry = pt_new(arena, struct pt_expr);
	unsigned slot;

	if (!*entries)
		*entries = pt_arena_ptr_array(arena);
	for (slot = 0; slot < (*entries)->len; slot++)
		if (same_expr(g_ptr_array_index(*entries, slot), value))
			break;
	if (slot == (*entries)->len)
		g_ptr_array_add(*entries, value);
	entry->kind = PT_EXPR_ENTRY;
	entry->type = value->type;
	entry->span = value->span;
	entry->op_span = value->op_span;
	entry->left = g_ptr_array_index(*entries, slot);
	entry->entry_slot = (int)slot;
	entry->shape = value->shape;
	return entry;
}

/* ---- leaves ----------------------------------------------------------- */

static struct pt_expr *leaf(struct pt_target_walk *walk, struct pt_fetch *fetch,
			    enum pt_type type)
{
	struct pt_expr *node = pt_new(walk->arena, struct pt_expr);
	unsigned i;

	node->kind = PT_EXPR_TARGET;
	node->type = type;
	node->span = walk->target->span;
	node->op_span = walk->target->op_span;
	node->text = pt_arena_strdup(walk->arena, walk->text->str);
	node->components = pt_arena_ptr_array(walk->arena);
	node->args = pt_arena_ptr_array(walk->arena);
	for (i = 0; i < walk->operands->len; i++)
		g_ptr_array_add(
			node->args,
			pt_copy_expr(walk->arena,
				     g_ptr_array_index(walk->operands, i)));
	node->fetch = fetch;
	return node;
}

struct pt_expr *pt_value_long(struct pt_target_walk *walk,
			      struct pt_fetch *fetch)
{
	struct pt_expr *node = leaf(walk, fetch, PT_TYPE_LONG);

	return walk->snapshot
		       ? pt_value_snapshot(walk->arena, walk->bound, node)
		       : node;
}

struct pt_expr *pt_value_text(struct pt_target_walk *walk,
			      struct pt_fetch *fetch, bool user, int64_t most)
{
	struct pt_expr *node = leaf(walk, fetch, PT_TYPE_STRING);

	node->user_text = user;
	node->number = most;
	return walk->snapshot
		       ? pt_value_snapshot(walk->arena, walk->bound, node)
		       : node;
}

/* ---- operands --------------------------------------------------------- */

struct operand_check {
	const struct pt_target_walk *walk;
	struct pt_error *error;
};

static bool check_operand(struct pt_walk *walker, struct pt_expr **place)
{
	struct operand_check *check = walker->data;
	const struct pt_expr *e = *place;
	const char *what = NULL;

	if (check->error)
		return false;
	if (e->kind == PT_EXPR_NAME && e->var && e->var->kind != PT_VAR_GLOBAL)
		what = e->text;
	else if (e->kind == PT_EXPR_TARGET &&
		 g_str_has_prefix(e->text, "$return"))
		what = "$return";
	if (!what)
		return true;
	check->error = pt_error_at(
		pt_error_hint(pt_error_new(check->walk->arena, PT_E_ENTRY,
					   "'%s' is read at the function's "
					   "entry, where '%s' has no value yet",
					   check->walk->text->str, what),
			      "save the parameter itself and index it with "
			      "@cast() here, or probe the entry"),
		e->span);
	return false;
}

/* An operand of what is saved at the entry may need nothing of the return. */
static struct pt_error *add_operand(struct pt_target_walk *walk,
				    struct pt_expr *operand)
{
	struct operand_check check = { .walk = walk };
	struct pt_walk walker = { .pre_expr = check_operand, .data = &check };

	if (walk->snapshot) {
		pt_walk_expr(&walker, &operand);
		if (check.error)
			return check.error;
	}
	g_ptr_array_add(walk->operands, operand);
	return NULL;
}

/* ---- where it begins -------------------------------------------------- */

static struct pt_error *unknown(const struct pt_target_walk *walk,
				const char *why, const char *hint)
{
	return pt_error_hint(pt_error_new(walk->arena, PT_E_UNKNOWN_VARIABLE,
					  "'%s' is not known here: %s",
					  walk->target->text, why),
			     "%s", hint);
}

static struct pt_error *base_dollar(struct pt_target_walk *walk,
				    struct pt_dbg_value *ret)
{
	const char *name = walk->target->text + 1;
	GPtrArray *names = pt_arena_ptr_array(walk->arena);
	struct pt_error *error;

	if (!walk->function)
		return unknown(walk, "this probe is not inside a function",
			       "target variables belong to function() and "
			       "statement() probes");
	if (strcmp(name, "return") == 0) {
		if (!walk->bound->is_return)
			return unknown(walk, "the function has not returned",
				       "it is there in "
				       "kernel.function(\"...\").return");
		return pt_dbg_return_value(walk->dbg, walk->function, ret);
	}
	walk->snapshot = walk->bound->is_return;
	error = pt_dbg_variable(walk->dbg, walk->function, name, ret);
	if (error && error->code == PT_E_UNKNOWN_VARIABLE && walk->snapshot) {
		g_ptr_array_add(names, "$return");
		pt_error_suggest(error, walk->target->text, names);
	}
	return error;
}

static void move_to_object(struct pt_fetch *fetch, unsigned number)
{
	for (unsigned i = 0; fetch && i < fetch->insns->len; i++) {
		struct pt_fetch_insn *insn =
			&g_array_index(fetch->insns, struct pt_fetch_insn, i);

		if (insn->op == PT_FETCH_ADDR && insn->a == PT_DBG_HERE)
			insn->a = PT_DBG_OBJECT + number;
	}
}

/* Only the hit in a process says which process is meant. */
static struct pt_error *in_other_file(struct pt_target_walk *walk,
				      const char *variable,
				      struct pt_dbg_value *value)
{
	const struct pt_object *object;

	if (!walk->bound || !walk->bound->process)
		return pt_error_hint(
			pt_error_new(walk->arena, PT_E_UNSUPPORTED,
				     "where '%s' of '%s' is in memory is not "
				     "known here",
				     variable, pt_dbg_program(walk->dbg)),
			"read it in a probe of that program: "
			"process(\"%s\").function()",
			pt_dbg_program(walk->dbg));
	object = pt_process_object(walk->env, walk->dbg);
	move_to_object(value->fetch, object->number);
	for (unsigned i = 0; value->parts && i < value->parts->len; i++)
		move_to_object(
			((struct pt_dbg_part *)value->parts->pdata[i])->fetch,
			object->number);
	move_to_object(value->place, object->number);
	return NULL;
}

static struct pt_error *base_var(struct pt_target_walk *walk,
				 struct pt_dbg_value *ret)
{
	const GPtrArray *args = walk->target->args;
	const struct pt_expr *name = g_ptr_array_index(args, 0);
	const struct pt_expr *module =
		args->len > 1 ? g_ptr_array_index(args, 1) : NULL;
	const char *at = strchr(name->text, '@');
	const char *variable = name->text;
	struct pt_error *error;

	if (module)
		PT_TRY(pt_value_module(walk->env, module, module->text,
				       &walk->dbg));
	if (at)
		variable = pt_arena_strndup(walk->arena, name->text,
					    (size_t)(at - name->text));
	/* A local of the probed function wins, as in the C code there. */
	if (!at && !module && walk->function) {
		walk->snapshot = walk->bound->is_return;
		if (!pt_dbg_variable(walk->dbg, walk->function, variable, ret))
			return NULL;
		walk->snapshot = false;
	}
	error = pt_dbg_global(walk->dbg, variable, at ? at + 1 : NULL, ret);
	if (!error && pt_dbg_program(walk->dbg) &&
	    (!walk->function || walk->function->dbg != walk->dbg))
		return in_other_file(walk, variable, ret);
	/* A module's code sees what the kernel exports. */
	if (!error || module || !pt_dbg_module(walk->dbg))
		return error;
	PT_TRY(pt_probe_dbg(walk->env, &walk->dbg));
	return pt_dbg_global(walk->dbg, variable, at ? at + 1 : NULL, ret);
}

static struct pt_error *base_cast(struct pt_target_walk *walk,
				  struct pt_dbg_value *ret)
{
	const GPtrArray *args = walk->target->args;
	const GPtrArray *path = walk->target->components;
	struct pt_value_cast cast = {
		.type = g_ptr_array_index(args, 1),
		.module = args->len > 2 ? g_ptr_array_index(args, 2) : NULL,
		.here = walk->function ? walk->function->dbg : NULL,
	};
	const struct pt_component *first =
		path && path->len ? g_ptr_array_index(path, 0) : NULL;

	cast.array = first && first->kind == PT_COMPONENT_INDEX;
	PT_TRY(add_operand(walk, g_ptr_array_index(args, 0)));
	return pt_value_cast(walk->env, &cast, &walk->dbg, ret);
}

static struct pt_error *base(struct pt_target_walk *walk,
			     struct pt_dbg_value *ret)
{
	const char *text = walk->target->text;
	struct pt_error *error;

	if (strcmp(text, "@var") == 0)
		error = base_var(walk, ret);
	else if (strcmp(text, "@cast") == 0)
		error = base_cast(walk, ret);
	else
		error = base_dollar(walk, ret);
	if (error)
		pt_error_at(error, walk->target->op_span.source
					   ? walk->target->op_span
					   : walk->target->span);
	return error;
}

/* ---- the components --------------------------------------------------- */

static bool constant(const struct pt_expr *e, int64_t *ret)
{
	if (e->kind == PT_EXPR_NUMBER) {
		*ret = e->number;
		return true;
	}
	if (e->kind == PT_EXPR_UNARY && e->op == PT_OP_NEG &&
	    constant(e->left, ret)) {
		*ret = (int64_t) - (uint64_t)*ret;
		return true;
	}
	return false;
}

static struct pt_error *step(struct pt_target_walk *walk,
			     const struct pt_component *c,
			     struct pt_dbg_value *value)
{
	struct pt_dbg_value next = { 0 };
	struct pt_error *error;
	int64_t index;

	if (c->kind == PT_COMPONENT_MEMBER) {
		error = pt_dbg_member(walk->dbg, value, c->name, &next);
		g_string_append_printf(walk->text, "->%s", c->name);
	} else if (constant(c->index, &index)) {
		error = pt_dbg_index_const(walk->dbg, value, index, &next);
		g_string_append_printf(walk->text, "[%" G_GINT64_FORMAT "]",
				       index);
	} else {
		error = pt_dbg_index(walk->dbg, value, &next);
		g_string_append(walk->text, "[...]");
		if (!error)
			error = add_operand(walk, c->index);
	}
	if (error)
		return pt_error_at(error, c->span);
	*value = next;
	return NULL;
}

/* A place that the handler writes to, and the way to read it. */
static struct pt_error *finish_place(struct pt_target_walk *walk,
				     const struct pt_dbg_value *value,
				     struct pt_expr **ret)
{
	struct pt_store *store = pt_new(walk->arena, struct pt_store);
	struct pt_fetch *fetch = NULL;
	struct pt_error *error;

	if (walk->snapshot)
		return pt_error_hint(
			pt_error_new(walk->arena, PT_E_LVALUE,
				     "'%s' cannot be assigned to here: it is "
				     "what it was at the function's entry",
				     walk->text->str),
			"assign to it in a probe of the entry, without "
			".return");
	error = pt_dbg_store(walk->dbg, value, store);
	if (error) {
		error->message =
			pt_arena_printf(walk->arena, "'%s': %s",
					walk->text->str, error->message);
		return error;
	}
	PT_TRY(pt_dbg_load(walk->dbg, value, &fetch));
	*ret = leaf(walk, fetch, PT_TYPE_LONG);
	(*ret)->assigned = true;
	(*ret)->store = store;
	return NULL;
}

static const struct pt_shape *shape_of(struct pt_target_walk *walk,
				       const struct pt_dbg_value *value)
{
	struct pt_shape *shape = pt_new(walk->arena, struct pt_shape);

	shape->dbg = walk->dbg;
	return pt_dbg_shape(walk->dbg, value, walk->target->address_of,
			    &shape->value)
		       ? shape
		       : NULL;
}

static struct pt_error *finish(struct pt_target_walk *walk,
			       const struct pt_dbg_value *value,
			       struct pt_expr **ret)
{
	struct pt_fetch *fetch = NULL;
	struct pt_error *error;

	if (walk->target->assigned) {
		error = finish_place(walk, value, ret);
		return error ? pt_error_at(error, walk->target->span) : NULL;
	}

	if (walk->target->pretty) {
		*ret = pt_pretty_value(
			walk, value, walk->target->pretty == 1 ? 1 : G_MAXUINT);
		return NULL;
	}
	if (walk->target->address_of)
		error = pt_dbg_address_of(walk->dbg, value, &fetch);
	else
		error = pt_dbg_load(walk->dbg, value, &fetch);
	if (error)
		return pt_error_at(error, walk->target->span);
	*ret = leaf(walk, fetch, PT_TYPE_LONG);
	(*ret)->shape = shape_of(walk, value);
	if (walk->snapshot)
		*ret = pt_value_snapshot(walk->arena, walk->bound, *ret);
	return NULL;
}

static struct pt_error *steps(struct pt_target_walk *walk,
			      struct pt_dbg_value *value, struct pt_expr **ret)
{
	const GPtrArray *components = walk->target->components;

	for (unsigned i = 0; components && i < components->len; i++)
		PT_TRY(step(walk, g_ptr_array_index(components, i), value));
	return finish(walk, value, ret);
}

/* What messages call it: "$x", "@var("jiffies")", "@cast(..., "file")". */
static void begin_text(struct pt_target_walk *walk)
{
	const struct pt_expr *target = walk->target;
	unsigned named = strcmp(target->text, "@cast") == 0;
	const struct pt_expr *name;

	g_string_append_printf(walk->text, "%s%s",
			       target->address_of ? "&" : "", target->text);
	if (target->text[0] != '@' || !target->args ||
	    target->args->len <= named)
		return;
	name = g_ptr_array_index(target->args, named);
	g_string_append_printf(walk->text, "(%s\"%s\")", named ? "..., " : "",
			       name->text);
}

struct pt_target_walk pt_value_walk(struct pt_probe_env *env,
				    struct pt_bound *bound,
				    const struct pt_expr *target)
{
	return (struct pt_target_walk){
		.env = env,
		.arena = env->session->arena,
		.bound = bound,
		.target = target,
		.operands = pt_arena_ptr_array(env->session->arena),
		.text = pt_arena_string(env->session->arena),
	};
}

struct pt_error *pt_value_check_text(const struct pt_target_walk *walk)
{
	const struct pt_expr *target = walk->target;
	struct pt_error *error;

	if (target->assigned)
		error = pt_error_new(walk->arena, PT_E_LVALUE,
				     "'%s' is a text about variables: it "
				     "cannot be assigned to",
				     target->text);
	else if (target->address_of ||
		 (target->components && target->components->len))
		error = pt_error_new(walk->arena, PT_E_TYPE_MISMATCH,
				     "'%s' is a text: it has neither an "
				     "address nor members",
				     target->text);
	else
		return NULL;
	return pt_error_at(error, target->span);
}

struct pt_error *pt_value_variable(struct pt_probe_env *env,
				   struct pt_bound *bound,
				   struct pt_expr **target)
{
	struct pt_target_walk walk = pt_value_walk(env, bound, *target);
	struct pt_dbg_value value = { 0 };
	struct pt_error *error;

	if (bound && bound->sites && bound->sites->len)
		walk.function = g_ptr_array_index(bound->sites, 0);
	/* @cast says itself whose types it wants. */
	if (walk.function && !walk.function->dbg)
		walk.function = NULL;
	if (walk.function)
		walk.dbg = walk.function->dbg;
	else if (strcmp(walk.target->text, "@cast") != 0)
		PT_TRY(pt_probe_dbg(env, &walk.dbg));
	begin_text(&walk);
	if (g_str_has_prefix(walk.target->text, "$$")) {
		PT_TRY(pt_value_check_text(&walk));
		error = walk.function ? pt_pretty_group(&walk, target)
				      : unknown(&walk,
						"this probe is not inside a "
						"function",
						"target variables belong to "
						"kernel.function()");
		return error ? pt_error_at(error, walk.target->span) : NULL;
	}
	PT_TRY(base(&walk, &value));
	return steps(&walk, &value, target);
}

struct pt_error *pt_value_deref(struct pt_probe_env *env,
				struct pt_expr **target)
{
	const struct pt_expr *left = (*target)->left;
	struct pt_target_walk walk = pt_value_walk(env, NULL, *target);
	struct pt_dbg_value value = left->shape->value;

	walk.dbg = left->shape->dbg;
	g_string_append_printf(walk.text, "%s%s",
			       (*target)->address_of ? "&" : "",
			       left->text ? left->text : "(...)");
	g_ptr_array_add(walk.operands, (gpointer)left);
	return steps(&walk, &value, target);
}

/* ---- -L --------------------------------------------------------------- */

static void list_one(struct pt_probe_env *env, struct pt_dbg *dbg,
		     const char *name, const struct pt_dbg_value *value,
		     GPtrArray *ret)
{
	g_ptr_array_add(ret,
			pt_arena_printf(env->session->arena, "$%s:%s", name,
					pt_dbg_type_listed(dbg, value->type)));
}

struct pt_error *pt_value_list(struct pt_probe_env *env,
			       const struct pt_bound *bound, GPtrArray *ret)
{
	GPtrArray *names = pt_arena_ptr_array(env->session->arena);
	const struct pt_dbg_function *function;
	struct pt_dbg_value value;
	struct pt_dbg *dbg;
	unsigned i;

	if (!bound->sites || bound->sites->len == 0)
		return NULL;
	function = g_ptr_array_index(bound->sites, 0);
	dbg = function->dbg;
	if (!dbg)
		return NULL;
	/* What cannot be read here (void, optimised out) is not listed. */
	if (bound->is_return && !pt_dbg_return_value(dbg, function, &value))
		list_one(env, dbg, "return", &value, ret);
	pt_dbg_parameters(dbg, function, names);
	if (!bound->is_return)
		pt_dbg_locals(dbg, function, names);
	for (i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (!pt_dbg_variable(dbg, function, name, &value))
			list_one(env, dbg, name, &value, ret);
	}
	return NULL;
}
