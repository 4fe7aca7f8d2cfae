/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables that the runtime reads: arrays, locks, probes, formats.
 */
#include <string.h>

#include "../debuginfo/userprogram.h"
#include "emit_state.h"

/* ---- arrays ----------------------------------------------------------- */

static const char *overflow_text(struct pt_emit *e, const struct pt_var *var)
{
	if (!var->size)
		return "\"Array overflow, check MAXMAPENTRIES\"";
	return pt_arena_printf(
		e->arena,
		"\"Array overflow, check size limit (%" G_GINT64_FORMAT ")\"",
		var->size);
}

static void map_desc(struct pt_emit *e, const struct pt_var *var)
{
	static const char *const values[] = {
		[PT_TYPE_UNKNOWN] = "PTRT_LONG",
		[PT_TYPE_LONG] = "PTRT_LONG",
		[PT_TYPE_STRING] = "PTRT_STRING",
		[PT_TYPE_STATS] = "PTRT_STATS",
	};
	struct pt_out *out = e->out;
	unsigned loops = GPOINTER_TO_UINT(g_hash_table_lookup(e->foreach, var));
	unsigned strings = 0;
	int i;

	for (i = 0; i < var->arity; i++)
		if (var->keys[i] == PT_TYPE_STRING)
			strings |= 1u << i;
	pt_out_line(out, "{");
	out->indent++;
	pt_out_line(out, ".map = &%s,", pt_emit_var(e, var));
	pt_out_line(out, ".name = \"%s\",", var->name);
	pt_out_line(out, ".value = %s,", values[var->type]);
	pt_out_line(out, ".n_keys = %d,", var->arity);
	if (strings)
		pt_out_line(out, ".string_keys = 0x%x,", strings);
	if (var->size)
		pt_out_line(out, ".size = %" G_GINT64_FORMAT ",", var->size);
	if (var->wrap)
		pt_out_line(out, ".wrap = true,");
	if (loops)
		pt_out_line(out, ".iterators = %u,", loops);
	pt_out_line(out, ".overflow = %s,", overflow_text(e, var));
	if (var->type == PT_TYPE_STATS)
		pt_out_line(out, ".stat = &%s_desc,", pt_emit_var(e, var));
	pt_out_close(out, ",");
}

static unsigned maps(struct pt_emit *e)
{
	const GPtrArray *globals = e->program->globals;
	unsigned i, n = 0;

	for (i = 0; i < globals->len; i++) {
		const struct pt_var *var = g_ptr_array_index(globals, i);

		if (var->arity <= 0)
			continue;
		if (n++ == 0)
			pt_out_open(e->out, "static const struct ptrt_map_desc "
					    "pg_maps[] =");
		map_desc(e, var);
	}
	if (n) {
		pt_out_close(e->out, ";");
		pt_out_line(e->out, "%s", "");
	}
	return n;
}

/* ---- parameters ------------------------------------------------------- */

static unsigned parameters(struct pt_emit *e)
{
	const GPtrArray *globals = e->program->globals;
	unsigned i, n = 0;

	for (i = 0; i < globals->len; i++) {
		const struct pt_var *var = g_ptr_array_index(globals, i);
		const char *name = pt_emit_var(e, var);

		if (var->arity > 0 || var->type == PT_TYPE_STATS)
			continue;
		if (n++ == 0)
			pt_out_open(e->out, "static const struct "
					    "ptrt_parameter pg_parameters[] =");
		if (var->type == PT_TYPE_STRING)
			pt_out_line(e->out, "{ \"%s\", true, &%s, 0 },",
				    var->name, name);
		else if (var->add_only)
			pt_out_line(e->out, "{ \"%s\", false, NULL, %s },",
				    var->name, pt_emit_offset(e, var));
		else
			pt_out_line(e->out, "{ \"%s\", false, &%s, 0 },",
				    var->name, name);
	}
	if (n) {
		pt_out_close(e->out, ";");
		pt_out_line(e->out, "%s", "");
	}
	return n;
}

/* ---- locks ------------------------------------------------------------ */

