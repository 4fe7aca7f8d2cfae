/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C functions: declarations around a body that is written already.
 */
#include "emit_state.h"

struct pt_emit_body *pt_emit_body_new(struct pt_emit *e, const char *name)
{
	struct pt_emit_body *body = pt_new(e->arena, struct pt_emit_body);

	body->out = pt_out_create(e->arena);
	body->out->indent = 1;
	body->name = name;
	body->key_sizes = g_array_new(FALSE, TRUE, sizeof(unsigned));
	body->sum_buckets = g_array_new(FALSE, TRUE, sizeof(unsigned));
	body->vars = g_hash_table_new(NULL, NULL);
	body->assigned = g_hash_table_new(NULL, NULL);
	body->loops = pt_arena_ptr_array(e->arena);
	body->callees = pt_arena_ptr_array(e->arena);
	body->out_label.name = "out";
	body->next_label.name = "next";
	body->fail = &body->out_label;
	e->body = body;
	return body;
}

static void body_free(struct pt_emit *e)
{
	struct pt_emit_body *body = e->body;

	g_array_free(body->key_sizes, TRUE);
	g_array_free(body->sum_buckets, TRUE);
	g_hash_table_destroy(body->vars);
	g_hash_table_destroy(body->assigned);
	e->body = NULL;
}

/* ---- string memory ---------------------------------------------------- */

static unsigned round8(unsigned n)
{
	return (n + 7) & ~7u;
}

unsigned pt_emit_frame_bytes(struct pt_emit *e, const struct pt_emit_body *body,
			     unsigned n_string_locals)
{
	unsigned i, size = 0;

	/* sizeof(struct ptrt_stat) and its buckets */
	for (i = 0; i < body->sum_buckets->len; i++)
		size += 48 + 8 * g_array_index(body->sum_buckets, unsigned, i);
	size += (n_string_locals + body->max.buffers) *
		(unsigned)e->maxstringlen;
	return round8(size);
}

static unsigned need(struct pt_emit *e, struct pt_emit_function *info,
		     GHashTable *open)
{
	unsigned i, most = 0, own = info->frame_size;

	if (info->measured)
		return info->needed;
	if (g_hash_table_contains(open, info))
		return 0;
	g_hash_table_add(open, info);
	if (info->function->recursive)
		own *= (unsigned)e->program->max_nesting;
	for (i = 0; i < info->callees->len; i++)
		most = MAX(most,
			   need(e, g_ptr_array_index(info->callees, i), open));
	g_hash_table_remove(open, info);
	info->needed = own + most;
	/* in a loop of calls it depends on where the loop was entered */
	info->measured = !info->function->recursive;
	return own + most;
}

void pt_emit_measure(struct pt_emit *e, const struct pt_emit_body *body,
		     unsigned frame)
{
	GHashTable *open = g_hash_table_new(NULL, NULL);
	unsigned i, most = 0;

	for (i = 0; i < body->callees->len; i++)
		most = MAX(most,
			   need(e, g_ptr_array_index(body->callees, i), open));
	g_hash_table_destroy(open);
	e->frame_size = MAX(e->frame_size, frame + most);
}

/* ---- declarations ----------------------------------------------------- */

static bool is_used(const struct pt_emit_body *body, const struct pt_var *var)
{
	return g_hash_table_contains(body->vars, var);
}

/* A string that has memory of its own here? */
static bool in_frame(const struct pt_emit_body *body, const struct pt_var *var)
{
	return var->type == PT_TYPE_STRING && is_used(body, var) &&
	       (var->kind == PT_VAR_LOCAL ||
		g_hash_table_contains(body->assigned, var));
}

static unsigned count_strings(const struct pt_emit_body *body,
			      const GPtrArray *vars)
{
	unsigned i, n = 0;

	for (i = 0; vars && i < vars->len; i++)
		n += in_frame(body, g_ptr_array_index(vars, i));
	return n;
}

static void frame_members(struct pt_emit *e, const GPtrArray *vars)
{
	unsigned i;

	for (i = 0; vars && i < vars->len; i++) {
		const struct pt_var *var = g_ptr_array_index(vars, i);

		if (in_frame(e->body, var))
			pt_out_line(e->out, "char %s[MAXSTRINGLEN];",
				    pt_emit_var(e, var));
	}
}

