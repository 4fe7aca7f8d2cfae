/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Embedded C: functions, values, and the STAP_ words that it may use.
 */
#include <string.h>

#include "../../include/ptap/wire.h"
#include "../lang/ccode.h"
#include "emit_state.h"

/* ---- functions -------------------------------------------------------- */

static const char *signature(struct pt_emit *e,
			     const struct pt_emit_function *info)
{
	const struct pt_function *f = info->function;
	GString *text = pt_arena_string(e->arena);
	unsigned i;

	g_string_append_printf(
		text, "static inline %s %s(struct ptrt_context *c",
		f->return_type == PT_TYPE_LONG	   ? "int64_t"
		: f->return_type == PT_TYPE_STRING ? "struct ptrt_str"
						   : "void",
		info->name);
	if (f->return_type == PT_TYPE_STRING)
		g_string_append(text, f->file->library ? ", char *STAP_RETVALUE"
						       : ", char *value");
	for (i = 0; i < f->params->len; i++) {
		const struct pt_var *var = g_ptr_array_index(f->params, i);

		if (var->type == PT_TYPE_STRING)
			g_string_append_printf(text,
					       ", struct ptrt_str STAP_TEXT_%s",
					       var->name);
		else
			g_string_append_printf(text, ", int64_t STAP_ARG_%s",
					       var->name);
	}
	g_string_append_c(text, ')');
	return text->str;
}

/* Code from before STAP_ARG_x: THIS->x and THIS->__retvalue. */
static void write_this(struct pt_emit *e, const struct pt_function *f)
{
	struct pt_out *out = e->out;
	unsigned i;

	pt_out_open(out, "struct");
	for (i = 0; i < f->params->len; i++) {
		const struct pt_var *var = g_ptr_array_index(f->params, i);

		pt_out_line(out, "%s%s;",
			    var->type == PT_TYPE_STRING ? "const char *"
							: "int64_t ",
			    var->name);
	}
	if (f->return_type == PT_TYPE_STRING)
		pt_out_line(out, "char *__retvalue;");
	else
		pt_out_line(out, "int64_t __retvalue;");
	pt_out_close(out, pt_arena_printf(e->arena, " this_ = { %s",
					  f->params->len ? "" : "0"));
	/* The initialiser of the structure just opened. */
	g_string_truncate(out->text, out->text->len - 1);
	for (i = 0; i < f->params->len; i++) {
		const struct pt_var *var = g_ptr_array_index(f->params, i);

		g_string_append_printf(out->text, "%s.%s = STAP_ARG_%s",
				       i ? ", " : "", var->name, var->name);
	}
	g_string_append(out->text, " }, *const THIS = &this_;\n");
	if (f->return_type == PT_TYPE_STRING)
		pt_out_line(out, "THIS->__retvalue = STAP_RETVALUE;");
}

static void write_params(struct pt_emit *e, const struct pt_function *f,
			 const char *code, size_t length)
{
	unsigned i;

	for (i = 0; i < f->params->len; i++) {
		const struct pt_var *var = g_ptr_array_index(f->params, i);

		if (var->type == PT_TYPE_STRING)
			pt_out_line(e->out,
				    "const char *const STAP_ARG_%s = "
				    "STAP_TEXT_%s.s;",
				    var->name, var->name);
	}
	if (f->pragmas & PT_PRAGMA_UNMANGLED ||
	    pt_ccode_mentions(code, length, "THIS"))
		write_this(e, f);
}

void pt_emit_source_line(struct pt_emit *e, struct pt_span span, size_t offset)
{
	const struct pt_source *source = span.source;
	unsigned line, column;

	if (!source || source->library)
		return;
	pt_source_locate(source, span.start + (uint32_t)offset, &line, &column);
	g_string_append_printf(e->out->text, "#line %u %s\n", line,
			       pt_out_c_text(e->arena, source->name));
}

void pt_emit_source_end(struct pt_emit *e, struct pt_span span)
{
	const char *at = e->out->text->str;
	unsigned line = 2;

	if (!span.source || span.source->library)
		return;
	for (; (at = strchr(at, '\n')); at++)
		line++;
	g_string_append_printf(e->out->text, "#line %u \"generated.c\"\n",
			       line);
}