static void locks(struct pt_emit *e)
{
	const GPtrArray *guarded = e->program->guarded;
	unsigned i;

	if (!guarded || guarded->len == 0)
		return;
	pt_out_open(e->out, "static const char *const pg_lock_names[] =");
	for (i = 0; i < guarded->len; i++) {
		const struct pt_var *var = g_ptr_array_index(guarded, i);

		pt_out_line(e->out, "\"%s\",", var->name);
	}
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}

static int lock_number(struct pt_emit *e, const struct pt_var *var)
{
	unsigned i;

	if (!g_ptr_array_find(e->program->guarded, var, &i))
		return -1;
	return (int)i;
}

static void lock_uses(struct pt_emit *e, const GPtrArray *uses,
		      const char *name, const char *suffix)
{
	static const char *const modes[] = {
		[PT_USE_READ] = "PTRT_LOCK_READ",
		[PT_USE_WRITE] = "PTRT_LOCK_WRITE",
		[PT_USE_LOCAL] = "PTRT_LOCK_LOCAL",
	};
	unsigned i;

	if (!uses || uses->len == 0)
		return;
	pt_out_open(e->out, "static const struct ptrt_lock_use %s%s[] =", name,
		    suffix);
	for (i = 0; i < uses->len; i++) {
		const struct pt_use *use = g_ptr_array_index(uses, i);

		pt_out_line(e->out, "{ %d, %s }, /* %s */",
			    lock_number(e, use->var), modes[use->mode],
			    use->var->name);
	}
	pt_out_close(e->out, ";");
}

/* ---- probes ----------------------------------------------------------- */

/* Who asks for the bundled engine wants its probes at entries, too. */
static bool without_ftrace(struct pt_session *session)
{
	const struct pt_options *o = &session->options;

	if (o->mechanism)
		return !strcmp(o->mechanism, "kprobe");
	return o->engine && pt_session_bundled(session);
}

static const char *flags(struct pt_emit *e, const struct pt_bound *bound)
{
	GString *text = pt_arena_string(e->arena);

	/* A stack is walked from whole registers. */
	if (bound->full_regs || bound->callers)
		g_string_append(text, " | PTRT_FULL_REGS");
	if (bound->optional)
		g_string_append(text, " | PTRT_OPTIONAL");
	if (bound->jiffies)
		g_string_append(text, " | PTRT_JIFFIES");
	if (without_ftrace(e->program->session))
		g_string_append(text, " | PTRT_NO_FTRACE");
	return text->len ? text->str + 3 : NULL;
}

/* Where the script says it: the first of the points that led here. */
static struct pt_span written_at(const struct pt_bound *bound)
{
	const struct pt_point *point = bound->point;

	if (bound->chain && bound->chain->len)
		point = g_ptr_array_index(bound->chain, 0);
	return point->span;
}

static void uses_member(struct pt_emit *e, const GPtrArray *uses,
			const char *name, const char *suffix,
			const char *member)
{
	if (!uses || uses->len == 0)
		return;
	pt_out_line(e->out, ".%s = %s%s,", member, name, suffix);
	pt_out_line(e->out, ".n_%s = %u,", member, uses->len);
}

/* What pp() says at each of several places. */
static bool has_points(const struct pt_bound *bound)
{
	return bound->tells_point && bound->sites && bound->sites->len > 1;
}

static void points(struct pt_emit *e, const struct pt_bound *bound)
{
	pt_out_open(e->out, "static const char *const %s_site_points[] =",
		    bound->c_name);
	for (guint i = 0; i < bound->sites->len; i++) {
		const struct pt_dbg_function *site = bound->sites->pdata[i];

		pt_out_line(e->out, "%s,",
			    pt_out_c_text(e->arena, site->point));
	}
	pt_out_close(e->out, ";");
}