static void frame_struct(struct pt_emit *e, const GPtrArray *locals,
			 const GPtrArray *params)
{
	const struct pt_emit_body *body = e->body;
	struct pt_out *out = e->out;
	unsigned i;

	pt_out_open(out, "struct %s_frame", body->name);
	for (i = 0; i < body->sum_buckets->len; i++) {
		pt_out_open(out, "union");
		pt_out_line(out, "struct ptrt_stat stat;");
		pt_out_line(out, "char room[PTRT_STAT_SIZE(%u)];",
			    g_array_index(body->sum_buckets, unsigned, i));
		pt_out_close(out, pt_arena_printf(e->arena, " m%u;", i + 1));
	}
	frame_members(e, params);
	frame_members(e, locals);
	for (i = 1; i <= body->max.buffers; i++)
		pt_out_line(out, "char b%u[MAXSTRINGLEN];", i);
	pt_out_close(out, " __attribute__((aligned(8)));");
	pt_out_line(out, "%s", "");
}

/* "TYPE x1, x2;" */
static void declare_temps(struct pt_emit *e, const char *type, char letter,
			  unsigned n, const char *stars)
{
	GString *text = pt_arena_string(e->arena);
	unsigned i;

	if (!n)
		return;
	for (i = 1; i <= n; i++)
		g_string_append_printf(text, "%s%s%c%u", i > 1 ? ", " : "",
				       stars, letter, i);
	pt_out_line(e->out, "%s %s;", type, text->str);
}

static void declare_vars(struct pt_emit *e, const GPtrArray *vars)
{
	unsigned i;

	for (i = 0; vars && i < vars->len; i++) {
		const struct pt_var *var = g_ptr_array_index(vars, i);
		const char *name = pt_emit_var(e, var);

		if (var->type == PT_TYPE_STRING)
			pt_out_line(e->out,
				    "struct ptrt_strvar %s = { f->%s, 0 };",
				    name, name);
		else if (var->kind == PT_VAR_PARAM)
			pt_out_line(e->out, "int64_t %s = a_%s;", name,
				    var->name);
		else
			pt_out_line(e->out, "int64_t %s = 0;", name);
	}
}

/* Of VARS those that need a declaration. */
static GPtrArray *declared(struct pt_emit *e, const GPtrArray *vars)
{
	GPtrArray *list = pt_arena_ptr_array(e->arena);
	unsigned i;

	for (i = 0; vars && i < vars->len; i++) {
		struct pt_var *var = g_ptr_array_index(vars, i);

		if (is_used(e->body, var) &&
		    (var->kind != PT_VAR_PARAM ||
		     g_hash_table_contains(e->body->assigned, var)))
			g_ptr_array_add(list, var);
	}
	return list;
}

static void init_strings(struct pt_emit *e, const GPtrArray *vars)
{
	unsigned i;

	for (i = 0; i < vars->len; i++) {
		const struct pt_var *var = g_ptr_array_index(vars, i);
		const char *name = pt_emit_var(e, var);

		if (var->type != PT_TYPE_STRING)
			continue;
		pt_out_line(e->out, "%s.s[0] = '\\0';", name);
		if (var->kind == PT_VAR_PARAM)
			pt_out_line(e->out, "ptrt_strvar_set(c, &%s, a_%s);",
				    name, var->name);
	}
}

static void declare(struct pt_emit *e, const GPtrArray *vars, bool frame,
		    bool enter, const char *result)
{
	const struct pt_emit_body *body = e->body;
	const struct pt_bound *bound =
		body->function ? body->function->function->bound : body->bound;
	struct pt_out *out = e->out;
	unsigned i;

	if (body->uses_percpu)
		pt_out_line(out, "struct pg_percpu *p = c->percpu;");
	if (body->entry || body->uses_entry)
		pt_out_line(out, "%sstruct %s_entry *v = c->entry;",
			    body->entry ? "" : "const ", bound->c_name);
	if (enter)
		pt_out_line(out, "char *frame = ptrt_function_enter(c, %s);",
			    frame ? pt_arena_printf(e->arena,
						    "sizeof(struct %s_frame)",
						    body->name)
				  : "0");
	if (frame)
		pt_out_line(out,
			    enter ? "struct %s_frame *f = (void *)frame;"
				  : "struct %s_frame *f = (void *)"
				    "ptrt_frame(c, sizeof(*f));",
			    body->name);
	if (result)
		pt_out_line(
			out,
			body->function &&
					body->function->function->return_type ==
						PT_TYPE_STRING
				? "struct ptrt_str result = PTRT_EMPTY;"
				: "int64_t result = 0;");
	declare_vars(e, vars);
	declare_temps(e, "int64_t", 't', body->max.longs, "");
	declare_temps(e, "uint64_t", 'a', body->max.addresses, "");
	declare_temps(e, "int64_t", 'e', body->max.elements, "*");
	declare_temps(e, "struct ptrt_str", 's', body->max.strings, "");
	declare_temps(e, "struct ptrt_stat", 'n', body->max.stats, "*");
	declare_temps(e, "struct ptrt_iter", 'i', body->max.iterators, "");
	for (i = 0; i < body->key_sizes->len; i++)
		pt_out_line(
			out, "struct ptrt_key k%u[%u];", i + 1,
			MAX(1, g_array_index(body->key_sizes, unsigned, i)));
	if (body->uses_record)
		pt_out_line(out, "void *at;");
	if (body->uses_left)
		pt_out_line(out, "unsigned left;");
	if (body->uses_fault)
		pt_out_line(out, "bool fault;");
}