/* As it was written; a single line is indented.  SPAN: of "%{ ... %}". */
static void write_code(struct pt_emit *e, const char *code, size_t length,
		       struct pt_span span)
{
	const char *start = code - 2;

	while (length && g_ascii_isspace(code[length - 1]))
		length--;
	while (length && (*code == '\n' || *code == ' ')) {
		code++;
		length--;
	}
	pt_out_line(e->out, "{");
	e->out->indent++;
	pt_emit_source_line(e, span, (size_t)(code - start));
	if (!memchr(code, '\n', length)) {
		pt_out_line(e->out, "%.*s", (int)length, code);
	} else {
		g_string_append_len(e->out->text, code, (gssize)length);
		g_string_append_c(e->out->text, '\n');
	}
	pt_emit_source_end(e, span);
	pt_out_close(e->out, "");
}

/* How the function ends, given what kind of value it has. */
static void write_end(struct pt_emit *e, const struct pt_emit_function *info,
		      bool label, bool this_value, bool buffer)
{
	const struct pt_function *f = info->function;
	struct pt_out *out = e->out;

	if (label) {
		out->indent--;
		pt_out_line(out, "out:");
		out->indent++;
	}
	if (f->return_type == PT_TYPE_LONG)
		pt_out_line(out, "return %s;",
			    this_value ? "THIS->__retvalue" : "STAP_RETVALUE");
	else if (f->return_type == PT_TYPE_STRING && buffer)
		pt_out_line(out, "return returned.s ? returned : "
				 "ptrt_from_c(STAP_RETVALUE);");
	else if (f->return_type == PT_TYPE_STRING)
		pt_out_line(out, "return returned;");
	else if (label)
		pt_out_line(out, "return;");
}

static void write_next(struct pt_emit *e, const struct pt_emit_function *info)
{
	const struct pt_function *f = info->function;
	struct pt_out *out = e->out;
	GString *call = pt_arena_string(e->arena);
	unsigned i;

	out->indent--;
	pt_out_line(out, "next:");
	out->indent++;
	if (!f->next_overload) {
		pt_out_line(out, "ptrt_error(c, \"all functions exhausted\");");
		pt_out_line(out, "goto out;");
		return;
	}
	g_string_append_printf(
		call, "%s(c%s", pt_emit_function_of(e, f->next_overload)->name,
		f->return_type == PT_TYPE_STRING ? ", STAP_RETVALUE" : "");
	for (i = 0; i < f->params->len; i++) {
		const struct pt_var *var = g_ptr_array_index(f->params, i);

		g_string_append_printf(call, ", STAP_%s_%s",
				       var->type == PT_TYPE_STRING ? "TEXT"
								   : "ARG",
				       var->name);
	}
	if (f->return_type == PT_TYPE_LONG || f->return_type == PT_TYPE_STRING)
		pt_out_line(out, "return %s);", call->str);
	else
		pt_out_line(out, "%s);", call->str);
}

/* Has it words behind which stands "goto out"? */
static bool goes_out(const char *code, size_t length)
{
	return pt_ccode_mentions(code, length, "STAP_ERROR") ||
	       pt_ccode_mentions(code, length, "CATCH_DEREF_FAULT");
}

