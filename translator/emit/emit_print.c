/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Printing: a format in the table, and a record with its arguments.
 */
#include <string.h>

#include "../../include/ptap/limits.h"
#include "../../include/ptap/wire.h"
#include "emit_state.h"

#define MEMORY_MAX 4096 /* PTRT_MEMORY_MAX */

struct arg {
	struct pt_emit_value value;
	bool string;
	unsigned most; /* bytes that it can take in a record */
};

struct printed {
	struct pt_emit *e;
	const struct pt_expr *expr;
	GString *format; /* of the table: % doubled */
	GArray *args;	 /* struct arg */
	unsigned next;	 /* script argument that comes next */
};

/* ---- the table of formats --------------------------------------------- */

unsigned pt_emit_format(struct pt_emit *e, unsigned kind, const char *text,
			size_t length)
{
	struct pt_emit_format *f;
	unsigned i;

	for (i = 0; i < e->formats->len; i++) {
		f = g_ptr_array_index(e->formats, i);
		if (f->kind == kind && f->length == length &&
		    memcmp(f->text, text, length) == 0)
			return i;
	}
	f = pt_new(e->arena, struct pt_emit_format);
	f->kind = kind;
	f->text = text;
	f->length = length;
	g_ptr_array_add(e->formats, f);
	return i;
}

/* ---- arguments -------------------------------------------------------- */

/* TEXT up to its first NUL. */
static void put_text(struct printed *p, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length && text[i]; i++) {
		if (text[i] == '%')
			g_string_append_c(p->format, '%');
		g_string_append_c(p->format, text[i]);
	}
}

static void add_arg(struct printed *p, struct pt_emit_value value, bool string)
{
	struct arg arg = { .value = value, .string = string };

	arg.most = string ? (unsigned)p->e->maxstringlen + 12 : 8;
	if (string)
		arg.value = pt_emit_atom(p->e, value, PT_TYPE_STRING);
	g_array_append_val(p->args, arg);
}

static const struct pt_expr *peek(const struct printed *p)
{
	return p->expr->args && p->next < p->expr->args->len
		       ? g_ptr_array_index(p->expr->args, p->next)
		       : NULL;
}

/* The value of the next script argument, safe against those behind it. */
static struct pt_emit_value take(struct printed *p)
{
	const struct pt_expr *arg = peek(p);

	p->next++;
	return pt_emit_expr_before(
		p->e, arg, pt_emit_changes_list(p->e, p->expr->args, p->next));
}

/* ---- printf ----------------------------------------------------------- */

struct directive {
	const char *start, *end;
	bool hash, star_width, star_precision, precise;
	int64_t precision;
	char conversion;
};

static const char *read_directive(const char *at, struct directive *d)
{
	memset(d, 0, sizeof(*d));
	d->start = at++;
	while (*at && strchr("0+- #", *at))
		d->hash |= *at++ == '#';
	if (*at == '*') {
		d->star_width = true;
		at++;
	}
	while (g_ascii_isdigit(*at))
		at++;
	if (*at == '.') {
		d->precise = true;
		at++;
		if (*at == '*') {
			d->star_precision = true;
			at++;
		}
		while (g_ascii_isdigit(*at))
			d->precision = d->precision * 10 + (*at++ - '0');
	}
	if (*at == 'l')
		at++;
	d->conversion = *at;
	if (*at)
		at++;
	d->end = at;
	return at;
}

/* %m and %M: the bytes are read now. */
static void memory_arg(struct printed *p, const struct directive *d,
		       const char *precision)
{
	struct pt_emit *e = p->e;
	const char *count = precision, *temp, *buffer;
	struct pt_emit_value address;

	if (!count)
		count = pt_arena_printf(e->arena, "%" G_GINT64_FORMAT,
					d->precise ? d->precision : (int64_t)1);
	address = pt_emit_atom(e, take(p), PT_TYPE_LONG);
	buffer = pt_emit_sum_temp(e, MEMORY_MAX / 8);
	temp = pt_emit_string_temp(e);
	pt_emit_line(e, "%s = ptrt_memory(c, (char *)%s, %s, %s, %s);", temp,
		     buffer, address.text, count, d->hash ? "true" : "false");
	pt_emit_check(e, pt_emit_place(e, p->expr));
	add_arg(p,
		(struct pt_emit_value){
			.text = temp,
			.atom = true,
			.s = pt_arena_printf(e->arena, "%s.s", temp),
			.n = pt_arena_printf(e->arena, "%s.n", temp),
		},
		true);
	g_array_index(p->args, struct arg, p->args->len - 1).most =
		MEMORY_MAX + 12;
}

