/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "families.h"

#include <string.h>

#include "../debuginfo/modules.h"

const struct pt_family *const pt_families[] = {
	&pt_family_begin,    &pt_family_timer,
	&pt_family_function, &pt_family_process,
	&pt_family_plt,	     &pt_family_mark,
	&pt_family_trace,    NULL,
};

/* Words a point can begin with, and what can follow "kernel". */
static const char *const first_words[] = {
	"begin",  "end",    "error",   "never", "timer",
	"kernel", "module", "process", NULL,
};
static const char *const kernel_words[] = {
	"function", "statement", "trace", "tracepoint", NULL,
};
static const char *const module_words[] = {
	"function",
	"statement",
	"tracepoint",
	NULL,
};
static const char *const process_words[] = {
	"function", "statement", "library", "plt", "mark", "provider", NULL,
};

/* What the language has and ptap does not yet; SECOND NULL: any. */
static const struct {
	const char *first, *second, *what, *instead;
} unsupported[] = {
	{ "kernel", "data", "watchpoints on kernel data",
	  "probe the functions that write it with kernel.function()" },
	{ "kernel", "mark", "kernel markers",
	  "kernels have none any more; use kernel.function()" },
	{ "kprobe", NULL, "probes without debuginfo",
	  "use kernel.function(), which takes the same names" },
	{ "process", "begin", "probes of the life of processes",
	  "probe kernel.function(\"begin_new_exec\")" },
	{ "process", "end", "probes of the life of processes",
	  "probe kernel.function(\"do_exit\")" },
	{ "process", "thread", "probes of the life of threads",
	  "probe kernel.function(\"wake_up_new_task\") or "
	  "kernel.function(\"do_exit\")" },
	{ "process", "syscall", "system calls of a process",
	  "use kernel.function(\"sys_*\"), and -x or pid() to choose the "
	  "process" },
	{ "process", "data", "watchpoints on user data",
	  "probe the functions that write it with process().function()" },
	{ "syscall", NULL, "system call aliases",
	  "use kernel.function(\"sys_NAME\"): its parameters are those of "
	  "the system call" },
	{ "nd_syscall", NULL, "system call aliases",
	  "use kernel.function(\"sys_NAME\")" },
	{ "syscall_any", NULL, "system call aliases",
	  "use kernel.function(\"sys_*\")" },
	{ "procfs", NULL, "procfs files",
	  "print from a timer or an end probe" },
	{ "input", NULL, "input probes", "use script arguments or -G" },
	{ "prometheus", NULL, "prometheus probes",
	  "print from a timer or an end probe" },
	{ "perf", NULL, "performance counter probes",
	  "sample with timer.ms(1) or timer.hz(N)" },
	{ "netfilter", NULL, "netfilter hooks",
	  "use kernel.function(\"ip_rcv\") or the like" },
	{ "java", NULL, "java probes", "ptap has no plan for them" },
	{ "python2", NULL, "python probes", "ptap has no plan for them" },
	{ "python3", NULL, "python probes", "ptap has no plan for them" },
	{ "debuginfod", NULL, "debuginfod probes",
	  "probe the kernel with kernel.function()" },
	{ "timer", "profile", "profiling timers",
	  "sample with timer.ms(1) or timer.hz(N)" },
};

const struct pt_point_component *
pt_families_component(const struct pt_point *point, unsigned i)
{
	return i < point->components->len
		       ? g_ptr_array_index(point->components, i)
		       : NULL;
}

bool pt_families_is(const struct pt_point *point, unsigned i, const char *name)
{
	const struct pt_point_component *c = pt_families_component(point, i);

	return c && strcmp(c->name, name) == 0;
}

static GPtrArray *word_list(struct pt_arena *arena, const char *const *words)
{
	GPtrArray *list = pt_arena_ptr_array(arena);

	for (; *words; words++)
		g_ptr_array_add(list, (void *)*words);
	return list;
}

struct pt_error *pt_families_unknown(struct pt_arena *arena,
				     const struct pt_point *point, unsigned i,
				     const char *const *words)
{
	const struct pt_point_component *c = pt_families_component(point, i);
	const struct pt_point_component *before =
		pt_families_component(point, i - 1);
	GPtrArray *list = word_list(arena, words);
	struct pt_error *error;

	if (!c) {
		error = pt_error_new(arena, PT_E_UNKNOWN_PROBE,
				     "'%s' alone is no probe point",
				     before->name);
		if (list->len)
			pt_error_hint(error, "it goes on as '%s.%s'",
				      before->name,
				      (const char *)list->pdata[0]);
		return pt_error_at(error, before->span);
	}
	error = pt_error_new(arena, PT_E_UNKNOWN_PROBE,
			     "no '%s' can follow '%s' in a probe point",
			     c->name, before->name);
	pt_error_suggest(error, c->name, list);
	return pt_error_at(error, c->span);
}

/* How many names a message lists. */
#define LISTED 8