void pt_emit_embedded_function(struct pt_emit *e, struct pt_emit_function *info)
{
	const struct pt_function *f = info->function;
	const char *code = f->body->code;
	size_t length = f->body->code_length;
	bool returns = pt_ccode_mentions(code, length, "return");
	bool next = pt_ccode_mentions(code, length, "STAP_NEXT");
	bool this_ = pt_ccode_mentions(code, length, "THIS");
	bool buffer = this_ || pt_ccode_mentions(code, length, "STAP_RETVALUE");
	bool stap_return = pt_ccode_mentions(code, length, "STAP_RETURN");
	bool label = returns || next || stap_return || goes_out(code, length) ||
		     pt_ccode_mentions(code, length, "PTRT_RETURN_STR");
	/* As scripts expect it: something that has a sizeof. */
	bool array = f->return_type == PT_TYPE_STRING && !f->file->library;
	struct pt_out *out = e->out;

	if (next && !f->next_overload)
		info->may_fail = true;
	pt_out_line(out, "/* %s %s() */", pt_span_text(e->arena, f->span),
		    f->name);
	pt_out_line(out, "%s", signature(e, info));
	pt_out_line(out, "{");
	out->indent++;
	if (f->return_type == PT_TYPE_LONG && !this_)
		pt_out_line(out, "int64_t STAP_RETVALUE = 0;");
	if (array)
		pt_out_line(out, "#define STAP_RETVALUE "
				 "(*(char(*)[MAXSTRINGLEN])value)");
	if (f->return_type == PT_TYPE_STRING)
		pt_out_line(out, "struct ptrt_str returned = %s;",
			    buffer ? "{ NULL, 0 }" : "PTRT_EMPTY");
	write_params(e, f, code, length);
	if (f->return_type == PT_TYPE_STRING && buffer)
		pt_out_line(out, "STAP_RETVALUE[0] = 0;");
	if (stap_return)
		pt_out_line(out, "#define STAP_RETURN%s",
			    f->return_type == PT_TYPE_STRING
				    ? "(...) PG_RETURN_STRING(__VA_ARGS__)"
			    : this_ ? "(...) PG_RETURN_THIS(__VA_ARGS__)"
			    : f->return_type == PT_TYPE_LONG
				    ? "(...) PG_RETURN_LONG(__VA_ARGS__)"
				    : "() goto out");
	if (returns)
		pt_out_line(out, "#define return goto out");
	write_code(e, code, length, f->body->span);
	if (returns)
		pt_out_line(out, "#undef return");
	if (stap_return)
		pt_out_line(out, "#undef STAP_RETURN");
	write_end(e, info, label, this_, buffer);
	if (next)
		write_next(e, info);
	if (array)
		pt_out_line(out, "#undef STAP_RETVALUE");
	out->indent--;
	pt_out_line(out, "}");
	pt_out_line(out, "%s", "");
}

/* ---- values ----------------------------------------------------------- */

/* A function of its own, so that gcc's complaints have a place in the script. */
static const char *value_function(struct pt_emit *e, const struct pt_expr *expr)
{
	const char *type =
		expr->type == PT_TYPE_STRING ? "const char *" : "int64_t ";
	const char *name = pt_emit_unique(e, "pg_value");
	struct pt_out *out = e->out;
	bool label = goes_out(expr->text, expr->length);

	pt_out_line(out, "static inline %s%s(struct ptrt_context *c)", type,
		    name);
	pt_out_line(out, "{");
	out->indent++;
	pt_out_line(out, "%svalue = %s;", type,
		    expr->type == PT_TYPE_STRING ? "\"\"" : "0");
	pt_out_line(out, "%s", "");
	pt_out_line(out, "value =");
	pt_emit_source_line(e, expr->span, 0);
	pt_out_line(out, "(%.*s);", (int)expr->length, expr->text);
	pt_emit_source_end(e, expr->span);
	if (label) {
		out->indent--;
		pt_out_line(out, "out:");
		out->indent++;
	}
	pt_out_line(out, "return value;");
	out->indent--;
	pt_out_line(out, "}");
	pt_out_line(out, "%s", "");
	return name;
}

struct pt_emit_value pt_emit_embedded(struct pt_emit *e,
				      const struct pt_expr *expr)
{
	const char *call =
		pt_arena_printf(e->arena, "%s(c)", value_function(e, expr));
	bool pure = expr->number & PT_PRAGMA_PURE;
	struct pt_emit_value value;

	if (!pure)
		e->body->changes |= PT_CHANGES_WORLD;
	if (expr->type == PT_TYPE_STRING)
		call = pt_arena_printf(e->arena, "ptrt_from_c(%s)", call);
	value = pt_emit_value(e, call, PT_CHANGES_GLOBALS, false);
	if (expr->number & PT_PRAGMA_STABLE && pure)
		return value;
	value = pt_emit_atom(e, value, expr->type);
	if (pt_ccode_may_fail(expr->text, expr->length))
		pt_emit_check(e, pt_emit_place(e, expr));
	return value;
}

/* ---- macros ----------------------------------------------------------- */

