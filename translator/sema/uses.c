/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pass 3 must know of globals: who locks what, what is kept per CPU, which
 * aggregates are extracted; and how deep calls go.
 *
 * begin, end and error probes run when no other probe can: they are called quiet
 * here.  A variable needs a lock only if the others can collide on it: if one of
 * them changes it, or if one reads a statistic that another adds to.
 *
 * An add-only counter is a scalar long that the others only add to or read, no
 * handler doing both; quiet probes may set it, too, but use neither the value of
 * ++ nor any other operator on it.  It lives per CPU, without a lock; a reader
 * sums it up.
 */
#include "context.h"

#include <string.h>

#include "../lang/walk.h"

struct handler {
	struct pt_bound *bound;
	struct pt_effects *effects;
	struct pt_effects *entry; /* of what is saved at the entry, or NULL */
	struct pt_effects *condition; /* of one that disarms, or NULL */
	bool quiet;
};

static bool is_quiet(const struct pt_bound *bound)
{
	const struct pt_point_component *first =
		bound->point->components->pdata[0];

	return bound->point->components->len == 1 &&
	       (!strcmp(first->name, "begin") || !strcmp(first->name, "end") ||
		!strcmp(first->name, "error") || !strcmp(first->name, "never"));
}

/* ---- one handler ------------------------------------------------------ */

/* Registers that every mechanism has at a function's entry: arguments, stack
 * pointer, instruction pointer (DWARF numbers); at a return the value's, too. */
static uint64_t plain_registers(struct pt_sema *sema, bool is_return)
{
	uint64_t mask;

	if (!g_strcmp0(sema->session->target.arch, "i386"))
		return 1 << 0 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8;
	mask = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 |
	       1 << 16;
	return is_return ? mask | 1 << 0 : mask;
}

static void add_depth(struct pt_program *program,
		      const struct pt_effects *effects, bool *recursive)
{
	program->max_nesting = MAX(program->max_nesting, (int)effects->depth);
	*recursive |= effects->recursive;
	program->kernel_headers |= effects->kernel_headers;
}

static struct handler *look_at(struct pt_sema *sema, struct pt_bound *bound,
			       bool *recursive)
{
	struct handler *handler = pt_new(sema->arena, struct handler);
	uint64_t registers;

	handler->bound = bound;
	handler->quiet = is_quiet(bound);
	handler->effects = pt_effects_of(sema, bound->body, bound->condition);
	registers = handler->effects->registers;
	bound->full_regs = handler->effects->full_regs;
	bound->tells_point = handler->effects->point;
	add_depth(sema->program, handler->effects, recursive);
	if (bound->entries->len) {
		struct pt_stmt *all =
			pt_make_stmt(sema, PT_STMT_BLOCK, bound->body->span);

		for (guint i = 0; i < bound->entries->len; i++)
			g_ptr_array_add(
				all->body,
				pt_make_expr_stmt(sema,
						  bound->entries->pdata[i]));
		handler->entry = pt_effects_of(sema, all, NULL);
		registers |= handler->entry->registers;
		bound->full_regs |= handler->entry->full_regs;
		bound->tells_point |= handler->entry->point;
		add_depth(sema->program, handler->entry, recursive);
	}
	if (registers & ~plain_registers(sema, bound->is_return))
		bound->full_regs = true;
	if (bound->condition && bound->family->disarms)
		handler->condition =
			pt_effects_of(sema, NULL, bound->condition);
	return handler;
}

/* ---- one variable ----------------------------------------------------- */

#define READS (PT_ACCESS_READ | PT_ACCESS_FOREACH)
#define CHANGES \
	(PT_ACCESS_WRITE | PT_ACCESS_SET | PT_ACCESS_ADD | PT_ACCESS_STAT)

struct totals {
	unsigned quiet; /* access bits of all quiet handlers */
	unsigned busy;	/* of the others */
	bool mixed;	/* one of the others both adds and reads */
};

static unsigned condition_access(const struct handler *handler,
				 const struct pt_var *var)
{
	return handler->condition ? pt_effects_access(handler->condition, var)
				  : 0;
}

static unsigned entry_access(const struct handler *handler,
			     const struct pt_var *var)
{
	return handler->entry ? pt_effects_access(handler->entry, var) : 0;
}

static struct totals total(const GPtrArray *handlers, const struct pt_var *var)
{
	struct totals totals = { 0 };

	for (guint i = 0; i < handlers->len; i++) {
		const struct handler *handler = handlers->pdata[i];
		unsigned bits = pt_effects_access(handler->effects, var);
		unsigned entry = entry_access(handler, var);

		if (handler->quiet)
			totals.quiet |= bits | entry;
		else
			totals.busy |= bits | entry;
		if (!handler->quiet && (bits & CHANGES) && (bits & READS))
			totals.mixed = true;
		if (!handler->quiet && (entry & CHANGES) && (entry & READS))
			totals.mixed = true;
	}
	return totals;
}