const char *pt_families_list(struct pt_arena *arena, const GPtrArray *names)
{
	GHashTable *seen = pt_arena_str_hash(arena);
	GString *text = pt_arena_string(arena);

	for (unsigned i = 0; i < names->len; i++) {
		if (!g_hash_table_add(seen, names->pdata[i]))
			continue;
		if (g_hash_table_size(seen) > LISTED) {
			g_string_append(text, ", ...");
			break;
		}
		g_string_append_printf(text, "%s'%s'", text->len ? ", " : "",
				       (const char *)names->pdata[i]);
	}
	return text->str;
}

struct pt_error *pt_families_need(struct pt_arena *arena,
				  const struct pt_point *point, unsigned i,
				  enum pt_point_arg arg)
{
	static const char *const kinds[] = {
		[PT_ARG_NONE] = "no argument",
		[PT_ARG_NUMBER] = "a number",
		[PT_ARG_STRING] = "a string",
	};
	const struct pt_point_component *c = pt_families_component(point, i);

	if (c->arg == arg)
		return NULL;
	return pt_error_at(pt_error_new(arena, PT_E_PROBE_ARGUMENT,
					"'%s' takes %s", c->name, kinds[arg]),
			   c->span);
}

struct pt_bound *pt_families_bound(struct pt_arena *arena,
				   const struct pt_family *family,
				   const struct pt_point *point)
{
	struct pt_bound *bound = pt_new(arena, struct pt_bound);

	bound->family = family;
	bound->point = point;
	bound->text = pt_point_text(arena, point);
	bound->optional = point->optional || point->sufficient;
	bound->sites = pt_arena_ptr_array(arena);
	return bound;
}

static struct pt_error *not_yet(struct pt_arena *arena,
				const struct pt_point *point)
{
	const struct pt_point_component *first, *second;
	struct pt_span span;
	unsigned i;

	first = pt_families_component(point, 0);
	second = pt_families_component(point, 1);
	for (i = 0; i < G_N_ELEMENTS(unsupported); i++) {
		const char *word = unsupported[i].second;

		if (strcmp(first->name, unsupported[i].first) != 0 ||
		    (word && (!second || strcmp(second->name, word) != 0)))
			continue;
		span = word ? pt_span_join(first->span, second->span)
			    : first->span;
		return pt_error_at(
			pt_error_hint(pt_error_new(arena, PT_E_UNSUPPORTED,
						   "%s are not supported yet",
						   unsupported[i].what),
				      "%s", unsupported[i].instead),
			span);
	}
	return NULL;
}

static struct pt_error *unknown_point(struct pt_arena *arena,
				      const struct pt_point *point,
				      const GPtrArray *extra)
{
	const struct pt_point_component *first =
		pt_families_component(point, 0);
	GPtrArray *words = word_list(arena, first_words);
	struct pt_error *error;
	unsigned i;

	if (strcmp(first->name, "process") == 0)
		return pt_families_unknown(
			arena, point, pt_families_is(point, 1, "library") + 1,
			process_words);
	if (strcmp(first->name, "kernel") == 0)
		return pt_families_unknown(arena, point, 1, kernel_words);
	if (strcmp(first->name, "module") == 0)
		return pt_families_unknown(arena, point, 1, module_words);
	for (i = 0; extra && i < extra->len; i++)
		g_ptr_array_add(words, g_ptr_array_index(extra, i));
	error = pt_error_new(arena, PT_E_UNKNOWN_PROBE,
			     "unknown probe point '%s'",
			     pt_point_text(arena, point));
	/* an alias of several words is near as a whole or not at all */
	pt_error_suggest(error, first->name, words);
	if (point->components->len > 1)
		pt_error_suggest(error, pt_point_text(arena, point), extra);
	return pt_error_at(error, first->span);
}

const struct pt_family *pt_family_find(struct pt_arena *arena,
				       const struct pt_point *point,
				       const GPtrArray *extra,
				       struct pt_error **ret_error)
{
	unsigned i;
	struct pt_error *error;

	/* Before the families: timer.profile is of timer's name. */
	error = not_yet(arena, point);
	if (!error) {
		for (i = 0; pt_families[i]; i++)
			if (pt_families[i]->match(point))
				return pt_families[i];
		error = unknown_point(arena, point, extra);
	}
	*ret_error = error;
	return NULL;
}

struct pt_error *pt_probe_dbg(struct pt_probe_env *env, struct pt_dbg **ret)
{
	if (!env->dbg)
		PT_TRY(pt_dbg_open(env->session, &env->dbg));
	*ret = env->dbg;
	return NULL;
}

struct pt_error *pt_probe_module(struct pt_probe_env *env,
				 const struct pt_module_file *file,
				 struct pt_dbg **ret)
{
	if (!env->modules) {
		env->modules = pt_arena_ptr_array(env->session->arena);
		env->sections = pt_arena_ptr_array(env->session->arena);
	}
	for (unsigned i = 0; i < env->modules->len; i++) {
		*ret = g_ptr_array_index(env->modules, i);
		if (strcmp(pt_dbg_module(*ret), file->name) == 0)
			return NULL;
	}
	PT_TRY(pt_dbg_open_module(env->session, file, &env->dbg, env->sections,
				  ret));
	if (!*ret)
		return NULL;
	pt_session_input(env->session, file->path);
	g_ptr_array_add(env->modules, *ret);
	return NULL;
}
