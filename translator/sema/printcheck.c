/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The print family: how many arguments, and of which types.
 */
#include "context.h"

#include <string.h>

#include "../../include/ptap/limits.h"
#include "../../runtime/format/format.h"

static struct pt_error *bad(struct pt_sema *sema, struct pt_span span,
			    const char *message)
{
	return pt_error_at(
		pt_error_new(sema->arena, PT_E_PRINT_FORMAT, "%s", message),
		span);
}

struct scan {
	unsigned n;
	enum pt_type types[PTAP_PRINT_ARGS_MAX + 3];
	unsigned given;
	size_t missing, missing_length; /* directive without an argument */
};

static void wants(struct scan *scan, enum pt_type type)
{
	if (scan->n < G_N_ELEMENTS(scan->types))
		scan->types[scan->n] = type;
	scan->n++;
}

static bool visit(void *data, const struct ptfmt_piece *directive,
		  size_t offset)
{
	struct scan *scan = data;

	if (directive->width_star)
		wants(scan, PT_TYPE_LONG);
	if (directive->precision_star)
		wants(scan, PT_TYPE_LONG);
	wants(scan,
	      directive->class == PTFMT_STRING ? PT_TYPE_STRING : PT_TYPE_LONG);
	if (scan->n > scan->given && !scan->missing_length) {
		scan->missing = offset;
		scan->missing_length = directive->length;
	}
	return true;
}

/* How many of the MOST bytes from OFFSET on can be shown in a message. */
static int printable(const struct pt_expr *format, size_t offset, int most)
{
	int n = 0;

	while (n < most && offset + n < format->length &&
	       g_ascii_isprint(format->text[offset + n]))
		n++;
	return n;
}

static struct pt_error *check_format(struct pt_sema *sema,
				     const struct pt_expr *print,
				     enum pt_type *ret)
{
	const struct pt_expr *format = print->print->format;
	guint given = print->args->len;
	struct scan scan = { .given = given };
	struct ptfmt_piece wrong;
	struct pt_error *error;
	size_t offset;

	if (!ptfmt_check(format->text, format->length, visit, &scan, &wrong)) {
		offset = (size_t)(wrong.text - format->text);
		error = pt_error_new(
			sema->arena, PT_E_PRINT_FORMAT, "%s, at '%.*s'",
			wrong.error,
			printable(format, offset, (int)wrong.length),
			wrong.text);
		pt_error_hint(error,
			      "%%[one of 0 + - space #][width][.precision]"
			      "[l] and one of d i u o x X p c s b m M; %%%% "
			      "prints a percent sign");
		return pt_error_at(error, pt_literal_part(format->span, offset,
							  wrong.length));
	}
	if (scan.n != given) {
		error = pt_error_new(sema->arena, PT_E_PRINT_FORMAT,
				     "the format takes %u argument%s, but %u "
				     "%s given",
				     scan.n, scan.n == 1 ? "" : "s", given,
				     given == 1 ? "is" : "are");
		return pt_error_at(
			error,
			scan.n < given
				? ((struct pt_expr *)print->args->pdata[scan.n])
					  ->span
				: pt_literal_part(format->span, scan.missing,
						  scan.missing_length));
	}
	memcpy(ret, scan.types, given * sizeof(*ret));
	return NULL;
}

struct pt_error *pt_printcheck_types(struct pt_sema *sema,
				     const struct pt_expr *print,
				     enum pt_type *ret)
{
	const struct pt_print *what = print->print;
	guint given = print->args->len;

	if (given > PTAP_PRINT_ARGS_MAX)
		return bad(sema, print->span,
			   "more than 32 arguments in one print");
	if ((what->formatted || what->delimited) &&
	    (!what->format || what->format->kind != PT_EXPR_STRING))
		return bad(sema, print->span,
			   what->formatted ? "the format must be a literal"
					   : "the delimiter must be a literal");
	if (what->formatted)
		return check_format(sema, print, ret);
	for (guint i = 0; i < given; i++)
		ret[i] = what->is_char ? PT_TYPE_LONG : PT_TYPE_UNKNOWN;
	if (what->is_char && given != 1)
		return bad(sema, print->span,
			   "print_char takes one argument, a number");
	return NULL;
}