static bool program_mentions(struct pt_emit *e, const char *word)
{
	const struct pt_program *program = e->program;
	unsigned i;

	for (i = 0; i < program->functions->len; i++) {
		const struct pt_function *f =
			g_ptr_array_index(program->functions, i);

		if (f->embedded &&
		    pt_ccode_mentions(f->body->code, f->body->code_length,
				      word))
			return true;
	}
	for (i = 0; program->embedded && i < program->embedded->len; i++) {
		const struct pt_embedded *code =
			g_ptr_array_index(program->embedded, i);

		if (pt_ccode_mentions(code->code, code->length, word))
			return true;
	}
	return false;
}

bool pt_emit_uses_deref(struct pt_emit *e)
{
	return program_mentions(e, "CATCH_DEREF_FAULT");
}

/* The parameters of a function that takes an array's keys, and the keys. */
static void key_params(const struct pt_var *var, GString *params, GString *keys)
{
	int i;

	for (i = 0; i < var->arity; i++) {
		bool string = var->keys[i] == PT_TYPE_STRING;

		g_string_append_printf(params, ", %sk%d",
				       string ? "const char *" : "int64_t ", i);
		g_string_append_printf(
			keys,
			string ? "%s{ .s = k%d, .n = ptrt_from_c(k%d).n }"
			       : "%s{ .v = k%d }",
			i ? ", " : "", i, i);
	}
}

/* STAP_GLOBAL_GET_x(keys...) and STAP_GLOBAL_SET_x(keys..., value). */
static void array_macros(struct pt_emit *e, const struct pt_var *var,
			 const char *get, const char *set)
{
	bool string = var->type == PT_TYPE_STRING;
	const char *type = string ? "const char *" : "int64_t ";
	GString *params = pt_arena_string(e->arena);
	GString *keys = pt_arena_string(e->arena);
	const char *name = pt_emit_var(e, var);
	struct pt_out *out = e->out;

	key_params(var, params, keys);
	if (program_mentions(e, get)) {
		pt_out_line(out,
			    "static inline %spg_get_%s(struct ptrt_context "
			    "*c%s)",
			    type, name, params->str);
		pt_out_line(out, "{");
		pt_out_line(out, "\tconst struct ptrt_key keys[] = { %s };",
			    keys->str);
		pt_out_line(out, "\treturn ptrt_map_get_%s(c, %s, keys)%s;",
			    string ? "str" : "long", name, string ? ".s" : "");
		pt_out_line(out, "}");
		pt_out_line(out, "#define %s(...) pg_get_%s(c, __VA_ARGS__)",
			    get, name);
	}
	if (!program_mentions(e, set))
		return;
	pt_out_line(out,
		    "static inline void pg_set_%s(struct ptrt_context "
		    "*c%s, %sv)",
		    name, params->str, type);
	pt_out_line(out, "{");
	pt_out_line(out, "\tconst struct ptrt_key keys[] = { %s };", keys->str);
	if (string) {
		pt_out_line(out,
			    "\tptrt_map_set_str(c, %s, keys, "
			    "ptrt_from_c(v));",
			    name);
	} else {
		pt_out_line(out, "\tint64_t *e = ptrt_map_long(c, %s, keys);",
			    name);
		pt_out_line(out, "\tif (e)");
		pt_out_line(out, "\t\t*e = v;");
	}
	pt_out_line(out, "}");
	pt_out_line(out, "#define %s(...) pg_set_%s(c, __VA_ARGS__)", set,
		    name);
}

static void global_macros(struct pt_emit *e, const struct pt_var *var)
{
	const char *get =
		pt_arena_printf(e->arena, "STAP_GLOBAL_GET_%s", var->name);
	const char *set =
		pt_arena_printf(e->arena, "STAP_GLOBAL_SET_%s", var->name);
	const char *name = pt_emit_var(e, var);

	if (var->type == PT_TYPE_STATS)
		return;
	if (var->arity > 0) {
		array_macros(e, var, get, set);
		return;
	}
	if (program_mentions(e, get)) {
		if (var->type == PT_TYPE_STRING)
			pt_out_line(e->out, "#define %s() (%s.s)", get, name);
		else if (var->add_only)
			pt_out_line(e->out,
				    "#define %s() ptrt_counter_get(c, %s)", get,
				    pt_emit_offset(e, var));
		else
			pt_out_line(e->out, "#define %s() (%s)", get, name);
	}
	if (!program_mentions(e, set))
		return;
	if (var->type == PT_TYPE_STRING)
		pt_out_line(e->out,
			    "#define %s(v) ptrt_strvar_set(c, &%s, "
			    "ptrt_from_c(v))",
			    set, name);
	else if (var->add_only)
		pt_out_line(e->out, "#define %s(v) ptrt_counter_set(c, %s, v)",
			    set, pt_emit_offset(e, var));
	else
		pt_out_line(e->out, "#define %s(v) (%s = (v))", set, name);
}