static bool is_counter(const struct pt_var *var, const struct totals *totals)
{
	return var->arity == 0 && var->type == PT_TYPE_LONG &&
	       (totals->busy & PT_ACCESS_ADD) &&
	       !(totals->busy & ~(PT_ACCESS_ADD | PT_ACCESS_READ)) &&
	       !(totals->quiet &
		 ~(PT_ACCESS_ADD | PT_ACCESS_READ | PT_ACCESS_SET)) &&
	       !totals->mixed;
}

static bool needs_lock(const struct pt_var *var, const struct totals *totals)
{
	unsigned changes = totals->busy & CHANGES;

	if (var->add_only || !changes)
		return false;
	if (changes == PT_ACCESS_STAT && var->type == PT_TYPE_STATS)
		return totals->busy & READS;
	return true;
}

static enum pt_use_mode mode(const struct pt_var *var, unsigned bits)
{
	if (var->type == PT_TYPE_STATS && bits == PT_ACCESS_STAT)
		return PT_USE_LOCAL;
	if (bits & (CHANGES | PT_ACCESS_FOREACH))
		return PT_USE_WRITE;
	return PT_USE_READ;
}

static void use(struct pt_sema *sema, GPtrArray *uses, struct pt_var *var,
		unsigned bits)
{
	struct pt_use *made;

	if (!bits)
		return;
	made = pt_new(sema->arena, struct pt_use);
	made->var = var;
	made->mode = mode(var, bits);
	g_ptr_array_add(uses, made);
}

static void classify(struct pt_sema *sema, const GPtrArray *handlers,
		     struct pt_var *var)
{
	struct totals totals = total(handlers, var);
	unsigned all = totals.busy | totals.quiet;

	var->read = (all & READS) != 0;
	var->written = (all & CHANGES) != 0;
	var->add_only = is_counter(var, &totals);
	/* a sorted walk keeps its order in the array itself */
	if ((totals.busy & PT_ACCESS_FOREACH) && var->arity > 0)
		totals.busy |= PT_ACCESS_WRITE;
	if (!needs_lock(var, &totals))
		return;
	g_ptr_array_add(sema->program->guarded, var);
	for (guint i = 0; i < handlers->len; i++) {
		const struct handler *handler = handlers->pdata[i];

		use(sema, handler->bound->uses, var,
		    pt_effects_access(handler->effects, var));
		use(sema, handler->bound->entry_uses, var,
		    entry_access(handler, var));
		use(sema, handler->bound->condition_uses, var,
		    condition_access(handler, var));
	}
}

/* ---- conditions ------------------------------------------------------- */

static bool changes_any(const struct pt_effects *effects,
			const struct pt_effects *condition)
{
	GHashTableIter iter;
	gpointer var;

	g_hash_table_iter_init(&iter, condition->access);
	while (g_hash_table_iter_next(&iter, &var, NULL))
		if (pt_effects_access(effects, var) & CHANGES)
			return true;
	return false;
}

/* Whoever changes what a condition reads evaluates it afterwards, under the locks
 * that it has: it reads the others of the condition's variables, too. */
static void recheck(struct pt_effects *effects, GPtrArray *rechecks,
		    const struct handler *conditional)
{
	GHashTable *access = effects ? effects->access : NULL;
	GHashTableIter iter;
	gpointer var;

	if (!effects || !changes_any(effects, conditional->condition))
		return;
	g_ptr_array_add(rechecks, conditional->bound);
	g_hash_table_iter_init(&iter, conditional->condition->access);
	while (g_hash_table_iter_next(&iter, &var, NULL))
		g_hash_table_insert(
			access, var,
			GUINT_TO_POINTER(pt_effects_access(effects, var) |
					 PT_ACCESS_READ));
}

/* begin and the like run when nothing is armed. */
static void find_rechecks(const GPtrArray *handlers)
{
	for (guint i = 0; i < handlers->len; i++) {
		const struct handler *conditional = handlers->pdata[i];

		for (guint j = 0; conditional->condition && j < handlers->len;
		     j++) {
			const struct handler *other = handlers->pdata[j];

			if (other->quiet)
				continue;
			recheck(other->effects, other->bound->rechecks,
				conditional);
			recheck(other->entry, other->bound->entry_rechecks,
				conditional);
		}
	}
}

/* ---- aggregates ------------------------------------------------------- */

static void extract(struct pt_var *var, enum pt_stat_op op)
{
	if (!var)
		return;
	var->stats_used |= 1u << op;
	if (op == PT_STAT_AVG)
		var->stats_used |= 1u << PT_STAT_SUM;
	/* the others of nothing are an error, and the count tells */
	if (op != PT_STAT_SUM)
		var->stats_used |= 1u << PT_STAT_COUNT;
}

static struct pt_var *base(const struct pt_expr *expr)
{
	return expr->kind == PT_EXPR_INDEX ? expr->left->var : expr->var;
}