static void probe(struct pt_emit *e, const struct pt_bound *bound)
{
	struct pt_out *out = e->out;
	const char *bits = flags(e, bound);
	const char *code =
		bound->handler_of ? bound->handler_of->c_name : bound->c_name;

	pt_out_line(out, "{");
	out->indent++;
	pt_out_line(out, ".point = %s,", pt_out_c_text(e->arena, bound->text));
	pt_out_line(out, ".place = %s,",
		    pt_out_c_text(e->arena,
				  pt_span_text(e->arena, written_at(bound))));
	pt_out_line(out, ".handler = %s,", code);
	if (bound->entries && bound->entries->len) {
		pt_out_line(out, ".entry = %s_at_entry,", code);
		pt_out_line(out, ".entry_size = sizeof(struct %s_entry),",
			    code);
	}
	uses_member(e, bound->uses, bound->c_name, "_locks", "locks");
	uses_member(e, bound->entry_uses, bound->c_name, "_entry_locks",
		    "entry_locks");
	if (pt_emit_disarms(bound)) {
		pt_out_line(out, ".condition = %s_condition,", bound->c_name);
		uses_member(e, bound->condition_uses, bound->c_name,
			    "_condition_locks", "condition_locks");
	}
	if (bits)
		pt_out_line(out, ".flags = %s,", bits);
	if (bound->family->emit_members)
		bound->family->emit_members(out, bound);
	if (has_points(bound))
		pt_out_line(out, ".site_points = %s_site_points,",
			    bound->c_name);
	pt_out_close(out, ",");
}

static void probes(struct pt_emit *e)
{
	const GPtrArray *list = e->program->probes;
	gsize start = e->out->text->len;
	unsigned i;

	for (i = 0; i < list->len; i++) {
		const struct pt_bound *bound = g_ptr_array_index(list, i);

		if (has_points(bound))
			points(e, bound);
		lock_uses(e, bound->uses, bound->c_name, "_locks");
		lock_uses(e, bound->entry_uses, bound->c_name, "_entry_locks");
		if (pt_emit_disarms(bound))
			lock_uses(e, bound->condition_uses, bound->c_name,
				  "_condition_locks");
		if (bound->family->emit_tables)
			bound->family->emit_tables(e->out, bound);
	}
	if (e->out->text->len > start)
		pt_out_line(e->out, "%s", "");
	pt_out_open(e->out, "static const struct ptrt_probe pg_probes[] =");
	for (i = 0; i < list->len; i++)
		probe(e, g_ptr_array_index(list, i));
	pt_out_close(e->out, ";");
	pt_out_line(e->out, "%s", "");
}

/* ---- formats ---------------------------------------------------------- */

static void formats(struct pt_emit *e)
{
	unsigned i;

	if (e->formats->len == 0)
		return;
	pt_out_line(e->out, "/* kind and length, two bytes each, then the text "
			    "*/");
	pt_out_line(e->out, "static const char pg_formats[] =");
	for (i = 0; i < e->formats->len; i++) {
		const struct pt_emit_format *f =
			g_ptr_array_index(e->formats, i);
		char head[4] = { (char)f->kind, 0, (char)(f->length & 0xff),
				 (char)(f->length >> 8) };

		pt_out_line(e->out, "\t%s %s%s /* %u */",
			    pt_out_c_string(e->arena, head, sizeof(head)),
			    pt_out_c_string(e->arena, f->text, f->length),
			    i + 1 == e->formats->len ? ";" : "", i);
	}
	pt_out_line(e->out, "%s", "");
}

/* ---- the kernel that addresses belong to ------------------------------ */

static void build_id(struct pt_emit *e)
{
	const unsigned char *id;
	GString *text = pt_arena_string(e->arena);
	size_t i, length;

	pt_dbg_build_id(e->program->env.dbg, &id, &length);
	for (i = 0; i < length; i++)
		g_string_append_printf(text, "%s0x%02x", i ? ", " : "", id[i]);
	pt_out_line(e->out,
		    "static const unsigned char pg_build_id[] = { %s };",
		    text->str);
	pt_out_line(e->out, "%s", "");
}

