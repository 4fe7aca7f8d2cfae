/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>

bool pr_message_quiet;
int pr_message_verbose;

static void say(const char *prefix, const char *format, va_list args)
{
	flockfile(stderr);
	fputs(prefix, stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

void pr_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("ERROR: ", format, args);
	va_end(args);
}

void pr_warning(const char *format, ...)
{
	va_list args;

	if (pr_message_quiet)
		return;
	va_start(args, format);
	say("WARNING: ", format, args);
	va_end(args);
}

void pr_verbose(const char *format, ...)
{
	va_list args;

	if (!pr_message_verbose)
		return;
	va_start(args, format);
	say("ptaprun: ", format, args);
	va_end(args);
}

void pr_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("  ", format, args);
	va_end(args);
}

void pr_message_script(const char *prefix, const char *text, size_t n)
{
	flockfile(stderr);
	fputs(prefix, stderr);
	fwrite(text, 1, n, stderr);
	if (!n || text[n - 1] != '\n')
		fputc('\n', stderr);
	funlockfile(stderr);
}