static bool see_expr(struct pt_walk *walk, struct pt_expr **place)
{
	const struct pt_expr *expr = *place;

	(void)walk;
	if (expr->kind == PT_EXPR_STAT)
		extract(base(expr->left), expr->stat);
	else if (expr->kind == PT_EXPR_HIST)
		extract(base(expr->left), PT_STAT_COUNT);
	return true;
}

static bool see_stmt(struct pt_walk *walk, struct pt_stmt **place)
{
	const struct pt_foreach *loop = (*place)->foreach;

	(void)walk;
	if ((*place)->kind == PT_STMT_FOREACH && loop->sort_direction &&
	    loop->sort_column == 0 && loop->array->kind == PT_EXPR_NAME &&
	    loop->array->var->type == PT_TYPE_STATS)
		extract(loop->array->var, loop->sort_stat_given
						  ? loop->sort_stat
						  : PT_STAT_COUNT);
	return true;
}

static void see_unit(struct pt_sema *sema, const struct pt_unit *unit,
		     void *data)
{
	struct pt_walk walk = { .pre_expr = see_expr, .pre_stmt = see_stmt };

	(void)sema;
	(void)data;
	pt_walk_stmt(&walk, unit->function ? &unit->function->body
					   : &unit->bound->body);
}

static void add_user(GHashTable *users, struct handler *handler,
		     const struct pt_effects *effects, struct pt_sema *sema)
{
	GHashTableIter iter;
	GPtrArray *list;
	gpointer var;

	g_hash_table_iter_init(&iter, effects->access);
	while (g_hash_table_iter_next(&iter, &var, NULL)) {
		list = g_hash_table_lookup(users, var);
		if (!list) {
			list = pt_arena_ptr_array(sema->arena);
			g_hash_table_insert(users, var, list);
		}
		if (!list->len || list->pdata[list->len - 1] != handler)
			g_ptr_array_add(list, handler);
	}
}

/* Which handlers touch each global: struct pt_var * -> GPtrArray of handlers. */
static GHashTable *users_of(struct pt_sema *sema, const GPtrArray *handlers)
{
	GHashTable *users = g_hash_table_new(g_direct_hash, g_direct_equal);

	for (guint i = 0; i < handlers->len; i++) {
		struct handler *handler = handlers->pdata[i];

		add_user(users, handler, handler->effects, sema);
		if (handler->entry)
			add_user(users, handler, handler->entry, sema);
	}
	return users;
}

static void classify_all(struct pt_sema *sema, const GPtrArray *handlers)
{
	GPtrArray *globals = sema->program->globals;
	GPtrArray *nobody = pt_arena_ptr_array(sema->arena);
	GHashTable *users = users_of(sema, handlers);

	for (guint i = 0; i < globals->len; i++) {
		GPtrArray *list = g_hash_table_lookup(users, globals->pdata[i]);

		classify(sema, list ? list : nobody, globals->pdata[i]);
	}
	g_hash_table_destroy(users);
}

/* What is stored: averages are made of two of these. */
static const struct {
	enum pt_stat_op op;
	const char *name;
} stored[] = {
	{ PT_STAT_COUNT, "@count" },	   { PT_STAT_SUM, "@sum" },
	{ PT_STAT_MIN, "@min" },	   { PT_STAT_MAX, "@max" },
	{ PT_STAT_VARIANCE, "@variance" },
};

static void drop_aggregates(struct pt_sema *sema, struct pt_var *var)
{
	GString *unused = pt_arena_string(sema->arena);

	for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
		if (var->stats_used & 1u << stored[i].op)
			continue;
		if (sema->session->options.unoptimized)
			var->stats_used |= 1u << stored[i].op;
		else
			g_string_append_printf(unused, " %s", stored[i].name);
	}
	if (unused->len)
		pt_report_removed(sema, var->span, "what '%s' would need for%s",
				  var->name, unused->str);
}

static void find_recursive(struct pt_sema *sema)
{
	GPtrArray *functions = sema->program->functions;

	for (guint i = 0; i < functions->len; i++) {
		struct pt_function *function = functions->pdata[i];

		function->recursive =
			pt_effects_of_function(sema, function)->recursive;
	}
}

void pt_uses_pass(struct pt_sema *sema)
{
	struct pt_program *program = sema->program;
	GPtrArray *handlers = pt_arena_ptr_array(sema->arena);
	bool recursive = false;

	for (guint i = 0; i < program->probes->len; i++)
		g_ptr_array_add(
			handlers,
			look_at(sema, program->probes->pdata[i], &recursive));
	find_rechecks(handlers);
	program->kernel_headers |= program->embedded->len > 0;
	program->max_nesting += recursive ? 11 : 1;
	classify_all(sema, handlers);
	pt_make_each_unit(sema, see_unit, NULL);
	for (guint i = 0; i < program->globals->len; i++) {
		struct pt_var *var = program->globals->pdata[i];

		if (var->type == PT_TYPE_STATS)
			drop_aggregates(sema, var);
	}
	find_recursive(sema);
}
