// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors of scripts, and the limits that a handler meets on its way.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "context.h"
#include "session.h"

static const char text_actions[] = "MAXACTION exceeded";

static struct ptrt_cpu *to_cpu(struct ptrt_context *c)
{
	return container_of(c, struct ptrt_cpu, c);
}

void ptrt_error(struct ptrt_context *c, const char *format, ...)
{
	struct ptrt_cpu *cpu = to_cpu(c);
	va_list args;

	if (c->error)
		return;
	va_start(args, format);
	vscnprintf(cpu->message, sizeof(cpu->message), format, args);
	va_end(args);
	c->error = cpu->message;
}

/* Places begin with "near ". */
void ptrt_called_from(struct ptrt_context *c, const char *place)
{
	struct ptrt_cpu *cpu = to_cpu(c);
	u32 n = cpu->n_callers;

	if (!c->where)
		c->where = place;
	else if (n < PTRT_CALLERS_MAX && (!n || cpu->callers[n - 1] != place))
		cpu->callers[cpu->n_callers++] = place;
}

void ptrt_error_actions(struct ptrt_context *c)
{
	c->error = text_actions;
}

bool ptrt_catch(struct ptrt_context *c, char *buffer, struct ptrt_str *message)
{
	if (c->error == text_actions || c->error == ptrt_text_aborted)
		return false;
	*message = ptrt_copy(c, buffer, ptrt_from_c(c->error));
	ptrt_error_clear(to_cpu(c));
	return true;
}

char *ptrt_function_enter(struct ptrt_context *c, size_t size)
{
	s64 depth = ptrt_script.limits[PTAP_LIMIT_maxnesting];
	char *frame = c->frame;

	size = ALIGN(size, 8);
	if (depth && c->nesting >= depth) {
		ptrt_error(c, "MAXNESTING exceeded");
		return NULL;
	}
	if (ptrt_stack_left() <
	    (unsigned long)ptrt_script.limits[PTAP_LIMIT_minstackspace]) {
		ptrt_error(c, "too little stack left for a call, see "
			      "MINSTACKSPACE");
		return NULL;
	}
	if (size > (size_t)(c->frame_end - frame)) {
		ptrt_error(c, "too little string memory for a call, see "
			      "MAXNESTING");
		return NULL;
	}
	c->frame += size;
	c->nesting++;
	return frame;
}

void ptrt_exit(struct ptrt_context *c)
{
	ptrt_session_end(false);
}

void ptrt_abort(struct ptrt_context *c)
{
	ptrt_session_end(false);
	if (!c->error)
		c->error = ptrt_text_aborted;
}
