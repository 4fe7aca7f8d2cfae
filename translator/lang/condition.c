/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conditions of %( CONDITION %? ... %): comparisons of facts about target
 * and session with literals.
 */
#include <fnmatch.h>
#include <string.h>

#include "preproc.h"
#include "grammar.h"

enum fact { VERSION, WORD, SWITCH, LITERAL };

struct operand {
	enum fact fact;
	bool numeric;
	const char *text;
	int64_t number;
	bool config;
	const struct pt_token *token;
};

struct reader {
	struct pt_session *session;
	pt_token_source next;
	void *data;
	const struct pt_token *look;
	bool failed;
};

static void advance(struct reader *reader)
{
	reader->look = reader->next(reader->data);
	if (reader->look->kind == T_JUNK) {
		pt_diag_add(reader->session->diag, reader->look->error);
		reader->failed = true;
	}
}

static struct pt_error *fail(struct reader *reader,
			     const struct pt_token *token, const char *message)
{
	struct pt_error *error = NULL;

	if (!reader->failed)
		error = pt_diag_error(reader->session->diag, token->span,
				      PT_E_CONDITIONAL, "%s", message);
	reader->failed = true;
	return error;
}

static void unknown_name(struct reader *reader, const struct pt_token *token)
{
	static const char *const names[] = {
		"kernel_v", "kernel_vr", "systemtap_v",		"arch",
		"runtime",  "guru_mode", "systemtap_privilege",
	};
	GPtrArray *candidates = pt_arena_ptr_array(reader->session->arena);
	struct pt_error *error;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++)
		g_ptr_array_add(candidates, (gpointer)names[i]);
	error = fail(reader, token,
		     pt_arena_printf(reader->session->arena,
				     "'%s' is nothing that a condition can ask "
				     "for",
				     token->text));
	if (!error)
		return;
	pt_error_hint(error,
		      "it can ask for kernel_v, kernel_vr, systemtap_v, "
		      "arch, runtime, guru_mode, systemtap_privilege and "
		      "CONFIG_...");
	pt_error_suggest(error, token->text, candidates);
}

static void read_fact(struct reader *reader, struct operand *ret)
{
	struct pt_session *session = reader->session;
	struct pt_target *target = &session->target;
	const char *name = reader->look->text;
	bool needs_target = true;

	if (!strcmp(name, "kernel_v")) {
		ret->fact = VERSION;
		ret->text = target->version;
	} else if (!strcmp(name, "kernel_vr")) {
		ret->fact = VERSION;
		ret->text = target->release;
	} else if (!strcmp(name, "arch")) {
		ret->text = target->arch;
	} else if (g_str_has_prefix(name, "CONFIG_")) {
		ret->config = true;
		ret->text = target->release ? pt_target_config(session->arena,
							       target, name)
					    : NULL;
	} else {
		needs_target = false;
		if (!strcmp(name, "systemtap_v")) {
			ret->fact = VERSION;
			ret->text = pt_compat_version(session);
		} else if (!strcmp(name, "runtime")) {
			ret->text = "kernel";
		} else if (!strcmp(name, "systemtap_privilege")) {
			ret->fact = SWITCH;
			ret->text = "stapdev";
		} else if (!strcmp(name, "guru_mode")) {
			ret->fact = SWITCH;
			ret->numeric = true;
			ret->number = session->options.guru;
		} else {
			unknown_name(reader, reader->look);
		}
	}
	if (needs_target && !ret->text)
		fail(reader, reader->look,
		     "the kernel that the script is for is not known here");
}

static void read_operand(struct reader *reader, struct operand *ret)
{
	const char *wrong;
	bool minus = false;

	*ret = (struct operand){ .fact = WORD, .token = reader->look };
	if (reader->look->kind == '-') {
		minus = true;
		advance(reader);
	}
	switch (reader->look->kind) {
	case T_NUMBER:
		ret->fact = LITERAL;
		ret->numeric = true;
		wrong = pt_literal_number(reader->look->text, &ret->number);
		if (wrong)
			fail(reader, reader->look, wrong);
		if (minus)
			ret->number = (int64_t)(0 - (uint64_t)ret->number);
		break;
	case T_STRING:
		ret->fact = LITERAL;
		ret->text = reader->look->text;
		break;
	case T_NAME: read_fact(reader, ret); break;
	default:
		fail(reader, reader->look,
		     "expected a name, a string or a number in the condition");
	}
	if (minus && !ret->numeric)
		fail(reader, reader->look, "expected a number after '-'");
	if (!reader->failed)
		advance(reader);
}