static void directive(struct printed *p, const struct directive *d)
{
	const struct pt_expr *arg = peek(p);
	const char *precision = NULL;
	struct pt_emit_value star;

	/* A literal in a plain %s is part of the text. */
	if (d->conversion == 's' && d->end - d->start == 2 && arg &&
	    arg->kind == PT_EXPR_STRING) {
		put_text(p, arg->text, arg->length);
		p->next++;
		return;
	}
	g_string_append_len(p->format, d->start, d->end - d->start);
	if (d->star_width && peek(p))
		add_arg(p, take(p), false);
	if (d->star_precision && peek(p)) {
		star = pt_emit_atom(p->e, take(p), PT_TYPE_LONG);
		precision = star.text;
		add_arg(p, star, false);
	}
	if (!peek(p))
		return;
	if (d->conversion == 'm' || d->conversion == 'M')
		memory_arg(p, d, precision);
	else
		add_arg(p, take(p), d->conversion == 's');
}

static void formatted(struct printed *p)
{
	const char *at = p->expr->print->format->text;
	struct directive d;

	while (*at) {
		if (*at != '%') {
			g_string_append_c(p->format, *at++);
		} else if (at[1] == '%') {
			g_string_append(p->format, "%%");
			at += 2;
		} else {
			at = read_directive(at, &d);
			directive(p, &d);
		}
	}
}

/* ---- print, println, printd, printdln, print_char --------------------- */

static void listed(struct printed *p)
{
	const struct pt_print *print = p->expr->print;
	const struct pt_expr *arg;

	while ((arg = peek(p))) {
		if (p->next && print->delimited && print->format)
			put_text(p, print->format->text, print->format->length);
		if (arg->kind == PT_EXPR_STRING) {
			put_text(p, arg->text, arg->length);
			p->next++;
			continue;
		}
		g_string_append(p->format, arg->type == PT_TYPE_STRING ? "%s"
					   : print->is_char	       ? "%c"
								       : "%d");
		add_arg(p, take(p), arg->type == PT_TYPE_STRING);
	}
	if (print->newline)
		g_string_append_c(p->format, '\n');
}

/* ---- where it goes ---------------------------------------------------- */

static const struct arg *arg_at(const struct printed *p, unsigned i)
{
	return &g_array_index(p->args, struct arg, i);
}

/* Strings that together may be too long for a record are cut, from the first one
 * that does not fit; each empty one still takes 8 bytes. */
static void fit_strings(struct printed *p, unsigned longs, unsigned strings)
{
	struct pt_emit *e = p->e;
	unsigned i;

	e->body->uses_left = true;
	pt_emit_line(e, "left = %u;", PTAP_PRINT_MAX - 8 * (longs + strings));
	for (i = 0; i < p->args->len; i++) {
		struct arg *arg = &g_array_index(p->args, struct arg, i);
		const char *temp;

		if (!arg->string)
			continue;
		temp = pt_emit_string_temp(e);
		pt_emit_line(e, "%s = %s;", temp, arg->value.text);
		pt_emit_line(e, "left = ptrt_fit_str(&%s, left);", temp);
		arg->value.text = temp;
	}
}

static const char *record_size(struct printed *p)
{
	struct pt_emit *e = p->e;
	GString *size = pt_arena_string(e->arena);
	unsigned i, longs = 0, strings = 0, most = 0;

	for (i = 0; i < p->args->len; i++) {
		most += arg_at(p, i)->most;
		if (arg_at(p, i)->string)
			strings++;
		else
			longs++;
	}
	if (most > PTAP_PRINT_MAX)
		fit_strings(p, longs, strings);
	if (longs || !strings)
		g_string_append_printf(size, "%u", 8 * longs);
	for (i = 0; i < p->args->len; i++)
		if (arg_at(p, i)->string)
			g_string_append_printf(size, "%sptrt_size_str(%s)",
					       size->len ? " + " : "",
					       arg_at(p, i)->value.text);
	return size->str;
}

static void write_record(struct printed *p)
{
	struct pt_emit *e = p->e;
	struct pt_out *out = e->body->out;
	unsigned i, number;
	const char *size;

	if (p->format->len == 0)
		return;
	number = pt_emit_format(e, PTAP_FORMAT_TEXT, p->format->str,
				p->format->len);
	if (p->args->len == 0) {
		pt_out_line(out, "if (ptrt_record_reserve(c, %u, 0))", number);
		pt_out_line(out, "\tptrt_record_commit(c);");
		return;
	}
	e->body->uses_record = true;
	size = record_size(p);
	pt_out_line(out, "at = ptrt_record_reserve(c, %u, %s);", number, size);
	pt_out_open(out, "if (at)");
	for (i = 0; i < p->args->len; i++)
		pt_out_line(out, "%sptrt_put_%s(at, %s);",
			    i + 1 < p->args->len ? "at = " : "",
			    arg_at(p, i)->string ? "str" : "long",
			    arg_at(p, i)->value.text);
	pt_out_line(out, "ptrt_record_commit(c);");
	pt_out_close(out, "");
}