/* Where functions return to whose own way back the kernel keeps elsewhere. */
static void trampolines(struct pt_emit *e)
{
	static const char *const names[] = { "arch_rethook_trampoline",
					     "__kretprobe_trampoline",
					     "return_to_handler" };
	const GPtrArray *list = e->program->probes;
	uint64_t address;
	bool wanted = false;

	for (unsigned i = 0; i < list->len; i++) {
		const struct pt_bound *bound = g_ptr_array_index(list, i);

		wanted |= bound->callers != NULL;
	}
	if (!wanted)
		return;
	pt_out_open(e->out, ".trampolines =");
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (pt_dbg_symbol(e->program->env.dbg, names[i], &address))
			pt_out_line(e->out,
				    "0x%" G_GINT64_MODIFIER "xULL, /* %s */",
				    address, names[i]);
	pt_out_close(e->out, ",");
}

static void kernel_members(struct pt_emit *e)
{
	struct pt_dbg *dbg = e->program->env.dbg;
	uint64_t anchor;

	trampolines(e);

	pt_out_line(e->out, ".build_id = pg_build_id,");
	pt_out_line(e->out, ".build_id_length = sizeof(pg_build_id),");
	if (pt_dbg_symbol(dbg, "relay_open", &anchor))
		pt_out_line(e->out,
			    ".anchor = 0x%" G_GINT64_MODIFIER
			    "xULL, /* relay_open */",
			    anchor);
}

/* For ptaprun as well: what it compares with the file that is there. */
static void object_id(struct pt_emit *e, const struct pt_object *object)
{
	const unsigned char *id;
	size_t length;

	pt_dbg_build_id(object->dbg, &id, &length);
	pt_out_line(e->out, "static const char pg_object_%u[]", object->number);
	pt_out_line(e->out, "\t__attribute__((section(\".modinfo\"), used)) =");
	pt_out_line(e->out, "\t\"ptap_object=%s:%s:\" %s;",
		    pt_dbg_program_hashed(object->dbg) ? "sha1" : "build-id",
		    pt_dbg_id_text(e->arena, id, length),
		    pt_out_c_text(e->arena, object->path));
}

static void objects(struct pt_emit *e)
{
	const GPtrArray *list = e->program->env.objects;

	if (!list || !list->len)
		return;
	pt_out_open(e->out, "static const struct ptrt_object pg_objects[] =");
	for (unsigned i = 0; i < list->len; i++) {
		const struct pt_object *object = g_ptr_array_index(list, i);
		uint64_t address = 0, offset = 0;
		unsigned word = 0;

		if (object->dbg) {
			pt_dbg_program_anchor(object->dbg, &address, &offset);
			word = pt_dbg_program_word(object->dbg);
		}
		pt_out_line(e->out,
			    "{ %s, 0x%" G_GINT64_MODIFIER
			    "xULL, 0x%" G_GINT64_MODIFIER
			    "xULL, %u }, /* %u */",
			    pt_out_c_text(e->arena, object->path), address,
			    offset, word, i);
	}
	pt_out_close(e->out, ";");
	for (unsigned i = 0; i < list->len; i++) {
		const struct pt_object *object = g_ptr_array_index(list, i);

		if (object->dbg)
			object_id(e, object);
	}
	pt_out_line(e->out, "%s", "");
}