static bool decide(enum pt_op op, int order)
{
	switch (op) {
	case PT_OP_EQ: return order == 0;
	case PT_OP_NE: return order != 0;
	case PT_OP_LT: return order < 0;
	case PT_OP_GT: return order > 0;
	case PT_OP_LE: return order <= 0;
	default: return order >= 0;
	}
}

static bool is_equality(enum pt_op op)
{
	return op == PT_OP_EQ || op == PT_OP_NE;
}

static bool is_number(const char *text, int64_t *ret)
{
	char *end;

	*ret = g_ascii_strtoll(text, &end, 0);
	return text[0] && !*end;
}

/* Two options of which both are numbers are compared as such. */
static bool compare_configs(const char *left, const char *right, enum pt_op op)
{
	int64_t a, b;

	if (is_number(left, &a) && is_number(right, &b))
		return decide(op, a < b ? -1 : a > b);
	return decide(op, strcmp(left, right));
}

static bool compare_texts(struct reader *reader, const struct operand *left,
			  const struct operand *right,
			  const struct pt_token *op)
{
	if (!is_equality(op->op) && left->fact != VERSION &&
	    left->fact != LITERAL && !right->config) {
		fail(reader, op, "only '==' and '!=' can be asked here");
		return false;
	}
	if (left->config && right->config)
		return compare_configs(left->text, right->text, op->op);
	if (left->fact == LITERAL)
		return decide(op->op, strcmp(left->text, right->text));
	if (is_equality(op->op) && left->fact != SWITCH &&
	    strpbrk(right->text, "*?["))
		return decide(op->op, fnmatch(right->text, left->text, 0) != 0);
	if (left->fact == VERSION)
		return decide(op->op, strverscmp(left->text, right->text));
	return decide(op->op, strcmp(left->text, right->text));
}

/* CONFIG_HZ against 250: an option that is no number differs from all. */
static bool compare_config(const struct operand *config,
			   const struct operand *number, enum pt_op op)
{
	int64_t value;

	if (!is_number(config->text, &value))
		return op == PT_OP_NE;
	return decide(op, value < number->number ? -1 : value > number->number);
}

static bool comparison(struct reader *reader)
{
	struct operand left, right;
	const struct pt_token *op;

	read_operand(reader, &left);
	if (reader->failed)
		return false;
	op = reader->look;
	if (op->kind != T_COMPARE) {
		fail(reader, op,
		     "expected one of == != < > <= >= in the condition");
		return false;
	}
	advance(reader);
	if (!reader->failed)
		read_operand(reader, &right);
	if (reader->failed)
		return false;
	if (right.fact != LITERAL && !(left.config && right.config)) {
		fail(reader, right.token,
		     "expected a string or a number on the right side");
		return false;
	}
	if (left.numeric && right.numeric) {
		if (left.fact == SWITCH && !is_equality(op->op))
			fail(reader, op,
			     "only '==' and '!=' can be asked here");
		return decide(op->op, left.number < right.number
					      ? -1
					      : left.number > right.number);
	}
	if (left.config && right.numeric)
		return compare_config(&left, &right, op->op);
	if (left.numeric || right.numeric) {
		fail(reader, right.token,
		     left.numeric ? "expected a number on the right side"
				  : "expected a string on the right side");
		return false;
	}
	return compare_texts(reader, &left, &right, op);
}

static bool conjunction(struct reader *reader)
{
	bool value = comparison(reader);

	while (!reader->failed && reader->look->kind == T_LOG_AND) {
		advance(reader);
		if (!reader->failed)
			value &= comparison(reader);
	}
	return value;
}

bool pt_condition(struct pt_session *session, pt_token_source next, void *data,
		  bool *ret, const struct pt_token **last)
{
	struct reader reader = { .session = session,
				 .next = next,
				 .data = data };
	bool value = false;

	advance(&reader);
	if (!reader.failed)
		value = conjunction(&reader);
	while (!reader.failed && reader.look->kind == T_LOG_OR) {
		advance(&reader);
		if (!reader.failed)
			value |= conjunction(&reader);
	}
	if (!reader.failed && reader.look->kind != T_PP_THEN)
		fail(&reader, reader.look,
		     "expected '%?' behind the condition");
	*last = reader.look;
	*ret = value;
	return !reader.failed;
}