static struct pt_emit_value string_value(struct pt_emit *e, const char *temp)
{
	return (struct pt_emit_value){
		.text = temp,
		.atom = true,
		.s = pt_arena_printf(e->arena, "%s.s", temp),
		.n = pt_arena_printf(e->arena, "%s.n", temp),
	};
}

/* The format has no directive: %% is all that can be in it. */
static struct pt_emit_value constant_string(struct printed *p)
{
	GString *text = pt_arena_string(p->e->arena);
	gsize i;

	for (i = 0; i < p->format->len; i++) {
		g_string_append_c(text, p->format->str[i]);
		if (p->format->str[i] == '%')
			i++;
	}
	return pt_emit_literal(p->e, text->str, text->len);
}

static struct pt_emit_value make_string(struct printed *p)
{
	struct pt_emit *e = p->e;
	GString *args = pt_arena_string(e->arena);
	const char *temp;
	unsigned i;

	if (p->args->len == 0)
		return constant_string(p);
	if (strcmp(p->format->str, "%s") == 0)
		return arg_at(p, 0)->value;
	for (i = 0; i < p->args->len; i++) {
		const struct arg *arg = arg_at(p, i);

		if (arg->string)
			g_string_append_printf(args, "%s{ .s = %s, .n = %s }",
					       i ? ", " : "", arg->value.s,
					       arg->value.n);
		else
			g_string_append_printf(args, "%s{ .value = %s }",
					       i ? ", " : "", arg->value.text);
	}
	temp = pt_emit_string_temp(e);
	pt_emit_line(e, "%s = ptrt_sprintf(c, %s, %s,", temp, pt_emit_buffer(e),
		     pt_out_c_string(e->arena, p->format->str, p->format->len));
	pt_emit_line(e, "\t\t  (const struct ptrt_arg[]){ %s }, %u);",
		     args->str, p->args->len);
	return string_value(e, temp);
}

/* ---- histograms ------------------------------------------------------- */

static struct pt_emit_value print_hist(struct pt_emit *e,
				       const struct pt_expr *expr,
				       const struct pt_expr *hist)
{
	const struct pt_expr *subject = hist->left;
	const struct pt_var *var = subject->kind == PT_EXPR_INDEX
					   ? subject->left->var
					   : subject->var;
	const char *sum = pt_emit_sum(e, subject), *temp;
	const char *name = pt_emit_var(e, var);
	unsigned kind = hist->hist == PT_HIST_LOG ? PTAP_FORMAT_HIST_LOG
						  : PTAP_FORMAT_HIST_LINEAR;
	const char *around = expr->print->newline ? "|\n" : "|";

	if (!expr->print->to_string) {
		pt_emit_line(e, "ptrt_hist_print(c, %u, %s, &%s_desc);",
			     pt_emit_format(e, kind, around, strlen(around)),
			     sum, name);
		pt_emit_check(e, pt_emit_place(e, hist));
		return pt_emit_value(e, "0", 0, true);
	}
	temp = pt_emit_string_temp(e);
	pt_emit_line(e, "%s = ptrt_hist_sprint(c, %s, %s, &%s_desc, %s);", temp,
		     pt_emit_buffer(e), sum, name,
		     expr->print->newline ? "true" : "false");
	pt_emit_check(e, pt_emit_place(e, hist));
	return string_value(e, temp);
}

struct pt_emit_value pt_emit_print(struct pt_emit *e,
				   const struct pt_expr *expr)
{
	struct printed p = {
		.e = e,
		.expr = expr,
		.format = pt_arena_string(e->arena),
		.args = g_array_new(FALSE, FALSE, sizeof(struct arg)),
	};
	const struct pt_expr *first = peek(&p);
	struct pt_emit_value value = pt_emit_value(e, "0", 0, true);

	if (!expr->print->to_string)
		e->body->changes |= PT_CHANGES_WORLD;
	if (first && first->kind == PT_EXPR_HIST) {
		value = print_hist(e, expr, first);
	} else {
		if (expr->print->formatted)
			formatted(&p);
		else
			listed(&p);
		if (expr->print->to_string)
			value = make_string(&p);
		else
			write_record(&p);
	}
	g_array_free(p.args, TRUE);
	return value;
}
