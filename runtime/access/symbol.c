// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kallsyms.h>
#include <linux/kernel.h>

#include "../core/context.h"

/* Without the " [module]" behind it. */
static void name_alone(char *text, unsigned long address)
{
	sprint_symbol_no_offset(text, address);
	text[strcspn(text, " ")] = '\0';
}

struct ptrt_str ptrt_symbol(struct ptrt_context *c, char *buffer,
			    uint64_t address, bool offset)
{
	char *text = container_of(c, struct ptrt_cpu, c)->symbol;

	if (address > ULONG_MAX)
		scnprintf(text, KSYM_SYMBOL_LEN, "0x%llx", address);
	else if (offset)
		sprint_symbol(text, address);
	else
		name_alone(text, address);
	return ptrt_copy(c, buffer, ptrt_from_c(text));
}