static void after_enter(struct pt_emit *e, const char *result)
{
	pt_out_line(e->out, "if (!frame)");
	pt_out_line(e->out, "\treturn%s%s;", result ? " " : "",
		    result ? result : "");
}

static void write_actions(struct pt_emit *e)
{
	struct pt_emit_body *body = e->body;

	if (body->function || body->actions < e->maxaction)
		return;
	pt_out_line(e->out, "PTRT_ACTIONS(c, %u, %s, out);", body->actions,
		    pt_emit_stmt_place(e, body->bound->source->span, "probe"));
	body->out_label.used = true;
}

static void write_out(struct pt_emit *e, bool frame, bool enter,
		      const char *result)
{
	const struct pt_emit_body *body = e->body;
	struct pt_out *out = e->out;
	unsigned i;

	if (body->out_label.used) {
		out->indent--;
		pt_out_line(out, "out:");
		out->indent++;
	}
	if (enter)
		pt_out_line(out, "ptrt_function_leave(c, frame);");
	else if (frame)
		pt_out_line(out, "c->frame = (char *)f;");
	for (i = 0; body->rechecks && i < body->rechecks->len; i++) {
		const struct pt_bound *probe =
			g_ptr_array_index(body->rechecks, i);

		pt_out_line(out, "ptrt_condition_check(c, %d); /* %s */",
			    probe->index, probe->c_name);
	}
	if (result)
		pt_out_line(out, "return %s;", result);
	else if (body->out_label.used && !frame && !enter &&
		 !(body->rechecks && body->rechecks->len))
		pt_out_line(out, "return;");
}

void pt_emit_body_finish(struct pt_emit *e, const char *signature,
			 const GPtrArray *locals, const GPtrArray *params,
			 const char *result)
{
	struct pt_emit_body *body = e->body;
	unsigned n_strings =
		count_strings(body, locals) + count_strings(body, params);
	bool frame = n_strings || body->max.buffers || body->sum_buckets->len;
	bool enter = body->function &&
		     (body->function->function->recursive || e->check_nesting);
	/* What =~ found in another handler is not seen. */
	bool forget = !body->function && pt_emit_asks_match(body);
	GPtrArray *vars = declared(e, params);
	unsigned bytes = frame ? pt_emit_frame_bytes(e, body, n_strings) : 0;
	gsize start;

	g_ptr_array_extend(vars, declared(e, locals), NULL, NULL);
	if (forget)
		body->uses_percpu = true;
	if (body->function)
		body->function->frame_size = bytes;
	else
		pt_emit_measure(e, body, bytes);
	if (frame)
		frame_struct(e, locals, params);
	pt_out_line(e->out, "%s", signature);
	pt_out_line(e->out, "{");
	e->out->indent++;
	start = e->out->text->len;
	declare(e, vars, frame, enter, result);
	if (e->out->text->len > start)
		pt_out_line(e->out, "%s", "");
	if (enter)
		after_enter(e, result);
	init_strings(e, vars);
	if (forget)
		pt_out_line(e->out, "p->match.groups = -1;");
	write_actions(e);
	g_string_append(e->out->text, body->out->text->str);
	write_out(e, frame, enter, result);
	e->out->indent--;
	pt_out_line(e->out, "}");
	pt_out_line(e->out, "%s", "");
	body_free(e);
}
