// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which caller a function has, for values that only it still knows.  For any context in
 * which a probe handler runs.
 */
#include "../compat/unwind.h"
#include "../compat/uprobes.h"
#include "../core/context.h"

uint64_t ptrt_return_address(struct ptrt_context *c, uint64_t slot)
{
	unsigned long address = ptrt_load(c, slot, sizeof(long));

	if (c->error)
		return 0;
	address = ptrt_unwind_hooked(slot, address);
	return ptap_return_address(address, (unsigned long *)(long)slot);
}

uint64_t ptrt_user_return_address(struct ptrt_context *c, uint64_t slot,
				  unsigned int word)
{
	unsigned long address = ptrt_load_user(c, slot, word);

	return c->error ? 0 : ptrt_uprobe_hooked(slot, address);
}

uint64_t ptrt_no_caller(struct ptrt_context *c, const char *function,
			uint64_t back, const char *why)
{
	ptrt_error(c,
		   "what '%s' was called with is not known any more: of the "
		   "call that returns to 0x%llx the debuginfo %s%s",
		   function, (unsigned long long)back,
		   why ? "gives a value that cannot be read: " : "does not say",
		   why ? why : "");
	return 0;
}