/* printf of embedded C: formatted by the kernel, one record. */
static void c_print(struct pt_emit *e)
{
	struct pt_out *out = e->out;

	e->uses_c_print = true;
	if (!e->program->kernel_headers)
		pt_out_line(out, "int vsnprintf(char *, size_t, const char *, "
				 "__builtin_va_list);");
	pt_out_line(out, "static void __attribute__((format(printf, 2, 3)))");
	pt_out_line(out, "pg_print(struct ptrt_context *c, const char *format, "
			 "...)");
	pt_out_line(out, "{");
	out->indent++;
	pt_out_line(out, "struct ptrt_str text = { c->frame, 0 };");
	pt_out_line(out, "__builtin_va_list args;");
	pt_out_line(out, "void *at;");
	pt_out_line(out, "%s", "");
	pt_out_line(out, "__builtin_va_start(args, format);");
	pt_out_line(out, "vsnprintf(c->frame, MAXSTRINGLEN, format, args);");
	pt_out_line(out, "__builtin_va_end(args);");
	pt_out_line(out, "text = ptrt_from_c(c->frame);");
	pt_out_line(out,
		    "at = ptrt_record_reserve(c, %u, ptrt_size_str(text));",
		    pt_emit_format(e, PTAP_FORMAT_TEXT, "%s", 2));
	pt_out_open(out, "if (at)");
	pt_out_line(out, "ptrt_put_str(at, text);");
	pt_out_line(out, "ptrt_record_commit(c);");
	pt_out_close(out, "");
	out->indent--;
	pt_out_line(out, "}");
	pt_out_line(out, "#define STAP_PRINTF(...) pg_print(c, __VA_ARGS__)");
	pt_out_line(out, "%s", "");
}

/* How embedded C gives its value back. */
static void return_macros(struct pt_out *out)
{
	pt_out_line(out, "#define PG_RETURN_LONG(...) \\\n"
			 "\tdo { __VA_OPT__(STAP_RETVALUE = (__VA_ARGS__);) "
			 "goto out; } while (0)");
	pt_out_line(out, "#define PG_RETURN_STRING(...) \\\n"
			 "\tdo { __VA_OPT__(returned = ptrt_copy(c, "
			 "STAP_RETVALUE, ptrt_from_c(__VA_ARGS__));) "
			 "goto out; } while (0)");
}

void pt_emit_embedded_macros(struct pt_emit *e)
{
	const struct pt_program *program = e->program;
	struct pt_out *out = e->out;
	gsize start = out->text->len;
	bool any = false;
	unsigned i;

	for (i = 0; i < program->functions->len; i++) {
		const struct pt_function *f =
			g_ptr_array_index(program->functions, i);

		any |= f->embedded;
	}
	if (!any)
		return;
	if (program_mentions(e, "STAP_RETURN"))
		return_macros(out);
	if (program_mentions(e, "PTRT_RETURN_STR"))
		pt_out_line(out, "#define PTRT_RETURN_STR(text) \\\n"
				 "\tdo { returned = (text); goto out; } while "
				 "(0)");
	if (program_mentions(e, "THIS"))
		pt_out_line(out, "#define PG_RETURN_THIS(...) \\\n"
				 "\tdo { __VA_OPT__(THIS->__retvalue = "
				 "(__VA_ARGS__);) goto out; } while (0)");
	if (program_mentions(e, "STAP_NEXT"))
		pt_out_line(out, "#define STAP_NEXT goto next");
	for (i = 0; i < program->globals->len; i++)
		global_macros(e, g_ptr_array_index(program->globals, i));
	if (out->text->len > start)
		pt_out_line(out, "%s", "");
	if (program_mentions(e, "STAP_PRINTF"))
		c_print(e);
}