static void script_struct(struct pt_emit *e, unsigned n_maps,
			  unsigned n_parameters, unsigned n_warnings,
			  unsigned n_patched)
{
	const struct pt_program *program = e->program;
	struct pt_out *out = e->out;

	pt_out_open(out, "const struct ptrt_script ptrt_script =");
	pt_out_line(out, ".api = PTRT_API,");
	pt_out_line(out, ".probes = pg_probes,");
	pt_out_line(out, ".n_probes = %u,", program->probes->len);
	if (n_maps) {
		pt_out_line(out, ".maps = pg_maps,");
		pt_out_line(out, ".n_maps = %u,", n_maps);
	}
	if (program->guarded && program->guarded->len) {
		pt_out_line(out, ".locks = pg_lock_names,");
		pt_out_line(out, ".n_locks = %u,", program->guarded->len);
	}
	if (n_parameters) {
		pt_out_line(out, ".parameters = pg_parameters,");
		pt_out_line(out, ".n_parameters = %u,", n_parameters);
	}
	if (pt_emit_has_percpu(e)) {
		pt_out_line(out, ".percpu_size = sizeof(struct pg_percpu),");
		pt_out_line(out, ".percpu_init = pg_percpu_init,");
	}
	if (e->frame_size || e->uses_c_print)
		pt_out_line(out, ".frame_size = %u,",
			    e->frame_size + (e->uses_c_print
						     ? (unsigned)e->maxstringlen
						     : 0));
	if (e->formats->len) {
		pt_out_line(out, ".formats = pg_formats,");
		pt_out_line(out, ".formats_size = sizeof(pg_formats) - 1,");
		pt_out_line(out, ".n_formats = %u,", e->formats->len);
	}
	pt_out_line(out, ".limits = pg_limits,");
	if (n_warnings) {
		pt_out_line(out, ".warnings = pg_warnings,");
		pt_out_line(out, ".n_warnings = %u,", n_warnings);
	}
	if (program->env.dbg)
		kernel_members(e);
	if (program->env.sections && program->env.sections->len) {
		pt_out_line(out, ".sections = pg_sections,");
		pt_out_line(out, ".n_sections = %u,",
			    program->env.sections->len);
	}
	if (program->env.objects && program->env.objects->len) {
		pt_out_line(out, ".objects = pg_objects,");
		pt_out_line(out, ".n_objects = %u,", program->env.objects->len);
	}
	if (n_patched) {
		pt_out_line(out, ".patched = pg_patched,");
		pt_out_line(out, ".n_patched = %u,", n_patched);
	}
	pt_out_close(out, ";");
}

/* For ptaprun, which compares it with the module that is loaded: .modinfo holds
 * "name=value" texts, and the kernel reads those that it knows. */
static void module_build_id(struct pt_emit *e, unsigned number,
			    struct pt_dbg *dbg)
{
	const unsigned char *id;
	size_t length;

	pt_dbg_build_id(dbg, &id, &length);
	pt_out_line(e->out, "static const char pg_module_%u[]", number);
	pt_out_line(e->out, "\t__attribute__((section(\".modinfo\"), used)) =");
	pt_out_line(e->out, "\t\"ptap_module=\" %s \":%s\";",
		    pt_out_c_text(e->arena, pt_dbg_module(dbg)),
		    pt_dbg_id_text(e->arena, id, length));
}

void pt_emit_sections(struct pt_emit *e)
{
	const GPtrArray *list = e->program->env.sections;
	struct pt_out *out = e->out;

	if (!list || !list->len)
		return;
	pt_out_open(out, "static struct ptrt_section pg_sections[] =");
	for (unsigned i = 0; i < list->len; i++) {
		const struct pt_dbg_section *s = g_ptr_array_index(list, i);

		pt_out_line(out,
			    "{ %s, %s, 0x%" G_GINT64_MODIFIER
			    "x, 0x%" G_GINT64_MODIFIER
			    "x, %s, 0x%" G_GINT64_MODIFIER "x },",
			    pt_out_c_text(e->arena, pt_dbg_module(s->dbg)),
			    pt_out_c_text(e->arena, s->name), s->start, s->size,
			    pt_out_c_text(e->arena, s->anchor ? s->anchor : ""),
			    s->anchor_address);
	}
	pt_out_close(out, ";");
	for (unsigned i = 0; i < e->program->env.modules->len; i++)
		module_build_id(e, i,
				g_ptr_array_index(e->program->env.modules, i));
	pt_out_line(out, "%s", "");
}

void pt_emit_tables(struct pt_emit *e)
{
	unsigned n_maps = maps(e), n_parameters = parameters(e),
		 n_warnings = pt_emit_warnings(e),
		 n_patched = pt_emit_patched(e);

	locks(e);
	probes(e);
	formats(e);
	pt_emit_limits_table(e);
	if (e->program->env.dbg)
		build_id(e);
	objects(e);
	script_struct(e, n_maps, n_parameters, n_warnings, n_patched);
}
